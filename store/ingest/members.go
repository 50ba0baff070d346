package ingest

import (
	"countersign/domain"
	"countersign/store/ingest/table"
)

// members plans a members file: people of one group, or of the groups it
// names.
func (p *planner) members(r rows) error {
	var group domain.ID
	switch has := p.cols.Has("group"); {
	case has && p.o.Group != "":
		return domain.Errorf(domain.Invalid, "the file has a column %q, and a group is named for the whole file as well", p.cols.Column("group")).
			Hinted("leave --group out, or the column")
	case !has && p.o.Group == "":
		return domain.Errorf(domain.Invalid, "the file does not say which group it is for").Hinted("name it with --group, or add a column group")
	case !has:
		id, msg := p.x.group.find(p.o.Group)
		if msg != "" {
			return domain.Errorf(domain.NotFound, "the group “%s” %s", table.Short(p.o.Group), msg)
		}
		group = id
	}
	rows, err := p.readGifts(r, func(f *faults, g *gift) { p.member(f, g, group) })
	if err != nil {
		return err
	}
	if n := p.out.Report.Rows; n > MostMembers && !p.o.Many {
		return domain.Errorf(domain.Invalid, "the file has %d rows, and an import of members takes at most %d", n, MostMembers).
			Hinted("split it, or allow more with --many").ByRule("import-members")
	}
	inFile := map[domain.ID]bool{}
	for _, g := range rows {
		inFile[g.key.target.ID] = true
		if !g.bad {
			p.give(g)
		}
	}
	if p.o.Full {
		p.endAbsent(rows, "memberships", func(g domain.Grant) bool {
			return g.Target.Kind == domain.TargetGroup && inFile[g.Target.ID]
		})
	}
	return nil
}

func (p *planner) member(f *faults, g *gift, group domain.ID) {
	if p.cols.Get(f.row, "email") == "" {
		f.at("email", "the e-mail is missing")
	}
	who := f.one("email", p.x.person)
	if group == "" {
		if p.cols.Get(f.row, "group") == "" {
			f.at("group", "the group is missing")
		}
		group = f.one("group", p.x.group)
	}
	g.key = pairKey{holder: domain.Holder{Kind: domain.HolderPrincipal, ID: who}, target: domain.Target{Kind: domain.TargetGroup, ID: group}}
	g.level = domain.Member
	if p.cols.Get(f.row, "role") != "" {
		g.level = f.level("role", domain.TargetGroup)
		if g.level == domain.None {
			f.at("role", "is no role in a group; use member or manager, or leave the row out")
		}
	}
	g.window = f.window()
	g.label = p.label(g.key)
}
