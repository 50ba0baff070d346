package table

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
)

var twoMembers = []Member{{Name: "groupId"}, {Name: "userIds", List: true}, {Name: "role"}}

// readPayloads gives rows as "2[g u member]", errors as they read.
func readPayloads(src io.Reader, o Options) ([]string, Source, error) {
	o.Members = twoMembers
	r, err := Open(src, o)
	if err != nil {
		return nil, Source{}, err
	}
	var got []string
	for {
		row, err := r.Read()
		var bad *RowError
		switch {
		case errors.Is(err, io.EOF):
			s, _ := r.Source()
			return got, s, nil
		case errors.As(err, &bad):
			got = append(got, err.Error())
		case err != nil:
			return got, Source{}, err
		default:
			got = append(got, fmt.Sprintf("%d%q", row.Line, row.Fields))
		}
	}
}

func TestFormsOfPayloads(t *testing.T) {
	want := []string{`1["g" "u1" "MEMBER"]`, `1["g" "u2" "MEMBER"]`, `2["h" "u3" ""]`}
	for name, text := range map[string]string{
		"one a line": `{"groupId":"g","userIds":["u1","u2"],"role":"MEMBER"}` + "\n" + `{"groupId":"h","userIds":["u3"],"role":null}`,
		"a list":     `[{"groupId":"g","role":"MEMBER","userIds":["u1","u2"]},` + "\r\n" + ` {"groupId":"h","userIds":["u3"]}]`,
		"a mark":     "\uFEFF" + `[{"groupId":"g","role":"MEMBER","userIds":["u1","u2"]},` + "\n" + `{"groupId":"h","userIds":["u3"]}]` + "\n\n",
		"UTF-16":     utf16Text(`[{"groupId":"g","role":"MEMBER","userIds":["u1","u2"]},`+"\n"+`{"groupId":"h","userIds":["u3"]}]`, false),
	} {
		got, src, err := readPayloads(iotest.HalfReader(strings.NewReader(text)), Options{})
		if err != nil || !reflect.DeepEqual(got, want) || src.Rows != 2 || src.Bytes != int64(len(text)) {
			t.Errorf("%s: %q, %+v, %v", name, got, src, err)
		}
	}
}

func TestPayloadErrors(t *testing.T) {
	for _, c := range []struct{ name, text, row, file string }{
		{"unknown member", "{\n\"groupId\":\"g\",\n\"usrIds\":[\"u\", {\"a\":[1]}]}", "line 3: “usrIds” is no member that is known here; the members are groupId, userIds and role", ""},
		{"case counts", `{"GroupId":"g","userIds":["u"]}`, "line 1: “GroupId” is no member that is known here; the members are groupId, userIds and role", ""},
		{"a member that would drive a terminal", `{"\u001b[2J":1}`, `line 1: “\u001b[2J” is no member that is known here; the members are groupId, userIds and role`, ""},
		{"twice", "{\"groupId\":\"g\",\n\"groupId\":\"h\"}", "line 2, column groupId: the member stands twice; keep one of them", ""},
		{"a number", `{"groupId":12}`, "line 1, column groupId: “12” must be a text, in quotes", ""},
		{"a text for a list", `{"userIds":"u"}`, "line 1, column userIds: “u” must be a list, in brackets", ""},
		{"a list for a text", `{"groupId":["g"]}`, "line 1, column groupId: must be one text, not a list", ""},
		{"a number in the list", `{"userIds":["u",7]}`, "line 1, column userIds: “7” must be a list of texts, each in quotes", ""},
		{"an empty list", `{"userIds":[]}`, "line 1, column userIds: the list is empty; name at least one", ""},
		{"cut", `{"groupId":"g"`, "", "line 1: the file ends in the middle of an object or a list; check that it is complete"},
		{"a cut list", "[{\"groupId\":\"g\"},\n", "", "line 1: the file ends in the middle of an object or a list; check that it is complete"},
		{"something else", `{"groupId":"g"} 7`, "", "line 1: the file holds something else than objects; write one object, a list of them, or one a line"},
		{"a list in a list", `[[{"groupId":"g"}]]`, "", "line 1: the file holds something else than objects; write one object, a list of them, or one a line"},
		{"no JSON", "{groupId:1}", "", "line 1: the file is no well-formed JSON: invalid character 'g'; mend it, or write it anew by a program"},
		{"long", `{"groupId":"` + strings.Repeat("x", 100_000), "", "line 1: an object is longer than 50000 bytes; a quote that is never closed looks like this too"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _, err := readPayloads(strings.NewReader(c.text), Options{MaxRecord: 50_000})
			if c.file != "" {
				var fe *FileError
				if !errors.As(err, &fe) || err.Error() != c.file {
					t.Errorf("got  %v\nwant %s", err, c.file)
				}
				return
			}
			if err != nil || len(got) != 1 || got[0] != c.row {
				t.Errorf("got  %q %v\nwant %s", got, err, c.row)
			}
		})
	}
}

// Whatever the bytes: no panic, rows as wide as the members, lines that never go
// back.
func FuzzPayloads(f *testing.F) {
	for _, s := range []string{`{"groupId":"g","userIds":["a","b"]}`, "[{}\n,{\"role\":null}]", `{"groupId":{"a":[1,2]}}`, "{", "[]", "[1]", `{"a":1}{"b":2}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := openPayloads(strings.NewReader(text), Options{MaxRecord: 500, Members: twoMembers})
		if err != nil {
			return
		}
		for line := 1; ; {
			row, err := r.Read()
			var bad *RowError
			switch {
			case errors.As(err, &bad):
				if bad.Line < 1 || bad.Message == "" {
					t.Fatalf("%+v", bad)
				}
			case err != nil:
				return
			case row.Line < line || len(row.Fields) != len(twoMembers):
				t.Fatalf("row %+v after line %d", row, line)
			default:
				line = row.Line
			}
		}
	})
}
