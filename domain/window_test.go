package domain

import (
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"
)

func instant(t *testing.T, s string) int64 {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at.Unix()
}

// The instants are those of the IANA tz database for the named changes.
func TestWindowSpanOverClockChanges(t *testing.T) {
	for _, c := range []struct{ name, from, to, zone, begins, ends string }{
		{"seed Twig, time-based access: ends as 16 January begins", "2024-12-01", "2025-01-15", "", "2024-12-01T00:00:00Z", "2025-01-16T00:00:00Z"},
		{"the same in New York", "2024-12-01", "2025-01-15", "America/New_York", "2024-12-01T05:00:00Z", "2025-01-16T05:00:00Z"},
		{"a day of 23 hours", "2026-03-29", "2026-03-29", "Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"},
		{"a day of 25 hours", "2026-10-25", "2026-10-25", "Europe/Berlin", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"},
		{"midnight skipped: the day begins at 01:00", "2018-11-04", "2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"},
		{"midnight repeats: clocks go back at 24:00 to 23:00", "2018-02-18", "2018-02-18", "America/Sao_Paulo", "2018-02-18T03:00:00Z", "2018-02-19T03:00:00Z"},
		{"the day before it has 25 hours", "2018-02-17", "2018-02-17", "America/Sao_Paulo", "2018-02-17T02:00:00Z", "2018-02-18T03:00:00Z"},
		{"midnight skipped in Beirut", "2022-03-27", "2022-03-27", "Asia/Beirut", "2022-03-26T22:00:00Z", "2022-03-27T21:00:00Z"},
		{"midnight repeated at 00:00 to 23:00 in Beirut", "2022-10-30", "2022-10-30", "Asia/Beirut", "2022-10-29T22:00:00Z", "2022-10-30T22:00:00Z"},
		{"midnight repeated: 00:01 goes back to 23:01, the earlier one counts", "2010-11-07", "2010-11-07", "America/St_Johns", "2010-11-07T02:30:00Z", "2010-11-08T03:30:00Z"},
		{"the day before a skipped one", "2011-12-29", "2011-12-29", "Pacific/Apia", "2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z"},
		{"a skipped day has no instant", "2011-12-30", "2011-12-30", "Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z"},
		{"the day after it", "2011-12-31", "2011-12-31", "Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z"},
		{"the whole day of an island that went over the date line", "1993-08-21", "1993-08-21", "Pacific/Kwajalein", "1993-08-21T12:00:00Z", "1993-08-21T12:00:00Z"},
		{"a window over a skipped day", "2011-12-29", "2011-12-31", "Pacific/Apia", "2011-12-29T10:00:00Z", "2011-12-31T10:00:00Z"},
		{"a quarter of an hour skipped at midnight, for good", "1986-01-01", "1986-01-01", "Asia/Kathmandu", "1985-12-31T18:30:00Z", "1986-01-01T18:15:00Z"},
		{"a zone 45 minutes off the hour", "2026-01-01", "2026-01-01", "Asia/Kathmandu", "2025-12-31T18:15:00Z", "2026-01-01T18:15:00Z"},
		{"summer time pauses for Ramadan: 25 hours", "2024-03-10", "2024-03-10", "Africa/Casablanca", "2024-03-09T23:00:00Z", "2024-03-11T00:00:00Z"},
		{"and comes back: 23 hours", "2024-04-14", "2024-04-14", "Africa/Casablanca", "2024-04-14T00:00:00Z", "2024-04-14T23:00:00Z"},
		{"Beirut in the year of two clocks", "2023-03-26", "2023-03-26", "Asia/Beirut", "2023-03-25T22:00:00Z", "2023-03-26T21:00:00Z"},
		{"spring in New York", "2024-03-10", "2024-03-10", "America/New_York", "2024-03-10T05:00:00Z", "2024-03-11T04:00:00Z"},
		{"autumn in New York", "2024-11-03", "2024-11-03", "America/New_York", "2024-11-03T04:00:00Z", "2024-11-04T05:00:00Z"},
		{"from winter over summer into winter", "2024-03-01", "2024-11-30", "America/New_York", "2024-03-01T05:00:00Z", "2024-12-01T05:00:00Z"},
		{"midnight skipped in the Azores, at 01:00 UTC", "2024-03-31", "2024-03-31", "Atlantic/Azores", "2024-03-31T01:00:00Z", "2024-04-01T00:00:00Z"},
		{"midnight skipped in Cairo", "2023-04-28", "2023-04-28", "Africa/Cairo", "2023-04-27T22:00:00Z", "2023-04-28T21:00:00Z"},
		{"midnight of Cairo falls back to 23:00: 25 hours before it", "2023-10-26", "2023-10-26", "Africa/Cairo", "2023-10-25T21:00:00Z", "2023-10-26T22:00:00Z"},
		{"and 24 after it", "2023-10-27", "2023-10-27", "Africa/Cairo", "2023-10-26T22:00:00Z", "2023-10-27T22:00:00Z"},
		{"midnight skipped in Havana", "2024-03-10", "2024-03-10", "America/Havana", "2024-03-10T05:00:00Z", "2024-03-11T04:00:00Z"},
		{"01:00 falls back to midnight of the same day in Havana: the first counts", "2024-11-03", "2024-11-03", "America/Havana", "2024-11-03T04:00:00Z", "2024-11-04T05:00:00Z"},
		{"midnight skipped in Asuncion", "2024-10-06", "2024-10-06", "America/Asuncion", "2024-10-06T04:00:00Z", "2024-10-07T03:00:00Z"},
		{"midnight repeated in Asuncion", "2024-03-24", "2024-03-24", "America/Asuncion", "2024-03-24T04:00:00Z", "2024-03-25T04:00:00Z"},
		{"midnight skipped in Santiago", "2024-09-08", "2024-09-08", "America/Santiago", "2024-09-08T04:00:00Z", "2024-09-09T03:00:00Z"},
		{"the last half hour of a day skipped", "2018-05-04", "2018-05-04", "Asia/Pyongyang", "2018-05-03T15:30:00Z", "2018-05-04T15:00:00Z"},
		{"and the day after it is whole", "2018-05-05", "2018-05-05", "Asia/Pyongyang", "2018-05-04T15:00:00Z", "2018-05-05T15:00:00Z"},
		{"half an hour skipped at night, for good", "2016-05-01", "2016-05-01", "America/Caracas", "2016-05-01T04:30:00Z", "2016-05-02T04:00:00Z"},
		{"a zone that changes its offset at midnight, for good", "2021-02-01", "2021-02-01", "Africa/Juba", "2021-01-31T22:00:00Z", "2021-02-01T22:00:00Z"},
		{"a leap day", "2024-02-29", "2024-02-29", "Europe/Berlin", "2024-02-28T23:00:00Z", "2024-02-29T23:00:00Z"},
		{"half an hour of summer time", "2026-04-05", "2026-04-05", "Australia/Lord_Howe", "2026-04-04T13:00:00Z", "2026-04-05T13:30:00Z"},
		{"far east", "2026-01-01", "2026-01-01", "Pacific/Kiritimati", "2025-12-31T10:00:00Z", "2026-01-01T10:00:00Z"},
		{"far west", "2026-01-01", "2026-01-01", "Etc/GMT+12", "2026-01-01T12:00:00Z", "2026-01-02T12:00:00Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := Window{From: Date(c.from), To: Date(c.to), Zone: c.zone}
			if err := w.Check(); err != nil {
				t.Fatal(err)
			}
			want := Span{instant(t, c.begins), instant(t, c.ends)}
			if got := w.Span(nil); got != want {
				t.Errorf("got %s to %s, want %s to %s", utc(got.From), utc(got.To), c.begins, c.ends)
			}
		})
	}
}

func utc(sec int64) string { return time.Unix(sec, 0).UTC().Format(time.RFC3339) }

func TestWindowZoneOfTheOrganisation(t *testing.T) {
	home, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	w := Window{From: "2026-01-01"}
	if got := utc(w.Span(home).From); got != "2025-12-31T15:00:00Z" {
		t.Errorf("a window without a zone begins at %s in Tokyo", got)
	}
	w.Zone = "UTC"
	if got := utc(w.Span(home).From); got != "2026-01-01T00:00:00Z" {
		t.Errorf("a window's own zone goes before the organisation's: %s", got)
	}
	if got := (Window{Zone: "UTC"}).Span(home); got != Forever {
		t.Errorf("a window without dates limits nothing: %v", got)
	}
	if got := (Window{From: "2026-01-01"}).Span(nil).To; got != Forever.To {
		t.Errorf("an open end never comes: %d", got)
	}
}

func TestWindowCheck(t *testing.T) {
	for _, c := range []struct {
		w  Window
		ok bool
	}{
		{Window{}, true},
		{Window{From: "2026-01-01", To: "2026-01-01"}, true},
		{Window{From: "2026-01-02", To: "2026-01-01"}, false},
		{Window{From: "2026-02-29"}, false},
		{Window{From: "2028-02-29"}, true},
		{Window{To: "1.2.2026"}, false},
		{Window{From: "2026-01-01", Zone: "Europe/Berlin"}, true},
		{Window{From: "2026-01-01", Zone: "Europe/Atlantis"}, false},
		{Window{From: "2026-01-01", Zone: "Local"}, false},
	} {
		err := c.w.Check()
		if (err == nil) != c.ok || (err != nil && CodeOf(err) != Invalid) {
			t.Errorf("%+v: %v", c.w, err)
		}
		if c.ok {
			continue
		}
		if s := c.w.Span(nil); c.w.Zone == "" && c.w.To != "" && s.Holds(instant(t, "2026-01-01T12:00:00Z")) && c.w.From == "" {
			t.Errorf("%+v: an unreadable window must grant nothing", c.w)
		}
	}
	if s := (Window{From: "2026-01-01", Zone: "Europe/Atlantis"}).Span(nil); s.Holds(instant(t, "2026-06-01T00:00:00Z")) {
		t.Error("a window in an unknown zone must grant nothing")
	}
}

// Days follow each other without a gap or an overlap, and the first instant of
// a day is one second after an instant of an earlier day.
func TestDaysTileTime(t *testing.T) {
	zones := []string{"UTC", "Europe/Berlin", "America/Sao_Paulo", "Pacific/Apia", "Asia/Beirut", "America/St_Johns",
		"Africa/Casablanca", "Asia/Kathmandu", "America/Havana", "Asia/Gaza", "Antarctica/Troll"}
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.SampledFrom(zones).Draw(t, "zone")
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		day := time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 20000).Draw(t, "day"))
		next := day.AddDate(0, 0, 1)
		a := Window{From: Date(day.Format(time.DateOnly)), To: Date(day.Format(time.DateOnly)), Zone: zone}.Span(nil)
		b := Window{From: Date(next.Format(time.DateOnly)), Zone: zone}.Span(nil)
		if a.To != b.From {
			t.Fatalf("%s %s ends at %s, the next day begins at %s", zone, ymd(day), utc(a.To), utc(b.From))
		}
		if got := time.Unix(a.From, 0).In(loc).Format(time.DateOnly); a.From < a.To && got != ymd(day) {
			t.Fatalf("%s %s begins on %s", zone, ymd(day), got)
		}
		if got := time.Unix(a.From-1, 0).In(loc).Format(time.DateOnly); got >= ymd(day) {
			t.Fatalf("%s %s: a second before it begins it is already %s", zone, ymd(day), got)
		}
	})
}

func ymd(t time.Time) string { return t.Format(time.DateOnly) }
