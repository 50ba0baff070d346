package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"countersign/domain"
)

// fixed is a clock that stands.
func fixed(at time.Time) func() time.Time { return func() time.Time { return at } }

// besides are the files SQLite keeps beside a database.
func besides(path string) []string { return []string{path, path + "-wal", path + "-shm"} }

// removeDatabase takes a database away that was never finished.
func removeDatabase(path string) error {
	var errs []error
	for _, p := range besides(path) {
		if err := os.Remove(p); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// shareWith gives the database and its folder to a group of the host.
func shareWith(path string, gid int) error {
	for _, p := range append([]string{filepath.Dir(path)}, besides(path)...) {
		err := os.Chown(p, -1, gid)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return domain.Errorf(domain.Forbidden, "%s cannot be given to the group: %v", p, errors.Unwrap(err)).
				Hinted("be a member of that group, or let an administrator of the host run init")
		}
	}
	// A change of owner may drop the bit that hands the group on.
	if err := os.Chmod(filepath.Dir(path), os.ModeSetgid|0o770); err != nil {
		return domain.Errorf(domain.Forbidden, "the folder of %s cannot be shared: %v", path, errors.Unwrap(err))
	}
	return nil
}

// createFile writes a new file of mode 0600. One that is there already is a
// Conflict and stays as it is; where writing fails nothing is left behind.
func createFile(path string, write func(io.Writer) error) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	switch {
	case errors.Is(err, fs.ErrExist):
		return domain.Errorf(domain.Conflict, "%s is there already", path).Hinted("choose another name").ByRule("exists")
	case err != nil:
		return domain.Errorf(domain.Forbidden, "%s cannot be made: %v", path, errors.Unwrap(err)).
			Hinted("choose a folder that is there and that you may write to")
	}
	err = errors.Join(write(f), f.Sync(), f.Close())
	if err != nil {
		err = errors.Join(err, os.Remove(path))
	}
	return err
}
