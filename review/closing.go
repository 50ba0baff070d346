package review

import (
	"context"
	"errors"
	"slices"

	"countersign/domain"
)

// lastRulings is how many rulings are written with the event that closes the
// stage.
const lastRulings = 100

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
	after  domain.Record // nil where an interrupted closing left one that does not hold
}

// closeStage closes the stage once its last packet is closed and checked:
// every item that entered it gets the stage's ruling, and the ruling over all
// stages where it stops or the stage is the last. Large stages are written in
// parts that nobody sees until the last event moves the campaign on; what an
// interrupted attempt left is written again. Should a packet be returned in
// between, nothing moves. A stage that has nothing to ask, as one may when
// items are asked about again, closes at once too.
func (s *Service) closeStage(ctx context.Context, actor domain.Actor, campaign domain.ID, duty string) error {
	a := act{"close the stage", campaign, duty}
	for tries := 0; tries < 5; {
		var cl closing
		err := s.store.View(ctx, func(tx Tx) (err error) { cl, err = workOutClosing(tx, campaign); return err })
		if err != nil || !cl.ready {
			return err
		}
		state, err := s.writeClosing(ctx, actor, a, cl)
		switch {
		case errors.Is(err, errMoved):
			tries++
		case err == nil && state == Active:
			_, err = s.StandIn(ctx, actor, campaign)
			return err
		case err != nil || state != Decided:
			return err
		default:
			tries = 0
		}
	}
	return domain.Errorf(domain.Conflict, "others are working on the same campaign just now").
		Hinted("close the stage in a moment: countersign campaign advance").ByRule("busy")
}

// writeClosing writes it and gives the campaign's state after it.
func (s *Service) writeClosing(ctx context.Context, actor domain.Actor, a act, cl closing) (State, error) {
	again := cl.c.Iteration > 1 && cl.goOn > 0 // who is to be asked in the next stage shows once the rulings are there
	parts := max(len(cl.put)-lastRulings, 0)
	if again {
		parts = len(cl.put)
	}
	last := cl.put[parts:]
	err := s.inParts(ctx, actor, a, parts, rulingsPart, func(w *work, from, to int) error {
		if err := w.sameStage(cl); err != nil {
			return err
		}
		var r rows
		by := map[string]int{}
		for _, p := range cl.put[from:to] {
			r.put(p.before, p.after)
			if after, ok := p.after.(Ruling); ok {
				by[after.Answer.String()]++
			}
		}
		_, err := w.append(w.event(EvRuled, cl.c.ID), AdvancedData{Stage: cl.c.Stage, Iteration: cl.c.Iteration, Rulings: by}, &r)
		return err
	})
	if err != nil {
		return cl.c.State, err
	}
	next := opening{asks: true}
	if again {
		err := s.store.View(ctx, func(tx Tx) (err error) { next, err = openings(tx, cl.c, cl.c.Stage+1, nil); return err })
		if err != nil {
			return cl.c.State, err
		}
	}
	var state State
	err = s.do(ctx, actor, a, func(w *work) error {
		if err := w.sameStage(cl); err != nil {
			return err
		}
		var r rows
		for _, p := range last {
			r.put(p.before, p.after)
		}
		after, err := w.afterStage(cl, next.asks)
		if err != nil {
			return err
		}
		state = after.State
		r.put(cl.c, after)
		next.put(&r)
		e := w.event(EvAdvanced, cl.c.ID)
		e.Decision = after.State.String()
		_, err = w.append(e, AdvancedData{Stage: cl.c.Stage, Iteration: cl.c.Iteration, Rulings: cl.by, GoOn: cl.goOn}, &r)
		return err
	})
	return state, err
}

// opening is what the beginning of a stage, or its beginning again, opens.
type opening struct {
	packets []Packet // closed ones that are open again
	asks    bool     // somebody is asked something
}

// put adds the rows of the packets that are open again.
func (o opening) put(r *rows) {
	for _, p := range o.packets {
		r.put(p, Packet{Campaign: p.Campaign, Stage: p.Stage, Reviewer: p.Reviewer, State: Open, Round: p.Round + 1, Unsigned: p.Unsigned})
	}
}

// openings tells whose packets of a stage are to be open: of those who are
// asked about an item (of those named, if any are) and have no vote on it that
// counts. Votes that count stay as they are, and so do the packets of those
// who answered everything.
func openings(tx Tx, c Campaign, stage int, only map[int]bool) (opening, error) {
	var out opening
	asked := map[domain.ID]bool{}
	for v, err := range tx.StageVotes(c.ID, stage) {
		if err != nil {
			return out, err
		}
		if only != nil && !only[v.Item] {
			continue
		}
		for _, one := range v.Votes {
			if one.Answer == Silent {
				asked[one.Reviewer] = true
			}
		}
	}
	out.asks = len(asked) > 0
	all, err := tx.Packets(c.ID)
	for _, p := range all {
		if p.Stage == stage && asked[p.Reviewer] && p.State != Open {
			out.packets = append(out.packets, p)
		}
	}
	return out, err
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

// afterStage gives the campaign behind the stage. A next one that asks nobody
// anything is decided as it begins.
func (w *work) afterStage(cl closing, asks bool) (Campaign, error) {
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
	if err == nil && !asks {
		next.State, err = next.move(ActSignLast, ByChecker)
	}
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
	if ruled[0].Stops {
		return nil
	}
	cl.goOn++
	over := Ruling{Campaign: c.ID, Item: v.Item}.RecordID()
	if old, ok := was[over]; ok && old.Iteration == c.Iteration {
		cl.put = append(cl.put, rulingPair{before: old}) // of an attempt in which it stopped
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
		if r.Unanswered && out.Decisive > 0 && !out.Unanswered {
			continue // what a person said stays theirs
		}
		if r.Answer == got.Answer && (got.Answer != Reduce || votes[i].Level == got.Level) {
			out.Level, out.Reviewer, out.Checker, out.Unanswered, out.Decisive = r.Level, r.Reviewer, r.Checker, r.Unanswered, r.Stage
		}
	}
	return out, nil
}
