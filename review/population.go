package review

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"time"

	"countersign/domain"
)

// Reasons by which a holding is no item of a campaign.
const (
	ExcludedRestricts = "only restricts"
	ExcludedOver      = "window is over"
	ExcludedKind      = "other kind"
	ExcludedRole      = "defines a role" // reviewed only where the scope names its kind
	ExcludedAgent     = "other agent"
	ExcludedGroup     = "other group"
	ExcludedOtherRole = "other role"
	ExcludedPrincipal = "other holder"
	ExcludedArea      = "other area"
	ExcludedClass     = "other classification"
	ExcludedInternal  = "holder is not external"
	ExcludedSource    = "other origin"
)

// Population is what a campaign reviews, as a pure function of the
// organisation at one event and one instant: every stored grant and every
// made holding is in scope, excluded with a reason, orphaned or rejected.
// Items makes the items, one at a time; the tie-out is whole once they have
// all been made.
type Population struct {
	org     *domain.Org
	c       Campaign
	at      time.Time
	horizon time.Time
	names   itemNames
	in      []sortable
	tie     TieOut
	left    []Left
	known   Reviewing
	since   map[domain.Seq]bool // the events that began what is in scope
	lastly  domain.Seq          // the last of them that was met
	digest  *digester
	facts   *AdviceFacts // what recommendations are made of; nil: none are made
}

// sortable is a holding in scope with what items are numbered by. There may be
// a million, so names stand as numbers, and the holding itself stays in the
// organisation.
type sortable struct {
	no             domain.HoldingNo
	holder, target int32 // numbers of names
	level          domain.Level
}

// itemNames are the names of holders and targets, each worked out once.
type itemNames struct {
	list    []string
	holders map[domain.Holder]int32
	targets map[placeKey]int32
	last    domain.Holder
	lastNo  int32
}

// nameOf gives the number of what k is called.
func nameOf[K comparable](n *itemNames, known map[K]int32, k K, say func() string) int32 {
	i, ok := known[k]
	if !ok {
		i = int32(len(n.list))
		n.list, known[k] = append(n.list, say()), i
	}
	return i
}

// NewPopulation sorts every holding at the instant into scope or out of it.
// Items are numbered by holder's name, then target, then the holding's id. A
// scope that asks for what is unused, new or out of cadence needs the facts of
// AdviceFactsOf; without them nothing of that is known.
func NewPopulation(o *domain.Org, c Campaign, at time.Time, facts ...AdviceFacts) *Population {
	p := &Population{org: o, c: c, at: at, horizon: Horizon(c.Definition, at), digest: newDigester(),
		tie:   TieOut{Excluded: map[string]int{}, Levels: map[string]int{}},
		since: map[domain.Seq]bool{},
		names: itemNames{holders: map[domain.Holder]int32{}, targets: map[placeKey]int32{}},
		in:    make([]sortable, 0, o.Count(domain.KindGrant))}
	var known AdviceFacts
	if len(facts) > 0 {
		known = facts[0]
	}
	narrow := newNarrower(o, c.Definition.Scope, at, known)
	for no, gives := range o.NumberedHoldings(at) {
		if g, since := o.HoldingAt(no); gives {
			p.sort(no, g, since, narrow)
		} else {
			p.leave(g)
		}
	}
	slices.SortFunc(p.left, func(a, b Left) int { return cmp.Compare(a.Holding, b.Holding) })
	p.tie.Source = sourceCount(o)
	p.tie.InScope = len(p.in)
	p.inOrder()
	return p
}

// inOrder puts what is in scope in the order of items: by the holder's name,
// then the target's, then the holding's id. There may be a million of few names:
// they are counted by the names' ranks, first the targets', then the holders'.
func (p *Population) inOrder() {
	rank := p.names.ranks()
	room := make([]sortable, len(p.in))
	counted(room, p.in, len(rank), func(s sortable) int32 { return rank[s.target] })
	counted(p.in, room, len(rank), func(s sortable) int32 { return rank[s.holder] })
	for from, to := 0, 0; from < len(p.in); from = to {
		first := p.in[from]
		for to = from + 1; to < len(p.in) && rank[p.in[to].holder] == rank[first.holder] && rank[p.in[to].target] == rank[first.target]; to++ {
		}
		slices.SortFunc(p.in[from:to], func(a, b sortable) int {
			x, _ := p.org.HoldingAt(a.no)
			y, _ := p.org.HoldingAt(b.no)
			return cmp.Compare(x.ID, y.ID)
		})
	}
}

// counted puts what is in from into to by rank, which is below ranks; what has
// the same rank stays as it came.
func counted(to, from []sortable, ranks int, rank func(sortable) int32) {
	begins := make([]int32, ranks+1)
	for _, s := range from {
		begins[rank(s)+1]++
	}
	for i := range ranks {
		begins[i+1] += begins[i]
	}
	for _, s := range from {
		at := &begins[rank(s)]
		to[*at] = s
		*at++
	}
}

// ranks gives each name's place in the order of names; the same name, the same
// place.
func (n *itemNames) ranks() []int32 {
	order := make([]int32, len(n.list))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Compare(n.list[a], n.list[b]) })
	rank := make([]int32, len(order))
	for i, at := range order {
		rank[at] = int32(i)
		if i > 0 && n.list[order[i-1]] == n.list[at] {
			rank[at] = rank[order[i-1]]
		}
	}
	return rank
}

// Horizon is the instant up to which windows that open are looked at: the
// definition's days after at, 92 where it names none.
func Horizon(d Definition, at time.Time) time.Time {
	days := d.Horizon
	if days <= 0 {
		days = 92
	}
	return at.AddDate(0, 0, days)
}

// sourceCount counts what could give access, apart from Holdings: the stored
// grants, and of each agent its access type above Private and its creator.
func sourceCount(o *domain.Org) int {
	n := o.Count(domain.KindGrant)
	for row := range o.All(domain.KindAgent) {
		a := row.Record.(domain.Agent)
		if a.AccessType > domain.Private {
			n++
		}
		if a.Creator != "" {
			n++
		}
	}
	return n
}

func (p *Population) sort(no domain.HoldingNo, g domain.Grant, since domain.Seq, narrow *narrower) {
	if g.Level == domain.None || g.Level > g.Ladder().Top() {
		p.tie.Rejected++
		p.left = append(p.left, Left{g.ID, "its level is not a rung that can be decided"})
		return
	}
	why := p.c.Definition.Scope.excludes(p.org, g)
	if why == "" && narrow != nil {
		why = narrow.excludes(domain.Row{Record: g, Since: since}, g)
	}
	if why != "" {
		p.tie.Excluded[why]++
		return
	}
	if since != p.lastly || len(p.in) == 0 { // most come with the same event as the one before
		p.since[since], p.lastly = true, since
	}
	n := &p.names
	if n.last != g.Holder || len(p.in) == 0 { // holdings come by holder
		n.last, n.lastNo = g.Holder, nameOf(n, n.holders, g.Holder, func() string { return HolderName(p.org, g.Holder) })
	}
	p.in = append(p.in, sortable{no, n.lastNo,
		nameOf(n, n.targets, placeKey{g.Target, g.Agent}, func() string { return TargetName(p.org, g.Target, g.Agent) }), g.Level})
}

// leave counts a stored grant that gives nothing.
func (p *Population) leave(g domain.Grant) {
	switch why := gaveNothing(p.org, g, p.at); why {
	case ExcludedOver, ExcludedRestricts:
		p.tie.Excluded[why]++
	default:
		p.tie.Orphaned++
		p.left = append(p.left, Left{g.ID, strings.TrimPrefix(why, LeftOrphaned)})
	}
}

// missing says what a grant refers to that is not there, "" where all is.
func missing(o *domain.Org, g domain.Grant) string {
	has := func(k domain.Kind, id domain.ID) bool { _, ok := o.Get(k, id); return ok }
	if k, ok := holderKinds[g.Holder.Kind]; ok && !has(k, g.Holder.ID) {
		return "its holder is not there"
	}
	if k, ok := targetKinds[g.Target.Kind]; ok && !has(k, g.Target.ID) && !(k == domain.KindObject && g.Target.ID == domain.AllID) {
		return "its target is not there"
	}
	if g.Agent != "" && !has(domain.KindAgent, g.Agent) {
		return "the agent it is limited to is not there"
	}
	return ""
}

var holderKinds = map[domain.HolderKind]domain.Kind{domain.HolderPrincipal: domain.KindPrincipal,
	domain.HolderGroup: domain.KindGroup, domain.HolderRole: domain.KindRole}

var targetKinds = map[domain.TargetKind]domain.Kind{domain.TargetAgent: domain.KindAgent,
	domain.TargetArea: domain.KindArea, domain.TargetSource: domain.KindSource, domain.TargetGroup: domain.KindGroup,
	domain.TargetRole: domain.KindRole, domain.TargetObjectSee: domain.KindObject, domain.TargetObjectEdit: domain.KindObject,
	domain.TargetObjectDelete: domain.KindObject, domain.TargetObjectDestroy: domain.KindObject, domain.TargetField: domain.KindField}

// excludes says why a holding is out of scope, "" where it is in.
func (s Scope) excludes(o *domain.Org, g domain.Grant) string {
	agent := agentOf(g)
	switch {
	case len(s.Kinds) > 0 && !slices.Contains(s.Kinds, g.Target.Kind):
		return ExcludedKind
	case len(s.Kinds) == 0 && g.Target.Kind.Permission():
		return ExcludedRole
	case len(s.Agents) > 0 && !slices.Contains(s.Agents, agent):
		return ExcludedAgent
	case len(s.Groups) > 0 && !(g.Holder.Kind == domain.HolderGroup && slices.Contains(s.Groups, g.Holder.ID)) &&
		!(g.Target.Kind == domain.TargetGroup && slices.Contains(s.Groups, g.Target.ID)):
		return ExcludedGroup
	case len(s.Roles) > 0 && !(g.Holder.Kind == domain.HolderRole && slices.Contains(s.Roles, g.Holder.ID)) &&
		!(g.Target.Kind == domain.TargetRole && slices.Contains(s.Roles, g.Target.ID)):
		return ExcludedOtherRole
	case len(s.Principals) > 0 && !(g.Holder.Kind == domain.HolderPrincipal && slices.Contains(s.Principals, g.Holder.ID)):
		return ExcludedPrincipal
	case len(s.Areas) > 0 && !(g.Target.Kind == domain.TargetArea && inAreas(o, g.Target.ID, s.Areas)):
		return ExcludedArea
	case len(s.Sources) > 0 && !slices.Contains(s.Sources, g.Origin.Source):
		return ExcludedSource
	}
	if len(s.Classifications) > 0 {
		if c, ok := classOf(o, g); !ok || !slices.Contains(s.Classifications, c) {
			return ExcludedClass
		}
	}
	if s.ExternalsOnly {
		if h, ok := holderPrincipal(o, g); !ok || h.Employment != domain.External {
			return ExcludedInternal
		}
	}
	for _, x := range s.Exclude {
		if x.fits(g) {
			return excludedBecause + x.Reason
		}
	}
	return ""
}

// inAreas tells whether the area is one of those named or below one.
func inAreas(o *domain.Org, id domain.ID, areas []domain.ID) bool {
	for id != "" {
		if slices.Contains(areas, id) {
			return true
		}
		a, ok := o.Area(id)
		if !ok {
			return false
		}
		id = a.Parent
	}
	return false
}

// agentOf gives the agent a grant is about or limited to, "" for none.
func agentOf(g domain.Grant) domain.ID {
	switch g.Target.Kind {
	case domain.TargetAgent, domain.TargetAccessType, domain.TargetCreator:
		return g.Target.ID
	}
	return g.Agent
}

// classOf gives the classification of what a grant is about; ok says whether
// it has one.
func classOf(o *domain.Org, g domain.Grant) (domain.Classification, bool) {
	if g.Target.Kind == domain.TargetSource {
		s, ok := o.Source(g.Target.ID)
		return s.Classification, ok
	}
	a, ok := o.Agent(agentOf(g))
	return a.Classification, ok
}

func holderPrincipal(o *domain.Org, g domain.Grant) (domain.Principal, bool) {
	if g.Holder.Kind != domain.HolderPrincipal {
		return domain.Principal{}, false
	}
	return o.Principal(g.Holder.ID)
}

// Len is the number of items.
func (p *Population) Len() int { return len(p.in) }

// Left lists the orphaned and the rejected holdings.
func (p *Population) Left() []Left { return p.left }

// rows yields the holdings in scope, in the order of items; of those of one
// holder none besides the first where enough says so.
func (p *Population) rows(enough func() bool) iter.Seq2[domain.Grant, domain.Seq] {
	return func(yield func(domain.Grant, domain.Seq) bool) {
		last := int32(-1)
		for _, s := range p.in {
			if s.holder == last && enough() {
				continue
			}
			last = s.holder
			if !yield(p.org.HoldingAt(s.no)) {
				return
			}
		}
	}
}

// TieOut gives the equation; its levels and digest are whole once Items has
// been walked to the end.
func (p *Population) TieOut() TieOut {
	t := p.tie
	t.Digest = p.digest.sum()
	return t
}
