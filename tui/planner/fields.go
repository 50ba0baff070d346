package planner

import (
	"slices"
	"strings"

	"countersign/review"
)

// Field is one thing a plan says.
type Field struct {
	ID    string // the flag of the command line that says the same, with a part after "/"
	Label string
	Group string
	Help  string // what it does, a sentence or two
	Hint  string // an example
	Empty string // what an empty text means
	// Words are all it can be; nil: any text. Two words are turned over at once.
	Words []string
	// Several takes several values with commas between.
	Several bool
	// Pick says that values can be chosen, and of which kind.
	Pick string
}

// Groups of fields.
const (
	groupWhat     = "The campaign"
	groupScope    = "What is reviewed"
	groupLeft     = "Left out"
	groupRules    = "What holds for all of it"
	addStage      = "add a stage"
	addExclusion  = "leave something out"
	yes, no       = "yes", "no"
	keyAddStage   = "+stage"
	keyAddExclude = "+exclude"
)

var (
	strategies = []string{"", "one-accept-accepts", "all-must-accept", "one-deny-denies", "accepted-if-not-denied"}
	silences   = []string{"block", "keep", "revoke", "reduce", "recommendation"}
)

// Fields are those of the campaign, in their order.
func Fields() []Field {
	return []Field{
		{ID: "name", Label: "Name", Group: groupWhat, Help: "What everybody calls it; no other campaign has it.", Hint: "Q4 2026"},
		{ID: "due", Label: "Due", Group: groupWhat, Help: "The last moment for answers in the first stage. A date ends with its day in the organisation's zone.", Hint: "2027-03-31, or 2027-03-31T17:00:00Z",
			Empty: "the first stage's days from now"},
		{ID: "kinds", Label: "Kinds of access", Group: groupScope, Help: "Only these kinds of grant.", Hint: "agent, area, group, role, duty", Empty: "every kind", Several: true, Pick: "kind"},
		{ID: "areas", Label: "Areas", Group: groupScope, Help: "Only these areas and what is below them.", Hint: "voice, deployments", Empty: "every area", Several: true, Pick: "area"},
		{ID: "agents", Label: "Agents", Group: groupScope, Help: "Only these agents.", Hint: "Sales Agent, HR Assistant", Empty: "every agent", Several: true, Pick: "agent"},
		{ID: "groups", Label: "Groups", Group: groupScope, Help: "Only what these groups hold, and memberships of them.", Hint: "Tier 1 Support", Empty: "every group", Several: true, Pick: "group"},
		{ID: "roles", Label: "Roles", Group: groupScope, Help: "Only what these roles hold, and who holds them.", Hint: "Member", Empty: "every role", Several: true, Pick: "role"},
		{ID: "people", Label: "People", Group: groupScope, Help: "Only what these people, keys or AI agents hold.", Hint: "tom@acme.example", Empty: "everybody", Several: true, Pick: "person"},
		{ID: "classes", Label: "Classifications", Group: groupScope, Help: "Only agents and data sources of these classifications.", Hint: "confidential, restricted", Empty: "every classification", Several: true, Pick: "class"},
		{ID: "sources", Label: "Imported from", Group: groupScope, Help: "Only grants that were imported from these sources.", Hint: "hr, directory", Empty: "wherever from", Several: true, Pick: "origin"},
		{ID: "externals-only", Label: "External people only", Group: groupScope, Help: "Only what external people hold.", Words: []string{no, yes}},
		{ID: "unused", Label: "Unused for", Group: groupScope, Help: "Only what was not used for so long, or was never seen used.", Hint: "90 days, 12 weeks", Empty: "used or not"},
		{ID: "new-since-last", Label: "New since last only", Group: groupScope, Help: "Only what was never decided, or changed since it was.", Words: []string{no, yes}},
		{ID: "from-coverage", Label: "Out of cadence by", Group: groupScope, Help: "Only what is out of cadence by this framework when it is staged, or was never reviewed.", Hint: "sox", Empty: "whenever it was reviewed", Pick: "framework"},
		{ID: "until", Label: "And due until", Group: groupScope, Help: "Also what falls out of the framework's cadence by the end of this day.", Hint: "2026-12-31", Empty: "only what is out today"},
		{ID: "strategy", Label: "Over the stages", Group: groupRules, Help: "How the outcomes of several stages become one ruling.", Empty: review.AllMustAccept.String(), Words: strategies},
		{ID: "stops", Label: "Stops on", Group: groupRules, Help: "Which outcomes end an item before the next stage: keep, reduce, revoke, abstain, undecided; or nothing, and none does.", Hint: "revoke, reduce", Empty: "what follows from the strategy", Several: true, Pick: "outcome"},
		{ID: "non-response/high", Label: "Silence, high risk", Group: groupRules, Help: "What becomes of a high-risk item that nobody answered by the deadline: block keeps it open, as an exception to resolve.", Words: silences},
		{ID: "non-response/plain", Label: "Silence, others", Group: groupRules, Help: "What becomes of any other item that nobody answered by the deadline.", Words: silences},
		{ID: "countersign", Label: "Countersigned", Group: groupRules, Help: "Which packets a checker must see: all, or those with a reduction, a revocation or a high-risk item.", Words: []string{"all", "sensitive"}},
		{ID: "reason-to-keep", Label: "Reason to keep", Group: groupRules, Help: "A reason is needed to keep, too.", Words: []string{no, yes}},
		{ID: "diligence", Label: "Diligence", Group: groupRules, Help: "Thresholds by which reviewers' ways of answering are reported, never refused; or off.", Hint: "seconds=5,bulk=60,opened=10,streak=50,late=50,hours=24", Empty: "as shipped"},
		{ID: "horizon", Label: "Looks ahead, days", Group: groupRules, Help: "Verification looks at access windows that open within so many days.", Hint: "92"},
	}
}

// StageFields are those of each stage, in their order.
func StageFields() []Field {
	return []Field{
		{ID: "reviewers", Label: "Reviewers, in order", Help: "Who is asked; the first that can answer does: manager (of the holder), second-manager, owner (of the agent), group-managers, or people. The subjects of an item are never asked.", Hint: "manager, owner, tom@acme.example", Several: true, Pick: "reviewer"},
		{ID: "fallback", Label: "Fallback", Help: "Who answers where none of them can; after it comes the campaign's owner.", Hint: "ana@acme.example", Empty: "the campaign's owner", Pick: "user"},
		{ID: "additional", Label: "Always besides", Help: "Who reviews besides, always.", Hint: "owner", Empty: "nobody", Several: true, Pick: "reviewer"},
		{ID: "all", Label: "All it names", Help: "Everybody whom the first reviewer rule that names somebody names is asked, not one of them.", Words: []string{no, yes}},
		{ID: "days", Label: "Lasts, days", Help: "How many days it lasts. The first stage needs none where the campaign has a due date.", Hint: "14", Empty: "until the due date"},
		{ID: "strategy", Label: "Several answers", Help: "How the answers of several reviewers become one.", Empty: review.OneAcceptAccepts.String(), Words: strategies},
		{ID: "stops", Label: "Stops on", Help: "Over the campaign's: which outcomes of this stage end an item.", Hint: "revoke", Empty: "as the campaign says", Several: true, Pick: "outcome"},
		{ID: "remind", Label: "Reminders", Help: "On which days before it is due those with open items are reminded; 0 is the day itself, a negative number after it.", Hint: "7, 3, 0, -1", Empty: "no reminders", Several: true},
		{ID: "escalate", Label: "Escalations", Help: "After how many days without an answer who else is asked; with :replace instead of, not besides. Several with semicolons between.", Hint: "4:second-manager; 7:ana@acme.example:replace", Empty: "none"},
		{ID: "name", Label: "Called", Help: "What the stage is called.", Hint: "Managers", Empty: "by its number"},
	}
}

// Says tells whether a plan can say what a flag of the command line says.
func Says(flag string) bool {
	aliases := map[string]string{"stage": addStage, "exclude": addExclusion, "definition": "begin as"}
	if aliases[flag] != "" {
		return true
	}
	named := func(f Field) bool { return f.ID == flag || strings.HasPrefix(f.ID, flag+"/") }
	return slices.ContainsFunc(Fields(), named) || slices.ContainsFunc(StageFields(), named)
}
