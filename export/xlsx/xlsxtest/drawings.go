package xlsxtest

import "strings"

// orders are the orders that ECMA-376 (21.2.2) asks of the children of a chart's
// elements, as far as charts of ours have them.
var orders = map[string][]string{
	"chartSpace": strings.Fields("date1904 lang roundedCorners AlternateContent style clrMapOvr pivotSource protection chart spPr txPr externalData printSettings userShapes extLst"),
	"chart":      strings.Fields("title autoTitleDeleted pivotFmts view3D floor sideWall backWall plotArea legend plotVisOnly dispBlanksAs extLst"),
	"barChart":   strings.Fields("barDir grouping varyColors ser dLbls gapWidth overlap serLines axId extLst"),
	"lineChart":  strings.Fields("grouping varyColors ser dLbls dropLines hiLowLines upDownBars marker smooth axId extLst"),
	"ser":        strings.Fields("idx order tx spPr invertIfNegative pictureOptions marker dPt dLbls trendline errBars cat val smooth shape extLst"),
	"dPt":        strings.Fields("idx invertIfNegative marker bubble3D explosion spPr pictureOptions extLst"),
	"dLbls":      strings.Fields("dLbl delete numFmt spPr txPr dLblPos showLegendKey showVal showCatName showSerName showPercent showBubbleSize separator showLeaderLines leaderLines extLst"),
	"catAx":      strings.Fields("axId scaling delete axPos majorGridlines minorGridlines title numFmt majorTickMark minorTickMark tickLblPos spPr txPr crossAx crosses crossesAt auto lblAlgn lblOffset tickLblSkip tickMarkSkip noMultiLvlLbl extLst"),
	"valAx":      strings.Fields("axId scaling delete axPos majorGridlines minorGridlines title numFmt majorTickMark minorTickMark tickLblPos spPr txPr crossAx crosses crossesAt crossBetween majorUnit minorUnit dispUnits extLst"),
	"scaling":    strings.Fields("logBase orientation max min extLst"),
}

// drawings: everything drawn has a name, an alternative text and an id of its own;
// charts keep the schema's order, draw cells of sheets that are there, and hold as
// many points as they say.
func (l *lint) drawings() {
	for _, part := range l.order {
		switch {
		case l.trees[part] == nil:
		case strings.HasPrefix(part, "xl/drawings/drawing"):
			ids := map[string]bool{}
			l.trees[part].walk(func(n *node) {
				if n.name != "cNvPr" {
					return
				}
				if n.get("descr") == "" || n.get("name") == "" {
					l.add(part, "what is drawn as %q has no name or no alternative text", n.get("name"))
				}
				if ids[n.get("id")] {
					l.add(part, "two things drawn have the id %s", n.get("id"))
				}
				ids[n.get("id")] = true
			})
		case strings.HasPrefix(part, "xl/charts/chart"):
			l.trees[part].walk(func(n *node) { l.chartElement(part, n) })
		}
	}
}

func (l *lint) chartElement(part string, n *node) {
	at, order := 0, orders[n.name]
	for _, k := range n.kids {
		i := at
		for i < len(order) && order[i] != k.name {
			i++
		}
		if order != nil && i == len(order) {
			l.add(part, "%s stands in the wrong place in %s", k.name, n.name)
			continue
		}
		at = i
	}
	if n.name == "f" {
		if sheet, ok := sheetOf(n.text); !ok || !l.hasSheet(sheet) {
			l.add(part, "draws %q, which is not there", n.text)
		}
	}
	if count := n.kid("ptCount"); count != nil && len(n.all("pt")) > count.number("val") {
		l.add(part, "says %s points and has %d", count.get("val"), len(n.all("pt")))
	}
}

// walk calls do for a node and all below it.
func (n *node) walk(do func(*node)) {
	do(n)
	for _, k := range n.kids {
		k.walk(do)
	}
}
