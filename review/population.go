package review

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
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
	in      []sortable
	tie     TieOut
	left    []Left
	digest  hash.Hash
}

// sortable is a holding in scope with what items are numbered by.
type sortable struct {
	row            domain.Row
	holder, target string
}

// NewPopulation sorts every holding at the instant into scope or out of it.
// Items are numbered by holder's name, then target, then the holding's id.
func NewPopulation(o *domain.Org, c Campaign, at time.Time) *Population {
	p := &Population{org: o, c: c, at: at, horizon: Horizon(c.Definition, at), digest: sha256.New(),
		tie: TieOut{Excluded: map[string]int{}, Levels: map[string]int{}}}
	held := make(map[domain.ID]bool, o.Count(domain.KindGrant))
	for row := range o.Holdings(at) {
		g := row.Record.(domain.Grant)
		held[g.ID] = true
		p.sort(row, g)
	}
	for row := range o.All(domain.KindGrant) {
		if g := row.Record.(domain.Grant); !held[g.ID] {
			p.leave(g)
		}
	}
	p.tie.Source = sourceCount(o)
	p.tie.InScope = len(p.in)
	slices.SortFunc(p.in, func(a, b sortable) int {
		if d := strings.Compare(a.holder, b.holder); d != 0 {
			return d
		}
		if d := strings.Compare(a.target, b.target); d != 0 {
			return d
		}
		return strings.Compare(string(a.row.Record.RecordID()), string(b.row.Record.RecordID()))
	})
	return p
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

func (p *Population) sort(row domain.Row, g domain.Grant) {
	if g.Level == domain.None || g.Level > g.Ladder().Top() {
		p.tie.Rejected++
		p.left = append(p.left, Left{g.ID, "its level is not a rung that can be decided"})
		return
	}
	if why := p.c.Definition.Scope.excludes(p.org, g); why != "" {
		p.tie.Excluded[why]++
		return
	}
	p.in = append(p.in, sortable{row, HolderName(p.org, g.Holder), TargetName(p.org, g.Target, g.Agent)})
}

// leave counts a stored grant that gives nothing.
func (p *Population) leave(g domain.Grant) {
	switch {
	case missing(p.org, g) != "":
		p.tie.Orphaned++
		p.left = append(p.left, Left{g.ID, missing(p.org, g)})
	case g.Window.Span(p.org.Zone()).To <= p.at.Unix():
		p.tie.Excluded[ExcludedOver]++
	default:
		p.tie.Excluded[ExcludedRestricts]++
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

// Items makes the items in order, and the tie-out's counts and digest with
// them; it is to be walked once. progress, where given, is told how far it
// is. An item that cannot be written as a line ends it with an error.
func (p *Population) Items(progress func(done, total int)) iter.Seq2[StagedItem, error] {
	return func(yield func(StagedItem, error) bool) {
		d := newDescriber(p.org, p.c, p.at, p.horizon)
		for i, s := range p.in {
			it := d.item(i+1, s)
			line, err := StagedLine(it)
			if err != nil {
				yield(it, err)
				return
			}
			p.digest.Write(append(line, '\n')) // never fails (hash.Hash)
			p.tie.Levels[it.Holding.Target.Kind.String()+": "+it.Holding.Ladder().Word(it.Holding.Level)]++
			if !yield(it, nil) {
				return
			}
			if progress != nil && ((i+1)%500 == 0 || i+1 == len(p.in)) {
				progress(i+1, len(p.in))
			}
		}
	}
}

// TieOut gives the equation; its levels and digest are whole once Items has
// been walked to the end.
func (p *Population) TieOut() TieOut {
	t := p.tie
	t.Digest = hex.EncodeToString(p.digest.Sum(nil))
	return t
}
