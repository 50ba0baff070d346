package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/store"
	"countersign/store/ingest"
	"countersign/testdata/demo"
	"countersign/tui/safe"
)

// demoUID is the system user the demo's people sit at. It is nobody's: the
// same demo is made whoever runs it.
const demoUID = 1000

// play is the quarter under way: one database, one clock that only the play
// moves, and people who act through the same use cases as anybody. The first
// thing that goes otherwise than told ends it.
type play struct {
	ctx      context.Context
	out      io.Writer // nil: silently
	dir      string
	st       *store.Store
	svc      *review.Service
	began    time.Time
	at       time.Time
	day      string
	campaign review.Campaign
	err      error
}

// newPlay makes the folder and the database in it. The play begins at the
// instant that --now sets, else at began.
func (e *env) newPlay(ctx context.Context, dir string, began time.Time, out io.Writer) (*play, error) {
	at, err := e.played()
	if err != nil {
		return nil, err
	}
	if at.IsZero() {
		at = began
	}
	seed := e.flags.seed
	if seed == 0 {
		seed = 1
	}
	if err := demoFolder(dir); err != nil {
		return nil, err
	}
	p := &play{ctx: ctx, out: out, dir: dir, began: at, at: at}
	ids := &seededIDs{seed: seed}
	p.st, err = store.Create(ctx, p.db(), store.Options{Mode: review.Demo, OrgName: "Acme",
		Now: func() time.Time { return p.at }, NewID: ids.make})
	if err != nil {
		return nil, err
	}
	p.svc = newService(p.st)
	return p, nil
}

// play plays the chapters up to one.
func (p *play) play(last string) {
	for _, c := range demoChapters {
		if c.play(p); p.err != nil || c.name == last {
			return
		}
	}
}

func (p *play) db() string              { return filepath.Join(p.dir, "demo.db") }
func (p *play) file(name string) string { return filepath.Join(p.dir, name) }
func (p *play) wait(d time.Duration)    { p.at = p.at.Add(d) }

// to moves the clock to a day of the play, the first being 1, at the hour at
// which it began.
func (p *play) to(day int) { p.at = p.began.AddDate(0, 0, day-1) }

// mail is the address of one of the demo's people.
func mail(local string) string { return local + "@acme.example" }

// print writes one line, safe for a terminal.
func (p *play) print(format string, args ...any) {
	if p.err != nil || p.out == nil {
		return
	}
	_, p.err = io.WriteString(p.out, strings.TrimRight(safe.Text(fmt.Sprintf(format, args...)), " ")+"\n")
}

// heading begins a chapter.
func (p *play) heading(text string) {
	p.print("")
	p.print("%s", text)
}

// said prints what somebody did, under its day.
func (p *play) said(who domain.ID, format string, args ...any) {
	if d := p.at.Format("Monday, 2 January 2006"); d != p.day {
		p.day = d
		p.print("")
		p.print("%s", d)
	}
	p.print("%s  %-17s %s", p.at.Format("15:04"), p.name(who), fmt.Sprintf(format, args...))
}

// more adds a line to what was said last.
func (p *play) more(format string, args ...any) {
	p.print("       %-17s %s", "", fmt.Sprintf(format, args...))
}

func (p *play) view(fn func(tx review.Tx, o *domain.Org) error) {
	if p.err != nil {
		return
	}
	p.err = p.st.View(p.ctx, func(tx review.Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		return fn(tx, o)
	})
}

func (p *play) org() (out *domain.Org) {
	p.view(func(_ review.Tx, o *domain.Org) error { out = o; return nil })
	return out
}

func (p *play) name(id domain.ID) string {
	if o := p.org(); o != nil {
		return o.Name(domain.KindPrincipal, id)
	}
	return string(id)
}

// as makes somebody act: a few minutes pass first.
func (p *play) as(who string) domain.Actor {
	if p.err != nil {
		return domain.Actor{}
	}
	p.wait(4 * time.Minute)
	var a domain.Actor
	a, p.err = p.svc.ActorAs(p.ctx, demoUID, mail(who))
	return a
}

// refused expects an act to be refused by a rule, and says the refusal.
func (p *play) refused(a domain.Actor, act, rule string, err error) {
	if p.err != nil {
		return
	}
	var e *domain.Error
	if !errors.As(err, &e) || e.Rule != rule {
		p.err = domain.Errorf(domain.Internal, "the demo expected a refusal by the rule %q to %s, and got: %v", rule, act, err)
		return
	}
	p.said(a.Principal, "tries to %s", act)
	p.more("REFUSED: %s", e.Message)
}

// propose puts a change set forward and says what became of it.
func (p *play) propose(who, act string, cs domain.ChangeSet) review.Proposal {
	a := p.as(who)
	if p.err != nil {
		return review.Proposal{}
	}
	var done review.Proposal
	if done, p.err = p.svc.Propose(p.ctx, a, cs); p.err != nil {
		return done
	}
	p.said(a.Principal, "%s: %s", act, review.Count(len(cs.Changes), "change", "changes"))
	const most = 4
	words := review.VerdictWords(p.org(), done.Verdict)
	for _, line := range words[:min(most, len(words))] {
		p.more("%s", line)
	}
	if n := len(words) - most; n > 0 {
		p.more("… and %s", review.Count(n, "further reason", "further reasons"))
	}
	return done
}

// approve is a checker's yes, which must apply the change set.
func (p *play) approve(who string, cs review.Proposal, reason string) {
	a := p.as(who)
	if p.err != nil {
		return
	}
	var done review.Proposal
	if done, p.err = p.svc.Approve(p.ctx, a, cs.ID, reason); p.err != nil {
		return
	}
	shared := ""
	if done.Verdict.SharedGain(a.Principal) {
		shared = " (gaining only what everybody gains)"
	}
	p.said(a.Principal, "countersigns%s: %q; it is %s at event %d", shared, reason, done.State, done.Seq)
}

// approveRefused is a checker's yes that a rule refuses.
func (p *play) approveRefused(who string, cs review.Proposal, rule string) {
	a := p.as(who)
	if p.err != nil {
		return
	}
	_, err := p.svc.Approve(p.ctx, a, cs.ID, "")
	p.refused(a, "countersign it", rule, err)
}

// load proposes the import of one of the demo's files. What is kept here has
// no origin elsewhere: it is as if Mira had typed it in.
func (p *play) load(who string, k ingest.Kind, source string, keptHere bool) review.Proposal {
	if p.err != nil {
		return review.Proposal{}
	}
	name := string(k) + ".csv"
	raw, err := demo.Files.ReadFile(name)
	if err != nil {
		p.err = err
		return review.Proposal{}
	}
	return p.imports(who, k, source, name, raw, keptHere, false)
}

// imports proposes the import of a file.
func (p *play) imports(who string, k ingest.Kind, source, name string, raw []byte, keptHere, full bool) review.Proposal {
	ids, err := p.svc.IDs(p.ctx)
	if err != nil {
		p.err = err
		return review.Proposal{}
	}
	o := p.org()
	if p.err != nil {
		return review.Proposal{}
	}
	plan, err := ingest.Plan(o, k, bytes.NewReader(raw), ingest.Options{Source: source, File: name, NewID: ids, Full: full})
	if err == nil {
		err = plan.Permit(false, 0)
	}
	if err != nil {
		p.err = err
		return review.Proposal{}
	}
	act := fmt.Sprintf("imports %s from %s", k, source)
	set := plan.Set
	if keptHere {
		act = fmt.Sprintf("enters %s of %s, kept here from now on", k, name)
		set.Title, set.Source = fmt.Sprintf("First %s of Acme", k), domain.SourceFile{}
		for i, c := range set.Changes {
			set.Changes[i].After = withoutOrigin(c.After)
		}
	}
	done := p.propose(who, act, set)
	p.more("file: %s", plan.Report.Summary())
	if k == ingest.People {
		p.more("people: %s", plan.People)
	}
	return done
}

func withoutOrigin(r domain.Record) domain.Record {
	switch r := r.(type) {
	case domain.Agent:
		r.Origin = domain.Origin{}
		return r
	case domain.Grant:
		r.Origin = domain.Origin{}
		return r
	case domain.Role:
		r.Origin = domain.Origin{}
		return r
	case domain.Source:
		r.Origin = domain.Origin{}
		return r
	case domain.AgentSource:
		r.Origin = domain.Origin{}
		return r
	case domain.Principal:
		r.Origin = domain.Origin{}
		return r
	}
	return r
}

// person gives the id of one of the demo's people.
func (p *play) person(local string) domain.ID {
	o := p.org()
	if o == nil {
		return ""
	}
	who, err := o.FindPrincipal(mail(local))
	if err != nil {
		p.err = errors.Join(p.err, err)
	}
	return who.ID
}

// items gives the campaign's items that fit.
func (p *play) items(q review.ItemQuery, fits func(review.Item) bool) (out []review.Item) {
	p.view(func(tx review.Tx, _ *domain.Org) error {
		q.Campaign = p.campaign.ID
		return eachItem(tx, q, func(it review.Item) error {
			if fits == nil || fits(it) {
				out = append(out, it)
			}
			return nil
		})
	})
	return out
}

// item gives the one item of a holder, a target and a kind; the demo ends
// where there is not exactly one.
func (p *play) item(holder, target string, k domain.TargetKind) review.Item {
	found := p.items(review.ItemQuery{}, func(it review.Item) bool {
		return it.Holder == holder && it.Target == target && it.Holding.Target.Kind == k
	})
	if p.err == nil && len(found) != 1 {
		p.err = domain.Errorf(domain.Internal, "the demo has %d items of %s on %s, not one", len(found), holder, target)
	}
	if p.err != nil {
		return review.Item{}
	}
	return found[0]
}

// numbers gives the numbers of items.
func numbers(items []review.Item) []int {
	out := make([]int, len(items))
	for i, it := range items {
		out[i] = it.No
	}
	slices.Sort(out)
	return out
}
