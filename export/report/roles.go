package report

import (
	"context"
	"iter"
	"strings"
	"time"

	"countersign/domain"
	"countersign/export/sheet"
	"countersign/review"
)

// Sheets of the report on role definitions.
const (
	sheetRoles      = "Roles"
	sheetObjects    = "Objects"
	sheetFields     = "Fields"
	sheetSettings   = "Settings"
	sheetActions    = "Actions"
	sheetRoleAccess = "Areas and grants"
	sheetHolders    = "Holders"
)

// ownOr says where a value of a role comes from.
func ownOr(own bool) sheet.Cell {
	if own {
		return sheet.Of("own")
	}
	return sheet.Of("inherited").As(sheet.Muted)
}

var permissionLegend = sheet.Legend{
	{Text: "Allowed", Meaning: "the role permits it", Class: sheet.Good},
	{Text: "Denied", Meaning: "the role does not permit it", Class: sheet.Bad},
	{Text: "Held", Meaning: "the role has the setting or the action", Class: sheet.Good},
	{Text: "None", Meaning: "the role does not have it", Class: sheet.Rung0},
}

// roleBook is the roles of an organisation on their way to a workbook.
type roleBook struct {
	o  *domain.Org
	at time.Time
	by *givers // nil: it is not asked who gave what
}

// each yields the roles, by id, with their definitions.
func (b roleBook) each(row func(domain.RoleSheet, func(...sheet.Cell) bool) bool) iter.Seq2[[]sheet.Cell, error] {
	return b.eachOrFail(func(s domain.RoleSheet, out func([]sheet.Cell, error) bool) bool {
		return row(s, func(cells ...sheet.Cell) bool { return out(cells, nil) })
	})
}

// eachOrFail is each for rows that may fail: an error ends them.
func (b roleBook) eachOrFail(row func(domain.RoleSheet, func([]sheet.Cell, error) bool) bool) iter.Seq2[[]sheet.Cell, error] {
	return func(yield func([]sheet.Cell, error) bool) {
		out := func(cells []sheet.Cell, err error) bool { return yield(cells, err) && err == nil }
		for rec := range b.o.All(domain.KindRole) {
			if s, ok := b.o.RoleSheet(rec.Record.RecordID()); ok && !row(s, out) {
				return
			}
		}
	}
}

// roleWord is the word of what a role says.
func roleWord(v domain.RoleValue) sheet.Cell {
	return sheet.Of(domain.LadderOf(v.Target.Kind).Word(v.Level))
}

func yesCell(b bool) sheet.Cell {
	if b {
		return sheet.Of("yes")
	}
	return sheet.Of("no").As(sheet.Muted)
}

// RoleDefinitions describes what each role permits: its baseline, its exceptions
// on objects and rules on fields, its settings and actions, the areas and other
// things it was given, and who holds it (seed: Twenty, permissions), with who gave
// that, when, and who approved it.
func RoleDefinitions(o *domain.Org, m Meta, by *givers) sheet.Workbook {
	b := roleBook{o, m.At, by}
	const title = "Role definitions"
	var g grid
	g.title(m, title)
	g.gap()
	g.origin(m)
	g.heading("Figures")
	figures := []struct {
		label string
		tally sheet.Tally
	}{
		{"Roles", sheet.Tally{Sheet: sheetRoles}},
		{"Objects with an exception, over all roles", sheet.Tally{Sheet: sheetObjects, Where: []sheet.Match{{Column: "Exception", Equal: "yes"}}}},
		{"Rules on fields", sheet.Tally{Sheet: sheetFields}},
		{"Settings held, over all roles", sheet.Tally{Sheet: sheetSettings, Where: []sheet.Match{{Column: "Level", Equal: "Held"}}}},
		{"Actions held, over all roles", sheet.Tally{Sheet: sheetActions, Where: []sheet.Match{{Column: "Level", Equal: "Held"}}}},
		{"Areas and grants", sheet.Tally{Sheet: sheetRoleAccess}},
		{"Holders", sheet.Tally{Sheet: sheetHolders}},
	}
	for _, f := range figures {
		g.figure(sheet.Of(f.label).As(sheet.Label), sheet.Total(f.tally))
	}
	g.legend(permissionLegend)
	g.seals(m)
	return workbook(title, m.Organisation, m, g.sheet(sheetCover, coverWidths[:2]...),
		sheet.Sheet{Name: sheetRoles, Table: b.roles()},
		sheet.Sheet{Name: sheetObjects, Table: b.objects()},
		sheet.Sheet{Name: sheetFields, Table: b.fields()},
		sheet.Sheet{Name: sheetSettings, Table: b.flags("Setting", func(s domain.RoleSheet) []domain.RoleValue { return s.Settings })},
		sheet.Sheet{Name: sheetActions, Table: b.flags("Action", func(s domain.RoleSheet) []domain.RoleValue { return s.Actions })},
		sheet.Sheet{Name: sheetRoleAccess, Table: b.grants()},
		sheet.Sheet{Name: sheetHolders, Table: b.holders()})
}

// roles is one row a role.
func (b roleBook) roles() *sheet.Table {
	cols := []sheet.Column{{Header: "Role", Width: 24}, {Header: "Description", Width: 44, Wrap: true}, {Header: "Mark", Width: 12},
		{Header: "For", Width: 30}, {Header: "Users", Kind: sheet.Counts}, {Header: "API keys", Kind: sheet.Counts}, {Header: "AI agents", Kind: sheet.Counts}}
	for _, op := range domain.Operations() {
		cols = append(cols, sheet.Column{Header: domain.OperationWord(op) + " all objects", Width: 12, Kind: sheet.Levels, Legend: permissionLegend})
	}
	cols = append(cols, sheet.Column{Header: "All settings", Width: 12, Kind: sheet.Levels, Legend: permissionLegend},
		sheet.Column{Header: "All actions", Width: 12, Kind: sheet.Levels, Legend: permissionLegend},
		sheet.Column{Header: "Objects with an exception", Kind: sheet.Counts}, sheet.Column{Header: "Rules on fields", Kind: sheet.Counts},
		sheet.Column{Header: "Settings held", Kind: sheet.Counts}, sheet.Column{Header: "Actions held", Kind: sheet.Counts},
		sheet.Column{Header: "Origin", Width: 14}, sheet.Column{Header: "Role id", Width: 22})
	return &sheet.Table{Columns: cols, Key: 1, Rows: b.each(func(s domain.RoleSheet, out func(...sheet.Cell) bool) bool {
		r := s.Role
		n := b.counts(r.ID)
		cells := []sheet.Cell{sheet.Of(r.Name), sheet.Of(r.Description), sheet.Of(roleMark(r)), sheet.Of(r.ForWhom()),
			sheet.Whole(n[domain.User]), sheet.Whole(n[domain.APIKey]), sheet.Whole(n[domain.AIAgent])}
		for _, v := range s.Baseline {
			cells = append(cells, roleWord(v))
		}
		exceptions, rules := 0, 0
		for _, obj := range s.Objects {
			if obj.Exception {
				exceptions++
			}
			for _, f := range obj.Fields {
				if f.Own {
					rules++
				}
			}
		}
		return out(append(cells, roleWord(s.Settings[0]), roleWord(s.Actions[0]), sheet.Whole(int64(exceptions)), sheet.Whole(int64(rules)),
			sheet.Whole(allowed(s.Settings)), sheet.Whole(allowed(s.Actions)), origin(r.Origin), sheet.Of(string(r.ID)))...)
	})}
}

// allowed counts the permissions one by one that a role has, without "all".
func allowed(values []domain.RoleValue) (n int64) {
	for _, v := range values {
		if v.Target.ID != domain.AllID && v.Level > domain.None {
			n++
		}
	}
	return n
}

func roleMark(r domain.Role) string {
	switch {
	case r.Admin:
		return "Admin"
	case r.Default:
		return "default"
	}
	return ""
}

// counts says how many principals of each kind hold a role itself.
func (b roleBook) counts(role domain.ID) map[domain.PrincipalKind]int64 {
	n := map[domain.PrincipalKind]int64{}
	for who := range b.heldBy(role) {
		n[who.Kind]++
	}
	return n
}

// heldBy yields who was given a role, whatever their status, with the grant.
func (b roleBook) heldBy(role domain.ID) iter.Seq2[domain.Principal, domain.Grant] {
	return func(yield func(domain.Principal, domain.Grant) bool) {
		for _, g := range b.o.GrantsOn(domain.Target{Kind: domain.TargetRole, ID: role}) {
			p, ok := b.o.Principal(g.Holder.ID)
			if g.Holder.Kind == domain.HolderPrincipal && ok && g.Level > domain.None && !yield(p, g) {
				return
			}
		}
	}
}

// objects is one row a role and object.
func (b roleBook) objects() *sheet.Table {
	cols := []sheet.Column{{Header: "Role", Width: 24}, {Header: "Object", Width: 26}, {Header: "System", Width: 9}, {Header: "Exception", Width: 11}}
	for _, op := range domain.Operations() {
		cols = append(cols, sheet.Column{Header: domain.OperationWord(op), Width: 10, Kind: sheet.Levels, Legend: permissionLegend})
	}
	cols = append(cols, sheet.Column{Header: "Own", Width: 24}, sheet.Column{Header: "Why", Width: 60, Wrap: true},
		sheet.Column{Header: "Role id", Width: 22}, sheet.Column{Header: "Object id", Width: 22})
	return &sheet.Table{Columns: cols, Key: 2, Rows: b.each(func(s domain.RoleSheet, out func(...sheet.Cell) bool) bool {
		for _, obj := range s.Objects {
			cells := []sheet.Cell{sheet.Of(s.Role.Name), sheet.Of(b.o.Name(domain.KindObject, obj.Object.ID)), yesCell(obj.Object.System), yesCell(obj.Exception)}
			var own, why []string
			for _, v := range obj.Operations {
				cells = append(cells, roleWord(v))
				if v.Own {
					own = append(own, domain.OperationWord(v.Target.Kind))
				}
				why = append(why, domain.OperationWord(v.Target.Kind)+": "+v.Why)
			}
			if !out(append(cells, sheet.Of(strings.Join(own, ", ")), sheet.Of(strings.Join(why, "\n")), sheet.Of(string(s.Role.ID)), sheet.Of(string(obj.Object.ID)))...) {
				return false
			}
		}
		return true
	})}
}

// fields is one row a rule on a field; fields without one go with their object.
func (b roleBook) fields() *sheet.Table {
	cols := []sheet.Column{{Header: "Role", Width: 24}, {Header: "Object", Width: 26}, {Header: "Field", Width: 26}, {Header: "Level", Width: 12},
		{Header: "Without the rule", Width: 16}, {Header: "Why", Width: 60, Wrap: true}, {Header: "Role id", Width: 22}, {Header: "Field id", Width: 30}}
	return &sheet.Table{Columns: cols, Key: 3, Rows: b.each(func(s domain.RoleSheet, out func(...sheet.Cell) bool) bool {
		for _, obj := range s.Objects {
			for _, v := range obj.Fields {
				f, _ := b.o.Field(v.Target.ID)
				if v.Own && !out(sheet.Of(s.Role.Name), sheet.Of(b.o.Name(domain.KindObject, obj.Object.ID)), sheet.Of(f.Name), roleWord(v),
					sheet.Of(domain.LadderOf(domain.TargetField).Word(v.Inherited)), sheet.Of(v.Why), sheet.Of(string(s.Role.ID)), sheet.Of(string(v.Target.ID))) {
					return false
				}
			}
		}
		return true
	})}
}

// flags is one row a role and setting, or action.
func (b roleBook) flags(one string, of func(domain.RoleSheet) []domain.RoleValue) *sheet.Table {
	cols := []sheet.Column{{Header: "Role", Width: 24}, {Header: one, Width: 30}, {Header: "Level", Width: 11, Kind: sheet.Levels, Legend: permissionLegend},
		{Header: "Value", Width: 11}, {Header: "Why", Width: 60, Wrap: true}, {Header: "Role id", Width: 22}, {Header: one + " id", Width: 26}}
	return &sheet.Table{Columns: cols, Key: 2, Rows: b.each(func(s domain.RoleSheet, out func(...sheet.Cell) bool) bool {
		for _, v := range of(s) {
			name := strings.TrimPrefix(review.TargetName(b.o, v.Target, ""), strings.ToLower(one)+" ")
			if !out(sheet.Of(s.Role.Name), sheet.Of(name), roleWord(v), ownOr(v.Own), sheet.Of(v.Why), sheet.Of(string(s.Role.ID)), sheet.Of(string(v.Target.ID))) {
				return false
			}
		}
		return true
	})}
}

// grants is one row for each area and other thing that was given to a role.
func (b roleBook) grants() *sheet.Table {
	cols := []sheet.Column{{Header: "Role", Width: 24}, {Header: "Kind", Width: 12}, {Header: "On", Width: 40, Wrap: true}, {Header: "Level", Width: 12},
		{Header: "From", Width: 13}, {Header: "To", Width: 13}, {Header: "Time zone", Width: 16}, {Header: "Origin", Width: 14}}
	cols = append(append(cols, givenColumns("Given")...), sheet.Column{Header: "Role id", Width: 22}, sheet.Column{Header: "Grant id", Width: 22})
	return &sheet.Table{Columns: cols, Key: 3, Rows: b.eachOrFail(func(s domain.RoleSheet, out func([]sheet.Cell, error) bool) bool {
		for _, g := range b.o.GrantsOf(domain.Holder{Kind: domain.HolderRole, ID: s.Role.ID}) {
			if g.Target.Kind.Permission() {
				continue
			}
			cells := []sheet.Cell{sheet.Of(s.Role.Name), sheet.Of(g.Target.Kind.String()), sheet.Of(review.TargetName(b.o, g.Target, g.Agent)), sheet.Of(g.Ladder().Word(g.Level)),
				sheet.Of(string(g.Window.From)), sheet.Of(string(g.Window.To)), sheet.Of(g.Window.Zone), origin(g.Origin)}
			gave, err := b.by.grant(b.o, g.ID)
			if !out(append(append(cells, gave...), sheet.Of(string(s.Role.ID)), sheet.Of(string(g.ID))), err) {
				return false
			}
		}
		return true
	})}
}

// holders is one row for each who was given a role, and for whom the default role
// stands in (PRODUCT 2.5).
func (b roleBook) holders() *sheet.Table {
	cols := []sheet.Column{{Header: "Role", Width: 24}, {Header: "Holder", Width: 28}, {Header: "E-mail", Width: 30}, {Header: "Kind", Width: 10},
		{Header: "Department"}, {Header: "Status", Width: 10}, {Header: "How", Width: 22}, {Header: "Origin", Width: 14}}
	cols = append(append(cols, givenColumns("Given")...), sheet.Column{Header: "Role id", Width: 22}, sheet.Column{Header: "Holder id", Width: 22})
	return &sheet.Table{Columns: cols, Key: 2, Rows: b.eachOrFail(func(s domain.RoleSheet, out func([]sheet.Cell, error) bool) bool {
		row := func(p domain.Principal, how string, from sheet.Cell, gave []sheet.Cell, err error) bool {
			cells := []sheet.Cell{sheet.Of(s.Role.Name), sheet.Of(p.Name), sheet.Of(p.Email), sheet.Of(p.Kind.String()), sheet.Of(p.Department),
				sheet.Of(p.Status.String()).As(statusClass(p.Status)), sheet.Of(how), from}
			return out(append(append(cells, gave...), sheet.Of(string(s.Role.ID)), sheet.Of(string(p.ID))), err)
		}
		given := map[domain.ID]bool{}
		for p, g := range b.heldBy(s.Role.ID) {
			how := "given"
			if span := g.Window.Span(b.o.Zone()); !span.Holds(b.at.Unix()) {
				how = "given, " + review.WindowWords(g.Window)
			}
			gave, err := b.by.grant(b.o, g.ID)
			if given[p.ID] = true; !row(p, how, origin(g.Origin), gave, err) {
				return false
			}
		}
		if !s.Role.Default {
			return true
		}
		for rec := range b.o.All(domain.KindPrincipal) {
			p, ok := rec.Record.(domain.Principal)
			if r, has := b.o.RoleOf(rec.Record.RecordID(), b.at); ok && has && r.ID == s.Role.ID && !given[p.ID] && !row(p, "by default", sheet.Cell{}, nobodyGave("nobody: the default role stands in where none was given"), nil) {
				return false
			}
		}
		return true
	})}
}

func buildRoles(ctx context.Context, tx review.Tx, r Request) (sheet.Workbook, error) {
	o, err := state(tx, &r)
	if err != nil {
		return sheet.Workbook{}, err
	}
	m, err := metaOf(tx, o, r)
	if err != nil {
		return sheet.Workbook{}, err
	}
	return RoleDefinitions(o, m, giversOf(ctx, tx, o)), nil
}
