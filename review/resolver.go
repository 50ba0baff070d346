package review

import (
	"iter"
	"slices"
	"strings"
	"time"

	"countersign/domain"
)

// The names of the links of a reviewer chain; anything else is a user's id.
const (
	ByManager       = "manager"
	BySecondManager = "second-manager" // the manager's manager
	ByTargetOwner   = "owner"
	ByGroupManagers = "group-managers"
)

// Links lists the names of the links of a reviewer chain.
func Links() []string {
	return []string{ByManager, BySecondManager, ByTargetOwner, ByGroupManagers}
}

// panel says who is asked about an item: the links of the chain in order, then
// the fallback, then the campaign's owner; and, whatever the chain gives, who
// is asked besides.
type panel struct {
	chain      []string
	all        bool // everyone eligible of the first link that has anyone, else the first of them
	additional []string
	fallback   domain.ID
}

// answering is one who answers for an item. For is the reviewer of record,
// where someone stands in for them.
type answering struct {
	Reviewer, For domain.ID
	Past          []domain.ID // who stood in on the way, and is stood in for
	Rule          string
}

// holding is what the resolver is asked about.
type holding struct {
	grant    domain.Grant
	since    domain.Seq // the event that began it
	subjects []domain.ID
}

// resolver finds who reviews an item. Whoever is not active, is the sole
// subject of the item, or has a conflict that the definition refuses, is
// passed over, and the rule says so. Who has a substitute is stood in for,
// unless the substitute is a subject too or the substitutes lead in a circle.
type resolver struct {
	o         *domain.Org
	at        time.Time
	owner     domain.ID
	managers  map[domain.ID][]domain.ID // of groups, by group
	standIns  StandIns
	conflicts *conflicts
	refuse    bool // conflicts are passed over, not only flagged
	known     []sameAnswers
}

// sameAnswers is who answers in a stage for whatever one holder holds.
type sameAnswers struct {
	holder  domain.Holder
	answers []answering // nil: that is not known
	passed  bool
}

// stage is resolve for the i-th of the stages, from 0. Who answers by the first
// link of the chain is mostly the same for all that somebody holds, and is looked
// up once where holdings come by holder; again says that it was known.
func (r *resolver) stage(h holding, i int, p panel) (answers []answering, passed, again bool) {
	for len(r.known) <= i {
		r.known = append(r.known, sameAnswers{})
	}
	k := &r.known[i]
	if k.answers != nil && k.holder == h.grant.Holder {
		return k.answers, k.passed, true
	}
	answers, passed, first := r.resolve(h, p)
	*k = sameAnswers{}
	if first && !r.refuse && ofHolder(p.chain[0]) && !slices.ContainsFunc(p.additional, func(link string) bool { return !ofHolder(link) }) {
		*k = sameAnswers{h.grant.Holder, answers, passed}
	}
	return answers, passed, false
}

// knows tells that who answers for all that the last holder holds is known, in each
// of the stages.
func (r *resolver) knows(stages int) bool {
	return len(r.known) >= stages && !slices.ContainsFunc(r.known[:stages], func(k sameAnswers) bool { return k.answers == nil })
}

// ofHolder tells that a link names the same people whatever it is that somebody
// holds.
func ofHolder(link string) bool { return link == ByManager || link == BySecondManager || isNamed(link) }

type candidate struct {
	rule string // "manager", "owner of Sales Agent" …
	id   domain.ID
}

// called says who a candidate is: "manager Ana", "owner of Sales Agent: Ana".
func (c candidate) called(p domain.Principal) string {
	if strings.Contains(c.rule, " of ") {
		return c.rule + ": " + p.Name
	}
	return c.rule + " " + p.Name
}

// asking is one walk over those asked about an item.
type asking struct {
	*resolver
	h       holding
	answers []answering
	skipped []string
	passed  bool // somebody's own access was passed on
}

// resolve gives who answers, the chain's first; where nobody is eligible, one
// answering without a reviewer whose rule says why. passed says that
// somebody's own access was passed on, first that those of the first link answer.
func (r *resolver) resolve(h holding, p panel) (answers []answering, passed, first bool) {
	a := &asking{resolver: r, h: h}
	asked := 0
	for l := range r.links(h.grant, p) {
		asked++
		if a.ask(l, p.all, ""); len(a.answers) > 0 {
			break
		}
	}
	first = asked == 1 && len(a.answers) > 0 && len(p.chain) > 0
	for _, link := range p.additional {
		a.ask(r.link(h.grant, link), p.all, "additional")
	}
	if len(a.answers) == 0 {
		return []answering{{Rule: strings.Join(append(a.skipped, "nobody is left"), "; ")}}, a.passed, false
	}
	if len(a.skipped) > 0 {
		one := &a.answers[0]
		one.Rule = strings.Join(append(a.skipped, one.Rule), "; ")
	}
	return a.answers, a.passed, first
}

// ask asks the candidates of one link: the first who is eligible answers, or
// all of them do.
func (a *asking) ask(cands []candidate, all bool, as string) {
	for _, c := range cands {
		if as != "" {
			c.rule = as + " " + c.rule
		}
		one, ok := a.eligible(c)
		if !ok {
			continue
		}
		if !slices.ContainsFunc(a.answers, func(x answering) bool { return x.Reviewer == one.Reviewer }) {
			a.answers = append(a.answers, one)
		}
		if !all {
			return
		}
	}
}

func (a *asking) skip(why string) (answering, bool) {
	a.skipped = append(a.skipped, why)
	return answering{}, false
}

// eligible gives the answer of a candidate, or of who stands in for them.
func (a *asking) eligible(c candidate) (answering, bool) {
	if c.id == "" {
		return a.skip(c.rule)
	}
	p, ok := a.o.Principal(c.id)
	if !ok || p.Kind != domain.User {
		return a.skip(c.rule + " is no user")
	}
	if SoleSubject(a.o, a.h.grant, a.h.subjects, c.id) {
		a.passed = true
		return a.skip(c.called(p) + " is the subject")
	}
	one := answering{Reviewer: c.id, Rule: c.rule}
	if _, away := a.standIns[c.id]; away {
		if one, ok = a.stoodInFor(c, p); !ok {
			return one, false
		}
	}
	if one.Reviewer == c.id && p.Status != domain.Active {
		return a.skip(c.called(p) + " is " + p.Status.String())
	}
	if a.refuse {
		if found := a.conflicts.of(a.h, one.Reviewer); len(found) > 0 {
			return a.skip(c.rule + " is passed over: " + found[0].text)
		}
	}
	return one, true
}

// stoodInFor follows the substitutes of a candidate. Nobody along the way may
// be the subject: who is would have chosen their own reviewer. Substitutes who
// cannot answer leave the item with the candidate.
func (a *asking) stoodInFor(c candidate, p domain.Principal) (answering, bool) {
	rule := c.called(p)
	hops, circle := a.standIns.follow(c.id)
	away := c.id
	var past, makers []domain.ID // makers chose a substitute for somebody else
	for _, h := range hops {
		if away != c.id {
			past = append(past, away)
		}
		if h.Maker != away && SoleSubject(a.o, a.h.grant, a.h.subjects, h.Maker) {
			a.passed = true
			return a.skip(rule + ", substituted by the subject's choice")
		}
		if slices.Contains(makers, h.Substitute) {
			return a.skip(rule + ", substituted by whoever it would come to")
		}
		if h.Maker != away {
			makers = append(makers, h.Maker)
		}
		away = h.Substitute
		name := a.o.Name(domain.KindPrincipal, h.Substitute)
		rule += ", substituted by " + name
		if h.Until != "" {
			rule += " until " + string(h.Until)
		}
		if SoleSubject(a.o, a.h.grant, a.h.subjects, h.Substitute) {
			a.passed = true
			return a.skip(rule + ", who is the subject")
		}
	}
	if circle {
		return a.skip(rule + ": the substitutes lead in a circle")
	}
	s, ok := a.o.Principal(away)
	if !ok || s.Kind != domain.User || s.Status != domain.Active {
		return answering{Reviewer: c.id, Rule: rule + ", who cannot answer"}, true
	}
	return answering{Reviewer: away, For: c.id, Past: past, Rule: rule}, true
}

// SoleSubject tells whether the item is the person's own access and no other
// person's: the holder's, or of a key or an AI agent the person owns. Keys and
// AI agents among the subjects count for nobody: they share no responsibility.
func SoleSubject(o *domain.Org, g domain.Grant, subjects []domain.ID, p domain.ID) bool {
	if !slices.Contains(subjects, p) {
		return false
	}
	return g.Holder.Kind == domain.HolderPrincipal || !slices.ContainsFunc(subjects, func(id domain.ID) bool { return id != p && isPerson(o, id) })
}

// shared tells whether more than one person is among the subjects.
func shared(o *domain.Org, subjects []domain.ID) bool {
	n := 0
	return slices.ContainsFunc(subjects, func(id domain.ID) bool {
		if isPerson(o, id) {
			n++
		}
		return n > 1
	})
}

// isPerson tells whether a principal is a user; whoever is not there any more
// counts as one.
func isPerson(o *domain.Org, id domain.ID) bool {
	p, known := o.Principal(id)
	return !known || p.Kind == domain.User
}

// links yields who is asked, link by link; an empty id says in rule why a link
// names nobody. People named one after another are one link. What nobody comes
// to is not looked up: mostly the first link answers.
func (r *resolver) links(g domain.Grant, p panel) iter.Seq[[]candidate] {
	return func(yield func([]candidate) bool) {
		for i := 0; i < len(p.chain); {
			found := r.link(g, p.chain[i])
			for i++; isNamed(p.chain[i-1]) && i < len(p.chain) && isNamed(p.chain[i]); i++ {
				found = append(found, r.link(g, p.chain[i])...)
			}
			if !yield(found) {
				return
			}
		}
		if p.fallback != "" && !yield([]candidate{{"fallback", p.fallback}}) {
			return
		}
		yield([]candidate{{"campaign-owner", r.owner}})
	}
}

func isNamed(link string) bool {
	switch link {
	case ByManager, BySecondManager, ByTargetOwner, ByGroupManagers:
		return false
	}
	return true
}

func (r *resolver) link(g domain.Grant, link string) []candidate {
	switch link {
	case ByManager:
		return []candidate{r.manager(g)}
	case BySecondManager:
		return []candidate{r.secondManager(g)}
	case ByTargetOwner:
		return []candidate{r.targetOwner(g)}
	case ByGroupManagers:
		return r.groupManagers(g)
	}
	return []candidate{{"named", domain.ID(link)}}
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

// secondManager gives the manager of the holder's manager.
func (r *resolver) secondManager(g domain.Grant) candidate {
	c := r.manager(g)
	if c.id == "" {
		return c
	}
	m, _ := r.o.Principal(c.id)
	if m.Manager == "" {
		return candidate{rule: "no manager of " + r.o.Name(domain.KindPrincipal, c.id)}
	}
	return candidate{"manager's manager", m.Manager}
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
