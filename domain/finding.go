package domain

import (
	"cmp"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Ref names one record.
type Ref struct {
	Kind Kind
	ID   ID
}

// Finding is something that somebody should mend, or know about: it holds at
// one instant and is gone as soon as the state it tells of is. Nothing keeps
// it; the same kind on the same subject has the same ID at every look.
type Finding struct {
	ID       ID
	Kind     FindingKind
	Severity Severity
	Subject  []Ref  // what it is about: the person or the thing first
	Also     []Ref  // further records that it concerns
	Text     string // a whole sentence
	Since    Since
	Ways     []Access // how, where paths tell more than the sentence
}

// Since is from when a finding holds: the event that last changed what it is
// about, and the day where one is known, in the organisation's zone.
type Since struct {
	Event Seq
	Day   Date
}

// Concerns tells whether the finding is about the record.
func (f Finding) Concerns(k Kind, id ID) bool {
	r := Ref{k, id}
	return slices.Contains(f.Subject, r) || slices.Contains(f.Also, r)
}

// ConcernsAccess tells whether the finding has to do with this access: it is
// about the target and either the principal or nobody, or about the principal
// and no target at all. What is about a grant that another principal holds has
// nothing to do with it.
func (f Finding) ConcernsAccess(p ID, t Target) bool {
	k, isRecord := targetRecords[t.Kind]
	onTarget := isRecord && f.Concerns(k, t.ID)
	for _, w := range f.Ways {
		onTarget = onTarget || w.Target == t
	}
	if f.Concerns(KindPrincipal, p) {
		return onTarget || len(f.Subject) == 1 && f.Subject[0] == principalRef(p)
	}
	someone := func(r Ref) bool { return r.Kind == KindPrincipal }
	grant := len(f.Subject) > 0 && f.Subject[0].Kind == KindGrant
	return onTarget && !slices.ContainsFunc(f.Subject, someone) && !(grant && slices.ContainsFunc(f.Also, someone))
}

// Facts is what the findings take besides the organisation.
type Facts struct {
	At    time.Time
	Usage Usages
	// SeqAt gives the last event at or before an instant, to tell what is
	// older. Where it is nil everything counts as old.
	SeqAt func(time.Time) Seq
}

// Findings gives everything that is the matter, what weighs most first, then
// by kind and subject. It takes about a second for 10,000 users on 500
// agents.
func (o *Org) Findings(f Facts) []Finding {
	in := o.inspect(f)
	in.countMembers()
	for _, part := range []func(*inspection){
		(*inspection).people, (*inspection).machines, (*inspection).agents, (*inspection).dataSources,
		(*inspection).groups, (*inspection).grants, (*inspection).areaValues, (*inspection).dormantMembers,
		(*inspection).externals, (*inspection).names, (*inspection).separations,
	} {
		part(in)
	}
	slices.SortFunc(in.out, compareFindings)
	return in.out
}

func compareFindings(a, b Finding) int {
	if a.Severity != b.Severity || a.Kind != b.Kind {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), cmp.Compare(a.Kind, b.Kind))
	}
	return slices.CompareFunc(a.Subject, b.Subject, func(x, y Ref) int {
		if x.Kind != y.Kind {
			return strings.Compare(string(x.Kind), string(y.Kind))
		}
		return compareID(x.ID, y.ID)
	})
}

// FindFinding gives the finding with an id; one that does not hold, or no
// longer, is NotFound.
func FindFinding(all []Finding, id ID) (Finding, error) {
	for _, f := range all {
		if f.ID == id {
			return f, nil
		}
	}
	return Finding{}, Errorf(NotFound, "there is no finding %q", id).
		Hinted("it may have been mended; list them again")
}

// inspection is one search for findings.
type inspection struct {
	look
	facts  Facts
	limits Limits
	today  Date
	older  map[int]Seq  // the last event at least so many days ago
	days   map[Date]int // since each date
	some   []bool       // of each group: somebody is a member, or will be, itself or below
	reach  []int32      // of each group: how many active principals it reaches now
	told   map[ID]bool  // names told of
	out    []Finding
}

func (o *Org) inspect(f Facts) *inspection {
	return &inspection{look: o.lookAt(f.At), facts: f, limits: o.Limits(), older: map[int]Seq{}, days: map[Date]int{},
		told: map[ID]bool{}, today: Date(f.At.In(o.home).Format(time.DateOnly))}
}

func (in *inspection) add(k FindingKind, s Severity, since Since, subject []Ref, format string, args ...any) *Finding {
	in.out = append(in.out, Finding{ID: findingID(k, subject), Kind: k, Severity: min(s, SeverityCritical),
		Subject: subject, Since: since, Text: fmt.Sprintf(format, args...)})
	return &in.out[len(in.out)-1]
}

var findingText = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// findingID is made of the kind and the subject alone.
func findingID(k FindingKind, subject []Ref) ID {
	b := append(make([]byte, 0, 128), k.String()...)
	for _, r := range subject {
		b = append(append(append(append(b, 0), r.Kind...), 0), r.ID...)
	}
	sum := sha256.Sum256(b)
	return ID("fnd_" + findingText.EncodeToString(sum[:])[:12])
}

// wasBefore tells whether an event lies at least so many days back.
func (in *inspection) wasBefore(s Seq, days int) bool {
	if in.facts.SeqAt == nil {
		return true
	}
	limit, ok := in.older[days]
	if !ok {
		limit = in.facts.SeqAt(in.facts.At.AddDate(0, 0, -days))
		in.older[days] = limit
	}
	return s <= limit
}

// daysSince counts whole days from a date to today; false where it is none.
func (in *inspection) daysSince(d Date) (int, bool) {
	if d == "" {
		return 0, false
	}
	n, ok := in.days[d]
	if !ok {
		from, err := time.Parse(time.DateOnly, string(d))
		to, err2 := time.Parse(time.DateOnly, string(in.today))
		n = -1
		if err == nil && err2 == nil {
			n = int(to.Sub(from) / (24 * time.Hour))
		}
		in.days[d] = n
	}
	return n, n >= 0
}

// dayAfter is the day that follows, "" for none.
func dayAfter(d Date, days int) Date {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return ""
	}
	return Date(t.AddDate(0, 0, days).Format(time.DateOnly))
}

// raised is a severity, one higher for what is Confidential or Restricted.
func raised(s Severity, c Classification) Severity {
	if c >= ClassConfidential {
		return s + 1
	}
	return s
}

// Names of the settings that findings follow.
const (
	SettingDormant    ID = "dormant-days" // whole days unused, rising, comma between; "30,90" when unset
	SettingBroadGroup ID = "broad-group"  // a group that reaches more people is broad; "100" when unset
	SettingSoD        ID = "sod"          // what breaks a separation of duties: "flag" (default) or "refuse"
)

// InvitationDays is how long an invitation stands (PRODUCT 9.3).
const InvitationDays = 7

// Limits are the thresholds of findings.
type Limits struct {
	Dormant []int // days unused, rising; the severity rises with each
	Broad   int   // people
}

// Limits gives the organisation's thresholds: what cannot be read is as
// shipped.
func (o *Org) Limits() Limits {
	l := Limits{Dormant: []int{30, 90}, Broad: 100}
	if days, err := readDays(o.Setting(SettingDormant)); err == nil {
		l.Dormant = days
	}
	if n, err := strconv.Atoi(o.Setting(SettingBroadGroup)); err == nil && n > 0 {
		l.Broad = n
	}
	return l
}

// readDays reads rising numbers of days with commas between.
func readDays(s string) ([]int, error) {
	bad := Errorf(Invalid, "%q are no numbers of days", s).Hinted("write rising whole numbers with commas between, for example 30,90")
	var out []int
	for part := range strings.SplitSeq(s, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil || n < 1 || n > 3650 || len(out) > 0 && n <= out[len(out)-1] || len(out) == 4 {
			return nil, bad
		}
		out = append(out, n)
	}
	return out, nil
}

// checkFindingSetting says what is wrong with a setting that findings follow;
// known is false where it is none of them.
func checkFindingSetting(s Setting) (known bool, hint string) {
	switch s.ID {
	case SettingDormant:
		if _, err := readDays(s.Value); err != nil {
			return true, "write rising whole numbers of days with commas between, for example 30,90"
		}
	case SettingBroadGroup:
		if n, err := strconv.Atoi(s.Value); err != nil || n < 1 {
			return true, "write a whole number of people, for example 100"
		}
	case SettingSoD:
		if s.Value != "flag" && s.Value != "refuse" {
			return true, "use flag or refuse"
		}
	default:
		return false, ""
	}
	return true, ""
}
