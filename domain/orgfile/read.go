package orgfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"countersign/domain"
)

// maxRecord bounds the bytes of one record.
const maxRecord = 4 << 20

// RuleFile names every refusal of a document.
const RuleFile = "organisation-file"

// Document is a document that was read.
type Document struct {
	records map[domain.Kind]map[domain.ID]domain.Record
	total   int
}

// Len gives the number of records.
func (d Document) Len() int { return d.total }

// Get gives a record.
func (d Document) Get(k domain.Kind, id domain.ID) (domain.Record, bool) {
	r, ok := d.records[k][id]
	return r, ok
}

// Of gives the records of a kind by id.
func (d Document) Of(k domain.Kind) []domain.Record {
	out := make([]domain.Record, 0, len(d.records[k]))
	for _, r := range d.records[k] {
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b domain.Record) int { return strings.Compare(string(a.RecordID()), string(b.RecordID())) })
	return out
}

// budget stops where one record takes too much.
type budget struct {
	src  io.Reader
	left int
}

var errLong = errors.New("too long")

func (b *budget) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errLong
	}
	n, err := b.src.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// Read reads a document. Where it is none, lacks a kind of record or holds one
// that is not known, names a record twice, or holds a record that is not in the
// form that Write gives it, that is an Invalid error (rule RuleFile) which names
// the record. Blanks and the order of members and records do not count. A failure
// of r is returned as it is.
func Read(r io.Reader) (Document, error) {
	d := reader{in: &budget{src: r, left: maxRecord}, doc: Document{records: map[domain.Kind]map[domain.ID]domain.Record{}}}
	d.dec = json.NewDecoder(d.in)
	d.dec.UseNumber()
	err := d.document()
	return d.doc, err
}

type reader struct {
	in   *budget
	dec  *json.Decoder
	doc  Document
	kind domain.Kind
	no   int // the record being read, counted from 1
}

func bad(format string, args ...any) *domain.Error {
	return domain.Errorf(domain.Invalid, format, args...).ByRule(RuleFile)
}

const exportAgain = "export the organisation again with: countersign export organisation --out FILE"

// fault says why reading stopped.
func (d *reader) fault(err error) error {
	where := "the file"
	if d.kind != "" {
		where = fmt.Sprintf("record %d of %s", d.no, d.kind)
	}
	var syntax *json.SyntaxError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errLong):
		return bad("%s is longer than %d bytes", where, maxRecord).Hinted(exportAgain)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return bad("the file ends in the middle of %s", where).Hinted("check that it is complete, or " + exportAgain)
	case errors.As(err, &syntax):
		return bad("%s is no well-formed JSON: %v", where, err).Hinted(exportAgain)
	}
	return err
}

func (d *reader) token() (json.Token, error) {
	tok, err := d.dec.Token()
	return tok, d.fault(err)
}

func (d *reader) delim(want json.Delim, what string) error {
	tok, err := d.token()
	if err == nil && tok != want {
		err = bad("%s", what).Hinted(exportAgain)
	}
	return err
}

func (d *reader) document() error {
	if err := d.delim('{', "the file is no exported organisation"); err != nil {
		return err
	}
	seen := map[string]bool{}
	for d.dec.More() {
		tok, err := d.token()
		if err != nil {
			return err
		}
		name, _ := tok.(string)
		if seen[name] {
			return bad("the file has %q twice", name).Hinted(exportAgain)
		}
		seen[name] = true
		if err := d.member(name); err != nil {
			return err
		}
	}
	if err := d.delim('}', "the file does not end as an exported organisation does"); err != nil {
		return err
	}
	d.in.left = maxRecord
	if _, err := d.dec.Token(); !errors.Is(err, io.EOF) {
		if err == nil {
			err = bad("the file goes on behind the organisation").Hinted(exportAgain)
		}
		return d.fault(err)
	}
	lack := []string{}
	for _, name := range append([]string{"format", "version"}, kindWords()...) {
		if !seen[name] {
			lack = append(lack, name)
		}
	}
	if len(lack) > 0 {
		return bad("the file lacks %s: what it leaves out would end", strings.Join(lack, ", ")).Hinted("write an empty list where there is none, or " + exportAgain)
	}
	return nil
}

func kindWords() []string {
	var out []string
	for _, k := range Kinds() {
		out = append(out, string(k))
	}
	return out
}

func (d *reader) member(name string) error {
	switch {
	case name == "format":
		tok, err := d.token()
		if err == nil && tok != Format {
			err = bad("the file is no exported organisation").Hinted(exportAgain)
		}
		return err
	case name == "version":
		tok, err := d.token()
		if err == nil && tok != json.Number(fmt.Sprint(Version)) {
			err = bad("the file is written in version %v of its form, and this program reads version %d", tok, Version).
				Hinted("use the program that wrote it, or a newer one")
		}
		return err
	case !slices.Contains(kindWords(), name):
		return bad("the file has a part %q, which is not known here", name).Hinted("its parts are: %s", strings.Join(kindWords(), ", "))
	}
	d.kind, d.no = domain.Kind(name), 0
	defer func() { d.kind = "" }()
	if err := d.delim('[', fmt.Sprintf("%q is no list of records", name)); err != nil {
		return err
	}
	of := map[domain.ID]domain.Record{}
	for d.dec.More() {
		d.no++
		d.in.left = maxRecord
		r, err := d.record()
		if err != nil {
			return err
		}
		if _, twice := of[r.RecordID()]; twice {
			return bad("the %s %q stands twice", d.kind, r.RecordID()).Hinted("keep one of them")
		}
		of[r.RecordID()] = r
		d.doc.total++
	}
	d.doc.records[d.kind] = of
	return d.delim(']', fmt.Sprintf("the list of %s does not end", name))
}

// record reads one record and holds it to the form it is written in: what was
// read must say all that stood there, and nothing else.
func (d *reader) record() (domain.Record, error) {
	var raw json.RawMessage
	if err := d.fault(d.dec.Decode(&raw)); err != nil {
		return nil, err
	}
	r, err := domain.DecodeRecord(d.kind, raw)
	if err != nil {
		var own *domain.Error
		if errors.As(err, &own) {
			return nil, bad("record %d of %s: %s", d.no, d.kind, own.Message).Hinted("%s", own.Hint)
		}
		return nil, bad("record %d of %s cannot be read: %v", d.no, d.kind, err).Hinted(exportAgain)
	}
	if r.RecordID() == "" {
		return nil, bad("record %d of %s has no id", d.no, d.kind).Hinted("give it one")
	}
	again, err := domain.CanonicalJSON(r)
	if err != nil {
		return nil, err
	}
	if bytes.Equal(again, raw) {
		return r, nil
	}
	return r, d.compare(r, raw, again)
}

// compare names the first thing that a record says and that was not taken, or was
// taken otherwise.
func (d *reader) compare(r domain.Record, raw, again []byte) error {
	said, err := members(raw)
	if err != nil {
		return bad("record %d of %s cannot be read: %v", d.no, d.kind, err).Hinted(exportAgain)
	}
	took, err := members(again)
	if err != nil {
		return err
	}
	if name, differ := firstDifference("", said, took); differ {
		return bad("the %s %q: the member %q is not known, or not written as an export writes it", d.kind, r.RecordID(), name).
			Hinted("an export writes the record as %s", again)
	}
	return nil
}

func members(raw []byte) (map[string]any, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var m map[string]any
	err := dec.Decode(&m)
	return m, err
}

func firstDifference(path string, a, b map[string]any) (string, bool) {
	names := map[string]bool{}
	for n := range a {
		names[n] = true
	}
	for n := range b {
		names[n] = true
	}
	sorted := make([]string, 0, len(names))
	for n := range names {
		sorted = append(sorted, n)
	}
	slices.Sort(sorted)
	for _, n := range sorted {
		x, inA := a[n].(map[string]any)
		y, inB := b[n].(map[string]any)
		if inA && inB {
			if at, differ := firstDifference(path+n+".", x, y); differ {
				return at, true
			}
			continue
		}
		if !reflect.DeepEqual(a[n], b[n]) {
			return path + n, true
		}
	}
	return "", false
}
