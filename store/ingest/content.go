package ingest

import (
	"countersign/store/ingest/directory"
)

// content is what files of a directory say of groups and of who stands in
// them.
type content struct {
	users  map[string]*directory.User // by each of their names
	people int                        // how many there are
	groups []*outsideGroup            // in the files' order
	byRef  map[string]*outsideGroup
}

// outsideGroup is a group of the directory.
type outsideGroup struct {
	line        int
	refs        []string // its names, the surest first
	called      string
	description string
	members     []outsideMember
}

// outsideMember is somebody, or some group, in a group.
type outsideMember struct {
	line int
	ref  directory.Ref
}

func newContent() *content {
	return &content{users: map[string]*directory.User{}, byRef: map[string]*outsideGroup{}}
}

// id is what the directory knows the group by.
func (g *outsideGroup) id() string {
	if len(g.refs) == 0 {
		return g.called
	}
	return g.refs[0]
}

// name is what people call the group.
func (g *outsideGroup) name() string {
	if g.called == "" {
		return g.id()
	}
	return g.called
}

// add takes one entry.
func (c *content) add(e directory.Entry) {
	switch {
	case e.User != nil:
		u := e.User
		c.people++
		for _, n := range append([]string{u.ID, u.Email}, u.Also...) {
			if k := refKey(n); k != "" && c.users[k] == nil {
				c.users[k] = u
			}
		}
	case e.Group != nil:
		g := c.group(e.Line, directory.Ref{Refs: append([]string{e.Group.ID}, e.Group.Also...), Name: e.Group.Name})
		g.line, g.description = e.Line, e.Group.Description
		for _, m := range e.Group.Members {
			g.members = append(g.members, outsideMember{e.Line, m})
		}
	case e.Member != nil:
		g := c.group(e.Line, e.Member.Group)
		g.members = append(g.members, outsideMember{e.Line, e.Member.Member})
	}
}

// group finds the group of a reference, or begins it.
func (c *content) group(line int, ref directory.Ref) *outsideGroup {
	g := c.find(ref)
	if len(ref.Refs) == 0 {
		g = c.byRef[""] // the one group of a file that does not name it
	}
	if g == nil {
		g = &outsideGroup{line: line}
		c.groups = append(c.groups, g)
		if len(ref.Refs) == 0 {
			c.byRef[""] = g
		}
	}
	if g.called == "" {
		g.called = ref.Name
	}
	for _, r := range ref.Refs {
		if k := refKey(r); k != "" && c.byRef[k] == nil {
			c.byRef[k] = g
			g.refs = append(g.refs, r)
		}
	}
	return g
}

// find is the group of a reference, nil when the files describe none.
func (c *content) find(ref directory.Ref) *outsideGroup {
	for _, r := range ref.Refs {
		if g := c.byRef[refKey(r)]; g != nil {
			return g
		}
	}
	return nil
}
