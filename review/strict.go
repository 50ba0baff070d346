package review

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"countersign/domain"
)

// readStrict reads one JSON value into what v points to, so that nothing in it
// is passed over: a key that v does not have, or that stands twice, a word
// that is not known, a value of the wrong kind and anything behind the value
// are Invalid errors that name the place by its path ("stages[0].days"). v is
// made of structs, slices, strings, whole numbers, truth values, and types
// that read a text themselves; keys are as the json tags write them, in their
// case.
func readStrict(raw []byte, v any) error {
	r := strictReader{dec: json.NewDecoder(bytes.NewReader(raw))}
	r.dec.UseNumber()
	if err := r.value("", reflect.ValueOf(v).Elem()); err != nil {
		return err
	}
	if _, err := r.dec.Token(); !errors.Is(err, io.EOF) {
		return domain.Errorf(domain.Invalid, "something stands behind the end of the file's one value").
			Hinted("a file holds one { … }")
	}
	return nil
}

type strictReader struct{ dec *json.Decoder }

// placeOf names a path for a person.
func placeOf(path string) string {
	if path == "" {
		return "the file"
	}
	return path
}

func (r strictReader) token(path string) (json.Token, error) {
	t, err := r.dec.Token()
	if err != nil {
		return nil, domain.Errorf(domain.Invalid, "%s: what stands there is no JSON (byte %d)", placeOf(path), r.dec.InputOffset()).
			Hinted("look for a missing comma, quote or bracket before it")
	}
	return t, nil
}

func (r strictReader) value(path string, v reflect.Value) error {
	t, err := r.token(path)
	if err != nil {
		return err
	}
	if u, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		s, isText := t.(string)
		if !isText {
			return wrongKind(path, "a text", t)
		}
		return inPlace(placeOf(path), u.UnmarshalText([]byte(s)))
	}
	switch v.Kind() {
	case reflect.Struct:
		if t != json.Delim('{') {
			return wrongKind(path, "{ … }", t)
		}
		return r.object(path, v)
	case reflect.Slice:
		if t != json.Delim('[') {
			return wrongKind(path, "a list [ … ]", t)
		}
		return r.list(path, v)
	case reflect.String:
		s, ok := t.(string)
		if !ok {
			return wrongKind(path, "a text", t)
		}
		v.SetString(s)
	case reflect.Bool:
		b, ok := t.(bool)
		if !ok {
			return wrongKind(path, "true or false", t)
		}
		v.SetBool(b)
	case reflect.Int:
		n, ok := t.(json.Number)
		i, err := strconv.ParseInt(string(n), 10, 64)
		if !ok || err != nil || i > math.MaxInt32 || i < math.MinInt32 {
			return wrongKind(path, "a whole number", t)
		}
		v.SetInt(i)
	default:
		return domain.Errorf(domain.Internal, "%s is of a kind that files do not hold: %s", placeOf(path), v.Kind())
	}
	return nil
}

func (r strictReader) object(path string, v reflect.Value) error {
	fields := map[string]int{}
	var names []string
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		fields[name] = i
		names = append(names, name)
	}
	seen := map[string]bool{}
	for r.dec.More() {
		t, err := r.token(path)
		if err != nil {
			return err
		}
		key, _ := t.(string)
		i, known := fields[key]
		if !known {
			return domain.Errorf(domain.Invalid, "%s is not known", below(path, key)).
				Hinted("%s may hold: %s", placeOf(path), strings.Join(slices.Sorted(slices.Values(names)), ", "))
		}
		if seen[key] {
			return domain.Errorf(domain.Invalid, "%s stands there twice", below(path, key)).Hinted("keep one of them")
		}
		seen[key] = true
		if err := r.value(below(path, key), v.Field(i)); err != nil {
			return err
		}
	}
	_, err := r.token(path) // the closing bracket
	return err
}

func (r strictReader) list(path string, v reflect.Value) error {
	for r.dec.More() {
		one := reflect.New(v.Type().Elem()).Elem()
		if err := r.value(path+"["+strconv.Itoa(v.Len())+"]", one); err != nil {
			return err
		}
		v.Set(reflect.Append(v, one))
	}
	_, err := r.token(path)
	return err
}

func below(path, key string) string {
	if len(key) > 60 {
		key = key[:60] + "…"
	}
	key = strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f {
			return '?'
		}
		return c
	}, strings.ToValidUTF8(key, "?"))
	if path == "" {
		return key
	}
	return path + "." + key
}

func wrongKind(path, want string, got json.Token) error {
	what := map[bool]string{true: "a number", false: "something else"}[isNumber(got)]
	switch g := got.(type) {
	case nil:
		what = "null"
	case string:
		what = "a text"
	case bool:
		what = fmt.Sprint(g)
	case json.Delim:
		what = map[json.Delim]string{'{': "{ … }", '[': "a list"}[g]
	}
	return domain.Errorf(domain.Invalid, "%s is %s, where %s belongs", placeOf(path), what, want).
		Hinted("write %s there", want)
}

func isNumber(t json.Token) bool { _, ok := t.(json.Number); return ok }
