package assign

import (
	"errors"
	"strings"
	"testing"

	"countersign/domain"
)

var ana = Person{Email: "ana@support.company.com", Name: "Ana Marin", Department: "Sales", Title: "Regional Manager",
	Manager: "tom@company.com", Employment: "employee", Status: "active", External: "E-17", Source: "hr", LastActive: "2026-03-01"}

// The seed's own expressions, by e-mail domain, department and title, and one
// for each further attribute.
func TestExpressionTakes(t *testing.T) {
	for _, c := range []struct {
		text string
		want bool
	}{
		{`email.endsWith('@support.company.com')`, true},
		{`email.endsWith("@support.company.com")`, true},
		{`email.endsWith('@company.com')`, false},
		{`department == 'Sales'`, true},
		{`department == 'sales'`, false}, // as written
		{`department.lower() == 'sales'`, true},
		{`title.contains('Manager')`, true},
		{`title.contains('manager')`, false},
		{`title.lower().contains('manager')`, true},
		{`title.matches('^Regional')`, true},
		{`department == 'Sales' && title.contains('Manager')`, true},
		{`department == 'Support' || title.startsWith('Reg')`, true},
		{`!(department == 'Sales')`, false},
		{`department in ['Sales', 'Support']`, true},
		{`['Sales', 'Support'].exists(d, department == d)`, true},
		{`manager == 'tom@company.com'`, true},
		{`employment == 'employee'`, true},
		{`employment in ['contractor', 'external']`, false},
		{`status == 'active'`, true},
		{`name.startsWith('Ana ')`, true},
		{`external.startsWith('E-') && source == 'hr'`, true},
		{`last_active >= '2026-02-01'`, true},
		{`size(title) > 3`, true},
		{`true`, true},
	} {
		m, err := Expression(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if got, err := m.Fits(ana); err != nil || got != c.want {
			t.Errorf("%s: %v, %v", c.text, got, err)
		}
	}
}

func orgOf(t *testing.T, records ...domain.Record) *domain.Org {
	t.Helper()
	o, err := domain.NewOrg(1, func(yield func(domain.Row, error) bool) {
		for _, r := range records {
			if !yield(domain.Row{Record: r, Since: 1}, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// A rule is read by its kind.
func TestReadByKind(t *testing.T) {
	both := map[domain.RuleKind]bool{domain.EmailPattern: true, domain.Expression: false, domain.NoRule: false}
	for kind, want := range both {
		if _, err := Read(domain.Rule{Kind: kind, Text: `.*@company\.com`}); (err == nil) != want {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

// Addresses are compared folded on our side: what a directory writes in
// capitals is met by a rule in small letters.
func TestExpressionFoldsAddresses(t *testing.T) {
	o := orgOf(t, domain.Principal{ID: "usr_tom", Email: "Tom@Company.com"})
	m, err := Read(domain.Rule{Kind: domain.Expression, Text: `email == 'ana@support.company.com' && manager == 'tom@company.com'`, On: true})
	if err != nil {
		t.Fatal(err)
	}
	got, err := m.Takes(o, domain.Principal{Email: "Ana@Support.COMPANY.com", Manager: "usr_tom"})
	if err != nil || !got {
		t.Errorf("%v, %v", got, err)
	}
}

// Each mistake is named, and the right form is suggested.
func TestExpressionSuggestsTheRightForm(t *testing.T) {
	for _, c := range []struct{ text, message, right string }{
		{`email.ends_with('@company.com')`, "ends_with is written endsWith", `write email.endsWith('@company.com')`},
		{`email.endswith('@company.com')`, "endswith is written endsWith", `write email.endsWith('@company.com')`},
		{`email.EndsWith('@company.com')`, "EndsWith is written endsWith", `write email.endsWith('@company.com')`},
		{`email.endWith('@company.com')`, "endWith is written endsWith", `write email.endsWith('@company.com')`},
		{`title.includes('Manager')`, "includes is written contains", `write title.contains('Manager')`},
		{`title.toLowerCase().contains('manager')`, "toLowerCase is written lower", `write title.lower().contains('manager')`},
		{`email.endsWith(@company.com)`, "a text stands in quotes", `write email.endsWith('@company.com')`},
		{`email == ana@company.com`, "a text stands in quotes", `write email == 'ana@company.com'`},
		{`email.ends_with(@company.com)`, "ends_with is written endsWith; a text stands in quotes", `write email.endsWith('@company.com')`},
		{`email.endsWith('@company.com)`, "a quote is not closed", `write email.endsWith('@company.com')`},
		{`email.endsWith(‘@company.com’)`, "straight ones", `write email.endsWith('@company.com')`},
		{`department = 'Sales'`, "= is written ==", `write department == 'Sales'`},
		{`department === 'Sales'`, "=== is written ==", `write department == 'Sales'`},
		{`department <> 'Sales'`, "<> is written !=", `write department != 'Sales'`},
		{`department == Sales`, "'Sales' and not Sales", `write department == 'Sales'`},
		{`department == Customer Support`, "'Customer Support'", `write department == 'Customer Support'`},
		{`department is 'Sales'`, "is is written ==", `write department == 'Sales'`},
		{`department == 'Sales' and title.contains('Lead')`, "and is written &&", `write department == 'Sales' && title.contains('Lead')`},
		{`department == 'Sales' OR department == 'Support'`, "or is written ||", `write department == 'Sales' || department == 'Support'`},
		{`not department == 'Sales'`, "not is written !", `write !(department == 'Sales')`},
		{`not department = 'Sales' and title.contains('Lead')`, "not is written !", `write !(department == 'Sales') && title.contains('Lead')`},
		{`not (department == 'Sales')`, "not is written !", `write !(department == 'Sales')`},
		{`department == 'Sales' & title == 'Lead'`, "& is written &&", `write department == 'Sales' && title == 'Lead'`},
		{`Email.endsWith('@company.com')`, "no attribute Email, but email", `write email.endsWith('@company.com')`},
		{`emial.endsWith('@company.com')`, "no attribute emial, but email", `write email.endsWith('@company.com')`},
		{`departmnet == 'Sales'`, "no attribute departmnet, but department", `write department == 'Sales'`},
		{`dept == 'Sales'`, "no attribute dept, but department", `write department == 'Sales'`},
		{`job_title.contains('Manager')`, "no attribute job_title, but title", `write title.contains('Manager')`},
		{`user.email.endsWith('@company.com')`, "email and not user.email", `write email.endsWith('@company.com')`},
		{`user.department == 'Sales'`, "department and not user.department", `write department == 'Sales'`},
		{`endsWith(email, '@company.com')`, "the attribute comes first", `write email.endsWith('@company.com')`},
		{`email ends_with '@company.com'`, "stands behind a dot", `write email.endsWith('@company.com')`},
		{`title.contains(Manager)`, "'Manager' and not Manager", `write title.contains('Manager')`},
		{`email.endsWith('@Company.com')`, "small letters", `write '@company.com'`},
		{`manager == 'Tom@company.com'`, "small letters", `write 'tom@company.com'`},
		{`email in ['Ana@company.com']`, "small letters", `write 'ana@company.com'`},
		{`status == 'Active'`, "no status", `'active'`},
		{`status == 'inactive'`, "no status that a rule meets", `'active' or 'invited'`},
		{`employment == 'Contractor'`, "no type of employment", `write 'contractor'`},
		{`employment == 'freelancer'`, "no type of employment", `'external'`},
		{`department`, "its value is a text, not yes or no", "compare it"},
		{`size(department)`, "its value is a number", "compare it"},
		{`department == 3`, "== does not go with a text and a number", "in quotes"},
		{`salary == 'x'`, `no attribute "salary"`, "use one of: email, department, title"},
		{`email.frobnicate('x')`, `no function "frobnicate"`, "use one of: endsWith"},
		{`email.endsWith('a'`, "cannot be read", "write it like"},
		{``, "is empty", ""},
		{`.*@company\.com`, "cannot be read", ""},
		{`email.matches('[')`, "", ""},
		{strings.Repeat("(", 500) + "true" + strings.Repeat(")", 500), "", ""},
	} {
		_, err := Expression(c.text)
		var e *domain.Error
		if !errors.As(err, &e) || e.Code != domain.Invalid || e.Rule != RuleSyntax || e.Hint == "" {
			t.Errorf("%.60q: %v", c.text, err)
			continue
		}
		if !strings.Contains(e.Message, c.message) || !strings.Contains(e.Hint, c.right) {
			t.Errorf("%.60q\n  %s\n  %s\n  want %s / %s", c.text, e.Message, e.Hint, c.message, c.right)
		}
	}
}

// A hostile expression ends in bounded time, with a sentence, on whomever it
// is asked about.
func TestExpressionCostIsBounded(t *testing.T) {
	list := "[" + strings.Repeat("1,", 99) + "1]"
	long := ana
	long.Title = strings.Repeat("a", 100_000)
	for _, text := range []string{
		list + ".all(a, " + list + ".all(b, " + list + ".all(c, " + list + ".all(d, a + b + c + d > 0))))",
		strings.Repeat("title.matches('(a*)*b') || ", 60) + "false",
		strings.Repeat("(title + title).contains('b') || ", 50) + "false",
	} {
		m, err := Expression(text)
		if err != nil {
			t.Errorf("%.40s: %v", text, err)
			continue
		}
		_, err = m.Fits(long)
		var e *domain.Error
		if !errors.As(err, &e) || e.Rule != RuleFails || !strings.Contains(e.Message, "takes too long") {
			t.Errorf("%.40s: %v", text, err)
		}
	}
}

// An expression may have no value for somebody; that is said, and takes
// nobody.
func TestExpressionFails(t *testing.T) {
	m, err := Expression(`int(external) > 3`)
	if err != nil {
		t.Fatal(err)
	}
	got, err := m.Fits(ana)
	var e *domain.Error
	if got || !errors.As(err, &e) || e.Rule != RuleFails {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := m.Fits(Person{External: "7"}); err != nil || !got {
		t.Errorf("%v, %v", got, err)
	}
}

// What is read has a value or says why not; what is refused says why, and the
// form it suggests can be read.
func FuzzExpression(f *testing.F) {
	for _, s := range []string{`email.endsWith('@x.y')`, `email.ends_with(@x.y)`, `department = Sales and not title is x`,
		`[1,2].all(a, a > 0)`, `user.email`, "'", `“x”`, `endsWith(email, x)`, `a ends_with 'b'`, `1/0 == 1`, `(((`, `{}`, `email[0]`, `type(1) == int`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		m, err := Expression(text)
		if err != nil {
			var e *domain.Error
			if !errors.As(err, &e) || e.Code != domain.Invalid || e.Message == "" || e.Hint == "" {
				t.Fatalf("%q is refused with %#v", text, err)
			}
			return
		}
		if _, err := m.Fits(ana); err != nil {
			var e *domain.Error
			if !errors.As(err, &e) || e.Rule != RuleFails {
				t.Fatalf("%q fails with %#v", text, err)
			}
		}
	})
}

func BenchmarkExpression(b *testing.B) {
	m, err := Expression(`department == 'Sales' && title.contains('Manager')`)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := m.Fits(ana); err != nil {
			b.Fatal(err)
		}
	}
}
