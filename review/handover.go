package review

import (
	"slices"
	"strings"
	"time"

	"countersign/domain"
)

// MostHanded is how many items one act hands over: what it writes stays far
// under 200 ms.
const MostHanded = 300

// Handing is items that go from one reviewer to another.
type Handing struct {
	Stage  int // 0: the present one
	Items  []int
	From   domain.ID // whose place is taken; empty: of the only one who answers
	To     domain.ID // an id, an e-mail, a unique name
	Reason string
}

// checked refuses a handing that names nothing, and puts its items in order.
func (h Handing) checked(what string) (Handing, error) {
	h.Reason = strings.TrimSpace(h.Reason)
	if h.Reason == "" || len(h.Items) == 0 {
		return h, domain.Errorf(domain.Invalid, "items are %s by number, with a reason", what).Hinted("say which and why")
	}
	h.Items = slices.Clone(h.Items)
	slices.Sort(h.Items)
	if h.Items = slices.Compact(h.Items); len(h.Items) > MostHanded {
		return h, domain.Errorf(domain.Invalid, "%d items are too many for one act", len(h.Items)).
			Hinted("hand over at most %d at a time", MostHanded)
	}
	return h, nil
}

// handover gathers the rows of one act that gives items of a stage to other
// reviewers: the assignments, and the packets that are open again for them.
type handover struct {
	*work
	c        Campaign
	stage    int
	reason   string
	rows     *rows
	rounds   map[domain.ID]int // of the packets of new reviewers; 0: never signed
	standIns StandIns
	checkers []domain.ID
	facts    *conflicts
	through  *hands // nil until it is asked for
}

func (w *work) newHandover(r *rows, c Campaign, stage int, reason string) (*handover, error) {
	h := &handover{work: w, c: c, stage: stage, reason: reason, rows: r, rounds: map[domain.ID]int{}}
	all, err := w.Substitutes()
	if err != nil {
		return nil, err
	}
	h.standIns = StandInsAt(all, w.now, w.org.Zone())
	for _, p := range w.org.WithDuty(domain.DutyChecker, w.now) {
		h.checkers = append(h.checkers, p.ID)
	}
	return h, nil
}

// newReviewer finds the person items are to go to. Refused with a rule:
// "reviewer-inactive", "reviewer-away" (someone stands in for them).
func (h *handover) newReviewer(ref domain.ID) (domain.Principal, error) {
	p, err := h.org.FindPrincipal(string(ref))
	if err != nil {
		return p, err
	}
	if p.Kind != domain.User || p.Status != domain.Active {
		return p, domain.Errorf(domain.Conflict, "%s cannot review: not an active user", p.Name).
			Hinted("choose an active user").ByRule("reviewer-inactive")
	}
	if in, away := h.standIns[p.ID]; away {
		return p, domain.Errorf(domain.Conflict, "%s is substituted by %s", p.Name, untilWords(h.org, in)).
			Hinted("choose %s, or end the substitution", h.name(in.Substitute)).ByRule("reviewer-away")
	}
	return p, nil
}

// answering gives who answers for an item now, and who ever did.
func (h *handover) answering(no int) (now, ever []Versioned[Assigned], err error) {
	ever, err = h.Assignments(h.c.ID, no, h.stage)
	for _, v := range ever {
		if v.To == 0 && v.Row.Reviewer != "" {
			now = append(now, v)
		}
	}
	return now, ever, err
}

// find gives the one of them whose place is taken: the one named, else the
// only one. None is a zero Assigned.
func (h *handover) find(no int, now []Versioned[Assigned], from domain.ID) (Assigned, error) {
	switch {
	case from != "":
		for _, v := range now {
			if v.Row.Reviewer == from {
				return v.Row, nil
			}
		}
		return Assigned{}, domain.Errorf(domain.Invalid, "item %d is not for %s to review", no, h.name(from)).
			Hinted("leave it out").ByRule("not-theirs")
	case len(now) == 0:
		return Assigned{}, nil
	case len(now) == 1:
		return now[0].Row, nil
	}
	var who []string
	for _, v := range now {
		who = append(who, h.name(v.Row.Reviewer))
	}
	return Assigned{}, domain.Errorf(domain.Invalid, "item %d is for several to review: %s", no, strings.Join(who, ", ")).
		Hinted("say whose place is taken").ByRule("which-reviewer")
}

// mayAnswer refuses a person who cannot answer for an item. Refused with a
// rule: "own-access" (strict: a subject beside others too), "already-reviewer",
// "conflict" (where the definition refuses it), "no-countersigner" (nobody
// would be left to check it).
func (h *handover) mayAnswer(it Item, now []Versioned[Assigned], to domain.Principal, strict bool, past ...domain.ID) error {
	subjects := append(slices.Clone(it.Subjects), h.subjects(it)...)
	ever, err := h.everHad(it.No, to.ID)
	if err != nil {
		return err
	}
	past = append(ever, past...)
	switch {
	case SoleSubject(h.org, it.Holding, it.Subjects, to.ID), SoleSubject(h.org, it.Holding, h.subjects(it), to.ID),
		strict && slices.Contains(subjects, to.ID):
		return domain.Errorf(domain.Forbidden, "item %d is %s's own access", it.No, to.Name).
			Hinted("choose someone else").ByRule("own-access")
	case slices.ContainsFunc(now, func(v Versioned[Assigned]) bool { return v.Row.Reviewer == to.ID }):
		return domain.Errorf(domain.Invalid, "item %d is with %s already", it.No, to.Name).Hinted("leave it out").ByRule("already-reviewer")
	case !slices.ContainsFunc(h.checkers, func(c domain.ID) bool {
		return c != to.ID && !slices.Contains(past, c) && !slices.Contains(subjects, c)
	}):
		return domain.Errorf(domain.Conflict, "nobody could countersign item %d if %s reviewed it", it.No, to.Name).
			Hinted("choose someone who is no checker").ByRule(CheckNoChecker)
	}
	if h.c.Definition.Conflicts != RefuseConflicts {
		return nil
	}
	found, err := h.conflictsOf(it, to.ID)
	if err != nil || len(found) == 0 {
		return err
	}
	return domain.Errorf(domain.Forbidden, "%s may not review item %d: %s", to.Name, it.No, found[0].text).
		Hinted("choose someone else").ByRule("conflict")
}

// besides gives everybody who answers for an item beside a new reviewer, or on
// whose behalf: those who do now, but for whoever is dropped, and those of the
// other stages. None of them could check the new reviewer's packet.
func (h *handover) besides(no int, now []Versioned[Assigned], drop ...domain.ID) ([]domain.ID, error) {
	var out []domain.ID
	for _, v := range now {
		if !slices.Contains(drop, v.Row.Reviewer) {
			out = append(out, v.Row.hands()...)
		}
	}
	for stage := range max(len(h.c.Definition.Stages), h.c.Stage, 1) {
		if stage+1 == h.stage {
			continue
		}
		ever, err := h.Assignments(h.c.ID, no, stage+1)
		if err != nil {
			return nil, err
		}
		for _, v := range ever {
			if v.To == 0 {
				out = append(out, v.Row.hands()...)
			}
		}
	}
	return out, nil
}

// everHad gives those through whose hands an item went, were it another's now.
func (h *handover) everHad(no int, to domain.ID) ([]domain.ID, error) {
	if h.through == nil {
		var err error
		if h.through, err = newHands(h.work, h.c, h.stage); err != nil {
			return nil, err
		}
	}
	ever, err := h.Assignments(h.c.ID, no, h.stage)
	if err != nil || h.through.opened == 0 {
		return nil, err
	}
	return h.through.among(ever, to, true)
}

// conflictsOf gives the conflicts a new reviewer of an item would have now.
func (h *handover) conflictsOf(it Item, to domain.ID) ([]conflict, error) {
	if h.facts == nil {
		stager, err := h.stager()
		if err != nil {
			return nil, err
		}
		h.facts = newConflicts(h.org, map[domain.Seq]giver{}, stager)
	}
	if _, known := h.facts.givers[it.Since]; !known {
		found, err := giversOf(h.work, map[domain.Seq]bool{it.Since: true})
		if err != nil {
			return nil, err
		}
		h.facts.givers[it.Since] = found[it.Since]
	}
	if holder := ownerOf(h.org, it.Holding); holder != "" && holder != to {
		back, err := h.Items(ItemQuery{Campaign: h.c.ID, Stage: h.stage, Reviewer: holder, Holder: to, Limit: 1})
		if err != nil {
			return nil, err
		}
		if len(back) > 0 {
			h.facts.mutual[pair{to, holder}] = true
		}
	}
	return h.facts.of(holding{it.Holding, it.Since, it.Subjects}, to), nil
}

// stager gives who staged the campaign.
func (h *handover) stager() (domain.ID, error) {
	es, err := h.Events(EventQuery{Types: []domain.EventType{EvStaged}, Subject: string(h.c.ID), Limit: 1})
	if err != nil || len(es) == 0 {
		return "", err
	}
	return es[0].Actor, nil
}

// give writes who answers for an item from now on: those who did, but for
// whoever is dropped, and those added. A later assignment replaces every
// staged one, so those that stay are written again.
//
// What a checker returned with a due date of its own keeps that date.
func (h *handover) give(no int, now []Versioned[Assigned], drop []domain.ID, add ...Assigned) error {
	due := h.c.Due
	for _, v := range now {
		gone := slices.Contains(drop, v.Row.Reviewer)
		if gone {
			was, err := h.Returned(h.c.ID, no, h.stage, v.Row.Reviewer)
			if err != nil {
				return err
			}
			if was.Round > 0 && was.Due.After(due) {
				due = was.Due
			}
		}
		switch {
		case v.From == 0 && !gone:
			h.rows.put(nil, v.Row)
		case v.From != 0 && gone:
			h.rows.put(v.Row, nil)
		}
	}
	for _, a := range add {
		a.Campaign, a.Item, a.Stage = h.c.ID, no, h.stage
		h.rows.put(nil, a)
		if err := h.openPacket(a.Reviewer, no, due); err != nil {
			return err
		}
	}
	return nil
}

// openPacket opens a packet that its reviewer has signed for one more item, which
// is due then.
func (h *handover) openPacket(reviewer domain.ID, no int, due time.Time) error {
	round, known := h.rounds[reviewer]
	if !known {
		p, err := h.Packet(h.c.ID, h.stage, reviewer)
		if err != nil {
			return err
		}
		round = p.Round
		if p.State == Signed || p.State == Countersigned {
			open := p
			open.State, open.Round, open.Reason, open.Lapsed = Returned, p.Round+1, h.reason, false
			h.rows.put(p, open)
			round = open.Round
		}
		h.rounds[reviewer] = round
	}
	if round == 0 && !due.After(h.c.Due) {
		return nil
	}
	was, err := h.Returned(h.c.ID, no, h.stage, reviewer)
	if err != nil {
		return err
	}
	var before domain.Record
	if was.Round > 0 {
		before = was
	}
	h.rows.put(before, ItemReturn{Campaign: h.c.ID, Item: no, Stage: h.stage, Reviewer: reviewer, Round: max(round, 1),
		Reason: h.reason, Due: due})
	return nil
}

// recordOf gives the reviewer of record behind an assignment.
func recordOf(a Assigned) domain.ID {
	if a.For != "" {
		return a.For
	}
	return a.Reviewer
}
