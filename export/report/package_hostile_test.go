package report

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/domain/auditlog"
	"countersign/review"
	"countersign/store"
	"countersign/store/storetest"
)

// smallQuarter is a closed campaign of three items with plain names.
func smallQuarter(t testing.TB) *quarter {
	t.Helper()
	ctx := context.Background()
	q := &quarter{t: t, s: storetest.Open(t)}
	q.svc = review.New(q.s)
	var err error
	q.ada, err = q.svc.Init(ctx, review.InitInput{Organisation: "Acme", Zone: "UTC",
		Admin:    review.Person{Name: "Ada Admin", Email: "ada@acme.example", UID: 1000},
		Checkers: []review.Person{{Email: "cleo.c@acme.example", UID: 1001}, {Email: "carl@acme.example", UID: 1002}}, Via: "uid 1000"})
	q.must(err)
	q.cleo, err = q.svc.ActorAs(ctx, 1, "cleo.c@acme.example")
	q.must(err)
	q.tom = domain.Actor{Principal: "usr_tom", Via: "uid 1003"}
	recs := []domain.Change{
		domain.Begin(domain.Principal{ID: "usr_tom", Kind: domain.User, Name: "Tom Vale", Email: "tom@acme.example", Status: domain.Active}),
		domain.Begin(domain.Agent{ID: "agt_v", Name: "Voice", AccessType: domain.GroupRestricted, Classification: domain.ClassInternal, Owner: "usr_tom"})}
	for _, n := range []string{"Abe", "Bea", "Cid"} {
		id := domain.ID("usr_" + strings.ToLower(n))
		recs = append(recs, domain.Begin(domain.Principal{ID: id, Kind: domain.User, Name: n, Email: strings.ToLower(n) + "@acme.example", Manager: "usr_tom", Status: domain.Active}),
			domain.Begin(domain.Grant{ID: "gnt_" + id, Holder: holder(id), Target: onAgent("agt_v"), Level: domain.EditAgent}))
	}
	storetest.Append(t, q.s, domain.Event{Type: domain.EvApplied, Subject: "seed"}, recs...)
	q.c, err = q.svc.NewCampaign(ctx, q.ada, review.Campaign{Name: "Q1", Due: storetest.Start.AddDate(0, 1, 0),
		Definition: review.Definition{Scope: review.Scope{Kinds: []domain.TargetKind{domain.TargetAgent}},
			Stages: []review.Stage{{Reviewers: []string{review.ByManager}}}}})
	q.must(err)
	q.launch()
	q.answer(1, review.Keep, domain.EditAgent, "needed")
	q.answer(2, review.Reduce, domain.ViewUse, "use is enough")
	q.answer(3, review.Revoke, 0, "has left the team")
	q.finish()
	return q
}

// linesOf gives the lines of a file of a package, changed.
func linesOf(body []byte, old, new string) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for line := range bytes.Lines(bytes.ReplaceAll(body, []byte(old), []byte(new))) {
			if !yield(bytes.TrimSuffix(line, []byte("\n")), nil) {
				return
			}
		}
	}
}

func checkpointOf(t testing.TB, s *store.Store, size int64) auditlog.Checkpoint {
	t.Helper()
	cp := auditlog.Checkpoint{Origin: string(s.LogID()), Size: size}
	storetest.View(t, s, func(tx review.Tx) error {
		text, err := rootAt(context.Background(), tx, size)
		if err == nil {
			cp.Root, err = auditlog.ParseHash(text)
		}
		return err
	})
	return cp
}

func proofOf(t testing.TB, s *store.Store, from, to int64) *auditlog.Consistency {
	t.Helper()
	var p auditlog.Consistency
	storetest.View(t, s, func(tx review.Tx) (err error) {
		p, err = tx.(interface {
			Consistency(from, to int64) (auditlog.Consistency, error)
		}).Consistency(from, to)
		return err
	})
	return &p
}

// Whoever can write the database rewrites a reason in the log, hashes everything
// anew and exports a package of it: alone it is as good as an honest one, and says
// no more than that; a checkpoint held outside finds it, whenever it was taken. For
// the honest one the same checkpoints vouch.
func TestPackageAgainstAHeldCheckpoint(t *testing.T) {
	q := smallQuarter(t)
	honest, w := packed(t, q.s, q.c.ID)
	files := partsOf(t, honest)
	p, err := OpenPackage(bytes.NewReader(honest), int64(len(honest)))
	q.must(err)
	forger, err := store.Rebuild(context.Background(), filepath.Join(t.TempDir(), "forged.db"), linesOf(files[fileLog], "use is enough", "as it must be"),
		store.Population{ID: w.Statement.Population, Items: p.Population()})
	q.must(err)
	defer func() { q.must(forger.Close()) }()
	forged, _ := packed(t, forger, q.c.ID)
	storetest.Append(t, q.s, domain.Event{Type: domain.EvApplied, Subject: "later"},
		domain.Begin(domain.Principal{ID: "usr_new", Kind: domain.User, Name: "New", Email: "new@acme.example", Status: domain.Active}))
	size := w.Statement.Size
	same, early, late := checkpointOf(t, q.s, size), checkpointOf(t, q.s, 3), checkpointOf(t, q.s, size+1)
	beforeIt := checkpointOf(t, q.s, size-1)
	stranger := same
	stranger.Origin = "log_other"
	proof := proofOf(t, q.s, size, size+1)
	broken := *proof
	broken.Path = slices.Clone(proof.Path)
	broken.Path[0][0] ^= 1
	for _, c := range []struct {
		what            string
		held            *Held
		honest, forged  bool // holds
		anchored        bool // the honest one is vouched for
		honestly, falsy string
	}{
		{"nothing", nil, true, true, false, "", ""},
		{"a checkpoint of the same size", &Held{Checkpoint: same}, true, false, true, "is exactly the one of the checkpoint", "history was rewritten"},
		{"one of the event before", &Held{Checkpoint: beforeIt}, true, false, false, fmt.Sprintf("For the events from %d on it says nothing", size-1), "history was rewritten"},
		{"one from before the campaign", &Held{Checkpoint: early}, true, true, false, "For the events from 3 on it says nothing", "For the events from 3 on it says nothing"},
		{"a later one without a proof", &Held{Checkpoint: late}, true, true, false, "taken later", "taken later"},
		{"a later one with its proof", &Held{Checkpoint: late, Proof: proof}, true, false, true, "begins with exactly these", "does not show"},
		{"a later one with a broken proof", &Held{Checkpoint: late, Proof: &broken}, false, false, false, "does not show", "does not show"},
		{"a later one with another proof", &Held{Checkpoint: late, Proof: proofOf(t, q.s, size-1, size+1)}, true, true, false, "it says nothing here", "it says nothing here"},
		{"one of another log", &Held{Checkpoint: stranger}, false, false, false, "cannot be compared", "cannot be compared"},
	} {
		if testing.Short() && c.held != nil && c.held.Proof != proof {
			continue
		}
		t.Run(c.what, func(t *testing.T) {
			for _, f := range []struct {
				file            []byte
				holds, anchored bool
				held            string
			}{{honest, c.honest, c.anchored, c.honestly}, {forged, c.forged, false, c.falsy}} {
				v, err := verified(t, f.file, c.held)
				if err != nil {
					t.Fatal(err)
				}
				if v.Holds() != f.holds || v.Anchored != f.anchored || !strings.Contains(v.Held, f.held) || strings.Contains(v.Claim(), "vouched") != f.anchored {
					t.Errorf("holds %t, vouched for %t, %q, %q, %q", v.Holds(), v.Anchored, v.Held, v.Faults, v.Claim())
				}
			}
		})
	}
}

// raw is a zip with files in the order given, as its writer says they are.
func raw(t testing.TB, heads ...zip.FileHeader) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, h := range heads {
		if _, err := z.CreateRaw(&h); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func link() (h zip.FileHeader) {
	h.Name = fileReadme
	h.SetMode(fs.ModeSymlink | 0o777)
	return h
}

// A zip that is none of a package is refused in a sentence before anything of it is
// unpacked.
func TestPackageRefusesHostileZips(t *testing.T) {
	good, _ := packed(t, smallQuarter(t).s, "Q1")
	less := func(name string) []byte {
		f := partsOf(t, good)
		delete(f, name)
		return zipped(t, f)
	}
	with := func(name, body string) []byte {
		f := partsOf(t, good)
		f[name] = []byte(body)
		return zipped(t, f)
	}
	many := make([]zip.FileHeader, 0, mostFiles+1)
	for n := range mostFiles + 1 {
		many = append(many, zip.FileHeader{Name: fmt.Sprintf("tables/t%d.csv", n)})
	}
	cases := map[string]struct {
		file []byte
		want string
	}{
		"nothing":              {nil, "it is no zip"},
		"no zip":               {[]byte("only words"), "it is no zip"},
		"half a zip":           {good[:len(good)/2], "it is no zip"},
		"a path that climbs":   {with("../evil.txt", "x"), "would land outside"},
		"a path from the root": {raw(t, zip.FileHeader{Name: "/etc/passwd"}), "would land outside"},
		"a path with a drive":  {raw(t, zip.FileHeader{Name: "C:evil"}), "would land outside"},
		"a path with \\":       {raw(t, zip.FileHeader{Name: "tables\\x.csv"}), "would land outside"},
		"a file twice":         {raw(t, zip.FileHeader{Name: fileLog}, zip.FileHeader{Name: fileLog}), "holds the file log.jsonl twice"},
		"a file too many":      {with("run.sh", "x"), `its file "run.sh" is no part of one`},
		"a table elsewhere":    {with("tables/../a.csv", "x"), "would land outside"},
		"a table below":        {with("tables/a/b.csv", "x"), "no part of one"},
		"a name in capitals":   {with("tables/Decisions.csv", "x"), "no part of one"},
		"too many files":       {raw(t, many...), "more than 64 files"},
		"a link":               {raw(t, link()), "no ordinary file"},
		"an encrypted file":    {raw(t, zip.FileHeader{Name: fileLog, Flags: 1}), "encrypted"},
		"another packing":      {raw(t, zip.FileHeader{Name: fileLog, Method: 12}), "packed in a way"},
		"a bomb":               {raw(t, zip.FileHeader{Name: fileLog, Method: zip.Deflate, CompressedSize64: 0, UncompressedSize64: 1 << 40}), "far more than one does"},
		"a big small file":     {raw(t, zip.FileHeader{Name: fileStatement, UncompressedSize64: 1 << 30}), "at most 1048576 make sense"},
		"a statement of words": {with(fileStatement, "words"), "statement.json cannot be read"},
		"another form":         {with(fileStatement, `{"package":"x"}`), `of the form "x"`},
		"a statement of none":  {with(fileStatement, `{"package":"countersign-package-2"}`), "names no log"},
		"a checkpoint of none": {with(fileCheckpoint, "x\n"), "is no checkpoint"},
		"a manifest of words":  {with(fileManifest, "words\n"), "a line that is none"},
		"no last line feed":    {with(fileLog, "{}"), "ends in the middle of line 1"},
		"not UTF-8":            {with(fileLog, "\xff\n"), "is not UTF-8"},
		"a proof of words":     {with(fileProofs, "words\n"), "is no proof"},
	}
	for _, name := range packageFiles() {
		cases["without "+name] = struct {
			file []byte
			want string
		}{less(name), "it has no file " + name}
	}
	for _, what := range slices.Sorted(maps.Keys(cases)) {
		t.Run(what, func(t *testing.T) {
			_, err := verified(t, cases[what].file, nil)
			if domain.CodeOf(err) != domain.Invalid || !strings.Contains(err.Error(), cases[what].want) {
				t.Errorf("%v, want %q", err, cases[what].want)
			}
		})
	}
	// A size that is a lie: the reader stops where the file said it would end.
	lying := bytes.Clone(good)
	n := bytes.LastIndex(lying, []byte(fileLog)) - 46 + 24 // the size in the central directory
	copy(lying[n:], []byte{9, 0, 0, 0})
	if _, err := verified(t, lying, nil); domain.CodeOf(err) != domain.Invalid {
		t.Errorf("a file longer than it says: %v", err)
	}
}

// Being told to stop ends the writing and the checking at once.
func TestPackageIsCancelled(t *testing.T) {
	q := smallQuarter(t)
	file, _ := packed(t, q.s, q.c.ID)
	ctx, stop := context.WithCancel(context.Background())
	parts := map[string]bool{}
	err := q.s.View(context.Background(), func(tx review.Tx) error {
		ev, err := GatherCampaign(context.Background(), tx, q.c.ID, "test")
		if err != nil {
			return err
		}
		_, err = WritePackage(ctx, &bytes.Buffer{}, tx, &ev, nil, func(part string, _, _ int64) {
			parts[part] = true
			if part == "table Sign-offs" {
				stop()
			}
		})
		return err
	})
	if !errors.Is(err, context.Canceled) || !parts["workbook"] || parts["log"] {
		t.Errorf("%v after %v", err, parts)
	}
	p, err := OpenPackage(bytes.NewReader(file), int64(len(file)))
	q.must(err)
	if _, err := p.Check(ctx, nil, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("checking: %v", err)
	}
}

// Whatever stands in the files of a package, it is refused or judged, and never
// more is claimed than was shown.
func FuzzPackage(f *testing.F) {
	q := smallQuarter(f)
	file, w := packed(f, q.s, q.c.ID)
	good := partsOf(f, file)
	f.Add(good[fileLog], good[filePopulation], good[fileProofs], good[fileStatement], good[fileCheckpoint], good["tables/decisions.csv"])
	f.Add([]byte("\n"), []byte("{}\n"), []byte("\n"), []byte("{}"), []byte("log\n0\n"), []byte("\"\n"))
	f.Fuzz(func(t *testing.T, log, population, proofs, statement, checkpoint, decisions []byte) {
		files := maps.Clone(good)
		files[fileLog], files[filePopulation], files[fileProofs] = log, population, proofs
		files[fileStatement], files[fileCheckpoint], files["tables/decisions.csv"] = statement, checkpoint, decisions
		relisted(files)
		held := &Held{Checkpoint: auditlog.Checkpoint{Origin: string(w.Statement.Log), Size: w.Statement.Size, Root: w.Statement.Root}}
		pack := zipped(t, files)
		p, err := OpenPackage(bytes.NewReader(pack), int64(len(pack)))
		var v *PackageVerification
		if err == nil {
			v, err = p.Check(context.Background(), held, nil)
		}
		if err == nil && v.Holds() { // else what follows only finds more
			v, err = verified(t, pack, held)
		}
		if err != nil {
			if domain.CodeOf(err) == domain.Internal {
				t.Errorf("not a refusal: %v", err)
			}
			return
		}
		if v.Holds() && v.Anchored && (!bytes.Equal(log, good[fileLog]) || !bytes.Equal(population, good[filePopulation])) {
			t.Errorf("another log passed for the one that was vouched for")
		}
	})
}

// Whatever a file is, it is opened or refused.
func FuzzOpenPackage(f *testing.F) {
	file, _ := packed(f, smallQuarter(f).s, "Q1")
	f.Add(file)
	f.Add(file[:100])
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := OpenPackage(bytes.NewReader(raw), int64(len(raw)))
		if err == nil {
			_, err = p.Check(context.Background(), nil, nil)
		}
		if err != nil && domain.CodeOf(err) != domain.Invalid {
			t.Errorf("not a refusal: %v", err)
		}
	})
}
