package domain

import (
	"fmt"
	"testing"
)

// city is an organisation of the size the figures of PRODUCT 8 speak of, and
// an import of direct grants into it.
func city(b *testing.B, people, agents, groups, grants int) (*Org, ChangeSet) {
	var recs []Record
	for _, a := range mustCatalogue(b, CatalogueStudio) {
		recs = append(recs, a)
	}
	for i := range groups {
		recs = append(recs, Group{ID: ID(fmt.Sprintf("grp_%d", i)), Name: fmt.Sprint("group ", i)})
	}
	for i := range agents {
		recs = append(recs, Agent{ID: ID(fmt.Sprintf("agt_%d", i)), Name: fmt.Sprint("agent ", i), AccessType: GroupRestricted,
			Classification: Classification(i % 4)})
		recs = append(recs, gives(fmt.Sprintf("grp_%d", i%groups), fmt.Sprintf("agt_%d", i), ViewUse))
	}
	for i := range people {
		recs = append(recs, user(fmt.Sprint(i)), gives(fmt.Sprint("usr_", i), fmt.Sprintf("grp_%d", i%groups), Member),
			gives(fmt.Sprint("usr_", i), "area:analytics", Read))
	}
	var changes []Change
	for i := range grants {
		changes = append(changes, Begin(gives(fmt.Sprint("usr_", i%people), fmt.Sprintf("agt_%d", i/people*7), ViewUse)))
	}
	o := orgOf(b, recs...)
	return o, imported(set(changes...))
}

func BenchmarkWithImportOfGrants(b *testing.B) {
	o, cs := city(b, 10000, 500, 400, 105205)
	b.ResetTimer()
	for range b.N {
		if _, effects, err := o.With(cs, noon); err != nil || len(effects) == 0 {
			b.Fatal(err)
		}
	}
}

func BenchmarkWithImportOfPeople(b *testing.B) {
	o, _ := city(b, 10000, 500, 400, 0)
	var changes []Change
	for i := range 2000 {
		name := fmt.Sprint("new", i)
		changes = append(changes, Begin(user(name)), Begin(gives("usr_"+name, fmt.Sprintf("grp_%d", i%400), Member)))
	}
	cs := imported(set(changes...))
	b.ResetTimer()
	for range b.N {
		if _, effects, err := o.With(cs, noon); err != nil || len(effects) == 0 {
			b.Fatal(err)
		}
	}
}

func BenchmarkWithOneGrant(b *testing.B) {
	o, cs := city(b, 10000, 500, 400, 1)
	cs.Source = SourceFile{}
	b.ResetTimer()
	for range b.N {
		if _, _, err := o.With(cs, noon); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWithAgentOpened(b *testing.B) {
	o, _ := city(b, 10000, 500, 400, 0)
	row, _ := o.Get(KindAgent, "agt_3")
	open := row.Record.(Agent)
	open.AccessType = Organization
	cs := set(Replace(row.Record, open))
	b.ResetTimer()
	for range b.N {
		if _, effects, err := o.With(cs, noon); err != nil || len(effects) == 0 {
			b.Fatal(err)
		}
	}
}

func BenchmarkJudgeImportOfGrants(b *testing.B) {
	o, cs := city(b, 10000, 500, 400, 105205)
	o, err := o.Advance(o.Key(), []Change{Begin(user("ana")), Begin(gives("usr_ana", "duty:admin", Held))})
	if err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for range b.N {
		if v := ShippedPolicy().Judge(o, cs, Actor{Principal: "usr_ana"}, noon); v.Refused != nil || v.Need != ExecutiveApproval {
			b.Fatal(v.Refused, v.Need)
		}
	}
}
