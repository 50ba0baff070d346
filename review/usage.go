package review

import (
	"context"
	"slices"
	"strings"

	"countersign/domain"
)

// EvUsage is a load of usage: who used what, when last and how often. It changes
// nobody's access.
const EvUsage domain.EventType = "usage.imported"

// UsageData is the Data of EvUsage.
type UsageData struct {
	Source domain.SourceFile `json:"source"`
	Rows   int               `json:"rows"` // of state, in this event
	Part   int               `json:"part"` // 1 … Parts: a large file is several events
	Parts  int               `json:"parts"`
}

// UsageDone is what became of a load of usage.
type UsageDone struct {
	Rows  int // of state that began or changed
	First domain.Seq
	Last  domain.Seq
}

// usageBatch is how many rows one event carries: no writer waits longer for it
// than a fifth of a second.
const usageBatch = 2000

// ImportUsage records usage: each change begins or replaces a domain.Usage. It is
// no change set, for nobody may do more or less by it, and needs no checker; it
// takes an account admin or the duty admin. A large load is several events, each
// whole; one that is broken off is completed by the same file again.
//
// Invalid (rule "usage"): a change that is none of usage, that names a principal
// or a target which is not there, or a figure out of its range. Forbidden
// ("duty-missing"). Conflict ("stale"): the usage has moved on since.
func (s *Service) ImportUsage(ctx context.Context, actor domain.Actor, cs domain.ChangeSet) (UsageDone, error) {
	var done UsageDone
	parts := slices.Collect(slices.Chunk(cs.Changes, usageBatch))
	if len(parts) == 0 {
		return done, domain.Errorf(domain.Invalid, "the usage %q changes nothing", cs.Title).Hinted("everything is already as it says")
	}
	for i, part := range parts {
		err := s.do(ctx, actor, act{"import", domain.ID(cs.Source.Source), "admin"}, func(w *work) error {
			if w.org.AccountRole(actor.Principal, w.now) != domain.AccountAdmin {
				if err := w.requireDuty(domain.DutyAdmin); err != nil {
					return err
				}
			}
			var r rows
			for _, c := range part {
				if err := checkUsage(w.org, c); err != nil {
					return err
				}
				r.put(c.Before, c.After)
			}
			e := w.event(EvUsage, domain.ID(cs.Source.Source))
			e.Reason = cs.Reason
			seq, err := w.append(e, UsageData{Source: cs.Source, Rows: len(part), Part: i + 1, Parts: len(parts)}, &r)
			if done.Rows == 0 {
				done.First = seq
			}
			done.Last = seq
			return err
		})
		if err != nil {
			return done, err
		}
		done.Rows += len(part)
	}
	return done, nil
}

func checkUsage(o *domain.Org, c domain.Change) error {
	bad := func(format string, args ...any) error {
		return domain.Errorf(domain.Invalid, format, args...).ByRule("usage").Hinted("import the file again")
	}
	u, ok := c.After.(domain.Usage)
	if !ok {
		return bad("a load of usage would change something else")
	}
	if before, had := c.Before.(domain.Usage); c.Before != nil && (!had || before.RecordID() != u.RecordID()) {
		return bad("the usage %s would become that of another", u.RecordID())
	}
	if _, there := o.Principal(u.Principal); !there {
		return bad("the usage names %q, who is not there", u.Principal)
	}
	there := false
	switch u.Target.Kind {
	case domain.TargetAgent:
		_, there = o.Agent(u.Target.ID)
	case domain.TargetSource:
		_, there = o.Source(u.Target.ID)
	case domain.TargetArea:
		_, there = o.Area(u.Target.ID)
	}
	switch {
	case !there:
		return bad("the usage names the %s %q, which is not there", u.Target.Kind, u.Target.ID)
	case u.Count < 0 || u.Accuracy < 0 || u.Accuracy > 1000 || u.Satisfaction < 0:
		return bad("the usage of %q has a figure out of its range", u.Target.ID)
	case strings.TrimSpace(u.Origin.Source) == "":
		return bad("the usage of %q does not say where it comes from", u.Target.ID)
	}
	_, err := domain.ParseDate(string(u.LastUsed))
	return err
}

// UsageOf gives the usage last imported.
func UsageOf(tx Tx) (domain.Usages, error) { return domain.UsagesOf(tx.Usage()) }
