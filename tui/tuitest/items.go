package tuitest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"countersign/domain"
	"countersign/review"
)

// Population is a campaign's items in memory, as the pages that show them ask for
// them: what the store answers, by another way.
type Population struct {
	All   []review.Item
	Reads int // how often items were asked for
}

// Campaign is the one they are of, and Reviewer who answers for them.
const (
	Campaign domain.ID = "cmp_q4"
	Reviewer domain.ID = "usr_ana"
)

// Quarter is a campaign that has been launched, and an instant in it.
func Quarter() (review.Campaign, time.Time) {
	now := time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC)
	return review.Campaign{ID: Campaign, Name: "Q4 user access", State: review.Active, Stage: 1, Owner: "usr_tom",
		Due: now.Add(6*24*time.Hour + time.Hour), Population: "pop_1", Frozen: 41}, now
}

// NewPopulation makes n items, four to a person, every seventh of high risk, every
// fifth with a path that would remain. One holder's name is hostile. The last is
// the reviewer's own access, for someone else to decide.
func NewPopulation(n int) *Population {
	people := []string{"Dana Okafor", "Imre Vass", "株式会社 山田", "Mallory\rADMIN\x1b[8m\u202e", "Jose\u0301 Núñez"}
	things := []struct {
		kind domain.TargetKind
		name string
	}{{domain.TargetArea, "Deployments"}, {domain.TargetAgent, "Sales Agent"}, {domain.TargetGroup, "External Consultants"}, {domain.TargetAccount, "account role"}}
	s := &Population{}
	for i := range n {
		p, t := i/4, things[i%4]
		it := review.Item{Campaign: Campaign, Stage: 1, Reviewer: Reviewer, Rule: "manager"}
		it.No, it.Since, it.Reach, it.Class = i+1, 7, 1, domain.ClassInternal
		it.Holder, it.About, it.Target = fmt.Sprintf("%s %d", people[p%len(people)], p), "Support, Tier 2 lead", t.name
		it.Holding = domain.Grant{ID: domain.ID(fmt.Sprintf("gnt_%d", i+1)), Holder: domain.Holder{Kind: domain.HolderPrincipal, ID: domain.ID(fmt.Sprintf("usr_%d", p))},
			Target: domain.Target{Kind: t.kind, ID: domain.ID(fmt.Sprintf("thing_%d", i%4))}, Level: domain.LadderOf(t.kind).Top()}
		it.Allows, it.How = "promote any agent to Live, roll back", []string{it.Holder + " → Release crew → " + t.name}
		if i%7 == 3 {
			it.HighRisk, it.Flags = true, []string{"sensitive", "external"}
		}
		if i%5 == 2 {
			it.Remains = []string{"Read by role Operations manager"}
		}
		known(&it, i)
		s.All = append(s.All, it)
	}
	if n > 0 {
		last := &s.All[n-1]
		last.Holder, last.Holding.Holder.ID, last.Reviewer, last.Subjects = "Ana Ruiz", Reviewer, "usr_tom", []domain.ID{Reviewer}
	}
	return s
}

// known fills in what is known of the i-th item besides: in every twelve one is
// recommended to go, one to become Read and one to stay; one in four is new, was
// raised, is as it was, or is held by somebody who moved.
func known(it *review.Item, i int) {
	it.Peers, it.LastUsed = "2 of 31 in Support with the title Tier 2 lead have it", "2026-02-11"
	reason := func(k review.AdviceKind, a review.Answer, text string) review.AdviceReason {
		return review.AdviceReason{Kind: k, Toward: a, Text: text, Level: domain.Read}
	}
	var reasons []review.AdviceReason
	switch i % 12 {
	case 1:
		reasons = []review.AdviceReason{reason(review.AdviceUsed, review.Keep, "used on 2026-02-11"), reason(review.AdvicePeers, review.Revoke, "2 of 31 in Support have it")}
	case 5:
		it.LastUsed = "2025-06-01"
		reasons = []review.AdviceReason{reason(review.AdviceUnused, review.Revoke, "not used for 275 days")}
		it.Conflicts = []string{"Ana Ruiz gave it herself"}
	case 8:
		reasons = []review.AdviceReason{reason(review.AdviceLevel, review.Reduce, "its holder's peers stand at Read")}
	}
	it.Advice = review.Recommend(it.Holding.Level, reasons)
	it.Delta = []review.Delta{{Kind: review.DeltaNew, Text: "nobody has decided it before"},
		{Kind: review.DeltaUp, Was: domain.Read, Text: "Read was decided in Q3 user access; it is Edit now"}, {Kind: review.DeltaUnchanged, Was: it.Holding.Level},
		{Kind: review.DeltaMoved, Was: it.Holding.Level, Text: "title was Agent and is Tier 2 lead"}}[i%4]
}

// Items answers a query as the store does.
func (s *Population) Items(ctx context.Context, q review.ItemQuery) ([]review.Item, review.Head, error) {
	s.Reads++
	all := s.fit(q)
	key := func(it review.Item) string {
		switch q.Order {
		case review.ByTarget:
			return it.Target
		case review.ByRisk:
			return fmt.Sprint(!it.HighRisk)
		}
		return ""
	}
	slices.SortStableFunc(all, func(a, b review.Item) int { return cmp.Or(strings.Compare(key(a), key(b)), cmp.Compare(a.No, b.No)) })
	if q.After != 0 {
		at := s.All[q.After-1]
		edge := slices.IndexFunc(all, func(it review.Item) bool {
			c := cmp.Or(strings.Compare(key(it), key(at)), cmp.Compare(it.No, at.No))
			return c > 0 || q.Back && c == 0
		})
		if edge < 0 {
			edge = len(all)
		}
		if q.Back {
			all = all[:edge]
		} else {
			all = all[edge:]
		}
	}
	if q.Limit > 0 && len(all) > q.Limit {
		if q.Back {
			all = all[len(all)-q.Limit:]
		} else {
			all = all[:q.Limit]
		}
	}
	return slices.Clone(all), review.Head{Size: 42, Root: "cm9vdA==", Log: "log_test"}, ctx.Err()
}

// CountItems counts what a query fits.
func (s *Population) CountItems(ctx context.Context, q review.ItemQuery) (int, error) {
	return len(s.fit(q)), ctx.Err()
}

func (s *Population) fit(q review.ItemQuery) []review.Item {
	var out []review.Item
	for _, it := range s.All {
		open := it.Decision.Answer == review.Silent
		switch {
		case q.Reviewer != "" && it.Reviewer != q.Reviewer, q.Holder != "" && it.Holding.Holder.ID != q.Holder, q.HighRisk && !it.HighRisk,
			q.State == review.ItemOpen && !open, q.State == review.ItemReturned && (!open || it.Return.Round == 0),
			len(q.Ruled) > 0 && (it.Ruling.Iteration == 0 || !slices.Contains(q.Ruled, it.Ruling.Answer)),
			len(q.Answers) > 0 && !slices.Contains(q.Answers, it.Decision.Answer),
			q.No != 0 && it.No != q.No,
			strconv.Itoa(it.No) != q.Text && !strings.Contains(strings.ToLower(it.Holder+"\n"+it.Target), strings.ToLower(q.Text)):
			continue
		}
		out = append(out, it)
	}
	return out
}

// Progress counts the reviewer's items.
func (s *Population) Progress() review.Progress {
	p := review.Progress{Stage: 1, Reviewer: Reviewer}
	for _, it := range s.All {
		if it.Reviewer != Reviewer {
			continue
		}
		p.Items++
		if it.Decision.Answer != review.Silent {
			p.Decided++
		}
		switch it.Decision.Answer {
		case review.Keep:
			p.Keep++
		case review.Reduce:
			p.Reduce++
		case review.Revoke:
			p.Revoke++
		case review.Abstain:
			p.Abstain++
		}
	}
	return p
}
