package domain

import "testing"

// Nobody tells names apart by what is not drawn: a name that differs from another of
// its kind only by such characters is refused by hand, and taken from a file, where
// losing a row would be worse and a finding says so (PRODUCT 8: names from files may
// hold anything).
func TestNamesThatDifferByWhatIsNotShown(t *testing.T) {
	const zeroWidth, joiner, filler, mongolian, tag, override, grapheme, soft = "\u200b", "\u200d", "\u3164", "\u180b", "\U000e0061", "\u202e", "\u034f", "\u00ad"
	for _, hidden := range []string{zeroWidth, joiner, filler, mongolian, tag, override, grapheme, soft, "\ufeff", "\ufe0f", "\u2066", "\u115f", "\u17b4", "\u0007"} {
		w := newAcme(t).users("ana").groups("Team").agents("Bot")
		w.add(Role{ID: "Staff", Name: "Staff", ForUsers: true, Default: true}, Source{ID: "Docs", Name: "Docs"}, Group{ID: "odd", Name: "O" + hidden + "dd"},
			Group{ID: "other", Name: "Other"})
		o := w.org()
		rename := get[Group](t, o, "other")
		renamed := rename
		renamed.Name = "Team" + hidden
		first := Begin(Group{ID: "first", Name: "Zed"}) // a new name before it, which hides nothing
		for what, c := range map[string]struct {
			change Change
			rule   string
		}{
			"a group":                          {Begin(Group{ID: "new", Name: "Te" + hidden + "am"}), RuleNameTaken},
			"a group, in capitals":             {Begin(Group{ID: "new", Name: hidden + "TEAM"}), RuleNameTaken},
			"an agent":                         {Begin(Agent{ID: "new", Name: "B" + hidden + "ot"}), RuleNameTaken},
			"a data source":                    {Begin(Source{ID: "new", Name: "Docs" + hidden}), RuleNameTaken},
			"a role":                           {Begin(Role{ID: "new", Name: hidden + "Staff", ForUsers: true}), RuleNameTaken},
			"the plain name of a hidden one":   {Begin(Group{ID: "new", Name: "Odd"}), RuleNameTaken},
			"a rename":                         {Replace(rename, renamed), RuleNameTaken},
			"nothing that shows":               {Begin(Group{ID: "new", Name: hidden}), RuleNameMissing},
			"a name that reads otherwise":      {Begin(Group{ID: "new", Name: "Te" + hidden + "ams"}), ""},
			"another kind of thing":            {Begin(Group{ID: "new", Name: "B" + hidden + "ot"}), ""},
			"what is changed, its name is not": {func() Change { g := get[Group](t, o, "odd"); h := g; h.Description = "x"; return Replace(g, h) }(), ""},
		} {
			for _, from := range []SourceFile{{}, {Source: "hr", Name: "groups.csv", SHA256: "aa", Rows: 1}} {
				for _, changes := range [][]Change{{c.change}, {first, c.change}} {
					_, _, err := o.With(ChangeSet{Title: "t", Reason: "r", Maker: "ana", Source: from, Changes: changes}, midMarch)
					want := c.rule
					if from.Source != "" {
						want = ""
					}
					if got := ruleOf(err); got != want {
						t.Errorf("%+q, %s, from %q, of %d changes: refused by %q, want %q: %v", hidden, what, from.Source, len(changes), got, want, err)
					}
				}
			}
		}
	}
}

// Such an address is none, by hand or from a file.
func TestAddressesHaveNothingHidden(t *testing.T) {
	for _, hidden := range []string{"\u200b", "\u3164", "\u115f", "\ufe0f", "\u034f", "\u202e"} {
		if at := "ana" + hidden + "@acme.example"; looksLikeEmail(at) {
			t.Errorf("%+q is taken for an address", at)
		}
	}
	if !looksLikeEmail("ána.müller@acme.example") {
		t.Error("letters of other alphabets are refused")
	}
}

// What came from a file so is found.
func TestNamesThatReadAlikeAreFound(t *testing.T) {
	w := newAcme(t).users("ana").groups("Team")
	w.add(Group{ID: "twin", Name: "Te\u200bam"})
	for _, f := range w.org().Findings(Facts{At: midMarch}) {
		if f.Kind == FindingLookAlike && len(f.Subject) == 2 {
			return
		}
	}
	t.Error("two groups that read the same are no finding")
}
