package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
)

func (e *env) campaignDiligenceCmd() *cobra.Command {
	return e.jsonFlag(&cobra.Command{
		Use:   "diligence [CAMPAIGN]",
		Short: "How each reviewer answered: pace, details opened, bulk, streaks, last hours",
		Long: `Diligence measures how each reviewer answered, from what travelled inside the decisions: seconds an
item (median, and how many were faster than the threshold), details opened, answers in bulk, the most
equal answers in a row, answers in the last hours before the due date, changes of mind. Each stands
beside its threshold in the campaign's definition; one on the wrong side of it is marked. They are
facts to talk about, and refuse nothing. Nothing is measured of decisions made from a file or by
flags, where nobody looks at a screen, but that they were made so. A definition can turn it off: then
no seconds and no openings are kept.

` + campaignHelp,
		Example: `  countersign campaign diligence "Q4 2026"
  countersign campaign diligence "Q4 2026" --json`,
		Args: between(0, 1),
		RunE: e.with(needsReader, func(s *session, args []string) error { return s.diligence(args) }),
	})
}

// diligenceJSON is one reviewer's measures in JSON answers.
type diligenceJSON struct {
	Reviewer thingJSON     `json:"reviewer"`
	Answered int           `json:"answered"`
	Timed    int           `json:"timed"`
	Facts    []review.Fact `json:"facts"`
}

func (s *session) diligence(args []string) error {
	return s.readCampaign(first(args), func(on aCampaign) error {
		o, c := on.org, on.c
		doc := struct {
			about
			Campaign  domain.ID        `json:"campaign"`
			Off       bool             `json:"off"` // the definition turned the measures off
			Threshold review.Diligence `json:"thresholds"`
			Reviewers []diligenceJSON  `json:"reviewers"`
		}{about: on.about, Campaign: c.ID, Off: c.Definition.Diligence.Off, Threshold: c.Definition.Diligence.Shipped(), Reviewers: []diligenceJSON{}}
		measured, err := review.DiligenceOf(on.tx, c)
		if err != nil {
			return err
		}
		p := s.newPage()
		p.line("%s is %s", c.Name, c.State)
		if doc.Off {
			p.line("its definition turns the measures of time and details off: none is kept")
		}
		if len(measured) == 0 {
			p.line("nobody has answered yet")
		}
		for _, m := range measured {
			j := diligenceJSON{principalJSON(o, m.Reviewer), m.Answered, m.Timed, m.Facts(c.Definition.Diligence)}
			doc.Reviewers = append(doc.Reviewers, j)
			p.line("")
			p.line("%s, %s", o.Name(domain.KindPrincipal, m.Reviewer), review.Count(m.Answered, "item", "items"))
			for _, f := range j.Facts {
				p.line("%s", factLine(f))
			}
		}
		return s.answer(doc, p)
	})
}

func factLine(f review.Fact) string {
	mark := " "
	if f.Beyond {
		mark = "!"
	}
	return fmt.Sprintf("  %s %-10s  %s", mark, f.Measure, f.Text)
}
