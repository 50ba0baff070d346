package logpage_test

import (
	"testing"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/logpage"
	"countersign/tui/tuitest/orgtest"
)

// What an event is about is said by name, whatever part of a campaign it is.
func TestSubjectsOfACampaign(t *testing.T) {
	o := orgtest.New(t).Org
	someone := ""
	for row := range o.All(domain.KindPrincipal) {
		someone = string(row.Record.RecordID())
		break
	}
	name := o.Name(domain.KindPrincipal, domain.ID(someone))
	p := logpage.Picture{Org: o, Campaigns: []review.Campaign{{ID: "cmp_q4", Name: "Q4"}}}
	for subject, want := range map[string]string{
		"cmp_q4":                    "Q4",
		"cmp_q4/26":                 "Q4, item 26",
		"cmp_q4/1/" + someone:       "Q4, stage 1, packet of " + name,
		"cmp_q4/26/1/" + someone:    "Q4, item 26, stage 1, " + name,
		"cmp_other/26/1/" + someone: "cmp_other/26/1/" + someone,
	} {
		if got := logpage.Subject(p, domain.Event{Subject: subject}); got != want {
			t.Errorf("%s reads %q, want %q", subject, got, want)
		}
	}
}
