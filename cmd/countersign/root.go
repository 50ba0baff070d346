package main

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"countersign/domain"
	"countersign/tui/theme"
)

// Groups of commands in the help, in its order.
const (
	groupStart  = "start"
	groupAsk    = "ask"
	groupChange = "change"
	groupReview = "review"
	groupCare   = "care"
)

// run runs one command line and gives the exit code.
func (e *env) run(ctx context.Context, args []string) int {
	root := e.root()
	root.SetArgs(args)
	if err := root.ExecuteContext(ctx); err != nil {
		return e.fail(err)
	}
	return exitOK
}

// root makes the tree of commands.
func (e *env) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "countersign",
		Short: "Access reviews with a second signature",
		Long: `Countersign keeps who may do what with an organisation's AI agents: everybody can see it, it
changes only under four eyes, is certified every quarter, and proves itself to the auditor.

Without a command it opens the console, where there is a terminal. The database is named by
--db, else by COUNTERSIGN_DB, else it is countersign/countersign.db in the XDG data directory
(~/.local/share). Who is acting is the operating-system user, bound to a person at init and
later by bind. On demo and rehearsal databases, and only there, people are played with --as,
and the clock is set with --now or COUNTERSIGN_NOW.

` + exitHelp,
		Example: `  countersign init --org-name "Acme" --admin ana@acme.example \
      --checker tom@acme.example --checker mira@acme.example
  countersign import people staff.csv --source hr --apply
  countersign access dana@acme.example`,
		Args:          cobra.ArbitraryArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			if e.terminal.interactive() || e.plain() {
				return e.console(cmd.Context(), e)
			}
			return cmd.Help()
		},
	}
	root.SetIn(e.in)
	root.SetOut(e.out)
	root.SetErr(e.err)
	root.SetFlagErrorFunc(flagError)
	f := root.PersistentFlags()
	f.StringVar(&e.flags.db, "db", "", "the database `FILE`")
	f.StringVar(&e.flags.as, "as", "", "play this `PERSON` (rehearsal and demo databases only)")
	f.StringVar(&e.flags.now, "now", "", "set the clock to this `TIME` (rehearsal and demo databases only)")
	f.Int64Var(&e.flags.seed, "seed", 0, "make ids from this `NUMBER` (rehearsal and demo databases only)")
	f.BoolVar(&e.flags.readOnly, "read-only", false, "change nothing; needs no binding, for auditors")
	root.Flags().StringVar(&e.flags.theme, "theme", "", "the console's colours: "+strings.Join(theme.Words(), ", ")+" (NO_COLOR is none)")
	root.Flags().BoolVar(&e.flags.ascii, "ascii", false, "draw the console in ASCII only")
	root.Flags().BoolVar(&e.flags.noMouse, "no-mouse", false, "leave the mouse to the terminal")
	root.Flags().BoolVar(&e.flags.still, "reduced-motion", false, "let nothing in the console tick or move by itself (also COUNTERSIGN_REDUCED_MOTION=1)")
	root.Flags().BoolVar(&e.flags.plain, "plain", false, "use the console line by line, for screen readers (also COUNTERSIGN_PLAIN=1)")
	e.keysFlag(root)
	for _, g := range [][2]string{{groupStart, "Start and load:"}, {groupAsk, "Ask who may do what:"},
		{groupChange, "Change it:"}, {groupReview, "Review it:"}, {groupCare, "Take care:"}} {
		root.AddGroup(&cobra.Group{ID: g[0], Title: g[1]})
	}
	e.addCommands(root)
	root.SetHelpCommandGroupID(groupCare)
	root.SetCompletionCommandGroupID(groupCare)
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	exampleForBuiltIn(root)
	return root
}

// valueWords say what a flag takes, by its type.
var valueWords = map[string]string{"int": "a number", "int64": "a number", "float64": "a number", "bool": "true or false", "duration": "a duration"}

// flagError says in a sentence what is wrong with a flag.
func flagError(cmd *cobra.Command, err error) error {
	said := domain.Errorf(domain.Invalid, "%v", err)
	var wrong *pflag.InvalidValueError
	if errors.As(err, &wrong) {
		if takes, known := valueWords[wrong.GetFlag().Value.Type()]; known {
			said = domain.Errorf(domain.Invalid, "--%s takes %s, and %q is none", wrong.GetFlag().Name, takes, wrong.GetValue())
		}
	}
	return said.Hinted("see: %s --help", cmd.CommandPath())
}

// exampleForBuiltIn gives the commands that cobra makes an example each.
func exampleForBuiltIn(root *cobra.Command) {
	for _, c := range root.Commands() {
		switch c.Name() {
		case "help":
			c.Example = "  countersign help import"
		case "completion":
			c.Example = "  countersign completion bash > ~/.local/share/bash-completion/completions/countersign"
			for _, shell := range c.Commands() {
				shell.Example = "  countersign completion " + shell.Name()
			}
		}
	}
}

// addCommands adds every command under its group of the help.
func (e *env) addCommands(root *cobra.Command) {
	for _, g := range []struct {
		id   string
		cmds []*cobra.Command
	}{
		{groupStart, []*cobra.Command{e.initCmd(), e.importCmd(), e.syncCmd(), e.templateCmd(), e.demoCmd()}},
		{groupAsk, []*cobra.Command{e.accessCmd(), e.explainCmd(), e.whoCmd(), e.matrixCmd(), e.diffCmd(), e.expiringCmd(), e.findingsCmd()}},
		{groupChange, []*cobra.Command{e.setCmd(), e.roleCmd(), e.assignCmd(), e.proposeCmd(), e.changesCmd(), e.approveCmd(), e.rejectCmd(),
			e.withdrawCmd(), e.undoCmd(), e.rebuildCmd(), e.bindCmd(), e.mapCmd(), e.dutyCmd(), e.policyCmd(), e.offboardCmd(), e.copyAccessCmd(), e.bulkCmd(),
			e.sodCmd(), e.catalogueCmd()}},
		{groupReview, []*cobra.Command{e.campaignCmd(), e.definitionCmd(), e.outboxCmd(), e.reviewCmd(), e.substituteCmd(), e.packetCmd(), e.coverageCmd(), e.exportCmd()}},
		{groupCare, []*cobra.Command{e.logCmd(), e.verifyCmd(), e.backupCmd(), e.doctorCmd(), e.keysCmd(), e.versionCmd(), e.docsCmd()}},
	} {
		for _, c := range g.cmds {
			c.GroupID = g.id
			root.AddCommand(c)
		}
	}
}

// gathersOthers marks a command that only gathers others.
const gathersOthers = "gathers others"

// family makes a command that only gathers others.
func family(cmd *cobra.Command, below ...*cobra.Command) *cobra.Command {
	cmd.Annotations = map[string]string{gathersOthers: "yes"}
	cmd.Args = cobra.ArbitraryArgs
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return unknownCommand(cmd, args[0])
		}
		return cmd.Help()
	}
	cmd.AddCommand(below...)
	return cmd
}

// unknownCommand is the Invalid error for a word that is no command.
func unknownCommand(cmd *cobra.Command, word string) error {
	err := domain.Errorf(domain.Invalid, "%q is no command of %s", word, cmd.CommandPath())
	if near := cmd.SuggestionsFor(word); len(near) > 0 {
		return err.Hinted("perhaps %s", strings.Join(near, ", "))
	}
	return err.Hinted("see: %s --help", cmd.CommandPath())
}

// between accepts least to most arguments (most < 0: any number); anything
// else is an Invalid error that shows the usage.
func between(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) >= least && (most < 0 || len(args) <= most) {
			return nil
		}
		what := "too much is named"
		if len(args) < least {
			what = "something is missing"
		}
		return domain.Errorf(domain.Invalid, "%s for %s", what, cmd.CommandPath()).Hinted("use: %s", cmd.UseLine())
	}
}
