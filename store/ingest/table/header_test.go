package table

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func peopleSchema() Schema {
	return Schema{Kind: "people", Fields: []Field{
		{Key: "name", Aliases: []string{"full name", "display name"}, Required: true},
		{Key: "email", Aliases: []string{"mail", "e-mail address"}, Required: true},
		{Key: "title", Aliases: []string{"job title"}},
		{Key: "role"},
		{Key: "manager", Aliases: []string{"supervisor"}},
	}}
}

func TestBind(t *testing.T) {
	for _, c := range []struct {
		name, header, mapping string
		want                  string // field=column pairs, or the error
	}{
		{"by word", "name,email", "", "name=name email=email"},
		{"order does not matter", "email,name", "", "name=name email=email"},
		{"case and spaces do not matter", "E-MAIL,Full  Name,JobTitle", "", "name=Full  Name email=E-MAIL title=JobTitle"},
		{"the word goes before an alias", "mail,email,name", "", "name=name email=email"},
		{"mapping", "employee_name,email,role,supervisor", "name=employee_name,title=role,manager=supervisor", "name=employee_name email=email title=role manager=supervisor"},
		{"a claimed column is not taken again", "name,email,role", "title=role", "name=name email=email title=role"},
		{"mapping goes by loose names too", "Employee Name,email", "name=employee_name", "name=Employee Name email=email"},
		{"an exact name goes before a loose one", "User-Name,user_name,email", "name=user_name", "name=user_name email=email"},
		{"missing", "title,phone", "", "a people file needs the columns name and email, and this one has only title and phone; name the column with --columns name=…"},
		{"one missing", "name", "", "a people file needs the column email, and this one has only name; name the column with --columns email=…"},
		{"unknown column", "employee_name,email", "name=employe_name", "the file has no column “employe_name”; did you mean “employee_name”? Its columns are employee_name and email"},
		{"unknown column, nothing near", "a,b", "name=zzzzzz", "the file has no column “zzzzzz”; its columns are a and b"},
		{"two fit", "E-mail,email ,name", "", "columns 1 (“E-mail”) and 2 (“email”) could both be email; rename one of them, or say which with --columns email=…"},
		{"named twice", "name,name,email", "name=name", "the file has 2 columns named “name”; rename all but one"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := peopleSchema()
			m, err := ParseMapping(c.mapping, s)
			if err != nil {
				t.Fatal(err)
			}
			header := strings.Split(c.header, ",")
			for i := range header {
				header[i] = strings.TrimSpace(header[i])
			}
			b, err := s.Bind(header, m)
			if err != nil {
				var fe *FieldsError
				if !errors.As(err, &fe) || err.Error() != c.want {
					t.Fatalf("got  %v\nwant %s", err, c.want)
				}
				return
			}
			var got []string
			for _, k := range s.Keys() {
				if b.Has(k) {
					got = append(got, k+"="+b.Column(k))
				}
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("got  %s\nwant %s", strings.Join(got, " "), c.want)
			}
		})
	}
}

func TestBindingReadsValues(t *testing.T) {
	s := peopleSchema()
	b, err := s.Bind([]string{"email", "", "name", "floor"}, Mapping{})
	if err != nil {
		t.Fatal(err)
	}
	row := Row{Line: 7, Fields: []string{" a@x.example\t", "?", "Ada", "3"}, lines: []int{7, 7, 9, 9}}
	if got := b.Get(row, "email"); got != "a@x.example" {
		t.Errorf("email %q", got)
	}
	if got := b.Get(row, "manager"); got != "" {
		t.Errorf("a column that is not there gave %q", got)
	}
	if got := b.Unused(); !reflect.DeepEqual(got, []string{"floor"}) {
		t.Errorf("unused %q", got)
	}
	want := RowError{Line: 9, Column: "name", Value: "Ada", Message: "is taken"}
	if got := b.Fault(row, "name", "is taken"); *got != want {
		t.Errorf("fault %+v, want %+v", *got, want)
	}
}

func TestParseMapping(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"name=employee_name,email=email,title=role,manager=supervisor", "name=employee_name,email=email,title=role,manager=supervisor"},
		{" manager = supervisor , NAME= employee name ,", "name=employee name,manager=supervisor"},
		{`name="Last, first",email="a ""b"" = c"`, `name="Last, first",email="a ""b"" = c"`},
		{`name="plain"`, "name=plain"},
		{"naem=x", "a people file has no field “naem”; did you mean name? The fields are name, email, title, role and manager"},
		{"shoe=x", "a people file has no field “shoe”; the fields are name, email, title, role and manager"},
		{"name", "“name” is no field=column pair; write it as in email=mail_address, with commas between the pairs"},
		{"name,email=x", "“name” is no field=column pair; write it as in email=mail_address, with commas between the pairs"},
		{"name=a,name=b", "the field name is given twice; give it one column"},
		{"name=,email=b", "the field name has no column; write it as in name=name"},
		{`name="x`, `a column's name is opened with a quote that is never closed; as in name="Last, first"`},
		{`name="x"y`, `after a column in quotes comes a comma or nothing; as in name="Last, first",email=mail`},
	} {
		m, err := ParseMapping(c.text, peopleSchema())
		got := m.String()
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%q:\ngot  %s\nwant %s", c.text, got, c.want)
		}
		if m.Empty() != (err != nil || c.want == "") {
			t.Errorf("%q: Empty is %v", c.text, m.Empty())
		}
	}
}

func TestMappingTextIsCanonical(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := peopleSchema()
		var m Mapping
		for _, f := range s.Fields {
			if c := rapid.String().Draw(t, f.Key); c != "" && rapid.Bool().Draw(t, "with") {
				m.pairs = append(m.pairs, pair{f.Key, c})
			}
		}
		back, err := ParseMapping(m.String(), s)
		if err != nil {
			t.Fatalf("%s: %v", m, err)
		}
		if !reflect.DeepEqual(back, m) {
			t.Fatalf("%q came back as %q", m.pairs, back.pairs)
		}
	})
}

func TestNearest(t *testing.T) {
	columns := []string{"employee_name", "email", "supervisor", "role"}
	for word, want := range map[string]string{
		"emial": "email", "Employe Name": "employee_name", "superviser": "supervisor", "rolle": "role", "department": "", "": "",
	} {
		if got := Nearest(word, columns); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
}

func TestShort(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                  "plain",
		"\x1b[31mred\a":          `\u001b[31mred\u0007`,
		"a\u202eb":               `a\u202eb`,
		"a\xffb":                 `a\xffb`,
		strings.Repeat("é", 41):  strings.Repeat("é", 40) + "…",
		strings.Repeat("é", 40):  strings.Repeat("é", 40),
		"line\nbreak\u00a0space": `line\u000abreak\u00a0space`,
	} {
		if got := Short(in); got != want {
			t.Errorf("Short(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestReportCounts(t *testing.T) {
	var r Report
	r.Rows = 6
	r.Note(2, Added, "a")
	r.Note(3, Changed, "b")
	r.Note(4, Same, "c")
	r.Note(5, Skipped, "d")
	r.Fail(&RowError{Line: 6, Message: "e"})
	r.Fail(&RowError{Line: 7, Message: "f"})
	if got, want := r.Summary(), "6 rows: 1 added, 1 changed, 1 the same, 1 skipped, 2 errors"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if len(r.Lines) != 3 || len(r.Errors) != 2 {
		t.Errorf("%d lines and %d errors are kept, want 3 and 2", len(r.Lines), len(r.Errors))
	}
	r.NoteThing(0, Noted, "g")
	r.NoteThing(1, Noted, "h")
	r.Fail(&RowError{Line: 1, Message: "i"})
	r.Sort()
	order := ""
	for _, l := range r.Lines {
		order += l.Text
	}
	for _, e := range r.Errors {
		order += e.Message
	}
	if order != "habdgief" {
		t.Errorf("order %s", order)
	}
	for range keepLines {
		r.Fail(&RowError{})
	}
	if len(r.Errors) != keepLines || r.Failed != keepLines+3 {
		t.Errorf("%d errors kept of %d", len(r.Errors), r.Failed)
	}
}
