package logpage

import (
	"testing"

	"countersign/domain"
	"countersign/review"
	"countersign/review/filter"
)

// What roles permit, directories' groups and separations of duties are found by
// name as everything else is; so are the events of rules and of usage.
func TestTheFilterKnowsEveryKind(t *testing.T) {
	records := []domain.Record{
		domain.Object{ID: "opportunity", Name: "Opportunities"}, domain.Field{ID: "opportunity/amount", Object: "opportunity", Name: "Amount"},
		domain.ExternalGroup{ID: "entra/42", Source: "entra", External: "42", Name: "Contractors"},
		domain.SoDRule{ID: "sod_1", Name: "Pays and approves"},
	}
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
	for name, want := range map[string]domain.ID{"opportunities": "opportunity", "amount": "opportunity/amount", "contractors": "entra/42", "pays": "sod_1"} {
		if got := filter.Find(name, false, o, nil); len(got) == 0 || got[len(got)-1] != want {
			t.Errorf("%q is %v, want %s", name, got, want)
		}
	}
	for word, want := range map[string]domain.EventType{"usage": review.EvUsage, "assignment": review.EvAssigned} {
		if f := parsed(t, "type:"+word, o); len(f.Query.Types) != 1 || f.Query.Types[0] != want {
			t.Errorf("type:%s asks for %v", word, f.Query.Types)
		}
	}
}

func parsed(t *testing.T, text string, o *domain.Org) filter.EventFilter {
	t.Helper()
	expr, err := filter.Events().Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return filter.ForEvents(expr, o, nil)
}
