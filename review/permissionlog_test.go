package review_test

import (
	"strings"
	"testing"

	"countersign/domain"
	"countersign/review"
	"countersign/store/storetest"
)

// permissions lists what the log says of permissions, a line each.
func (w *world) permissions(q review.PermissionQuery) []string {
	w.t.Helper()
	var out []string
	storetest.View(w.t, w.s, func(tx review.Tx) error {
		for p, err := range review.PermissionLog(tx, q) {
			if err != nil {
				return err
			}
			out = append(out, strings.Join([]string{string(p.Event), p.Actor, p.AgentName, p.GroupName, p.UserName, p.SourceName,
				p.Permission, p.Changes.Before, p.Changes.After}, "|"))
		}
		return nil
	})
	return out
}

func sameLines(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
		t.Errorf("%s:\n%s\nwant\n%s", what, g, w)
	}
}

// Seed: Twig, permission audit logs: what an entry says of events of every
// shape: of the program itself, several rows at once, names of the time.
func TestPermissionLog(t *testing.T) {
	w := newWorld(t)
	crew := w.grant("gnt_crew")
	before := w.now()
	after := review.PermissionQuery{From: before}
	event := domain.Event{Type: domain.EvApplied, Subject: "chg_x"}

	// Given to another group: taken off one, put on the other.
	tier := domain.Group{ID: "grp_tier", Name: "Tier 1"}
	moved := crew
	moved.Holder = groupHolder(tier.ID)
	storetest.Append(t, w.s, event, domain.Begin(tier), domain.Replace(crew, moved))
	sameLines(t, "moved to another group", w.permissions(after),
		"GROUP_ADDED_TO_AGENT|countersign|Sales Agent|Tier 1|||VIEW_AND_USE|GROUP_RESTRICTED|GROUP_RESTRICTED",
		"GROUP_REMOVED_FROM_AGENT|countersign|Sales Agent|Release crew|||VIEW_AND_USE|GROUP_RESTRICTED|GROUP_RESTRICTED")

	// Renamed and closed in one event, with a named user taken off: the type
	// first, and the name is the new one from then on, not before.
	after.From = w.now()
	dana := w.grant("gnt_dana")
	event.Actor = tomID
	was := w.agent(salesID)
	is := was
	is.Name, is.AccessType = "Deals Agent", domain.Private
	storetest.Append(t, w.s, event, domain.End(dana), domain.Replace(was, is))
	sameLines(t, "closed", w.permissions(after),
		"AGENT_ACCESS_TYPE_CHANGED|tom@acme.example|Deals Agent|||||GROUP_RESTRICTED|PRIVATE",
		"USER_REMOVED_FROM_AGENT|tom@acme.example|Deals Agent||Dana Okafor||EDIT|GROUP_RESTRICTED|PRIVATE")
	sameLines(t, "before it was renamed", w.permissions(review.PermissionQuery{From: before, To: after.From, Entity: crewID}),
		"GROUP_REMOVED_FROM_AGENT|countersign|Sales Agent|Release crew|||VIEW_AND_USE|GROUP_RESTRICTED|GROUP_RESTRICTED")

	// What is no permission on an agent, a group or a source is none of it:
	// a description, an area, a duty.
	after.From = w.now()
	told := is
	told.Description = "Closes deals"
	storetest.Append(t, w.s, event, domain.Replace(is, told), domain.End(w.grant("gnt_ab")), domain.End(w.grant("gnt_ar2")))
	sameLines(t, "other changes", w.permissions(after))

	if got := len(w.permissions(review.PermissionQuery{Actor: tomID})); got != 2 {
		t.Errorf("Tom did %d things, want 2", got)
	}
	if _, err := review.ParsePermissionEvent("nothing"); domain.CodeOf(err) != domain.Invalid {
		t.Errorf("an unknown kind: %v", err)
	}
}

func (w *world) agent(id domain.ID) domain.Agent {
	w.t.Helper()
	a, ok := w.org().Agent(id)
	if !ok {
		w.t.Fatalf("there is no agent %s", id)
	}
	return a
}
