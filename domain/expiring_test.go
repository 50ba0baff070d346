package domain

import (
	"testing"
	"time"
)

// Whole days, both ends included, in the grant's zone, else the
// organisation's (PRODUCT 9.3; clock changes of Europe/Berlin, America/New_York
// and Pacific/Apia's skipped day from the IANA table).
func TestEdges(t *testing.T) {
	utc := func(s string) time.Time {
		at, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	zoned := func(from, to, zone string) Grant {
		g := gives("usr_uma", "agt_internal", ViewUse).within(from, to)
		g.Window.Zone = zone
		return g
	}
	for _, c := range []struct {
		name        string
		home        string
		g           Grant
		from, until string
		at          string // "" where it does not lie within
		begins      bool
	}{
		{"ends as the day after begins", "UTC", zoned("2024-12-01", "2025-01-15", ""), "2025-01-01T00:00:00Z", "2025-01-31T00:00:00Z", "2025-01-16T00:00:00Z", false},
		{"begins", "UTC", zoned("2024-12-01", "", ""), "2024-11-20T00:00:00Z", "2024-12-31T00:00:00Z", "2024-12-01T00:00:00Z", true},
		{"over already", "UTC", zoned("", "2024-12-01", ""), "2024-12-02T00:00:00Z", "2025-12-31T00:00:00Z", "", false},
		{"the last instant counts", "UTC", zoned("", "2024-12-01", ""), "2024-12-01T00:00:00Z", "2024-12-02T00:00:00Z", "2024-12-02T00:00:00Z", false},
		{"one second later does not", "UTC", zoned("", "2024-12-01", ""), "2024-12-01T00:00:00Z", "2024-12-01T23:59:59Z", "", false},
		{"the organisation's zone", "Europe/Berlin", zoned("", "2026-03-28", ""), "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z", "2026-03-28T23:00:00Z", false},
		{"after the clock change", "Europe/Berlin", zoned("", "2026-03-29", ""), "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z", "2026-03-29T22:00:00Z", false},
		{"its own zone goes first", "Europe/Berlin", zoned("", "2026-03-08", "America/New_York"), "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z", "2026-03-09T04:00:00Z", false},
		{"a day that was skipped", "UTC", zoned("", "2011-12-30", "Pacific/Apia"), "2011-12-01T00:00:00Z", "2012-01-01T00:00:00Z", "2011-12-30T10:00:00Z", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := house(t, Setting{ID: SettingZone, Value: c.home}, c.g)
			got := o.Edges(utc(c.from), utc(c.until))
			if c.at == "" {
				if len(got) > 0 {
					t.Errorf("it has %+v", got)
				}
				return
			}
			if len(got) != 1 || !got[0].At.Equal(utc(c.at)) || got[0].Begins != c.begins {
				t.Fatalf("it has %+v, want %s", got, c.at)
			}
			if l := o.Level("usr_uma", c.g.Target, "", got[0].At); (l > None) != c.begins {
				t.Errorf("at that instant the level is %d", l)
			}
			if l := o.Level("usr_uma", c.g.Target, "", got[0].At.Add(-time.Second)); (l > None) == c.begins {
				t.Errorf("a second before the level is %d", l)
			}
		})
	}
	o := house(t, gives("usr_uma", "agt_internal", ViewUse), Setting{ID: SettingZone, Value: "Europe/Berlin"})
	if e := o.Edges(noon, noon.AddDate(100, 0, 0)); len(e) > 0 {
		t.Errorf("what has no window ends: %v", e)
	}
	if end := o.DayEnd(utc("2026-03-28T22:30:00Z"), 1); !end.Equal(utc("2026-03-29T22:00:00Z")) {
		t.Errorf("tomorrow ends at %s", end)
	}
}

func TestEdgeConcerns(t *testing.T) {
	o := house(t)
	group, direct, member := gives("grp_support", "agt_public", ViewUse), gives("usr_ned", "agt_internal", ViewUse), gives("usr_uma", "grp_tier1", Member)
	scoped := gives("usr_ned", "area:flows", Read)
	scoped.Agent = "agt_open"
	for _, c := range []struct {
		name  string
		g     Grant
		about Ref
		want  bool
	}{
		{"a person's own", direct, Ref{KindPrincipal, "usr_ned"}, true},
		{"another's", direct, Ref{KindPrincipal, "usr_uma"}, false},
		{"of a group above the person's", group, Ref{KindPrincipal, "usr_uma"}, true},
		{"of a group that is not the person's", group, Ref{KindPrincipal, "usr_ned"}, false},
		{"a group's own", group, Ref{KindGroup, "grp_support"}, true},
		{"a membership", member, Ref{KindGroup, "grp_tier1"}, true},
		{"on the agent", group, Ref{KindAgent, "agt_public"}, true},
		{"inside the agent", scoped, Ref{KindAgent, "agt_open"}, true},
		{"on another agent", group, Ref{KindAgent, "agt_open"}, false},
	} {
		if got := o.EdgeConcerns(c.g, c.about, noon); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
