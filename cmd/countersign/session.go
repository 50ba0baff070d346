package main

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/domain/auditlog"
	"countersign/review"
	"countersign/store"
)

// session is one command at work on an open database.
type session struct {
	*env
	ctx   context.Context
	store database
	svc   *review.Service
	actor domain.Actor // zero where nobody needs to act
	demo  bool         // the console was left for the demo
	// past is the moment that the console's pages over the organisation show; nil
	// shows the present.
	past atomic.Pointer[past]
}

// database is what commands and the console ask of the store; *store.Store is it.
type database interface {
	review.Store
	Mode() review.Mode
	Path() string
	LogID() domain.ID
	Holds() []store.Hold
	Checkpoint(ctx context.Context) (auditlog.Checkpoint, error)
	Verify(ctx context.Context, o store.VerifyOptions) (store.VerifyReport, error)
	Backup(ctx context.Context, dest string) error
	Close() error
}

// need says what a command needs of the person at the keyboard.
type need uint8

const (
	needsNobody need = iota // care of the file: verify, backup, doctor
	needsReader             // a bound person, or --read-only
	needsPerson             // a bound person, even when only reading
	needsActor              // a bound person, on a database that can be written
)

// with makes the RunE of a command that works on the database: it opens it,
// finds out who is acting, runs fn, and closes it.
func (e *env) with(n need, fn func(s *session, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) (err error) {
		s, err := e.open(cmd.Context(), n)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, s.close()) }()
		return fn(s, args)
	}
}

// close closes the database. Where COUNTERSIGN_HOLD is set it says first how
// long the longest write transaction held the writer, and which it was.
func (s *session) close() error {
	var said error
	if s.getenv("COUNTERSIGN_HOLD") != "" {
		line := "no write transaction"
		if held := s.store.Holds(); len(held) > 0 {
			line = "longest write transaction " + held[0].String()
		}
		_, said = fmt.Fprintln(s.err, line)
	}
	return errors.Join(said, s.store.Close())
}

// open opens the database of the flags and resolves the actor.
func (e *env) open(ctx context.Context, n need) (*session, error) {
	s, err := e.openFile(ctx, n)
	if err != nil {
		return nil, err
	}
	if err := s.resolveActor(n); err != nil {
		return nil, errors.Join(err, s.store.Close())
	}
	return s, nil
}

// openFile opens the database of the flags; who is acting is not known yet.
func (e *env) openFile(ctx context.Context, n need) (_ *session, err error) {
	path, err := e.dbPath()
	if err != nil {
		return nil, err
	}
	played, err := e.played()
	if err != nil {
		return nil, err
	}
	if n == needsActor && e.flags.readOnly {
		return nil, domain.Errorf(domain.Forbidden, "this command changes the database, and --read-only was given").
			Hinted("leave --read-only out").ByRule("read-only")
	}
	clock, ids := e.clock, &seededIDs{seed: e.flags.seed}
	o := store.Options{ReadOnly: e.flags.readOnly, Now: func() time.Time { return clock() }}
	if e.flags.seed != 0 {
		o.NewID = ids.make
	}
	st, err := store.Open(ctx, path, o)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, st.Close())
		}
	}()
	if err := e.mayPlay(st.Mode(), played); err != nil {
		return nil, err
	}
	if !played.IsZero() {
		clock = func() time.Time { return played }
	}
	s := &session{env: e, ctx: ctx, store: st, svc: newService(st)}
	if e.flags.seed != 0 {
		head, err := s.head()
		if err != nil {
			return nil, err
		}
		ids.from = head.Size
	}
	return s, nil
}

// mayPlay refuses, on a live database, everything that plays: another person,
// another time, ids that can be foreseen.
func (e *env) mayPlay(mode review.Mode, played time.Time) error {
	if mode != review.Live {
		return nil
	}
	for _, f := range []struct {
		given bool
		what  string
	}{
		{e.flags.as != "", "people cannot be played (--as)"},
		{!played.IsZero(), "the clock cannot be set (--now, COUNTERSIGN_NOW)"},
		{e.flags.seed != 0, "ids cannot be foreseen (--seed)"},
	} {
		if f.given {
			return domain.Errorf(domain.Forbidden, "%s on a live database", f.what).
				Hinted("that works on demo and rehearsal databases only (init --rehearsal)").ByRule("as-live")
		}
	}
	return nil
}

// played gives the instant that --now or COUNTERSIGN_NOW sets, zero for none.
func (e *env) played() (time.Time, error) {
	text := e.flags.now
	if text == "" {
		text = e.getenv("COUNTERSIGN_NOW")
	}
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, domain.Errorf(domain.Invalid, "%q is not an instant", text).
			Hinted("write it as 2026-03-31T09:00:00Z")
	}
	return t.UTC(), nil
}

// dbPath says which file the database is.
func (e *env) dbPath() (string, error) {
	for _, p := range []string{e.flags.db, e.getenv("COUNTERSIGN_DB")} {
		if p != "" {
			return p, nil
		}
	}
	data := e.getenv("XDG_DATA_HOME")
	if !filepath.IsAbs(data) { // the XDG specification: a relative path is to be ignored
		home := e.getenv("HOME")
		if home == "" {
			return "", domain.Errorf(domain.Invalid, "there is no home directory to look for the database in").
				Hinted("name the database with --db FILE")
		}
		data = filepath.Join(home, ".local", "share")
	}
	return filepath.Join(data, "countersign", "countersign.db"), nil
}

// resolveActor finds out who is acting: the one place where the command line
// does.
func (s *session) resolveActor(n need) (err error) {
	switch {
	case n == needsNobody, n == needsReader && s.flags.readOnly:
		return nil
	case s.flags.as != "":
		s.actor, err = s.svc.ActorAs(s.ctx, s.uid, s.flags.as)
	default:
		if s.actor, err = s.svc.ActorByUID(s.ctx, s.uid); ruleOf(err) == "unbound" && s.store.Mode() != review.Live {
			return s.unbound(n, err)
		}
	}
	return err
}

// unbound is for somebody who is nobody on a database where people are
// played: they may look, and are told how to act.
func (s *session) unbound(n need, refusal error) error {
	if n == needsReader {
		return nil
	}
	return s.view(func(tx review.Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		for _, p := range o.WithDuty(domain.DutyCampaignOwner, tx.Now()) {
			return domain.Errorf(domain.Forbidden, "nobody is acting: the operating-system user %d is bound to nobody here", s.uid).
				Hinted("play someone with --as, for example --as %s", p.Email).ByRule("unbound")
		}
		return refusal
	})
}

// ruleOf is the rule that refused, "" where none did.
func ruleOf(err error) string {
	var e *domain.Error
	if errors.As(err, &e) {
		return e.Rule
	}
	return ""
}

// view runs fn on one consistent picture.
func (s *session) view(fn func(review.Tx) error) error { return s.store.View(s.ctx, fn) }

// see gives the actor with what was on the screen: the text printed before
// the act, and how far the log reached then.
func (s *session) see(head review.Head, text string) domain.Actor {
	sum := sha256.Sum256([]byte(text))
	a := s.actor
	a.Saw = domain.Sight{Digest: hexOf(sum[:]), Size: head.Size, Root: head.Root}
	return a
}

// seededIDs makes ids that a rehearsal can foresee: from the seed, how far
// the log reached when the command began, and how many were made since. Two
// commands at once on one seed can make the same id; the second is refused.
type seededIDs struct {
	seed, from, n int64
}

func (g *seededIDs) make(prefix string) domain.ID {
	var b [24]byte
	for i, v := range []int64{g.seed, g.from, g.n} {
		binary.BigEndian.PutUint64(b[8*i:], uint64(v))
	}
	g.n++
	sum := sha256.Sum256(b[:])
	text := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:10])
	return domain.ID(prefix + "_" + strings.ToLower(text))
}

// dirFor sees that the directory of a new file of the program's own is there.
func dirFor(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return domain.Errorf(domain.Forbidden, "the folder of %s cannot be made: %v", path, errors.Unwrap(err)).
			Hinted("choose another path with --db")
	}
	return nil
}
