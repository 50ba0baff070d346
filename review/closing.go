package review

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"countersign/domain"
)

// rulingBatch is how many rulings one short transaction writes.
const rulingBatch = 500

// Advance closes the present stage of a campaign whose packets are all closed
// and checked: it does what the last signature does by itself, should that
// have been interrupted. Where packets are still open nothing happens. Its
// errors are those of the use cases that sign.
func (s *Service) Advance(ctx context.Context, actor domain.Actor, campaign domain.ID) (Campaign, error) {
	var c Campaign
	err := s.do(ctx, actor, act{"close the stage", campaign, "campaign-owner"}, func(w *work) (err error) {
		c, err = w.ownCampaign(campaign)
		return err
	})
	if err != nil {
		return c, err
	}
	if err := s.closeStage(ctx, actor, c.ID, "campaign-owner"); err != nil {
		return c, err
	}
	err = s.store.View(ctx, func(tx Tx) error { c, err = tx.Campaign(c.ID); return err })
	return c, err
}

// unruled tells of a campaign whose last stage closed before stages had
// rulings: an older version of the program wrote it. Its rulings follow from
// its votes, and are written when it is next remediated or verified.
func (c Campaign) unruled() bool { return c.Iteration == 0 && c.Ruled() && c.State != Closed }

// closing is the end of a stage, worked out before anything is written.
type closing struct {
	c     Campaign
	ready bool
	put   []rulingPair // rulings that differ from what stands
	goOn  int          // items that go on
	by    map[string]int
	head  Head

	checkers map[domain.ID]domain.ID // who countersigned, by reviewer
}

type rulingPair struct {
	before domain.Record // nil where there is none
	after  Ruling
}

// closeStage closes the stage once its last packet is closed and checked:
// every item that entered it gets the stage's ruling, and the ruling over all
// stages where it stops or the stage is the last. Large stages are written in
// parts that nobody sees until the last event moves the campaign on; what an
// interrupted attempt left is written again. Should a packet be returned in
// between, nothing moves.
func (s *Service) closeStage(ctx context.Context, actor domain.Actor, campaign domain.ID, duty string) error {
	a := act{"close the stage", campaign, duty}
	for range 5 {
		var cl closing
		err := s.store.View(ctx, func(tx Tx) (err error) { cl, err = workOutClosing(tx, campaign); return err })
		if err != nil || !cl.ready {
			return err
		}
		err = s.writeClosing(ctx, actor, a, cl)
		if !errors.Is(err, errMoved) {
			return err
		}
	}
	return domain.Errorf(domain.Conflict, "others are working on the same campaign just now").
		Hinted("close the stage in a moment: countersign campaign advance").ByRule("busy")
}

func (s *Service) writeClosing(ctx context.Context, actor domain.Actor, a act, cl closing) error {
	last := cl.put
	for len(last) > rulingBatch {
		part := last[:rulingBatch]
		last = last[rulingBatch:]
		err := s.do(ctx, actor, a, func(w *work) error {
			if err := w.sameStage(cl); err != nil {
				return err
			}
			var r rows
			by := map[string]int{}
			for _, p := range part {
				r.put(p.before, p.after)
				by[p.after.Answer.String()]++
			}
			_, err := w.append(w.event(EvRuled, cl.c.ID), AdvancedData{Stage: cl.c.Stage, Iteration: cl.c.Iteration, Rulings: by}, &r)
			return err
		})
		if err != nil {
			return err
		}
	}
	return s.do(ctx, actor, a, func(w *work) error {
		if err := w.sameStage(cl); err != nil {
			return err
		}
		var r rows
		for _, p := range last {
			r.put(p.before, p.after)
		}
		next, err := w.afterStage(cl)
		if err != nil {
			return err
		}
		r.put(cl.c, next)
		e := w.event(EvAdvanced, cl.c.ID)
		e.Decision = next.State.String()
		_, err = w.append(e, AdvancedData{Stage: cl.c.Stage, Iteration: cl.c.Iteration, Rulings: cl.by, GoOn: cl.goOn}, &r)
		return err
	})
}

// sameStage tells that nothing happened to the campaign since its closing was
// worked out, but for parts of it.
func (w *work) sameStage(cl closing) error {
	es, err := w.Events(EventQuery{Types: campaignEvents, Subject: string(cl.c.ID), Forward: true,
		Before: domain.Seq(cl.head.Size - 1), Limit: 1})
	if err == nil && len(es) > 0 {
		err = errMoved
	}
	return err
}

// afterStage gives the campaign behind the stage.
func (w *work) afterStage(cl closing) (Campaign, error) {
	next, err := cl.c, error(nil)
	next.Iteration = max(next.Iteration, 1)
	if cl.c.unruled() {
		return next, nil
	}
	if cl.goOn == 0 {
		next.State, err = cl.c.move(ActSettle, ByChecker)
		return next, err
	}
	next.State, err = cl.c.move(ActNextStage, ByChecker)
	next.Stage++
	next.Began = w.now
	next.Due = w.now.AddDate(0, 0, next.Definition.Stages[next.Stage-1].Days)
	return next, err
}

// workOutClosing makes the rulings of a stage whose packets are all closed and
// checked, pure but for reading.
func workOutClosing(tx Tx, campaign domain.ID) (closing, error) {
	cl := closing{by: map[string]int{}, checkers: map[domain.ID]domain.ID{}}
	var err error
	if cl.c, err = tx.Campaign(campaign); err != nil || cl.c.State != Decided && !cl.c.unruled() {
		return cl, err
	}
	if cl.head, err = tx.Log(); err != nil {
		return cl, err
	}
	all, err := tx.Progress(cl.c.ID)
	if err != nil {
		return cl, err
	}
	for _, p := range all {
		if cl.c.State == Decided && p.Stage == cl.c.Stage && p.Items > 0 && p.Reviewer != "" && p.State != Countersigned {
			return cl, nil
		}
	}
	packets, err := tx.Packets(cl.c.ID)
	if err != nil {
		return cl, err
	}
	for _, p := range packets {
		if p.Stage == cl.c.Stage {
			cl.checkers[p.Reviewer] = p.Checker
		}
	}
	cl.ready = true
	stand, err := tx.Rulings(cl.c.ID, 0)
	if err != nil {
		return cl, err
	}
	was := make(map[domain.ID]Ruling, len(stand))
	for _, r := range stand {
		was[r.RecordID()] = r
	}
	for v, err := range tx.StageVotes(cl.c.ID, cl.c.Stage) {
		if err != nil {
			return cl, err
		}
		if err := cl.item(v, was); err != nil {
			return cl, err
		}
	}
	return cl, nil
}

// item adds the rulings of one item.
func (cl *closing) item(v ItemVotes, was map[domain.ID]Ruling) error {
	c := cl.c
	c.Iteration = max(c.Iteration, 1) // 0: an older version launched it
	var through []Ruling
	for k := 1; k < c.Stage; k++ {
		if e, ok := was[(Ruling{Campaign: c.ID, Item: v.Item, Stage: k}).RecordID()]; ok && e.Iteration == c.Iteration {
			through = append(through, e)
		}
	}
	ruled, err := RuleItem(c, v, through, cl.checkers)
	if err != nil {
		return err
	}
	for _, r := range ruled {
		cl.add(r, was)
	}
	cl.by[ruled[0].Answer.String()]++
	if !ruled[0].Stops {
		cl.goOn++
	}
	return nil
}

// RuleItem makes what the end of a campaign's present stage says of one item:
// the stage's ruling, and where the item stops, or the stage is the last, the
// ruling over all stages behind it. through holds its rulings of the stages
// before, in order; checkers who countersigned each reviewer's packet. Closing
// a stage and replaying one both use it.
func RuleItem(c Campaign, v ItemVotes, through []Ruling, checkers map[domain.ID]domain.ID) ([]Ruling, error) {
	r, err := RuleStage(c.Definition, c.Stage, v)
	if err != nil {
		return nil, err
	}
	r.Campaign, r.Iteration, r.Checker = c.ID, c.Iteration, checkers[r.Reviewer]
	r.Stops = r.Stops || c.Stage == len(c.Definition.Stages)
	if !r.Stops {
		return []Ruling{r}, nil
	}
	over, err := RuleOver(c.Definition, append(slices.Clip(through), r))
	if err != nil {
		return nil, err
	}
	over.Campaign, over.Iteration = c.ID, c.Iteration
	return []Ruling{r, over}, nil
}

func (cl *closing) add(r Ruling, was map[domain.ID]Ruling) {
	p := rulingPair{after: r}
	if old, ok := was[r.RecordID()]; ok {
		if old == r {
			return
		}
		p.before = old
	}
	cl.put = append(cl.put, p)
}

// RuleStage makes a stage's ruling of the votes of one item: the stage's
// strategy, then, where that is silence or abstention, the definition's rule
// for non-response. Whoever answered so first is the reviewer of record. An
// item that nobody was asked about is Silent, whatever the strategy.
func RuleStage(d Definition, stage int, v ItemVotes) (Ruling, error) {
	st := d.Stages[stage-1]
	strategy, err := ParseStrategy(st.Strategy)
	if err != nil {
		return Ruling{}, err
	}
	votes := make([]Vote, len(v.Votes))
	for i, one := range v.Votes {
		votes[i] = one.Vote
	}
	got, rule := strategy.Outcome(votes)
	r := Ruling{Item: v.Item, Stage: stage, Reviewer: ofRecord(v.Votes, got)}
	was := got.Answer
	got, rule = d.NonResponse.For(v.HighRisk).Apply(got, rule, v.Level, Vote{Answer: v.Advice.Answer, Level: v.Advice.Level})
	r.Answer, r.Level, r.Rule, r.Unanswered = got.Answer, v.Level, string(rule), got.Answer != was
	switch r.Answer {
	case Reduce:
		r.Level = got.Level
	case Revoke:
		r.Level = domain.None
	}
	over, err := ParseStrategy(d.over())
	r.Stops = slices.Contains(StopsOn(over, d.Stops, st.Stops), r.Answer)
	return r, err
}

// ofRecord gives the reviewer whose vote it is: the first who said so, else
// the first who was asked.
func ofRecord(votes []StageVote, got Vote) domain.ID {
	for _, one := range votes {
		if one.Answer == got.Answer && (got.Answer != Reduce || one.Level == got.Level) {
			return one.Reviewer
		}
	}
	if len(votes) > 0 {
		return votes[0].Reviewer
	}
	return ""
}

// over is the strategy over the stages.
func (d Definition) over() string {
	if d.Strategy == "" {
		return AllMustAccept.String()
	}
	return d.Strategy
}

// RuleOver makes the ruling over the stages an item went through, in their
// order.
func RuleOver(d Definition, stages []Ruling) (Ruling, error) {
	strategy, err := ParseStrategy(d.over())
	if err != nil {
		return Ruling{}, err
	}
	last := stages[len(stages)-1]
	votes := make([]Vote, len(stages))
	for i, r := range stages {
		votes[i] = Vote{Answer: r.Answer, Level: r.Level, Nobody: r.Rule == string(RuleNobody)}
	}
	got, rule := Overall(strategy, votes)
	out := Ruling{Item: last.Item, Answer: got.Answer, Level: last.Level, Rule: string(rule), Last: last.Stage}
	if len(stages) == 1 {
		out.Rule = last.Rule
	}
	for i, r := range stages {
		if r.Answer == got.Answer && (got.Answer != Reduce || votes[i].Level == got.Level) {
			out.Level, out.Reviewer, out.Checker, out.Unanswered, out.Decisive = r.Level, r.Reviewer, r.Checker, r.Unanswered, r.Stage
		}
	}
	return out, nil
}

// Lapse closes the open packets of a stage that is past its due date without
// their reviewers' signatures: what is in them counts as no response, and
// stays on record. A checker still countersigns each. Conflict: the due date,
// or that of a returned item, is still to come ("not-due").
func (s *Service) Lapse(ctx context.Context, actor domain.Actor, campaign domain.ID) ([]Packet, error) {
	var out []Packet
	err := s.do(ctx, actor, act{"lapse", campaign, "campaign-owner"}, func(w *work) error {
		out = nil
		c, err := w.ownCampaign(campaign)
		if err != nil {
			return err
		}
		if c.State != Active {
			return domain.Errorf(domain.Conflict, "the campaign %q is %s: no packet is open", c.Name, c.State).
				Hinted("packets lapse while it is active").ByRule("not-active")
		}
		all, err := w.Progress(c.ID)
		if err != nil {
			return err
		}
		var r rows
		for _, one := range all {
			if one.Stage != c.Stage || one.Items == 0 || one.Reviewer == "" || one.State == Signed || one.State == Countersigned {
				continue
			}
			p, err := w.lapse(&r, c, one)
			if err != nil {
				return err
			}
			out = append(out, p)
		}
		next := c
		if next.State, err = c.move(ActSignLast, ByOwner); err != nil {
			return err
		}
		r.put(c, next)
		_, err = w.append(w.event(EvLapsed, c.ID), PacketData{Stage: c.Stage}, &r)
		return err
	})
	if err == nil {
		err = s.closeStage(ctx, actor, campaign, "campaign-owner")
	}
	return out, err
}

// lapse adds the row of one packet that closes unsigned.
func (w *work) lapse(r *rows, c Campaign, one Progress) (Packet, error) {
	due := c.Due
	before, err := w.Packet(c.ID, c.Stage, one.Reviewer)
	if err != nil {
		return before, err
	}
	if before.State == Returned {
		returned, err := w.Items(ItemQuery{Campaign: c.ID, Stage: c.Stage, Reviewer: one.Reviewer, State: ItemReturned})
		if err != nil {
			return before, err
		}
		for _, it := range returned {
			if it.Return.Due.After(due) {
				due = it.Return.Due
			}
		}
	}
	if !w.now.After(due) {
		return before, domain.Errorf(domain.Conflict, "%s may answer in %q until %s", w.name(one.Reviewer), c.Name, due.Format(time.RFC3339)).
			Hinted("packets lapse after their due date").ByRule("not-due")
	}
	p := Packet{Campaign: c.ID, Stage: c.Stage, Reviewer: one.Reviewer, State: Signed, Lapsed: true, Round: max(before.Round, 1),
		Items: one.Items, Keep: one.Keep, Reduce: one.Reduce, Revoke: one.Revoke, Abstain: one.Abstain}
	scan, err := scanPacket(w, c, one.Reviewer)
	if err != nil {
		return p, err
	}
	p.Digest = scan.digest
	if before.Round == 0 {
		r.put(nil, p)
	} else {
		r.put(before, p)
	}
	return p, nil
}

// Reiterate asks again about every item that nobody answered, from the first
// stage on; all others stay closed. The reviewers' packets with such items are
// open again. Invalid: the due date is not to come; Conflict: no item is
// without an answer ("nothing-silent").
func (s *Service) Reiterate(ctx context.Context, actor domain.Actor, campaign domain.ID, due time.Time, reason string) (Campaign, error) {
	var c Campaign
	err := s.do(ctx, actor, act{"reiterate", campaign, "campaign-owner"}, func(w *work) error {
		before, err := w.ownCampaign(campaign)
		if err != nil {
			return err
		}
		c = before
		if c.State, err = before.move(ActReiterate, ByOwner); err != nil {
			return err
		}
		if reason = strings.TrimSpace(reason); reason == "" || !due.After(w.now) {
			return domain.Errorf(domain.Invalid, "items are asked about again with a reason and a date still to come").
				Hinted("say why, and by when")
		}
		n, err := w.CountItems(ItemQuery{Campaign: c.ID, Ruled: []Answer{Silent}})
		if err != nil {
			return err
		}
		if n == 0 {
			return domain.Errorf(domain.Conflict, "every item of %q was answered", c.Name).
				Hinted("only what nobody answered is asked again").ByRule("nothing-silent")
		}
		c.Iteration, c.Stage, c.Began, c.Due = before.Iteration+1, 1, w.now, due.UTC().Truncate(time.Millisecond)
		var r rows
		r.put(before, c)
		if err := w.reopenPackets(&r, c); err != nil {
			return err
		}
		e := w.event(EvReiterated, c.ID)
		e.Reason = reason
		_, err = w.append(e, AdvancedData{Stage: 1, Iteration: c.Iteration, Rulings: map[string]int{Silent.String(): n}, GoOn: n}, &r)
		return err
	})
	return c, err
}

// reopenPackets opens the packets, of every stage, of those who are or were
// asked about an item that is asked about again.
func (w *work) reopenPackets(r *rows, c Campaign) error {
	silent := map[int]bool{}
	asked := map[domain.ID]bool{}
	note := func(stage int, who domain.ID) {
		asked[Packet{Campaign: c.ID, Stage: stage, Reviewer: who}.RecordID()] = true
	}
	err := eachItem(w, ItemQuery{Campaign: c.ID, Ruled: []Answer{Silent}}, func(it Item) error {
		silent[it.No] = true
		for _, a := range it.Assigned {
			note(a.Stage, a.Reviewer)
		}
		return nil
	})
	if err != nil {
		return err
	}
	moved, err := w.Events(EventQuery{Types: []domain.EventType{EvReassigned, EvDelegated, EvEscalated}, Subject: string(c.ID)})
	if err != nil {
		return err
	}
	for _, e := range moved {
		d, err := dataOf[PacketData](e)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(d.Items, func(no int) bool { return silent[no] }) {
			note(d.Stage, d.Reviewer)
		}
	}
	ps, err := w.Packets(c.ID)
	if err != nil {
		return err
	}
	for _, p := range ps {
		if asked[p.RecordID()] {
			r.put(p, Packet{Campaign: p.Campaign, Stage: p.Stage, Reviewer: p.Reviewer, State: Open, Round: p.Round + 1})
		}
	}
	return nil
}
