package ingest

import (
	"iter"
	"math"
	"strconv"
	"strings"

	"countersign/domain"
	"countersign/store/ingest/table"
)

// usage plans a usage file: who used what, when last, how often, and how well it
// went. What a source said before is replaced; what another source knows of a
// later use stays.
func (p *planner) usage(r rows) error {
	was := map[domain.ID]domain.Usage{}
	for u, err := range p.known() {
		if err != nil {
			return err
		}
		was[u.RecordID()] = u
	}
	type line struct {
		at int
		u  domain.Usage
	}
	var all []*line
	by := map[domain.ID][]*line{}
	err := p.read(r, func(row table.Row) {
		f := &faults{p: p, row: row}
		u := p.oneUsage(f)
		if f.found {
			return
		}
		l := &line{row.Line, u}
		all = append(all, l)
		by[u.RecordID()] = append(by[u.RecordID()], l)
	})
	if err != nil {
		return err
	}
	for _, l := range all {
		twins := by[l.u.RecordID()]
		label := p.usageLabel(l.u)
		if len(twins) > 1 {
			if twins[0] == l {
				p.out.Report.Fail(&table.RowError{Line: l.at, Message: label + " stands on line " + strconv.Itoa(twins[1].at) + " as well; add the two up"})
			} else {
				p.out.Report.Fail(&table.RowError{Line: l.at, Message: label + " stands on line " + strconv.Itoa(twins[0].at) + " already; add the two up"})
			}
			continue
		}
		before, known := was[l.u.RecordID()]
		l.u.Origin = p.origin
		same := l.u
		same.Origin = before.Origin
		switch {
		case !known:
			p.change(domain.Begin(l.u))
			p.note(l.at, table.Added, "%s: last used %s", label, sayDay(l.u.LastUsed))
		case same == before:
			p.note(l.at, table.Same, "")
		case before.Origin.Source != p.o.Source && before.LastUsed > l.u.LastUsed:
			p.note(l.at, table.Skipped, "%s: %s knows of a later use, on %s", label, table.Short(before.Origin.Source), sayDay(before.LastUsed))
		default:
			p.change(domain.Replace(before, l.u))
			p.note(l.at, table.Changed, "%s: last used %s → %s", label, sayDay(before.LastUsed), sayDay(l.u.LastUsed))
		}
	}
	return nil
}

// known yields the usage that is here already.
func (p *planner) known() iter.Seq2[domain.Usage, error] {
	if p.o.Usage == nil {
		return func(func(domain.Usage, error) bool) {}
	}
	return p.o.Usage
}

// oneUsage reads a row.
func (p *planner) oneUsage(f *faults) domain.Usage {
	var u domain.Usage
	if p.cols.Get(f.row, "principal") == "" {
		f.at("principal", "it is not said who used it")
	}
	u.Principal = f.one("principal", p.x.person)
	u.Target = f.usedTarget()
	var err error
	if u.LastUsed, err = domain.ParseDate(p.cols.Get(f.row, "last used")); err != nil {
		f.at("last used", sayWord(err))
	}
	if s := plainCount(p.cols.Get(f.row, "count")); s != "" {
		if u.Count, err = strconv.Atoi(s); err != nil || u.Count < 0 {
			f.at("count", "is no count; write whole digits")
		}
	}
	u.Accuracy = f.figure("accuracy", "%", 10, 1000, "is no share of a hundred; write it as in 92% or 92.5")
	u.Satisfaction = f.figure("satisfaction", "/5", 100, math.MaxInt32, "is no figure; write it as in 4.3")
	return u
}

// usedTarget reads what was used: an agent, unless the row says of which kind it
// is.
func (f *faults) usedTarget() domain.Target {
	get := func(key string) string { return f.p.cols.Get(f.row, key) }
	if get("target") == "" {
		f.at("target", "it is not said what was used")
		return domain.Target{}
	}
	switch domain.Fold(get("target kind")) {
	case "", "agent", "ai agent":
		return domain.Target{Kind: domain.TargetAgent, ID: f.one("target", f.p.x.agent)}
	case "source", "data source":
		return domain.Target{Kind: domain.TargetSource, ID: f.one("target", f.p.x.source)}
	case "area":
		id, msg := f.p.x.area.findPath(get("target"))
		if msg != "" {
			f.at("target", msg)
		}
		return domain.Target{Kind: domain.TargetArea, ID: id}
	}
	f.at("target kind", "is nothing whose usage is kept; use agent, source or area")
	return domain.Target{}
}

// plainCount takes the marks between thousands away.
func plainCount(s string) string {
	parts := strings.Split(s, ",")
	for _, g := range parts[1:] {
		if len(g) != 3 {
			return s
		}
	}
	return strings.Join(parts, "")
}

// figure reads a decimal figure as so many parts of one, without its unit.
func (f *faults) figure(key, unit string, parts, most int, message string) int {
	s := strings.TrimSpace(strings.TrimSuffix(f.p.cols.Get(f.row, key), unit))
	if s == "" {
		return 0
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || strings.ContainsAny(s, "xXeEpPiInN_") || v < 0 || v*float64(parts) > float64(most) {
		f.at(key, message)
		return 0
	}
	return int(math.Round(v * float64(parts)))
}

func (p *planner) usageLabel(u domain.Usage) string {
	return p.label(pairKey{holder: domain.Holder{Kind: domain.HolderPrincipal, ID: u.Principal}, target: u.Target})
}

func sayDay(d domain.Date) string {
	if d == "" {
		return "never"
	}
	return string(d)
}
