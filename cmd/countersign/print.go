package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/safe"
)

// about begins every JSON answer: what kind of database it is from, and which
// state it is about.
type about struct {
	Mode  string     `json:"mode"`         // live, rehearsal, demo
	Event domain.Seq `json:"event"`        // the state asked: as of this event
	At    *time.Time `json:"at,omitempty"` // the instant it was looked at
	Org   string     `json:"organisation,omitempty"`
}

var modeWords = map[review.Mode]string{review.Live: "live", review.Rehearsal: "rehearsal", review.Demo: "demo"}

// banner is the line that every page of output from a database where people
// may be played begins with; empty on a live one.
func banner(m review.Mode) string {
	switch m {
	case review.Rehearsal:
		return "REHEARSAL database"
	case review.Demo:
		return "DEMO database"
	default:
		return ""
	}
}

// page is text for people on its way out. Everything written through it is
// made safe for a terminal. The first error is kept.
type page struct {
	b bytes.Buffer
}

// newPage begins a page with the mode's banner.
func (s *session) newPage() *page {
	p := &page{}
	if b := banner(s.store.Mode()); b != "" {
		p.line("%s", b)
	}
	return p
}

// line adds one line.
func (p *page) line(format string, args ...any) {
	p.b.WriteString(strings.TrimRight(safe.Text(fmt.Sprintf(format, args...)), " ") + "\n")
}

// table adds rows in columns as wide as their widest cell; head may be nil.
// Columns whose heading begins with ">" stand on the right.
func (p *page) table(head []string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	right := make([]bool, len(head))
	var all [][]string
	if head != nil {
		names := make([]string, len(head))
		for i, h := range head {
			names[i], right[i] = strings.TrimPrefix(h, ">"), strings.HasPrefix(h, ">")
		}
		all = append(all, names)
	}
	for _, r := range rows {
		clean := make([]string, len(r))
		for i, c := range r {
			clean[i] = safe.Text(c)
		}
		all = append(all, clean)
	}
	var width []int
	for _, r := range all {
		for i, c := range r {
			if i == len(width) {
				width = append(width, 0)
			}
			width[i] = max(width[i], safe.Width(c))
		}
	}
	for _, r := range all {
		var b strings.Builder
		for i, c := range r {
			if i > 0 {
				b.WriteString("  ")
			}
			if i < len(right) && right[i] {
				b.WriteString(safe.PadLeft(c, width[i]))
			} else {
				b.WriteString(safe.Pad(c, width[i]))
			}
		}
		p.b.WriteString(strings.TrimRight(b.String(), " ") + "\n")
	}
}

// text is what the page says so far.
func (p *page) text() string { return p.b.String() }

// print writes the page.
func (s *session) print(p *page) error {
	_, err := io.WriteString(s.out, p.text())
	return err
}

// jsonFlag gives a reading command its --json.
func (e *env) jsonFlag(cmd *cobra.Command) *cobra.Command {
	cmd.Flags().BoolVar(&e.flags.json, "json", false, "print one JSON document instead of text")
	return cmd
}

// answer prints doc as JSON where --json asks for it, else the page.
func (s *session) answer(doc any, p *page) error {
	if s.flags.json {
		return printJSON(s.out, doc)
	}
	return s.print(p)
}

// printJSON writes one document, indented. What a terminal would obey or hide
// is escaped, so that the same document is safe to look at.
func printJSON(w io.Writer, doc any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(doc); err != nil {
		return err
	}
	_, err := w.Write(escapeJSON(b.Bytes()))
	return err
}

// escapeJSON writes characters that do not print as \u escapes. Such
// characters stand only inside strings of what encoding/json writes.
func escapeJSON(raw []byte) []byte {
	var b bytes.Buffer
	b.Grow(len(raw))
	for len(raw) > 0 {
		r, n := utf8.DecodeRune(raw)
		switch {
		case r == '\n' || unicode.IsPrint(r):
			b.Write(raw[:n])
		case r > 0xffff:
			r -= 0x10000
			fmt.Fprintf(&b, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
		raw = raw[n:]
	}
	return b.Bytes()
}

// when says an instant to people, in a zone.
func when(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return "-"
	}
	return t.In(zone).Format("2006-01-02 15:04:05 MST")
}

// when says an instant in the organisation's zone, by the seconds; in UTC, which
// it names, where there is no organisation to be read.
func (s *session) when(t time.Time) string {
	zone := time.UTC
	if err := s.view(func(tx review.Tx) error {
		o, err := tx.Org()
		if err == nil {
			zone = o.Zone()
		}
		return err
	}); err != nil {
		return when(t, time.UTC)
	}
	return when(t, zone)
}

func hexOf(b []byte) string { return hex.EncodeToString(b) }
