package xlsx

import (
	"encoding/xml"
	"regexp"
	"strconv"
	"strings"
)

// sharedFormula is one that stands in one cell and is used, shifted, by others.
type sharedFormula struct {
	row, col int
	text     string
}

// formula reads a cell's formula to its end. One that other cells share is given as
// it reads in this cell; one that fills more cells than its own says so.
func (c *cellReader) formula(el xml.StartElement, v *Value) error {
	var text strings.Builder
	for open := true; open; {
		tok, err := c.d.RawToken()
		if err != nil {
			return err
		}
		switch el := tok.(type) {
		case xml.CharData:
			text.Write(el)
		case xml.EndElement:
			open = el.Name.Local != "f"
		}
	}
	attr := map[string]string{}
	for _, a := range el.Attr {
		attr[a.Name.Local] = a.Value
	}
	v.Formula = strings.TrimSpace(text.String())
	switch kind := attr["t"]; {
	case kind == "shared" && v.Formula == "":
		if s, ok := c.shared[attr["si"]]; ok {
			v.Formula = shifted(s.text, v.Row-s.row, v.Col-s.col)
		}
	case kind == "shared":
		if c.shared == nil {
			c.shared = map[string]sharedFormula{}
		}
		c.shared[attr["si"]] = sharedFormula{row: v.Row, col: v.Col, text: v.Formula}
	case kind == "dataTable" || kind == "array" && attr["ref"] != "" && attr["ref"] != v.Cell() && attr["ref"] != v.Cell()+":"+v.Cell():
		v.Formula = "{" + v.Formula + "} over " + attr["ref"]
	}
	if v.Formula == "" {
		v.Formula = "{}"
	}
	return nil
}

// outside hands the stretches of a formula that stand in no quotes and no brackets to
// change, and keeps the others.
func outside(formula string, change func(string) string) string {
	var out strings.Builder
	start := 0
	for i := 0; i < len(formula); i++ {
		end := byte(0)
		switch formula[i] {
		case '"', '\'':
			end = formula[i]
		case '[':
			end = ']'
		default:
			continue
		}
		out.WriteString(change(formula[start:i]))
		start = i
		depth := 1
		for i++; i < len(formula) && depth > 0; i++ {
			switch {
			case formula[i] == end:
				depth--
			case end == ']' && formula[i] == '[':
				depth++
			}
		}
		out.WriteString(formula[start:i])
		start = i
		i--
	}
	out.WriteString(change(formula[start:]))
	return out.String()
}

var cellReference = regexp.MustCompile(`(^|[^A-Za-z0-9_.$])(\$?)([A-Z]{1,3})(\$?)([0-9]+)`)

// shifted is a formula as it reads so many rows below and columns to the right.
func shifted(formula string, rows, cols int) string {
	return outside(formula, func(s string) string {
		return cellReference.ReplaceAllStringFunc(s, func(m string) string {
			p := cellReference.FindStringSubmatch(m)
			row, col, ok := parseCell(p[3] + p[5])
			if !ok {
				return m
			}
			if p[2] == "" {
				col += cols
			}
			if p[4] == "" {
				row += rows
			}
			if row < 1 || col < 1 {
				return m
			}
			return p[1] + p[2] + columnName(col) + p[4] + strconv.Itoa(row)
		})
	})
}

var (
	dottedSheet = regexp.MustCompile(`\$?([A-Z_][A-Z0-9_]*)\.(\$?[A-Z]{1,3}\$?[0-9])`)
	quotedSheet = regexp.MustCompile(`'([A-Za-z_][A-Za-z0-9_]*)'!`)
)

// CanonicalFormula is a formula without what programs change when they save it: its
// mark at the beginning, spaces, the case of names, the prefix of newer functions,
// semicolons between arguments and the ways of naming a sheet. Texts in quotes stay.
func CanonicalFormula(formula string) string {
	s := strings.TrimSpace(formula)
	s = strings.TrimPrefix(strings.TrimPrefix(s, "of:"), "=")
	for again := unescape(s); again != s; again = unescape(s) {
		s = again // LibreOffice escapes the escapes of a formula once more
	}
	s = quotedSheet.ReplaceAllString(s, "$1!")
	return outside(s, func(part string) string {
		part = strings.ToUpper(strings.NewReplacer(" ", "", "\n", "", "\r", "", "\t", "", ";", ",").Replace(part))
		part = strings.ReplaceAll(strings.ReplaceAll(part, "_XLFN.", ""), "_XLWS.", "")
		return dottedSheet.ReplaceAllString(part, "$1!$2")
	})
}
