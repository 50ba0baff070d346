package change

import (
	"context"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// Candidates of a Pick, made of a picture.

// People are the users for whom keep holds, by name; off, where given, says why
// one cannot be chosen.
func People(p Picture, keep func(domain.Principal) bool, off func(domain.Principal) string) []ui.Candidate {
	var out []ui.Candidate
	for row := range p.Org.All(domain.KindPrincipal) {
		r, ok := row.Record.(domain.Principal)
		if !ok || keep != nil && !keep(r) {
			continue
		}
		c := ui.Candidate{Key: string(r.ID), Label: r.Name, Note: strings.Trim(r.Email+"  "+r.Department, " ")}
		if r.Kind != domain.User {
			c.Note = r.Kind.String()
		}
		if off != nil {
			c.Off = off(r)
		}
		out = append(out, c)
	}
	return byLabel(out)
}

// ActiveUser keeps active users.
func ActiveUser(p domain.Principal) bool {
	return p.Kind == domain.User && p.Status == domain.Active
}

// Groups are the groups by name.
func Groups(p Picture, keep func(domain.Group) bool, off func(domain.Group) string) []ui.Candidate {
	var out []ui.Candidate
	for row := range p.Org.All(domain.KindGroup) {
		r, ok := row.Record.(domain.Group)
		if !ok || keep != nil && !keep(r) {
			continue
		}
		c := ui.Candidate{Key: string(r.ID), Label: r.Name, Note: r.Description}
		if r.Life == domain.Archived {
			c.Note = "archived  " + c.Note
		}
		if off != nil {
			c.Off = off(r)
		}
		out = append(out, c)
	}
	return byLabel(out)
}

// Agents are the agents by name.
func Agents(p Picture) []ui.Candidate {
	var out []ui.Candidate
	for row := range p.Org.All(domain.KindAgent) {
		if r, ok := row.Record.(domain.Agent); ok && r.Life == domain.Live {
			out = append(out, ui.Candidate{Key: string(r.ID), Label: r.Name, Note: r.Classification.String() + ", " + r.AccessType.String()})
		}
	}
	return byLabel(out)
}

// Roles are the roles by name; off, where given, says why one cannot be chosen.
func Roles(p Picture, off func(domain.Role) string) []ui.Candidate {
	var out []ui.Candidate
	for row := range p.Org.All(domain.KindRole) {
		r, ok := row.Record.(domain.Role)
		if !ok {
			continue
		}
		c := ui.Candidate{Key: string(r.ID), Label: r.Name, Note: r.Description}
		if off != nil {
			c.Off = off(r)
		}
		out = append(out, c)
	}
	return byLabel(out)
}

// targetsAsked are the kinds of target that somebody asks about, with the records
// they are made of.
var targetsAsked = []struct {
	target domain.TargetKind
	record domain.Kind
}{{domain.TargetAgent, domain.KindAgent}, {domain.TargetArea, domain.KindArea}, {domain.TargetSource, domain.KindSource},
	{domain.TargetGroup, domain.KindGroup}, {domain.TargetRole, domain.KindRole}}

// PickTarget asks for one of all that somebody can have or not have, and goes on with
// it and its name.
func PickTarget(env *ui.Env, heading string, read func(ctx context.Context) (Picture, error), do func(t domain.Target, name string) tea.Cmd) tea.Cmd {
	var of map[string]domain.Target // made in the command, read after its answer
	return ui.OpenPick(env, ui.Pick{Heading: heading, Load: func(ctx context.Context) (out []ui.Candidate, err error) {
		p, err := read(ctx)
		if err != nil {
			return nil, err
		}
		out, of = targets(p)
		return out, nil
	}, Do: func(c ui.Candidate) tea.Cmd { return do(of[c.Key], c.Label) }})
}

// targets are what somebody can have or not have, each kind in its own order, and
// which target each key stands for.
func targets(p Picture) ([]ui.Candidate, map[string]domain.Target) {
	var out []ui.Candidate
	of := map[string]domain.Target{}
	add := func(t domain.Target) {
		key := strconv.Itoa(len(out))
		of[key] = t
		out = append(out, ui.Candidate{Key: key, Label: review.TargetName(p.Org, t, ""), Note: t.Kind.String()})
	}
	for _, k := range targetsAsked {
		for row := range p.Org.All(k.record) {
			add(domain.Target{Kind: k.target, ID: row.Record.RecordID()})
		}
	}
	for row := range p.Org.All(domain.KindObject) {
		for _, op := range domain.Operations() {
			add(domain.Target{Kind: op, ID: row.Record.RecordID()})
		}
		for _, f := range p.Org.Fields(row.Record.RecordID()) {
			add(domain.Target{Kind: domain.TargetField, ID: f.ID})
		}
	}
	for _, s := range domain.SettingPermissions() {
		add(s.Target())
	}
	for _, a := range domain.ActionPermissions() {
		add(a.Target())
	}
	add(domain.Target{Kind: domain.TargetAccount})
	add(domain.Target{Kind: domain.TargetAgentRole})
	for _, d := range domain.Duties() {
		add(domain.Target{Kind: domain.TargetDuty, ID: domain.ID(d.String())})
	}
	return out, of
}

func byLabel(cs []ui.Candidate) []ui.Candidate {
	slices.SortStableFunc(cs, func(a, b ui.Candidate) int {
		return strings.Compare(strings.ToLower(a.Label), strings.ToLower(b.Label))
	})
	return cs
}

// GroupNames are the names of groups, in lines: a value to filter by.
func GroupNames(o *domain.Org, ids []domain.ID) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = o.Name(domain.KindGroup, id)
	}
	return strings.Join(names, "\n")
}

// GivenWords say when a record began and by whom, for a list of rows read at once.
func GivenWords(ctx context.Context, reads Reads, o *domain.Org, seqs []domain.Seq) (func(domain.Seq) string, error) {
	slices.Sort(seqs)
	moments, err := reads.Moments(ctx, slices.Compact(seqs))
	if err != nil {
		return nil, err
	}
	return func(s domain.Seq) string {
		if m, ok := moments[s]; ok {
			return m.Words(o)
		}
		return Moment{Seq: s}.Words(o)
	}, nil
}

// WindowWords say a window: "2026-01-01 to 2026-03-31, Europe/Berlin", "always".
func WindowWords(w domain.Window) string { return review.WindowWords(w) }

// Fact is a line of details: a label and what it says.
func Fact(label, text string) ui.Line {
	if text == "" {
		text = "none"
	}
	const room = 12
	if pad := room - len(label); pad > 0 {
		label += strings.Repeat(" ", pad)
	}
	return ui.Line{{Role: theme.Dim, Text: label + " "}, {Text: text}}
}

// Heading is a line over a block of details, with a blank one before.
func Heading(text string) []ui.Line { return []ui.Line{nil, ui.Text(theme.Title, text)} }

// HistoryRows are the rows of a history tab.
func HistoryRows(ctx context.Context, reads Reads, o *domain.Org, id domain.ID) ([]ui.Record, error) {
	lines, err := reads.History(ctx, id)
	if err != nil {
		return nil, err
	}
	out := make([]ui.Record, len(lines))
	for i, l := range lines {
		out[i] = HistoryRow(o, l)
	}
	return out, nil
}

// HistoryRow is one event in words as a row.
func HistoryRow(o *domain.Org, l review.HistoryLine) ui.Record {
	n := ui.Cell{Text: seqText(l.Seq), Role: theme.Dim}
	when := l.Time.In(o.Zone()).Format("2006-01-02 15:04")
	return ui.Record{Row: ui.Row{Key: n.Text, Cells: []ui.Cell{n, {Text: when}, {Text: l.Actor}, {Text: l.Text}}},
		Values: []string{l.Actor}}
}

func seqText(s domain.Seq) string { return strconv.FormatInt(int64(s), 10) }
