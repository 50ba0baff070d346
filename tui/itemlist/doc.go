// Package itemlist shows the items of a campaign: a source for a list that pages
// through any number of them, the filter people type, and the lines that explain
// one item. The pages that review, check and settle items stand on it.
package itemlist
