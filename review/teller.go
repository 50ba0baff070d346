package review

import (
	"slices"
	"strconv"
	"strings"

	"countersign/domain"
)

// Teller says events in words, as EventWords does, with what an event names by
// its id only: campaigns by their names, and of what a checker approved who had
// asked for it. It is of one picture of the store.
type Teller struct {
	tx       Tx
	o        *domain.Org
	names    *strings.Replacer
	requests []Request
	read     bool
}

// NewTeller makes one.
func NewTeller(tx Tx, o *domain.Org) (*Teller, error) {
	all, err := tx.Campaigns()
	if err != nil {
		return nil, err
	}
	var pairs []string
	for _, c := range all {
		pairs = append(pairs, string(c.ID), strconv.Quote(c.Name))
	}
	return &Teller{tx: tx, o: o, names: strings.NewReplacer(pairs...)}, nil
}

// Say gives the words of an event, without its actor.
func (t *Teller) Say(e domain.Event) (string, error) {
	text := EventWords(t.o, e)
	if strings.Contains(text, domain.PrefixCampaign+"_") {
		text = t.names.Replace(text)
	}
	by, err := t.asked(e)
	if err == nil && by != "" {
		text += ", asked for by " + t.o.Name(domain.KindPrincipal, by)
	}
	if err == nil && e.Type == EvCancelled && len(e.Data) > 0 {
		var d CancelledData
		if d, err = dataOf[CancelledData](e); d.Items > 0 {
			text += "; " + LeftWords(d.Left, d.Items)
		}
	}
	return text, err
}

// asked gives who asked for what an event carries out, "" where nobody did.
func (t *Teller) asked(e domain.Event) (domain.ID, error) {
	if !slices.Contains([]domain.EventType{EvExcepted, EvReassigned, EvExtended, EvCancelled}, e.Type) || len(e.Data) == 0 {
		return "", nil
	}
	d, err := dataOf[RequestData](e)
	if err != nil || d.Request == "" {
		return "", err
	}
	if !t.read {
		if t.requests, err = t.tx.Requests(""); err != nil {
			return "", err
		}
		t.read = true
	}
	i := slices.IndexFunc(t.requests, func(q Request) bool { return q.ID == d.Request })
	if i < 0 {
		return "", nil
	}
	return t.requests[i].Maker, nil
}
