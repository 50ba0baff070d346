package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/export/atomicfile"
	post "countersign/export/mail"
	"countersign/review"
)

const outboxHelp = `The outbox holds what is to be told to people: that a stage began, that items are open, that an
exception ends soon. "campaign tick" writes it; each message is an event, and so is its sending.`

func (e *env) outboxCmd() *cobra.Command {
	return family(&cobra.Command{
		Use:   "outbox",
		Short: "Messages to reviewers and owners: list, read, write to a mailbox file, send",
		Long:  outboxHelp,
		Example: `  countersign outbox list
  countersign outbox send --smtp mail.acme.example:587 --from reviews@acme.example`,
	}, e.outboxListCmd(), e.outboxShowCmd(), e.outboxMboxCmd(), e.outboxSendCmd())
}

// outboxOf gives the messages to be sent, or all.
func outboxOf(tx review.Tx, all bool) ([]review.Message, error) {
	if all {
		return tx.Messages(review.MessageQuery{})
	}
	return review.Unsent(tx)
}

func (e *env) outboxListCmd() *cobra.Command {
	all := false
	cmd := e.jsonFlag(&cobra.Command{
		Use:   "list",
		Short: "What is to be sent, the oldest first",
		Long: `List shows the messages that are still to be sent, or all: queued, sent, failed, or over, where what a
message asks for is not asked for any more, so that it is never sent.

` + outboxHelp,
		Example: "  countersign outbox list --all --json",
		Args:    between(0, 0),
		RunE: e.with(needsReader, func(s *session, _ []string) error {
			return s.view(func(tx review.Tx) error { return s.listOutbox(tx, all) })
		}),
	})
	cmd.Flags().BoolVar(&all, "all", false, "those that were sent, and those that are over, too")
	return cmd
}

// messageJSON is a message in JSON answers.
type messageJSON struct {
	review.Message
	Over bool `json:"over,omitempty"` // what it asks for is not asked for any more: it is never sent
}

func (s *session) listOutbox(tx review.Tx, all bool) error {
	o, err := tx.Org()
	if err != nil {
		return err
	}
	msgs, err := outboxOf(tx, all)
	if err != nil {
		return err
	}
	over, err := review.Over(tx, msgs)
	if err != nil {
		return err
	}
	doc := struct {
		about
		Messages []messageJSON `json:"messages"`
	}{Messages: []messageJSON{}}
	if doc.about, err = s.aboutNow(tx); err != nil {
		return err
	}
	p := s.newPage()
	var rows [][]string
	for _, m := range msgs {
		state := m.State.String()
		if over[m.ID] {
			state = "over"
		}
		doc.Messages = append(doc.Messages, messageJSON{m, over[m.ID]})
		rows = append(rows, []string{when(m.At, o.Zone()), o.Name(domain.KindPrincipal, m.To), state, m.Subject, m.Detail, string(m.ID)})
	}
	p.table([]string{"WRITTEN", "TO", "STATE", "SUBJECT", "DETAIL", "ID"}, rows)
	if len(rows) == 0 {
		p.line("nothing is to be sent")
	}
	return s.answer(doc, p)
}

func (e *env) outboxShowCmd() *cobra.Command {
	return &cobra.Command{
		Use:     "show [ID]",
		Short:   "The text of one message, or of all that are to be sent",
		Long:    "Show prints messages as plain text.\n\n" + outboxHelp,
		Example: "  countersign outbox show",
		Args:    between(0, 1),
		RunE: e.with(needsReader, func(s *session, args []string) error {
			return s.view(func(tx review.Tx) error {
				o, err := tx.Org()
				if err != nil {
					return err
				}
				msgs, err := review.Unsent(tx)
				if len(args) > 0 {
					var one review.Message
					one, err = review.FindMessage(tx, args[0])
					msgs = []review.Message{one}
				}
				if err != nil {
					return err
				}
				return post.Text(s.out, letters(o, msgs, post.Address{}))
			})
		}),
	}
}

// letters makes mails of messages, each to its person's address.
func letters(o *domain.Org, msgs []review.Message, from post.Address) []post.Message {
	out := make([]post.Message, len(msgs))
	for i, m := range msgs {
		p, _ := o.Principal(m.To)
		out[i] = post.Message{ID: string(m.ID), From: from, To: post.Address{Name: p.Name, Addr: p.Email},
			Subject: m.Subject, Body: m.Text, At: m.At}
	}
	return out
}

// sender is the address that mail comes from.
func (s *session) sender(o *domain.Org, from string) (post.Address, error) {
	if from == "" {
		return post.Address{}, domain.Errorf(domain.Invalid, "no sender is given").Hinted("give one with --from reviews@acme.example")
	}
	return post.Address{Name: o.Setting(domain.SettingName), Addr: from}, post.CheckAddress(from)
}

// outgoing gives the mails to be sent.
func (s *session) outgoing(from string) (out []post.Message, err error) {
	err = s.view(func(tx review.Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		a, err := s.sender(o, from)
		if err != nil {
			return err
		}
		msgs, err := review.Unsent(tx)
		out = letters(o, msgs, a)
		return err
	})
	return out, err
}

func (e *env) outboxMboxCmd() *cobra.Command {
	from := ""
	cmd := &cobra.Command{
		Use:   "mbox FILE",
		Short: "Write what is to be sent to a mailbox file, and mark it sent",
		Long: `Mbox writes the messages that are still to be sent to a new mailbox file, which mail programs open
and scripts feed to a server, and marks them as sent by it. A message to somebody without a usable
address stays in the outbox and says so.

` + outboxHelp,
		Example: "  countersign outbox mbox reminders.mbox --from reviews@acme.example",
		Args:    between(1, 1),
		RunE:    e.with(needsActor, func(s *session, args []string) error { return s.writeMbox(args[0], from) }),
	}
	cmd.Flags().StringVar(&from, "from", "", "the sender's `ADDRESS`")
	return cmd
}

func (s *session) writeMbox(file, from string) error {
	if err := s.maySend(); err != nil {
		return err
	}
	msgs, err := s.outgoing(from)
	if err != nil {
		return err
	}
	var bad []post.Message
	msgs = slices.DeleteFunc(msgs, func(m post.Message) bool {
		if post.CheckAddress(m.To.Addr) == nil {
			return false
		}
		bad = append(bad, m)
		return true
	})
	for _, m := range bad {
		if err := s.svc.SettleMessage(s.ctx, s.actor, domain.ID(m.ID), false, post.CheckAddress(m.To.Addr).Error()); err != nil {
			return err
		}
	}
	p := s.newPage()
	if len(msgs) == 0 {
		p.line("nothing is to be sent")
		return errors.Join(s.print(p), unsent(len(bad)))
	}
	if err := atomicfile.Write(file, func(w io.Writer) error { return post.Mbox(w, msgs) }); err != nil {
		return err
	}
	for _, m := range msgs {
		if err := s.svc.SettleMessage(s.ctx, s.actor, domain.ID(m.ID), true, "written to a mailbox file"); err != nil {
			return err
		}
	}
	p.line("%s in %s", review.Count(len(msgs), "message is", "messages are"), file)
	return errors.Join(s.print(p), unsent(len(bad)))
}

// maySend refuses, before anything leaves the house, who may not send.
func (s *session) maySend() error {
	return s.view(func(tx review.Tx) error {
		o, err := tx.Org()
		if err == nil && !o.HasDuty(s.actor.Principal, domain.DutyCampaignOwner, tx.Now()) {
			err = domain.Errorf(domain.Forbidden, "%s does not hold the duty campaign-owner", o.Name(domain.KindPrincipal, s.actor.Principal)).
				Hinted("ask someone who does, or have the duty given").ByRule("duty-missing")
		}
		return err
	})
}

func unsent(n int) error {
	if n == 0 {
		return nil
	}
	return domain.Errorf(domain.Conflict, "%s could not be sent", review.Count(n, "message", "messages")).
		Hinted("it stays in the outbox, which says why: countersign outbox list").ByRule("unsent")
}

func (e *env) outboxSendCmd() *cobra.Command {
	var server post.Server
	var from, protect string
	cmd := &cobra.Command{
		Use:   "send",
		Short: "Send what is to be sent by a mail server",
		Long: `Send hands the messages that are still to be sent to a mail server and marks each as sent once the
server has taken it. What it does not take stays in the outbox and says why. The password to sign
in with is read from COUNTERSIGN_SMTP_PASSWORD.

` + outboxHelp,
		Example: `  countersign outbox send --smtp mail.acme.example:587 --from reviews@acme.example --user reviews`,
		Args:    between(0, 0),
	}
	cmd.RunE = e.with(needsActor, func(s *session, _ []string) (err error) {
		if server.TLS, err = post.ParseTLS(protect); err != nil {
			return err
		}
		server.Password = e.getenv("COUNTERSIGN_SMTP_PASSWORD")
		return s.sendOutbox(server, from)
	})
	f := cmd.Flags()
	f.StringVar(&server.Addr, "smtp", "", "the mail server, as `HOST:PORT`")
	f.StringVar(&from, "from", "", "the sender's `ADDRESS`")
	f.StringVar(&server.User, "user", "", "sign in as this `USER`")
	f.StringVar(&protect, "tls", "required", "`HOW` the connection is protected: required, offered, first (port 465) or none")
	f.DurationVar(&server.Timeout, "timeout", 15*time.Second, "how `LONG` the server may take for each answer")
	return cmd
}

func (s *session) sendOutbox(server post.Server, from string) error {
	if err := s.maySend(); err != nil {
		return err
	}
	msgs, err := s.outgoing(from)
	if err != nil {
		return err
	}
	sent, failed := 0, 0
	err = server.Send(s.ctx, msgs, func(m post.Message, refused error) error {
		detail := "sent by " + server.Addr
		if refused != nil {
			detail = refused.Error()
			failed++
		} else {
			sent++
		}
		return s.svc.SettleMessage(s.ctx, s.actor, domain.ID(m.ID), refused == nil, detail)
	})
	p := s.newPage()
	p.line("%s sent", fmt.Sprint(review.Count(sent, "message", "messages")))
	if err != nil {
		return errors.Join(s.print(p), err)
	}
	return errors.Join(s.print(p), unsent(failed))
}
