package home

import (
	"strings"
	"testing"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/theme"
)

// TestFirstStepsAreOnesOwn: f tells each kind of person their own part, and nobody a
// command that is for another: a reviewer is never told to import people.
func TestFirstStepsAreOnesOwn(t *testing.T) {
	parts := map[string]string{"admin": "As an admin:", "owner": "As a campaign owner:", "checker": "As a checker:", "executive": "As an executive:", "auditor": "As an auditor:", "reviewer": "As a reviewer:"}
	mine := []review.MyItems{{}}
	for _, c := range []struct {
		name string
		pic  Picture
		want string // the parts told, in their order
	}{
		{"nobody in particular", Picture{}, "reviewer"},
		{"a reviewer", Picture{Home: review.Home{Mine: mine}}, "reviewer"},
		{"an admin", Picture{Duties: []domain.Duty{domain.DutyAdmin}}, "admin"},
		{"an auditor", Picture{Duties: []domain.Duty{domain.DutyAuditor}}, "auditor"},
		{"an executive", Picture{Duties: []domain.Duty{domain.DutyExecutive}}, "executive"},
		{"a campaign owner who checks", Picture{Duties: []domain.Duty{domain.DutyChecker, domain.DutyCampaignOwner}}, "owner checker"},
		{"a checker with items", Picture{Home: review.Home{Mine: mine}, Duties: []domain.Duty{domain.DutyChecker}}, "reviewer checker"},
	} {
		c.pic.People = 60
		text := strings.Join(firstSteps(c.pic).about, "\n")
		at := 0
		for _, w := range strings.Fields(c.want) {
			i := strings.Index(text[at:], parts[w])
			if i < 0 {
				t.Errorf("%s: not told, or not in order: %q", c.name, w)
				continue
			}
			at += i
		}
		if n := strings.Count(text, "As a"); n != len(strings.Fields(c.want)) {
			t.Errorf("%s: %d parts, want %s:\n%s", c.name, n, c.want, text)
		}
		if admin := strings.Contains(c.want, "admin"); strings.Contains(text, "countersign import") != admin {
			t.Errorf("%s: the admin's commands are told: %v", c.name, !admin)
		}
		if !strings.Contains(text, keySteps) {
			t.Errorf("%s: the way to all keys is not told", c.name)
		}
	}
	for _, pic := range []Picture{{People: 3}, {People: 60, ReadOnly: true}} {
		if text := strings.Join(firstSteps(pic).about, "\n"); !strings.Contains(text, "4. A checker countersigns") || !strings.Contains(text, "countersign import people") {
			t.Errorf("a new organisation is not told the whole way:\n%s", text)
		}
	}
	d, _ := open(t, theme.Dark, busyReads(), 100, 30)
	d.Keys("f")
	d.Has("As a reviewer:")
	d.HasNot("countersign import")
}

// TestWhatAnAuditorStartsFrom: the log with its checkpoint, the campaigns closed last,
// what is out of cadence and the reports stand on an auditor's page and open.
func TestWhatAnAuditorStartsFrom(t *testing.T) {
	pic := Picture{People: 60, Duties: []domain.Duty{domain.DutyAuditor}, Audit: &Audit{Events: 412, Root: "9f00ab", Closed: []review.Campaign{{ID: "cmp_q3", Name: "Q3 user \x1b[8maccess"}}}}
	for down, want := range []string{"log=", "campaign=cmp_q3", "coverage=", "reports="} {
		d, _ := open(t, theme.Dark, &reads{pic: pic, findings: 7}, 140, 30)
		d.Has("To audit")
		d.Has("412 events")
		d.Has("9f00ab")
		d.Has("12 holdings out of cadence")
		d.Has("30 never reviewed")
		d.HasNot("Nothing waits for you")
		for range down {
			d.Keys("j")
		}
		d.Keys("enter")
		d.Has(want)
	}
	d, _ := open(t, theme.Dark, busyReads(), 140, 30)
	d.HasNot("To audit")
}
