package orgtest

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"countersign/domain"
	"countersign/review"
)

// PreviewAssign implements groups.Acts for one group. A rule's text is here the
// name of a department; one that holds a quote cannot be read. Who is a member is
// so by hand.
func (w *World) PreviewAssign(_ context.Context, in review.AssignInput) ([]review.AssignPreview, error) {
	g, ok := w.Org.Group(in.Groups[0])
	if !ok {
		return nil, domain.Errorf(domain.NotFound, "there is no group %q", in.Groups[0]).Hinted("load the list again")
	}
	rule := g.Rule
	if in.Rule != nil {
		rule = *in.Rule
	}
	if strings.Contains(rule.Text, "'") {
		return nil, domain.Errorf(domain.Invalid, "the expression %q cannot be used: ends_with is written endsWith", rule.Text).
			Hinted("write the name of a department")
	}
	out := review.AssignPreview{Org: w.Org, Plan: review.AssignPlan{Group: g.ID, Rule: rule}}
	if rule.Kind == domain.NoRule || !rule.On {
		out.Plan.Skipped = "auto-assignment is off"
	}
	to := domain.Target{Kind: domain.TargetGroup, ID: g.ID}
	for row := range w.Org.All(domain.KindPrincipal) {
		p, ok := row.Record.(domain.Principal)
		member := slices.ContainsFunc(w.Org.GrantsOn(to), func(m domain.Grant) bool { return m.Holder.ID == p.ID })
		switch taken := ok && p.Status == domain.Active && p.Department == rule.Text; {
		case out.Plan.Skipped != "" || !taken && !member:
		case taken && member:
			out.Plan.Members++
		case member:
			out.Plan.Rows = append(out.Plan.Rows, review.AssignRow{Principal: p.ID, Standing: review.Stays, Why: "given by hand, not by the rule"})
		default:
			out.Plan.Rows = append(out.Plan.Rows, review.AssignRow{Principal: p.ID, Standing: review.Joins})
			out.Plan.Changes = append(out.Plan.Changes, domain.Begin(domain.Grant{ID: domain.ID(fmt.Sprintf("gnt_preview%d", len(out.Plan.Changes))),
				Holder: domain.Holder{Kind: domain.HolderPrincipal, ID: p.ID}, Target: to, Level: domain.Member, Origin: domain.Origin{Source: domain.OriginRule}}))
		}
	}
	slices.SortStableFunc(out.Plan.Rows, func(a, b review.AssignRow) int { return int(a.Standing) - int(b.Standing) })
	out.Set = domain.ChangeSet{Title: "Auto-assignment of " + g.Name, Changes: out.Plan.Changes}
	if rule != g.Rule {
		after := g
		after.Rule = rule
		out.Set.Changes = append([]domain.Change{domain.Replace(g, after)}, out.Set.Changes...)
	}
	if len(out.Set.Changes) > 0 {
		out.Verdict = w.judge(out.Set)
	}
	return []review.AssignPreview{out}, w.Fails
}
