// Package report turns what the organisation and its campaigns say into
// described workbooks: the agent and area matrices, the evidence of a campaign,
// and lists. It knows sheets and words, no file format: package xlsx writes what
// it makes as a workbook, package flat as CSV or JSON, and Write chooses.
//
// A report is narrowed by a filter in the language of package filter (its Fields, over
// the columns of its sheets), by a moment and some by a span of time; the cover says
// so, and Again reads it from there. Written whole as JSON (document.go) or as a zip of
// CSV (bundle.go) it has the digest of its workbook. The compliance report folds the
// campaigns from their events (compliance_then.go), so that it too is as of any event.
//
// Start at Reports: each Report has a name, a title, the sheet that stands for it
// in a flat file, and a Build that reads through a transaction handed in. Nothing
// here opens a store or reads a clock. Tables of items and events are streamed a
// page at a time from that transaction, so what Build gives must be written before
// the transaction ends.
//
// Every workbook has a cover that says which organisation, which event and
// instant, which log (id, size, root), under which mode, what the letters mean, the
// digest of its content, and how to verify it. The same state gives the same bytes;
// the package of a closed campaign is pinned to its closing event, so nothing that
// happens later shows in it, not even who exported it (that is in the log: the
// command line and the console append domain.EvExported before a file has its place).
//
// The sheets of a campaign's evidence are listed in campaignSheets, the columns of
// its decisions in decisionFields. Layout numbers both: Again compares a file only
// with one of the same layout.
package report
