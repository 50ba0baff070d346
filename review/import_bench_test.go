package review_test

import (
	"context"
	"testing"

	"countersign/domain"
	"countersign/store"
)

// BenchmarkLargeImport proposes and approves as many people, agents and direct
// grants as rolemining's americas_small has, which is how an import of them
// ends: DESIGN section 4 wants no write transaction over 200 ms. Run it with
// -benchtime=1x.
//
// It is not met: the writer is held for 0.5 s of processor to propose and 0.7 s
// to approve (0.6 and 1.7 before rows went in packed and a proposal was read
// beforehand). Of the 0.7, SQLite takes 0.25 for the rows of state and 0.1 for
// the index of what the event names; packing takes 0.1, gathering the names 0.1.
// Of the 0.5, encoding the event's one line takes 0.2, hashing and keeping it
// 0.1. By the clock, where others wanted six times the machine, they were 0.64 s and
// 1.04 s. A row says by which event it began, so none can be there before its event:
// rows written in parts ahead would each have to say of which part they are, and
// everything that asks for what holds now, or held at an event, whether that part is
// in force, as it is asked of decisions.
func BenchmarkLargeImport(b *testing.B) {
	ctx := context.Background()
	for b.Loop() {
		w := newWorld(b)
		changes := bigChanges(3477, 1587, 95168, tomID)
		begun := spent()
		p, err := w.svc.Propose(ctx, w.admin, domain.ChangeSet{Title: "Import", Reason: "big", Changes: changes,
			Source: domain.SourceFile{Source: "rolemining", Name: "a.csv", SHA256: "aa", Rows: len(changes)}})
		w.must(err)
		b.ReportMetric(spent()-begun, "cpu-s-proposing")
		begun = spent()
		p, err = w.svc.Approve(ctx, w.cleo, p.ID, "ok")
		w.must(err)
		b.ReportMetric(spent()-begun, "cpu-s-approving")
		if p.State != domain.Applied {
			b.Fatalf("it is %v", p.State)
		}
		for _, h := range w.s.Holds() {
			if h.What == string(domain.EvProposed) || h.What == string(domain.EvApproved) {
				b.ReportMetric(float64(h.Longest.Milliseconds()), "ms-held-"+h.What+"-of-200")
			}
		}
		b.Log(w.s.Holds())
		if rep, err := w.s.Verify(ctx, store.VerifyOptions{}); err != nil || !rep.OK() {
			b.Fatal(rep.Faults, err)
		}
	}
}
