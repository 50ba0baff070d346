package review

import (
	"slices"
	"strings"

	"countersign/domain"
)

// Shipped gives the definitions that come with the program, for the audits the
// documents ask for (seed: Twig, regular audits): each month group
// memberships, unused assignments and external access; each quarter all
// access; each year the permission model and its policies, and what is old;
// besides, one for each event that starts a micro-campaign. They are examples
// in full: none is in force before somebody proposes it, with a start date,
// and a checker approves it.
func Shipped() []Template {
	return []Template{
		{Name: "Monthly group memberships", About: "Is everybody still in the right groups?",
			Recurrence: every(Monthly, DayFirst), Definition: shipped(14, func(d *Definition) {
				d.Scope.Kinds = []domain.TargetKind{domain.TargetGroup}
				d.Stages[0].Reviewers = []string{ByGroupManagers, ByTargetOwner, ByManager}
			})},
		{Name: "Monthly unused assignments", About: "Assignments of agents that nobody used for 30 days, or was never seen to use",
			Recurrence: every(Monthly, DayFirst), Definition: shipped(14, func(d *Definition) {
				d.Scope.Kinds = []domain.TargetKind{domain.TargetAgent}
				d.Scope.Unused, d.Unused = 30, 30
				d.Stages[0].Reviewers = []string{ByTargetOwner, ByManager}
				d.NonResponse.Other = SilenceRevokes
			})},
		{Name: "Monthly external access", About: "Everything that people from outside hold",
			Recurrence: every(Monthly, DayFifteenth), Definition: shipped(14, func(d *Definition) {
				d.Scope.ExternalsOnly = true
				d.Stages[0].Reviewers = []string{ByTargetOwner, ByManager}
				d.CountersignAll = true
			})},
		{Name: "Quarterly recertification", About: "All access of everybody, by their managers",
			Recurrence: every(Quarterly, DayFirst), Definition: shipped(30, func(d *Definition) {
				d.Stages[0].Reviewers = []string{ByManager, ByTargetOwner, ByGroupManagers}
				d.Stages[0].Escalations = []Escalation{{After: 21, To: []string{BySecondManager}}}
				d.CountersignAll = true
			})},
		{Name: "Yearly permission model and policies", About: "What the roles allow, and who administers, approves and sets the policies",
			Recurrence: every(Yearly, DayFifteenth), Definition: shipped(30, func(d *Definition) {
				for _, k := range domain.TargetKinds() {
					if k.Permission() || slices.Contains([]domain.TargetKind{domain.TargetRole, domain.TargetAccount,
						domain.TargetAgentRole, domain.TargetDuty, domain.TargetAccessType}, k) {
						d.Scope.Kinds = append(d.Scope.Kinds, k)
					}
				}
				d.Stages[0].Reviewers = []string{ByTargetOwner, ByManager}
				d.CountersignAll, d.ReasonToKeep = true, true
			})},
		{Name: "Yearly archiving", About: "Agents, groups and data sources nobody used for a year: what is to go?",
			Recurrence: every(Yearly, DayLast), Definition: shipped(30, func(d *Definition) {
				d.Scope.Kinds = []domain.TargetKind{domain.TargetAgent, domain.TargetGroup, domain.TargetSource,
					domain.TargetAccessType, domain.TargetCreator}
				d.Scope.Unused, d.Unused = 365, 365
				d.Stages[0].Reviewers = []string{ByTargetOwner, ByGroupManagers, ByManager}
			})},
		{Name: "Movers", About: "Everything held by whoever has a new manager, department or title",
			Triggers: []Trigger{Mover}, Definition: micro(ByManager, ByTargetOwner)},
		{Name: "Owners who left", About: "Agents, keys and AI agents whose owner is no longer active",
			Triggers: []Trigger{OwnerLeft}, Definition: micro(BySecondManager, ByManager, ByGroupManagers)},
		{Name: "Raised levels", About: "Everything held by whoever was given a higher level of something",
			Triggers: []Trigger{LevelRaised}, Definition: micro(ByManager, ByTargetOwner, ByGroupManagers)},
	}
}

// FindShipped gives the one of a name, without regard to case; none is
// NotFound.
func FindShipped(name string) (Template, error) {
	var names []string
	for _, t := range Shipped() {
		if strings.EqualFold(t.Name, strings.TrimSpace(name)) {
			return t, nil
		}
		names = append(names, t.Name)
	}
	return Template{}, domain.Errorf(domain.NotFound, "no definition %q comes with the program", name).
		Hinted("there are: %s", strings.Join(names, ", "))
}

// every is a schedule whose start is left to who proposes it.
func every(p Period, d DayRule) Recurrence { return Recurrence{Every: p, Day: d} }

// shipped is a definition of one stage with reminders a week and a day before
// it is due.
func shipped(days int, set func(*Definition)) Definition {
	d := Definition{Stages: []Stage{{Strategy: OneAcceptAccepts.String(), Days: days, Reminders: []int{7, 1}}},
		Horizon: 92, Strategy: AllMustAccept.String()}
	set(&d)
	return d
}

// micro is the definition of a campaign about one person or thing.
func micro(reviewers ...string) Definition {
	return shipped(7, func(d *Definition) {
		d.Stages[0].Reviewers, d.Stages[0].Reminders = reviewers, []int{3, 1}
		d.CountersignAll, d.AutoLaunch, d.AutoClose = true, true, true
	})
}
