package main

import (
	"countersign/domain"
	"countersign/review"
)

// throughJSON is the answer of explain --through.
type throughJSON struct {
	about
	Principal thingJSON    `json:"principal"`
	Acting    thingJSON    `json:"through"`
	Target    thingJSON    `json:"target"`
	Level     string       `json:"level"` // of both together
	Asked     string       `json:"asked"`
	Holds     bool         `json:"holds"`
	User      accessJSON   `json:"user_access"`
	Through   accessJSON   `json:"through_access"`
	Denials   []reasonJSON `json:"denials,omitempty"`
}

// explainThrough says what a user has while an AI agent or an application acts
// for them: what both have (PRODUCT 9.1).
func (s *session) explainThrough(pic picture, asOf string, q review.Question, throughRef string) error {
	o := pic.org
	through, err := findPrincipal(o, throughRef)
	if err != nil {
		return err
	}
	user, _ := o.Principal(q.Principal)
	switch {
	case user.Kind != domain.User:
		return domain.Errorf(domain.Invalid, "%s is no user, and nothing acts for it", user.Name).Hinted("name the person first, and what acts for them with --through")
	case through.Kind == domain.User:
		return domain.Errorf(domain.Invalid, "%s is a person, and people do not act through each other", through.Name).
			Hinted("name an AI agent or the API key of an application with --through")
	case q.Agent != "":
		return domain.Errorf(domain.Invalid, "acting through somebody is not asked inside an agent").Hinted("leave --agent out")
	}
	acting := o.ActingFor(user.ID, through.ID, q.Target, pic.at)
	l := domain.LadderOf(q.Target.Kind)
	doc := throughJSON{about: s.about(pic), Principal: principalJSON(o, user.ID), Acting: principalJSON(o, through.ID), Target: targetJSON(o, q.Target),
		Level: l.Word(acting.Level), Asked: l.Word(q.Want), Holds: acting.Level >= q.Want, User: accessOf(o, acting.User), Through: accessOf(o, acting.Through)}
	for _, d := range acting.Denials {
		doc.Denials = append(doc.Denials, reasonJSON{d.Code, d.Text})
	}
	p := s.pageOf(pic, asOf)
	p.line("%s through %s on %s: %s", user.Name, through.Name, review.TargetName(o, q.Target, ""), doc.Level)
	for _, a := range []accessJSON{doc.User, doc.Through} {
		p.line("%s: %s", a.Principal.Name, a.Level)
		for _, w := range a.Paths {
			p.line("  %s", w)
		}
	}
	if len(doc.Denials) > 0 {
		p.line("Why it is no more")
		for _, d := range doc.Denials {
			p.line("  %s", d.Text)
		}
	}
	return s.answer(doc, p)
}
