package review

import (
	"fmt"
	"strings"

	"countersign/domain"
)

// ScopeWords says what a scope takes in and what it leaves out, a sentence
// each without a full stop: the console, the command line and the workbook say
// it alike.
func ScopeWords(o *domain.Org, s Scope) []string {
	var out []string
	say := func(what string, names []string) {
		if len(names) > 0 {
			out = append(out, what+": "+strings.Join(names, ", "))
		}
	}
	named := func(k domain.Kind, ids []domain.ID) []string {
		var names []string
		for _, id := range ids {
			names = append(names, o.Name(k, id))
		}
		return names
	}
	say("kinds", WordsOf(s.Kinds))
	say("agents", named(domain.KindAgent, s.Agents))
	say("groups", named(domain.KindGroup, s.Groups))
	say("roles", named(domain.KindRole, s.Roles))
	say("holders", named(domain.KindPrincipal, s.Principals))
	say("areas and below", named(domain.KindArea, s.Areas))
	say("classifications", WordsOf(s.Classifications))
	say("imported from", s.Sources)
	if s.ExternalsOnly {
		out = append(out, "only external people")
	}
	if s.Unused > 0 {
		out = append(out, "only what was not used for "+Count(s.Unused, "day", "days")+", or never seen used")
	}
	if s.NewSince {
		out = append(out, "only what is new or changed since it was last decided")
	}
	if s.Uncovered != "" {
		text := "only what is out of cadence by " + s.Uncovered
		if s.UncoveredBy != "" {
			text += ", or will be by the end of " + string(s.UncoveredBy)
		}
		out = append(out, text)
	}
	if len(out) == 0 {
		out = []string{"everything that gives access"}
	}
	for _, x := range s.Exclude {
		out = append(out, "not "+ExclusionWords(o, x)+": "+x.Reason)
	}
	return out
}

// ExclusionWords says what an exclusion leaves out, without its reason.
func ExclusionWords(o *domain.Org, x Exclusion) string {
	var parts []string
	for _, k := range []struct {
		id    domain.ID
		kinds []domain.Kind
		of    string
	}{{x.Holder, []domain.Kind{domain.KindPrincipal, domain.KindGroup, domain.KindRole}, "what %s holds"},
		{x.Target, []domain.Kind{domain.KindAgent, domain.KindGroup, domain.KindArea, domain.KindSource, domain.KindRole}, "on %s"},
		{x.Agent, []domain.Kind{domain.KindAgent}, "for %s"}} {
		if k.id != "" {
			parts = append(parts, fmt.Sprintf(k.of, anyName(o, k.id, k.kinds)))
		}
	}
	return strings.Join(parts, " ")
}

// anyName is what people call something of one of the kinds; its id where it
// is none.
func anyName(o *domain.Org, id domain.ID, kinds []domain.Kind) string {
	for _, k := range kinds {
		if _, ok := o.Get(k, id); ok {
			return o.Name(k, id)
		}
	}
	return string(id)
}

// WordsOf gives the words of enumerated values.
func WordsOf[T fmt.Stringer](all []T) []string {
	var out []string
	for _, v := range all {
		out = append(out, v.String())
	}
	return out
}
