// Package flat writes a described table as CSV or JSON, from the same description
// that package xlsx writes as a sheet.
//
// CSV comes in two profiles. Machine is RFC 4180 with the exact bytes of every
// value. Spreadsheet is for people who open CSV in a spreadsheet, where quotation
// marks are no guard: text that could run as a formula gets an apostrophe in front,
// the number of changed cells is reported, and import takes it away again.
//
// Moments are RFC 3339 in UTC, dates are YYYY-MM-DD, numbers have a point. A
// formula is written by its value.
package flat
