package report

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"countersign/domain"
	"countersign/export/sheet"
	"countersign/export/xlsx"
	"countersign/export/xlsx/xlsxtest"
	"countersign/review"
)

var noon = time.Date(2026, 3, 31, 12, 0, 0, 0, time.UTC)

// hostile are names as files may bring them.
var hostile = []string{
	"=1+1", "+SUM(A1)", "-2", "@now", "=HYPERLINK(\"http://evil.example\",\"x\")", "＝1+1", "\t=1", "line\nbreak", "carriage\rreturn",
	"a\x00b", "\x1b[31mred", "_x0041_", "ملف عربي", "\u202eevil\u202c", "👩‍👩‍👧 family", "<b>&\"'</b>", "]]>", " lead", "trail ",
	"TRUE", "007", "*", "?~", "long " + strings.Repeat("ñ", 40_000),
}

// named are the names of most tests: the one that is too long for a cell is only longer
// than a line, for its letters stand in every sheet and each is read several times. In
// -short there are fewer people.
func named() []string {
	out := slices.Clone(hostile)
	if testing.Short() {
		out = slices.Concat(out[:13], out[len(out)-1:])
	}
	for i, n := range out {
		if utf8.RuneCountInString(n) > 400 {
			out[i] = string([]rune(n)[:400])
		}
	}
	return out
}

// build makes an organisation of records.
func build(t testing.TB, recs ...domain.Record) *domain.Org {
	t.Helper()
	o, err := domain.NewOrg(7, func(yield func(domain.Row, error) bool) {
		for _, r := range recs {
			if !yield(domain.Row{Record: r, Since: 3}, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// hostileWorld has users, groups, agents and areas with every hostile name, and
// grants in a pattern that reaches every level.
func hostileWorld(t testing.TB) *domain.Org {
	var recs []domain.Record
	add := func(r ...domain.Record) { recs = append(recs, r...) }
	add(domain.Setting{ID: domain.SettingName, Value: "=Acme & \u202eCo"}, domain.Setting{ID: domain.SettingCoupling, Value: "off"})
	principal := func(id domain.ID) domain.Holder { return domain.Holder{Kind: domain.HolderPrincipal, ID: id} }
	for i, n := range hostile {
		usr, grp, agt := domain.ID(fmt.Sprintf("usr_%02d", i)), domain.ID(fmt.Sprintf("grp_%02d", i)), domain.ID(fmt.Sprintf("agt_%02d", i))
		status := domain.Active
		if i%7 == 3 {
			status = domain.Inactive
		}
		add(domain.Principal{ID: usr, Kind: domain.User, Name: n, Email: fmt.Sprintf("u%d@acme.example", i), Department: n, Title: n, Status: status},
			domain.Group{ID: grp, Name: n, Description: n},
			domain.Agent{ID: agt, Name: n, AccessType: domain.GroupRestricted, Classification: domain.ClassInternal, Owner: usr, Description: n},
			domain.Area{ID: domain.ID(fmt.Sprintf("area-%d", i)), Name: n, Order: i, Controls: n, Sensitive: i%5 == 0})
		if i%2 == 0 {
			add(domain.Grant{ID: domain.ID(fmt.Sprintf("gnt_m%d", i)), Holder: principal(usr), Target: domain.Target{Kind: domain.TargetGroup, ID: grp}, Level: domain.Member},
				domain.Grant{ID: domain.ID(fmt.Sprintf("gnt_g%d", i)), Holder: domain.Holder{Kind: domain.HolderGroup, ID: grp}, Target: domain.Target{Kind: domain.TargetAgent, ID: agt}, Level: domain.ViewUse})
		}
		if i%3 == 0 {
			add(domain.Grant{ID: domain.ID(fmt.Sprintf("gnt_r%d", i)), Holder: principal(usr), Target: domain.Target{Kind: domain.TargetAgentRole}, Level: 1},
				domain.Grant{ID: domain.ID(fmt.Sprintf("gnt_e%d", i)), Holder: principal(usr), Target: domain.Target{Kind: domain.TargetAgent, ID: "agt_00"}, Level: domain.EditAgent},
				domain.Grant{ID: domain.ID(fmt.Sprintf("gnt_a%d", i)), Holder: principal(usr), Target: domain.Target{Kind: domain.TargetArea, ID: domain.ID(fmt.Sprintf("area-%d", i))}, Level: domain.Level(1 + i%2)})
		}
	}
	return build(t, recs...)
}

func meta(o *domain.Org) Meta {
	return Meta{Organisation: organisation(o), Mode: review.Rehearsal, Log: "log_test", Size: 8, Root: "cm9vdA==", Event: o.Key(), At: noon,
		By: "Ana <ana@acme.example>", Via: "uid 1000", Version: "test"}
}

// written writes a workbook, checks the package, and opens it.
func written(t testing.TB, wb sheet.Workbook) ([]byte, *xlsx.Book) {
	t.Helper()
	var b bytes.Buffer
	if _, err := Write(context.Background(), &b, XLSX, wb, ""); err != nil {
		t.Fatal(err)
	}
	xlsxtest.Check(t, b.Bytes())
	book, err := xlsx.Open(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), book
}

// cells reads a sheet as rows of texts.
func cells(t testing.TB, b *xlsx.Book, name string) [][]string {
	t.Helper()
	var out [][]string
	for v, err := range b.Values(name) {
		if err != nil {
			t.Fatal(err)
		}
		for len(out) < v.Row {
			out = append(out, nil)
		}
		for len(out[v.Row-1]) < v.Col {
			out[v.Row-1] = append(out[v.Row-1], "")
		}
		out[v.Row-1][v.Col-1] = v.Text
	}
	return out
}

// value finds the cell right of a label in column A.
func value(t testing.TB, rows [][]string, label string) string {
	t.Helper()
	for _, r := range rows {
		if len(r) > 1 && r[0] == label {
			return r[1]
		}
	}
	t.Fatalf("no row %q in %q", label, rows)
	return ""
}

func at(rows [][]string, row, col int) string {
	if row < len(rows) && col < len(rows[row]) {
		return rows[row][col]
	}
	return ""
}
