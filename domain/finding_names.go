package domain

import (
	"slices"
	"strings"
	"unicode"
)

// names: no name mixes scripts within a word, and no two names of one kind
// look alike while they differ (issue 3, Unicode identity).
func (in *inspection) names() {
	o := in.o
	in.alike(KindPrincipal, func(yield func(ID, string, Seq)) {
		for i := range o.ppl.ordered {
			s := o.ppl.rows.at(i)
			yield(s.id, s.rec.Name, s.since)
		}
	})
	in.alikeWhat(KindPrincipal, "the e-mail address", func(yield func(ID, string, Seq)) {
		for i := range o.ppl.ordered {
			s := o.ppl.rows.at(i)
			yield(s.id, s.rec.Email, s.since)
		}
	})
	in.alike(KindGroup, func(yield func(ID, string, Seq)) {
		for i := range o.grp.ordered {
			s := o.grp.rows.at(i)
			yield(s.id, s.rec.Name, s.since)
		}
	})
	in.alike(KindAgent, func(yield func(ID, string, Seq)) {
		for i := range o.agt.ordered {
			s := o.agt.rows.at(i)
			yield(s.id, s.rec.Name, s.since)
		}
	})
	in.alike(KindSource, func(yield func(ID, string, Seq)) {
		for i := range o.src.ordered {
			s := o.src.rows.at(i)
			yield(s.id, s.rec.Name, s.since)
		}
	})
	in.alike(KindRole, func(yield func(ID, string, Seq)) {
		for i := range o.rol.ordered {
			s := o.rol.rows.at(i)
			yield(s.id, s.rec.Name, s.since)
		}
	})
}

func (in *inspection) alike(kind Kind, all func(func(ID, string, Seq))) {
	in.alikeWhat(kind, "the name", all)
}

// named is a name that is not all ASCII.
type named struct {
	id    ID
	name  string
	since Seq
}

// alikeWhat looks at the names of one kind. A name of ASCII letters alone is
// its own skeleton, so only the others need one.
func (in *inspection) alikeWhat(kind Kind, what string, all func(func(ID, string, Seq))) {
	odd := map[string][]named{}
	all(func(id ID, name string, since Seq) {
		if isASCII(name) {
			return
		}
		if word := mixedWord(name); word != "" {
			in.lookAlike(Since{Event: since}, []Ref{{kind, id}}, "%s %q mixes scripts in %q: %s", what, name, word, strings.Join(scriptsOf(word), " and "))
		}
		k := Skeleton(name)
		odd[k] = append(odd[k], named{id, name, since})
	})
	if len(odd) == 0 {
		return
	}
	all(func(id ID, name string, since Seq) {
		if isASCII(name) && name != "" {
			if k := Fold(name); len(odd[k]) > 0 {
				odd[k] = append(odd[k], named{id, name, since})
			}
		}
	})
	for _, list := range odd {
		slices.SortFunc(list, func(a, b named) int { return compareID(a.id, b.id) })
		for i, a := range list {
			for _, b := range list[i+1:] {
				if a.id != b.id && Fold(a.name) != Fold(b.name) {
					in.lookAlike(Since{Event: max(a.since, b.since)}, []Ref{{kind, a.id}, {kind, b.id}}, "%s %q looks like %q and is another", what, b.name, a.name)
				}
			}
		}
	}
}

// lookAlike adds the finding, once where both a name and an address are so.
func (in *inspection) lookAlike(since Since, subject []Ref, text string, args ...any) {
	if id := findingID(FindingLookAlike, subject); !in.told[id] {
		in.told[id] = true
		in.add(FindingLookAlike, SeverityHigh, since, subject, text, args...)
	}
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// mixable are the scripts of which no two belong into one word. Others, such
// as Han beside Kana, are written together.
var mixable = []struct {
	name  string
	table *unicode.RangeTable
}{{"Latin", unicode.Latin}, {"Cyrillic", unicode.Cyrillic}, {"Greek", unicode.Greek}, {"Armenian", unicode.Armenian}, {"Cherokee", unicode.Cherokee}}

// scriptsOf names those of the mixable scripts that a text has letters of.
func scriptsOf(s string) []string {
	var out []string
	for _, sc := range mixable {
		if strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(sc.table, r) }) {
			out = append(out, sc.name)
		}
	}
	return out
}

// mixedWord gives the first word that mixes scripts, "" for none. A name of
// several words, each in a script of its own, is none.
func mixedWord(name string) string {
	for word := range strings.FieldsFuncSeq(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && !isHidden(r) }) {
		if len(scriptsOf(word)) > 1 {
			return word
		}
	}
	return ""
}
