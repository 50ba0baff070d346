package workbook

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
)

// zipped makes a workbook's file of its parts.
func zipped(t *testing.T, rows string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, body := range simple(rows) {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, body.(string))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A file in which programs may find different sheets is not imported, nor read back
// from a reviewer: it is refused by the rule by which verify refuses it.
func TestAWorkbookOfTwoDirectoriesIsNotRead(t *testing.T) {
	keep := zipped(t, `<row r="1"><c r="A1" t="inlineStr"><is><t>keep</t></is></c></row>`)
	revoke := zipped(t, `<row r="1"><c r="A1" t="inlineStr"><is><t>revoke</t></is></c></row>`)
	open := func(file []byte) error {
		_, err := Open(bytes.NewReader(file), int64(len(file)), Options{})
		return err
	}
	if err := open(keep); err != nil {
		t.Fatal(err)
	}
	both := append(bytes.Clone(revoke), keep...)
	if _, err := zip.NewReader(bytes.NewReader(both), int64(len(both))); err != nil {
		t.Fatalf("the forging is not read at all: %v", err)
	}
	for name, file := range map[string][]byte{"one before the other": both, "something behind": append(bytes.Clone(keep), 'x')} {
		var fault *Error
		if err := open(file); !errors.As(err, &fault) || name == "one before the other" && (!strings.Contains(fault.Message, "programs would read different files") || fault.Hint != saveAgain) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
