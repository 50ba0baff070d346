package ingest

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"countersign/domain"
	"countersign/store/ingest/directory"
	"countersign/store/ingest/table"
)

// Options say how a file is to be read.
type Options struct {
	Source  string        // the name of the system the file comes from, for example "hr"
	File    string        // the file's base name
	Mapping table.Mapping // columns by other names than the fields' own
	Table   table.Options
	Format  directory.Format // a directory's format; empty to find out, Plain for our own columns

	NewID func(prefix string) domain.ID // makes ids of records that begin

	Full         bool     // what the source made and the file does not say ends: see Preview.Gone
	GroupColumns []string // people: columns whose values are groups, made where they are missing
	Group        string   // members: the group of every row, where the file has no column for it
	Agent        string   // grants: the agent of every row, where the file has no column for it
	Many         bool     // members: take more than MostMembers rows
	Zone         string   // grants, members: the zone of dates whose row names none; empty for the organisation's

	Usage iter.Seq2[domain.Usage, error] // usage: what is known so far

	ReadRule func(domain.Rule) error // rules: says what is wrong with a rule; nil asks nobody

	GoneShare int // percent of the source's records a full file may end unconfirmed; 0 means 20
	GoneCount int // and how many; 0 means 500
}

// MostMembers is how many rows a members file may have (seed: Twig, group
// management, bulk import).
const MostMembers = 1000

// Preview is what an import would do.
type Preview struct {
	Kind   Kind
	Report table.Report
	// Set is the change set: title, reason, source, the event it is based on
	// and the changes. Id, maker and state belong to whoever proposes it.
	Set    domain.ChangeSet
	Unused []string // columns of the file that no field was found for
	// Format is the directory's format the file was read by; empty for a file
	// in our own columns. Withheld are its columns and attributes that hold
	// secrets and were not read.
	Format   directory.Format
	Withheld []string
	// Partial says why a full file is only a part of what the directory holds;
	// then nobody may go.
	Partial string
	People  PeopleCounts

	// Gone counts what the file ends by not naming it: active people for
	// people, grants of this source for the other kinds; GoneOf is how many
	// there were, GoneWhat what they are.
	Gone, GoneOf int
	GoneWhat     string
	// Unreadable counts rows that do not even say whom they are about. With a
	// full file such a row could be anyone's, so nobody may go.
	Unreadable int

	share, count int
}

// PeopleCounts says what a people file does to people; each person counts
// once, in the first of these that fits.
type PeopleCounts struct {
	Joined   int // new here
	Left     int // active before, not after: absent from a full file, or no longer active by its status
	Returned int // was here and not active, is active again
	Moved    int // title, department, manager or groups differ
	Changed  int // something else differs
	Same     int
}

// String is the counts in one line.
func (c PeopleCounts) String() string {
	return fmt.Sprintf("%d joined, %d moved, %d left, %d returned, %d changed otherwise, %d the same",
		c.Joined, c.Moved, c.Left, c.Returned, c.Changed, c.Same)
}

// Guarded reports whether so much would go that the number must be confirmed.
func (p *Preview) Guarded() bool {
	return p.Gone > p.count || p.Gone*100 > p.share*p.GoneOf
}

// Permit says whether the change set may be proposed. It returns an Invalid
// error while rows are errors and skipErrors is not set, while an unreadable
// row stands in the way of people going, and a Conflict error when more goes
// than may go unconfirmed and confirmed is not exactly that number.
func (p *Preview) Permit(skipErrors bool, confirmed int) error {
	if p.Report.Failed > 0 && !skipErrors {
		first := ""
		if len(p.Report.Errors) > 0 {
			first = "; the first: " + p.Report.Errors[0].Error()
		}
		return domain.Errorf(domain.Invalid, "%s cannot be taken, so nothing is imported%s", count(p.Report.Failed, "row"), first).
			Hinted("mend the file, or leave those rows out with --skip-errors").ByRule("import-errors")
	}
	if p.Gone > 0 && p.Unreadable > 0 {
		return domain.Errorf(domain.Invalid, "%s of this full file cannot be read and could be any of the %d %s it would end", count(p.Unreadable, "row"), p.Gone, p.GoneWhat).
			Hinted("mend those rows, or import without --full").ByRule("import-unreadable")
	}
	if p.Partial != "" {
		return domain.Errorf(domain.Invalid, "what is missing from this file may still be in the directory: %s", p.Partial).
			Hinted("import the whole answer, or leave --full out").ByRule("import-partial")
	}
	if p.Guarded() && confirmed != p.Gone {
		said := ""
		if confirmed != 0 {
			said = fmt.Sprintf(", not %d", confirmed)
		}
		return domain.Errorf(domain.Conflict, "this file would end %d of %d %s%s", p.Gone, p.GoneOf, p.GoneWhat, said).
			Hinted("check that it is complete; then confirm the number with --confirm-leavers %d", p.Gone).ByRule("import-leavers")
	}
	return nil
}

// Plan reads the file and returns what importing it would do to the
// organisation. It returns an Invalid error for a file that cannot be read as
// a table, one without the columns its kind needs, and options that do not
// fit; an Internal error when reading fails. Rows that cannot be taken are in
// the report, not in the error.
func Plan(s State, k Kind, src io.Reader, o Options) (pre *Preview, err error) {
	if err := o.check(k); err != nil {
		return nil, err
	}
	if o.GoneShare == 0 {
		o.GoneShare = 20
	}
	if o.GoneCount == 0 {
		o.GoneCount = 500
	}
	p := &planner{o: o, x: newIndex(s), schema: SchemaOf(k),
		out: &Preview{Kind: k, share: o.GoneShare, count: o.GoneCount}}
	o.Table.Members = payloadOf(k, o)
	p.o = o
	r, err := p.open(k, src)
	if err != nil {
		return nil, asDomain(err)
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	run := map[Kind]func(rows) error{
		Principals: p.principals, Roles: p.roleFile, Permissions: p.permissions, Objects: p.objects, Fields: p.objectFields,
		Sources: p.sources, AgentSources: p.agentSources, SourceGrants: p.sourceGrants, Catalogue: p.catalogue, Mappings: p.mappings, Rules: p.rules,
		People: p.people, Groups: p.groups, Members: p.members, Agents: p.agents, Grants: p.grants, Areas: p.areas, Usage: p.usage,
	}[k]
	if err := run(r); err != nil {
		return nil, asDomain(err)
	}
	for i, e := range p.out.Report.Errors {
		p.out.Report.Errors[i] = r.Place(e)
	}
	p.out.Report.Sort()
	p.out.Set = domain.ChangeSet{
		Title:   fmt.Sprintf("Import of %s from %s", k, o.Source),
		Reason:  fmt.Sprintf("%s of %s, SHA-256 %s", o.fileName(), o.Source, p.origin.File),
		Source:  domain.SourceFile{Source: o.Source, Name: o.File, SHA256: p.origin.File, Rows: p.out.Report.Rows},
		BasedOn: p.x.key, Changes: p.changes,
	}
	return p.out, nil
}

func (o Options) fileName() string {
	if o.File == "" {
		return "a file"
	}
	return o.File
}

func (o Options) check(k Kind) error {
	switch {
	case strings.TrimSpace(o.Source) == "":
		return domain.Errorf(domain.Invalid, "the import does not say which source the file comes from").Hinted("name it, for example --source hr")
	case strings.TrimSpace(o.Source) == domain.SourceOrganisation:
		return domain.Errorf(domain.Invalid, "no source can be called %q: a restored organisation says so", o.Source).
			Hinted("give the source another name").ByRule(domain.RuleSourceName)
	case strings.TrimSpace(o.Source) == domain.OriginRule:
		return domain.Errorf(domain.Invalid, "no source can be called %q: what a group's rule gives says so", o.Source).Hinted("give the source another name")
	case o.NewID == nil:
		return domain.Errorf(domain.Internal, "the import was given no maker of ids")
	case len(o.GroupColumns) > 0 && k != People:
		return domain.Errorf(domain.Invalid, "only a people file has columns that are groups, this is one of %s", k).Hinted("leave --groups out")
	case o.Group != "" && k != Members:
		return domain.Errorf(domain.Invalid, "only a members file is for one group, this is one of %s", k).Hinted("leave --group out")
	case o.Agent != "" && k != Grants:
		return domain.Errorf(domain.Invalid, "only a grants file is for one agent, this is one of %s", k).Hinted("leave --agent out")
	case len(o.GroupColumns) > 0 && (o.Format == directory.SCIM || o.Format == directory.LDIF):
		return domain.Errorf(domain.Invalid, "a file of %s has no columns, so none of them can be groups", o.Format.Words()).Hinted("leave --groups out; import groups and members from the file")
	case o.Full && !k.CanBeFull():
		return domain.Errorf(domain.Invalid, "absence from a %s file ends nothing", k).Hinted("leave --full out; archive what is no longer used")
	}
	if o.Zone != "" {
		return domain.Window{Zone: o.Zone}.Check()
	}
	return nil
}

// planner carries one import from the file to the preview.
type planner struct {
	o       Options
	x       *index
	schema  table.Schema
	cols    *table.Binding
	origin  domain.Origin // complete once the file is read
	out     *Preview
	changes []domain.Change

	personRows []*personRow // the rows of a people file, once it is read
}

// rows is what a plan reads: a table in our own columns, or what a directory
// exported, brought into them.
type rows interface {
	Header() []string
	Read() (table.Row, error)
	Source() (table.Source, bool)
	Place(table.RowError) table.RowError
	Close() error
}

// leftOut is a row that is no error and still not taken.
type leftOut struct {
	line int
	text string
}

func (l *leftOut) Error() string { return l.text }

// open opens the file as what it is.
func (p *planner) open(k Kind, src io.Reader) (rows, error) {
	outside, r, err := p.openOutside(k, src)
	if err != nil || outside != nil {
		return outside, err
	}
	if p.cols, err = p.schema.Bind(r.Header(), p.o.Mapping); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	p.out.Unused = p.cols.Unused()
	return r, nil
}

// read goes through the file. Blank rows are left out; rows that the table
// layer refuses are reported and counted as unreadable.
func (p *planner) read(r rows, take func(table.Row)) error {
	for {
		row, err := r.Read()
		var bad *table.RowError
		var left *leftOut
		switch {
		case errors.Is(err, io.EOF):
			src, _ := r.Source()
			p.origin = domain.Origin{Source: p.o.Source, File: src.SHA256}
			return nil
		case errors.As(err, &left):
			p.out.Report.Rows++
			p.note(left.line, table.Skipped, "%s", left.text)
		case errors.As(err, &bad):
			p.out.Report.Rows++
			p.out.Unreadable++
			p.out.Report.Fail(bad)
		case err != nil:
			return err
		case row.Blank():
		default:
			p.out.Report.Rows++
			take(row)
		}
	}
}

func (p *planner) change(c domain.Change) { p.changes = append(p.changes, c) }

func (p *planner) note(line int, oc table.Outcome, format string, args ...any) {
	p.out.Report.Note(line, oc, fmt.Sprintf(format, args...))
}

// begin makes a grant of this source.
func (p *planner) begin(g domain.Grant) {
	g.ID, g.Origin = p.o.NewID(domain.PrefixGrant), p.origin
	p.change(domain.Begin(g))
}

// asDomain turns what the table layer says into the program's own errors.
func asDomain(err error) error {
	var fields *table.FieldsError
	var file *table.FileError
	var own *domain.Error
	switch {
	case errors.As(err, &own):
		return err
	case errors.As(err, &fields):
		return &domain.Error{Code: domain.Invalid, Message: fields.Message, Hint: fields.Hint, Rule: "import-columns"}
	case errors.As(err, &file) && file.Err == nil:
		e := *file
		e.Hint = ""
		return &domain.Error{Code: domain.Invalid, Message: e.Error(), Hint: file.Hint, Rule: "import-file"}
	}
	return fmt.Errorf("import: %w", err)
}

func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
