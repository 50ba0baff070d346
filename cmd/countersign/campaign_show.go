package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
	"countersign/review/filter"
)

func (e *env) campaignListCmd() *cobra.Command {
	var filtered string
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "Every campaign, the newest first",
		Long:    "List shows every campaign with its state, its due date and how many items it has.",
		Example: "  countersign campaign list --filter 'state:active due<2027'\n  countersign campaign list --json",
		Args:    between(0, 0),
		RunE: e.with(needsReader, func(s *session, _ []string) error {
			return s.view(func(tx review.Tx) error {
				passes, err := passing(filter.Campaigns(), filtered)
				if err != nil {
					return err
				}
				all, err := tx.Campaigns()
				if err != nil {
					return err
				}
				o, err := tx.Org()
				if err != nil {
					return err
				}
				all = slices.DeleteFunc(slices.Clone(all), func(c review.Campaign) bool {
					owner := o.Name(domain.KindPrincipal, c.Owner)
					return !passes([]string{c.Name, c.State.String(), owner, string(c.ID)}, c.Name, c.State.String(), owner,
						c.Due.UTC().Format(time.DateOnly), fmt.Sprint(c.TieOut.InScope))
				})
				doc := struct {
					about
					Campaigns []review.Campaign `json:"campaigns"`
				}{Campaigns: append([]review.Campaign{}, all...)}
				if doc.about, err = s.aboutNow(tx); err != nil {
					return err
				}
				p := s.newPage()
				var rows [][]string
				for _, c := range all {
					rows = append(rows, []string{c.Name, c.State.String(), when(c.Due, o.Zone()), fmt.Sprint(c.TieOut.InScope),
						o.Name(domain.KindPrincipal, c.Owner), string(c.ID)})
				}
				if len(rows) == 0 && filtered != "" {
					p.line("no campaign passes the filter")
				} else if len(rows) == 0 {
					p.line("there is no campaign yet; start one with: countersign campaign new")
				}
				p.table([]string{"NAME", "STATE", "DUE", ">ITEMS", "OWNER", "ID"}, rows)
				return s.answer(doc, p)
			})
		}),
	}
	filterFlag(cmd, &filtered, filter.Campaigns())
	return e.jsonFlag(cmd)
}

func (e *env) campaignShowCmd() *cobra.Command {
	return e.jsonFlag(&cobra.Command{
		Use:   "show [CAMPAIGN]",
		Short: "A campaign's definition, tie-out and state",
		Long: `Show says what a campaign reviews, who answers, how its population ties out, and where it
stands; of a staged one, what stands in the way of its launch (BLOCK) and what is worth knowing (note).

` + campaignHelp,
		Example: `  countersign campaign show "Q4 2026"`,
		Args:    between(0, 1),
		RunE:    e.with(needsReader, func(s *session, args []string) error { return s.showCampaign(args) }),
	})
}

func (s *session) showCampaign(args []string) error {
	return s.readCampaign(first(args), func(on aCampaign) error {
		tx, o, c := on.tx, on.org, on.c
		doc := struct {
			about
			Campaign review.Campaign       `json:"campaign"`
			Stages   []review.StageFigures `json:"stages,omitempty"`
			Overall  *review.StageFigures  `json:"overall,omitempty"`
			Checks   []checkJSON           `json:"checks,omitempty"`
			Left     string                `json:"left_over,omitempty"` // items of a cancelled one that were signed to be lowered, and are not: "3,7-12"
		}{about: on.about, Campaign: c}
		pct, err := review.PercentagesOf(tx, c.ID)
		if err != nil {
			return err
		}
		p := s.newPage()
		p.line("%s (%s) is %s%s", c.Name, c.ID, c.State, stageOf(c))
		p.line("owner        %s", o.Name(domain.KindPrincipal, c.Owner))
		p.line("due          %s", when(c.Due, o.Zone()))
		if doc.Stages = pct.Stages; len(pct.Stages) > 0 {
			doc.Overall = &pct.Overall
		}
		stagesLines(p, o, pct)
		p.line("scope        %s", strings.Join(review.ScopeWords(o, c.Definition.Scope), "; "))
		p.line("countersign  %s", countersignWords(c.Definition))
		if c.Population != "" {
			p.line("frozen       event %d, %s", c.Frozen, when(c.FrozenAt, o.Zone()))
			tieOutLines(p, c)
		}
		if c.Reason != "" {
			p.line("cancelled    %s", c.Reason)
		}
		left, n, err := review.LeftOver(tx, c)
		if err != nil {
			return err
		}
		if doc.Left = left; n > 0 {
			p.line("left over    %s", review.LeftWords(left, n))
		}
		if c.State == review.Staged {
			checks, err := review.PreLaunchOf(tx, c.ID)
			if err != nil {
				return err
			}
			for _, ch := range checks {
				doc.Checks = append(doc.Checks, checkJSON(ch))
				p.line("%s", checkLine(ch))
			}
		}
		return s.answer(doc, p)
	})
}

func countersignWords(d review.Definition) string {
	if d.CountersignAll {
		return "every packet"
	}
	return "packets with a reduction, a revocation or a high-risk item"
}

// progressJSON is one reviewer's figures in JSON answers.
type progressJSON struct {
	Stage    int                `json:"stage"`
	Reviewer thingJSON          `json:"reviewer"`
	Items    int                `json:"items"`
	Decided  int                `json:"decided"`
	Keep     int                `json:"keep"`
	Reduce   int                `json:"reduce"`
	Revoke   int                `json:"revoke"`
	Abstain  int                `json:"abstain"`
	Returned int                `json:"returned"`
	Bulk     int                `json:"bulk"`
	Settled  int                `json:"settled"`
	State    review.PacketState `json:"packet"`
}

func (e *env) campaignProgressCmd() *cobra.Command {
	return e.jsonFlag(&cobra.Command{
		Use:   "progress [CAMPAIGN]",
		Short: "How far each reviewer is",
		Long: `Progress shows for each reviewer how many items there are, how many are decided and how, how
many of them in bulk, and where the packet stands.

` + campaignHelp,
		Example: `  countersign campaign progress "Q4 2026" --json`,
		Args:    between(0, 1),
		RunE:    e.with(needsReader, func(s *session, args []string) error { return s.progress(args) }),
	})
}

func (s *session) progress(args []string) error {
	return s.readCampaign(first(args), func(on aCampaign) error {
		tx, o, c := on.tx, on.org, on.c
		all, err := tx.Progress(c.ID)
		if err != nil {
			return err
		}
		doc := struct {
			about
			Campaign domain.ID      `json:"campaign"`
			State    review.State   `json:"state"`
			Items    int            `json:"items"`
			Decided  int            `json:"decided"`
			Settled  int            `json:"settled"`
			Packets  []progressJSON `json:"packets"`
		}{about: on.about, Campaign: c.ID, State: c.State, Packets: []progressJSON{}}
		var rows [][]string
		for _, g := range all {
			doc.Packets = append(doc.Packets, progressJSON{g.Stage, principalJSON(o, g.Reviewer), g.Items, g.Decided, g.Keep,
				g.Reduce, g.Revoke, g.Abstain, g.Returned, g.Bulk, g.Settled, g.State})
			doc.Items, doc.Decided, doc.Settled = doc.Items+g.Items, doc.Decided+g.Decided, doc.Settled+g.Settled
			rows = append(rows, []string{o.Name(domain.KindPrincipal, g.Reviewer), fmt.Sprint(g.Items), fmt.Sprint(g.Decided),
				fmt.Sprint(g.Keep), fmt.Sprint(g.Reduce), fmt.Sprint(g.Revoke), fmt.Sprint(g.Abstain), fmt.Sprint(g.Returned),
				fmt.Sprint(g.Bulk), fmt.Sprint(g.Settled), g.State.String()})
		}
		p := s.newPage()
		p.line("%s is %s: %d of %s decided, %d settled, due %s", c.Name, c.State, doc.Decided,
			review.Count(doc.Items, "item", "items"), doc.Settled, when(c.Due, o.Zone()))
		p.table([]string{"REVIEWER", ">ITEMS", ">DECIDED", ">KEEP", ">REDUCE", ">REVOKE", ">ABSTAIN", ">RETURNED", ">BULK",
			">SETTLED", "PACKET"}, rows)
		return s.answer(doc, p)
	})
}

func (e *env) campaignRemediateCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "remediate [CAMPAIGN]",
		Short: "Make the countersigned decisions true",
		Long: `Remediate makes the countersigned decisions true, with one change set for each holder, approved
by the packet's countersignature. What lives in another system goes on the work list. Run again, it
goes on where it stopped and tries what failed once more.

` + campaignHelp,
		Example: `  countersign campaign remediate "Q4 2026"`,
		Args:    between(0, 1),
		RunE: e.with(needsActor, func(s *session, args []string) error {
			id, err := s.campaignID(args)
			if err != nil {
				return err
			}
			r, err := s.svc.Remediate(s.ctx, s.actor, id)
			if err != nil {
				return err
			}
			p := s.newPage()
			p.line("%s applied, making %s true", review.Count(r.ChangeSets, "change set", "change sets"),
				review.Count(r.Items, "decision", "decisions"))
			for _, x := range []struct {
				n    int
				text string
			}{
				{r.Already, "held what was decided before"},
				{r.Outside, "on the work list: their truth lives in another system (countersign campaign worklist)"},
				{r.Failed, "failed: see countersign review list --everyone --result failed"},
			} {
				if x.n > 0 {
					p.line("%s %s", review.Count(x.n, "item", "items"), x.text)
				}
			}
			return s.print(p)
		}),
	}
}

// workJSON is one line of the work list in JSON answers.
type workJSON struct {
	Item     int       `json:"item"`
	Source   string    `json:"source"`
	Owner    thingJSON `json:"owner"`
	Holder   string    `json:"holder"`
	Target   string    `json:"target"`
	Present  string    `json:"present"`
	Decided  string    `json:"decided"`
	Reviewer thingJSON `json:"reviewer"`
	What     string    `json:"what"`
}

func (e *env) campaignWorkListCmd() *cobra.Command {
	return e.jsonFlag(&cobra.Command{
		Use:   "worklist [CAMPAIGN]",
		Short: "What must be done in other systems",
		Long: `Worklist says what must be done in other systems before the campaign can close: grants that were
imported are taken away where they came from, and are done when a later import shows them gone.

` + campaignHelp,
		Example: `  countersign campaign worklist "Q4 2026"
  countersign campaign worklist --json`,
		Args: between(0, 1),
		RunE: e.with(needsReader, func(s *session, args []string) error { return s.workList(args) }),
	})
}

func (s *session) workList(args []string) error {
	id, err := s.campaignID(args)
	if err != nil {
		return err
	}
	list, err := s.svc.WorkList(s.ctx, id)
	if err != nil {
		return err
	}
	return s.view(func(tx review.Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		doc := struct {
			about
			Campaign domain.ID  `json:"campaign"`
			Work     []workJSON `json:"work"`
		}{Campaign: id, Work: []workJSON{}}
		if doc.about, err = s.aboutNow(tx); err != nil {
			return err
		}
		p := s.newPage()
		var rows [][]string
		for _, w := range list {
			doc.Work = append(doc.Work, workJSON{w.Item, w.Source, principalJSON(o, w.Owner), w.Holder, w.Target, w.Present,
				w.Decided, principalJSON(o, w.Reviewer), w.What})
			rows = append(rows, []string{fmt.Sprint(w.Item), w.Source, o.Name(domain.KindPrincipal, w.Owner), w.What})
		}
		if len(rows) == 0 {
			p.line("nothing is to be done in other systems")
		}
		p.table([]string{">ITEM", "SYSTEM", "OWNER", "WHAT"}, rows)
		return s.answer(doc, p)
	})
}
