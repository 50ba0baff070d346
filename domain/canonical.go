package domain

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// appender is a value that writes its own canonical form, byte for byte what
// encoding/json makes of it, and faster: a campaign writes millions of lines.
// It gives nil where it cannot, and encoding/json says why.
type appender interface {
	AppendJSON(b []byte) []byte
}

// AppendCanonical appends the canonical form of v, or of what v points to.
func AppendCanonical(b []byte, v any) ([]byte, error) {
	var out []byte
	switch v := v.(type) {
	case appender:
		out = v.AppendJSON(b)
	case []string:
		return AppendTexts(b, v), nil
	case []ID:
		return AppendTexts(b, v), nil
	case *[]string:
		return AppendTexts(b, *v), nil
	case *[]ID:
		return AppendTexts(b, *v), nil
	}
	if out != nil {
		return out, nil
	}
	raw, err := encoded(v)
	return append(b, raw...), err
}

// AppendText appends s as a JSON string in canonical form: bytes that are no
// UTF-8 become U+FFFD, as encoding/json has it.
func AppendText[T ~string](b []byte, s T) []byte {
	if !plain(string(s)) {
		if out := appendQuoted(b, string(s)); out != nil {
			return out
		}
		raw, err := encoded(string(s))
		if err != nil {
			panic(err) // of a string there is none
		}
		return append(b, raw...)
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

// appendQuoted appends a text in which only quotes and backslashes do not stand as
// they are; nil where others do not either.
func appendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := range len(s) {
		if c := s[i]; c == '"' || c == '\\' {
			if !plain(s[from:i]) {
				return nil
			}
			b = append(append(b, s[from:i]...), '\\', c)
			from = i + 1
		}
	}
	if !plain(s[from:]) {
		return nil
	}
	return append(append(b, s[from:]...), '"')
}

// plain tells whether a text stands in JSON as it is. Eight bytes are looked at
// together: a byte below c is one from which c cannot be taken without borrowing,
// a byte like c one that is 0 once c is crossed out.
func plain(s string) bool {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	high := uint64(0) // a top bit: a byte that is no ASCII
	i := 0
	for ; i+8 <= len(s); i += 8 {
		v := uint64(s[i]) | uint64(s[i+1])<<8 | uint64(s[i+2])<<16 | uint64(s[i+3])<<24 |
			uint64(s[i+4])<<32 | uint64(s[i+5])<<40 | uint64(s[i+6])<<48 | uint64(s[i+7])<<56
		quote, slash := v^('"'*ones), v^('\\'*ones)
		if ((v-' '*ones)&^v|(quote-ones)&^quote|(slash-ones)&^slash)&tops != 0 {
			return false
		}
		high |= v & tops
	}
	for ; i < len(s); i++ {
		c := s[i]
		if c < ' ' || c == '"' || c == '\\' {
			return false
		}
		high |= uint64(c) & 0x80
	}
	return high == 0 || utf8.ValidString(s) && !strings.Contains(s, "\u2028") && !strings.Contains(s, "\u2029")
}

// AppendTexts appends a list of JSON strings; nil is null.
func AppendTexts[T ~string](b []byte, list []T) []byte {
	if list == nil {
		return append(b, "null"...)
	}
	b = append(b, '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = AppendText(b, s)
	}
	return append(b, ']')
}

// AppendJSON appends the grant's canonical form; its level is a word.
func (r Grant) AppendJSON(b []byte) []byte {
	b = AppendText(append(b, `{"id":`...), r.ID)
	b = appendThing(append(b, `,"holder":`...), r.Holder.Kind.String(), r.Holder.ID)
	b = appendThing(append(b, `,"target":`...), r.Target.Kind.String(), r.Target.ID)
	if r.Agent != "" {
		b = AppendText(append(b, `,"agent":`...), r.Agent)
	}
	b = AppendText(append(b, `,"level":`...), r.Ladder().Word(r.Level))
	if w := r.Window; w != (Window{}) {
		b = append(b, `,"window":{`...)
		b = appendPart(b, `"from":`, string(w.From))
		b = appendPart(b, `"to":`, string(w.To))
		b = append(appendPart(b, `"zone":`, w.Zone), '}')
	}
	if o := r.Origin; o != (Origin{}) {
		b = append(b, `,"origin":{`...)
		b = appendPart(b, `"source":`, o.Source)
		b = append(appendPart(b, `"file":`, o.File), '}')
	}
	return append(b, '}')
}

// appendThing appends a kind and an id, which may be missing.
func appendThing(b []byte, kind string, id ID) []byte {
	b = AppendText(append(b, `{"kind":`...), kind)
	if id != "" {
		b = AppendText(append(b, `,"id":`...), id)
	}
	return append(b, '}')
}

// appendPart appends a part of an object where it is not empty.
func appendPart(b []byte, name, s string) []byte {
	if s == "" {
		return b
	}
	if b[len(b)-1] != '{' {
		b = append(b, ',')
	}
	return AppendText(append(b, name...), s)
}

// AppendInt appends a whole number.
func AppendInt[T ~int | ~int64 | ~uint8](b []byte, n T) []byte {
	return strconv.AppendInt(b, int64(n), 10)
}
