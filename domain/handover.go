package domain

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Portion is a kind of what a person has, as it is handed over, copied or
// taken: the words people choose by.
type Portion string

// The portions of what a person has.
const (
	PortionGroups   Portion = "memberships"   // membership of groups
	PortionAgents   Portion = "agent-grants"  // direct grants on agents
	PortionSources  Portion = "source-grants" // direct grants on data sources
	PortionAreas    Portion = "area-grants"   // area values
	PortionRole     Portion = "role"          // the role
	PortionAgentRol Portion = "agent-role"    // the agent role
	PortionAccount  Portion = "account-role"  // the account role
	PortionDuties   Portion = "duties"        // duties in Countersign
)

// Portions lists those that are grants, in the order in which they are shown.
func Portions() []Portion {
	return []Portion{PortionGroups, PortionAgents, PortionSources, PortionAreas, PortionRole, PortionAgentRol,
		PortionAccount, PortionDuties}
}

// ParsePortion reads a word; one it does not know is an Invalid error.
func ParsePortion(s string) (Portion, error) { return parsePortion(s, Portions()) }

func parsePortion(s string, known []Portion) (Portion, error) {
	words := make([]string, len(known))
	for i, p := range known {
		if strings.EqualFold(string(p), strings.TrimSpace(s)) {
			return p, nil
		}
		words[i] = string(p)
	}
	return "", Errorf(Invalid, "%q is nothing that can be named here", s).Hinted("use one of: %s", strings.Join(words, ", "))
}

// portionOf tells to which portion a grant of a person belongs.
func portionOf(g Grant) Portion {
	switch g.Target.Kind {
	case TargetGroup:
		return PortionGroups
	case TargetAgent:
		return PortionAgents
	case TargetSource:
		return PortionSources
	case TargetArea:
		return PortionAreas
	case TargetRole:
		return PortionRole
	case TargetAgentRole:
		return PortionAgentRol
	case TargetAccount:
		return PortionAccount
	}
	return PortionDuties
}

// hand is a hand-over in the making: what one receiver's grants become, change
// by change, so that what is given later builds on what was given before.
type hand struct {
	o     *Org
	at    time.Time
	newID func(prefix string) ID
	held  map[ID][]Grant // what each receiver will hold itself
	out   []Change
}

func newHand(o *Org, at time.Time, newID func(prefix string) ID) *hand {
	return &hand{o: o, at: at, newID: newID, held: map[ID][]Grant{}}
}

func (h *hand) of(to ID) []Grant {
	if _, ok := h.held[to]; !ok {
		h.held[to] = slices.Clone(h.o.GrantsOf(Holder{HolderPrincipal, to}))
	}
	return h.held[to]
}

func (h *hand) span(g Grant) Span { return g.Window.Span(h.o.Zone()) }

// over tells whether a grant's window is over.
func (h *hand) over(g Grant) bool { return h.span(g).To <= h.at.Unix() }

// give makes the receiver hold at least what g gives, in g's days, touching no
// other day: why says what stands in the way, "" where it is given.
func (h *hand) give(to ID, g Grant) (why string) {
	g.Holder, g.Origin = Holder{HolderPrincipal, to}, Origin{}
	want := h.span(g)
	var raise *Grant
	for _, x := range h.of(to) {
		if x.Target.Kind == TargetRole && g.Target.Kind == TargetRole && x.Target != g.Target && h.meet(h.span(x), want) {
			return fmt.Sprintf("has the role %q, and one role is held at a time", h.o.Name(KindRole, x.Target.ID))
		}
		if x.Target != g.Target || x.Agent != g.Agent {
			continue
		}
		is := h.span(x)
		word := x.Ladder().Word(x.Level)
		switch {
		case x.Level >= g.Level && is.From <= max(want.From, h.at.Unix()) && is.To >= want.To:
			return "has it already"
		case !h.meet(is, want):
		case is.From >= want.From && is.To <= want.To && x.Level <= g.Level:
			raise = &x
		case x.Level == g.Level || g.Target.Kind == TargetArea:
			return fmt.Sprintf("has %s there for other days (%s): set it by hand", word, describeWindow(x.Window))
		}
	}
	if raise != nil {
		now := *raise
		now.Level, now.Window, now.Origin = g.Level, g.Window, Origin{}
		h.put(Replace(*raise, now))
		return ""
	}
	g.ID = h.newID(PrefixGrant)
	h.put(Begin(g))
	return ""
}

func (h *hand) meet(a, b Span) bool {
	return max(a.From, b.From, h.at.Unix()) < min(a.To, b.To)
}

// put adds a change and keeps what the holder has up to date.
func (h *hand) put(c Change) {
	h.out = append(h.out, c)
	g, ok := c.Record().(Grant)
	if !ok || g.Holder.Kind != HolderPrincipal {
		return
	}
	list := slices.DeleteFunc(slices.Clone(h.of(g.Holder.ID)), func(x Grant) bool { return x.ID == g.ID })
	if c.After != nil {
		list = append(list, g)
	}
	h.held[g.Holder.ID] = list
}

// undoFrom takes back the changes made since the first n.
func (h *hand) undoFrom(n int) {
	h.out = h.out[:n]
	kept := slices.Clone(h.out)
	h.held, h.out = map[ID][]Grant{}, nil
	for _, c := range kept {
		h.put(c)
	}
}

// GrantWords says a grant without its holder: "Edit on the agent
// "Support"", with its window where it has one.
func (o *Org) GrantWords(g Grant) string {
	s := o.describeGrant(g)
	if !g.Window.Always() {
		s += " (" + describeWindow(g.Window) + ")"
	}
	return s
}
