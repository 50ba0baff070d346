package review

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"iter"
	"testing"

	"countersign/domain"
)

func each(items ...StagedItem) iter.Seq2[StagedItem, error] {
	return func(yield func(StagedItem, error) bool) {
		for _, it := range items {
			if !yield(it, nil) {
				return
			}
		}
	}
}

func TestPopulationDigest(t *testing.T) {
	it := StagedItem{No: 1, Holding: domain.Grant{ID: "gnt_1", Holder: domain.Holder{ID: "usr_1"},
		Target: domain.Target{Kind: domain.TargetAgent, ID: "agt_1"}, Level: domain.ViewUse}, Since: 4, Holder: "Ana <a>", Target: "Voice"}
	const line = `{"no":1,"holding":{"id":"gnt_1","holder":{"kind":"principal","id":"usr_1"},"target":{"kind":"agent","id":"agt_1"},` +
		`"level":"View & Use"},"since":4,"holder":"Ana <a>","target":"Voice","class":"Public","assigned":[]}` + "\n"
	want := sha256.Sum256([]byte(line))
	got, n, err := PopulationDigest(each(it))
	if err != nil || n != 1 || got != hex.EncodeToString(want[:]) {
		t.Errorf("%s over %d items, %v; want %x", got, n, err, want)
	}
	empty := it
	empty.Assigned = []Assigned{}
	if again, _, err := PopulationDigest(each(empty)); err != nil || again != got {
		t.Errorf("an empty list of assignments gives %s, %v", again, err)
	}
	two, n, err := PopulationDigest(each(it, it))
	if twice := sha256.Sum256([]byte(line + line)); err != nil || n != 2 || two != hex.EncodeToString(twice[:]) {
		t.Errorf("two items give %s over %d, %v", two, n, err)
	}
	broken := errors.New("broken")
	if _, _, err := PopulationDigest(func(yield func(StagedItem, error) bool) { yield(it, broken) }); !errors.Is(err, broken) {
		t.Errorf("an error of the items becomes %v", err)
	}
}
