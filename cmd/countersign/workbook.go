package main

import (
	"context"
	"errors"
	"os"

	"countersign/domain"
	"countersign/export/xlsx"
)

// workbookJSON is the answer of verify for a workbook.
type workbookJSON struct {
	File   string `json:"file"`
	OK     bool   `json:"ok"`
	Shown  string `json:"shown_digest"`
	Made   string `json:"content_digest"`
	Claims string `json:"claims"`
}

const consistentOnly = "the file is consistent with itself; whoever made it could have made it otherwise: hold its log against the database or a checkpoint"

// verifyWorkbook recomputes the digest of a workbook's content and compares it
// with the one its cover shows. It needs no database, and claims consistency
// only.
func (e *env) verifyWorkbook(ctx context.Context, file string) (err error) {
	f, err := os.Open(file)
	if err != nil {
		return domain.Errorf(domain.NotFound, "%s cannot be read: %v", file, errors.Unwrap(err))
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	book, err := xlsx.Open(f, info.Size())
	if err != nil {
		return domain.Errorf(domain.Invalid, "%s: %v", file, err)
	}
	c, err := book.Contents(ctx)
	if err != nil {
		return domain.Errorf(domain.Invalid, "%s cannot be read through: %v", file, err)
	}
	doc := workbookJSON{File: file, OK: c.Agrees(), Shown: c.Shown, Made: c.Digest.String(), Claims: consistentOnly}
	p := &page{}
	p.line("%s: the content's digest is %s", file, doc.Made)
	switch {
	case doc.OK:
		p.line("it is the digest shown at %s", c.SealAt)
		p.line("%s", consistentOnly)
	case c.Shown == "":
		p.line("the file shows no digest")
	default:
		p.line("the digest shown at %s is %s", c.SealAt, c.Shown)
	}
	if err := (&session{env: e}).answer(doc, p); err != nil || doc.OK {
		return err
	}
	if c.Shown == "" {
		return domain.Errorf(domain.Invalid, "%s shows no digest, so it proves nothing", file).
			Hinted("choose a workbook that countersign wrote")
	}
	return domain.Errorf(domain.Conflict, "%s is not what was exported: its content was changed", file).
		Hinted("export it again and compare").ByRule("verify")
}
