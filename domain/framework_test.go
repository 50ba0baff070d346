package domain

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// What the texts themselves say of intervals: PCI DSS 4.0.1 names six months
// in 7.2.4 and a risk analysis in 7.2.5.1; NIST AC-2 j an organisation-defined
// frequency; the others none.
func TestShippedFrameworks(t *testing.T) {
	want := "sox:3,soc2:3,pci:6,pci-machines:6,iso:12,nist:12,hipaa:12"
	if got := WriteFrameworks(Frameworks()); got != want {
		t.Errorf("shipped: %s, want %s", got, want)
	}
	for _, f := range Frameworks() {
		if (f.Most != 0) != (f.Word == "pci") {
			t.Errorf("%s: at most %d months by its own text", f.Word, f.Most)
		}
		if f.Name == "" || f.Says == "" {
			t.Errorf("%s says nothing", f.Word)
		}
	}
}

func TestReadFrameworks(t *testing.T) {
	for _, c := range []struct {
		in, want string
		wrong    string // in the error
	}{
		{in: "sox", want: "sox:3"},
		{in: " PCI:3 , iso:36", want: "pci:3,iso:36"},
		{in: "pci:6", want: "pci:6"},
		{in: "pci-machines:12", want: "pci-machines:12"},
		{in: "pci:7", wrong: "does not allow 7 months"},
		{in: "sox:0", wrong: `"0" is no cadence of sox`},
		{in: "sox:37", wrong: `"37" is no cadence`},
		{in: "sox:quarterly", wrong: `"quarterly" is no cadence`},
		{in: "sox:", wrong: `"" is no cadence`},
		{in: "sox,sox:6", wrong: `"sox" is named twice`},
		{in: "soks", wrong: `"soks" is no framework`},
		{in: "", wrong: `"" is no framework`},
		{in: "sox,", wrong: `"" is no framework`},
	} {
		got, err := ReadFrameworks(c.in)
		if c.wrong == "" {
			if err != nil || WriteFrameworks(got) != c.want {
				t.Errorf("%q: %s, %v; want %s", c.in, WriteFrameworks(got), err, c.want)
			}
			continue
		}
		var e *Error
		if !errors.As(err, &e) || e.Code != Invalid || !strings.Contains(e.Message, c.wrong) || e.Hint == "" {
			t.Errorf("%q: %v; want a sentence with %q and a hint", c.in, err, c.wrong)
		}
	}
}

func FuzzReadFrameworks(f *testing.F) {
	for _, s := range []string{"sox", "pci:3,iso", "sox:", ",,", "nist:-1", "sox:1e2", "pci:\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		fs, err := ReadFrameworks(s)
		if err != nil {
			return
		}
		again, err := ReadFrameworks(WriteFrameworks(fs))
		if err != nil || !slices.Equal(again, fs) {
			t.Fatalf("%q: read %v, written and read again %v, %v", s, fs, again, err)
		}
		for _, x := range fs {
			if x.Months < 1 || x.Months > mostMonths || x.Most > 0 && x.Months > x.Most {
				t.Fatalf("%q: %s has %d months", s, x.Word, x.Months)
			}
		}
	})
}

func TestFrameworksOfAnOrganisation(t *testing.T) {
	if got := WriteFrameworks(house(t).Frameworks()); got != WriteFrameworks(Frameworks()) {
		t.Errorf("unset: %s", got)
	}
	o := house(t, Setting{ID: SettingFrameworks, Value: "pci:3,sox"})
	if got := WriteFrameworks(o.Frameworks()); got != "pci:3,sox:3" {
		t.Errorf("set: %s", got)
	}
}

func TestFrameworkSettingIsReadStrictly(t *testing.T) {
	for value, ok := range map[string]bool{"sox,pci:3": true, "pci:9": false, "gdpr": false, "": false} {
		if err := checkSetting(Setting{ID: SettingFrameworks, Value: value}); (err == nil) != ok {
			t.Errorf("%q: %v", value, err)
		}
	}
}

// The calendar by hand: months keep their day, or end with the month.
func TestMonthsAfter(t *testing.T) {
	for _, c := range []struct {
		from   Date
		months int
		want   Date
	}{
		{"2010-04-15", 3, "2010-07-15"}, {"2009-11-30", 3, "2010-02-28"}, {"2011-11-30", 3, "2012-02-29"},
		{"2010-12-31", 6, "2011-06-30"}, {"2010-01-31", 1, "2010-02-28"}, {"2010-06-30", 12, "2011-06-30"},
		{"2010-12-15", 1, "2011-01-15"}, {"", 3, ""}, {"soon", 3, ""},
	} {
		if got := MonthsAfter(c.from, c.months); got != c.want {
			t.Errorf("%d months after %s: %s, want %s", c.months, c.from, got, c.want)
		}
	}
}

func TestDayOfIsTheOrganisations(t *testing.T) {
	o := house(t, Setting{ID: SettingZone, Value: "America/New_York"})
	if got := o.DayOf(time.Date(2010, 7, 1, 2, 0, 0, 0, time.UTC)); got != "2010-06-30" {
		t.Errorf("an hour before midnight in New York: %s", got)
	}
}

// 7.2.4 is about user accounts, 7.2.5.1 about those of applications.
func TestFrameworkReach(t *testing.T) {
	o := house(t)
	var machine, person ID
	for row := range o.All(KindPrincipal) {
		if p := row.Record.(Principal); p.Kind == User {
			person = p.ID
		} else {
			machine = p.ID
		}
	}
	if machine == "" {
		o = house(t, Principal{ID: "key_one", Kind: APIKey, Name: "One", Status: Active, Owner: person})
		machine = "key_one"
	}
	holds := func(k HolderKind, id ID) Grant {
		return Grant{Holder: Holder{k, id}, Target: Target{TargetAgent, "agt_x"}, Level: ViewUse}
	}
	for _, c := range []struct {
		g       Grant
		covered string
	}{
		{holds(HolderPrincipal, person), "sox soc2 pci iso nist hipaa"},
		{holds(HolderGroup, "grp_x"), "sox soc2 pci iso nist hipaa"},
		{holds(HolderEveryone, ""), "sox soc2 pci iso nist hipaa"},
		{holds(HolderPrincipal, machine), "sox soc2 pci-machines iso nist hipaa"},
	} {
		got := ""
		for _, f := range Frameworks() {
			if f.Covers(o, c.g) {
				got += " " + f.Word
			}
		}
		if got != " "+c.covered {
			t.Errorf("%v: %s, want %s", c.g.Holder, got, c.covered)
		}
	}
}
