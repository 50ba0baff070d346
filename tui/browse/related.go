package browse

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/change"
)

// mostRelated is how many places of one kind are offered.
const mostRelated = 40

// pageOf are the pages over one record of a kind, and what such a record is called.
var pageOf = map[domain.Kind]string{domain.KindPrincipal: "person", domain.KindGroup: "group", domain.KindAgent: "agent", domain.KindSource: "source", domain.KindRole: "role"}

// PlaceOf is the page over a record; ok is false where there is none.
func PlaceOf(o *domain.Org, kind domain.Kind, id domain.ID, note string) (p tui.Lead, ok bool) {
	page := pageOf[kind]
	if page == "" || id == "" {
		return p, false
	}
	if _, there := o.Get(kind, id); !there {
		return p, false
	}
	return tui.Lead{Page: page, Arg: string(id), Label: page + " " + o.Name(kind, id), Note: note}, true
}

// gathering collects places, at most mostRelated with one note.
type gathering struct {
	o    *domain.Org
	out  []tui.Lead
	many map[string]int
}

func (g *gathering) add(kind domain.Kind, id domain.ID, note string) {
	if p, ok := PlaceOf(g.o, kind, id, note); ok && g.many[note] < mostRelated {
		g.many[note]++
		g.out = append(g.out, p)
	}
}

// holderKinds and targetKinds are the records that holders and targets are.
var (
	holderKinds = map[domain.HolderKind]domain.Kind{domain.HolderPrincipal: domain.KindPrincipal, domain.HolderGroup: domain.KindGroup, domain.HolderRole: domain.KindRole}
	targetKinds = map[domain.TargetKind]domain.Kind{domain.TargetAgent: domain.KindAgent, domain.TargetAccessType: domain.KindAgent, domain.TargetCreator: domain.KindAgent,
		domain.TargetGroup: domain.KindGroup, domain.TargetRole: domain.KindRole, domain.TargetSource: domain.KindSource}
)

// PlacesOfGrant are the pages over who holds a grant, what it is on, and in which
// agent.
func PlacesOfGrant(o *domain.Org, gr domain.Grant) []tui.Lead {
	g := &gathering{o: o, many: map[string]int{}}
	g.add(holderKinds[gr.Holder.Kind], gr.Holder.ID, "holds it")
	g.add(targetKinds[gr.Target.Kind], gr.Target.ID, "what it is on")
	g.add(domain.KindAgent, gr.Agent, "inside this agent")
	return g.out
}

// Places are the pages that a record leads to: who answers for it, what it lies in,
// who holds what on it, and what it holds itself.
func Places(p change.Picture, kind domain.Kind, id domain.ID) []tui.Lead {
	o := p.Org
	g := &gathering{o: o, many: map[string]int{}}
	row, ok := o.Get(kind, id)
	if !ok {
		return nil
	}
	holder, holds := domain.Holder{ID: id}, true
	switch r := row.Record.(type) {
	case domain.Principal:
		holder.Kind = domain.HolderPrincipal
		g.add(domain.KindPrincipal, r.Manager, "manager")
		g.add(domain.KindPrincipal, r.Owner, "answers for it")
		if role, ok := o.RoleOf(id, p.Now); ok {
			g.add(domain.KindRole, role.ID, "role")
		}
		for _, q := range o.Reports(id) {
			g.add(domain.KindPrincipal, q, "reports to them")
		}
	case domain.Group:
		holder.Kind = domain.HolderGroup
		g.add(domain.KindGroup, r.Parent, "lies in")
	case domain.Agent:
		holds = false
		g.add(domain.KindPrincipal, r.Owner, "owner")
	case domain.Source:
		holds = false
		g.add(domain.KindPrincipal, r.Owner, "owner")
	case domain.Role:
		holder.Kind = domain.HolderRole
	default:
		holds = false
	}
	if holds {
		for _, gr := range o.GrantsOf(holder) {
			g.add(targetKinds[gr.Target.Kind], gr.Target.ID, "was given")
		}
	}
	for tk, k := range targetKinds {
		if k != kind {
			continue
		}
		for _, gr := range o.GrantsOn(domain.Target{Kind: tk, ID: id}) {
			g.add(holderKinds[gr.Holder.Kind], gr.Holder.ID, "has it")
		}
	}
	if holds {
		g.out = append(g.out, tui.Lead{Page: "areas", Arg: holder.Kind.String() + ":" + string(id), Label: "areas of " + o.Name(kind, id), Note: "editor"})
	}
	return append(g.out, tui.Lead{Page: "log", Arg: string(id), Label: "events about " + o.Name(kind, id), Note: "history"})
}

// Related is the action, on o, that offers what the record selected leads to.
func (s Subject) Related(scope string, kind domain.Kind) action.Action {
	return action.Action{ID: scope + ".related", Keys: []string{"o"}, Help: "related", Long: "open something that this is related to", Scope: scope, Off: s.Off,
		Do: s.On(func(id domain.ID) tea.Cmd {
			return s.Host.Related(func(ctx context.Context) ([]tui.Lead, error) {
				p, err := s.Reads.Picture(ctx)
				if err != nil {
					return nil, err
				}
				return Places(p, kind, id), nil
			})
		})}
}
