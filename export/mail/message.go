package mail

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/mail"
	"strings"
	"time"
	"unicode"

	gomail "github.com/wneessen/go-mail"

	"countersign/domain"
)

// Address is a person's name, which may hold anything, and their address.
type Address struct {
	Name string
	Addr string
}

// Message is one mail to one person.
type Message struct {
	ID      string // of our own; makes the Message-ID, the same each time it is sent
	From    Address
	To      Address
	Subject string
	Body    string    // plain text, lines ended by line feeds
	At      time.Time // when it was written
}

// Bounds of what a message may hold, in characters.
const (
	maxName    = 100
	maxSubject = 200
	maxAddress = 254 // RFC 5321, section 4.5.3.1.3, without its brackets
)

// CheckAddress refuses, as an Invalid error, what is no plain mail address:
// letters, digits and the marks of an RFC 5322 dot-atom, an @, and a host's
// name; at most 254 characters.
func CheckAddress(s string) error {
	at := strings.LastIndexByte(s, '@')
	if at < 1 || len(s) > maxAddress || !dotted(s[:at], "!#$%&'*+/=?^_`{|}~-") || !dotted(s[at+1:], "-") {
		return domain.Errorf(domain.Invalid, "%q is no mail address", clip(flat(s), maxName)).
			Hinted("write it as name@example.com")
	}
	return nil
}

// dotted tells whether s is words of letters, digits and the marks, with dots
// between.
func dotted(s, marks string) bool {
	for part := range strings.SplitSeq(s, ".") {
		if part == "" {
			return false
		}
		for _, r := range part {
			if r >= unicode.MaxASCII || !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' ||
				strings.ContainsRune(marks, r)) {
				return false
			}
		}
	}
	return true
}

// flat makes one line of s that drives nothing: control characters, line and
// paragraph separators and marks that turn the direction of writing become
// blanks, blanks are drawn together, and what is no UTF-8 is replaced.
func flat(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp, unicode.Bidi_Control) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Join(strings.Fields(s), " ")
}

// clip cuts s to n characters, the last an ellipsis where something is cut.
func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// body gives the message's text: lines ended by line feeds, free of what
// drives a terminal, none of which a mailbox could take for its separator,
// which is moved in by a blank.
func (m Message) body() string {
	var b strings.Builder
	for line := range strings.Lines(strings.ReplaceAll(m.Body, "\r\n", "\n")) {
		line = strings.Map(func(r rune) rune {
			if r != '\t' && unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp, unicode.Bidi_Control) {
				return ' '
			}
			return r
		}, strings.ToValidUTF8(strings.TrimSuffix(line, "\n"), "\uFFFD"))
		line = strings.TrimRight(line, " \t")
		if strings.HasPrefix(strings.TrimLeft(line, ">"), "From ") {
			line = " " + line
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

// Text writes messages as plain text for a person, a ruled line between.
func Text(w io.Writer, msgs []Message) error {
	out := bufio.NewWriter(w)
	for i, m := range msgs {
		if i > 0 {
			fmt.Fprintf(out, "\n%s\n\n", strings.Repeat("-", 72))
		}
		fmt.Fprintf(out, "To:      %s\nDate:    %s\nSubject: %s\n\n%s", m.To.text(), m.At.UTC().Format(time.RFC3339),
			clip(flat(m.Subject), maxSubject), m.body())
	}
	return out.Flush()
}

func (a Address) text() string {
	if name := clip(flat(a.Name), maxName); name != "" {
		return name + " <" + flat(a.Addr) + ">"
	}
	return flat(a.Addr)
}

// mime makes the message as it goes over a wire. An address that is none is an
// Invalid error.
func (m Message) mime() (*gomail.Msg, error) {
	for _, a := range []string{m.From.Addr, m.To.Addr} {
		if err := CheckAddress(a); err != nil {
			return nil, err
		}
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(m.From.mime())
	msg.ToMailAddress(m.To.mime())
	msg.Subject(clip(flat(m.Subject), maxSubject))
	msg.SetDateWithValue(m.At.UTC())
	msg.SetMessageIDWithValue(idWord(m.ID) + "@" + m.From.Addr[strings.LastIndexByte(m.From.Addr, '@')+1:])
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no holiday note answers it
	msg.SetBodyString(gomail.TypeTextPlain, m.body())
	return msg, nil
}

// mime is the address for a head. The standard library leaves a backslash as it is in
// an encoded word, where RFC 2047 (section 5, 3) allows none and its own parser refuses
// the whole address: such a name gets the wide one.
func (a Address) mime() *mail.Address {
	name := clip(flat(a.Name), maxName)
	if strings.IndexFunc(name, func(r rune) bool { return r > unicode.MaxASCII }) >= 0 {
		name = strings.ReplaceAll(name, `\`, "\uFF3C")
	}
	return &mail.Address{Name: name, Address: a.Addr}
}

// maxID keeps a Message-ID on one line, in characters.
const maxID = 32

// idWord makes of an id what may stand in a Message-ID: itself where it may,
// else the beginning of its SHA-256.
func idWord(id string) string {
	if len(id) <= maxID && dotted(id, "-_") {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:maxID/2])
}
