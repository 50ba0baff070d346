package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
)

func (e *env) coverageCmd() *cobra.Command {
	var word, until string
	var list bool
	cmd := &cobra.Command{
		Use:   "coverage",
		Short: "What was reviewed how long ago, by framework, and what falls due when",
		Long: `Coverage says, for each framework that applies, where everything that gives access stands today:
covered, due soon (within 30 days, or a third of a shorter cadence), out of cadence (its last review
is longer ago than the framework's months) or never reviewed. A review is a certification, a
reduction or a revocation that somebody signed; silence and what follows from it are none. A level
raised since, and access given again after a revocation, were never reviewed.

With --framework it says what the framework asks for and in which month how much falls due; --list
names what the next campaign takes: what was never reviewed or is out of cadence, with --until also
what will be by the end of that day. Exactly those are what

  countersign campaign new NAME --from-coverage FRAMEWORK [--until DAY]

reviews once it is staged. Which frameworks apply, and how often, is the setting "frameworks".`,
		Example: `  countersign coverage
  countersign coverage --framework pci --list --until 2026-12-31
  countersign coverage --json`,
		Args: between(0, 0),
		RunE: e.with(needsReader, func(s *session, _ []string) error { return s.coverage(word, until, list) }),
	}
	cmd.Flags().StringVar(&word, "framework", "", "only this `FRAMEWORK`, with its calendar")
	cmd.Flags().BoolVar(&list, "list", false, "name what the next campaign takes")
	cmd.Flags().StringVar(&until, "until", "", "the next campaign also takes what falls due before the end of this `DAY`")
	return e.jsonFlag(cmd)
}

// coverageJSON is a framework's coverage in JSON answers.
type coverageJSON struct {
	Framework string            `json:"framework"`
	Name      string            `json:"name"`
	Says      string            `json:"says"`
	Months    int               `json:"months"`
	Reach     string            `json:"reach"`
	Holdings  int               `json:"holdings"`
	Covered   int               `json:"covered"`
	DueSoon   int               `json:"due_soon"`
	Out       int               `json:"out_of_cadence"`
	Never     int               `json:"never_reviewed"`
	Oldest    *coverJSON        `json:"oldest,omitempty"` // of those reviewed
	Calendar  []review.MonthDue `json:"calendar"`
	Next      []coverJSON       `json:"next,omitempty"` // with --list: what the next campaign takes
}

// coverJSON is one holding in it.
type coverJSON struct {
	Holding  domain.ID   `json:"holding"`
	Holder   string      `json:"holder"`
	HolderID domain.ID   `json:"holder_id,omitempty"`
	Target   thingJSON   `json:"target"`
	Agent    domain.ID   `json:"agent,omitempty"`
	Level    string      `json:"level"`
	State    string      `json:"state"`
	Reviewed domain.Date `json:"reviewed,omitempty"`
	Due      domain.Date `json:"due,omitempty"`
	Campaign domain.ID   `json:"campaign,omitempty"`
	Item     int         `json:"item,omitempty"`
}

func coverOf(o *domain.Org, c review.Cover) coverJSON {
	g := c.Holding
	return coverJSON{g.ID, review.HolderName(o, g.Holder), g.Holder.ID, targetJSON(o, g.Target), g.Agent, g.Ladder().Word(g.Level),
		c.State.String(), c.Reviewed, c.Due, c.Last.Campaign, c.Last.Item}
}

func (s *session) coverage(word, until string, list bool) error {
	return s.view(func(tx review.Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		frameworks := o.Frameworks()
		if word != "" {
			f, err := domain.FindFramework(frameworks, word)
			if err != nil {
				return err
			}
			frameworks = []domain.Framework{f}
		}
		day, err := domain.ParseDate(until)
		if err != nil {
			return err
		}
		cov, err := review.CoverageNow(tx, o)
		if err != nil {
			return err
		}
		doc := struct {
			about
			Today      domain.Date    `json:"today"`
			Zone       string         `json:"zone"`
			Until      domain.Date    `json:"until,omitempty"`
			Frameworks []coverageJSON `json:"frameworks"`
		}{Today: o.DayOf(tx.Now()), Zone: o.Zone().String(), Until: day}
		if doc.about, err = s.aboutNow(tx); err != nil {
			return err
		}
		p := s.newPage()
		p.line("on %s (%s)", doc.Today, doc.Zone)
		var all []review.FrameworkCoverage
		for _, f := range frameworks {
			fc := cov.Of(f)
			all = append(all, fc)
			j := coverageJSONOf(o, fc)
			if list {
				j.Next = nextOf(o, cov, f, day)
			}
			doc.Frameworks = append(doc.Frameworks, j)
		}
		coverageTable(p, o, all)
		for i, j := range doc.Frameworks {
			if word != "" {
				calendarLines(p, all[i])
			}
			if list {
				nextLines(p, j)
			}
		}
		return s.answer(doc, p)
	})
}

func coverageJSONOf(o *domain.Org, c review.FrameworkCoverage) coverageJSON {
	f := c.Framework
	j := coverageJSON{Framework: f.Word, Name: f.Name, Says: f.Says, Months: f.Months, Reach: f.Reach.String(), Holdings: c.Holdings,
		Covered: c.Covered, DueSoon: c.DueSoon, Out: c.Out, Never: c.Never, Calendar: append([]review.MonthDue{}, c.Calendar...)}
	if c.Oldest.Reviewed != "" {
		x := coverOf(o, c.Oldest)
		j.Oldest = &x
	}
	return j
}

func nextOf(o *domain.Org, cov *review.Coverage, f domain.Framework, until domain.Date) []coverJSON {
	out := []coverJSON{}
	for c := range cov.Covers(f) {
		if cov.Takes(c, until) {
			out = append(out, coverOf(o, c))
		}
	}
	return out
}

func coverageTable(p *page, o *domain.Org, all []review.FrameworkCoverage) {
	var rows [][]string
	for _, c := range all {
		oldest := "nothing was reviewed"
		if x := c.Oldest; x.Reviewed != "" {
			oldest = fmt.Sprintf("%s: %s on %s", x.Reviewed, review.HolderName(o, x.Holding.Holder),
				review.TargetName(o, x.Holding.Target, x.Holding.Agent))
		}
		rows = append(rows, []string{c.Framework.Word, review.Count(c.Framework.Months, "month", "months"), fmt.Sprint(c.Holdings), fmt.Sprint(c.Covered),
			fmt.Sprint(c.DueSoon), fmt.Sprint(c.Out), fmt.Sprint(c.Never), oldest})
	}
	p.table([]string{"FRAMEWORK", "CADENCE", ">HOLDINGS", ">COVERED", ">DUE SOON", ">OUT OF CADENCE", ">NEVER REVIEWED", "OLDEST REVIEW"}, rows)
}

// calendarLines says what a framework asks for and what falls due when.
func calendarLines(p *page, c review.FrameworkCoverage) {
	f := c.Framework
	p.line("")
	p.line("%s, of %s: %s", f.Name, f.Reach, f.Says)
	if c.Never > 0 {
		p.line("  due now  %6d never reviewed", c.Never)
	}
	for _, m := range c.Calendar {
		p.line("  %s  %6d", m.Month, m.Due)
	}
	p.line("next: countersign campaign new NAME --due DATE --from-coverage %s", f.Word)
}

func nextLines(p *page, j coverageJSON) {
	p.line("")
	p.line("the next campaign by %s takes %s", j.Framework, review.Count(len(j.Next), "holding", "holdings"))
	var rows [][]string
	for _, x := range j.Next {
		rows = append(rows, []string{x.Holder, x.Level + " on " + x.Target.Name, x.State, string(x.Reviewed), string(x.Due)})
	}
	p.table([]string{"HOLDER", "HAS", "STATE", "REVIEWED", "DUE"}, rows)
}

// readCoverage puts into a scope what --from-coverage and --until ask for.
func readCoverage(o *domain.Org, sc *review.Scope, word, until string) error {
	if word == "" {
		if until != "" {
			return domain.Errorf(domain.Invalid, "--until says by when, and not of which framework").Hinted("name it with --from-coverage")
		}
		return nil
	}
	f, err := domain.FindFramework(o.Frameworks(), word)
	if err != nil {
		return err
	}
	sc.Uncovered = f.Word
	sc.UncoveredBy, err = domain.ParseDate(strings.TrimSpace(until))
	return err
}
