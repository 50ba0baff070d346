package main

import (
	"bytes"
	"context"
	"io"
	"runtime/debug"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/review"
)

// The console stages in the memory that the command does, and gives back what it took.
// Not parallel: the memory is the program's.
func TestTheConsoleStagesSparingly(t *testing.T) {
	s := demoUntil(t, "launched")
	e := *s.env
	e.in, e.out, e.err = strings.NewReader(""), io.Discard, new(bytes.Buffer)
	if code := e.run(context.Background(), []string{"--db", s.store.Path(), "--as", "ana.ferreira@acme.example", "campaign", "new", "Spring round", "--due", "2026-12-01"}); code != exitOK {
		t.Fatalf("no campaign: %d: %s", code, e.err)
	}
	var id domain.ID
	if err := s.view(func(tx review.Tx) error {
		all, err := tx.Campaigns()
		for _, c := range all {
			if c.Name == "Spring round" {
				id = c.ID
			}
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	before, within := debug.SetMemoryLimit(-1), int64(0)
	desk := campaignDesk{reviewReads{openAs(t, s.env, "ana.ferreira")}}
	c, err := desk.Stage(context.Background(), domain.Sight{}, id, func(int, int) { within = debug.SetMemoryLimit(-1) })
	if err != nil || c.State != review.Staged {
		t.Fatalf("it is %s: %v", c.State, err)
	}
	if within != stagingMemory {
		t.Errorf("while it stages Go may take %d bytes, want %d", within, int64(stagingMemory))
	}
	if after := debug.SetMemoryLimit(-1); after != before {
		t.Errorf("afterwards Go may take %d bytes, before it was %d", after, before)
	}
}

// A person who gains much by a change set is one page to open, and leaves room for the
// others.
func TestALeadIsGivenOnce(t *testing.T) {
	s := demoUntil(t, "imported")
	o, err := s.org()
	if err != nil {
		t.Fatal(err)
	}
	var people []domain.ID
	for row := range o.All(domain.KindPrincipal) {
		people = append(people, row.Record.RecordID())
	}
	var effects []domain.Effect
	for range mostLeads + 5 {
		effects = append(effects, domain.Effect{Principal: people[0], After: domain.Read})
	}
	effects = append(effects, domain.Effect{Principal: people[1], Before: domain.Read})
	got := leadsOf(o, nil, effects)
	if len(got) != 2 || got[0].Arg != string(people[0]) || got[1].Arg != string(people[1]) {
		t.Errorf("%v, want each of two people once", got)
	}
}
