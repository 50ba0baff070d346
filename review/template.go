package review

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"countersign/domain"
)

// FindTemplate gives every version of the definition that ref names by its id, by its
// name or, as nothing else is called, by what its name reads as, the oldest first. None
// is NotFound; several that read so are a Conflict.
func FindTemplate(tx Tx, ref string) ([]Template, error) {
	all, err := tx.Templates()
	if err != nil {
		return nil, err
	}
	defs := ByTemplate(all)
	for _, fits := range []func(Template) bool{
		func(t Template) bool { return string(t.ID) == ref },
		func(t Template) bool { return t.Name == ref },
		func(t Template) bool { return domain.SameShown(t.Name, ref) },
	} {
		var found [][]Template
		for _, versions := range defs {
			if fits(versions[0]) {
				found = append(found, versions)
			}
		}
		switch len(found) {
		case 0:
		case 1:
			return found[0], nil
		default:
			return nil, domain.Errorf(domain.Conflict, "%d definitions read %q", len(found), ref).
				Hinted("name it by its id: %s or %s", found[0][0].ID, found[1][0].ID).ByRule("several-definitions")
		}
	}
	return nil, domain.Errorf(domain.NotFound, "there is no definition %q", ref).
		Hinted("list them with: countersign definition list")
}

// TemplateInForce gives the version that campaigns are drafted from: the last one
// approved, unless a later one retired the definition. versions are those of
// one definition, the oldest first.
func TemplateInForce(versions []Template) (Template, bool) {
	for _, t := range slices.Backward(versions) {
		switch t.State {
		case TemplateApproved:
			return t, true
		case TemplateRetired:
			return Template{}, false
		}
	}
	return Template{}, false
}

// TemplatePending gives the version that waits for a checker.
func TemplatePending(versions []Template) (Template, bool) {
	if n := len(versions); n > 0 && versions[n-1].State == TemplateProposed {
		return versions[n-1], true
	}
	return Template{}, false
}

// ByTemplate gathers the versions of each definition, in the order of names.
func ByTemplate(all []Template) [][]Template {
	slices.SortStableFunc(all, func(a, b Template) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Version, b.Version))
	})
	var out [][]Template
	for t := range slices.Values(all) {
		if n := len(out); n > 0 && out[n-1][0].ID == t.ID {
			out[n-1] = append(out[n-1], t)
		} else {
			out = append(out, []Template{t})
		}
	}
	return out
}

// ProposeTemplate proposes a definition: its first version, or, where there is
// one of the name, the next; what was approved stays in force until a checker
// approves this. The actor holds the duty campaign-owner.
//
// Invalid: what Check and the stages' people say. Conflict: an earlier version
// waits for a checker ("pending"); it says the same as what is in force
// ("unchanged").
func (s *Service) ProposeTemplate(ctx context.Context, actor domain.Actor, t Template) (Template, error) {
	var out Template
	err := s.do(ctx, actor, act{"propose the definition", domain.ID(t.Name), "campaign-owner"}, func(w *work) error {
		if err := w.requireDuty(domain.DutyCampaignOwner); err != nil {
			return err
		}
		out = Template{Name: strings.TrimSpace(t.Name), About: strings.TrimSpace(t.About), Version: 1, State: TemplateProposed,
			Maker: actor.Principal, Definition: t.Definition, Recurrence: t.Recurrence, Triggers: slices.Clone(t.Triggers)}
		slices.Sort(out.Triggers)
		if err := w.checkTemplate(&out); err != nil {
			return err
		}
		versions, err := FindTemplate(w, out.Name)
		if domain.CodeOf(err) != domain.NotFound && err != nil {
			return err
		}
		if err := out.follow(w, versions); err != nil {
			return err
		}
		return w.putTemplate("propose", nil, out)
	})
	return out, err
}

// follow makes t the version after those there are.
func (t *Template) follow(w *work, versions []Template) error {
	if len(versions) == 0 {
		t.ID = w.NewID("def")
		return nil
	}
	if p, waits := TemplatePending(versions); waits {
		return domain.Errorf(domain.Conflict, "version %d of %q, proposed by %s, waits for a checker", p.Version, p.Name, w.name(p.Maker)).
			Hinted("have it approved or rejected first: countersign definition reject %q", p.Name).ByRule("pending")
	}
	last := versions[len(versions)-1]
	t.ID, t.Name, t.Version = last.ID, last.Name, last.Version+1
	if now, ok := TemplateInForce(versions); ok && t.says(now) {
		return domain.Errorf(domain.Conflict, "version %d of %q says the same", now.Version, now.Name).
			Hinted("nothing needs to be proposed").ByRule("unchanged")
	}
	return nil
}

// says tells whether two versions say the same.
func (t Template) says(o Template) bool {
	a, aErr := t.File()
	b, bErr := o.File()
	return aErr == nil && bErr == nil && string(a) == string(b) && t.Retires == o.Retires
}

func (w *work) checkTemplate(t *Template) error {
	if err := t.Check(); err != nil {
		return err
	}
	if err := t.resolve(w.org); err != nil {
		return err
	}
	c := Campaign{Name: t.Name, Definition: t.Definition}
	if err := w.checkStages(&c); err != nil {
		return err
	}
	t.Definition = c.Definition
	return nil
}

// putTemplate records what became of a version.
func (w *work) putTemplate(decision string, before domain.Record, t Template) error {
	e := w.event(EvTemplate, t.ID)
	e.Decision, e.Reason = decision, t.Reason
	var r rows
	r.put(before, t)
	_, err := w.append(e, TemplateData{Version: t.Version, Name: t.Name}, &r)
	return err
}

// TemplateData is the Data of EvTemplate.
type TemplateData struct {
	Version int    `json:"version"`
	Name    string `json:"name"`
}

// RetireTemplate proposes that no campaign be drafted from a definition any
// more, for a reason; a checker's approval makes it so. Conflict: "pending";
// "not-in-force", none of its versions is.
func (s *Service) RetireTemplate(ctx context.Context, actor domain.Actor, ref, reason string) (Template, error) {
	var out Template
	err := s.do(ctx, actor, act{"retire the definition", domain.ID(ref), "campaign-owner"}, func(w *work) error {
		if err := w.requireDuty(domain.DutyCampaignOwner); err != nil {
			return err
		}
		versions, err := FindTemplate(w, ref)
		if err != nil {
			return err
		}
		now, ok := TemplateInForce(versions)
		if !ok {
			return domain.Errorf(domain.Conflict, "no version of %q is in force", versions[0].Name).
				Hinted("a version that waits is rejected: countersign definition reject %q", versions[0].Name).ByRule("not-in-force")
		}
		out = now
		if out.Reason = strings.TrimSpace(reason); out.Reason == "" {
			return domain.Errorf(domain.Invalid, "retiring %q needs a reason", now.Name).Hinted("say why it is reviewed no more")
		}
		out.State, out.Maker, out.Checker, out.Retires = TemplateProposed, actor.Principal, "", true
		if err := out.follow(w, versions); err != nil {
			return err
		}
		return w.putTemplate("retire", nil, out)
	})
	return out, err
}

// ApproveTemplate is the second signature on the version that waits: the actor
// is a checker (Forbidden, "duty-missing") other than its maker (Forbidden,
// "own-definition"). Conflict: none waits ("not-pending").
func (s *Service) ApproveTemplate(ctx context.Context, actor domain.Actor, ref, reason string) (Template, error) {
	var out Template
	err := s.do(ctx, actor, act{"approve the definition", domain.ID(ref), "checker"}, func(w *work) error {
		before, err := w.pendingTemplate(ref)
		if err != nil {
			return err
		}
		if err := w.requireDuty(domain.DutyChecker); err != nil {
			return err
		}
		if before.Maker == actor.Principal {
			return domain.Errorf(domain.Forbidden, "%s proposed version %d of %q and cannot approve it", w.name(actor.Principal), before.Version, before.Name).
				Hinted("another checker approves it").ByRule("own-definition")
		}
		if err := w.unseen("the definition "+before.Name, string(before.ID), EvTemplate); err != nil {
			return err
		}
		out = before
		out.Checker, out.State = actor.Principal, TemplateApproved
		if before.Retires {
			out.State = TemplateRetired
		} else if err := w.checkTemplate(&out); err != nil { // who it names may have left since
			return err
		}
		if r := strings.TrimSpace(reason); r != "" {
			out.Reason = r
		}
		return w.putTemplate("approve", before, out)
	})
	return out, err
}

// RejectTemplate ends the version that waits, for a reason: by a checker, or
// by its maker, who takes it back. What is in force stays so.
func (s *Service) RejectTemplate(ctx context.Context, actor domain.Actor, ref, reason string) (Template, error) {
	var out Template
	err := s.do(ctx, actor, act{"reject the definition", domain.ID(ref), "checker"}, func(w *work) error {
		before, err := w.pendingTemplate(ref)
		if err != nil {
			return err
		}
		out = before
		if before.Maker != actor.Principal {
			if err := w.requireDuty(domain.DutyChecker); err != nil {
				return err
			}
			out.Checker = actor.Principal
		}
		if out.Reason = strings.TrimSpace(reason); out.Reason == "" {
			return domain.Errorf(domain.Invalid, "rejecting %q needs a reason", before.Name).Hinted("say what should be different")
		}
		out.State = TemplateRejected
		return w.putTemplate("reject", before, out)
	})
	return out, err
}

func (w *work) pendingTemplate(ref string) (Template, error) {
	versions, err := FindTemplate(w, ref)
	if err != nil {
		return Template{}, err
	}
	p, ok := TemplatePending(versions)
	if !ok {
		last := versions[len(versions)-1]
		return p, domain.Errorf(domain.Conflict, "no version of %q waits for a checker: version %d is %s", last.Name, last.Version, last.State).
			Hinted("its maker proposes a change: countersign definition edit").ByRule("not-pending")
	}
	return p, nil
}

// fromTemplate makes the draft one of its definition: the version in force is
// taken whole, inside the transaction, and a due date that is not given
// follows from the first stage's days. Conflict: "not-in-force".
func (w *work) fromTemplate(c *Campaign) error {
	versions, err := FindTemplate(w, string(c.Template))
	if err != nil {
		return err
	}
	t, ok := TemplateInForce(versions)
	if !ok {
		return domain.Errorf(domain.Conflict, "no version of the definition %q is in force", versions[0].Name).
			Hinted("a checker approves it first: countersign definition approve %q", versions[0].Name).ByRule("not-in-force")
	}
	c.Template, c.Version, c.Definition = t.ID, t.Version, t.Definition
	if c.Due.IsZero() {
		c.Due = DueAfter(w.now, t.Definition.Stages[0].Days)
	}
	return nil
}

// DueAfter is the last instant of so many whole days, in milliseconds.
func DueAfter(began time.Time, days int) time.Time {
	return began.UTC().AddDate(0, 0, days).Add(-time.Millisecond)
}
