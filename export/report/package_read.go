package report

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"countersign/domain"
	"countersign/domain/archive"
	"countersign/domain/auditlog"
	"countersign/export/sheet"
	"countersign/review"
)

// Bounds of what is read of a package: a small zip can unpack to anything.
const (
	mostFiles  = 64
	mostSmall  = 1 << 20 // bytes of a file that is read at once
	mostLine   = 256 << 20
	mostTables = 64 << 20 // bytes up to which it does not matter how well a file packs
	mostRatio  = 300      // bytes that one packed byte may become, beyond that
)

// Package is an evidence package opened for reading: a zip of which nothing is
// believed yet but that it has the files of one, each once, and nothing besides.
type Package struct {
	Statement Statement           // what it says of itself
	Signers   []auditlog.Verifier // where there are any, one of them must have signed its checkpoint
	files     map[string]*zip.File
}

// OpenPackage opens a package, also one that was unpacked and packed again. It is
// Invalid where the file is no zip, lacks a file, holds one twice, holds one that is
// no part of a package or would land outside the folder it is unpacked in, or holds
// one that would unpack to far more than it can be.
func OpenPackage(r io.ReaderAt, size int64) (*Package, error) {
	z, err := zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, refusedPackage("it is no zip, or not whole (%v)", err)
	}
	if err := archive.OneDirectory(r, size); err != nil {
		return nil, refusedPackage("%v", err)
	}
	p := &Package{files: map[string]*zip.File{}}
	for _, f := range z.File {
		if err := p.admit(f); err != nil {
			return nil, err
		}
	}
	for _, name := range packageFiles() {
		if p.files[name] == nil {
			return nil, refusedPackage("it has no file %s", name)
		}
	}
	return p, p.readStatement()
}

func packageFiles() []string {
	return []string{fileReadme, fileStatement, fileCheckpoint, fileWorkbook, filePopulation, fileLog, fileProofs, fileManifest}
}

// noPackage begins what is said of a file that is no evidence package.
const noPackage = "this is no evidence package: "

func refusedPackage(format string, args ...any) error {
	return domain.Errorf(domain.Invalid, noPackage+format, args...).
		Hinted("take the file again from whoever exported it").ByRule("package")
}

// admit takes a file in, or says why it is none of a package.
func (p *Package) admit(f *zip.File) error {
	name := f.Name
	table := strings.HasPrefix(name, folderTables) && strings.HasSuffix(name, ".csv") && tableFile(strings.TrimSuffix(strings.TrimPrefix(name, folderTables), ".csv")) == name
	small := name == fileReadme || name == fileStatement || name == fileCheckpoint || name == fileManifest
	switch {
	case name == folderTables && f.UncompressedSize64 == 0:
		return nil
	case strings.Contains(name, "..") || strings.HasPrefix(name, "/") || strings.ContainsAny(name, "\\:\x00"):
		return refusedPackage("its file %q would land outside the folder it is unpacked in", name)
	case !table && !slices.Contains(packageFiles(), name):
		return refusedPackage("its file %q is no part of one", name)
	case p.files[name] != nil:
		return refusedPackage("it holds the file %s twice", name)
	case len(p.files) == mostFiles:
		return refusedPackage("it has more than %d files", mostFiles)
	case !f.Mode().IsRegular():
		return refusedPackage("its file %s is no ordinary file", name)
	case f.Flags&1 != 0 || f.Method != zip.Store && f.Method != zip.Deflate:
		return refusedPackage("its file %s is encrypted, or packed in a way that zip readers need not know", name)
	case small && f.UncompressedSize64 > mostSmall:
		return refusedPackage("its file %s says it has %d bytes, and at most %d make sense", name, f.UncompressedSize64, mostSmall)
	case f.UncompressedSize64 > mostTables && f.UncompressedSize64/mostRatio > f.CompressedSize64:
		return refusedPackage("its file %s would unpack from %d to %d bytes, far more than one does", name, f.CompressedSize64, f.UncompressedSize64)
	}
	p.files[name] = f
	return nil
}

// Files are the names of its files, in order of their names.
func (p *Package) Files() []string { return slices.Sorted(maps.Keys(p.files)) }

// open reads a file, and no byte more than it says it has.
func (p *Package) open(name string) (io.ReadCloser, error) {
	f := p.files[name]
	if f == nil {
		return nil, refusedPackage("it has no file %s", name)
	}
	r, err := f.Open()
	if err != nil {
		return nil, refusedPackage("its file %s cannot be read (%v)", name, err)
	}
	return &bounded{r, name, f.UncompressedSize64}, nil
}

// bounded reads a file up to the size it says it has.
type bounded struct {
	io.ReadCloser
	name string
	left uint64
}

func (b *bounded) Read(buf []byte) (int, error) {
	n, err := b.ReadCloser.Read(buf)
	if uint64(n) > b.left {
		return 0, refusedPackage("its file %s is longer than it says", b.name)
	}
	b.left -= uint64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		err = refusedPackage("its file %s cannot be read (%v)", b.name, err)
	}
	return n, err
}

// small reads a small file at once.
func (p *Package) small(name string) (body []byte, err error) {
	r, err := p.open(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	return io.ReadAll(r)
}

func (p *Package) readStatement() error {
	body, err := p.small(fileStatement)
	if err != nil {
		return err
	}
	read := json.NewDecoder(bytes.NewReader(body))
	read.DisallowUnknownFields()
	if err := read.Decode(&p.Statement); err != nil {
		return refusedPackage("its %s cannot be read (%v)", fileStatement, err)
	}
	if p.Statement.Form != packageForm {
		return refusedPackage("it is of the form %q, and this version reads %s", p.Statement.Form, packageForm)
	}
	if p.Statement.Size < 1 || p.Statement.Campaign == "" || p.Statement.Population == "" {
		return refusedPackage("its %s names no log, no campaign or no population", fileStatement)
	}
	return nil
}

// Lines yields the lines of the log, without their line feeds. A line is used again
// once the next is asked for.
func (p *Package) Lines() iter.Seq2[[]byte, error] { return p.lines(fileLog) }

// lines yields the lines of a file. The last must end in a line feed too.
func (p *Package) lines(name string) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		r, err := p.open(name)
		if err != nil {
			yield(nil, err)
			return
		}
		err = eachLine(r, name, func(line []byte) bool { return yield(line, nil) })
		if err = errors.Join(err, r.Close()); err != nil && !errors.Is(err, errStopped) {
			yield(nil, err)
		}
	}
}

// errStopped ends a walk that nobody asks more of.
var errStopped = errors.New("stopped")

func eachLine(r io.Reader, name string, fn func([]byte) bool) error {
	b := bufio.NewReaderSize(r, 64<<10)
	var long []byte
	for n := 1; ; n++ {
		line, err := b.ReadSlice('\n')
		for long = long[:0]; errors.Is(err, bufio.ErrBufferFull); line, err = b.ReadSlice('\n') {
			if long = append(long, line...); len(long) > mostLine {
				return refusedPackage("line %d of its %s is too long", n, name)
			}
		}
		if len(long) > 0 {
			long = append(long, line...)
			line = long
		}
		switch {
		case errors.Is(err, io.EOF) && len(line) == 0:
			return nil
		case errors.Is(err, io.EOF):
			return refusedPackage("its %s ends in the middle of line %d", name, n)
		case err != nil:
			return err
		case !utf8.Valid(line):
			return refusedPackage("line %d of its %s is not UTF-8", n, name)
		}
		if !fn(line[:len(line)-1]) {
			return errStopped
		}
	}
}

// Population yields the frozen items. One that is not in its canonical form is
// Invalid.
func (p *Package) Population() iter.Seq2[review.StagedItem, error] {
	return func(yield func(review.StagedItem, error) bool) {
		n := 0
		for line, err := range p.lines(filePopulation) {
			var it review.StagedItem
			if n++; err == nil {
				it, err = stagedItem(n, line)
			}
			if !yield(it, err) || err != nil {
				return
			}
		}
	}
}

func stagedItem(n int, line []byte) (review.StagedItem, error) {
	var it review.StagedItem
	if err := json.Unmarshal(line, &it); err != nil {
		return it, domain.Errorf(domain.Invalid, "%s, line %d: it is no item (%v)", filePopulation, n, err)
	}
	again, err := review.StagedLine(it)
	if err != nil || it.No != n || !bytes.Equal(again, line) {
		return it, domain.Errorf(domain.Invalid, "%s, line %d: it is not item %d in its canonical form", filePopulation, n, n)
	}
	return it, nil
}

// tables are the names of the files of tables.
func (p *Package) tables() []string {
	return slices.DeleteFunc(p.Files(), func(name string) bool { return !strings.HasPrefix(name, folderTables) })
}

// heading gives what a table's columns are called in its file.
func heading(t *sheet.Table, col int) string {
	if col < len(t.Columns) {
		return t.Columns[col].Heading()
	}
	return ""
}
