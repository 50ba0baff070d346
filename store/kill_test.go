package store_test

import (
	"os"
	"testing"

	"countersign/store/storetest"
)

func TestMain(m *testing.M) {
	storetest.Child()
	os.Exit(m.Run())
}

// What was shown as saved survives the death of the process. (A power cut is
// another matter: synchronous=FULL is for that, and is read back on every
// connection.)
func TestKilledWhileWriting(t *testing.T) {
	rounds := 100
	if testing.Short() {
		rounds = 10
	}
	t.Logf("%d acknowledged decisions in %d rounds", storetest.Kill(t, rounds), rounds)
}

// A bulk written in parts is seen whole or not at all, whenever the process
// dies.
func TestKilledWhileDecidingInBulk(t *testing.T) {
	rounds := 30
	if testing.Short() {
		rounds = 5
	}
	t.Logf("%d of %d rounds left a part that nobody sees", storetest.KillBulk(t, rounds), rounds)
}
