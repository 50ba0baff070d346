package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
)

func (e *env) explainCmd() *cobra.Command {
	var asOf, agent, level, through string
	cmd := &cobra.Command{
		Use:   "explain PRINCIPAL TARGET",
		Short: "Why someone has a level, or has not",
		Long: `Explain gives the level a principal has on a target, every way it is reached, what caps it and
what denies it. Where the answer is no it goes through the checklist line by line and names the
smallest change that would make it a yes: the fewest changes, by which the fewest people gain, up to
the lowest level. With --level it asks for that level instead of any. What is shown is the decided
state; it says when that shows in the systems themselves.

With --through it says what a person has while an AI agent or an application acts for them, which is
what both have. "explain group:NAME agent:NAME" goes through why a group does not appear on an agent.

` + grammarHelp + `

` + asOfHelp,
		Example: `  countersign explain dana@acme.example agent:Support
  countersign explain dana@acme.example area:Voice/Numbers --agent Support --level Edit
  countersign explain dana@acme.example action:"Send Email" --through "Release bot"
  countersign explain group:"Tier 1" agent:Support`,
		Args: between(2, 2),
		RunE: e.with(needsReader, func(s *session, args []string) error {
			return s.explain(args[0], args[1], agent, level, through, asOf)
		}),
	}
	cmd.Flags().StringVar(&agent, "agent", "", "inside this `AGENT` (areas and sources)")
	cmd.Flags().StringVar(&level, "level", "", "the `LEVEL` asked for")
	cmd.Flags().StringVar(&through, "through", "", "while this `AI AGENT OR KEY` acts for the person: what both have")
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
	ByGroup   string                 `json:"by_group,omitempty"` // the narrowest group that would do, where the smallest is no group
	Seen      string                 `json:"takes_effect,omitempty"`
	findingsPart
}

func (s *session) explain(who, ref, agentRef, levelWord, through, asOf string) error {
	return s.view(func(tx review.Tx) error {
		pic, err := pictureOf(tx, asOf)
		if err != nil {
			return err
		}
		o := pic.org
		if word, _, _ := strings.Cut(who, ":"); strings.EqualFold(strings.TrimSpace(word), "group") {
			return s.explainGroup(pic, asOf, who, ref)
		}
		person, err := findPrincipal(o, who)
		if domain.CodeOf(err) == domain.NotFound {
			return domain.Errorf(domain.NotFound, "no: %q is not in the organisation, and has access to nothing", who).
				Hinted("import or invite the person first; people are named by e-mail, id or whole name")
		}
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
		if through != "" {
			return s.explainThrough(pic, asOf, q, through)
		}
		acc := o.Access(person.ID, target, agent, pic.at)
		doc := explainJSON{about: s.about(pic), accessJSON: accessOf(o, acc),
			Asked: domain.LadderOf(target.Kind).Word(q.Want), Holds: acc.Level >= q.Want}
		if !doc.Holds {
			doc.Checklist = q.Checklist()
			for _, r := range q.Smallest(previewIDs()) {
				doc.Smallest = append(doc.Smallest, r.Text)
			}
			if g, ok := q.ByGroup(previewIDs()); ok && !slices.Equal(doc.Smallest, []string{g.Text}) {
				doc.ByGroup = g.Text
			}
		}
		doc.Seen = review.SeenWhen(o, acc)
		if doc.findingsPart, err = findingsAbout(tx, pic, review.FindingQuery{Access: true, Who: person.ID, Target: target}); err != nil {
			return err
		}
		p := explainPage(s.pageOf(pic, asOf), doc, review.TargetName(o, target, agent))
		doc.lines(p)
		return s.answer(doc, p)
	})
}

// explainGroup goes through why a group is not on an agent, or does not count
// there.
func (s *session) explainGroup(pic picture, asOf, group, target string) error {
	o := pic.org
	g, err := findAny(o, group, domain.KindGroup)
	if err != nil {
		return err
	}
	a, err := findAny(o, target, domain.KindAgent)
	if err != nil {
		return err
	}
	q := review.GroupQuestion{Org: o, Group: g.id, Agent: a.id, Actor: s.actor, At: pic.at}
	level, held := q.Held()
	doc := struct {
		about
		Group     thingJSON              `json:"group"`
		Agent     thingJSON              `json:"agent"`
		Level     string                 `json:"level"`
		Checklist []review.ChecklistLine `json:"checklist"`
		Do        []string               `json:"what_to_do,omitempty"`
	}{s.about(pic), targetJSON(o, domain.Target{Kind: domain.TargetGroup, ID: g.id}), targetJSON(o, domain.Target{Kind: domain.TargetAgent, ID: a.id}),
		domain.LadderOf(domain.TargetAgent).Word(level), q.Checklist(), q.Remedies()}
	p := s.pageOf(pic, asOf)
	p.line("the group %s on %s: %s", doc.Group.Name, doc.Agent.Name, doc.Level)
	for _, x := range held {
		p.line("  %s, %s", o.GrantWords(x), review.WindowWords(x.Window))
	}
	p.line("Checklist")
	checklistLines(p, doc.Checklist)
	for _, d := range doc.Do {
		p.line("What to do: %s", d)
	}
	return s.answer(doc, p)
}

func checklistLines(p *page, lines []review.ChecklistLine) {
	for _, c := range lines {
		mark := "no "
		if c.OK {
			mark = "yes"
		}
		p.line("  %s  %s", mark, c.Text)
	}
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
		p.line("%s", d.Seen)
		return p
	}
	p.line("Checklist for %s", d.Asked)
	checklistLines(p, d.Checklist)
	if len(d.Smallest) == 0 {
		p.line("No one change makes it a yes")
	}
	part("The smallest change that makes it a yes", d.Smallest)
	if d.ByGroup != "" {
		part("Or by a group, which gives more besides", []string{d.ByGroup})
	}
	p.line("%s", d.Seen)
	return p
}
