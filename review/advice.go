package review

import (
	"cmp"
	"slices"
	"strconv"

	"countersign/domain"
)

// Advice is what the reviewer of an item is recommended, with every reason:
// frozen at staging and shown as it was frozen. Answer Silent is no
// recommendation; there may still be reasons, which then only tell. Level is
// the rung of a Reduce, the item's own of a Keep, None of a Revoke.
type Advice struct {
	Answer  Answer         `json:"answer,omitzero"`
	Level   domain.Level   `json:"level,omitempty"`
	Reasons []AdviceReason `json:"reasons,omitempty"`
}

// AdviceReason is one reason, in a sentence, and the answer it points to:
// Silent where it tells something and points nowhere. Level is of a Reduce.
type AdviceReason struct {
	Kind   AdviceKind   `json:"kind"`
	Text   string       `json:"text"`
	Toward Answer       `json:"toward"`
	Level  domain.Level `json:"level,omitempty"`
}

// IsZero tells that nothing at all was to be said.
func (a Advice) IsZero() bool { return a.Answer == Silent && len(a.Reasons) == 0 }

// Why gives the sentences that carry the recommendation: those of its reasons
// that point where it points.
func (a Advice) Why() []string {
	var out []string
	for _, r := range a.Reasons {
		if a.Answer != Silent && r.Toward == a.Answer && (r.Toward != Reduce || r.Level == a.Level) {
			out = append(out, r.Text)
		}
	}
	return out
}

// Against tells whether an answer gives more than is recommended: keeping
// what should go or be less. Abstaining, and taking away more, is not against
// it.
func (a Advice) Against(answer Answer, level domain.Level) bool {
	switch a.Answer {
	case Revoke:
		return answer == Keep || answer == Reduce && level > domain.None
	case Reduce:
		return answer == Keep || answer == Reduce && level > a.Level
	}
	return false
}

// Recommend makes one recommendation of the reasons about an item held at a
// level. The strongest kind (see AdviceKind) that points anywhere decides; of
// several reasons of that kind the one that leaves least wins. No reason that
// points anywhere is no recommendation. Order and duplicates do not matter:
// the reasons come back sorted by strength, each once. A reduction that would
// not be between the bottom and the level points nowhere.
func Recommend(level domain.Level, reasons []AdviceReason) Advice {
	return recommend(level, slices.Clone(reasons))
}

// recommend is Recommend where the reasons are its own to keep.
func recommend(level domain.Level, rs []AdviceReason) Advice {
	for i := range rs {
		r := &rs[i]
		if r.Toward == Abstain || r.Toward == Reduce && (r.Level == domain.None || r.Level >= level) {
			r.Toward = Silent
		}
		if r.Toward != Reduce {
			r.Level = 0
		}
	}
	slices.SortFunc(rs, compareReasons)
	out := Advice{Reasons: slices.Compact(rs)}
	for _, r := range out.Reasons {
		if r.Toward == Silent {
			continue
		}
		out.Answer = r.Toward
		switch r.Toward {
		case Keep:
			out.Level = level
		case Reduce:
			out.Level = r.Level
		}
		break
	}
	return out
}

// strictness orders answers by what they leave, the least first.
var strictness = [...]int{Revoke: 0, Reduce: 1, Keep: 2, Abstain: 3, Silent: 4}

func compareReasons(a, b AdviceReason) int {
	if a.Kind != b.Kind {
		return cmp.Compare(a.Kind, b.Kind)
	}
	return cmp.Or(cmp.Compare(strictness[a.Toward], strictness[b.Toward]), cmp.Compare(a.Level, b.Level), cmp.Compare(a.Text, b.Text))
}

// AdviceWords says a recommendation in a few words: "revoke", "reduce to
// Read", "keep", "" for none.
func AdviceWords(a Advice, l domain.Ladder) string {
	switch a.Answer {
	case Silent:
		return ""
	case Reduce:
		return "reduce to " + l.Word(a.Level)
	}
	return a.Answer.String()
}

// Peers says how many of a holder's peers have the same or more: active users
// of the same department and title, the holder among them.
type Peers struct {
	Have       int          `json:"have"`
	Of         int          `json:"of"`
	Usual      domain.Level `json:"usual,omitempty"` // what most of the others who have it at all stand at or below
	Department string       `json:"department,omitempty"`
	Title      string       `json:"title,omitempty"`
}

// String says it in a sentence: "3 of 14 in Support with the title Agent have
// it"; "" where there are no peers.
func (p Peers) String() string {
	if p.Of == 0 {
		return ""
	}
	b := make([]byte, 0, 96)
	b = append(strconv.AppendInt(b, int64(p.Have), 10), " of "...)
	b = strconv.AppendInt(b, int64(p.Of), 10)
	if p.Department != "" {
		b = append(append(b, " in "...), p.Department...)
	}
	if p.Title != "" {
		b = append(append(b, " with the title "...), p.Title...)
	}
	if p.Have == 1 {
		return string(append(b, " has it"...))
	}
	return string(append(b, " have it"...))
}
