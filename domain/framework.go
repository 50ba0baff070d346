package domain

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Reach says whose holdings a framework wants reviewed.
type Reach uint8

// The reaches.
const (
	ReachAll      Reach = iota // every holding
	ReachPeople                // what people hold, and what groups, roles and everyone hold for them
	ReachMachines              // what API keys and AI agents hold themselves
)

var reachWords = []string{"everything", "people", "keys and AI agents"}

// String gives the words.
func (v Reach) String() string { return wordOf(reachWords, v) }

// Framework is a rule book that wants access reviewed, and how often here.
// Months is the cadence: a holding is out of cadence when its last review is
// more than so many calendar months ago, in the organisation's days.
type Framework struct {
	Word   string // by which a setting or a command names it
	Name   string // "PCI DSS 4.0.1, 7.2.4"
	Says   string // what it asks for, in our words
	Months int    // the cadence, 1 … mostMonths
	Most   int    // the longest cadence its own text allows; 0: it names none
	Reach  Reach
}

// SettingFrameworks names the frameworks that apply, with their cadences:
// "sox:3,pci:6"; all of them as shipped when it is unset.
const SettingFrameworks ID = "frameworks"

// mostMonths is the longest cadence that can be set.
const mostMonths = 36

// Frameworks lists those that are known, each with its shipped cadence.
// Only PCI DSS 7.2.4 names a number itself; of the others the organisation
// says how often, and what is shipped is common practice (quarterly where
// auditors of controls over a period look for it, else yearly).
func Frameworks() []Framework {
	return []Framework{
		{"sox", "SOX 404, IT general controls", "access to the systems behind financial reporting is reviewed by management; " +
			"the act names no interval, quarterly is the practice that goes with quarterly reports", 3, 0, ReachAll},
		{"soc2", "SOC 2, CC6.2 and CC6.3", "access that is no longer authorised is removed, and roles are changed with the job; " +
			"the criteria name no interval, quarterly is common practice", 3, 0, ReachAll},
		{"pci", "PCI DSS 4.0.1, 7.2.4", "user accounts and their privileges, those of third parties too, are reviewed " +
			"at least once every six months", 6, 6, ReachPeople},
		{"pci-machines", "PCI DSS 4.0.1, 7.2.5.1", "access of application and system accounts is reviewed as often as the " +
			"entity's targeted risk analysis (12.3.1) says", 6, 0, ReachMachines},
		{"iso", "ISO/IEC 27001:2022, A.5.18", "access rights are reviewed by the organisation's own rules on access control; " +
			"no interval is named", 12, 0, ReachAll},
		{"nist", "NIST SP 800-53 Rev. 5, AC-2 j", "accounts are reviewed at the frequency that the organisation defines", 12, 0, ReachAll},
		{"hipaa", "HIPAA, 45 CFR 164.308(a)(4)", "rights of access are established, documented, reviewed and modified; " +
			"no interval is named", 12, 0, ReachAll},
	}
}

// ReadFrameworks reads which frameworks apply and how often: their words with
// commas between, each with a colon and its months where they are not as
// shipped. Invalid: an unknown word, one named twice, months that are no whole
// number from 1 to 36 or more than the framework's own text allows, or none
// at all.
func ReadFrameworks(s string) ([]Framework, error) {
	var out []Framework
	for part := range strings.SplitSeq(s, ",") {
		word, months, timed := strings.Cut(strings.TrimSpace(part), ":")
		f, err := FindFramework(Frameworks(), word)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(out, func(o Framework) bool { return o.Word == f.Word }) {
			return nil, Errorf(Invalid, "the framework %q is named twice", f.Word).Hinted("name it once")
		}
		if timed {
			n, err := strconv.Atoi(strings.TrimSpace(months))
			if err != nil || n < 1 || n > mostMonths {
				return nil, Errorf(Invalid, "%q is no cadence of %s", months, f.Word).
					Hinted("write whole months from 1 to %d, for example %s:%d", mostMonths, f.Word, f.Months)
			}
			if f.Most > 0 && n > f.Most {
				return nil, Errorf(Invalid, "%s does not allow %d months between reviews", f.Name, n).
					Hinted("write %d or fewer", f.Most)
			}
			f.Months = n
		}
		out = append(out, f)
	}
	return out, nil
}

// WriteFrameworks writes what ReadFrameworks reads.
func WriteFrameworks(fs []Framework) string {
	parts := make([]string, len(fs))
	for i, f := range fs {
		parts[i] = fmt.Sprintf("%s:%d", f.Word, f.Months)
	}
	return strings.Join(parts, ",")
}

// FindFramework finds a framework by its word among those given; one that is
// not among them is an Invalid error.
func FindFramework(among []Framework, word string) (Framework, error) {
	words := make([]string, len(among))
	for i, f := range among {
		if strings.EqualFold(strings.TrimSpace(word), f.Word) {
			return f, nil
		}
		words[i] = f.Word
	}
	return Framework{}, Errorf(Invalid, "%q is no framework that applies here", strings.TrimSpace(word)).
		Hinted("use one of: %s", strings.Join(words, ", "))
}

// Frameworks gives those that apply to the organisation, each with its
// cadence: all as shipped where no setting says which.
func (o *Org) Frameworks() []Framework {
	if fs, err := ReadFrameworks(o.Setting(SettingFrameworks)); err == nil {
		return fs
	}
	return Frameworks()
}

// Covers tells whether the framework wants the holding reviewed.
func (f Framework) Covers(o *Org, g Grant) bool {
	switch f.Reach {
	case ReachPeople:
		return !heldByMachine(o, g)
	case ReachMachines:
		return heldByMachine(o, g)
	}
	return true
}

func heldByMachine(o *Org, g Grant) bool {
	if g.Holder.Kind != HolderPrincipal {
		return false
	}
	p, ok := o.Principal(g.Holder.ID)
	return ok && p.Kind != User
}

// NextReview is the last day on which a holding reviewed on a day is still in
// cadence: the same day so many months later, or the last of that month where
// it has no such day.
func (f Framework) NextReview(reviewed Date) Date { return MonthsAfter(reviewed, f.Months) }

// SoonDays is how many days before that day a review is due soon: 30, and a
// third of a cadence under three months.
func (f Framework) SoonDays() int { return min(30, f.Months*10) }

// MonthsAfter gives the same day so many months later, or the last of that
// month where it has no such day; a date that cannot be read is "".
func MonthsAfter(d Date, months int) Date {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return ""
	}
	first := time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC).AddDate(0, months, 0)
	last := first.AddDate(0, 1, -1).Day()
	return Date(first.AddDate(0, 0, min(t.Day(), last)-1).Format(time.DateOnly))
}

// DayOf is the day of an instant in the organisation's zone.
func (o *Org) DayOf(at time.Time) Date { return Date(at.In(o.Zone()).Format(time.DateOnly)) }
