package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
)

// offboarding are the flags of offboard.
type offboarding struct {
	proposing
	to    string
	hand  []string
	items string
}

func (e *env) offboardCmd() *cobra.Command {
	var f offboarding
	cmd := &cobra.Command{
		Use:   "offboard PERSON",
		Short: "Let somebody leave: all they hold taken, all they answer for handed over",
		Long: `Offboard makes one change set of everything a leaver has: what they hold (memberships, grants, the
role, duties) ends, what they own, created and answer for passes to the person of --to, their
bindings to operating-system users end, and the account becomes inactive. It shows what goes where
and who gains and loses what, and lists what no change set can do.

--hand KIND=PERSON lets one kind go to somebody else, --hand KIND=none takes or clears it. Handed
over unless told otherwise: ` + portionList(domain.Handed()) + `.
Taken unless told otherwise: ` + portionList(domain.Portions()) + `.

Their unanswered items in campaigns are reassigned (where a campaign is active: asked for, and a checker approves it) to the person of --items or of --to,
where the one who runs the command runs the campaign; else the command to do it with is said. Where
an import named the person, that import no longer brings them back.

` + proposingHelp,
		Example: `  countersign offboard dana@acme.example --to tom@acme.example --dry-run
  countersign offboard dana@acme.example --to tom@acme.example --hand keys=noor@acme.example \
      --hand created=none --reason "left on 31 March"
  countersign offboard ana@acme.example --to tom@acme.example --hand duties=tom@acme.example --reason "retires"`,
		Args: between(1, 1),
		RunE: e.with(needsPerson, func(s *session, args []string) error { return s.offboard(args[0], f) }),
	}
	cmd.Flags().StringVar(&f.to, "to", "", "who takes over; none: nobody does (`PERSON`)")
	cmd.Flags().StringArrayVar(&f.hand, "hand", nil, "who takes over one kind, as `KIND=PERSON`; none takes or clears it")
	cmd.Flags().StringVar(&f.items, "items", "", "who takes over unanswered items of campaigns; none leaves them (`PERSON`)")
	return e.proposingFlags(cmd, &f.proposing)
}

func portionList(ps []domain.Portion) string {
	words := make([]string, len(ps))
	for i, p := range ps {
		words[i] = string(p)
	}
	return strings.Join(words, ", ")
}

// read makes an offboarding of the flags.
func (f *offboarding) read(o *domain.Org, who string) (x domain.Offboarding, items domain.ID, err error) {
	p, err := findPrincipal(o, who)
	if err != nil {
		return x, "", err
	}
	x = domain.Offboarding{Person: p.ID, By: map[domain.Portion]domain.ID{}}
	if x.To, err = personOrNone(o, f.to); err != nil {
		return x, "", err
	}
	for _, h := range f.hand {
		kind, to, ok := strings.Cut(h, "=")
		if !ok {
			return x, "", domain.Errorf(domain.Invalid, "--hand %q does not say to whom", h).Hinted("write KIND=PERSON, or KIND=none")
		}
		portion, err := domain.ParseHanded(kind)
		if err != nil {
			return x, "", err
		}
		if _, twice := x.By[portion]; twice {
			return x, "", domain.Errorf(domain.Invalid, "--hand names %s twice", portion).Hinted("one kind goes to one person")
		}
		if x.By[portion], err = personOrNone(o, to); err != nil {
			return x, "", err
		}
	}
	items = x.To
	if f.items != "" {
		if items, err = personOrNone(o, f.items); err == nil && items == p.ID {
			err = domain.Errorf(domain.Invalid, "%s cannot take over from themself", p.Name).Hinted("name somebody else, or none")
		}
	}
	return x, items, err
}

// partJSON is what becomes of one thing in JSON answers.
type partJSON struct {
	Kind string     `json:"kind"`
	What string     `json:"what"`
	To   *thingJSON `json:"to,omitempty"` // absent: nobody has it then
	Note string     `json:"note,omitempty"`
}

func partsJSON(o *domain.Org, parts []domain.Part) []partJSON {
	out := []partJSON{}
	for _, p := range parts {
		j := partJSON{Kind: string(p.Portion), What: p.Text, Note: p.Note}
		if p.To != "" {
			to := principalJSON(o, p.To)
			j.To = &to
		}
		out = append(out, j)
	}
	return out
}

// offboardJSON is the answer of offboard.
type offboardJSON struct {
	proposalJSON
	Parts []partJSON `json:"parts"`
	Notes []string   `json:"notes,omitempty"`
	Apart []apart    `json:"not_in_the_change_set,omitempty"`
}

// apart is one thing that no change set can do.
type apart struct {
	Text string `json:"text"`
	Do   string `json:"do,omitempty"`   // the command that does it
	Done bool   `json:"done,omitempty"` // this command did

	campaign domain.ID
	items    []int // to be reassigned
}

func (s *session) offboard(who string, f offboarding) error {
	if s.flags.readOnly {
		if err := f.mayRead(); err != nil {
			return err
		}
	}
	ids, err := s.ids()
	if err != nil {
		return err
	}
	pic, err := s.present()
	if err != nil {
		return err
	}
	o := pic.org
	x, items, err := f.read(o, who)
	if err != nil {
		return err
	}
	dep, err := o.Offboard(x, ids, pic.at)
	if err != nil {
		return err
	}
	if err := f.saysWho(x, dep); err != nil {
		return err
	}
	leaving, err := s.svc.Leaving(s.ctx, x.Person, items)
	if err != nil {
		return err
	}
	rest := apartOf(o, x.Person, items, leaving)
	name := o.Name(domain.KindPrincipal, x.Person)
	cs := domain.ChangeSet{Title: "Offboard " + name, Changes: dep.Changes}
	var notes []string
	notes = append(notes, dep.Notes...)
	if p, _ := o.Principal(x.Person); p.Status == domain.Active {
		notes = append(notes, fmt.Sprintf("while it waits, %s still has access; at once: countersign set status %s inactive --reason …", name, refOf(p)))
	}
	return s.proposeLed(cs, f.proposing, lead{
		say:  func(p *page, o *domain.Org) { partsPage(p, o, "GOES TO", dep.Parts) },
		more: func(p *page) { apartPage(p, notes, rest) },
		doc: func(j proposalJSON) any {
			return offboardJSON{j, partsJSON(o, dep.Parts), notes, rest}
		},
		then: func(p *page, _ review.Proposal) error { return s.reassignAll(p, rest, x.Person, items, f.reason) },
	})
}

func refOf(p domain.Principal) string {
	if p.Email != "" {
		return p.Email
	}
	return string(p.ID)
}

// saysWho asks who takes over where something has to be.
func (f *offboarding) saysWho(x domain.Offboarding, dep domain.Departure) error {
	if f.to != "" {
		return nil
	}
	for _, p := range dep.Parts {
		if p.To != "" || p.Portion == domain.PortionPerson || p.Portion == domain.PortionBindings {
			continue
		}
		_, told := x.By[p.Portion]
		for _, h := range domain.Handed() {
			if p.Portion == h && !told {
				return domain.Errorf(domain.Invalid, "it is not said who takes over: %s", p.Text).
					Hinted("name somebody with --to PERSON, or --to none to leave it without anyone")
			}
		}
	}
	return nil
}

// partsPage prints what becomes of each thing.
func partsPage(p *page, o *domain.Org, column string, parts []domain.Part) {
	var rows [][]string
	for _, x := range parts {
		to := "taken"
		if x.Portion == domain.PortionPerson {
			to = ""
		}
		if x.To != "" {
			to = o.Name(domain.KindPrincipal, x.To)
		}
		rows = append(rows, []string{string(x.Portion), x.Text, to, x.Note})
	}
	p.table([]string{"KIND", "WHAT", column, "NOTE"}, rows)
}

// apartPage prints what to know and what the change set does not do.
func apartPage(p *page, notes []string, rest []apart) {
	for _, n := range notes {
		p.line("Note: %s", n)
	}
	if len(rest) == 0 {
		return
	}
	p.line("Not in the change set")
	for _, a := range rest {
		p.line("  %s", a.Text)
		if a.Do != "" {
			p.line("    %s", a.Do)
		}
	}
}

// apartOf lists what waits on the leaver and is no part of a change set.
func apartOf(o *domain.Org, person, items domain.ID, l review.Leaving) []apart {
	var out []apart
	add := func(do, format string, args ...any) {
		out = append(out, apart{Text: fmt.Sprintf(format, args...), Do: do})
	}
	p, _ := o.Principal(person)
	receiver, _ := o.Principal(items)
	for _, c := range l.Campaigns {
		name := c.Campaign.Name
		if len(c.Open) > 0 {
			to := "PERSON"
			text := fmt.Sprintf("%s: %s unanswered", name, review.ItemList(c.Open))
			if items != "" {
				to = refOf(receiver)
				text += ", to be reassigned to " + receiver.Name
			}
			out = append(out, apart{Text: text, campaign: c.Campaign.ID, items: c.Open,
				Do: fmt.Sprintf("countersign campaign reassign %s --campaign %q --to %s --reason …", itemRuns(c.Open), name, to)})
		}
		if len(c.Own) > 0 {
			add(fmt.Sprintf("countersign campaign reassign %s --campaign %q --to PERSON --reason …", itemRuns(c.Own), name),
				"%s: %s unanswered, and %s's own access: somebody else must review them", name, review.ItemList(c.Own), receiver.Name)
		}
		if len(c.Answered) > 0 {
			add("countersign review sign, by "+p.Name,
				"%s: %s answered and not signed: only %s can sign them, before leaving; or undo them, and they can be reassigned", name, review.ItemList(c.Answered), p.Name)
		}
		if c.Signed > 0 {
			add("", "%s: %s signed by %s and waiting for a checker: what is returned can be reassigned then", name, review.Count(c.Signed, "item is", "items are"), p.Name)
		}
	}
	for _, cs := range l.Made {
		add("countersign reject "+string(cs.ID)+" --reason …", "%s proposed %q: it cannot be approved once they are inactive; propose it anew", p.Name, cs.Title)
	}
	for _, cs := range l.Checks {
		add("", "%q waits for %s's approval: from then on a checker's stands in", cs.Title, p.Name)
	}
	for _, c := range l.Owned {
		add("", "%s runs the campaign %q: whoever has the duty campaign-owner can run it on", p.Name, c.Name)
	}
	for _, c := range l.Named {
		add(fmt.Sprintf("countersign campaign cancel %q --reason …", c.Name), "the draft %q names %s as a reviewer: draft it anew", c.Name, p.Name)
	}
	return out
}

// itemRuns writes item numbers for a command line, runs as ranges.
func itemRuns(nos []int) string {
	var parts []string
	for i := 0; i < len(nos); {
		k := i
		for k+1 < len(nos) && nos[k+1] == nos[k]+1 {
			k++
		}
		if k > i {
			parts = append(parts, fmt.Sprintf("%d-%d", nos[i], nos[k]))
		} else {
			parts = append(parts, fmt.Sprint(nos[i]))
		}
		i = k + 1
	}
	return strings.Join(parts, " ")
}

// reassignAll does what the campaigns' own act can do; where it may not, the
// command that was said stays to be run by who may.
func (s *session) reassignAll(p *page, rest []apart, from, to domain.ID, reason string) error {
	if to == "" {
		return nil
	}
	for i := range rest {
		a := &rest[i]
		if len(a.items) == 0 {
			continue
		}
		asked, done, err := s.reassignParts(a.campaign, review.Handing{Items: a.items, From: from, To: to, Reason: reason})
		if done > 0 && err != nil { // what is said to be done is about the rest
			a.Do = strings.Replace(a.Do, itemRuns(a.items), itemRuns(a.items[done:]), 1)
			for _, q := range asked {
				a.Do = "countersign campaign approve " + q + "; " + a.Do
			}
		}
		switch domain.CodeOf(err) {
		case domain.Forbidden, domain.Conflict:
			p.line("%s", notReassigned(done, err))
			continue
		}
		if err != nil {
			return err
		}
		if len(asked) > 0 {
			a.Do = "countersign campaign approve " + strings.Join(asked, "; countersign campaign approve ")
			p.line("asked for, and waits for a checker: %s", a.Text)
			continue
		}
		a.Done, a.Do = true, ""
		p.line("reassigned: %s", a.Text)
	}
	return nil
}

// notReassigned says why items stay, all of them or those after the first.
func notReassigned(done int, err error) string {
	if done > 0 {
		return "reassigned in part: " + err.Error()
	}
	return "not reassigned: " + err.Error()
}

// reassignParts reassigns items, as many at a time as one act takes, and gives how many
// went over or are asked for, and the requests that a checker is to approve. The error
// after a first part says how many that were.
func (s *session) reassignParts(campaign domain.ID, h review.Handing) (asked []string, done int, err error) {
	return handParts(h.Items, func(part []int) (review.Request, error) {
		h.Items = part
		return s.svc.HandOver(s.ctx, s.actor, campaign, h)
	})
}

// handParts hands items over in parts as large as one act takes, until one is refused.
func handParts(items []int, hand func(part []int) (review.Request, error)) (asked []string, done int, err error) {
	for part := range slices.Chunk(items, review.MostHanded) {
		q, err := hand(part)
		if err != nil {
			if done > 0 {
				err = after(fmt.Sprintf("%d of %d items went over%s", done, len(items), waitsWords(asked)), err)
			}
			return asked, done, err
		}
		done += len(part)
		if q.ID != "" {
			asked = append(asked, string(q.ID))
		}
	}
	return asked, done, nil
}

// waitsWords say that what was handed over takes effect later, where it does.
func waitsWords(asked []string) string {
	if len(asked) > 0 {
		return ", once a checker approves"
	}
	return ""
}

// after says with an error what was done before it.
func after(done string, err error) error {
	var e *domain.Error
	if done == "" {
		return err
	}
	if !errors.As(err, &e) {
		return fmt.Errorf("%s; then: %w", done, err)
	}
	out := *e
	out.Message = done + "; then: " + e.Message
	return &out
}
