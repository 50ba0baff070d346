// Package ingest turns files into change sets.
//
// Plan reads one file of one kind (see Kinds), as CSV, a workbook, JSON or a
// directory's own format, against the organisation as it stands and returns a Preview: the
// change set that would make the organisation say what the file says, and a
// report of what every row came to. Nothing is changed by it. Applying the
// change set is the business of whoever asked, by the one way every change
// goes.
//
// Four rules hold for every kind.
//
//   - A row that cannot be taken is an error with its line and column, never
//     a guess; Preview.Permit refuses the whole import while there are errors,
//     unless the person says to leave those rows out.
//   - Every record a file makes has an Origin: the source's name and the
//     SHA-256 of the file. A grant given by hand or by another source is never
//     changed or ended by an import. A person, group or agent made by hand
//     belongs to the first source that names it from then on, one of another
//     source stays as that source says.
//   - A record whose content the file repeats is not touched, so the same file
//     a second time gives an empty change set.
//   - References (managers, owners, groups, agents) are resolved to exactly one
//     thing or are errors.
package ingest
