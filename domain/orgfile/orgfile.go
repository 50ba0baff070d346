// Package orgfile is the whole organisation as one JSON document: every record
// that says who may do what, as it is stored. Write and Read are inverse, and the
// same organisation gives the same bytes: kinds in a fixed order, records by id,
// one a line, each in the canonical form that the audit log has of it.
//
// Not part of it is what belongs to one database and not to the organisation:
// bindings of operating-system users, the audit log with its change sets,
// campaigns and their decisions, and usage, which changes nobody's access.
package orgfile

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"countersign/domain"
)

// Version is the version of the document's form.
const Version = 1

// Format is the value of the document's first member.
const Format = "countersign organisation"

// Kinds lists the kinds of record that a document holds, in its order.
func Kinds() []domain.Kind {
	out := []domain.Kind{domain.KindSetting, domain.KindPrincipal, domain.KindGroup, domain.KindAgent, domain.KindSource,
		domain.KindAgentSource, domain.KindArea, domain.KindObject, domain.KindField, domain.KindRole, domain.KindExternal,
		domain.KindSoD}
	for _, k := range domain.AccessKinds() { // whatever else an organisation is made of
		if k != domain.KindBinding && k != domain.KindGrant && !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	return append(out, domain.KindGrant)
}

// State is what is written. *domain.Org is one.
type State interface {
	All(domain.Kind) iter.Seq[domain.Row]
}

// Write writes the document and gives the number of records in it. It returns
// the error of w.
func Write(w io.Writer, s State) (int, error) {
	b := bufio.NewWriter(w)
	put := func(text string) {
		_, _ = b.WriteString(text) // a bufio.Writer keeps its first error for Flush
	}
	put(fmt.Sprintf("{\n\"format\": %q,\n\"version\": %d", Format, Version))
	total := 0
	for _, k := range Kinds() {
		var records []domain.Record
		for row := range s.All(k) {
			records = append(records, row.Record)
		}
		slices.SortFunc(records, func(a, b domain.Record) int { return strings.Compare(string(a.RecordID()), string(b.RecordID())) })
		put(",\n\"" + string(k) + "\": [")
		for i, r := range records {
			line, err := domain.CanonicalJSON(r)
			if err != nil {
				return total, err
			}
			if i > 0 {
				put(",")
			}
			put("\n")
			put(string(line))
		}
		total += len(records)
		if len(records) > 0 {
			put("\n")
		}
		put("]")
	}
	put("\n}\n")
	return total, b.Flush()
}
