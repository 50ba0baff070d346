package browse

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/tui"
	"countersign/tui/change"
	"countersign/tui/ui"
)

// Subject is what the acts of a page are about: the record selected in a list, or
// the one whose page it is.
type Subject struct {
	Host  *tui.Host
	Desk  *change.Desk
	Clerk *Clerk
	Reads change.Reads
	One   string // "person", for "there is no person here"
	// Selected gives the record an act is about; false without one.
	Selected func() (domain.ID, bool)
}

// Subject is the record selected in the list.
func (b *Browser) Subject() Subject {
	return Subject{b.Host, b.Desk, b.Clerk, b.cfg.Reads, b.cfg.One, func() (domain.ID, bool) {
		r, ok := b.List.Selected()
		return domain.ID(r.Key), ok
	}}
}

// Subject is the record of the page.
func (o *Object) Subject() Subject {
	return Subject{o.Host, o.Desk, o.Clerk, o.cfg.Reads, o.cfg.Scope, func() (domain.ID, bool) { return domain.ID(o.cfg.Key), true }}
}

// Off is why an act cannot be done: there is nothing it could be about.
func (s Subject) Off() string {
	if _, ok := s.Selected(); !ok {
		return "There is no " + s.One + " here."
	}
	return ""
}

// On makes an act of do: about the record selected when the key is pressed.
func (s Subject) On(do func(domain.ID) tea.Cmd) func() tea.Cmd {
	return func() tea.Cmd {
		id, ok := s.Selected()
		if !ok {
			return nil
		}
		return do(id)
	}
}

// Pick asks for one of the candidates of a picture and goes on with it.
func (s Subject) Pick(heading string, of func(change.Picture) []ui.Candidate, do func(c ui.Candidate) tea.Cmd) tea.Cmd {
	return ui.OpenPick(s.Host.Env, ui.Pick{Heading: heading, Do: do, Load: func(ctx context.Context) ([]ui.Candidate, error) {
		p, err := s.Reads.Picture(ctx)
		if err != nil {
			return nil, err
		}
		return of(p), nil
	}})
}

// Choose asks for one of a few words and goes on with its place.
func (s Subject) Choose(heading string, labels []string, do func(i int) tea.Cmd) tea.Cmd {
	c := ui.Choice{Heading: heading, Do: do}
	for _, l := range labels {
		c.Options = append(c.Options, ui.Option{Label: l})
	}
	s.Host.Open(ui.NewChoice(s.Host.Env, c))
	return nil
}

// record is a record of the domain: two that are == are the same row.
type record interface {
	comparable
	domain.Record
}

// Edit proposes another version of one record. get finds it on the picture, edit
// changes it and says what the change set is called; a version that is the same
// is nothing to change.
func Edit[R record](s Subject, heading string, get func(change.Picture) (R, error), edit func(p change.Picture, r *R) (title string, err error)) tea.Cmd {
	return s.Desk.Propose(change.Draft{Heading: heading, Make: func(p change.Picture, _ func(string) domain.ID) (domain.ChangeSet, error) {
		before, err := get(p)
		if err != nil {
			return domain.ChangeSet{}, err
		}
		after := before
		title, err := edit(p, &after)
		if err != nil || after == before {
			return domain.ChangeSet{}, err
		}
		return change.Set(title, domain.Replace(before, after))
	}})
}

// Begin proposes a new record, made with the id it is to have.
func (s Subject) Begin(heading, prefix string, make1 func(id domain.ID) (title string, r domain.Record)) tea.Cmd {
	return s.Desk.Propose(change.Draft{Heading: heading, Make: func(_ change.Picture, newID func(string) domain.ID) (domain.ChangeSet, error) {
		title, r := make1(newID(prefix))
		return change.Set(title, domain.Begin(r))
	}})
}

// Rename asks for a name and a description, those of now filled in once they have
// been read.
func (s Subject) Rename(now func(p change.Picture) (name, about string, err error), do func(name, about string) tea.Cmd) tea.Cmd {
	return change.Ask(s.Host.Env, "Rename", func(ctx context.Context) ([]ui.Field, error) {
		p, err := s.Reads.Picture(ctx)
		if err != nil {
			return nil, err
		}
		name, about, err := now(p)
		return []ui.Field{{Label: "Name", Value: name, Check: change.NeedName}, {Label: "Description", Value: about}}, err
	}, func(values []string) tea.Cmd {
		values = trimmed(values)
		return do(values[0], values[1])
	})
}

// RenameTitle is what a change set is called that gives a name and a description.
func RenameTitle(was, is string) string {
	if was == is {
		return "Describe " + was
	}
	return "Rename " + was + " to " + is
}

// Classes are the classifications as a person chooses among them, in their order.
func Classes() []string {
	var out []string
	for _, c := range domain.Classifications() {
		out = append(out, c.String())
	}
	return out
}

// Owners are who can answer for an agent, a source or a key.
func Owners(p change.Picture) []ui.Candidate { return change.People(p, change.ActiveUser, nil) }
