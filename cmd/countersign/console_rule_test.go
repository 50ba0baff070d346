package main

import (
	"context"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/review"
)

// A rule of a group is shown on the approvals with who would join by it, and approved as
// it was shown.
func TestARuleIsApprovedFromTheConsole(t *testing.T) {
	ctx := context.Background()
	h := newHanding(t)
	var g domain.Group
	h.view(func(tx review.Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		for row := range o.All(domain.KindGroup) {
			if one := row.Record.(domain.Group); g.ID == "" || one.Origin.Source == "" {
				g = one
			}
		}
		return nil
	})
	ruled := g
	ruled.Rule = domain.Rule{Kind: domain.EmailPattern, Text: `.*@acme\.example`, On: true}
	p, err := h.as("mira.lindqvist").s.svc.Propose(ctx, h.as("mira.lindqvist").s.actor, domain.ChangeSet{Title: "Rule", Reason: "by address", Changes: []domain.Change{domain.Replace(g, ruled)}})
	if err != nil || p.State != domain.Proposed {
		t.Fatal(p, err)
	}
	checker := h.as("jonas.weber")
	shown, err := checker.Change(ctx, p.ID)
	if err != nil || !strings.Contains(strings.Join(shown.Verdict, "\n"), "would join the group") {
		t.Fatalf("%v: %q", err, shown.Verdict)
	}
	if _, err := checker.Approve(ctx, domain.Sight{}, shown.Rises, p.ID, "seen"); domain.CodeOf(err) == domain.Conflict {
		t.Errorf("approved as it was shown: %v", err)
	}
}
