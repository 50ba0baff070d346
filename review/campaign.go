package review

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"countersign/domain"
)

// NewCampaign drafts a campaign from its name, definition and due date. Its
// owner is the actor, who needs the duty campaign-owner (Forbidden, rule
// "duty-missing"). Invalid: a name, a due date, a stage or a reviewer rule is
// missing or wrong; Conflict "name-taken": another campaign has the name. Where
// it names a Template, its definition is the version of that one in force
// (Conflict "not-in-force"), and a due date that is missing follows from it.
func (s *Service) NewCampaign(ctx context.Context, actor domain.Actor, c Campaign) (Campaign, error) {
	err := s.do(ctx, actor, act{"draft", domain.ID(c.Name), "campaign-owner"}, func(w *work) error {
		if err := w.requireDuty(domain.DutyCampaignOwner); err != nil {
			return err
		}
		c = Campaign{Name: c.Name, Definition: c.Definition, Template: c.Template, Due: c.Due, Owner: actor.Principal}
		if c.Template != "" {
			if err := w.fromTemplate(&c); err != nil {
				return err
			}
		}
		return w.putDraft(&c)
	})
	return c, err
}

// putDraft checks a new campaign and writes it.
func (w *work) putDraft(c *Campaign) error {
	c.Name, c.Due, c.State = strings.TrimSpace(c.Name), c.Due.UTC().Truncate(time.Millisecond), Draft
	w.made(c)
	c.Definition = w.checking().said(c.Definition)
	if err := w.checkCampaign(c); err != nil {
		return err
	}
	if err := c.Definition.Scope.checked(w.org); err != nil {
		return err
	}
	c.ID = w.NewID(domain.PrefixCampaign)
	var r rows
	r.put(nil, *c)
	_, err := w.append(w.event(EvDrafted, c.ID), nil, &r)
	return err
}

// checking is what a campaign's plan is checked against.
type checking struct {
	Tx
	org *domain.Org
	now time.Time
}

func (w *work) checking() checking { return checking{w.WriteTx, w.org, w.now} }

func (w *work) checkCampaign(c *Campaign) error { return w.checking().campaign(c) }

func (w *work) checkStages(c *Campaign) error { return w.checking().stages(c) }

// said gives a definition with what the organisation says where it does not.
func (w checking) said(d Definition) Definition {
	if d.Conflicts == "" && w.org.Setting(domain.SettingConflicted) == RefuseConflicts {
		d.Conflicts = RefuseConflicts
	}
	return d
}

// longestName is how long a campaign's name may be: it stands in every list, in the
// subjects of messages and in the names of files.
const longestName = 200

func (w checking) campaign(c *Campaign) error {
	if domain.Shown(c.Name) == "" {
		return domain.Errorf(domain.Invalid, "the campaign has no name").Hinted("name it, for example: Q4 user access")
	}
	if !oneLine(c.Name, longestName) {
		return domain.Errorf(domain.Invalid, "a campaign's name is one line of at most %d characters, without control characters", longestName).
			Hinted("shorten it, or write it anew")
	}
	if !c.Due.After(w.now) {
		return domain.Errorf(domain.Invalid, "the campaign %q would be due at %s, which is over", c.Name,
			Moment(c.Due, w.org.Zone())).Hinted("choose a date that is still to come")
	}
	all, err := w.Campaigns()
	if err != nil {
		return err
	}
	if err := FreeCampaignName(all, c.ID, c.Name); err != nil {
		return err
	}
	return w.stages(c)
}

// FreeCampaignName refuses a name that reads as that of another campaign (Conflict,
// "name-taken"); id is whose name it is to be, "" for a new one. Who has the name
// already keeps it, whatever else reads so.
func FreeCampaignName(all []Campaign, id domain.ID, name string) error {
	if slices.ContainsFunc(all, func(o Campaign) bool { return id != "" && o.ID == id && o.Name == name }) {
		return nil
	}
	for _, o := range all {
		if o.ID != id && domain.SameShown(o.Name, name) {
			return domain.Errorf(domain.Conflict, "there is a campaign %q already", o.Name).
				Hinted("choose another name").ByRule("name-taken")
		}
	}
	return nil
}

// stagesMost is how many stages a campaign may have.
const stagesMost = 9

func (w checking) stages(c *Campaign) error {
	d := &c.Definition
	if n := len(d.Stages); n < 1 || n > stagesMost {
		return domain.Errorf(domain.Invalid, "the campaign %q has %d stages", c.Name, n).
			Hinted("give it one to %d", stagesMost)
	}
	if d.Strategy == "" {
		d.Strategy = AllMustAccept.String()
	}
	if _, err := ParseStrategy(d.Strategy); err != nil {
		return err
	}
	if d.Conflicts != "" && d.Conflicts != FlagConflicts && d.Conflicts != RefuseConflicts {
		return domain.Errorf(domain.Invalid, "%q does not say what becomes of conflicts", d.Conflicts).
			Hinted("use %s or %s", FlagConflicts, RefuseConflicts)
	}
	d.Stages = slices.Clone(d.Stages)
	for i := range d.Stages {
		if err := w.stage(c.Name, i+1, &d.Stages[i]); err != nil {
			return err
		}
	}
	return w.measures(d)
}

// measures checks what a definition says of diligence and coverage.
func (w checking) measures(d *Definition) error {
	if err := d.Diligence.Check(); err != nil {
		return err
	}
	if _, err := domain.ParseDate(string(d.Scope.UncoveredBy)); err != nil || d.Scope.Uncovered == "" {
		return err
	}
	_, err := domain.FindFramework(w.org.Frameworks(), d.Scope.Uncovered)
	return err
}

func (w checking) stage(name string, no int, st *Stage) error {
	if st.Strategy == "" {
		st.Strategy = OneAcceptAccepts.String()
	}
	if _, err := ParseStrategy(st.Strategy); err != nil {
		return err
	}
	if len(st.Reviewers) == 0 {
		return domain.Errorf(domain.Invalid, "stage %d of %q names no reviewers", no, name).
			Hinted("name manager, owner, group-managers or people, in the order in which they are asked")
	}
	if no > 1 && st.Days <= 0 {
		return domain.Errorf(domain.Invalid, "stage %d of %q has no duration", no, name).Hinted("say how many days it lasts")
	}
	for _, links := range []*[]string{&st.Reviewers, &st.Additional} {
		if err := w.people(links); err != nil {
			return err
		}
	}
	for i := range st.Escalations {
		st.Escalations = slices.Clone(st.Escalations)
		if err := w.people(&st.Escalations[i].To); err != nil {
			return err
		}
	}
	fallback := []string{string(st.Fallback)}
	if st.Fallback == "" {
		return nil
	}
	err := w.people(&fallback)
	st.Fallback = domain.ID(fallback[0])
	return err
}

// people puts ids where a chain names people, in a copy of it.
func (w checking) people(links *[]string) error {
	out := slices.Clone(*links)
	for i, link := range out {
		if slices.Contains(Links(), link) {
			continue
		}
		p, err := w.org.FindPrincipal(link)
		if err != nil {
			return err
		}
		if p.Kind != domain.User {
			return domain.Errorf(domain.Invalid, "%s cannot review: only users can", p.Name).Hinted("name a person")
		}
		out[i] = string(p.ID)
	}
	*links = out
	return nil
}

// ownCampaign gives a campaign that the actor may run: its owner, or whoever
// holds the duty campaign-owner (else Forbidden, rule "not-campaign-owner").
func (w *work) ownCampaign(id domain.ID) (Campaign, error) {
	c, err := w.Campaign(id)
	if err != nil {
		return c, err
	}
	if c.Owner == w.actor.Principal || w.org.HasDuty(w.actor.Principal, domain.DutyCampaignOwner, w.now) {
		return c, nil
	}
	return c, domain.Errorf(domain.Forbidden, "%s does not run the campaign %q", w.name(w.actor.Principal), c.Name).
		Hinted("ask %s, its owner", w.name(c.Owner)).ByRule("not-campaign-owner")
}

// Stage freezes what the campaign reviews: the population of the present
// state at this instant, written aside, made effective whole by one event,
// and tied out. progress, where given, is told how many items are written.
//
// Conflict "move": the campaign is no draft; "empty-population": nothing is in
// scope; "strategy-high-risk": accepted-if-not-denied on high-risk items.
// Forbidden: the actor does not run it.
func (s *Service) Stage(ctx context.Context, actor domain.Actor, id domain.ID, progress func(done, total int)) (Campaign, error) {
	a := act{"stage", id, "campaign-owner"}
	var c Campaign
	var pop domain.ID
	var org *domain.Org
	var at time.Time
	var facts AdviceFacts
	err := s.do(ctx, actor, a, func(w *work) error {
		var err error
		if c, err = w.ownCampaign(id); err != nil {
			return err
		}
		if _, err = c.move(ActStage, ByOwner); err != nil {
			return err
		}
		pop, org, at = w.NewID("pop"), w.org, w.now
		return nil
	})
	if err != nil {
		return c, err
	}
	err = s.store.View(ctx, func(tx Tx) (err error) { facts, err = AdviceFactsOf(tx, c, at); return err })
	if err != nil {
		return c, err
	}
	p := NewPopulation(org, c, at, facts)
	p.Advise(facts)
	if err := s.reviewing(ctx, p, actor.Principal); err != nil {
		return c, err
	}
	if p.Len() == 0 {
		return c, s.refused(ctx, actor, a, domain.Errorf(domain.Conflict, "nothing is in the scope of %q", c.Name).
			Hinted("widen the scope; %d holdings were looked at", p.TieOut().Source).ByRule("empty-population"))
	}
	risky := []int{}
	if err := s.store.StageItems(ctx, pop, notingHighRisk(p.Items(progress), &risky), p.Outline()); err != nil {
		return c, err
	}
	if err := c.Definition.checkHighRisk(c.Name, risky); err != nil {
		return c, s.refused(ctx, actor, a, err)
	}
	err = s.do(ctx, actor, a, func(w *work) error {
		before, err := w.ownCampaign(id)
		if err != nil {
			return err
		}
		after := before
		if after.State, err = before.move(ActStage, ByOwner); err != nil {
			return err
		}
		after.Population, after.Frozen, after.FrozenAt, after.TieOut = pop, org.Key(), at, p.TieOut()
		w.made(&after)
		var r rows
		r.put(before, after)
		_, err = w.append(w.event(EvStaged, c.ID), StagedData{Population: pop, Frozen: after.Frozen, At: at,
			Items: p.Len(), TieOut: after.TieOut, Left: p.Left()}, &r)
		c = after
		return err
	})
	return c, err
}

// Extend moves the due date to a later one, with a reason: before the launch
// at once, as a part of what the launch signs; while the campaign is active as
// a Request, which is given back and is carried out when a checker approves
// it. Invalid: the new date is not later than now and than the old one.
func (s *Service) Extend(ctx context.Context, actor domain.Actor, id domain.ID, due time.Time, reason string) (Campaign, Request, error) {
	var c Campaign
	var q Request
	err := s.do(ctx, actor, act{"extend", id, "campaign-owner"}, func(w *work) error {
		before, err := w.ownCampaign(id)
		if err != nil {
			return err
		}
		if reason = strings.TrimSpace(reason); reason == "" {
			return domain.Errorf(domain.Invalid, "a due date is extended with a reason").Hinted("say why it takes longer")
		}
		if c, err = w.extended(before, due); err != nil {
			return err
		}
		if before.State == Active {
			q = Request{Campaign: c.ID, Act: RequestExtend, Stage: c.Stage, Due: c.Due, Reason: reason}
			c = before
			return w.request(&q)
		}
		w.made(&c)
		e := w.event(EvExtended, c.ID)
		e.Reason = reason
		var r rows
		r.put(before, c)
		_, err = w.append(e, nil, &r)
		return err
	})
	return c, q, err
}

// extended gives the campaign with a later due date.
func (w *work) extended(c Campaign, due time.Time) (Campaign, error) {
	if c.State > Active {
		return c, domain.Errorf(domain.Conflict, "the campaign %q is %s: its due date is past use", c.Name, c.State).
			Hinted("returned items carry their own due date").ByRule("move")
	}
	next := c
	next.Due = due.UTC().Truncate(time.Millisecond)
	if !next.Due.After(c.Due) || !next.Due.After(w.now) {
		return c, domain.Errorf(domain.Invalid, "a due date is extended to a later one that is still to come").
			Hinted("%q is due at %s", c.Name, w.at(c.Due))
	}
	return next, nil
}

// Ruled tells whether the last stage closed: every item has its ruling.
func (c Campaign) Ruled() bool {
	if c.State == Cancelled {
		return c.Was >= SignedOff
	}
	return c.State >= SignedOff
}

// InForce tells whether a ruling over all stages holds: its last stage closed.
// One of a stage that is being closed just now does not yet, and the silence
// of an iteration before is asked about again.
func (c Campaign) InForce(r Ruling) bool {
	now := max(c.Iteration, 1)
	switch {
	case r.Stage != 0:
		return false
	case r.Iteration < now:
		return r.Answer != Silent
	}
	return r.Iteration == now && (c.Ruled() || r.Last < c.Stage)
}

// campaignEvents are those that change what a campaign's figures say.
var campaignEvents = []domain.EventType{EvDrafted, EvStaged, EvLaunched, EvExtended, EvCancelled, EvReassigned,
	EvDecided, EvUndone, EvSigned, EvCountersigned, EvReturned, EvRemediating, EvOutcomes, EvExcepted, EvVerifying, EvClosed, EvLapsed, EvAdvanced, EvReiterated,
	EvDelegated, EvEscalated, EvRedrafted}

// errMoved says that a campaign moved on between preparing and acting.
var errMoved = errors.New("the campaign moved on")

// prepared runs prep on a picture and fn in a write transaction that first
// makes sure that neither the campaign nor anybody's access changed since, so
// that the writer is not held while much is read. When it moved, both run
// again; after several times the act is a Conflict (rule "busy").
func prepared[T any](ctx context.Context, s *Service, actor domain.Actor, a act,
	prep func(Tx) (T, error), fn func(*work, T) error) error {
	for range 5 {
		var got T
		var head Head
		err := s.store.View(ctx, func(tx Tx) error {
			var err error
			if head, err = tx.Log(); err != nil {
				return err
			}
			got, err = prep(tx)
			return err
		})
		if err != nil {
			return s.refused(ctx, actor, a, err)
		}
		err = s.do(ctx, actor, a, func(w *work) error {
			if err := w.unmoved(a.subject, head); err != nil {
				return err
			}
			return fn(w, got)
		})
		if !errors.Is(err, errMoved) {
			return err
		}
	}
	return domain.Errorf(domain.Conflict, "others are working on the same campaign just now").
		Hinted("do it again in a moment; nothing was saved").ByRule("busy")
}

func (w *work) unmoved(campaign domain.ID, since Head) error {
	if w.org.Key() != since.AccessKey {
		return errMoved
	}
	c, err := w.Campaign(campaign)
	if err != nil {
		return err
	}
	es, err := w.Events(EventQuery{Types: campaignEvents, Subject: string(c.ID), Forward: true,
		Before: domain.Seq(since.Size - 1), Limit: 1})
	if err == nil && len(es) > 0 {
		err = errMoved
	}
	return err
}

// eachItem walks the items that fit, by number, a page at a time.
func eachItem(tx Tx, q ItemQuery, fn func(Item) error) error {
	const page = 1000
	q.Limit, q.After, q.Order = page, 0, ByNumber
	for {
		items, err := tx.Items(q)
		if err != nil {
			return err
		}
		for _, it := range items {
			if err := fn(it); err != nil {
				return err
			}
		}
		if len(items) < page {
			return nil
		}
		q.After = items[len(items)-1].No
	}
}
