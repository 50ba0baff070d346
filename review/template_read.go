package review

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"countersign/domain"
)

// templateFile is a definition as a file holds it: one JSON object, the same
// that "definition show --file" writes. Whatever the file does not say is as
// in a new definition.
type templateFile struct {
	Name       string     `json:"name"`
	About      string     `json:"about,omitempty"`
	Recurrence Recurrence `json:"recurrence,omitzero"`
	Triggers   []Trigger  `json:"triggers,omitempty"`
	Definition Definition `json:"definition"`
}

// ReadTemplate reads a definition from its file, strictly: an unknown key, a
// mistyped word, a missing duration are Invalid errors that name the place.
// People, groups, roles, agents and areas may be named by id or by what they
// are called; one that o does not have is an error too.
func ReadTemplate(raw []byte, o *domain.Org) (Template, error) {
	var f templateFile
	if err := readStrict(bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf")), &f); err != nil {
		return Template{}, err
	}
	t := Template{Name: f.Name, About: f.About, Recurrence: f.Recurrence, Triggers: f.Triggers, Definition: f.Definition}
	if err := t.Check(); err != nil {
		return Template{}, err
	}
	err := t.resolve(o)
	if err != nil {
		return Template{}, err
	}
	return t, nil
}

// File gives the definition as a file that ReadTemplate reads back as the
// same, indented for a person to edit.
func (t Template) File() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(templateFile{Name: t.Name, About: t.About, Recurrence: t.Recurrence, Triggers: t.Triggers, Definition: t.Definition})
	return b.Bytes(), err
}

// maxTemplateName is how long a definition's name may be, so that the names of
// its campaigns can be read.
const maxTemplateName = 80

// Check says what is wrong with a definition as it is written, without asking
// who is there: Invalid errors that name the place.
func (t Template) Check() error {
	switch {
	case domain.Shown(t.Name) == "":
		return domain.Errorf(domain.Invalid, "name: the definition has no name").Hinted("name it, for example: Quarterly recertification")
	case t.Name != strings.TrimSpace(t.Name) || !oneLine(t.Name, maxTemplateName):
		return domain.Errorf(domain.Invalid, "name: a definition's name is one line of at most %d characters", maxTemplateName).
			Hinted("shorten it; About takes the rest")
	}
	if err := inPlace("recurrence", t.Recurrence.Check()); err != nil {
		return err
	}
	for i, x := range t.Triggers {
		if slices.Contains(t.Triggers[:i], x) {
			return domain.Errorf(domain.Invalid, "triggers[%d]: %s stands there twice", i, x).Hinted("keep one of them")
		}
	}
	return inPlace("definition", t.Definition.check())
}

func (d Definition) check() error {
	if n := len(d.Stages); n < 1 || n > stagesMost {
		return domain.Errorf(domain.Invalid, "stages: there are %d", n).Hinted("give it one to %d", stagesMost)
	}
	for i, st := range d.Stages {
		if err := inPlace(fmt.Sprintf("stages[%d]", i), st.check()); err != nil {
			return err
		}
	}
	if d.Strategy != "" {
		if _, err := ParseStrategy(d.Strategy); err != nil {
			return inPlace("strategy", err)
		}
	}
	if d.Conflicts != "" && d.Conflicts != "flag" && d.Conflicts != "refuse" {
		return domain.Errorf(domain.Invalid, "conflicts: %q is not known", d.Conflicts).Hinted("use flag or refuse")
	}
	for _, x := range []struct {
		path string
		n    int
	}{{"horizon_days", d.Horizon}, {"old_after_days", d.OldAfter}, {"unused_days", d.Unused},
		{"diligence.seconds", d.Diligence.Seconds}} {
		if x.n < 0 || x.n > 3660 {
			return domain.Errorf(domain.Invalid, "%s: %d is out of bounds", x.path, x.n).Hinted("use 0 to 3660")
		}
	}
	return inPlace("scope", d.Scope.check())
}

func (s Scope) check() error {
	if s.Unused < 0 || s.Unused > 3660 {
		return domain.Errorf(domain.Invalid, "unused_days: %d is out of bounds", s.Unused).Hinted("use 0 to 3660")
	}
	for i, x := range s.Exclude {
		if err := inPlace(fmt.Sprintf("exclude[%d]", i), x.check()); err != nil {
			return err
		}
	}
	return nil
}

func (x Exclusion) check() error {
	if x.Holder == "" && x.Target == "" && x.Agent == "" {
		return domain.Errorf(domain.Invalid, "the exclusion names nothing").Hinted("name a holder, a target or an agent")
	}
	if strings.TrimSpace(x.Reason) == "" {
		return domain.Errorf(domain.Invalid, "the exclusion has no reason").Hinted("say why it is left out: a checker signs it with the definition")
	}
	return nil
}

// check says what is wrong with a stage of a definition, which, unlike a
// campaign's only one, always has a duration.
func (st Stage) check() error {
	if err := checkDays(st.Days); err != nil {
		return inPlace("days", err)
	}
	if len(st.Reviewers) == 0 {
		return domain.Errorf(domain.Invalid, "reviewers: nobody is named").
			Hinted("name %s or people, in the order in which they are asked", strings.Join(Links(), ", "))
	}
	if st.Strategy != "" {
		if _, err := ParseStrategy(st.Strategy); err != nil {
			return inPlace("strategy", err)
		}
	}
	for i, r := range st.Reminders {
		if r > st.Days || r < -MaxDays {
			return domain.Errorf(domain.Invalid, "reminders[%d]: %d days before the due date is before the stage begins", i, r).
				Hinted("use 0 to %d, or less than 0 for days after the due date", st.Days)
		}
		if slices.Contains(st.Reminders[:i], r) {
			return domain.Errorf(domain.Invalid, "reminders[%d]: %d stands there twice", i, r).Hinted("keep one of them")
		}
	}
	for i, e := range st.Escalations {
		switch {
		case e.After < 1 || e.After >= st.Days:
			return domain.Errorf(domain.Invalid, "escalations[%d].after_days: %d is not within the stage", i, e.After).
				Hinted("use 1 to %d", st.Days-1)
		case len(e.To) == 0:
			return domain.Errorf(domain.Invalid, "escalations[%d].to: nobody is named", i).Hinted("name who is brought in, in order")
		}
	}
	return nil
}

// inPlace says where a definition was refused.
func inPlace(path string, err error) error {
	e := asError(err)
	if e == nil {
		return err
	}
	glue := ": "
	if first, _, ok := strings.Cut(e.Message, ":"); ok && !strings.ContainsAny(first, " \"") {
		glue = "." // what follows begins with a place of its own
	}
	out := *e
	out.Message = path + glue + e.Message
	return &out
}

// checked checks a scope and puts ids where things are named as they are
// called.
func (s *Scope) checked(o *domain.Org) error {
	if err := s.check(); err != nil {
		return err
	}
	return s.resolve(o)
}

// resolve puts ids where people and things are named as they are called, in
// copies of the lists.
func (t *Template) resolve(o *domain.Org) error {
	if err := inPlace("definition.scope", t.Definition.Scope.resolve(o)); err != nil {
		return err
	}
	t.Definition.Stages = slices.Clone(t.Definition.Stages)
	for i := range t.Definition.Stages {
		if err := resolveStage(o, &t.Definition.Stages[i]); err != nil {
			return inPlace(fmt.Sprintf("definition.stages[%d]", i), err)
		}
	}
	return nil
}

func (s *Scope) resolve(o *domain.Org) error {
	for _, x := range []struct {
		path string
		list *[]domain.ID
		find func(string) (domain.ID, error)
	}{
		{"agents", &s.Agents, func(r string) (domain.ID, error) { a, err := o.FindAgent(r); return a.ID, err }},
		{"groups", &s.Groups, func(r string) (domain.ID, error) { g, err := o.FindGroup(r); return g.ID, err }},
		{"roles", &s.Roles, func(r string) (domain.ID, error) { g, err := o.FindRole(r); return g.ID, err }},
		{"principals", &s.Principals, func(r string) (domain.ID, error) { p, err := o.FindPrincipal(r); return p.ID, err }},
		{"areas", &s.Areas, func(r string) (domain.ID, error) { a, err := o.FindArea(r); return a.ID, err }},
	} {
		out := slices.Clone(*x.list)
		for i, ref := range out {
			id, err := x.find(string(ref))
			if err != nil {
				return inPlace(fmt.Sprintf("%s[%d]", x.path, i), err)
			}
			out[i] = id
		}
		*x.list = out
	}
	s.Exclude = slices.Clone(s.Exclude)
	for i := range s.Exclude {
		if err := s.Exclude[i].resolve(o); err != nil {
			return inPlace(fmt.Sprintf("exclude[%d]", i), err)
		}
	}
	if s.Uncovered != "" {
		f, err := domain.FindFramework(o.Frameworks(), s.Uncovered)
		if err != nil {
			return inPlace("uncovered", err)
		}
		s.Uncovered = f.Word
	}
	return nil
}

// resolve puts ids into an exclusion; what it names must be there, or it would
// quietly leave out nothing.
func (x *Exclusion) resolve(o *domain.Org) error {
	principal := func(r string) (domain.ID, error) { p, err := o.FindPrincipal(r); return p.ID, err }
	group := func(r string) (domain.ID, error) { g, err := o.FindGroup(r); return g.ID, err }
	role := func(r string) (domain.ID, error) { g, err := o.FindRole(r); return g.ID, err }
	agent := func(r string) (domain.ID, error) { a, err := o.FindAgent(r); return a.ID, err }
	source := func(r string) (domain.ID, error) { a, err := o.FindSource(r); return a.ID, err }
	area := func(r string) (domain.ID, error) { a, err := o.FindArea(r); return a.ID, err }
	for _, part := range []struct {
		path string
		ref  *domain.ID
		find []func(string) (domain.ID, error)
	}{
		{"holder", &x.Holder, []func(string) (domain.ID, error){principal, group, role}},
		{"target", &x.Target, []func(string) (domain.ID, error){agent, group, role, source, area}},
		{"agent", &x.Agent, []func(string) (domain.ID, error){agent}},
	} {
		if *part.ref == "" {
			continue
		}
		var found domain.ID
		for _, find := range part.find {
			if id, err := find(string(*part.ref)); err == nil && found == "" {
				found = id
			}
		}
		if found == "" {
			return domain.Errorf(domain.Invalid, "%s: there is nothing called %q to leave out", part.path, *part.ref).
				Hinted("name it by its id or as it is called")
		}
		*part.ref = found
	}
	return nil
}

func resolveStage(o *domain.Org, st *Stage) error {
	fallback := []string{}
	if st.Fallback != "" {
		fallback = append(fallback, string(st.Fallback))
	}
	lists := []struct {
		path  string
		chain *[]string
	}{{"reviewers", &st.Reviewers}, {"additional", &st.Additional}, {"fallback", &fallback}}
	st.Escalations = slices.Clone(st.Escalations)
	for i := range st.Escalations {
		lists = append(lists, struct {
			path  string
			chain *[]string
		}{fmt.Sprintf("escalations[%d].to", i), &st.Escalations[i].To})
	}
	for _, x := range lists {
		out := slices.Clone(*x.chain)
		for i, link := range out {
			if slices.Contains(Links(), link) && x.path != "fallback" {
				continue
			}
			p, err := o.FindPrincipal(link)
			if err == nil && p.Kind != domain.User {
				err = domain.Errorf(domain.Invalid, "%s cannot review: only users can", p.Name).Hinted("name a person")
			}
			if err != nil {
				return inPlace(fmt.Sprintf("%s[%d]", x.path, i), err)
			}
			out[i] = string(p.ID)
		}
		*x.chain = out
	}
	if len(fallback) == 1 {
		st.Fallback = domain.ID(fallback[0])
	}
	return nil
}
