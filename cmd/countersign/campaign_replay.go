package main

import (
	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
)

func (e *env) campaignReplayCmd() *cobra.Command {
	var in, over string
	cmd := &cobra.Command{
		Use:   "replay [CAMPAIGN]",
		Short: "Rebuild every ruling from the log and compare it with what is stored",
		Long: `Replay plays the campaign's events again, from the log alone: who was asked, what they answered, what
they signed and what lapsed. It makes every ruling of every stage anew, holds it against the one that is
stored, and names each item that differs; decisions and the frozen population are held against the log
in the same way. It ends with exit code 4 where anything differs.

--strategy and --over-stages say what would have come out under another strategy, with the votes as they
were cast: in every stage, and over the stages.

` + campaignHelp,
		Example: `  countersign campaign replay "Q4 2026"
  countersign campaign replay "Q4 2026" --strategy one-deny-denies --json`,
		Args: between(0, 1),
		RunE: e.with(needsReader, func(s *session, args []string) error { return s.replay(args, in, over) }),
	}
	cmd.Flags().StringVar(&in, "strategy", "", "say what would differ under another `STRATEGY` in every stage")
	cmd.Flags().StringVar(&over, "over-stages", "", "say what would differ under another `STRATEGY` over the stages")
	return e.jsonFlag(cmd)
}

// otherwise reads the strategies of a what-if; nil: none is asked.
func otherwise(in, over string) (*review.Otherwise, error) {
	if in == "" && over == "" {
		return nil, nil
	}
	out := &review.Otherwise{}
	for _, one := range []struct {
		word string
		to   **review.Strategy
	}{{in, &out.InStages}, {over, &out.OverStages}} {
		if one.word == "" {
			continue
		}
		st, err := review.ParseStrategy(one.word)
		if err != nil {
			return nil, err
		}
		*one.to = &st
	}
	return out, nil
}

func (s *session) replay(args []string, in, over string) error {
	other, err := otherwise(in, over)
	if err != nil {
		return err
	}
	id, err := s.campaignID(args)
	if err != nil {
		return err
	}
	r, err := s.svc.Replay(s.ctx, id, other)
	if err != nil {
		return err
	}
	err = s.view(func(tx review.Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		doc := struct {
			about
			OK bool `json:"ok"`
			review.Replay
		}{OK: r.OK(), Replay: r}
		if doc.about, err = s.aboutNow(tx); err != nil {
			return err
		}
		p := s.newPage()
		p.line("%s", r.Summary())
		for _, d := range r.Differences {
			p.line("%s", d.Words(func(who domain.ID) string { return o.Name(domain.KindPrincipal, who) }))
		}
		if r.Otherwise != nil {
			for _, l := range r.Otherwise.Words() {
				p.line("%s", l)
			}
			for _, it := range r.Otherwise.Items {
				p.line("item %d: %s, would be %s", it.Item, it.Was, it.Would)
			}
		}
		return s.answer(doc, p)
	})
	if err != nil || r.OK() {
		return err
	}
	return domain.Errorf(domain.Conflict, "the campaign %q is not what its log makes it: %s", r.Name,
		review.Count(len(r.Differences), "difference", "differences")).
		Hinted("keep the file as it is, run countersign log verify, and compare it with a backup").ByRule("replay")
}
