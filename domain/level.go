package domain

import "strings"

// Level is a rung of a ladder. The zero Level is the bottom: it grants
// nothing beyond what everyone has.
type Level uint8

// Rungs by name, for the ladders where code speaks of them.
const (
	None Level = 0

	ViewUse   Level = 1 // on an agent
	EditAgent Level = 2

	Read Level = 1 // on an area
	Edit Level = 2

	SourceView Level = 1 // on a data source
	SourceUse  Level = 2
	SourceEdit Level = 3

	Member  Level = 1 // of a group
	Manager Level = 2

	Held Level = 1 // a role, a duty, a creator's right, a setting, an action

	Denied  Level = 0 // an operation on an object
	Allowed Level = 1

	NoField   Level = 0 // a field: hidden
	SeeField  Level = 1
	EditField Level = 2
)

// Ladder is the rungs a level can stand on, from the bottom up.
type Ladder []string

var ladders = [...]Ladder{
	TargetAgent:      {"None", "View & Use", "Edit"},
	TargetArea:       {"None", "Read", "Edit"},
	TargetSource:     {"None", "View", "Use", "Edit"},
	TargetGroup:      {"None", "Member", "Manager"},
	TargetRole:       {"Default role", "Held"},
	TargetAccount:    {"Member", "Admin"},
	TargetAgentRole:  {"User", "Manager", "Admin", "Super Admin"},
	TargetDuty:       {"None", "Held"},
	TargetAccessType: {"Private", "Group-Restricted", "Organization"},
	TargetCreator:    {"None", "Creator"},

	TargetObjectSee:     {"Denied", "Allowed"},
	TargetObjectEdit:    {"Denied", "Allowed"},
	TargetObjectDelete:  {"Denied", "Allowed"},
	TargetObjectDestroy: {"Denied", "Allowed"},
	TargetField:         {"No Access", "See", "Edit"},
	TargetSetting:       {"None", "Held"},
	TargetAction:        {"None", "Held"},
}

// LadderOf gives the ladder of a kind of target. The caller must not change
// it.
func LadderOf(k TargetKind) Ladder {
	if int(k) < len(ladders) {
		return ladders[k]
	}
	return nil
}

// Word gives the rung's name, "?" beyond the top.
func (l Ladder) Word(v Level) string { return wordOf(l, v) }

// Top gives the highest rung.
func (l Ladder) Top() Level { return Level(len(l) - 1) }

// Mark gives one letter for the rung, "-" for the bottom, for narrow columns
// and for reading without colour.
func (l Ladder) Mark(v Level) string {
	if v == None || int(v) >= len(l) {
		return "-"
	}
	return l.Word(v)[:1]
}

// Parse reads a rung by its name (VIEW_AND_USE and "View & Use" alike). A
// name the ladder does not have is an Invalid error.
func (l Ladder) Parse(s string) (Level, error) {
	return parseWord("a level here", s, []string(l), map[string]Level{})
}

// Below lists the rungs under v, from the nearest down.
func (l Ladder) Below(v Level) []Level {
	var out []Level
	for r := int(min(v, l.Top()+1)) - 1; r >= 0; r-- {
		out = append(out, Level(r))
	}
	return out
}

// String gives the rungs in one line.
func (l Ladder) String() string { return strings.Join(l, " < ") }
