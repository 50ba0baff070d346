package report

import (
	"context"
	"fmt"
	"iter"
	"strconv"

	"countersign/domain"
	"countersign/export/sheet"
	"countersign/review"
)

// Sheets of the matrices.
const (
	sheetCover    = "Cover"
	sheetMatrix   = "Matrix"
	sheetCoverage = "Coverage"
)

// maxLive is the last row a live formula over a single sheet may rely on: below
// it a table is never continued in a further sheet.
const maxLive = 1_000_000

// legend gives a ladder of three rungs as letters: no access is a blank cell.
func legend(l domain.Ladder, read, edit string) sheet.Legend {
	return sheet.Legend{
		{Text: "", Meaning: "no access", Class: sheet.Plain},
		{Text: l.Mark(1), Meaning: l.Word(1) + ": " + read, Class: sheet.Rung1},
		{Text: l.Mark(2), Meaning: l.Word(2) + ": " + edit, Class: sheet.Rung3},
	}
}

// principalColumns stand before the levels of a matrix.
var principalColumns = []sheet.Column{
	{Header: "Name", Width: 26}, {Header: "E-mail", Width: 30}, {Header: "Kind", Width: 10},
	{Header: "Department", Width: 18}, {Header: "Title", Width: 22}, {Header: "Status", Width: 10},
}

func principalCells(p domain.Principal) []sheet.Cell {
	return []sheet.Cell{sheet.Of(p.Name), sheet.Of(p.Email), sheet.Of(p.Kind.String()), sheet.Of(p.Department),
		sheet.Of(p.Title), sheet.Of(p.Status.String()).As(statusClass(p.Status))}
}

func statusClass(s domain.Status) sheet.Class {
	if s == domain.Active {
		return sheet.Plain
	}
	return sheet.Muted
}

// chart is a matrix being turned into sheets: which rows and columns of the
// computed one are shown, and how they are called.
type chart struct {
	o      *domain.Org
	m      *domain.Matrix
	meta   Meta
	people []shown  // rows
	cols   []int    // columns of m
	heads  []string // their headers, unique
	legend sheet.Legend
	ladder domain.Ladder
	total  string // header of the count after the principal's columns
}

type shown struct {
	row int
	p   domain.Principal
}

func (c *chart) pickPeople(f PeopleFilter) {
	for i, id := range c.m.Principals {
		if p, ok := c.o.Principal(id); ok && f.takes(p) {
			c.people = append(c.people, shown{i, p})
		}
	}
}

// pickColumns takes the columns that keep says, each under a name of its own:
// spreadsheets tell headers apart without regard to case.
func (c *chart) pickColumns(keep func(domain.Target) bool, name func(domain.Target) string) {
	seen := map[string]bool{domain.Fold(c.total): true}
	for _, col := range principalColumns {
		seen[domain.Fold(col.Header)] = true
	}
	for i, t := range c.m.Targets {
		if !keep(t) {
			continue
		}
		head := name(t)
		for n := 2; seen[domain.Fold(head)]; n++ {
			head = name(t) + " (" + strconv.Itoa(n) + ")"
		}
		seen[domain.Fold(head)] = true
		c.cols, c.heads = append(c.cols, i), append(c.heads, head)
	}
}

// count gives how many of the shown columns a person reaches.
func (c *chart) count(row int) int {
	if len(c.cols) == len(c.m.Targets) {
		return c.m.Count(row, 1)
	}
	n := 0
	for _, col := range c.cols {
		if c.m.At(row, col) > 0 {
			n++
		}
	}
	return n
}

// tally gives how many of the shown people stand at each level in a column.
func (c *chart) tally(col int) (n [4]int) {
	for _, s := range c.people {
		n[c.m.At(s.row, col)&3]++
	}
	return n
}

// table is the matrix as a table, one row a principal.
func (c *chart) table() *sheet.Table {
	cols := append([]sheet.Column{}, principalColumns...)
	cols = append(cols, sheet.Column{Header: c.total, Kind: sheet.Counts, Width: 9})
	for _, h := range c.heads {
		cols = append(cols, sheet.Column{Header: h, Name: h, Kind: sheet.Levels, Legend: c.legend, Width: 5, Upright: true})
	}
	return &sheet.Table{Columns: cols, Rows: c.rows(), Key: 1}
}

func (c *chart) rows() iter.Seq2[[]sheet.Cell, error] {
	marks := []sheet.Cell{{}, sheet.Of(c.ladder.Mark(1)), sheet.Of(c.ladder.Mark(2))}
	lead := len(principalColumns) + 1
	first, last := columnName(lead+1), columnName(lead+len(c.cols))
	return func(yield func([]sheet.Cell, error) bool) {
		cells := make([]sheet.Cell, 0, lead+len(c.cols))
		for i, s := range c.people {
			cells = append(cells[:0], principalCells(s.p)...)
			n := sheet.Whole(int64(c.count(s.row)))
			if at := strconv.Itoa(i + 2); i < maxLive && len(c.cols) > 0 {
				n = sheet.Live("COUNTA("+first+at+":"+last+at+")", n)
			}
			cells = append(cells, n)
			for _, col := range c.cols {
				cells = append(cells, marks[c.m.At(s.row, col)])
			}
			if !yield(cells, nil) {
				return
			}
		}
	}
}

// perColumn gives the live counts of one column: how many hold each level.
func (c *chart) perColumn(i int) []sheet.Cell {
	n := c.tally(c.cols[i])
	out := make([]sheet.Cell, 0, 2)
	for l := 1; l <= 2; l++ {
		v := sheet.Whole(int64(n[l]))
		if len(c.people) < maxLive {
			at := columnName(len(principalColumns) + 2 + i)
			v = sheet.Live(fmt.Sprintf(`COUNTIF(%s!$%s$2:$%s$%d,"%s")`, sheetMatrix, at, at, max(len(c.people), 1)+1,
				c.ladder.Mark(domain.Level(l))), v)
		}
		out = append(out, v)
	}
	return out
}

// lacks gives the shown active users who reach nothing.
func (c *chart) lacks(finding string) [][]sheet.Cell {
	var out [][]sheet.Cell
	for _, s := range c.people {
		if s.p.Kind == domain.User && s.p.Status == domain.Active && c.count(s.row) == 0 {
			out = append(out, []sheet.Cell{sheet.Of(finding), sheet.Of(s.p.Name), sheet.Of(string(s.p.ID)),
				sheet.Of(s.p.Department), sheet.Of(s.p.Email)})
		}
	}
	return out
}

var coverageColumns = []sheet.Column{{Header: "Finding", Width: 30}, {Header: "Who or what", Width: 34},
	{Header: "Id", Width: 22}, {Header: "Department", Width: 20}, {Header: "Detail", Width: 50, Wrap: true}}

// cover is the first sheet: facts, figures as live totals, letters and proof.
func (c *chart) cover(title string, findings []string, figures func(*grid)) sheet.Sheet {
	var g grid
	g.title(c.meta, title)
	g.gap()
	g.origin(c.meta)
	g.heading("Figures")
	g.figure(sheet.Of("Principals").As(sheet.Label), sheet.Total(sheet.Tally{Sheet: sheetMatrix}))
	g.figure(sheet.Of("… of them active").As(sheet.Label), sheet.Total(sheet.Tally{Sheet: sheetMatrix,
		Where: []sheet.Match{{Column: "Status", Equal: domain.Active.String()}}}))
	figures(&g)
	for _, f := range findings {
		g.figure(sheet.Of(upperFirst(f)).As(sheet.Label), sheet.Total(sheet.Tally{Sheet: sheetCoverage,
			Where: []sheet.Match{{Column: "Finding", Equal: f}}}))
	}
	g.legend(c.legend)
	g.seals(c.meta)
	return g.sheet(sheetCover, coverWidths[:2]...)
}

// Findings of the coverage sheets.
const (
	findNoAgent   = "user with no agent"
	findNoGroup   = "agent with no group"
	findNobody    = "agent that nobody reaches"
	findNoArea    = "user with no area"
	findEmptyArea = "area that nobody has"
)

// AgentMatrix describes who reaches which agent at the instant of m: a cover,
// the matrix of principals by agents, the agents with live counts, and what
// nobody reaches. o is the organisation to show.
func AgentMatrix(o *domain.Org, m Meta, f PeopleFilter) sheet.Workbook {
	m.Filters = append(m.Filters, f.words(o)...)
	l := domain.LadderOf(domain.TargetAgent)
	c := &chart{o: o, m: o.AgentMatrix(m.At), meta: m, ladder: l, total: "Agents",
		legend: legend(l, "open the agent and talk to it", "change how it behaves, besides using it")}
	c.pickPeople(f)
	c.pickColumns(func(t domain.Target) bool { return f.takesAgent(t.ID) },
		func(t domain.Target) string { return o.Name(domain.KindAgent, t.ID) })
	agents, missing := c.agents()
	findings := []string{findNoAgent, findNoGroup, findNobody}
	const title = "Agent access matrix"
	cover := c.cover(title, findings, func(g *grid) {
		g.figure(sheet.Of("Agents").As(sheet.Label), sheet.Total(sheet.Tally{Sheet: "Agents"}))
		for l := 1; l <= 2; l++ {
			word := c.ladder.Word(domain.Level(l))
			g.figure(sheet.Of("Principals by agents at "+word).As(sheet.Label), sheet.Total(sheet.Tally{Sheet: "Agents", Sum: word}))
		}
	})
	coverage := append(c.lacks(findNoAgent), missing...)
	return workbook(title, m.Organisation, m, cover,
		sheet.Sheet{Name: sheetMatrix, Table: c.table()},
		sheet.Sheet{Name: "Agents", Table: agents},
		sheet.Sheet{Name: sheetCoverage, Table: &sheet.Table{Columns: coverageColumns, Rows: sheet.Rows(coverage), Key: 2}, Tab: sheet.Caution})
}

// agents lists the columns of an agent matrix with live counts, and what is
// missing about them.
func (c *chart) agents() (*sheet.Table, [][]sheet.Cell) {
	var rows, missing [][]sheet.Cell
	for i, col := range c.cols {
		a, _ := c.o.Agent(c.m.Targets[col].ID)
		groups := 0
		for _, g := range c.o.GrantsOn(c.m.Targets[col]) {
			if g.Holder.Kind == domain.HolderGroup {
				groups++
			}
		}
		counts := c.perColumn(i)
		link := sheet.Of(c.heads[i]).To(sheetMatrix, columnName(len(principalColumns)+2+i)+"1")
		rows = append(rows, []sheet.Cell{link, sheet.Of(a.AccessType.String()), sheet.Of(a.Classification.String()),
			sheet.Of(person(c.o, a.Owner)), sheet.Of(a.Life.String()), sheet.Whole(int64(groups)), counts[0], counts[1]})
		if a.Life != domain.Live {
			continue
		}
		about := sheet.Of(a.AccessType.String() + ", " + a.Classification.String())
		entry := func(what string) []sheet.Cell {
			return []sheet.Cell{sheet.Of(what), sheet.Of(a.Name), sheet.Of(string(a.ID)), {}, about}
		}
		if groups == 0 {
			missing = append(missing, entry(findNoGroup))
		}
		if n := c.tally(col); n[1]+n[2] == 0 {
			missing = append(missing, entry(findNobody))
		}
	}
	cols := []sheet.Column{{Header: "Agent", Width: 30}, {Header: "Access type", Width: 18}, {Header: "Classification", Width: 16},
		{Header: "Owner", Width: 40}, {Header: "Status", Width: 10}, {Header: "Groups", Kind: sheet.Counts},
		{Header: c.ladder.Word(1), Kind: sheet.Counts, Total: sheet.Added}, {Header: c.ladder.Word(2), Kind: sheet.Counts, Total: sheet.Added}}
	return &sheet.Table{Columns: cols, Rows: sheet.Rows(rows), Key: 1}, missing
}

// AreaMatrix describes who has which level in which area at the instant of m,
// for one agent or (agent empty) for all agents. An agent that is not there is
// NotFound.
func AreaMatrix(o *domain.Org, m Meta, agent domain.ID, f PeopleFilter) (sheet.Workbook, error) {
	title, scope := "Area matrix", "all agents"
	if agent != "" {
		a, ok := o.Agent(agent)
		if !ok {
			return sheet.Workbook{}, domain.Errorf(domain.NotFound, "there is no agent %q", agent).
				Hinted("leave the agent out for the levels that hold for all agents")
		}
		title, scope = title+" of "+a.Name, "the agent "+a.Name
	}
	m.Filters = append(append(m.Filters, "Levels for "+scope+"."), f.words(o)...)
	l := domain.LadderOf(domain.TargetArea)
	c := &chart{o: o, m: o.AreaMatrix(agent, m.At), meta: m, ladder: l, total: "Areas",
		legend: legend(l, "see everything the area controls", "see and change it")}
	c.pickPeople(f)
	c.pickColumns(func(domain.Target) bool { return true },
		func(t domain.Target) string { return o.Name(domain.KindArea, t.ID) })
	areas, missing := c.areas()
	findings := []string{findNoArea, findEmptyArea}
	cover := c.cover(title, findings, func(g *grid) {
		g.figure(sheet.Of("Areas").As(sheet.Label), sheet.Total(sheet.Tally{Sheet: "Areas"}))
		for l := 1; l <= 2; l++ {
			word := c.ladder.Word(domain.Level(l))
			g.figure(sheet.Of("Principals by areas at "+word).As(sheet.Label), sheet.Total(sheet.Tally{Sheet: "Areas", Sum: word}))
		}
	})
	coverage := append(c.lacks(findNoArea), missing...)
	return workbook(title, m.Organisation, m, cover,
		sheet.Sheet{Name: sheetMatrix, Table: c.table()},
		sheet.Sheet{Name: "Areas", Table: areas},
		sheet.Sheet{Name: sheetCoverage, Table: &sheet.Table{Columns: coverageColumns, Rows: sheet.Rows(coverage), Key: 2}, Tab: sheet.Caution}), nil
}

// areas lists the columns of an area matrix with live counts, and those that
// nobody has.
func (c *chart) areas() (*sheet.Table, [][]sheet.Cell) {
	var rows, missing [][]sheet.Cell
	for i, col := range c.cols {
		a, _ := c.o.Area(c.m.Targets[col].ID)
		mark := sheet.Cell{}
		if a.Sensitive {
			mark = sheet.Of("sensitive").As(sheet.Caution)
		}
		counts := c.perColumn(i)
		link := sheet.Of(c.heads[i]).To(sheetMatrix, columnName(len(principalColumns)+2+i)+"1")
		rows = append(rows, []sheet.Cell{link, sheet.Of(string(a.ID)), sheet.Of(a.Controls), mark, counts[0], counts[1]})
		if n := c.tally(col); n[1]+n[2] == 0 {
			missing = append(missing, []sheet.Cell{sheet.Of(findEmptyArea), sheet.Of(c.heads[i]), sheet.Of(string(a.ID)), {}, sheet.Of(a.Controls)})
		}
	}
	cols := []sheet.Column{{Header: "Area", Width: 36}, {Header: "Path", Width: 30}, {Header: "Controls", Width: 50, Wrap: true},
		{Header: "Mark", Width: 12}, {Header: c.ladder.Word(1), Kind: sheet.Counts, Total: sheet.Added},
		{Header: c.ladder.Word(2), Kind: sheet.Counts, Total: sheet.Added}}
	return &sheet.Table{Columns: cols, Rows: sheet.Rows(rows), Key: 1}, missing
}

func buildAgentMatrix(_ context.Context, tx review.Tx, r Request) (sheet.Workbook, error) {
	o, err := state(tx, &r)
	if err != nil {
		return sheet.Workbook{}, err
	}
	m, err := metaOf(tx, o, r)
	if err != nil {
		return sheet.Workbook{}, err
	}
	f, err := r.people(o)
	if err != nil {
		return sheet.Workbook{}, err
	}
	return AgentMatrix(o, m, f), nil
}

func buildAreaMatrix(_ context.Context, tx review.Tx, r Request) (sheet.Workbook, error) {
	o, err := state(tx, &r)
	if err != nil {
		return sheet.Workbook{}, err
	}
	m, err := metaOf(tx, o, r)
	if err != nil {
		return sheet.Workbook{}, err
	}
	agent := domain.ID("")
	if r.Agent != "" {
		a, err := o.FindAgent(r.Agent)
		if err != nil {
			return sheet.Workbook{}, err
		}
		agent = a.ID
	}
	f, err := r.people(o)
	if err != nil {
		return sheet.Workbook{}, err
	}
	return AreaMatrix(o, m, agent, f)
}
