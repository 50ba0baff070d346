package mail

import (
	"io"
	gomime "mime"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"testing"
)

// mime decodes what was read back, with the standard library.
type mime struct{ gomime.WordDecoder }

func (d *mime) header(t *testing.T, s string) string {
	t.Helper()
	out, err := d.DecodeHeader(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (d *mime) body(t *testing.T, m *mail.Message) string {
	t.Helper()
	if enc := m.Header.Get("Content-Transfer-Encoding"); enc != "quoted-printable" {
		t.Fatalf("the body is in %q", enc)
	}
	b, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimRight(strings.ReplaceAll(string(b), "\r\n", "\n"), "\n") + "\n"
}
