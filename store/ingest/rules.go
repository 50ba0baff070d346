package ingest

import (
	"countersign/domain"
	"countersign/store/ingest/table"
)

// rules plans a file of the rules by which people belong to groups. A row with an
// empty rule takes the group's rule away. Who joins and leaves by a rule is another
// change set: that of its run.
func (p *planner) rules(r rows) error {
	seen := map[domain.ID]int{}
	return p.afterwards(r, func(row table.Row) {
		f := &faults{p: p, row: row}
		t := &thingRow{line: row.Line, row: row}
		id := f.needed("group", p.x.group)
		if first := seen[id]; first > 0 && id != "" {
			f.at("group", "stands on line "+itoa(first)+" already; a group has one rule")
		}
		seen[id] = row.Line
		rule := domain.Rule{Text: p.cols.Get(row, "rule"), On: true}
		var err error
		switch word := p.cols.Get(row, "kind"); {
		case rule.Text == "":
			rule = domain.Rule{}
		case word == "":
			rule.Kind = domain.Expression
		default:
			if rule.Kind, err = domain.ParseRuleKind(word); err != nil {
				f.at("kind", sayWord(err))
			} else if rule.Kind == domain.NoRule {
				f.at("kind", "is none, beside a rule; leave the rule empty, or say email-pattern or expression")
			}
		}
		t.bad = f.found
		yes(p, t, "on", &rule.On)
		if t.bad {
			return
		}
		if rule.Text == "" {
			rule.On = false
		} else if p.o.ReadRule != nil {
			if err := p.o.ReadRule(rule); err != nil {
				p.failThing(t, "rule", sayWord(err))
				return
			}
		}
		was := p.x.groups[id]
		now := was
		now.Rule = rule
		label := "group " + table.Short(was.Name)
		switch {
		case was == now:
			p.note(t.line, table.Same, "")
		case rule.Text == "":
			p.change(domain.Replace(was, now))
			p.note(t.line, table.Changed, "%s: no rule any more", label)
		default: // the rule is kept here, whoever answers for the group
			p.change(domain.Replace(was, now))
			p.note(t.line, table.Added, "%s: %s %s", label, rule.Kind, table.Short(rule.Text))
		}
	})
}
