package review_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
)

// BenchmarkQuarter plays a quarter over many direct grants: 3,477 people,
// 1,587 agents, 105,205 grants when run with -benchtime=1x and the default
// size. It reports the seconds of each act.
func BenchmarkQuarter(b *testing.B) {
	for range b.N {
		playBig(b, 3477, 1587, 105205)
	}
}

// bigChanges makes people, agents and direct grants, spread evenly and the
// same each time.
func bigChanges(people, agents, grants int, manager domain.ID) []domain.Change {
	var out []domain.Change
	for i := range people {
		out = append(out, domain.Begin(domain.Principal{ID: domain.ID(fmt.Sprintf("usr_p%05d", i)), Kind: domain.User,
			Name: fmt.Sprintf("Person %05d", i), Email: fmt.Sprintf("p%05d@acme.example", i), Manager: manager, Status: domain.Active}))
	}
	for i := range agents {
		out = append(out, domain.Begin(domain.Agent{ID: domain.ID(fmt.Sprintf("agt_a%05d", i)), Name: fmt.Sprintf("Agent %05d", i),
			AccessType: domain.GroupRestricted, Classification: domain.ClassInternal}))
	}
	for i := range grants {
		p, a := i%people, (i/people*37+i%people*11)%agents
		out = append(out, domain.Begin(domain.Grant{ID: domain.ID(fmt.Sprintf("gnt_g%06d", i)),
			Holder: principalHolder(domain.ID(fmt.Sprintf("usr_p%05d", p))), Target: onAgent(domain.ID(fmt.Sprintf("agt_a%05d", a))),
			Level: domain.ViewUse}))
	}
	return out
}

func playBig(b *testing.B, people, agents, grants int) {
	ctx := context.Background()
	w := newWorld(b)
	step := func(name string, fn func() error) {
		begin := time.Now()
		if err := fn(); err != nil {
			b.Fatalf("%s: %v", name, err)
		}
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		fmt.Printf("%-12s %6.2f s, heap %d MiB\n", name, time.Since(begin).Seconds(), m.HeapInuse>>20)
	}
	var id domain.ID
	var c review.Campaign
	step("propose", func() error {
		p, err := w.svc.Propose(ctx, w.admin, domain.ChangeSet{Title: "Import", Reason: "big", Changes: bigChanges(people, agents, grants, tomID),
			Source: domain.SourceFile{Source: "rolemining", Name: "a.csv", SHA256: "aa", Rows: grants}})
		id = p.ID
		return err
	})
	step("approve", func() error { _, err := w.svc.Approve(ctx, w.cleo, id, "ok"); return err })
	step("stage", func() error {
		c = w.draft(domain.TargetAgent)
		_, err := w.svc.Stage(ctx, w.admin, c.ID, nil)
		return err
	})
	step("launch", func() (err error) { c, err = w.svc.Launch(ctx, w.cleo, c.ID); return err })
	step("decide", func() error { return w.decideBulk(w.tom, c) })
	step("decide rest", func() error { return w.decideBulk(w.admin, c) })
	step("sign", func() error { _, err := w.svc.SignOff(ctx, w.tom, c.ID, c.Name); return err })
	step("sign rest", func() error { _, err := w.svc.SignOff(ctx, w.admin, c.ID, c.Name); return err })
	step("countersign", func() error { _, err := w.svc.Countersign(ctx, w.cleo, c.ID, tomID, ""); return err })
	step("countersign rest", func() error { _, err := w.svc.Countersign(ctx, w.carl, c.ID, w.admin.Principal, ""); return err })
	step("remediate", func() error { _, err := w.svc.Remediate(ctx, w.admin, c.ID); return err })
	step("verify", func() error {
		r, err := w.svc.Verify(ctx, w.admin, c.ID)
		b.Log(r)
		return err
	})
	step("close", func() error { _, err := w.svc.Close(ctx, w.admin, c.ID); return err })
}

// decideBulk answers everything of a reviewer, 500 an act, high-risk items one
// by one, revoking every tenth.
func (w *world) decideBulk(who domain.Actor, c review.Campaign) error {
	for after := 0; ; {
		items := w.items(review.ItemQuery{Campaign: c.ID, Reviewer: who.Principal, After: after, Limit: 500})
		if len(items) == 0 {
			return nil
		}
		after = items[len(items)-1].No
		var in []review.DecisionInput
		for _, it := range items {
			d := review.DecisionInput{Item: it.No, Answer: review.Keep}
			if it.No%10 == 0 {
				d.Answer, d.Reason = review.Revoke, "not used"
			}
			if it.HighRisk {
				if err := w.decide(who, c, d); err != nil {
					return err
				}
				continue
			}
			in = append(in, d)
		}
		if len(in) > 0 {
			if err := w.decide(who, c, in...); err != nil {
				return err
			}
		}
	}
}
