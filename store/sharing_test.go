//go:build cgo

package store

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/review"
)

// hostileNames are names as files have them.
var hostileNames = []string{"Ana", "", "É. Ünal", `"; DROP`, `back\slash`, "tab\tbell\a", "a\x00b", "\xff\xfe", "\u2028 line", "日本語", "İstanbul",
	"del\x7f", strings.Repeat("long ", 3000)}

// hostileItems has each of the names as a holder's and a target's, held in one way
// and in several, with and without the texts that are written once.
func hostileItems() []review.StagedItem {
	var out []review.StagedItem
	for i, holder := range hostileNames {
		for j, target := range hostileNames {
			it := review.StagedItem{No: len(out) + 1, Holder: holder, Target: target, Since: 1, Reach: i, HighRisk: j%2 == 0,
				Holding: domain.Grant{ID: domain.ID(fmt.Sprintf("gnt_%d_%d", i, j)), Holder: domain.Holder{Kind: domain.HolderPrincipal, ID: domain.ID("usr_" + holder)},
					Target: domain.Target{Kind: domain.TargetAgent, ID: "agt_1"}, Level: domain.Edit},
				Assigned: []review.Assigned{}, About: target, Peers: holder, Subjects: []domain.ID{domain.ID("usr_" + holder)},
				How: []string{holder + " → " + target + ": Edit"}}
			switch (i + j) % 5 {
			case 1:
				it.How, it.Subjects = append(it.How, "another way"), append(it.Subjects, "usr_other")
			case 2:
				it.How, it.Subjects = []string{holder + " → " + target + ": View & Use"}, nil
			case 3:
				it.How, it.Subjects = nil, []domain.ID{domain.ID("usr_" + target)}
				it.Advice = review.Advice{Answer: review.Revoke, Reasons: []review.AdviceReason{{Kind: review.AdvicePeers, Text: target, Toward: review.Revoke}}}
				it.Delta = review.Delta{Kind: review.DeltaNew, Text: target}
			case 4:
				it.Flags, it.Conflicts, it.Allows = []string{target}, []string{holder, target}, "123456789"
			}
			out = append(out, it)
		}
	}
	return out
}

// asUTF8 is an item as JSON has it: bytes that are no UTF-8 are U+FFFD in lists.
func asUTF8(it review.StagedItem) review.StagedItem {
	valid := func(s string) string { return string([]rune(s)) }
	for _, list := range []*[]string{&it.How, &it.Flags, &it.Conflicts} {
		*list = slices.Clone(*list)
		for i := range *list {
			(*list)[i] = valid((*list)[i])
		}
	}
	it.Subjects = slices.Clone(it.Subjects)
	for i := range it.Subjects {
		it.Subjects[i] = domain.ID(valid(string(it.Subjects[i])))
	}
	it.Advice.Reasons = slices.Clone(it.Advice.Reasons)
	for i := range it.Advice.Reasons {
		it.Advice.Reasons[i].Text = valid(it.Advice.Reasons[i].Text)
	}
	it.Delta.Text = valid(it.Delta.Text)
	return it
}

// What is written once, and what is not written because it follows, is read as it
// was staged; and so is what searches look in.
func TestFrozenItemsSayWhatTheySaid(t *testing.T) {
	s, want := opened(t), hostileItems()
	err := s.StageItems(t.Context(), "pop_1", func(yield func(review.StagedItem, error) bool) {
		for _, it := range want {
			if !yield(it, nil) {
				return
			}
		}
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	i := 0
	err = s.View(t.Context(), func(tx review.Tx) error {
		for got, err := range tx.Staged("pop_1") {
			if err != nil {
				return err
			}
			if w := asUTF8(want[i]); !reflect.DeepEqual(got, w) {
				t.Errorf("item %d is\n%+v, not\n%+v", i+1, got, w)
			}
			i++
		}
		return nil
	})
	if err != nil || i != len(want) {
		t.Errorf("%d items of %d, %v", i, len(want), err)
	}
	var got review.StagedItem
	var dest []any
	for _, f := range itemFields(&got) {
		dest = append(dest, f)
	}
	for i := range want { // as everything else reads them
		got = review.StagedItem{Assigned: []review.Assigned{}}
		if err := s.read.QueryRow("SELECT "+strings.Join(itemColumns, ", ")+" FROM item WHERE population = 'pop_1' AND no = ?", i+1).Scan(dest...); err != nil {
			t.Fatal(err)
		}
		if w := asUTF8(want[i]); !reflect.DeepEqual(got, w) {
			t.Errorf("the view's item %d is\n%+v, not\n%+v", i+1, got, w)
		}
	}
	for i, it := range want {
		var search []byte
		if err := s.read.QueryRow("SELECT CAST(search AS BLOB) FROM item WHERE no = ?", i+1).Scan(&search); err != nil {
			t.Fatal(err)
		}
		if w := strings.ToLower(it.Holder) + "\n" + strings.ToLower(it.Target); string(search) != w {
			t.Errorf("item %d is searched in %.60q, not %.60q", i+1, search, w)
		}
	}
	for q, least := range map[string]int{
		"SELECT count(*) FROM frozen_item WHERE how IS NULL":               20,
		"SELECT count(*) FROM frozen_item WHERE how IS NOT NULL":           20,
		"SELECT count(*) FROM frozen_item WHERE subjects IS NULL":          20,
		"SELECT count(*) FROM frozen_item WHERE typeof(peers) = 'integer'": 100,
		"SELECT count(*) FROM frozen_item WHERE typeof(peers) = 'text'":    20,
		"SELECT count(*) FROM frozen_item WHERE search IS NULL":            9,
		"SELECT count(*) - count(DISTINCT text) + 1 FROM frozen_text":      1,
	} {
		var n int
		if err := s.read.QueryRow(q).Scan(&n); err != nil || n < least {
			t.Errorf("%s: %d, %v", q, n, err)
		}
	}
}
