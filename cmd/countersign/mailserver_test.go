package main

import (
	"bufio"
	"fmt"
	"net"
	"net/textproto"
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// mailserver runs "mailserver NAME FILE [ADDRESS]": a mail server on loopback
// until the script ends, its address in the environment variable NAME. It
// takes every message and appends it to FILE, but for those to ADDRESS.
func mailserver(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || len(args) > 3 {
		ts.Fatalf("usage: mailserver NAME FILE [ADDRESS]")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	refused := ""
	if len(args) == 3 {
		refused = "<" + args[2] + ">"
	}
	file := ts.MkAbs(args[1])
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			takeMail(c, file, refused) // one after another: so are the script's commands
		}
	}()
	ts.Defer(func() {
		if err := l.Close(); err == nil {
			<-ended
		}
	})
	ts.Setenv(args[0], l.Addr().String())
}

// takeMail talks to one client to its end.
func takeMail(c net.Conn, file, refused string) {
	defer func() { _ = c.Close() }() // the talk is over
	r := textproto.NewReader(bufio.NewReader(c))
	say := func(line string) { _, _ = fmt.Fprintf(c, "%s\r\n", line) } // a client that is gone ends the reading
	say("220 here")
	for {
		line, err := r.ReadLine()
		if err != nil {
			return
		}
		switch verb, rest, _ := strings.Cut(line, " "); {
		case verb == "RCPT" && refused != "" && strings.Contains(rest, refused):
			say("550 nobody of that name")
		case verb == "DATA":
			say("354 go on")
			text, err := r.ReadDotBytes()
			if err != nil || appendTo(file, text) != nil {
				return
			}
			say("250 taken")
		case verb == "QUIT":
			say("221 bye")
			return
		default:
			say("250 fine")
		}
	}
}

func appendTo(file string, text []byte) error {
	old, err := os.ReadFile(file)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	return os.WriteFile(file, append(old, text...), 0o600)
}
