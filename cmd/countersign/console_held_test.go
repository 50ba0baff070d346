package main

import (
	"path/filepath"
	"strings"
	"testing"

	"countersign/tui/action"
)

// In a terminal with the keyboard protocol of kitty, every key is told with the text it
// types, and marked while it is held down: a held key decides one item, whatever its
// rate, it still moves, letters are those that the keyboard's layout gives, and shift
// and releases are no keys. (https://sw.kovidgoyal.net/kitty/keyboard-protocol)
func TestAHeldKeyIsMarked(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	x := inTerminal(t, 140, 40, program(t), "demo", "--dir", dir)
	x.shows("Waiting for you")
	x.mu.Lock()
	asked := x.raw.String()
	x.mu.Unlock()
	if !strings.Contains(asked, "\x1b[>27u") && !strings.Contains(asked, "\x1b[=27;1u") { // 1 escape codes, 2 event types, 8 all keys, 16 text
		t.Error("the terminal is not asked to mark held keys")
	}
	const released = "\x1b[106;1:3u"
	x.types("\x1b[50;;50u\x1b[50;1:3u")
	x.shows("0 of 31 decided")
	x.shows("Reviewer")
	x.types("\x1b[106;;106u" + strings.Repeat("\x1b[106;1:2;106u", 3) + released)
	x.shows("Dana Okafor is Member of")
	x.types("\x1b[97;;97u")
	x.shows("1 of 31 decided")
	for range 3 {
		x.types("\x1b[97;1:2;97u") // held on: each as late as it likes
		x.shows(action.TooFast)
	}
	x.types("\x1b[97;1:3u")
	// The filter takes D with shift, @ with AltGr and é put together by a dead key.
	x.types("\x1b[47;;47u\x1b[57441;2u\x1b[100:68;2;68u\x1b[100;2:3u\x1b[57441;1:3u\x1b[113;;64u\x1b[0;;233u")
	x.shows("D@é")
	x.types("\x1b[27u\x1b[27;1:3u\x1b[99;5u")
	x.ends()
	if got := decisions(t, filepath.Join(dir, "demo.db")); len(got) != 1 {
		t.Errorf("%d decisions, want 1", len(got))
	}
}
