package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
	"countersign/store/ingest"
	"countersign/store/ingest/directory"
	"countersign/store/ingest/table"
)

// syncFlags are what a sync asks for.
type syncFlags struct {
	format     string
	members    []string
	full       bool
	confirm    int
	skipErrors bool
	proposing
}

func (e *env) syncCmd() *cobra.Command {
	var f syncFlags
	var formats []string
	for _, d := range directory.Formats() {
		formats = append(formats, fmt.Sprintf("  %-14s %s: %s", d, d.Words(), d.How()))
	}
	cmd := &cobra.Command{
		Use:   "sync SOURCE FILE...",
		Short: "Bring people and memberships in line with a directory's export",
		Long: `Sync reads what a directory exports: its people, its groups and who is in them. People become as
the directory says. Each of its groups is recorded as an external group; in the groups that
external groups are mapped to (see: map), the memberships that come from this source are added and
taken away, and those given here by hand are left alone and reported. A group inside a group
counts with its members. Groups mapped to nothing are listed and give nothing.

It is a change set like any other, judged by the policy on who gains and who loses; the same files
again change nothing, and while the change set of the same files waits, no second one is proposed.
Run it as often as the directory should be followed, from cron or a timer. With --full the files
are the whole directory: people and groups that they leave out are gone. Lines are counted through
the files in the order given.

Formats, recognised by their columns; --format names one where a file does not tell:
` + strings.Join(formats, "\n"),
		Example: `  countersign sync entra users.csv groups.csv --members "Sales Team=sales.csv" --dry-run
  countersign sync ldap ldif-directory.ldif --full
  0 * * * * countersign sync okta /srv/okta/users.csv /srv/okta/members.csv`,
		Args: between(2, -1),
		RunE: e.with(needsPerson, func(s *session, args []string) error { return s.syncFiles(args[0], args[1:], f) }),
	}
	fl := cmd.Flags()
	fl.StringVar(&f.format, "format", "", "the `FORMAT` of every file, where they do not tell")
	fl.StringArrayVar(&f.members, "members", nil, "the members of one group of the directory: `GROUP=FILE`")
	fl.BoolVar(&f.full, "full", false, "the files are the whole directory: what they leave out is gone")
	fl.IntVar(&f.confirm, "confirm-leavers", 0, "let exactly this `NUMBER` go, where so many need confirming")
	fl.BoolVar(&f.skipErrors, "skip-errors", false, "leave out the entries that cannot be taken")
	fl.StringVar(&f.reason, "reason", "", "why, in your `WORDS`")
	fl.BoolVar(&f.dryRun, "dry-run", false, "show what would change and propose nothing")
	return e.jsonFlag(cmd)
}

// syncJSON is the answer of sync.
type syncJSON struct {
	about
	Source      domain.SourceFile `json:"source"`
	Files       []syncFileJSON    `json:"files"`
	Groups      []externalJSON    `json:"groups"`
	Lines       []importLine      `json:"lines"`
	Errors      []importError     `json:"errors"`
	People      peopleJSON        `json:"people"`
	Gone        int               `json:"gone"`
	GoneOf      int               `json:"gone_of"`
	MembersGone int               `json:"members_gone"`
	MembersOf   int               `json:"members_of"`
	Withheld    []string          `json:"never_read,omitempty"`
	Changes     int               `json:"changes"`
	Returned    []returnedJSON    `json:"returned,omitempty"`
	Waiting     domain.ID         `json:"waiting,omitempty"` // a change set of the same files that was proposed before
	Proposal    *proposalJSON     `json:"proposal,omitempty"`
}

type syncFileJSON struct {
	Name   string           `json:"name"`
	Format directory.Format `json:"format"`
	SHA256 string           `json:"sha256"`
	Rows   int              `json:"rows"`
}

// externalJSON is an external group in JSON answers.
type externalJSON struct {
	ID       domain.ID  `json:"id"`
	Source   string     `json:"source"`
	External string     `json:"external"`
	Name     string     `json:"name"`
	Group    *thingJSON `json:"group,omitempty"`   // what it is mapped to
	Suggest  *thingJSON `json:"suggest,omitempty"` // the group of the same name, where it is mapped to none
	Members  *int       `json:"members,omitempty"`
	State    string     `json:"state,omitempty"` // new, absent
}

// syncFiles previews a sync and proposes its change set.
func (s *session) syncFiles(source string, names []string, f syncFlags) error {
	if s.flags.readOnly {
		if err := f.mayRead(); err != nil {
			return err
		}
	}
	pic, err := s.present()
	if err != nil {
		return err
	}
	pre, err := s.planSync(pic.org, source, names, f)
	if err != nil {
		return err
	}
	doc := syncDoc(s.about(pic), pic.org, pre)
	p := s.newPage()
	syncPage(p, pic.org, pre)
	if doc.Returned, err = s.sayReturned(p, pic.org, pre.Set, !f.dryRun); err != nil {
		return err
	}
	if err := pre.Permit(f.skipErrors, f.confirm); err != nil {
		return errors.Join(s.answer(doc, p), err)
	}
	switch {
	case len(pre.Set.Changes) == 0:
		p.line("nothing changes")
		return s.answer(doc, p)
	case f.dryRun:
		return s.syncDry(pre, p, doc)
	}
	if doc.Waiting, err = s.waitingSync(pre.Set); err != nil {
		return err
	}
	if doc.Waiting != "" {
		p.line("%s of the same files waits already (countersign approve %s)", doc.Waiting, doc.Waiting)
		return s.answer(doc, p)
	}
	if doc.Proposal, err = s.proposeRead(pre.Set, f.reason, p); err != nil {
		return err
	}
	doc.Proposal.about = doc.about
	return s.answer(doc, p)
}

// syncDry says what proposing it would ask for.
func (s *session) syncDry(pre *ingest.Synced, p *page, doc syncJSON) error {
	v, err := s.svc.Preview(s.ctx, s.actor, pre.Set)
	if err != nil {
		return err
	}
	if v.Refused != nil {
		return errors.Join(s.answer(doc, p), v.Refused)
	}
	o, err := s.org()
	if err != nil {
		return err
	}
	effects := review.EffectLines(verdictOrg(o, v), v.Effects)
	for i, l := range effects {
		if i == mostLines {
			p.line("  and %d more effects", len(effects)-mostLines)
			break
		}
		p.line("  effect  %s", l.Text)
	}
	for _, w := range review.VerdictWords(verdictOrg(o, v), v) {
		p.line("%s", w)
	}
	p.line("a preview: nothing was written")
	return s.answer(doc, p)
}

// waitingSync finds a change set that would change as much by the same files
// and waits for a checker.
func (s *session) waitingSync(cs domain.ChangeSet) (id domain.ID, err error) {
	err = s.view(func(tx review.Tx) error {
		heads, err := tx.ChangeSets(review.ChangeSetQuery{States: []domain.ChangeState{domain.Proposed}})
		if err != nil {
			return err
		}
		for _, h := range heads {
			if h.Title != cs.Title || h.Source.SHA256 != cs.Source.SHA256 {
				continue
			}
			whole, err := tx.ChangeSet(h.ID)
			if err != nil {
				return err
			}
			if len(whole.Changes) == len(cs.Changes) {
				id = h.ID
			}
		}
		return nil
	})
	return id, err
}

// planSync opens the files and reads them.
func (s *session) planSync(o *domain.Org, source string, names []string, f syncFlags) (pre *ingest.Synced, err error) {
	opts := ingest.SyncOptions{Source: source, Full: f.full, Table: table.Options{}, GoneShare: o.Policy().LeaverShare, GoneCount: o.Policy().LeaverCount}
	if f.format != "" {
		if opts.Format, err = directory.ParseFormat(f.format); err != nil {
			return nil, err
		}
	}
	if opts.NewID, err = s.ids(); err != nil {
		return nil, err
	}
	var files []ingest.SyncFile
	add := func(group, name string) error {
		var src io.Reader = s.in
		base := "standard input"
		if name != "-" {
			in, err := os.Open(name)
			if err != nil {
				return domain.Errorf(domain.NotFound, "%s cannot be read: %v", name, errors.Unwrap(err))
			}
			src, base = in, filepath.Base(name)
		}
		files = append(files, ingest.SyncFile{Name: base, Group: group, Src: src})
		return nil
	}
	defer func() {
		for _, file := range files {
			if in, ok := file.Src.(*os.File); ok {
				err = errors.Join(err, in.Close())
			}
		}
	}()
	for _, name := range names {
		if err := add("", name); err != nil {
			return nil, err
		}
	}
	for _, m := range f.members {
		group, name, ok := strings.Cut(m, "=")
		if !ok || strings.TrimSpace(group) == "" || name == "" {
			return nil, domain.Errorf(domain.Invalid, "--members %q names no group and file", m).Hinted("write it as in --members \"Sales Team=sales.csv\"")
		}
		if err := add(strings.TrimSpace(group), name); err != nil {
			return nil, err
		}
	}
	return ingest.PlanSync(o, files, opts)
}

func syncDoc(a about, o *domain.Org, pre *ingest.Synced) syncJSON {
	c := pre.People
	doc := syncJSON{about: a, Source: pre.Set.Source, Files: []syncFileJSON{}, Groups: []externalJSON{}, Lines: []importLine{}, Errors: []importError{},
		People: peopleJSON{c.Joined, c.Left, c.Returned, c.Moved, c.Changed, c.Same}, Gone: pre.Gone, GoneOf: pre.GoneOf,
		MembersGone: pre.MembersGone, MembersOf: pre.MembersOf, Withheld: pre.Withheld, Changes: len(pre.Set.Changes)}
	for _, f := range pre.Files {
		doc.Files = append(doc.Files, syncFileJSON{f.Name, f.Format, f.Source.SHA256, f.Source.Rows})
	}
	for _, g := range pre.Groups {
		j := externalOf(o, g.Record, g.Suggest)
		if !g.Absent {
			j.Members = &g.Members
		}
		switch {
		case g.New:
			j.State = "new"
		case g.Absent:
			j.State = "absent"
		}
		doc.Groups = append(doc.Groups, j)
	}
	for _, l := range pre.Report.Lines {
		doc.Lines = append(doc.Lines, importLine{l.Number, l.Outcome, l.Text})
	}
	for _, e := range pre.Report.Errors {
		doc.Errors = append(doc.Errors, importError{Line: e.Line, Column: e.Column, Value: e.Value, Message: e.Message})
	}
	return doc
}

// syncPage says what a sync would do.
func syncPage(p *page, o *domain.Org, pre *ingest.Synced) {
	p.line("%s", pre.Set.Title)
	for _, f := range pre.Files {
		p.line("  %s: %s, %d rows, SHA-256 %s", f.Name, f.Format.Words(), f.Source.Rows, f.Source.SHA256)
	}
	for i, l := range pre.Report.Lines {
		if i == mostLines {
			p.line("  and %d more", len(pre.Report.Lines)-mostLines)
			break
		}
		p.line("  %-7s %s%s", l.Outcome, place(pre, l.Number), l.Text)
	}
	for i, e := range pre.Report.Errors {
		if i == mostLines {
			p.line("  and %d more errors", len(pre.Report.Errors)-mostLines)
			break
		}
		p.line("  error   %s%s", strings.TrimPrefix(place(pre, e.Line), fmt.Sprintf("line %d: ", e.Line)), e.Error())
	}
	if len(pre.Withheld) > 0 {
		p.line("never read, because they hold secrets: %s", strings.Join(pre.Withheld, ", "))
	}
	var rows [][]string
	for _, g := range pre.Groups {
		to, members := "nothing", "not in the files"
		if g.Record.Group != "" {
			to = o.Name(domain.KindGroup, g.Record.Group)
		} else if g.Suggest != "" {
			to = fmt.Sprintf("nothing; there is a group %s here", o.Name(domain.KindGroup, g.Suggest))
		}
		if !g.Absent {
			members = fmt.Sprint(g.Members)
		}
		rows = append(rows, []string{g.Record.Title(), members, to})
	}
	p.table([]string{"EXTERNAL GROUP", ">PEOPLE", "MAPPED TO"}, rows)
	p.line("people: %s", pre.People)
	if pre.Gone > 0 {
		p.line("ends by not being named: %d of %d %s", pre.Gone, pre.GoneOf, pre.GoneWhat)
	}
	if pre.MembersGone > 0 {
		p.line("memberships that end: %d of %d of this source", pre.MembersGone, pre.MembersOf)
	}
}

// place says on which line of which file something stands.
func place(pre *ingest.Synced, n int) string {
	file, line := pre.Line(n)
	switch {
	case n == 0:
		return ""
	case len(pre.Files) == 1:
		return fmt.Sprintf("line %d: ", n)
	}
	return fmt.Sprintf("line %d (%s %d): ", n, file, line)
}
