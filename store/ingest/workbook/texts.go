package workbook

import (
	"errors"
	"io"
	"strconv"
	"strings"
)

// texts are the shared texts of a workbook, one after the other.
type texts struct {
	all  string
	ends []uint32 // where each ends in all
}

func (t *texts) at(i int) (string, bool) {
	if i < 0 || i >= len(t.ends) {
		return "", false
	}
	from := uint32(0)
	if i > 0 {
		from = t.ends[i-1]
	}
	return t.all[from:t.ends[i]], true
}

// readTexts reads the shared texts.
func (b *Book) readTexts(part string) (err error) {
	rc, err := b.open(part, maxTexts)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rc.Close()) }()
	s := newScanner(safe(part), rc, b.opts.MaxText)
	var all strings.Builder
	for {
		kind, err := s.next()
		if errors.Is(err, io.EOF) {
			b.texts.all = all.String()
			return nil
		}
		if err != nil {
			return err
		}
		if kind != startTag || s.name != "si" {
			continue
		}
		text, err := s.richText("si")
		if err != nil {
			return err
		}
		all.WriteString(text)
		b.texts.ends = append(b.texts.ends, uint32(all.Len()))
	}
}

// richText gathers the text of an element up to its end: all its <t>, but not
// those of phonetic runs.
func (s *scanner) richText(end string) (string, error) {
	if s.closing { // <si/>
		s.closing = false
		return "", nil
	}
	var text strings.Builder
	inT, phonetic := false, 0
	defer func() { s.keep = false }()
	for {
		s.keep = inT && phonetic == 0
		kind, err := s.next()
		if err != nil {
			return "", s.readFault(err, false)
		}
		switch kind {
		case startTag:
			inT = s.name == "t"
			if s.name == "rPh" {
				phonetic++
			}
		case endTag:
			inT = false
			if s.name == "rPh" {
				phonetic--
			}
			if s.name == end {
				return unescape(text.String()), nil
			}
		case chars:
			more, err := s.content()
			if err != nil {
				return "", err
			}
			if text.WriteString(more); text.Len() > s.maxText {
				return "", s.tooLong()
			}
		}
	}
}

// unescape puts characters in place of _xHHHH_, by which a workbook writes what
// XML cannot hold (ECMA-376 part 1, 22.9.2.19).
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for {
		i := strings.Index(s, "_x")
		if i < 0 || len(s) < i+7 {
			break
		}
		n, err := strconv.ParseUint(s[i+2:i+6], 16, 16)
		if err != nil || s[i+6] != '_' || n >= 0xd800 && n < 0xe000 {
			b.WriteString(s[:i+2])
			s = s[i+2:]
			continue
		}
		b.WriteString(s[:i])
		b.WriteRune(rune(n))
		s = s[i+7:]
	}
	b.WriteString(s)
	return b.String()
}
