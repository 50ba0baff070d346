package report

import (
	"context"
	"slices"
	"strings"
	"time"

	"countersign/domain"
	"countersign/export/sheet"
	"countersign/review"
)

// Request is what a report is asked for. Fields that a report does not need are
// left alone.
type Request struct {
	Actor    domain.Actor // who exports
	Version  string       // of the program, as the cover shows it: the build's name, nothing of the machine
	Event    domain.Seq   // state as of this event; 0: the present
	At       time.Time    // the instant looked at; zero: now, or the event's own time
	Agent    string       // area matrix: the agent the levels are for; empty: all agents
	Campaign string       // campaign: its id or name
	People   PeopleFilter // which principals
	Filter   string       // which rows, in the language of package filter, by the report's Fields
	From, To time.Time    // log, change sets: from the first of these instants on, before the second; zero: no bound

	layout int // in whose words the cover speaks; 0: this version's
}

// Choice is one way to narrow a report; its word is that of the flag and of what
// refuses it.
type Choice string

// The choices.
const (
	ByDepartment Choice = "department"
	ByActive     Choice = "active"
	ByAgents     Choice = "agents"
	ByAgent      Choice = "agent"
	ByFilter     Choice = "filter"
	ByFrom       Choice = "from"
	ByTo         Choice = "to"
	AsOf         Choice = "as-of"
)

// choices are all of them with how a refusal speaks of them, in the order of flags.
var choices = []struct {
	Choice
	not, by string
}{
	{ByDepartment, "is not narrowed to a department", "by department"},
	{ByActive, "is not narrowed to who is active", "to who is active"},
	{ByAgents, "is not narrowed to some agents", "to some agents"},
	{ByAgent, "shows no levels for one agent", "for one agent"},
	{ByFilter, "has no rows to filter: it is whole or nothing", "by a filter"},
	{ByFrom, "is of one moment, not of a span of time", "from a moment on"},
	{ByTo, "is of one moment, not of a span of time", "up to a moment"},
	{AsOf, "is not made as of another moment", "as of a moment"},
}

// Report is one report by name.
type Report struct {
	Name  string   // "agent-matrix": what a person types
	Title string   // "Agent access matrix"
	About string   // one sentence
	Main  string   // the sheet a CSV or JSON file holds unless another is named
	Needs []string // of the Request: "campaign"; what may be left out is not here
	Takes []Choice // by which it can be narrowed; any other is refused
	build func(ctx context.Context, tx review.Tx, r Request) (sheet.Workbook, error)

	narrow narrowing
}

// Build describes the workbook from one consistent picture. Write it while the
// transaction is open.
//
// Errors are those of the transaction, NotFound for what the request names and is
// not there, Invalid for what it lacks and for a choice the report does not take.
func (r Report) Build(ctx context.Context, tx review.Tx, q Request) (sheet.Workbook, error) {
	if err := r.Check(q); err != nil {
		return sheet.Workbook{}, err
	}
	wb, err := r.build(ctx, tx, q)
	if err == nil {
		err = r.narrow.apply(&wb, q.Filter)
	}
	return wb, err
}

// Check refuses (Invalid) what a request asks for and the report cannot do, and
// names the reports that can.
func (r Report) Check(q Request) error {
	asked := map[Choice]bool{ByDepartment: q.People.Department != "", ByActive: q.People.ActiveOnly,
		ByAgents: len(q.People.Agents) > 0, ByAgent: q.Agent != "", AsOf: q.Event != 0,
		ByFilter: strings.TrimSpace(q.Filter) != "", ByFrom: !q.From.IsZero(), ByTo: !q.To.IsZero()}
	for _, c := range choices {
		if !asked[c.Choice] || slices.Contains(r.Takes, c.Choice) {
			continue
		}
		var can []string
		for _, other := range Reports() {
			if slices.Contains(other.Takes, c.Choice) {
				can = append(can, other.Name)
			}
		}
		err := domain.Errorf(domain.Invalid, "the report %s %s", r.Name, c.not)
		if r.Name == "campaign" && c.Choice == AsOf {
			return err.Hinted("a closed campaign's is pinned to its closing event, another's shows the present: leave --as-of out")
		}
		return err.Hinted("leave --%s out; %s there are: %s", c.Choice, c.by, strings.Join(can, ", "))
	}
	_, err := r.narrow.table.Parse(q.Filter)
	return err
}

// Formats lists the formats every report can be written in.
func (r Report) Formats() []Format { return Formats() }

// Find gives a report by name; one that is not there is NotFound.
func Find(name string) (Report, error) {
	var names []string
	for _, r := range Reports() {
		if strings.EqualFold(r.Name, strings.TrimSpace(name)) {
			return r, nil
		}
		names = append(names, r.Name)
	}
	return Report{}, domain.Errorf(domain.NotFound, "there is no report %q", name).
		Hinted("use one of: %s", strings.Join(names, ", "))
}

// PeopleFilter says which principals a matrix or a list holds; the zero filter
// takes all.
type PeopleFilter struct {
	Department string // exact, without regard to case
	ActiveOnly bool
	Agents     []domain.ID // columns of an agent matrix; empty: all

	match func(domain.Principal) bool // of a request's filter; nil takes everybody
}

// all tells whether it takes every principal.
func (f PeopleFilter) all() bool { return f.Department == "" && !f.ActiveOnly }

func (f PeopleFilter) takes(p domain.Principal) bool {
	return (f.Department == "" || domain.Fold(f.Department) == domain.Fold(p.Department)) &&
		(!f.ActiveOnly || p.Status == domain.Active) && (f.match == nil || f.match(p))
}

func (f PeopleFilter) takesAgent(id domain.ID) bool {
	return len(f.Agents) == 0 || slices.Contains(f.Agents, id)
}

// words says the filter for a cover, a sentence each.
func (f PeopleFilter) words(o *domain.Org) []string {
	var out []string
	if f.Department != "" {
		out = append(out, "Only people of the department "+f.Department+".")
	}
	if f.ActiveOnly {
		out = append(out, "Only active principals.")
	}
	if len(f.Agents) > 0 {
		names := make([]string, len(f.Agents))
		for i, id := range f.Agents {
			names[i] = o.Name(domain.KindAgent, id)
		}
		out = append(out, "Only the agents "+strings.Join(names, ", ")+".")
	}
	return out
}
