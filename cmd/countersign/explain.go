package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
)

func (e *env) explainCmd() *cobra.Command {
	var asOf, agent, level string
	cmd := &cobra.Command{
		Use:   "explain PRINCIPAL TARGET",
		Short: "Why someone has a level, or has not",
		Long: `Explain gives the level a principal has on a target, every way it is reached, what caps it and
what denies it. Where the answer is no it goes through the checklist line by line and names the
smallest change that would make it a yes. With --level it asks for that level instead of any.

` + grammarHelp + `

` + asOfHelp,
		Example: `  countersign explain dana@acme.example agent:Support
  countersign explain dana@acme.example area:Voice/Numbers --agent Support --level Edit`,
		Args: between(2, 2),
		RunE: e.with(needsReader, func(s *session, args []string) error {
			return s.explain(args[0], args[1], agent, level, asOf)
		}),
	}
	cmd.Flags().StringVar(&agent, "agent", "", "inside this `AGENT` (areas and sources)")
	cmd.Flags().StringVar(&level, "level", "", "the `LEVEL` asked for")
	asOfFlag(cmd, &asOf)
	return e.jsonFlag(cmd)
}

// explainJSON is the answer of explain.
type explainJSON struct {
	about
	accessJSON
	Asked     string                 `json:"asked"` // the level asked for
	Holds     bool                   `json:"holds"`
	Checklist []review.ChecklistLine `json:"checklist,omitempty"`
	Smallest  []string               `json:"smallest_change,omitempty"`
	findingsPart
}

func (s *session) explain(who, ref, agentRef, levelWord, asOf string) error {
	return s.view(func(tx review.Tx) error {
		pic, err := pictureOf(tx, asOf)
		if err != nil {
			return err
		}
		o := pic.org
		person, err := findPrincipal(o, who)
		if err != nil {
			return err
		}
		target, agent, err := findScoped(o, ref, agentRef)
		if err != nil {
			return err
		}
		q := review.Question{Org: o, Principal: person.ID, Target: target, Agent: agent, Want: 1, At: pic.at}
		if levelWord != "" {
			if q.Want, err = domain.LadderOf(target.Kind).Parse(levelWord); err != nil {
				return err
			}
		}
		acc := o.Access(person.ID, target, agent, pic.at)
		doc := explainJSON{about: s.about(pic), accessJSON: accessOf(o, acc),
			Asked: domain.LadderOf(target.Kind).Word(q.Want), Holds: acc.Level >= q.Want}
		if !doc.Holds {
			doc.Checklist = q.Checklist()
			for _, r := range q.Smallest(previewIDs()) {
				doc.Smallest = append(doc.Smallest, r.Text)
			}
		}
		if doc.findingsPart, err = findingsAbout(tx, pic, review.FindingQuery{Access: true, Who: person.ID, Target: target}); err != nil {
			return err
		}
		p := explainPage(s.pageOf(pic, asOf), doc, review.TargetName(o, target, agent))
		doc.lines(p)
		return s.answer(doc, p)
	})
}

// previewIDs makes ids of grants that nobody proposes.
func previewIDs() func() domain.ID {
	n := 0
	return func() domain.ID {
		n++
		return domain.ID(fmt.Sprintf("%s_whatif%d", domain.PrefixGrant, n))
	}
}

func explainPage(p *page, d explainJSON, target string) *page {
	p.line("%s on %s: %s", d.Principal.Name, target, d.Level)
	part := func(title string, lines []string) {
		if len(lines) == 0 {
			return
		}
		p.line("%s", title)
		for _, l := range lines {
			p.line("  %s", l)
		}
	}
	texts := func(rs []reasonJSON) (out []string) {
		for _, r := range rs {
			out = append(out, r.Text)
		}
		return out
	}
	part("Reached by", d.Paths)
	part("Capped", texts(d.Caps))
	part("Denied", texts(d.Denials))
	if d.Holds {
		return p
	}
	p.line("Checklist for %s", d.Asked)
	for _, c := range d.Checklist {
		mark := "no "
		if c.OK {
			mark = "yes"
		}
		p.line("  %s  %s", mark, c.Text)
	}
	if len(d.Smallest) == 0 {
		p.line("No one change makes it a yes")
	}
	part("The smallest change that makes it a yes", d.Smallest)
	return p
}
