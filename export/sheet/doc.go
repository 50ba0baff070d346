// Package sheet describes a report as values: a workbook of sheets, each a table
// of rows or a small grid of placed cells. It knows no file format. Package xlsx
// writes a description as a workbook, package flat writes one table as CSV or
// JSON, so a report is described once and comes out in every format.
//
// All times are UTC. Nothing here opens a store, reads a clock or a locale.
package sheet
