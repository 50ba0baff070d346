package review

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"countersign/domain"
)

// DecisionInput is what a reviewer says of one item.
type DecisionInput struct {
	Item    int
	Answer  Answer
	Level   domain.Level // of a Reduce: the lower rung
	Reason  string
	Seconds int  // on screen before deciding
	Opened  bool // the details were opened
}

// Receipt is what an act of deciding left.
type Receipt struct {
	Seq       domain.Seq
	Decisions []Decision
	Changed   []Changed // items whose holding is no longer what was staged
}

// Decide records a reviewer's answers to one item or, in bulk, to several: all
// or nothing, by one event; in one transaction up to a thousand items, else as
// decideInParts says.
//
// Refused with a rule: "not-active" (the campaign), "not-reviewer",
// "own-access", "signed" (after sign-off), "late" (after the due date),
// "bulk-high-risk", "level" (not on the ladder, or not below the present
// one), "reason-missing". Invalid: no items, or one named twice.
func (s *Service) Decide(ctx context.Context, actor domain.Actor, campaign domain.ID, in []DecisionInput) (Receipt, error) {
	return s.decide(ctx, actor, campaign, in, nil)
}

// decide is Decide, and Enter where the decisions are read back.
func (s *Service) decide(ctx context.Context, actor domain.Actor, campaign domain.ID, in []DecisionInput, entry *Entry) (Receipt, error) {
	if len(in) > bulkAtOnce {
		return s.decideInParts(ctx, actor, campaign, in, entry)
	}
	var out Receipt
	subject := campaign
	if len(in) == 1 {
		subject += "/" + domain.ID(strconv.Itoa(in[0].Item))
	}
	err := s.do(ctx, actor, entry.act(subject), func(w *work) error {
		w.entry = entry
		c, packet, err := w.packetFor(campaign, in)
		if err != nil {
			return err
		}
		mine, err := w.readMine(c, in)
		if err != nil {
			return err
		}
		var r rows
		out = Receipt{}
		for _, one := range in {
			it, err := w.openItem(c, packet, one.Item, mine)
			if err != nil {
				return err
			}
			d, err := w.judged(c, it, one, in)
			if err != nil {
				return err
			}
			d.Round = max(packet.Round, 1)
			if ch, moved := changedSince(w.org, it); moved {
				out.Changed = append(out.Changed, ch)
			}
			before, err := w.storedDecision(it)
			if err != nil {
				return err
			}
			r.put(before, d)
			if it.Outcome.Result == Exception {
				r.put(it.Outcome, nil) // it was made for silence, and is over with it
			}
			out.Decisions = append(out.Decisions, d)
		}
		if err := w.ownReasons(c, in); err != nil {
			return err
		}
		e := w.event(EvDecided, c.ID)
		if len(in) == 1 {
			e.Subject += "/" + strconv.Itoa(in[0].Item)
		}
		e.Decision, e.Reason = summary(out.Decisions), commonReason(in)
		out.Seq, err = w.append(e, entry.data(DecidedData{Stage: c.Stage, Items: len(in), Changed: out.Changed}, actor), &r)
		return err
	})
	return out, err
}

// packetFor gives the campaign and the packet that decisions are for, once
// what is asked can be asked at all.
func (w *work) packetFor(campaign domain.ID, in []DecisionInput) (Campaign, Packet, error) {
	c, err := w.activeCampaign(campaign)
	if err != nil {
		return c, Packet{}, err
	}
	if err := checkInputs(in); err != nil {
		return c, Packet{}, err
	}
	p, err := w.Packet(c.ID, c.Stage, w.reviewer())
	if err != nil {
		return c, p, err
	}
	return c, p, w.mayEnter(c, p)
}

// reviewer gives whose decisions are made: the actor's own, or those that are
// read back.
func (w *work) reviewer() domain.ID {
	if w.entry != nil {
		return w.entry.Reviewer
	}
	return w.actor.Principal
}

// judged makes one of the decisions of an act. A high-risk item among several
// is refused, but where it was answered in a workbook: there it takes a reason
// of its own, and is no part of the bulk.
func (w *work) judged(c Campaign, it Item, one DecisionInput, all []DecisionInput) (Decision, error) {
	d, err := judgeDecision(c, it, one)
	if err != nil {
		return d, err
	}
	switch {
	case w.entry != nil:
		return w.entered(it, d, len(all))
	case len(all) == 1:
		return d, nil
	case it.HighRisk:
		return d, w.bulkRefusal(c, all)
	}
	d.Bulk = len(all)
	return d, nil
}

func checkInputs(in []DecisionInput) error {
	if len(in) == 0 {
		return domain.Errorf(domain.Invalid, "no item was named").Hinted("name at least one")
	}
	seen := make(map[int]bool, len(in))
	for _, d := range in {
		if seen[d.Item] {
			return domain.Errorf(domain.Invalid, "item %d is named twice", d.Item).Hinted("decide it once")
		}
		seen[d.Item] = true
	}
	return nil
}

// activeCampaign gives a campaign that takes answers.
func (w *work) activeCampaign(id domain.ID) (Campaign, error) {
	c, err := w.Campaign(id)
	if err == nil && c.State != Active {
		err = domain.Errorf(domain.Conflict, "the campaign %q is %s and takes no answers", c.Name, c.State).
			Hinted("answers are taken while it is active").ByRule("not-active")
	}
	return c, err
}

// readMine reads the actor's items that a bulk names a page at a time; few are
// read one by one.
func (w *work) readMine(c Campaign, in []DecisionInput) (map[int]Item, error) {
	const few, page = 10, 500
	if len(in) < few {
		return nil, nil
	}
	want := make(map[int]bool, len(in))
	first, last := in[0].Item, in[0].Item
	for _, d := range in {
		want[d.Item] = true
		first, last = min(first, d.Item), max(last, d.Item)
	}
	out := make(map[int]Item, len(in))
	q := ItemQuery{Campaign: c.ID, Stage: c.Stage, Reviewer: w.reviewer(), After: max(first-1, 0), Limit: page}
	for {
		items, err := w.Items(q)
		if err != nil {
			return nil, err
		}
		for _, it := range items {
			if want[it.No] {
				out[it.No] = it
			}
		}
		if len(items) < page || items[len(items)-1].No >= last {
			return out, nil
		}
		q.After = items[len(items)-1].No
	}
}

// openItem gives an item that may be decided now: the actor's or, where it is
// read back, its reviewer's; mine holds those read before.
func (w *work) openItem(c Campaign, p Packet, no int, mine map[int]Item) (Item, error) {
	it, ok := mine[no]
	who := w.reviewer()
	if !ok {
		own, err := w.Items(ItemQuery{Campaign: c.ID, Stage: c.Stage, Reviewer: who, No: no})
		if err == nil && len(own) == 0 {
			it, err = w.Item(c.ID, no)
		}
		if err != nil {
			return it, err
		}
		if len(own) > 0 {
			it = own[0]
		}
	}
	if it.Ruling.Iteration > 0 {
		return it, domain.Errorf(domain.Conflict, "item %d went no further than stage %d: it was ruled on (%s) and is closed", no, it.Ruling.Last, it.Ruling.Answer).
			Hinted("only what goes on to a stage is decided in it").ByRule("ruled")
	}
	if it.Reviewer != who {
		if slices.Contains(it.Subjects, who) {
			return it, w.ownAccess(it, who)
		}
		return it, domain.Errorf(domain.Forbidden, "item %d is for %s to review", no, w.name(it.Reviewer)).
			Hinted("ask the campaign owner to reassign it").ByRule("not-reviewer")
	}
	if err := w.notOwn(it); err != nil {
		return it, err
	}
	return it, stillOpen(w.now.In(w.org.Zone()), c, p, it)
}

// notOwn refuses an item that is the reviewer's own access and, where it is
// entered for them, one that is the actor's too.
func (w *work) notOwn(it Item) error {
	who, by, now := w.reviewer(), w.actor.Principal, w.subjects(it)
	if SoleSubject(w.org, it.Holding, it.Subjects, who) || SoleSubject(w.org, it.Holding, now, who) {
		return w.ownAccess(it, who)
	}
	if by != who && (slices.Contains(it.Subjects, by) || slices.Contains(now, by)) {
		return w.ownAccess(it, by)
	}
	return nil
}

func (w *work) ownAccess(it Item, who domain.ID) error {
	e := domain.Errorf(domain.Forbidden, "item %d is %s's own access: %s", it.No, w.name(who), it.Target).ByRule("own-access")
	if who != w.reviewer() {
		return e.Hinted("nobody enters an answer to their own access: %s, or somebody else, reads it back", w.name(w.reviewer()))
	}
	return e.Hinted("nobody reviews their own access: ask the campaign owner to reassign it")
}

// stillOpen refuses an item that is signed, or past its due date; instants are
// said in the zone of now.
func stillOpen(now time.Time, c Campaign, p Packet, it Item) error {
	due := c.Due
	switch p.State {
	case Signed, Countersigned:
		if p.Lapsed {
			return domain.Errorf(domain.Conflict, "the packet with item %d lapsed at %s: this answer is late and is not taken", it.No,
				Moment(due, now.Location())).Hinted("ask a checker to return the item").ByRule("late")
		}
		return domain.Errorf(domain.Conflict, "item %d was signed off: its decision is closed", it.No).
			Hinted("a checker can return it").ByRule("signed")
	case Returned:
		if it.Return.Round < p.Round {
			return domain.Errorf(domain.Conflict, "item %d was signed off and not returned: its decision is closed", it.No).
				Hinted("only the returned items are open").ByRule("signed")
		}
	}
	if it.Return.Round > 0 && it.Return.Due.After(due) {
		due = it.Return.Due
	}
	if now.After(due) {
		return domain.Errorf(domain.Conflict, "item %d was due at %s: this answer is late and is not taken", it.No,
			Moment(due, now.Location())).Hinted("ask the campaign owner to extend the campaign").ByRule("late")
	}
	return nil
}

// judgeDecision makes the decision that an input means, pure.
func judgeDecision(c Campaign, it Item, in DecisionInput) (Decision, error) {
	d := Decision{Campaign: c.ID, Item: it.No, Stage: c.Stage, Reviewer: it.Reviewer, Answer: in.Answer,
		Level: it.Holding.Level, Reason: strings.TrimSpace(in.Reason), Seconds: in.Seconds, Opened: in.Opened}
	d = c.Definition.Diligence.measured(d)
	ladder := it.Holding.Ladder()
	switch in.Answer {
	case Keep, Abstain:
	case Revoke:
		d.Level = domain.None
	case Reduce:
		if in.Level > ladder.Top() {
			return d, domain.Errorf(domain.Invalid, "item %d has no level %d: its ladder is %s", it.No, in.Level, ladder).
				Hinted("choose a rung below %s", ladder.Word(it.Holding.Level)).ByRule("level")
		}
		if in.Level >= it.Holding.Level || in.Level == domain.None {
			return d, domain.Errorf(domain.Invalid, "item %d cannot be reduced from %s to %s", it.No,
				ladder.Word(it.Holding.Level), ladder.Word(in.Level)).
				Hinted("reduce to a rung between, keep it, or revoke it").ByRule("level")
		}
		d.Level = in.Level
	default:
		return d, domain.Errorf(domain.Invalid, "item %d: %s is no decision", it.No, in.Answer).
			Hinted("keep, reduce, revoke or abstain").ByRule("answer")
	}
	if d.Reason == "" && (in.Answer != Keep || c.Definition.ReasonToKeep) {
		return d, domain.Errorf(domain.Invalid, "item %d: to %s needs a reason", it.No, in.Answer).
			Hinted("say why in a few words").ByRule("reason-missing")
	}
	if d.Reason == "" && it.Advice.Against(d.Answer, d.Level) {
		return d, domain.Errorf(domain.Invalid, "item %d: to %s it is against the recommendation to %s and needs a reason (%s)", it.No,
			in.Answer, AdviceWords(it.Advice, ladder), strings.Join(it.Advice.Why(), "; ")).
			Hinted("say why in a few words").ByRule("reason-missing")
	}
	return d, nil
}

func (w *work) bulkRefusal(c Campaign, in []DecisionInput) error {
	var risky []int
	for _, one := range in {
		it, err := w.Item(c.ID, one.Item)
		if err != nil {
			return err
		}
		if it.HighRisk {
			risky = append(risky, one.Item)
		}
	}
	return domain.Errorf(domain.Forbidden, "high-risk items are not decided in bulk: %s", itemList(risky)).
		Hinted("decide each on its own").ByRule("bulk-high-risk")
}

// storedDecision gives the row of the reviewer's decision on the item, nil
// where there is none. An item that was returned, or that a bulk was to decide
// which never came so far, has one that is not in force.
func (w *work) storedDecision(it Item) (domain.Record, error) {
	if it.Decision.Answer != Silent {
		return it.Decision, nil
	}
	for d, err := range w.StoredDecisions(it.Campaign, it.Stage, it.Reviewer, it.No) {
		return d, err
	}
	return nil, nil
}

// changedSince compares an item's holding with what is there now.
func changedSince(o *domain.Org, it Item) (Changed, bool) {
	word := it.Holding.Ladder().Word
	c := Changed{Item: it.No, Staged: word(it.Holding.Level), Now: "gone"}
	row, ok := o.Holding(it.Holding.ID)
	if !ok {
		return c, true
	}
	now, isGrant := row.Record.(domain.Grant)
	if !isGrant || now == it.Holding {
		return c, false
	}
	c.Now = word(now.Level)
	if now.Window != it.Holding.Window {
		c.Now += " " + WindowWords(now.Window)
	}
	return c, c.Now != c.Staged
}

// summary says what an act decided: "keep", or "4 keep, 1 revoke".
func summary(ds []Decision) string {
	if len(ds) == 1 {
		return ds[0].Answer.String()
	}
	n := map[Answer]int{}
	for _, d := range ds {
		n[d.Answer]++
	}
	var parts []string
	for _, a := range []Answer{Keep, Reduce, Revoke, Abstain} {
		if n[a] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n[a], a))
		}
	}
	return strings.Join(parts, ", ")
}

func commonReason(in []DecisionInput) string {
	for _, d := range in[1:] {
		if d.Reason != in[0].Reason {
			return ""
		}
	}
	return strings.TrimSpace(in[0].Reason)
}
