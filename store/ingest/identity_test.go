package ingest

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"countersign/domain"
)

// folding are two spellings of one address: by case, by full case folding, by
// normal forms.
var folding = [][2]string{
	{"uma@x.example", "UMA@X.example"}, {"straße@x.example", "STRASSE@x.example"}, {"jose\u0301@x.example", "JOSÉ@x.example"},
	{"σίσυφος@x.example", "ΣΊΣΥΦΟΣ@x.example"}, {"ﬁona@x.example", "fiona@x.example"},
	{"\u13A3\u13CF@x.example", "\uAB73\uAB9F@x.example"}, {"\u212Aim@x.example", "kim@x.example"},
}

// Two addresses that fold together are a conflict, never a merge: in one file
// of people, against somebody of another id who is here, and in a whole
// organisation's file.
func TestAddressesThatFoldTogetherAreAConflict(t *testing.T) {
	for _, pair := range folding {
		m := newMemory()
		p := m.plan(t, People, fmt.Sprintf("name,email\nOne,%s\nTwo,%s\n", pair[0], pair[1]), m.options())
		if len(p.Report.Errors) != 2 || len(p.Set.Changes) != 0 {
			t.Errorf("%+q in one file: errors %q, %d changes; want both rows refused", pair, errorsOf(p), len(p.Set.Changes))
		}

		m = newMemory()
		m.load(t, People, fmt.Sprintf("name,email,id\nOne,%s,1\nTwo,two@x.example,2\n", pair[0]), m.options())
		p = m.plan(t, People, fmt.Sprintf("name,email,id\nTwo,%s,2\n", pair[1]), m.options())
		if len(p.Report.Errors) != 1 || len(p.Set.Changes) != 0 {
			t.Errorf("%+q, one here under another id: errors %q, changes %v", pair, errorsOf(p), p.Set.Changes)
		}

		far := founders("far")
		for i, email := range pair {
			far.put(domain.Principal{ID: domain.ID(fmt.Sprintf("usr_pair%d", i)), Kind: domain.User, Name: "Pair", Email: email, Status: domain.Active})
		}
		here := founders("new")
		whole, err := PlanOrganisation(here.org(t), strings.NewReader(string(fileOf(t, far.org(t)))), OrganisationOptions{At: restoredAt, Played: true})
		if err == nil {
			_, _, err = here.org(t).With(whole.Set, restoredAt)
		}
		var e *domain.Error
		if !errors.As(err, &e) || e.Rule != domain.RuleEmailTaken {
			t.Errorf("%+q in an organisation's file: %v, want a refusal by %q", pair, err, domain.RuleEmailTaken)
		}
	}
}

// The same person again, spelled otherwise, is the same person: nobody is
// added, and who they are stays.
func TestAnotherSpellingIsTheSamePerson(t *testing.T) {
	for _, pair := range folding {
		m := newMemory()
		m.load(t, People, fmt.Sprintf("name,email\nOne,%s\n", pair[0]), m.options())
		id := m.people()[0].ID
		p := m.plan(t, People, fmt.Sprintf("name,email\nOne,%s\n", pair[1]), m.options())
		m.apply(t, p)
		if all := m.people(); len(all) != 1 || all[0].ID != id || len(p.Report.Errors) != 0 {
			t.Errorf("%+q: %+v, errors %q", pair, all, errorsOf(p))
		}
	}
}

// An address with what does not show is none, in every column that has one.
func TestAddressesThatDoNotShow(t *testing.T) {
	for _, unseen := range []string{"uma\u200b@x.example", "u\u00adma@x.example", "uma\u202e@x.example", "\u2066uma\u2069@x.example", "uma@x\u200f.example", "u\ufeffma@x.example"} {
		m := newMemory()
		m.load(t, People, "name,email\nUma,uma@x.example\n", m.options())
		p := m.plan(t, People, "name,email\nUma,"+unseen+"\n", m.options())
		if len(p.Report.Errors) != 1 || len(p.Set.Changes) != 0 || !strings.Contains(errorsOf(p)[0], "does not print") {
			t.Errorf("%+q: errors %q, changes %v", unseen, errorsOf(p), p.Set.Changes)
		}
	}
}
