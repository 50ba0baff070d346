package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
)

// proposing are the flags of every command that makes a change set.
type proposing struct {
	reason, title string
	dryRun        bool
}

const proposingHelp = `It makes a change set: --dry-run shows who would gain and lose what, --reason proposes it.
What the policy lets pass applies at once; the rest waits for a checker (see: changes, approve).`

func (e *env) proposingFlags(cmd *cobra.Command, f *proposing) *cobra.Command {
	cmd.Flags().StringVar(&f.reason, "reason", "", "propose it, for this `REASON`")
	cmd.Flags().StringVar(&f.title, "title", "", "what the change set is called, instead of the made `TITLE`")
	cmd.Flags().BoolVar(&f.dryRun, "dry-run", false, "show the effects and propose nothing")
	cmd.Flags().BoolVar(&f.dryRun, "preview", false, "the same as --dry-run")
	return e.jsonFlag(cmd)
}

// mostLines is how many changes and effects are printed; the rest are counted.
// --json prints all.
const mostLines = 200

// effectJSON is one effect in JSON answers.
type effectJSON struct {
	Principal thingJSON `json:"principal"`
	Target    thingJSON `json:"target"`
	Agent     domain.ID `json:"agent,omitempty"`
	From      string    `json:"from"`
	To        string    `json:"to"`
	Since     string    `json:"since,omitempty"` // the day a future window opens
	Shared    bool      `json:"shared,omitempty"`
}

// proposalJSON is the answer of every command that makes or moves a change
// set.
type proposalJSON struct {
	about
	ID      domain.ID    `json:"id,omitempty"`
	Title   string       `json:"title"`
	State   string       `json:"state"`              // "preview" where nothing was written
	Seq     domain.Seq   `json:"at_event,omitempty"` // the event that left it so
	Need    string       `json:"need"`
	Waiting []thingJSON  `json:"waiting,omitempty"`
	Why     []reasonJSON `json:"why,omitempty"`
	Notes   []string     `json:"notes,omitempty"` // what to know about it besides
	Changes []string     `json:"changes"`
	Breaks  []string     `json:"breaks_today,omitempty"` // of separations of duties it begins or changes
	Effects []effectJSON `json:"effects"`
	Shows   []string     `json:"takes_effect,omitempty"` // when the effects show in the systems themselves
}

func effectOf(o *domain.Org, e domain.Effect) effectJSON {
	l := domain.LadderOf(e.Target.Kind)
	j := effectJSON{Principal: principalJSON(o, e.Principal), Target: targetJSON(o, e.Target), Agent: e.Agent,
		From: l.Word(e.Before), To: l.Word(e.After), Shared: e.Shared}
	if e.Future {
		j.Since = e.At.In(o.Zone()).Format("2006-01-02")
	}
	return j
}

// verdictOrg gives the organisation in which the things of a verdict have names:
// the one after it, where there is one.
func verdictOrg(o *domain.Org, v domain.Verdict) *domain.Org {
	if v.After != nil {
		return v.After
	}
	return o
}

// changeWords says each change in words.
func changeWords(o *domain.Org, changes []domain.Change) ([]string, error) {
	out := make([]string, 0, len(changes))
	for _, c := range changes {
		d, err := domain.DeltaOf(c.Before, c.After)
		if err != nil {
			return nil, err
		}
		w := review.DeltaWords(o, d)
		if w == "" {
			w = o.Describe(c.Record())
		}
		out = append(out, w)
	}
	return out, nil
}

// verdictPage says what a change set does, and what it needs; breaks are those of
// breaksToday.
func verdictPage(p *page, o *domain.Org, cs domain.ChangeSet, v domain.Verdict, changes, breaks []string) {
	if cs.Title != "" {
		p.line("%s", cs.Title)
	}
	list := func(title string, n int, lines func(i int) []string) {
		if n == 0 {
			return
		}
		p.line("%s", title)
		for i := range min(n, mostLines) {
			for _, l := range lines(i) {
				p.line("  %s", l)
			}
		}
		if n > mostLines {
			p.line("  and %d more", n-mostLines)
		}
	}
	list("Changes", len(changes), func(i int) []string { return changes[i : i+1] })
	list("Today", len(breaks), func(i int) []string { return breaks[i : i+1] })
	effects := review.EffectLines(o, v.Effects)
	list("Effects", len(effects), func(i int) []string {
		said := []string{effects[i].Text}
		for _, c := range effects[i].Rest {
			said = append(said, "  "+c.Words(mostLines))
		}
		return said
	})
	for _, w := range review.VerdictWords(o, v) {
		p.line("%s", w)
	}
	if v.Refused == nil {
		for _, w := range review.TakesEffect(o, cs.Changes, v.Effects) {
			p.line("Takes effect: %s", w)
		}
	}
}

// breaksToday says of each separation of duties that changes begin or change who
// breaks it as it will be: whoever approves it knows whom it finds.
func breaksToday(o *domain.Org, changes []domain.Change, now time.Time) []string {
	var out []string
	for _, one := range changes {
		rule, is := one.After.(domain.SoDRule)
		if !is {
			continue
		}
		all := o.Breaches(rule, now)
		if len(all) == 0 {
			out = append(out, fmt.Sprintf("Nobody breaks %q today.", rule.Name))
			continue
		}
		out = append(out, fmt.Sprintf("%s %q today:", review.Count(len(all), "person breaks", "people break"), rule.Name))
		for _, b := range all {
			var by []string
			for _, a := range []domain.Access{b.A, b.B} {
				if len(a.Paths) > 0 {
					by = append(by, review.PathWords(o, a.Paths[0], a.Target, a.Agent))
				}
			}
			out = append(out, o.Name(domain.KindPrincipal, b.Principal)+" has both: "+strings.Join(by, "; "))
		}
	}
	return out
}

// lead is what a command says of its change set besides what it does to whom.
type lead struct {
	say  func(p *page, o *domain.Org)              // before the effects; o names what the change set makes
	more func(p *page)                             // after them: what no change set can do
	doc  func(proposalJSON) any                    // the answer with --json
	then func(p *page, done review.Proposal) error // after it was proposed
}

// preview judges a change set and gives the page and the document about it.
func (s *session) preview(cs domain.ChangeSet, l lead) (domain.Verdict, *page, proposalJSON, error) {
	var o *domain.Org
	var at time.Time
	doc := proposalJSON{Title: cs.Title, State: "preview", Effects: []effectJSON{}}
	err := s.view(func(tx review.Tx) error {
		pic, err := pictureOf(tx, "")
		if err != nil {
			return err
		}
		o, at, doc.about = pic.org, pic.at, s.about(pic)
		return nil
	})
	if err != nil {
		return domain.Verdict{}, nil, doc, err
	}
	v, err := s.svc.Preview(s.ctx, s.actor, cs)
	if err != nil {
		return v, nil, doc, err
	}
	names := verdictOrg(o, v)
	if doc.Changes, err = changeWords(names, cs.Changes); err != nil {
		return v, nil, doc, err
	}
	doc.Need = v.Need.String()
	for _, id := range v.From {
		doc.Waiting = append(doc.Waiting, principalJSON(names, id))
	}
	for _, w := range v.Why {
		doc.Why = append(doc.Why, reasonJSON{w.Code, w.Text})
	}
	for _, e := range v.Effects {
		doc.Effects = append(doc.Effects, effectOf(names, e))
	}
	doc.Breaks = breaksToday(names, cs.Changes, at)
	doc.Shows = review.TakesEffect(names, cs.Changes, v.Effects)
	p, shown := s.newPage(), doc.Changes
	if l.say != nil {
		p.line("%s", cs.Title)
		l.say(p, names)
		cs.Title, shown = "", nil // said by the lead
	}
	verdictPage(p, names, cs, v, shown, doc.Breaks)
	if l.more != nil {
		l.more(p)
	}
	return v, p, doc, nil
}

// propose shows what a change set does and, unless it is a dry run, proposes
// it. A refusal goes through Propose, so that it is on record.
func (s *session) propose(cs domain.ChangeSet, f proposing) error {
	return s.proposeLed(cs, f, lead{})
}

// proposeLed is propose with more to say.
func (s *session) proposeLed(cs domain.ChangeSet, f proposing, l lead) error {
	if l.doc == nil {
		l.doc = func(j proposalJSON) any { return j }
	}
	if f.title != "" {
		cs.Title = f.title
	}
	if f.reason != "" {
		cs.Reason = f.reason
	}
	if len(cs.Changes) == 0 {
		return s.nothingChanges(cs.Title, l)
	}
	v, p, doc, err := s.preview(cs, l)
	if err != nil {
		return err
	}
	if f.dryRun {
		if v.Refused != nil {
			return v.Refused
		}
		return s.answer(l.doc(doc), p)
	}
	head, err := s.head()
	if err != nil {
		return err
	}
	done, err := s.svc.Propose(s.ctx, s.see(head, p.text()), cs)
	if err != nil {
		return err
	}
	doc.ID, doc.State, doc.Seq = done.ID, done.State.String(), done.Seq
	p.line("%s", s.proposedWords(done))
	if l.then != nil {
		if err := l.then(p, done); err != nil {
			return errors.Join(s.print(p), err)
		}
	}
	return s.answer(l.doc(doc), p)
}

// nothingChanges answers where everything is as it was asked to be: a script
// that runs twice is done twice.
func (s *session) nothingChanges(title string, l lead) error {
	pic, err := s.present()
	if err != nil {
		return err
	}
	p := s.newPage()
	p.line("%s", title)
	if l.say != nil {
		l.say(p, pic.org)
	}
	p.line("nothing changes: it is so already")
	return s.answer(l.doc(proposalJSON{about: s.about(pic), Title: title, State: "unchanged", Need: domain.NoApproval.String(),
		Changes: []string{}, Effects: []effectJSON{}}), p)
}

// proposed prints what became of a change set.
func (s *session) proposed(done review.Proposal, p *page, doc proposalJSON) error {
	doc.ID, doc.State, doc.Seq = done.ID, done.State.String(), done.Seq
	p.line("%s", s.proposedWords(done))
	return s.answer(doc, p)
}

func (s *session) proposedWords(done review.Proposal) string {
	if done.State != domain.Proposed {
		return fmt.Sprintf("%s: %s at event %d", done.ID, done.State, done.Seq)
	}
	return fmt.Sprintf("%s: proposed at event %d and waits (countersign approve %s)", done.ID, done.Seq, done.ID)
}

// head tells how far the log reaches.
func (s *session) head() (h review.Head, err error) {
	err = s.view(func(tx review.Tx) (err error) {
		h, err = tx.Log()
		return err
	})
	return h, err
}

// ids gives a maker of ids for records about to be proposed; on a database
// open for reading, where nothing will be, plain numbers do.
func (s *session) ids() (func(prefix string) domain.ID, error) {
	if !s.flags.readOnly {
		return s.svc.IDs(s.ctx)
	}
	n := 0
	return func(prefix string) domain.ID {
		n++
		return domain.ID(prefix + "_preview" + strconv.Itoa(n))
	}, nil
}

// mayRead refuses a read-only database to anything but a dry run.
func (f *proposing) mayRead() error {
	if f.dryRun {
		return nil
	}
	return domain.Errorf(domain.Forbidden, "this command changes the database, and --read-only was given").
		Hinted("leave --read-only out, or look with --dry-run").ByRule("read-only")
}

// proposer makes the RunE of a command that proposes what build makes.
func (e *env) proposer(f *proposing, build func(s *session, o *domain.Org, ids func(string) domain.ID, args []string) (string, []domain.Change, error)) func(*cobra.Command, []string) error {
	return e.with(needsPerson, func(s *session, args []string) error {
		if s.flags.readOnly {
			if err := f.mayRead(); err != nil {
				return err
			}
		}
		ids, err := s.ids()
		if err != nil {
			return err
		}
		o, err := s.org()
		if err != nil {
			return err
		}
		title, changes, err := build(s, o, ids, args)
		if err != nil {
			return err
		}
		return s.propose(domain.ChangeSet{Title: title, Changes: changes}, *f)
	})
}
