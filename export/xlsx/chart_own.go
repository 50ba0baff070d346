package xlsx

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// chartForeign are elements of charts (ECMA-376, 21.2) that tell something besides the
// figures, or tell them otherwise; no export has them, and no program that saves it
// anew adds them.
var chartForeign = map[string]string{
	"fld": "a text that a field gives", "errBars": "error bars", "trendline": "a trend line", "dispUnits": "an axis in other units",
	"upDownBars": "bars between its lines", "serLines": "lines between its bars", "crossesAt": "an axis that crosses elsewhere",
	"blipFill": "a picture in it", "pictureOptions": "a picture in it", "view3D": "depth", "pivotSource": "figures of a pivot table",
	"externalData": "figures of another file", "clrMapOvr": "colours by names of its own", "datalabelsRange": "labels of other cells", "dTable": "a table of its own", "backward": "a trend line", "logBase": "an axis that is no even scale",
}

// chartSays scans the part of a chart for what would show something else than its
// figures, in words.
func (b *Book) chartSays(part string) (own []string, err error) {
	rc, err := b.open(part, maxReadSmall)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rc.Close()) }()
	d := &tokens{d: xml.NewDecoder(rc)}
	var at []string // the elements around, of whatever namespace
	count := map[string]int{}
	for {
		tok, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("the workbook's part %q: %w", part, err)
		}
		switch el := tok.(type) {
		case xml.StartElement:
			name := d.last.Local
			count[name]++
			if what := ownOf(at, name, el.Attr); what != "" {
				own = append(own, what)
			}
			if what := colourOf(at, name, valueOfAttr(el.Attr, "val")); what != "" {
				own = append(own, what)
			}
			// What Excel writes so itself stands before the chart, and is its style.
			if name == "AlternateContent" && slices.Contains(at, "chart") || el.Name.Local == name && name != "style" && slices.Contains(at, "AlternateContent") {
				own = append(own, "one of two choices of a program")
			}
			at = append(at, name)
		case xml.EndElement:
			at = at[:max(len(at)-1, 0)]
		}
	}
	if count["chart"] > 1 {
		own = append(own, "a second chart behind it")
	}
	if count["title"] > 1 {
		own = append(own, "titles of its own")
	}
	slices.Sort(own)
	return slices.Compact(own), nil
}

// leastPlot is the least share of a chart that what it draws has across and down.
const leastPlot = 0.3

// ownOf says what an element shows that is in no cell, "" if nothing.
func ownOf(around []string, name string, attrs []xml.Attr) string {
	value := valueOfAttr(attrs, map[bool]string{true: "formatCode", false: "val"}[name == "numFmt"])
	inside := func(what ...string) bool { return within(around, what...) }
	parent := ""
	if len(around) > 0 {
		parent = around[len(around)-1]
	}
	switch name {
	case "numFmt":
		if strings.Trim(value, "#,0;.") != "" && value != "General" {
			return "numbers in the format " + value
		}
	case "w", "h", "x", "y":
		if f, err := strconv.ParseFloat(value, 64); parent == "manualLayout" && inside("plotArea") &&
			(err != nil || (name == "w" || name == "h") && f < leastPlot || (name == "x" || name == "y") && (f < 0 || f > 1-leastPlot)) {
			return "no room for what it draws"
		}
	case "grouping":
		if value == "percentStacked" {
			return "shares in place of figures"
		}
	case "tickLblPos":
		if value == "none" {
			return "an axis without its words"
		}
	case "delete":
		if value != "0" && value != "false" {
			return "an axis or a label left out"
		}
	case "noFill":
		if (inside("ser") || inside("txPr", "rich")) && (parent != "ln" || inside("lineChart")) && !inside("marker", "dLbls") || parent == "defRPr" || parent == "rPr" {
			return "something drawn in no colour"
		}
	case "alpha":
		return "something drawn in no colour"
	case "latin", "ea", "cs", "sym":
		if f := valueOfAttr(attrs, "typeface"); f != "" && f[0] != '+' && !textFamily(f) {
			return "words in the font " + f
		}
	case "rPr", "defRPr":
		if n, err := strconv.Atoi(valueOfAttr(attrs, "sz")); err == nil && n < 100*leastLetters {
			return "words too small to be read"
		}
		if v := valueOfAttr(attrs, "strike"); v != "" && v != "noStrike" {
			return "words that are struck out"
		}
	}
	return chartForeign[name]
}

func within(around []string, what ...string) bool {
	return slices.ContainsFunc(what, func(w string) bool { return slices.Contains(around, w) })
}

func valueOfAttr(attrs []xml.Attr, name string) string {
	for _, a := range attrs {
		if a.Name.Local == name {
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}
