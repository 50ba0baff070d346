package mail

import (
	"context"
	"errors"
	"net"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"

	"countersign/domain"
)

// TLS says how a connection to a server is protected.
type TLS uint8

// The ways.
const (
	TLSRequired TLS = iota // STARTTLS, or nothing is sent
	TLSOffered             // STARTTLS where the server offers it
	TLSNone                // in the clear: for a relay on the same host
	TLSFirst               // from the first byte (port 465)
)

var tlsWords = []string{"required", "offered", "none", "first"}

// ParseTLS reads a word; one it does not know is an Invalid error.
func ParseTLS(s string) (TLS, error) {
	for i, w := range tlsWords {
		if s == w {
			return TLS(i), nil
		}
	}
	return TLSRequired, domain.Errorf(domain.Invalid, "%q does not say how the connection is protected", s).
		Hinted("use required, offered, none or first")
}

// String gives the word.
func (v TLS) String() string {
	if int(v) < len(tlsWords) {
		return tlsWords[v]
	}
	return "?"
}

// Server is where mail is handed in.
type Server struct {
	Addr     string // host:port
	TLS      TLS
	User     string // "" signs in as nobody
	Password string
	Timeout  time.Duration // for connecting and for each answer; zero: 15 seconds
}

// Send hands messages in one after another, and tells done of each: with nil
// once the server has taken it, else with the reason as an Invalid error (the
// message cannot be sent so) or a Conflict (the server refused it); a message
// that the server has not taken is not sent. An error of done ends it and is
// returned.
//
// A server that cannot be reached, or that breaks off, ends it with a Conflict;
// of the messages behind that done hears nothing, and they are not sent.
func (s Server) Send(ctx context.Context, msgs []Message, done func(Message, error) error) (err error) {
	var line line
	client, err := s.client(&line)
	if err != nil {
		return err
	}
	if len(msgs) == 0 {
		return nil
	}
	defer line.hangUp()
	if err := client.DialWithContext(ctx); err != nil {
		return unreachable(s.Addr, err)
	}
	defer func() {
		// The server has what it took, whatever it says to our leaving.
		_ = client.Close()
	}()
	for _, m := range msgs {
		msg, err := m.mime()
		if err == nil {
			err = client.Send(msg)
		}
		var sendErr *gomail.SendError
		switch refused := errors.As(err, &sendErr); {
		case err == nil || refused && msg.IsDelivered():
			err = nil
		case refused && sendErr.ErrorCode() != 0:
			err = domain.Errorf(domain.Conflict, "the server did not take the message to %s (code %d): %s", flat(m.To.Addr),
				sendErr.ErrorCode(), clip(flat(sendErr.Error()), maxSubject)).
				Hinted("it stays in the outbox; mend the address or ask who runs the server")
		case domain.CodeOf(err) != domain.Invalid:
			return unreachable(s.Addr, err)
		}
		if err := done(m, err); err != nil {
			return err
		}
	}
	return nil
}

// line is the connection of a client. The library leaves it open where the
// greeting, TLS or the sign-in fails.
type line struct{ conn net.Conn }

func (l *line) dial(ctx context.Context, network, addr string) (c net.Conn, err error) {
	l.conn, err = new(net.Dialer).DialContext(ctx, network, addr)
	return l.conn, err
}

func (l *line) hangUp() {
	if l.conn != nil {
		_ = l.conn.Close() // closed already where the talk ended well
	}
}

func (s Server) client(l *line) (*gomail.Client, error) {
	host, port, err := net.SplitHostPort(s.Addr)
	n, perr := strconv.Atoi(port)
	if err != nil || perr != nil || host == "" || n < 1 || n > 65535 {
		return nil, domain.Errorf(domain.Invalid, "%q is no address of a mail server", flat(s.Addr)).
			Hinted("write host:port, for example mail.example.com:587")
	}
	timeout := s.Timeout
	if timeout <= 0 {
		timeout = 15 * time.Second
	}
	opts := []gomail.Option{gomail.WithPort(n), gomail.WithTimeout(timeout)}
	switch s.TLS {
	case TLSFirst:
		opts = append(opts, gomail.WithSSL()) // the library's own dialling: it must know that this is protected
	case TLSNone:
		opts = append(opts, gomail.WithTLSPolicy(gomail.NoTLS))
	case TLSOffered:
		opts = append(opts, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
	default:
		opts = append(opts, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if s.TLS != TLSFirst {
		opts = append(opts, gomail.WithDialContextFunc(l.dial))
	}
	if s.User != "" {
		opts = append(opts, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(s.User), gomail.WithPassword(s.Password))
	}
	return gomail.NewClient(host, opts...)
}

func unreachable(addr string, err error) error {
	return domain.Errorf(domain.Conflict, "the mail server %s cannot be used: %s", flat(addr), clip(flat(err.Error()), maxSubject)).
		Hinted("nothing that it did not take is lost: it stays in the outbox; check the address, --tls and the sign-in")
}
