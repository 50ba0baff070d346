package domain

import "testing"

// sameAddress are addresses that are one, letter for letter or by Unicode's
// canonical equivalence and full case folding.
var sameAddress = [][2]string{
	{"ulla@acme.example", "ULLA@ACME.EXAMPLE"},
	{"straße@acme.example", "STRASSE@acme.example"},
	{"straße@acme.example", "straẞe@acme.example"},
	{"jose\u0301@acme.example", "josé@acme.example"}, // taken apart, and composed
	{"σίσυφος@acme.example", "ΣΊΣΥΦΟΣ@acme.example"}, // the final sigma
	{"ﬁona@acme.example", "fiona@acme.example"},      // a ligature
	{"\u13A3\u13CF@acme.example", "\uAB73\uAB9F@acme.example"},
	{"\u212Aim@acme.example", "kim@acme.example"}, // the sign of kelvin
	{"x@stra\u00DFe.example", "x@STRASSE.example"},
}

// otherAddress are addresses that look alike and are two: they pass here, and
// are a finding elsewhere.
var otherAddress = [][2]string{
	{"ibrahim@acme.example", "\u0131brahim@acme.example"}, // the dotless i
	{"ibrahim@acme.example", "\u0130brahim@acme.example"}, // the dotted capital
	{"ulla@acme.example", "ull\u0430@acme.example"},       // a Cyrillic а
	{"jose@acme.example", "josé@acme.example"},
}

// unseenAddress hold what does not show.
var unseenAddress = []string{
	"uma\u200b@acme.example", "uma\u200d@acme.example", "\ufeffuma@acme.example", "u\u00adma@acme.example", // no width
	"uma\u202e@acme.example", "\u2066uma\u2069@acme.example", "uma@acme\u200f.example", // direction
	"uma\u0000@acme.example", "uma\u2028@acme.example", "uma\u00a0x@acme.example", "u ma@acme.example",
}

// Two addresses that fold together are a conflict, never one person: to a new
// user, to one whose address changes, and inside one change set; by hand and
// from a file.
func TestAddressesThatFoldTogether(t *testing.T) {
	holds := func(id ID, email string) Principal { return Principal{ID: id, Name: string(id), Email: email} }
	passes := func(one, two, want string) {
		t.Helper()
		o := house(t, holds("usr_one", one), holds("usr_else", "else@acme.example"))
		for name, changes := range map[string][]Change{
			"a new user":      {Begin(holds("usr_two", two))},
			"another's moves": {edit(t, o, "usr_else", func(p *Principal) { p.Email = two })},
			"both are new":    {End(get[Principal](t, o, "usr_one")), Begin(holds("usr_2", two)), Begin(holds("usr_3", one))},
		} {
			for _, cs := range []ChangeSet{set(changes...), imported(set(changes...))} {
				if _, _, err := o.With(cs, noon); ruleOf(err) != want {
					t.Errorf("%+q beside %+q, %s: %v, want %q", two, one, name, err, want)
				}
			}
		}
	}
	for _, pair := range sameAddress {
		passes(pair[0], pair[1], RuleEmailTaken)
		passes(pair[1], pair[0], RuleEmailTaken)
		if p, err := house(t, holds("usr_one", pair[0])).FindPrincipal(pair[1]); err != nil || p.ID != "usr_one" {
			t.Errorf("%+q does not find %+q: %v", pair[1], pair[0], err)
		}
	}
	for _, pair := range otherAddress {
		passes(pair[0], pair[1], "")
	}
	o := house(t)
	for _, email := range unseenAddress {
		if _, _, err := o.With(set(Begin(holds("usr_two", email))), noon); ruleOf(err) != RuleEmail {
			t.Errorf("%+q: %v, want a refusal by %q", email, err, RuleEmail)
		}
	}
}

// The same of names that are unique: groups, agents, sources and roles.
func TestNamesThatFoldTogether(t *testing.T) {
	o := house(t)
	for _, pair := range sameAddress {
		for kind, two := range map[Kind][2]Record{
			KindGroup:  {Group{ID: "grp_1", Name: pair[0]}, Group{ID: "grp_2", Name: pair[1]}},
			KindAgent:  {Agent{ID: "agt_1", Name: pair[0]}, Agent{ID: "agt_2", Name: pair[1]}},
			KindSource: {Source{ID: "src_1", Name: pair[0]}, Source{ID: "src_2", Name: pair[1]}},
			KindRole:   {Role{ID: "rol_1", Name: pair[0], ForUsers: true}, Role{ID: "rol_2", Name: pair[1], ForUsers: true}},
		} {
			if _, _, err := o.With(set(Begin(two[0]), Begin(two[1])), noon); ruleOf(err) != RuleNameTaken {
				t.Errorf("%s %+q beside %+q: %v, want %q", kind, pair[1], pair[0], err, RuleNameTaken)
			}
		}
	}
}
