// Package workbook reads the cells of a workbook in the .xlsx format (ECMA-376
// part 1, SpreadsheetML) that somebody handed in, row by row.
//
// It trusts nothing about the file. A zip file may unpack to a thousand times
// its size, a sheet may claim every cell there can be, a text may never end, an
// XML entity may name ten others: each is refused with a sentence before it
// costs memory or time. What a part unpacks to is bounded by what it is in the
// file (Ratio), a text by what a cell holds, a row by what a table's record
// may be, and what repeated texts of a sheet add up to by the size of the
// file; the XML is scanned as it streams, never built up, and a document type
// definition is never read at all. In memory stand the shared texts of the
// workbook once, and one row.
//
// Cells come as the text a person means: days of the calendar as YYYY-MM-DD
// whatever the number format, numbers with all their digits and no exponent,
// and with the leading zeros that a format such as 00000 shows. Of a formula
// the value that was last computed is read. What cannot be read so (an error
// such as #N/A, a formula that was never computed, a number of which Excel has
// dropped digits) is a fault of that cell, not a guess.
package workbook
