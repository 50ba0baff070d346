package domain

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Describe says in plain words which thing a record is: `the group "Sales"`,
// `Ana's Edit on "Billing"`.
func (o *Org) Describe(r Record) string {
	switch r := r.(type) {
	case nil:
		return "nothing"
	case Principal:
		return fmt.Sprintf("%s %q", map[PrincipalKind]string{User: "the user", APIKey: "the API key", AIAgent: "the AI agent"}[r.Kind], r.Name)
	case Group:
		return fmt.Sprintf("the group %q", r.Name)
	case Agent:
		return fmt.Sprintf("the agent %q", r.Name)
	case Source:
		return fmt.Sprintf("the data source %q", r.Name)
	case AgentSource:
		return fmt.Sprintf("the data source %q of the agent %q", o.Name(KindSource, r.Source), o.Name(KindAgent, r.Agent))
	case Role:
		return fmt.Sprintf("the role %q", r.Name)
	case Area:
		return fmt.Sprintf("the area %q", r.Name)
	case Object:
		return fmt.Sprintf("the object %q", r.Name)
	case Field:
		return fmt.Sprintf("the field %q of %q", r.Name, o.Name(KindObject, r.Object))
	case ExternalGroup:
		return fmt.Sprintf("the external group %q of %q", r.Title(), r.Source)
	case SoDRule:
		return fmt.Sprintf("the SoD rule %q", r.Name)
	case Usage:
		return fmt.Sprintf("the usage of %q by %q", o.thingName(r.Target), o.Name(KindPrincipal, r.Principal))
	case Setting:
		return fmt.Sprintf("the setting %q", r.ID)
	case Binding:
		return fmt.Sprintf("the binding of %s", r.ID)
	case Grant:
		return fmt.Sprintf("%q: %s", o.holderName(r.Holder), o.describeGrant(r))
	}
	return fmt.Sprintf("%s %q", r.RecordKind(), r.RecordID())
}

// describeGrant says what the grant gives, without its holder.
func (o *Org) describeGrant(g Grant) string {
	word := g.Ladder().Word(g.Level)
	scope := ""
	if g.Agent != "" {
		scope = fmt.Sprintf(" for the agent %q", o.Name(KindAgent, g.Agent))
	}
	switch g.Target.Kind {
	case TargetGroup:
		return fmt.Sprintf("%s of the group %q", word, o.thingName(g.Target))
	case TargetRole:
		return fmt.Sprintf("the role %q", o.thingName(g.Target))
	case TargetDuty:
		return fmt.Sprintf("the duty %s", g.Target.ID)
	case TargetAccount:
		return "account role " + word
	case TargetAgentRole:
		return "agent role " + word
	case TargetSetting:
		return "the setting " + o.thingName(g.Target)
	case TargetAction:
		return "the action " + o.thingName(g.Target)
	}
	if g.Target.Kind.Operation() {
		return fmt.Sprintf("%s %s on %q", OperationWord(g.Target.Kind), strings.ToLower(word), o.thingName(g.Target))
	}
	return fmt.Sprintf("%s on %q%s", word, o.thingName(g.Target), scope)
}

var holderRecords = map[HolderKind]Kind{HolderPrincipal: KindPrincipal, HolderGroup: KindGroup, HolderRole: KindRole}

func (o *Org) holderName(h Holder) string {
	if h.Kind == HolderEveryone {
		return "everyone"
	}
	return o.Name(holderRecords[h.Kind], h.ID)
}

// targetRecords says of which kind of record a target's id is the id.
var targetRecords = map[TargetKind]Kind{TargetAgent: KindAgent, TargetArea: KindArea, TargetSource: KindSource,
	TargetGroup: KindGroup, TargetRole: KindRole, TargetAccessType: KindAgent, TargetCreator: KindAgent,
	TargetObjectSee: KindObject, TargetObjectEdit: KindObject, TargetObjectDelete: KindObject, TargetObjectDestroy: KindObject,
	TargetField: KindField}

func (o *Org) thingName(t Target) string {
	if t.Kind.Operation() && t.ID == AllID {
		return "all objects"
	}
	if k, ok := targetRecords[t.Kind]; ok {
		return o.Name(k, t.ID)
	}
	switch t.Kind {
	case TargetAccount:
		return "the account"
	case TargetAgentRole:
		return "all agents"
	case TargetSetting:
		return flagName(t.ID, "all settings", settingPermissionWords, settingPermissionNames)
	case TargetAction:
		return flagName(t.ID, "all actions", actionPermissionWords, actionPermissionNames)
	}
	return string(t.ID)
}

// flagName names a setting or an action by its word.
func flagName(id ID, all string, words, names []string) string {
	if id == AllID {
		return all
	}
	if i := slices.Index(words, string(id)); i >= 0 {
		return names[i]
	}
	return string(id)
}

func article(word string) string {
	if word != "" && strings.ContainsRune("aeioAEIO", rune(word[0])) {
		return "an"
	}
	return "a"
}

// staleError says what became of the thing that c was made upon.
func (o *Org) staleError(c Change, held Record) *Error {
	name := o.Describe(c.Record())
	if c.Before != nil {
		name = o.Describe(c.Before)
	}
	what := ""
	switch {
	case held == nil:
		what = "is gone"
	case c.Before == nil:
		what = "is there already"
	default:
		what = "has changed since: " + differences(c.Before, held)
	}
	return Errorf(Conflict, "%s %s", name, what).ByRule(RuleStale).
		Hinted("the change was made on an older state; it can be rebuilt on the present one")
}

// differences lists the fields in which two records of one kind differ: at
// most three, then how many more.
func differences(was, is Record) string {
	a, b := fields(was), fields(is)
	names := make([]string, 0, len(a)+len(b))
	for k := range a {
		names = append(names, k)
	}
	for k := range b {
		if _, ok := a[k]; !ok {
			names = append(names, k)
		}
	}
	slices.Sort(names)
	var out []string
	for _, k := range names {
		if string(a[k]) != string(b[k]) {
			out = append(out, fmt.Sprintf("%s was %s, is %s", strings.ReplaceAll(k, "_", " "), orNothing(a[k]), orNothing(b[k])))
		}
	}
	if len(out) > 3 {
		out = append(out[:3], fmt.Sprintf("and %d more", len(out)-3))
	}
	return strings.Join(out, "; ")
}

func fields(r Record) map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	raw, err := CanonicalJSON(r)
	if err == nil {
		err = json.Unmarshal(raw, &out)
	}
	if err != nil {
		return map[string]json.RawMessage{}
	}
	return out
}

func orNothing(v json.RawMessage) string {
	if len(v) == 0 {
		return "nothing"
	}
	return string(v)
}
