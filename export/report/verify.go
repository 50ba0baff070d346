package report

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"strconv"
	"strings"

	"countersign/domain"
	"countersign/export/sheet"
	"countersign/export/xlsx"
)

// Verification is what was found about a workbook file.
type Verification struct {
	Digest      string            // made from the file's values
	Shown       string            // the digest the file shows
	Behind      string            // of the content without the cover
	Log         string            // the checkpoint the cover states: the log's id,
	Size        string            // size
	Root        string            // and root
	Campaign    string            // the campaign's id, where it is a campaign's workbook
	Version     string            // of the program that made it
	Layout      string            // of its sheets and columns
	Checked     int               // figures counted again from the rows
	Faults      []string          // sentences: what does not agree within the file
	Remarks     []string          // sentences: what whoever looks at the file may not see, and is no fault
	Compared    bool              // with what the database says
	SHA256      string            // of the file's bytes, where it was compared
	Remade      string            // of the bytes that this program makes of the same
	Differences []xlsx.Difference // from that, the first MaxDifferences
	More        bool              // there are further ones
	remade      int64             // bytes that this program makes of the same
}

// MaxDifferences is how many differing cells are kept.
const MaxDifferences = 100

// Holds tells whether nothing disagrees.
func (v Verification) Holds() bool { return len(v.Faults) == 0 && len(v.Differences) == 0 }

// Claim says in a sentence what was shown, and no more.
func (v Verification) Claim() string {
	switch {
	case !v.Holds():
		return "The file does not hold: it was changed, or is not what the log says."
	case v.Compared:
		return "The file's values and formulas are, cell for cell, what the log says."
	}
	return "The file agrees with itself: its digest, its totals and its tie-out. That its rows are what the log says takes the database, or the log's lines (--log) with a checkpoint held elsewhere; a checkpoint alone shows only whether the log named on its cover is the real one."
}

// Scratch is a place for the regenerated workbook, such as a temporary file.
type Scratch interface {
	io.Writer
	io.ReaderAt
}

// summed is a scratch with the digest of what was written to it.
type summed struct {
	Scratch
	sum hash.Hash
	n   int64
}

func (s *summed) Write(b []byte) (int, error) {
	n, err := s.Scratch.Write(b)
	s.sum.Write(b[:n]) // a hash never fails
	s.n += int64(n)
	return n, err
}

// damaged says of a part of a workbook that is no XML, or lacks what it names, that the
// file is damaged: Invalid. The context's errors and the file's stay what they are.
func damaged(err error) error {
	var file *fs.PathError
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.As(err, &file) || domain.CodeOf(err) != domain.Internal {
		return err
	}
	return domain.Errorf(domain.Invalid, "%v", err).Hinted("no spreadsheet program saves that: take the file again from where it came")
}

// VerifyWorkbook checks a workbook of this package, also after a harmless re-save:
// that its values have the digest it shows, that every difference of the tie-out
// reads 0, and that its totals are those of its rows. Where regenerated is given,
// the file is also compared with it, cell by cell, by way of scratch.
//
// The error is about files that cannot be read or written; what does not agree is in
// the Verification. A file without our digest is Invalid.
func VerifyWorkbook(ctx context.Context, file io.ReaderAt, size int64, regenerated *sheet.Workbook, scratch Scratch) (v Verification, err error) {
	book, err := xlsx.Open(file, size)
	if err != nil {
		return Verification{}, domain.Errorf(domain.Invalid, "%v", err)
	}
	if err := v.reckon(ctx, book); err != nil {
		return v, damaged(err)
	}
	c, err := book.Contents(ctx)
	if err != nil {
		return v, damaged(err)
	}
	if c.Shown == "" {
		return Verification{}, domain.Errorf(domain.Invalid, "the workbook shows no digest of its content").
			Hinted("only workbooks that countersign export made can be verified")
	}
	v.Digest, v.Shown, v.Behind = c.Digest.String(), c.Shown, xlsx.Behind(c.Sheets, sheetCover).String()
	if !c.Agrees() { // said last: what was changed is named before
		defer func() {
			v.Faults = append(v.Faults, fmt.Sprintf("%s shows the digest %s, its content has %s: values were changed after it was made", c.SealAt, c.Shown, c.Digest))
		}()
	}
	if err := v.cover(book); err != nil {
		return v, damaged(err)
	}
	if err := v.figures(book); err != nil {
		return v, damaged(err)
	}
	if err := v.hidden(book); err != nil {
		return v, damaged(err)
	}
	if err := v.charts(book, regenerated); err != nil {
		return v, damaged(err)
	}
	if regenerated == nil {
		return v, damaged(v.formulas(book))
	}
	v.Compared = true
	remade := &summed{Scratch: scratch, sum: sha256.New()}
	differences, err := book.CompareTo(ctx, *regenerated, remade)
	if err != nil {
		return v, err
	}
	own := sha256.New()
	if _, err := io.Copy(own, until{ctx, io.NewSectionReader(file, 0, size)}); err != nil {
		return v, err
	}
	v.SHA256, v.Remade = hex.EncodeToString(own.Sum(nil)), hex.EncodeToString(remade.sum.Sum(nil))
	v.remade = remade.n
	for d, err := range differences {
		if err != nil {
			return v, err
		}
		if len(v.Differences) == MaxDifferences {
			v.More = true
			break
		}
		v.Differences = append(v.Differences, d)
	}
	return v, nil
}

// eachRow calls do for the rows of a sheet, as texts by column. The slice is used
// again.
func eachRow(book *xlsx.Book, name string, do func(row int, cells []string)) error {
	var cells []string
	at := 0
	for v, err := range book.Values(name) {
		if err != nil {
			return err
		}
		if v.Row != at {
			if at > 0 {
				do(at, cells)
			}
			at, cells = v.Row, cells[:0]
		}
		for len(cells) < v.Col {
			cells = append(cells, "")
		}
		cells[v.Col-1] = v.Text
	}
	if at > 0 {
		do(at, cells)
	}
	return nil
}

// cover reads what the cover states, and every difference of the grids.
func (v *Verification) cover(book *xlsx.Book) error {
	for _, name := range book.Sheets() {
		if name != sheetCover && name != sheetPopulation {
			continue
		}
		third := false // under the heading of a third column of differences
		err := eachRow(book, name, func(row int, c []string) {
			second := ""
			if len(c) > 1 {
				second = c[1]
			}
			switch {
			case c[0] == labelDifference:
				v.zero(name, row, second)
			case len(c) > 3 && c[3] == labelDifference:
				third = true
			case third && len(c) > 3:
				v.zero(name, row, c[3])
			}
			if name != sheetCover {
				return
			}
			if c[0] == labelDigest && second != v.Digest && v.Shown == v.Digest { // the name of the cell points elsewhere
				v.Faults = append(v.Faults, fmt.Sprintf("sheet %q, row %d: the %s reads %q, and the file's own is %s", name, row, strings.ToLower(labelDigest), second, v.Digest))
			}
			for label, into := range map[string]*string{labelLog: &v.Log, labelSize: &v.Size, labelRoot: &v.Root, labelCampaign: &v.Campaign, labelMade: &v.Version, labelLayout: &v.Layout} {
				if c[0] == label && *into == "" {
					*into = second
				}
			}
		})
		if err != nil {
			return err
		}
	}
	v.Version = strings.TrimSpace(strings.TrimPrefix(v.Version, sheet.Creator))
	return v.carries(book)
}

func (v *Verification) zero(name string, row int, text string) {
	v.Checked++
	if text != "0" {
		v.Faults = append(v.Faults, fmt.Sprintf("sheet %q, row %d: the difference reads %q and must be 0", name, row, text))
	}
}

// tally is what the rows of a table and its further sheets say in the columns
// that figures are made of.
type tally struct {
	rows  int
	words map[int]map[string]int // by column, then word
	at    map[string]int         // where a header stands
}

// tallyWords counts the words of those columns of a table that count says, told
// their headers and places; the words of others are not kept.
func tallyWords(book *xlsx.Book, name string, count func(header string, at int) bool) (tally, error) {
	n := tally{words: map[int]map[string]int{}, at: map[string]int{}}
	for _, s := range book.Sheets() {
		if s != name && !strings.HasPrefix(s, name+" (") {
			continue
		}
		err := eachRow(book, s, func(row int, c []string) {
			if row == 1 {
				for i, h := range c {
					n.at[h] = i
					if n.words[i] == nil && count(h, i) {
						n.words[i] = map[string]int{}
					}
				}
				return
			}
			n.rows++
			for i, text := range c {
				if words := n.words[i]; words != nil {
					words[text]++
				}
			}
		})
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// figures counts again, from the rows, what the cover and the lists of columns
// show.
func (v *Verification) figures(book *xlsx.Book) error {
	has := map[string]bool{}
	for _, s := range book.Sheets() {
		has[s] = true
	}
	switch {
	case has[sheetDecisions]:
		n, err := tallyWords(book, sheetDecisions, func(header string, _ int) bool { return verifiedLegends[header] != nil })
		if err != nil {
			return err
		}
		want := map[string]int{"Rows in Decisions": n.rows}
		for header, legend := range verifiedLegends {
			for _, m := range legend {
				if i, ok := n.at[header]; ok {
					want[upperFirst(m.Text)] = n.words[i][m.Text]
				}
			}
		}
		if err := v.compareLabels(book, want); err != nil {
			return err
		}
		return v.campaignFigures(book)
	case has[sheetMatrix]:
		lead := len(principalColumns) + 1
		n, err := tallyWords(book, sheetMatrix, func(_ string, at int) bool { return at >= lead-2 && at != lead-1 })
		if err != nil || len(n.at) < lead {
			return err
		}
		err = v.compareLabels(book, map[string]int{"Principals": n.rows, "… of them active": n.words[lead-2][domain.Active.String()]})
		if err != nil {
			return err
		}
		return v.compareColumns(book, n, lead)
	case len(book.Sheets()) > 1:
		n, err := tallyWords(book, book.Sheets()[1], func(string, int) bool { return false })
		if err != nil {
			return err
		}
		return v.compareLabels(book, map[string]int{labelRows: n.rows})
	}
	return nil
}

// compareLabels holds figures beside labels of the cover against want.
func (v *Verification) compareLabels(book *xlsx.Book, want map[string]int) error {
	return eachRow(book, sheetCover, func(row int, c []string) {
		if n, ok := want[c[0]]; ok && len(c) > 1 {
			v.same(sheetCover, row, c[0], c[1], n)
			delete(want, c[0])
		}
	})
}

func (v *Verification) same(name string, row int, label, shown string, counted int) {
	v.Checked++
	if shown != strconv.Itoa(counted) {
		v.Faults = append(v.Faults, fmt.Sprintf("sheet %q, row %d: %s reads %s, the rows have %d", name, row, label, shown, counted))
	}
}

// compareColumns holds the counts by agent or area, a row each, against the columns
// of the matrix behind the leading ones, which stand in the same order.
func (v *Verification) compareColumns(book *xlsx.Book, n tally, lead int) error {
	for _, list := range []struct {
		sheet string
		kind  domain.TargetKind
	}{{"Agents", domain.TargetAgent}, {"Areas", domain.TargetArea}} {
		ladder := domain.LadderOf(list.kind)
		columns := map[int]string{} // of the list → mark in the matrix
		for _, s := range book.Sheets() {
			if s != list.sheet {
				continue
			}
			err := eachRow(book, s, func(row int, c []string) {
				for i, text := range c {
					if row == 1 && (text == ladder[1] || text == ladder[2]) {
						columns[i] = text[:1]
					}
					if mark, ok := columns[i]; ok && row > 1 && n.words[lead+row-2] != nil {
						v.same(s, row, c[0], text, n.words[lead+row-2][mark])
					}
				}
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}
