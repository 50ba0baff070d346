package review

import (
	"fmt"
	"time"

	"countersign/domain"
)

// UnusedAfter is after how many days access counts as unused where a
// definition says nothing else.
const UnusedAfter = 90

// AdviceFacts is what recommendations take besides the organisation.
type AdviceFacts struct {
	Usage    domain.Usages
	Past     Precedents
	Unused   int        // days after which access counts as unused; 0: UnusedAfter
	ScopeOld domain.Seq // the last event at least as many days ago as the scope's
	Old      domain.Seq // the last event at least so many days ago: what began by then and was never used counts as unused
}

// AdviceFactsOf reads what the recommendations of a campaign take that is
// staged at an instant.
func AdviceFactsOf(tx Tx, c Campaign, at time.Time) (AdviceFacts, error) {
	f := AdviceFacts{Unused: c.Definition.Unused}
	if f.Unused <= 0 {
		f.Unused = UnusedAfter
	}
	var err error
	if f.Usage, err = UsageOf(tx); err != nil {
		return f, err
	}
	if f.Old, err = tx.SeqAt(at.AddDate(0, 0, -f.Unused)); err != nil {
		return f, err
	}
	if n := c.Definition.Scope.Unused; n > 0 {
		if f.ScopeOld, err = tx.SeqAt(at.AddDate(0, 0, -n)); err != nil {
			return f, err
		}
	}
	f.Past, err = PrecedentsOf(tx.PastRulings(c.Frozen))
	return f, err
}

// adviser works out, once for a whole population, what the recommendations of
// its items are made of: findings by holding, how many peers have each target,
// how far each holder is from the others. An item's advice is then read off.
// It is a pure function of the organisation, the instant and the facts.
type adviser struct {
	AdviceFacts
	o       *domain.Org
	at      time.Time
	today   time.Time // midnight UTC of the organisation's day
	who     *peopleIndex
	found   foundReasons
	peers   []peerCount
	near    []nearness
	gives   map[domain.ID][]domain.Target // what a group gives its members
	members map[domain.ID]map[domain.ID]bool
	words   map[peerWords]string
	room    []AdviceReason // for those of the next items; what was handed out is not used again
}

// peerWords is what the words about somebody's peers are made of.
type peerWords struct{ cohort, same int32 }

// peerWords says how many peers have what the i-th of the holdings is, "" where
// there are none.
func (a *adviser) peerWords(i int, p int32) string {
	k := peerWords{a.who.cohort[p], a.peers[i].same}
	if a.peers[i].others == 0 {
		return ""
	}
	w, known := a.words[k]
	if !known {
		w = a.peers[i].peers(a.who, p).String()
		a.words[k] = w
	}
	return w
}

// newAdviser makes one for the holdings that of gives.
func newAdviser(o *domain.Org, at time.Time, facts AdviceFacts, of func(*peopleIndex) surveyed) *adviser {
	day, _ := time.Parse(time.DateOnly, at.In(o.Zone()).Format(time.DateOnly)) // its own format
	if facts.Unused <= 0 {
		facts.Unused = UnusedAfter
	}
	a := &adviser{AdviceFacts: facts, o: o, at: at, today: day,
		gives: map[domain.ID][]domain.Target{}, members: map[domain.ID]map[domain.ID]bool{},
		words: map[peerWords]string{}}
	found := make(chan foundReasons, 1)
	go func() { found <- findingReasons(o, at) }()
	a.who = indexPeople(o)
	a.peers, a.near = survey(o, at, a.who, of(a.who))
	a.found = <-found
	return a
}

// advised is what an adviser says of one item.
type advised struct {
	Advice   Advice
	Delta    Delta
	Last     LastDecision
	Peers    string
	LastUsed domain.Date
}

// of gives what is said of the i-th of the holdings the adviser was made for; since
// is the event that began it, how the ways it is held, person its holder, zero where
// that is none.
func (a *adviser) of(i int, g domain.Grant, since domain.Seq, how []string, person domain.Principal) advised {
	past := a.Past.of(g)
	out := advised{Delta: firstDelta}
	if len(past) > 0 {
		out.Last = lastOf(past)
		out.Delta = compareDelta(a.o, g, WaysHash(how), nowOf(person), past)
	}
	if cap(a.room) < 4 {
		a.room = make([]AdviceReason, 0, 512)
	}
	rs := append(a.room, a.found.of(g)...)
	rs = append(rs, pastReasons(a.o, g, out.Delta, past)...)
	var use []AdviceReason
	out.LastUsed, use = a.usageReasons(g, since)
	rs = append(rs, use...)
	if p, ok := a.who.num(g.Holder); ok {
		out.Peers = a.peerWords(i, p)
		rs = append(rs, a.peers[i].reasons(g, out.Peers)...)
		if r, far := a.near[i].reason(a.who); far {
			rs = append(rs, r)
		}
	}
	out.Advice = recommend(g.Level, rs)
	a.room = rs[len(rs):]
	if n := len(out.Advice.Reasons); n > 0 {
		out.Advice.Reasons = out.Advice.Reasons[:n:n]
	} else {
		out.Advice.Reasons = nil
	}
	return out
}

// pastReasons: what earlier campaigns decided, and whether it came back.
func pastReasons(o *domain.Org, g domain.Grant, d Delta, past []Precedent) []AdviceReason {
	if len(past) == 0 {
		return nil
	}
	var out []AdviceReason
	last, word := past[0], g.Ladder().Word
	if again := regrantedAfter(g, past); again != nil {
		r := AdviceReason{Kind: AdviceBoomerang, Text: fmt.Sprintf("granted again after it was revoked in %s (item %d)", again.Name, again.Item)}
		if again.Campaign == last.Campaign {
			r.Toward = Revoke
		}
		out = append(out, r)
	}
	switch {
	case d.Kind == DeltaRegranted && last.Answer == Revoke:
	case last.Answer == Revoke:
		out = append(out, AdviceReason{Kind: AdvicePast, Toward: Revoke, Text: d.Text})
	case last.Answer == Reduce && g.Level > last.Level:
		out = append(out, AdviceReason{Kind: AdvicePast, Toward: Reduce, Level: last.Level, Text: d.Text})
	case g.Level > last.Level:
		out = append(out, AdviceReason{Kind: AdvicePast, Text: d.Text})
	case last.Answer == Keep && last.Reviewer != "":
		n := certified(past)
		times := "once"
		if n > 1 {
			times = fmt.Sprintf("%d times in a row", n)
		}
		out = append(out, AdviceReason{Kind: AdviceCertified, Toward: Keep, Text: fmt.Sprintf("certified %s, last at %s in %s by %s",
			times, word(last.Level), last.Name, o.Name(domain.KindPrincipal, last.Reviewer))})
	}
	return out
}

// usageReasons: when it was last used, and whether that is long ago.
func (a *adviser) usageReasons(g domain.Grant, since domain.Seq) (domain.Date, []AdviceReason) {
	if g.Window.Span(a.o.Zone()).From > a.at.Unix() {
		return "", nil
	}
	last, known := a.lastUsed(g)
	if !known {
		return "", a.inactivity(g)
	}
	if last == "" {
		if since > a.Old {
			return "", nil
		}
		return "", []AdviceReason{{Kind: AdviceUnused, Toward: Revoke, Text: fmt.Sprintf("never seen used, for more than %d days", a.Unused)}}
	}
	days, ok := a.daysSince(last)
	switch {
	case !ok:
		return last, nil
	case days >= a.Unused:
		return last, []AdviceReason{{Kind: AdviceUnused, Toward: Revoke, Text: fmt.Sprintf("not used for %d days, last on %s", days, last)}}
	}
	return last, []AdviceReason{{Kind: AdviceUsed, Toward: Keep, Text: fmt.Sprintf("used on %s, %s ago", last, Count(days, "day", "days"))}}
}

// inactivity is for what no usage is known of: a holder who has not been seen
// at all for long.
func (a *adviser) inactivity(g domain.Grant) []AdviceReason {
	p, ok := holderPrincipal(a.o, g)
	if !ok || p.LastActive == "" {
		return nil
	}
	days, ok := a.daysSince(p.LastActive)
	if !ok || days < a.Unused {
		return nil
	}
	return []AdviceReason{{Kind: AdviceUnused, Toward: Revoke,
		Text: fmt.Sprintf("%s was last active on %s, %d days ago", p.Name, p.LastActive, days)}}
}

// daysSince counts whole days; false where the date is none or lies ahead.
func (a *adviser) daysSince(d domain.Date) (int, bool) {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil || t.After(a.today) {
		return 0, false
	}
	return int(a.today.Sub(t) / (24 * time.Hour)), true
}

// lastUsed gives the day a holding was last used: by its holder, by any member
// of the group that holds it, by anybody for an access type; of a membership,
// anything that the group gives. known says whether such usage was imported
// at all.
func (a *adviser) lastUsed(g domain.Grant) (last domain.Date, known bool) {
	t := asked(g.Target)
	switch {
	case g.Target.Kind == domain.TargetGroup && g.Holder.Kind == domain.HolderPrincipal:
		for _, given := range a.givenBy(g.Target.ID) {
			u, _ := a.Usage.Of(g.Holder.ID, given)
			last, known = max(last, u.LastUsed), true
		}
		return last, known
	case !a.Usage.Known(t.Kind):
		return "", false
	case g.Holder.Kind == domain.HolderPrincipal:
		u, _ := a.Usage.Of(g.Holder.ID, t)
		return u.LastUsed, true
	case g.Holder.Kind == domain.HolderEveryone:
		for _, u := range a.Usage.On(t) {
			return u.LastUsed, true
		}
		return "", true
	case g.Holder.Kind == domain.HolderGroup:
		in := a.membersOf(g.Holder.ID)
		for _, u := range a.Usage.On(t) {
			if in[u.Principal] {
				return u.LastUsed, true
			}
		}
		return "", true
	}
	return "", false
}

// givenBy gives what a group and those above it give its members, of which
// usage is known.
func (a *adviser) givenBy(group domain.ID) []domain.Target {
	if out, ok := a.gives[group]; ok {
		return out
	}
	var out []domain.Target
	for id, n := group, 0; id != "" && n < 64; n++ {
		g, ok := a.o.Group(id)
		if !ok || g.Life != domain.Live {
			break
		}
		for _, gr := range a.o.GrantsOf(domain.Holder{Kind: domain.HolderGroup, ID: id}) {
			if gr.Level > domain.None && a.Usage.Known(gr.Target.Kind) && gr.Window.Span(a.o.Zone()).Holds(a.at.Unix()) {
				out = append(out, gr.Target)
			}
		}
		id = g.Parent
	}
	a.gives[group] = out
	return out
}

func (a *adviser) membersOf(group domain.ID) map[domain.ID]bool {
	if out, ok := a.members[group]; ok {
		return out
	}
	all, _ := a.o.MembersOf(group, a.at)
	out := make(map[domain.ID]bool, len(all))
	for _, id := range all {
		out[id] = true
	}
	a.members[group] = out
	return out
}
