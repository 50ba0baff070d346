package review

import (
	"encoding/json"
	"fmt"
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
	EvDrafted: "drafted the campaign %s", EvStaged: "staged the campaign %s", EvLaunched: "launched the campaign %s",
	EvExtended: "extended the campaign %s", EvCancelled: "cancelled the campaign %s", EvReassigned: "reassigned items of %s",
	EvDecided: "decided %s", EvUndone: "took back the decision on %s", EvSigned: "signed off %s",
	EvCountersigned: "countersigned %s", EvReturned: "returned items of %s", EvRemediating: "began remediating %s",
	EvOutcomes: "recorded outcomes of %s", EvExcepted: "made exceptions in %s", EvVerifying: "began verifying %s",
	EvClosed: "closed the campaign %s",
}

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
	if e.Decision != "" && (e.Type == EvDecided || e.Type == EvExcepted || e.Type == EvUndone) {
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
		case Packet:
			return "the packet of " + o.Name(domain.KindPrincipal, r.Reviewer)
		}
	}
	if _, item, ok := strings.Cut(e.Subject, "/"); ok && !strings.Contains(item, "/") {
		return "item " + item
	}
	return e.Subject
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
	return name + ": " + fieldChanges(before, after)
}

// fieldChanges lists the fields that differ, in order of their names.
func fieldChanges(before, after map[string]json.RawMessage) string {
	keys := map[string]bool{}
	for k := range before {
		keys[k] = true
	}
	for k := range after {
		keys[k] = true
	}
	var out []string
	for k := range keys {
		if string(before[k]) != string(after[k]) {
			out = append(out, fmt.Sprintf("%s %s → %s", strings.ReplaceAll(k, "_", " "), plainValue(before[k]), plainValue(after[k])))
		}
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

func plainValue(v json.RawMessage) string {
	if len(v) == 0 {
		return "nothing"
	}
	var s string
	if json.Unmarshal(v, &s) == nil {
		return s
	}
	return string(v)
}
