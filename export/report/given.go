package report

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"countersign/domain"
	"countersign/export/sheet"
	"countersign/review"
)

// given is who is behind a row of state as it stands: what an auditor would ask next.
type given struct {
	seq      domain.Seq // that made the row what it is
	at       time.Time
	by       string // the maker, or "imported from FILE by …"
	approved string // the checkers, a line each, or that there was none
	agreed   time.Time
	through  string // the change set with its title, or what kind of event it was
	file     string // SHA-256 of the imported file
	why      string // the maker's reason
}

// givers reads from the log who gave what. Each event is read once. A nil one knows
// nothing and leaves its cells blank.
type givers struct {
	ctx   context.Context
	tx    review.Tx
	o     *domain.Org // as of the event shown: names
	known map[domain.Seq]given
}

func giversOf(ctx context.Context, tx review.Tx, o *domain.Org) *givers {
	return &givers{ctx: ctx, tx: tx, o: o, known: map[domain.Seq]given{}}
}

// givenColumns are the columns of what cells gives; what is "Given" or "Changed".
func givenColumns(what string) []sheet.Column {
	return []sheet.Column{{Header: what, Kind: sheet.Moments}, {Header: what + " by", Width: 40, Wrap: true}, {Header: "Approved by", Width: 36, Wrap: true},
		{Header: "Approved", Kind: sheet.Moments}, {Header: "Through", Width: 40, Wrap: true}, {Header: "File SHA-256", Width: 36, Wrap: true}, {Header: "Why", Width: 40, Wrap: true},
		{Header: what + " at event", Kind: sheet.Counts}}
}

// cells says who is behind the rows that an event began, as givenColumns has it.
func (g *givers) cells(seq domain.Seq) ([]sheet.Cell, error) {
	if g == nil {
		return make([]sheet.Cell, len(givenColumns(""))), nil
	}
	x, err := g.of(seq)
	return []sheet.Cell{sheet.At(x.at), sheet.Of(x.by), sheet.Of(x.approved), sheet.At(x.agreed), sheet.Of(x.through), sheet.Of(x.file), sheet.Of(x.why), seqCell(x.seq)}, err
}

// grant is cells of a stored grant.
func (g *givers) grant(o *domain.Org, id domain.ID) ([]sheet.Cell, error) {
	row, ok := o.Get(domain.KindGrant, id)
	if !ok {
		return (*givers)(nil).cells(0)
	}
	return g.cells(row.Since)
}

// nobodyGave are the cells of what nobody gave, with the sentence why that is.
func nobodyGave(why string) []sheet.Cell {
	cells := make([]sheet.Cell, len(givenColumns("")))
	cells[1] = sheet.Of(why)
	return cells
}

// line says it in one line: "2026-03-01 by Ana <…>, approved by Bea <…> (event 12)".
func (g *givers) line(seq domain.Seq) (string, error) {
	x, err := g.of(seq)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s, %s; approved by %s (%s)", g.o.DayOf(x.at), x.by, strings.ReplaceAll(x.approved, "\n", ", "), seqWords(seq)), nil
}

func (g *givers) of(seq domain.Seq) (given, error) {
	if x, ok := g.known[seq]; ok {
		return x, nil
	}
	e, err := g.tx.Event(seq)
	if err != nil {
		return given{}, err
	}
	x := given{seq: seq, at: e.Time, by: "the program", approved: nobodyAsked, through: review.EventWords(g.o, e), why: e.Reason}
	if e.Actor != "" {
		x.by = person(g.o, e.Actor)
	}
	for _, d := range e.Changes {
		if d.Kind != review.KindChangeSet || len(d.After) == 0 {
			continue
		}
		var head review.ChangeSetHead
		if err := json.Unmarshal(d.After, &head); err != nil {
			return given{}, domain.Errorf(domain.Internal, "event %d has a change set that cannot be read: %v", seq, err)
		}
		if err := g.changeSet(&x, head); err != nil {
			return given{}, err
		}
	}
	g.known[seq] = x
	return x, nil
}

// changeSet says who made a change set and who agreed to it.
func (g *givers) changeSet(x *given, head review.ChangeSetHead) error {
	x.by, x.why = person(g.o, head.Maker), head.Reason
	x.through = fmt.Sprintf("%s: %s", head.ID, head.Title)
	if s := head.Source; s != (domain.SourceFile{}) {
		file := s.Name
		if file == "" {
			file = s.Source
		}
		x.by = fmt.Sprintf("imported from %s by %s", file, x.by)
		x.file = s.SHA256
	}
	var names []string
	for e, err := range events(g.ctx, g.tx, review.EventQuery{Types: []domain.EventType{domain.EvApproved}, Subject: string(head.ID)}, x.seq) {
		if err != nil {
			return err
		}
		for _, d := range e.Changes {
			if d.Kind != review.KindApproval || len(d.After) == 0 {
				continue
			}
			var a review.Approval // its checker is not always who acted: a countersignature approves what it leads to
			if err := json.Unmarshal(d.After, &a); err != nil {
				return domain.Errorf(domain.Internal, "event %d has an approval that cannot be read: %v", e.Seq, err)
			}
			if n := person(g.o, a.Checker); !slices.Contains(names, n) {
				names = append(names, n)
			}
			x.agreed = e.Time
		}
	}
	if x.approved = strings.Join(names, "\n"); len(names) == 0 {
		x.approved = nobodyApproved
	}
	return nil
}
