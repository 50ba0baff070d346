package browse

import (
	"context"
	"fmt"
	"maps"
	"slices"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/change"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// Marked is what an act on many is about: the records marked when it was asked for,
// or the one selected where none was.
type Marked struct {
	Subject
	targets ui.Targets
	source  ui.Source
	alone   bool   // nothing is marked
	many    string // "people"
	clear   func()
}

// marked is what is marked in the list now.
func (b *Browser) marked(src ui.Source) Marked {
	t := b.List.Targets()
	return Marked{Subject: b.Subject(), targets: t, source: src, many: b.cfg.What, clear: b.List.ClearMarks,
		alone: !t.All && len(t.Keys) == 1 && !b.List.Marked(t.Keys[0])}
}

// Keys are the records that are meant. It is for commands.
func (m Marked) Keys(ctx context.Context) ([]string, error) {
	return ui.TargetKeys(ctx, m.source, m.targets)
}

// Scope says which records an act is about, as far as it is known without reading them:
// "Marked: 5 people."
func (m Marked) Scope() string {
	if m.targets.Count < 0 {
		return "All that pass the filter " + m.targets.Query.Filter + "."
	}
	return m.scope(m.targets.Count)
}

// scope says which records an act on many is about: "Marked: 5 people."
func (m Marked) scope(n int) string {
	what := fmt.Sprintf("%d %s", n, m.many)
	if n == 1 {
		what = "1 " + m.One
	}
	switch {
	case m.targets.All && m.targets.Query.Filter != "":
		return fmt.Sprintf("All that pass the filter %s: %s.", m.targets.Query.Filter, what)
	case m.targets.All:
		return "All: " + what + "."
	case m.alone:
		return "Nothing is marked, so the one under the cursor: " + what + "."
	}
	return "Marked: " + what + "."
}

// Run is the clerk's Run of an act on what is marked: once it is done nothing is.
func (m Marked) Run(label string, act func(ctx context.Context) (string, error)) tea.Cmd {
	return m.Clerk.run(label, m.clear, act)
}

// Ask is the clerk's Ask of an act on what is marked: once it is done nothing is.
func (m Marked) Ask(heading, label string, what []string, fields []ui.Field, act func(ctx context.Context, values []string) (string, error)) tea.Cmd {
	return m.Clerk.ask(heading, label, what, fields, m.clear, act)
}

// Many is one act on many records: one change set, applied whole or not at all.
type Many struct {
	Heading string
	// Title is what the change set is called; who says how many: "5 people".
	Title func(p change.Picture, who string) string
	// Begin is told before the first of them which records there are; may be nil.
	Begin func(ids []domain.ID)
	// Each makes the changes of one record. None means that it is so already; why,
	// where it is not empty, that it is left out.
	Each func(p change.Picture, id domain.ID, newID func(string) domain.ID) (changes []domain.Change, why string, err error)
}

// Propose puts forward what x does to every record marked, and says what that is by
// kind and effect, and what is left out.
func (m Marked) Propose(x Many) tea.Cmd {
	var keys []string
	var of, same int
	var left map[string]int
	return m.Desk.ProposeThen(change.Draft{Heading: x.Heading,
		Before: func(ctx context.Context) (err error) {
			keys, err = m.Keys(ctx)
			return err
		},
		Make: func(p change.Picture, newID func(string) domain.ID) (domain.ChangeSet, error) {
			var cs domain.ChangeSet
			n := 0
			same, left = 0, map[string]int{} // it may be tried again
			if x.Begin != nil {
				ids := make([]domain.ID, len(keys))
				for i, key := range keys {
					ids[i] = domain.ID(key)
				}
				x.Begin(ids)
			}
			for _, key := range keys {
				changes, why, err := x.Each(p, domain.ID(key), newID)
				switch {
				case err != nil:
					return cs, err
				case why != "":
					left[why]++
				case len(changes) == 0:
					same++
				default:
					n++
				}
				cs.Changes = append(cs.Changes, changes...)
			}
			of = len(keys)
			who := fmt.Sprintf("%d %s", n, m.many)
			if n == 1 {
				who = "1 " + m.One
			}
			cs.Title = x.Title(p, who)
			if n == 0 && len(left) > 0 {
				return cs, domain.Errorf(domain.Conflict, "nothing of what is marked can be changed so: %s", slices.Sorted(maps.Keys(left))[0]).Hinted("mark others")
			}
			return cs, nil
		},
		About: func(_ context.Context, _ change.Picture, cs domain.ChangeSet) ([]ui.Line, error) {
			out := []ui.Line{ui.Plain(m.scope(of))}
			for _, c := range change.Counts(cs.Changes) {
				out = append(out, ui.Plain("  "+c))
			}
			if same > 0 {
				out = append(out, ui.Text(theme.Dim, review.Count(same, "is", "are")+" so already and left out."))
			}
			for _, why := range slices.Sorted(maps.Keys(left)) {
				out = append(out, ui.Text(theme.Warn, fmt.Sprintf("%d left out: %s", left[why], why)))
			}
			return out, nil
		}}, m.clear)
}

// Set is the changes after which one record is another version of itself; none where
// it is that already.
func Set[R record](before, after R) []domain.Change {
	if before == after {
		return nil
	}
	return []domain.Change{domain.Replace(before, after)}
}

// PickMany asks for one or several of the candidates of a picture.
func (s Subject) PickMany(heading string, what []string, of func(change.Picture) []ui.Candidate, do func(cs []ui.Candidate) tea.Cmd) tea.Cmd {
	return ui.OpenPick(s.Host.Env, ui.Pick{Heading: heading, What: what, Many: do, Load: func(ctx context.Context) ([]ui.Candidate, error) {
		p, err := s.Reads.Picture(ctx)
		if err != nil {
			return nil, err
		}
		return of(p), nil
	}})
}

// Names says a few names, and how many more there are.
func Names(cs []ui.Candidate) string {
	out := ""
	for i, c := range cs {
		switch {
		case i == 2 && len(cs) > 3:
			return out + fmt.Sprintf(" and %d more", len(cs)-2)
		case i > 0 && i == len(cs)-1:
			out += " and "
		case i > 0:
			out += ", "
		}
		out += c.Label
	}
	return out
}

// Levels asks for one of the levels and when it holds: always, or some days.
func (s Subject) Levels(heading string, ladder domain.Ladder, levels []domain.Level, do func(domain.Level, domain.Window) tea.Cmd) tea.Cmd {
	var labels []string
	for _, l := range levels {
		labels = append(labels, ladder.Word(l))
		if l != domain.None {
			labels = append(labels, ladder.Word(l)+" for some days")
		}
	}
	return s.Choose(heading, labels, func(i int) tea.Cmd {
		for _, l := range levels {
			if i == 0 {
				return do(l, domain.Window{})
			}
			if i--; l != domain.None {
				if i == 0 {
					return s.window(ladder.Word(l)+" for some days", do, l)
				}
				i--
			}
		}
		return nil
	})
}

func (s Subject) window(heading string, do func(domain.Level, domain.Window) tea.Cmd, level domain.Level) tea.Cmd {
	s.Host.Open(ui.NewForm(s.Host.Env, ui.Form{Heading: heading, What: []string{"Whole days, both included."}, Yes: "go on", Fields: WindowFields(domain.Window{}),
		Do: func(v []string) tea.Cmd { return do(level, ReadWindow(v)) }}))
	return nil
}

// WindowFields ask for a window of days, and ReadWindow reads what was answered.
func WindowFields(held domain.Window) []ui.Field {
	return []ui.Field{{Label: "From", Value: string(held.From), Hint: "2026-01-01, or empty", Check: change.NeedDate},
		{Label: "To", Value: string(held.To), Hint: "2026-03-31, or empty", Check: change.NeedDate},
		{Label: "Time zone", Value: held.Zone, Hint: "Europe/Berlin; empty: the organisation's"}}
}

// ReadWindow is the window of the answers to WindowFields.
func ReadWindow(v []string) domain.Window {
	v = trimmed(v)
	return domain.Window{From: domain.Date(v[0]), To: domain.Date(v[1]), Zone: v[2]}
}

// kindsTaken are the kinds of grant that can be ended for many, in words.
var kindsTaken = []struct {
	kind domain.TargetKind
	word string
}{{domain.TargetGroup, "memberships of groups"}, {domain.TargetAgent, "grants on agents"}, {domain.TargetSource, "grants on data sources"}, {domain.TargetArea, "area values"},
	{domain.TargetRole, "roles"}, {domain.TargetAgentRole, "roles on agents"}, {domain.TargetAccount, "account roles"}, {domain.TargetDuty, "duties"}}

// Kinds are the kinds of grant to choose among, all of them first.
func Kinds(change.Picture) []ui.Candidate {
	out := []ui.Candidate{{Label: "All of it"}}
	for _, k := range kindsTaken {
		out = append(out, ui.Candidate{Key: k.kind.String(), Label: k.word})
	}
	return out
}

// TakeAll ends every grant of those kinds that each holder has. Nothing broader is put
// in the place of an area value.
func TakeAll(heading string, kinds []ui.Candidate, holder func(domain.ID) domain.Holder) Many {
	all, only := false, map[string]bool{}
	for _, c := range kinds {
		all, only[c.Key] = all || c.Key == "", true
	}
	what := "all access"
	if !all {
		what = Names(kinds)
	}
	return Many{Heading: heading,
		Title: func(_ change.Picture, who string) string { return fmt.Sprintf("End %s of %s", what, who) },
		Each: func(p change.Picture, id domain.ID, _ func(string) domain.ID) (out []domain.Change, why string, err error) {
			for _, g := range p.Org.GrantsOf(holder(id)) {
				if all || only[g.Target.Kind.String()] {
					out = append(out, domain.End(g))
				}
			}
			return out, "", nil
		}}
}

// TakeOn asks whose grants on everything marked are to end, and puts that forward.
func (m Marked) TakeOn(target func(domain.ID) domain.Target) tea.Cmd {
	of := map[string]domain.Holder{} // filled in the command, read after its answer
	return ui.OpenPick(m.Host.Env, ui.Pick{Heading: "Whose access ends?", What: []string{"Tab marks several."}, Load: func(ctx context.Context) ([]ui.Candidate, error) {
		p, err := m.Reads.Picture(ctx)
		if err != nil {
			return nil, err
		}
		keys, err := m.Keys(ctx)
		out := []ui.Candidate{{Label: "Everybody's"}}
		for _, key := range keys {
			for _, g := range p.Org.GrantsOn(target(domain.ID(key))) {
				k := g.Holder.Kind.String() + ":" + string(g.Holder.ID)
				if _, known := of[k]; !known {
					of[k] = g.Holder
					out = append(out, ui.Candidate{Key: k, Label: review.HolderName(p.Org, g.Holder), Note: g.Holder.Kind.String()})
				}
			}
		}
		return out, err
	}, Many: func(cs []ui.Candidate) tea.Cmd {
		all, only := false, map[domain.Holder]bool{}
		for _, c := range cs {
			all, only[of[c.Key]] = all || c.Key == "", true
		}
		whose := "everybody"
		if !all {
			whose = Names(cs)
		}
		return m.Propose(Many{Heading: "Access on many",
			Title: func(_ change.Picture, what string) string { return fmt.Sprintf("End access on %s of %s", what, whose) },
			Each: func(p change.Picture, id domain.ID, _ func(string) domain.ID) (out []domain.Change, why string, err error) {
				for _, g := range p.Org.GrantsOn(target(id)) {
					if all || only[g.Holder] {
						out = append(out, domain.End(g))
					}
				}
				return out, "", nil
			}})
	}})
}
