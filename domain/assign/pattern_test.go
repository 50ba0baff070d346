package assign

import (
	"errors"
	"strings"
	"testing"

	"countersign/domain"
)

// A pattern has to fit the whole folded address, however it is written.
func TestPatternFitsWholeAddresses(t *testing.T) {
	for _, c := range []struct {
		pattern, address string
		want             bool
	}{
		{`.*@support\.company\.com`, "ana@support.company.com", true},
		{`^.*@support\.company\.com$`, "ana@support.company.com", true},
		{`.*@support\.company\.com`, "ana@support.company.com.evil.example", false},
		{`.*@support\.company\.com`, "ana@supportxcompany.com", false},
		{`.*@Support\.Company\.COM`, "ana@support.company.com", true},
		{`.*@support\.company\.com`, "Ana@SUPPORT.company.com", true},
		{`[A-Z]+@company\.com`, "ana@company.com", true},
		{`ana@company\.com|tom@company\.com`, "tom@company.com", true},
		{`ana@company\.com|tom@company\.com`, "tom@company.com.evil.example", false},
		{`a|ab@x\.y`, "ab@x.y", true}, // the shorter choice comes first and does not fit the whole
		{`(?m)^ana@company\.com$`, "x\nana@company.com", false},
		{`.*@straße\.example`, "ana@straße.example", false}, // the folded address reads strasse
		{`.*@strasse\.example`, "ana@STRASSE.example", true},
		{`.*@x\.y`, "", false},
		{`.*`, "", false}, // nobody without an address belongs by an address
	} {
		m, err := Pattern(c.pattern)
		if err != nil {
			t.Errorf("%s: %v", c.pattern, err)
			continue
		}
		got, err := m.Fits(Person{Email: domain.Fold(c.address)})
		if err != nil || got != c.want {
			t.Errorf("%s on %q: %v, %v", c.pattern, c.address, got, err)
		}
	}
}

// What is no pattern is refused with the form that was meant.
func TestPatternSaysWhatIsWrong(t *testing.T) {
	for _, c := range []struct{ pattern, message, hint string }{
		{`*@company.com`, "nothing before it to repeat", `write .*@company\.com`},
		{`@company\.com`, "nothing may stand before the @", `write .*@company\.com`},
		{`^@company\.com$`, "nothing may stand before the @", `write .*@company\.com$`},
		{`company.com`, "has an @", `write .*@company\.com`},
		{`(?=ana).*@company\.com`, "looks ahead", `.*@company\.com`},
		{`(.*@company\.com`, "( is not closed", `.*@company\.com`},
		{`[a-z@company.com`, "[ is not closed", ""},
		{`.*@company.com\`, "ends in a backslash", ""},
		{`)|(.*`, ") closes nothing", ""}, // inside brackets of ours it would be one
		{``, "is empty", ""},
		{"  ", "is empty", ""},
		{"a\x00@b", "control character", ""},
		{"\xff@b", "UTF-8", ""},
		{strings.Repeat("a", 3000) + "@b", "3002 bytes", "2000 at most"},
		{`(((x{1000}){1000}){1000})@b`, "no regular expression", ""},
	} {
		_, err := Pattern(c.pattern)
		var e *domain.Error
		if !errors.As(err, &e) || e.Code != domain.Invalid || e.Rule != RuleSyntax {
			t.Errorf("%.40q: %v", c.pattern, err)
			continue
		}
		if !strings.Contains(e.Message, c.message) || !strings.Contains(e.Hint, c.hint) {
			t.Errorf("%.40q: %s / %s", c.pattern, e.Message, e.Hint)
		}
	}
}

// A quote that is never closed cannot swallow the end of the address.
func TestPatternOpenQuoteStaysWhole(t *testing.T) {
	m, err := Pattern(`ana@company\.com\Q`)
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]bool{"ana@company.com": true, "ana@company.com.evil": false, "eve.ana@company.com": false} {
		if got, err := m.Fits(Person{Email: address}); err != nil || got != want {
			t.Errorf("%s: %v, %v", address, got, err)
		}
	}
}

func TestPatternNotes(t *testing.T) {
	for pattern, notes := range map[string]int{`.*@company.com`: 1, `.*@company\.com`: 0, `.+@.*\.company\.com`: 0, `(.*@a.b)`: 1} {
		m, err := Pattern(pattern)
		if err != nil || len(m.Notes()) != notes {
			t.Errorf("%s: %v, %v", pattern, m, err)
		}
	}
}

// Whatever is read fits whole addresses only; whatever is refused says why.
func FuzzPattern(f *testing.F) {
	for _, s := range []string{`.*@x\.y`, `*@x.y`, `)|(.*@`, `\Q@`, `(?m)^a@b$`, `a|@`, "(?i", `[^@]+@(a|b)`, `x*@`, `(?-s).@`} {
		f.Add(s, "ana@x.y")
	}
	f.Fuzz(func(t *testing.T, pattern, address string) {
		m, err := Pattern(pattern)
		if err != nil {
			var e *domain.Error
			if !errors.As(err, &e) || e.Code != domain.Invalid || e.Message == "" || e.Hint == "" {
				t.Fatalf("%q is refused with %#v", pattern, err)
			}
			return
		}
		a := domain.Fold(address)
		yes, err := m.Fits(Person{Email: a})
		if err != nil {
			t.Fatalf("%q fails on %q: %v", pattern, a, err)
		}
		if longer, err := m.Fits(Person{Email: a + "\x01"}); err != nil || yes && longer && !strings.ContainsAny(pattern, `.[^\*+?{`) {
			t.Fatalf("%q takes %q with a tail, %v", pattern, a, err)
		}
	})
}
