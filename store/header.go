package store

import (
	"encoding/binary"
	"errors"
	"io"
	"os"

	"countersign/domain"
)

// The head of an SQLite file (https://www.sqlite.org/fileformat.html, 1.3):
// its first bytes, and where the application's id stands.
const (
	sqliteMagic   = "SQLite format 3\x00"
	headerSize    = 100
	applicationAt = 68
)

// ours looks at the head of a file before SQLite does, which would write to a
// file that is empty or another program's. A file that is no database of this
// program is Invalid, one that cannot be read Forbidden. While a write-ahead
// log lies beside the file, what it says of itself may be in there: then only
// its first bytes are asked, if it has any.
func ours(path string) (err error) {
	f, err := os.Open(path)
	if err != nil {
		return domain.Errorf(domain.Forbidden, "%s cannot be opened: %v", path, errors.Unwrap(err)).
			Hinted("check that you may read and write it")
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	head := make([]byte, headerSize)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return domain.Errorf(domain.Forbidden, "%s cannot be read: %v", path, err).Hinted("check its disk and its permissions")
	}
	pending := false
	if info, err := os.Stat(path + "-wal"); err == nil {
		pending = info.Size() > 0
	}
	switch {
	case n == 0 && pending:
		return nil
	case n == 0:
		return domain.Errorf(domain.Invalid, "%s is an empty file, not a Countersign database", path).
			Hinted("delete it and run: countersign init").ByRule("not-ours")
	case n < headerSize || string(head[:len(sqliteMagic)]) != sqliteMagic:
		return domain.Errorf(domain.Invalid, "%s is not a database", path).
			Hinted("give the path of a Countersign database, or make a new one with: countersign init").ByRule("not-ours")
	case !pending && binary.BigEndian.Uint32(head[applicationAt:]) != applicationID:
		return errNotOurs(path)
	}
	return nil
}

func errNotOurs(path string) error {
	return domain.Errorf(domain.Invalid, "%s is not a Countersign database", path).
		Hinted("give the path of one, or make a new one with: countersign init").ByRule("not-ours")
}
