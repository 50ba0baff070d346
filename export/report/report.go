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
	Version  string       // of the program, as the cover shows it
	Event    domain.Seq   // state as of this event; 0: the present
	At       time.Time    // the instant looked at; zero: now, or the event's own time
	Agent    string       // area matrix: the agent the levels are for; empty: all agents
	Campaign string       // campaign: its id or name
	People   PeopleFilter // which principals
}

// Report is one report by name.
type Report struct {
	Name  string   // "agent-matrix": what a person types
	Title string   // "Agent access matrix"
	About string   // one sentence
	Main  string   // the sheet a CSV or JSON file holds unless another is named
	Needs []string // of the Request: "campaign"; what may be left out is not here
	// Build describes the workbook from one consistent picture. Write it while
	// the transaction is open. Errors are those of the transaction, NotFound for
	// what the request names and is not there, Invalid for what it lacks.
	Build func(ctx context.Context, tx review.Tx, r Request) (sheet.Workbook, error)
}

// Formats lists the formats every report can be written in.
func (r Report) Formats() []Format { return Formats() }

// Reports lists every report, in the order a person is shown them.
func Reports() []Report {
	return []Report{
		{"agent-matrix", "Agent access matrix", "Who reaches which agent, at which level, with what nobody reaches.",
			"Matrix", nil, buildAgentMatrix},
		{"area-matrix", "Area matrix", "Who has which level in which area, for all agents or for one.",
			"Matrix", nil, buildAreaMatrix},
		{"findings", "Findings", "What is the matter, how much it weighs, since when and by which paths.",
			"Findings", nil, buildFindings},
		{"coverage", "Permission coverage", "Users without an agent, agents without a group or that nobody reaches.",
			sheetCoverage, nil, buildCoverage},
		{"group-analytics", "Group analytics", "Members, agents, queries, accuracy and satisfaction of each group.",
			"Group analytics", nil, buildAnalytics},
		{"campaign", "Campaign evidence", "Everything about one campaign: population, decisions, sign-offs, remediation, log.",
			sheetDecisions, []string{"campaign"}, buildCampaign},
		{"people", "People", "Users, API keys and AI agents that act.", "People", nil, buildPeople},
		{"groups", "Groups", "Groups with their parents and sizes.", "Groups", nil, buildGroups},
		{"members", "Members", "Who is in which group, as what, and until when.", "Members", nil, buildMembers},
		{"agents", "Agents", "AI agents with access type, classification and owner.", "Agents", nil, buildAgents},
		{"changes", "Change sets", "Every change set with its maker, state and reason.", "Change sets", nil, buildChanges},
		{"log", "Audit log", "Every event of the audit log.", "Log", nil, buildLog},
	}
}

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
}

func (f PeopleFilter) takes(p domain.Principal) bool {
	return (f.Department == "" || domain.Fold(f.Department) == domain.Fold(p.Department)) &&
		(!f.ActiveOnly || p.Status == domain.Active)
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
