package ingest

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"countersign/domain"
	"countersign/domain/orgfile"
	"countersign/store/ingest/table"
)

// Organisation is what a file of a whole organisation is called. It is no Kind: it
// has no columns.
const Organisation Kind = "organisation"

// OrganisationOptions say how a whole organisation is to be brought.
type OrganisationOptions struct {
	File string    // the file's base name
	At   time.Time // the instant of the import
	// Played says that people can be played here, so that nobody is locked out
	// where no operating-system user is bound to anyone any more.
	Played bool

	GoneShare, GoneCount int // as in Options
}

// PlanOrganisation reads a document that "export organisation" wrote and returns
// what would make this organisation exactly that one: what the document has and
// is not here begins, what differs is replaced, what it leaves out ends. Stored
// values come as they are; one that an import of rows would refuse, such as an
// agent given to an empty group, is a finding.
//
// Bindings of operating-system users are not in the document. They go on to the
// person of the document with the same id or, in place of the founders of an
// organisation just founded, with the same address; one whose person is not in
// the document ends.
//
// Errors are those of orgfile.Read; a Conflict where an address belongs to
// different people here and there (rule "organisation-other"), and where nobody
// at this host could act any more (rule "organisation-locked-out").
func PlanOrganisation(o *domain.Org, src io.Reader, opts OrganisationOptions) (*Preview, error) {
	sum := sha256.New()
	doc, err := orgfile.Read(io.TeeReader(src, sum))
	if err != nil {
		return nil, err
	}
	r := &restoring{o: o, doc: doc, founded: o.JustFounded(opts.At), out: &Preview{Kind: Organisation,
		share: cmp.Or(opts.GoneShare, 20), count: cmp.Or(opts.GoneCount, 500)}}
	for _, k := range orgfile.Kinds() {
		r.kind(k)
	}
	if err := r.people(); err != nil {
		return nil, err
	}
	if err := r.bindings(opts.Played); err != nil {
		return nil, err
	}
	digest := hex.EncodeToString(sum.Sum(nil))
	name := opts.File
	if name == "" {
		name = "a file"
	}
	r.out.Set = domain.ChangeSet{
		Title:   "Import of the whole organisation",
		Reason:  fmt.Sprintf("%s, SHA-256 %s", name, digest),
		Source:  domain.SourceFile{Source: domain.SourceOrganisation, Name: opts.File, SHA256: digest, Rows: doc.Len()},
		BasedOn: o.Key(), Changes: r.changes,
	}
	r.out.Report.Rows = doc.Len()
	return r.out, nil
}

// restoring carries one import of a whole organisation.
type restoring struct {
	o       *domain.Org
	doc     orgfile.Document
	founded bool
	out     *Preview
	changes []domain.Change
}

// kind compares the records of one kind.
func (r *restoring) kind(k domain.Kind) {
	rep := &r.out.Report
	note := func(oc table.Outcome, what string, rec domain.Record) {
		rep.NoteThing(0, oc, what+" "+r.label(rec))
	}
	word := kindWord(k)
	for _, rec := range r.doc.Of(k) {
		row, there := r.o.Get(k, rec.RecordID())
		switch {
		case !there:
			r.changes = append(r.changes, domain.Begin(rec))
			rep.Added++
			note(table.Added, word, rec)
		case row.Record == rec:
			rep.Same++
		default:
			r.changes = append(r.changes, domain.Replace(row.Record, rec))
			rep.Changed++
			rep.NoteThing(0, table.Changed, word+" "+r.label(rec)+": "+differences(row.Record, rec, r.called))
		}
	}
	var gone []domain.Record
	for row := range r.o.All(k) {
		if _, stays := r.doc.Get(k, row.Record.RecordID()); !stays {
			gone = append(gone, row.Record)
		}
	}
	slices.SortFunc(gone, func(a, b domain.Record) int { return strings.Compare(string(a.RecordID()), string(b.RecordID())) })
	for _, rec := range gone {
		r.changes = append(r.changes, domain.End(rec))
		note(table.Changed, "ends: "+word, rec)
	}
}

// label names a record for a line; grants and fields by their ids and what they
// hang on.
func (r *restoring) label(rec domain.Record) string {
	switch one := rec.(type) {
	case domain.Grant:
		of := []string{r.called(one.Holder.ID), r.called(one.Target.ID)}
		if of[0] == "" {
			of[0] = one.Holder.Kind.String()
		}
		if of[1] == "" {
			of[1] = strings.TrimSpace(one.Target.Kind.String() + " " + table.Short(string(one.Target.ID)))
		}
		return table.Short(string(one.ID)) + " (" + of[0] + ", " + of[1] + ")"
	case domain.Field:
		return table.Short(string(one.RecordID()))
	}
	return nameOfRecord(rec)
}

// people counts who goes, and refuses a file in which an address belongs to
// somebody else than here. The founders of an organisation just founded are the
// people of those addresses.
func (r *restoring) people() error {
	byAddress := r.byAddress()
	r.out.GoneWhat = "people"
	for row := range r.o.All(domain.KindPrincipal) {
		p, ok := row.Record.(domain.Principal)
		if !ok || p.Kind != domain.User {
			continue
		}
		r.out.GoneOf++
		if _, stays := r.doc.Get(domain.KindPrincipal, p.ID); stays {
			continue
		}
		other, known := byAddress[addressKey(p.Email)]
		switch {
		case r.founded && known:
			r.out.Report.NoteThing(0, table.Noted, fmt.Sprintf("%s of this database is %s of the file from then on", p.ID, other))
		case r.founded:
			r.out.Report.NoteThing(0, table.Noted, fmt.Sprintf("%s, who founded this database, is not in the file and goes", table.Short(p.Name)))
		case known:
			return domain.Errorf(domain.Conflict, "the address %s is %s here and %s in the file: the file is of another organisation", p.Email, p.ID, other).
				Hinted("import it into a database of its own, right after init").ByRule("organisation-other")
		default:
			r.out.Gone++
		}
	}
	return nil
}

func (r *restoring) byAddress() map[string]domain.ID {
	out := map[string]domain.ID{}
	for _, rec := range r.doc.Of(domain.KindPrincipal) {
		if p, ok := rec.(domain.Principal); ok && p.Kind == domain.User {
			out[addressKey(p.Email)] = p.ID
		}
	}
	return out
}

// bindings carries the operating-system users over to the people of the document.
func (r *restoring) bindings(played bool) error {
	byAddress := r.byAddress()
	bound, had := 0, 0
	for row := range r.o.All(domain.KindBinding) {
		b, ok := row.Record.(domain.Binding)
		if !ok {
			continue
		}
		had++
		now := b
		was, _ := r.o.Principal(b.Principal)
		if _, stays := r.doc.Get(domain.KindPrincipal, b.Principal); !stays {
			now.Principal = byAddress[addressKey(was.Email)]
		}
		rec, _ := r.doc.Get(domain.KindPrincipal, now.Principal)
		if p, is := rec.(domain.Principal); is && p.Status == domain.Active && r.administers(p.ID) {
			bound++
		}
		switch {
		case now.Principal == "":
			r.changes = append(r.changes, domain.End(b))
			r.out.Report.NoteThing(0, table.Changed, fmt.Sprintf("ends: the binding of %s, for %s is not in the file", b.ID, table.Short(was.Name)))
		case now != b:
			r.changes = append(r.changes, domain.Replace(b, now))
			r.out.Report.NoteThing(0, table.Noted, fmt.Sprintf("%s stays bound to %s", b.ID, table.Short(was.Name)))
		}
	}
	if had > 0 && bound == 0 && !played && len(r.changes) > 0 {
		return domain.Errorf(domain.Conflict, "after this import no operating-system user would be bound to an admin of the file, and nobody could act").
			Hinted("make the database anew: init, with the address of an admin of the file as --admin").ByRule("organisation-locked-out")
	}
	return nil
}

// administers tells whether the document gives somebody the duty admin or the
// account role Admin.
func (r *restoring) administers(who domain.ID) bool {
	duty := domain.Target{Kind: domain.TargetDuty, ID: domain.ID(domain.DutyAdmin.String())}
	for _, rec := range r.doc.Of(domain.KindGrant) {
		g, ok := rec.(domain.Grant)
		if ok && g.Holder == (domain.Holder{Kind: domain.HolderPrincipal, ID: who}) &&
			(g.Target == duty || g.Target.Kind == domain.TargetAccount && g.Level > 0) {
			return true
		}
	}
	return false
}

// kindWord is what a person calls a kind of record.
func kindWord(k domain.Kind) string {
	switch k {
	case domain.KindPrincipal:
		return "person, key or AI agent"
	case domain.KindSource:
		return "data source"
	case domain.KindAgentSource:
		return "data source of an agent"
	case domain.KindExternal:
		return "external group"
	case domain.KindSoD:
		return "SoD rule"
	}
	return string(k)
}

// nameOfRecord names a record for a preview: by its name where it has one.
func nameOfRecord(rec domain.Record) string {
	name := ""
	switch r := rec.(type) {
	case domain.Principal:
		name = r.Name
	case domain.Group:
		name = r.Name
	case domain.Agent:
		name = r.Name
	case domain.Source:
		name = r.Name
	case domain.Role:
		name = r.Name
	case domain.Area:
		return table.Short(string(r.ID))
	case domain.Object:
		name = r.Name
	case domain.ExternalGroup:
		name = r.Name
	case domain.SoDRule:
		name = r.Name
	}
	if name == "" {
		return table.Short(string(rec.RecordID()))
	}
	return table.Short(name)
}
