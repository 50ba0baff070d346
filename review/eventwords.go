package review

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"countersign/domain"
)

// eventPhrases says what happened, with its subject in the place of %s.
var eventPhrases = map[domain.EventType]string{
	domain.EvGenesis: "opened the log", domain.EvBootstrap: "set up the organisation",
	domain.EvProposed: "proposed %s", domain.EvApproved: "approved %s", domain.EvRejected: "rejected %s",
	domain.EvWithdrawn: "withdrew %s", domain.EvApplied: "applied %s", domain.EvStale: "found %s stale",
	domain.EvRefused: "was refused: %s", domain.EvMapping: "saved the mapping %s", domain.EvExported: "exported %s",
	EvDrafted: "drafted the campaign %s", EvRedrafted: "changed the plan of the campaign %s", EvStaged: "staged the campaign %s", EvLaunched: "launched the campaign %s",
	EvExtended: "extended the campaign %s", EvCancelled: "cancelled the campaign %s", EvReassigned: "reassigned items of %s",
	EvDecided: "decided %s", EvDeciding: "wrote a part of a bulk in %s, which counts once the whole is decided", EvUndone: "took back the decision on %s", EvSigned: "signed off %s",
	EvCountersigned: "countersigned %s", EvReturned: "returned items of %s", EvRemediating: "began remediating %s",
	EvOutcomes: "recorded outcomes of %s", EvExcepted: "made exceptions in %s", EvVerifying: "began verifying %s",
	EvAcknowledged: "acknowledged the results of %s", EvTemplate: "%s", EvReminded: "told %s", EvMessageSent: "sent, or could not send, a message to %s", EvClockLooked: "looked at changes",
	EvClosed: "closed the campaign %s", EvAssigned: "ran the rule of the group %s", EvUsage: "imported usage from %s",
	EvAdvanced: "closed a stage of %s", EvRuled: "ruled on items of %s",
	EvLapsed: "let open packets of %s lapse", EvReiterated: "asked again what nobody answered in %s",
	EvDelegated: "delegated items of %s", EvEscalated: "escalated items of %s", EvRequested: "asked for %s",
	EvRequestDone: "settled %s", EvSubstitute: "said who answers: %s",
}

// EventTypes lists every type of event there is, by name.
func EventTypes() []domain.EventType { return slices.Sorted(maps.Keys(eventPhrases)) }

// EventWords says in one sentence what an event records, without its actor.
func EventWords(o *domain.Org, e domain.Event) string {
	if e.Type == domain.EvRefused {
		d, err := dataOf[RefusedData](e)
		if err == nil && d.Act != "" {
			return fmt.Sprintf("was refused to %s %s: %s", d.Act, e.Subject, e.Reason)
		}
	}
	phrase, ok := eventPhrases[e.Type]
	if !ok {
		phrase = string(e.Type) + " %s"
	}
	s := phrase
	if strings.Contains(phrase, "%s") {
		s = fmt.Sprintf(phrase, subjectWords(o, e))
	}
	if e.Decision != "" && (e.Type == EvDecided || e.Type == EvExcepted || e.Type == EvUndone || e.Type == EvAssigned || e.Type == EvRequestDone || e.Type == EvSubstitute) {
		s += ": " + e.Decision
	}
	if e.Reason != "" && e.Type != EvSigned {
		s += " (" + e.Reason + ")"
	}
	return s
}

// subjectWords names an event's subject by the rows the event carries, else
// by its id.
func subjectWords(o *domain.Org, e domain.Event) string {
	for _, d := range e.Changes {
		rec, err := deltaRecord(d)
		if err != nil {
			continue
		}
		switch r := rec.(type) {
		case ChangeSetHead:
			return fmt.Sprintf("%q", r.Title)
		case Campaign:
			return fmt.Sprintf("%q", r.Name)
		case Template:
			return templateActWords(e.Decision, r)
		case Message:
			return fmt.Sprintf("%s: %q", o.Name(domain.KindPrincipal, r.To), r.Subject)
		case Packet:
			return "the packet of " + o.Name(domain.KindPrincipal, r.Reviewer)
		case Request:
			switch r.Act {
			case RequestExtend:
				return "a due date of " + Moment(r.Due, o.Zone())
			case RequestExcept:
				return itemList(r.Items) + " to be excepted until " + string(r.Until)
			case RequestCancel:
				return "a campaign to be cancelled"
			}
			return itemList(r.Items) + " to go to " + o.Name(domain.KindPrincipal, r.To)
		case Substitute:
			return o.Name(domain.KindPrincipal, r.Substitute) + " for " + o.Name(domain.KindPrincipal, r.Person)
		}
	}
	if e.Type == domain.EvExported {
		if x, err := dataOf[Export](e); err == nil && x.Report != "" {
			return fmt.Sprintf("the report %s to %s", x.Report, x.File)
		}
	}
	if e.Type == EvAcknowledged {
		if d, err := dataOf[AcknowledgedData](e); err == nil {
			return fmt.Sprintf("%q", d.Campaign)
		}
	}
	if e.Type == EvAssigned {
		return fmt.Sprintf("%q", o.Name(domain.KindGroup, domain.ID(e.Subject)))
	}
	if _, item, ok := strings.Cut(e.Subject, "/"); ok && !strings.Contains(item, "/") {
		return "item " + item
	}
	return e.Subject
}

// templateActWords says what was done with a version of a definition.
func templateActWords(decision string, t Template) string {
	done := map[string]string{"propose": "proposed", "retire": "proposed to retire", "approve": "approved", "reject": "rejected"}[decision]
	if done == "" {
		done = "changed"
	}
	return fmt.Sprintf("%s version %d of the definition %q", done, t.Version, t.Name)
}

func deltaRecord(d domain.Delta) (domain.Record, error) {
	raw := d.After
	if len(raw) == 0 {
		raw = d.Before
	}
	return DecodeRecord(d.Kind, raw)
}

// DeltaWords says what a row of state was and is: "Sales Agent: classification
// Internal → Confidential". Rows of the campaign's own book-keeping give "".
func DeltaWords(o *domain.Org, d domain.Delta) string {
	rec, err := deltaRecord(d)
	if err != nil || !slices.Contains(domain.AccessKinds(), d.Kind) {
		return ""
	}
	name := o.Describe(rec)
	if d.Kind == domain.KindSetting && d.ID == domain.SettingPolicy {
		return name + ": " + policyChange(d)
	}
	switch {
	case len(d.Before) == 0:
		return name + " began"
	case len(d.After) == 0:
		return name + " ended"
	}
	before, after := map[string]json.RawMessage{}, map[string]json.RawMessage{}
	if json.Unmarshal(d.Before, &before) != nil || json.Unmarshal(d.After, &after) != nil {
		return name + " changed"
	}
	return name + ": " + fieldChanges(o, d.Kind, before, after)
}

// policyChange says the rows in which a policy's table changes.
func policyChange(d domain.Delta) string {
	was, wasErr := policyOf(d.Before)
	is, isErr := policyOf(d.After)
	if wasErr != nil || isErr != nil {
		return "one of the two cannot be read"
	}
	rows := was.Changes(is)
	if len(rows) == 0 {
		return "it asks for the same as before"
	}
	return strings.Join(rows, "; ")
}

// policyOf reads the policy of a row of state, the shipped one where there is
// none.
func policyOf(raw json.RawMessage) (domain.Policy, error) {
	if len(raw) == 0 {
		return domain.ShippedPolicy(), nil
	}
	var s domain.Setting
	if err := json.Unmarshal(raw, &s); err != nil {
		return domain.Policy{}, err
	}
	return domain.ReadPolicy([]byte(s.Value))
}

// FieldWords says a field's value of a record of a kind in words, as
// DeltaWords does; raw is empty where the record does not have it.
func FieldWords(o *domain.Org, kind domain.Kind, field string, raw json.RawMessage) string {
	return fieldValue(o, kind, field, raw)
}

// fieldChanges lists the fields that differ, in order of their names. Which
// file last spoke of a record is book-keeping and not listed.
func fieldChanges(o *domain.Org, kind domain.Kind, before, after map[string]json.RawMessage) string {
	keys := map[string]bool{}
	for k := range before {
		keys[k] = true
	}
	for k := range after {
		keys[k] = true
	}
	var out []string
	for k := range keys {
		was, is := fieldValue(o, kind, k, before[k]), fieldValue(o, kind, k, after[k])
		if was != is {
			out = append(out, fmt.Sprintf("%s %s → %s", strings.ReplaceAll(k, "_", " "), was, is))
		}
	}
	if len(out) == 0 {
		return "said again by its source"
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// fieldKind tells of which kind of record a field holds the id.
func fieldKind(kind domain.Kind, field string) (domain.Kind, bool) {
	switch field {
	case "manager", "owner", "creator", "principal":
		return domain.KindPrincipal, true
	case "parent":
		return kind, true // groups and areas lie below their own kind
	case "agent":
		return domain.KindAgent, true
	case "source":
		return domain.KindSource, kind != domain.KindExternal // that one's is the name of a directory
	case "group":
		return domain.KindGroup, true
	}
	return "", false
}

// fieldValue says a field's value in words: ids as the names of what they
// name, windows as their days, an origin as its source.
func fieldValue(o *domain.Org, kind domain.Kind, field string, v json.RawMessage) string {
	if len(v) == 0 {
		if field == "origin" {
			return "given here"
		}
		return "nothing"
	}
	switch field {
	case "origin":
		var from domain.Origin
		switch err := json.Unmarshal(v, &from); {
		case err == nil && from.ByRule():
			return "given by a rule"
		case err == nil && from.Outside():
			return from.Source
		}
		return "given here"
	case "rule":
		var rule domain.Rule
		if json.Unmarshal(v, &rule) == nil && rule.Kind != domain.NoRule {
			return RuleWords(rule)
		}
	case "window":
		var w domain.Window
		if json.Unmarshal(v, &w) == nil {
			return WindowWords(w)
		}
	}
	var s string
	if json.Unmarshal(v, &s) != nil {
		return string(v)
	}
	if k, ok := fieldKind(kind, field); ok && s != "" {
		return o.Name(k, domain.ID(s))
	}
	return orNothing(s)
}

// RuleWords says a group's rule in a line: its text, that it is a pattern, and
// whether it is off.
func RuleWords(r domain.Rule) string {
	out := r.Text
	switch r.Kind {
	case domain.NoRule:
		return "none"
	case domain.EmailPattern:
		out = "address " + r.Text
	}
	if !r.On {
		out += " (off)"
	}
	return out
}

func orNothing(s string) string {
	if s == "" {
		return "nothing"
	}
	return s
}
