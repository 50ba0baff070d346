package report

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/review"
	"countersign/store/storetest"
)

// shortened is how a cell shows a text: whole, or its beginning where it is too
// long for a cell.
func shortened(got, want string) bool {
	if len([]rune(want)) <= 32_000 {
		return got == want
	}
	head, _, ok := strings.Cut(got, " … [the whole text begins in sheet \"Overflow\"")
	return ok && strings.HasPrefix(want, head) && len([]rune(head)) >= 900
}

func letter(level domain.Level, letters string) string {
	if level == 0 {
		return ""
	}
	return letters[level-1 : level]
}

func TestAgentMatrixIsWhatAccessSays(t *testing.T) {
	o := hostileWorld(t)
	_, book := written(t, AgentMatrix(o, meta(o), PeopleFilter{}))
	rows := cells(t, book, "Matrix")
	var users, agents []domain.ID
	for r := range o.All(domain.KindPrincipal) {
		users = append(users, r.Record.RecordID())
	}
	for r := range o.All(domain.KindAgent) {
		agents = append(agents, r.Record.RecordID())
	}
	if len(rows) != len(users)+1 {
		t.Fatalf("%d rows for %d principals", len(rows)-1, len(users))
	}
	perAgent, none, seen := map[domain.ID][3]int{}, 0, map[domain.Level]bool{}
	for i, u := range users {
		p, _ := o.Principal(u)
		if !shortened(at(rows, i+1, 0), p.Name) || at(rows, i+1, 1) != p.Email || at(rows, i+1, 5) != p.Status.String() {
			t.Errorf("row %d is %q, want %s", i+1, at(rows, i+1, 0), u)
		}
		reached := 0
		for j, a := range agents {
			level := o.Access(u, domain.Target{Kind: domain.TargetAgent, ID: a}, "", noon).Level
			seen[level] = true
			if got := at(rows, i+1, 7+j); got != letter(level, "VE") {
				t.Errorf("%s on %s shows %q, access is %d", u, a, got, level)
			}
			n := perAgent[a]
			n[level]++
			perAgent[a] = n
			if level > 0 {
				reached++
			}
		}
		if got := at(rows, i+1, 6); got != fmt.Sprint(reached) {
			t.Errorf("%s reaches %d agents, the row says %s", u, reached, got)
		}
		if reached == 0 && p.Status == domain.Active {
			none++
		}
	}
	if len(seen) != 3 || none == 0 {
		t.Fatalf("the world reaches levels %v and %d users without any: the test would say little", seen, none)
	}
	list := cells(t, book, "Agents")
	for j, a := range agents {
		if n := perAgent[a]; at(list, j+1, 6) != fmt.Sprint(n[1]) || at(list, j+1, 7) != fmt.Sprint(n[2]) {
			t.Errorf("agent %s: %v, the sheet says %q", a, n, list[j+1])
		}
	}
	cover := cells(t, book, sheetCover)
	for label, want := range map[string]string{
		"Principals": fmt.Sprint(len(users)), "Agents": fmt.Sprint(len(agents)), "User with no agent": fmt.Sprint(none),
		"State as of event": "7", labelRoot: "cm9vdA==", "Exported by": "Ana <ana@acme.example>",
		"How sure of that": "A0 asserted by the operating system's user (uid 1000)", "Organisation": "=Acme & \u202eCo",
	} {
		if got := value(t, cover, label); got != want {
			t.Errorf("cover, %s: %q, want %q", label, got, want)
		}
	}
	if !strings.HasPrefix(cover[0][0], "REHEARSAL") {
		t.Errorf("the cover begins with %q", cover[0])
	}
}

func TestCoverageNamesWhatIsMissing(t *testing.T) {
	o := hostileWorld(t)
	_, book := written(t, AgentMatrix(o, meta(o), PeopleFilter{}))
	got := map[string][]string{}
	for _, r := range cells(t, book, "Coverage")[1:] {
		got[r[0]] = append(got[r[0]], r[2])
	}
	want := map[string][]string{}
	for i := range hostile {
		usr, agt := domain.ID(fmt.Sprintf("usr_%02d", i)), fmt.Sprintf("agt_%02d", i)
		if i%2 == 1 { // without a group of its own
			want[findNoGroup] = append(want[findNoGroup], agt)
		}
		if i%7 != 3 && i%2 == 1 && i%3 != 0 {
			want[findNoAgent] = append(want[findNoAgent], string(usr))
		}
		// agt_00 is also given to every third user; the others only to their group of one.
		if i > 0 && (i%2 == 1 || i%7 == 3) {
			want[findNobody] = append(want[findNobody], agt)
		}
	}
	for f, ids := range want {
		if !slices.Equal(got[f], ids) {
			t.Errorf("%s: %v, want %v", f, got[f], ids)
		}
	}
	if len(got) != len(want) {
		t.Errorf("findings %v", got)
	}
}

func TestAreaMatrixIsWhatAccessSays(t *testing.T) {
	o := hostileWorld(t)
	wb, err := AreaMatrix(o, meta(o), "", PeopleFilter{})
	if err != nil {
		t.Fatal(err)
	}
	_, book := written(t, wb)
	rows := cells(t, book, "Matrix")
	seen := map[string]bool{}
	for i := range hostile {
		u := domain.ID(fmt.Sprintf("usr_%02d", i))
		for j := range hostile {
			a := o.Access(u, domain.Target{Kind: domain.TargetArea, ID: domain.ID(fmt.Sprintf("area-%d", j))}, "", noon)
			want := letter(a.Level, "RE")
			if got := at(rows, i+1, 7+j); got != want {
				t.Errorf("%s in area %d shows %q, want %q", u, j, got, want)
			}
			seen[want] = true
		}
	}
	if len(seen) != 3 {
		t.Fatalf("only %v is tried", seen)
	}
	if _, err := AreaMatrix(o, meta(o), "agt_none", PeopleFilter{}); code(err) != domain.NotFound {
		t.Errorf("an unknown agent: %v", err)
	}
}

func code(err error) domain.Code {
	var e *domain.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return domain.Internal
}

func TestAreaColumnsReadParentThenChild(t *testing.T) {
	areas, err := domain.Catalogue(domain.CatalogueStudio)
	if err != nil {
		t.Fatal(err)
	}
	recs := []domain.Record{domain.Principal{ID: "usr_a", Kind: domain.User, Name: "Ana", Status: domain.Active}}
	for _, a := range areas {
		recs = append(recs, a)
	}
	o := build(t, recs...)
	wb, err := AreaMatrix(o, meta(o), "", PeopleFilter{})
	if err != nil {
		t.Fatal(err)
	}
	_, book := written(t, wb)
	heads := cells(t, book, "Matrix")[0]
	for _, want := range []string{"Analytics", "Analytics › Conversations", "Analytics › Conversations › PII", "Voice › Numbers", "Deployments › Environments"} {
		if !slices.Contains(heads, want) {
			t.Errorf("no column %q in %q", want, heads)
		}
	}
	if slices.Index(heads, "Analytics") > slices.Index(heads, "Analytics › Conversations") {
		t.Error("a child stands before its parent")
	}
}

func TestFiltersNarrowAMatrix(t *testing.T) {
	o := hostileWorld(t)
	f := PeopleFilter{Department: "=1+1", Agents: []domain.ID{"agt_00", "agt_02"}}
	_, book := written(t, AgentMatrix(o, meta(o), f))
	rows := cells(t, book, "Matrix")
	if len(rows) != 2 || at(rows, 1, 1) != "u0@acme.example" || at(rows, 1, 6) != "1" || len(rows[0]) != 9 {
		t.Errorf("the filtered matrix is %q", rows)
	}
	if got := value(t, cells(t, book, sheetCover), "Filter"); !strings.Contains(got, "department =1+1") {
		t.Errorf("the cover says %q", got)
	}
}

func TestFlatFormatsHoldTheSameTable(t *testing.T) {
	o := hostileWorld(t)
	wb := AgentMatrix(o, meta(o), PeopleFilter{})
	_, book := written(t, wb)
	rows := cells(t, book, "Matrix")
	var out bytes.Buffer
	if w, err := Write(context.Background(), &out, CSVRaw, wb, "matrix"); err != nil || w.Rows != len(hostile) {
		t.Fatal(w, err)
	}
	got, err := csv.NewReader(&out).ReadAll()
	if err != nil || len(got) != len(rows) {
		t.Fatal(len(got), err)
	}
	for i := range got {
		for j := 5; j < len(got[i]); j++ { // behind the names, which CSV keeps whole
			if i > 0 && got[i][j] != at(rows, i, j) {
				t.Errorf("row %d, column %d: CSV %q, workbook %q", i, j, got[i][j], at(rows, i, j))
			}
		}
		if i > 0 && strings.ReplaceAll(got[i][0], "\n", "") != strings.ReplaceAll(strings.ReplaceAll(hostile[i-1], "\r", ""), "\n", "") &&
			got[i][0] != hostile[i-1] {
			t.Errorf("row %d: CSV has the name %q, want %q", i, got[i][0], hostile[i-1])
		}
	}
	out.Reset()
	if _, err := Write(context.Background(), &out, JSON, wb, ""); err != nil {
		t.Fatal(err)
	}
	var objects []map[string]any
	if err := json.Unmarshal(out.Bytes(), &objects); err != nil || len(objects) != len(hostile) {
		t.Fatal(len(objects), err)
	}
	if objects[0]["name"] != hostile[0] || objects[0]["=1+1"] != "E" {
		t.Errorf("the first object is %v", objects[0])
	}
	if _, err := Write(context.Background(), &out, CSV, wb, "nothing"); code(err) != domain.NotFound || !strings.Contains(err.Error(), "nothing") {
		t.Errorf("a table that is not there: %v", err)
	}
	if _, err := Write(context.Background(), &out, "pdf", wb, ""); code(err) != domain.Invalid {
		t.Errorf("a format that is none: %v", err)
	}
}

func TestCSVForSpreadsheetsIsGuarded(t *testing.T) {
	o := hostileWorld(t)
	var out bytes.Buffer
	w, err := Write(context.Background(), &out, CSV, AgentMatrix(o, meta(o), PeopleFilter{}), "Matrix")
	if err != nil || len(w.Notes) != 1 || !strings.Contains(out.String(), "'=1+1") || strings.Contains(out.String(), "\n=1+1") {
		t.Errorf("notes %q, %v", w.Notes, err)
	}
}

func TestReportsFromAStore(t *testing.T) {
	s := storetest.Open(t)
	storetest.Seed(t, s)
	for _, r := range Reports() {
		if slices.Contains(r.Needs, "campaign") {
			continue
		}
		t.Run(r.Name, func(t *testing.T) {
			once := func() []byte {
				var file []byte
				storetest.View(t, s, func(tx review.Tx) error {
					wb, err := r.Build(context.Background(), tx, Request{At: noon, Version: "test"})
					if err != nil {
						return err
					}
					var book interface{ Sheets() []string }
					file, book = written(t, wb)
					if !slices.Contains(book.Sheets(), r.Main) {
						t.Errorf("no sheet %q in %q", r.Main, book.Sheets())
					}
					return nil
				})
				return file
			}
			if !bytes.Equal(once(), once()) {
				t.Error("the same state gave other bytes")
			}
		})
	}
	if _, err := Find("nothing"); code(err) != domain.NotFound {
		t.Errorf("a report that is not there: %v", err)
	}
	if r, err := Find(" Agent-Matrix "); err != nil || r.Name != "agent-matrix" {
		t.Errorf("%q, %v", r.Name, err)
	}
}

func TestAsOfAnEventShowsThatState(t *testing.T) {
	s := storetest.Open(t)
	seq := storetest.Seed(t, s)
	late := domain.Principal{ID: "usr_late", Kind: domain.User, Name: "Late Joiner", Status: domain.Active}
	storetest.Append(t, s, domain.Event{Type: domain.EvBootstrap, Subject: "org", Actor: "usr_ana"}, domain.Begin(late))
	storetest.View(t, s, func(tx review.Tx) error {
		for event, want := range map[domain.Seq]int{seq: 3, 0: 4} {
			wb, err := buildPeople(context.Background(), tx, Request{Event: event})
			if err != nil {
				return err
			}
			_, book := written(t, wb)
			if got := len(cells(t, book, "People")) - 1; got != want {
				t.Errorf("as of event %d there are %d people, want %d", event, got, want)
			}
		}
		_, err := buildPeople(context.Background(), tx, Request{Event: 99})
		if code(err) != domain.NotFound {
			t.Errorf("as of an event that is not there: %v", err)
		}
		return nil
	})
}

func TestLogIsListedWithItsLeaves(t *testing.T) {
	s := storetest.Open(t)
	storetest.Seed(t, s)
	storetest.View(t, s, func(tx review.Tx) error {
		wb, err := buildLog(context.Background(), tx, Request{})
		if err != nil {
			return err
		}
		_, book := written(t, wb)
		rows := cells(t, book, "Log")
		head, err := tx.Log()
		if err != nil {
			return err
		}
		if int64(len(rows)-1) != head.Size || at(rows, 2, 0) != "1" || len(at(rows, 2, 15)) != 44 {
			t.Errorf("the log of %d events lists %q", head.Size, rows)
		}
		slow := struct{ review.Tx }{tx} // one that does not know its roots
		root, err := rootAt(context.Background(), slow, head.Size)
		if err != nil || root != head.Root {
			t.Errorf("the root computed from events is %s, %v; the log says %s", root, err, head.Root)
		}
		before, err := rootAt(context.Background(), slow, 1)
		if quick, e := rootAt(context.Background(), tx, 1); err != nil || e != nil || before != quick || before == head.Root {
			t.Errorf("the root at 1: %s, %v; %s, %v", before, err, quick, e)
		}
		if _, err := rootAt(context.Background(), slow, head.Size+1); code(err) != domain.NotFound {
			t.Errorf("beyond the log: %v", err)
		}
		if _, err := rootAt(context.Background(), tx, head.Size+1); code(err) != domain.NotFound {
			t.Errorf("beyond the log: %v", err)
		}
		return nil
	})
}
