package ingest

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"countersign/domain"
)

// memory is an organisation in memory: a State that change sets can be applied
// to, strictly.
type memory struct {
	rows map[domain.Kind]map[domain.ID]domain.Record
	key  domain.Seq
	ids  map[string]int
}

func newMemory(records ...domain.Record) *memory {
	m := &memory{rows: map[domain.Kind]map[domain.ID]domain.Record{}, ids: map[string]int{}}
	for _, r := range records {
		m.put(r)
	}
	return m
}

func (m *memory) put(r domain.Record) {
	if m.rows[r.RecordKind()] == nil {
		m.rows[r.RecordKind()] = map[domain.ID]domain.Record{}
	}
	m.rows[r.RecordKind()][r.RecordID()] = r
}

func (m *memory) Key() domain.Seq { return m.key }

func (m *memory) All(k domain.Kind) iter.Seq[domain.Row] {
	return func(yield func(domain.Row) bool) {
		for _, id := range slices.Sorted(maps.Keys(m.rows[k])) {
			if !yield(domain.Row{Record: m.rows[k][id]}) {
				return
			}
		}
	}
}

// current yields every row, to build an Org of.
func (m *memory) current(yield func(domain.Row, error) bool) {
	for _, k := range domain.AccessKinds() {
		for row := range m.All(k) {
			if !yield(row, nil) {
				return
			}
		}
	}
}

func (m *memory) newID(prefix string) domain.ID {
	m.ids[prefix]++
	return domain.ID(fmt.Sprintf("%s_%06d", prefix, m.ids[prefix]))
}

// apply makes the changes, and fails the test where one does not fit: a Before
// that is not what stands, a Begin of what is there, and afterwards anything a
// model of the organisation must not hold.
func (m *memory) apply(t *testing.T, p *Preview) {
	t.Helper()
	if p.Set.BasedOn != m.key {
		t.Errorf("the change set is based on %d, the state is %d", p.Set.BasedOn, m.key)
	}
	m.judge(t, p)
	for _, c := range p.Set.Changes {
		r := c.Record()
		now, there := m.rows[r.RecordKind()][r.RecordID()]
		switch {
		case c.Before == nil && there:
			t.Fatalf("%v begins twice", c.After)
		case c.Before != nil && now != c.Before:
			t.Fatalf("stale: before %v, stands %v", c.Before, now)
		case c.Before == c.After:
			t.Fatalf("%v is replaced by itself", c.Before)
		case c.After == nil:
			delete(m.rows[r.RecordKind()], r.RecordID())
		default:
			m.put(c.After)
		}
	}
	m.key++
	m.check(t)
}

// judge asks the organisation's own rules: an import never makes a change set
// that they refuse, but for taking the last who holds something, which a file
// may well ask for and the rules then keep from happening.
func (m *memory) judge(t *testing.T, p *Preview) {
	t.Helper()
	if p.Kind == Usage {
		return // no part of an organisation
	}
	org, err := domain.NewOrg(m.key, m.current)
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = org.With(p.Set, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	var refusal *domain.Error
	if errors.As(err, &refusal) && strings.HasPrefix(refusal.Rule, "last-") {
		return
	}
	if err != nil {
		t.Errorf("the organisation refuses the import: %v", err)
	}
}

func (m *memory) check(t *testing.T) {
	t.Helper()
	unique := map[string]domain.ID{}
	one := func(what, key string, id domain.ID) {
		k := what + strings.ToLower(key)
		if other, taken := unique[k]; taken && key != "" {
			t.Errorf("%s %q belongs to %s and %s", what, key, other, id)
		}
		unique[k] = id
	}
	has := func(k domain.Kind, id domain.ID) bool { _, ok := m.rows[k][id]; return ok }
	for _, q := range m.people() {
		one("e-mail", q.Email, q.ID)
		if q.Name == "" || q.Manager != "" && !has(domain.KindPrincipal, q.Manager) || q.Manager == q.ID {
			t.Errorf("person %+v", q)
		}
	}
	for _, g := range all[domain.Group](m, domain.KindGroup) {
		one("group", g.Name, g.ID)
		up := g.Parent
		for n := 0; up != ""; n++ {
			parent, ok := m.rows[domain.KindGroup][up].(domain.Group)
			if !ok || n > 100 {
				t.Fatalf("group %s: parent %s is missing or a cycle", g.Name, up)
			}
			up = parent.Parent
		}
	}
	pairs := map[string]bool{}
	for _, g := range m.grants() {
		k := fmt.Sprint(keyOf(g), g.Origin.Source)
		if pairs[k] {
			t.Errorf("two grants of one source: %+v", g)
		}
		pairs[k] = true
		if g.Holder.Kind == domain.HolderPrincipal && !has(domain.KindPrincipal, g.Holder.ID) ||
			g.Target.Kind == domain.TargetGroup && !has(domain.KindGroup, g.Target.ID) ||
			g.Target.Kind == domain.TargetAgent && !has(domain.KindAgent, g.Target.ID) ||
			g.Target.Kind == domain.TargetArea && !has(domain.KindArea, g.Target.ID) {
			t.Errorf("grant of nothing: %+v", g)
		}
	}
}

func all[R domain.Record](m *memory, k domain.Kind) []R {
	var out []R
	for row := range m.All(k) {
		out = append(out, row.Record.(R))
	}
	return out
}

func (m *memory) people() []domain.Principal {
	return all[domain.Principal](m, domain.KindPrincipal)
}
func (m *memory) grants() []domain.Grant { return all[domain.Grant](m, domain.KindGrant) }

// person finds a person by e-mail.
func (m *memory) person(t *testing.T, email string) domain.Principal {
	t.Helper()
	for _, q := range m.people() {
		if q.Email == email {
			return q
		}
	}
	t.Fatalf("nobody has the e-mail %s", email)
	return domain.Principal{}
}

func (m *memory) groupNamed(t *testing.T, name string) domain.Group {
	t.Helper()
	for _, g := range all[domain.Group](m, domain.KindGroup) {
		if g.Name == name {
			return g
		}
	}
	t.Fatalf("no group is named %s", name)
	return domain.Group{}
}

// groupsOf lists the names of the groups somebody is a member of.
func (m *memory) groupsOf(t *testing.T, email string) string {
	t.Helper()
	id := m.person(t, email).ID
	var out []string
	for _, g := range m.grants() {
		if g.Holder.ID == id && g.Target.Kind == domain.TargetGroup {
			out = append(out, m.rows[domain.KindGroup][g.Target.ID].(domain.Group).Name)
		}
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// options are those of a file from "hr".
func (m *memory) options() Options {
	return Options{Source: "hr", File: "file.csv", NewID: m.newID, Usage: m.usage()}
}

// usage yields the usage that is here.
func (m *memory) usage() iter.Seq2[domain.Usage, error] {
	return func(yield func(domain.Usage, error) bool) {
		for row := range m.All(domain.KindUsage) {
			if !yield(row.Record.(domain.Usage), nil) {
				return
			}
		}
	}
}

// plan previews text, which must be a readable file.
func (m *memory) plan(t *testing.T, k Kind, text string, o Options) *Preview {
	t.Helper()
	p, err := Plan(m, k, strings.NewReader(text), o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// load imports text, in which no row may be an error, and checks that a second
// time changes nothing.
func (m *memory) load(t *testing.T, k Kind, text string, o Options) *Preview {
	t.Helper()
	p := m.plan(t, k, text, o)
	for _, e := range p.Report.Errors {
		t.Error(e.Error())
	}
	m.apply(t, p)
	again := m.plan(t, k, text, o)
	if len(again.Set.Changes) > 0 {
		t.Errorf("the same file again changes %d records, the first %+v", len(again.Set.Changes), again.Set.Changes[0])
	}
	return p
}

// errorsOf lists the errors of a preview in one string each.
func errorsOf(p *Preview) []string {
	out := []string{}
	for i := range p.Report.Errors {
		out = append(out, p.Report.Errors[i].Error())
	}
	return out
}

func linesOf(p *Preview) string {
	var b strings.Builder
	for _, l := range p.Report.Lines {
		fmt.Fprintf(&b, "%d %s: %s\n", l.Number, l.Outcome, l.Text)
	}
	return b.String()
}
