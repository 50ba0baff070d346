package review

import (
	"cmp"
	"hash/fnv"
	"iter"
	"slices"
	"time"

	"countersign/domain"
)

// HoldingKey is by what decisions of different campaigns are compared: one
// holder's access to one target in one scope, by whichever grant.
type HoldingKey struct {
	Holder domain.Holder
	Target domain.Target
	Agent  domain.ID
}

// KeyOf gives a grant's key.
func KeyOf(g domain.Grant) HoldingKey { return HoldingKey{g.Holder, g.Target, g.Agent} }

// Precedent is what was ruled on an item of an earlier campaign, after its
// countersignature, with what was staged then.
type Precedent struct {
	Campaign domain.ID
	Name     string // the campaign's
	Item     int
	Answer   Answer
	Level    domain.Level
	Reviewer domain.ID // of record; "" where nobody answered and a rule did
	Seq      domain.Seq
	At       time.Time // of the ruling, UTC
	Result   Result    // what became of it
	Frozen   domain.Seq

	// As it was staged.
	Key     HoldingKey
	Grant   domain.ID
	Staged  domain.Level
	Ways    uint64 // WaysHash of how it was held
	Manager domain.ID
	Dept    string
	Title   string
}

// decides tells whether the ruling is a decision on a level: an abstention and
// silence are none.
func (p Precedent) decides() bool {
	return p.Answer == Keep || p.Answer == Reduce || p.Answer == Revoke
}

// ended tells whether the grant that was revoked has ended since, where a
// holding of the same key is there now with this id.
func (p Precedent) ended(now domain.ID) bool {
	return now != p.Grant || p.Result == Verified || p.Result == Retained || p.Result == Residual
}

// Precedents are those of each key, the latest first.
type Precedents map[HoldingKey][]Precedent

// PrecedentsOf gathers rulings of earlier campaigns, in whatever order; an
// error ends it.
func PrecedentsOf(all iter.Seq2[Precedent, error]) (Precedents, error) {
	out := Precedents{}
	for p, err := range all {
		if err != nil {
			return nil, err
		}
		if p.decides() {
			out[p.Key] = append(out[p.Key], p)
		}
	}
	for _, list := range out {
		slices.SortFunc(list, func(a, b Precedent) int { return cmp.Or(cmp.Compare(b.Seq, a.Seq), cmp.Compare(b.Item, a.Item)) })
	}
	return out, nil
}

// of gives what was ruled on a holding, the latest first. Where one campaign
// had several grants of the same key, the one with this id speaks for it.
func (ps Precedents) of(g domain.Grant) []Precedent {
	list := ps[KeyOf(g)]
	if len(list) < 2 {
		return list
	}
	own := map[domain.ID]bool{} // campaigns in which this very grant was decided
	for _, p := range list {
		if p.Grant == g.ID {
			own[p.Campaign] = true
		}
	}
	out := make([]Precedent, 0, len(list))
	for _, p := range list {
		if p.Grant != g.ID && own[p.Campaign] || len(out) > 0 && out[len(out)-1].Campaign == p.Campaign {
			continue
		}
		out = append(out, p)
	}
	return out
}

// WaysHash makes a number of the lines that say how something is held, to
// compare by.
func WaysHash(how []string) uint64 {
	h := fnv.New64a()
	for _, s := range how {
		_, _ = h.Write([]byte(s)) // never fails (hash.Hash)
		_, _ = h.Write([]byte{0})
	}
	return h.Sum64()
}

// LastDecision is the last decision on the same holder, target and scope, as
// an item shows it.
type LastDecision struct {
	Campaign  domain.ID    `json:"campaign,omitempty"`
	Name      string       `json:"name,omitempty"`
	Item      int          `json:"item,omitempty"`
	Answer    Answer       `json:"answer,omitzero"`
	Level     domain.Level `json:"level,omitempty"`
	Reviewer  domain.ID    `json:"reviewer,omitempty"`
	At        time.Time    `json:"at,omitzero"`
	Certified int          `json:"certified,omitempty"` // how often in a row it was kept, up to this decision
}

// lastOf sums up what was ruled, the latest first.
func lastOf(past []Precedent) LastDecision {
	if len(past) == 0 {
		return LastDecision{}
	}
	p := past[0]
	return LastDecision{Campaign: p.Campaign, Name: p.Name, Item: p.Item, Answer: p.Answer, Level: p.Level,
		Reviewer: p.Reviewer, At: p.At, Certified: certified(past)}
}

// certified counts how often in a row somebody kept it, the last decision
// first.
func certified(past []Precedent) int {
	n := 0
	for _, p := range past {
		if p.Answer != Keep || p.Reviewer == "" {
			break
		}
		n++
	}
	return n
}
