package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
)

func (e *env) packetCmd() *cobra.Command {
	return family(&cobra.Command{
		Use:   "packet",
		Short: "Countersign what reviewers signed, or send items back",
		Long: `A packet is one reviewer's signed decisions. A checker countersigns it, or returns items by
number; a checker is never its reviewer, nor a subject of an item in it. A packet that is open goes
out as a workbook for a reviewer without a terminal, and is read back.`,
		Example: `  countersign packet list
  countersign packet countersign helen@acme.example
  countersign packet return 12 --reason "the reason does not say which project"
  countersign packet export --all --dir packets
  countersign packet import packets/*.xlsx`,
	}, e.packetListCmd(), e.packetShowCmd(), e.packetExportCmd(), e.packetImportCmd(), e.packetCountersignCmd(), e.packetReturnCmd())
}

// packetJSON is one packet in JSON answers.
type packetJSON struct {
	Stage     int                `json:"stage"`
	Reviewer  thingJSON          `json:"reviewer"`
	State     review.PacketState `json:"state"`
	Round     int                `json:"round"`
	Items     int                `json:"items"`
	Keep      int                `json:"keep"`
	Reduce    int                `json:"reduce"`
	Revoke    int                `json:"revoke"`
	Abstain   int                `json:"abstain"`
	Statement string             `json:"statement"`
	Digest    string             `json:"digest"`
	Checker   *thingJSON         `json:"checker,omitempty"`
	Reason    string             `json:"reason,omitempty"`
}

func packetOf(o *domain.Org, p review.Packet) packetJSON {
	j := packetJSON{p.Stage, principalJSON(o, p.Reviewer), p.State, p.Round, p.Items, p.Keep, p.Reduce, p.Revoke, p.Abstain,
		p.Statement, p.Digest, nil, p.Reason}
	if p.Checker != "" {
		c := principalJSON(o, p.Checker)
		j.Checker = &c
	}
	return j
}

func (e *env) packetListCmd() *cobra.Command {
	var campaign string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "The packets that were signed, and where each stands",
		Long: `List shows every packet that its reviewer signed, with what it says and who checked it.

` + campaignHelp,
		Example: `  countersign packet list --json`,
		Args:    between(0, 0),
		RunE: e.with(needsReader, func(s *session, _ []string) error {
			return s.view(func(tx review.Tx) error { return s.listPackets(tx, campaign) })
		}),
	}
	campaignFlag(cmd, &campaign)
	return e.jsonFlag(cmd)
}

func (s *session) listPackets(tx review.Tx, campaign string) error {
	c, err := campaignOf(tx, campaign)
	if err != nil {
		return err
	}
	o, err := tx.Org()
	if err != nil {
		return err
	}
	all, err := tx.Packets(c.ID)
	if err != nil {
		return err
	}
	doc := struct {
		about
		Campaign domain.ID    `json:"campaign"`
		Packets  []packetJSON `json:"packets"`
	}{Campaign: c.ID, Packets: []packetJSON{}}
	if doc.about, err = s.aboutNow(tx); err != nil {
		return err
	}
	var rows [][]string
	waiting := 0
	for _, k := range all {
		doc.Packets = append(doc.Packets, packetOf(o, k))
		checker := ""
		if k.Checker != "" {
			checker = o.Name(domain.KindPrincipal, k.Checker)
		}
		if k.State == review.Signed {
			waiting++
		}
		rows = append(rows, []string{o.Name(domain.KindPrincipal, k.Reviewer), k.Word(), fmt.Sprint(k.Round),
			fmt.Sprint(k.Items), fmt.Sprint(k.Keep), fmt.Sprint(k.Reduce), fmt.Sprint(k.Revoke), fmt.Sprint(k.Abstain), checker})
	}
	p := s.newPage()
	p.line("%s is %s: %s for a checker", c.Name, c.State, review.Count(waiting, "packet waits", "packets wait"))
	p.table([]string{"REVIEWER", "PACKET", ">ROUND", ">ITEMS", ">KEEP", ">REDUCE", ">REVOKE", ">ABSTAIN", "CHECKER"}, rows)
	return s.answer(doc, p)
}

func (e *env) packetShowCmd() *cobra.Command {
	var campaign string
	cmd := &cobra.Command{
		Use:   "show REVIEWER",
		Short: "One reviewer's statement and decisions",
		Long: `Show prints what a reviewer signed: the statement, its digest, and every decision in it.

` + campaignHelp,
		Example: `  countersign packet show helen@acme.example`,
		Args:    between(1, 1),
		RunE: e.with(needsReader, func(s *session, args []string) error {
			return s.view(func(tx review.Tx) error {
				text, doc, err := s.packetPage(tx, campaign, args[0])
				if err != nil {
					return err
				}
				return s.answer(doc, text)
			})
		}),
	}
	campaignFlag(cmd, &campaign)
	return e.jsonFlag(cmd)
}

// packetDoc is a packet with its items in JSON answers.
type packetDoc struct {
	about
	Campaign domain.ID  `json:"campaign"`
	Packet   packetJSON `json:"packet"`
	Entries  []itemJSON `json:"items"`
}

// packetPage shows a packet whole: what a checker must see to countersign it.
func (s *session) packetPage(tx review.Tx, campaign, reviewer string) (*page, *packetDoc, error) {
	c, err := campaignOf(tx, campaign)
	if err != nil {
		return nil, nil, err
	}
	o, err := tx.Org()
	if err != nil {
		return nil, nil, err
	}
	who, err := findPrincipal(o, reviewer)
	if err != nil {
		return nil, nil, err
	}
	k, err := tx.Packet(c.ID, max(c.Stage, 1), who.ID)
	if err != nil {
		return nil, nil, err
	}
	doc := &packetDoc{Campaign: c.ID, Packet: packetOf(o, k), Entries: []itemJSON{}}
	if doc.about, err = s.aboutNow(tx); err != nil {
		return nil, nil, err
	}
	p := s.newPage()
	p.line("the packet of %s in %s is %s", who.Name, c.Name, k.Word())
	if k.Statement != "" {
		p.line("%s", k.Statement)
	}
	var rows [][]string
	err = eachItem(tx, review.ItemQuery{Campaign: c.ID, Reviewer: who.ID}, func(it review.Item) error {
		doc.Entries = append(doc.Entries, itemOf(o, it))
		row := itemRow(o, it, false)
		rows = append(rows, append(row, it.Decision.Reason))
		return nil
	})
	p.table([]string{">ITEM", "", "HOLDER", "TARGET", "LEVEL", "DECISION", "FLAGS", "SINCE LAST", "ADVICE", "REASON"}, rows)
	return p, doc, err
}

func (e *env) packetCountersignCmd() *cobra.Command {
	var campaign, reason string
	var all bool
	cmd := &cobra.Command{
		Use:   "countersign [REVIEWER…]",
		Short: "A checker's yes to signed packets",
		Long: `Countersign says yes to the signed packets of the reviewers named, or with --all to every one that
waits and that you may check; those that you may not are named. Each is an act of its own.

` + campaignHelp,
		Example: `  countersign packet countersign helen@acme.example --reason "reasons are clear"
  countersign packet countersign --all`,
		Args: between(0, -1),
		RunE: e.with(needsActor, func(s *session, args []string) error {
			if all == (len(args) > 0) {
				return domain.Errorf(domain.Invalid, "it is not said whose packet").Hinted("name reviewers, or give --all")
			}
			return s.countersign(campaign, args, all, reason)
		}),
	}
	campaignFlag(cmd, &campaign)
	cmd.Flags().BoolVar(&all, "all", false, "every packet that waits")
	cmd.Flags().StringVar(&reason, "reason", "", "a `NOTE` for the record")
	return cmd
}

func (s *session) countersign(campaign string, refs []string, all bool, reason string) error {
	c, reviewers, err := s.toCheck(campaign, refs, all)
	if err != nil {
		return err
	}
	p := s.newPage()
	var left error
	for _, r := range reviewers {
		var head review.Head
		var shown *page
		err := s.view(func(tx review.Tx) error {
			if head, err = tx.Log(); err != nil {
				return err
			}
			shown, _, err = s.packetPage(tx, string(c.ID), string(r))
			return err
		})
		if err != nil {
			return err
		}
		k, err := s.svc.Countersign(s.ctx, s.see(head, shown.text()), c.ID, r, reason)
		switch {
		case err != nil && all && domain.CodeOf(err) == domain.Forbidden:
			left = err
			p.line("not by you: %v", err)
		case err != nil:
			return err
		default:
			p.line("the packet of %s is countersigned: %s", s.nameOf(k.Reviewer), review.Count(k.Items, "item", "items"))
		}
	}
	if len(reviewers) == 0 {
		p.line("no packet waits for a checker")
	}
	if err := s.print(p); err != nil {
		return err
	}
	return left
}

// toCheck gives the campaign and whose packets are meant.
func (s *session) toCheck(campaign string, refs []string, all bool) (c review.Campaign, ids []domain.ID, err error) {
	err = s.view(func(tx review.Tx) error {
		if c, err = campaignOf(tx, campaign); err != nil {
			return err
		}
		o, err := tx.Org()
		if err != nil {
			return err
		}
		for _, ref := range refs {
			p, err := findPrincipal(o, ref)
			if err != nil {
				return err
			}
			ids = append(ids, p.ID)
		}
		if !all {
			return nil
		}
		packets, err := tx.Packets(c.ID)
		for _, k := range packets {
			if k.State == review.Signed && k.Stage == max(c.Stage, 1) {
				ids = append(ids, k.Reviewer)
			}
		}
		return err
	})
	return c, ids, err
}

// nameOf is what a person calls a principal, its id where it cannot be read.
func (s *session) nameOf(id domain.ID) string {
	name := string(id)
	if err := s.view(func(tx review.Tx) error {
		o, err := tx.Org()
		if err == nil {
			name = o.Name(domain.KindPrincipal, id)
		}
		return err
	}); err != nil {
		return string(id)
	}
	return name
}

func (e *env) packetReturnCmd() *cobra.Command {
	var campaign, reason, due string
	cmd := &cobra.Command{
		Use:   "return ITEM…",
		Short: "Send items of a signed packet back to their reviewer",
		Long: `Return opens the items named again, for a reason and with a due date of their own (the campaign's,
or in a week where that is nearer or over). The other items of the packet stay closed.

` + campaignHelp,
		Example: `  countersign packet return 12 --reason "the reason does not say which project" --due 2026-11-20`,
		Args:    between(1, -1),
		RunE: e.with(needsActor, func(s *session, args []string) error {
			items, err := parseItems(args)
			if err != nil {
				return err
			}
			return s.returnItems(campaign, items, reason, due)
		}),
	}
	campaignFlag(cmd, &campaign)
	cmd.Flags().StringVar(&reason, "reason", "", "`WHY`")
	cmd.Flags().StringVar(&due, "due", "", "answers are due by this `DATE`")
	return cmd
}

func (s *session) returnItems(campaign string, items []int, reason, due string) error {
	var c review.Campaign
	var reviewer domain.ID
	var by time.Time
	err := s.view(func(tx review.Tx) (err error) {
		if c, err = campaignOf(tx, campaign); err != nil {
			return err
		}
		o, err := tx.Org()
		if err != nil {
			return err
		}
		var whose []domain.ID
		for _, no := range items {
			it, err := tx.Item(c.ID, no)
			if err != nil {
				return err
			}
			if !slices.Contains(whose, it.Reviewer) {
				whose = append(whose, it.Reviewer)
			}
		}
		if len(whose) > 1 {
			return domain.Errorf(domain.Invalid, "these items are of %d reviewers", len(whose)).
				Hinted("return those of one reviewer at a time")
		}
		reviewer, by = whose[0], tx.Now().AddDate(0, 0, 7)
		if c.Due.After(by) {
			by = c.Due
		}
		if due != "" {
			by, err = parseDue(o, due)
		}
		return err
	})
	if err != nil {
		return err
	}
	k, err := s.svc.Return(s.ctx, s.actor, c.ID, reviewer, items, reason, by)
	if err != nil {
		return err
	}
	p := s.newPage()
	p.line("%s open again for %s, due %s", review.Count(len(items), "item is", "items are"), s.nameOf(k.Reviewer), s.when(by))
	return s.print(p)
}
