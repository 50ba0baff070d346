package review

import (
	"context"
	"slices"
	"time"

	"countersign/domain"
)

// Home is what waits for one person, and what is under way.
type Home struct {
	Person    domain.Principal
	Mine      []MyItems       // campaigns in which the person has items
	Packets   []WaitingPacket // signed packets that wait for a checker
	ToApprove []ChangeSetHead // change sets of others that the person may approve
	MyChanges []ChangeSetHead // the person's own that wait
	Campaigns []CampaignFigures
	Now       time.Time // in the organisation's zone
}

// MyItems is a person's share of an active campaign.
type MyItems struct {
	Campaign Campaign
	Progress Progress
	Resume   int // the first item that is still open; 0 when none is
	Due      time.Time
}

// WaitingPacket is a signed packet; Why says why the person cannot countersign
// it, empty where nothing is known to stand against it: larger ones than
// scannedAtHome are looked at when they are opened (WhyNotCheck).
type WaitingPacket struct {
	Campaign Campaign
	Packet   Packet
	Reviewer string
	Why      string
}

// Home gives what waits for the actor.
func (s *Service) Home(ctx context.Context, actor domain.Actor) (Home, error) {
	var h Home
	err := s.store.View(ctx, func(tx Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		if err := checkActor(tx, o, actor); err != nil {
			return err
		}
		h = Home{Now: tx.Now().In(o.Zone())}
		h.Person, _ = o.Principal(actor.Principal)
		if err := h.campaigns(tx, o); err != nil {
			return err
		}
		return h.changeSets(s, tx, o)
	})
	return h, err
}

func (h *Home) campaigns(tx Tx, o *domain.Org) error {
	all, err := tx.Campaigns()
	if err != nil {
		return err
	}
	waiting := waitingFor{tx: tx, o: o, checker: h.Person.ID}
	for _, c := range all {
		if c.Population == "" || c.State == Cancelled || c.State == Closed {
			if c.State == Draft {
				h.Campaigns = append(h.Campaigns, CampaignFigures{Campaign: c})
			}
			continue
		}
		ps, err := tx.Progress(c.ID)
		if err != nil {
			return err
		}
		h.Campaigns = append(h.Campaigns, figures(c, ps))
		if c.State != Active && c.State != Decided {
			continue
		}
		for _, p := range ps {
			if p.Reviewer == h.Person.ID && p.Stage == c.Stage && c.State == Active {
				if err := h.mine(tx, c, p); err != nil {
					return err
				}
			}
		}
		if err := waiting.of(c); err != nil {
			return err
		}
	}
	h.Packets = waiting.out
	return nil
}

func (h *Home) mine(tx Tx, c Campaign, p Progress) error {
	m := MyItems{Campaign: c, Progress: p, Due: c.Due}
	open, err := tx.Items(ItemQuery{Campaign: c.ID, Reviewer: p.Reviewer, State: ItemOpen | ItemReturned, Limit: 1})
	if err != nil {
		return err
	}
	if len(open) > 0 {
		m.Resume = open[0].No
		if r := open[0].Return; r.Round > 0 && r.Due.After(m.Due) {
			m.Due = r.Due
		}
	}
	h.Mine = append(h.Mine, m)
	return nil
}

// scannedAtHome is up to how many items a signed packet is looked at for the
// list, and scannedInAll how many items of all of them; looking at a packet at all
// costs as much as packetScanned items.
const scannedAtHome, scannedInAll, packetScanned = 300, 3000, 10

// waitingFor lists signed packets for one checker; nobody else is shown any.
type waitingFor struct {
	tx      Tx
	o       *domain.Org
	checker domain.ID
	scanned int // items looked at so far
	out     []WaitingPacket
}

// of adds those of a campaign.
func (l *waitingFor) of(c Campaign) error {
	if !l.o.HasDuty(l.checker, domain.DutyChecker, l.tx.Now()) {
		return nil
	}
	ps, err := l.tx.Packets(c.ID)
	if err != nil {
		return err
	}
	look := lookAt(l.tx, c)
	for _, p := range ps {
		if p.State != Signed || p.Stage != c.Stage {
			continue
		}
		w := WaitingPacket{Campaign: c, Packet: p, Reviewer: l.o.Name(domain.KindPrincipal, p.Reviewer)}
		if p.Reviewer == l.checker || p.Items <= scannedAtHome && l.scanned+p.Items+packetScanned <= scannedInAll {
			if p.Reviewer != l.checker {
				l.scanned += p.Items + packetScanned
			}
			if w.Why, err = look.whyNot(l.o, p, l.checker); err != nil {
				return err
			}
		}
		l.out = append(l.out, w)
	}
	return nil
}

// WaitingPackets lists the signed packets of every campaign that wait for the
// actor as a checker.
func (s *Service) WaitingPackets(ctx context.Context, actor domain.Actor) ([]WaitingPacket, error) {
	var out []WaitingPacket
	err := s.store.View(ctx, func(tx Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		all, err := tx.Campaigns()
		if err != nil {
			return err
		}
		l := waitingFor{tx: tx, o: o, checker: actor.Principal}
		for _, c := range all {
			if c.State == Active || c.State == Decided {
				if err := l.of(c); err != nil {
					return err
				}
			}
		}
		out = l.out
		return nil
	})
	return out, err
}

// judgedAtHome is up to how many changes a waiting change set is judged for
// the list; larger ones are listed for every checker and judged when opened.
const judgedAtHome = 500

func (h *Home) changeSets(s *Service, tx Tx, o *domain.Org) error {
	heads, err := tx.ChangeSets(ChangeSetQuery{States: []domain.ChangeState{domain.Proposed}, Limit: 200})
	if err != nil {
		return err
	}
	me := domain.Actor{Principal: h.Person.ID}
	for _, cs := range heads {
		e, err := tx.Event(cs.Proposed)
		if err != nil {
			return err
		}
		head := headOf(cs)
		head.Changes = len(e.Proposed)
		if cs.Maker == h.Person.ID {
			h.MyChanges = append(h.MyChanges, head)
			continue
		}
		if head.Changes > judgedAtHome {
			if o.HasDuty(h.Person.ID, domain.DutyChecker, h.Now) {
				h.ToApprove = append(h.ToApprove, head)
			}
			continue
		}
		whole, err := tx.ChangeSet(cs.ID)
		if err != nil {
			return err
		}
		v, err := s.Judge(tx, o, whole)
		if err != nil {
			return err
		}
		if _, err := o.Policy().MayApprove(o, whole, v, me, h.Now); err == nil || v.Refused != nil && o.HasDuty(h.Person.ID, domain.DutyChecker, h.Now) {
			h.ToApprove = append(h.ToApprove, head)
		}
	}
	return nil
}

// CampaignFigures are the counts of a campaign's current stage.
type CampaignFigures struct {
	Campaign  Campaign
	Reviewers []Progress // of the current stage
	Items     int
	Decided   int // with an answer in force
	Keep      int
	Reduce    int
	Revoke    int
	Abstain   int
	Bulk      int // decided in bulk
	Returned  int // returned and not decided again
	Signed    int // items in packets that are signed or countersigned
	Checked   int // items in countersigned packets
	Settled   int // items verified, retained or under an exception
}

// Complete, Done and Closed are percentages, 0 to 100: of items decided, of
// items countersigned, of items settled. Nothing to do is 100.
func (f CampaignFigures) Complete() float64 { return percent(f.Decided, f.Items) }

// Done is the percentage of items in countersigned packets.
func (f CampaignFigures) Done() float64 { return percent(f.Checked, f.Items) }

// Closing is the percentage of items settled.
func (f CampaignFigures) Closing() float64 { return percent(f.Settled, f.Items) }

func percent(n, of int) float64 {
	if of == 0 {
		return 100
	}
	return 100 * float64(n) / float64(of)
}

func figures(c Campaign, ps []Progress) CampaignFigures {
	f := CampaignFigures{Campaign: c}
	for _, p := range ps {
		if p.Stage != max(c.Stage, 1) {
			continue
		}
		f.Reviewers = append(f.Reviewers, p)
		f.Items += p.Items
		f.Decided += p.Decided
		f.Keep += p.Keep
		f.Reduce += p.Reduce
		f.Revoke += p.Revoke
		f.Abstain += p.Abstain
		f.Bulk += p.Bulk
		f.Returned += p.Returned
		f.Settled += p.Settled
		switch p.State {
		case Countersigned:
			f.Checked += p.Items
			f.Signed += p.Items
		case Signed:
			f.Signed += p.Items
		}
	}
	return f
}

// Figures gives the counts of a campaign.
func (s *Service) Figures(ctx context.Context, campaign domain.ID) (CampaignFigures, error) {
	var f CampaignFigures
	err := s.store.View(ctx, func(tx Tx) error {
		c, err := tx.Campaign(campaign)
		if err != nil || c.Population == "" {
			f.Campaign = c
			return err
		}
		ps, err := tx.Progress(c.ID)
		f = figures(c, ps)
		return err
	})
	return f, err
}

// Results counts a campaign's items by result.
func (s *Service) Results(ctx context.Context, campaign domain.ID) (map[Result]int, error) {
	out := map[Result]int{}
	err := s.store.View(ctx, func(tx Tx) error {
		return eachItem(tx, ItemQuery{Campaign: campaign}, func(it Item) error {
			out[it.Outcome.Result]++
			return nil
		})
	})
	return out, err
}

// HistoryLine is one event in words.
type HistoryLine struct {
	Seq   domain.Seq
	Time  time.Time
	Actor string
	Text  string
}

// History gives the events that name an entity (a record, a person, a
// campaign, an item) in words, the newest first; before pages (0: from the
// end).
func (s *Service) History(ctx context.Context, entity domain.ID, before domain.Seq, limit int) ([]HistoryLine, error) {
	var out []HistoryLine
	err := s.store.View(ctx, func(tx Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		es, err := tx.Events(EventQuery{Entity: entity, Before: before, Limit: limit})
		if err != nil {
			return err
		}
		teller, err := NewTeller(tx, o)
		if err != nil {
			return err
		}
		for _, e := range es {
			text, err := teller.Say(e)
			if err != nil {
				return err
			}
			line := HistoryLine{Seq: e.Seq, Time: e.Time, Actor: o.Name(domain.KindPrincipal, e.Actor), Text: text}
			deltas := e.Changes
			if e.Type == domain.EvProposed {
				deltas = e.Proposed
			}
			for _, d := range deltas {
				if d.ID == entity || refersTo(d, entity) {
					if w := DeltaWords(o, d); w != "" {
						line.Text += "; " + w
					}
				}
			}
			out = append(out, line)
		}
		return nil
	})
	return out, err
}

// refersTo tells whether a grant's change is about the entity.
func refersTo(d domain.Delta, id domain.ID) bool {
	rec, err := deltaRecord(d)
	g, ok := rec.(domain.Grant)
	return err == nil && ok && slices.Contains([]domain.ID{g.Holder.ID, g.Target.ID, g.Agent}, id)
}
