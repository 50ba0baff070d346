package review

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"time"

	"countersign/domain"
)

// PermissionEntry is one change of a permission in the form of the example in
// the seed (Twig, permission audit logs): the fields in its order, as JSON.
// Ids are those of the system the record came from where it has one.
type PermissionEntry struct {
	Timestamp  time.Time         `json:"timestamp"` // UTC, whole seconds
	Event      PermissionEvent   `json:"event"`
	Actor      string            `json:"actor"` // who made the change: the e-mail, else the name; "countersign" for the program itself
	AgentID    domain.ID         `json:"agentId,omitempty"`
	AgentName  string            `json:"agentName,omitempty"`
	GroupID    domain.ID         `json:"groupId,omitempty"`
	GroupName  string            `json:"groupName,omitempty"`
	UserID     domain.ID         `json:"userId,omitempty"`
	UserName   string            `json:"userName,omitempty"`
	SourceID   domain.ID         `json:"dataSourceId,omitempty"`
	SourceName string            `json:"dataSourceName,omitempty"`
	Permission string            `json:"permission,omitempty"`
	Changes    PermissionChanges `json:"changes"`
	ApprovedBy string            `json:"approvedBy,omitempty"` // whose approval made it state

	by       [2]domain.ID // maker, checker
	entities [4]domain.ID // our own ids: agent, group, user, data source
}

// PermissionChanges is what was and what is. Where a holder is added to an
// agent or taken off it, both are the agent's access type.
type PermissionChanges struct {
	Before string `json:"before"`
	After  string `json:"after"`
}

// PermissionEvent names what changed.
type PermissionEvent string

// The five kinds of the seed, and named users on agents, which it has too.
const (
	AgentAccessTypeChanged PermissionEvent = "AGENT_ACCESS_TYPE_CHANGED"
	GroupAddedToAgent      PermissionEvent = "GROUP_ADDED_TO_AGENT"
	GroupRemovedFromAgent  PermissionEvent = "GROUP_REMOVED_FROM_AGENT"
	UserAddedToAgent       PermissionEvent = "USER_ADDED_TO_AGENT"
	UserRemovedFromAgent   PermissionEvent = "USER_REMOVED_FROM_AGENT"
	UserAddedToGroup       PermissionEvent = "USER_ADDED_TO_GROUP"
	UserRemovedFromGroup   PermissionEvent = "USER_REMOVED_FROM_GROUP"
	PermissionLevelChanged PermissionEvent = "PERMISSION_LEVEL_CHANGED"
	DataSourceRestricted   PermissionEvent = "DATA_SOURCE_RESTRICTIONS_MODIFIED"
)

// PermissionEvents lists them.
func PermissionEvents() []PermissionEvent {
	return []PermissionEvent{AgentAccessTypeChanged, GroupAddedToAgent, GroupRemovedFromAgent, UserAddedToAgent,
		UserRemovedFromAgent, UserAddedToGroup, UserRemovedFromGroup, PermissionLevelChanged, DataSourceRestricted}
}

// ParsePermissionEvent reads one by its word; an unknown one is an Invalid
// error.
func ParsePermissionEvent(s string) (PermissionEvent, error) {
	all := PermissionEvents()
	e := PermissionEvent(strings.ToUpper(strings.TrimSpace(s)))
	if slices.Contains(all, e) {
		return e, nil
	}
	words := make([]string, len(all))
	for i, e := range all {
		words[i] = string(e)
	}
	return "", domain.Errorf(domain.Invalid, "%q is not a kind of permission change", s).Hinted("use one of: %s", strings.Join(words, ", "))
}

// PermissionQuery is the seed's filter: event type, entity (an agent, a group,
// a user, a data source by its id here), who made or approved the change, and when (From
// included, To not). Zero fields ask for everything.
type PermissionQuery struct {
	Events   []PermissionEvent
	Entity   domain.ID
	Actor    domain.ID
	From, To time.Time
}

func (q PermissionQuery) fits(e PermissionEntry) bool {
	return (len(q.Events) == 0 || slices.Contains(q.Events, e.Event)) &&
		(q.Entity == "" || slices.Contains(e.entities[:], q.Entity)) &&
		(q.Actor == "" || slices.Contains(e.by[:], q.Actor))
}

// permissionPage is how many events are read at once.
const permissionPage = 500

// PermissionLog reads the audit log from its beginning and gives the changes
// of permissions, oldest first. Every name and every access type is the one of
// its time, since the log itself is what is folded. The log's own form has
// more: windows, properties, campaigns. It ends with the first error.
func PermissionLog(tx Tx, q PermissionQuery) iter.Seq2[PermissionEntry, error] {
	return func(yield func(PermissionEntry, error) bool) {
		f := permissionFold{rows: map[domain.Kind]map[domain.ID]domain.Record{}}
		for after := domain.Seq(0); ; {
			page, err := tx.Events(EventQuery{Forward: true, Before: after, Limit: permissionPage, To: q.To})
			if err != nil {
				yield(PermissionEntry{}, err)
				return
			}
			for _, e := range page {
				after = e.Seq
				entries, err := f.event(tx, e)
				if err != nil {
					yield(PermissionEntry{}, err)
					return
				}
				if e.Time.Before(q.From) {
					continue
				}
				for _, p := range entries {
					if q.fits(p) && !yield(p, nil) {
						return
					}
				}
			}
			if len(page) < permissionPage {
				return
			}
		}
	}
}

// permissionFold is the state as the log has it up to an event.
type permissionFold struct {
	rows map[domain.Kind]map[domain.ID]domain.Record
}

// changed is one row of state before and after an event; nil where it is not.
type changed struct{ before, after domain.Record }

// event lays an event over the state and says which permissions it changed.
func (f *permissionFold) event(tx Tx, e domain.Event) ([]PermissionEntry, error) {
	deltas, maker, checker := e.Changes, e.Actor, domain.ID("")
	if e.Applies != 0 {
		p, err := tx.Event(e.Applies)
		if err != nil {
			return nil, err
		}
		deltas = append(slices.Clone(deltas), p.Proposed...)
		if maker = p.Actor; maker != e.Actor {
			checker = e.Actor
		}
	}
	var all []changed
	for _, d := range deltas {
		if !slices.Contains(domain.AccessKinds(), d.Kind) {
			continue
		}
		c, err := decodeBoth(d)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	was := f.accessTypes(all)
	for _, c := range all { // names of what begins here are known, names of what ends still are
		if c.after != nil {
			f.put(c.after)
		}
	}
	var out []PermissionEntry
	for _, c := range all {
		for _, p := range f.entries(c, was) {
			p.Timestamp, p.by, p.Actor = e.Time.UTC().Truncate(time.Second), [2]domain.ID{maker, checker}, f.actor(maker)
			if checker != "" {
				p.ApprovedBy = f.actor(checker)
			}
			out = append(out, p)
		}
	}
	slices.SortStableFunc(out, func(a, b PermissionEntry) int { return cmp.Compare(a.rank(), b.rank()) })
	return out, nil
}

// rank puts what an agent became before what it was given.
func (p PermissionEntry) rank() int { return slices.Index(PermissionEvents(), p.Event) }

func decodeBoth(d domain.Delta) (c changed, err error) {
	if len(d.Before) > 0 {
		if c.before, err = domain.DecodeRecord(d.Kind, d.Before); err != nil {
			return c, err
		}
	}
	if len(d.After) > 0 {
		c.after, err = domain.DecodeRecord(d.Kind, d.After)
	}
	return c, err
}

func (f *permissionFold) put(r domain.Record) {
	k := r.RecordKind()
	if k == domain.KindGrant {
		return // a grant is never asked for by its id
	}
	if f.rows[k] == nil {
		f.rows[k] = map[domain.ID]domain.Record{}
	}
	f.rows[k][r.RecordID()] = r
}

// accessTypes gives, for the agents that an event changes, what they were.
func (f *permissionFold) accessTypes(all []changed) map[domain.ID]domain.AccessType {
	was := map[domain.ID]domain.AccessType{}
	for _, c := range all {
		if a, ok := c.before.(domain.Agent); ok {
			was[a.ID] = a.AccessType
		}
	}
	return was
}

// actor names who did it as the seed does, by the e-mail.
func (f *permissionFold) actor(id domain.ID) string {
	if id == "" {
		return "countersign"
	}
	p, _ := f.rows[domain.KindPrincipal][id].(domain.Principal)
	return cmp.Or(p.Email, p.Name, string(id))
}

// entries says what one row's change is as permissions.
func (f *permissionFold) entries(c changed, was map[domain.ID]domain.AccessType) []PermissionEntry {
	switch one := cmp.Or(c.after, c.before).(type) {
	case domain.Agent:
		before, ok := c.before.(domain.Agent)
		if !ok || c.after == nil || before.AccessType == one.AccessType {
			return nil
		}
		p := PermissionEntry{Event: AgentAccessTypeChanged, Changes: PermissionChanges{typeWord(before.AccessType), typeWord(one.AccessType)}}
		return []PermissionEntry{f.name(p, one.ID, domain.Holder{}, "", "")}
	case domain.AgentSource:
		p := PermissionEntry{Event: DataSourceRestricted, Changes: PermissionChanges{openWord(c.before), openWord(c.after)}}
		if p.Changes.Before == p.Changes.After {
			return nil
		}
		return []PermissionEntry{f.name(p, one.Agent, domain.Holder{}, "", one.Source)}
	case domain.Grant:
		return f.grant(c, was)
	}
	return nil
}

// grant says what a grant's change is. One that came to be about something
// else is one that ended and one that began.
func (f *permissionFold) grant(c changed, was map[domain.ID]domain.AccessType) []PermissionEntry {
	b, hadOne := c.before.(domain.Grant)
	a, hasOne := c.after.(domain.Grant)
	if hadOne && hasOne && (b.Holder != a.Holder || b.Target != a.Target || b.Agent != a.Agent) {
		return append(f.grant(changed{before: b}, was), f.grant(changed{after: a}, was)...)
	}
	g := a
	if !hasOne {
		g = b
	}
	p := PermissionEntry{Permission: levelWord(g), Changes: PermissionChanges{noLevel, noLevel}}
	if hadOne {
		p.Changes.Before = levelWord(b)
	}
	if hasOne {
		p.Changes.After = levelWord(a)
	}
	if g.Holder.Kind == domain.HolderRole || g.Holder.Kind == domain.HolderEveryone || p.Changes.Before == p.Changes.After {
		return nil
	}
	added, removed := UserAddedToAgent, UserRemovedFromAgent
	var agent, group, source domain.ID
	switch g.Target.Kind {
	case domain.TargetAgent:
		agent = g.Target.ID
		if g.Holder.Kind == domain.HolderGroup {
			added, removed = GroupAddedToAgent, GroupRemovedFromAgent
		}
		if hadOne != hasOne {
			p.Changes = f.typesOf(agent, was)
		}
	case domain.TargetGroup:
		added, removed, group = UserAddedToGroup, UserRemovedFromGroup, g.Target.ID
	case domain.TargetSource:
		added, removed, agent, source = DataSourceRestricted, DataSourceRestricted, g.Agent, g.Target.ID
	default:
		return nil
	}
	switch {
	case !hadOne:
		p.Event = added
	case !hasOne:
		p.Event = removed
	case g.Target.Kind == domain.TargetSource:
		p.Event = DataSourceRestricted
	default:
		p.Event = PermissionLevelChanged
	}
	return []PermissionEntry{f.name(p, agent, g.Holder, group, source)}
}

// typesOf gives an agent's access type before and after the event.
func (f *permissionFold) typesOf(agent domain.ID, was map[domain.ID]domain.AccessType) PermissionChanges {
	a, ok := f.rows[domain.KindAgent][agent].(domain.Agent)
	if !ok {
		return PermissionChanges{}
	}
	before, ok := was[agent]
	if !ok {
		before = a.AccessType
	}
	return PermissionChanges{typeWord(before), typeWord(a.AccessType)}
}

// name fills in who and what the entry is about.
func (f *permissionFold) name(p PermissionEntry, agent domain.ID, h domain.Holder, group, source domain.ID) PermissionEntry {
	user := domain.ID("")
	switch h.Kind {
	case domain.HolderGroup:
		group = h.ID
	case domain.HolderPrincipal:
		user = h.ID
	}
	p.entities = [4]domain.ID{agent, group, user, source}
	if agent != "" {
		a, _ := f.rows[domain.KindAgent][agent].(domain.Agent)
		p.AgentID, p.AgentName = domain.ID(cmp.Or(a.External, string(agent))), a.Name
	}
	if group != "" {
		g, _ := f.rows[domain.KindGroup][group].(domain.Group)
		p.GroupID, p.GroupName = domain.ID(cmp.Or(g.External, string(group))), g.Name
	}
	if user != "" {
		u, _ := f.rows[domain.KindPrincipal][user].(domain.Principal)
		p.UserID, p.UserName = domain.ID(cmp.Or(u.External, string(user))), u.Name
	}
	if source != "" {
		s, _ := f.rows[domain.KindSource][source].(domain.Source)
		p.SourceID, p.SourceName = domain.ID(cmp.Or(s.External, string(source))), s.Name
	}
	return p
}

const noLevel = "NONE"

// typeWord, levelWord and openWord are the words of the seed's files.
func typeWord(t domain.AccessType) string {
	switch t {
	case domain.Organization:
		return "ORGANIZATION_WIDE"
	case domain.GroupRestricted:
		return "GROUP_RESTRICTED"
	}
	return "PRIVATE"
}

// levelWord gives "VIEW_AND_USE" for "View & Use".
func levelWord(g domain.Grant) string {
	word := strings.ReplaceAll(g.Ladder().Word(g.Level), "&", "AND")
	return strings.ToUpper(strings.ReplaceAll(word, " ", "_"))
}

func openWord(r domain.Record) string {
	switch s, ok := r.(domain.AgentSource); {
	case !ok:
		return noLevel
	case s.Open:
		return "ALL_AGENT_USERS"
	}
	return "SPECIFIC_GROUPS"
}
