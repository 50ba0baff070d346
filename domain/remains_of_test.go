package domain

import (
	"reflect"
	"testing"
	"time"
)

// RemainsOf of a holding that stands is Remains; and what remains of one that
// was lowered is what Remains had foretold.
func TestRemainsOfWhatIsGone(t *testing.T) {
	at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	horizon := at.AddDate(0, 3, 0)
	holder := Holder{HolderPrincipal, "usr_d"}
	direct := Grant{ID: "gnt_1", Holder: holder, Target: Target{TargetAgent, "agt_s"}, Level: ViewUse}
	recs := []Record{
		Principal{ID: "usr_d", Name: "Dana", Email: "d@acme.example", Status: Active},
		Group{ID: "grp_c", Name: "Crew"},
		Agent{ID: "agt_s", Name: "Sales", AccessType: GroupRestricted}, direct,
		Grant{ID: "gnt_2", Holder: Holder{HolderGroup, "grp_c"}, Target: Target{TargetAgent, "agt_s"}, Level: ViewUse},
		Grant{ID: "gnt_3", Holder: holder, Target: Target{TargetGroup, "grp_c"}, Level: Member, Window: Window{From: "2026-04-01"}},
	}
	o, err := NewOrg(1, func(yield func(Row, error) bool) {
		for _, r := range recs {
			if !yield(Row{Record: r, Since: 1}, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	want := o.Remains(direct.ID, None, at, horizon)
	if len(want) != 1 || want[0].Level != ViewUse || !want[0].At.After(at) {
		t.Fatalf("remains %+v: want View & Use through the crew from April", want)
	}
	if got := o.RemainsOf(direct, None, at, horizon); !reflect.DeepEqual(got, want) {
		t.Errorf("while it stands: %+v, want %+v", got, want)
	}
	changes, err := o.Lower(direct.ID, None)
	if err != nil {
		t.Fatal(err)
	}
	after, err := o.Advance(2, changes)
	if err != nil {
		t.Fatal(err)
	}
	if got := after.RemainsOf(direct, None, at, horizon); !reflect.DeepEqual(got, want) {
		t.Errorf("when it is gone: %+v, want %+v", got, want)
	}
	if got := after.RemainsOf(direct, None, at, at.AddDate(0, 0, 7)); len(got) != 0 {
		t.Errorf("before the window opens: %+v, want nothing", got)
	}
}
