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

// plain tells whether a text stands in JSON as it is.
func plain(s string) bool {
	ascii := true
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ' || c == '"' || c == '\\':
			return false
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	return ascii || utf8.ValidString(s) && !strings.Contains(s, "\u2028") && !strings.Contains(s, "\u2029")
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
