package main

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// The program carries its own time zones: a machine without a zone database
// would take every window in another zone than UTC for unreadable, and what
// is unreadable grants nothing. A machine that has one hides the lack, so
// this looks for their names in the program itself.
func TestTheProgramCarriesItsTimeZones(t *testing.T) {
	path, err := exec.LookPath("countersign")
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, zone := range [][]string{{"Pacific", "Apia"}, {"America", "Argentina", "ComodRivadavia"}, {"Antarctica", "Troll"}} {
		// Joined here, so that the name stands in the program only by its data.
		if name := strings.Join(zone, "/"); !bytes.Contains(program, []byte(name)) {
			t.Errorf("the program does not carry %s", name)
		}
	}
}
