package ingest

import (
	"countersign/domain"
	"countersign/store/ingest/table"
)

// grants plans a grants file: agents given to groups and people.
func (p *planner) grants(r rows) error {
	var agent domain.ID
	switch has := p.cols.Has("agent"); {
	case has && p.o.Agent != "":
		return domain.Errorf(domain.Invalid, "the file has a column %q, and an agent is named for the whole file as well", p.cols.Column("agent")).
			Hinted("leave --agent out, or the column")
	case !has && p.o.Agent == "":
		return domain.Errorf(domain.Invalid, "the file does not say which agent it is for").Hinted("name it with --agent, or add a column agent")
	case !has:
		id, msg := p.x.agent.find(p.o.Agent)
		if msg != "" {
			return domain.Errorf(domain.NotFound, "the agent “%s” %s", table.Short(p.o.Agent), msg)
		}
		agent = id
	}
	rows, err := p.readGifts(r, func(f *faults, g *gift) { p.grant(f, g, agent) })
	if err != nil {
		return err
	}
	for _, g := range rows {
		if !g.bad {
			p.give(g)
		}
	}
	if p.o.Full {
		p.endAbsent(rows, "grants on agents", func(g domain.Grant) bool {
			return g.Target.Kind == domain.TargetAgent && (agent == "" || g.Target.ID == agent)
		})
	}
	return nil
}

func (p *planner) grant(f *faults, g *gift, agent domain.ID) {
	if agent == "" {
		if p.cols.Get(f.row, "agent") == "" {
			f.at("agent", "the agent is missing")
		}
		agent = f.one("agent", p.x.agent)
	}
	g.key = pairKey{holder: f.holder("group", "email"), target: domain.Target{Kind: domain.TargetAgent, ID: agent}}
	g.level = f.level("permission", domain.TargetAgent)
	if g.level == domain.None {
		f.at("permission", "gives nothing; use VIEW_AND_USE or EDIT, or leave the row out")
	}
	g.window = f.window()
	if p.x.own(g.key, p.o.Source) == nil && g.key.holder.Kind == domain.HolderGroup && !f.found {
		if msg := p.assignable(g.key.holder.ID); msg != "" {
			f.at("group", msg)
		}
	}
	g.label = p.label(g.key)
}

// assignable says why an agent cannot be given to the group: it must be active
// and have a member, or a group below it must (seed: Twig, troubleshooting).
func (p *planner) assignable(id domain.ID) string {
	if p.x.groups[id].Life == domain.Archived {
		return "is archived; bring the group back first"
	}
	if !p.peopled(id, 0) {
		return "has no members; add at least one first"
	}
	return ""
}

func (p *planner) peopled(id domain.ID, depth int) bool {
	if p.x.members[id] > 0 {
		return true
	}
	if depth > 64 {
		return false
	}
	for sub, g := range p.x.groups {
		if g.Parent == id && g.Life == domain.Live && p.peopled(sub, depth+1) {
			return true
		}
	}
	return false
}
