package xlsx

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
)

// chartForeign are elements of charts (ECMA-376, 21.2) that tell something besides the
// figures, or tell them otherwise; no export has them, and no program that saves it
// anew adds them.
var chartForeign = map[string]string{
	"fld": "a text that a field gives", "errBars": "error bars", "trendline": "a trend line", "dispUnits": "an axis in other units",
	"upDownBars": "bars between its lines", "serLines": "lines between its bars", "crossesAt": "an axis that crosses elsewhere",
	"blipFill": "a picture in it", "pictureOptions": "a picture in it", "view3D": "depth", "pivotSource": "figures of a pivot table",
	"externalData": "figures of another file", "dTable": "a table of its own", "backward": "a trend line", "logBase": "an axis that is no even scale",
}

// chartSays scans the part of a chart for what would show something else than its
// figures, in words.
func (b *Book) chartSays(part string) (own []string, err error) {
	rc, err := b.open(part, maxReadSmall)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rc.Close()) }()
	d := xml.NewDecoder(rc)
	var at []string // the elements around
	count := map[string]int{}
	for {
		tok, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		switch el := tok.(type) {
		case xml.StartElement:
			count[el.Name.Local]++
			if what := ownOf(at, el); what != "" {
				own = append(own, what)
			}
			at = append(at, el.Name.Local)
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

// ownOf says what an element shows that is in no cell, "" if nothing.
func ownOf(around []string, el xml.StartElement) string {
	name, value := el.Name.Local, ""
	for _, a := range el.Attr {
		if a.Name.Local == "val" || name == "numFmt" && a.Name.Local == "formatCode" {
			value = strings.TrimSpace(a.Value)
		}
	}
	inside := func(what ...string) bool {
		return slices.ContainsFunc(what, func(w string) bool { return slices.Contains(around, w) })
	}
	parent := ""
	if len(around) > 0 {
		parent = around[len(around)-1]
	}
	switch name {
	case "numFmt":
		if strings.Trim(value, "#,0;.") != "" && value != "General" {
			return "numbers in the format " + value
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
	case "srgbClr":
		if inside("ser") && !inside("dLbls", "pattFill", "marker") && strings.EqualFold(value, "FFFFFF") {
			return "something drawn in no colour"
		}
	}
	return chartForeign[name]
}
