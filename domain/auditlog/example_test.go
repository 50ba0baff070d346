package auditlog_test

import (
	"fmt"
	"time"

	"countersign/domain/auditlog"
)

// A checkpoint is taken and kept outside; the log is later shortened, and
// later still re-hashed after an edit.
func ExampleCompareRoot() {
	build := func(lines ...string) *auditlog.Builder {
		var b auditlog.Builder
		for _, line := range lines {
			if err := b.Add([]byte(line)); err != nil {
				fmt.Println(err)
			}
		}
		return &b
	}
	log := build(`{"genesis":"log_1"}`, `{"revoke":"agt_9"}`, `{"keep":"agt_7"}`)
	at := time.Date(2026, 7, 1, 8, 30, 0, 0, time.UTC)
	cp, err := auditlog.NewCheckpoint("log_1", log.Size(), log.Root(), at)
	if err != nil {
		fmt.Println(err)
	}
	text, err := auditlog.Format(cp)
	if err != nil {
		fmt.Println(err)
	}
	fmt.Print(string(text))

	cut := build(`{"genesis":"log_1"}`, `{"revoke":"agt_9"}`)
	fmt.Println(auditlog.CompareRoot(cp, "log_1", cut.Size(), auditlog.Hash{}).Message)
	edited := build(`{"genesis":"log_1"}`, `{"keep":"agt_9"}`, `{"keep":"agt_7"}`)
	fmt.Println(auditlog.CompareRoot(cp, "log_1", edited.Size(), edited.Root()).Message)
	// Output:
	// log_1
	// 3
	// aCUM8Ewzd19QNyGBEE/emlUKX2APR7W2HmacfRGASWI=
	// time 2026-07-01T08:30:00Z
	// The log has 2 events, the checkpoint 3: its tail was cut, by at least 1 event.
	// The log does not begin with the 3 events of the checkpoint: history was rewritten at or before event 2.
}
