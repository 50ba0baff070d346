package domain

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
)

// leastByClass is what no policy may go below: a rise on something
// Confidential never passes with nobody's approval, one on something
// Restricted never with less than an admin's.
var leastByClass = map[Classification]ApprovalClass{ClassPublic: NoApproval, ClassInternal: NoApproval,
	ClassConfidential: ManagerApproval, ClassRestricted: AdminApproval}

// Bounds of the numbers of a policy.
const (
	mostManagers = 1000      // ManagersUpTo
	mostLeavers  = 1_000_000 // LeaverCount
)

// ReadPolicy reads a policy from JSON, strictly: one object with every
// member, each once, none unknown, every word known. It returns what
// Policy.Check finds too. Every error is Invalid with the rule "setting".
func ReadPolicy(raw []byte) (Policy, error) {
	var p Policy
	bad := func(format string, args ...any) (Policy, error) {
		return Policy{}, refuse(Invalid, RuleSetting, "this is no policy: "+format, args...).
			Hinted("begin with what countersign policy show --json prints under \"policy\"")
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(raw, &members); err != nil { // it also bounds how deep the JSON is
		return bad("%v", err)
	}
	if err := noTwice(json.NewDecoder(bytes.NewReader(raw))); err != nil {
		return bad("%v", err)
	}
	for _, name := range []string{"by_class", "always", "managers_up_to", "sensitive_area", "leaver_share", "leaver_count"} {
		if v, ok := members[name]; !ok || string(v) == "null" {
			return bad("%q is missing", name)
		}
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&p); err != nil {
		return bad("%s", strings.TrimPrefix(err.Error(), "json: "))
	}
	for name := range members { // encoding/json reads names without regard to case
		if name != strings.ToLower(name) {
			return bad("%q is no member of it", name)
		}
	}
	var rows map[string]json.RawMessage
	if err := json.Unmarshal(members["by_class"], &rows); err != nil || len(rows) != len(p.ByClass) {
		return bad("a class stands in \"by_class\" twice")
	}
	if err := p.Check(); err != nil {
		return Policy{}, err
	}
	return p, nil
}

// noTwice tells that no object of one JSON value names a member twice: two
// readers could take it for two policies.
func noTwice(dec *json.Decoder) error {
	tok, err := dec.Token()
	if err != nil {
		return err
	}
	open, ok := tok.(json.Delim)
	if !ok {
		return nil
	}
	seen := map[string]bool{}
	for dec.More() {
		if open == '{' {
			name, err := dec.Token()
			if err != nil {
				return err
			}
			key := fmt.Sprint(name)
			if seen[key] {
				return fmt.Errorf("%q stands in it twice", key)
			}
			seen[key] = true
		}
		if err := noTwice(dec); err != nil {
			return err
		}
	}
	_, err = dec.Token()
	return err
}

// Check says what a policy may not be: a class without a row; a higher class
// that asks for less than a lower one; a class below its least (Confidential:
// a manager, Restricted: an admin); Always or SensitiveArea without a second
// person; a number out of bounds. Each is an Invalid error with the rule
// "setting".
func (p Policy) Check() error {
	bad := func(hint, format string, args ...any) error {
		return refuse(Invalid, RuleSetting, format, args...).Hinted("%s", hint)
	}
	below := ClassPublic
	for _, c := range Classifications() {
		need, ok := p.ByClass[c]
		switch {
		case !ok:
			return bad("name every class: Public, Internal, Confidential, Restricted", "the policy says nothing about %s", c)
		case need < leastByClass[c]:
			return bad("strengthen that row", "a rise on something %s would pass with the approval %q; it takes %q at least", c, need, leastByClass[c])
		case need < p.ByClass[below]:
			return bad("a higher class never asks for less", "a rise on something %s would pass with %q, and one on something %s takes %q",
				c, need, below, p.ByClass[below])
		}
		below = c
	}
	for _, row := range []struct {
		name string
		need ApprovalClass
		what string
	}{
		{"always", p.Always, "what always takes four eyes"},
		{"sensitive_area", p.SensitiveArea, "Edit on a sensitive area"},
	} {
		if row.need < CheckerApproval {
			return bad("use checker, admin or executive", "%q is %q, and %s cannot be switched off", row.name, row.need, row.what)
		}
	}
	for _, n := range []struct {
		name      string
		is, least int
		most      int
	}{{"managers_up_to", p.ManagersUpTo, 0, mostManagers}, {"leaver_share", p.LeaverShare, 0, 100}, {"leaver_count", p.LeaverCount, 0, mostLeavers}} {
		if n.is < n.least || n.is > n.most {
			return bad("use a number in between", "%q is %d; it lies between %d and %d", n.name, n.is, n.least, n.most)
		}
	}
	return nil
}

// Text gives the policy as it is stored: one line of JSON, the same for equal
// policies.
func (p Policy) Text() (string, error) {
	raw, err := CanonicalJSON(p)
	return string(raw), err
}

// Equal tells whether two policies ask the same of everything.
func (p Policy) Equal(q Policy) bool {
	for _, c := range Classifications() {
		if p.of(c) != q.of(c) {
			return false
		}
	}
	p.ByClass, q.ByClass = nil, nil
	return p.Always == q.Always && p.ManagersUpTo == q.ManagersUpTo && p.SensitiveArea == q.SensitiveArea &&
		p.LeaverShare == q.LeaverShare && p.LeaverCount == q.LeaverCount
}

// Stricter gives the policy that asks, row by row, what the stricter of the
// two asks; of how many gainers' managers answer, p's own number holds. A
// change set that changes the policy is judged by it: nobody loosens a rule
// and passes under the loosened one at once.
func (p Policy) Stricter(q Policy) Policy {
	out := p
	out.ByClass = map[Classification]ApprovalClass{}
	for _, c := range Classifications() {
		out.ByClass[c] = max(p.of(c), q.of(c))
	}
	out.Always = max(orExecutive(p.Always), orExecutive(q.Always))
	out.SensitiveArea = max(orExecutive(p.SensitiveArea), orExecutive(q.SensitiveArea))
	out.LeaverShare = min(p.LeaverShare, q.LeaverShare)
	out.LeaverCount = min(p.LeaverCount, q.LeaverCount)
	return out
}

// PolicyRow is one line of a policy's table in plain words.
type PolicyRow struct {
	What  string         // "Restricted: a rise on an agent or a data source"
	Need  ApprovalClass  // what it asks
	Who   string         // "an executive"
	By    string         // the member of the JSON that says so, "" where no policy can change it
	Class Classification // of a row of by_class
}

// Asking gives the policy in which what a row is about needs another approval;
// false where the row is no approval that a policy sets.
func (p Policy) Asking(r PolicyRow, need ApprovalClass) (Policy, bool) {
	switch r.By {
	case "by_class":
		p.ByClass = maps.Clone(p.ByClass)
		if p.ByClass == nil {
			p.ByClass = map[Classification]ApprovalClass{}
		}
		p.ByClass[r.Class] = need
	case "always":
		p.Always = need
	case "sensitive_area":
		p.SensitiveArea = need
	default:
		return p, false
	}
	return p, true
}

// Words says who gives an approval: "an account admin".
func (v ApprovalClass) Words() string { return approverWords[v] }

// approverWords says who gives an approval.
var approverWords = map[ApprovalClass]string{NoApproval: "nobody else: it applies at once",
	ManagerApproval: "the manager of each who gains", CheckerApproval: "someone with the duty checker",
	AdminApproval: "an account admin", ExecutiveApproval: "someone with the duty executive"}

// Rows gives the policy as a table: which effect asks for what.
func (p Policy) Rows() []PolicyRow {
	var out []PolicyRow
	add := func(need ApprovalClass, by, format string, args ...any) {
		out = append(out, PolicyRow{What: fmt.Sprintf(format, args...), Need: need, Who: approverWords[need], By: by})
	}
	for _, c := range Classifications() {
		add(p.of(c), "by_class", "%s: a rise on an agent or a data source", c)
		out[len(out)-1].Class = c
		if p.of(c) == ManagerApproval {
			out[len(out)-1].Who += fmt.Sprintf("; beyond %d who gain, the target's owner", p.ManagersUpTo)
		}
	}
	add(orExecutive(p.SensitiveArea), "sensitive_area", "Edit on an area marked sensitive, or below one")
	always := orExecutive(p.Always)
	for _, w := range alwaysWords {
		add(always, "always", "%s", w)
	}
	add(CheckerApproval, "leaver_share", "an import that retires more than %d people and more than %d%% of all, or more than %d",
		leaversFew, p.LeaverShare, p.LeaverCount)
	add(CheckerApproval, "", "a rise whose maker gains by it")
	add(CheckerApproval, "", "a manager changed by hand, or by a file that has not answered for the person before")
	add(NoApproval, "", "what only lowers, last-holder rules aside")
	return out
}

// Changes says in words each row in which q's table is other than p's.
func (p Policy) Changes(q Policy) []string {
	var out []string
	now := q.Rows()
	said := map[string]bool{}
	for i, was := range p.Rows() {
		is := now[i]
		w := ""
		switch {
		case was.What != is.What:
			w = was.What + " → " + is.What
		case was.Need != is.Need && was.By == "always":
			w = fmt.Sprintf("what always takes four eyes: %s → %s", was.Need, is.Need)
		case was.Need != is.Need:
			w = fmt.Sprintf("%s: %s → %s", was.What, was.Need, is.Need)
		case was.Who != is.Who:
			w = fmt.Sprintf("%s: %s → %s", was.What, was.Who, is.Who)
		default:
			continue
		}
		if !said[w] {
			said[w] = true
			out = append(out, w)
		}
	}
	return out
}

// alwaysWords says what Always is about (PRODUCT 3).
var alwaysWords = []string{
	"an account admin or a duty more", "the Admin role, or an agent role that reaches every agent", "a role's definition",
	"an agent opened to the organisation", "a classification, or the removal of something above Public",
	"an owner, or an agent's creator", "an area of the catalogue and its sensitivity", "an object or a field of the roles", "a separation of duties", "a group's rule of assignment, or the mapping of an external group",
	"a setting, the policy among them", "a binding",
}
