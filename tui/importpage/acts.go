package importpage

import (
	"context"
	"fmt"
	"maps"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/change"
	"countersign/tui/ui"
)

// keys are what can be said of the file, and done with it.
func (p *page) keys() action.Table {
	const scope = "import-file"
	return action.Table{
		{ID: "import-file.run", Keys: []string{"F"}, Help: "import", Long: "put forward what the file says: who gains and loses first, then the reason", Scope: scope, Hint: 1, Off: p.offRun, Do: p.run},
		{ID: "import-file.kind", Keys: []string{"t"}, Help: "what it is", Long: "say what the rows of the file are", Scope: scope, Hint: 2, Do: p.chooseKind,
			Takes: &action.Argument{Verb: "kind", Name: "what its rows are", Words: p.kindWords, Do: p.setKind}},
		{ID: "import-file.source", Keys: []string{"r"}, Help: "source", Long: "name the system it comes from, and the group, the agent or the sheet that is meant", Scope: scope, Hint: 3, Do: p.askSource},
		{ID: "import-file.field", Keys: []string{"e"}, Help: "our field", Long: "say which of our fields this column is", Scope: scope, Hint: 4, Off: p.offField, Do: func() tea.Cmd {
			r, _ := p.list.Selected()
			return p.chooseField(r)
		}},
		{ID: "import-file.full", Keys: []string{"w"}, Help: "whole", Long: "what the source gave and the file leaves out ends, or stays", Scope: scope, Off: p.offFull, Do: func() tea.Cmd { p.ask.Full = !p.ask.Full; return p.work() }},
		{ID: "import-file.skip", Keys: []string{"u"}, Help: "leave out", Long: "leave out the rows that cannot be taken, or take none while there are any", Scope: scope, Off: p.offOpen, Do: func() tea.Cmd { p.ask.Skip = !p.ask.Skip; return p.work() }},
		{ID: "import-file.plain", Keys: []string{"c"}, Help: "own columns", Long: "read it as columns of any kind, or as the directory it looks like", Scope: scope, Off: p.offPlain,
			Do: func() tea.Cmd { p.ask.Plain = !p.ask.Plain; return p.read() }},
		{ID: "import-file.approvals", Keys: []string{"o"}, Help: "approvals", Long: "open the approvals, where what was imported may wait", Scope: scope, Do: func() tea.Cmd { return p.h.Push("approvals", "") }},
	}
}

func (p *page) offOpen() string {
	if !p.opened {
		return "The file is not open."
	}
	return ""
}

func (p *page) offPlain() string {
	if p.file.Format == "" && !p.ask.Plain {
		return "It is read by its own columns already."
	}
	return ""
}

func (p *page) offFull() string {
	if k, ok := p.kind(); !ok || !k.Full {
		return "What such a file leaves out never ends anything."
	}
	return ""
}

func (p *page) offField() string {
	switch {
	case p.file.Format != "" && !p.ask.Plain:
		return "The columns of " + p.file.Format + " are known: c reads it by columns of any kind."
	case len(p.file.Header) == 0:
		return "The file has no columns."
	}
	if _, ok := p.kind(); !ok {
		return "Say first what it is."
	}
	return ""
}

func (p *page) offRun() string {
	switch {
	case p.pre == nil:
		return "What it would do is not known yet."
	case p.pre.Refused != nil && p.pre.Gone == 0:
		return p.pre.Refused.Error()
	case len(p.pre.Set.Changes) == 0:
		return "Nothing in it is new."
	}
	return ""
}

func (p *page) kindWords() []string {
	var out []string
	for _, k := range p.kinds {
		out = append(out, k.Word)
	}
	return out
}

// chooseKind asks what the rows are, the likeliest first.
func (p *page) chooseKind() tea.Cmd {
	var words []string
	seen := map[string]bool{}
	c := ui.Choice{Heading: "What are its rows?", What: []string{"The likeliest by its columns come first."}}
	for _, w := range append(append([]string{}, p.file.Kinds...), p.kindWords()...) {
		if seen[w] {
			continue
		}
		seen[w] = true
		if w == p.ask.Kind {
			c.Start = len(words)
		}
		words = append(words, w)
		c.Options = append(c.Options, ui.Option{Label: w})
	}
	c.Do = func(i int) tea.Cmd { return p.setKind(words[i]) }
	p.h.Open(ui.NewChoice(p.h.Env, c))
	return nil
}

// setKind reads it as another kind; what was said of its columns was about the other.
func (p *page) setKind(kind string) tea.Cmd {
	p.ask.Kind, p.ask.Columns, p.ask.Own, p.ask.Full, p.ask.Of = kind, nil, false, false, ""
	return p.work()
}

// askSource asks where the file comes from, and what else its kind needs.
func (p *page) askSource() tea.Cmd {
	f := ui.Form{Heading: "Where it comes from", Yes: "read it so", Fields: []ui.Field{{Label: "The system it comes from", Value: p.ask.Source, Hint: "hr, entra: the same word each time", Check: ui.Needed("a name")}}}
	k, _ := p.kind()
	also := k.Also
	if k.Of != "" {
		also = "The " + k.Of + " of every row (where the file has no column for it)"
	}
	if also != "" {
		f.Fields = append(f.Fields, ui.Field{Label: also, Value: p.ask.Of})
	}
	f.Fields = append(f.Fields, ui.Field{Label: "The sheet (of a workbook with several)", Value: p.ask.Sheet})
	f.Do = func(v []string) tea.Cmd {
		if p.ask.Source != strings.TrimSpace(v[0]) {
			p.ask.Source, p.ask.Own, p.ask.Columns = strings.TrimSpace(v[0]), false, nil // its columns may be kept
		}
		if also != "" {
			p.ask.Of = strings.TrimSpace(v[1])
		}
		if sheet := strings.TrimSpace(v[len(v)-1]); sheet != p.ask.Sheet {
			p.ask.Sheet = sheet
			return p.read()
		}
		return p.work()
	}
	p.h.Open(ui.NewForm(p.h.Env, f))
	return nil
}

// chooseField asks which of our fields a column is.
func (p *page) chooseField(r ui.Row) tea.Cmd {
	at, ok := r.Data.(int)
	if why := p.offField(); why != "" || !ok || at >= len(p.file.Header) {
		if why != "" {
			p.h.Say(why)
		}
		return nil
	}
	k, _ := p.kind()
	name := p.file.Header[at]
	c := ui.Choice{Heading: "Which field is " + name + "?", What: []string{"A field has one column: the one it had before goes without."}}
	for _, f := range k.Fields {
		label := f.Key
		if f.Required {
			label += " (needed)"
		}
		if f.Help != "" {
			label += ": " + f.Help
		}
		if f.Key == p.field(at) {
			c.Start = len(c.Options)
		}
		c.Options = append(c.Options, ui.Option{Label: label})
	}
	c.Options = append(c.Options, ui.Option{Label: "as its name says", Key: "n"})
	c.Do = func(i int) tea.Cmd {
		columns := map[string]string{}
		for key, column := range p.ask.Columns {
			if column != name {
				columns[key] = column
			}
		}
		if i < len(k.Fields) {
			columns[k.Fields[i].Key] = name
		}
		p.ask.Columns, p.ask.Own = columns, true
		return p.work()
	}
	p.h.Open(ui.NewChoice(p.h.Env, c))
	return nil
}

// run puts forward what the file says. Where it ends more than may go unasked, the
// number is typed first.
func (p *page) run() tea.Cmd {
	pre := *p.pre
	if pre.Gone == 0 {
		return p.propose(pre)
	}
	p.h.Open(ui.NewConfirm(p.h.Env, ui.Confirm{Heading: "So many end?", Yes: "go on", Name: fmt.Sprint(pre.Gone),
		What: []string{pre.Refused.Error(), "If the file is the whole of it, type the number: " + fmt.Sprint(pre.Gone) + "."},
		Do:   func() tea.Cmd { return p.propose(pre) }}))
	return nil
}

func (p *page) propose(pre Preview) tea.Cmd {
	if pre.Usage {
		return p.record(pre)
	}
	note := []string{pre.Summary}
	if pre.Wrong > 0 {
		note = append(note, review.Count(pre.Wrong, "row is", "rows are")+" left out: they cannot be taken.")
	}
	ask := p.ask
	ask.Columns = maps.Clone(ask.Columns)
	p.desk = change.NewDesk(p.h.Env, p.reads, keeping{p.acts, ask}, p.work)
	return p.desk.Propose(change.Draft{Heading: "Import " + p.Title(), Note: note,
		Make: func(change.Picture, func(string) domain.ID) (domain.ChangeSet, error) { return pre.Set, nil }})
}

// record records usage, which changes nobody's access.
func (p *page) record(pre Preview) tea.Cmd {
	what := []string{pre.Summary, "Nobody's access changes: it is recorded who used what."}
	return p.clerk.Ask("Record usage", "recording usage", what, []ui.Field{{Label: "Reason", Check: ui.Needed("a reason")}}, func(ctx context.Context, v []string) (string, error) {
		pic, err := p.reads.Picture(ctx)
		if err != nil {
			return "", err
		}
		var shown []ui.Line
		for _, w := range what {
			shown = append(shown, ui.Plain(w))
		}
		return p.acts.Record(ctx, tui.Saw(pic.Head, shown...), pre.Set, v[0])
	})
}

// keeping are the acts of the page: with what is put forward, the columns chosen are
// kept for the next file of the source, and the file stands beside the reason.
type keeping struct {
	Acts
	ask Ask
}

// Propose implements change.Acts.
func (k keeping) Propose(ctx context.Context, cs domain.ChangeSet, saw domain.Sight) (review.Proposal, error) {
	if k.ask.Own && len(k.ask.Columns) > 0 {
		if err := k.Keep(ctx, k.ask); err != nil {
			return review.Proposal{}, err
		}
	}
	if cs.Source.SHA256 != "" {
		cs.Reason += fmt.Sprintf(" (%s of %s, SHA-256 %s)", cs.Source.Name, cs.Source.Source, cs.Source.SHA256)
	}
	return k.Acts.Propose(ctx, cs, saw)
}
