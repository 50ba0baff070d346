package storetest

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/store"
)

const childEnv = "COUNTERSIGN_STORETEST_CHILD"

// Child is what a test binary's TestMain calls first: in the process that Kill
// starts it records decisions until it is killed, and does not return.
func Child() {
	path := os.Getenv(childEnv)
	if path == "" {
		return
	}
	work := record
	if os.Getenv(bulkEnv) != "" {
		work = recordBulks
	}
	fmt.Fprintln(os.Stderr, work(path))
	os.Exit(1)
}

// record decides one item after another, two events and a row a transaction,
// and prints each item's number once its transaction is committed. It ends
// only by an error.
func record(path string) error {
	s, err := store.Open(context.Background(), path, store.Options{})
	if err != nil {
		return err
	}
	for {
		var no int
		err := s.Update(context.Background(), func(tx review.WriteTx) error {
			h, err := tx.Log()
			if err != nil {
				return err
			}
			no = int(h.Size+1) / 2 // genesis, then two events each
			d := review.Decision{Campaign: "cmp_1", Item: no, Stage: 1, Reviewer: "usr_1", Answer: review.Keep, Round: 1}
			if _, err := AppendIn(tx, domain.Event{Type: review.EvDecided, Subject: subject(no), Actor: "usr_1"}, domain.Begin(d)); err != nil {
				return err
			}
			_, err = tx.Append(domain.Event{Type: domain.EvExported, Subject: subject(no)})
			return err
		})
		if err != nil {
			return err
		}
		fmt.Println(no)
	}
}

func subject(no int) string { return "cmp_1/" + strconv.Itoa(no) }

// Kill starts a process that records decisions, kills it (SIGKILL) at a random
// moment, and checks that every decision it said was saved is there, whole,
// none is there in half, and the database verifies; rounds times, with ten
// rounds a database. It gives how many acknowledged decisions were checked.
func Kill(t *testing.T, rounds int) int {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	var path string
	checked, last := 0, 0
	for round := range rounds {
		if round%10 == 0 {
			path, last = filepath.Join(t.TempDir(), "kill.db"), 0
			s, err := store.Create(context.Background(), path, store.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		}
		acked := killOne(t, self, time.Duration(rng.IntN(20_000))*time.Microsecond, childEnv+"="+path)
		if acked <= last {
			t.Fatalf("round %d: the process acknowledged %d after %d", round, acked, last)
		}
		checked += acked - last
		last = survived(t, path, acked)
	}
	return checked
}

// killOne runs the child until some time after its first word, and gives the
// last decision it acknowledged.
func killOne(t *testing.T, self string, after time.Duration, env ...string) (acked int) {
	t.Helper()
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	read := func() error {
		line, err := lines.ReadString('\n')
		if err != nil {
			return err // a line cut short was not acknowledged
		}
		acked, err = strconv.Atoi(line[:len(line)-1])
		return err
	}
	if err := read(); err != nil {
		t.Fatalf("the process said nothing: %v", err)
	}
	kill := time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
	defer kill.Stop()
	for err == nil {
		err = read()
	}
	if err != io.EOF {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil {
		t.Fatal("the process ended by itself")
	}
	return acked
}

// survived checks a database after its writer was killed and gives the last
// decision in it.
func survived(t *testing.T, path string, acked int) (last int) {
	t.Helper()
	s, err := store.Open(context.Background(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	View(t, s, func(tx review.Tx) error {
		h, err := tx.Log()
		if err != nil {
			return err
		}
		last = int(h.Size) / 2
		if h.Size%2 != 1 {
			t.Errorf("half a transaction is there: the log has %d events", h.Size)
		}
		if last < acked {
			t.Errorf("%d decisions were acknowledged and %d are there", acked, last)
		}
		for no := last; no > 0 && no > last-3; no-- {
			votes, err := tx.Votes("cmp_1", no)
			if err != nil {
				return err
			}
			es, err := tx.Events(review.EventQuery{Subject: subject(no)})
			if err != nil {
				return err
			}
			if len(votes) != 1 || len(es) != 2 {
				t.Errorf("decision %d has %d rows and %d events", no, len(votes), len(es))
			}
		}
		return nil
	})
	rep, err := s.Verify(context.Background(), store.VerifyOptions{})
	if err != nil || !rep.OK() || rep.Rows != int64(last) {
		t.Errorf("after the kill: %v, %q, %d rows for %d decisions", err, rep.Faults, rep.Rows, last)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return last
}
