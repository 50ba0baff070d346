package domain

import "slices"

// findingPart is one part of the search for findings and the kinds that it
// alone can tell of.
type findingPart struct {
	kinds []FindingKind
	look  func(*inspection)
}

// findingParts are the parts that tell of a holding: what is the matter with a
// grant, with who holds it, or with how wide it opens something.
var findingParts = []findingPart{
	{[]FindingKind{FindingHolderInactive}, (*inspection).inactiveHolders},
	{[]FindingKind{FindingClassification}, (*inspection).agents},
	{[]FindingKind{FindingIdleGroup}, (*inspection).groups},
	{[]FindingKind{FindingDirect, FindingCapped}, (*inspection).grants},
	{[]FindingKind{FindingChildAbove}, (*inspection).areaValues},
	{[]FindingKind{FindingExternalEdit}, (*inspection).externals},
	{[]FindingKind{FindingSoD}, (*inspection).separations},
}

// HoldingFindingKinds lists the kinds that tell of a holding, which
// HoldingFindings looks for.
func HoldingFindingKinds() []FindingKind {
	var out []FindingKind
	for _, p := range findingParts {
		out = append(out, p.kinds...)
	}
	slices.Sort(out)
	return out
}

// HoldingFindings gives of the findings those that tell of a holding, in the
// same order and words; the rest of the search, and whether things are used,
// is left out. A campaign looks at it once for all of its items.
func (o *Org) HoldingFindings(f Facts) []Finding {
	f.Usage = Usages{}
	in := o.inspect(f)
	in.countMembers()
	kinds := HoldingFindingKinds()
	for _, p := range findingParts {
		p.look(in)
	}
	in.out = slices.DeleteFunc(in.out, func(f Finding) bool { return !slices.Contains(kinds, f.Kind) })
	slices.SortFunc(in.out, compareFindings)
	return in.out
}

// inactiveHolders: nobody who is not active still holds grants.
func (in *inspection) inactiveHolders() {
	for p := range in.o.ppl.ordered {
		if s := in.o.ppl.rows.at(p).rec.Status; s == Inactive || s == Lapsed {
			in.heldByInactive(p)
		}
	}
}
