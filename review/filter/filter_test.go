package filter

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"countersign/domain"
)

// crew is a table with a field of each kind.
func crew() Table {
	return Table{List: "sailors", Fields: []Field{{Name: "name", Also: []string{"who"}}, {Name: "rank", Kind: Ordered, Values: []string{"low", "middle", "high"}},
		{Name: "age", Kind: Number}, {Name: "since", Kind: Date}, {Name: "is", Kind: Choice, Short: true, Values: []string{"aboard", "ashore"}}, {Name: "ship"}}}
}

// sailors are the rows the truth tables ask for, by their first letters.
var sailors = map[string][]string{
	"a": {"Ana Ferreira", "high", "41", "2025-11-03", "aboard", "Blue Jay\nHeron"},
	"b": {"Bo Ngata", "low", "9", "2026-01-01", "ashore", ""},
	"c": {"Cleo \"The Cook\" Roux", "middle", "100", "2026-03-31 10:00", "aboard", "Jay"},
	"d": {"re: Dirk", "low", "x", "", "ashore", "a,b"},
}

// TestWhatAFilterMeans is the grammar by examples: which sailors each filter shows.
func TestWhatAFilterMeans(t *testing.T) {
	for text, want := range map[string]string{
		"": "abcd", "   ": "abcd", "!": "abcd",
		"ana": "a", "ANA": "a", "!ana": "bcd", "jay": "ac", "ana ferreira": "a", `"ferreira ana"`: "",
		"name:ana": "a", "who:ana": "a", "NAME:ana": "a", "name:na": "", "name:ferreira": "a", "name:": "abcd", "!name:": "abcd",
		"name:ana,bo": "ab", "!name:ana,bo": "cd", "name:ana,": "a", `name:"ana f",bo`: "ab",
		"rank:high": "a", "rank:h": "a", "rank>=2": "ac", "rank>low": "ac", "rank<3": "bcd", "rank<=middle": "bcd", "!rank:low": "ac", "rank=2": "c",
		"age:9": "b", "age>9": "ac", "age>=9": "abc", "age<41": "b", "age<=41": "ab", "!age>9": "bd", "age>": "abcd",
		"since:2026": "bc", "since:2026-01": "b", "since<2026-01-01": "a", "since<=2026-01": "ab", "since>2026-01": "c", "since>=2026-01-01": "bc", "since:2026-03-31": "c",
		"aboard": "ac", "!aboard": "bd", "is:ab": "ac", `"aboard"`: "ac", "is:aboard,ashore": "abcd",
		"ship:jay": "ac", `ship:"blue jay"`: "a", `ship:""`: "b", `!ship:""`: "acd", `ship:"a,b"`: "d", "ship:heron": "a",
		`"re:"`: "d", `"\"the cook\""`: "c", `name:"cleo \"the`: "c",
		"aboard age>50": "c", "aboard !jay": "",
	} {
		expr, err := crew().Parse(text)
		if err != nil {
			t.Errorf("%q is refused: %v", text, err)
			continue
		}
		passes := crew().Match(expr)
		got := ""
		for _, k := range []string{"a", "b", "c", "d"} {
			if passes(Fold(sailors[k], sailors[k])) {
				got += k
			}
		}
		if got != want {
			t.Errorf("%q shows %q, want %q", text, got, want)
		}
	}
}

// TestWhatIsRefused: an unknown field names those there are, the nearest first; a
// value a field cannot have says so.
func TestWhatIsRefused(t *testing.T) {
	for text, want := range map[string]string{
		"nam:ana":         `sailors have no field "nam" to filter by: did you mean name? The fields are name, rank, age, since, is, ship; a word with a colon stands in double quotes`,
		"colour:red":      `sailors have no field "colour" to filter by: the fields are name, rank, age, since, is, ship; a word with a colon stands in double quotes`,
		"colour:":         `sailors have no field "colour" to filter by: the fields are name, rank, age, since, is, ship; a word with a colon stands in double quotes`,
		"age:old":         `age is a number, and "old" is none: write age:90`,
		"age>1.5":         `age is a number, and "1.5" is none: write age>90`,
		"since<yesterday": `since is a day, and "yesterday" is none: write a day, a month or a year: since<2026-01-31`,
		"since:2026-13":   `since is a day, and "2026-13" is none: write a day, a month or a year: since:2026-01-31`,
		"is:asleep":       `is is never "asleep": it is one of aboard, ashore`,
		"rank:4":          `rank is never "4": it is one of low, middle, high`,
		"name>b":          `name has no order to compare by >: write name:b`,
		"ana shp:jay":     `sailors have no field "shp" to filter by: did you mean ship? The fields are name, rank, age, since, is, ship; a word with a colon stands in double quotes`,
	} {
		_, err := crew().Parse(text)
		var got string
		if e, ok := err.(*domain.Error); ok {
			got = e.Message + ": " + e.Hint
		}
		if got != want {
			t.Errorf("%q says\n%s\nwant\n%s", text, got, want)
		}
	}
}

func TestCompletion(t *testing.T) {
	known := func(field string) []string {
		if field == "ship" {
			return []string{"Blue Jay", "Heron"}
		}
		return nil
	}
	for text, want := range map[string]string{
		"":                  "name: rank: age: since: is: ship:",
		"s":                 "since: ship:",
		"!sh":               "!ship:",
		"ana sh":            "ship:",
		"as":                "ashore",
		"rank:":             "rank:low rank:middle rank:high",
		"rank:low,m":        "rank:low,middle",
		"rank>=m":           "rank>=middle",
		"ship:":             `ship:"Blue Jay" ship:Heron`,
		"ship:b":            `ship:"Blue Jay"`,
		`ship:"blue j`:      `ship:"Blue Jay"`,
		"ship:heron,b":      `ship:heron,"Blue Jay"`,
		"nothing:":          "",
		"age:":              "",
		`ana "s`:            "",
		"name:ana is:abo":   "is:aboard",
		"name:ana   !is:as": "!is:ashore",
	} {
		from, options := crew().Complete(text, known)
		if got := strings.Join(options, " "); got != want {
			t.Errorf("%q may become %s, want %s", text, got, want)
		}
		for _, o := range options {
			if _, err := crew().Parse(text[:from] + o); err != nil {
				t.Errorf("%q completed to %q is refused: %v", text, text[:from]+o, err)
			}
		}
	}
	if got := Common([]string{"since:", "ship:"}); got != "s" {
		t.Errorf("what they begin with is %q", got)
	}
}

// anyTerm draws terms as Parse gives them.
func anyTerm(t *rapid.T) Term {
	term := Term{Not: rapid.Bool().Draw(t, "not")}
	value := rapid.StringOf(rapid.SampledFrom([]rune("ab é\"\\,:!<>=\t1-"))).Filter(func(s string) bool { return s != "" })
	f := rapid.SampledFrom(append(crew().Fields, Field{})).Draw(t, "field")
	switch {
	case f.Name == "":
		term.Values = []string{value.Draw(t, "word")}
		term.Quoted = rapid.Bool().Draw(t, "quoted")
	case f.Kind == Text:
		term.Field = f.Name
		term.Values = rapid.SliceOfN(rapid.OneOf(value, rapid.Just("")), 0, 3).Draw(t, "values")
	case f.Kind == Number:
		term.Field, term.Values = f.Name, []string{rapid.SampledFrom([]string{"0", "90", "-3"}).Draw(t, "number")}
		term.Op = rapid.SampledFrom([]Op{Has, Less, AtMost, More, AtLeast}).Draw(t, "op")
	case f.Kind == Date:
		term.Field, term.Values = f.Name, []string{rapid.SampledFrom([]string{"2026", "2026-02", "2026-02-28"}).Draw(t, "day")}
		term.Op = rapid.SampledFrom([]Op{Has, Less, AtMost, More, AtLeast}).Draw(t, "op")
	default:
		term.Field, term.Values = f.Name, rapid.SliceOfN(rapid.SampledFrom(f.Values), 0, 2).Draw(t, "choices")
	}
	return term
}

// TestPrintedAndReadAgain: what is printed is read as the same filter.
func TestPrintedAndReadAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := Expr(rapid.SliceOfN(rapid.Custom(anyTerm), 0, 4).Draw(t, "terms"))
		text := want.String()
		got, err := crew().Parse(text)
		if err != nil {
			t.Fatalf("%q is refused: %v", text, err)
		}
		if len(got) != len(want) {
			t.Fatalf("%q is read as %d terms, want %d", text, len(got), len(want))
		}
		for i := range got {
			g, w := got[i], want[i]
			if g.Not != w.Not || g.Field != w.Field || g.Op != w.Op || !slices.Equal(g.Values, w.Values) || w.Quoted && !g.Quoted {
				t.Fatalf("%q is read as %+v, want %+v", text, g, w)
			}
		}
	})
}

// FuzzParse: no text breaks the parser; what it takes is printed and read again as
// the same, and completions of any text come back whole.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"level:edit area:voice !decided", `a:"b c",d !"e`, `\"`, "since<2026-01", "!!x", `name:"\`, "rank>=2 aboard", "\xff:\x00", "name:,,"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		from, options := crew().Complete(text, nil)
		for _, o := range options {
			if from > len(text) || strings.ContainsFunc(o, unicode.IsControl) && !strings.ContainsFunc(text, unicode.IsControl) {
				t.Fatalf("%q may become %q from %d", text, o, from)
			}
		}
		expr, err := crew().Parse(text)
		if err != nil {
			return
		}
		printed := expr.String()
		again, err := crew().Parse(printed)
		if err != nil {
			t.Fatalf("%q prints as %q, which is refused: %v", text, printed, err)
		}
		if again.String() != printed {
			t.Fatalf("%q prints as %q, and then as %q", text, printed, again)
		}
		crew().Match(expr)(Fold(sailors["a"], sailors["a"]))
	})
}
