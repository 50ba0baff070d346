package domain

import "time"

// Names of the rules by which With refuses. They are stable: tests, the log
// and the exit of a command name them.
const (
	RuleShape     = "change-shape"   // a change that names no record or two
	RuleStale     = "stale"          // the record is not what the change was made on
	RuleReference = "reference"      // a record names one that is not there
	RuleReferred  = "still-referred" // a record goes that another still names

	RuleNameMissing = "name-missing"
	RuleNameTaken   = "name-taken"
	RuleEmailTaken  = "email-taken"
	RuleEmail       = "email"        // a user's address is missing or is none; another's is there
	RuleOwnerKind   = "not-a-user"   // a manager, an owner or a creator is no user
	RuleOwnManager  = "own-manager"  // somebody is to be their own manager
	RuleBinding     = "binding-user" // a binding to something else than a user
	RuleSetting     = "setting"      // an unknown setting or value

	RuleGroupCycle    = "group-cycle"
	RuleGroupDepth    = "group-depth"
	RuleGroupInactive = "group-inactive"
	RuleGroupEmpty    = "group-empty"
	RuleExternal      = "external-group" // an external group without its source, or under an id that is not its own

	RuleAreaPath         = "area-path"
	RuleChildAboveParent = "child-above-parent"

	RuleHolderKind = "holder-kind" // this kind of holder cannot hold this kind of target
	RuleUsersOnly  = "users-only"  // an account role or a duty for something else than a user
	RuleScope      = "scope"       // an agent scope where there is none
	RuleSourceTie  = "source-tie"  // a source scoped to an agent that does not use it
	RuleLevel      = "level"       // a level off the ladder or at its bottom
	RuleMade       = "made-grant"  // an access type or a creator's right stored as a grant
	RuleWindow     = "window"
	RuleDuplicate  = "duplicate"
	RuleOneRole    = "one-role"

	RuleRoleFor     = "role-for"     // a role for nobody, or given to a kind it is not for
	RuleDefaultRole = "default-role" // not exactly one default role
	RuleAdminRole   = "admin-role"   // the Admin role changed, stripped, deleted or doubled

	RulePermission  = "permission"   // an object, a field, a setting or an action that is none, or cannot be held so
	RuleNeedsSee    = "needs-see"    // a write without See, in a baseline or on one object
	RuleFieldRule   = "field-rule"   // a rule on a field that restricts nothing
	RuleObjectID    = "object-id"    // the id of an object or a field is none
	RuleObjectLabel = "object-label" // two fields would label an object's records

	RuleLastAdmin        = "last-admin"
	RuleLastAccountAdmin = "last-account-admin"
	RuleLastConsoleAdmin = "last-console-admin"
	RuleLastChecker      = "last-checker"
)

// modelRules in the order in which they are asked. Each looks at what the
// changes touch and gives the first thing that is wrong, or nil.
var modelRules = []func(*check) *Error{
	(*check).names, (*check).separations, (*check).principals, (*check).bindingsAndSettings,
	(*check).references, (*check).referred,
	(*check).groupTree, (*check).externalGroups, (*check).areaTree, (*check).assignment,
	(*check).grants, (*check).duplicates, (*check).groupTargets, (*check).childAboveParent,
	(*check).objects, (*check).permissions, (*check).roles, (*check).lastHolders,
}

// check is one asking of the rules.
type check struct {
	before, after *Org
	net           []Change
	at            time.Time
	zone          *time.Location // the organisation's, after
	imported      bool           // the change set comes from a file
	founding      bool           // it restores an organisation in place of one just founded

	windows map[Window]Span     // of those seen; reading a zone is slow
	reached map[ID]bool         // groups known to have a member, or not
	holders []Holder            // whose grants change, in the order of the changes
	grantsN map[Holder][]Change // those changes
}

func newCheck(before, after *Org, net []Change, cs ChangeSet, at time.Time) *check {
	c := &check{before: before, after: after, net: net, at: at, zone: after.Zone(),
		imported: cs.Source != SourceFile{}, founding: before.founding(cs, at), windows: map[Window]Span{}, reached: map[ID]bool{},
		grantsN: map[Holder][]Change{}}
	for _, ch := range net {
		if g, ok := ch.Record().(Grant); ok {
			if len(c.grantsN[g.Holder]) == 0 {
				c.holders = append(c.holders, g.Holder)
			}
			c.grantsN[g.Holder] = append(c.grantsN[g.Holder], ch)
		}
	}
	return c
}

func (c *check) span(w Window) Span {
	s, ok := c.windows[w]
	if !ok {
		s = w.Span(c.zone)
		c.windows[w] = s
	}
	return s
}

// over tells whether the window is over at the instant of the check.
func (c *check) over(w Window) bool { return c.span(w).To <= c.at.Unix() }

// meet tells whether two windows are ever open together from the instant of
// the check on: what is over stands in nobody's way.
func (c *check) meet(a, b Window) bool {
	s, t := c.span(a), c.span(b)
	return max(s.From, t.From, c.at.Unix()) < min(s.To, t.To)
}

// each calls f for every change of a record of kind R that is there after;
// before is nil where it begins.
func each[R Record](c *check, f func(before *R, after R) *Error) *Error {
	for _, ch := range c.net {
		after, ok := ch.After.(R)
		if !ok {
			continue
		}
		var before *R
		if b, ok := ch.Before.(R); ok {
			before = &b
		}
		if err := f(before, after); err != nil {
			return err
		}
	}
	return nil
}

// refuse makes a refusal by rule.
func refuse(code Code, rule, format string, args ...any) *Error {
	return Errorf(code, format, args...).ByRule(rule)
}
