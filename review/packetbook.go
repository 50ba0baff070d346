package review

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"countersign/domain"
)

// PacketBook is one reviewer's packet as a workbook shows it: for whom, in
// which stage and round, and after which event. A workbook is a copy of what
// the log says at that event, so it can be made again from it, word for word.
type PacketBook struct {
	Campaign Campaign
	Reviewer domain.ID
	Stage    int
	Round    int        // of the packet, from 1
	Event    domain.Seq // the last one when it was made
	Log      domain.ID
	Root     string // over the events up to Event, base64; not shown in the workbook
	Org      *domain.Org

	tx     Tx
	givers map[domain.Seq]giver
	given  map[domain.Seq]string
}

// Roots gives the log's root over its first size events.
type Roots func(size int64) (string, error)

// NewPacketBook is the book of a reviewer's packet in the campaign's present
// stage, as of now. Conflict: the campaign takes no answers ("not-active"), or
// the packet is closed ("signed"); Forbidden: there are no items ("no-items").
func NewPacketBook(tx Tx, roots Roots, c Campaign, reviewer domain.ID) (*PacketBook, error) {
	if c.State != Active {
		return nil, domain.Errorf(domain.Conflict, "the campaign %q is %s and takes no answers", c.Name, c.State).
			Hinted("packets are exported while it is active").ByRule("not-active")
	}
	head, err := tx.Log()
	if err != nil {
		return nil, err
	}
	o, err := tx.Org()
	if err != nil {
		return nil, err
	}
	p, err := tx.Packet(c.ID, c.Stage, reviewer)
	if err != nil {
		return nil, err
	}
	name := o.Name(domain.KindPrincipal, reviewer)
	if p.State == Signed || p.State == Countersigned {
		return nil, domain.Errorf(domain.Conflict, "the packet of %s in %q is %s: there is nothing to answer in it", name, c.Name, p.Word()).
			Hinted("a checker can return items of it").ByRule("signed")
	}
	own, err := tx.Items(ItemQuery{Campaign: c.ID, Stage: c.Stage, Reviewer: reviewer, Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(own) == 0 {
		return nil, domain.Errorf(domain.Forbidden, "%s has no items in %q", name, c.Name).Hinted("choose one of its reviewers").ByRule("no-items")
	}
	b := &PacketBook{Campaign: c, Reviewer: reviewer, Stage: c.Stage, Round: max(p.Round, 1), Event: domain.Seq(head.Size - 1),
		Log: head.Log, Org: o, tx: tx, given: map[domain.Seq]string{}}
	b.Root, err = roots(head.Size)
	return b, err
}

// ID is the workbook's id: the same for every copy of it, and for no other.
func (b *PacketBook) ID() string {
	return "wbk-" + b.sum("workbook")[:16]
}

// Packet is the id of the packet: campaign/stage/reviewer.
func (b *PacketBook) Packet() string {
	return string(Packet{Campaign: b.Campaign.ID, Stage: b.Stage, Reviewer: b.Reviewer}.RecordID())
}

// Fingerprint is of one row: what was shown of an item, to whom, in which round,
// after which event. Only who can read the log can make one, because the log's
// root is part of it.
func (b *PacketBook) Fingerprint(no int, shown []string) string {
	parts := []string{strconv.Itoa(no)}
	for _, s := range shown {
		parts = append(parts, Evened(s))
	}
	return fmt.Sprintf("F%d-%d-%s", b.Event, b.Round, b.sum("row", parts...)[:32])
}

func (b *PacketBook) sum(what string, parts ...string) string {
	h := sha256.New()
	for _, s := range append([]string{"countersign packet 1", what, string(b.Log), b.Root, b.Packet(), strconv.Itoa(b.Round), strconv.FormatInt(int64(b.Event), 10)}, parts...) {
		h.Write(fmt.Appendf(nil, "%d:%s", len(s), s)) // never fails (hash.Hash)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// readFingerprint gives the event and the round that a fingerprint names.
func readFingerprint(s string) (at domain.Seq, round int, ok bool) {
	parts := strings.Split(strings.TrimPrefix(strings.TrimSpace(s), "F"), "-")
	if len(parts) != 3 || len(parts[2]) != 32 {
		return 0, 0, false
	}
	n, err := strconv.ParseInt(parts[0], 10, 64)
	r, err2 := strconv.Atoi(parts[1])
	return domain.Seq(n), r, err == nil && err2 == nil && n >= 0 && r >= 1
}

// Evened is a text without what programs change when they save it: runs of
// white space are one space, and characters that do not print are none.
func Evened(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, s)), " ")
}

// The columns of a packet workbook that the reviewer changes, and those that
// say what a row is.
const (
	ColumnItem        = "Item"
	ColumnDecision    = "Decision"
	ColumnReason      = "Reason"
	ColumnPacket      = "Packet"
	ColumnFingerprint = "Fingerprint"
)

// ShownColumns are what a packet workbook shows of an item, in the order of
// Shown.
func ShownColumns() []string {
	return []string{"Holder", "Title and department", "Access to", "Level", "Suggested", "Why suggested", "Findings", "What it allows",
		"How it is held", "If revoked", "Given", "Last used", "Peers", "Last decision", "Since then", "Decided so far", "Now", "Returned"}
}

// Where the two stand that tell how an item stood.
const (
	shownSoFar = 15
	shownNow   = 16
)

// mostShown bounds a text in a cell, and mostLines the lines of a list in it;
// what is left out is counted.
const (
	mostShown = 4000
	mostLines = 40
)

// Shown gives what is shown of an item, in the order of ShownColumns.
func (b *PacketBook) Shown(it Item) ([]string, error) {
	l, word := it.Holding.Ladder(), it.Holding.Ladder().Word
	given, err := b.givenWords(it.Since)
	if err != nil {
		return nil, err
	}
	remains := it.Remains
	if len(remains) == 0 {
		remains = []string{"nothing remains"}
	}
	level := word(it.Holding.Level)
	if w := it.Holding.Window; w.From != "" || w.To != "" {
		level += ", " + WindowWords(w)
	}
	stood := SituationOf(b.Org, it)
	out := []string{it.Holder, it.About, it.Target, level, AdviceWords(it.Advice, l), lines(it.Advice.Why()), lines(b.findings(it)),
		it.Allows, lines(it.How), lines(remains), given, string(it.LastUsed), it.Peers, b.lastWords(it), b.sinceThen(it),
		stood.SoFar, stood.Now, b.returned(it)}
	for i, s := range out {
		out[i] = shortened(s)
	}
	return out, nil
}

// findings are the flags of an item, its conflicts, and the reasons that do not
// carry the recommendation.
func (b *PacketBook) findings(it Item) []string {
	var out []string
	if it.HighRisk {
		out = append(out, "high risk")
	}
	out = append(out, it.Flags...)
	out = append(out, it.Conflicts...)
	why := it.Advice.Why()
	for _, r := range it.Advice.Reasons {
		if !slices.Contains(why, r.Text) {
			out = append(out, r.Text)
		}
	}
	return out
}

func (b *PacketBook) lastWords(it Item) string {
	last := it.Last
	if last.Campaign == "" {
		return ""
	}
	by := "the rule for silence"
	if last.Reviewer != "" {
		by = b.Org.Name(domain.KindPrincipal, last.Reviewer)
	}
	return fmt.Sprintf("%s in %s by %s on %s", AnswerWords(last.Answer, last.Level, it.Holding.Ladder()), last.Name, by, b.Org.DayOf(last.At))
}

func (b *PacketBook) sinceThen(it Item) string {
	if it.Delta.Kind == DeltaUnknown {
		return ""
	}
	if it.Delta.Text == "" {
		return it.Delta.Kind.String()
	}
	return it.Delta.Kind.String() + ": " + it.Delta.Text
}

func (b *PacketBook) returned(it Item) string {
	if it.Return.Round == 0 || it.Return.Round < b.Round {
		return ""
	}
	return fmt.Sprintf("%s (due %s)", it.Return.Reason, b.Day(it.Return.Due))
}

// Day says a due date in the organisation's zone.
func (b *PacketBook) Day(t time.Time) string {
	return t.In(b.Org.Zone()).Format("2006-01-02 15:04 MST")
}

// givenWords says when a holding was given, by whom, and who approved it.
func (b *PacketBook) givenWords(seq domain.Seq) (string, error) {
	if s, ok := b.given[seq]; ok {
		return s, nil
	}
	if b.givers == nil {
		var err error
		if b.givers, err = b.everyGiver(); err != nil {
			return "", err
		}
	}
	e, err := b.tx.Event(seq)
	if err != nil {
		return "", err
	}
	s := string(b.Org.DayOf(e.Time))
	name := func(id domain.ID) string { return b.Org.Name(domain.KindPrincipal, id) }
	g, ok := b.givers[seq]
	switch {
	case ok && g.imported:
		s += ", by an import of " + name(g.maker)
	case ok:
		s += ", by " + name(g.maker)
	case e.Actor != "":
		s += ", by " + name(e.Actor)
	}
	var signed []string
	for _, id := range g.checkers {
		signed = append(signed, name(id))
	}
	if len(signed) > 0 {
		s += ", signed by " + strings.Join(signed, ", ")
	}
	b.given[seq] = s
	return s, nil
}

// everyGiver finds who gave what the packet's items are about.
func (b *PacketBook) everyGiver() (map[domain.Seq]giver, error) {
	wanted := map[domain.Seq]bool{}
	err := eachItem(b.tx, ItemQuery{Campaign: b.Campaign.ID, Stage: b.Stage, Reviewer: b.Reviewer}, func(it Item) error {
		wanted[it.Since] = true
		return nil
	})
	if err != nil {
		return nil, err
	}
	return giversOf(b.tx, wanted)
}

// Open yields the items that can be answered in this round, by number.
func (b *PacketBook) Open(fn func(Item) error) error {
	p, err := b.tx.Packet(b.Campaign.ID, b.Stage, b.Reviewer)
	if err != nil {
		return err
	}
	return eachItem(b.tx, ItemQuery{Campaign: b.Campaign.ID, Stage: b.Stage, Reviewer: b.Reviewer}, func(it Item) error {
		if it.Ruling.Iteration > 0 || p.State == Returned && it.Return.Round < p.Round {
			return nil
		}
		return fn(it)
	})
}

func lines(list []string) string {
	if n := len(list) - mostLines; n > 0 {
		list = append(slices.Clone(list[:mostLines]), fmt.Sprintf("and %d more", n))
	}
	return strings.Join(list, "\n")
}

// shortened bounds a text, and says how much of it is left out.
func shortened(s string) string {
	rs := []rune(s)
	if len(rs) <= mostShown {
		return s
	}
	return fmt.Sprintf("%s … (%d characters more)", string(rs[:mostShown]), len(rs)-mostShown)
}

// Choices are what can be answered to an item, in words: keep it, each lower
// rung of its ladder, the bottom, or no opinion.
func Choices(it Item) []string {
	l := it.Holding.Ladder()
	out := []string{Keep.String()}
	for _, below := range l.Below(it.Holding.Level) {
		if below == domain.None {
			break
		}
		out = append(out, AnswerWords(Reduce, below, l))
	}
	return append(out, Revoke.String(), Abstain.String())
}

// ParseChoice reads an answer to an item: one of its Choices, or the name of a
// rung of its ladder, without regard to case and spaces. Anything else is
// Invalid (rule "level"), and says what can be answered.
func ParseChoice(it Item, s string) (Answer, domain.Level, error) {
	l, text := it.Holding.Ladder(), strings.ToLower(Evened(s))
	for _, a := range []Answer{Keep, Revoke, Abstain} {
		if text == a.String() {
			return a, domain.None, nil
		}
	}
	rung := strings.TrimSpace(strings.TrimPrefix(text, Reduce.String()+" to "))
	level, err := l.Parse(rung)
	switch {
	case err != nil || rung == "":
		return Silent, 0, domain.Errorf(domain.Invalid, "%q is no answer to item %d", strings.TrimSpace(s), it.No).
			Hinted("answer one of: %s", strings.Join(Choices(it), ", ")).ByRule("level")
	case level == it.Holding.Level && rung == text:
		return Keep, domain.None, nil
	case level >= it.Holding.Level:
		return Silent, 0, domain.Errorf(domain.Invalid, "%q is not below %s, which item %d has", strings.TrimSpace(s), l.Word(it.Holding.Level), it.No).
			Hinted("answer one of: %s", strings.Join(Choices(it), ", ")).ByRule("level")
	case level == domain.None:
		return Revoke, domain.None, nil
	}
	return Reduce, level, nil
}
