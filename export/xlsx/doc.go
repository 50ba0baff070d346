// Package xlsx writes a described workbook as an Excel file and reads the values
// of one back.
//
// How it writes. The rows of every table are first turned into sheet XML, deflated
// in pieces on all cores and kept aside (in memory while small, then in a
// temporary file that is removed). Only then, when row counts and totals are known,
// excelize builds the workbook's parts with its normal API: styles, tables, frozen
// panes, print set-up, conditional formats, validations. The kept rows are put
// into its sheet parts between <sheetData> and </sheetData>, and the package is
// zipped with [Content_Types].xml first and fixed times. So a million rows cost
// little memory, and the same description gives the same bytes.
//
// What it promises about values:
//   - Text is text: it is typed as a string, and its style says so where it starts
//     like a formula. Control characters and text that looks like an _xHHHH_
//     escape survive a round trip. Bytes that are no UTF-8 have no place in XML and
//     become U+FFFD; the Result says how many cells.
//   - Nothing is cut silently. Text over Excel's 32,767 UTF-16 units is written
//     whole, in pieces, in the sheet "Overflow", with the cell it belongs to; the
//     cell holds its beginning and says where it goes on. Rows over 1,048,576 go
//     on in a further sheet. The Result says both, and so can a cover (sheet.Notes).
//   - Repeated strings are shared through a table of bounded size; the others
//     stand in their cells. Readers treat both alike.
package xlsx
