package main

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"countersign/domain"
)

func (e *env) bindCmd() *cobra.Command {
	var f proposing
	var unbind bool
	cmd := &cobra.Command{
		Use:   "bind UID [PERSON]",
		Short: "Say which person an operating-system user is",
		Long: `Bind says which person an operating-system user of this host is: from then on that user acts as
the person, and no longer as another it was bound to. With --unbind the binding ends. Giving,
replacing and taking a binding each take four eyes. "bind list" shows them.

` + proposingHelp,
		Example: `  countersign bind 1002 dana@acme.example --reason "new laptop user"
  countersign bind 1002 --unbind --reason "left"
  countersign bind list`,
		Args: between(1, 2),
		RunE: e.proposer(&f, func(_ *session, o *domain.Org, _ maker, args []string) (string, []domain.Change, error) {
			return bindChange(o, args, unbind)
		}),
	}
	cmd.Flags().BoolVar(&unbind, "unbind", false, "end the binding")
	e.proposingFlags(cmd, &f)
	cmd.AddCommand(e.bindListCmd())
	return cmd
}

// bindChange makes the change of one binding.
func bindChange(o *domain.Org, args []string, unbind bool) (string, []domain.Change, error) {
	uid, err := strconv.Atoi(args[0])
	if err != nil || uid < 0 {
		return "", nil, domain.Errorf(domain.Invalid, "%q is not the number of an operating-system user", args[0]).
			Hinted("it is what id -u prints")
	}
	if unbind == (len(args) == 2) {
		return "", nil, domain.Errorf(domain.Invalid, "bind takes either a person or --unbind").
			Hinted("use: countersign bind UID PERSON")
	}
	id := domain.ID(bindingPrefix + strconv.Itoa(uid))
	row, bound := o.Get(domain.KindBinding, id)
	if unbind {
		if !bound {
			return "", nil, domain.Errorf(domain.NotFound, "the operating-system user %d is bound to nobody", uid)
		}
		return fmt.Sprintf("Unbind the operating-system user %d", uid), []domain.Change{domain.End(row.Record)}, nil
	}
	p, err := findPrincipal(o, args[1])
	if err != nil {
		return "", nil, err
	}
	title := fmt.Sprintf("Bind the operating-system user %d to %s", uid, p.Name)
	after := domain.Binding{ID: id, Principal: p.ID}
	if !bound {
		return title, []domain.Change{domain.Begin(after)}, nil
	}
	if row.Record == domain.Record(after) {
		return title, nil, nil
	}
	title += " instead of " + o.Name(domain.KindPrincipal, row.Record.(domain.Binding).Principal)
	return title, []domain.Change{domain.Replace(row.Record, after)}, nil
}

// bindingPrefix begins the id of every binding.
const bindingPrefix = "uid:"

// bindingJSON is one binding in JSON answers.
type bindingJSON struct {
	UID    int       `json:"uid"`
	Person thingJSON `json:"person"`
	Status string    `json:"status"`
}

func (e *env) bindListCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "Which operating-system user is whom",
		Long:    "List shows every binding of an operating-system user to a person, and whether that person is active.",
		Example: "  countersign bind list",
		Args:    between(0, 0),
		RunE: e.with(needsReader, func(s *session, _ []string) error {
			pic, err := s.present()
			if err != nil {
				return err
			}
			doc := struct {
				about
				Bindings []bindingJSON `json:"bindings"`
			}{s.about(pic), []bindingJSON{}}
			for row := range pic.org.All(domain.KindBinding) {
				b, ok := row.Record.(domain.Binding)
				if !ok {
					continue
				}
				uid, err := strconv.Atoi(strings.TrimPrefix(string(b.ID), bindingPrefix))
				if err != nil {
					continue
				}
				p, _ := pic.org.Principal(b.Principal)
				doc.Bindings = append(doc.Bindings, bindingJSON{uid, principalJSON(pic.org, b.Principal), p.Status.String()})
			}
			slices.SortFunc(doc.Bindings, func(a, b bindingJSON) int { return cmp.Compare(a.UID, b.UID) })
			p := s.newPage()
			var rows [][]string
			for _, b := range doc.Bindings {
				rows = append(rows, []string{strconv.Itoa(b.UID), b.Person.Name, b.Person.Email, b.Status})
			}
			if len(rows) == 0 {
				p.line("no operating-system user is bound")
			}
			p.table([]string{">UID", "WHO", "E-MAIL", "STATUS"}, rows)
			return s.answer(doc, p)
		}),
	}
	return e.jsonFlag(cmd)
}
