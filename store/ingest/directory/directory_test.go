package directory

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"countersign/store/ingest/table"
)

// Names of columns count without regard to case, and never their order: the
// header and rows of each example with its columns turned around say the same.
func TestColumnsByNameNeverByPosition(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join("..", "testdata", "directory", "*.csv"))
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		want, r, err := readAll(t, string(raw), "")
		if err != nil || r == nil {
			t.Fatalf("%s: %v", name, err)
		}
		got, r2, err := readAll(t, turned(t, string(raw)), "")
		if err != nil || r2 == nil || r2.Format() != r.Format() {
			t.Fatalf("%s turned around: %v", name, err)
		}
		if say(want) != say(got) {
			t.Errorf("%s turned around says\n%s\ninstead of\n%s", name, say(got), say(want))
		}
	}
}

// turned writes a table with its columns in reverse and their names in capitals.
func turned(t *testing.T, text string) string {
	t.Helper()
	r, err := table.Open(strings.NewReader(text), table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	rows := [][]string{backwards(r.Header(), strings.ToUpper)}
	for {
		row, err := r.Read()
		if err != nil {
			break
		}
		rows = append(rows, backwards(row.Fields, func(s string) string { return s }))
	}
	var b strings.Builder
	if err := table.Write(&b, rows); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func backwards(in []string, f func(string) string) []string {
	out := make([]string, len(in))
	for i, s := range in {
		out[len(in)-1-i] = f(s)
	}
	return out
}

// say is what entries hold, without lines and raw fields.
func say(entries []Entry) string {
	var b strings.Builder
	for _, e := range entries {
		switch {
		case e.Fault != nil:
			fmt.Fprintf(&b, "%v\n", e.Fault)
		case e.User != nil:
			fmt.Fprintf(&b, "%+v\n", *e.User)
		case e.Group != nil:
			fmt.Fprintf(&b, "%+v\n", *e.Group)
		case e.Member != nil:
			fmt.Fprintf(&b, "%+v\n", *e.Member)
		default:
			fmt.Fprintf(&b, "%s\n", e.Skip)
		}
	}
	return b.String()
}

// A file in columns of somebody's own is of no format, and open as a table.
func TestOwnColumnsAreNoFormat(t *testing.T) {
	for _, text := range []string{
		"name,email,group\nAnn,ann@x.example,Sales\n", "employee_name,user_id,email,role,supervisor\n", "version,name\n1,x\n",
		"AgentId,GroupId,Permission,StartDate,EndDate\n", "Display Name,User Principal Name\nx,y\n",
	} {
		r, own, err := Open(strings.NewReader(text), "", table.Options{})
		if r != nil || own == nil || err != nil || len(own.Header()) == 0 {
			t.Errorf("%q: %v %v %v", text, r, own, err)
		}
	}
}

// UTF-16, as csvde -u and PowerShell write it, and a semicolon between columns.
func TestEncodingsAndSeparators(t *testing.T) {
	ldif := "dn: uid=a,dc=x\nobjectClass: person\ncn: Änne\nmail: a@x.example\n"
	csv := "login;firstName;lastName;email\na@x.example;Änne;Ö;a@x.example\n"
	json := `[{"userName":"a@x.example","displayName":"Änne"}]`
	for _, text := range []string{ldif, csv, json} {
		for name, enc := range map[string]func(string) string{"UTF-16LE": utf16le, "UTF-8 with mark": func(s string) string { return "\ufeff" + s }, "CRLF": func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }} {
			got, r, err := readAll(t, enc(text), "")
			if err != nil || r == nil || len(got) != 1 || got[0].User == nil || !strings.HasPrefix(got[0].User.Name, "Änne") || got[0].User.Email != "a@x.example" {
				t.Errorf("%s of %.10q: %s %v", name, text, say(got), err)
			}
		}
	}
}

func utf16le(s string) string {
	b := []byte{0xff, 0xfe}
	for _, r := range s {
		b = append(b, byte(r), byte(r>>8))
	}
	return string(b)
}

// What LDIF may hold (RFC 2849), and what is refused.
func TestLDIF(t *testing.T) {
	const head = "dn: uid=a,dc=x\nobjectClass: person\n"
	for _, c := range []struct{ name, text, want string }{
		{"folded", head + "cn: Ann\n e Long\nmail: a@x.exa\n mple\n", "Name:Anne Long Email:a@x.example"},
		{"folded behind the name", head + "cn:\n  Ann\nmail:\n :YUB4LmV4YW1wbGU=\n", "Name:Ann Email:a@x.example"},
		{"comment, folded", head + "# a comment\n that goes on\ncn: Ann\n", "Name:Ann"},
		{"base64 dn", "dn:: dWlkPcOkLGRjPXg=\nobjectClass: person\ncn: Ann\n", "ID:uid=ä,dc=x"},
		{"another language", head + "cn: Ann\ncn;lang-de: Anna\n", "Name:Ann "},
		{"objectGUID", head + "cn: Ann\nobjectGUID:: AQIDBAUGBwgJCgsMDQ4PEA==\n", "ID:04030201-0605-0807-090a-0b0c0d0e0f10"},
		{"disabled", head + "cn: Ann\nuserAccountControl: 514\n", "Status:inactive"},
		{"bad control", head + "cn: Ann\nuserAccountControl: many\n", "line 1, column userAccountControl: “many” is no userAccountControl"},
		{"control", head + "control: 1.2.3 true\ncn: Ann\n", "Name:Ann"},
		{"added", "dn: uid=a,dc=x\nchangetype: add\nobjectClass: person\ncn: Ann\n", "Name:Ann"},
		{"a file's address", head + "cn:< file:///etc/passwd\n", "column cn: is a file's address instead of a value, which is never followed"},
		{"a file's address, folded", head + "cn:\n <file:///etc/passwd\n", "is a file's address"},
		{"a file's address as dn", "dn:< file:///etc/passwd\nobjectClass: person\n", "is a file's address"},
		{"a photo by address", head + "cn: Ann\njpegPhoto:< file:///etc/passwd\n", "Name:Ann"},
		{"bad base64", head + "cn:: ?!\n", "a value that should be base64 is not"},
		{"not UTF-8", head + "cn:: /w==\n", "text that is not valid UTF-8"},
		{"no colon", head + "cn Ann\n", "the colon is missing"},
		{"no dn", "objectClass: person\ncn: Ann\n", "does not begin with its dn"},
		{"members cut", "dn: cn=g,dc=x\nobjectClass: group\ncn: g\nmember;range=0-1499: uid=a,dc=x\n", "only a part of the members (range"},
		{"computer", "dn: cn=pc,dc=x\nobjectClass: user\nobjectClass: computer\ncn: pc\n", "neither a person nor a group"},
		{"one record", head + "cn: Ann", "Name:Ann"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _, err := readAll(t, c.text, LDIF)
			if s := say(got) + fmt.Sprint(err); !strings.Contains(s, c.want) || len(got) != 1 {
				t.Errorf("got %s", s)
			}
		})
	}
	for _, change := range []string{"delete", "modify\nreplace: cn\ncn: x\n-", "moddn\nnewrdn: uid=b", "modrdn", "frobnicate"} {
		_, _, err := readAll(t, head+"\ndn: uid=b,dc=x\nchangetype: "+change+"\n", LDIF)
		var file *table.FileError
		if !errors.As(err, &file) || file.Line != 4 || !strings.Contains(file.Error(), "is a change record") {
			t.Errorf("%q: %v", change, err)
		}
	}
}

// What SCIM may hold (RFC 7643, RFC 7644), and what is refused.
func TestSCIM(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"two pages, one after the other", `{"totalResults":2,"Resources":[{"userName":"a@x.example"}]} {"totalResults":2,"Resources":[{"userName":"b@x.example"}]}`, "b@x.example"},
		{"an array", `[{"userName":"a@x.example","name":{"givenName":"Ann","familyName":"Lee"}}]`, "Name:Ann Lee"},
		{"resources first", `{"Resources":[{"userName":"a@x.example"}],"totalResults":1,"x":{"y":[1,{"z":2}]}}`, "a@x.example"},
		{"other case", `{"RESOURCES":[{"USERNAME":"a@x.example","Active":"False"}]}`, "Status:inactive"},
		{"manager as text", `[{"userName":"a","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":"m-1"}}]`, "Manager:m-1"},
		{"no e-mail", `[{"userName":"ann"}]`, "Email: "},
		{"work before home", `[{"userName":"a","emails":[{"value":"h@x.example","type":"home"},{"value":"w@x.example","type":"work"}]}]`, "Email:w@x.example"},
		{"group", `[{"displayName":"g","members":[{"value":"u","type":"User"},{"value":"h","$ref":"../Groups/h"}]}]`, "Refs:[h] Name: Kind:2"},
		{"wrong kind", `[{"userName":7}]`, "line 1, column userName: is of the wrong kind: number"},
		{"neither yes nor no", `[{"userName":"a","active":"perhaps"}]`, "neither true nor false"},
		{"a device", `[{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Device"],"displayName":"d"}]`, "is neither a User nor a Group"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _, err := readAll(t, c.text, SCIM)
			if s := say(got); !strings.Contains(s, c.want) || err != nil {
				t.Errorf("got %s %v", s, err)
			}
		})
	}
	for text, want := range map[string]string{
		`{"userName":"a@x.example"}`:                         "one resource, not a list",
		`{"Resources":[{"userName":"a"},{]}`:                 "not valid JSON",
		`{"Resources":[{"userName":"a"}`:                     "ends in the middle",
		`{"Resources":{"userName":"a"}}`:                     "Resources is no list",
		"{\"Resources\":[\n{\"userName\":\"a\"},\n{bad}\n]}": "line 3: the file is not valid JSON",
		`"text"`:                              "no answer of SCIM",
		`{}`:                                  "no answer of SCIM",
		`{"groupId":"g","permission":"EDIT"}`: "no answer of SCIM",
		`{"totalResults":0}{"grants":[{"group":"g"}]}`:                               "no answer of SCIM",
		`{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"401"}`: "no answer of SCIM",
	} {
		if _, _, err := readAll(t, text, SCIM); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

func TestPartialAnswer(t *testing.T) {
	_, r, err := readAll(t, `{"totalResults":3,"Resources":[{"userName":"a"}]}{"totalResults":3,"Resources":[{"userName":"b"}]}`, SCIM)
	if err != nil || !strings.Contains(r.Partial(), "2 of 3 resources") {
		t.Errorf("%q %v", r.Partial(), err)
	}
}

// RFC 4514, section 2.4, and RFC 4517, distinguishedNameMatch.
func TestKey(t *testing.T) {
	for _, same := range [][]string{
		{"CN=Ann Lee,OU=People,DC=x", "cn=ann lee, ou=people, dc=x", "CN = Ann Lee ,OU=People , DC = x"},
		{`CN=Lee\, Ann,DC=x`, `cn=lee\2c ann,dc=x`, `CN=Lee\2C Ann, DC=x`},
		{"uid=ann", "UID=Ann"},
		{"Ann@X.example", "ann@x.example "},
	} {
		for _, s := range same {
			if Key(s) != Key(same[0]) {
				t.Errorf("%q and %q: %q, %q", s, same[0], Key(s), Key(same[0]))
			}
		}
	}
	for _, pair := range [][2]string{{`CN=a\,DC=x`, "CN=a,DC=x"}, {"CN=a b,DC=x", "CN=ab,DC=x"}, {`CN=a\+b,DC=x`, "CN=a+b,DC=x"}} {
		if Key(pair[0]) == Key(pair[1]) {
			t.Errorf("%q and %q have one key %q", pair[0], pair[1], Key(pair[0]))
		}
	}
}

// Memory is bounded by what is asked for: an attribute that is not costs
// nothing beyond its own line, and one record has its bounds.
func TestLargestRecord(t *testing.T) {
	big := strings.Repeat("A", 1<<20)
	var b strings.Builder
	b.WriteString("dn: uid=a,dc=x\nobjectClass: person\ncn: Ann\n")
	for range 70 {
		b.WriteString("description: " + big + "\n")
	}
	_, _, err := readAll(t, b.String(), LDIF)
	if err == nil || !strings.Contains(err.Error(), "larger than 64 MiB") {
		t.Errorf("LDIF: %v", err)
	}
	if _, _, err := readAll(t, `[{"userName":"`+strings.Repeat(big, 70)+`"}]`, SCIM); err == nil || !strings.Contains(err.Error(), "larger than 64 MiB") {
		t.Errorf("SCIM: %v", err)
	}
}

// What is passed over costs no more memory than it is long.
func TestSCIMNestedDeep(t *testing.T) {
	for n, want := range map[int]string{900: "the file ends in the middle", 5_000_000: "a value is nested too deep"} {
		r, _, err := Open(strings.NewReader(`{"schemas": `+strings.Repeat("[", n)), SCIM, table.Options{})
		if err == nil {
			_, err = r.Next()
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%d deep: %v", n, err)
		}
	}
}
