package domain

import (
	"slices"
	"time"
)

// Names of the rules by which Judge and MayApprove refuse an actor.
const (
	RuleNoActor       = "no-actor"
	RuleMakerOther    = "maker-other"
	RuleMakerInactive = "maker-inactive"
	RuleMakerDuty     = "maker-duty"
	RuleMakerScope    = "maker-scope"
	RuleOwnRole       = "own-role"
	RuleOwnSettings   = "own-settings" // all settings taken from the role the maker holds
	RuleStrongerKey   = "stronger-key" // a key that may do more than who mints it
	RuleRemediation   = "remediation"

	RuleMakerIsChecker  = "maker-is-checker"
	RuleCheckerGains    = "checker-gains"
	RuleDutyMissing     = "duty-missing"
	RuleCheckerInactive = "checker-inactive"
)

// mayMake tells whether the actor may propose the change set (PRODUCT 2.3,
// 9.3). An account admin and who has the duty admin may propose anything but
// a change of their own role. An agent admin may propose what says who
// reaches agents: groups and their members, agents, data sources and their
// assignments. A manager may propose memberships and assignments of groups
// they manage. Who holds the setting API Keys & Webhooks may propose keys and
// which role a key has, as far as Judge finds no key stronger than its maker.
// In remediation any active user may; the reviewer's right is
// the campaign's to check.
func mayMake(o *Org, cs ChangeSet, by Actor, at time.Time) *Error {
	if by.Principal == "" {
		return Errorf(Forbidden, "nobody is acting").ByRule(RuleNoActor).Hinted("bind this system user to a user first")
	}
	if cs.Maker != "" && cs.Maker != by.Principal {
		return Errorf(Forbidden, "the change set is %q's", o.Name(KindPrincipal, cs.Maker)).ByRule(RuleMakerOther).
			Hinted("propose one of your own")
	}
	maker, ok := o.Principal(by.Principal)
	if !ok || maker.Kind != User || maker.Status != Active {
		return Errorf(Forbidden, "%q is not an active user and may propose nothing", o.Name(KindPrincipal, by.Principal)).
			ByRule(RuleMakerInactive).Hinted("ask an admin")
	}
	if cs.Campaign != "" {
		return nil
	}
	if err := ownRole(o, cs, maker, at); err != nil && !o.founding(cs, at) {
		return err
	}
	if o.HasDuty(maker.ID, DutyAdmin, at) || o.AccountRole(maker.ID, at) == AccountAdmin {
		return nil
	}
	m := scope{o: o, maker: maker.ID, role: o.AgentRole(maker.ID, at), at: at,
		keys: o.Level(maker.ID, SetAPIKeys.Target(), "", at) > None}
	if m.role < AgentManager && !m.keys && !m.managesAny() {
		return Errorf(Forbidden, "%q has no duty that lets them propose changes", maker.Name).ByRule(RuleMakerDuty).
			Hinted("ask an admin, or the manager of the group in question")
	}
	for _, c := range cs.Changes {
		if c.Record() == nil {
			continue // refused by With in its own words
		}
		if !m.covers(c) {
			return Errorf(Forbidden, "%q may not propose a change of %s", maker.Name, o.Describe(c.Record())).
				ByRule(RuleMakerScope).
				Hinted("managers propose memberships and assignments of the groups they manage; ask an admin for the rest")
		}
	}
	return nil
}

// scope is what a maker without the duty admin may propose.
type scope struct {
	o     *Org
	maker ID
	role  AgentRole
	keys  bool // holds the setting API Keys & Webhooks
	at    time.Time
}

func (m scope) covers(c Change) bool {
	if m.keys && m.aboutKeys(c) {
		return true
	}
	if m.role >= AgentAdmin {
		switch r := c.Record().(type) {
		case Group, Agent, Source, AgentSource:
			return true
		case Grant:
			return r.Target.Kind == TargetGroup || r.Target.Kind == TargetAgent || r.Target.Kind == TargetSource
		}
		return false
	}
	g, ok := c.Record().(Grant)
	if !ok {
		return false
	}
	switch {
	case g.Target.Kind == TargetGroup:
		before, had := c.Before.(Grant)
		raised := c.After != nil && g.Level > Member && (!had || g != before)
		return m.manages(g.Target.ID) && !raised
	case g.Target.Kind == TargetAgent && g.Holder.Kind == HolderGroup:
		return m.role >= AgentManager && m.manages(g.Holder.ID) && m.o.Level(m.maker, g.Target, "", m.at) >= g.Level
	}
	return false
}

func (m scope) manages(group ID) bool {
	return slices.ContainsFunc(m.o.GroupManagers(group, m.at), func(p Principal) bool { return p.ID == m.maker })
}

func (m scope) managesAny() bool {
	return slices.ContainsFunc(m.o.GrantsOf(Holder{HolderPrincipal, m.maker}), func(g Grant) bool {
		return g.Target.Kind == TargetGroup && g.Level >= Manager && m.manages(g.Target.ID)
	})
}

// MayApprove tells whether the checker may approve cs now: never its maker,
// never a subject who gains by it themselves or through a key or an AI agent
// of theirs (unless all they gain is shared: see Verdict.SharedGain), holding
// the duty asked. It returns a Forbidden error with the rule that refuses
// ("maker-is-checker", "checker-gains", "duty-missing", "checker-inactive"),
// or the set of From that this approval settles: the checker's own place in
// it, or all of it where the checker may give a stricter approval.
//
// A stricter approval stands for a weaker one: an executive's for an admin's,
// an admin's for a checker's, any of them for a manager's. The duty is looked
// up in o, before the changes: no change set makes its own checker.
func (p Policy) MayApprove(o *Org, cs ChangeSet, v Verdict, checker Actor, at time.Time) (settles []ID, err error) {
	if v.Refused != nil {
		return nil, v.Refused
	}
	who, ok := o.Principal(checker.Principal)
	if !ok || who.Kind != User || who.Status != Active {
		return nil, Errorf(Forbidden, "%q is not an active user and may approve nothing", checker.Principal).
			ByRule(RuleCheckerInactive).Hinted("ask an active checker")
	}
	if who.ID == cs.Maker {
		return nil, Errorf(Forbidden, "%q made this change set and cannot approve it", who.Name).
			ByRule(RuleMakerIsChecker).Hinted("ask another person")
	}
	if e, gains := gainOf(o, v, who.ID); gains && !v.Founds {
		return nil, Errorf(Forbidden, "%q would gain %s on %q by this change set", who.Name,
			LadderOf(e.Target.Kind).Word(e.After), v.After.thingName(e.Target)).
			ByRule(RuleCheckerGains).Hinted("ask someone who gains nothing by it")
	}
	if strongest(o, who.ID, at) >= max(v.Need, CheckerApproval) {
		return v.From, nil
	}
	if v.Need == ManagerApproval && slices.Contains(v.From, who.ID) {
		return []ID{who.ID}, nil
	}
	return nil, Errorf(Forbidden, "%q cannot give the approval this takes (%s)", who.Name, v.Need).
		ByRule(RuleDutyMissing).Hinted("%s", askWhom[v.Need])
}

var askWhom = map[ApprovalClass]string{
	NoApproval:        "ask someone with the duty checker",
	ManagerApproval:   "ask one of the managers named, or someone with the duty checker",
	CheckerApproval:   "ask someone with the duty checker",
	AdminApproval:     "ask an account admin",
	ExecutiveApproval: "ask someone with the duty executive",
}

// strongest is the strictest approval an active user may give.
func strongest(o *Org, p ID, at time.Time) ApprovalClass {
	switch {
	case o.HasDuty(p, DutyExecutive, at):
		return ExecutiveApproval
	case o.AccountRole(p, at) == AccountAdmin:
		return AdminApproval
	case o.HasDuty(p, DutyChecker, at):
		return CheckerApproval
	}
	return NoApproval
}

// gainOf finds something a person gains that not everybody gains, themselves
// or through what they own.
func gainOf(o *Org, v Verdict, p ID) (Effect, bool) {
	for _, e := range v.Effects {
		if !e.Rises() {
			continue
		}
		if e.Principal == p && !e.Shared || e.Principal != p && (ownedBy(o, e.Principal) == p || ownedBy(v.After, e.Principal) == p) {
			return e, true
		}
	}
	return Effect{}, false
}
