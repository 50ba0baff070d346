package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"countersign/domain"
	"countersign/review"
)

// Store is an open database. It is safe for use by several goroutines, and
// several processes may have the same file open. Its life: Create once, Open
// any number of times, Close.
type Store struct {
	path  string
	write *sql.DB // one connection; nil when read-only
	read  *sql.DB
	queue chan struct{} // holds a token while someone writes: first come, first served
	now   func() time.Time
	newID func(prefix string) domain.ID
	log   domain.ID
	mode  review.Mode
	orgs  orgCache

	proposals proposalCache

	held meter
	owed atomic.Bool // commits copy nothing of the write-ahead log, and should again: see catchUp
}

var _ review.Store = (*Store)(nil)

// Options say how to open a database. The zero Options are right for use.
type Options struct {
	Mode     review.Mode                   // Create: what kind of database; indelible
	OrgName  string                        // Create: what the organisation is called, for the genesis event
	LogID    domain.ID                     // Create: the log's id; made when empty
	Share    bool                          // Create: file 0660 in a directory 2770, for one host's group
	ReadOnly bool                          // Open: change nothing, for an auditor's copy
	Now      func() time.Time              // the clock; the system's when nil
	NewID    func(prefix string) domain.ID // makes ids; random when nil
}

func (o Options) filled() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.NewID == nil {
		o.NewID = randomID
	}
	return o
}

var idAlphabet = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// randomID makes an id of 80 random bits.
func randomID(prefix string) domain.ID {
	var b [10]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand since Go 1.24)
	return domain.ID(prefix + "_" + idAlphabet.EncodeToString(b[:]))
}

// Create makes a new database whose log has its genesis event, and opens it.
// A file that is already there is a Conflict and stays as it is.
func Create(ctx context.Context, path string, o Options) (*Store, error) {
	o = o.filled()
	if o.LogID == "" {
		o.LogID = o.NewID("log")
	}
	if err := makeFile(path, o.Share); err != nil {
		return nil, err
	}
	s, err := open(ctx, path, o, true)
	if err != nil {
		return nil, errors.Join(err, os.Remove(path))
	}
	return s, nil
}

// Open opens a database. A path where nothing is, is NotFound; a file that is
// not ours, Invalid, and left as it was; one of a newer version, Conflict.
func Open(ctx context.Context, path string, o Options) (*Store, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, domain.Errorf(domain.NotFound, "there is no database at %s", path).
			Hinted("make one with: countersign init")
	case err != nil:
		return nil, domain.Errorf(domain.Forbidden, "%s cannot be opened: %v", path, errors.Unwrap(err))
	case info.IsDir():
		return nil, domain.Errorf(domain.Invalid, "%s is a directory, not a database", path).
			Hinted("give the path of a file in it, or make a database with: countersign init").ByRule("not-ours")
	case !info.Mode().IsRegular():
		return nil, domain.Errorf(domain.Invalid, "%s is no ordinary file, so it is no database", path).
			Hinted("give the path of a database, or make one with: countersign init").ByRule("not-ours")
	}
	if err := ours(path); err != nil {
		return nil, err
	}
	return open(ctx, path, o.filled(), false)
}

func makeFile(path string, share bool) error {
	dir, mode := filepath.Dir(path), os.FileMode(0o600)
	if share {
		mode = 0o660
		if err := shareDir(dir); err != nil {
			return err
		}
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, mode)
	switch {
	case errors.Is(err, fs.ErrExist):
		return domain.Errorf(domain.Conflict, "%s is there already", path).
			Hinted("open it, or choose another path").ByRule("exists")
	case err != nil:
		return domain.Errorf(domain.Forbidden, "%s cannot be made: %v", path, errors.Unwrap(err)).
			Hinted("choose a folder that is there and that you may write to")
	}
	return errors.Join(f.Chmod(mode), f.Close()) // Chmod: whatever the umask took away
}

// shareDir sees that the directory lets its group in and hands the group on:
// it makes one, and never changes one that was there.
func shareDir(dir string) error {
	const want = os.ModeDir | os.ModeSetgid | 0o770
	info, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(dir, 0o770); err != nil {
			return domain.Errorf(domain.Forbidden, "the folder %s cannot be made: %v", dir, errors.Unwrap(err))
		}
		return os.Chmod(dir, want)
	}
	if err != nil {
		return domain.Errorf(domain.Forbidden, "the folder %s cannot be read: %v", dir, errors.Unwrap(err))
	}
	if info.Mode() != want {
		return domain.Errorf(domain.Conflict, "the folder %s is %s, and a shared database needs one that only its group may use", dir, info.Mode()).
			Hinted("choose a folder that is not there yet, or: chmod 2770 %s", dir).ByRule("share-dir")
	}
	return nil
}

func open(ctx context.Context, path string, o Options, create bool) (_ *Store, err error) {
	s := &Store{path: path, queue: make(chan struct{}, 1), now: o.Now, newID: o.NewID}
	defer func() {
		if err != nil {
			err = errors.Join(plain(path, err), s.Close())
		}
	}()
	steps, err := migrations()
	if err != nil {
		return nil, err
	}
	if o.ReadOnly {
		if err := s.openReadOnly(ctx); err != nil {
			return nil, err
		}
		v, err := identify(ctx, s.read, path, len(steps))
		if err != nil {
			return nil, err
		}
		if v < len(steps) {
			return nil, domain.Errorf(domain.Conflict, "%s was made by an older version (schema %d, this one needs %d)", path, v, len(steps)).
				Hinted("open it once for writing with this version, or use the version that made it")
		}
		return s, s.readMeta(ctx)
	}
	if err := s.openPools(); err != nil {
		return nil, err
	}
	version := 0
	var first func(*sql.Tx) error
	if create {
		first = func(tx *sql.Tx) error { return s.genesis(ctx, tx, o) }
	} else if version, err = identify(ctx, s.write, path, len(steps)); err != nil {
		return nil, err
	}
	if err := migrate(ctx, s.write, version, steps, first); err != nil {
		return nil, err
	}
	return s, s.readMeta(ctx)
}

// openPools opens the writer, of one connection, and the readers.
func (s *Store) openPools() (err error) {
	if s.write, err = pool(s.path, toWrite, 1); err != nil {
		return err
	}
	s.read, err = pool(s.path, toRead, max(4, runtime.NumCPU()))
	return err
}

// openReadOnly opens readers only. A file in a folder that cannot be written
// can be read when no write-ahead log lies beside it.
func (s *Store) openReadOnly(ctx context.Context) (err error) {
	if s.read, err = pool(s.path, toReadOnly, 4); err != nil {
		return err
	}
	_, err = pragma(ctx, s.read, "user_version")
	if f := faultOf(err); f != faultCantOpen && f != faultReadOnly {
		return err
	}
	if info, statErr := os.Stat(s.path + "-wal"); statErr == nil && info.Size() > 0 {
		return err
	}
	if err := s.read.Close(); err != nil {
		return err
	}
	s.read, err = pool(s.path, toReadFixed, 4)
	return err
}

func pool(path string, u use, n int) (*sql.DB, error) {
	c, err := newConnector(dsn(path, u), wanted(u))
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(c)
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
	return db, nil
}

func pragma(ctx context.Context, db *sql.DB, name string) (v string, err error) {
	err = db.QueryRowContext(ctx, "PRAGMA "+name).Scan(&v)
	return v, err
}

// Close ends all connections; the last to close a database takes its -wal file
// away. It is safe on a store that never opened.
func (s *Store) Close() error {
	var errs []error
	for _, db := range []*sql.DB{s.read, s.write} { // the writer last: it folds the -wal file in
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}

// Path tells where the database is.
func (s *Store) Path() string { return s.path }

// Mode tells whether people may be played here.
func (s *Store) Mode() review.Mode { return s.mode }

// LogID is the audit log's id.
func (s *Store) LogID() domain.ID { return s.log }

var modeWords = []string{"live", "rehearsal", "demo"}

// readMeta reads what the database is.
func (s *Store) readMeta(ctx context.Context) error {
	var log, mode string
	err := s.read.QueryRowContext(ctx,
		"SELECT (SELECT value FROM meta WHERE key = 'log'), (SELECT value FROM meta WHERE key = 'mode')").Scan(&log, &mode)
	if err != nil {
		return fmt.Errorf("reading what the database is: %w", err)
	}
	for i, w := range modeWords {
		if w == mode {
			s.log, s.mode = domain.ID(log), review.Mode(i)
			return s.agrees(ctx, mode)
		}
	}
	return domain.Errorf(domain.Internal, "%s says it is a %q database, which is none of %s", s.path, mode, strings.Join(modeWords, ", "))
}

// agrees refuses a database that says it is another kind than its first event
// does: people can be played on a rehearsal, and on no live one that was
// turned into one.
func (s *Store) agrees(ctx context.Context, mode string) error {
	var line []byte
	if err := s.read.QueryRowContext(ctx, "SELECT line FROM event WHERE seq = 0").Scan(&line); err != nil {
		return fmt.Errorf("reading the first event: %w", err)
	}
	e, err := readEvent(line)
	if err != nil {
		return fmt.Errorf("reading the first event: %w", err)
	}
	var d genesisData
	if err := json.Unmarshal(e.Data, &d); err != nil {
		return fmt.Errorf("reading the first event: %w", err)
	}
	if d.Mode != mode {
		return domain.Errorf(domain.Conflict, "%s says it is a %s database, and its first event says %s: someone has changed it", s.path, mode, d.Mode).
			Hinted("restore the last backup, and hold it against a checkpoint").ByRule("mode")
	}
	return nil
}
