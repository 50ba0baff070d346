package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
)

func (e *env) diffCmd() *cobra.Command {
	var person, target string
	cmd := &cobra.Command{
		Use:   "diff FROM TO",
		Short: "What changed between two moments",
		Long: `Diff compares two moments: which records began, changed and ended, and whose access is another,
windows that opened or closed on their own included.

` + asOfHelp,
		Example: `  countersign diff 2026-01-31 2026-02-28
  countersign diff 12 now --person dana@acme.example
  countersign diff 2026-01-31 now --target agent:Support --json`,
		Args: between(2, 2),
		RunE: e.with(needsReader, func(s *session, args []string) error {
			return s.diff(args[0], args[1], person, target)
		}),
	}
	cmd.Flags().StringVar(&person, "person", "", "only what is about this `PRINCIPAL`")
	cmd.Flags().StringVar(&target, "target", "", "only what is about this `TARGET`")
	return e.jsonFlag(cmd)
}

// recordDiff is one record that differs.
type recordDiff struct {
	Kind   domain.Kind `json:"kind"`
	ID     domain.ID   `json:"id"`
	Change string      `json:"change"` // began, changed, ended
	Text   string      `json:"text"`
	Fields []fieldDiff `json:"fields,omitempty"`
	before domain.Record
	after  domain.Record
}

type fieldDiff struct {
	Field string `json:"field"`
	From  string `json:"from"`
	To    string `json:"to"`
}

// levelDiff is one principal's level that differs.
type levelDiff struct {
	Principal thingJSON `json:"principal"`
	Target    thingJSON `json:"target"`
	Agent     domain.ID `json:"agent,omitempty"`
	From      string    `json:"from"`
	To        string    `json:"to"`
	t         domain.Target
}

// moment says in JSON which moment one side is.
type moment struct {
	Event domain.Seq `json:"event"`
	At    time.Time  `json:"at"`
}

func (s *session) diff(from, to, personRef, targetRef string) error {
	return s.view(func(tx review.Tx) error {
		a, err := pictureOf(tx, from)
		if err != nil {
			return err
		}
		b, err := pictureOf(tx, to)
		if err != nil {
			return err
		}
		only, err := only(a.org, b.org, personRef, targetRef)
		if err != nil {
			return err
		}
		doc := struct {
			about
			From    moment       `json:"from"`
			To      moment       `json:"to"`
			Records []recordDiff `json:"records"`
			Access  []levelDiff  `json:"access"`
		}{s.about(b), moment{a.seq, a.at}, moment{b.seq, b.at}, []recordDiff{}, []levelDiff{}}
		for _, d := range diffRecords(a.org, b.org) {
			if only.record(d) {
				doc.Records = append(doc.Records, d)
			}
		}
		for _, d := range diffLevels(a, b, only.person) {
			if only.target == nil || d.t == *only.target {
				doc.Access = append(doc.Access, d)
			}
		}
		p := s.newPage()
		p.line("from event %d, %s", a.seq, when(a.at, a.org.Zone()))
		p.line("to event %d, %s", b.seq, when(b.at, b.org.Zone()))
		diffText(p, b.org, doc.Records, doc.Access)
		return s.answer(doc, p)
	})
}

func diffText(p *page, o *domain.Org, records []recordDiff, access []levelDiff) {
	if len(records)+len(access) == 0 {
		p.line("nothing differs")
		return
	}
	p.line("%s, %s", review.Count(len(records), "record differs", "records differ"),
		review.Count(len(access), "level differs", "levels differ"))
	var rows [][]string
	for _, d := range records {
		var fields []string
		for _, f := range d.Fields {
			fields = append(fields, fmt.Sprintf("%s %s → %s", f.Field, f.From, f.To))
		}
		rows = append(rows, []string{d.Change, d.Text, strings.Join(fields, "; ")})
	}
	p.table([]string{"RECORD", "WHICH", "FROM → TO"}, rows)
	rows = nil
	for _, d := range access {
		rows = append(rows, []string{d.Principal.Name, review.TargetName(o, d.t, d.Agent), d.From, d.To})
	}
	p.table([]string{"WHO", "TARGET", "FROM", "TO"}, rows)
}

// narrowed is what a diff is about: a person, a target, or everything.
type narrowed struct {
	person domain.ID
	target *domain.Target
}

// only finds them in either picture, the later first.
func only(a, b *domain.Org, personRef, targetRef string) (n narrowed, err error) {
	if personRef != "" {
		p, err := findPrincipal(b, personRef)
		if err != nil {
			if p, err = findPrincipal(a, personRef); err != nil {
				return n, err
			}
		}
		n.person = p.ID
	}
	if targetRef != "" {
		t, err := findTarget(b, targetRef)
		if err != nil {
			if t, err = findTarget(a, targetRef); err != nil {
				return n, err
			}
		}
		n.target = &t
	}
	return n, nil
}

// record tells whether a record is about what the diff is about.
func (n narrowed) record(d recordDiff) bool {
	about := func(r domain.Record) bool {
		if r == nil {
			return false
		}
		g, isGrant := r.(domain.Grant)
		if n.person != "" && r.RecordID() != n.person && !(isGrant && g.Holder.ID == n.person) {
			return false
		}
		return n.target == nil || r.RecordID() == n.target.ID || isGrant && g.Target == *n.target
	}
	return about(d.before) || about(d.after)
}

// diffRecords lists what began, changed and ended, kind by kind, by id.
func diffRecords(a, b *domain.Org) []recordDiff {
	var out []recordDiff
	for _, d := range review.DiffRecords(a, b) {
		r := recordDiff{Kind: d.Kind, ID: d.ID, Change: "changed", before: d.Before, after: d.After}
		switch {
		case d.Before == nil:
			r.Change, r.Text = "began", b.Describe(d.After)
		case d.After == nil:
			r.Change, r.Text = "ended", a.Describe(d.Before)
		default:
			r.Text, r.Fields = b.Describe(d.After), diffFields(b, d.Before, d.After)
		}
		out = append(out, r)
	}
	return out
}

// diffFields lists the fields in which two records differ, by name, in the
// words of the log.
func diffFields(o *domain.Org, a, b domain.Record) []fieldDiff {
	was, is := recordFields(a), recordFields(b)
	kind := b.RecordKind()
	for f := range was {
		if _, ok := is[f]; !ok {
			is[f] = nil
		}
	}
	var out []fieldDiff
	for f, v := range is {
		if !bytes.Equal(was[f], v) {
			d := fieldDiff{f, review.FieldWords(o, kind, f, was[f]), review.FieldWords(o, kind, f, v)}
			if d.From == d.To && f == "origin" {
				d.To += " (another file)"
			}
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(x, y fieldDiff) int { return strings.Compare(x.Field, y.Field) })
	return out
}

func recordFields(r domain.Record) map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	raw, err := domain.CanonicalJSON(r)
	if err != nil || json.Unmarshal(raw, &out) != nil {
		return map[string]json.RawMessage{}
	}
	return out
}

// scoped is a target at a scope.
type scoped struct {
	t     domain.Target
	agent domain.ID
}

// diffLevels compares everyone's levels, or one person's.
func diffLevels(a, b picture, only domain.ID) []levelDiff {
	ids := map[domain.ID]bool{}
	for _, o := range []*domain.Org{a.org, b.org} {
		for r := range o.All(domain.KindPrincipal) {
			if id := r.Record.RecordID(); only == "" || id == only {
				ids[id] = true
			}
		}
	}
	sorted := make([]domain.ID, 0, len(ids))
	for id := range ids {
		sorted = append(sorted, id)
	}
	slices.Sort(sorted)
	var out []levelDiff
	for _, id := range sorted {
		out = append(out, diffPerson(a, b, id)...)
	}
	return out
}

func diffPerson(a, b picture, id domain.ID) []levelDiff {
	was := map[scoped]bool{}
	var order []scoped
	for _, x := range a.org.AccessOf(id, a.at) {
		k := scoped{x.Target, x.Agent}
		was[k] = true
		order = append(order, k)
	}
	for _, x := range b.org.AccessOf(id, b.at) {
		if k := (scoped{x.Target, x.Agent}); !was[k] {
			order = append(order, k)
		}
	}
	// A value inside one agent is asked of both sides, or a broader one would
	// pass for nothing.
	var out []levelDiff
	for _, k := range order {
		from, to := a.org.Level(id, k.t, k.agent, a.at), b.org.Level(id, k.t, k.agent, b.at)
		if from == to {
			continue
		}
		name := b.org
		if _, ok := b.org.Principal(id); !ok {
			name = a.org
		}
		ladder := domain.LadderOf(k.t.Kind)
		out = append(out, levelDiff{Principal: principalJSON(name, id), Target: targetJSON(name, k.t), Agent: k.agent,
			From: ladder.Word(from), To: ladder.Word(to), t: k.t})
	}
	return out
}
