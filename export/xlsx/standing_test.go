package xlsx

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"countersign/export/sheet"
)

// Rows with a key stand at their place: not further down, and where one is missing not
// elsewhere than the rest was moved up or stayed.
func TestRowsWithAKeyStandAtTheirPlace(t *testing.T) {
	honest, _ := mustWrite(t, book(oneColumn("List", sheet.Of("a"), sheet.Of("b"), sheet.Of("c"), sheet.Of("d"))))
	for _, c := range []struct {
		name string
		rows map[string]string // as they are, and stand
		says []string
	}{
		{"far down from the third on", map[string]string{"3": "900003", "4": "900004", "5": "900005"}, []string{`sheet "List", row 900003: the row with Text b stands in another place than it should`}},
		{"the last far down", map[string]string{"5": "900005"}, []string{`sheet "List", row 900005: the row with Text d stands in another place than it should`}},
		{"one missing, the others moved up", map[string]string{"3": "", "4": "3", "5": "4"}, []string{`sheet "List": the row with Text b is missing`}},
		{"one missing, the others where they were", map[string]string{"3": ""}, []string{`sheet "List": the row with Text b is missing`}},
		{"one missing, the others elsewhere", map[string]string{"3": "", "4": "40", "5": "41"}, []string{`sheet "List": the row with Text b is missing`, `sheet "List", row 40: the row with Text c stands in another place than it should`}},
	} {
		file := repack(t, honest, func(p map[string]string) {
			p["xl/worksheets/sheet1.xml"] = regexp.MustCompile(`(?s)<row r="([0-9]+)".*?</row>`).ReplaceAllStringFunc(p["xl/worksheets/sheet1.xml"], func(row string) string {
				n := regexp.MustCompile(`r="([0-9]+)"`).FindStringSubmatch(row)[1]
				to, ok := c.rows[n]
				if !ok {
					return row
				}
				if to == "" {
					return ""
				}
				return strings.NewReplacer(`<row r="`+n+`"`, `<row r="`+to+`"`, `"A`+n+`"`, `"A`+to+`"`).Replace(row)
			})
		})
		var says []string
		for d, err := range compare(mustOpen(t, honest), mustOpen(t, file), func(string) bool { return true }) {
			if err != nil {
				t.Fatal(err)
			}
			says = append(says, d.String())
		}
		if !slices.Equal(says, c.says) {
			t.Errorf("%s: %q, want %q", c.name, says, c.says)
		}
		h, err := mustOpen(t, file).Hidden()
		if moved := strings.Contains(strings.Join(h.Faults, "\n"), "its table is of the cells A1:A5"); err != nil || moved == (len(c.rows) == 1 && c.rows["3"] == "" && c.rows["5"] == "") {
			t.Errorf("%s: %q, %v", c.name, h.Faults, err)
		}
	}
}
