package report

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"github.com/klauspost/compress/flate"

	"countersign/domain"
	"countersign/domain/auditlog"
	"countersign/export/flat"
	"countersign/export/sheet"
	"countersign/export/xlsx"
	"countersign/review"
)

// The files of an evidence package, beside the tables. They stand in the zip in
// this order; the tables come behind the workbook.
const (
	fileReadme     = "README.txt"
	fileStatement  = "statement.json"
	fileCheckpoint = "checkpoint.txt"
	fileWorkbook   = "evidence.xlsx"
	filePopulation = "population.jsonl"
	fileLog        = "log.jsonl"
	fileProofs     = "proofs.jsonl"
	fileManifest   = "MANIFEST.sha256"
	folderTables   = "tables/"
)

// packageForm names the form of a package, in its statement.
const packageForm = "countersign-package-2"

// Statement is what a package says of itself, in statement.json: which campaign it
// is of, and over which log.
type Statement struct {
	Form       string        `json:"package"`
	Log        domain.ID     `json:"log"`
	Size       int64         `json:"size"` // events in log.jsonl
	Root       auditlog.Hash `json:"root"` // over them
	At         time.Time     `json:"at"`   // of the last of them, UTC
	Campaign   domain.ID     `json:"campaign"`
	Name       string        `json:"name"`
	State      string        `json:"state"`
	Pinned     bool          `json:"pinned"` // to the event that ended the campaign: nothing later shows
	Population domain.ID     `json:"population"`
	Items      int           `json:"items"`
	Digest     string        `json:"population_sha256"` // of population.jsonl, as the log has it
	Mode       string        `json:"mode"`              // live, rehearsal or demo
	MadeBy     string        `json:"made_by"`           // the program's version
}

// PackageWritten says what a package holds.
type PackageWritten struct {
	Statement Statement
	Files     int
	Rows      int    // of the workbook's tables
	Digest    string // of the workbook's content
	Proofs    int    // inclusion proofs, one for each event of the campaign
	Notes     []string
}

// Seal gives a checkpoint's text, signed by whoever holds a key: [auditlog.Format]
// with its signers.
type Seal func(auditlog.Checkpoint) ([]byte, error)

// Progress is told how far a part of long work has come; total is 0 where it is
// not known. It may be nil.
type Progress func(part string, done, total int64)

func (p Progress) tell(part string, done, total int64) {
	if p != nil {
		p(part, done, total)
	}
}

// prover is a transaction that proves an event to be in its log.
type prover interface {
	Inclusion(size, n int64) (auditlog.Inclusion, error)
}

// WritePackage writes the evidence of a campaign with everything that shows it to
// be true, as a zip: the workbook, each of its tables as CSV, the frozen items and
// the log's lines it is made of, a checkpoint over those (as seal
// signs it; nil: unsigned), a proof for each event of the campaign that it is among
// them, and a manifest of SHA-256 sums. The same evidence makes the same bytes. It
// streams: memory does not grow with the log. Write it while the transaction that
// ev was gathered from is open.
//
// After an error out holds rubbish: write through package atomicfile. Errors are
// the transaction's, the context's and the writer's; Internal where the transaction
// cannot prove what its log has.
func WritePackage(ctx context.Context, out io.Writer, tx review.Tx, ev *CampaignEvidence, seal Seal, progress Progress) (PackageWritten, error) {
	if seal == nil {
		seal = func(cp auditlog.Checkpoint) ([]byte, error) { return auditlog.Format(cp) }
	}
	said, err := statementOf(ev)
	if err != nil {
		return PackageWritten{}, err
	}
	p := packer{ctx: ctx, tx: tx, ev: ev, progress: progress, seal: seal, z: zip.NewWriter(out)}
	p.done.Statement = said
	p.z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.DefaultCompression) })
	for _, part := range []func() error{p.readme, p.statement, p.checkpoint, p.workbook, p.population, p.log, p.proofs, p.sums} {
		if err := part(); err != nil {
			return p.done, err
		}
		if err := ctx.Err(); err != nil {
			return p.done, err
		}
	}
	return p.done, p.z.Close()
}

func modeWord(m review.Mode) string {
	switch m {
	case review.Live:
		return "live"
	case review.Rehearsal:
		return "rehearsal"
	default:
		return "demo"
	}
}

// packer is one package being written.
type packer struct {
	ctx      context.Context
	tx       review.Tx
	ev       *CampaignEvidence
	progress Progress
	seal     Seal
	z        *zip.Writer
	manifest bytes.Buffer
	done     PackageWritten
}

// file writes one file of the package, and its line of the manifest.
func (p *packer) file(name string, method uint16, fill func(io.Writer) error) error {
	at := p.ev.Meta.At.UTC().Truncate(2 * time.Second) // a zip counts in twos
	if at.Year() < 1980 {
		at = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	head := &zip.FileHeader{Name: name, Method: method, Modified: at}
	head.SetMode(0o600)
	to, err := p.z.CreateHeader(head)
	if err != nil {
		return err
	}
	sum := sha256.New()
	if err := fill(io.MultiWriter(to, sum)); err != nil {
		return err
	}
	p.done.Files++
	_, err = fmt.Fprintf(&p.manifest, "%s  %s\n", hex.EncodeToString(sum.Sum(nil)), name)
	return err
}

// text writes a file at once.
func (p *packer) text(name string, body []byte) error {
	return p.file(name, zip.Deflate, func(w io.Writer) error {
		_, err := w.Write(body)
		return err
	})
}

func (p *packer) readme() error {
	return p.text(fileReadme, []byte(packageReadme(p.done.Statement, p.ev.Meta.Organisation)))
}

func (p *packer) statement() error {
	body, err := p.done.Statement.bytes()
	if err != nil {
		return err
	}
	return p.text(fileStatement, body)
}

func (p *packer) checkpoint() error {
	s := p.done.Statement
	cp, err := auditlog.NewCheckpoint(string(s.Log), s.Size, s.Root, s.At)
	if err != nil {
		return err
	}
	body, err := p.seal(cp)
	if err != nil {
		return err
	}
	return p.text(fileCheckpoint, body)
}

// workbook writes the workbook, which is a zip of its own and so is stored as it
// is, and each of its tables.
func (p *packer) workbook() error {
	wb := Campaign(p.ev)
	err := p.file(fileWorkbook, zip.Store, func(w io.Writer) error {
		p.progress.tell("workbook", 0, 0)
		res, err := xlsx.Write(p.ctx, w, wb)
		p.done.Digest, p.done.Notes = res.Digest.String(), res.Notes
		return err
	})
	if err != nil {
		return err
	}
	guarded := 0
	for _, s := range wb.Sheets {
		if s.Table == nil {
			continue
		}
		p.progress.tell("table "+s.Name, 0, 0)
		err := p.file(tableFile(s.Name), zip.Deflate, func(w io.Writer) error {
			res, err := flat.CSV(p.ctx, w, *s.Table, flat.Spreadsheet)
			p.done.Rows, guarded = p.done.Rows+res.Rows, guarded+res.Guarded
			return err
		})
		if err != nil {
			return err
		}
	}
	if guarded > 0 {
		p.done.Notes = append(p.done.Notes, "In the tables: "+flat.Result{Guarded: guarded}.Note())
	}
	return nil
}

// tableFile is where a sheet's table lies: its name in small letters, with a hyphen
// for whatever else is neither letter nor digit.
func tableFile(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	return folderTables + strings.Join(words, "-") + ".csv"
}

// tablesOf gives the tables of a workbook by their files.
func tablesOf(wb sheet.Workbook) map[string]sheet.Sheet {
	out := map[string]sheet.Sheet{}
	for _, s := range wb.Sheets {
		if s.Table != nil {
			out[tableFile(s.Name)] = s
		}
	}
	return out
}

// lines writes a file of lines through a buffer; each hands a line on without its
// line feed.
func (p *packer) lines(name string, each func(put func([]byte) error) error) error {
	return p.file(name, zip.Deflate, func(w io.Writer) error {
		b := bufio.NewWriterSize(w, 64<<10)
		n := 0
		err := each(func(line []byte) error {
			if n++; n%page == 0 {
				if err := p.ctx.Err(); err != nil {
					return err
				}
			}
			if _, err := b.Write(line); err != nil {
				return err
			}
			return b.WriteByte('\n')
		})
		if err != nil {
			return err
		}
		return b.Flush()
	})
}

// population writes the frozen items as the log's digest is made over them.
func (p *packer) population() error {
	s := p.done.Statement
	return p.lines(filePopulation, func(put func([]byte) error) error {
		for it, err := range p.tx.Staged(s.Population) {
			if err != nil {
				return err
			}
			line, err := review.StagedLine(it)
			if err != nil {
				return err
			}
			if it.No%page == 0 {
				p.progress.tell("items", int64(it.No), int64(s.Items))
			}
			if err := put(line); err != nil {
				return err
			}
		}
		return nil
	})
}

// log writes every event up to the one the evidence is pinned to.
func (p *packer) log() error {
	size := p.done.Statement.Size
	return p.lines(fileLog, func(put func([]byte) error) error {
		for e, err := range fewEvents(p.ctx, p.tx, "", size) {
			if err != nil {
				return err
			}
			line, err := e.Canonical()
			if err != nil {
				return err
			}
			if e.Seq%page == 0 {
				p.progress.tell("log", int64(e.Seq), size)
			}
			if err := put(line); err != nil {
				return err
			}
		}
		return nil
	})
}

// proofs writes a proof for each event of the campaign.
func (p *packer) proofs() error {
	prove, ok := p.tx.(prover)
	if !ok {
		return domain.Errorf(domain.Internal, "this log cannot prove what is in it")
	}
	size := p.done.Statement.Size
	return p.lines(fileProofs, func(put func([]byte) error) error {
		for e, err := range fewEvents(p.ctx, p.tx, p.ev.Campaign.ID, size) {
			if err != nil {
				return err
			}
			proof, err := prove.Inclusion(size, int64(e.Seq))
			if err != nil {
				return err
			}
			line, err := proof.JSON()
			if err != nil {
				return err
			}
			p.done.Proofs++
			if err := put(line); err != nil {
				return err
			}
		}
		return nil
	})
}

func (p *packer) sums() error {
	body := bytes.Clone(p.manifest.Bytes())
	return p.text(fileManifest, body)
}

// fewEvents streams those of the log's first size events that name an entity ("":
// all of them), a few at a time: one event can hold a thousand decisions.
func fewEvents(ctx context.Context, tx review.Tx, entity domain.ID, size int64) iter.Seq2[domain.Event, error] {
	return events(ctx, tx, review.EventQuery{Entity: entity, Limit: 20}, domain.Seq(size-1))
}
