package review

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"

	"countersign/domain"
)

// Names of the pre-launch checks. Those that block are also the rules by which
// a launch is refused.
const (
	CheckDifference     = "difference"
	CheckNoReviewer     = "no-reviewer"
	CheckReviewerLeft   = "reviewer-inactive"
	CheckNoChecker      = "no-countersigner"
	CheckPassedOn       = "self-review-passed-on"
	CheckNoDescriptions = "description-missing"
	CheckOldData        = "data-old"
	CheckMoved          = "moved-since"
	CheckConflicts      = "conflicts"
)

// oldAfter is how many days after its last import a source counts as old,
// where the definition does not say.
const oldAfter = 30

// Check is one thing to know before a launch. One that blocks refuses it.
type Check struct {
	Kind  string
	Block bool
	Text  string // a sentence without a full stop
	Hint  string // what to do
	Items []int  // at most 100 of the items concerned
	Count int    // how many are concerned
}

// PreLaunch gives the checks of a staged campaign, blocks first.
func (s *Service) PreLaunch(ctx context.Context, id domain.ID) ([]Check, error) {
	var out []Check
	err := s.store.View(ctx, func(tx Tx) error {
		var err error
		out, err = PreLaunchOf(tx, id)
		return err
	})
	return out, err
}

// launchScan gathers what the checks need in one walk over the items.
type launchScan struct {
	o          *domain.Org
	tx         Tx
	c          Campaign
	counts     map[string]*Check
	checkers   []domain.ID
	candidates map[packetKey]map[domain.ID][]int // packet → checker → items it is a subject of, or was to review
	undesc     map[domain.ID]bool
	nobodyIn   map[int]bool // stages in which an item has nobody to review it
	sources    map[string]bool
}

// packetKey is a packet of a campaign.
type packetKey struct {
	stage    int
	reviewer domain.ID
}

// PreLaunchOf is PreLaunch on one picture.
func PreLaunchOf(tx Tx, id domain.ID) ([]Check, error) {
	c, err := tx.Campaign(id)
	if err != nil {
		return nil, err
	}
	o, err := tx.Org()
	if err != nil {
		return nil, err
	}
	if c.Population == "" {
		return nil, nil
	}
	s := &launchScan{o: o, tx: tx, c: c, counts: map[string]*Check{}, candidates: map[packetKey]map[domain.ID][]int{},
		undesc: map[domain.ID]bool{}, nobodyIn: map[int]bool{}, sources: map[string]bool{}}
	for _, p := range o.WithDuty(domain.DutyChecker, tx.Now()) {
		s.checkers = append(s.checkers, p.ID)
	}
	if err := s.walk(); err != nil {
		return nil, err
	}
	if d := c.TieOut.Difference(); d != 0 {
		s.add(CheckDifference, true, 0).Text = fmt.Sprintf("its population does not tie out: the difference is %d", d)
		s.counts[CheckDifference].Hint = "stage a new campaign, and report the difference"
	}
	s.packets()
	if err := s.sourcesOld(); err != nil {
		return nil, err
	}
	if o.Key() != c.Frozen {
		ch := s.add(CheckMoved, false, 0)
		ch.Text = fmt.Sprintf("access has changed since it was staged at event %d", c.Frozen)
		ch.Hint = "decisions on what changed show both values"
	}
	return s.words(), nil
}

func (s *launchScan) add(kind string, block bool, item int) *Check {
	c := s.counts[kind]
	if c == nil {
		c = &Check{Kind: kind, Block: block}
		s.counts[kind] = c
	}
	c.Count++
	if item > 0 && len(c.Items) < 100 {
		c.Items = append(c.Items, item)
	}
	return c
}

// walk looks at every item with those who answer for it in each stage.
func (s *launchScan) walk() error {
	next, stop := iter.Pull2(s.tx.Answering(s.c.ID))
	defer stop()
	a, err, more := next()
	var asked []Assigned
	for it, failed := range s.tx.Staged(s.c.Population) {
		if failed != nil {
			return failed
		}
		for asked = asked[:0]; more && err == nil && a.Item <= it.No; a, err, more = next() {
			if a.Item == it.No {
				asked = append(asked, a)
			}
		}
		if err != nil {
			return err
		}
		s.item(it, asked)
	}
	return nil
}

func (s *launchScan) item(it StagedItem, asked []Assigned) {
	nobody, left := false, false
	for stage := 1; stage <= len(s.c.Definition.Stages); stage++ {
		somebody := false
		for _, a := range asked {
			if a.Stage != stage || a.Reviewer == "" {
				continue
			}
			somebody = true
			if p, ok := s.o.Principal(a.Reviewer); !ok || p.Status != domain.Active {
				left = true
			}
			s.packet(it, a, asked)
		}
		if !somebody {
			nobody = true
			s.nobodyIn[stage] = true
		}
	}
	if nobody {
		s.add(CheckNoReviewer, true, it.No)
	}
	if left {
		s.add(CheckReviewerLeft, true, it.No)
	}
	if slices.Contains(it.Flags, FlagPassedOn) {
		s.add(CheckPassedOn, false, it.No)
	}
	if slices.ContainsFunc(asked, func(a Assigned) bool { return s.conflicted(it, a.Reviewer) }) {
		s.add(CheckConflicts, false, it.No)
	}
	if it.Holding.Origin.Source != "" {
		s.sources[it.Holding.Origin.Source] = true
	}
	s.description(it.Holding.Target)
}

// conflicted tells whether a conflict that was staged is one of a reviewer who
// still answers: its sentence begins with the name.
func (s *launchScan) conflicted(it StagedItem, reviewer domain.ID) bool {
	if reviewer == "" || len(it.Conflicts) == 0 {
		return false
	}
	name := s.o.Name(domain.KindPrincipal, reviewer) + " "
	return slices.ContainsFunc(it.Conflicts, func(c string) bool { return strings.HasPrefix(c, name) })
}

// packet notes the checkers who could not countersign the item in the packet
// of one who answers for it: its subjects, and whoever of those asked, in
// whatever stage, it is or was for.
func (s *launchScan) packet(it StagedItem, a Assigned, asked []Assigned) {
	k := packetKey{a.Stage, a.Reviewer}
	cand := s.candidates[k]
	if cand == nil {
		cand = map[domain.ID][]int{}
		s.candidates[k] = cand
	}
	for _, id := range s.checkers {
		if slices.ContainsFunc(asked, func(a Assigned) bool { return a.hand(id) }) || slices.Contains(it.Subjects, id) {
			cand[id] = append(cand[id], it.No)
		}
	}
}

func (s *launchScan) description(t domain.Target) {
	if s.undesc[t.ID] {
		return
	}
	missing := false
	switch t.Kind {
	case domain.TargetAgent, domain.TargetAccessType, domain.TargetCreator:
		a, ok := s.o.Agent(t.ID)
		missing = ok && a.Description == ""
	case domain.TargetGroup:
		g, ok := s.o.Group(t.ID)
		missing = ok && g.Description == ""
	case domain.TargetSource:
		x, ok := s.o.Source(t.ID)
		missing = ok && x.Description == ""
	}
	if missing {
		s.undesc[t.ID] = true
		s.add(CheckNoDescriptions, false, 0)
	}
}

// packets finds the packets that no checker could countersign.
func (s *launchScan) packets() {
	all := map[int]bool{}
	for k, subjectOf := range s.candidates {
		var blocked []int
		eligible := false
		for _, id := range s.checkers {
			if id == k.reviewer {
				continue
			}
			if len(subjectOf[id]) == 0 {
				eligible = true
				break
			}
			blocked = append(blocked, subjectOf[id]...)
		}
		if eligible {
			continue
		}
		if len(blocked) == 0 {
			s.add(CheckNoChecker, true, 0).Hint = "give the duty checker to someone besides " + s.o.Name(domain.KindPrincipal, k.reviewer)
		}
		for _, no := range blocked {
			all[no] = true
		}
	}
	for _, no := range slices.Sorted(maps.Keys(all)) {
		s.add(CheckNoChecker, true, no)
	}
}

func (s *launchScan) oldAfter() int {
	if n := s.c.Definition.OldAfter; n > 0 {
		return n
	}
	return oldAfter
}

func (s *launchScan) sourcesOld() error {
	if len(s.sources) == 0 {
		return nil
	}
	es, err := s.tx.Events(EventQuery{Types: []domain.EventType{domain.EvApplied}, From: s.tx.Now().AddDate(0, 0, -s.oldAfter()), Limit: 1000})
	if err != nil {
		return err
	}
	for _, e := range es {
		d, err := dataOf[ChangeData](e)
		if err != nil {
			return err
		}
		delete(s.sources, d.Source.Source)
	}
	for range s.sources {
		s.add(CheckOldData, false, 0)
	}
	return nil
}

// words completes the checks' sentences, blocks first.
func (s *launchScan) words() []Check {
	texts := map[string][2]string{
		CheckNoReviewer:     {"%s nobody eligible to review them", "name a fallback who is not their subject, or reassign them"},
		CheckReviewerLeft:   {"%s a reviewer who is not active", "reassign them"},
		CheckNoChecker:      {"%s no checker who is neither their reviewer nor a subject", "give the duty checker to someone else, or reassign them"},
		CheckPassedOn:       {"%s passed on, so that nobody reviews their own access", "nothing needs doing"},
		CheckNoDescriptions: {"%s no description", "a reviewer decides better with one"},
		CheckOldData:        {"%s not imported in the last " + Count(s.oldAfter(), "day", "days"), "import it again before launching"},
		CheckConflicts:      {"%s a reviewer who is not independent of it", "reassign them, or have the definition refuse conflicts"},
	}
	nouns := map[string][4]string{
		CheckPassedOn:       {"item was", "items were"},
		CheckNoDescriptions: {"thing under review has", "things under review have"},
		CheckOldData:        {"source was", "sources were"},
	}
	var out []Check
	for _, kind := range []string{CheckDifference, CheckNoReviewer, CheckReviewerLeft, CheckNoChecker, CheckPassedOn,
		CheckConflicts, CheckNoDescriptions, CheckOldData, CheckMoved} {
		c := s.counts[kind]
		if c == nil {
			continue
		}
		if t, ok := texts[kind]; ok {
			n, named := nouns[kind]
			if !named {
				n = [4]string{"item has", "items have"}
			}
			c.Text = fmt.Sprintf(t[0], Count(c.Count, n[0], n[1]))
			if kind == CheckNoReviewer {
				c.Text += s.stageWords()
			}
			if len(c.Items) > 0 {
				c.Text += ": " + itemList(c.Items)
			}
			if c.Hint == "" {
				c.Hint = t[1]
			}
		}
		out = append(out, *c)
	}
	return out
}

// stageWords says in which stages nobody reviews an item, where there are
// several: " in stage 2".
func (s *launchScan) stageWords() string {
	if len(s.c.Definition.Stages) < 2 {
		return ""
	}
	var out []string
	for _, n := range slices.Sorted(maps.Keys(s.nobodyIn)) {
		out = append(out, strconv.Itoa(n))
	}
	if len(out) == 1 {
		return " in stage " + out[0]
	}
	return " in the stages " + strings.Join(out, ", ")
}
