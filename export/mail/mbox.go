package mail

import (
	"bytes"
	"io"

	"github.com/emersion/go-mbox"
)

// Mbox writes messages as one mailbox file, to be opened by a mail program or
// fed to one that sends. An address that is none is an Invalid error that
// names it; what is written until then stays written, so w should be a file
// that is put in its place only when all is well.
func Mbox(w io.Writer, msgs []Message) error {
	box := mbox.NewWriter(w)
	for _, m := range msgs {
		msg, err := m.mime()
		if err != nil {
			return err
		}
		var b bytes.Buffer // whole before its separator line
		if _, err := msg.WriteTo(&b); err != nil {
			return err
		}
		one, err := box.CreateMessage(m.From.Addr, m.At)
		if err != nil {
			return err
		}
		if _, err := one.Write(b.Bytes()); err != nil {
			return err
		}
	}
	return box.Close()
}
