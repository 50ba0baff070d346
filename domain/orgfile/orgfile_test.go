package orgfile

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"countersign/domain"
)

// state is what was read, to be written again.
type state Document

func (s state) All(k domain.Kind) iter.Seq[domain.Row] {
	return func(yield func(domain.Row) bool) {
		for _, r := range Document(s).Of(k) {
			if !yield(domain.Row{Record: r}) {
				return
			}
		}
	}
}

const small = `{
"format": "countersign organisation",
"version": 1,
"setting": [
{"id":"name","value":"Acme <&>"}
],
"principal": [
{"id":"usr_a","kind":"user","name":"Ana ` + "\U0001F600" + `","email":"ana@x.example","employment":"employee","status":"active","origin":{"source":"hr","file":"ab"}},
{"id":"usr_b","kind":"user","name":"Bo","email":"bo@x.example","employment":"external","status":"inactive"}
],
"group": [],
"agent": [],
"source": [],
"agent_source": [],
"area": [
{"id":"voice","name":"Voice","order":3}
],
"object": [],
"field": [],
"role": [],
"external_group": [],
"sod_rule": [],
"grant": [
{"id":"gnt_1","holder":{"kind":"principal","id":"usr_a"},"target":{"kind":"area","id":"voice"},"level":"Edit","window":{"from":"2024-01-01","to":"2024-12-31"}}
]
}
`

func write(t testing.TB, s State) string {
	t.Helper()
	var b bytes.Buffer
	if _, err := Write(&b, s); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Every kind that an organisation is made of is in the document, but bindings.
func TestKinds(t *testing.T) {
	for _, k := range domain.AccessKinds() {
		if slices.Contains(Kinds(), k) == (k == domain.KindBinding) {
			t.Errorf("%s is wrong", k)
		}
	}
	if len(Kinds()) != len(domain.AccessKinds())-1 {
		t.Errorf("%v", Kinds())
	}
}

func TestReadAndWrite(t *testing.T) {
	d, err := Read(iotest.OneByteReader(strings.NewReader(small)))
	if err != nil {
		t.Fatal(err)
	}
	if d.Len() != 5 {
		t.Errorf("%d records", d.Len())
	}
	if r, ok := d.Get(domain.KindPrincipal, "usr_b"); !ok || r.(domain.Principal).Status != domain.Inactive {
		t.Errorf("%v", r)
	}
	if got := write(t, state(d)); got != small {
		t.Errorf("got  %s\nwant %s", got, small)
	}
	// Blanks, line ends and the order of members and records do not count.
	other := strings.Replace(strings.ReplaceAll(small, "\n", "\r\n  "), `{"id":"voice","name":"Voice","order":3}`, "{ \"order\": 3,\n\"name\" : \"Voice\", \"id\":\"voice\" }", 1)
	if d, err = Read(strings.NewReader(other)); err != nil || write(t, state(d)) != small {
		t.Errorf("in another order: %v", err)
	}
}

func TestReadRefuses(t *testing.T) {
	bend := func(from, to string) string {
		if !strings.Contains(small, from) {
			t.Fatalf("%q is not there to be bent", from)
		}
		return strings.Replace(small, from, to, 1)
	}
	for name, c := range map[string]struct{ text, want string }{
		"nothing":             {"", "the file ends in the middle of the file"},
		"no object":           {"[]", "the file is no exported organisation"},
		"another format":      {bend("countersign organisation", "other"), "the file is no exported organisation"},
		"a later version":     {bend(`"version": 1`, `"version": 2`), "the file is written in version 2 of its form, and this program reads version 1"},
		"an unknown part":     {bend(`"group": []`, `"groups": []`), `the file has a part "groups", which is not known here`},
		"a part twice":        {bend(`"group": []`, `"group": [], "group": []`), `the file has "group" twice`},
		"bindings":            {bend(`"group": []`, `"group": [], "binding": []`), `the file has a part "binding", which is not known here`},
		"a part left out":     {bend(`"group": [],`, ``), "the file lacks group: what it leaves out would end"},
		"cut":                 {small[:len(small)/2], "the file ends in the middle of record 2 of principal"},
		"something behind":    {small + "{}", "the file goes on behind the organisation"},
		"a record twice":      {bend(`"id":"usr_b"`, `"id":"usr_a"`), `the principal "usr_a" stands twice`},
		"no id":               {bend(`"id":"usr_b",`, ``), "record 2 of principal has no id"},
		"an unknown member":   {bend(`"name":"Bo"`, `"name":"Bo","admin":true`), `the principal "usr_b": the member "admin" is not known, or not written as an export writes it`},
		"a wrong case":        {bend(`"name":"Bo"`, `"Name":"Bo"`), `the principal "usr_b": the member "Name" is not known, or not written as an export writes it`},
		"an unknown word":     {bend(`"status":"inactive"`, `"status":"away"`), `record 2 of principal`},
		"a word spelled else": {bend(`"level":"Edit"`, `"level":"EDIT"`), `the grant "gnt_1": the member "level" is not known, or not written as an export writes it`},
		"deep inside":         {bend(`"to":"2024-12-31"`, `"to":"2024-12-31","until":""`), `the grant "gnt_1": the member "window.until" is not known, or not written as an export writes it`},
		"no record":           {bend(`{"id":"voice","name":"Voice","order":3}`, `7`), "record 1 of area cannot be read"},
		"a text for a number": {bend(`"order":3`, `"order":"3"`), "record 1 of area cannot be read"},
		"no list":             {bend(`"group": []`, `"group": {}`), `"group" is no list of records`},
		"a long record":       {bend(`"name":"Voice"`, `"name":"`+strings.Repeat("x", 5<<20)+`"`), "record 1 of area is longer than 4194304 bytes"},
		"no JSON":             {bend(`"group": []`, `group: []`), "the file is no well-formed JSON"},
	} {
		_, err := Read(strings.NewReader(c.text))
		var e *domain.Error
		if !errors.As(err, &e) || e.Rule != RuleFile || e.Hint == "" || !strings.HasPrefix(e.Message, c.want) {
			t.Errorf("%s: %v\nwant %s", name, err, c.want)
		}
	}
	broken := errors.New("the disk is gone")
	if _, err := Read(io.MultiReader(strings.NewReader(small[:100]), iotest.ErrReader(broken))); !errors.Is(err, broken) {
		t.Errorf("a broken disk: %v", err)
	}
}

// Whatever the bytes: no panic, and what is read is written and read again as the
// same.
func FuzzRead(f *testing.F) {
	f.Add(small)
	f.Add(strings.ReplaceAll(small, "usr_", "\\u0000"))
	f.Add(`{"format":"countersign organisation","version":1,"grant":[{}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		d, err := Read(strings.NewReader(text))
		if err != nil {
			return
		}
		once := write(t, state(d))
		again, err := Read(strings.NewReader(once))
		if err != nil {
			t.Fatalf("%v\n%s", err, once)
		}
		if twice := write(t, state(again)); twice != once {
			t.Fatalf("%s\n%s", once, twice)
		}
	})
}
