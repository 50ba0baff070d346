package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/tui"
	"countersign/tui/action"
)

// keysPath is the file of the person's keys; named says that it was asked for and
// so has to be there. Without a home directory there is none.
func (e *env) keysPath() (path string, named bool) {
	if e.flags.keys != "" {
		return e.flags.keys, true
	}
	config := e.getenv("XDG_CONFIG_HOME")
	if !filepath.IsAbs(config) { // the XDG specification: a relative path is to be ignored
		home := e.getenv("HOME")
		if home == "" {
			return "", false
		}
		config = filepath.Join(home, ".config")
	}
	return filepath.Join(config, "countersign", "keys"), false
}

// keymap reads the person's keys and holds them against every screen; nil where
// there is no file of them.
func (e *env) keymap() (*action.Keymap, error) {
	path, named := e.keysPath()
	if path == "" {
		return nil, nil
	}
	raw, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !named:
		return nil, nil
	case err != nil:
		return nil, domain.Errorf(domain.Invalid, "the file of keys %s cannot be read: %v", path, errors.Unwrap(err)).
			Hinted("countersign keys > FILE writes one to edit")
	}
	keys, err := action.ParseKeymap(bytes.NewReader(raw))
	if err == nil {
		var root *tui.Root
		if root, err = barConsole(e, keys); err == nil {
			err = root.CheckKeys()
		}
	}
	if err != nil {
		return nil, domain.Errorf(domain.Invalid, "%s cannot be used:\n  %s", path, strings.ReplaceAll(err.Error(), "\n", "\n  ")).
			Hinted("mend these lines, or move the file away; countersign keys lists every action and its keys all the same")
	}
	return keys, nil
}

// barConsole is a console on no database, for what its pages' keys are: nothing of
// it is ever opened.
func barConsole(e *env, keys *action.Keymap) (*tui.Root, error) {
	return tui.New(tui.Config{Product: "Countersign", Now: time.Now, Keys: keys, Pages: consolePages(&session{env: e}), Finder: consoleFinder(nil), Reports: reportNames()})
}

// consolePages are the console's pages, home first.
func consolePages(s *session) []tui.PageSpec {
	return slices.Concat(reviewPages(s), orgPages(s), campaignPages(s), planPages(s), reportPages(s))
}

const keysHead = `# Keys of the Countersign console. Take the # away from a line and write other keys:
# letters and signs as they are typed, ctrl+ or alt+ before them, or enter, tab, space,
# backspace, delete, insert, up, down, left, right, home, end, pgup, pgdown, f1 to f12,
# parted by blanks. Without a key an action is in the palette (:) only.
# The console reads %s
`

func (e *env) keysCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "keys",
		Short: "Print the console's keys as a file to edit",
		Long: `Prints every action of the console with the keys it is on, in the form of the file that
changes them: countersign/keys in the XDG configuration directory (~/.config), or the one
that --keys names. What the file changes is in force in it, the rest stands as comments.

The file is held against every screen before the console opens: no screen may have two
actions on a key, no decision may be on enter or an arrow, and ctrl+s, q, m, i, h, a, b and
z are refused, because terminals and multiplexers take them. Where a file cannot be used the
keys that the console comes with are printed, and then each fault by its line.`,
		Example: `  countersign keys > my-keys && mkdir -p ~/.config/countersign && mv my-keys ~/.config/countersign/keys
  countersign keys --keys my-keys`,
		Args: between(0, 0),
		RunE: func(*cobra.Command, []string) error {
			// A file that cannot be used is told at the end: what it should say is listed
			// before that.
			keys, faults := e.keymap()
			root, err := barConsole(e, keys)
			if err != nil {
				return err
			}
			path, _ := e.keysPath()
			if path == "" {
				path = "the file that --keys names."
			}
			if _, err = fmt.Fprintf(e.out, keysHead+"%s", path, root.KeyTemplate()); err != nil {
				return err
			}
			return faults
		},
	}
	e.keysFlag(cmd)
	return cmd
}

// keysFlag adds the flag that names the file of keys.
func (e *env) keysFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&e.flags.keys, "keys", "", "the `FILE` of your keys for the console (else countersign/keys in the XDG configuration directory)")
}
