package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// docsCmd prints the reference of all commands; a test holds the README
// against it.
func (e *env) docsCmd() *cobra.Command {
	return &cobra.Command{
		Use:     "docs",
		Short:   "Print the command reference as Markdown",
		Long:    "Docs prints the reference of every command, made from the commands themselves, as Markdown.",
		Example: "  countersign docs > COMMANDS.md",
		Hidden:  true,
		Args:    between(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return writeReference(cmd.OutOrStdout(), cmd.Root())
		},
	}
}

// writeReference writes the section of a command and of those below it.
func writeReference(w io.Writer, cmd *cobra.Command) error {
	if cmd.Hidden || cmd.Name() == "help" {
		return nil
	}
	depth := strings.Count(cmd.CommandPath(), " ")
	var b strings.Builder
	fmt.Fprintf(&b, "%s `%s`\n\n%s\n\n", strings.Repeat("#", 2+depth), cmd.CommandPath(), strings.TrimSpace(cmd.Long))
	if cmd.Runnable() {
		fmt.Fprintf(&b, "    %s\n\n", cmd.UseLine())
	}
	if cmd.Example != "" {
		fmt.Fprintf(&b, "For example:\n\n```sh\n%s\n```\n\n", unindent(cmd.Example))
	}
	flags := cmd.NonInheritedFlags()
	if flags.HasAvailableFlags() {
		b.WriteString("| Flag | |\n|---|---|\n")
		flags.VisitAll(func(f *pflag.Flag) {
			if f.Hidden || f.Name == "help" {
				return
			}
			name, usage := pflag.UnquoteUsage(f)
			fmt.Fprintf(&b, "| `%s` | %s |\n", strings.TrimSpace("--"+f.Name+" "+name), strings.ReplaceAll(usage, "|", "\\|"))
		})
		b.WriteString("\n")
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return err
	}
	for _, c := range cmd.Commands() {
		if err := writeReference(w, c); err != nil {
			return err
		}
	}
	return nil
}

func unindent(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = strings.TrimPrefix(lines[i], "  ")
	}
	return strings.Join(lines, "\n")
}
