package mail

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"countersign/domain"
)

// fakeServer is an SMTP server on loopback that takes mail without protection
// and remembers it: enough of RFC 5321 to hand mail in.
type fakeServer struct {
	addr    string
	refuse  map[string]string // address → the answer to RCPT
	breakAt int               // breaks off at the nth message; 0: never

	mu   sync.Mutex
	got  []string // every message's text, as it came
	to   []string
	from []string
	done sync.WaitGroup
}

func serve(t *testing.T, s *fakeServer) *fakeServer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.addr = l.Addr().String()
	s.done.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s.done.Go(func() { s.talk(c) })
		}
	})
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		s.done.Wait()
	})
	return s
}

func (s *fakeServer) talk(c net.Conn) {
	defer func() { _ = c.Close() }()
	r := textproto.NewReader(bufio.NewReader(c))
	say := func(line string) { _, _ = fmt.Fprintf(c, "%s\r\n", line) }
	say("220 here")
	from, to := "", ""
	for {
		line, err := r.ReadLine()
		if err != nil {
			return
		}
		verb, rest, _ := strings.Cut(line, " ")
		switch strings.ToUpper(verb) {
		case "EHLO", "HELO":
			say("250 here")
		case "MAIL":
			from = rest
			say("250 fine")
		case "RCPT":
			to = rest
			if no, bad := s.refuse[strings.Trim(strings.TrimPrefix(rest, "TO:"), "<>")]; bad {
				say(no)
				continue
			}
			say("250 fine")
		case "DATA":
			if s.breakAt > 0 && s.count() == s.breakAt-1 {
				return
			}
			say("354 go on")
			b, err := r.ReadDotBytes()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.got, s.to, s.from = append(s.got, string(b)), append(s.to, to), append(s.from, from)
			s.mu.Unlock()
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 fine")
		}
	}
}

func (s *fakeServer) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.got)
}

func letter(n int, to string) Message {
	return Message{ID: fmt.Sprintf("msg_%d", n), From: Address{"Countersign", "reviews@acme.example"}, To: Address{"Dana", to},
		Subject: fmt.Sprintf("Reminder %d", n), Body: "Twelve items are open.\n", At: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
}

// TestSend: each message is told of once, the refused one with the server's
// words, and the server has exactly what was told as taken.
func TestSend(t *testing.T) {
	s := serve(t, &fakeServer{refuse: map[string]string{"gone@acme.example": "550 nobody of that name"}})
	var told []string
	err := Server{Addr: s.addr, TLS: TLSNone}.Send(context.Background(), []Message{letter(1, "dana@acme.example"),
		letter(2, "gone@acme.example"), letter(3, "no address"), letter(4, "tom@acme.example")},
		func(m Message, err error) error {
			told = append(told, m.ID+" "+domainCode(err))
			if m.ID == "msg_2" && !strings.Contains(err.Error(), "nobody of that name") {
				t.Errorf("the server's words are lost: %v", err)
			}
			return nil
		})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"msg_1 sent", "msg_2 conflict", "msg_3 invalid", "msg_4 sent"}; !slices.Equal(told, want) {
		t.Errorf("told %v, want %v", told, want)
	}
	if want := []string{"TO:<dana@acme.example>", "TO:<tom@acme.example>"}; !slices.Equal(s.to, want) {
		t.Errorf("the server took mail %v, want %v", s.to, want)
	}
	if len(s.got) > 0 && !strings.Contains(s.got[0], "Twelve items are open.") {
		t.Errorf("the body is lost:\n%s", s.got[0])
	}
}

func domainCode(err error) string {
	if err == nil {
		return "sent"
	}
	return domain.CodeOf(err).String()
}

// TestSendStops: a server that is not there, one without TLS where TLS is
// asked for, one that breaks off, and a caller that cannot record: nothing
// that was not taken is told as taken.
func TestSendStops(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	bare := serve(t, &fakeServer{})
	breaking := serve(t, &fakeServer{breakAt: 2})
	noted := errors.New("the disk is full")
	for name, c := range map[string]struct {
		server Server
		full   bool
		sent   int
		is     func(error) bool
	}{
		"nobody there":    {Server{Addr: nobody, TLS: TLSNone}, false, 0, conflict},
		"TLS not offered": {Server{Addr: bare.addr}, false, 0, conflict},
		"breaks off":      {Server{Addr: breaking.addr, TLS: TLSNone}, false, 1, conflict},
		"cannot record":   {Server{Addr: bare.addr, TLS: TLSNone}, true, 1, func(err error) bool { return errors.Is(err, noted) }},
		"no address":      {Server{Addr: "mail.acme.example"}, false, 0, func(err error) bool { return domain.CodeOf(err) == domain.Invalid }},
	} {
		t.Run(name, func(t *testing.T) {
			sent := 0
			c.server.Timeout = 2 * time.Second
			err := c.server.Send(context.Background(), []Message{letter(1, "a@acme.example"), letter(2, "b@acme.example"),
				letter(3, "c@acme.example")}, func(_ Message, err error) error {
				if err == nil {
					sent++
				}
				if c.full {
					return noted
				}
				return nil
			})
			if !c.is(err) || sent != c.sent {
				t.Errorf("%d sent, %v; want %d", sent, err, c.sent)
			}
		})
	}
}

func conflict(err error) bool { return domain.CodeOf(err) == domain.Conflict }

// TestNothingToSend does not connect at all.
func TestNothingToSend(t *testing.T) {
	if err := (Server{Addr: "192.0.2.1:1", TLS: TLSNone}).Send(context.Background(), nil, nil); err != nil {
		t.Error(err)
	}
}

func TestTLSWords(t *testing.T) {
	for i, w := range tlsWords {
		if v, err := ParseTLS(w); err != nil || v != TLS(i) || v.String() != w {
			t.Errorf("%s: %v, %v", w, v, err)
		}
	}
	if _, err := ParseTLS("on"); domain.CodeOf(err) != domain.Invalid {
		t.Error(err)
	}
}
