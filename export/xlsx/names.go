package xlsx

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxSheetName = 31  // UTF-16 units
	maxHeader    = 255 // UTF-16 units of a table column's name
)

// names hands out names that differ from each other without regard to case.
type names map[string]int // 0: nobody has it; else the last number that was put after it

// sheet makes a legal sheet name of want: no : \ / ? * [ ] and no control
// characters, no apostrophe at either end, at most 31 UTF-16 units, not "History".
func (n names) sheet(want string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune(`:\/?*[]`, r):
			return '-'
		case unicode.IsControl(r) || r == 0xFFFE || r == 0xFFFF:
			return ' '
		}
		return r
	}, clean(want))
	name = strings.Trim(name, " '")
	if name == "" || strings.EqualFold(name, "History") {
		name = strings.TrimSpace("Sheet " + name)
	}
	return n.unique(name, maxSheetName, " (", ")")
}

// header makes a legal, unique name of a table column: one line, not empty.
func (n names) header(want string) string {
	name := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == 0xFFFE || r == 0xFFFF || r == 0x2028 || r == 0x2029 {
			return ' '
		}
		return r
	}, clean(want))
	if strings.TrimSpace(name) == "" {
		name = "Column"
	}
	return n.unique(name, maxHeader, " (", ")")
}

// table makes the name of a table from its sheet's: letters, digits and
// underscores, beginning with a letter, and unlike any cell reference.
func (n names) table(sheet string) string {
	name := strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return r
		}
		return '_'
	}, sheet)
	name = strings.Trim(name, "_")
	if name == "" || !unicode.IsLetter(rune(name[0])) || likeCell(name) {
		name = "Table_" + name
	}
	return n.unique(name, 200, "_", "")
}

// likeCell tells whether a name could be read as a cell: ABC123, R1C1, R, C, R2.
func likeCell(s string) bool {
	u := strings.ToUpper(s)
	letters := strings.IndexFunc(u, func(r rune) bool { return !unicode.IsLetter(r) })
	if letters > 0 && letters <= 3 && strings.Trim(u[letters:], "0123456789") == "" {
		return true
	}
	rest := strings.TrimLeft(strings.TrimPrefix(u, "R"), "0123456789")
	if strings.HasPrefix(u, "R") && (rest == "" || strings.Trim(strings.TrimPrefix(rest, "C"), "0123456789") == "") {
		return true
	}
	return strings.HasPrefix(u, "C") && strings.Trim(u[1:], "0123456789") == ""
}

func (n names) unique(name string, limit int, before, after string) string {
	head, _ := cutAt(name, limit)
	got := strings.TrimRight(head, " '")
	plain := strings.ToLower(got)
	for i := max(n[plain], 1) + 1; n[strings.ToLower(got)] > 0; i++ {
		n[plain] = i
		mark := before + strconv.Itoa(i) + after
		head, _ = cutAt(name, limit-len(mark))
		got = strings.TrimRight(head, " ") + mark
	}
	n[strings.ToLower(got)] = max(n[strings.ToLower(got)], 1)
	return got
}

// columnName is the letters of a column counted from 1.
func columnName(col int) string {
	var b [4]byte
	i := len(b)
	for ; col > 0; col = (col - 1) / 26 {
		i--
		b[i] = 'A' + byte((col-1)%26)
	}
	return string(b[i:])
}

func cellName(row, col int) string { return columnName(col) + strconv.Itoa(row) }

func rangeName(row1, col1, row2, col2 int) string {
	return cellName(row1, col1) + ":" + cellName(row2, col2)
}

// quoteSheet is a sheet's name as formulas and links want it.
func quoteSheet(name string) string { return "'" + strings.ReplaceAll(name, "'", "''") + "'" }

// structured is a reference to a table's column, with the characters escaped that
// mean something between the brackets.
func structured(table, column string) string {
	r := strings.NewReplacer("'", "''", "[", "'[", "]", "']", "#", "'#", "@", "'@")
	return table + "[" + r.Replace(column) + "]"
}
