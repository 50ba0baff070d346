// Package plan says in words what a campaign's definition is: what it reviews,
// who answers in which stage, what silence means. The pages over campaigns and
// those over definitions say it alike.
package plan

import (
	"fmt"
	"slices"
	"strings"

	"countersign/domain"
	"countersign/review"
)

// Fact is a labelled sentence; those that follow under the same label have none.
type Fact struct{ Label, Text string }

// Facts say a definition whole.
func Facts(o *domain.Org, d review.Definition) []Fact {
	var out []Fact
	add := func(label string, texts ...string) {
		for _, t := range texts {
			out = append(out, Fact{label, t})
			label = ""
		}
	}
	add("Reviews", review.ScopeWords(o, d.Scope)...)
	for i, st := range d.Stages {
		label := "Answers"
		if len(d.Stages) > 1 {
			label = fmt.Sprintf("Stage %d", i+1)
		}
		add(label, Stage(o, st)...)
	}
	if len(d.Stages) > 1 {
		add("Together", orElse(d.Strategy, review.AllMustAccept.String())+" over the stages", stops(d))
	}
	add("Silence", Silence(d.NonResponse)...)
	checked := "a checker countersigns sign-offs with a revocation, a reduction or high risk"
	if d.CountersignAll {
		checked = "a checker countersigns every sign-off"
	}
	add("Checked", checked)
	if d.ReasonToKeep {
		add("Reasons", "keeping needs a reason too")
	}
	if d.NoDelegate {
		add("Hand on", "reviewers may not hand their items on")
	}
	if d.Conflicts == "refuse" {
		add("Conflicts", "whoever granted it, or is in a reciprocal pair, does not review it")
	}
	if d.Diligence.Off {
		add("Measured", "nothing")
	}
	return append(out, clock(d)...)
}

func clock(d review.Definition) []Fact {
	var out []Fact
	if d.AutoLaunch {
		out = append(out, Fact{"Launch", "by the clock, on the approval of its definition"})
	}
	if d.AutoClose {
		out = append(out, Fact{"Close", "by the clock, once every item is settled"})
	}
	return out
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

var links = map[string]string{review.ByManager: "the holder's manager", review.BySecondManager: "the manager's manager",
	review.ByTargetOwner: "the owner of the agent", review.ByGroupManagers: "the group's managers"}

func chain(o *domain.Org, named []string) []string {
	var out []string
	for _, link := range named {
		switch word, ok := links[link]; {
		case ok:
			out = append(out, word)
		case link != "":
			out = append(out, o.Name(domain.KindPrincipal, domain.ID(link)))
		}
	}
	return out
}

// Stage says who answers in a stage, how long it lasts, how several answers
// become one and what the clock does meanwhile, a sentence each.
func Stage(o *domain.Org, st review.Stage) []string {
	who := strings.Join(append(chain(o, append(slices.Clone(st.Reviewers), string(st.Fallback))), "the campaign's owner"), ", else ")
	if st.Name != "" {
		who = st.Name + ": " + who
	}
	if st.All {
		who += "; all whom a link names, not one of them"
	}
	out := []string{who}
	if len(st.Additional) > 0 {
		out = append(out, "always besides: "+strings.Join(chain(o, st.Additional), ", "))
	}
	if st.All || len(st.Additional) > 0 {
		out = append(out, orElse(st.Strategy, review.OneAcceptAccepts.String())+" among them")
	}
	if st.Days > 0 {
		out = append(out, "lasts "+review.Count(st.Days, "day", "days"))
	}
	if len(st.Reminders) > 0 {
		out = append(out, "reminded "+reminders(st.Reminders))
	}
	for _, e := range st.Escalations {
		how := "also asked"
		if e.Replace {
			how = "asked instead"
		}
		out = append(out, fmt.Sprintf("after %s without an answer %s: %s", review.Count(e.After, "day", "days"), how, strings.Join(chain(o, e.To), ", else ")))
	}
	return out
}

func reminders(days []int) string {
	var parts []string
	for _, n := range days {
		switch {
		case n > 0:
			parts = append(parts, review.Count(n, "day", "days")+" before")
		case n < 0:
			parts = append(parts, review.Count(-n, "day", "days")+" after")
		default:
			parts = append(parts, "on the day")
		}
	}
	return strings.Join(parts, ", ") + " it is due"
}

func stops(d review.Definition) string {
	over, err := review.ParseStrategy(orElse(d.Strategy, review.AllMustAccept.String()))
	if err != nil {
		return "stops where it cannot be said: " + err.Error()
	}
	on := review.StopsOn(over, d.Stops, nil)
	if len(on) == 0 {
		return "every outcome goes on to the next stage"
	}
	return "does not go on after: " + strings.Join(review.WordsOf(on), ", ")
}

var silences = map[review.Silence]string{review.SilenceBlocks: "stays open: an exception to resolve", review.SilenceKeeps: "keeps its level",
	review.SilenceRevokes: "is revoked", review.SilenceReduces: "is reduced", review.SilenceFollowsAdvice: "follows the recommendation"}

// Silence says what becomes of an item that nobody answered.
func Silence(r review.SilenceRules) []string {
	out := []string{"what nobody answered " + silences[r.Other]}
	if r.High != r.Other {
		out = append(out, "of high risk, it "+silences[r.High])
	}
	return out
}
