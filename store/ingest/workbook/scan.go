package workbook

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The kinds of token.
const (
	startTag = iota + 1
	endTag
	chars
)

// maxTag bounds the bytes of one tag with its attributes.
const maxTag = 64 << 10

// attr is an attribute as it stands in the file, entities and all. The value
// holds until the next tag.
type attr struct {
	name  string
	value []byte
}

// scanner takes the XML of a part apart as it streams. It holds one tag or, where
// the reader keeps it, one text at a time. It knows the XML that spreadsheet
// programs write: elements, attributes, texts, the five entities and numbers of
// characters, CDATA and comments. A document type definition is refused: only it
// could define further entities.
type scanner struct {
	part string
	r    *bufio.Reader

	keep    bool // texts are wanted
	maxText int
	name    string // of the last tag, without its prefix
	attrs   []attr
	text    []byte // of the last chars, as it stands in the file
	plain   bool   // text is CDATA: its ampersands mean themselves
	closing bool   // the last tag ended itself
	begun   bool
	buf     []byte
	names   map[string]string
}

func newScanner(part string, r io.Reader, maxText int) *scanner {
	return &scanner{part: part, r: bufio.NewReaderSize(r, 64<<10), maxText: maxText, names: map[string]string{}}
}

// next gives the kind of the next token; io.EOF after the last.
func (s *scanner) next() (int, error) {
	if s.closing {
		s.closing = false
		return endTag, nil
	}
	if !s.begun {
		s.begun = true
		if err := s.mark(); err != nil {
			return 0, err
		}
	}
	for {
		b, err := s.r.ReadByte()
		if err != nil {
			return 0, s.readFault(err, true)
		}
		if b != '<' {
			if err := s.chars(b); err != nil {
				return 0, err
			}
			if s.keep {
				return chars, nil
			}
			continue
		}
		kind, err := s.markup()
		if kind != 0 || err != nil {
			return kind, err
		}
	}
}

// mark passes over a byte order mark and refuses UTF-16.
func (s *scanner) mark() error {
	head, err := s.r.Peek(3)
	if err != nil && !errors.Is(err, io.EOF) {
		return s.readFault(err, true)
	}
	switch {
	case bytes.Equal(head, []byte("\xef\xbb\xbf")):
		_, err = s.r.Discard(3)
		return err
	case len(head) >= 2 && (head[0] == 0xff && head[1] == 0xfe || head[0] == 0xfe && head[1] == 0xff):
		return s.encoding()
	}
	return nil
}

func (s *scanner) encoding() error {
	return fault("the workbook's part %s is not written in UTF-8", s.part).hinted(saveAgain)
}

// readFault says why reading stopped; between tokens the end is the end.
func (s *scanner) readFault(err error, between bool) error {
	var own *Error
	switch {
	case errors.As(err, &own):
		return own
	case errors.Is(err, io.EOF) && between:
		return io.EOF
	case errors.Is(err, io.EOF):
		return fault("the workbook's part %s ends in the middle", s.part).hinted(saveAgain)
	}
	return fault("the workbook's part %s cannot be unpacked (%v)", s.part, err).hinted(saveAgain)
}

// chars reads a text up to the next tag.
func (s *scanner) chars(b byte) error {
	s.text, s.plain = s.text[:0], false
	for {
		if s.keep {
			if len(s.text) >= s.maxText {
				return s.tooLong()
			}
			s.text = append(s.text, b)
		}
		var err error
		if b, err = s.r.ReadByte(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return s.readFault(err, true)
		}
		if b == '<' {
			return s.r.UnreadByte()
		}
	}
}

func (s *scanner) tooLong() error {
	return fault("the workbook's part %s holds a text longer than %d bytes, which is more than a cell can hold", s.part, s.maxText).
		hinted(saveCSV)
}

// markup reads what follows a "<". It gives no kind for what is passed over.
func (s *scanner) markup() (int, error) {
	b, err := s.r.ReadByte()
	if err != nil {
		return 0, s.readFault(err, false)
	}
	switch b {
	case '?':
		return 0, s.instruction()
	case '!':
		return s.declaration()
	}
	if err := s.tag(b); err != nil {
		return 0, err
	}
	if s.buf[0] == '/' {
		s.name = s.local(s.buf[1:])
		return endTag, nil
	}
	return startTag, s.open()
}

// instruction passes over <?…?>, and looks at the encoding an XML declaration
// names.
func (s *scanner) instruction() error {
	s.buf = s.buf[:0]
	for !bytes.HasSuffix(s.buf, []byte("?>")) {
		b, err := s.r.ReadByte()
		if err != nil {
			return s.readFault(err, false)
		}
		if s.buf = append(s.buf, b); len(s.buf) > maxTag {
			return s.longTag()
		}
	}
	text := strings.ToLower(string(s.buf))
	if _, rest, found := strings.Cut(text, "encoding"); found && strings.HasPrefix(text, "xml") {
		word := strings.Trim(strings.TrimLeft(rest, " \t\r\n="), `"'`)
		if !strings.HasPrefix(word, "utf-8") && !strings.HasPrefix(word, "us-ascii") {
			return s.encoding()
		}
	}
	return nil
}

func (s *scanner) longTag() error {
	return fault("the workbook's part %s holds a tag longer than %d bytes", s.part, maxTag).hinted(saveAgain)
}

// declaration reads what follows "<!": a comment, a CDATA section, or what is
// refused.
func (s *scanner) declaration() (int, error) {
	head, err := s.r.Peek(2)
	if err == nil && string(head) == "--" {
		return 0, s.until("-->", false)
	}
	if head, err = s.r.Peek(7); err == nil && string(head) == "[CDATA[" {
		if _, err := s.r.Discard(7); err != nil {
			return 0, err
		}
		s.text, s.plain = s.text[:0], true
		if err := s.until("]]>", s.keep); err != nil || !s.keep {
			return 0, err
		}
		return chars, nil
	}
	return 0, fault("the workbook's part %s holds a document type definition, which no spreadsheet program writes", s.part).
		hinted(saveAgain)
}

// until passes over everything up to and including end, or keeps it as text.
func (s *scanner) until(end string, keep bool) error {
	var tail [3]byte
	for n := 0; ; n++ {
		b, err := s.r.ReadByte()
		if err != nil {
			return s.readFault(err, false)
		}
		tail[0], tail[1], tail[2] = tail[1], tail[2], b
		if keep {
			if s.text = append(s.text, b); len(s.text) > s.maxText {
				return s.tooLong()
			}
		}
		if string(tail[:]) == end && (n > 3 || end[0] != '-') {
			if keep {
				s.text = s.text[:len(s.text)-len(end)]
			}
			return nil
		}
	}
}

// tag reads a tag up to its ">" into buf; inside quotes a ">" means itself.
func (s *scanner) tag(b byte) error {
	s.buf = s.buf[:0]
	quote := byte(0)
	for {
		switch {
		case quote != 0:
			if b == quote {
				quote = 0
			}
		case b == '"' || b == '\'':
			quote = b
		case b == '>' && len(s.buf) > 0:
			return nil
		case b == '>' || b == '<':
			return s.broken()
		}
		if s.buf = append(s.buf, b); len(s.buf) > maxTag {
			return s.longTag()
		}
		var err error
		if b, err = s.r.ReadByte(); err != nil {
			return s.readFault(err, false)
		}
	}
}

func (s *scanner) broken() error {
	return fault("the workbook's part %s is no well-formed XML", s.part).hinted(saveAgain)
}

// local gives a name without its prefix, the same string for the same name.
func (s *scanner) local(b []byte) string {
	b = bytes.TrimSpace(b)
	if i := bytes.IndexByte(b, ':'); i >= 0 {
		b = b[i+1:]
	}
	if n, ok := s.names[string(b)]; ok {
		return n
	}
	if len(s.names) > 1000 || len(b) > 100 {
		return string(b)
	}
	n := string(b)
	s.names[n] = n
	return n
}

// open takes a start tag apart.
func (s *scanner) open() error {
	rest := s.buf
	if n := len(rest); rest[n-1] == '/' {
		s.closing, rest = true, rest[:n-1]
	}
	i := bytes.IndexAny(rest, " \t\r\n")
	if i < 0 {
		i = len(rest)
	}
	s.name = s.local(rest[:i])
	s.attrs = s.attrs[:0]
	for rest = bytes.TrimLeft(rest[i:], " \t\r\n"); len(rest) > 0; rest = bytes.TrimLeft(rest, " \t\r\n") {
		eq := bytes.IndexByte(rest, '=')
		if eq < 1 {
			return s.broken()
		}
		name := s.local(rest[:eq])
		rest = bytes.TrimLeft(rest[eq+1:], " \t\r\n")
		if len(rest) == 0 || rest[0] != '"' && rest[0] != '\'' {
			return s.broken()
		}
		end := bytes.IndexByte(rest[1:], rest[0])
		if end < 0 {
			return s.broken()
		}
		s.attrs = append(s.attrs, attr{name, rest[1 : 1+end]})
		rest = rest[end+2:]
	}
	return nil
}

// attr gives an attribute of the last start tag, entities resolved.
func (s *scanner) attr(name string) (string, error) {
	for _, a := range s.attrs {
		if a.name == name {
			return s.resolve(a.value)
		}
	}
	return "", nil
}

// resolve puts characters in place of entities.
func (s *scanner) resolve(raw []byte) (string, error) {
	if !utf8.Valid(raw) {
		return "", fault("the workbook's part %s holds text that is not valid UTF-8", s.part).hinted(saveAgain)
	}
	if bytes.IndexByte(raw, '&') < 0 {
		return string(raw), nil
	}
	out := make([]byte, 0, len(raw))
	for len(raw) > 0 {
		i := bytes.IndexByte(raw, '&')
		if i < 0 {
			return string(append(out, raw...)), nil
		}
		out = append(out, raw[:i]...)
		raw = raw[i+1:]
		end := bytes.IndexByte(raw[:min(len(raw), 12)], ';')
		r := rune(-1)
		if end > 0 {
			r = entity(string(raw[:end]))
		}
		if r < 0 {
			return "", fault("the workbook's part %s holds an entity that is not known", s.part).hinted(saveAgain)
		}
		out = utf8.AppendRune(out, r)
		raw = raw[end+1:]
	}
	return string(out), nil
}

// entity gives the character of an entity's name, -1 for none.
func entity(name string) rune {
	switch name {
	case "lt":
		return '<'
	case "gt":
		return '>'
	case "amp":
		return '&'
	case "quot":
		return '"'
	case "apos":
		return '\''
	}
	digits, ok := strings.CutPrefix(name, "#")
	base := 10
	if hex, found := strings.CutPrefix(strings.ToLower(digits), "x"); found {
		digits, base = hex, 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if !ok || err != nil || n == 0 || n > utf8.MaxRune || !utf8.ValidRune(rune(n)) {
		return -1
	}
	return rune(n)
}

// content gives the text of the last chars.
func (s *scanner) content() (string, error) {
	if s.plain {
		if !utf8.Valid(s.text) {
			return "", fault("the workbook's part %s holds text that is not valid UTF-8", s.part).hinted(saveAgain)
		}
		return string(s.text), nil
	}
	return s.resolve(s.text)
}
