package report

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"sort"
	"strings"
	"time"

	"countersign/domain"
	"countersign/review"
)

// CampaignEvidence is everything the campaign workbook is made from. Items and
// Events are streamed from the transaction it was gathered from, and may be walked
// more than once while that is open; everything else is kept, a few bytes an item.
type CampaignEvidence struct {
	Meta      Meta
	Campaign  review.Campaign
	Pinned    bool        // to the event that closed or cancelled it: Meta.Event
	Now       *domain.Org // as of Meta.Event: names, levels now
	Frozen    *domain.Org // as of the frozen event: departments
	Staged    review.StagedData
	Acts      []Act // staged, launched, extended, closed …
	Progress  []review.Progress
	Remedies  []Remedy // change sets, in the order proposed
	Figures   Figures
	Items     iter.Seq2[review.Item, error]
	Lowered   iter.Seq2[review.Item, error] // those reduced or revoked
	Open      iter.Seq2[review.Item, error] // exceptions, and what nobody decided or what is not as it was kept
	Events    iter.Seq2[domain.Event, error]
	Packets   []review.Packet
	Rulings   []review.Ruling               // of campaigns with several answers to an item
	Votes     iter.Seq2[review.Item, error] // the same
	Assurance map[domain.Assurance]int      // events but exports, by how sure the log is of their actor
	Left      iter.Seq[review.LeftOut]      // holdings that gave no item
	Gone      []review.Precedent            // was let stay before, and is no item because it is not there
	Window    iter.Seq2[change, error]      // what changed from the freezing on
	Sources   []sourceFile                  // imported files, in the order applied

	told
	carried
	approvers func(changeSet domain.ID) (string, error)
	remedyAt  map[domain.ID]int // of Remedies
	// Of what changed in the window: the item of a grant, and how many items are
	// about another record.
	touchedItems, aboutItems map[domain.ID]int
	lowerings                map[domain.ID]change // the last that ended or lowered a grant of the window, without its rows

	touched domain.Seq          // the last event of the campaign but exports
	kinds   []domain.TargetKind // by item number - 1
	moments []moment            // of the events, in order
}

// Act is one step in a campaign's life.
type Act struct {
	What domain.EventType
	At   time.Time
	Seq  domain.Seq
	By   domain.ID
	Why  string
}

// Remedy is one change set of the campaign with who approved it.
type Remedy struct {
	domain.ChangeSet // its head
	Approvals        []review.Approval
}

// Counts are figures over some items.
type Counts struct {
	Name    string // as shown
	Items   int
	Answers [5]int // by review.Answer
	Bulk    int    // decided with others in one act
	Seconds int
}

// add counts an item by the answer that stands.
func (c *Counts) add(it review.Item) {
	a, _, _ := it.Stands()
	c.count(it, a)
}

// addVote counts an item by what one reviewer said.
func (c *Counts) addVote(it review.Item) { c.count(it, it.Decision.Answer) }

func (c *Counts) count(it review.Item, a review.Answer) {
	c.Items++
	c.Answers[min(int(a), 4)]++
	c.Seconds += it.Decision.Seconds
	if it.Decision.Bulk > 1 {
		c.Bulk++
	}
}

// Decided is how many items have an answer.
func (c Counts) Decided() int { return c.Items - c.Answers[review.Silent] }

// Figures are counted over the items themselves while gathering: what live
// formulas show before a spreadsheet works them out again.
type Figures struct {
	All         Counts
	Results     [7]int // by review.Result
	Levels      map[string]int
	Reviewers   map[domain.ID]*Counts // of record: whose answer stands
	Votes       map[voter]*Counts     // of campaigns with several answers to an item
	Departments []*Counts
	Kinds       []*Counts
	Deltas      map[deltaLevel]int
	Digest      string // of the population, made again from its items
}

// deltaLevel is what became of a holding since its last decision, by its level now.
type deltaLevel struct{ delta, level string }

type moment struct {
	seq domain.Seq
	ms  int64
}

// when gives the time of an event of the campaign, the zero time for others.
func (ev *CampaignEvidence) when(seq domain.Seq) time.Time {
	i := sort.Search(len(ev.moments), func(i int) bool { return ev.moments[i].seq >= seq })
	if i == len(ev.moments) || ev.moments[i].seq != seq || seq == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ev.moments[i].ms).UTC()
}

// GatherCampaign gathers a campaign by id or name. A closed or cancelled one is
// pinned: nothing behind the event that ended it shows, whenever it is gathered.
//
// Errors: those of tx; the context's; NotFound where there is no such campaign, Conflict (rule
// "not-staged") where it has no items yet.
func GatherCampaign(ctx context.Context, tx review.Tx, id domain.ID, version string) (CampaignEvidence, error) {
	ev, err := gatherCampaign(ctx, tx, id, version, 0)
	if err == nil {
		err = ev.carry(ctx, tx)
	}
	return ev, err
}

// errMovedOn says that a campaign is no longer as it was over the log's first so
// many events.
var errMovedOn = errors.New("the campaign has moved on")

// gatherCampaign gathers it as it was over the log's first size events (0: as it
// is), where nothing but exports happened to it since; else errMovedOn.
func gatherCampaign(ctx context.Context, tx review.Tx, id domain.ID, version string, size int64) (CampaignEvidence, error) {
	c, err := tx.Campaign(id)
	if err != nil {
		return CampaignEvidence{}, err
	}
	if c.Population == "" {
		return CampaignEvidence{}, domain.Errorf(domain.Conflict, "the campaign %q has no items yet", c.Name).
			Hinted("stage it first").ByRule("not-staged")
	}
	head, err := tx.Log()
	if err != nil {
		return CampaignEvidence{}, err
	}
	ev := CampaignEvidence{Campaign: c, Assurance: map[domain.Assurance]int{},
		Meta: Meta{Mode: tx.Mode(), Log: head.Log, Event: domain.Seq(head.Size - 1), At: head.Time, Version: version}}
	if err := ev.walkEvents(ctx, tx); err != nil {
		return ev, err
	}
	if err := ev.backTo(tx, size); err != nil {
		return ev, err
	}
	ev.Meta.Size = int64(ev.Meta.Event) + 1
	if ev.Meta.Root, err = rootAt(ctx, tx, ev.Meta.Size); err != nil {
		return ev, err
	}
	if ev.Now, err = tx.OrgAt(ev.Meta.Event); err != nil {
		return ev, err
	}
	if ev.Frozen, err = tx.OrgAt(c.Frozen); err != nil {
		return ev, err
	}
	ev.Meta.Organisation = organisation(ev.Now)
	if ev.Progress, err = tx.Progress(c.ID); err != nil {
		return ev, err
	}
	if err := ev.remedies(ctx, tx); err != nil {
		return ev, err
	}
	if ev.Packets, err = tx.Packets(c.ID); err != nil {
		return ev, err
	}
	if err := ev.walkWindow(ctx, tx); err != nil {
		return ev, err
	}
	if err := ev.sourceFiles(ctx, tx); err != nil {
		return ev, err
	}
	if err := ev.walkItems(ctx, tx); err != nil {
		return ev, err
	}
	if err := ev.leftOuts(ctx, tx); err != nil || !ev.plural() {
		return ev, err
	}
	if ev.Rulings, err = tx.Rulings(c.ID, 0); err != nil {
		return ev, err
	}
	ev.Votes = ev.eachVote(ctx, tx)
	return ev, ev.countVotes()
}

// walkEvents reads the campaign's events once: where it ended, when what was.
func (ev *CampaignEvidence) walkEvents(ctx context.Context, tx review.Tx) error {
	c := ev.Campaign
	q := review.EventQuery{Entity: c.ID}
	for e, err := range events(ctx, tx, q, 0) {
		if err != nil {
			return err
		}
		ev.moments = append(ev.moments, moment{e.Seq, e.Time.UnixMilli()})
		if e.Type != domain.EvExported {
			ev.touched = e.Seq
			ev.Assurance[e.Assurance]++
		}
		if err := ev.told.hear(c, e); err != nil {
			return err
		}
		switch e.Type {
		case review.EvStaged:
			ev.Staged = review.StagedData{}
			if err := json.Unmarshal(e.Data, &ev.Staged); err != nil {
				return domain.Errorf(domain.Internal, "event %d of %q cannot be read: %v", e.Seq, c.Name, err)
			}
		case review.EvDrafted, review.EvRedrafted, review.EvLaunched, review.EvExtended, review.EvCancelled, review.EvClosed,
			review.EvRemediating, review.EvVerifying, review.EvLapsed, review.EvAdvanced, review.EvReiterated, review.EvAcknowledged:
		default:
			continue
		}
		ev.Acts = append(ev.Acts, Act{e.Type, e.Time, e.Seq, e.Actor, e.Reason})
		if e.Type == review.EvClosed || e.Type == review.EvCancelled {
			ev.Pinned, ev.Meta.Event, ev.Meta.At = true, e.Seq, e.Time
			break
		}
	}
	ev.Events = func(yield func(domain.Event, error) bool) { events(ctx, tx, q, ev.Meta.Event)(yield) }
	return nil
}

// backTo makes the evidence that over the log's first size events.
func (ev *CampaignEvidence) backTo(tx review.Tx, size int64) error {
	if size <= 0 || size == int64(ev.Meta.Event)+1 {
		return nil
	}
	last := domain.Seq(size - 1)
	if ev.Pinned || last > ev.Meta.Event || ev.touched > last {
		return errMovedOn
	}
	e, err := tx.Event(last)
	if err != nil {
		return err
	}
	ev.Meta.Event, ev.Meta.At = last, e.Time
	return nil
}

// remedies reads the campaign's change sets up to the pinned event.
func (ev *CampaignEvidence) remedies(ctx context.Context, tx review.Tx) error {
	for cs, err := range changeSets(ctx, tx, review.ChangeSetQuery{Campaign: ev.Campaign.ID}) {
		if err != nil {
			return err
		}
		if cs.Proposed > ev.Meta.Event {
			continue
		}
		if cs.Ended > ev.Meta.Event {
			cs.State, cs.Ended = domain.Proposed, 0
		}
		approvals, err := tx.Approvals(cs.ID)
		if err != nil {
			return err
		}
		ev.Remedies = append(ev.Remedies, Remedy{cs, approvals})
	}
	slices.SortFunc(ev.Remedies, func(a, b Remedy) int { return int(a.Proposed - b.Proposed) })
	ev.remedyAt = make(map[domain.ID]int, len(ev.Remedies))
	for i, r := range ev.Remedies {
		ev.remedyAt[r.ID] = i
	}
	known := map[domain.ID]string{}
	ev.approvers = func(id domain.ID) (string, error) {
		if s, ok := known[id]; ok {
			return s, nil
		}
		given, err := tx.Approvals(id)
		known[id] = ev.checkers(given)
		return known[id], err
	}
	return nil
}

// walkItems reads every item once for the figures, and makes the streams.
func (ev *CampaignEvidence) walkItems(ctx context.Context, tx review.Tx) error {
	c := ev.Campaign
	q := review.ItemQuery{Campaign: c.ID}
	f := Figures{Levels: map[string]int{}, Deltas: map[deltaLevel]int{}, Reviewers: map[domain.ID]*Counts{}}
	departments, kinds := map[string]*Counts{}, map[string]*Counts{}
	var open []int
	ev.Items = items(ctx, tx, q)
	var err error
	f.Digest, _, err = review.PopulationDigest(func(yield func(review.StagedItem, error) bool) {
		for it, e := range ev.Items {
			if e == nil {
				f.All.add(it)
				f.Results[min(int(it.Outcome.Result), 6)]++
				f.Levels[levelKey(it)]++
				f.Deltas[deltaLevel{it.Delta.Kind.String(), levelKey(it)}]++
				ev.touch(it)
				_, _, who := it.Stands()
				if f.Reviewers[who] == nil {
					f.Reviewers[who] = &Counts{}
				}
				f.Reviewers[who].add(it)
				under(departments, &f.Departments, ev.department(it)).add(it)
				under(kinds, &f.Kinds, it.Holding.Target.Kind.String()).add(it)
				ev.kinds = append(ev.kinds, it.Holding.Target.Kind)
				if isOpen(it) {
					open = append(open, it.No)
				}
			}
			if !yield(it.StagedItem, e) {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	for _, list := range [][]*Counts{f.Departments, f.Kinds} {
		slices.SortFunc(list, func(a, b *Counts) int { return compareFolded(a.Name, b.Name) })
	}
	ev.Figures = f
	lowered := q
	if c.Ruled() {
		lowered.Ruled = []review.Answer{review.Reduce, review.Revoke}
	} else {
		lowered.Answers = []review.Answer{review.Reduce, review.Revoke}
	}
	ev.Lowered = items(ctx, tx, lowered)
	ev.Open = func(yield func(review.Item, error) bool) {
		for _, no := range open {
			it, err := tx.Item(c.ID, no)
			if !yield(it, err) || err != nil {
				return
			}
		}
	}
	return nil
}

// leftOuts makes the stream of what gave no item, and gathers what is gone. Which
// holdings are items matters only to a scope narrowed by what is not frozen.
func (ev *CampaignEvidence) leftOuts(ctx context.Context, tx review.Tx) error {
	c, items := ev.Campaign, map[domain.ID]bool{}
	if c.Narrowed() {
		for it, err := range ev.Items {
			if err != nil {
				return err
			}
			items[it.Holding.ID] = true
		}
	}
	ev.Left = review.LeftOuts(ev.Frozen, c, func(id domain.ID) bool { return items[id] })
	if err := ctx.Err(); err != nil || c.TieOut.Deltas[review.DeltaGone.String()] == 0 {
		return err
	}
	var err error
	ev.Gone, err = review.GoneOf(tx, c)
	return err
}

// checkers names who approved.
func (ev *CampaignEvidence) checkers(given []review.Approval) string {
	names := make([]string, len(given))
	for i, a := range given {
		names[i] = person(ev.Now, a.Checker)
	}
	return strings.Join(names, ", ")
}

// under finds the counts of a name, which are the same without regard to case, as
// spreadsheets compare.
func under(by map[string]*Counts, list *[]*Counts, name string) *Counts {
	key := domain.Fold(name)
	if by[key] == nil {
		by[key] = &Counts{Name: name}
		*list = append(*list, by[key])
	}
	return by[key]
}

func compareFolded(a, b string) int {
	switch x, y := domain.Fold(a), domain.Fold(b); {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

// isOpen tells whether an item belongs on the sheet of exceptions.
func isOpen(it review.Item) bool {
	switch a, _, _ := it.Stands(); a {
	case review.Silent, review.Abstain:
		return true
	case review.Keep:
		return it.Outcome.Result > review.Retained
	default:
		return it.Outcome.Result == review.Exception
	}
}

// levelKey is an item's place in the tie-out by level.
func levelKey(it review.Item) string {
	return it.Holding.Target.Kind.String() + ": " + it.Holding.Ladder().Word(it.Holding.Level)
}

// department is that of a person when the population was frozen, and a word in
// brackets for other holders.
func (ev *CampaignEvidence) department(it review.Item) string {
	if it.Holding.Holder.Kind != domain.HolderPrincipal {
		return "(" + it.Holding.Holder.Kind.String() + ")"
	}
	if p, ok := ev.Frozen.Principal(it.Holding.Holder.ID); ok && p.Department != "" {
		return p.Department
	}
	return "(none)"
}

// levelNow is an item's level as of the pinned event; changed tells whether it is
// no longer the one staged.
func (ev *CampaignEvidence) levelNow(it review.Item) (word string, changed bool) {
	row, ok := ev.Now.Holding(it.Holding.ID)
	g, isGrant := row.Record.(domain.Grant)
	if !ok || !isGrant {
		return "gone", true
	}
	return g.Ladder().Word(g.Level), g.Level != it.Holding.Level
}
