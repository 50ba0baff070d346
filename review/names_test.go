package review_test

import (
	"context"
	"slices"
	"testing"

	"countersign/domain"
	"countersign/review"
	"countersign/store/storetest"
)

// What reads as the name of a scheduled campaign does not keep it from being drafted:
// it has another name then.
func TestTheClockFindsANameThatReadsOtherwise(t *testing.T) {
	w := newWorld(t)
	c := w.draft(domain.TargetAgent)
	c.Name, c.Due = "agents\u200b 2027-01-31", day(3, 1)
	_, err := w.svc.Redraft(context.Background(), w.admin, c.ID, c)
	w.must(err)
	w.clock.Set(day(1, 15))
	w.approved(monthly("Agents"))
	if acts := w.tick(day(1, 31)); !slices.Contains(acts, "draft") {
		t.Fatalf("it does %v", acts)
	}
	if _, there := w.campaigns()["Agents 2027-01-31 (2)"]; !there {
		t.Errorf("there are %v", w.campaigns())
	}
	w.still(day(1, 31).Add(1))
}

// A draft from before names were compared by what shows keeps its name, and is changed
// otherwise; a new one does not get it, nor does another draft.
func TestAnOldTwinKeepsItsName(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	c := w.draft(domain.TargetAgent)
	twin := c
	twin.ID, twin.Name = "cmp_twin", c.Name+"\u200b"
	storetest.Append(t, w.s, domain.Event{Type: review.EvDrafted, Subject: string(twin.ID)}, domain.Begin(twin))
	for _, one := range []review.Campaign{c, twin} {
		one.Due = one.Due.AddDate(0, 0, 1)
		_, err := w.svc.Redraft(ctx, w.admin, one.ID, one)
		w.must(err)
		one.Name = "\u200b" + c.Name
		_, err = w.svc.Redraft(ctx, w.admin, one.ID, one)
		w.wantRule(err, "name-taken")
	}
	c.Name = twin.Name
	_, err := w.svc.NewCampaign(ctx, w.admin, c)
	w.wantRule(err, "name-taken")
}

// Definitions from before names were compared by what shows may read the same: each is
// had by its id and its very name, never a mixture, and a name that is neither's very
// own says which there are.
func TestDefinitionsThatReadTheSameAreNotMixed(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	for _, name := range []string{"\u200b", "\u202e\u00ad", " "} {
		if _, err := w.svc.ProposeTemplate(ctx, w.admin, monthly(name)); domain.CodeOf(err) != domain.Invalid {
			t.Errorf("named %+q: %v", name, err)
		}
	}
	one := w.approved(monthly("Agents"))
	two := one
	two.ID, two.Name = "def_twin", "Agents\u200b"
	next := two
	next.Version, next.State, next.Checker = 2, review.TemplateProposed, ""
	third := one // what is called as another's id is
	third.ID, third.Name = "def_third", string(two.ID)
	for _, x := range []review.Template{two, next, third} {
		storetest.Append(t, w.s, domain.Event{Type: review.EvTemplate, Subject: string(x.ID)}, domain.Begin(x))
	}
	for ref, want := range map[string][]domain.ID{
		"Agents": {one.ID}, string(one.ID): {one.ID}, "Agents\u200b": {two.ID, two.ID}, string(two.ID): {two.ID, two.ID},
		"DEF_TWIN": {third.ID}, string(third.ID): {third.ID},
	} {
		var got []domain.ID
		for _, v := range w.versions(ref) {
			got = append(got, v.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%+q names %v, want %v", ref, got, want)
		}
	}
	err := w.s.View(ctx, func(tx review.Tx) error { return last(review.FindTemplate(tx, "agents")) })
	if ruleOf(err) != "several-definitions" {
		t.Errorf("what several read as: %v", err)
	}
}
