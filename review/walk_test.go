package review_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/store"
	"countersign/store/storetest"
)

// The people of the walk. Tom and Rex review, Sam reviews behind them; Mia
// holds both duties and staged the campaign; Al administers the account and
// has no duty; Ina held every duty and left.
const (
	walkAda  domain.ID = "usr_ada"
	walkTom  domain.ID = "usr_tom"
	walkRex  domain.ID = "usr_rex"
	walkSam  domain.ID = "usr_sam"
	walkMia  domain.ID = "usr_mia"
	walkCleo domain.ID = "usr_cleo"
	walkAl   domain.ID = "usr_al"
	walkIna  domain.ID = "usr_ina"
)

// walkActors are those who try every way, with what each may act as.
var walkActors = []struct {
	who domain.ID
	is  []review.Who
}{
	{walkAda, []review.Who{review.ByOwner}},
	{walkMia, []review.Who{review.ByOwner, review.ByChecker}},
	{walkTom, []review.Who{review.ByReviewer}},
	{walkCleo, []review.Who{review.ByChecker}},
	{danaID, nil}, // a subject
	{walkAl, nil},
	{walkIna, nil},
	{"", nil},
}

// walkWay is one way of trying an act. A way that moves nothing, deciding, has
// no act: it is open in the state Active until the due date.
type walkWay struct {
	name string
	acts []review.Act // the moves it makes, in order; the last says where it leads
	as   review.Who
	try  func(s *review.Service, a domain.Actor, c review.Campaign) error
}

var bg = context.Background()

var walkWays = []walkWay{
	{"stage", []review.Act{review.ActStage}, review.ByOwner, func(s *review.Service, a domain.Actor, c review.Campaign) error {
		_, err := s.Stage(bg, a, c.ID, nil)
		return err
	}},
	{"launch", []review.Act{review.ActLaunch}, review.ByChecker, func(s *review.Service, a domain.Actor, c review.Campaign) error {
		_, err := s.Launch(bg, a, c.ID)
		return err
	}},
	{"decide", nil, review.ByReviewer, func(s *review.Service, a domain.Actor, c review.Campaign) error {
		_, err := s.Decide(bg, a, c.ID, []review.DecisionInput{{Item: 1, Answer: review.Abstain, Reason: "not mine to say"}})
		return err
	}},
	{"sign", []review.Act{review.ActSignLast}, review.ByReviewer, func(s *review.Service, a domain.Actor, c review.Campaign) error {
		_, err := s.SignOff(bg, a, c.ID, c.Name)
		return err
	}},
	{"lapse", []review.Act{review.ActLapse}, review.ByOwner, func(s *review.Service, a domain.Actor, c review.Campaign) error {
		_, err := s.Lapse(bg, a, c.ID)
		return err
	}},
	{"return", []review.Act{review.ActReopen}, review.ByChecker, func(s *review.Service, a domain.Actor, c review.Campaign) error {
		who, item := walkTom, 1
		if c.State == review.Active {
			who, item = walkRex, 3
		}
		_, err := s.Return(bg, a, c.ID, who, []int{item}, "look again", c.Due.AddDate(0, 0, 7))
		return err
	}},
	{"countersign", []review.Act{review.ActSettle}, review.ByChecker, countersignTom},
	{"countersign, stage 1 of 2", []review.Act{review.ActNextStage}, review.ByChecker, countersignTom},
	{"reiterate", []review.Act{review.ActReiterate}, review.ByOwner, func(s *review.Service, a domain.Actor, c review.Campaign) error {
		_, err := s.Reiterate(bg, a, c.ID, c.Due.AddDate(0, 0, 14), "they were away")
		return err
	}},
	{"remediate", []review.Act{review.ActRemediate}, review.ByOwner, func(s *review.Service, a domain.Actor, c review.Campaign) error {
		_, err := s.Remediate(bg, a, c.ID)
		return err
	}},
	{"verify", []review.Act{review.ActVerify}, review.ByOwner, func(s *review.Service, a domain.Actor, c review.Campaign) error {
		_, err := s.Verify(bg, a, c.ID)
		return err
	}},
	{"close", []review.Act{review.ActClose}, review.ByOwner, func(s *review.Service, a domain.Actor, c review.Campaign) error {
		_, err := s.Close(bg, a, c.ID)
		return err
	}},
	{"cancel", []review.Act{review.ActCancel}, review.ByOwner, func(s *review.Service, a domain.Actor, c review.Campaign) error {
		_, _, err := s.Cancel(bg, a, c.ID, "another one follows")
		return err
	}},
	{"approve the cancellation", []review.Act{review.ActCancelSigned}, review.ByChecker, approveCancelling},
	{"sign the only packet, which needs no checker", []review.Act{review.ActSignLast, review.ActSettle}, review.ByReviewer,
		func(s *review.Service, a domain.Actor, c review.Campaign) error {
			_, err := s.SignOff(bg, a, c.ID, c.Name)
			return err
		}},
}

// approveCancelling approves the cancellation that was asked for, where one was.
func approveCancelling(s *review.Service, a domain.Actor, c review.Campaign) error {
	all, err := s.Requests(bg, c.ID)
	if err != nil {
		return err
	}
	id := domain.ID("req_none")
	for _, q := range all {
		if q.Act == review.RequestCancel {
			id = q.ID
		}
	}
	_, err = s.ApproveRequest(bg, a, id, "")
	return err
}

func countersignTom(s *review.Service, a domain.Actor, c review.Campaign) error {
	_, err := s.Countersign(bg, a, c.ID, walkTom, "")
	return err
}

// notWalked are moves that the walk cannot make alone, with where they are
// tested: a reviewer's change in a running campaign is asked for by the owner
// and carried out by a checker's approval; the others need an act to be
// interrupted between two transactions, or a packet that is checked before the
// last is signed.
var notWalked = []string{"reopen items by campaign owner", "sign off the last packet by checker", "sign off the last packet by campaign owner",
	"begin the next stage by reviewer", "begin the next stage by campaign owner", "close the last stage by campaign owner"}

// still is a clock that stands where it is put.
type still struct {
	mu sync.Mutex
	at time.Time
}

func (c *still) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *still) put(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

// Every state × every way of acting × everyone × one millisecond before the
// due date, at it, one after it, and after it with the clock set back a day:
// what happens on a real store is what the table of moves says, and what is
// refused changes nothing.
func TestTheWalkOverEveryState(t *testing.T) {
	if testing.Short() {
		t.Skip("it opens hundreds of stores")
	}
	k := &walk{t: t, dir: t.TempDir(), made: map[string]bool{}}
	k.build()
	for _, st := range k.stands {
		for _, when := range []string{"1 ms before", "at the due date", "1 ms after", "set back"} {
			k.everyone(st, when)
		}
	}
	for _, m := range review.Moves() {
		for _, who := range m.Who {
			what := fmt.Sprintf("%s by %s", m.Act, who)
			if !k.made[fmt.Sprintf("%s: %s", m.From, what)] && !slices.Contains(notWalked, what) {
				t.Errorf("%s: nothing in the walk could %s", m.From, what)
			}
		}
	}
	if k.tried < 3000 {
		t.Errorf("only %d attempts were made", k.tried)
	}
}

// stand is a database in which the campaign has come to a state.
type stand struct {
	name  string
	file  string
	state review.State
	due   time.Time
	ways  []string // the ways that only this stand is for; else all without a stand of their own

	signed bool // a revocation is signed, and the owner asked for the campaign to be cancelled
}

type walk struct {
	t      *testing.T
	dir    string
	stands []stand
	made   map[string]bool // moves that were made: "state: act by whom"
	tried  int
	copies int
}

// own are the ways that need a stand of their own.
var own = []string{"reiterate", "countersign, stage 1 of 2", "sign the only packet, which needs no checker"}

func (st stand) fits(w walkWay) bool {
	if st.ways == nil {
		return !slices.Contains(own, w.name) || st.state != review.SignedOff && st.state != review.Remediating &&
			st.state != review.Verifying && w.name == "reiterate"
	}
	return slices.Contains(st.ways, w.name)
}

func (k *walk) open(path string, c *still) *store.Store {
	k.t.Helper()
	n := 0
	s, err := store.Open(bg, path, store.Options{Now: c.Now, NewID: func(prefix string) domain.ID {
		n++
		return domain.ID(fmt.Sprintf("%s_w%d", prefix, n))
	}})
	if err != nil {
		k.t.Fatal(err)
	}
	return s
}

func (k *walk) must(err error) {
	k.t.Helper()
	if err != nil {
		k.t.Fatal(err)
	}
}

// everyone lets everyone try every way in copies of a stand: a copy is used
// until something succeeds in it.
func (k *walk) everyone(st stand, when string) {
	var s *store.Store
	for _, a := range walkActors {
		for _, w := range walkWays {
			if !st.fits(w) {
				continue
			}
			if s == nil {
				s = k.copyOf(st, when)
			}
			if k.attempt(s, st, when, a.who, a.is, w) {
				replayAll(k.t, s)
				k.must(s.Close())
				s = nil
			}
		}
	}
	if s != nil {
		k.must(s.Close())
	}
}

func (k *walk) copyOf(st stand, when string) *store.Store {
	k.t.Helper()
	raw, err := os.ReadFile(st.file)
	k.must(err)
	k.copies++
	path := filepath.Join(k.dir, fmt.Sprintf("copy%d.db", k.copies%8))
	k.must(os.WriteFile(path, raw, 0o600))
	c := &still{at: st.due}
	s := k.open(path, c)
	switch when {
	case "1 ms before":
		c.put(st.due.Add(-time.Millisecond))
	case "1 ms after":
		c.put(st.due.Add(time.Millisecond))
	case "set back":
		c.put(st.due.Add(time.Millisecond))
		storetest.Append(k.t, s, domain.Event{Type: domain.EvExported, Subject: "later"})
		c.put(st.due.AddDate(0, 0, -1))
	}
	return s
}

// picture is what a refusal must leave as it was.
type picture struct {
	c       review.Campaign
	size    int64
	rulings []review.Ruling
	open    int
}

func (k *walk) picture(s *store.Store) (p picture) {
	k.t.Helper()
	k.must(s.View(bg, func(tx review.Tx) (err error) {
		if p.c, err = tx.Campaign("Q"); err != nil {
			return err
		}
		h, err := tx.Log()
		if err != nil {
			return err
		}
		p.size = h.Size
		if p.c.Population == "" {
			return nil
		}
		if p.rulings, err = tx.Rulings(p.c.ID, 0); err != nil {
			return err
		}
		p.open, err = tx.CountItems(review.ItemQuery{Campaign: p.c.ID, State: review.ItemOpen})
		return err
	}))
	return p
}

// attempt tries one way, holds what came of it against the table of moves, and
// tells whether it succeeded.
func (k *walk) attempt(s *store.Store, st stand, when string, who domain.ID, is []review.Who, w walkWay) bool {
	k.t.Helper()
	k.tried++
	before := k.picture(s)
	err := w.try(review.New(s), domain.Actor{Principal: who, Via: "test"}, before.c)
	after := k.picture(s)
	to, legal := leads(st.state, w)
	switch w.name {
	case "cancel": // the owner's act until a revocation is signed, from then on a checker's
		legal = legal && !st.signed
	case "approve the cancellation":
		legal = legal && st.signed
	}
	may := slices.Contains(is, w.as)
	ownWork := w.name == "launch" && who == walkMia
	late := when == "1 ms after" || when == "set back"
	inTime := true
	switch deadline(st.state, w) {
	case review.BeforeDue:
		inTime = when == "1 ms before"
	case review.AfterDue:
		inTime = late
	}
	if w.acts == nil {
		inTime = !late // an answer at the very instant is still taken
	}
	at := fmt.Sprintf("%s, %s: %s by %q", st.name, when, w.name, who)
	if legal && may && inTime && !ownWork {
		if err != nil || after.c.State != to {
			k.t.Errorf("%s: it is %s, %v; the table leads to %s", at, after.c.State, err, to)
		}
		for _, a := range w.acts {
			k.made[fmt.Sprintf("%s: %s by %s", stateBefore(st.state, w, a), a, w.as)] = true
		}
		return err == nil
	}
	var e *domain.Error
	if !errors.As(err, &e) {
		k.t.Errorf("%s: got %v, and the table refuses it; it is %s", at, err, after.c.State)
		return err == nil
	}
	want := []domain.Code{domain.Conflict, domain.NotFound}
	switch {
	case !may && legal || ownWork && legal:
		want = []domain.Code{domain.Forbidden}
		if legal && !inTime {
			want = append(want, domain.Conflict)
		}
	case !may:
		want = append(want, domain.Forbidden)
	case ownWork:
		want = append(want, domain.Forbidden)
	}
	if !slices.Contains(want, e.Code) || e.Message == "" || e.Hint == "" {
		k.t.Errorf("%s: refused as %s: %q, hint %q; want one of %v", at, e.Code, e.Message, e.Hint, want)
	}
	if fmt.Sprint(after.c) != fmt.Sprint(before.c) || !slices.Equal(after.rulings, before.rulings) || after.open != before.open {
		k.t.Errorf("%s: refused, and yet something changed: %+v, was %+v", at, after, before)
	}
	if more := after.size - before.size; more > 1 || more == 0 && e.Code == domain.Forbidden {
		k.t.Errorf("%s: the refusal left %d events", at, more)
	}
	return false
}

// leads gives where a way leads from a state, by the table of moves.
func leads(from review.State, w walkWay) (review.State, bool) {
	if w.acts == nil {
		return review.Active, from == review.Active
	}
	for _, a := range w.acts {
		i := slices.IndexFunc(review.Moves(), func(m review.Move) bool {
			return m.From == from && m.Act == a && slices.Contains(m.Who, w.as)
		})
		if i < 0 {
			return from, false
		}
		from = review.Moves()[i].To
	}
	return from, true
}

// deadline gives what a way has to do with the due date, by the table of
// moves.
func deadline(from review.State, w walkWay) review.Deadline {
	for _, m := range review.Moves() {
		if len(w.acts) > 0 && m.From == from && m.Act == w.acts[0] {
			return m.When
		}
	}
	return review.AnyTime
}

// stateBefore gives the state in which a way makes one of its moves.
func stateBefore(from review.State, w walkWay, act review.Act) review.State {
	if i := slices.Index(w.acts, act); i > 0 {
		from, _ = leads(from, walkWay{acts: w.acts[:i], as: w.as})
	}
	return from
}
