package main

import (
	"errors"
	"slices"
	"strings"

	"countersign/domain"
)

// The grammar by which every command names things:
//
//	agent:NAME  area:Voice/Numbers  group:NAME  source:NAME  role:NAME
//	person:EMAIL  duty:checker  account-role  agent-role
//	object:People/Edit  field:People/Email  setting:Billing  action:Send Email
//	(object:all/See, setting:all, action:all for all of them)
//
// or a bare name (an id, an e-mail, a whole name, an area's path) that only
// one thing has. A bare name that several things have is a Conflict that lists
// them; one that nothing has is NotFound.
const grammarHelp = `Things are named with their kind, as in agent:Support, area:Voice/Numbers, group:Tier 1,
source:Manual, role:Guest, person:ana@acme.example, duty:checker, account-role, agent-role,
object:People/Edit (See, Edit, Delete or Destroy), field:People/Email, setting:Billing,
action:"Send Email", and object:all/See, setting:all, action:all; or by a bare id, e-mail, whole
name or area path that only one thing has.`

// found is one thing of the organisation that a reference names.
type found struct {
	kind domain.Kind
	id   domain.ID
	ref  string // how to name it and nothing else: "agent:Support"
}

// finder looks one kind of thing up.
type finder struct {
	words []string // prefixes that name the kind; the first is its own
	kind  domain.Kind
	find  func(o *domain.Org, ref string) (id domain.ID, name string, err error)
}

var finders = []finder{
	{[]string{"person", "principal", "user", "key"}, domain.KindPrincipal, func(o *domain.Org, ref string) (domain.ID, string, error) {
		r, err := o.FindPrincipal(ref)
		if r.Email != "" {
			return r.ID, r.Email, err
		}
		return r.ID, r.Name, err
	}},
	{[]string{"group"}, domain.KindGroup, func(o *domain.Org, ref string) (domain.ID, string, error) {
		r, err := o.FindGroup(ref)
		return r.ID, r.Name, err
	}},
	{[]string{"agent"}, domain.KindAgent, func(o *domain.Org, ref string) (domain.ID, string, error) {
		r, err := o.FindAgent(ref)
		return r.ID, r.Name, err
	}},
	{[]string{"area"}, domain.KindArea, func(o *domain.Org, ref string) (domain.ID, string, error) {
		r, err := o.FindArea(ref)
		return r.ID, string(r.ID), err
	}},
	{[]string{"source"}, domain.KindSource, func(o *domain.Org, ref string) (domain.ID, string, error) {
		r, err := o.FindSource(ref)
		return r.ID, r.Name, err
	}},
	{[]string{"role"}, domain.KindRole, func(o *domain.Org, ref string) (domain.ID, string, error) {
		r, err := o.FindRole(ref)
		return r.ID, r.Name, err
	}},
}

// findAny finds the one thing of these kinds that ref names.
func findAny(o *domain.Org, ref string, kinds ...domain.Kind) (found, error) {
	word, rest, prefixed := strings.Cut(ref, ":")
	word = strings.ToLower(strings.TrimSpace(word))
	var hits []found
	for _, f := range finders {
		if !slices.Contains(kinds, f.kind) {
			if prefixed && slices.Contains(f.words, word) {
				return found{}, domain.Errorf(domain.Invalid, "%q is not what can be named here", ref).
					Hinted("name %s", kindsIn(kinds))
			}
			continue
		}
		look := ref
		if prefixed && slices.Contains(f.words, word) {
			look = strings.TrimSpace(rest)
		}
		id, name, err := f.find(o, look)
		if look != ref {
			return found{f.kind, id, f.words[0] + ":" + name}, err
		}
		switch {
		case err == nil:
			hits = append(hits, found{f.kind, id, f.words[0] + ":" + name})
		case domain.CodeOf(err) == domain.Conflict && len(kinds) == 1:
			return found{}, err
		case domain.CodeOf(err) == domain.Conflict:
			return found{}, several(ref, f.words[0], err)
		}
	}
	switch len(hits) {
	case 0:
		return found{}, domain.Errorf(domain.NotFound, "nothing here is called %q", ref).
			Hinted("name %s by id, e-mail, whole name or path", kindsIn(kinds))
	case 1:
		return hits[0], nil
	}
	refs := make([]string, len(hits))
	for i, h := range hits {
		refs[i] = h.ref
	}
	return found{}, domain.Errorf(domain.Conflict, "%q names %d things", ref, len(hits)).
		Hinted("say which: %s", strings.Join(refs, ", "))
}

// several keeps the list in what a finder says of a name that many have.
func several(ref, word string, err error) error {
	var e *domain.Error
	if errors.As(err, &e) {
		return domain.Errorf(domain.Conflict, "%q names more than one %s", ref, word).Hinted("%s", e.Hint)
	}
	return err
}

func kindsIn(kinds []domain.Kind) string {
	var words []string
	for _, f := range finders {
		if slices.Contains(kinds, f.kind) {
			words = append(words, f.words[0])
		}
	}
	if n := len(words); n > 1 {
		return "a " + strings.Join(words[:n-1], ", ") + " or " + words[n-1]
	}
	return "a " + strings.Join(words, "")
}

func findPrincipal(o *domain.Org, ref string) (domain.Principal, error) {
	f, err := findAny(o, ref, domain.KindPrincipal)
	p, _ := o.Principal(f.id)
	return p, err
}

// findAgentID finds an agent, "" for "".
func findAgentID(o *domain.Org, ref string) (domain.ID, error) {
	if ref == "" {
		return "", nil
	}
	f, err := findAny(o, ref, domain.KindAgent)
	return f.id, err
}

var holderKinds = map[domain.Kind]domain.HolderKind{domain.KindPrincipal: domain.HolderPrincipal,
	domain.KindGroup: domain.HolderGroup, domain.KindRole: domain.HolderRole}

// findHolder finds who or what can hold a grant.
func findHolder(o *domain.Org, ref string) (domain.Holder, error) {
	f, err := findAny(o, ref, domain.KindPrincipal, domain.KindGroup, domain.KindRole)
	return domain.Holder{Kind: holderKinds[f.kind], ID: f.id}, err
}

var targetKinds = map[domain.Kind]domain.TargetKind{domain.KindAgent: domain.TargetAgent, domain.KindArea: domain.TargetArea,
	domain.KindSource: domain.TargetSource, domain.KindGroup: domain.TargetGroup, domain.KindRole: domain.TargetRole}

// findTarget finds what access can be to.
func findTarget(o *domain.Org, ref string) (domain.Target, error) {
	switch word, rest, _ := strings.Cut(ref, ":"); strings.ToLower(strings.TrimSpace(word)) {
	case "duty":
		d, err := domain.ParseDuty(rest)
		return domain.Target{Kind: domain.TargetDuty, ID: domain.ID(d.String())}, err
	case "account-role", "account":
		return domain.Target{Kind: domain.TargetAccount}, nil
	case "agent-role":
		return domain.Target{Kind: domain.TargetAgentRole}, nil
	case "object", "field", "setting", "action":
		return findPermission(o, strings.ToLower(strings.TrimSpace(word)), strings.TrimSpace(rest))
	}
	f, err := findAny(o, ref, domain.KindAgent, domain.KindArea, domain.KindGroup, domain.KindSource, domain.KindRole)
	return domain.Target{Kind: targetKinds[f.kind], ID: f.id}, err
}

// findPermission finds what a role permits, by its kind and what stands after
// the colon. An object without an operation stands for seeing it.
func findPermission(o *domain.Org, kind, ref string) (domain.Target, error) {
	all := strings.EqualFold(ref, string(domain.AllID))
	switch kind {
	case "setting":
		if all {
			return domain.Target{Kind: domain.TargetSetting, ID: domain.AllID}, nil
		}
		p, err := domain.ParseSettingPermission(ref)
		return p.Target(), err
	case "action":
		if all {
			return domain.Target{Kind: domain.TargetAction, ID: domain.AllID}, nil
		}
		p, err := domain.ParseActionPermission(ref)
		return p.Target(), err
	case "field":
		f, err := o.FindField(ref)
		return domain.Target{Kind: domain.TargetField, ID: f.ID}, err
	}
	op, name := domain.TargetObjectSee, ref
	if i := strings.LastIndex(ref, "/"); i >= 0 {
		var err error
		if op, err = domain.ParseOperation(ref[i+1:]); err != nil {
			return domain.Target{}, err
		}
		name = strings.TrimSpace(ref[:i])
	}
	if strings.EqualFold(name, string(domain.AllID)) {
		return domain.Target{Kind: op, ID: domain.AllID}, nil
	}
	r, err := o.FindObject(name)
	return domain.Target{Kind: op, ID: r.ID}, err
}
