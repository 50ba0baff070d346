package review

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"countersign/domain"
)

// asShown makes sure that the row is what was exported, and gives how the item
// stood then. The row's own cells bear the fingerprint, or, where a program has
// changed their types, those made again from the log do and mean the same.
func (r *Reading) asShown(b *readBook, it Item, row ReadRow) (Situation, error) {
	stood := Situation{row.Shown[shownSoFar], row.Shown[shownNow]}
	mark := strings.TrimSpace(row.Mark)
	for _, c := range row.Formulas {
		if c != ColumnDecision && c != ColumnReason {
			return stood, rowIs(RowAltered, "the cell %s holds a formula", c)
		}
	}
	if b.Fingerprint(it.No, row.Shown) == mark {
		return stood, nil
	}
	if b.Stage != b.Campaign.Stage || b.Round != max(b.packet.Round, 1) || b.Campaign.State != Active {
		return stood, r.moved(b)
	}
	then, err := r.shownThen(b, it)
	if err != nil {
		return stood, err
	}
	var other []string
	for i, c := range ShownColumns() {
		if !sameCell(row.Shown[i], then[i]) {
			other = append(other, c)
		}
	}
	if b.Fingerprint(it.No, then) != mark {
		other = append(other, ColumnFingerprint)
	}
	if len(other) > 0 {
		return stood, rowIs(RowAltered, "not as it was exported: %s", strings.Join(other, ", "))
	}
	return Situation{then[shownSoFar], then[shownNow]}, nil
}

// shownThen makes again what was shown of an item when the workbook was made.
func (r *Reading) shownThen(b *readBook, it Item) ([]string, error) {
	if !b.then {
		var err error
		if b.Org, err = r.tx.OrgAt(b.Event); err != nil {
			return nil, err
		}
		b.then = true
	}
	votes, err := r.tx.Votes(b.Campaign.ID, it.No)
	if err != nil {
		return nil, err
	}
	it.Decision, it.Decided = Decision{}, 0
	for _, v := range votes {
		if v.Row.Reviewer == b.Reviewer && v.Row.Stage == b.Stage && v.From <= b.Event && (v.To == 0 || v.To > b.Event) && v.Row.Round >= it.Return.Round {
			it.Decision, it.Decided = v.Row, v.From
		}
	}
	return b.Shown(it)
}

// dayForms are the ways in which spreadsheets write a day of the calendar into
// a CSV file.
var dayForms = []string{"2006-1-2", "1/2/2006", "2/1/2006", "2.1.2006", "1/2/06", "2/1/06", "2.1.06", "2006/1/2"}

// sameCell tells whether a cell means what was exported, whatever its type has
// become.
func sameCell(got, want string) bool {
	got, want = Evened(got), Evened(want)
	if got == want {
		return true
	}
	x, err := strconv.ParseFloat(got, 64)
	y, err2 := strconv.ParseFloat(want, 64)
	if err == nil && err2 == nil {
		return x == y
	}
	day, err := time.Parse(time.DateOnly, want)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(dayForms, func(form string) bool {
		d, err := time.Parse(form, got)
		return err == nil && d.Equal(day)
	})
}

// moved says why a workbook's packet is not open as it was; nil where it is.
func (r *Reading) moved(b *readBook) error {
	c, round := b.Campaign, max(b.packet.Round, 1)
	switch {
	case c.State != Active:
		return rowIs(RowStale, "the campaign %q is %s and takes no answers", c.Name, c.State)
	case c.Stage != b.Stage:
		return rowIs(RowStale, "the workbook is of stage %d, and stage %d is asked now", b.Stage, c.Stage)
	case round != b.Round:
		return rowIs(RowStale, "the workbook is of round %d, and the packet was returned since: round %d", b.Round, round)
	}
	return nil
}

// stillStands refuses a row about which something moved since the workbook was
// made.
func (r *Reading) stillStands(b *readBook, it Item, row ReadRow, stood Situation) error {
	if err := r.moved(b); err != nil {
		return err
	}
	if it.Ruling.Iteration > 0 {
		return rowIs(RowStale, "it was ruled on (%s) and is closed", it.Ruling.Answer)
	}
	if err := stillOpen(r.now.In(r.org.Zone()), b.Campaign, b.packet, it); err != nil {
		return rowFor(RowStale, err)
	}
	now := SituationOf(r.org, it)
	if !sameCell(stood.Now, now.Now) {
		return rowIs(RowStale, "what it is about has changed since: %s", orElse(now.Now, "as it was staged"))
	}
	again, same, err := r.readBefore(b, it, r.files[row.File].SHA256)
	switch {
	case err != nil:
		return err
	case again > 0:
		return rowIs(RowStale, "this very file was read back at event %d, and the answer was changed since", again)
	case same || sameCell(shortened(now.SoFar), stood.SoFar):
		return nil
	}
	return rowIs(RowStale, "it was decided since: %s", orElse(now.SoFar, "taken back"))
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// readBefore gives the event at which the same file decided the item already,
// and whether what stands was read back from another copy of the workbook.
func (r *Reading) readBefore(b *readBook, it Item, sha string) (again domain.Seq, same bool, err error) {
	votes, err := r.tx.Votes(b.Campaign.ID, it.No)
	if err != nil {
		return 0, false, err
	}
	id := b.ID()
	for _, v := range votes {
		if v.Row.Entered == "" || v.Row.Reviewer != b.Reviewer || v.Row.Stage != b.Stage || v.From <= b.Event {
			continue
		}
		data, ok := r.events[v.From]
		if !ok {
			e, err := r.tx.Event(v.From)
			if err != nil {
				return 0, false, err
			}
			if data, err = dataOf[DecidedData](e); err != nil {
				return 0, false, err
			}
			r.events[v.From] = data
		}
		for _, f := range data.Files {
			if f.SHA256 == sha {
				again = v.From
			}
			if v.To == 0 && f.Workbook == id {
				same = true
			}
		}
	}
	return again, same, nil
}
