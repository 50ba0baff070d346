package report

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/klauspost/compress/flate"

	"countersign/domain"
	"countersign/domain/archive"
	"countersign/domain/auditlog"
	"countersign/export/sheet"
	"countersign/export/xlsx"
	"countersign/review"
)

// sheetProof holds what a campaign's workbook was made of, so that a checkpoint held
// outside shows every cell of it.
const sheetProof = "Proof"

// What a workbook carries at most: beyond, it would grow by more than what people read
// in it, and the evidence package is the file to take.
const (
	mostCarriedItems  = 100_000
	mostCarriedEvents = 200_000
	mostCarried       = 8 << 20 // bytes, packed
	carriedPiece      = 32_000  // characters of a cell; a spreadsheet holds 32,767
)

// carried is a zip of the statement, the frozen items and the log's lines, as a package
// has them; empty where why says that it is not there.
type carried struct {
	packed []byte
	why    string
}

// carriedFiles are the files of what a workbook carries.
func carriedFiles() []string { return []string{fileStatement, filePopulation, fileLog} }

var errTooMuch = errors.New("more than a workbook carries")

// sparing keeps what is written to it up to a bound.
type sparing struct{ bytes.Buffer }

func (s *sparing) Write(b []byte) (int, error) {
	if s.Len()+len(b) > mostCarried {
		return 0, errTooMuch
	}
	return s.Buffer.Write(b)
}

// carry gathers what the workbook carries. The same evidence gives the same bytes.
func (ev *CampaignEvidence) carry(ctx context.Context, tx review.Tx) error {
	said, err := statementOf(ev)
	if err != nil {
		return err
	}
	says := fmt.Sprintf("%s and %s are more than a workbook carries", review.Count(said.Items, "frozen item", "frozen items"), review.Count(int(said.Size), "event", "events"))
	if said.Items > mostCarriedItems || said.Size > mostCarriedEvents {
		ev.carried = carried{why: says}
		return nil
	}
	out := &sparing{}
	p := packer{ctx: ctx, tx: tx, ev: ev, z: zip.NewWriter(out)}
	p.done.Statement = said
	p.z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.DefaultCompression) })
	for _, part := range []func() error{p.statement, p.population, p.log, p.z.Close} {
		if err = part(); err != nil {
			break
		}
	}
	if errors.Is(err, errTooMuch) {
		ev.carried, err = carried{why: says}, nil
	} else if err == nil {
		ev.carried = carried{packed: out.Bytes()}
	}
	ev.Meta.Carried = len(ev.carried.packed) > 0
	return err
}

// Headers of the parts on the sheet; the number of characters stands beside a part so
// that its text ends there, on a screen and in print.
const (
	headPart       = "Part"
	headPacked     = "Packed, in base64"
	headCharacters = "Characters"
)

// notCarried begins the sentence that says why the parts are not there.
const notCarried = "Not carried here: "

// proof is the sheet of what the workbook carries.
func (ev *CampaignEvidence) proof() sheet.Sheet {
	var g grid
	g.add(sheet.Of("What this workbook was made of").As(sheet.Title))
	if ev.carried.why != "" {
		g.add(sheet.Of(notCarried + ev.carried.why + ".").As(sheet.Muted))
		g.add(sheet.Of("The evidence package (countersign export package) holds it in files, and is shown by a checkpoint alone; this workbook is by the database.").As(sheet.Muted))
		return g.sheet(sheetProof, 12, 90, 14)
	}
	g.add(sheet.Of(fmt.Sprintf("The log's lines from event 0 to event %d and the %s, packed: joined and decoded, the parts are a zip of %s.",
		ev.Meta.Event, review.Count(ev.Figures.All.Items, "frozen item", "frozen items"), strings.Join(carriedFiles(), ", "))).As(sheet.Muted))
	g.add(sheet.Of("countersign verify plays them again and names every cell of this workbook that they do not give; with a checkpoint held elsewhere it shows that they are the log's.").As(sheet.Muted))
	g.add(sheet.Of("Whoever has this workbook can read the log up to that event out of it.").As(sheet.Muted))
	g.gap()
	g.add(sheet.Of(headPart).As(sheet.Label), sheet.Of(headPacked).As(sheet.Label), sheet.Of(headCharacters).As(sheet.Label))
	text := base64.StdEncoding.EncodeToString(ev.carried.packed)
	for n := 1; text != ""; n++ {
		piece := text[:min(len(text), carriedPiece)]
		text = text[len(piece):]
		g.add(sheet.Whole(int64(n)).As(sheet.Lead), sheet.Of(piece), sheet.Whole(int64(len(piece))))
	}
	return g.sheet(sheetProof, 12, 90, 14)
}

// readCarried gathers the parts of the sheet Proof; empty where there are none.
func readCarried(book *xlsx.Book) (packed []byte, err error) {
	var text strings.Builder
	next, wrong := 0, ""
	err = eachSheetRow(book, sheetProof, func(row int, c []string) {
		switch {
		case len(c) > 1 && c[0] == headPart && c[1] == headPacked:
			next = 1
		case next == 0 || len(c) < 2 || wrong != "":
		case c[0] != strconv.Itoa(next) || text.Len() > 2*mostCarried:
			wrong = fmt.Sprintf("row %d is not part %d", row, next)
		default:
			text.WriteString(c[1])
			next++
		}
	})
	if err == nil && wrong == "" {
		packed, err = base64.StdEncoding.Strict().DecodeString(text.String())
	}
	if err != nil || wrong != "" {
		return nil, domain.Errorf(domain.Invalid, "the sheet %q cannot be read: %s", sheetProof, wrong+errorText(err))
	}
	return packed, nil
}

// plainly is an error's sentence without what to do about it.
func plainly(err error) string {
	var e *domain.Error
	if errors.As(err, &e) {
		return e.Message
	}
	return err.Error()
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// carries faults a campaign's workbook that neither carries its log nor says why not.
func (v *Verification) carries(book *xlsx.Book) error {
	n, err := strconv.Atoi(v.Layout)
	if err != nil || n < 5 || v.Campaign == "" {
		return nil // of before workbooks carried anything, or of something else
	}
	packed, err := readCarried(book)
	if err != nil || len(packed) > 0 {
		return nil // whoever opens it says what cannot be read
	}
	says := false
	err = eachSheetRow(book, sheetProof, func(_ int, c []string) { says = says || len(c) == 1 && strings.HasPrefix(c[0], notCarried) })
	if !says {
		v.Faults = append(v.Faults, fmt.Sprintf("the sheet %q does not hold what every campaign's workbook of layout %d has there: the log that it was made of", sheetProof, n))
	}
	return err
}

// Carries opens what a workbook carries of the log it was made of, of which nothing is
// believed yet; nil where it carries nothing. What cannot be read is Invalid.
func (st Stated) Carries() (*Package, error) {
	if st.unread != nil || len(st.packed) == 0 {
		return nil, st.unread
	}
	p, err := openCarried(st.packed)
	if err != nil {
		return nil, domain.Errorf(domain.Invalid, "the log that the sheet %q should carry cannot be read: %s", sheetProof, strings.TrimPrefix(plainly(err), noPackage))
	}
	return p, nil
}

func openCarried(packed []byte) (*Package, error) {
	z, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, refusedPackage("what stands there is no zip (%v)", err)
	}
	if err := archive.OneDirectory(bytes.NewReader(packed), int64(len(packed))); err != nil {
		return nil, refusedPackage("%v", err)
	}
	p := &Package{files: map[string]*zip.File{}}
	for _, f := range z.File {
		if err := p.admit(f); err != nil {
			return nil, err
		}
	}
	for _, name := range carriedFiles() {
		if p.files[name] == nil {
			return nil, refusedPackage("what stands there has no file %s", name)
		}
	}
	if len(p.files) != len(carriedFiles()) {
		return nil, refusedPackage("what stands there has further files")
	}
	return p, p.readStatement()
}

// alike tells whether two zips of what a workbook carries have the same files: another
// version may pack the same otherwise.
func alike(a, b []byte) bool {
	x, errX := openCarried(a)
	y, errY := openCarried(b)
	if errX != nil || errY != nil {
		return false
	}
	for _, name := range carriedFiles() {
		one, errX := x.sum(name)
		other, errY := y.sum(name)
		if errX != nil || errY != nil || one != other {
			return false
		}
	}
	return true
}

// CheckCarried holds what a workbook carries against its cover, as found, and, where
// one is given, against what is held outside: the log's lines against the root, the
// frozen items against the digest that the log has of them. What does not hold is in
// the verification; the error is for what cannot be read, and the context's.
func (p *Package) CheckCarried(ctx context.Context, found Verification, held *Held, progress Progress) (*PackageVerification, error) {
	s := p.Statement
	v := &PackageVerification{Statement: s, Why: "what it carries of the log does not hold"}
	if string(s.Log) != found.Log || strconv.FormatInt(s.Size, 10) != found.Size || s.Root.String() != found.Root || string(s.Campaign) != found.Campaign {
		v.Fault("it is of the campaign %s in the log %s, %d events, root %s; the cover says campaign %s, log %s, %s events, root %s",
			s.Campaign, s.Log, s.Size, s.Root, found.Campaign, found.Log, found.Size, found.Root)
	}
	cp := auditlog.Checkpoint{Origin: string(s.Log), Size: s.Size, Root: s.Root}
	staged, err := p.checkLog(ctx, v, cp, held, progress)
	if err == nil {
		err = p.checkPopulation(v, staged)
	}
	for i, f := range v.Faults {
		v.Faults[i] = fmt.Sprintf("sheet %q: %s", sheetProof, f)
	}
	return v, err
}

// Remade notes what a comparison of the workbook with the log that it carries found.
func (v *PackageVerification) Remade(found Verification) {
	v.Compared, v.Why = true, ""
	v.Faults = append(v.Faults, found.Faults...)
	for _, d := range found.Differences {
		if !v.differ(d.String()) {
			return
		}
	}
	v.More = v.More || found.More
}
