package xlsx

import (
	"strconv"
	"testing"
	"time"
)

// A spreadsheet keeps fifteen digits of a number: what is written must be no
// longer, or its re-save rounds another way than the digest does. 08:16 on 14
// October 2026 is 46309.34444444445 in full.
func TestInstantsKeepThroughASave(t *testing.T) {
	start := time.Date(2026, 10, 14, 0, 0, 0, 0, time.UTC)
	for m := range 24 * 60 {
		at := start.Add(time.Duration(m) * time.Minute)
		serial := serialDay(at.UnixMilli())
		written := string(appendFloat(nil, serial))
		if short := strconv.FormatFloat(serial, 'g', 15, 64); written != short {
			t.Fatalf("%s is written %s, of which a save keeps %s", at, written, short)
		}
		if back := time.UnixMilli(int64((serial-25569)*86_400_000 + 0.5)).UTC(); !back.Equal(at) {
			t.Fatalf("%s is read back as %s", at, back)
		}
	}
}
