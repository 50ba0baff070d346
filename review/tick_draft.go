package review

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"countersign/domain"
)

// tickPlan works out what is due on one picture.
type tickPlan struct {
	*ticker
	tx        Tx
	o         *domain.Org
	now       time.Time
	campaigns []Campaign // the oldest first
	templates [][]Template
	lapsing   map[domain.ID]bool // whose stage ends in this pass: nobody is told of it any more
	todo      []due
}

func (p *tickPlan) add(act string, c domain.ID, key, text string, do func(context.Context) error) {
	p.todo = append(p.todo, due{Ticked{Act: act, Campaign: c, Text: text}, act + " " + key, do})
}

func (p *tickPlan) wait(format string, args ...any) {
	p.waits = append(p.waits, fmt.Sprintf(format, args...))
}

// span is how long a version of a definition was, or is, in force: from the
// event of its approval on, up to that of the next version's.
type span struct {
	t        Template
	from, to time.Time // to is the present where it is still in force
	since    domain.Seq
}

// spans gives those of a definition, from its approvals in the log.
func (p *tickPlan) spans(versions []Template) ([]span, error) {
	es, err := p.tx.Events(EventQuery{Types: []domain.EventType{EvTemplate}, Subject: string(versions[0].ID), Forward: true})
	if err != nil {
		return nil, err
	}
	var out []span
	for _, e := range es {
		d, err := dataOf[TemplateData](e)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(versions, func(t Template) bool { return t.Version == d.Version })
		if e.Decision != "approve" || i < 0 {
			continue
		}
		if n := len(out); n > 0 && out[n-1].to.IsZero() {
			out[n-1].to = e.Time
		}
		if versions[i].State == TemplateApproved {
			out = append(out, span{t: versions[i], from: e.Time, since: e.Seq})
		}
	}
	if n := len(out); n > 0 && out[n-1].to.IsZero() {
		out[n-1].to = p.now
	}
	return out, nil
}

// scheduled drafts a campaign for each scheduled date that came while a
// version with that schedule was in force, from the version in force now. A
// definition that was retired owes nothing.
func (p *tickPlan) scheduled() error {
	for _, versions := range p.templates {
		now, ok := TemplateInForce(versions)
		if !ok {
			continue
		}
		spans, err := p.spans(versions)
		if err != nil {
			return err
		}
		for _, sp := range spans {
			for d := range sp.t.Recurrence.Between(sp.from, sp.to, p.o.Zone()) {
				p.draftScheduled(now, sp.t.Recurrence, d)
			}
		}
	}
	return nil
}

func (p *tickPlan) draftScheduled(t Template, r Recurrence, d domain.Date) {
	trigger := string(d)
	if p.started(t.ID, trigger) {
		return
	}
	days := t.Definition.Stages[0].Days
	until := DueAfter(r.At(d, p.o.Zone()), days)
	if !until.After(p.now) { // the clock slept through it: the reviewers have their days all the same
		until = DueAfter(p.now, days)
	}
	c := Campaign{Name: t.Name + " " + trigger, Template: t.ID, Trigger: trigger, Due: until}
	p.add("draft", "", string(t.ID)+" "+trigger, fmt.Sprintf("%s is scheduled for %s", t.Name, trigger), func(ctx context.Context) error {
		return p.draft(ctx, c, nil)
	})
}

// started tells whether a campaign of the definition was started so already.
func (p *tickPlan) started(template domain.ID, trigger string) bool {
	return slices.ContainsFunc(p.campaigns, func(c Campaign) bool { return c.Template == template && c.Trigger == trigger })
}

// draft drafts a campaign of a definition, unless that is done. Its owner is
// whoever proposed the version in force, while they may run campaigns, else
// the actor.
func (t *ticker) draft(ctx context.Context, c Campaign, subjects []Triggered) error {
	return t.do(ctx, t.actor, act{"draft", domain.ID(c.Name), "campaign-owner"}, func(w *work) error {
		if err := w.requireDuty(domain.DutyCampaignOwner); err != nil {
			return err
		}
		all, err := w.Campaigns()
		if err != nil {
			return err
		}
		for n, name := 2, c.Name; ; n++ {
			i := slices.IndexFunc(all, func(o Campaign) bool { return domain.SameShown(o.Name, c.Name) })
			if slices.ContainsFunc(all, func(o Campaign) bool { return o.Template == c.Template && o.Trigger == c.Trigger }) {
				return errNothingDue
			}
			if i < 0 {
				break
			}
			c.Name = fmt.Sprintf("%s (%d)", name, n)
		}
		if err := w.fromTemplate(&c); err != nil {
			return err
		}
		scope, ok := narrowed(c.Definition.Scope, subjects)
		if !ok {
			return errNothingDue
		}
		c.Definition.Scope = scope
		versions, err := FindTemplate(w, string(c.Template))
		if err != nil {
			return err
		}
		c.Owner = t.actor.Principal
		if now, ok := TemplateInForce(versions); ok && w.org.HasDuty(now.Maker, domain.DutyCampaignOwner, w.now) {
			c.Owner = now.Maker
		}
		return w.putDraft(&c)
	})
}

// narrowed gives the scope of exactly these subjects, all of one kind.
func narrowed(s Scope, subjects []Triggered) (Scope, bool) {
	if len(subjects) == 0 {
		return s, true
	}
	whole, out := s, s
	var ids []domain.ID
	for _, t := range subjects {
		one, ok := t.narrow(whole)
		if !ok {
			continue
		}
		ids = append(ids, t.ID)
		out = one
	}
	if len(ids) == 0 {
		return s, false
	}
	slices.Sort(ids)
	switch subjects[0].Kind {
	case domain.KindPrincipal:
		out.Principals = ids
	case domain.KindGroup:
		out.Groups = ids
	case domain.KindRole:
		out.Roles = ids
	case domain.KindAgent:
		out.Agents = ids
	}
	return out, true
}

// prepared stages what the clock drafted, and launches what was staged of a
// definition that says so: the checker who approved the definition is its
// launcher. What blocks a launch is left for a person.
func (p *tickPlan) prepared() error {
	for _, c := range p.campaigns {
		switch {
		case c.Trigger == "" || c.Template == "":
		case c.State == Draft && p.superseded(c):
			p.wait("%s was missed: a later date came first; run it or cancel it with a reason", c.Name)
		case c.State == Draft:
			p.add("stage", c.ID, string(c.ID), fmt.Sprintf("%s is staged", c.Name), func(ctx context.Context) error {
				return p.stageOrCancel(ctx, c)
			})
		case c.State == Staged:
			if err := p.launchable(c); err != nil {
				return err
			}
		}
	}
	return nil
}

// superseded tells whether a later scheduled date of the definition has a
// campaign: its reviewers are not asked the same twice over.
func (p *tickPlan) superseded(c Campaign) bool {
	if !scheduledOn(c) {
		return false
	}
	return slices.ContainsFunc(p.campaigns, func(o Campaign) bool {
		return o.Template == c.Template && scheduledOn(o) && o.Trigger > c.Trigger && o.State != Cancelled
	})
}

// scheduledOn tells whether a scheduled date started the campaign.
func scheduledOn(c Campaign) bool {
	d, err := domain.ParseDate(c.Trigger)
	return err == nil && d != ""
}

func (p *tickPlan) launchable(c Campaign) error {
	if !c.Definition.AutoLaunch {
		p.wait("%s is staged and waits for a checker to launch it", c.Name)
		return nil
	}
	t, ok := p.version(c)
	switch {
	case !ok:
		p.wait("%s is staged; version %d of its definition is no longer in force: a checker launches it, or it is cancelled", c.Name, c.Version)
		return nil
	case t.Checker == c.Owner || slices.Contains(c.Makers, t.Checker):
		p.wait("%s is staged; whoever approved its definition prepared it too: another checker launches it", c.Name)
		return nil
	}
	if moved, err := changedByHand(p.tx, c.ID); err != nil || moved {
		if moved {
			p.wait("%s is staged; its reviewers or its due date were changed since: a checker launches it", c.Name)
		}
		return err
	}
	checks, err := PreLaunchOf(p.tx, c.ID)
	if err != nil {
		return err
	}
	for _, ch := range checks {
		if ch.Block {
			p.wait("%s cannot be launched: %s", c.Name, ch.Text)
			return nil
		}
	}
	if !c.Due.After(p.now) {
		p.wait("%s cannot be launched: it was due at %s", c.Name, Moment(c.Due, p.o.Zone()))
		return nil
	}
	if who, _, err := notOwnStandIn(p.tx, c.ID); err != nil || who != "" {
		if who != "" {
			p.wait("%s is staged; %s: a checker launches it", c.Name, notOwnWords(p.o, who))
		}
		return err
	}
	p.add("launch", c.ID, string(c.ID), fmt.Sprintf("%s is launched, on %s's approval of its definition", c.Name, p.o.Name(domain.KindPrincipal, t.Checker)),
		func(ctx context.Context) error { return p.launchApproved(ctx, c.ID) })
	return nil
}

// version gives the version a campaign was drafted from, while it is in force.
func (p *tickPlan) version(c Campaign) (Template, bool) {
	for _, versions := range p.templates {
		if t, ok := TemplateInForce(versions); ok && t.ID == c.Template {
			return t, t.Version == c.Version
		}
	}
	return Template{}, false
}

// changedByHand tells whether somebody changed a staged campaign's reviewers
// or its due date: then it is no longer what its definition's approval covers.
func changedByHand(tx Tx, campaign domain.ID) (bool, error) {
	es, err := tx.Events(EventQuery{Types: []domain.EventType{EvReassigned, EvExtended, EvRedrafted}, Subject: string(campaign), Limit: 1})
	return len(es) > 0, err
}

// notOwnStandIn gives a reviewer whose items the staging gave to a substitute whom they
// did not choose, or would not choose any more, empty where there is none. No checker
// has seen who answers then: the definition's approval speaks of the reviewers, and that
// was before. Such an item may stay with the substitute whatever is in force now
// (StandIn). What is set after the staging moves nothing. It gives the substitutions,
// too, by which it told.
func notOwnStandIn(tx Tx, campaign domain.ID) (domain.ID, StandIns, error) {
	in, err := standInsNow(tx)
	if err != nil {
		return "", nil, err
	}
	own := in.Own()
	for a, err := range tx.Answering(campaign) {
		if err != nil {
			return "", nil, err
		}
		if a.For != "" && own.last(a.For) != a.Reviewer {
			return a.For, in, nil
		}
	}
	return "", in, nil
}

func notOwnWords(o *domain.Org, who domain.ID) string {
	return "who stands in for " + o.Name(domain.KindPrincipal, who) + " in it was not, or is no longer, their own choice"
}

// launchApproved launches a campaign on the approval of its definition; all
// that lets it is checked again in the transaction that launches.
func (t *ticker) launchApproved(ctx context.Context, id domain.ID) error {
	type ready struct {
		checks []Check
		notOwn domain.ID
		in     StandIns
	}
	err := prepared(ctx, t.Service, t.actor, act{"launch", id, "campaign-owner"}, func(tx Tx) (r ready, err error) {
		if r.checks, err = PreLaunchOf(tx, id); err == nil {
			r.notOwn, r.in, err = notOwnStandIn(tx, id)
		}
		return r, err
	}, func(w *work, r ready) error {
		c, err := w.ownCampaign(id)
		if err != nil {
			return err
		}
		if in, err := standInsNow(w); err != nil {
			return err
		} else if !maps.Equal(in, r.in) {
			return errMoved
		}
		versions, err := FindTemplate(w, string(c.Template))
		if err != nil {
			return err
		}
		now, ok := TemplateInForce(versions)
		if !ok || now.Version != c.Version || !now.Definition.AutoLaunch || now.Checker == "" ||
			now.Checker == c.Owner || slices.Contains(c.Makers, now.Checker) {
			return domain.Errorf(domain.Conflict, "the campaign %q is not launched on its definition's approval", c.Name).
				Hinted("a checker who had no part in it launches it").ByRule("launch-unapproved")
		}
		if moved, err := changedByHand(w, c.ID); err != nil || moved {
			if err == nil {
				err = domain.Errorf(domain.Conflict, "the reviewers or the due date of %q were changed: its definition's approval does not cover that", c.Name).
					Hinted("a checker who had no part in it launches it").ByRule("launch-unapproved")
			}
			return err
		}
		if r.notOwn != "" {
			return domain.Errorf(domain.Conflict, "%q: %s", c.Name, notOwnWords(w.org, r.notOwn)).
				Hinted("a checker who had no part in it launches it").ByRule("launch-unapproved")
		}
		_, err = w.launch(c, now.Checker, r.checks)
		return err
	})
	if err == nil {
		_, err = t.StandIn(ctx, t.actor, id)
	}
	return err
}
