package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
	"countersign/store"
)

func (e *env) backupCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the database to a new file while others work",
		Long: `Backup writes a consistent copy of the database to a new file of mode 0600. It never overwrites
one. The copy opens like the database itself: countersign --db FILE --read-only log verify.`,
		Example: "  countersign backup ~/backup/acme-2026-03-31.db",
		Args:    between(1, 1),
		RunE: e.with(needsNobody, func(s *session, args []string) error {
			if err := s.store.Backup(s.ctx, args[0]); err != nil {
				return err
			}
			p := s.newPage()
			p.line("%s: a copy of %s", args[0], s.store.Path())
			return s.print(p)
		}),
	}
}

// check is one line of doctor.
type check struct {
	OK   bool   `json:"ok"`
	What string `json:"what"`
	Say  string `json:"say"`
}

func (e *env) doctorCmd() *cobra.Command {
	return e.jsonFlag(&cobra.Command{
		Use:   "doctor",
		Short: "Look whether the database and its surroundings are healthy",
		Long: `Doctor checks who may read the file, who you are here, the versions at work, the file's integrity
and the log. What it opens the database with is read back from every connection: write-ahead log,
full synchronisation, foreign keys, recursive triggers.`,
		Example: "  countersign doctor\n  countersign doctor --json",
		Args:    between(0, 0),
		RunE:    e.with(needsNobody, func(s *session, _ []string) error { return s.doctor() }),
	})
}

func (s *session) doctor() error {
	checks := []check{
		{true, "build", version() + ", " + driverVersion()},
		{true, "database", s.store.Path() + ", " + modeWords[s.store.Mode()]},
		{true, "settings", "write-ahead log, full synchronisation, foreign keys and recursive triggers, read back when each connection opened"},
	}
	checks = append(checks, permissions(s.store.Path())...)
	checks = append(checks, s.whoAmI())
	head, err := s.head()
	if err != nil {
		return err
	}
	checks = append(checks, check{true, "log", string(head.Log) + ", " + review.Count(int(head.Size), "event", "events") + ", last " + s.when(head.Time)})
	if now := s.clock(); s.store.Mode() == review.Live && now.Before(head.Time) {
		checks = append(checks, check{false, "clock", "this machine's clock stands before the last event: set it right"})
	}
	rep, err := s.store.Verify(s.ctx, store.VerifyOptions{})
	if err != nil {
		return err
	}
	integrity := check{rep.OK(), "integrity", "file, log and state fit each other"}
	if !rep.OK() {
		integrity.Say = rep.Faults[0]
	}
	return s.examined(append(checks, integrity))
}

// examined prints the checks; one that failed makes a Conflict.
func (s *session) examined(checks []check) error {
	p := s.newPage()
	var rows [][]string
	bad := 0
	for _, c := range checks {
		mark := "ok"
		if !c.OK {
			mark = "BAD"
			bad++
		}
		rows = append(rows, []string{mark, c.What, c.Say})
	}
	p.table(nil, rows)
	doc := struct {
		Mode   string  `json:"mode"`
		OK     bool    `json:"ok"`
		Checks []check `json:"checks"`
	}{modeWords[s.store.Mode()], bad == 0, checks}
	if err := s.answer(doc, p); err != nil || bad == 0 {
		return err
	}
	return domain.Errorf(domain.Conflict, "%s", review.Count(bad, "check is not well", "checks are not well")).
		Hinted("see the lines that begin with BAD")
}

// whoAmI says who acts here, which is no fault where nobody does.
func (s *session) whoAmI() check {
	a, err := s.svc.ActorByUID(s.ctx, s.uid)
	if err != nil {
		return check{true, "you", err.Error()}
	}
	name := string(a.Principal)
	if o, err := s.org(); err == nil {
		name = o.Name(domain.KindPrincipal, a.Principal)
	}
	return check{true, "you", name + ", by " + a.Via}
}

// permissions looks at who else can read or write the file.
func permissions(path string) []check {
	var out []check
	for _, p := range besides(path) {
		info, err := os.Stat(p)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			out = append(out, check{false, "file", err.Error()})
			continue
		}
		mode := info.Mode().Perm()
		c := check{mode&0o007 == 0, "file", filepath.Base(p) + " " + mode.String() + ", " + strconv.FormatInt(info.Size(), 10) + " bytes"}
		if !c.OK {
			c.Say += ": everybody on this host can reach it (chmod o= " + p + ")"
		}
		out = append(out, c)
	}
	return out
}

// driverVersion says which SQLite driver the build holds.
func driverVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == "github.com/mattn/go-sqlite3" {
				return "go-sqlite3 " + m.Version
			}
		}
	}
	return "go-sqlite3"
}
