package domain

// reference is one place where a record names another.
type reference struct {
	to   recordKey
	as   string // what it is there: "manager", "parent"
	user bool   // it must be a user
}

// referencesOf lists what a record names; empty ids name nothing.
func referencesOf(r Record) []reference {
	var out []reference
	add := func(k Kind, id ID, as string, user bool) {
		if id != "" {
			out = append(out, reference{recordKey{k, id}, as, user})
		}
	}
	switch r := r.(type) {
	case Principal:
		add(KindPrincipal, r.Manager, "manager", true)
		add(KindPrincipal, r.Owner, "owner", true)
	case Group:
		add(KindGroup, r.Parent, "parent", false)
	case Agent:
		add(KindPrincipal, r.Owner, "owner", true)
		add(KindPrincipal, r.Creator, "creator", false)
	case Source:
		add(KindPrincipal, r.Owner, "owner", true)
	case AgentSource:
		add(KindAgent, r.Agent, "agent", false)
		add(KindSource, r.Source, "data source", false)
	case Area:
		add(KindArea, r.Parent, "parent", false)
	case Binding:
		add(KindPrincipal, r.Principal, "user", false)
	case Field:
		add(KindObject, r.Object, "object", false)
	case ExternalGroup:
		add(KindGroup, r.Group, "group", false)
	case SoDRule:
		for _, side := range [2]SoDSide{r.A, r.B} {
			if k, ok := targetRecords[side.Target.Kind]; ok && !(side.Target.ID == AllID && k == KindObject) {
				add(k, side.Target.ID, "target", false)
			}
			add(KindAgent, side.Agent, "agent", false)
		}
	case Grant:
		add(holderRecords[r.Holder.Kind], r.Holder.ID, "holder", false)
		if k, ok := targetRecords[r.Target.Kind]; ok && !(r.Target.ID == AllID && k == KindObject) {
			add(k, r.Target.ID, "target", false)
		}
		add(KindAgent, r.Agent, "agent", false)
	}
	return out
}

// references: what a record names is there, and managers and owners are
// users. A reference that was there before is not asked again.
func (c *check) references() *Error {
	for _, ch := range c.net {
		if ch.After == nil {
			continue
		}
		old := map[reference]bool{}
		if ch.Before != nil {
			for _, ref := range referencesOf(ch.Before) {
				old[ref] = true
			}
		}
		for _, ref := range referencesOf(ch.After) {
			if old[ref] {
				continue
			}
			if err := c.reference(ch.After, ref); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *check) reference(r Record, ref reference) *Error {
	row, ok := c.after.Get(ref.to.kind, ref.to.id)
	if !ok {
		return refuse(NotFound, RuleReference, "%s names the %s %s %q, which is not there",
			c.after.Describe(r), ref.as, ref.to.kind, ref.to.id).Hinted("add it in the same change set, or name another")
	}
	if p, is := row.Record.(Principal); is && ref.user && p.Kind != User {
		return refuse(Invalid, RuleOwnerKind, "%s would have %s as its %s", c.after.Describe(r), c.after.Describe(p), ref.as).
			Hinted("name a user: someone has to answer for it")
	}
	return nil
}

// referred: nothing that ends is still named by a record that stays.
func (c *check) referred() *Error {
	gone := map[recordKey]Record{}
	for _, ch := range c.net {
		if ch.After == nil && len(kindsNaming[ch.Before.RecordKind()]) > 0 {
			gone[keyOf(ch.Before)] = ch.Before
		}
	}
	asked := map[Kind]bool{}
	for k := range gone {
		for _, kind := range kindsNaming[k.kind] {
			if asked[kind] {
				continue
			}
			asked[kind] = true
			for row := range c.after.All(kind) {
				for _, ref := range referencesOf(row.Record) {
					if was, ends := gone[ref.to]; ends {
						return refuse(Conflict, RuleReferred, "%s cannot go: it is the %s of %s",
							c.before.Describe(was), ref.as, c.before.Describe(row.Record)).
							Hinted("end or change that in the same change set")
					}
				}
			}
		}
	}
	return c.tieReferred()
}

// kindsNaming says which kinds of record may name one of a kind.
var kindsNaming = map[Kind][]Kind{
	KindPrincipal: {KindPrincipal, KindAgent, KindSource, KindBinding, KindGrant},
	KindGroup:     {KindGroup, KindGrant, KindExternal, KindSoD},
	KindAgent:     {KindAgentSource, KindGrant, KindSoD},
	KindSource:    {KindAgentSource, KindGrant, KindSoD},
	KindRole:      {KindGrant, KindSoD},
	KindArea:      {KindArea, KindGrant, KindSoD},
	KindObject:    {KindField, KindGrant, KindSoD},
	KindField:     {KindGrant, KindSoD},
}

// tieReferred: a source's tie to an agent stays while grants inside that
// agent are on it.
func (c *check) tieReferred() *Error {
	for _, ch := range c.net {
		tie, ok := ch.Before.(AgentSource)
		if !ok || ch.After != nil {
			continue
		}
		for _, g := range c.after.GrantsOn(Target{TargetSource, tie.Source}) {
			if g.Agent == tie.Agent {
				return refuse(Conflict, RuleReferred, "%s cannot go: %s", c.before.Describe(tie), c.before.Describe(g)).
					Hinted("end that grant in the same change set")
			}
		}
	}
	return nil
}
