package main

import (
	"context"

	"countersign/domain"
	"countersign/review"
	"countersign/tui"
	"countersign/tui/agents"
	"countersign/tui/areas"
	"countersign/tui/catalogue"
	"countersign/tui/change"
	"countersign/tui/changesets"
	"countersign/tui/expiring"
	"countersign/tui/findings"
	"countersign/tui/groups"
	"countersign/tui/importpage"
	"countersign/tui/mappings"
	"countersign/tui/matrix"
	"countersign/tui/people"
	"countersign/tui/policy"
	"countersign/tui/questions"
	"countersign/tui/roles"
	"countersign/tui/separations"
	"countersign/tui/settings"
	"countersign/tui/sources"
	"countersign/tui/start"
)

// orgPages are the console's pages over the organisation: who may do what, and the
// change sets that alter it.
func orgPages(s *session) []tui.PageSpec {
	d := orgDesk{s: s}
	return []tui.PageSpec{
		{ID: "people", Title: "People", Key: "5", New: people.New(d, d)},
		{ID: "person", Title: "Person", New: people.NewPerson(d, d)},
		{ID: "groups", Title: "Groups", Key: "6", New: groups.New(d, d)},
		{ID: "group", Title: "Group", New: groups.NewGroup(d, d)},
		{ID: "agents", Title: "Agents", Key: "7", New: agents.New(d, d)},
		{ID: "agent", Title: "Agent", New: agents.NewAgent(d, d)},
		{ID: "roles", Title: "Roles", Key: "f2", New: roles.New(d, d)},
		{ID: "role", Title: "Role", New: roles.NewRole(d, d)},
		{ID: "role-holders", Title: "Who has the role", New: roles.NewHolders(d, d)},
		{ID: "sources", Title: "Data sources", Key: "f3", New: sources.New(d, d)},
		{ID: "source", Title: "Data source", New: sources.NewSource(d, d)},
		{ID: "keys", Title: "API keys and AI agents", Key: "f4", New: people.NewMachines(d, d)},
		{ID: "areas", Title: "Areas", Key: "8", New: areas.New(d, d)},
		{ID: "findings", Title: "Findings", Key: "f6", New: findings.New(d, d)},
		{ID: "policy", Title: "Policy", Key: "f7", New: policy.New(d, d)},
		{ID: "separations", Title: "Separations of duties", Key: "alt+s", New: separations.New(d, d)},
		{ID: "catalogue", Title: "Catalogue of areas", Key: "alt+c", New: catalogue.New(d, d)},
		{ID: "mappings", Title: "Directory groups", Key: "alt+d", New: mappings.New(d, d)},
		{ID: "expiring", Title: "What ends soon", Key: "alt+e", New: expiring.New(d, d)},
		{ID: "changesets", Title: "Change sets", Key: "alt+h", New: changesets.New(d, d)},
		{ID: "settings", Title: "Settings", Key: "alt+o", New: settings.New(d, d)},
		{ID: "who", Title: "Who has it", Verb: "who", VerbName: "TARGET, or AGENT AREA, and a level", Long: "everybody who has one thing, and how", New: questions.NewWho(questionDesk{d}, d)},
		{ID: "why", Title: "Why, or why not", Verb: "why", VerbName: "PERSON TARGET, or PERSON AGENT AREA", Long: "why somebody has something, or has it not", New: questions.NewWhy(questionDesk{d}, d)},
		{ID: "diff", Title: "What changed", Verb: "diff", VerbName: "FROM TO, and perhaps one person, group, role or target", Long: "what differs between two moments", New: questions.NewDiff(questionDesk{d}, d)},
		{ID: "as-of", Title: "As of", Verb: "as-of", VerbName: "a date, an instant, an event's number, or now", Long: "show the organisation as it was", New: questions.NewAsOf(questionDesk{d})},
		{ID: "start", Title: "Start", New: start.New(s)},
		{ID: "tour", Title: "Tour", Verb: "tour", VerbName: "reviewer, admin, checker, campaign owner or auditor", Long: "take the tour", New: start.NewTour()},
		{ID: "import", Title: "Import", Verb: "import", VerbName: "a file or a folder", Long: "import a file", New: importpage.New(importDesk{d})},
		{ID: "import-file", Title: "Import of a file", New: importpage.NewFile(importDesk{d}, importDesk{d})},
		{ID: "matrix", Title: "Matrix", Key: "9", New: matrix.New(d, d)},
	}
}

// orgDesk reads the organisation for its pages and puts their change sets forward
// for the person at the screen.
//
// Where somebody looks at a moment of the past it reads that, and puts nothing forward;
// a desk that is about the present alone says so.
type orgDesk struct {
	s   *session
	now bool
}

// Past implements change.Past.
func (d orgDesk) Past() string {
	if p := d.shown(); p != nil {
		return "This is " + p.words + ", and stays as it was; :as-of now shows the present."
	}
	return ""
}

// shown is the moment that is shown, nil for the present.
func (d orgDesk) shown() *past {
	if d.now {
		return nil
	}
	return d.s.past.Load()
}

// refused is the error of an act on the past, nil in the present.
func (d orgDesk) refused() error {
	if p := d.shown(); p != nil {
		return domain.Errorf(domain.Conflict, "the organisation as of %s cannot be changed", p.words).Hinted(":as-of now shows the present")
	}
	return nil
}

// in has a picture show the moment that is looked at.
func (d orgDesk) in(p *change.Picture) {
	if at := d.shown(); at != nil {
		p.Org, p.Now = at.org, at.at
	}
}

// historyShown is how many events a record's history tab gives; the log page has
// them all.
const historyShown = 200

// Picture implements change.Reads.
func (d orgDesk) Picture(ctx context.Context) (p change.Picture, err error) {
	err = d.s.store.View(ctx, func(tx review.Tx) error {
		p.Now = tx.Now()
		if p.Head, err = tx.Log(); err != nil {
			return err
		}
		p.Org, err = tx.Org()
		d.in(&p)
		return err
	})
	return p, err
}

// Findings implements change.Reads.
func (d orgDesk) Findings(ctx context.Context) (p change.Picture, out []domain.Finding, err error) {
	err = d.s.store.View(ctx, func(tx review.Tx) error {
		p.Now = tx.Now()
		if p.Head, err = tx.Log(); err != nil {
			return err
		}
		if p.Org, err = tx.Org(); err != nil {
			return err
		}
		d.in(&p)
		out, err = review.Findings(tx, p.Org, p.Now)
		return err
	})
	return p, out, err
}

// Moments implements change.Reads.
func (d orgDesk) Moments(ctx context.Context, seqs []domain.Seq) (map[domain.Seq]change.Moment, error) {
	out := make(map[domain.Seq]change.Moment, len(seqs))
	err := d.s.store.View(ctx, func(tx review.Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		for _, seq := range seqs {
			e, err := tx.Event(seq)
			if err != nil {
				return err
			}
			m := change.Moment{Seq: seq, At: e.Time}
			if e.Actor != "" {
				m.By = o.Name(domain.KindPrincipal, e.Actor)
			}
			out[seq] = m
		}
		return nil
	})
	return out, err
}

// History implements change.Reads.
func (d orgDesk) History(ctx context.Context, entity domain.ID) ([]review.HistoryLine, error) {
	return d.s.svc.History(ctx, entity, 0, historyShown)
}

// Preview implements change.Acts.
func (d orgDesk) Preview(ctx context.Context, cs domain.ChangeSet) (domain.Verdict, error) {
	if err := d.refused(); err != nil {
		return domain.Verdict{}, err
	}
	return d.s.svc.Preview(ctx, d.s.actor, cs)
}

// Propose implements change.Acts.
func (d orgDesk) Propose(ctx context.Context, cs domain.ChangeSet, saw domain.Sight) (review.Proposal, error) {
	if err := d.refused(); err != nil {
		return review.Proposal{}, err
	}
	actor := d.s.actor
	actor.Saw = saw
	return d.s.svc.Propose(ctx, actor, cs)
}

// IDs implements change.Acts.
func (d orgDesk) IDs(ctx context.Context) (func(prefix string) domain.ID, error) {
	return d.s.svc.IDs(ctx)
}

// PreviewAssign implements groups.Acts.
func (d orgDesk) PreviewAssign(ctx context.Context, in review.AssignInput) ([]review.AssignPreview, error) {
	if err := d.refused(); err != nil {
		return nil, err
	}
	return d.s.svc.PreviewAssign(ctx, d.s.actor, in)
}
