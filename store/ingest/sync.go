package ingest

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"countersign/domain"
	"countersign/store/ingest/directory"
	"countersign/store/ingest/table"
)

// Directory is the kind of a preview that a sync makes: people, external groups
// and memberships together.
const Directory Kind = "directory"

// SyncFile is one file of a sync.
type SyncFile struct {
	Name  string // its base name
	Group string // the outside group it is about, for a file that does not name it
	Src   io.Reader
}

// SyncOptions say how the files of a directory are to be read.
type SyncOptions struct {
	Source string           // the directory's name, for example "entra"
	Format directory.Format // of every file; empty to find out
	Table  table.Options
	NewID  func(prefix string) domain.ID
	Full   bool // the files are the whole directory: who and what they leave out is gone

	GoneShare, GoneCount int // as in Options
}

// Synced is what a sync would do.
type Synced struct {
	Preview
	Files  []SyncedFile
	Groups []SyncedGroup // the directory's groups, in the order of the files, then those the files leave out

	// MembersGone counts the memberships of this source that would end, of the
	// MembersOf there are in groups that are mapped.
	MembersGone, MembersOf int
}

// SyncedFile is the evidence of one file.
type SyncedFile struct {
	Name   string
	Format directory.Format
	Source table.Source
	First  int // lines are counted through the files: on which this one begins, less one
}

// SyncedGroup is one group of the directory, and what it is mapped to.
type SyncedGroup struct {
	Record  domain.ExternalGroup
	New     bool
	Absent  bool      // no file names it
	Members int       // people in it, those of groups inside it among them
	Suggest domain.ID // an unmapped one: the group here of the same name
}

// PlanSync reads the files of one directory and returns what a sync of it would
// do: people as an import of people does; each of the directory's groups
// recorded as an external group; and in the groups here that external groups
// are mapped to, the memberships that the directory says, added and removed.
// A group in a group counts with its members. Memberships that this source did
// not give stay, and are reported.
//
// It returns an Invalid error for a file of no directory's format, one that
// does not say which group it is about, and options that do not fit; an
// Internal error when reading fails.
func PlanSync(s State, files []SyncFile, o SyncOptions) (*Synced, error) {
	if strings.Contains(o.Source, "/") {
		return nil, domain.Errorf(domain.Invalid, "the source %q has a slash in its name", o.Source).Hinted("name the directory without one")
	}
	po := Options{Source: o.Source, Table: o.Table, NewID: o.NewID, Full: o.Full, GoneShare: o.GoneShare, GoneCount: o.GoneCount}
	if err := po.check(People); err != nil {
		return nil, err
	}
	out := &Synced{Preview: Preview{Kind: Directory, share: o.GoneShare, count: o.GoneCount}}
	if out.share == 0 {
		out.share = 20
	}
	if out.count == 0 {
		out.count = 500
	}
	y := &syncer{planner: &planner{o: po, x: newIndex(s), schema: SchemaOf(People), out: &out.Preview}, out: out,
		content: newContent(), says: map[directory.Field]bool{}, groupOf: map[*outsideGroup]domain.ID{}}
	for _, f := range files {
		if err := y.readFile(f, o.Format); err != nil {
			return nil, inFile(f.Name, asDomain(err))
		}
	}
	if err := y.plan(); err != nil {
		return nil, asDomain(err)
	}
	out.Report.Sort()
	var names []string
	for _, f := range out.Files {
		names = append(names, f.Name)
	}
	file := strings.Join(names, ", ")
	out.Set = domain.ChangeSet{
		Title:   "Sync of " + o.Source,
		Reason:  fmt.Sprintf("%s of %s, SHA-256 %s", file, o.Source, y.origin.File),
		Source:  domain.SourceFile{Source: o.Source, Name: file, SHA256: y.origin.File, Rows: out.Report.Rows},
		BasedOn: y.x.key, Changes: y.changes,
	}
	return out, nil
}

// inFile says which of several files an error is about.
func inFile(name string, err error) error {
	var e *domain.Error
	if !errors.As(err, &e) {
		return err
	}
	with := *e
	with.Message = table.Short(name) + ": " + with.Message
	return &with
}

// syncer carries one sync.
type syncer struct {
	*planner
	out     *Synced
	content *content
	users   []table.Row
	says    map[directory.Field]bool
	columns map[directory.Field]string // what the first file with people calls its fields
	lines   int                        // of the files read so far
	groupOf map[*outsideGroup]domain.ID
	passed  int                 // memberships looked at
	tangled string              // why the groups cannot be followed; empty while they can
	named   map[string][]string // what outsideRefs found
}

// readFile reads all of one file.
func (y *syncer) readFile(f SyncFile, format directory.Format) (err error) {
	counted := &lineCounter{src: f.Src}
	r, own, err := directory.Open(counted, format, y.o.Table)
	if err != nil {
		return err
	}
	if own != nil {
		return errors.Join(domain.Errorf(domain.Invalid, "the file is of no format of a directory").
			Hinted("name its format with --format; a file in columns of your own is imported, not synced"), own.Close())
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	first := y.lines
	for {
		e, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		y.lines = max(y.lines, first+e.Line)
		e.Line += first
		if err := y.entry(r, e, f); err != nil {
			return err
		}
	}
	src, _ := r.Source()
	y.out.Files = append(y.out.Files, SyncedFile{Name: f.Name, Format: r.Format(), Source: src, First: first})
	for _, name := range r.Withheld() {
		if !slices.Contains(y.out.Withheld, name) {
			y.out.Withheld = append(y.out.Withheld, name)
		}
	}
	if why := r.Partial(); why != "" {
		y.out.Partial = f.Name + ": " + why
		y.out.Report.NoteThing(0, table.Noted, y.out.Partial)
	}
	y.lines = max(y.lines, first+counted.lines)
	return nil
}

// entry takes one entry of a file.
func (y *syncer) entry(r *directory.Reader, e directory.Entry, f SyncFile) error {
	y.out.Report.Rows++
	switch {
	case e.Fault != nil:
		y.out.Unreadable++
		bad := r.Place(*e.Fault)
		bad.Line = e.Line
		y.out.Report.Fail(&bad)
	case e.Skip != "":
		y.note(e.Line, table.Skipped, "the entry %s", e.Skip)
	case e.User != nil:
		y.content.add(e)
		y.user(r, e)
	case e.Member != nil && len(e.Member.Group.Refs) == 0 && f.Group == "":
		return domain.Errorf(domain.Invalid, "the file holds %s and does not say of which group", r.Format().Words()).
			Hinted("name the group with --members \"GROUP=%s\"", f.Name)
	case e.Member != nil && len(e.Member.Group.Refs) == 0:
		e.Member.Group = directory.Ref{Refs: y.outsideRefs(f.Group), Name: f.Group, Kind: directory.GroupRef}
		y.content.add(e)
	default:
		y.content.add(e)
	}
	return nil
}

// outsideRefs is what a group named by hand is known by: the name itself, or
// the id of the one group of the files or of the source that is called so.
func (y *syncer) outsideRefs(name string) []string {
	if refs, asked := y.named[name]; asked {
		return refs
	}
	if y.named == nil {
		y.named = map[string][]string{}
	}
	y.named[name] = y.findRefs(name)
	return y.named[name]
}

func (y *syncer) findRefs(name string) []string {
	for _, g := range y.content.groups {
		if nameKey(g.called) == nameKey(name) {
			return g.refs
		}
	}
	for _, id := range sortedIDs(y.x.outside) {
		if e := y.x.outside[id]; e.Source == y.o.Source && nameKey(e.Name) == nameKey(name) {
			return []string{e.External}
		}
	}
	return []string{name}
}

// user keeps a person for the planner of people; one without an address is left
// out, unless this source brought them here.
func (y *syncer) user(r *directory.Reader, e directory.Entry) {
	if e.User.Email == "" && !y.brought(e.User) {
		y.note(e.Line, table.Skipped, "%s has no e-mail address, so it is taken for no person", table.Short(e.User.Name))
		return
	}
	if y.columns == nil {
		y.columns = map[directory.Field]string{}
	}
	values := userValues(e.User)
	fields := make([]string, len(peopleFields))
	for i, f := range peopleFields {
		fields[i] = values[f]
		y.says[f] = y.says[f] || r.Says(f)
		if y.columns[f] == "" {
			y.columns[f] = r.Column(f)
		}
	}
	y.out.Report.Rows-- // the planner counts it
	y.users = append(y.users, table.Row{Line: e.Line, Fields: fields})
}

// plan makes the changes of what was read.
func (y *syncer) plan() error {
	y.origin = domain.Origin{Source: y.o.Source, File: manifest(y.out.Files)}
	if len(y.users) > 0 {
		header, keys := make([]string, len(peopleFields)), make([]string, len(peopleFields))
		for i, f := range peopleFields {
			header[i], keys[i] = y.columns[f], string(f)
		}
		y.cols = table.Bound(header, keys)
		y.planner.out.Format = y.out.Files[0].Format
		if err := y.people(&loaded{rows: y.users, says: y.says, sha: y.origin.File}); err != nil {
			return err
		}
	}
	y.recordGroups()
	return y.recordMembers()
}

// manifest is the digest of the files: of one file its own; of several that of
// the lines "digest  name", as sha256sum prints and would itself sum up.
func manifest(files []SyncedFile) string {
	if len(files) == 1 {
		return files[0].Source.SHA256
	}
	var lines strings.Builder
	for _, f := range files {
		lines.WriteString(f.Source.SHA256 + "  " + f.Name + "\n")
	}
	sum := sha256.Sum256([]byte(lines.String()))
	return hex.EncodeToString(sum[:])
}

// loaded are rows of people that were read already.
type loaded struct {
	rows []table.Row
	says map[directory.Field]bool
	sha  string
}

// Header is empty: the rows have no columns of their own.
func (l *loaded) Header() []string { return nil }

// Read gives the next row.
func (l *loaded) Read() (table.Row, error) {
	if len(l.rows) == 0 {
		return table.Row{}, io.EOF
	}
	row := l.rows[0]
	l.rows = l.rows[1:]
	return row, nil
}

// Source is the evidence of all files.
func (l *loaded) Source() (table.Source, bool) { return table.Source{SHA256: l.sha}, len(l.rows) == 0 }

// Place knows of no cells.
func (l *loaded) Place(e table.RowError) table.RowError { return e }

// Close has nothing to let go.
func (l *loaded) Close() error { return nil }

// lineCounter counts line feeds.
type lineCounter struct {
	src   io.Reader
	lines int
}

func (c *lineCounter) Read(p []byte) (int, error) {
	n, err := c.src.Read(p)
	for _, b := range p[:n] {
		if b == '\n' {
			c.lines++
		}
	}
	return n, err
}

// Permit says whether the change set may be proposed, as Preview.Permit does;
// memberships that would end are guarded as people are, and the number to
// confirm is that of both where both are.
func (s *Synced) Permit(skipErrors bool, confirmed int) error {
	people := s.Preview
	if s.MembersGone > 0 && s.Unreadable > 0 {
		people.Gone, people.GoneOf, people.GoneWhat = max(people.Gone, s.MembersGone), max(people.GoneOf, s.MembersOf), "memberships"
		return people.Permit(skipErrors, people.Gone)
	}
	if s.Partial != "" && s.MembersGone == 0 && s.Gone == 0 {
		people.Partial = ""
	}
	gone, of := s.MembersGone, s.MembersOf
	if gone == 0 || gone <= s.count && gone*100 <= s.share*of || gone <= few {
		return people.Permit(skipErrors, confirmed)
	}
	if err := people.Permit(skipErrors, people.Gone); err != nil { // errors go before what would go
		return err
	}
	total, what := gone, fmt.Sprintf("%d of %d memberships of %s", gone, of, s.Set.Source.Source)
	if people.Guarded() {
		total += people.Gone
		what += fmt.Sprintf(" and %d of %d %s", people.Gone, people.GoneOf, people.GoneWhat)
	}
	if confirmed == total {
		return nil
	}
	said := ""
	if confirmed != 0 {
		said = fmt.Sprintf(", not %d", confirmed)
	}
	return domain.Errorf(domain.Conflict, "this sync would end %s%s", what, said).
		Hinted("check that the files are complete; then confirm the number with --confirm-leavers %d", total).ByRule("import-leavers")
}

// few is how many memberships a sync may end whatever their share: one leaver of
// a team of three is no landslide.
const few = 5

// Line says where a line that is counted through the files stands: in which of
// them, and on which line of it.
func (s *Synced) Line(n int) (file string, line int) {
	i := slices.IndexFunc(s.Files, func(f SyncedFile) bool { return f.First >= n })
	if i < 0 {
		i = len(s.Files)
	}
	if i == 0 || n == 0 {
		return "", n
	}
	return s.Files[i-1].Name, n - s.Files[i-1].First
}
