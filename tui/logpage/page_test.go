package logpage_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/tui"
	"countersign/tui/logpage"
	"countersign/tui/theme"
	"countersign/tui/tuitest"
	"countersign/tui/tuitest/orgtest"
)

// book is an audit log in memory. It answers as the store does, by another way.
type book struct {
	t         testing.TB
	org       *domain.Org
	campaigns []review.Campaign
	events    []domain.Event
	verdict   logpage.Verdict
	fail      error
	during    func() // runs within a verification
	queries   []review.EventQuery
}

var start = time.Date(2026, 2, 1, 8, 0, 0, 0, time.UTC)

func newBook(t testing.TB) *book {
	c, _ := tuitest.Quarter()
	b := &book{t: t, org: orgtest.New(t).Org, campaigns: []review.Campaign{c},
		verdict: logpage.Verdict{Events: 12, Rows: 80, Items: 40, Root: "cm9vdA=="}}
	b.add(domain.Event{Type: domain.EvGenesis})
	dana := domain.Principal{ID: "usr_dana", Kind: domain.User, Name: "Dana Okafor", Email: "dana@acme.example", Title: "Tier 1", Status: domain.Active}
	promoted := dana
	promoted.Title = "Tier 2 lead"
	b.add(domain.Event{Type: domain.EvProposed, Subject: "chg_1", Actor: "usr_mira", Reason: "promoted", Changes: b.deltas(nil, head("chg_1", "Dana leads tier 2", domain.Proposed)),
		Proposed: b.deltas(dana, promoted)})
	b.add(domain.Event{Type: domain.EvApplied, Subject: "chg_1", Actor: "usr_tom", Applies: 1, Data: json.RawMessage(`{"need":"checker","gains":1,"loses":0}`),
		Changes: b.deltas(head("chg_1", "Dana leads tier 2", domain.Proposed), head("chg_1", "Dana leads tier 2", domain.Applied), dana, promoted)})
	b.add(domain.Event{Type: domain.EvRefused, Subject: "chg_1", Actor: "usr_mal", Reason: "the maker does not approve", Data: json.RawMessage(`{"act":"approve","code":"forbidden","rule":"maker"}`)})
	staged := c
	staged.State, staged.Stage = review.Staged, 0
	b.add(domain.Event{Type: review.EvLaunched, Subject: string(c.ID), Actor: "usr_ana", Changes: b.deltas(staged, c)})
	for i := range 6 {
		b.add(domain.Event{Type: review.EvDecided, Subject: fmt.Sprintf("%s/%d", c.ID, i+1), Actor: "usr_ana", Decision: "keep", Reason: "still needed", Duty: "reviewer", Assurance: domain.Asserted,
			Saw:     domain.Sight{Digest: strings.Repeat("ab", 32), Size: 5, Root: "cm9vdA=="},
			Changes: b.deltas(nil, review.Decision{Campaign: c.ID, Item: i + 1, Stage: 1, Reviewer: "usr_ana", Answer: review.Keep, Level: domain.Edit})})
	}
	b.add(domain.Event{Type: domain.EvExported, Subject: "agents", Actor: "usr_mal", Reason: orgtest.Hostile + "\nsecond line"})
	return b
}

func head(id domain.ID, title string, s domain.ChangeState) review.ChangeSetHead {
	return review.ChangeSetHead{ID: id, Title: title, Maker: "usr_mira", State: s, Reason: "promoted", Changes: 1}
}

// deltas pairs records, before and after.
func (b *book) deltas(pairs ...domain.Record) []domain.Delta {
	b.t.Helper()
	var out []domain.Delta
	for pair := range slices.Chunk(pairs, 2) {
		d, err := domain.DeltaOf(pair[0], pair[1])
		if err != nil {
			b.t.Fatal(err)
		}
		out = append(out, d)
	}
	return out
}

// add appends an event, a day after the one before.
func (b *book) add(e domain.Event) {
	e.Seq = domain.Seq(len(b.events))
	e.Time = start.AddDate(0, 0, len(b.events))
	b.events = append(b.events, e)
}

func (b *book) picture() logpage.Picture {
	return logpage.Picture{Org: b.org, Campaigns: b.campaigns, Head: review.Head{Size: int64(len(b.events)), Root: "cm9vdA==", Log: "log_test"}}
}

func (b *book) Events(_ context.Context, asks logpage.Asks) (logpage.Picture, error) {
	p := b.picture()
	q, ok := asks(b.org, b.campaigns)
	if !ok || b.fail != nil {
		return p, b.fail
	}
	b.queries = append(b.queries, q)
	all := slices.Clone(b.events)
	if !q.Forward {
		slices.Reverse(all)
	}
	for _, e := range all {
		raw, err := e.Canonical()
		if err != nil {
			return p, err
		}
		switch line := string(raw); {
		case len(q.Types) > 0 && !slices.Contains(q.Types, e.Type), q.Actor != "" && e.Actor != q.Actor,
			q.Subject != "" && e.Subject != q.Subject && !strings.HasPrefix(e.Subject, q.Subject+"/"),
			q.Entity != "" && !strings.Contains(line, `"`+string(q.Entity)+`"`) && !strings.Contains(line, `"`+string(q.Entity)+`/`),
			!q.From.IsZero() && e.Time.Before(q.From), !q.To.IsZero() && !e.Time.Before(q.To),
			q.Before != 0 && !q.Forward && e.Seq >= q.Before, q.Before != 0 && q.Forward && e.Seq <= q.Before:
			continue
		}
		if p.Events = append(p.Events, e); len(p.Events) == q.Limit {
			break
		}
	}
	return p, nil
}

func (b *book) Event(_ context.Context, seq domain.Seq) (logpage.Picture, error) {
	p := b.picture()
	if b.fail != nil {
		return p, b.fail
	}
	p.Events = b.events[seq : seq+1]
	return p, nil
}

func (b *book) Verify(ctx context.Context, progress func(string, int64, int64)) (logpage.Verdict, error) {
	progress("events", 6, 12)
	if b.during != nil {
		b.during()
	}
	return b.verdict, errors.Join(b.fail, ctx.Err())
}

func (b *book) Checkpoint(context.Context) (string, error) {
	return "countersign.example/log\n12\ncm9vdA==\n", b.fail
}

type console struct {
	*tuitest.Driver
	root    *tui.Root
	written []tui.Table
}

func open(t testing.TB, b *book, kind theme.Kind, w, h int, arg string) *console {
	t.Helper()
	clock := tuitest.NewClock(time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC))
	c := &console{}
	first := true
	root, err := tui.New(tui.Config{Product: "Countersign", Actor: "ana@acme.example", Now: clock.Now, After: clock.After, Theme: theme.Options{Kind: kind},
		Export: func(_ context.Context, table tui.Table, format string) (string, error) {
			c.written = append(c.written, table)
			return table.Name + "." + format, nil
		},
		Pages: []tui.PageSpec{{ID: "log", Title: "Log", Key: "0", New: func(h *tui.Host, a string) tui.Page {
			if first {
				a, first = arg, false
			}
			return logpage.New(b)(h, a)
		}}}})
	if err != nil {
		t.Fatal(err)
	}
	c.root = root
	c.Driver = tuitest.Start(t, root, clock, w, h)
	c.Advance(time.Second)
	return c
}

func TestGoldenFrames(t *testing.T) {
	for _, size := range []struct {
		w, h int
		name string
	}{{200, 50, "wide"}, {80, 24, "middle"}, {60, 15, "small"}} {
		c := open(t, newBook(t), theme.Dark, size.w, size.h, "")
		c.Keys("G", "k", "k")
		c.Advance(time.Second)
		c.Golden(size.name)
		c.Keys("enter")
		c.Golden(size.name + "-event")
		c = open(t, newBook(t), theme.NoColour, size.w, size.h, "")
		c.Sound()
		tuitest.Golden(t, size.name+"-no-colour", c.FrameStyled())
	}
}

func TestNewestFirst(t *testing.T) {
	c := open(t, newBook(t), theme.Dark, 160, 30, "")
	f := c.Frame()
	if strings.Index(f, "report exported") > strings.Index(f, "campaign launched") || strings.Index(f, "campaign launched") > strings.Index(f, "log opened") {
		t.Errorf("the newest event is not on top:\n%s", f)
	}
	c.Has("2026-02-12 08:00:00")
	c.Has("log of 12 events")
}

func TestFilters(t *testing.T) {
	for _, x := range []struct {
		filter  string
		has     []string // of the events, their numbers
		hasNot  []string
		queried func(review.EventQuery) bool // nil: not looked at
	}{
		{"type:launched", []string{"4"}, []string{"0", "5", "11"}, func(q review.EventQuery) bool { return slices.Equal(q.Types, []domain.EventType{review.EvLaunched}) }},
		{"type:\"change set\"", []string{"1", "2"}, []string{"0", "4"}, nil},
		{"!type:item", []string{"0", "4", "11"}, []string{"5", "10"}, nil},
		{"entity:\"q4 user access\"", []string{"4", "5"}, []string{"0", "1", "11"}, func(q review.EventQuery) bool { return q.Entity == tuitest.Campaign }},
		{"entity:chg_1", []string{"1", "2", "3"}, []string{"4", "11"}, func(q review.EventQuery) bool { return q.Entity == "chg_1" }},
		{"entity:cmp_q4/3", []string{"7"}, []string{"6", "8"}, nil},
		{"person:dana", []string{"1", "2"}, []string{"4", "5"}, func(q review.EventQuery) bool { return q.Entity == "usr_dana" }},
		{"person:tom", []string{"2"}, []string{"1", "5"}, nil},
		{"by:ana@acme.example", []string{"4", "5"}, []string{"2", "11"}, func(q review.EventQuery) bool { return q.Actor == "usr_ana" }},
		{"!by:ana@acme.example", []string{"0", "2", "11"}, []string{"4", "5"}, nil},
		{"from:2026-02-05 to:2026-02-06", []string{"4", "5"}, []string{"3", "6"}, func(q review.EventQuery) bool {
			return q.From.Equal(time.Date(2026, 2, 5, 0, 0, 0, 0, time.UTC)) && q.To.Equal(time.Date(2026, 2, 7, 0, 0, 0, 0, time.UTC))
		}},
		{"!from:2026-02-05", []string{"0", "3"}, []string{"4", "5"}, nil},
		{"from:2026-02", []string{"0", "11"}, nil, nil},
		{"to:2025", nil, []string{"0", "11"}, nil},
		{"from:2026-02-05T08:00:00Z", []string{"4"}, []string{"3"}, nil},
		{"from:2026-1", []string{"0", "11"}, nil, nil}, // half typed asks for nothing
		{"refused", []string{"3"}, []string{"2", "4"}, nil},
		{"9", []string{"9"}, []string{"0", "10"}, nil}, // and what says a 9 in its words
		{"number:9", []string{"9"}, []string{"8", "10"}, nil},
		{"!keep", []string{"3"}, []string{"5"}, nil},
		{"person:nobody", nil, []string{"0", "11"}, nil},
		{"type:nothing", nil, []string{"0", "11"}, nil},
		{"by:ana type:launched", []string{"4"}, []string{"5"}, nil},
	} {
		t.Run(x.filter, func(t *testing.T) {
			b := newBook(t)
			c := open(t, b, theme.Dark, 110, 17, "")
			c.Keys("/")
			c.Type(x.filter)
			c.Keys("enter")
			got := shown(c.Frame())
			for _, n := range x.has {
				if !slices.Contains(got, n) {
					t.Errorf("event %s is not shown: %v\n%s", n, got, c.Frame())
				}
			}
			for _, n := range x.hasNot {
				if slices.Contains(got, n) {
					t.Errorf("event %s is shown: %v", n, got)
				}
			}
			if x.queried != nil && !slices.ContainsFunc(b.queries, x.queried) {
				t.Errorf("the store was asked %+v", b.queries[len(b.queries)-1])
			}
		})
	}
}

// shown are the event numbers in the list: what stands behind the time.
func shown(frame string) []string {
	var out []string
	for l := range strings.SplitSeq(frame, "\n") {
		w := strings.Fields(strings.TrimLeft(l, " >"))
		if len(w) > 3 && strings.HasPrefix(w[0], "202") {
			out = append(out, w[3])
		}
	}
	return out
}

func TestPagesOfTheLogMeet(t *testing.T) {
	for _, filter := range []string{"", "keep"} { // answered by the store, and not
		b := newBook(t)
		for i := range 900 {
			b.add(domain.Event{Type: review.EvDecided, Subject: "cmp_q4", Actor: "usr_ana", Decision: []string{"keep", "revoke"}[i%2]})
		}
		c := open(t, b, theme.Dark, 110, 17, "")
		if filter != "" {
			c.Keys("/")
			c.Type(filter)
			c.Keys("enter")
		}
		seen := map[string]bool{}
		note := func() {
			c.Sound()
			for _, n := range shown(c.Frame()) {
				seen[n] = true
			}
		}
		for range 90 {
			c.Keys("pgdown")
			note()
		}
		down := len(seen)
		want := 912
		if filter != "" {
			want = 450 + 6
		}
		c.Keys("g")
		note()
		if len(seen) != want || down < want-40 {
			t.Errorf("filter %q: %d of %d events were seen", filter, len(seen), want)
		}
		c.Keys("G")
		clear(seen)
		for range 90 {
			note()
			c.Keys("pgup")
		}
		note()
		if len(seen) != want {
			t.Errorf("filter %q, upwards: %d of %d events were seen", filter, len(seen), want)
		}
	}
}

// TestABareNumberListsThatEventFirst: among all that say the number somewhere the event
// with it comes first, once, whichever way the list is gone through, the newest or the
// oldest event next.
func TestABareNumberListsThatEventFirst(t *testing.T) {
	for next, keys := range map[string][]string{"311": nil, "6": {"S"}} {
		bareNumber(t, next, keys)
	}
}

func bareNumber(t *testing.T, next string, keys []string) {
	t.Helper()
	b := newBook(t)
	for range 300 {
		b.add(domain.Event{Type: review.EvDecided, Subject: "cmp_q4", Actor: "usr_ana", Decision: "keep 7"})
	}
	c := open(t, b, theme.Dark, 110, 17, "")
	c.Keys(keys...)
	c.Keys("/")
	c.Type("7")
	c.Keys("enter")
	if got := shown(c.Frame()); len(got) < 2 || got[0] != "7" || got[1] != next {
		t.Fatalf("%v: the first are %v, want event %s after 7", keys, got, next)
	}
	seen := map[string]int{}
	last := ""
	for range 400 {
		r, _, _ := strings.Cut(c.Frame()[strings.Index(c.Frame(), "\n>")+1:], "\n")
		if w := strings.Fields(r); len(w) > 4 && r != last {
			seen[w[4]]++
			last = r
		}
		c.Keys("j")
	}
	if len(seen) < 301 || seen["7"] != 1 {
		t.Errorf("%d events were seen, event 7 %d times", len(seen), seen["7"])
	}
	c.Keys("G", "g")
	if got := shown(c.Frame()); len(got) == 0 || got[0] != "7" {
		t.Errorf("come back, the first are %v", got)
	}
	c.Keys("/", "backspace", "9", "9", "9", "9", "enter") // no such event
	c.Sound()
}

// TestAnEventLeadsToTheItemsItNames: a sign-off to its packet's items, a decision to its
// item.
func TestAnEventLeadsToTheItemsItNames(t *testing.T) {
	b := newBook(t)
	packet := review.Packet{Campaign: tuitest.Campaign, Stage: 1, Reviewer: "usr_ana", State: review.Signed}
	b.add(domain.Event{Type: review.EvSigned, Subject: string(packet.RecordID()), Actor: "usr_ana", Changes: b.deltas(nil, packet)})
	c := open(t, b, theme.Dark, 120, 40, "")
	c.Keys("o")
	c.Has("the items of this packet")
	c.Keys("esc", "/")
	c.Type("number:7")
	c.Keys("enter", "o")
	c.Has("item 3")
	c.Has("it names this")
	c.HasNot("packet")
}

func TestAnEventIsReadableWhole(t *testing.T) {
	c := open(t, newBook(t), theme.Dark, 160, 50, "")
	c.Keys("/")
	c.Type("type:applied")
	c.Keys("enter", "enter")
	for _, want := range []string{"Event 2: change set applied", "Tom Vale (usr_tom)", "Dana leads tier 2 (chg_1)", "what event 1 proposed", "need: checker",
		`~ the user "Dana Okafor" changes`, "Tier 1 → Tier 2 lead", "proposed → applied"} {
		c.Has(want)
	}
}

func TestWithAnEntityItIsThatOnesHistory(t *testing.T) {
	c := open(t, newBook(t), theme.Dark, 140, 40, "about:cmp_q4/3")
	c.Has("Log of Q4 user access, item 3")
	c.Has("item decided")
	c.HasNot("change set")
	c = open(t, newBook(t), theme.Dark, 140, 40, "usr_dana")
	c.Has("Log of Dana Okafor")
	c.Has("change set applied")
	c.HasNot("item decided")
	c.Keys("i")
	c.Has("Log of chg_1")
	c.Has("refused")
	c.HasNot("item decided")
}

func TestExportTakesWhatPassesTheFilter(t *testing.T) {
	c := open(t, newBook(t), theme.Dark, 140, 40, "")
	c.Keys("/")
	c.Type("type:launched")
	c.Keys("enter", "x", "c")
	if len(c.written) != 1 || c.written[0].Name != "log" || len(c.written[0].Rows) != 1 || !slices.Contains(c.written[0].Rows[0], "Q4 user access") {
		t.Errorf("written: %+v", c.written)
	}
}

func TestWhatCannotBeReadIsSaid(t *testing.T) {
	b := newBook(t)
	b.fail = domain.Errorf(domain.Internal, "the log cannot be read").Hinted("restore a backup")
	c := open(t, b, theme.Dark, 100, 30, "")
	c.Has("the log cannot be read: restore a backup")
	c.Keys("c", "enter", "i")
	c.Sound()
}

func TestNoKeyHasTwoMeanings(t *testing.T) {
	c := open(t, newBook(t), theme.Dark, 120, 40, "")
	if faults := c.root.Actions().Check(); len(faults) > 0 {
		t.Error(faults)
	}
}

func TestFuzz(t *testing.T) {
	keys := []string{"j", "k", "g", "G", "enter", "esc", "/", "d", "a", ":", "2", "V", "c", "i", "x", "f", "p", "ctrl+d", "pgup", "f5", "?", "down", "backspace", "y", "q"}
	for seed := range uint64(6) {
		open(t, newBook(t), theme.Dark, 100, 30, "").Fuzz(seed, 250, keys)
	}
}

// TestPicture is the README's picture of the page.
func TestPicture(t *testing.T) {
	c := open(t, newBook(t), theme.Dark, 140, 34, "")
	c.Advance(time.Second)
	c.Picture("log")
}
