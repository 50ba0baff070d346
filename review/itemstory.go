package review

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"countersign/domain"
)

// ItemStory is all there is on record about one item: what was frozen, every
// version of every decision, the rulings, who signed and who countersigned,
// what became of it, and every event that names any of these, by number.
type ItemStory struct {
	Item    Item
	Votes   []Versioned[Decision] // every version, the oldest first
	Rulings []Ruling              // of each stage, and over all (stage 0)
	Packets []Packet              // of those who were asked about it, as they stand
	Change  ChangeSetHead         // of the remediation; zero where there was none
	Events  []StoryEvent          // rising by number
}

// StoryEvent is one event of a story.
type StoryEvent struct {
	Seq   domain.Seq
	Type  domain.EventType
	Time  time.Time // UTC
	Actor domain.ID
	Text  string // what it says, in words
}

// campaignStory are the events of a whole campaign that belong to the story of
// each of its items.
var campaignStory = []domain.EventType{EvDrafted, EvRedrafted, EvStaged, EvLaunched, EvExtended, EvAdvanced, EvReiterated, EvLapsed,
	EvRemediating, EvVerifying, EvClosed, EvCancelled}

// StoryOf tells the story of an item of a staged campaign. Its errors are those
// of the store; an item that is not there is NotFound.
func StoryOf(tx Tx, o *domain.Org, c Campaign, no int) (ItemStory, error) {
	var s ItemStory
	var err error
	if s.Item, err = tx.Item(c.ID, no); err != nil {
		return s, err
	}
	if s.Votes, err = tx.Votes(c.ID, no); err != nil {
		return s, err
	}
	if s.Rulings, err = tx.Rulings(c.ID, no); err != nil {
		return s, err
	}
	es := map[domain.Seq]domain.Event{}
	item := c.ID + "/" + domain.ID(strconv.Itoa(no))
	named := []domain.ID{item}
	asked := s.asked()
	all, err := tx.Packets(c.ID)
	if err != nil {
		return s, err
	}
	for _, p := range all {
		if asked[[2]string{strconv.Itoa(p.Stage), string(p.Reviewer)}] {
			s.Packets = append(s.Packets, p)
			named = append(named, p.RecordID())
		}
	}
	for _, v := range s.Votes {
		if v.Row.Batch != "" && !slices.Contains(named, v.Row.Batch) {
			named = append(named, v.Row.Batch)
		}
	}
	if id := s.Item.Outcome.ChangeSet; id != "" {
		cs, err := tx.ChangeSet(id)
		if err != nil {
			return s, err
		}
		s.Change = headOf(cs)
		named = append(named, id)
	}
	for _, id := range named {
		if err := gather(tx, es, EventQuery{Entity: id}); err != nil {
			return s, err
		}
	}
	if err := gather(tx, es, EventQuery{Subject: string(c.ID), Types: campaignStory}); err != nil {
		return s, err
	}
	if err := requestsOf(tx, es, c, no); err != nil {
		return s, err
	}
	teller, err := NewTeller(tx, o)
	if err != nil {
		return s, err
	}
	for _, e := range es {
		text, err := teller.Say(e)
		if err != nil {
			return s, err
		}
		s.Events = append(s.Events, StoryEvent{e.Seq, e.Type, e.Time, e.Actor, text})
	}
	slices.SortFunc(s.Events, func(a, b StoryEvent) int { return cmp.Compare(a.Seq, b.Seq) })
	return s, nil
}

// requestsOf gathers the events of the requests that name an item: who asked,
// and who answered.
func requestsOf(tx Tx, to map[domain.Seq]domain.Event, c Campaign, no int) error {
	all, err := tx.Requests(c.ID)
	for _, q := range all {
		if err == nil && slices.Contains(q.Items, no) {
			err = gather(tx, to, EventQuery{Subject: string(q.ID)})
		}
	}
	return err
}

func gather(tx Tx, to map[domain.Seq]domain.Event, q EventQuery) error {
	es, err := tx.Events(q)
	for _, e := range es {
		to[e.Seq] = e
	}
	return err
}

// asked gives stage and reviewer of everybody who was ever asked about it, or
// answered.
func (s ItemStory) asked() map[[2]string]bool {
	out := map[[2]string]bool{}
	for _, a := range s.Item.Assigned {
		out[[2]string{strconv.Itoa(a.Stage), string(a.Reviewer)}] = true
	}
	for _, v := range s.Votes {
		out[[2]string{strconv.Itoa(v.Row.Stage), string(v.Row.Reviewer)}] = true
	}
	return out
}

// Sample draws items of a campaign and tells the story of each. How it draws
// is DrawSample's; the campaign must be staged (Conflict "not-staged"). An
// item that has no ruling over all stages yet counts as undecided.
func Sample(tx Tx, o *domain.Org, c Campaign, seed string, size int, byRuling bool) ([]Drawn, []ItemStory, error) {
	if c.Population == "" {
		return nil, nil, domain.Errorf(domain.Conflict, "the campaign %q has no items yet", c.Name).
			Hinted("stage it first").ByRule("not-staged")
	}
	rulings := make([]Answer, c.TieOut.InScope)
	all, err := tx.Rulings(c.ID, 0)
	if err != nil {
		return nil, nil, err
	}
	for _, r := range all {
		if r.Stage == 0 && c.InForce(r) && r.Item >= 1 && r.Item <= len(rulings) {
			rulings[r.Item-1] = r.Answer
		}
	}
	drawn, err := DrawSample(seed, c.TieOut.Digest, rulings, size, byRuling)
	if err != nil {
		return nil, nil, err
	}
	stories := make([]ItemStory, 0, len(drawn))
	for _, d := range drawn {
		s, err := StoryOf(tx, o, c, d.Item)
		if err != nil {
			return nil, nil, err
		}
		stories = append(stories, s)
	}
	return drawn, stories, nil
}
