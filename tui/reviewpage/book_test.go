package reviewpage

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"countersign/domain"
)

func (d *desk) PacketOut(context.Context, domain.ID) (string, int, error) {
	return "packet-q4.xlsx", 38, d.fail
}

func (d *desk) ReadBack(_ context.Context, _ domain.ID, file string) (Back, error) {
	b := Back{File: file + "\x1b[31m", Summary: "2 accepted, 15 stale", Accepted: []string{"line 2, item 1: keep", "line 3, item 2: revoke"},
		Enter: func(_ context.Context, saw domain.Sight) (string, error) {
			d.saws = append(d.saws, saw)
			return "2 decisions saved (event 9)", d.fail
		}}
	for i := range 15 {
		b.Refused = append(b.Refused, fmt.Sprintf("line %d: stale: decided since \u202e", 10+i))
	}
	if file == "none" {
		return b, domain.Errorf(domain.NotFound, "none cannot be read")
	}
	if file == "blank" {
		b = Back{File: file, Summary: "38 unchanged"}
	}
	return b, nil
}

// The packet goes out as a workbook; what comes back is shown first, and
// written only when that is chosen.
func TestPacketsOutAndBack(t *testing.T) {
	c := open(t, 8, 120, 40)
	c.Keys("w")
	c.Has("written: packet-q4.xlsx, 38 items to answer")
	c.Keys("W", "enter")
	c.Has("a file is needed")
	c.Type("none")
	c.Keys("enter")
	c.Has("none cannot be read")
	for range "none" {
		c.Keys("backspace")
	}
	c.Type("answered.xlsx")
	c.Keys("enter")
	c.Has("2 accepted, 15 stale.")
	c.Has("line 10: stale: decided since")
	c.Has("and 5 more rows")
	c.Has("write 2 decisions, leave 15 refused rows out")
	c.Keys("enter") // leaving it is what enter does
	if len(c.desk.saws) != 0 {
		t.Fatal("something was written that nobody chose")
	}
	c.Keys("W")
	c.Type("answered.xlsx")
	c.Keys("enter", "w")
	c.Has("2 decisions saved (event 9)")
	if len(c.desk.saws) != 1 || c.desk.saws[0].Digest == "" {
		t.Errorf("it was written by one who saw %+v", c.desk.saws)
	}
	c.Keys("W")
	c.Type("blank")
	c.Keys("enter")
	c.Has("Nothing of it would be written.")
	c.Keys("esc")
	c.desk.fail = errors.New("the disk is full")
	c.Keys("w")
	c.Has("the disk is full")
}
