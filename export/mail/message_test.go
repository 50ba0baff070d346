package mail

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/emersion/go-mbox"

	"countersign/domain"
)

// hostile are texts that would add a header, end the data, begin another
// message or drive a terminal if they were let.
var hostile = []string{
	"Dana\r\nBcc: everyone@acme.example",
	"Dana\nX-Evil: 1\n\nbody",
	"Dana\r\n.\r\nMAIL FROM:<x@y>",
	"From eve@evil.example Mon Jan  1 00:00:00 2026",
	"\nFrom eve@evil.example Mon Jan  1 00:00:00 2026\nSubject: other\n\nx",
	">From eve", ">>From eve", "\x1b[2J\x07", "\u202egnp.exe", "\u2028Bcc: x@y\u2029", "\u0085Bcc: x@y", "\x00", "\xff\xfe",
	`"><script>`, "=?utf-8?q?=0D=0ABcc:_x@y?=", "名前 🦊", strings.Repeat("長", 10000), strings.Repeat("x", 10000),
	"a, b <b@evil.example>", "'; DROP TABLE", "\\", "長\\", "\"", "", " ",
}

// headers are the only lines a message's head ever has.
var headers = []string{"Auto-Submitted", "Content-Transfer-Encoding", "Content-Type", "Date", "From", "Message-Id", "Mime-Version", "Subject", "To"}

// readBack reads a mailbox with the library and each message with the standard
// library's own parser.
func readBack(t *testing.T, box []byte) []*mail.Message {
	t.Helper()
	r := mbox.NewReader(bytes.NewReader(box))
	var out []*mail.Message
	for {
		one, err := r.NextMessage()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(one)
		if err != nil {
			t.Fatal(err)
		}
		m, err := mail.ReadMessage(bytes.NewReader(b))
		if err != nil {
			t.Fatalf("%v in\n%s", err, b)
		}
		out = append(out, m)
	}
}

func checkHead(t *testing.T, m *mail.Message) {
	t.Helper()
	if got := slices.Sorted(maps.Keys(m.Header)); !slices.Equal(got, headers) {
		t.Errorf("the head has %v, want %v", got, headers)
	}
	for name, values := range m.Header {
		if len(values) != 1 {
			t.Errorf("%s stands %d times", name, len(values))
		}
	}
	to, err := m.Header.AddressList("To")
	if err != nil || len(to) != 1 || to[0].Address != "dana@acme.example" {
		t.Errorf("it goes to %v, %v", to, err)
	}
}

// TestHostileTexts: whatever stands in a name, a subject, a body or an id, the
// mailbox has as many messages as were written, each to its one person, with
// its nine header lines.
func TestHostileTexts(t *testing.T) {
	var msgs []Message
	for _, h := range hostile {
		for _, m := range []Message{letter(1, "dana@acme.example"), letter(2, "dana@acme.example"),
			letter(3, "dana@acme.example"), letter(4, "dana@acme.example"), letter(5, "dana@acme.example")} {
			switch m.ID {
			case "msg_1":
				m.To.Name = h
			case "msg_2":
				m.From.Name = h
			case "msg_3":
				m.Subject = h
			case "msg_4":
				m.Body = h + "\n" + h
			case "msg_5":
				m.ID = h
			}
			msgs = append(msgs, m)
		}
	}
	var box bytes.Buffer
	if err := Mbox(&box, msgs); err != nil {
		t.Fatal(err)
	}
	back := readBack(t, box.Bytes())
	if len(back) != len(msgs) {
		t.Fatalf("%d messages read back of %d", len(back), len(msgs))
	}
	for _, m := range back {
		checkHead(t, m)
	}
	var text bytes.Buffer
	if err := Text(&text, msgs); err != nil {
		t.Fatal(err)
	}
	if i := strings.IndexFunc(text.String(), func(r rune) bool {
		return r != '\n' && r != '\t' && unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control)
	}); i >= 0 {
		t.Errorf("the text holds %q", text.String()[i:i+1])
	}

	s := serve(t, &fakeServer{})
	if err := (Server{Addr: s.addr, TLS: TLSNone}).Send(context.Background(), msgs, func(_ Message, err error) error { return err }); err != nil {
		t.Fatal(err)
	}
	if len(s.got) != len(msgs) {
		t.Fatalf("the server has %d messages of %d", len(s.got), len(msgs))
	}
	for i, got := range s.got {
		m, err := mail.ReadMessage(strings.NewReader(got))
		if err != nil {
			t.Fatal(err)
		}
		checkHead(t, m)
		if s.to[i] != "TO:<dana@acme.example>" {
			t.Errorf("the server was told %q", s.to[i])
		}
	}
}

// TestReadBack: subject, name, date and body come back as they were written.
func TestReadBack(t *testing.T) {
	m := letter(7, "dana@acme.example")
	m.To.Name, m.Subject = "Ďana Łuk 🦊", "Übersicht: 12 items are open, due 2026-03-15"
	m.Body = "Dear Ďana,\n\n.\nFrom here on 12 items wait.\nA line that is longer than seventy-six characters, so that it has to be folded = and put together again.\n"
	var box bytes.Buffer
	if err := Mbox(&box, []Message{m, m}); err != nil {
		t.Fatal(err)
	}
	back := readBack(t, box.Bytes())
	if len(back) != 2 {
		t.Fatalf("%d messages", len(back))
	}
	got := back[1]
	d := new(mime)
	if s := d.header(t, got.Header.Get("Subject")); s != m.Subject {
		t.Errorf("subject %q", s)
	}
	if to, err := got.Header.AddressList("To"); err != nil || to[0].Name != m.To.Name {
		t.Errorf("to %v, %v", to, err)
	}
	if at, err := got.Header.Date(); err != nil || !at.Equal(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)) {
		t.Errorf("date %v, %v", at, err)
	}
	if id := got.Header.Get("Message-Id"); id != "<msg_7@acme.example>" {
		t.Errorf("id %q", id)
	}
	want := strings.Replace(m.Body, "\nFrom", "\n From", 1) // moved in by a blank
	if b := d.body(t, got); b != want {
		t.Errorf("body\n%q, want\n%q", b, want)
	}
}

func TestAddresses(t *testing.T) {
	for _, ok := range []string{"a@b", "dana.luk+reviews@acme.example", "o'neil@acme-group.example", "X_1@10.example"} {
		if err := CheckAddress(ok); err != nil {
			t.Errorf("%q: %v", ok, err)
		}
	}
	bad := append(slices.Clone(hostile), "dana", "@acme.example", "dana@", "dana@acme..example", ".dana@acme.example", "dana@acme.example ",
		"dana <dana@acme.example>", "dana@acme.example,eve@evil.example", "dana@acme.example\r\nRCPT TO:<x@y>", "<dana@acme.example>",
		`"a b"@acme.example`, "dana@[127.0.0.1]", "dána@acme.example", strings.Repeat("a", 250)+"@b.example")
	for _, s := range bad {
		m := letter(1, s)
		if err := CheckAddress(s); domain.CodeOf(err) != domain.Invalid {
			t.Errorf("%q: %v", s, err)
		}
		if err := Mbox(io.Discard, []Message{m}); domain.CodeOf(err) != domain.Invalid {
			t.Errorf("a mailbox took %q: %v", s, err)
		}
		m = letter(1, "dana@acme.example")
		m.From.Addr = s
		if err := Mbox(io.Discard, []Message{m}); domain.CodeOf(err) != domain.Invalid {
			t.Errorf("a mailbox took it from %q: %v", s, err)
		}
	}
}

// FuzzMailbox: any texts whatever make one message each, with its own head.
func FuzzMailbox(f *testing.F) {
	for _, h := range hostile {
		f.Add(h, h, h, h)
	}
	f.Fuzz(func(t *testing.T, id, name, subject, body string) {
		m := letter(1, "dana@acme.example")
		m.ID, m.To.Name, m.Subject, m.Body = id, name, subject, body
		var box bytes.Buffer
		if err := Mbox(&box, []Message{m, m}); err != nil {
			t.Fatal(err)
		}
		back := readBack(t, box.Bytes())
		if len(back) != 2 {
			t.Fatalf("%d messages read back", len(back))
		}
		for _, b := range back {
			checkHead(t, b)
		}
	})
}
