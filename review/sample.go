package review

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"countersign/domain"
)

// SampleHow says how a sample is drawn, for whoever draws it again.
const SampleHow = `every item's key is SHA-256, in hexadecimal, over SEED/DIGEST/NUMBER (the seed as given, the population's
digest, the item's number without leading zeros); the items with the smallest keys are the sample`

// SampleHowByRuling says what drawing by ruling adds.
const SampleHowByRuling = `by ruling: one item of each ruling that there is, in the order revoke, reduce, keep, abstain, undecided,
as far as the size goes; the rest in proportion to the items that each has left, whole parts first, then
one more by the largest remainder, in that order where equal; within a ruling the smallest keys`

// SampleKey is an item's key in a sample: it depends on the seed, the
// population and the item's number alone. A larger sample by the same seed
// holds the smaller one.
func SampleKey(seed, digest string, item int) string {
	sum := sha256.Sum256([]byte(seed + "/" + digest + "/" + strconv.Itoa(item)))
	return hex.EncodeToString(sum[:])
}

// Drawn is one item of a sample.
type Drawn struct {
	Item   int    `json:"item"`
	Key    string `json:"key"`
	Ruling Answer `json:"ruling"`
}

// strataOrder is the order in which rulings get their first item.
var strataOrder = []Answer{Revoke, Reduce, Keep, Abstain, Silent}

// DrawSample draws size items of a population (its digest, and the ruling of
// every item, by number from 1) by a seed; byRuling shares them out over the
// rulings. The items come by key, by ruling the strata one after the other.
// Of fewer items than the size all are drawn. Invalid: no seed, a seed of
// more than a line, or a size under one.
func DrawSample(seed, digest string, rulings []Answer, size int, byRuling bool) ([]Drawn, error) {
	switch {
	case strings.TrimSpace(seed) == "" || strings.ContainsAny(seed, "\n\r"):
		return nil, domain.Errorf(domain.Invalid, "%q is no seed", seed).
			Hinted("give a word or a number that the auditor chose, on one line")
	case size < 1:
		return nil, domain.Errorf(domain.Invalid, "a sample of %d items is none", size).Hinted("ask for one item or more")
	}
	strata := map[Answer][]Drawn{}
	for i, a := range rulings {
		of := Keep
		if byRuling {
			of = a
		}
		strata[of] = append(strata[of], Drawn{i + 1, SampleKey(seed, digest, i+1), a})
	}
	for _, s := range strata {
		slices.SortFunc(s, func(a, b Drawn) int { return cmp.Or(strings.Compare(a.Key, b.Key), a.Item-b.Item) })
	}
	var out []Drawn
	share := shares(strata, len(rulings), min(size, len(rulings)))
	for _, a := range strataOrder {
		out = append(out, strata[a][:share[a]]...)
	}
	return out, nil
}

// shares divides size over the strata as SampleHowByRuling says.
func shares(strata map[Answer][]Drawn, total, size int) map[Answer]int {
	out := map[Answer]int{}
	var there []Answer
	for _, a := range strataOrder {
		if len(strata[a]) > 0 {
			there = append(there, a)
		}
	}
	if size <= len(there) {
		for _, a := range there[:size] {
			out[a] = 1
		}
		return out
	}
	rest, among := size-len(there), total-len(there) // one of each is taken
	left := rest
	for _, a := range there {
		out[a] = 1
		if among > 0 {
			out[a] += rest * (len(strata[a]) - 1) / among
			left -= out[a] - 1
		}
	}
	byRemainder := slices.Clone(there)
	slices.SortStableFunc(byRemainder, func(a, b Answer) int {
		return rest*(len(strata[b])-1)%max(among, 1) - rest*(len(strata[a])-1)%max(among, 1)
	})
	for _, a := range byRemainder {
		if left > 0 && out[a] < len(strata[a]) {
			out[a]++
			left--
		}
	}
	return out
}

// SampleTitle names a sample in a line.
func SampleTitle(seed string, drawn, of int) string {
	return fmt.Sprintf("%d of %s by the seed %q", drawn, Count(of, "item", "items"), seed)
}
