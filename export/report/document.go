package report

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"time"

	"countersign/export/flat"
	"countersign/export/sheet"
	"countersign/export/xlsx"
)

// labelEvents stands on a campaign's cover beside the events it is over.
const labelEvents = "Events"

// Whole names, for Write, all tables of a report instead of one.
const Whole = "*"

// documentForm names the form of a report as one JSON document.
const documentForm = "countersign-report-1"

// facts are what a cover says, for programs: the beginning of a JSON document, and
// report.json of a zip. Instants are UTC.
type facts struct {
	Form         string      `json:"form"`
	Report       string      `json:"report"`
	Organisation string      `json:"organisation,omitempty"`
	Banner       string      `json:"banner,omitempty"`
	MadeBy       any         `json:"made_by,omitempty"`
	Layout       any         `json:"layout,omitempty"`
	Campaign     any         `json:"campaign,omitempty"`
	Event        any         `json:"event,omitempty"`  // whose state is shown
	Events       any         `json:"events,omitempty"` // of a campaign: from which to which, in words
	At           any         `json:"at,omitempty"`     // the instant looked at
	Log          any         `json:"log,omitempty"`
	LogSize      any         `json:"log_size,omitempty"`
	LogRoot      any         `json:"log_root,omitempty"`
	Filters      []string    `json:"filters,omitempty"`
	Digest       string      `json:"content_sha256"` // that of the workbook of the same report
	Behind       string      `json:"sheets_sha256"`  // the same without the cover: the same for the same rows at another moment
	Rows         int         `json:"rows"`           // of all tables
	Tables       []tableFact `json:"tables"`
	Notes        []string    `json:"notes,omitempty"`
}

// tableFact is one table of the report: its rows, and the digest of its content as
// a workbook's cover shows it.
type tableFact struct {
	Sheet  string `json:"sheet"`
	File   string `json:"file,omitempty"` // of a zip
	Rows   int    `json:"rows"`
	Digest string `json:"content_sha256"`
}

// figured is a workbook's grids with every figure worked out, and its facts.
type figured struct {
	facts facts
	grids map[string][][]sheet.Cell
}

// figure works out what a workbook says beside its rows: one walk over all tables
// for the digests, one for the totals.
func figure(ctx context.Context, wb sheet.Workbook) (figured, error) {
	res, err := xlsx.Compute(ctx, wb)
	if err != nil {
		return figured{}, err
	}
	out := figured{facts: facts{Form: documentForm, Report: wb.Title, Organisation: wb.Subject, Banner: wb.Banner, Digest: res.Digest.String(),
		Behind: xlsx.Behind(res.Digests(), sheetCover).String(), Notes: res.Notes, Tables: []tableFact{}}, grids: map[string][][]sheet.Cell{}}
	digests := map[string]string{}
	for _, s := range res.Sheets {
		at, ok := described(wb, s.Source)
		if !ok || at.Table == nil {
			continue
		}
		out.facts.Rows += s.Rows
		if i := slices.IndexFunc(out.facts.Tables, func(t tableFact) bool { return t.Sheet == at.Name }); i >= 0 {
			out.facts.Tables[i].Rows += s.Rows // it goes on in a further sheet
			continue
		}
		digests[at.Name] = s.Digest.String()
		out.facts.Tables = append(out.facts.Tables, tableFact{Sheet: at.Name, Rows: s.Rows, Digest: s.Digest.String()})
	}
	sums, err := totalled(ctx, wb)
	if err != nil {
		return figured{}, err
	}
	at := 0
	for _, s := range wb.Sheets {
		if s.Grid == nil {
			continue
		}
		rows := make([][]sheet.Cell, len(s.Grid.Rows))
		for i, row := range s.Grid.Rows {
			for _, c := range row {
				switch c.Kind() {
				case sheet.TallyOf:
					c = sheet.Real(sums[at])
					at++
				case sheet.Digest:
					c = sheet.Of(res.Digest.String())
				case sheet.SheetSum:
					c = sheet.Of(digests[c.Text()])
				case sheet.Remarks:
					c = sheet.Of(strings.Join(res.Notes, "\n"))
				case sheet.Warning:
					c = sheet.Of(wb.Banner)
				}
				rows[i] = append(rows[i], c)
			}
		}
		out.grids[s.Name] = rows
		if s.Name == sheetCover {
			out.facts.cover(rows)
		}
	}
	return out, nil
}

// totalled works out the totals of all grids, in their order, with one walk over
// each table.
func totalled(ctx context.Context, wb sheet.Workbook) ([]float64, error) {
	var all []sheet.Tally
	for _, s := range wb.Sheets {
		for i := 0; s.Grid != nil && i < len(s.Grid.Rows); i++ {
			for _, c := range s.Grid.Rows[i] {
				if c.Kind() == sheet.TallyOf {
					all = append(all, c.Tally())
				}
			}
		}
	}
	out := make([]float64, len(all))
	for _, s := range wb.Sheets {
		if s.Table == nil {
			continue
		}
		groups := totalsOver(s, all)
		n := 0
		for cells, err := range s.Table.Rows {
			if n++; err == nil && n%page == 0 {
				err = ctx.Err()
			}
			if err != nil {
				return nil, err
			}
			for _, g := range groups {
				g.add(cells, out)
			}
			if len(groups) == 0 {
				break
			}
		}
	}
	return out, nil
}

// totals are those over one table with conditions on the same columns: a row belongs
// to those that its values call for.
type totals struct {
	where []int
	sum   int              // the column added up; -1 counts
	at    map[string][]int // places in the result, by the folded values asked for
	day   time.Time        // with a day: how many moments of the one column are before it
}

// totalsOver groups the totals that are over a sheet.
func totalsOver(s sheet.Sheet, all []sheet.Tally) []*totals {
	column := func(header string) int {
		return slices.IndexFunc(s.Table.Columns, func(c sheet.Column) bool { return c.Header == header })
	}
	var out []*totals
	for i, t := range all {
		if !strings.EqualFold(t.Sheet, s.Name) {
			continue
		}
		g := &totals{sum: -1, at: map[string][]int{}}
		if t.Sum != "" {
			g.sum = column(t.Sum)
		}
		key := ""
		for _, m := range t.Where {
			g.where = append(g.where, column(m.Column))
			key += strings.ToLower(m.Equal) + "\x00"
		}
		if len(t.Where) == 1 {
			g.day = t.Where[0].Before
		}
		same := slices.IndexFunc(out, func(x *totals) bool { return x.sum == g.sum && slices.Equal(x.where, g.where) && x.day.Equal(g.day) })
		if same >= 0 {
			g = out[same]
		} else {
			out = append(out, g)
		}
		g.at[key] = append(g.at[key], i)
	}
	return out
}

// add adds a row to those of the totals that it belongs to.
func (g *totals) add(cells []sheet.Cell, to []float64) {
	cell := func(i int) sheet.Cell {
		if i < 0 || i >= len(cells) {
			return sheet.Cell{}
		}
		return cells[i].Value()
	}
	if !g.day.IsZero() {
		if c := cell(g.where[0]); (c.Kind() == sheet.Instant || c.Kind() == sheet.Day) && c.Time().Before(g.day) {
			for _, places := range g.at {
				for _, i := range places {
					to[i]++
				}
			}
		}
		return
	}
	key := ""
	for _, i := range g.where {
		key += strings.ToLower(cell(i).String()) + "\x00"
	}
	n := 1.0
	switch {
	case g.sum >= 0:
		n = 0
		if k := cell(g.sum).Kind(); k == sheet.Int || k == sheet.Number {
			n = cell(g.sum).Float()
		}
	case len(g.where) == 0 && cell(0).String() == "":
		n = 0
	}
	for _, i := range g.at[key] {
		to[i] += n
	}
}

// cover reads what programs look for from the rows of a cover.
func (f *facts) cover(rows [][]sheet.Cell) {
	last := ""
	for _, r := range rows {
		if len(r) < 2 {
			last = ""
			continue
		}
		if label := r[0].String(); label != "" {
			last = label
		}
		var to *any
		switch last {
		case labelEvent:
			to = &f.Event
		case labelCampaign:
			to = &f.Campaign
		case labelEvents:
			to = &f.Events
		case labelAt:
			to = &f.At
		case labelLog:
			to = &f.Log
		case labelSize:
			to = &f.LogSize
		case labelRoot:
			to = &f.LogRoot
		case labelMade:
			to = &f.MadeBy
		case labelLayout:
			to = &f.Layout
		case labelFilter:
			f.Filters = append(f.Filters, r[1].String())
		}
		if to != nil && *to == nil {
			*to = plainValue(r[1])
		}
	}
}

// plainValue is a cell's value as JSON has it.
func plainValue(c sheet.Cell) any {
	switch c = c.Value(); c.Kind() {
	case sheet.Int:
		return c.Int()
	case sheet.Number:
		return c.Float()
	}
	if s := c.String(); s != "" {
		return s
	}
	return nil
}

// writeDocument writes a whole report as one JSON document: its facts, then every
// sheet in its order, a grid as rows of values, a table as its columns and an array
// of objects. The rows are streamed.
func writeDocument(ctx context.Context, out io.Writer, wb sheet.Workbook) (Written, error) {
	f, err := figure(ctx, wb)
	if err != nil {
		return Written{}, err
	}
	w := bufio.NewWriterSize(out, 64<<10)
	head, err := encode(f.facts)
	if err != nil {
		return Written{}, err
	}
	put := func(parts ...string) error {
		for _, p := range parts {
			if _, err := w.WriteString(p); err != nil {
				return err
			}
		}
		return nil
	}
	if err := put(strings.TrimSuffix(string(head), "}"), ",\n\"sheets\": [\n"); err != nil {
		return Written{}, err
	}
	for i, s := range wb.Sheets {
		between := ",\n"
		if i == len(wb.Sheets)-1 {
			between = "\n"
		}
		if err := writeSheet(ctx, w, s, f.grids[s.Name]); err != nil {
			return Written{}, err
		}
		if err := put(between); err != nil {
			return Written{}, err
		}
	}
	if err := put("]}\n"); err != nil {
		return Written{}, err
	}
	return Written{Rows: f.facts.Rows, Digest: f.facts.Digest, Behind: f.facts.Behind, Notes: f.facts.Notes}, w.Flush()
}

// writeSheet writes one sheet of a document.
func writeSheet(ctx context.Context, w *bufio.Writer, s sheet.Sheet, grid [][]sheet.Cell) error {
	if s.Table == nil {
		cells := make([][]any, len(grid))
		for i, row := range grid {
			cells[i] = []any{}
			for _, c := range row {
				cells[i] = append(cells[i], plainValue(c))
			}
		}
		body, err := encode(struct {
			Sheet string  `json:"sheet"`
			Cells [][]any `json:"cells"`
		}{s.Name, cells})
		if err == nil {
			_, err = w.Write(body)
		}
		return err
	}
	type column struct {
		Key    string `json:"key"`
		Header string `json:"header"`
	}
	columns := []column{}
	for i, k := range sheet.Keys(s.Table.Columns) {
		columns = append(columns, column{k, s.Table.Columns[i].Heading()})
	}
	body, err := encode(struct {
		Sheet   string   `json:"sheet"`
		Columns []column `json:"columns"`
	}{s.Name, columns})
	if err != nil {
		return err
	}
	if _, err := w.WriteString(strings.TrimSuffix(string(body), "}") + ",\n\"rows\": "); err != nil {
		return err
	}
	if _, err := flat.JSON(ctx, w, *s.Table); err != nil {
		return err
	}
	return w.WriteByte('}')
}

// encode is JSON without the escapes that only HTML needs, and without a line feed.
func encode(v any) ([]byte, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return []byte(strings.TrimSuffix(b.String(), "\n")), nil
}
