package store

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"countersign/domain"
)

// Backup writes a copy of the database, as it stands now, to a new file of
// mode 0600, while others go on working. A file that is there already is a
// Conflict and stays as it is; where the copy fails nothing is left behind.
func (s *Store) Backup(ctx context.Context, dest string) (err error) {
	f, err := os.OpenFile(dest, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	switch {
	case errors.Is(err, fs.ErrExist):
		return domain.Errorf(domain.Conflict, "%s is there already, and a backup never overwrites", dest).
			Hinted("choose another name").ByRule("exists")
	case err != nil:
		return domain.Errorf(domain.Forbidden, "%s cannot be made: %v", dest, errors.Unwrap(err)).
			Hinted("choose a folder that is there and that you may write to")
	}
	defer func() {
		if err != nil {
			err = errors.Join(plain(dest, err), os.Remove(dest))
		}
	}()
	if err := errors.Join(f.Chmod(0o600), f.Close()); err != nil {
		return err
	}
	if err := s.copyTo(ctx, dest); err != nil {
		return err
	}
	return settled(dest)
}

// copyTo copies by VACUUM INTO, which takes an empty file that is there. It
// reads only, but query_only would refuse it, so it has a connection of its
// own.
func (s *Store) copyTo(ctx context.Context, dest string) (err error) {
	db, err := pool(s.path, toCopy, 1)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", dest)
	return err
}

// settled waits until the disk has the file and its name.
func settled(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
