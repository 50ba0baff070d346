package domain

import (
	"cmp"
	"iter"
	"slices"
)

// Used names what one Usage is of.
type Used struct {
	Principal ID
	Target    Target
}

// Usages is the usage last imported. The zero Usages is none: then nothing is
// known of what is used, and nothing is dormant for it.
type Usages struct {
	by    map[Used]Usage
	on    map[Target][]Usage // the latest use first
	kinds map[TargetKind]bool
}

// UsagesOf gathers rows of usage; an error ends it. Of two rows of one
// principal and target the later use counts.
func UsagesOf(rows iter.Seq2[Usage, error]) (Usages, error) {
	u := Usages{by: map[Used]Usage{}, on: map[Target][]Usage{}, kinds: map[TargetKind]bool{}}
	for r, err := range rows {
		if err != nil {
			return Usages{}, err
		}
		k := Used{r.Principal, r.Target}
		if old, twice := u.by[k]; !twice || r.LastUsed > old.LastUsed {
			u.by[k] = r
		}
	}
	for _, r := range u.by {
		u.on[r.Target] = append(u.on[r.Target], r)
		u.kinds[r.Target.Kind] = true
	}
	for _, list := range u.on {
		slices.SortFunc(list, func(a, b Usage) int {
			return cmp.Or(cmp.Compare(b.LastUsed, a.LastUsed), compareID(a.Principal, b.Principal))
		})
	}
	return u, nil
}

// Of gives how a principal used a target.
func (u Usages) Of(p ID, t Target) (Usage, bool) {
	r, ok := u.by[Used{p, t}]
	return r, ok
}

// On gives the usage of a target by whomever, the latest first. The caller
// must not change it.
func (u Usages) On(t Target) []Usage { return u.on[t] }

// Known tells whether any usage of this kind of target was imported: only
// then does its absence tell something.
func (u Usages) Known(k TargetKind) bool { return u.kinds[k] }

// Len is the number of rows.
func (u Usages) Len() int { return len(u.by) }
