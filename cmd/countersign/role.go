package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
)

const roleHelp = `A role says what its holders may do: on all objects (See, Edit, Delete, Destroy), on single objects
by an exception, on single fields by a rule that only restricts, with settings and with actions.
What is more specific goes first. A person, an API key or an AI agent holds one role; who holds none
has the default one. Roles are given with: set PRINCIPAL role:NAME Held.`

func (e *env) roleCmd() *cobra.Command {
	return family(&cobra.Command{
		Use:   "role",
		Short: "Roles: what they permit on objects, fields, settings and actions",
		Long:  roleHelp,
		Example: `  countersign role add Intern --for users --reason "summer interns"
  countersign role set Intern object:all/See=Allowed object:Opportunities/See=Denied --reason "see but not touch"
  countersign role show Intern`,
	}, e.roleListCmd(), e.roleShowCmd(), e.roleAddCmd(), e.roleEditCmd(), e.roleSetCmd(), e.roleDefaultCmd(), e.roleDeleteCmd(), e.roleObjectsCmd())
}

// findRole finds a role by reference.
func findRole(o *domain.Org, ref string) (domain.Role, error) {
	f, err := findAny(o, ref, domain.KindRole)
	r, _ := o.Role(f.id)
	return r, err
}

// setPermission makes one value of a role's definition so, "unset" to take it
// off.
func setPermission(o *domain.Org, holder domain.Holder, t domain.Target, l level, id func() domain.ID) (string, []domain.Change, error) {
	if holder.Kind != domain.HolderRole {
		return "", nil, domain.Errorf(domain.Invalid, "%s is no role, and %s is what a role permits", review.HolderName(o, holder), review.TargetName(o, t, "")).
			Hinted("name a role, as in role:Intern; people are given roles")
	}
	if !l.window.Always() {
		return "", nil, domain.Errorf(domain.Invalid, "what a role permits has no dates").Hinted("give people the role for a time instead")
	}
	name, word := review.TargetName(o, t, ""), strings.TrimSpace(l.word)
	title := fmt.Sprintf("role %s: %s %s", review.HolderName(o, holder), name, word)
	if strings.EqualFold(word, "unset") {
		cs, err := domain.ResetPermission(o, holder.ID, t)
		return fmt.Sprintf("role %s: no value of its own for %s", review.HolderName(o, holder), name), cs, err
	}
	v, err := domain.LadderOf(t.Kind).Parse(word)
	if op, notOp := domain.ParseOperation(word); err != nil && notOp == nil && t.Kind.Operation() {
		object := string(domain.AllID)
		if t.ID != domain.AllID {
			object = o.Name(domain.KindObject, t.ID)
		}
		return "", nil, domain.Errorf(domain.Invalid, "%s is no level but what may be done with an object", word).
			Hinted("name it with the object: set role:%s object:%s/%s Allowed", review.HolderName(o, holder), object, domain.OperationWord(op))
	}
	if err != nil {
		return "", nil, err
	}
	cs, err := domain.SetPermission(o, holder.ID, t, v, id)
	return title, cs, err
}

// roleFor reads for which kinds of principal a role is.
func roleFor(r domain.Role, words string) (domain.Role, error) {
	r.ForUsers, r.ForKeys, r.ForAgents = false, false, false
	for _, w := range strings.Split(words, ",") {
		switch strings.ToLower(strings.TrimSpace(w)) {
		case "users", "user", "people":
			r.ForUsers = true
		case "keys", "key", "api-keys":
			r.ForKeys = true
		case "agents", "agent", "ai-agents":
			r.ForAgents = true
		default:
			return r, domain.Errorf(domain.Invalid, "%q is no kind a role can be for", w).Hinted("list some of: users, keys, agents")
		}
	}
	return r, nil
}

func (e *env) roleAddCmd() *cobra.Command {
	var f proposing
	var forWhom, description string
	cmd := &cobra.Command{
		Use:     "add NAME",
		Short:   "Make a role",
		Long:    "Add makes a role that permits nothing yet.\n\n" + roleHelp + "\n\n" + proposingHelp,
		Example: `  countersign role add Intern --for users,keys,agents --description "Sees, and edits people" --reason "summer interns"`,
		Args:    between(1, 1),
		RunE: e.proposer(&f, func(_ *session, _ *domain.Org, ids maker, args []string) (string, []domain.Change, error) {
			r, err := roleFor(domain.Role{ID: ids(domain.PrefixRole), Name: strings.TrimSpace(args[0]), Description: description}, forWhom)
			return "new role " + r.Name, []domain.Change{domain.Begin(r)}, err
		}),
	}
	cmd.Flags().StringVar(&forWhom, "for", "users", "to whom it may be given: some of `KINDS` users, keys, agents")
	cmd.Flags().StringVar(&description, "description", "", "what it is for, in a `SENTENCE`")
	return e.proposingFlags(cmd, &f)
}

func (e *env) roleEditCmd() *cobra.Command {
	var f proposing
	var forWhom, description, name string
	cmd := &cobra.Command{
		Use:     "edit ROLE",
		Short:   "Change a role's name, description, or for whom it is",
		Long:    "Edit changes what a role is called and to whom it may be given.\n\n" + proposingHelp,
		Example: `  countersign role edit Intern --for users,agents --reason "agents too"`,
		Args:    between(1, 1),
	}
	cmd.RunE = e.proposer(&f, func(_ *session, o *domain.Org, _ maker, args []string) (string, []domain.Change, error) {
		before, err := findRole(o, args[0])
		if err != nil {
			return "", nil, err
		}
		after := before
		if cmd.Flags().Changed("name") {
			after.Name = strings.TrimSpace(name)
		}
		if cmd.Flags().Changed("description") {
			after.Description = description
		}
		if cmd.Flags().Changed("for") {
			if after, err = roleFor(after, forWhom); err != nil {
				return "", nil, err
			}
		}
		title := "role " + before.Name + " changed"
		if after == before {
			return title, nil, nil
		}
		return title, []domain.Change{domain.Replace(before, after)}, nil
	})
	cmd.Flags().StringVar(&name, "name", "", "its new `NAME`")
	cmd.Flags().StringVar(&forWhom, "for", "", "to whom it may be given: some of `KINDS` users, keys, agents")
	cmd.Flags().StringVar(&description, "description", "", "what it is for, in a `SENTENCE`")
	return e.proposingFlags(cmd, &f)
}

func (e *env) roleSetCmd() *cobra.Command {
	var f proposing
	return e.proposingFlags(&cobra.Command{
		Use:   "set ROLE TARGET=LEVEL...",
		Short: "Set many values of a role's definition in one change set",
		Long: `Set makes these values of a role's definition so, all in one change set, whole or not at all:
Allowed or Denied on an object, See or "No Access" on a field, Held or None of a setting or an
action, "unset" to take a value off so that the role shows what it inherits; object:NAME=unset takes off
all that the role has of its own for an object and its fields.

` + roleHelp + "\n\n" + proposingHelp + "\n\n" + grammarHelp,
		Example: `  countersign role set Intern object:all/See=Allowed object:Opportunities/See=Denied \
      object:People/Edit=Allowed field:People/Email=See "field:People/Address=No Access" --reason "see but not touch"
  countersign role set Intern object:Opportunities/See=unset --reason "they may see them after all"`,
		Args: between(2, 100),
		RunE: e.proposer(&f, func(_ *session, o *domain.Org, ids maker, args []string) (string, []domain.Change, error) {
			r, err := findRole(o, args[0])
			if err != nil {
				return "", nil, err
			}
			var out []domain.Change
			var titles []string
			for _, arg := range args[1:] {
				title, cs, err := roleValue(o, r, arg, func() domain.ID { return ids(domain.PrefixGrant) })
				if err != nil {
					return "", nil, err
				}
				out = append(out, cs...)
				titles = append(titles, title)
			}
			return "role " + r.Name + ": " + strings.Join(titles, ", "), out, nil
		}),
	}, &f)
}

// roleValue makes what TARGET=LEVEL says so in a role's definition; object:NAME=unset
// takes all that the role has of its own for an object and its fields.
func roleValue(o *domain.Org, r domain.Role, arg string, id func() domain.ID) (title string, cs []domain.Change, err error) {
	ref, word, ok := strings.Cut(arg, "=")
	ref, word = strings.TrimSpace(ref), strings.TrimSpace(word)
	if !ok {
		return "", nil, domain.Errorf(domain.Invalid, "%q names no level", arg).Hinted("write it as object:People/Edit=Allowed")
	}
	if object, is := strings.CutPrefix(ref, "object:"); is && !strings.Contains(object, "/") && strings.EqualFold(word, "unset") {
		t, err := findTarget(o, ref+"/"+domain.OperationWord(domain.TargetObjectSee))
		if err != nil {
			return "", nil, err
		}
		cs, err = domain.ResetObject(o, r.ID, t.ID)
		return object + " and its fields unset", cs, err
	}
	t, err := findTarget(o, ref)
	if err != nil {
		return "", nil, err
	}
	if !t.Kind.Permission() {
		return "", nil, domain.Errorf(domain.Invalid, "%s is nothing that role set knows", review.TargetName(o, t, "")).
			Hinted("name objects, fields, settings and actions; areas go with: set role:%s", r.Name)
	}
	_, cs, err = setPermission(o, domain.Holder{Kind: domain.HolderRole, ID: r.ID}, t, level{word: word}, id)
	return review.TargetName(o, t, "") + " " + word, cs, err
}

func (e *env) roleDefaultCmd() *cobra.Command {
	var f proposing
	return e.proposingFlags(&cobra.Command{
		Use:     "default ROLE",
		Short:   "Make a role the default one",
		Long:    "Default makes a role the one that new members get and that whoever holds no other has.\n\n" + proposingHelp,
		Example: `  countersign role default Guest --reason "least by default"`,
		Args:    between(1, 1),
		RunE: e.proposer(&f, func(_ *session, o *domain.Org, _ maker, args []string) (string, []domain.Change, error) {
			r, err := findRole(o, args[0])
			if err != nil {
				return "", nil, err
			}
			cs, err := domain.MakeDefault(o, r.ID)
			return r.Name + " is the default role", cs, err
		}),
	}, &f)
}

func (e *env) roleDeleteCmd() *cobra.Command {
	var f proposing
	return e.proposingFlags(&cobra.Command{
		Use:   "delete ROLE",
		Short: "Delete a role; its holders have the default one then",
		Long: `Delete ends a role, what it permits and what everybody holds of it: they have the default role
then. The Admin role and the default role stay.

` + proposingHelp,
		Example: `  countersign role delete Intern --reason "the summer is over"`,
		Args:    between(1, 1),
		RunE: e.proposer(&f, func(_ *session, o *domain.Org, _ maker, args []string) (string, []domain.Change, error) {
			r, err := findRole(o, args[0])
			if err != nil {
				return "", nil, err
			}
			cs, err := domain.DeleteRole(o, r.ID)
			return "role " + r.Name + " deleted", cs, err
		}),
	}, &f)
}

func (e *env) roleObjectsCmd() *cobra.Command {
	var f proposing
	return e.proposingFlags(&cobra.Command{
		Use:   "objects [CATALOGUE]",
		Short: "Adopt a shipped catalogue of objects and fields",
		Long: `Objects brings in the objects and fields of a shipped catalogue ("crm"): what is missing begins,
what is there stays as it is.

` + proposingHelp,
		Example: `  countersign role objects crm --reason "the CRM workspace"`,
		Args:    between(0, 1),
		RunE: e.proposer(&f, func(_ *session, o *domain.Org, _ maker, args []string) (string, []domain.Change, error) {
			name := domain.ObjectsCRM
			if len(args) == 1 {
				name = args[0]
			}
			cs, err := domain.AdoptObjects(o, name)
			return "objects of the catalogue " + name, cs, err
		}),
	}, &f)
}
