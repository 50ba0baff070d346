package store

import (
	"errors"
	"strconv"
	"strings"

	"countersign/domain"
)

// The settings of every connection. Those the DSN cannot carry are set by a
// hook; all are read back.
var hookPragmas = []string{"recursive_triggers=ON", "trusted_schema=OFF", "cell_size_check=ON"}

// SQLite takes no lock of its own around each value that is bound: database/sql
// lets one goroutine at a time have a connection.
const commonDSN = "_busy_timeout=5000&_foreign_keys=1&_synchronous=FULL&_mutex=no"

// use says what a connection is for.
type use uint8

const (
	toWrite     use = iota
	toRead          // beside a writer
	toReadOnly      // the file belongs to someone else
	toReadFixed     // a file that nobody writes and whose folder cannot be written
	toCopy          // a backup's source
	toCompare       // an empty database in memory, to compare a schema with
)

// dsn gives the address of the file for a use; ? and # and % in the path are
// escaped, or they would end it.
func dsn(path string, u use) string {
	if u == toCompare {
		return "file::memory:?" + commonDSN
	}
	esc := strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
	if !strings.HasPrefix(esc, "/") {
		esc = "./" + esc
	}
	a := "file:" + esc + "?" + commonDSN
	switch u {
	case toWrite:
		return a + "&mode=rw&_journal_mode=WAL&_txlock=immediate&_cache_size=-" + strconv.Itoa(writerCache) + "&_stmt_cache_size=64"
	case toRead:
		return a + "&mode=rw&_journal_mode=WAL&_txlock=deferred&_query_only=1&_cache_size=-16384&_stmt_cache_size=64"
	case toCopy:
		return a + "&mode=ro&_txlock=deferred"
	case toReadFixed:
		return a + "&immutable=1&mode=ro&_txlock=deferred&_query_only=1"
	default:
		return a + "&mode=ro&_txlock=deferred&_query_only=1"
	}
}

// wanted gives what the pragmas of a use must read back.
func wanted(u use) map[string]string {
	w := map[string]string{"synchronous": "2", "busy_timeout": "5000", "foreign_keys": "1",
		"recursive_triggers": "1", "trusted_schema": "0", "cell_size_check": "1", "query_only": "1"}
	switch u {
	case toCompare, toCopy:
		w["query_only"] = "0"
	case toWrite:
		w["query_only"] = "0"
		w["journal_mode"] = "wal"
	case toRead:
		w["journal_mode"] = "wal"
	}
	return w
}

// fault is a refusal of SQLite in the words this package acts on.
type fault uint8

const (
	noFault fault = iota
	faultUnique
	faultTrigger
	faultCheck
	faultBusy
	faultDamaged
	faultFull
	faultReadOnly
	faultCantOpen
	faultOther
)

// plain turns what SQLite says into a sentence for a person; an error that has
// one already, or is none of SQLite's, stays as it is.
func plain(path string, err error) error {
	var e *domain.Error
	if err == nil || errors.As(err, &e) {
		return err
	}
	var say *domain.Error
	switch faultOf(err) {
	case noFault:
		return err
	case faultBusy:
		say = domain.Errorf(domain.Conflict, "%s is busy: another program has been writing to it for over 5 seconds", path).
			Hinted("wait a moment and do it again; nothing was saved").ByRule("busy")
	case faultDamaged:
		say = domain.Errorf(domain.Internal, "%s is damaged or not a database", path).
			Hinted("restore the last backup, and hold it against a checkpoint with: countersign verify")
	case faultFull:
		say = domain.Errorf(domain.Internal, "the disk of %s is full", path).
			Hinted("make room and do it again; nothing was saved").ByRule("disk-full")
	case faultReadOnly:
		say = domain.Errorf(domain.Forbidden, "%s cannot be written by this user", path).
			Hinted("ask its owner for write permission, or open it with --read-only")
	case faultCantOpen:
		say = domain.Errorf(domain.NotFound, "%s cannot be opened", path).
			Hinted("check that the file is there and that you may read and write it and its folder")
	default:
		say = domain.Errorf(domain.Internal, "the database %s refused: %v", path, err).
			Hinted("nothing was saved; run: countersign doctor")
	}
	return &sqlError{say, err}
}

// sqlError is a sentence with SQLite's own error beneath it.
type sqlError struct {
	say   *domain.Error
	cause error
}

func (e *sqlError) Error() string   { return e.say.Error() }
func (e *sqlError) Unwrap() []error { return []error{e.say, e.cause} }
