package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/change"
	"countersign/tui/questions"
)

// questionDesk answers the console's questions, as the commands of the same names do.
type questionDesk struct{ orgDesk }

// past is a moment that the organisation's pages show instead of the present.
type past struct {
	picture
	short string // the date, or the event
	words string // the instant, and the event
}

// pastNotice is what every screen says while a moment of the past is shown.
func (s *session) pastNotice() string {
	if p := s.past.Load(); p != nil {
		return "AS OF " + p.short + " for the organisation; campaigns, reviews and reports are now: " + p.words
	}
	return ""
}

// wordsOf splits what is typed at blanks outside double quotes.
func wordsOf(text string) []string {
	var out []string
	var b strings.Builder
	quoted, any := false, false
	for _, r := range text {
		switch {
		case r == '"':
			quoted, any = !quoted, true
		case !quoted && (r == ' ' || r == '\t'):
			if any {
				out = append(out, b.String())
			}
			b.Reset()
			any = false
		default:
			b.WriteRune(r)
			any = true
		}
	}
	if any {
		out = append(out, b.String())
	}
	return out
}

// targetIn finds TARGET, or AGENT AREA, at the beginning of refs, and gives the rest.
func targetIn(o *domain.Org, refs []string) (t domain.Target, agent domain.ID, rest []string, err error) {
	if len(refs) == 0 {
		return t, "", nil, domain.Errorf(domain.Invalid, "it is not said what is meant").Hinted("name a target, such as agent:Support or area:Voice/Numbers")
	}
	if len(refs) > 1 {
		agent, err := findAgentID(o, refs[0])
		area := refs[1]
		if !strings.HasPrefix(area, "area:") && !strings.HasPrefix(area, "source:") {
			area = "area:" + area
		}
		if t, also := findTarget(o, area); err == nil && also == nil && agent != "" {
			return t, agent, refs[2:], nil
		}
	}
	t, err = findTarget(o, refs[0])
	return t, "", refs[1:], err
}

// asked is the question of words, about a person first where one is meant.
func (d questionDesk) asked(ctx context.Context, words string, person bool) (out questions.Asked, err error) {
	refs := wordsOf(words)
	pic, err := d.Picture(ctx)
	if err != nil {
		return out, err
	}
	if person {
		if len(refs) == 0 {
			return out, domain.Errorf(domain.Invalid, "it is not said who is meant").Hinted("write :why PERSON TARGET, or :why PERSON AGENT AREA")
		}
		who, err := findPrincipal(pic.Org, refs[0])
		if err != nil {
			return out, err
		}
		out.Principal, refs = who.ID, refs[1:]
	}
	out.Target, out.Agent, refs, err = targetIn(pic.Org, refs)
	if err != nil {
		return out, err
	}
	out.Level, out.Title = 1, review.TargetName(pic.Org, out.Target, out.Agent)
	ladder := domain.LadderOf(out.Target.Kind)
	switch {
	case len(refs) == 1:
		if out.Level, err = ladder.Parse(refs[0]); err != nil {
			return out, err
		}
		out.Title += ", " + ladder.Word(out.Level)
	case len(refs) > 1:
		return out, domain.Errorf(domain.Invalid, "%q is more than a target and a level", strings.Join(refs, " ")).Hinted("put names with blanks into quotes")
	}
	return out, nil
}

// Why implements questions.Reads.
func (d questionDesk) Why(ctx context.Context, words string) (questions.Asked, error) {
	return d.asked(ctx, words, true)
}

// Who implements questions.Reads.
func (d questionDesk) Who(ctx context.Context, words string) (questions.Asked, error) {
	return d.asked(ctx, words, false)
}

// Diff implements questions.Reads.
func (d questionDesk) Diff(ctx context.Context, words string) (out questions.Between, err error) {
	refs := wordsOf(words)
	if len(refs) == 1 {
		refs = append(refs, "now")
	}
	if len(refs) < 2 || len(refs) > 3 {
		return out, domain.Errorf(domain.Invalid, "%q are not two moments", words).Hinted("write :diff FROM TO, and perhaps one person, group, role or target: :diff 2026-01-31 now group:Support")
	}
	return out, d.s.store.View(ctx, func(tx review.Tx) error {
		a, err := pictureOf(tx, refs[0])
		if err != nil {
			return err
		}
		b, err := pictureOf(tx, refs[1])
		if err != nil {
			return err
		}
		var about narrowed
		if len(refs) == 3 {
			if about, err = only(a.org, b.org, refs[2], ""); err != nil {
				if about, err = only(a.org, b.org, "", refs[2]); err != nil {
					return err
				}
			}
		}
		out = questions.Between{From: refs[0], To: refs[1], After: min(a.seq, b.seq), Until: max(a.seq, b.seq)}
		out.Things = differences(a, b, about)
		return ctx.Err()
	})
}

// differences are the records and then the levels that differ.
func differences(a, b picture, about narrowed) []questions.Difference {
	var out []questions.Difference
	for _, d := range diffRecords(a.org, b.org) {
		if !about.record(d) {
			continue
		}
		x := questions.Difference{Key: fmt.Sprint("r", len(out)), Change: d.Change, What: string(d.Kind), Text: d.Text, Entity: d.ID, Kind: d.Kind}
		for _, f := range d.Fields {
			x.Fields = append(x.Fields, fmt.Sprintf("%s: %s → %s", f.Field, f.From, f.To))
		}
		if len(d.Fields) == 1 {
			x.From, x.To = d.Fields[0].From, d.Fields[0].To
		}
		for _, r := range []domain.Record{d.before, d.after} {
			if g, ok := r.(domain.Grant); ok && g.Holder.Kind == domain.HolderPrincipal {
				x.Asked = change.Asked{Principal: g.Holder.ID, Target: g.Target, Agent: g.Agent}
			}
		}
		out = append(out, x)
	}
	for _, d := range diffLevels(a, b, about.person) {
		if about.target != nil && d.t != *about.target {
			continue
		}
		ladder := domain.LadderOf(d.t.Kind)
		name := b.org
		if _, ok := b.org.Principal(d.Principal.ID); !ok {
			name = a.org
		}
		x := questions.Difference{Key: fmt.Sprint("a", len(out)), Change: "lost", What: "access", From: d.From, To: d.To, Entity: d.Principal.ID, Kind: domain.KindPrincipal,
			Text: d.Principal.Name + ": " + review.TargetName(name, d.t, d.Agent), Asked: change.Asked{Principal: d.Principal.ID, Target: d.t, Agent: d.Agent}}
		from, err := ladder.Parse(d.From)
		if to, also := ladder.Parse(d.To); err == nil && also == nil && to > from {
			x.Change = "gained"
		}
		out = append(out, x)
	}
	return out
}

// AsOf implements questions.Reads.
func (d questionDesk) AsOf(ctx context.Context, moment string) (said string, err error) {
	moment = strings.TrimSpace(moment)
	if moment == "" || strings.EqualFold(moment, "now") {
		d.s.past.Store(nil)
		return "the present is shown", nil
	}
	return said, d.s.store.View(ctx, func(tx review.Tx) error {
		p, err := pictureOf(tx, moment)
		if err != nil {
			return err
		}
		if p.at.After(tx.Now()) {
			return domain.Errorf(domain.Invalid, "%s is not over yet", moment).Hinted("choose a moment of the past, or now")
		}
		words := fmt.Sprintf("%s (event %d)", when(p.at, p.org.Zone()), p.seq)
		short := fmt.Sprintf("event %d", p.seq)
		if _, err := domain.ParseDate(moment); err == nil {
			short = moment
		}
		d.s.past.Store(&past{p, short, words})
		said = "the organisation's pages show " + words
		return nil
	})
}

// mostMonths is how many ends of months are offered.
const mostMonths = 24

// Instants implements questions.Reads: now, when campaigns froze who has what, and the
// ends of months.
func (d questionDesk) Instants(ctx context.Context) (out []questions.Instant, err error) {
	return out, d.s.store.View(ctx, func(tx review.Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		all, err := tx.Campaigns()
		if err != nil {
			return err
		}
		first, err := tx.Event(1)
		if err != nil {
			return err
		}
		out = append(out, questions.Instant{Word: "now", Label: "now", Note: "the present"})
		for _, c := range all {
			if c.Frozen > 0 {
				out = append(out, questions.Instant{Word: fmt.Sprint(c.Frozen), Label: fmt.Sprintf("event %d", c.Frozen), Note: "what " + c.Name + " froze"})
			}
		}
		now := tx.Now().In(o.Zone())
		for i := range mostMonths {
			end := time.Date(now.Year(), now.Month()-time.Month(i), 0, 0, 0, 0, 0, o.Zone()) // the day before its first
			if end.AddDate(0, 0, 1).Before(first.Time) {
				break
			}
			out = append(out, questions.Instant{Word: end.Format(time.DateOnly), Label: end.Format(time.DateOnly), Note: "the end of " + end.Format("January 2006")})
		}
		out = append(out, questions.Instant{Word: "1", Label: "event 1", Note: "the beginning"})
		return nil
	})
}
