package review_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/store"
	"countersign/store/storetest"
)

// The size of PRODUCT section 8: 100,000 people, 2,000 agents, 5,000 groups
// nested six deep, and 1,000,000 grants that are items.
const (
	synUsers, synAgents, synGroups = 100_000, 2000, 5000
	synItems                       = 1_000_000 - synAgents // and each agent's access type
)

// synthetic makes an organisation of items grants.
func synthetic(tb testing.TB, items int) *domain.Org {
	o, err := domain.NewOrg(1, func(yield func(domain.Row, error) bool) {
		n := domain.Seq(0)
		syntheticRecords(items, func(rec domain.Record) { n++; yield(domain.Row{Record: rec, Since: n}, nil) })
	})
	if err != nil {
		tb.Fatal(err)
	}
	return o
}

// syntheticRecords makes the records of an organisation of items grants, the
// same each time: each person a member of one group, each group with an agent,
// the rest given directly; a manager for every hundred people, an owner for
// every agent.
func syntheticRecords(items int, add func(domain.Record)) {
	r := rand.New(rand.NewPCG(1, 2))
	user := func(i int) domain.ID { return domain.ID(fmt.Sprintf("usr_%06d", i)) }
	agent := func(i int) domain.ID { return domain.ID(fmt.Sprintf("agt_%04d", i)) }
	group := func(i int) domain.ID { return domain.ID(fmt.Sprintf("grp_%04d", i)) }
	titles := []string{"Agent", "Senior agent", "Team lead", "Analyst", "Engineer"}
	depts := []string{"Support", "Sales", "Finance", "Operations", "Engineering", "Legal", "People", "Marketing"}
	users := min(synUsers, max(items/10, 10))
	groups := min(synGroups, max(items/200, 1))
	for i := range users {
		p := domain.Principal{ID: user(i), Kind: domain.User, Name: fmt.Sprintf("Person Number %06d", i), Status: domain.Active,
			Email: fmt.Sprintf("person.%06d@acme.example", i), Department: depts[i/100%len(depts)], Title: titles[i%len(titles)]}
		if i%100 != 0 {
			p.Manager = user(i / 100 * 100)
		}
		add(p)
	}
	for i := range groups {
		g := domain.Group{ID: group(i), Name: fmt.Sprintf("Group %04d", i)}
		if i%6 != 0 {
			g.Parent = group(i - 1)
		}
		add(g)
	}
	for i := range synAgents {
		add(domain.Agent{ID: agent(i), Name: fmt.Sprintf("Agent %04d", i), AccessType: domain.GroupRestricted,
			Classification: domain.Classification(i % 4), Owner: user(i % users)})
	}
	grants := 0
	grant := func(h domain.Holder, t domain.Target, l domain.Level) {
		if grants < items {
			grants++
			add(domain.Grant{ID: domain.ID(fmt.Sprintf("gnt_%016x%02x", r.Uint64(), grants%256)), Holder: h, Target: t, Level: l})
		}
	}
	for i := range users {
		grant(principalHolder(user(i)), inGroup(group(r.IntN(groups))), domain.Member)
	}
	for i := range groups {
		grant(groupHolder(group(i)), onAgent(agent(r.IntN(synAgents))), domain.ViewUse)
	}
	for grants < items {
		grant(principalHolder(user(r.IntN(users))), onAgent(agent(r.IntN(synAgents))), domain.Level(1+r.IntN(8)/7))
	}
}

func syntheticCampaign() review.Campaign {
	return review.Campaign{ID: "cmp_0001", Name: "Everything", Owner: "usr_000007", Definition: review.Definition{
		Stages: []review.Stage{{Reviewers: []string{review.ByManager, review.ByTargetOwner}, Strategy: "one-accept-accepts"}}}}
}

// peak gives the largest size of the process so far, in MiB; 0 where the
// system does not say.
func peak() float64 {
	raw, _ := os.ReadFile("/proc/self/status") // absent elsewhere than on Linux
	for line := range strings.Lines(string(raw)) {
		var kb float64
		if n, _ := fmt.Sscanf(line, "VmHWM: %f kB", &kb); n == 1 {
			return kb / 1024
		}
	}
	return 0
}

// spent is the processor's time of this process so far, in seconds, user and
// system.
func spent() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}

// BenchmarkDescribeMillion makes 1,000,000 items with all that they say, and
// their digest, without writing them. Run it with -benchtime=1x.
func BenchmarkDescribeMillion(b *testing.B) {
	o := synthetic(b, synItems)
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.Logf("the organisation: %d MiB", m.HeapInuse>>20)
	at := time.Date(2026, 10, 1, 8, 0, 0, 0, time.UTC)
	for b.Loop() {
		begun := spent()
		facts := review.AdviceFacts{}
		p := review.NewPopulation(o, syntheticCampaign(), at, facts)
		p.Advise(facts)
		b.ReportMetric(spent()-begun, "cpu-s-sorting")
		for _, err := range p.Items(nil) {
			if err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(spent()-begun, "cpu-s")
		b.Log(p.TieOut())
	}
	b.ReportMetric(peak(), "peak-MiB")
}

// The two processes of BenchmarkStageMillion: stageFile names the database to
// the one that stages, madeFile keeps what the other made for the next time.
const stageFile, madeFile = "COUNTERSIGN_BENCH_STAGE", "COUNTERSIGN_BENCH_DB"

// BenchmarkStageMillion does what "campaign stage" does on 1,000,000 holdings,
// advice, delta and conflicts included: PRODUCT section 8 wants under 15 s and
// under 1 GiB, and DESIGN section 4 no write transaction over 200 ms. Another
// process makes the database, so that its memory is not counted; reading the
// organisation from the file is told apart. Run it with -benchtime=1x.
//
// Beside it stand the floor, which is SQLite copying the same rows into an empty
// file with nothing durable, and how late the machine woke a goroutine that only
// slept. It was measured where others wanted seven times the two cores (load 15),
// side by side with the program before what many items say alike was written once
// (migration 7): 22.9 s of processor and 91 s instead of 29.7 s and 107 s, the floor
// 4.6 s of processor instead of 6.4 s, 430 MB of file instead of 855; 991 MiB, which
// is what the limit on memory lets it take. At a load of 4, with migration 7 alone, it
// was 26.7 s of processor and 27 s by the clock, the floor 4.0 s. By itself on the
// machine the program before took 17.7 to 22.2 s. The event of the staging holds the
// writer for 2 to 19 ms; the longest part was as late as the machine was.
//
// Of the processor's time making items takes two fifths, most of it waiting for
// memory; SQLite a fifth, packing and ordering a fifth, advice on all a tenth,
// garbage a twentieth.
func BenchmarkStageMillion(b *testing.B) {
	if path := os.Getenv(stageFile); path != "" {
		stageBench(b, path)
		return
	}
	made, work := os.Getenv(madeFile), filepath.Join(b.TempDir(), "million.db")
	if made == "" {
		made = filepath.Join(b.TempDir(), "made.db")
	}
	if _, err := os.Stat(made); errors.Is(err, fs.ErrNotExist) {
		makeMillion(b, made)
	}
	for b.Loop() {
		raw, err := os.ReadFile(made)
		if err == nil {
			err = os.WriteFile(work, raw, 0o600)
		}
		if err != nil {
			b.Fatal(err)
		}
		stage := exec.Command(os.Args[0], "-test.run=^$", "-test.bench=^BenchmarkStageMillion$", "-test.benchtime=1x", "-test.v")
		stage.Env = append(os.Environ(), stageFile+"="+work)
		said, err := stage.CombinedOutput()
		b.Logf("%s", said)
		if err != nil {
			b.Fatal(err)
		}
	}
}

// makeMillion writes the database to be staged: the organisation in change
// sets' worth of 20,000 records an event.
func makeMillion(b *testing.B, path string) {
	ctx, clock := context.Background(), storetest.NewClock()
	o := storetest.Options()
	o.Now = clock.Now
	s, err := store.Create(ctx, path, o)
	if err != nil {
		b.Fatal(err)
	}
	_, err = review.New(s).Init(ctx, review.InitInput{Organisation: "Acme", Admin: review.Person{Name: "Ada Admin", Email: "ada@acme.example", UID: 1000},
		Checkers: []review.Person{{Email: "cleo@acme.example", UID: -1}, {Email: "carl@acme.example", UID: 1002}}, Via: "uid 1000"})
	if err != nil {
		b.Fatal(err)
	}
	var some []domain.Change
	flush := func() {
		storetest.Append(b, s, domain.Event{Type: domain.EvApplied, Subject: "seed"}, some...)
		some = some[:0]
	}
	syntheticRecords(synItems, func(rec domain.Record) {
		if some = append(some, domain.Begin(rec)); len(some) == 20_000 {
			flush()
		}
	})
	flush()
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
}

// stageBench loads the organisation, then stages it.
func stageBench(b *testing.B, path string) {
	ctx, clock := context.Background(), storetest.NewClock()
	clock.Set(time.Date(2026, 10, 1, 8, 0, 0, 0, time.UTC))
	o := storetest.Options()
	o.Now, o.NewID = clock.Now, func(prefix string) domain.ID { return domain.ID(prefix + "_bench") }
	for b.Loop() {
		begun, cpu := time.Now(), spent()
		s, err := store.Open(ctx, path, o)
		if err != nil {
			b.Fatal(err)
		}
		svc := review.New(s)
		ada, err := svc.ActorAs(ctx, 1, "ada@acme.example")
		if err != nil {
			b.Fatal(err)
		}
		b.Logf("the organisation: %.1f s, %.1f s of processor, peak %.0f MiB", time.Since(begun).Seconds(), spent()-cpu, peak())
		c := syntheticCampaign()
		c.Due = clock.Now().AddDate(0, 1, 0)
		if c, err = svc.NewCampaign(ctx, ada, c); err != nil {
			b.Fatal(err)
		}
		debug.SetGCPercent(-1) // both as the command does
		debug.SetMemoryLimit(965 << 20)
		late := lateness()
		begun, cpu = time.Now(), spent()
		if c, err = svc.Stage(ctx, ada, c.ID, nil); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(time.Since(begun).Seconds(), "s-of-15")
		b.ReportMetric(spent()-cpu, "cpu-s")
		b.ReportMetric(float64(s.Holds()[0].Longest.Milliseconds()), "ms-held-of-200")
		b.ReportMetric(float64(late().Milliseconds()), "ms-late")
		b.ReportMetric(peak(), "peak-MiB-of-1024")
		b.Log(c.TieOut, s.Holds())
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		begun, cpu = time.Now(), spent()
		storetest.CopyFrozen(b, path)
		b.ReportMetric(time.Since(begun).Seconds(), "floor-s")
		b.ReportMetric(spent()-cpu, "floor-cpu-s")
	}
}

// lateness runs a goroutine that does nothing but wait, a millisecond at a
// time, and gives what tells by how much it was woken too late at worst: no
// hold of the writer can be promised to be shorter than that.
func lateness() (worst func() time.Duration) {
	stop, told := make(chan struct{}), make(chan time.Duration)
	go func() {
		var most time.Duration
		for {
			begun := time.Now()
			select {
			case <-stop:
				told <- most
				return
			case <-time.After(time.Millisecond):
				most = max(most, time.Since(begun)-time.Millisecond)
			}
		}
	}()
	return func() time.Duration {
		close(stop)
		return <-told
	}
}
