package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
)

func (e *env) campaignResidualsCmd() *cobra.Command {
	var propose, way int
	var reason string
	cmd := &cobra.Command{
		Use:   "residuals [CAMPAIGN]",
		Short: "What items left by other paths, and the smallest edits that end it",
		Long: `Residuals lists the items whose holders still have more than was ruled, by a path that nobody
reviewed, each with the smallest wider edits that would end it and who else would lose by them.
Remediation never makes such an edit: --propose ITEM puts one forward as a change set of its own,
which the policy judges like any other.

` + campaignHelp,
		Example: `  countersign campaign residuals "Q4 2026"
  countersign campaign residuals "Q4 2026" --propose 31 --way 2 --reason "the crew reads it, no more"`,
		Args: between(0, 1),
		RunE: e.with(needsReader, func(s *session, args []string) error {
			id, err := s.campaignID(args)
			if err != nil {
				return err
			}
			ids, err := s.ids()
			if err != nil {
				return err
			}
			all, err := s.svc.Residuals(s.ctx, id, func() domain.ID { return ids(domain.PrefixGrant) })
			if err != nil {
				return err
			}
			if propose > 0 {
				return s.proposeWider(id, all, propose, way, reason)
			}
			return s.residuals(id, all)
		}),
	}
	fl := cmd.Flags()
	fl.IntVar(&propose, "propose", 0, "propose the edit that ends what this `ITEM` left")
	fl.IntVar(&way, "way", 1, "which `WAY` of those listed, the smallest first")
	fl.StringVar(&reason, "reason", "", "`WHY`; what the item left where it is not given")
	return e.jsonFlag(cmd)
}

type residualJSON struct {
	Item   int       `json:"item"`
	Holder string    `json:"holder"`
	Target string    `json:"target"`
	Left   string    `json:"left"`
	Ways   []wayJSON `json:"ways"`
	Why    string    `json:"why,omitempty"` // why there is none
}

type wayJSON struct {
	Deeds   []string `json:"deeds"`
	Changes int      `json:"changes"`
	Others  int      `json:"others_who_lose"`
	Loses   []string `json:"others_lose,omitempty"`
	Own     []string `json:"holders_lose_besides,omitempty"`
}

func (s *session) residuals(id domain.ID, all []review.ResidualItem) error {
	return s.readCampaign(string(id), func(on aCampaign) error {
		doc := struct {
			about
			Campaign domain.ID      `json:"campaign"`
			Items    []residualJSON `json:"items"`
		}{about: on.about, Campaign: id, Items: []residualJSON{}}
		p := s.newPage()
		p.line("%s: %s", on.c.Name, review.Count(len(all), "residual item", "residual items"))
		for _, r := range all {
			j := residualJSON{Item: r.Item.No, Holder: r.Item.Holder, Target: r.Item.Target, Left: r.Item.Outcome.Left, Ways: []wayJSON{}, Why: r.Why}
			p.line("%s", leftWords(r.Item))
			if len(r.Ways) == 0 {
				p.line("  no way     %s", r.Why)
			}
			for i, w := range r.Ways {
				j.Ways = append(j.Ways, wayLines(p, on.org, i+1, w))
			}
			doc.Items = append(doc.Items, j)
		}
		if len(all) > 0 {
			p.line("next: countersign campaign residuals %q --propose ITEM", on.c.Name)
		}
		return s.answer(doc, p)
	})
}

func wayLines(p *page, o *domain.Org, n int, w review.WiderEdit) wayJSON {
	const most = 5
	j := wayJSON{Deeds: w.Deeds, Changes: len(w.Changes), Others: w.People}
	for i, d := range w.Deeds {
		label := ""
		if i == 0 {
			label = fmt.Sprintf("way %d", n)
		}
		p.line("  %-10s %s", label, d)
	}
	tell := func(who string, effects []domain.Effect) (said []string) {
		for i, e := range effects {
			said = append(said, review.EffectWords(o, e))
			if i < most {
				p.line("    %s %s", who, said[i])
			}
		}
		if more := len(effects) - most; more > 0 {
			p.line("    and %d more", more)
		}
		return said
	}
	if w.People == 0 {
		p.line("    nobody else loses")
	}
	j.Loses = tell("others:", w.Others)
	j.Own = tell("besides:", w.Own)
	return j
}

func (s *session) proposeWider(id domain.ID, all []review.ResidualItem, item, way int, reason string) error {
	if s.flags.readOnly {
		return domain.Errorf(domain.Forbidden, "a copy that is read only takes no proposals").Hinted("open the database itself")
	}
	for _, r := range all {
		if r.Item.No != item {
			continue
		}
		if way < 1 || way > len(r.Ways) {
			return domain.Errorf(domain.NotFound, "item %d has no way %d: %s", item, way, review.Count(len(r.Ways), "way is listed", "ways are listed")).
				Hinted("list them with: countersign campaign residuals")
		}
		done, err := s.svc.ProposeWider(s.ctx, s.actor, id, item, r.Ways[way-1], reason)
		if err != nil {
			return err
		}
		p := s.newPage()
		p.line("%s", s.proposedWords(done))
		return s.print(p)
	}
	return domain.Errorf(domain.NotFound, "item %d is not residual", item).Hinted("list those that are with: countersign campaign residuals")
}
