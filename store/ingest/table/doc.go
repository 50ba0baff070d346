// Package table reads tables of text that people and directories export: CSV
// with whatever encoding and separator the exporting program chose.
//
// It streams: memory is bounded by the limits in Options, never by the size of
// the file. It never guesses at a broken row. A row whose shape or text is
// wrong comes back as a *RowError and reading goes on; a file whose structure
// is wrong (a stray quote, a NUL, a record beyond the limits) comes back as a
// *FileError and reading ends, because what follows cannot be trusted.
//
// While it reads it takes the SHA-256 of the raw bytes, so that what is made
// from a file can name exactly the file it was made from.
//
// Columns are found by name, never by position: see Schema, Mapping and
// Binding.
package table
