package review

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"

	"countersign/domain"
)

// slot is an item in a stage.
type slot struct{ item, stage int }

// voice is one reviewer on an item in a stage.
type voice struct {
	item, stage int
	reviewer    domain.ID
}

// share is one reviewer's part of a stage: a packet.
type share struct {
	stage    int
	reviewer domain.ID
}

// stagedFacts is what the replay needs of a frozen item.
type stagedFacts struct {
	level    domain.Level
	kind     domain.TargetKind
	highRisk bool
	advice   Advice
	asked    []Assigned
}

// laterAsked is someone who was asked after the staging.
type laterAsked struct {
	reviewer domain.ID
	since    domain.Seq
}

// tape plays the events of one campaign. Nothing in it comes from a table of
// state: rows are those that the events began and ended.
type tape struct {
	id        domain.ID
	c         Campaign
	digest    string // of the population, as the log has it
	found     string // as its frozen items have it
	items     map[int]stagedFacts
	decisions map[voice]Decision
	pending   map[domain.ID]map[voice]Decision // parts of a bulk, until an event names it
	bulks     map[domain.ID]bool               // those in force
	later     map[slot][]laterAsked
	returns   map[voice]int // the round in which it must be answered again
	packets   map[share]Packet
	rulings   map[slot]Ruling                 // what the votes made, at the last closing
	votes     map[slot]ItemVotes              // what it was made of
	closed    map[slot]bool                   // by iteration and stage
	checkers  map[int]map[domain.ID]domain.ID // by stage, of each reviewer's packet
	closings  int
	events    int  // of the campaign, up to the one that ended it
	ended     bool // what comes behind is an export, which is none of its life
}

func newTape(campaign domain.ID) *tape {
	return &tape{id: campaign, items: map[int]stagedFacts{}, decisions: map[voice]Decision{}, pending: map[domain.ID]map[voice]Decision{}, bulks: map[domain.ID]bool{},
		later: map[slot][]laterAsked{}, returns: map[voice]int{}, packets: map[share]Packet{}, rulings: map[slot]Ruling{},
		votes: map[slot]ItemVotes{}, closed: map[slot]bool{}, checkers: map[int]map[domain.ID]domain.ID{}}
}

// readPopulation reads the frozen items, and gives their digest as it is.
func (t *tape) readPopulation(tx Tx, population domain.ID) (digest string, err error) {
	digest, _, err = PopulationDigest(func(yield func(StagedItem, error) bool) {
		for it, err := range tx.Staged(population) {
			if err == nil {
				t.items[it.No] = stagedFacts{it.Holding.Level, it.Holding.Target.Kind, it.HighRisk, it.Advice, it.Assigned}
			}
			if !yield(it, err) {
				return
			}
		}
	})
	return digest, err
}

// play reads every event that names the campaign, the oldest first.
func (t *tape) play(tx Tx) error {
	const page = 100
	q := EventQuery{Entity: t.id, Forward: true, Limit: page}
	for {
		es, err := tx.Events(q)
		if err != nil {
			return err
		}
		for _, e := range es {
			if err := t.event(tx, e); err != nil {
				return err
			}
		}
		if len(es) < page {
			return nil
		}
		q.Before = es[len(es)-1].Seq
	}
}

func (t *tape) event(tx Tx, e domain.Event) error {
	if !t.ended {
		t.events++
	}
	t.ended = t.ended || e.Type == EvClosed || e.Type == EvCancelled
	if e.Type == EvStaged {
		var data StagedData
		if err := json.Unmarshal(e.Data, &data); err != nil {
			return err
		}
		t.digest = data.TieOut.Digest
		var err error
		if t.found, err = t.readPopulation(tx, data.Population); err != nil {
			return err
		}
	}
	if e.Type == EvAdvanced {
		var data AdvancedData
		if err := json.Unmarshal(e.Data, &data); err != nil {
			return err
		}
		if err := t.close(data.Stage, data.Iteration); err != nil {
			return err
		}
	}
	for _, d := range e.Changes {
		if err := t.delta(d, e.Seq); err != nil {
			return err
		}
	}
	return nil
}

// delta begins, replaces or ends a row.
func (t *tape) delta(d domain.Delta, seq domain.Seq) error {
	raw, ended := d.After, len(d.After) == 0
	if ended {
		raw = d.Before
	}
	switch d.Kind {
	case KindCampaign, KindDecision, KindBulk, KindPacket, KindReturn, KindAssigned:
	default:
		return nil
	}
	rec, err := DecodeRecord(d.Kind, raw)
	if err != nil {
		return err
	}
	switch r := rec.(type) {
	case Campaign:
		if r.ID == t.id {
			t.c = r
		}
	case Decision:
		if r.Campaign == t.id {
			return t.decision(d, r, ended)
		}
	case Bulk:
		if r.Campaign == t.id {
			t.bulks[r.ID] = true
			maps.Copy(t.decisions, t.pending[r.ID])
			delete(t.pending, r.ID)
		}
	case Packet:
		if r.Campaign == t.id {
			put(t.packets, share{r.Stage, r.Reviewer}, r, ended)
		}
	case ItemReturn:
		if r.Campaign == t.id {
			put(t.returns, voice{r.Item, r.Stage, r.Reviewer}, r.Round, ended)
		}
	case Assigned:
		if r.Campaign == t.id {
			t.assigned(r, seq, ended)
		}
	}
	return nil
}

// decision begins, replaces or ends one; what a bulk wrote that is not in force
// is kept apart.
func (t *tape) decision(d domain.Delta, r Decision, ended bool) error {
	k := voice{r.Item, r.Stage, r.Reviewer}
	if len(d.Before) > 0 {
		rec, err := DecodeRecord(d.Kind, d.Before)
		if err != nil {
			return err
		}
		if before, ok := rec.(Decision); ok && t.pending[before.Batch] != nil {
			delete(t.pending[before.Batch], k)
		}
	}
	if ended || r.Batch == "" || t.bulks[r.Batch] {
		put(t.decisions, k, r, ended)
		return nil
	}
	if t.pending[r.Batch] == nil {
		t.pending[r.Batch] = map[voice]Decision{}
	}
	t.pending[r.Batch][k] = r
	return nil
}

func put[K comparable, V any](m map[K]V, k K, v V, ended bool) {
	if ended {
		delete(m, k)
		return
	}
	m[k] = v
}

func (t *tape) assigned(a Assigned, seq domain.Seq, ended bool) {
	k := slot{a.Item, a.Stage}
	now := slices.DeleteFunc(slices.Clone(t.later[k]), func(l laterAsked) bool { return l.reviewer == a.Reviewer })
	if !ended {
		now = append(now, laterAsked{a.Reviewer, seq})
	}
	slices.SortFunc(now, func(x, y laterAsked) int {
		return cmp.Or(cmp.Compare(x.since, y.since), cmp.Compare(x.reviewer, y.reviewer))
	})
	put(t.later, k, now, len(now) == 0)
}

// close rules on every item that entered the stage, as the stage's end did.
func (t *tape) close(stage, iteration int) error {
	c := t.c
	c.Stage, c.Iteration = stage, iteration
	t.closings++
	t.closed[slot{iteration, stage}] = true
	checkers := map[domain.ID]domain.ID{}
	for k, p := range t.packets {
		if k.stage == stage {
			checkers[k.reviewer] = p.Checker
		}
	}
	t.checkers[stage] = checkers
	for no := 1; no <= len(t.items); no++ {
		if !t.entered(no, stage, iteration) {
			continue
		}
		v := t.itemVotes(no, stage)
		t.votes[slot{no, stage}] = v
		var through []Ruling
		for k := 1; k < stage; k++ {
			if r, ok := t.rulings[slot{no, k}]; ok && r.Iteration == iteration {
				through = append(through, r)
			}
		}
		ruled, err := RuleItem(c, v, through, checkers)
		if err != nil {
			return err
		}
		for _, r := range ruled {
			t.rulings[slot{no, r.Stage}] = r
		}
	}
	return nil
}

// entered tells whether an item was in a stage: in the first, all, or in a
// later iteration those that nobody had answered; in the others, what the
// stage before let go on.
func (t *tape) entered(no, stage, iteration int) bool {
	if stage > 1 {
		r, ok := t.rulings[slot{no, stage - 1}]
		return ok && r.Iteration == iteration && !r.Stops
	}
	over, ok := t.rulings[slot{no, 0}]
	return iteration <= 1 || !ok || over.Answer == Silent
}

// itemVotes gives who was asked about an item in a stage, each with the vote
// that counts.
func (t *tape) itemVotes(no, stage int) ItemVotes {
	f := t.items[no]
	v := ItemVotes{Item: no, Level: f.level, HighRisk: f.highRisk, Advice: f.advice}
	later := t.later[slot{no, stage}]
	for _, l := range later {
		v.Votes = append(v.Votes, StageVote{Reviewer: l.reviewer, Vote: t.vote(voice{no, stage, l.reviewer})})
	}
	if len(later) > 0 {
		return v
	}
	for _, a := range f.asked {
		if a.Stage == stage {
			v.Votes = append(v.Votes, StageVote{Reviewer: a.Reviewer, Vote: t.vote(voice{no, stage, a.Reviewer})})
		}
	}
	return v
}

// vote gives a reviewer's answer where it is in force and signed, else
// silence.
func (t *tape) vote(k voice) Vote {
	d, ok := t.decisions[k]
	if !ok || d.Round < t.returns[k] {
		return Vote{}
	}
	p := t.packets[share{k.stage, k.reviewer}]
	signed := p.State == Signed || p.State == Countersigned || p.State == Returned && t.returns[k] < p.Round
	if !signed || p.Unsigned > 0 && d.Round >= p.Unsigned {
		return Vote{}
	}
	return Vote{Answer: d.Answer, Level: d.Level}
}
