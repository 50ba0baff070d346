package review

import (
	"time"

	"countersign/domain"
)

// Loss is what remediation of many items would take away, worked out on all of
// them or, of very many, on a sample.
type Loss struct {
	Items   int             // that would be lowered or revoked
	Gone    int             // of those looked at, gone or lowered since they were staged
	Looked  int             // of these, on how many it was worked out
	People  int             // who lose something
	Effects []domain.Effect // all that is lost, of those looked at, by person
	Refused string          // the rule of the model that would refuse it, in words; "" where none does
}

// lower is one item that would be lowered.
type lower struct {
	no      int
	holding domain.ID
	to      domain.Level
}

// mostLowered is on how many items the loss is worked out; of more it is a
// sample, every so-manieth item.
const mostLowered = 5000

// lossOf works out who loses what where the items are lowered as remediation
// would do it, each by its own grant alone. What lives in another system counts
// as if it were done there.
func lossOf(o *domain.Org, items []lower, at time.Time) Loss {
	out := Loss{Items: len(items)}
	step := max(1, (len(items)+mostLowered-1)/mostLowered)
	var changes []domain.Change
	for i := 0; i < len(items); i += step {
		it := items[i]
		more, err := o.Lower(it.holding, it.to)
		if err != nil {
			out.Gone++
			continue
		}
		out.Looked++
		changes = mergeOnce(changes, more)
	}
	if len(changes) == 0 {
		return out
	}
	_, effects, err := o.With(domain.ChangeSet{Title: "what if", Changes: changes}, at)
	if err != nil {
		out.Refused = err.Error()
		after, err := o.Advance(o.Key(), changes)
		if err != nil {
			return out
		}
		effects = domain.Effects(o, after, changes, at)
	}
	people := map[domain.ID]bool{}
	for _, e := range effects {
		if e.After < e.Before {
			out.Effects = append(out.Effects, e)
			people[e.Principal] = true
		}
	}
	out.People = len(people)
	return out
}

// mergeOnce is merge where most changes are of records of their own: only
// those of agents and of roles can meet another's.
func mergeOnce(set, changes []domain.Change) []domain.Change {
	for _, c := range changes {
		g, isGrant := c.Record().(domain.Grant)
		if isGrant && g.Holder.Kind != domain.HolderRole {
			set = append(set, c)
			continue
		}
		set = merge(set, []domain.Change{c})
	}
	return set
}
