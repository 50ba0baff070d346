package tui_test

import (
	"strings"
	"testing"

	"countersign/tui"
	"countersign/tui/action"
)

// A person's own keys do what they say, in the footer, in the help and when pressed;
// the key an action came with does nothing any more.
func TestOwnKeys(t *testing.T) {
	keys, err := action.ParseKeymap(strings.NewReader("items.keep = ctrl+k\nhelp = ctrl+g\nlist.down ="))
	if err != nil {
		t.Fatal(err)
	}
	d := startWith(t, 1000, 100, 24, func(c *tui.Config) { c.Keys = keys })
	d.Has("^k keep")
	d.Has("^g all keys")
	d.Keys("a", "j")
	if len(d.page.decided) != 0 {
		t.Fatal("the old key decides")
	}
	d.Has("1 of 1000")
	d.Keys("ctrl+k")
	if len(d.page.decided) != 1 {
		t.Error("the new key does not decide")
	}
	d.Keys("ctrl+g")
	d.Type("list.down")
	d.Has("down")
	if err := d.root.CheckKeys(); err != nil {
		t.Error(err)
	}
	// The palette reaches what has no key.
	d.Keys("esc", ":")
	d.Type("list.down")
	d.Keys("enter")
	d.Has("3 of 1000")
}

func TestOwnKeysAreChecked(t *testing.T) {
	keys, err := action.ParseKeymap(strings.NewReader("items.keep = D\nperson.fail = D"))
	if err != nil {
		t.Fatal(err)
	}
	d := startWith(t, 10, 100, 24, func(c *tui.Config) { c.Keys = keys })
	if err := d.root.CheckKeys(); err == nil || !strings.HasPrefix(err.Error(), `line 1: D is the key of both "items.keep" and "items.revoke-all"`) || strings.Contains(err.Error(), "line 2") {
		t.Errorf("on other screens than the items' D is free: %v", err)
	}
}

// What is said names the keys people have.
func TestWordsNameOwnKeys(t *testing.T) {
	keys, err := action.ParseKeymap(strings.NewReader("go.items = ctrl+k"))
	if err != nil {
		t.Fatal(err)
	}
	d := startWith(t, 10, 100, 24, func(c *tui.Config) {
		c.Keys, c.State.Trail = keys, []tui.Place{{Page: "items"}, {Page: "person", Arg: "usr_7"}}
	})
	d.Has("this is where you left; ^k shows My items")
	if got := d.page.h.Key("items.keep") + d.page.h.Key("list.down") + d.page.h.Key("no.such"); got != "aj" {
		t.Errorf("the keys are called %q", got)
	}
}
