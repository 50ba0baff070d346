package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"countersign/domain"
	"countersign/review"
	"countersign/store/ingest"
	"countersign/store/ingest/directory"
	"countersign/store/ingest/table"
	"countersign/tui/importpage"
)

// importDesk finds files for the console and reads them as the import command does.
type importDesk struct{ orgDesk }

const (
	// mostEntries is how many entries of a folder are listed.
	mostEntries = 10_000
	// rowsSeen is how many rows of a file are shown as they are read.
	rowsSeen = 5
	// outcomesShown is how many rows of an import are said one by one.
	outcomesShown = 200
)

// fileWords are what files are called by the ends of their names; others are opened
// only when somebody says so.
var fileWords = map[string]string{".csv": "CSV", ".tsv": "CSV", ".txt": "text", ".xlsx": "workbook", ".json": "JSON", ".jsonl": "JSON", ".ndjson": "JSON", ".ldif": "LDIF", ".ldf": "LDIF"}

// Kinds implements importpage.Reads.
func (d importDesk) Kinds() []importpage.Kind {
	var out []importpage.Kind
	for _, k := range ingest.Kinds() {
		kind := importpage.Kind{Word: string(k), Full: k.CanBeFull(), Of: map[ingest.Kind]string{ingest.Members: "group", ingest.Grants: "agent"}[k]}
		for _, f := range ingest.SchemaOf(k).Fields {
			kind.Fields = append(kind.Fields, importpage.Field{Key: f.Key, Help: f.Help, Required: f.Required})
		}
		out = append(out, kind)
	}
	return append(out, wholeKinds()...)
}

// Folder implements importpage.Reads. A link is followed one step at a time, as
// somebody goes; what cannot be looked at is listed with why.
func (d importDesk) Folder(ctx context.Context, path string, hidden bool) (out importpage.Folder, err error) {
	if strings.HasPrefix(path, "~/") {
		path = filepath.Join(d.s.getenv("HOME"), path[2:])
	}
	if path, err = filepath.Abs(path); err != nil {
		return out, fmt.Errorf("where this is cannot be told: %w", err)
	}
	out.Path = path
	if up := filepath.Dir(path); up != path {
		out.Parent = up
	}
	info, err := os.Stat(path)
	if err != nil {
		return out, domain.Errorf(domain.NotFound, "%s cannot be opened: %v", path, cause(err)).Hinted("type another folder or file after :import")
	}
	if out.File = !info.IsDir(); out.File {
		return out, nil
	}
	dir, err := os.Open(path)
	if err != nil {
		return out, domain.Errorf(domain.Forbidden, "%s cannot be opened: %v", path, cause(err)).Hinted("go up with backspace, or to another folder")
	}
	entries, err := dir.ReadDir(mostEntries)
	if err = errors.Join(err, dir.Close()); err != nil && !errors.Is(err, io.EOF) {
		return out, domain.Errorf(domain.Forbidden, "%s cannot be read: %v", path, cause(err)).Hinted("go up with backspace, or to another folder")
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int {
		return strings.Compare(strings.ToLower(a.Name()), strings.ToLower(b.Name()))
	})
	for _, e := range entries {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		if hidden || !strings.HasPrefix(e.Name(), ".") {
			out.Entries = append(out.Entries, entryOf(path, e))
		}
	}
	return out, nil
}

// entryOf looks at one entry, through a link.
func entryOf(dir string, e fs.DirEntry) importpage.Entry {
	out := importpage.Entry{Name: e.Name(), Path: filepath.Join(dir, e.Name())}
	info, err := os.Stat(out.Path)
	switch {
	case err != nil:
		out.Off = e.Name() + " cannot be opened: " + cause(err).Error()
	case info.IsDir():
		out.Folder, out.Changed = true, info.ModTime()
	case !info.Mode().IsRegular():
		out.Off = e.Name() + " is no file that could be read"
	default:
		out.Size, out.Changed, out.What = info.Size(), info.ModTime(), fileWords[strings.ToLower(filepath.Ext(e.Name()))]
	}
	return out
}

// cause is what the system says, without the path it says it of.
func cause(err error) error {
	var of *fs.PathError
	if errors.As(err, &of) {
		return of.Err
	}
	return err
}

// openFile opens a file to be imported. A pipe or a device is refused: reading it
// might never end.
func openFile(path string) (*os.File, fs.FileInfo, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		return nil, nil, domain.Errorf(domain.Invalid, "%s is no file", path).Hinted("choose a file")
	}
	if err != nil {
		return nil, nil, domain.Errorf(domain.NotFound, "%s cannot be read: %v", path, cause(err)).Hinted("choose another file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, domain.Errorf(domain.Forbidden, "%s cannot be read: %v", path, cause(err)).Hinted("choose another file")
	}
	return f, info, nil
}

// toldReader reads a file, says how far it is, and ends with its context.
type toldReader struct {
	ctx  context.Context
	in   io.Reader
	done int64
	of   int64
	tell func(done, total int64)
}

func (r *toldReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := r.in.Read(p)
	r.done += int64(n)
	r.tell(r.done, r.of)
	return n, err
}

// File implements importpage.Reads.
func (d importDesk) File(ctx context.Context, ask importpage.Ask) (out importpage.File, err error) {
	f, info, err := openFile(ask.Path)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	o := ingest.Options{File: filepath.Base(ask.Path), Table: table.Options{Sheet: ask.Sheet}}
	if ask.Plain {
		o.Format = ingest.Plain
	}
	if err := ctx.Err(); err != nil {
		return out, err
	}
	if whole, err := isOrganisation(f); whole || err != nil {
		return importpage.File{Path: ask.Path, Name: filepath.Base(ask.Path), Size: info.Size(), Format: "a whole organisation", Kinds: []string{wholeOrganisation}, Source: wholeOrganisation}, err
	}
	g, err := ingest.Look(f, rowsSeen, o)
	if err != nil {
		return out, err
	}
	out = importpage.File{Path: ask.Path, Name: filepath.Base(ask.Path), Size: info.Size(), Header: g.Header, Rows: g.Rows}
	if g.Format != "" {
		out.Format = g.Format.Words()
	}
	for _, k := range g.Kinds {
		out.Kinds = append(out.Kinds, string(k))
	}
	if g.Format != "" {
		out.Kinds = append(out.Kinds, wholeDirectory)
	}
	out.Source = sourceOf(out.Name, g.Format)
	return out, nil
}

// sourceOf is what a file's source may be called: its directory, or the first word of
// its name.
func sourceOf(name string, format directory.Format) string {
	if format != "" {
		word, _, _ := strings.Cut(string(format), "-")
		return word
	}
	word := strings.ToLower(strings.TrimSuffix(name, filepath.Ext(name)))
	if at := strings.IndexFunc(word, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }); at > 0 {
		word = word[:at]
	}
	return word
}

// keptUnder is the name under which the columns of a source's files are kept; the
// command line takes them with --use-columns.
func keptUnder(ask importpage.Ask) string { return ask.Source + "-" + ask.Kind }

// options are those of the import command for what is asked.
func (d importDesk) options(ask importpage.Ask) (o ingest.Options, columns, kept string, err error) {
	k, err := ingest.ParseKind(ask.Kind)
	if err != nil {
		return o, "", "", err
	}
	f := importFlags{source: ask.Source, sheet: ask.Sheet, full: ask.Full, skipErrors: ask.Skip}
	switch k {
	case ingest.Members:
		f.group = ask.Of
	case ingest.Grants:
		f.agent = ask.Of
	}
	if ask.Plain {
		f.format = string(ingest.Plain)
	}
	if f.columns = ingest.Columns(k, ask.Columns); !ask.Own {
		f.columns = ""
		name := keptUnder(ask)
		err := d.s.view(func(tx review.Tx) error {
			spec, err := tx.Mapping(name)
			if err == nil {
				f.columns, kept = spec, name
			}
			return err
		})
		if err != nil && domain.CodeOf(err) != domain.NotFound {
			return o, "", "", err
		}
	}
	o, err = d.s.importOptions(k, ask.Path, f)
	return o, f.columns, kept, err
}

// Plan implements importpage.Reads.
func (d importDesk) Plan(ctx context.Context, ask importpage.Ask, tell func(done, total int64)) (out importpage.Preview, err error) {
	switch ask.Kind {
	case wholeOrganisation:
		return d.planOrganisation(ctx, ask, tell)
	case wholeDirectory:
		return d.planDirectory(ctx, ask, tell)
	}
	o, columns, kept, err := d.options(ask)
	if err != nil {
		return out, err
	}
	f, info, err := openFile(ask.Path)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	g, err := ingest.Look(f, 0, ingest.Options{Table: o.Table, Format: o.Format})
	if err != nil {
		return out, err
	}
	k := ingest.Kind(ask.Kind)
	fields, err := ingest.FieldsIn(g.Header, k, columns)
	if err != nil && kept != "" { // kept for another file: this one is read by its own names
		own := ask
		own.Own, own.Columns = true, nil
		return d.Plan(ctx, own, tell)
	}
	if err != nil {
		return out, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return out, fmt.Errorf("%s cannot be read again: %w", ask.Path, err)
	}
	pre, err := d.read(ctx, k, &toldReader{ctx: ctx, in: f, of: info.Size(), tell: tell}, o)
	if ctx.Err() != nil {
		return out, ctx.Err()
	}
	if err != nil {
		return out, err
	}
	out = previewOf(pre, ask)
	out.Fields, out.Kept, out.Columns = fields, kept, chosenColumns(g.Header, fields, columns, k)
	return out, nil
}

// read reads the file as a kind.
func (d importDesk) read(ctx context.Context, k ingest.Kind, in io.Reader, o ingest.Options) (pre *ingest.Preview, err error) {
	return pre, d.s.store.View(ctx, func(tx review.Tx) error {
		org, err := tx.Org()
		if err != nil {
			return err
		}
		if k == ingest.Usage {
			o.Usage = tx.Usage()
		}
		pre, err = ingest.Plan(org, k, in, o)
		return err
	})
}

// chosenColumns is the columns that a mapping names, by field.
func chosenColumns(header []string, fields map[int]string, columns string, k ingest.Kind) map[string]string {
	plain, err := ingest.FieldsIn(header, k, "")
	if columns == "" || err != nil {
		return nil
	}
	out := map[string]string{}
	for i, f := range fields {
		if plain[i] != f {
			out[f] = header[i]
		}
	}
	return out
}

// previewOf says an import's preview as the page shows it.
func previewOf(pre *ingest.Preview, ask importpage.Ask) importpage.Preview {
	out := importpage.Preview{Summary: pre.Report.Summary(), Set: pre.Set, Usage: pre.Kind == ingest.Usage, Refused: pre.Permit(ask.Skip, 0)}
	if ruleOf(out.Refused) == "import-leavers" {
		out.Gone = pre.Gone
	}
	for i, l := range pre.Report.Lines {
		if i == outcomesShown {
			out.Outcomes = append(out.Outcomes, importpage.Outcome{Text: fmt.Sprintf("and %d more", len(pre.Report.Lines)-outcomesShown)})
			break
		}
		at := ""
		if l.Number > 0 {
			at = fmt.Sprintf("line %d: ", l.Number)
		}
		out.Outcomes = append(out.Outcomes, importpage.Outcome{Word: string(l.Outcome), Text: at + l.Text})
	}
	out.Wrong = len(pre.Report.Errors)
	for i, e := range pre.Report.Errors {
		if i == outcomesShown {
			out.Errors = append(out.Errors, fmt.Sprintf("and %d more", len(pre.Report.Errors)-outcomesShown))
			break
		}
		out.Errors = append(out.Errors, e.Error())
	}
	if pre.Kind == ingest.People {
		out.Notes = append(out.Notes, "People: "+pre.People.String())
	}
	if pre.Gone > 0 {
		out.Notes = append(out.Notes, fmt.Sprintf("Ends by not being named: %d of %d %s", pre.Gone, pre.GoneOf, pre.GoneWhat))
	}
	if len(pre.Unused) > 0 {
		out.Notes = append(out.Notes, "Columns not used: "+strings.Join(pre.Unused, ", "))
	}
	if len(pre.Withheld) > 0 {
		out.Notes = append(out.Notes, "Never read, because they hold secrets: "+strings.Join(pre.Withheld, ", "))
	}
	return out
}

// Keep implements importpage.Acts, as --save-columns does.
func (d importDesk) Keep(_ context.Context, ask importpage.Ask) error {
	k, err := ingest.ParseKind(ask.Kind)
	if err != nil {
		return err
	}
	m, err := table.ParseMapping(ingest.Columns(k, ask.Columns), ingest.SchemaOf(k))
	if err != nil {
		return domain.Errorf(domain.Invalid, "%v", err)
	}
	return d.s.saveMapping(keptUnder(ask), m.String())
}

// Record implements importpage.Acts.
func (d importDesk) Record(ctx context.Context, saw domain.Sight, cs domain.ChangeSet, reason string) (string, error) {
	actor := d.s.actor
	actor.Saw = saw
	cs.Reason = reason + " (" + cs.Reason + ")"
	done, err := d.s.svc.ImportUsage(ctx, actor, cs)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("recorded %s at %s; nobody's access changed", review.Count(done.Rows, "row", "rows"), events(done.First, done.Last)), nil
}
