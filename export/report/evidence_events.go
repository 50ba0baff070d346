package report

import (
	"context"
	"encoding/json"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"countersign/domain"
	"countersign/review"
)

// signature is who signed a packet and who countersigned it, as it stands.
type signature struct {
	signed, checked     domain.Seq
	by, checker         domain.ID
	bySure, checkerSure domain.Assurance
	alone               bool // closed with the signature: the definition asked for no second one
}

// noted is one message of the campaign.
type noted struct {
	review.Message
	written, settled domain.Seq
}

// told is what is kept of the campaign's events, up to the pinned one.
type told struct {
	first     domain.Seq // of the campaign
	signs     map[domain.ID]signature
	versions  []int32      // of the decisions on each item, by number - 1
	recorded  []domain.Seq // which recorded each item's outcome
	results   domain.Seq   // the last that recorded some
	messages  []noted      // in the order written
	byMessage map[domain.ID]int
	acks      []review.Acknowledgement
	asked     map[domain.ID]asked     // requests, by id
	excepted  map[int]excepted        // the exception that stands, by item
	applied   map[domain.ID]domain.ID // by change set, who carried it out
	through   map[domain.ID]domain.ID // by change set, the packet whose countersignature approved it
}

// asked is a request with the event that made it.
type asked struct {
	by  domain.ID
	seq domain.Seq
}

// excepted is who accepted an item as it is, and when.
type excepted struct {
	request domain.ID // that it carries out; empty: a checker alone
	seq     domain.Seq
}

// hear keeps what an event of the campaign says.
func (t *told) hear(c review.Campaign, e domain.Event) error {
	if t.signs == nil {
		*t = told{first: e.Seq, signs: map[domain.ID]signature{}, byMessage: map[domain.ID]int{},
			versions: make([]int32, c.TieOut.InScope), recorded: make([]domain.Seq, c.TieOut.InScope),
			asked: map[domain.ID]asked{}, excepted: map[int]excepted{}, applied: map[domain.ID]domain.ID{}, through: map[domain.ID]domain.ID{}}
	}
	if err := t.hearAct(e); err != nil {
		return err
	}
	if e.Type == review.EvAcknowledged {
		a, err := review.AcknowledgementOf(e)
		if err != nil {
			return err
		}
		t.acks = append(t.acks, a)
	}
	for _, d := range e.Changes {
		switch d.Kind {
		case review.KindDecision:
			if no := itemIn(c.ID, d.ID); no > 0 && no <= len(t.versions) {
				t.versions[no-1]++
			}
		case review.KindOutcome:
			if no := itemIn(c.ID, d.ID); no > 0 && no <= len(t.recorded) {
				t.recorded[no-1], t.results = e.Seq, e.Seq
			}
		case review.KindPacket:
			if err := t.hearPacket(e, d); err != nil {
				return err
			}
		case review.KindMessage:
			if err := t.hearMessage(e, d); err != nil {
				return err
			}
		}
	}
	return nil
}

// hearAct keeps who asked, excepted, approved and carried out.
func (t *told) hearAct(e domain.Event) error {
	unread := func(err error) error {
		return domain.Errorf(domain.Internal, "event %d cannot be read: %v", e.Seq, err)
	}
	switch e.Type {
	case review.EvExcepted:
		var d review.PacketData
		if err := json.Unmarshal(e.Data, &d); err != nil {
			return unread(err)
		}
		for _, no := range d.Items {
			t.excepted[no] = excepted{d.Request, e.Seq}
		}
	case review.EvRequested:
		t.asked[domain.ID(e.Subject)] = asked{e.Actor, e.Seq}
	case domain.EvApproved:
		var d review.ChangeData
		if len(e.Data) > 0 {
			if err := json.Unmarshal(e.Data, &d); err != nil {
				return unread(err)
			}
		}
		t.through[domain.ID(e.Subject)] = d.Packet
	case domain.EvApplied:
		t.applied[domain.ID(e.Subject)] = e.Actor
	}
	return nil
}

func (t *told) hearPacket(e domain.Event, d domain.Delta) error {
	var p review.Packet
	if len(d.After) > 0 {
		if err := json.Unmarshal(d.After, &p); err != nil {
			return domain.Errorf(domain.Internal, "event %d has a packet that cannot be read: %v", e.Seq, err)
		}
	}
	s := t.signs[d.ID]
	switch {
	case p.State == review.Signed && !p.Lapsed:
		s = signature{signed: e.Seq, by: e.Actor, bySure: e.Assurance}
	case p.State == review.Countersigned && p.Checker == "" && !p.Lapsed:
		s = signature{signed: e.Seq, by: e.Actor, bySure: e.Assurance, alone: true}
	case p.State == review.Countersigned && s.checked == 0:
		s.checked, s.checker, s.checkerSure = e.Seq, p.Checker, e.Assurance
	case p.State != review.Countersigned:
		s = signature{}
	}
	t.signs[d.ID] = s
	return nil
}

func (t *told) hearMessage(e domain.Event, d domain.Delta) error {
	if len(d.After) == 0 {
		return nil
	}
	var m review.Message
	if err := json.Unmarshal(d.After, &m); err != nil {
		return domain.Errorf(domain.Internal, "event %d has a message that cannot be read: %v", e.Seq, err)
	}
	i, known := t.byMessage[d.ID]
	if !known {
		t.byMessage[d.ID] = len(t.messages)
		t.messages = append(t.messages, noted{m, e.Seq, 0})
		return nil
	}
	t.messages[i].Message, t.messages[i].settled = m, e.Seq
	return nil
}

// itemIn reads the item's number from the id of a row of a campaign.
func itemIn(campaign, id domain.ID) int {
	rest, ok := strings.CutPrefix(string(id), string(campaign)+"/")
	if !ok {
		return 0
	}
	word, _, _ := strings.Cut(rest, "/")
	no, err := strconv.Atoi(word)
	if err != nil {
		return 0
	}
	return no
}

// signOf gives the signatures under the decision shown of an item; none while its
// packet is open.
func (ev *CampaignEvidence) signOf(it review.Item) signature {
	if it.Packet != review.Signed && it.Packet != review.Countersigned {
		return signature{}
	}
	return ev.told.signs[review.Packet{Campaign: it.Campaign, Stage: it.Stage, Reviewer: it.Reviewer}.RecordID()]
}

// versionsOf counts the versions of the decisions on an item, by all reviewers.
func (ev *CampaignEvidence) versionsOf(no int) int {
	if no < 1 || no > len(ev.told.versions) {
		return 0
	}
	return int(ev.told.versions[no-1])
}

// recordedOf is the event that recorded an item's outcome.
func (ev *CampaignEvidence) recordedOf(no int) domain.Seq {
	if no < 1 || no > len(ev.told.recorded) {
		return 0
	}
	return ev.told.recorded[no-1]
}

// change is one row of access that changed between the freezing and the pinned
// event.
type change struct {
	seq  domain.Seq
	at   time.Time
	by   domain.ID
	what domain.EventType
	head review.ChangeSetHead // zero where no change set did it
	domain.Delta
}

// changing are the types of event that change access.
var changing = []domain.EventType{domain.EvApplied, domain.EvBootstrap, review.EvAssigned}

// window streams what changed while the campaign ran, in the order of the log.
func (ev *CampaignEvidence) window(ctx context.Context, tx review.Tx) iter.Seq2[change, error] {
	access := map[domain.Kind]bool{}
	for _, k := range domain.AccessKinds() {
		access[k] = true
	}
	return func(yield func(change, error) bool) {
		q := review.EventQuery{Types: changing, Before: ev.Campaign.Frozen}
		for e, err := range events(ctx, tx, q, ev.Meta.Event) {
			var rows []domain.Delta
			if err == nil && e.Applies != 0 {
				var src domain.Event
				src, err = tx.Event(e.Applies)
				rows = src.Proposed
			}
			c := change{seq: e.Seq, at: e.Time, by: e.Actor, what: e.Type}
			for _, d := range e.Changes {
				if d.Kind == review.KindChangeSet && len(d.After) > 0 && err == nil {
					err = json.Unmarshal(d.After, &c.head)
				}
			}
			if err != nil {
				yield(change{}, err)
				return
			}
			for _, d := range slices.Concat(rows, e.Changes) {
				if c.Delta = d; access[d.Kind] && !yield(c, nil) {
					return
				}
			}
		}
	}
}

// walkWindow notes which records changed while the campaign ran, so that the walk
// over the items finds those that were touched.
func (ev *CampaignEvidence) walkWindow(ctx context.Context, tx review.Tx) error {
	ev.Window = ev.window(ctx, tx)
	ev.touchedItems, ev.aboutItems, ev.lowerings = map[domain.ID]int{}, map[domain.ID]int{}, map[domain.ID]change{}
	for c, err := range ev.Window {
		switch {
		case err != nil:
			return err
		case c.Kind == domain.KindGrant:
			ev.touchedItems[c.ID] = 0
			low, err := lowers(c.Delta)
			if err != nil {
				return err
			}
			if low {
				id := c.ID
				c.Delta = domain.Delta{}
				ev.lowerings[id] = c
			}
		default:
			ev.aboutItems[c.ID] = 0
		}
	}
	return nil
}

// lowers tells whether a change of a grant ended or lowered it.
func lowers(d domain.Delta) (bool, error) {
	if len(d.Before) == 0 || len(d.After) == 0 {
		return len(d.After) == 0, nil
	}
	var levels [2]domain.Level
	for i, raw := range []json.RawMessage{d.Before, d.After} {
		rec, err := review.DecodeRecord(domain.KindGrant, raw)
		if err != nil {
			return false, err
		}
		if g, ok := rec.(domain.Grant); ok {
			levels[i] = g.Level
		}
	}
	return levels[1] < levels[0], nil
}

// touch notes an item that a change of the window is about.
func (ev *CampaignEvidence) touch(it review.Item) {
	g := it.Holding
	if _, ok := ev.touchedItems[g.ID]; ok {
		ev.touchedItems[g.ID] = it.No
	}
	if len(ev.aboutItems) == 0 {
		return
	}
	ids := [3]domain.ID{g.Holder.ID, g.Target.ID, g.Agent}
	for i, id := range ids {
		if n, ok := ev.aboutItems[id]; ok && id != "" && !slices.Contains(ids[:i], id) {
			ev.aboutItems[id] = n + 1
		}
	}
}

// sourceFile is an imported file that became part of the organisation.
type sourceFile struct {
	domain.ChangeSet // its head
}

// sourceFiles gathers the files applied up to the pinned event, the first first.
func (ev *CampaignEvidence) sourceFiles(ctx context.Context, tx review.Tx) error {
	for cs, err := range changeSets(ctx, tx, review.ChangeSetQuery{States: []domain.ChangeState{domain.Applied}}) {
		if err != nil {
			return err
		}
		if cs.Source.SHA256 != "" && cs.Ended > 0 && cs.Ended <= ev.Meta.Event {
			ev.Sources = append(ev.Sources, sourceFile{cs})
		}
	}
	slices.SortFunc(ev.Sources, func(a, b sourceFile) int { return int(a.Ended - b.Ended) })
	return nil
}
