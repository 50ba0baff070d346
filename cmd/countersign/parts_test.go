package main

import (
	"bufio"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/review"
)

// What went over before a part was refused is said with the refusal, which keeps its kind
// and what to do.
func TestHandingOverInParts(t *testing.T) {
	items := make([]int, 2*review.MostHanded+12)
	for i := range items {
		items[i] = i + 1
	}
	for _, c := range []struct {
		name    string
		refused int // the part, from 1; 0: none
		request bool
		done    int
		want    string
	}{
		{"all", 0, false, 612, ""}, {"the first", 1, false, 0, "they are away: choose another"},
		{"the second", 2, false, 300, "300 of 612 items went over; then: they are away: choose another"},
		{"the last, asked for", 3, true, 600, "600 of 612 items went over, once a checker approves; then: they are away: choose another"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var gone []int
			n := 0
			asked, done, err := handParts(items, func(part []int) (q review.Request, err error) {
				if n++; n == c.refused {
					return q, domain.Errorf(domain.Conflict, "they are away").Hinted("choose another").ByRule("reviewer-away")
				}
				gone = append(gone, part...)
				if c.request {
					q.ID = "req_1"
				}
				return q, nil
			})
			if done != c.done || !slices.Equal(gone, items[:done]) || (len(asked) > 0) != c.request {
				t.Errorf("%d done, %d gone, asked %v", done, len(gone), asked)
			}
			if c.want == "" && err == nil {
				return
			}
			var e *domain.Error
			if !errors.As(err, &e) || err.Error() != c.want || e.Code != domain.Conflict || e.Rule != "reviewer-away" {
				t.Errorf("%v, want %q", err, c.want)
			}
			if said := notReassigned(done, err); strings.HasPrefix(said, "not ") != (done == 0) {
				t.Errorf("%d done: %s", done, said)
			}
		})
	}
}

// What was handed over of one reviewer is said where the next cannot be.
func TestHandOpenSaysWhatWasDone(t *testing.T) {
	s := demoAs(t, "launched", "ana.ferreira")
	d := chaseDesk{orgDesk{s: s, now: true}, campaignDesk{}}
	d.campaigns.s = s
	var campaign, from, to domain.ID
	if err := s.view(func(tx review.Tx) error {
		all, err := tx.Campaigns()
		if err != nil {
			return err
		}
		campaign = all[0].ID
		progress, err := tx.Progress(campaign)
		for _, p := range progress {
			if p.Reviewer == "" || p.Items == p.Decided {
				continue
			}
			if from == "" {
				from = p.Reviewer
			} else {
				to = p.Reviewer
			}
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	said, err := d.HandOpen(t.Context(), domain.Sight{}, campaign, []domain.ID{from, to}, to, "long away")
	if domain.CodeOf(err) != domain.Invalid || !strings.Contains(err.Error(), " to ") || !strings.Contains(err.Error(), "; then: ") {
		t.Errorf("said %q, %v", said, err)
	}
}

// The last line of a log may lack its end; a line longer than any event is refused, and
// is not read to its end.
func TestLinesOfALog(t *testing.T) {
	for text, want := range map[string][]string{"": nil, "a\n": {"a"}, "a\nb": {"a", "b"}, "a\n\nb\n": {"a", "", "b"}, "a\r\n": {"a\r"}, strings.Repeat("x", 20) + "\ny": {strings.Repeat("x", 20), "y"}} {
		in := bufio.NewReaderSize(strings.NewReader(text), 16)
		var got []string
		var err error
		for {
			var line []byte
			if line, err = logLine(in, 20); err != nil {
				break
			}
			got = append(got, string(line))
		}
		if !errors.Is(err, io.EOF) || !slices.Equal(got, want) {
			t.Errorf("%q is read as %q, %v", text, got, err)
		}
	}
	endless := &counted{}
	if _, err := logLine(bufio.NewReaderSize(endless, 16), 20); domain.CodeOf(err) != domain.Invalid || endless.n > 100 {
		t.Errorf("%v after %d bytes", err, endless.n)
	}
}

// counted is a file without an end or a line, and how much of it was read.
type counted struct{ n int }

func (c *counted) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	c.n += len(p)
	return len(p), nil
}
