package main

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
)

// picture is a state and the instant it is looked at.
type picture struct {
	org *domain.Org
	seq domain.Seq
	at  time.Time
}

const asOfHelp = `A moment is a date (2026-03-31: as that day ended in the organisation's time zone), an
instant (2026-03-31T09:00:00Z), an event number (12), or "now".`

func asOfFlag(cmd *cobra.Command, to *string) {
	cmd.Flags().StringVar(to, "as-of", "", "look at the state of this `MOMENT`: a date, an instant or an event number")
}

var eventNumber = regexp.MustCompile(`^(?:#|event:?\s*)?(\d{1,15})$`)

// pictureOf gives the state of a moment, "" being now.
func pictureOf(tx review.Tx, moment string) (picture, error) {
	moment = strings.TrimSpace(moment)
	if moment == "" || strings.EqualFold(moment, "now") {
		o, err := tx.Org()
		if err != nil {
			return picture{}, err
		}
		head, err := tx.Log()
		return picture{o, domain.Seq(head.Size - 1), tx.Now()}, err
	}
	if m := eventNumber.FindStringSubmatch(moment); m != nil {
		return pictureAtEvent(tx, m[1])
	}
	at, err := parseMoment(tx, moment)
	if err != nil {
		return picture{}, err
	}
	seq, err := tx.SeqAt(at)
	if err != nil {
		return picture{}, err
	}
	o, err := tx.OrgAt(seq)
	return picture{o, seq, at}, err
}

func pictureAtEvent(tx review.Tx, digits string) (picture, error) {
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return picture{}, err
	}
	e, err := tx.Event(domain.Seq(n))
	if err != nil {
		return picture{}, err
	}
	o, err := tx.OrgAt(e.Seq)
	return picture{o, e.Seq, e.Time}, err
}

// parseMoment reads a date, which stands for its last millisecond in the
// organisation's zone, or an instant.
func parseMoment(tx review.Tx, moment string) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, moment); err == nil {
		return t.UTC(), nil
	}
	d, err := domain.ParseDate(moment)
	if err != nil {
		return time.Time{}, domain.Errorf(domain.Invalid, "%q is no moment", moment).
			Hinted("write a date (2026-03-31), an instant (2026-03-31T09:00:00Z) or an event number")
	}
	o, err := tx.Org()
	if err != nil {
		return time.Time{}, err
	}
	span := domain.Window{To: d}.Span(o.Zone())
	return time.Unix(span.To, 0).UTC().Add(-time.Millisecond), nil
}

// about begins a JSON answer about the picture.
func (s *session) about(p picture) about {
	at := p.at
	return about{Mode: modeWords[s.store.Mode()], Org: p.org.Setting(domain.SettingName), Event: p.seq, At: &at}
}

// pageOf begins a page about the picture; the state is named where it is not
// the present one.
func (s *session) pageOf(p picture, moment string) *page {
	out := s.newPage()
	if moment != "" {
		out.line("as of event %d, %s", p.seq, when(p.at, p.org.Zone()))
	}
	return out
}

// startOf gives the first instant of a moment: a date begins with its day.
func startOf(tx review.Tx, o *domain.Org, moment string) (time.Time, error) {
	if d, err := domain.ParseDate(moment); err == nil {
		return time.Unix(domain.Window{From: d}.Span(o.Zone()).From, 0).UTC(), nil
	}
	p, err := pictureOf(tx, moment)
	return p.at, err
}
