package main

import (
	"encoding/csv"
	"errors"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"countersign/domain"
	"countersign/review"
)

// mostRows is how many rows a file of decisions may have.
const mostRows = 100_000

// readDecisions reads a file of decisions: a header with the columns item,
// decision, level and reason in any order, of which level and reason may be
// missing; "-" is standard input. A row that says something impossible is an
// Invalid error that names its line.
func (s *session) readDecisions(path string) (out []said, err error) {
	in := s.in
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, domain.Errorf(domain.NotFound, "%s cannot be read: %v", path, errors.Unwrap(err))
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		in = f
	}
	r := csv.NewReader(in)
	r.FieldsPerRecord = -1
	head, err := r.Read()
	if err != nil {
		return nil, domain.Errorf(domain.Invalid, "%s is no file of decisions: %v", path, err).Hinted(decisionColumns)
	}
	cols, err := columnsOf(path, head)
	if err != nil {
		return nil, err
	}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, domain.Errorf(domain.Invalid, "%s: %v", path, err).Hinted(decisionColumns)
		}
		line, _ := r.FieldPos(0)
		d, err := cols.said(row)
		if err != nil {
			return nil, domain.Errorf(domain.Invalid, "%s, line %d: %v", path, line, err)
		}
		if out = append(out, d); len(out) > mostRows {
			return nil, domain.Errorf(domain.Invalid, "%s has more than %d rows", path, mostRows).Hinted("split it")
		}
	}
	if len(out) == 0 {
		return nil, domain.Errorf(domain.Invalid, "%s has no decisions", path).Hinted(decisionColumns)
	}
	return out, nil
}

const decisionColumns = "its columns are item, decision, level, reason"

// decisionCols says where the columns are, -1 where one is not there.
type decisionCols struct{ item, decision, level, reason int }

func columnsOf(path string, head []string) (decisionCols, error) {
	for i := range head {
		head[i] = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(head[i], "\ufeff")))
	}
	c := decisionCols{slices.Index(head, "item"), slices.Index(head, "decision"), slices.Index(head, "level"),
		slices.Index(head, "reason")}
	if c.item < 0 || c.decision < 0 {
		return c, domain.Errorf(domain.Invalid, "%s has no column item or no column decision", path).Hinted(decisionColumns)
	}
	return c, nil
}

func (c decisionCols) said(row []string) (said, error) {
	cell := func(i int) string {
		if i < 0 || i >= len(row) {
			return ""
		}
		return strings.TrimSpace(row[i])
	}
	var d said
	var err error
	if d.item, err = strconv.Atoi(cell(c.item)); err != nil || d.item < 1 {
		return d, domain.Errorf(domain.Invalid, "%q is no item's number", cell(c.item))
	}
	if d.answer, err = review.ParseAnswer(cell(c.decision)); err != nil {
		return d, err
	}
	d.level, d.reason = cell(c.level), cell(c.reason)
	switch {
	case d.answer == review.Silent:
		return d, domain.Errorf(domain.Invalid, "item %d is not decided in it", d.item).Hinted("leave the row out")
	case d.answer == review.Reduce && d.level == "":
		return d, domain.Errorf(domain.Invalid, "item %d is reduced to no level", d.item).Hinted("say it in the column level")
	case d.answer != review.Reduce && d.level != "" && d.answer != review.Keep:
		return d, domain.Errorf(domain.Invalid, "item %d has a level beside %s", d.item, d.answer).Hinted("only a reduction names one")
	}
	return d, nil
}
