// Package atomicfile writes a file whole or not at all: beside its place under
// another name with mode 0600, synced to the disk, then renamed. Whoever looks sees
// the old file or the new one, never half of it, and a failure leaves nothing behind.
package atomicfile

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Write makes the file name from what fill writes. An existing file is replaced, and
// its mode is not kept: reports hold who may do what, so the new file is 0600.
//
// Errors: fill's own, unwrapped; a sentence where name is a symbolic link (it could
// point anywhere, so it is refused), a folder or another special file, or where its
// folder cannot be written. After an error the old file stands as it was.
func Write(name string, fill func(io.Writer) error) error {
	return WriteThen(name, fill, func() error { return nil })
}

// WriteThen is Write with a last word: last is called once the file is whole and on
// the disk under its other name, and only where it returns nil does the file get its
// place. So what must be on record before a file leaves can be.
func WriteThen(name string, fill func(io.Writer) error, last func() error) (err error) {
	if err := writable(name); err != nil {
		return err
	}
	dir := filepath.Dir(name)
	f, err := os.CreateTemp(dir, "."+cut(filepath.Base(name))+".*.part") // mode 0600
	if err != nil {
		return fmt.Errorf("the folder %q cannot be written (%w): choose another one", dir, cause(err))
	}
	done := false
	defer func() { // also when fill panics
		if done {
			return
		}
		if e := f.Close(); e != nil && !errors.Is(e, os.ErrClosed) {
			err = errors.Join(err, e)
		}
		if e := os.Remove(f.Name()); e != nil && !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, fmt.Errorf("the unfinished file %q is left behind: %w", f.Name(), cause(e)))
		}
	}()
	b := bufio.NewWriterSize(f, 256<<10)
	if err := fill(b); err != nil {
		return err
	}
	if err := errors.Join(b.Flush(), f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("the file %q cannot be written (%w): is the disk full?", name, cause(err))
	}
	// Asked again, because filling takes time in which someone may have put a link
	// there. A link made after this is replaced by the rename, never followed.
	if err := writable(name); err != nil {
		return err
	}
	if err := last(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), name); err != nil {
		return fmt.Errorf("the file %q cannot be put in its place: %w", name, cause(err))
	}
	done = true
	return syncDir(dir)
}

// writable refuses a place where a file of ours must not go.
func writable(name string) error {
	info, err := os.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("the file %q cannot be looked at: %w", name, cause(err))
	case info.Mode()&fs.ModeSymlink != 0:
		return fmt.Errorf("%q is a symbolic link, which is not written through: name the file it points to, or remove it", name)
	case info.IsDir():
		return fmt.Errorf("%q is a folder: name a file in it", name)
	case !info.Mode().IsRegular():
		return fmt.Errorf("%q is no ordinary file: name another one", name)
	}
	return nil
}

// syncDir makes the new name durable. Where the system cannot sync a folder, the
// file is written all the same.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return nil
	}
	if err := d.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, fs.ErrInvalid) {
		return errors.Join(fmt.Errorf("the folder %q cannot be synced: %w", dir, cause(err)), d.Close())
	}
	return d.Close()
}

// cut keeps a long name short enough to have something put around it.
func cut(base string) string {
	if len(base) > 100 {
		return base[:100]
	}
	return base
}

// cause takes the system's words from an error without the paths it repeats.
func cause(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	var l *os.LinkError
	if errors.As(err, &l) {
		return l.Err
	}
	return err
}
