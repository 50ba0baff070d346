package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"countersign/domain"
)

func (e *env) dutyCmd() *cobra.Command {
	var f proposing
	var take bool
	var words []string
	for _, d := range domain.Duties() {
		words = append(words, d.String())
	}
	cmd := &cobra.Command{
		Use:   "duty PERSON DUTY",
		Short: "Give someone a duty in Countersign, or take it",
		Long: `Duty gives a user one of the duties ` + strings.Join(words, ", ") + `; with --take it ends.
No duty exempts anyone from a four-eyes rule. Who holds one: countersign who duty:checker.

` + proposingHelp,
		Example: `  countersign duty mira@acme.example auditor --reason "external audit 2026"
  countersign duty tom@acme.example checker --take --reason "moves to sales"`,
		Args: between(2, 2),
		RunE: e.proposer(&f, func(_ *session, o *domain.Org, ids maker, args []string) (string, []domain.Change, error) {
			word := "Held"
			if take {
				word = "None"
			}
			return setLevel(o, ids, level{holder: "person:" + strings.TrimPrefix(args[0], "person:"), target: "duty:" + args[1], word: word})
		}),
	}
	cmd.Flags().BoolVar(&take, "take", false, "take the duty away")
	return e.proposingFlags(cmd, &f)
}

func (e *env) bindCmd() *cobra.Command {
	var f proposing
	var unbind bool
	cmd := &cobra.Command{
		Use:   "bind UID [PERSON]",
		Short: "Say which person an operating-system user is",
		Long: `Bind says which person an operating-system user of this host is: from then on that user acts as
the person. With --unbind the binding ends. It always takes four eyes.

` + proposingHelp,
		Example: `  countersign bind 1002 dana@acme.example --reason "new laptop user"
  countersign bind 1002 --unbind --reason "left"`,
		Args: between(1, 2),
		RunE: e.proposer(&f, func(_ *session, o *domain.Org, _ maker, args []string) (string, []domain.Change, error) {
			uid, err := strconv.Atoi(args[0])
			if err != nil || uid < 0 {
				return "", nil, domain.Errorf(domain.Invalid, "%q is not the number of an operating-system user", args[0]).
					Hinted("it is what id -u prints")
			}
			if unbind == (len(args) == 2) {
				return "", nil, domain.Errorf(domain.Invalid, "bind takes either a person or --unbind").
					Hinted("use: countersign bind UID PERSON")
			}
			id := domain.ID("uid:" + strconv.Itoa(uid))
			var before, after domain.Record
			if row, ok := o.Get(domain.KindBinding, id); ok {
				before = row.Record
			}
			if unbind {
				if before == nil {
					return "", nil, domain.Errorf(domain.NotFound, "the operating-system user %d is bound to nobody", uid)
				}
				return fmt.Sprintf("Unbind the operating-system user %d", uid), []domain.Change{{Before: before}}, nil
			}
			p, err := findPrincipal(o, args[1])
			if err != nil {
				return "", nil, err
			}
			title := fmt.Sprintf("Bind the operating-system user %d to %s", uid, p.Name)
			if after = (domain.Binding{ID: id, Principal: p.ID}); before == after {
				return title, nil, nil
			}
			return title, []domain.Change{{Before: before, After: after}}, nil
		}),
	}
	cmd.Flags().BoolVar(&unbind, "unbind", false, "end the binding")
	return e.proposingFlags(cmd, &f)
}
