package review

import (
	"slices"
	"strings"

	"countersign/domain"
)

// scanToSign is scanPacket, with what others signed already that bears on the
// signature: what they say of the same areas, and the offices they empty.
func scanToSign(tx Tx, c Campaign, reviewer domain.ID) (packetScan, error) {
	s, err := scanPacket(tx, c, reviewer)
	if err != nil {
		return s, err
	}
	if slices.ContainsFunc(s.lowered, func(it Item) bool { return couldBreach(it.Holding) }) {
		if s.offices, err = officesLowered(tx, c, reviewer); err != nil {
			return s, err
		}
	}
	if len(s.areas) > 0 {
		s.areas, err = areasAsSigned(tx, c, reviewer, s.areas)
	}
	return s, err
}

// officesLowered gives what others lowered that could leave an office empty:
// by a ruling in force, or in a packet of this stage that is closed. The
// decision of each says to which level.
func officesLowered(tx Tx, c Campaign, reviewer domain.ID) ([]Item, error) {
	lower := []Answer{Reduce, Revoke}
	var out []Item
	err := eachItem(tx, ItemQuery{Campaign: c.ID, Ruled: lower}, func(it Item) error {
		if couldBreach(it.Holding) {
			it.Decision.Answer, it.Decision.Level = it.Ruling.Answer, it.Ruling.Level
			out = append(out, it)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = eachItem(tx, ItemQuery{Campaign: c.ID, Stage: c.Stage, Answers: lower, State: ItemSigned}, func(it Item) error {
		if couldBreach(it.Holding) && it.Reviewer != reviewer {
			out = append(out, it)
		}
		return nil
	})
	return out, err
}

// areasAsSigned gives the area items of the holders of mine, each with the
// answer that the stage's strategy makes of what is signed about it so far,
// mine as if it were signed; or with the ruling that is in force. Those about
// which nobody signed anything are left out.
func areasAsSigned(tx Tx, c Campaign, reviewer domain.ID, mine []Item) ([]Item, error) {
	strategy, err := ParseStrategy(c.Definition.Stages[c.Stage-1].Strategy)
	if err != nil {
		return nil, err
	}
	closed, err := closedPackets(tx, c, reviewer)
	if err != nil || len(closed) == 0 && c.Stage == 1 && c.Iteration <= 1 {
		return mine, err // nobody else said anything yet
	}
	own := make(map[int]Decision, len(mine))
	seen := map[domain.ID]bool{}
	var out []Item
	for _, it := range mine {
		own[it.No] = it.Decision
	}
	for _, m := range mine {
		if seen[m.Holding.Holder.ID] {
			continue
		}
		seen[m.Holding.Holder.ID] = true
		err := eachItem(tx, ItemQuery{Campaign: c.ID, Holder: m.Holding.Holder.ID}, func(it Item) error {
			if it.Holding.Target.Kind != domain.TargetArea {
				return nil
			}
			it.Decision, err = asSigned(tx, c, strategy, it, own[it.No], closed)
			if err == nil && it.Decision.Answer != Silent {
				out = append(out, it)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// closedPackets gives the closed packets of the stage, but that of a reviewer.
func closedPackets(tx Tx, c Campaign, but domain.ID) (map[domain.ID]Packet, error) {
	all, err := tx.Packets(c.ID)
	out := map[domain.ID]Packet{}
	for _, p := range all {
		if p.Stage == c.Stage && p.Reviewer != but && (p.State == Signed || p.State == Countersigned) {
			out[p.Reviewer] = p
		}
	}
	return out, err
}

// asSigned makes one decision of what is signed about an item: own, and the
// decisions in closed packets. Its reviewer is that of own, where there is one.
func asSigned(tx Tx, c Campaign, strategy Strategy, it Item, own Decision, closed map[domain.ID]Packet) (Decision, error) {
	d := Decision{Campaign: c.ID, Item: it.No, Stage: c.Stage, Reviewer: own.Reviewer, Level: it.Holding.Level}
	if it.Ruling.Iteration > 0 {
		d.Answer, d.Level = it.Ruling.Answer, it.Ruling.Level
		return d, nil
	}
	var votes []Vote
	if own.Answer != Silent {
		votes = append(votes, Vote{Answer: own.Answer, Level: own.Level})
	}
	if len(closed) > 0 {
		all, err := tx.Votes(c.ID, it.No)
		if err != nil {
			return d, err
		}
		for _, v := range all {
			p, ok := closed[v.Row.Reviewer]
			if v.To == 0 && ok && v.Row.Stage == c.Stage && (p.Unsigned == 0 || v.Row.Round < p.Unsigned) {
				votes = append(votes, Vote{Answer: v.Row.Answer, Level: v.Row.Level})
			}
		}
	}
	if len(votes) == 0 {
		return d, nil
	}
	got, _ := strategy.Outcome(votes)
	d.Answer = got.Answer
	switch got.Answer {
	case Reduce:
		d.Level = got.Level
	case Revoke:
		d.Level = domain.None
	}
	return d, nil
}

// contradictions refuses decisions of one holder, in one scope, that lower an
// area below a level decided for what is under it, where who has a part in
// them.
func contradictions(o *domain.Org, who domain.ID, items []Item) error {
	type scope struct {
		holder domain.Holder
		agent  domain.ID
	}
	byArea := map[scope]map[domain.ID]Item{}
	for _, it := range items {
		k := scope{it.Holding.Holder, it.Holding.Agent}
		if byArea[k] == nil {
			byArea[k] = map[domain.ID]Item{}
		}
		byArea[k][it.Holding.Target.ID] = it
	}
	for _, it := range items {
		if it.Decision.Level == domain.None || it.Decision.Answer == Abstain {
			continue
		}
		near := byArea[scope{it.Holding.Holder, it.Holding.Agent}]
		for id := it.Holding.Target.ID; ; {
			a, ok := o.Area(id)
			if !ok || a.Parent == "" {
				break
			}
			id = a.Parent
			up, there := near[id]
			if !there || up.Decision.Reviewer != who && it.Decision.Reviewer != who {
				continue
			}
			if (up.Decision.Answer == Reduce || up.Decision.Answer == Revoke) && up.Decision.Level < it.Decision.Level {
				word := it.Holding.Ladder().Word
				return domain.Errorf(domain.Conflict, "%s would have %s in %s (item %d) below %s in %s (item %d): these contradict",
					it.Holder, word(it.Decision.Level), it.Target, it.No, word(up.Decision.Level), up.Target, up.No).
					Hinted("a sub-section is never above its parent: lower item %d too, or raise item %d", it.No, up.No).
					ByRule("contradiction")
			}
		}
	}
	return nil
}

// breach refuses revocations that, with those that others signed, would leave
// an office without its last holder, before they are signed.
func (w *work) breach(lowered, others []Item) error {
	cs := domain.ChangeSet{Title: "sign-off", Reason: "check", Maker: w.actor.Principal}
	var nos []int
	for _, it := range slices.Concat(lowered, others) {
		if !couldBreach(it.Holding) || slices.Contains(nos, it.No) {
			continue
		}
		changes, err := lowering(w.org, it, it.Decision.Level)
		if err != nil {
			return err
		}
		if len(changes) > 0 {
			cs.Changes = append(cs.Changes, changes...)
			nos = append(nos, it.No)
		}
	}
	if len(cs.Changes) == 0 {
		return nil
	}
	_, _, err := w.org.With(cs, w.now)
	if e := asError(err); e != nil && strings.HasPrefix(e.Rule, "last-") {
		return domain.Errorf(domain.Conflict, "%s cannot be made true: %s", itemList(nos), e.Message).
			Hinted("keep one of them, or give the office to someone else first").ByRule(e.Rule)
	}
	return nil
}

// couldBreach tells whether taking a holding can leave an office empty.
func couldBreach(g domain.Grant) bool {
	switch g.Target.Kind {
	case domain.TargetAccount, domain.TargetDuty, domain.TargetRole:
		return true
	}
	return false
}
