package main

import (
	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
)

func (e *env) campaignTickCmd() *cobra.Command {
	dry := false
	cmd := e.jsonFlag(&cobra.Command{
		Use:   "tick",
		Short: "Do what the clock asks for: for cron",
		Long: `Tick does what is due now, in this order: campaigns that are scheduled, or that an event started,
are drafted, staged and, where the approved definition says so, launched; stages past their due
date lapse; stages whose packets are all closed and checked close; what is open for reviewers who are
away goes to their substitutes; items without an answer are escalated; reviewers with open packets
are told; campaigns whose items are all settled close, where the definition says so; exceptions that
end soon are noticed. It never decides an item.

Every act is an event of whoever runs it, who holds the duty campaign-owner. Run it as often as you
like: right after another it does nothing, after a long pause it does each thing once. Messages are
written to the outbox, and sent from there (countersign outbox send). What could not be done is
told, the rest is done all the same, and the exit code says so.`,
		Example: `  countersign campaign tick --dry-run
  */15 * * * *  countersign campaign tick && countersign outbox send --smtp mail.acme.example:587 --from reviews@acme.example`,
		Args: between(0, 0),
	})
	cmd.RunE = e.with(needsActor, func(s *session, _ []string) error { return s.tick(dry) })
	cmd.Flags().BoolVar(&dry, "dry-run", false, "tell what a tick would do first, and do nothing")
	return cmd
}

// tickedJSON is one act of a tick in JSON answers.
type tickedJSON struct {
	Act      string    `json:"act"`
	Campaign domain.ID `json:"campaign,omitempty"`
	Text     string    `json:"text"`
	Error    string    `json:"error,omitempty"`
}

func (s *session) tick(dry bool) error {
	report, err := s.svc.Tick(s.ctx, s.actor, dry)
	if err != nil {
		return err
	}
	doc := struct {
		about
		DryRun bool         `json:"dry_run"`
		Acts   []tickedJSON `json:"acts"`
		Waits  []string     `json:"waits"`
	}{DryRun: dry, Acts: []tickedJSON{}, Waits: append([]string{}, report.Waits...)}
	p := s.newPage()
	for _, a := range report.Acts {
		one := tickedJSON{Act: a.Act, Campaign: a.Campaign, Text: a.Text}
		if a.Err != nil {
			one.Error = a.Err.Error()
			p.line("FAILED  %-9s %s: %v", a.Act, a.Text, a.Err)
		} else {
			p.line("%-9s %s", a.Act, a.Text)
		}
		doc.Acts = append(doc.Acts, one)
	}
	for _, w := range report.Waits {
		p.line("waits     %s", w)
	}
	switch {
	case len(report.Acts) == 0:
		p.line("nothing is due")
	case dry:
		p.line("nothing was done: this was a dry run; what these make possible follows them")
	}
	err = s.view(func(tx review.Tx) (err error) { doc.about, err = s.aboutNow(tx); return err })
	if err != nil {
		return err
	}
	if err := s.answer(doc, p); err != nil {
		return err
	}
	if n := report.Failed(); n > 0 {
		return domain.Errorf(domain.Conflict, "%s of the clock's could not be done", review.Count(n, "act", "acts")).
			Hinted("each says why; the next tick tries again").ByRule("tick-incomplete")
	}
	return nil
}
