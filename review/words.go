package review

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"countersign/domain"
)

// The sentences that console, command line and workbook share.

// Count says "1 person", "412 people".
func Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// namesMost is how many people a sentence names; the others it counts.
const namesMost = 5

// names lists principals: "Ana, Tom and 3 more".
func names(o *domain.Org, ids []domain.ID) string {
	n := min(len(ids), namesMost)
	out := make([]string, n)
	for i, id := range ids[:n] {
		out[i] = o.Name(domain.KindPrincipal, id)
	}
	return listed(out, len(ids)-n)
}

// oneLine tells whether a text is one line of at most so many characters, and holds
// nothing that a terminal or a mail program would take for more.
func oneLine(s string, most int) bool {
	breaks := func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }
	return utf8.RuneCountInString(s) <= most && !strings.ContainsFunc(s, breaks)
}

// onOneLine writes a text on one line of at most so many characters: what breaks a
// line or steers a terminal is a space, and what was cut ends in "…".
func onOneLine(s string, most int) string {
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	if runes := []rune(s); len(runes) > most {
		s = strings.TrimSpace(string(runes[:most-1])) + "…"
	}
	return s
}

// itemList lists item numbers: "items 3, 7 and 9".
func itemList(nos []int) string {
	const most = 12
	var b strings.Builder
	b.WriteString("item ")
	if len(nos) > 1 {
		b.Reset()
		b.WriteString("items ")
	}
	for i, n := range nos {
		switch {
		case i == most:
			fmt.Fprintf(&b, " and %d more", len(nos)-most)
			return b.String()
		case i > 0 && i == len(nos)-1:
			b.WriteString(" and ")
		case i > 0:
			b.WriteString(", ")
		}
		fmt.Fprint(&b, n)
	}
	return b.String()
}

// HolderName gives what a person calls a holder.
func HolderName(o *domain.Org, h domain.Holder) string {
	switch h.Kind {
	case domain.HolderPrincipal:
		return o.Name(domain.KindPrincipal, h.ID)
	case domain.HolderGroup:
		return o.Name(domain.KindGroup, h.ID)
	case domain.HolderRole:
		return o.Name(domain.KindRole, h.ID)
	default:
		return "Everyone"
	}
}

// TargetName gives what a person calls a target; agent, where set, scopes it.
func TargetName(o *domain.Org, t domain.Target, agent domain.ID) string {
	s := ""
	switch t.Kind {
	case domain.TargetAgent:
		s = o.Name(domain.KindAgent, t.ID)
	case domain.TargetArea:
		s = o.Name(domain.KindArea, t.ID)
	case domain.TargetSource:
		s = o.Name(domain.KindSource, t.ID)
	case domain.TargetGroup:
		s = o.Name(domain.KindGroup, t.ID)
	case domain.TargetRole:
		s = "role " + o.Name(domain.KindRole, t.ID)
	case domain.TargetAccount:
		s = "account role"
	case domain.TargetAgentRole:
		s = "agent role"
	case domain.TargetDuty:
		s = "duty " + string(t.ID)
	case domain.TargetAccessType:
		s = "access type of " + o.Name(domain.KindAgent, t.ID)
	case domain.TargetCreator:
		s = "creator's right on " + o.Name(domain.KindAgent, t.ID)
	case domain.TargetObjectSee, domain.TargetObjectEdit, domain.TargetObjectDelete, domain.TargetObjectDestroy:
		s = domain.OperationWord(t.Kind) + " on " + allOr(t.ID, "all objects", o.Name(domain.KindObject, t.ID))
	case domain.TargetField:
		s = "field " + o.Name(domain.KindField, t.ID)
	case domain.TargetSetting:
		s = allOr(t.ID, "all settings", "setting "+permissionName(t))
	case domain.TargetAction:
		s = allOr(t.ID, "all actions", "action "+permissionName(t))
	}
	if agent != "" {
		s += " (in " + o.Name(domain.KindAgent, agent) + ")"
	}
	return s
}

// permissionName gives what a person calls a setting or an action: "API Keys &
// Webhooks"; its id where it is none.
func permissionName(t domain.Target) string {
	if t.Kind == domain.TargetSetting {
		if p, err := domain.ParseSettingPermission(string(t.ID)); err == nil {
			return p.Name()
		}
	} else if p, err := domain.ParseActionPermission(string(t.ID)); err == nil {
		return p.Name()
	}
	return string(t.ID)
}

func allOr(id domain.ID, all, one string) string {
	if id == domain.AllID {
		return all
	}
	return one
}

// PathWords says how a level is reached: "Dana Okafor → Release crew →
// Deployments: Edit". What a role permits says why: "Ida → Intern (exception
// on People allows Edit) → Edit on People: Allowed".
func PathWords(o *domain.Org, p domain.Path, t domain.Target, agent domain.ID) string {
	var b strings.Builder
	b.Grow(64)
	for i, st := range p.Steps {
		if i > 0 {
			b.WriteString(" → ")
		}
		b.WriteString(st.Name)
		if st.Note != "" && (p.Grant == "" || st.Holder.Kind == domain.HolderEveryone || t.Kind.Permission()) {
			b.WriteString(" (" + st.Note + ")")
		}
	}
	name, l := TargetName(o, t, agent), domain.LadderOf(t.Kind)
	if n := len(p.Steps); n == 0 || p.Steps[n-1].Name != name {
		if b.Len() > 0 {
			b.WriteString(" → ")
		}
		b.WriteString(name)
	}
	b.WriteString(": " + l.Word(p.Level))
	if p.Given > p.Level {
		b.WriteString(" (given " + l.Word(p.Given) + ", capped)")
	}
	return b.String()
}

// Tally counts the principals who gain something and those who lose something
// by effects, each once whatever the number of targets.
func Tally(effects []domain.Effect) (gains, loses int) {
	up, down := map[domain.ID]bool{}, map[domain.ID]bool{}
	for _, e := range effects {
		switch {
		case e.After > e.Before:
			up[e.Principal] = true
		case e.After < e.Before:
			down[e.Principal] = true
		}
	}
	return len(up), len(down)
}

// EffectsSummary says what a change set does to people in one sentence: "412
// people lose access; 3 people gain access".
func EffectsSummary(effects []domain.Effect) string {
	gone, less, more := map[domain.ID]bool{}, map[domain.ID]bool{}, map[domain.ID]bool{}
	for _, e := range effects {
		switch {
		case e.After > e.Before:
			more[e.Principal] = true
		case e.After == domain.None:
			gone[e.Principal] = true
		case e.After < e.Before:
			less[e.Principal] = true
		}
	}
	var parts []string
	for _, p := range []struct {
		n         int
		one, many string
	}{
		{len(gone), "person loses access", "people lose access"},
		{len(less), "person keeps a lower level", "people keep a lower level"},
		{len(more), "person gains access", "people gain access"},
	} {
		if p.n > 0 {
			parts = append(parts, Count(p.n, p.one, p.many))
		}
	}
	if len(parts) == 0 {
		return "nobody's access changes"
	}
	return strings.Join(parts, "; ")
}

// EffectWords says one effect: "Dana Okafor: Sales Agent, Edit → None".
func EffectWords(o *domain.Org, e domain.Effect) string {
	l := domain.LadderOf(e.Target.Kind)
	s := fmt.Sprintf("%s: %s, %s → %s", o.Name(domain.KindPrincipal, e.Principal),
		TargetName(o, e.Target, e.Agent), l.Word(e.Before), l.Word(e.After))
	if e.Future {
		s += " from " + e.At.In(o.Zone()).Format("2006-01-02")
	}
	return s
}

// VerdictWords says what a verdict asks, and why, a line each.
func VerdictWords(o *domain.Org, v domain.Verdict) []string {
	if v.Refused != nil {
		return []string{"Refused: " + v.Refused.Error()}
	}
	out := []string{EffectsSummary(v.Effects)}
	switch v.Need {
	case domain.NoApproval:
		out = append(out, "Applies now: nobody else is needed")
	case domain.ManagerApproval:
		out = append(out, "Needs the approval of "+names(o, v.From))
	case domain.CheckerApproval:
		out = append(out, "Needs a checker")
	case domain.AdminApproval:
		out = append(out, "Needs the approval of an account admin")
	case domain.ExecutiveApproval:
		out = append(out, "Needs the approval of an executive")
	}
	return append(out, WhyWords(v)...)
}

// OperationLetters write what is allowed of the four operations on objects, in their
// order, so that it reads without colour: "SE--" is See and Edit, no Delete (D) and
// no Destroy (X).
func OperationLetters(levels ...domain.Level) string {
	const letters = "SEDX"
	out := []byte(strings.Repeat("-", min(len(levels), len(letters))))
	for i := range out {
		if levels[i] > domain.Denied {
			out[i] = letters[i]
		}
	}
	return string(out)
}

// mostWhy is how many reasons for an approval are said; the rest are counted.
const mostWhy = 12

// WhyWords say why a verdict asks for an approval.
func WhyWords(v domain.Verdict) []string {
	var out []string
	for i, r := range v.Why {
		if i == mostWhy {
			return append(out, "and "+Count(len(v.Why)-mostWhy, "other reason", "other reasons"))
		}
		out = append(out, r.Text)
	}
	return out
}

// allowed says in plain words what each rung of a ladder allows.
var allowed = map[domain.TargetKind][]string{
	domain.TargetAgent:  {"", "open the agent and talk to it", "change how the agent behaves, besides using it"},
	domain.TargetSource: {"", "see the source's details", "query the source", "change how the source is synced, besides querying it"},
	domain.TargetGroup: {"", "use everything the group was given",
		"use everything the group was given, and add and remove its members"},
	domain.TargetRole:    {"", "everything the role permits"},
	domain.TargetAccount: {"", "edit every area, and manage users and account settings"},
	domain.TargetAgentRole: {"", "edit assigned agents, and manage memberships of groups one manages",
		"use, edit, delete and re-permission every agent", "use, edit, delete and re-permission every agent"},
	domain.TargetAccessType: {"", "members of assigned groups and named users can reach the agent",
		"every active user can open the agent and talk to it"},
	domain.TargetCreator: {"", "change the agent one created"},

	domain.TargetObjectSee:     {"", "see records in lists and on their pages"},
	domain.TargetObjectEdit:    {"", "make records and change them"},
	domain.TargetObjectDelete:  {"", "delete records so that they can be restored"},
	domain.TargetObjectDestroy: {"", "delete records for good"},
	domain.TargetField:         {"", "see the field's value", "see and change the field's value"},
	domain.TargetSetting:       {"", "use this part of the workspace's settings"},
	domain.TargetAction:        {"", "take this action in the workspace"},
}

var dutyAllows = map[string]string{
	"admin": "manage Countersign itself", "checker": "countersign what others propose and decide",
	"campaign-owner": "plan, launch and close campaigns", "auditor": "read everything, change nothing",
	"executive": "approve what touches restricted agents",
}

// Allows says in plain words what a grant lets its holder do; areas name what
// they control.
func Allows(o *domain.Org, g domain.Grant) string {
	switch g.Target.Kind {
	case domain.TargetArea:
		verb := map[domain.Level]string{domain.Read: "see", domain.Edit: "see and change"}[g.Level]
		if a, ok := o.Area(g.Target.ID); ok && a.Controls != "" {
			return verb + ": " + lowerFirst(a.Controls)
		}
		return verb + " everything in " + o.Name(domain.KindArea, g.Target.ID)
	case domain.TargetDuty:
		return dutyAllows[string(g.Target.ID)]
	case domain.TargetSetting, domain.TargetAction:
		if g.Target.ID == domain.AllID {
			return map[domain.TargetKind]string{domain.TargetSetting: "use every part of the workspace's settings",
				domain.TargetAction: "take every action in the workspace"}[g.Target.Kind]
		}
	case domain.TargetRole:
		if r, ok := o.Role(g.Target.ID); ok && r.Description != "" {
			return lowerFirst(r.Description)
		}
	}
	if w := allowed[g.Target.Kind]; int(g.Level) < len(w) {
		return w[g.Level]
	}
	return ""
}

func lowerFirst(s string) string {
	r := []rune(s)
	if len(r) > 1 && strings.ToUpper(string(r[1])) == string(r[1]) && strings.ToLower(string(r[1])) != string(r[1]) {
		return s // an abbreviation
	}
	if len(r) > 0 {
		return strings.ToLower(string(r[0])) + string(r[1:])
	}
	return s
}

// WindowWords says a window: "2026-01-01 to 2026-03-31, Europe/Berlin",
// "always".
func WindowWords(w domain.Window) string {
	if w.Always() {
		return "always"
	}
	s := string(w.From) + " to " + string(w.To)
	switch {
	case w.To == "":
		s = "from " + string(w.From)
	case w.From == "":
		s = "until " + string(w.To)
	}
	if w.Zone != "" {
		s += ", " + w.Zone
	}
	return s
}

// Moment says an instant to the minute in a zone, which it names: "2026-11-15
// 23:59 CET". People read instants in the organisation's zone everywhere;
// files that other programs read have them in UTC.
func Moment(t time.Time, zone *time.Location) string {
	return t.In(zone).Format("2006-01-02 15:04 MST")
}

// at says an instant as the people of this organisation read it.
func (w *work) at(t time.Time) string { return Moment(t, w.org.Zone()) }

// ShellWord writes text as one word of a command that people paste into a
// shell: as it is where that is plain, else in quotes that let nothing be
// expanded.
func ShellWord(text string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.,:/@+=", r)
	}
	if text != "" && text[0] != '-' && strings.IndexFunc(text, func(r rune) bool { return !plain(r) }) < 0 {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
