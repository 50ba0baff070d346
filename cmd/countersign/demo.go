package main

import (
	"bufio"
	"context"
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
)

// demoFlags are what demo asks for.
type demoFlags struct {
	dir, until string
	again      bool
}

func (e *env) demoCmd() *cobra.Command {
	f := demoFlags{}
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "A made-up organisation to try everything on",
		Long: `Demo makes a database of a made-up organisation: about sixty people, fifteen groups and twelve
agents, with the situations that make reviews interesting. Nothing of it is real.

In a terminal it opens the console on it, with a campaign under way, as one of its reviewers; the next
time it goes on where that was left, and --again begins anew.
Without a terminal it plays the whole quarter by the demo's own people, says every act line by line
with who did it, and ends with the workbooks. Everything is put into one folder, which is replaced
when it is a demo's own; a folder with anything else in it is refused. The demo's people are played
with --as.

With --until the play stops early, so that you can go on by hand: ` + strings.Join(demoStops(), ", ") + `.
It is then laid so that it stopped yesterday, and what is under way is due in some weeks; the whole
play begins on 1 October 2026, and is the same to the last byte. --now sets when it begins.`,
		Example: `  countersign demo
  countersign demo --dir /tmp/quarter --until launched </dev/null
  countersign --db /tmp/quarter/demo.db --as helen.osei@acme.example review list`,
		Args: between(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if e.terminal.interactive() && f.until == "" {
				return e.demoConsole(cmd.Context(), f)
			}
			return e.demoPlay(cmd, f)
		},
	}
	cmd.Flags().BoolVar(&f.again, "again", false, "begin anew: what was done in the last demo is given up")
	cmd.Flags().StringVar(&f.dir, "dir", "", "the demo's `FOLDER` (countersign-demo here; for the console in the XDG data directory)")
	cmd.Flags().StringVar(&f.until, "until", "", "stop after this `CHAPTER`")
	return cmd
}

func demoStops() []string {
	var out []string
	for _, c := range demoChapters {
		out = append(out, c.name)
	}
	return out
}

// demoStart is when the whole play begins where the clock is not set.
var demoStart = time.Date(2026, 10, 1, 7, 0, 0, 0, time.UTC)

// demoBegan is when a play begins that stopped, after a chapter, yesterday.
func (e *env) demoBegan(stop string) time.Time {
	day := 1
	for _, c := range demoChapters {
		if c.name == stop {
			day = c.lastDay
		}
	}
	y, m, d := e.clock().UTC().Date()
	return time.Date(y, m, d-day, 7, 0, 0, 0, time.UTC)
}

// demoPlay plays the quarter into a folder.
func (e *env) demoPlay(cmd *cobra.Command, f demoFlags) (err error) {
	last := demoChapters[len(demoChapters)-1].name
	began := demoStart
	if f.until == "" {
		f.until = last
	} else if f.until != last {
		began = e.demoBegan(f.until)
	}
	if !slices.Contains(demoStops(), f.until) {
		return domain.Errorf(domain.Invalid, "%q is no chapter of the demo", f.until).Hinted("use one of: %s", strings.Join(demoStops(), ", "))
	}
	if f.dir == "" {
		f.dir = "countersign-demo"
	}
	out := bufio.NewWriter(e.out)
	p, err := e.newPlay(cmd.Context(), f.dir, began, out)
	if err != nil {
		return err
	}
	p.print("DEMO: the quarter of Acme, which is made up. Every line is an act by the person named; times are UTC.")
	p.play(f.until)
	if p.err = errors.Join(p.err, p.st.Close()); p.err == nil {
		p.ending(f.until)
	}
	return errors.Join(p.err, out.Flush())
}

// demoConsole plays silently up to the decisions and opens the console.
func (e *env) demoConsole(ctx context.Context, f demoFlags) error {
	named := f.dir != ""
	if !named {
		usual := *e
		usual.flags.db = ""
		usual.getenv = func(name string) string {
			if name == "COUNTERSIGN_DB" {
				return ""
			}
			return e.getenv(name)
		}
		path, err := usual.dbPath()
		if err != nil {
			return err
		}
		f.dir = filepath.Join(filepath.Dir(path), "demo")
	}
	if e.flags.db = filepath.Join(f.dir, "demo.db"); f.again || !demoPlayed(f.dir) {
		const stop = "launched"
		p, err := e.newPlay(ctx, f.dir, e.demoBegan(stop), nil)
		if err != nil {
			return err
		}
		p.play(stop)
		if err := errors.Join(p.err, p.st.Close()); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(f.dir, demoMark), []byte(demoMarkText+demoWhole), 0o600); err != nil {
			return fmt.Errorf("the demo cannot be kept: %w", err)
		}
	}
	if e.flags.as == "" {
		e.flags.as = mail("helen.osei")
	}
	err := e.console(ctx, e)
	if err == nil {
		where := ""
		if named {
			where = " --dir " + f.dir
		}
		_, err = fmt.Fprintf(e.out, "The demo is in %s. Go on with it: countersign demo%[2]s; begin it anew: countersign demo%[2]s --again\n", e.flags.db, where)
	}
	return err
}

// demoPlayed says whether a folder holds a console's demo that was played to
// its end: what somebody did in it since is theirs, and is gone on with.
func demoPlayed(dir string) bool {
	mark, err := os.ReadFile(filepath.Join(dir, demoMark))
	if err != nil || !strings.HasSuffix(string(mark), demoWhole) {
		return false
	}
	_, err = os.Stat(filepath.Join(dir, "demo.db"))
	return err == nil
}

// demoWhole ends the mark of a console's demo that was played to its end.
const demoWhole = "It is whole, and the console goes on with it unless asked to begin anew.\n"

// demoMark is the file that makes a folder a demo's own.
const demoMark = "COUNTERSIGN-DEMO.txt"

const demoMarkText = `This folder was made by "countersign demo". The play without a console replaces it when it runs again.
Nothing in it is about real people.
`

// demoFiles are what a demo leaves, besides the mark.
var demoFiles = []string{"demo.db", "demo.db-wal", "demo.db-shm", "directory.csv", "checkpoint.txt",
	"campaign.xlsx", "agent-matrix.xlsx", "area-matrix.xlsx"}

// demoFolder makes the folder ready: empty but for the mark. One that is not a
// demo's own and not empty is a Conflict and stays as it is.
func demoFolder(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return domain.Errorf(domain.Forbidden, "the folder %s cannot be made: %v", dir, errors.Unwrap(err)).
			Hinted("choose another with --dir")
	}
	there, err := os.ReadDir(dir)
	if err != nil {
		return domain.Errorf(domain.Forbidden, "the folder %s cannot be read: %v", dir, errors.Unwrap(err))
	}
	own := slices.ContainsFunc(there, func(f fs.DirEntry) bool { return f.Name() == demoMark && f.Type().IsRegular() })
	for _, f := range there {
		if !own || f.Name() != demoMark && !slices.Contains(demoFiles, f.Name()) {
			return domain.Errorf(domain.Conflict, "the folder %s holds %s, which is no demo's", dir, f.Name()).
				Hinted("choose another with --dir, or move that away").ByRule("demo-foreign")
		}
	}
	for _, f := range there {
		if f.Name() != demoMark {
			if err := os.Remove(filepath.Join(dir, f.Name())); err != nil {
				return fmt.Errorf("the last demo cannot be taken away: %w", err)
			}
		}
	}
	return os.WriteFile(filepath.Join(dir, demoMark), []byte(demoMarkText), 0o600)
}
