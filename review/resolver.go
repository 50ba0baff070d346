package review

import (
	"slices"
	"strings"
	"time"

	"countersign/domain"
)

// The names of the links of a reviewer chain; anything else is a user's id.
const (
	ByManager       = "manager"
	ByTargetOwner   = "owner"
	ByGroupManagers = "group-managers"
)

// resolver finds who reviews an item: the chain in order, then the stage's
// fallback, then the campaign's owner. Whoever is not active, or is the sole
// subject of the item, is passed over, and the rule says so.
type resolver struct {
	o        *domain.Org
	at       time.Time
	owner    domain.ID
	managers map[domain.ID][]domain.ID // of groups, by group
}

type candidate struct {
	rule string // "manager", "owner of Sales Agent" …
	id   domain.ID
}

// resolve gives the reviewer (empty when nobody is eligible) with the rule in
// words; passed says that somebody's own access was passed on.
func (r *resolver) resolve(g domain.Grant, subjects []domain.ID, s Stage) (a Assigned, passed bool) {
	var skipped []string
	for _, c := range r.candidates(g, s) {
		if c.id == "" {
			skipped = append(skipped, c.rule)
			continue
		}
		p, ok := r.o.Principal(c.id)
		name := c.rule + " " + r.o.Name(domain.KindPrincipal, c.id)
		switch {
		case !ok || p.Kind != domain.User:
			skipped = append(skipped, c.rule+" is no user")
		case p.Status != domain.Active:
			skipped = append(skipped, name+" is "+p.Status.String())
		case SoleSubject(g, subjects, c.id):
			skipped = append(skipped, name+" is the subject")
			passed = true
		default:
			return Assigned{Reviewer: c.id, Rule: strings.Join(append(skipped, c.rule), "; ")}, passed
		}
	}
	return Assigned{Rule: strings.Join(append(skipped, "nobody is left"), "; ")}, passed
}

// SoleSubject tells whether the item is the person's own access and nobody
// else's: the holder's, or of a key or an AI agent the person owns.
func SoleSubject(g domain.Grant, subjects []domain.ID, p domain.ID) bool {
	if !slices.Contains(subjects, p) {
		return false
	}
	return len(subjects) == 1 || g.Holder.Kind == domain.HolderPrincipal
}

// candidates lists who is asked, in order; an empty id says in rule why a link
// of the chain names nobody.
func (r *resolver) candidates(g domain.Grant, s Stage) []candidate {
	var out []candidate
	for _, link := range s.Reviewers {
		switch link {
		case ByManager:
			out = append(out, r.manager(g))
		case ByTargetOwner:
			out = append(out, r.targetOwner(g))
		case ByGroupManagers:
			out = append(out, r.groupManagers(g)...)
		default:
			out = append(out, candidate{"named", domain.ID(link)})
		}
	}
	if s.Fallback != "" {
		out = append(out, candidate{"fallback", s.Fallback})
	}
	return append(out, candidate{"campaign-owner", r.owner})
}

func (r *resolver) manager(g domain.Grant) candidate {
	p, ok := holderPrincipal(r.o, g)
	switch {
	case g.Holder.Kind == domain.HolderEveryone:
		return candidate{rule: "no manager: held by everyone"}
	case !ok:
		return candidate{rule: "no manager: held by a " + g.Holder.Kind.String()}
	case p.Kind != domain.User:
		if p.Owner == "" {
			return candidate{rule: "no manager: " + p.Name + " has no owner"}
		}
		owner, _ := r.o.Principal(p.Owner)
		if owner.Manager == "" {
			return candidate{rule: "no manager of " + r.o.Name(domain.KindPrincipal, p.Owner)}
		}
		return candidate{"manager", owner.Manager}
	case p.Manager == "":
		return candidate{rule: "no manager of " + p.Name}
	}
	return candidate{"manager", p.Manager}
}

func (r *resolver) targetOwner(g domain.Grant) candidate {
	if g.Target.Kind == domain.TargetSource && g.Agent == "" {
		if s, ok := r.o.Source(g.Target.ID); ok && s.Owner != "" {
			return candidate{"owner of " + s.Name, s.Owner}
		}
		return candidate{rule: "no owner of " + r.o.Name(domain.KindSource, g.Target.ID)}
	}
	id := agentOf(g)
	if id == "" {
		return candidate{rule: "no owner of " + TargetName(r.o, g.Target, "")}
	}
	if a, ok := r.o.Agent(id); ok && a.Owner != "" {
		return candidate{"owner of " + a.Name, a.Owner}
	}
	return candidate{rule: "no owner of " + r.o.Name(domain.KindAgent, id)}
}

func (r *resolver) groupManagers(g domain.Grant) []candidate {
	var id domain.ID
	switch {
	case g.Target.Kind == domain.TargetGroup:
		id = g.Target.ID
	case g.Holder.Kind == domain.HolderGroup:
		id = g.Holder.ID
	default:
		return []candidate{{rule: "no group"}}
	}
	ids, ok := r.managers[id]
	if !ok {
		for _, p := range r.o.GroupManagers(id, r.at) {
			ids = append(ids, p.ID)
		}
		r.managers[id] = ids
	}
	name := r.o.Name(domain.KindGroup, id)
	if len(ids) == 0 {
		return []candidate{{rule: "no manager of group " + name}}
	}
	out := make([]candidate, 0, len(ids))
	for _, m := range ids {
		out = append(out, candidate{"manager of group " + name, m})
	}
	return out
}
