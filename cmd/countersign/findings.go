package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
	"countersign/review/filter"
)

const findingsHelp = `A finding is something to mend or to know about: access nobody uses, things nobody owns, what is
open wider than its classification, separations of duties that somebody breaks. It holds as long
as the state it tells of does; its id stays the same until then. The settings dormant-days
("30,90"), broad-group ("100") and sod ("flag" or "refuse") say where they begin (see: set setting).`

// findingsFlags say which findings are asked for.
type findingsFlags struct {
	kinds    []string
	severity string
	filter   string
	about    []string
	asOf     string
}

func (f *findingsFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringSliceVar(&f.kinds, "kind", nil, "only findings of these `KINDS`")
	cmd.Flags().StringVar(&f.severity, "severity", "", "only findings of this `SEVERITY` (low, medium, high, critical) or above")
	cmd.Flags().StringArrayVar(&f.about, "for", nil, "only findings about this `THING`: a person, an agent, a group …")
	filterFlag(cmd, &f.filter, filter.Findings())
	asOfFlag(cmd, &f.asOf)
}

// query reads the flags.
func (f findingsFlags) query(o *domain.Org) (q review.FindingQuery, err error) {
	for _, w := range f.kinds {
		k, err := domain.ParseFindingKind(w)
		if err != nil {
			return q, err
		}
		q.Kinds = append(q.Kinds, k)
	}
	if f.severity != "" {
		if q.Least, err = domain.ParseSeverity(f.severity); err != nil {
			return q, err
		}
	}
	for _, ref := range f.about {
		if name, ok := strings.CutPrefix(ref, "sod:"); ok {
			r, err := findSoD(o, name)
			if err != nil {
				return q, err
			}
			q.About = append(q.About, domain.Ref{Kind: domain.KindSoD, ID: r.ID})
			continue
		}
		t, err := findAny(o, ref, domain.KindPrincipal, domain.KindGroup, domain.KindAgent, domain.KindArea, domain.KindSource, domain.KindRole)
		if err != nil {
			return q, err
		}
		q.About = append(q.About, domain.Ref{Kind: t.kind, ID: t.id})
	}
	return q, nil
}

// passing gives the findings that pass the filter.
func (f findingsFlags) passing(o *domain.Org, all []domain.Finding) ([]domain.Finding, error) {
	passes, err := passing(filter.Findings(), f.filter)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(all), func(x domain.Finding) bool {
		var about []string
		for _, r := range slices.Concat(x.Subject, x.Also) {
			if r.Kind != domain.KindGrant {
				about = append(about, o.Name(r.Kind, r.ID))
			}
		}
		return !passes([]string{x.Severity.String(), x.Kind.String(), string(x.ID), x.Text},
			x.Severity.String(), x.Kind.String(), x.Text, strings.Join(about, "\n"), string(x.Since.Day), string(x.ID))
	}), nil
}

// findingJSON is one finding in JSON answers.
type findingJSON struct {
	ID       domain.ID   `json:"id"`
	Kind     string      `json:"kind"`
	Severity string      `json:"severity"`
	Text     string      `json:"text"`
	Subject  []thingJSON `json:"subject"`
	Since    sinceJSON   `json:"since"`
	Paths    []string    `json:"paths,omitempty"`
	Mends    []mendJSON  `json:"mends,omitempty"`
	NoMend   string      `json:"no_mend,omitempty"` // why there is none
}

type sinceJSON struct {
	Event domain.Seq  `json:"event"`
	Day   domain.Date `json:"day,omitempty"`
	Words string      `json:"words,omitempty"`
}

type mendJSON struct {
	Way     int      `json:"way"`
	Text    string   `json:"text"`
	Changes []string `json:"changes"`
}

func refJSON(o *domain.Org, r domain.Ref) thingJSON {
	j := thingJSON{Kind: string(r.Kind), ID: r.ID, Name: o.Name(r.Kind, r.ID)}
	switch r.Kind {
	case domain.KindPrincipal:
		return principalJSON(o, r.ID)
	case domain.KindGrant, domain.KindAgentSource:
		if row, ok := o.Get(r.Kind, r.ID); ok {
			j.Name = o.Describe(row.Record)
		}
	}
	return j
}

func findingOf(o *domain.Org, f domain.Finding) findingJSON {
	j := findingJSON{ID: f.ID, Kind: f.Kind.String(), Severity: f.Severity.String(), Text: f.Text,
		Since: sinceJSON{Event: f.Since.Event, Day: f.Since.Day}, Paths: review.FindingWays(o, f)}
	for _, r := range f.Subject {
		j.Subject = append(j.Subject, refJSON(o, r))
	}
	return j
}

func (e *env) findingsCmd() *cobra.Command {
	var f findingsFlags
	cmd := &cobra.Command{
		Use:   "findings",
		Short: "What is the matter, how much it weighs, and how to mend it",
		Long: findingsHelp + `

The kinds are ` + findingKindWords() + `.

` + asOfHelp,
		Example: `  countersign findings --severity high
  countersign findings --filter 'severity>=medium kind:dormant !about:dana'
  countersign findings --kind dormant --for dana@acme.example
  countersign findings show fnd_7kq2mzpa3xwd`,
		Args: cobra.ArbitraryArgs,
	}
	cmd.RunE = func(c *cobra.Command, args []string) error {
		if len(args) > 0 {
			return unknownCommand(cmd, args[0])
		}
		return e.with(needsReader, func(s *session, _ []string) error { return s.findings(f) })(c, args)
	}
	f.add(cmd)
	cmd.AddCommand(e.findingsShowCmd(), e.findingsMendCmd())
	return e.jsonFlag(cmd)
}

func findingKindWords() string {
	var out []string
	for _, k := range domain.FindingKinds() {
		out = append(out, fmt.Sprintf("%s (%s)", k, k.Title()))
	}
	return strings.Join(out, ", ")
}

func (s *session) findings(f findingsFlags) error {
	return s.view(func(tx review.Tx) error {
		pic, err := pictureOf(tx, f.asOf)
		if err != nil {
			return err
		}
		q, err := f.query(pic.org)
		if err != nil {
			return err
		}
		all, err := review.Findings(tx, pic.org, pic.at)
		if err != nil {
			return err
		}
		picked, err := f.passing(pic.org, q.Pick(all))
		if err != nil {
			return err
		}
		doc := struct {
			about
			Findings []findingJSON `json:"findings"`
		}{s.about(pic), []findingJSON{}}
		p := s.pageOf(pic, f.asOf)
		p.line("findings: %s", review.FindingTally(picked))
		var rows [][]string
		since := review.SinceWords(tx, pic.org)
		for _, f := range picked {
			j := findingOf(pic.org, f)
			if j.Since.Words, err = since(f.Since); err != nil {
				return err
			}
			doc.Findings = append(doc.Findings, j)
			rows = append(rows, []string{j.Severity, j.Kind, string(f.ID), j.Since.Words, f.Text})
		}
		p.table([]string{"SEVERITY", "KIND", "ID", "SINCE", "WHAT"}, rows)
		return s.answer(doc, p)
	})
}

// findingsNow finds findings of the present state by their ids, each once; since says of
// the last since when it is.
func (s *session) findingsNow(ids ...string) (pic picture, found []domain.Finding, since string, err error) {
	err = s.view(func(tx review.Tx) error {
		if pic, err = pictureOf(tx, ""); err != nil {
			return err
		}
		all, err := review.Findings(tx, pic.org, pic.at)
		if err != nil {
			return err
		}
		for _, id := range ids {
			f, err := domain.FindFinding(all, domain.ID(strings.TrimSpace(id)))
			if err != nil {
				return err
			}
			if slices.ContainsFunc(found, func(x domain.Finding) bool { return x.ID == f.ID }) {
				continue
			}
			found = append(found, f)
			if since, err = review.SinceWords(tx, pic.org)(f.Since); err != nil {
				return err
			}
		}
		return nil
	})
	return pic, found, since, err
}

func (e *env) findingsShowCmd() *cobra.Command {
	return e.jsonFlag(&cobra.Command{
		Use:     "show FINDING",
		Short:   "One finding with its paths and the ways to mend it",
		Long:    "Show says all about one finding: since when, by which paths, and each way to mend it.\n\n" + findingsHelp,
		Example: "  countersign findings show fnd_7kq2mzpa3xwd",
		Args:    between(1, 1),
		RunE: e.with(needsReader, func(s *session, args []string) error {
			pic, found, since, err := s.findingsNow(args[0])
			if err != nil {
				return err
			}
			f := found[0]
			doc := struct {
				about
				findingJSON
			}{s.about(pic), findingOf(pic.org, f)}
			mends, why := pic.org.Mends(f, pic.at, shownIDs())
			doc.NoMend, doc.Since.Words = why, since
			p := s.newPage()
			p.line("%s  %s  %s", f.Severity, f.Kind.Title(), f.ID)
			p.line("%s", f.Text)
			p.line("since %s", since)
			for _, w := range doc.Paths {
				p.line("  %s", w)
			}
			for i, m := range mends {
				words, err := changeWords(pic.org, m.Changes)
				if err != nil {
					return err
				}
				doc.Mends = append(doc.Mends, mendJSON{i + 1, m.Text, words})
				p.line("way %d to mend it: %s", i+1, m.Text)
				for _, w := range words {
					p.line("  %s", w)
				}
			}
			if why != "" {
				p.line("no change set mends it: %s", why)
			}
			return s.answer(doc, p)
		}),
	})
}

// shownIDs makes ids of records that nobody proposes.
func shownIDs() maker {
	n := 0
	return func(prefix string) domain.ID {
		n++
		return domain.ID(fmt.Sprintf("%s_shown%d", prefix, n))
	}
}

// findingsPart ends an answer with the findings that concern it.
type findingsPart struct {
	Findings []findingJSON `json:"findings,omitempty"`
}

// findingsAbout gives the findings of a picture that fit.
func findingsAbout(tx review.Tx, pic picture, q review.FindingQuery) (part findingsPart, err error) {
	all, err := review.Findings(tx, pic.org, pic.at)
	if err != nil {
		return part, err
	}
	for _, f := range q.Pick(all) {
		part.Findings = append(part.Findings, findingOf(pic.org, f))
	}
	return part, nil
}

// lines adds them to a page.
func (f findingsPart) lines(p *page) {
	if len(f.Findings) == 0 {
		return
	}
	p.line("Findings")
	for _, x := range f.Findings {
		p.line("  %s: %s (%s)", x.Severity, x.Text, x.ID)
	}
}
