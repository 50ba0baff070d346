package archive

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
)

// zipOf makes a zip of one file.
func zipOf(t *testing.T, body string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	f, err := z.CreateHeader(&zip.FileHeader{Name: "a", Method: zip.Store})
	if err == nil {
		_, err = f.Write([]byte(body))
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// twoDirectories is a zip that this library reads as one, and that programs which go by
// the directory before the end read as another.
func twoDirectories(a, b []byte) []byte {
	le := binary.LittleEndian
	endA, endB := len(a)-endSize, len(b)-endSize
	cenA := int(le.Uint32(a[endA+16:]))
	out := append([]byte{}, a[:cenA]...)
	at := len(out)
	out = append(out, a[cenA:endA]...)
	out = append(out, b[:endB]...)
	end := append([]byte{}, b[endB:]...)
	le.PutUint32(end[16:], uint32(at)) // where the honest one stands, as it is taken by this library
	return append(out, end...)
}

// A zip in which programs find different files is none that anything is said of.
func TestAZipHasOneDirectory(t *testing.T) {
	honest, forged := zipOf(t, "revoke"), zipOf(t, "keep!!")
	two := twoDirectories(honest, forged)
	z, err := zip.NewReader(bytes.NewReader(two), int64(len(two)))
	if err != nil || len(z.File) != 1 {
		t.Fatalf("the forging is not read at all: %v", err)
	}
	for name, c := range map[string]struct {
		file []byte
		ok   bool
	}{
		"as written":         {honest, true},
		"two directories":    {two, false},
		"something before":   {append([]byte("#!/bin/sh\n"), honest...), false},
		"something after":    {append(append([]byte{}, honest...), 0), false},
		"two, one after one": {append(append([]byte{}, honest...), forged...), false},
		"too short":          {honest[:10], false},
		"nothing":            {nil, false},
		"a comment":          {withComment(t, honest), false},
	} {
		if err := OneDirectory(bytes.NewReader(c.file), int64(len(c.file))); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// withComment is a zip with a comment at its end.
func withComment(t *testing.T, file []byte) []byte {
	t.Helper()
	file = append(bytes.Clone(file), "hi"...)
	file[len(file)-4] = 2
	if z, err := zip.NewReader(bytes.NewReader(file), int64(len(file))); err != nil || z.Comment != "hi" {
		t.Fatalf("the comment is none: %v", err)
	}
	if err := OneDirectory(bytes.NewReader(file), int64(len(file))); err == nil || !strings.Contains(err.Error(), "a comment at its end") {
		t.Errorf("of a comment: %v", err)
	}
	return file
}

// A zip with the larger ends is read by them.
func TestALargeZipHasOneDirectory(t *testing.T) {
	le := binary.LittleEndian
	small := zipOf(t, "revoke")
	end := len(small) - endSize
	at, long := uint64(le.Uint32(small[end+16:])), uint64(le.Uint32(small[end+12:]))
	make64 := func(at, long, place uint64) []byte {
		big, locator, last := make([]byte, bigEndSize), make([]byte, locatorSize), append([]byte{}, small[end:]...)
		le.PutUint32(big, bigEndSign)
		le.PutUint64(big[4:], bigEndSize-12)
		le.PutUint64(big[24:], 1)
		le.PutUint64(big[32:], 1)
		le.PutUint64(big[40:], long)
		le.PutUint64(big[48:], at)
		le.PutUint32(locator, locatorSign)
		le.PutUint64(locator[8:], place)
		le.PutUint32(locator[16:], 1)
		le.PutUint32(last[16:], placeElsewhere)
		return append(append(append(append([]byte{}, small[:end]...), big...), locator...), last...)
	}
	for name, c := range map[string]struct {
		file []byte
		ok   bool
	}{
		"as written":        {make64(at, long, uint64(end)), true},
		"another place":     {make64(at-1, long, uint64(end)), false},
		"another length":    {make64(at, long-1, uint64(end)), false},
		"another end":       {make64(at, long, 0), false},
		"beyond everything": {make64(1<<63, long, uint64(end)), false},
	} {
		if err := OneDirectory(bytes.NewReader(c.file), int64(len(c.file))); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}
