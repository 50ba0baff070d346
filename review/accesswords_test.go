package review_test

import (
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
)

var march = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

// What a role permits alike is one line, an exception one of its own.
func TestAccessLines(t *testing.T) {
	role := domain.Holder{Kind: domain.HolderRole, ID: "rol_x"}
	n := 0
	permit := func(k domain.TargetKind, id domain.ID, l domain.Level) domain.Grant {
		n++
		return domain.Grant{ID: domain.ID(rune('a' + n)), Holder: role, Target: domain.Target{Kind: k, ID: id}, Level: l}
	}
	recs := []domain.Record{
		domain.Principal{ID: "usr_ida", Name: "Ida", Email: "ida@acme.example", Status: domain.Active},
		domain.Role{ID: "rol_x", Name: "Intern", ForUsers: true, Default: true},
		domain.Object{ID: "company", Name: "Companies"}, domain.Object{ID: "note", Name: "Notes"}, domain.Object{ID: "task", Name: "Tasks"},
		domain.Object{ID: "report", Name: "Reports"}, domain.Object{ID: "person", Name: "People"}, domain.Object{ID: "deal", Name: "Deals"},
		domain.Field{ID: "person/email", Object: "person", Name: "Email"}, domain.Field{ID: "person/city", Object: "person", Name: "City"},
		permit(domain.TargetObjectSee, domain.AllID, domain.Allowed), permit(domain.TargetObjectEdit, "person", domain.Allowed),
		permit(domain.TargetObjectSee, "deal", domain.Denied), permit(domain.TargetField, "person/email", domain.SeeField),
		permit(domain.TargetSetting, "billing", domain.Held), permit(domain.TargetAction, domain.AllID, domain.Held),
	}
	o, err := domain.NewOrg(1, func(yield func(domain.Row, error) bool) {
		for _, r := range recs {
			if !yield(domain.Row{Record: r}, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	list := o.AccessOf("usr_ida", march)
	want := []struct{ kind, target, level string }{
		{"object", "Companies, Notes, Reports and 1 more", "See"},
		{"object", "People", "See, Edit"},
		{"field", "People › Email", "See"},
		{"setting", "Billing", "Held"},
		{"action", "all 11 actions", "Held"},
	}
	got := review.AccessLines(o, list)
	if len(got) != len(want) {
		t.Fatalf("%d lines: %+v", len(got), got)
	}
	stands := 0
	for i, w := range want {
		if g := got[i]; g.Kind != w.kind || g.Target != w.target || g.Level != w.level {
			t.Errorf("line %d is %s | %s | %s, want %v", i, g.Kind, g.Target, g.Level, w)
		}
		stands += len(got[i].All)
	}
	if stands != len(list) {
		t.Errorf("the lines stand for %d of %d", stands, len(list))
	}
	for target, say := range map[domain.Target]string{
		{Kind: domain.TargetObjectEdit, ID: "person"}: "Ida (has no role, so the default one) → Intern (exception on People allows Edit) → Edit on People: Allowed",
		{Kind: domain.TargetField, ID: "person/city"}: "Ida (has no role, so the default one) → Intern (no rule on City, so Edit on People holds) → field People › City: Edit",
	} {
		a := o.Access("usr_ida", target, "", march)
		if got := review.PathWords(o, a.Paths[0], target, ""); got != say {
			t.Errorf("%q, want %q", got, say)
		}
	}
}
