package people_test

import (
	"testing"

	"countersign/tui/theme"
	"countersign/tui/tuitest/orgtest"
)

// o offers what somebody is related to, and goes there.
func TestRelated(t *testing.T) {
	d := start(t, orgtest.New(t), theme.Dark, 120, 40)
	d.Keys("/")
	d.Type(`name:"dana okafor"`)
	d.Keys("enter", "o")
	for _, want := range []string{"group Release Crew", "was given", "events about Dana Okafor", "areas of Dana Okafor", "person Lee Gone", "reports to them"} {
		d.Has(want)
	}
	d.Type("person lee")
	d.Keys("enter")
	d.Has("People › Lee Gone")
	d.Keys("o")
	d.Has("person Dana Okafor")
}
