package xlsx

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// contentTypes is the part that readers want first.
const contentTypes = "[Content_Types].xml"

// zip puts the package together: excelize's parts in a fixed order, the kept rows
// inside its sheets, our own parts for tables, strings and properties.
func (w *writer) zip(out io.Writer, files parcel) error {
	id := 0
	sheets := map[string]*part{}
	for i, p := range w.all() {
		sheets["xl/worksheets/sheet"+strconv.Itoa(i+1)+".xml"] = p
		if p.table != nil {
			id++
			files.put("xl/tables/table"+strconv.Itoa(id)+".xml", p.tablePart(id))
		}
	}
	if err := w.drawings(files); err != nil {
		return err
	}
	files.put("xl/sharedStrings.xml", w.strings.part())
	files.put("docProps/core.xml", w.coreProperties())
	files.put("docProps/app.xml", []byte(appProperties))
	var order []string
	for name := range files {
		if name != contentTypes {
			order = append(order, name)
		}
	}
	slices.Sort(order)
	order = append([]string{contentTypes}, order...)
	z := zip.NewWriter(out)
	for _, name := range order {
		body, ok := files[name]
		if !ok {
			return fmt.Errorf("the workbook lacks its part %s", name)
		}
		if err := w.ctx.Err(); err != nil {
			return err
		}
		p := sheets[name]
		delete(sheets, name)
		if err := w.zipPart(z, name, body.Bytes(), p); err != nil {
			return err
		}
	}
	if len(sheets) > 0 {
		return fmt.Errorf("the workbook lacks %d of its sheets", len(sheets))
	}
	return z.Close()
}

func (f parcel) put(name string, body []byte) { f[name] = bytes.NewBuffer(body) }

// zipPart writes one part. A sheet's is made of three stretches of one deflate
// stream: what comes before the rows, the kept rows, and what comes after.
func (w *writer) zipPart(z *zip.Writer, name string, body []byte, p *part) error {
	head, tail := body, []byte(nil)
	if p != nil {
		var err error
		if head, tail, err = p.cut(body); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	before, after := newSpool(w.press), newSpool(w.press)
	err := w.raw(z, name, p, before, after, head, tail)
	return errors.Join(err, before.close(), after.close())
}

func (w *writer) raw(z *zip.Writer, name string, p *part, before, after *spool, head, tail []byte) error {
	if err := before.give(head, p == nil); err != nil {
		return err
	}
	sum := before.sum
	stretches := []*spool{before}
	if p != nil {
		if err := after.give(tail, true); err != nil {
			return err
		}
		for _, s := range []*spool{p.spool, after} {
			sum.add(s.sum.crc, s.sum.raw, s.sum.size)
			stretches = append(stretches, s)
		}
	}
	to, err := z.CreateRaw(&zip.FileHeader{
		Name: name, Method: zip.Deflate, CreatorVersion: 20, ReaderVersion: 20,
		//lint:ignore SA1019 CreateRaw writes this field as it is and never looks at Modified.
		ModifiedDate: 1<<5 | 1, // 1 January 1980, the earliest a zip knows
		CRC32:        sum.crc, CompressedSize64: uint64(sum.size), UncompressedSize64: uint64(sum.raw),
	})
	if err != nil {
		return err
	}
	for _, s := range stretches {
		if err := s.writeTo(to); err != nil {
			return err
		}
	}
	return nil
}

// give takes a whole stretch at once.
func (s *spool) give(b []byte, final bool) error {
	for len(b) > 0 {
		n := min(len(b), pieceSize)
		s.buf = append(s.room(), b[:n]...)
		b = b[n:]
		if err := s.send(final && len(b) == 0); err != nil {
			return err
		}
	}
	return s.finish(false)
}

// cut splits excelize's sheet part around its rows, which give way to ours.
func (p *part) cut(body []byte) (head, tail []byte, err error) {
	const begin, end = "<sheetData>", "</sheetData>"
	i := bytes.Index(body, []byte("<sheetData"))
	if i < 0 {
		return nil, nil, fmt.Errorf("no sheetData")
	}
	head = append(p.dimension(body[:i]), begin...)
	rest := body[i:]
	if j := bytes.Index(rest, []byte(end)); j >= 0 {
		rest = rest[j+len(end):]
	} else if empty := []byte("<sheetData/>"); bytes.HasPrefix(rest, empty) {
		rest = rest[len(empty):]
	} else {
		return nil, nil, fmt.Errorf("sheetData does not end")
	}
	tail = append([]byte(end), rest...)
	if len(p.links) > 0 {
		a, b := bytes.Index(tail, []byte("<hyperlinks>")), bytes.Index(tail, []byte("</hyperlinks>"))
		if a < 0 || b < a {
			return nil, nil, fmt.Errorf("no place for links")
		}
		tail = slices.Concat(tail[:a], p.hyperlinks(), tail[b+len("</hyperlinks>"):])
	}
	return head, tail, nil
}

// dimension puts the used range into the head of a sheet part.
func (p *part) dimension(head []byte) []byte {
	used := rangeName(1, 1, max(p.last, 1), max(p.width, 1))
	if p.table != nil {
		used = rangeName(1, 1, max(p.last, p.lastData()), max(p.width, 1))
	}
	s := string(head)
	if i := strings.Index(s, "<dimension "); i >= 0 {
		if j := strings.Index(s[i:], ">"); j >= 0 {
			rest := strings.TrimPrefix(s[i+j+1:], "</dimension>")
			return []byte(s[:i] + `<dimension ref="` + used + `"/>` + rest)
		}
	}
	return []byte(s)
}
