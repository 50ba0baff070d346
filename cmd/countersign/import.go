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

// importFlags are what an import asks for.
type importFlags struct {
	source, columns, save, use string
	groups                     []string
	group, agent, zone, sheet  string
	full, many, skipErrors     bool
	confirm                    int
	apply                      bool
	reason                     string
	format                     string
}

const importLong = `The file is read and previewed: what would be added, changed and skipped, and each row that cannot be
taken, with its line and column. With --apply the change set is proposed, whole or not at all; a file
that was imported before changes nothing. Columns are found by their names; --columns says where
they are called otherwise, and --save-columns keeps that under a name for --use-columns. A workbook
(.xlsx) is read where CSV is: its only sheet, or the one that --sheet names.`

func (e *env) importCmd() *cobra.Command {
	var below []*cobra.Command
	for _, k := range ingest.Kinds() {
		below = append(below, e.importKindCmd(k))
	}
	below = append(below, e.importOrganisationCmd())
	return family(&cobra.Command{
		Use:   "import",
		Short: "Load a file: " + strings.Join(importKinds(), ", "),
		Long:  "Import loads a CSV file or a workbook of one kind; grants and members also as JSON.\n\n" + importLong,
		Example: `  countersign import people staff.csv --source hr --columns name=employee_name,manager=supervisor
  countersign import people staff.csv --source hr --full --apply
  countersign template people > people.csv`,
	}, below...)
}

func (e *env) importKindCmd(k ingest.Kind) *cobra.Command {
	f := importFlags{}
	var fields []string
	for _, field := range ingest.SchemaOf(k).Fields {
		need := ""
		if field.Required {
			need = " (needed)"
		}
		fields = append(fields, fmt.Sprintf("  %s%s: %s", field.Key, need, field.Help))
	}
	long := fmt.Sprintf("Import %s reads a CSV file or a workbook (\"-\" reads standard input).\n\n%s\n\nColumns:\n%s", k, importLong, strings.Join(fields, "\n"))
	if members := ingest.PayloadMembers(k); len(members) > 0 {
		long += "\n\nJSON is read as well, one object, a list of them, or one a line, each with: " + strings.Join(members, ", ") + "."
	}
	cmd := &cobra.Command{
		Use:     string(k) + " FILE",
		Short:   "Load " + string(k) + " from a CSV file or a workbook",
		Long:    long + formatsLong(k),
		Example: fmt.Sprintf("  countersign import %s %s.csv --source hr\n  countersign import %s %s.csv --source hr --apply --reason \"monthly load\"", k, k, k, k),
		Args:    between(1, 1),
		RunE:    e.with(needsPerson, func(s *session, args []string) error { return s.importFile(k, args[0], f) }),
	}
	fl := cmd.Flags()
	fl.StringVar(&f.source, "source", "", "the `NAME` of the system the file comes from")
	fl.StringVar(&f.columns, "columns", "", "where fields stand: `FIELD=COLUMN,…`")
	fl.StringVar(&f.save, "save-columns", "", "keep --columns under this `NAME`")
	fl.StringVar(&f.use, "use-columns", "", "take the columns kept under this `NAME`")
	fl.StringVar(&f.sheet, "sheet", "", "which `SHEET` of a workbook; its only one unless named")
	if k == ingest.People || k == ingest.Groups || k == ingest.Members {
		fl.StringVar(&f.format, "format", "", "the directory's `FORMAT`, where the file does not tell; plain for our own columns")
	}
	fl.BoolVar(&f.skipErrors, "skip-errors", false, "leave out the rows that cannot be taken")
	fl.BoolVar(&f.apply, "apply", false, "propose the change set")
	fl.StringVar(&f.reason, "reason", "", "why, in your `WORDS`")
	if k == ingest.People {
		fl.StringSliceVar(&f.groups, "groups", nil, "`COLUMNS` whose values are groups")
	}
	if k == ingest.Members {
		fl.StringVar(&f.group, "group", "", "the `GROUP` of every row")
		fl.BoolVar(&f.many, "many", false, fmt.Sprintf("take more than %d rows", ingest.MostMembers))
	}
	if k == ingest.Grants {
		fl.StringVar(&f.agent, "agent", "", "the `AGENT` of every row")
	}
	if k == ingest.Members || k == ingest.Grants {
		fl.StringVar(&f.zone, "zone", "", "the IANA time `ZONE` of days whose row names none")
	}
	if k.CanBeFull() {
		fl.BoolVar(&f.full, "full", false, "what the source gave and the file leaves out ends")
		fl.IntVar(&f.confirm, "confirm-leavers", 0, "let exactly this `NUMBER` go, where so many need confirming")
	}
	return e.jsonFlag(cmd)
}

// formatsLong lists the formats of directories that are read as a kind.
func formatsLong(k ingest.Kind) string {
	formats := ingest.FormatsOf(k)
	if len(formats) == 0 {
		return ""
	}
	lines := []string{"\n\nWhat directories export is recognised by its columns and read as it is; passwords, photos and the\nlike are never read. --format names the format where the file does not tell:"}
	for _, f := range formats {
		lines = append(lines, fmt.Sprintf("  %-14s %s: %s", f, f.Words(), f.How()))
	}
	return strings.Join(lines, "\n")
}

// importJSON is the answer of import.
type importJSON struct {
	about
	Kind     ingest.Kind       `json:"kind"`
	Source   domain.SourceFile `json:"source"`
	Rows     int               `json:"rows"`
	Added    int               `json:"added"`
	Changed  int               `json:"changed"`
	Same     int               `json:"same"`
	Skipped  int               `json:"skipped"`
	Failed   int               `json:"failed"`
	Lines    []importLine      `json:"lines"`
	Errors   []importError     `json:"errors"`
	People   *peopleJSON       `json:"people,omitempty"`
	Gone     int               `json:"gone"`
	GoneOf   int               `json:"gone_of"`
	Unused   []string          `json:"unused_columns,omitempty"`
	Format   directory.Format  `json:"format,omitempty"`
	Withheld []string          `json:"never_read,omitempty"`
	Changes  int               `json:"changes"`
	Returned []returnedJSON    `json:"returned,omitempty"`
	Proposal *proposalJSON     `json:"proposal,omitempty"`
	Recorded *recordedJSON     `json:"recorded,omitempty"`
}

// recordedJSON says where usage was recorded.
type recordedJSON struct {
	First domain.Seq `json:"first_event"`
	Last  domain.Seq `json:"last_event"`
	Rows  int        `json:"rows"`
}

type importLine struct {
	Line    int           `json:"line"`
	Outcome table.Outcome `json:"outcome"`
	Text    string        `json:"text"`
}

type importError struct {
	Line    int    `json:"line"`
	Cell    string `json:"cell,omitempty"` // of a workbook
	Column  string `json:"column,omitempty"`
	Value   string `json:"value,omitempty"`
	Message string `json:"message"`
}

type peopleJSON struct {
	Joined   int `json:"joined"`
	Left     int `json:"left"`
	Returned int `json:"returned"`
	Moved    int `json:"moved"`
	Changed  int `json:"changed"`
	Same     int `json:"same"`
}

// importFile previews a file and, with --apply, proposes its change set.
func (s *session) importFile(k ingest.Kind, name string, f importFlags) error {
	if f.apply && s.flags.readOnly {
		return (&proposing{}).mayRead()
	}
	o, err := s.importOptions(k, name, f)
	if err != nil {
		return err
	}
	pic, err := s.present()
	if err != nil {
		return err
	}
	var pre *ingest.Preview
	if k == ingest.Usage {
		pre, err = s.planUsage(pic.org, name, o)
	} else {
		pre, err = s.plan(pic.org, k, name, o)
	}
	if err != nil {
		return err
	}
	if k == ingest.Usage {
		return s.importUsage(pic, pre, f)
	}
	if f.save != "" && f.apply {
		if err := s.saveMapping(f.save, o.Mapping.String()); err != nil {
			return err
		}
	}
	doc := importDoc(s.about(pic), pre)
	p := s.newPage()
	importPage(p, pre)
	if doc.Returned, err = s.sayReturned(p, pic.org, pre.Set, f.apply); err != nil {
		return err
	}
	permit := pre.Permit(f.skipErrors, f.confirm)
	if permit != nil || !f.apply || len(pre.Set.Changes) == 0 {
		switch {
		case permit == nil && len(pre.Set.Changes) == 0:
			p.line("nothing changes")
		case !f.apply && permit == nil:
			p.line("a preview: nothing was written; --apply proposes it")
		}
		return errors.Join(s.answer(doc, p), permit)
	}
	return s.importApply(pre, f, p, doc)
}

// importApply proposes what was previewed.
func (s *session) importApply(pre *ingest.Preview, f importFlags, p *page, doc importJSON) (err error) {
	if doc.Proposal, err = s.proposeRead(pre.Set, f.reason, p); err != nil {
		return err
	}
	doc.Proposal.about = doc.about
	return s.answer(doc, p)
}

// proposeRead proposes the change set made of files and says on the page what became
// of it.
func (s *session) proposeRead(cs domain.ChangeSet, reason string, p *page) (*proposalJSON, error) {
	if reason != "" {
		cs.Reason = reason + " (" + cs.Reason + ")"
	}
	head, err := s.head()
	if err != nil {
		return nil, err
	}
	done, err := s.svc.Propose(s.ctx, s.see(head, p.text()), cs)
	if err != nil {
		return nil, err
	}
	o, err := s.org()
	if err != nil {
		return nil, err
	}
	for _, w := range review.VerdictWords(verdictOrg(o, done.Verdict), done.Verdict) {
		p.line("%s", w)
	}
	p.line("%s", s.proposedWords(done))
	return &proposalJSON{ID: done.ID, Title: cs.Title, State: done.State.String(), Seq: done.Seq,
		Need: done.Verdict.Need.String(), Changes: []string{}, Effects: []effectJSON{}}, nil
}

// importOptions reads the flags and the kept columns.
func (s *session) importOptions(k ingest.Kind, name string, f importFlags) (ingest.Options, error) {
	o := ingest.Options{Source: f.source, Format: directory.Format(f.format), File: filepath.Base(name), Full: f.full, GroupColumns: f.groups,
		Group: f.group, Agent: f.agent, Many: f.many, Zone: f.zone, Table: table.Options{Sheet: f.sheet}}
	if name == "-" {
		o.File = "standard input"
	}
	if f.format != "" && f.format != string(ingest.Plain) {
		format, err := directory.ParseFormat(f.format)
		if err != nil {
			return o, err
		}
		o.Format = format
	}
	spec := f.columns
	if f.use != "" {
		if f.columns != "" {
			return o, domain.Errorf(domain.Invalid, "--columns and --use-columns are both given").Hinted("name one of them")
		}
		if err := s.view(func(tx review.Tx) (err error) {
			spec, err = tx.Mapping(f.use)
			return err
		}); err != nil {
			return o, err
		}
	}
	if f.save != "" && f.columns == "" {
		return o, domain.Errorf(domain.Invalid, "there are no columns to keep as %q", f.save).Hinted("give them with --columns")
	}
	if spec != "" {
		m, err := table.ParseMapping(spec, ingest.SchemaOf(k))
		if err != nil {
			return o, domain.Errorf(domain.Invalid, "%v", err)
		}
		o.Mapping = m
	}
	o.ReadRule = func(r domain.Rule) error {
		_, err := s.svc.ReadRule(r)
		if domain.CodeOf(err) == domain.Internal {
			return nil // no reader is wired in; proposing says so
		}
		return err
	}
	policy, err := s.org()
	if err != nil {
		return o, err
	}
	o.GoneShare, o.GoneCount = policy.Policy().LeaverShare, policy.Policy().LeaverCount
	o.NewID, err = s.ids()
	return o, err
}

func (s *session) plan(o *domain.Org, k ingest.Kind, name string, opts ingest.Options) (pre *ingest.Preview, err error) {
	var in io.Reader = s.in
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, domain.Errorf(domain.NotFound, "%s cannot be read: %v", name, errors.Unwrap(err))
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		in = f
	}
	return ingest.Plan(o, k, in, opts)
}

// saveMapping keeps columns under a name, on record.
func (s *session) saveMapping(name, spec string) error {
	return s.store.Update(s.ctx, func(tx review.WriteTx) error {
		if err := tx.SaveMapping(name, spec); err != nil {
			return err
		}
		data, err := domain.CanonicalJSON(map[string]string{"columns": spec})
		if err != nil {
			return err
		}
		_, err = tx.Append(domain.Event{Type: domain.EvMapping, Subject: name, Actor: s.actor.Principal, Via: s.actor.Via,
			Assurance: s.actor.Assurance, Duty: "maker", Data: data})
		return err
	})
}

// present is the state now.
func (s *session) present() (p picture, err error) {
	err = s.view(func(tx review.Tx) (err error) {
		p, err = pictureOf(tx, "")
		return err
	})
	return p, err
}

func importDoc(a about, pre *ingest.Preview) importJSON {
	r := pre.Report
	doc := importJSON{about: a, Kind: pre.Kind, Source: pre.Set.Source, Rows: r.Rows, Added: r.Added, Changed: r.Changed,
		Same: r.Same, Skipped: r.Skipped, Failed: r.Failed, Lines: []importLine{}, Errors: []importError{},
		Gone: pre.Gone, GoneOf: pre.GoneOf, Unused: pre.Unused, Format: pre.Format, Withheld: pre.Withheld, Changes: len(pre.Set.Changes)}
	for _, l := range r.Lines {
		doc.Lines = append(doc.Lines, importLine{l.Number, l.Outcome, l.Text})
	}
	for _, e := range r.Errors {
		doc.Errors = append(doc.Errors, importError{e.Line, e.Cell, e.Column, e.Value, e.Message})
	}
	if pre.Kind == ingest.People {
		c := pre.People
		doc.People = &peopleJSON{c.Joined, c.Left, c.Returned, c.Moved, c.Changed, c.Same}
	}
	return doc
}

// importPage says what an import would do.
func importPage(p *page, pre *ingest.Preview) {
	p.line("%s: %s", pre.Set.Title, pre.Set.Reason)
	if pre.Format != "" {
		p.line("read as %s (%s)", pre.Format.Words(), pre.Format)
	}
	for i, l := range pre.Report.Lines {
		if i == mostLines {
			p.line("  and %d more", len(pre.Report.Lines)-mostLines)
			break
		}
		at := ""
		if l.Number > 0 {
			at = fmt.Sprintf("line %d: ", l.Number)
		}
		p.line("  %-7s %s%s", l.Outcome, at, l.Text)
	}
	for i, e := range pre.Report.Errors {
		if i == mostLines {
			p.line("  and %d more errors", len(pre.Report.Errors)-mostLines)
			break
		}
		p.line("  error   %s", e.Error())
	}
	if len(pre.Unused) > 0 {
		p.line("columns not used: %s", strings.Join(pre.Unused, ", "))
	}
	if len(pre.Withheld) > 0 {
		p.line("never read, because they hold secrets: %s", strings.Join(pre.Withheld, ", "))
	}
	p.line("%s", pre.Report.Summary())
	if pre.Kind == ingest.People {
		p.line("people: %s", pre.People)
	}
	if pre.Gone > 0 {
		p.line("ends by not being named: %d of %d %s", pre.Gone, pre.GoneOf, pre.GoneWhat)
	}
}

func (e *env) templateCmd() *cobra.Command {
	return &cobra.Command{
		Use:       "template KIND",
		Short:     "Print a blank file of a kind, to be filled in and imported",
		Long:      "Template prints a blank CSV file: comments that say what each column holds, with example rows, and the header.\n\nThe kinds are " + strings.Join(importKinds(), ", ") + ".",
		Example:   "  countersign template people > people.csv",
		Args:      between(1, 1),
		ValidArgs: importKinds(),
		RunE: func(cmd *cobra.Command, args []string) error {
			k, err := ingest.ParseKind(args[0])
			if err != nil {
				return err
			}
			raw, err := ingest.Template(k)
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(raw)
			return err
		},
	}
}

func importKinds() []string {
	var out []string
	for _, k := range ingest.Kinds() {
		out = append(out, string(k))
	}
	return out
}
