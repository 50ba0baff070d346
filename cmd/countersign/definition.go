package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
)

const definitionHelp = `A definition says what is reviewed, by whom, how long, how often, and on which events. A campaign
owner proposes it; it is in force once another person, a checker, approves it. A change is a new
version: what was approved before stays in force until the new one is, and a campaign keeps the
version it was drafted with.`

func (e *env) definitionCmd() *cobra.Command {
	return family(&cobra.Command{
		Use:   "definition",
		Short: "What is reviewed over and over: scope, reviewers, how often, on which events",
		Long:  definitionHelp,
		Example: `  countersign definition list
  countersign definition new "Quarterly recertification" --start 2026-01-01
  countersign definition approve "Quarterly recertification"`,
	}, e.definitionListCmd(), e.definitionShowCmd(), e.definitionNewCmd(), e.definitionProposeCmd(), e.definitionEditCmd(),
		e.definitionScheduleCmd(), e.definitionApproveCmd(), e.definitionRejectCmd(), e.definitionRetireCmd())
}

// definitionJSON is a definition in JSON answers.
type definitionJSON struct {
	InForce  *review.Template  `json:"in_force,omitempty"`
	Next     domain.Date       `json:"next,omitempty"` // the scheduled date that comes next
	Versions []review.Template `json:"versions"`
}

func definitionOf(o *domain.Org, versions []review.Template, at time.Time) definitionJSON {
	d := definitionJSON{Versions: versions}
	if t, ok := review.TemplateInForce(versions); ok {
		d.InForce, d.Next = &t, t.Recurrence.Next(at, o.Zone())
	}
	return d
}

func (e *env) definitionListCmd() *cobra.Command {
	return e.jsonFlag(&cobra.Command{
		Use:   "list",
		Short: "Every definition, what is in force, what waits, when it is next due",
		Long: `List shows the definitions kept here, and the names of those that come with the program and can
be proposed as they are: countersign definition new NAME --start DATE.`,
		Example: "  countersign definition list --json",
		Args:    between(0, 0),
		RunE:    e.with(needsReader, func(s *session, _ []string) error { return s.view(s.listDefinitions) }),
	})
}

func (s *session) listDefinitions(tx review.Tx) error {
	o, err := tx.Org()
	if err != nil {
		return err
	}
	all, err := tx.Templates()
	if err != nil {
		return err
	}
	doc := struct {
		about
		Definitions []definitionJSON  `json:"definitions"`
		Shipped     []review.Template `json:"shipped"`
	}{Definitions: []definitionJSON{}, Shipped: review.Shipped()}
	if doc.about, err = s.aboutNow(tx); err != nil {
		return err
	}
	p := s.newPage()
	var rows [][]string
	for _, versions := range review.ByTemplate(all) {
		d := definitionOf(o, versions, tx.Now())
		doc.Definitions = append(doc.Definitions, d)
		force, waits, every, next := "none", "", "", string(d.Next)
		if d.InForce != nil {
			force, every = fmt.Sprintf("version %d", d.InForce.Version), startsWords(*d.InForce)
		}
		if w, ok := review.TemplatePending(versions); ok {
			waits = fmt.Sprintf("version %d, by %s", w.Version, o.Name(domain.KindPrincipal, w.Maker))
			if d.InForce == nil {
				every = startsWords(w)
			}
		}
		rows = append(rows, []string{versions[0].Name, force, waits, every, next})
	}
	p.table([]string{"NAME", "IN FORCE", "WAITS FOR A CHECKER", "STARTED", "NEXT"}, rows)
	if len(rows) > 0 {
		p.line("")
	}
	p.line("These come with the program; propose one with: countersign definition new NAME --start DATE")
	rows = nil
	for _, t := range doc.Shipped {
		rows = append(rows, []string{"  " + t.Name, t.About})
	}
	p.table(nil, rows)
	return s.answer(doc, p)
}

// startsWords says what starts a definition's campaigns.
func startsWords(t review.Template) string {
	var out []string
	if t.Recurrence.Every != review.Never {
		out = append(out, t.Recurrence.String())
	}
	for _, x := range t.Triggers {
		out = append(out, "on "+x.String())
	}
	if len(out) == 0 {
		return "by hand"
	}
	return strings.Join(out, ", ")
}

func (e *env) definitionShowCmd() *cobra.Command {
	version, file := 0, false
	cmd := e.jsonFlag(&cobra.Command{
		Use:   "show NAME",
		Short: "A definition, version by version, or as the file to edit",
		Long: `Show says what a definition reviews, who answers and what starts it: the version that waits, else
the one in force, else the last; --version shows another. --file prints it as the JSON file that
"definition propose" reads. The name may be of a definition that comes with the program.

` + definitionHelp,
		Example: `  countersign definition show "Quarterly recertification" --file > quarterly.json`,
		Args:    between(1, 1),
		RunE: e.with(needsReader, func(s *session, args []string) error {
			return s.view(func(tx review.Tx) error { return s.showDefinition(tx, args[0], version, file) })
		}),
	})
	cmd.Flags().IntVar(&version, "version", 0, "this version, by `NUMBER`")
	cmd.Flags().BoolVar(&file, "file", false, "print it as a definition file")
	return cmd
}

// definition finds the versions of a name, or a definition that comes with the
// program as its only one.
func definitionVersions(tx review.Tx, name string) ([]review.Template, error) {
	versions, err := review.FindTemplate(tx, name)
	if domain.CodeOf(err) == domain.NotFound {
		if t, shippedErr := review.FindShipped(name); shippedErr == nil {
			return []review.Template{t}, nil
		}
	}
	return versions, err
}

func (s *session) showDefinition(tx review.Tx, name string, version int, file bool) error {
	o, err := tx.Org()
	if err != nil {
		return err
	}
	versions, err := definitionVersions(tx, name)
	if err != nil {
		return err
	}
	t := versions[len(versions)-1]
	if now, ok := review.TemplateInForce(versions); ok && t.State != review.TemplateProposed {
		t = now
	}
	if version > 0 {
		if version > len(versions) {
			return domain.Errorf(domain.NotFound, "%s has no version %d", t.Name, version).
				Hinted("its versions are 1 to %d", len(versions))
		}
		t = versions[version-1]
	}
	if file {
		b, err := t.File()
		if err != nil {
			return err
		}
		_, err = s.out.Write(escapeJSON(b))
		return err
	}
	doc := struct {
		about
		definitionJSON
	}{definitionJSON: definitionOf(o, versions, tx.Now())}
	if doc.about, err = s.aboutNow(tx); err != nil {
		return err
	}
	p := s.newPage()
	s.definitionLines(p, o, t, doc.Next)
	for i := len(versions) - 1; i >= 0 && t.Version > 0; i-- {
		v := versions[i]
		line := fmt.Sprintf("version %d    %s by %s", v.Version, v.State, o.Name(domain.KindPrincipal, v.Maker))
		switch {
		case v.Retires:
			line = fmt.Sprintf("version %d    retires it: %s by %s", v.Version, v.State, o.Name(domain.KindPrincipal, v.Maker))
		case v.State != review.TemplateProposed:
			line = fmt.Sprintf("version %d    proposed by %s, %s", v.Version, o.Name(domain.KindPrincipal, v.Maker), v.State)
		}
		if v.Checker != "" {
			line += " by " + o.Name(domain.KindPrincipal, v.Checker)
		}
		if v.Reason != "" {
			line += ": " + v.Reason
		}
		p.line("%s", line)
	}
	return s.answer(doc, p)
}

func (s *session) definitionLines(p *page, o *domain.Org, t review.Template, next domain.Date) {
	switch t.Version {
	case 0:
		p.line("%s comes with the program and is not in force", t.Name)
	default:
		p.line("%s (%s), version %d, is %s", t.Name, t.ID, t.Version, t.State)
	}
	if t.About != "" {
		p.line("about        %s", t.About)
	}
	p.line("started      %s", startsWords(t))
	if next != "" {
		p.line("next         %s", next)
	}
	planLines(p, o, t.Definition)
}

// planLines says what a definition reviews, who answers, and what becomes of it.
func planLines(p *page, o *domain.Org, d review.Definition) {
	for i, st := range d.Stages {
		p.line("stage %d      %s, %s", i+1, stageWords(o, st), review.Count(st.Days, "day", "days"))
		for _, x := range st.Escalations {
			how := "also"
			if x.Replace {
				how = "instead"
			}
			p.line("             after %s without an answer %s: %s", review.Count(x.After, "day", "days"), how, strings.Join(x.To, ", "))
		}
		if len(st.Reminders) > 0 {
			p.line("             reminders, days before the due date: %s", strings.Trim(fmt.Sprint(st.Reminders), "[]"))
		}
	}
	p.line("scope        %s", strings.Join(review.ScopeWords(o, d.Scope), "; "))
	p.line("countersign  %s", countersignWords(d))
	p.line("silence      %s; on high-risk items %s", d.NonResponse.Other, d.NonResponse.High)
	if d.AutoLaunch {
		p.line("launch       by the clock, on the approval of this definition")
	}
	if d.AutoClose {
		p.line("close        by the clock, once every item is settled")
	}
}
