package review

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"countersign/domain"
)

// Reminding is what a reminder by hand would write, or wrote: a message each, in
// the order of the reviewers, and who gets none, with why.
type Reminding struct {
	Messages []Message
	Skipped  []Skipped
}

// Skipped is a reviewer who is not reminded.
type Skipped struct {
	Reviewer domain.ID
	Why      string // a sentence without a full stop
}

// longestNote is how long the line of one's own in a reminder may be.
const longestNote = 500

// byHand is the rule of a reminder that a person sent.
const byHand = "by hand"

// Remind writes a reminder to reviewers of the present stage into the outbox,
// whatever the stage's own days for that are; note, where given, is a line of the
// actor's own in it. No reviewers means all whose packets are open. While the
// campaign is staged those told are the checkers who can launch it. A person is
// reminded so once a day of the organisation's zone; who has signed, has no items
// or was reminded today is skipped, and says why. Dry writes nothing and gives the
// texts.
//
// The actor runs the campaign (Forbidden, "not-campaign-owner"). Invalid: the note
// is more than a line. Conflict "not-active": the campaign asks nobody;
// "nobody-to-remind": all are skipped.
func (s *Service) Remind(ctx context.Context, actor domain.Actor, campaign domain.ID, to []domain.ID, note string, dry bool) (Reminding, error) {
	var out Reminding
	if note = strings.TrimSpace(note); !oneLine(note, longestNote) {
		return out, domain.Errorf(domain.Invalid, "the note is one line of at most %d characters, without control characters", longestNote).
			Hinted("shorten it; the reminder itself says what is asked, and by when")
	}
	if dry {
		return out, s.store.View(ctx, func(tx Tx) error {
			o, err := tx.Org()
			if err != nil {
				return err
			}
			c, err := tx.Campaign(campaign)
			if err != nil {
				return err
			}
			all, skipped, err := reminders(&tickPlan{tx: tx, o: o, now: tx.Now()}, c, to, by(o, actor, note))
			out.Skipped = skipped
			for _, m := range all {
				out.Messages = append(out.Messages, m.Message)
			}
			return err
		})
	}
	err := s.do(ctx, actor, act{"remind", campaign, "campaign-owner"}, func(w *work) error {
		c, err := w.ownCampaign(campaign)
		if err != nil {
			return err
		}
		all, skipped, err := reminders(&tickPlan{tx: w, o: w.org, now: w.now}, c, to, by(w.org, actor, note))
		if err != nil {
			return err
		}
		out = Reminding{Skipped: skipped}
		if len(all) == 0 {
			why := ""
			if len(skipped) > 0 {
				why = ": " + skipped[0].Why
			}
			return domain.Errorf(domain.Conflict, "nobody is reminded%s", why).Hinted("look who is still to answer").ByRule("nobody-to-remind")
		}
		for _, m := range all {
			var r rows
			r.put(nil, m.Message)
			if _, err := w.append(w.event(EvReminded, c.ID), m.data, &r); err != nil {
				return err
			}
			out.Messages = append(out.Messages, m.Message)
		}
		return nil
	})
	return out, err
}

// by is the line that a person adds to reminders, "" for none.
func by(o *domain.Org, actor domain.Actor, note string) string {
	if note = strings.TrimSpace(note); note == "" {
		return ""
	}
	return fmt.Sprintf("\n%s adds: %s\n", o.Name(domain.KindPrincipal, actor.Principal), note)
}

// reminders gives the messages to those of to who can be reminded now.
func reminders(p *tickPlan, c Campaign, to []domain.ID, note string) (out []telling, skipped []Skipped, err error) {
	if c.State == Staged {
		return p.launchers(c, to, note)
	}
	if c.State != Active {
		return nil, nil, domain.Errorf(domain.Conflict, "the campaign %q is %s: nobody is asked", c.Name, c.State).
			Hinted("reviewers are reminded while it is active, and checkers of the launch while it is staged").ByRule("not-active")
	}
	told, err := p.told()
	if err != nil {
		return nil, nil, err
	}
	progress, err := p.tx.Progress(c.ID)
	if err != nil {
		return nil, nil, err
	}
	everybody := len(to) == 0
	open := map[domain.ID]Progress{}
	for _, one := range progress {
		if one.Stage == c.Stage && one.Reviewer != "" {
			open[one.Reviewer] = one
			if everybody && one.Items > 0 {
				to = append(to, one.Reviewer)
			}
		}
	}
	key := "by-hand-" + string(p.o.DayOf(p.now))
	for i, ref := range to {
		person, err := p.o.FindPrincipal(string(ref))
		if err != nil {
			return nil, nil, err
		}
		if slices.Contains(to[:i], person.ID) {
			continue
		}
		one, m := open[person.ID], telling{}
		why := unasked(one, person.Name)
		if why == "" {
			if m = p.reminder(c, one, byHand, key); told[m.ID] {
				why = person.Name + " was reminded today already"
			}
		}
		if why != "" {
			if !everybody || told[m.ID] {
				skipped = append(skipped, Skipped{person.ID, why})
			}
			continue
		}
		m.Text += note
		out = append(out, m)
	}
	return out, skipped, nil
}

// unasked says why a reviewer is not to be reminded, "" if they are.
func unasked(one Progress, name string) string {
	switch {
	case one.Items == 0:
		return name + " has no items in this stage"
	case one.State == Signed || one.State == Countersigned:
		return name + " has signed"
	}
	return ""
}

// launchers gives the messages to the checkers who can give a staged campaign the
// second signature.
func (p *tickPlan) launchers(c Campaign, to []domain.ID, note string) (out []telling, skipped []Skipped, err error) {
	told, err := p.told()
	if err != nil {
		return nil, nil, err
	}
	everybody := len(to) == 0
	if everybody {
		for row := range p.o.All(domain.KindPrincipal) {
			who, ok := row.Record.(domain.Principal)
			if ok && who.Kind == domain.User && p.o.HasDuty(who.ID, domain.DutyChecker, p.now) {
				to = append(to, who.ID)
			}
		}
	}
	for i, ref := range to {
		who, err := p.o.FindPrincipal(string(ref))
		if err != nil {
			return nil, nil, err
		}
		m := Message{Kind: MessageLaunch, To: who.ID, Campaign: c.ID, At: p.now,
			ID:      domain.ID("msg/" + string(c.ID) + "/launch/" + string(who.ID) + "/by-hand-" + string(p.o.DayOf(p.now))),
			Subject: fmt.Sprintf("%s waits for a checker to launch it: %s", c.Name, Count(c.TieOut.InScope, "item", "items"))}
		why := ""
		switch {
		case slices.Contains(to[:i], who.ID):
			continue
		case !p.o.HasDuty(who.ID, domain.DutyChecker, p.now):
			why = who.Name + " is no checker"
		case who.ID == c.Owner || slices.Contains(c.Makers, who.ID):
			why = who.Name + " prepared it and cannot launch it"
		case told[m.ID]:
			why = who.Name + " was asked today already"
		}
		if why != "" {
			skipped = append(skipped, Skipped{who.ID, why})
			continue
		}
		name := ShellWord(c.Name)
		m.Text = fmt.Sprintf("Dear %s,\n\nthe access review %q is staged: %s in scope, difference %d, due %s.\nIts launch is the second signature on what was prepared, and yours to give.\n\n"+
			"Open the console:    countersign\nor look at it first: countersign campaign check %s\nand launch it:       countersign campaign launch %s\n",
			who.Name, c.Name, Count(c.TieOut.InScope, "item", "items"), c.TieOut.Difference(), Moment(c.Due, p.o.Zone()), name, name) + note
		out = append(out, telling{m, RemindedData{Kind: m.Kind, Rule: byHand, To: who.ID}})
	}
	return out, skipped, nil
}
