// Package archive says of a zip whether every program finds the same files in it: what
// is read here is what others show. Workbooks and packages are opened by its rule
// wherever they come in, to be verified, imported or read back.
package archive

import (
	"encoding/binary"
	"errors"
	"io"
)

// The ends of a zip (APPNOTE 4.3.14 to 4.3.16), by their first bytes and sizes.
const (
	endSign, endSize             = 0x06054b50, 22
	locatorSign, locatorSize     = 0x07064b50, 20
	bigEndSign, bigEndSize       = 0x06064b50, 56
	firstSign                    = 0x04034b50
	countUnknown, placeElsewhere = 0xffff, 0xffffffff
)

// errTwoDirectories is of a zip whose directory some programs look for in one place
// and others in another: what one reads is not what another shows.
var errTwoDirectories = errors.New("its list of files does not stand where its end says: programs would read different files in it")

// errComment is of a zip with a comment: programs look for its end in different ways.
var errComment = errors.New("it has a comment at its end, which no export has and no program adds: it was changed after it was made")

// commented tells whether the end of a zip stands further up because a comment follows.
func commented(r io.ReaderAt, size int64) bool {
	tail := make([]byte, min(size, endSize+countUnknown))
	if _, err := r.ReadAt(tail, size-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return false
	}
	for i := len(tail) - endSize - 1; i >= 0; i-- {
		if binary.LittleEndian.Uint32(tail[i:]) == endSign && int(binary.LittleEndian.Uint16(tail[i+20:])) == len(tail)-i-endSize {
			return true
		}
	}
	return false
}

// OneDirectory refuses a zip in which programs may find different files: the
// directory must stand just before the end that names it, nothing may follow that end
// nor stand before the first file. Every spreadsheet program and zip tool writes it so.
// An error of reading is returned as it is.
func OneDirectory(r io.ReaderAt, size int64) error {
	first, end := make([]byte, 4), make([]byte, endSize)
	if size < endSize {
		return errTwoDirectories
	}
	if _, err := r.ReadAt(end, size-endSize); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if _, err := r.ReadAt(first, 0); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	le := binary.LittleEndian
	if le.Uint32(end) != endSign && commented(r, size) {
		return errComment
	}
	if le.Uint32(end) != endSign || le.Uint16(end[20:]) != 0 || le.Uint32(first) != firstSign {
		return errTwoDirectories
	}
	long, at, before := int64(le.Uint32(end[12:])), int64(le.Uint32(end[16:])), size-endSize
	if long == placeElsewhere || at == placeElsewhere || le.Uint16(end[10:]) == countUnknown {
		var err error
		if long, at, before, err = bigDirectory(r, before); err != nil {
			return err
		}
	}
	if at < 0 || long < 0 || at > before || long != before-at {
		return errTwoDirectories
	}
	return nil
}

// bigDirectory reads the ends that a large zip has before the common one, which is at
// an offset: how long the directory is, where it is, and where the first of the ends is.
func bigDirectory(r io.ReaderAt, end int64) (long, at, before int64, err error) {
	le := binary.LittleEndian
	locator, big := make([]byte, locatorSize), make([]byte, bigEndSize)
	before = end - locatorSize - bigEndSize
	if before < 0 {
		return 0, 0, 0, errTwoDirectories
	}
	if _, err := r.ReadAt(locator, end-locatorSize); err != nil {
		return 0, 0, 0, err
	}
	if _, err := r.ReadAt(big, before); err != nil {
		return 0, 0, 0, err
	}
	if le.Uint32(locator) != locatorSign || le.Uint64(locator[8:]) != uint64(before) || le.Uint32(big) != bigEndSign || le.Uint64(big[4:]) != bigEndSize-12 {
		return 0, 0, 0, errTwoDirectories
	}
	return int64(le.Uint64(big[40:])), int64(le.Uint64(big[48:])), before, nil
}
