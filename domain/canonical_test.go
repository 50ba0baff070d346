package domain_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"countersign/domain"
)

// asReflected is a grant's canonical form by encoding/json.
func asReflected(t *testing.T, g domain.Grant) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(struct {
		ID     domain.ID     `json:"id"`
		Holder domain.Holder `json:"holder"`
		Target domain.Target `json:"target"`
		Agent  domain.ID     `json:"agent,omitempty"`
		Level  string        `json:"level"`
		Window domain.Window `json:"window,omitzero"`
		Origin domain.Origin `json:"origin,omitzero"`
	}{g.ID, g.Holder, g.Target, g.Agent, g.Ladder().Word(g.Level), g.Window, g.Origin})
	if err != nil {
		t.Fatal(err)
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}

// A grant's canonical form is written by hand; it is what encoding/json
// writes, whatever stands in it.
func FuzzGrantIsCanonical(f *testing.F) {
	for _, s := range []string{"", "usr_1", "a → b", "\"\\\t\n\x00\x1b", "<&>", "\u2028\u2029", "\xff\xfe", "\xe2\x80", "👩‍🚀", "\x7f"} {
		f.Add("gnt_1", s, s, uint8(1), uint8(0), s)
		f.Add(s, "grp_1", "", uint8(7), uint8(3), s)
	}
	f.Fuzz(func(t *testing.T, id, holder, agent string, kind, level uint8, other string) {
		g := domain.Grant{ID: domain.ID(id), Holder: domain.Holder{Kind: domain.HolderKind(kind % 5), ID: domain.ID(holder)},
			Target: domain.Target{Kind: domain.TargetKind(kind % 18), ID: domain.ID(other)}, Agent: domain.ID(agent), Level: domain.Level(level),
			Window: domain.Window{From: domain.Date(other), Zone: holder}, Origin: domain.Origin{Source: other, File: agent}}
		for _, g := range []domain.Grant{g, {ID: g.ID, Window: domain.Window{To: g.Window.From}, Origin: domain.Origin{File: agent}}} {
			got, err := domain.CanonicalJSON(g)
			if want := asReflected(t, g); err != nil || string(got) != want {
				t.Fatalf("a grant is written as\n%s (%v), encoding/json writes\n%s", got, err, want)
			}
		}
	})
}

// Every byte, at every place of a text shorter and longer than eight: what stands
// as it is, and what does not, is as encoding/json has it.
func TestTextStandsAsItIs(t *testing.T) {
	for n := 1; n <= 17; n++ {
		for at := range n {
			for c := range 256 {
				b := []byte(strings.Repeat("x", n))
				b[at] = byte(c)
				want, err := reflected(string(b))
				if err != nil {
					t.Fatal(err)
				}
				if got := domain.AppendText(nil, string(b)); string(got) != string(want) {
					t.Fatalf("%q: %s, want %s", b, got, want)
				}
			}
		}
	}
	for _, s := range []string{"a\u2028b", "Ana → Bot: View & Use <1>", "\u2029", "\xff\xfe", "e\u0301", "12345678\\", "\x7f1234567\"",
		`"Ana": Edit on "Bot" \ "x"`, "\"\u2028\"", "\"\xff\"", "\"\n\"", "\"é\" \\", `"""`} {
		want, err := reflected(s)
		if got := domain.AppendText(nil, s); err != nil || string(got) != string(want) {
			t.Errorf("%q: %s, want %s", s, got, want)
		}
	}
}

// reflected is a text as encoding/json has it.
func reflected(s string) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(s)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// The line of an event of very many deltas is, byte for byte, what encoding/json
// makes of it: with deltas that were made of records, with such as were read back,
// with blanks in them, and whichever of the last parts there are.
func TestLongEventsAreCanonical(t *testing.T) {
	base := domain.Event{Format: domain.EventFormat, Log: "log_1", Seq: 7, Time: time.Date(2026, 4, 1, 8, 0, 0, 1e6, time.UTC),
		Type: domain.EvProposed, Subject: "chg_<1>", Actor: "usr_ana", Reason: "a \"reason\" & more\u2028", Data: json.RawMessage(`{"n": 1}`)}
	var made, read []domain.Delta
	for i := range 80 {
		g := domain.Grant{ID: domain.ID(fmt.Sprintf("gnt_%d", i)), Holder: domain.Holder{Kind: domain.HolderPrincipal, ID: "usr_ana"},
			Target: domain.Target{Kind: domain.TargetAgent, ID: `agt_"<&>`}, Level: domain.ViewUse}
		after := g
		after.Level = domain.EditAgent
		p := domain.Principal{ID: domain.ID(fmt.Sprintf("usr_%d", i)), Name: "Ana \u2029 \xff <b>"}
		for _, pair := range [][2]domain.Record{{nil, g}, {g, nil}, {g, after}, {nil, p}, {p, nil}} {
			d, err := domain.DeltaOf(pair[0], pair[1])
			if err != nil {
				t.Fatal(err)
			}
			made = append(made, d)
			read = append(read, domain.Delta{Kind: d.Kind, ID: d.ID, Before: slices.Clone(d.Before), After: slices.Clone(d.After)})
		}
	}
	read[3].After = json.RawMessage(" { \"id\" : \"x <y>\" } ")
	for name, change := range map[string]func(e *domain.Event){
		"changes":              func(e *domain.Event) { e.Changes = made },
		"proposed":             func(e *domain.Event) { e.Proposed = made },
		"read back":            func(e *domain.Event) { e.Proposed = read },
		"all three":            func(e *domain.Event) { e.Changes, e.Applies, e.Proposed = read, 3, made },
		"applies, and no data": func(e *domain.Event) { e.Changes, e.Applies, e.Data = made, 3, nil },
		"few":                  func(e *domain.Event) { e.Changes = made[:3] },
	} {
		e := base
		change(&e)
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(e); err != nil {
			t.Fatal(err)
		}
		got, err := e.Canonical()
		if err != nil || string(got)+"\n" != b.String() {
			t.Errorf("%s: %v\n%.400s\nwant\n%.400s", name, err, got, b.String())
		}
	}
	bad := base
	bad.Proposed = append(slices.Clone(read), domain.Delta{Kind: domain.KindGrant, ID: "x", After: json.RawMessage(`{"a":`)})
	if _, err := bad.Canonical(); err == nil {
		t.Error("a delta that is no JSON was written")
	}
}
