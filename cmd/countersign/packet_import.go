package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/export/report"
	"countersign/review"
	"countersign/store/ingest/packet"
	"countersign/store/ingest/table"
)

func (e *env) packetImportCmd() *cobra.Command {
	f := readBackFlags{}
	cmd := &cobra.Command{
		Use:   "import FILE…",
		Short: "Read packet workbooks back: preview, then with --apply decide",
		Long: `Import reads workbooks of packet export back, as whatever program last saved them, or their sheet
Items as CSV. First comes the preview: each row that is accepted, and each that is refused, with its
place and why:

  stale        decided, changed, signed, sent back or due since the workbook was made
  altered      a locked cell or the fingerprint is not what was exported, and which
  illegal      not a level of the item's ladder, or without the reason it needs
  self-review  the reviewer's own access, or that of whoever reads the file back
  duplicate    two rows, of one file or of two, contradict each other
  not yours    the packet or the item is somebody else's

Blank rows, and rows that say what stands already, are unchanged; the same file twice changes
nothing. With --apply the accepted rows of a packet are one act, with the file's name and SHA-256 in
the log; where any row is refused nothing is written, unless --accepted-only says that those are
left out. An item of high risk takes a reason of its own.

The reviewer reads their own file back; or the campaign's owner or a checker does it for them. Such
decisions say "entered by": the reviewer confirms them by signing, and whoever entered them does not
check that packet.

` + campaignHelp,
		Example: `  countersign packet import packet-q4-2026-stage-1-helen@acme.example.xlsx
  countersign packet import packets/*.xlsx --apply
  countersign packet import answers.csv --apply --accepted-only --json`,
		Args: between(1, -1),
		RunE: e.with(needsPerson, func(s *session, args []string) error { return s.importPackets(args, f) }),
	}
	campaignFlag(cmd, &f.campaign)
	cmd.Flags().BoolVar(&f.preview, "preview", false, "only look, as without --apply")
	cmd.Flags().BoolVar(&f.apply, "apply", false, "write what is accepted")
	cmd.Flags().BoolVar(&f.accepted, "accepted-only", false, "leave refused rows out")
	return e.jsonFlag(cmd)
}

type readBackFlags struct {
	campaign                 string
	preview, apply, accepted bool
}

// mostBackRows is how many rows are read back at once, of all files together.
const mostBackRows = 100_000

// readBackJSON is the answer of packet import.
type readBackJSON struct {
	about
	Files     []readFileJSON         `json:"files"`
	Counts    map[review.RowKind]int `json:"counts"`
	Rows      []readRowJSON          `json:"rows"`
	Applied   []readActJSON          `json:"applied"`
	Undecided int                    `json:"left_undecided"`
}

type readFileJSON struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
	Rows   int    `json:"rows"`
}

type readRowJSON struct {
	File  string         `json:"file"`
	Place string         `json:"place"`
	Item  int            `json:"item,omitempty"`
	Kind  review.RowKind `json:"kind"`
	Why   string         `json:"why"`
}

type readActJSON struct {
	Campaign domain.ID  `json:"campaign"`
	Reviewer thingJSON  `json:"reviewer"`
	Event    domain.Seq `json:"event"`
	Items    int        `json:"items"`
	By       thingJSON  `json:"entered_by"`
}

func (s *session) importPackets(names []string, f readBackFlags) error {
	switch {
	case f.preview && f.apply:
		return domain.Errorf(domain.Invalid, "--preview and --apply are both given").Hinted("give one of them")
	case f.apply && s.flags.readOnly:
		return domain.Errorf(domain.Forbidden, "this command changes the database, and --read-only was given").
			Hinted("leave --read-only out").ByRule("read-only")
	}
	back, err := s.readBack(names, f.campaign)
	if err != nil {
		return err
	}
	r := back.Reading
	doc, p := s.readBackPage(back, names)
	acts := r.Acts()
	refused := 0
	for k, n := range r.Counts() {
		if k.Refused() {
			refused += n
		}
	}
	switch {
	case !f.apply:
		p.line("a preview: nothing was written%s", map[bool]string{true: "; --apply writes what is accepted", false: ""}[len(acts) > 0])
	case refused > 0 && !f.accepted:
		p.line("nothing was written")
		return errors.Join(s.answer(doc, p), domain.Errorf(domain.Conflict, "%s refused, so nothing was written", review.Count(refused, "row is", "rows are")).
			Hinted("mend them, or leave them out with --accepted-only").ByRule("refused-rows"))
	case len(acts) == 0:
		p.line("nothing changes")
	default:
		if err := s.enter(acts, back.head, p, doc); err != nil {
			return err
		}
	}
	return s.answer(doc, p)
}

// enter writes the acts, one a packet, by an actor who saw the preview.
func (s *session) enter(acts []review.EntryAct, head review.Head, p *page, doc *readBackJSON) error {
	actor := s.see(head, p.text())
	for i, a := range acts {
		got, err := s.svc.Enter(s.ctx, actor, a.Campaign, a.Entry, a.Inputs)
		if err != nil {
			if i > 0 {
				err = fmt.Errorf("%w\n%s before it saved", err, review.Count(i, "packet was", "packets were"))
			}
			return err
		}
		if err := s.view(func(tx review.Tx) error { return s.entered(tx, a, got, p, doc) }); err != nil {
			return err
		}
	}
	return nil
}

// entered says what an act wrote, and what is still to do.
func (s *session) entered(tx review.Tx, a review.EntryAct, got review.Receipt, p *page, doc *readBackJSON) error {
	o, err := tx.Org()
	if err != nil {
		return err
	}
	name := o.Name(domain.KindPrincipal, a.Entry.Reviewer)
	doc.Applied = append(doc.Applied, readActJSON{a.Campaign, principalJSON(o, a.Entry.Reviewer), got.Seq, len(got.Decisions), principalJSON(o, s.actor.Principal)})
	by := ""
	if a.Entry.Reviewer != s.actor.Principal {
		by = ", entered by " + o.Name(domain.KindPrincipal, s.actor.Principal)
	}
	p.line("%s of %s saved%s (event %d)", review.Count(len(got.Decisions), "decision", "decisions"), name, by, got.Seq)
	for _, ch := range got.Changed {
		p.line("  item %d changed since it was staged: it was %s and is %s now", ch.Item, ch.Staged, ch.Now)
	}
	all, err := tx.Progress(a.Campaign)
	for _, k := range all {
		if k.Reviewer == a.Entry.Reviewer && k.Stage == a.Entry.Stage {
			doc.Undecided += k.Items - k.Decided
			if open := k.Items - k.Decided; open > 0 {
				p.line("  %s still undecided", review.Count(open, "item of the packet is", "items of the packet are"))
			} else {
				p.line("  next: %s signs, which confirms them: countersign review sign", name)
			}
		}
	}
	return err
}

// backRead is what was read back, and the picture it was judged on.
type backRead struct {
	*review.Reading
	head  review.Head
	about about
}

// readBack reads files and judges their rows on one picture.
func (s *session) readBack(names []string, campaign string) (back backRead, err error) {
	files := make([]review.ReadFile, len(names))
	for i, name := range names {
		if files[i], err = hashed(name); err != nil {
			return back, err
		}
	}
	err = s.view(func(tx review.Tx) error {
		var only domain.ID
		if campaign != "" {
			c, err := tx.Campaign(domain.ID(campaign))
			if err != nil {
				return err
			}
			only = c.ID
		}
		if back.head, err = tx.Log(); err != nil {
			return err
		}
		if back.about, err = s.aboutNow(tx); err != nil {
			return err
		}
		if back.Reading, err = review.NewReading(tx, report.Roots(s.ctx, tx), s.actor.Principal, files, only); err != nil {
			return err
		}
		for i, name := range names {
			if err := readPacketFile(name, i, files[i].SHA256, back.Reading); err != nil {
				return err
			}
		}
		return nil
	})
	return back, err
}

// hashed gives a file's base name and SHA-256.
func hashed(name string) (f review.ReadFile, err error) {
	in, err := os.Open(name)
	if err != nil {
		return f, domain.Errorf(domain.NotFound, "%s cannot be read: %v", name, errors.Unwrap(err))
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	sum := sha256.New()
	if _, err := io.Copy(sum, in); err != nil {
		return f, domain.Errorf(domain.NotFound, "%s cannot be read: %v", name, errors.Unwrap(err))
	}
	return review.ReadFile{Name: filepath.Base(name), SHA256: hexOf(sum.Sum(nil))}, nil
}

// readPacketFile has the rows of one file judged.
func readPacketFile(name string, no int, sha string, r *review.Reading) (err error) {
	in, err := os.Open(name)
	if err != nil {
		return domain.Errorf(domain.NotFound, "%s cannot be read: %v", name, errors.Unwrap(err))
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	shown := review.ShownColumns()
	columns := append([]string{review.ColumnItem, review.ColumnPacket, review.ColumnFingerprint, review.ColumnDecision, review.ColumnReason}, shown...)
	got, err := packet.Read(in, report.SheetPacketItems, columns, mostBackRows-r.Len(), func(row packet.Row) error {
		out := review.ReadRow{File: no, Place: row.Place, Formulas: row.Formulas, Fault: row.Fault,
			Typed: table.ColumnKey(row.Column) == table.ColumnKey(review.ColumnDecision) || table.ColumnKey(row.Column) == table.ColumnKey(review.ColumnReason)}
		if row.Fault == "" {
			c := row.Cells
			out.Item, out.Packet, out.Mark, out.Decision, out.Reason, out.Shown = c[0], c[1], c[2], c[3], c[4], c[5:]
		}
		return r.Judge(out)
	})
	var file *table.FileError
	var fields *table.FieldsError
	switch {
	case errors.As(err, &file), errors.As(err, &fields):
		return domain.Errorf(domain.Invalid, "%s is no packet workbook that can be read: %v", name, err)
	case err == nil && got != sha:
		return domain.Errorf(domain.Conflict, "%s changed while it was read", name).Hinted("close it in the spreadsheet program and read it again")
	}
	return err
}

// readBackPage lays a preview out: the counts, then every row that does
// something or is refused.
func (s *session) readBackPage(r backRead, names []string) (*readBackJSON, *page) {
	doc := &readBackJSON{about: r.about, Counts: r.Counts(), Rows: []readRowJSON{}, Applied: []readActJSON{}}
	p := s.newPage()
	rows := make([]int, len(names))
	var lines [][]string
	for _, j := range r.Rows() {
		rows[j.File]++
		doc.Rows = append(doc.Rows, readRowJSON{r.File(j.File).Name, j.Place, j.Item, j.Kind, j.Why})
		if j.Kind == review.RowUnchanged {
			continue
		}
		item := ""
		if j.Item > 0 {
			item = fmt.Sprint(j.Item)
		}
		line := []string{j.Place, item, j.Holder, j.Target, string(j.Kind), j.Why}
		if len(names) > 1 {
			line = append([]string{r.File(j.File).Name}, line...)
		}
		lines = append(lines, line)
	}
	for i := range names {
		f := r.File(i)
		doc.Files = append(doc.Files, readFileJSON{f.Name, f.SHA256, rows[i]})
		p.line("%s: %s, SHA-256 %.12s…", f.Name, review.Count(rows[i], "row", "rows"), f.SHA256)
	}
	p.line("%s", countWords(doc.Counts))
	if len(lines) > 0 {
		head := []string{"PLACE", ">ITEM", "HOLDER", "TARGET", "ROW", "WHAT"}
		if len(names) > 1 {
			head = append([]string{"FILE"}, head...)
		}
		p.table(head, lines)
	}
	return doc, p
}

// countWords says how many rows are of each kind.
func countWords(n map[review.RowKind]int) string {
	var said []string
	for _, k := range review.RowKinds() {
		if n[k] > 0 {
			said = append(said, fmt.Sprintf("%d %s", n[k], k))
		}
	}
	if said == nil {
		return "no rows"
	}
	return strings.Join(said, ", ")
}
