package table

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Member is one member of the objects that a JSON file of a kind holds. It is a
// column of the table by its name.
type Member struct {
	Name string
	List bool // its value is a list of texts: each makes a row of its own
}

// payloads reads JSON objects as rows: one object, a list of them, or one after
// another as in JSON lines. At most one member of Members is a list. Members that
// are not known are refused by name, and so is one that stands twice.
type payloads struct {
	members []Member
	header  []string
	opts    Options
	ev      *evidence
	enc     Encoding
	text    *lineReader
	dec     *json.Decoder
	inList  bool
	pending []Row
	rows    int
}

// looksJSON tells by the first bytes of a file whether it is JSON.
func looksJSON(head []byte) bool {
	text := strings.TrimLeft(strings.TrimPrefix(string(head), "\uFEFF"), " \t\r\n")
	if rest, wide := strings.CutPrefix(text, "\xff\xfe"); wide {
		return strings.HasPrefix(rest, "{\x00") || strings.HasPrefix(rest, "[\x00")
	}
	return strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[")
}

func openPayloads(src io.Reader, opts Options) (*Reader, error) {
	p := &payloads{members: opts.Members, opts: opts, ev: newEvidence(src)}
	text, enc, err := decode(p.ev)
	if err != nil {
		return nil, readFailed(0, err)
	}
	p.enc = enc
	p.text = &lineReader{src: text}
	p.dec = json.NewDecoder(p.text)
	p.dec.UseNumber()
	for _, m := range p.members {
		p.header = append(p.header, m.Name)
	}
	return &Reader{other: p, opts: opts, header: p.header}, nil
}

// lineReader remembers where lines end, and stops where one object takes too
// much.
type lineReader struct {
	src  io.Reader
	left int // bytes until the object is too long
	at   int64
	ends []int64 // of lines not yet passed
	line int     // lines passed
}

var errLong = errors.New("too long")

func (l *lineReader) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, errLong
	}
	n, err := l.src.Read(p[:min(len(p), l.left)])
	for i, b := range p[:n] {
		if b == '\n' {
			l.ends = append(l.ends, l.at+int64(i))
		}
	}
	l.at += int64(n)
	l.left -= n
	return n, err
}

// lineOf is the line of a place in the text; places only go on.
func (l *lineReader) lineOf(at int64) int {
	n := 0
	for n < len(l.ends) && l.ends[n] < at {
		n++
	}
	l.line += n
	l.ends = l.ends[n:]
	return l.line + 1
}

func (p *payloads) line() int { return p.text.lineOf(p.dec.InputOffset()) }

// token reads on; the end of the file is io.EOF only between objects.
func (p *payloads) token(between bool) (json.Token, error) {
	tok, err := p.dec.Token()
	return tok, p.fault(err, between)
}

func (p *payloads) fault(err error, between bool) error {
	var syntax *json.SyntaxError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, io.EOF) && between && !p.inList:
		return io.EOF
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return &FileError{Line: p.line(), Message: "the file ends in the middle of an object or a list", Hint: "check that it is complete"}
	case errors.Is(err, errLong):
		return &FileError{Line: p.line(), Message: fmt.Sprintf("an object is longer than %d bytes", p.opts.MaxRecord), Hint: "a quote that is never closed looks like this too"}
	case errors.As(err, &syntax):
		return &FileError{Line: p.line(), Message: "the file is no well-formed JSON: " + syntax.Error(), Hint: "mend it, or write it anew by a program"}
	}
	return readFailed(p.line(), err)
}

func (p *payloads) read() (Row, error) {
	for {
		if len(p.pending) > 0 {
			row := p.pending[0]
			p.pending = p.pending[1:]
			return row, nil
		}
		p.text.left = p.opts.MaxRecord
		tok, err := p.token(true)
		if err != nil {
			return Row{}, err
		}
		switch d, _ := tok.(json.Delim); {
		case d == '[' && !p.inList:
			p.inList = true
		case d == ']':
			p.inList = false
		case d == '{':
			p.rows++
			if err := p.object(); err != nil {
				return Row{}, err
			}
		default:
			return Row{}, &FileError{Line: p.line(), Message: "the file holds something else than objects", Hint: "write one object, a list of them, or one a line"}
		}
	}
}

// object reads an object behind its brace and makes its rows pending. What is
// wrong with it is a *RowError, given once it is read to its end.
func (p *payloads) object() error {
	row := Row{Line: p.line(), Fields: make([]string, len(p.members)), lines: make([]int, len(p.members))}
	for i := range row.lines {
		row.lines[i] = row.Line
	}
	seen := make([]bool, len(p.members))
	var bad *RowError
	fail := func(line int, column, value, format string, args ...any) {
		if bad == nil {
			bad = &RowError{Line: line, Column: column, Value: Short(value), Message: fmt.Sprintf(format, args...)}
		}
	}
	var list []string
	at := -1 // the member that is a list, where it stands here
	for {
		tok, err := p.token(false)
		if err != nil {
			return err
		}
		name, isName := tok.(string)
		if !isName {
			break // the closing brace: the decoder lets nothing else through
		}
		line := p.line()
		i := slices.IndexFunc(p.members, func(m Member) bool { return m.Name == name })
		switch {
		case i < 0:
			fail(line, "", name, "is no member that is known here; the members are %s", sentence(p.header, "and"))
		case seen[i]:
			fail(line, name, "", "the member stands twice; keep one of them")
		}
		if i < 0 || seen[i] {
			var skipped json.RawMessage
			if err := p.fault(p.dec.Decode(&skipped), false); err != nil {
				return err
			}
			continue
		}
		seen[i], row.lines[i] = true, line
		texts, isList, err := p.value(p.members[i], func(value, message string) { fail(line, name, value, "%s", message) })
		switch {
		case err != nil:
			return err
		case isList:
			at, list = i, texts
		case len(texts) == 1:
			row.Fields[i] = texts[0]
		}
	}
	if bad != nil {
		return bad
	}
	if at < 0 {
		p.pending = append(p.pending, row)
		return nil
	}
	for _, s := range list {
		one := Row{Line: row.Line, Fields: slices.Clone(row.Fields), lines: slices.Clone(row.lines)}
		one.Fields[at] = s
		p.pending = append(p.pending, one)
	}
	return nil
}

// value reads the value of a known member: one text, none, or a list of texts.
func (p *payloads) value(m Member, fail func(value, message string)) (texts []string, isList bool, err error) {
	var raw any
	if err := p.fault(p.dec.Decode(&raw), false); err != nil {
		return nil, false, err
	}
	switch v := raw.(type) {
	case nil:
		return nil, false, nil
	case string:
		if m.List {
			fail(v, "must be a list, in brackets")
		}
		return []string{v}, false, nil
	case []any:
		if !m.List {
			fail("", "must be one text, not a list")
			return nil, false, nil
		}
		for _, x := range v {
			s, ok := x.(string)
			if !ok {
				fail(fmt.Sprint(x), "must be a list of texts, each in quotes")
			}
			texts = append(texts, s)
		}
		if len(v) == 0 {
			fail("", "the list is empty; name at least one")
		}
		return texts, true, nil
	default:
		fail(fmt.Sprint(v), "must be a text, in quotes")
	}
	return nil, false, nil
}

func (p *payloads) evidence() Source {
	return Source{SHA256: p.ev.digest(), Bytes: p.ev.bytes, Rows: p.rows, Encoding: p.enc}
}

func (p *payloads) cell(int, int) string { return "" }
func (p *payloads) close() error         { return nil }
