package report

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"unicode"

	"countersign/domain"
	"countersign/export/sheet"
	"countersign/review"
)

// Sheets of a packet workbook.
const (
	SheetPacketStart = "Start here"
	SheetPacketItems = "Items"
)

// answersLegend says what can be answered.
var answersLegend = sheet.Legend{
	{Text: "keep", Meaning: "The level stays as it is.", Class: sheet.Good},
	{Text: "reduce to …", Meaning: "A lower level of the same ladder.", Class: sheet.Caution},
	{Text: "revoke", Meaning: "It is taken away, down to the ladder's bottom.", Class: sheet.Bad},
	{Text: "abstain", Meaning: "No opinion, on record. It is an answer, and takes a reason.", Class: sheet.Muted},
	{Text: "high risk", Meaning: "Stands under Findings. Such an item takes a reason of its own, to keep it too.", Class: sheet.Caution},
}

// Roots gives the log's root at any size it has had.
func Roots(ctx context.Context, tx review.Tx) review.Roots {
	return func(size int64) (string, error) { return rootAt(ctx, tx, size) }
}

// PacketWorkbook describes the workbook in which one reviewer answers without
// the program (PRODUCT 6): a sheet that says how, and the items that are open,
// each with what the reviewer must know to decide. Only Decision and Reason take
// typing, nothing is filled in beforehand, and each row has its fingerprint. The
// same packet at the same event is the same workbook. Rows are read while it is
// written, from tx.
//
// Errors: those of review.NewPacketBook and of tx.
func PacketWorkbook(ctx context.Context, tx review.Tx, c review.Campaign, reviewer domain.ID) (sheet.Workbook, *review.PacketBook, error) {
	b, err := review.NewPacketBook(tx, Roots(ctx, tx), c, reviewer)
	if err != nil {
		return sheet.Workbook{}, nil, err
	}
	head, err := tx.Log()
	if err != nil {
		return sheet.Workbook{}, nil, err
	}
	p, err := tx.Packet(c.ID, c.Stage, reviewer)
	if err != nil {
		return sheet.Workbook{}, nil, err
	}
	m := Meta{Organisation: organisation(b.Org), Mode: tx.Mode(), Log: head.Log, Event: b.Event, At: head.Time}
	items := sheet.Sheet{Name: SheetPacketItems, Table: packetTable(b), Protected: true}
	title := "Access to review: " + c.Name
	wb := workbook(title, person(b.Org, reviewer), m, packetStart(b, p, m, title), items)
	return wb, b, nil
}

// packetStart is the sheet that says whose it is, and how to answer.
func packetStart(b *review.PacketBook, p review.Packet, m Meta, title string) sheet.Sheet {
	c := b.Campaign
	var g grid
	g.title(m, title)
	g.gap()
	g.text("For", person(b.Org, b.Reviewer))
	g.text(labelOrganisation, m.Organisation)
	g.text("Campaign", c.Name)
	if n := len(c.Definition.Stages); n > 1 && b.Stage <= n {
		g.text("Stage", strings.TrimSuffix(fmt.Sprintf("%d of %d, %s", b.Stage, n, c.Definition.Stages[b.Stage-1].Name), ", "))
	}
	g.text("Due", fmt.Sprintf("%s (%s)", b.Day(c.Due), b.Org.Zone()))
	if p.State == review.Returned {
		g.text("Sent back", p.Reason+" Only the items that were sent back are here, each with its own due date under Returned.")
	}
	g.figure(sheet.Of("Items").As(sheet.Label).To(SheetPacketItems, "A1"), sheet.Total(sheet.Tally{Sheet: SheetPacketItems}))
	g.figure(sheet.Of("Answered here").As(sheet.Label), sheet.Live(fmt.Sprintf(`COUNTIF(%s!$E$2:$E$%d,"?*")`, SheetPacketItems, maxLive), sheet.Whole(0)))
	reason := "Say why, in Reason, for anything but keep; to keep what is suggested to go; and for every item that is high risk."
	if c.Definition.ReasonToKeep {
		reason = "Say why, in Reason, for every answer."
	}
	g.heading("How to answer")
	for i, s := range []string{
		"On the sheet Items, choose your answer in the column Decision. The list has what this item can be: nothing else is taken.",
		reason,
		"Leave a row blank if you cannot answer it yet. Nothing is chosen for you, and a blank row decides nothing.",
		"Sort, filter and hide as you like, and save as a workbook or as CSV. The other cells are locked: they are what you were shown, and a row in which they were changed is refused.",
		"Send the file to " + person(b.Org, c.Owner) + ", who reads it back, or read it back yourself: countersign packet import FILE. Each row is looked at before anything is written.",
		"What is read back counts when you sign it: countersign review sign. Until then every answer can be changed.",
	} {
		g.text(fmt.Sprintf("%d.", i+1), s)
	}
	g.legend(answersLegend)
	g.heading("This workbook")
	g.text("Workbook", b.ID())
	g.text("Packet", fmt.Sprintf("%s, round %d", b.Packet(), b.Round))
	g.text("Log id", string(b.Log))
	g.fact("Made after event", sheet.Whole(int64(b.Event)))
	g.fact("As of (UTC)", sheet.At(m.At))
	s := g.sheet(SheetPacketStart, coverWidths[0], 96)
	s.Protected = true
	return s
}

// packetFirst are the columns that stand first; the others follow as
// review.ShownColumns has them.
var packetFirst = []string{review.ColumnItem, "Holder", "Access to", "Level", review.ColumnDecision, review.ColumnReason}

// packetWidths are the columns' widths, in characters, and whether they wrap.
var packetWidths = map[string]float64{
	review.ColumnItem: 8, "Holder": 22, "Access to": 26, "Level": 14, review.ColumnDecision: 22, review.ColumnReason: 36,
	"Title and department": 26, "Suggested": 18, "Why suggested": 38, "Findings": 28, "What it allows": 34, "How it is held": 44, "If revoked": 36,
	"Given": 30, "Last used": 12, "Peers": 28, "Last decision": 32, "Since then": 26, "Decided so far": 28, "Now": 14, "Returned": 28,
	review.ColumnPacket: 30, review.ColumnFingerprint: 44,
}

// packetColumns are the columns of the sheet of items, in order.
func packetColumns() []string {
	out := slices.Clone(packetFirst)
	for _, c := range review.ShownColumns() {
		if !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return append(out, review.ColumnPacket, review.ColumnFingerprint)
}

// packetTable is the sheet of items.
func packetTable(b *review.PacketBook) *sheet.Table {
	names := packetColumns()
	t := &sheet.Table{Key: 3, Rows: packetRows(b, names)}
	for _, n := range names {
		c := sheet.Column{Header: n, Width: packetWidths[n], Wrap: n != review.ColumnItem && n != review.ColumnFingerprint}
		if n == review.ColumnItem {
			c.Kind = sheet.Counts
		}
		c.Editable = n == review.ColumnDecision || n == review.ColumnReason
		t.Columns = append(t.Columns, c)
	}
	return t
}

var errEnoughRows = errors.New("no more rows are wanted")

func packetRows(b *review.PacketBook, names []string) iter.Seq2[[]sheet.Cell, error] {
	return func(yield func([]sheet.Cell, error) bool) {
		err := b.Open(func(it review.Item) error {
			cells, err := packetCells(b, it, names)
			if err == nil && !yield(cells, nil) {
				err = errEnoughRows
			}
			return err
		})
		if err != nil && !errors.Is(err, errEnoughRows) {
			yield(nil, err)
		}
	}
}

// packetCells is the row of an item.
func packetCells(b *review.PacketBook, it review.Item, names []string) ([]sheet.Cell, error) {
	shown, err := b.Shown(it)
	if err != nil {
		return nil, err
	}
	cells := make([]sheet.Cell, len(names))
	for i, n := range names {
		switch n {
		case review.ColumnItem:
			cells[i] = sheet.Whole(int64(it.No))
		case review.ColumnDecision:
			cells[i] = sheet.Cell{}.As(sheet.Rung1).Choose(review.Choices(it)...)
		case review.ColumnReason:
			cells[i] = sheet.Cell{}.As(sheet.Rung1)
		case review.ColumnPacket:
			cells[i] = sheet.Of(b.Packet()).As(sheet.Muted)
		case review.ColumnFingerprint:
			cells[i] = sheet.Of(b.Fingerprint(it.No, shown)).As(sheet.Muted)
		default:
			cells[i] = sheet.Of(shown[slices.Index(review.ShownColumns(), n)])
		}
		if n == "Findings" && it.HighRisk {
			cells[i] = cells[i].As(sheet.Caution)
		}
	}
	return cells, nil
}

// PacketFile is the name of a packet's workbook, the same each time: campaign,
// stage and reviewer in letters that every system takes. Where that changes one
// of them, a few digits of what it stands for keep names apart.
func PacketFile(b *review.PacketBook) string {
	who := string(b.Reviewer)
	if p, ok := b.Org.Principal(b.Reviewer); ok && p.Email != "" {
		who = p.Email
	}
	name := fmt.Sprintf("packet-%s-stage-%d-%s", fileWord(b.Campaign.Name), b.Stage, fileWord(who))
	return name + XLSX.Extension()
}

// fileWord makes a word of a file's name.
func fileWord(s string) string {
	lower := strings.ToLower(s)
	out := strings.Trim(strings.Map(func(r rune) rune {
		if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("@._-", r)) {
			return r
		}
		return '-'
	}, lower), ".-")
	const most = 60
	if out == strings.ReplaceAll(lower, " ", "-") && len(out) <= most {
		return out
	}
	sum := sha256.Sum256([]byte(s))
	return out[:min(len(out), most)] + "-" + hex.EncodeToString(sum[:3])
}
