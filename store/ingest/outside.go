package ingest

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"countersign/domain"
	"countersign/store/ingest/directory"
	"countersign/store/ingest/table"
)

// Plain says that a file is in our own columns, whatever it looks like.
const Plain directory.Format = "plain"

// alsoField is the field of further names by which a directory refers to
// people; our own columns have none. Its names stand one a line.
const alsoField = "also"

// gives says which kinds of file a directory's format is.
func gives(f directory.Format) []Kind {
	switch f {
	case directory.OktaUsers, directory.EntraUsers, directory.GoogleUsers, directory.ADUsers:
		return []Kind{People}
	case directory.EntraGroups, directory.ADGroups:
		return []Kind{Groups}
	case directory.EntraMembers, directory.ADMembers:
		return []Kind{Members}
	case directory.OktaMembers, directory.GoogleMembers:
		return []Kind{Groups, Members}
	}
	return []Kind{People, Groups, Members}
}

// FormatsOf lists the directories' formats that are read as a kind; none for a
// kind that directories know nothing of.
func FormatsOf(k Kind) []directory.Format {
	if k != People && k != Groups && k != Members {
		return nil
	}
	return slices.DeleteFunc(directory.Formats(), func(f directory.Format) bool { return !slices.Contains(gives(f), k) })
}

// outside brings what a directory exported into our own columns.
type outside struct {
	p      *planner
	r      *directory.Reader
	kind   Kind
	fields []directory.Field
	width  int         // of the file's own columns
	ready  []table.Row // rows read ahead
	left   []*leftOut
	read   bool // the whole file, for kinds that need all of it
	other  int  // entries of another kind
}

// openOutside opens a file of a directory's format; one in our own columns
// comes back as a table.
func (p *planner) openOutside(k Kind, src io.Reader) (rows, *table.Reader, error) {
	if p.o.Format == Plain || k != People && k != Groups && k != Members || !p.o.Mapping.Empty() && p.o.Format == "" {
		t, err := table.Open(src, p.o.Table)
		return nil, t, err
	}
	if !p.o.Mapping.Empty() {
		return nil, nil, domain.Errorf(domain.Invalid, "columns are named for a file whose format says where they stand").
			Hinted("leave --columns out, or --format")
	}
	r, own, err := directory.Open(src, p.o.Format, p.o.Table)
	if err != nil || own != nil {
		return nil, own, err
	}
	if !slices.Contains(gives(r.Format()), k) {
		return nil, nil, errors.Join(domain.Errorf(domain.Invalid, "the file holds %s, and this is an import of %s", r.Format().Words(), k).
			Hinted("import it as %s, or, when its columns are our own, with --format %s", gives(r.Format())[0], Plain), r.Close())
	}
	p.out.Format = r.Format()
	o := &outside{p: p, r: r, kind: k, width: len(r.Header())}
	o.bind()
	return o, nil, nil
}

// bind makes the columns: the file's own first, for columns of groups, then
// one for each field.
func (o *outside) bind() {
	switch o.kind {
	case People:
		o.fields = slices.Clone(peopleFields)
		if o.width > 0 { // a table says from the start what it speaks of
			o.fields = slices.DeleteFunc(o.fields, func(f directory.Field) bool {
				return f != alsoField && f != directory.FieldName && f != directory.FieldEmail && !o.r.Says(f)
			})
		}
	case Groups:
		o.fields = []directory.Field{directory.FieldName, directory.FieldDescription, "parent", directory.FieldID}
	case Members:
		o.fields = []directory.Field{directory.FieldEmail, directory.FieldRole}
		if f := o.r.Format(); f != directory.EntraMembers && f != directory.ADMembers {
			o.fields = append(o.fields, directory.FieldGroup)
		}
	}
	header, keys := make([]string, o.width), make([]string, o.width)
	for _, f := range o.fields {
		column := o.r.Column(f)
		if o.kind == Members && f == directory.FieldEmail {
			column = o.r.Column(directory.FieldMember)
		}
		header, keys = append(header, column), append(keys, string(f))
	}
	o.p.cols = table.Bound(header, keys)
}

// settleColumns takes away the fields that a file without columns turned out
// not to speak of, so that they stay as they are.
func (p *planner) settleColumns(r rows) {
	var fields []directory.Field
	var says func(directory.Field) bool
	switch o := r.(type) {
	case *outside:
		if o.width > 0 {
			return
		}
		fields, says = o.fields, o.r.Says
	case *loaded:
		fields, says = peopleFields, func(f directory.Field) bool { return o.says[f] }
	}
	for i, f := range fields {
		if f != alsoField && !says(f) {
			p.cols.Release(string(f), i)
		}
	}
}

// peopleFields are what a directory may say of a person.
var peopleFields = []directory.Field{directory.FieldName, directory.FieldEmail, directory.FieldID, directory.FieldDepartment,
	directory.FieldTitle, directory.FieldManager, directory.FieldEmployment, directory.FieldStatus, alsoField}

// userValues are a user's fields.
func userValues(u *directory.User) map[directory.Field]string {
	return map[directory.Field]string{
		directory.FieldName: u.Name, directory.FieldEmail: u.Email, directory.FieldID: u.ID, directory.FieldDepartment: u.Department,
		directory.FieldTitle: u.Title, directory.FieldManager: u.Manager, directory.FieldEmployment: u.Employment,
		directory.FieldStatus: u.Status, alsoField: strings.Join(u.Also, "\n")}
}

// Header gives the file's own columns.
func (o *outside) Header() []string { return o.r.Header() }

// Source is the evidence of what was read.
func (o *outside) Source() (table.Source, bool) { return o.r.Source() }

// Place completes an error with the cell that it is about.
func (o *outside) Place(e table.RowError) table.RowError { return o.r.Place(e) }

// Close lets go of the file.
func (o *outside) Close() error { return o.r.Close() }

// Read gives the next row: as a *leftOut error one that is not taken without
// being wrong, else as a *table.Reader does.
func (o *outside) Read() (table.Row, error) {
	if o.kind != People && !o.read {
		if err := o.readAhead(); err != nil {
			return table.Row{}, err
		}
		o.read = true
	}
	for {
		if len(o.left) > 0 {
			l := o.left[0]
			o.left = o.left[1:]
			return table.Row{}, l
		}
		if len(o.ready) > 0 {
			row := o.ready[0]
			o.ready = o.ready[1:]
			return row, nil
		}
		if o.read {
			return table.Row{}, io.EOF
		}
		if err := o.nextPerson(); err != nil {
			return table.Row{}, err
		}
	}
}

// row makes a row of the fields' values.
func (o *outside) row(line int, own []string, value map[directory.Field]string) table.Row {
	fields := make([]string, o.width, o.width+len(o.fields))
	copy(fields, own)
	for _, f := range o.fields {
		fields = append(fields, value[f])
	}
	return table.Row{Line: line, Fields: fields}
}

// nextPerson reads on to the next person.
func (o *outside) nextPerson() error {
	e, err := o.r.Next()
	if errors.Is(err, io.EOF) {
		o.read = true
		o.finish()
		return nil
	}
	switch {
	case err != nil:
		return err
	case e.Fault != nil:
		return e.Fault
	case e.Skip != "":
		o.leave(e.Line, "the entry "+e.Skip)
	case e.User == nil:
		o.other++
	case e.User.Email == "" && !o.p.brought(e.User):
		o.leave(e.Line, table.Short(e.User.Name)+" has no e-mail address, so it is taken for no person")
	default:
		o.ready = append(o.ready, o.row(e.Line, e.Fields, userValues(e.User)))
	}
	return nil
}

// brought reports whether somebody here came from this source under one of the
// user's names: such a person is never passed over.
func (p *planner) brought(u *directory.User) bool {
	for _, name := range append([]string{u.ID}, u.Also...) {
		for _, id := range p.x.person.byRef[refKey(name)] {
			if p.x.people[id].Origin.Source == p.o.Source {
				return true
			}
		}
	}
	return false
}

func (o *outside) leave(line int, text string) { o.left = append(o.left, &leftOut{line, text}) }

// finish says what else stood in the file, and what was withheld.
func (o *outside) finish() {
	out := o.p.out
	out.Unused, out.Withheld = o.r.Unused(), o.r.Withheld()
	if o.other > 0 {
		out.Report.NoteThing(0, table.Noted, fmt.Sprintf("the file also holds %s other than %s", count(o.other, "thing"), o.kind))
	}
	if why := o.r.Partial(); why != "" {
		out.Report.NoteThing(0, table.Noted, why)
		if o.p.o.Full {
			out.Partial = why
		}
	}
}

// readAhead reads the whole file: which of its entries are groups is known only
// at its end.
func (o *outside) readAhead() error {
	c := newContent()
	for {
		e, err := o.r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		switch {
		case e.Fault != nil:
			o.p.out.Report.Rows++
			o.p.out.Unreadable++
			o.p.out.Report.Fail(e.Fault)
		case e.Skip != "":
			o.other++
		default:
			c.add(e)
		}
	}
	if o.kind == Groups {
		o.groupRows(c)
	} else {
		o.memberRows(c)
	}
	o.finish()
	return nil
}

// groupRows makes a row of every group. One that stands in another as its
// member is that group's child; of several, the first counts.
func (o *outside) groupRows(c *content) {
	o.other += c.people
	parent := map[*outsideGroup]*outsideGroup{}
	for _, g := range c.groups {
		for _, m := range g.members {
			child := c.find(m.ref)
			switch {
			case child == nil:
			case parent[child] != nil && parent[child] != g:
				o.p.out.Report.NoteThing(m.line, table.Noted, fmt.Sprintf("group %s stands in %s and in %s; only the first becomes its parent",
					table.Short(child.name()), table.Short(parent[child].name()), table.Short(g.name())))
			default:
				parent[child] = g
			}
		}
	}
	for _, g := range c.groups {
		up := ""
		if p := parent[g]; p != nil {
			up = p.id()
		}
		o.ready = append(o.ready, o.row(g.line, nil, map[directory.Field]string{
			directory.FieldName: g.name(), directory.FieldDescription: g.description, "parent": up, directory.FieldID: g.id()}))
	}
}

// memberRows makes a row of every membership of a person.
func (o *outside) memberRows(c *content) {
	o.other += c.people
	for _, g := range c.groups {
		group, called := o.best(o.p.x.group, g.refs, nil), g.name()
		if called == "" {
			called = o.p.o.Group
		}
		for _, m := range g.members {
			who := m.ref.Name
			if who == "" {
				who = m.ref.First()
			}
			switch {
			case m.ref.Kind == directory.GroupRef || m.ref.Kind == directory.AnyRef && c.find(m.ref) != nil:
				o.leave(m.line, fmt.Sprintf("%s is a group in a group; import groups makes it the child of %s", table.Short(who), table.Short(called)))
			case m.ref.Kind == directory.OtherRef:
				o.leave(m.line, table.Short(who)+" is neither a person nor a group")
			default:
				o.ready = append(o.ready, o.row(m.line, nil, map[directory.Field]string{
					directory.FieldEmail: o.best(o.p.x.person, m.ref.Refs, c.users), directory.FieldRole: m.ref.Role, directory.FieldGroup: group}))
			}
		}
	}
}

// best is the first of several names that means something here: by itself, or
// as another name of somebody whom the file describes.
func (o *outside) best(b *book, names []string, users map[string]*directory.User) string {
	for _, n := range names {
		also := []string{n}
		if u := users[refKey(n)]; u != nil {
			also = append(append(also, u.ID, u.Email), u.Also...)
		}
		for _, a := range also {
			if a != "" && len(b.lookup(a)) > 0 {
				return a
			}
		}
	}
	if len(names) > 0 {
		return names[0]
	}
	return ""
}
