package review

import (
	"slices"
	"time"

	"countersign/domain"
)

// What is about to end or begin, in words.
const (
	ExpiryBegins     = "begins"
	ExpiryEnds       = "ends"
	ExpiryInvitation = "invitation lapses"
	ExpiryException  = "exception ends"
)

// Expiry is something that ends or begins without anybody doing anything.
type Expiry struct {
	What     string      // one of the Expiry… words
	At       time.Time   // UTC: when it is so
	Day      domain.Date // the day meant: the first of a window, or the last
	Zone     string      // IANA name of that day's zone
	Holder   domain.Holder
	Target   domain.Target // zero for an invitation
	Agent    domain.ID     // scope of an area or a source
	Level    domain.Level
	Origin   domain.Origin
	Campaign domain.ID // of an exception
	Item     int
	Note     string // why an exception was made
}

// Expiring gives what ends or begins from the picture's instant to until (UTC,
// included), the earliest first: windows of grants, invitations that stand for
// domain.InvitationDays (those overdue too), and exceptions of campaigns. about
// narrows it to persons, groups and agents; empty is everything.
func Expiring(tx Tx, o *domain.Org, at, until time.Time, about []domain.Ref) ([]Expiry, error) {
	wanted := func(g domain.Grant) bool {
		return len(about) == 0 || slices.ContainsFunc(about, func(r domain.Ref) bool { return o.EdgeConcerns(g, r, at) })
	}
	var out []Expiry
	for _, e := range o.Edges(at, until) {
		if wanted(e.Grant) {
			x := expiryOf(e.Grant)
			x.What, x.At, x.Day, x.Zone = ExpiryEnds, e.At, e.Day, e.Zone
			if e.Begins {
				x.What = ExpiryBegins
			}
			out = append(out, x)
		}
	}
	inv, err := invitations(tx, o, until, wanted)
	if err != nil {
		return nil, err
	}
	exc, err := exceptions(tx, o, at, until, wanted)
	if err != nil {
		return nil, err
	}
	out = append(append(out, inv...), exc...)
	slices.SortStableFunc(out, func(a, b Expiry) int { return a.At.Compare(b.At) })
	return out, nil
}

func expiryOf(g domain.Grant) Expiry {
	return Expiry{Holder: g.Holder, Target: g.Target, Agent: g.Agent, Level: g.Level, Origin: g.Origin}
}

func invitations(tx Tx, o *domain.Org, until time.Time, wanted func(domain.Grant) bool) ([]Expiry, error) {
	var out []Expiry
	for row := range o.All(domain.KindPrincipal) {
		p, ok := row.Record.(domain.Principal)
		if !ok || p.Status != domain.Invited {
			continue
		}
		holder := domain.Holder{Kind: domain.HolderPrincipal, ID: p.ID}
		if !wanted(domain.Grant{Holder: holder}) {
			continue
		}
		e, err := tx.Event(row.Since)
		if err != nil {
			return nil, err
		}
		end := e.Time.AddDate(0, 0, domain.InvitationDays)
		if end.After(until) {
			continue
		}
		out = append(out, Expiry{What: ExpiryInvitation, At: end, Day: domain.Date(end.In(o.Zone()).Format(time.DateOnly)),
			Zone: o.Zone().String(), Holder: holder, Origin: p.Origin})
	}
	return out, nil
}

func exceptions(tx Tx, o *domain.Org, at, until time.Time, wanted func(domain.Grant) bool) ([]Expiry, error) {
	all, err := tx.Campaigns()
	if err != nil {
		return nil, err
	}
	var out []Expiry
	for _, c := range all {
		if c.State < SignedOff || c.State == Cancelled {
			continue
		}
		err := eachItem(tx, ItemQuery{Campaign: c.ID}, func(it Item) error {
			if it.Outcome.Result != Exception || it.Outcome.Until == "" || !wanted(it.Holding) {
				return nil
			}
			end := time.Unix(domain.Window{To: it.Outcome.Until}.Span(o.Zone()).To, 0).UTC()
			if end.After(until) || !end.After(at) {
				return nil
			}
			x := expiryOf(it.Holding)
			x.What, x.At, x.Day, x.Zone = ExpiryException, end, it.Outcome.Until, o.Zone().String()
			x.Campaign, x.Item, x.Note = c.ID, it.No, it.Outcome.Reason
			out = append(out, x)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// NewFindings gives the findings about one person that hold after a change and
// did not hold before: what the change would bring about.
func NewFindings(tx Tx, before, after *domain.Org, at time.Time, person domain.ID) ([]domain.Finding, error) {
	was, err := Findings(tx, before, at)
	if err != nil {
		return nil, err
	}
	is, err := Findings(tx, after, at)
	if err != nil {
		return nil, err
	}
	same := func(a, b domain.Finding) bool { return a.Kind == b.Kind && slices.Equal(a.Subject, b.Subject) }
	return slices.DeleteFunc(is, func(f domain.Finding) bool {
		about := f.Concerns(domain.KindPrincipal, person)
		for _, r := range f.Subject {
			if row, ok := after.Get(r.Kind, r.ID); ok {
				g, isGrant := row.Record.(domain.Grant)
				about = about || isGrant && g.Holder.ID == person
			}
		}
		return !about || slices.ContainsFunc(was, func(w domain.Finding) bool { return same(w, f) })
	}), nil
}
