package report

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"countersign/domain"
	"countersign/domain/auditlog"
	"countersign/export/xlsx"
	"countersign/review"
	"countersign/store"
	"countersign/store/storetest"
)

// packed writes the package of a campaign.
func packed(t testing.TB, s *store.Store, campaign domain.ID) ([]byte, PackageWritten) {
	t.Helper()
	var out bytes.Buffer
	var w PackageWritten
	storetest.View(t, s, func(tx review.Tx) error {
		ev, err := GatherCampaign(context.Background(), tx, campaign, "test")
		if err != nil {
			return err
		}
		w, err = WritePackage(context.Background(), &out, tx, &ev, nil, nil)
		return err
	})
	return out.Bytes(), w
}

// parts takes a package apart.
func partsOf(t testing.TB, file []byte) map[string][]byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if out[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// zipped puts files together as any zip program would.
func zipped(t testing.TB, files map[string][]byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(files[name])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// relisted makes the manifest that fits the files.
func relisted(files map[string][]byte) {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if name != fileManifest {
			fmt.Fprintf(&b, "%x  %s\n", sha256.Sum256(files[name]), name)
		}
	}
	files[fileManifest] = []byte(b.String())
}

// verified does what the command verify does with a package and no database.
func verified(t testing.TB, file []byte, held *Held) (*PackageVerification, error) {
	t.Helper()
	return verifiedBy(t, file, held, "")
}

// verifiedBy is verified by a version of the program.
func verifiedBy(t testing.TB, file []byte, held *Held, version string) (*PackageVerification, error) {
	t.Helper()
	ctx := context.Background()
	p, err := OpenPackage(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return nil, err
	}
	v, err := p.Check(ctx, held, nil)
	if v.Version = version; err != nil || !v.Whole() {
		return v, err
	}
	s, err := store.Rebuild(ctx, filepath.Join(t.TempDir(), "log.db"), p.Lines(), store.Population{ID: p.Statement.Population, Items: p.Population()})
	if err != nil {
		v.Fault("%v", err)
		return v, nil
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	storetest.View(t, s, func(tx review.Tx) error { return p.Compare(ctx, tx, v, &memory{}, &memory{}, nil) })
	r, err := review.New(s).Replay(ctx, p.Statement.Campaign, nil)
	if err == nil {
		p.Replayed(v, r, func(id domain.ID) string { return string(id) })
	}
	return v, nil
}

// The version that made a package makes the same bytes of its log again: others are
// named, though every cell is right. Another version says that it cannot tell.
func TestTheSameVersionMakesTheSameBytes(t *testing.T) {
	file, _ := closedPackage(t)
	if v, err := verifiedBy(t, file, nil, "test"); err != nil || !v.Holds() || !strings.Contains(v.Bytes, "evidence.xlsx is, byte for byte, what this version makes of the log") {
		t.Errorf("as written: %v, %q, %q", err, v.Bytes, v.Faults)
	}
	files := partsOf(t, file)
	files[fileWorkbook] = edited(t, files[fileWorkbook], nil)
	relisted(files)
	saved := zipped(t, files)
	if v, err := verifiedBy(t, saved, nil, "test"); err != nil || v.Holds() || !strings.Contains(strings.Join(v.Faults, "\n"), "something besides its cells was changed") {
		t.Errorf("saved again: %v, %q, %q", err, v.Bytes, v.Faults)
	}
	for _, version := range []string{"", "development", "test+edited", "v2"} {
		if testing.Short() && version != "v2" {
			continue
		}
		if v, err := verifiedBy(t, saved, nil, version); err != nil || !v.Holds() || !strings.Contains(v.Bytes, "its cells were compared, its bytes were not") {
			t.Errorf("by the version %q: %v, %q, %q", version, err, v.Bytes, v.Faults)
		}
	}
}

// A package has what PRODUCT section 6 and issue 6 ask of it; it verifies; what was
// shown is claimed and no more.
func TestPackageProvesItself(t *testing.T) {
	q := closedQuarter(t)
	file, w := closedPackage(t)
	files := partsOf(t, file)
	for _, name := range append(packageFiles(), "tables/decisions.csv", "tables/sign-offs.csv", "tables/log.csv") {
		if len(files[name]) == 0 {
			t.Errorf("it has no %s", name)
		}
	}
	if w.Files != len(files) || w.Proofs == 0 || w.Rows == 0 || !w.Statement.Pinned || w.Statement.Name != q.c.Name {
		t.Errorf("written: %+v", w)
	}
	if strings.Contains(string(files[fileReadme]), "\x1b") || !strings.Contains(string(files[fileReadme]), "sha256sum -c") {
		t.Error("the README repeats what a terminal obeys, or does not say how to check the manifest")
	}
	again := maps.Clone(files)
	if relisted(again); !slices.Equal(sortedLines(again[fileManifest]), sortedLines(files[fileManifest])) {
		t.Errorf("the manifest is\n%s\nwant\n%s", files[fileManifest], again[fileManifest])
	}
	// The sum of the population is the digest that the log has: anybody can look.
	if !bytes.Contains(files[fileLog], fmt.Appendf(nil, "%x", sha256.Sum256(files[filePopulation]))) {
		t.Error("the log does not name the sum of the frozen items")
	}
	v, err := verified(t, file, nil)
	if err != nil || !v.Holds() || !v.Compared || v.Anchored || v.Proofs != w.Proofs || v.Events != w.Statement.Size || v.Replayed == 0 {
		t.Fatalf("%+v, %v", v, err)
	}
	if !strings.Contains(v.Claim(), "cell for cell") || !strings.Contains(v.Claim(), "agrees with itself") {
		t.Errorf("alone it claims %q", v.Claim())
	}
	if v, err = verified(t, zipped(t, files), nil); err != nil || !v.Holds() {
		t.Errorf("packed again by another program: %+v, %v", v, err)
	}
}

func sortedLines(b []byte) []string { return slices.Sorted(strings.Lines(string(b))) }

// Two copies of a store, in two places, one of which has gone on: the same bytes
// (issue 6, done when 3).
func TestPackageIsTheSameBytes(t *testing.T) {
	ctx := context.Background()
	q := closedQuarter(t)
	copied := filepath.Join(t.TempDir(), "elsewhere", "copy.db")
	q.must(os.MkdirAll(filepath.Dir(copied), 0o700))
	q.must(q.s.Backup(ctx, copied))
	storetest.Append(t, q.s, domain.Event{Type: domain.EvApplied, Subject: "later"},
		domain.Begin(domain.Principal{ID: "usr_new", Kind: domain.User, Name: "New", Email: "new@acme.example", Status: domain.Active}))
	other, err := store.Open(ctx, copied, store.Options{})
	q.must(err)
	defer func() { q.must(other.Close()) }()
	a, _ := packed(t, q.s, q.c.ID)
	b, _ := packed(t, other, q.c.ID)
	if !bytes.Equal(a, b) {
		t.Errorf("the packages differ: %x and %x", sha256.Sum256(a), sha256.Sum256(b))
	}
}

// A campaign under way has a package too, over the log as it is.
func TestPackageOfACampaignUnderWay(t *testing.T) {
	q := newQuarter(t)
	q.launch()
	q.answer(q.items()[0].No, review.Keep, q.items()[0].Holding.Level, "")
	file, w := packed(t, q.s, q.c.ID)
	v, err := verified(t, file, nil)
	if err != nil || !v.Holds() || w.Statement.Pinned {
		t.Errorf("%+v, %v", v, err)
	}
}

// resealed edits the workbook and puts the digest of what it then holds on the
// cover, as whoever knows how it is made would.
func resealed(t testing.TB, file []byte, change func(*excelize.File) error) []byte {
	t.Helper()
	file = edited(t, file, change)
	book, err := xlsx.Open(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	c, err := book.Contents(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	name, cell, _ := strings.Cut(c.SealAt, "!")
	return edited(t, file, func(f *excelize.File) error { return f.SetCellStr(name, cell, c.Digest.String()) })
}

// Everything an attacker may do to a package whose manifest is then made anew, and
// what is said of it.
// In -short, which the race detector is run with, two cases: they are one
// path through the code with other bytes, and each verifies a whole package.
func TestPackageNamesWhatWasAltered(t *testing.T) {
	q := closedQuarter(t)
	file, _ := closedPackage(t)
	other := closedQuarterElsewhere(t)
	for i, c := range []struct {
		what, want string
		keep       bool // the manifest as it was
		change     func(map[string][]byte)
	}{
		{"a decision and the digest over it", `evidence.xlsx, sheet "Decisions", row 3, column E (Answer): should hold "reduce", holds "abstain"`, false, func(f map[string][]byte) {
			f[fileWorkbook] = resealed(t, f[fileWorkbook], func(x *excelize.File) error { return x.SetCellStr(sheetDecisions, "E3", "abstain") })
		}},
		{"a signer and the digest", `evidence.xlsx, sheet "Sign-offs", row 2, column G (By)`, false, func(f map[string][]byte) {
			f[fileWorkbook] = resealed(t, f[fileWorkbook], func(x *excelize.File) error { return x.SetCellStr(sheetSignOffs, "G2", "Cleo") })
		}},
		{"a row less and the digest", `evidence.xlsx, sheet "Decisions": the row with Item 4 is missing`, false, func(f map[string][]byte) {
			f[fileWorkbook] = resealed(t, f[fileWorkbook], func(x *excelize.File) error { return x.RemoveRow(sheetDecisions, 5) })
		}},
		{"a sheet less", `should be there, is absent`, false, func(f map[string][]byte) {
			f[fileWorkbook] = resealed(t, f[fileWorkbook], func(x *excelize.File) error { return x.DeleteSheet(sheetVersions) })
		}},
		{"a cell of a table", `tables/decisions.csv, row 2, column E (Answer): should hold "revoke", holds "keep"`, false, func(f map[string][]byte) {
			f["tables/decisions.csv"] = changeRecord(t, f["tables/decisions.csv"], "revoke", "keep")
		}},
		{"the end of a table", `should be there, is absent`, false, func(f map[string][]byte) {
			b := f["tables/sign-offs.csv"]
			f["tables/sign-offs.csv"] = b[:bytes.IndexByte(b, '\n')+1]
		}},
		{"a table", `the table of the sheet "Remediation", tables/remediation.csv, is not in the package`, false, func(f map[string][]byte) { delete(f, "tables/remediation.csv") }},
		{"a table too many", "tables/extra.csv is the table of no sheet", false, func(f map[string][]byte) { f["tables/extra.csv"] = []byte("a\n") }},
		{"a line of the log is gone", "log.jsonl, line 10: it is event 10, and event 9 belongs there", false, func(f map[string][]byte) {
			l := bytes.SplitAfter(f[fileLog], []byte("\n"))
			f[fileLog] = bytes.Join(append(l[:9:9], l[10:]...), nil)
		}},
		{"the last line of the log is gone", "events of log.jsonl have the root", false, func(f map[string][]byte) {
			b := f[fileLog]
			f[fileLog] = b[:bytes.LastIndexByte(b[:len(b)-1], '\n')+1]
		}},
		{"a reason in the log", "have the root", false, func(f map[string][]byte) {
			f[fileLog] = bytes.ReplaceAll(f[fileLog], []byte("use is enough"), []byte("ann is enough"))
		}},
		{"a reason in the log, as the cells say it", `column G (Reason): should hold "ann is enough", holds "use is enough"`, false, func(f map[string][]byte) {
			f[fileLog] = bytes.ReplaceAll(f[fileLog], []byte("use is enough"), []byte("ann is enough"))
		}},
		{"two files changed places", "log.jsonl has the SHA-256", true, func(f map[string][]byte) {
			f[fileLog], f[filePopulation] = f[filePopulation], f[fileLog]
		}},
		{"two tables changed places", "tables/versions.csv, row 1", false, func(f map[string][]byte) {
			f["tables/versions.csv"], f["tables/sign-offs.csv"] = f["tables/sign-offs.csv"], f["tables/versions.csv"]
		}},
		{"the checkpoint's size", "checkpoint.txt is of log log_test, ", false, func(f map[string][]byte) {
			l := strings.SplitAfter(string(f[fileCheckpoint]), "\n")
			l[1] = "7\n"
			f[fileCheckpoint] = []byte(strings.Join(l, ""))
		}},
		{"the checkpoint's root", "a line or the checkpoint was changed", false, func(f map[string][]byte) {
			l := strings.SplitAfter(string(f[fileCheckpoint]), "\n")
			l[2] = base64.StdEncoding.EncodeToString(make([]byte, 32)) + "\n"
			f[fileCheckpoint] = []byte(strings.Join(l, ""))
		}},
		{"another log", "it is of log log_other, and the package of log log_test", false, func(f map[string][]byte) { f[fileLog] = other[fileLog] }},
		{"another campaign's workbook", "the cover of evidence.xlsx is of the campaign", false, func(f map[string][]byte) { f[fileWorkbook] = other[fileWorkbook] }},
		{"a frozen item", "an item was changed, added or removed", false, func(f map[string][]byte) {
			f[filePopulation] = bytes.Replace(f[filePopulation], []byte(`"high_risk":true`), []byte(`"high_risk":true,"peers":"1 of 1"`), 1)
			f[filePopulation] = bytes.Replace(f[filePopulation], []byte(`"reach":1`), []byte(`"reach":2`), 1)
		}},
		{"the last frozen item is gone", "an item was changed, added or removed", false, func(f map[string][]byte) {
			b := f[filePopulation]
			f[filePopulation] = b[:bytes.LastIndexByte(b[:len(b)-1], '\n')+1]
		}},
		{"a proof is gone", "has no proof of event", false, func(f map[string][]byte) {
			b := f[fileProofs]
			f[fileProofs] = b[bytes.IndexByte(b, '\n')+1:]
		}},
		{"a proof of something else", "does not show that this line is event", false, func(f map[string][]byte) {
			first, rest, _ := bytes.Cut(f[fileProofs], []byte("\n"))
			p, err := auditlog.ParseInclusion(first)
			q.must(err)
			p.Path[0][0] ^= 1
			raw, err := p.JSON()
			q.must(err)
			f[fileProofs] = slices.Concat(raw, []byte("\n"), rest)
		}},
		{"a statement of another campaign", "never names the campaign cmp_x", false, func(f map[string][]byte) {
			f[fileStatement] = bytes.ReplaceAll(f[fileStatement], []byte(q.c.ID), []byte("cmp_x"))
		}},
		{"a README that says otherwise", "README.txt has the SHA-256", true, func(f map[string][]byte) { f[fileReadme] = []byte("all is well\n") }},
		{"a README that says otherwise, listed", "README.txt does not say what the log says", false, func(f map[string][]byte) { f[fileReadme] = append(f[fileReadme], "All is well.\n"...) }},
		{"a rehearsal that calls itself live", `statement.json says "mode": "live", and the log says "mode": "rehearsal"`, false, restated(`"mode": "rehearsal"`, `"mode": "live"`)},
		{"a statement of another name", `statement.json says "name": "Q2`, false, restated(`"name": "Q1`, `"name": "Q2`)},
		{"a statement of another state", `and the log says "state": "closed"`, false, restated(`"state": "closed"`, `"state": "active"`)},
		{"a statement that is not pinned", `and the log says "pinned": true`, false, restated(`"pinned": true`, `"pinned": false`)},
		{"a statement of another time", `and the log says "at": `, false, restated(`"at": "20`, `"at": "19`)},
		{"a statement of other items", `statement.json says "items": 1`, false, restated(`"items": `, `"items": 1`)},
		{"a statement of another digest", `and the log says "population_sha256": `, false, restated(`"population_sha256": "`, `"population_sha256": "00`)},
		{"a statement that says a thing twice", "another reader may read something else in it", false, restated(`"mode": "rehearsal"`, `"mode": "live", "mode": "rehearsal"`)},
		{"a file that nobody listed", "tables/decisions.csv is not in the manifest", true, func(f map[string][]byte) {
			l := sortedLines(f[fileManifest])
			f[fileManifest] = []byte(strings.Join(slices.DeleteFunc(l, func(s string) bool { return strings.Contains(s, "decisions") }), ""))
		}},
	} {
		if testing.Short() && i > 0 && c.what != "a cell of a table" {
			continue
		}
		t.Run(c.what, func(t *testing.T) {
			files := partsOf(t, file)
			if c.change(files); !c.keep {
				relisted(files)
			}
			v, err := verified(t, zipped(t, files), nil)
			if err != nil {
				t.Fatal(err)
			}
			said := strings.Join(slices.Concat(v.Faults, v.Differences), "\n")
			if v.Holds() || !strings.Contains(said, c.want) || !strings.Contains(v.Claim(), "does not hold") {
				t.Errorf("said was\n%s\nwant %q", clip(said), c.want)
			}
		})
	}
}

// restated changes the statement.
func restated(old, new string) func(map[string][]byte) {
	return func(f map[string][]byte) {
		f[fileStatement] = bytes.Replace(f[fileStatement], []byte(old), []byte(new), 1)
	}
}

// Whatever version made a package, it may say so.
func TestPackageMayBeMadeByAnotherVersion(t *testing.T) {
	q := smallQuarter(t)
	file, _ := packed(t, q.s, q.c.ID)
	files := partsOf(t, file)
	restated(`"made_by": "test"`, `"made_by": "another"`)(files)
	relisted(files)
	if v, err := verified(t, zipped(t, files), nil); err != nil || !v.Holds() || v.Told().MadeBy != "another" {
		t.Errorf("%+v, %v", v, err)
	}
}

func clip(s string) string { return s[:min(len(s), 2000)] }

// changeRecord changes the first field of a CSV file that is a word.
func changeRecord(t testing.TB, body []byte, from, to string) []byte {
	t.Helper()
	out := bytes.Replace(body, []byte(","+from+","), []byte(","+to+","), 1)
	if bytes.Equal(out, body) {
		t.Fatalf("no field %q", from)
	}
	return out
}

// closedQuarterElsewhere is the package of another campaign over another log.
func closedQuarterElsewhere(t testing.TB) map[string][]byte {
	t.Helper()
	q := newQuarter(t)
	q.launch()
	file, _ := packed(t, q.s, q.c.ID)
	files := partsOf(t, file)
	files[fileLog] = bytes.ReplaceAll(files[fileLog], []byte("log_test"), []byte("log_other"))
	return files
}
