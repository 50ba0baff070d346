package xlsx

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"countersign/export/sheet"

	"github.com/xuri/excelize/v2"
)

// maxAlt is the longest alternative text Excel keeps.
const maxAlt = 2000

// placeCharts has excelize relate a sheet to its charts. The drawing and the charts
// are written by drawings: excelize gives a chart no values of its own, so that
// readers which do not calculate show it empty, and some of its elements stand in an
// order that the schema forbids.
func (w *writer) placeCharts(p *part) error {
	for i, c := range p.charts {
		if err := p.checkChart(c); err != nil {
			return err
		}
		err := w.file.AddChart(p.name, cellName(c.Row, c.Col), &excelize.Chart{Type: excelize.Bar,
			Series: []excelize.ChartSeries{{Values: p.area(c, c.Series[0].Column)}}})
		if err != nil {
			return err
		}
		if i == 0 {
			w.drawn++
			p.drawing = w.drawn
		}
	}
	return nil
}

// checkChart refuses a chart that not everyone could read.
func (p *part) checkChart(c sheet.Chart) error {
	switch {
	case c.Title == "" || c.Alt == "":
		return fmt.Errorf("sheet %q: a chart has no title or no alternative text: say what it shows", p.name)
	case c.First < 2 || c.Last < c.First || c.Last > len(p.cells):
		return fmt.Errorf("sheet %q: the chart %q draws the rows %d to %d of %d", p.name, c.Title, c.First, c.Last, len(p.cells))
	case len(c.Series) == 0 || c.Row < 1 || c.Col < 1 || c.Rows < 1 || c.Columns < 1:
		return fmt.Errorf("sheet %q: the chart %q has no figures or no place", p.name, c.Title)
	}
	return nil
}

// area is a column of a chart's rows as a formula names it.
func (p *part) area(c sheet.Chart, col int) string {
	at := "$" + columnName(col) + "$"
	return quoteSheet(p.name) + "!" + at + strconv.Itoa(c.First) + ":" + at + strconv.Itoa(c.Last)
}

// drawings puts the charts and the drawings that hold them into the package.
func (w *writer) drawings(files parcel) error {
	n := 0
	for _, p := range w.all() {
		if p.drawing == 0 {
			continue
		}
		body := []byte(xmlHead + `<xdr:wsDr xmlns:xdr="` + nsDrawing + `" xmlns:a="` + nsA + `">`)
		for i, c := range p.charts {
			n++
			name := "xl/charts/chart" + strconv.Itoa(n) + ".xml"
			if files[name] == nil {
				return fmt.Errorf("the workbook lacks its chart %s", name)
			}
			files.put(name, p.chartPart(c))
			body = anchor(body, c, i)
		}
		name := "xl/drawings/drawing" + strconv.Itoa(p.drawing) + ".xml"
		if files[name] == nil {
			return fmt.Errorf("the workbook lacks its drawing %s", name)
		}
		files.put(name, append(body, `</xdr:wsDr>`...))
	}
	if n > 0 {
		// With a drawing excelize names the types of pictures, in another order each time.
		files.put(contentTypes, pictureType.ReplaceAll(files[contentTypes].Bytes(), nil))
	}
	return nil
}

var pictureType = regexp.MustCompile(`<Default Extension="[a-z]+" ContentType="image/[^"]*"(?:/>|></Default>)`)

const (
	nsA       = "http://schemas.openxmlformats.org/drawingml/2006/main"
	nsChart   = "http://schemas.openxmlformats.org/drawingml/2006/chart"
	nsDrawing = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
	nsRelated = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
)

// anchor is the place of the chart so many in its drawing, with its name and its
// alternative text.
func anchor(b []byte, c sheet.Chart, i int) []byte {
	corner := func(name string, row, col, off int) {
		b = fmt.Appendf(b, `<xdr:%s><xdr:col>%d</xdr:col><xdr:colOff>%d</xdr:colOff><xdr:row>%d</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:%s>`, name, col, off, row, name)
	}
	b = append(b, `<xdr:twoCellAnchor editAs="oneCell">`...)
	corner("from", c.Row-1, c.Col-1, 0)
	// It ends inside its last column: a page cut at the column's edge would cut its frame.
	corner("to", c.Row-1+c.Rows, c.Col-2+c.Columns, 540_000)
	b = fmt.Appendf(b, `<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr><xdr:cNvPr id="%d" name="`, i+2)
	b = appendAttr(b, c.Title)
	b = append(b, `" descr="`...)
	b = appendAttr(b, cutTo(c.Alt, maxAlt))
	b = append(b, `"/><xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr><xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm>`...)
	return fmt.Appendf(b, `<a:graphic><a:graphicData uri="%s"><c:chart xmlns:c="%s" xmlns:r="%s" r:id="rId%d"/></a:graphicData></a:graphic></xdr:graphicFrame><xdr:clientData/></xdr:twoCellAnchor>`,
		nsChart, nsChart, nsRelated, i+1)
}

// appendAttr appends text as the content of an attribute or element whose readers
// know no escapes but XML's own: what XML cannot hold gives way to a space.
func appendAttr(b []byte, s string) []byte {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 || r == 0xFFFE || r == 0xFFFF {
			return ' '
		}
		return r
	}, clean(s))
	return append(b, strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(s)...)
}

// chartPart is one chart: what it draws, and the values it drew when written.
func (p *part) chartPart(c sheet.Chart) []byte {
	b := []byte(xmlHead + `<c:chartSpace xmlns:c="` + nsChart + `" xmlns:a="` + nsA + `" xmlns:r="` + nsRelated + `">` +
		`<c:roundedCorners val="0"/><c:chart><c:title><c:tx><c:rich><a:bodyPr/><a:p><a:pPr><a:defRPr sz="1300" b="1"/></a:pPr><a:r><a:rPr lang="en-US" sz="1300" b="1"/><a:t>`)
	b = appendAttr(b, c.Title)
	b = append(b, `</a:t></a:r></a:p></c:rich></c:tx><c:overlay val="0"/></c:title><c:autoTitleDeleted val="0"/><c:plotArea><c:layout/>`...)
	across, up := "b", "l"
	if c.Kind == sheet.Lines {
		b = append(b, `<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>`...)
	} else {
		across, up = "l", "b"
		grouping := map[bool]string{true: "stacked", false: "clustered"}[c.Kind == sheet.Stacked]
		b = append(b, `<c:barChart><c:barDir val="bar"/><c:grouping val="`+grouping+`"/><c:varyColors val="0"/>`...)
	}
	for i := range c.Series {
		b = p.series(b, c, i)
	}
	switch c.Kind {
	case sheet.Lines:
		b = append(b, `<c:marker val="1"/><c:axId val="1"/><c:axId val="2"/></c:lineChart>`...)
	case sheet.Stacked:
		b = append(b, `<c:gapWidth val="40"/><c:overlap val="100"/><c:axId val="1"/><c:axId val="2"/></c:barChart>`...)
	default:
		b = append(b, `<c:gapWidth val="40"/><c:axId val="1"/><c:axId val="2"/></c:barChart>`...)
	}
	b = axes(b, c.Kind, across, up)
	if len(c.Series) > 1 {
		b = append(b, `<c:legend><c:legendPos val="b"/><c:overlay val="0"/></c:legend>`...)
	}
	return append(b, `<c:plotVisOnly val="0"/><c:dispBlanksAs val="gap"/></c:chart><c:spPr><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill><a:ln w="9525"><a:solidFill><a:srgbClr val="BFBFBF"/></a:solidFill></a:ln></c:spPr>`+
		`<c:printSettings><c:headerFooter/><c:pageMargins b="0.75" l="0.7" r="0.7" t="0.75" header="0.3" footer="0.3"/><c:pageSetup/></c:printSettings></c:chartSpace>`...)
}

// axes are the names and the figures. Bars read from the top, as their rows do.
func axes(b []byte, kind sheet.ChartKind, across, up string) []byte {
	order, cross, slope := "minMax", "autoZero", "-2700000" // names of days stand aslant
	if kind != sheet.Lines {
		order, cross, slope = "maxMin", "max", "0"
	}
	line := `<c:spPr><a:ln w="9525"><a:solidFill><a:srgbClr val="767676"/></a:solidFill></a:ln></c:spPr>`
	b = append(b, `<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="`+order+`"/></c:scaling><c:delete val="0"/><c:axPos val="`+across+`"/>`+
		`<c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/>`+line+
		`<c:txPr><a:bodyPr rot="`+slope+`" vert="horz"/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="800"/></a:pPr><a:endParaRPr lang="en-US"/></a:p></c:txPr>`+
		`<c:crossAx val="2"/><c:crosses val="autoZero"/><c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/><c:noMultiLvlLbl val="1"/></c:catAx>`...)
	return append(b, `<c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/><c:min val="0"/></c:scaling><c:delete val="0"/><c:axPos val="`+up+`"/>`+
		`<c:majorGridlines><c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="D9D9D9"/></a:solidFill></a:ln></c:spPr></c:majorGridlines>`+
		`<c:numFmt formatCode="#,##0" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>`+line+
		`<c:crossAx val="1"/><c:crosses val="`+cross+`"/><c:crossBetween val="between"/></c:valAx></c:plotArea>`...)
}

// series is one column of figures with its name, the names and the values.
func (p *part) series(b []byte, c sheet.Chart, i int) []byte {
	s := c.Series[i]
	head := cellName(c.First-1, s.Column)
	col, row := splitCell(head)
	b = fmt.Appendf(b, `<c:ser><c:idx val="%d"/><c:order val="%d"/><c:tx><c:strRef><c:f>`, i, i)
	b = appendText(b, quoteSheet(p.name)+"!$"+col+"$"+row)
	b = append(b, `</c:f><c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>`...)
	b = appendText(b, p.shown(c.First-1, s.Column))
	b = append(b, `</c:v></c:pt></c:strCache></c:strRef></c:tx>`...)
	if c.Kind == sheet.Lines {
		b = lineLook(b, i, s.Look)
	} else {
		b = append(append(b, `<c:spPr>`...), ground(s.Look)...)
		b = append(b, `</c:spPr><c:invertIfNegative val="0"/>`...)
		for k, look := range s.Looks {
			b = fmt.Appendf(b, `<c:dPt><c:idx val="%d"/><c:invertIfNegative val="0"/><c:bubble3D val="0"/><c:spPr>%s</c:spPr></c:dPt>`, k, ground(look))
		}
		b = append(b, `<c:dLbls><c:numFmt formatCode="#,##0;;" sourceLinked="0"/><c:spPr><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill></c:spPr>`+
			`<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="800"/></a:pPr><a:endParaRPr lang="en-US"/></a:p></c:txPr>`+labelPlace(c.Kind)+
			`<c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>`...)
	}
	b = append(b, `<c:cat><c:strRef><c:f>`...)
	b = appendText(b, p.area(c, c.Names))
	b = append(b, `</c:f><c:strCache>`...)
	b = p.points(b, c, c.Names)
	b = append(b, `</c:strCache></c:strRef></c:cat><c:val><c:numRef><c:f>`...)
	b = appendText(b, p.area(c, s.Column))
	b = append(b, `</c:f><c:numCache><c:formatCode>General</c:formatCode>`...)
	b = p.points(b, c, s.Column)
	b = append(b, `</c:numCache></c:numRef></c:val>`...)
	if c.Kind == sheet.Lines {
		b = append(b, `<c:smooth val="0"/>`...)
	}
	return append(b, `</c:ser>`...)
}

func labelPlace(kind sheet.ChartKind) string {
	if kind == sheet.Stacked {
		return `<c:dLblPos val="ctr"/>`
	}
	return `<c:dLblPos val="outEnd"/>`
}

// points are the values of a chart's column as they stood when written.
func (p *part) points(b []byte, c sheet.Chart, col int) []byte {
	b = fmt.Appendf(b, `<c:ptCount val="%d"/>`, c.Last-c.First+1)
	for row := c.First; row <= c.Last; row++ {
		if text := p.shown(row, col); text != "" {
			b = fmt.Appendf(b, `<c:pt idx="%d"><c:v>`, row-c.First)
			b = appendText(b, text)
			b = append(b, `</c:v></c:pt>`...)
		}
	}
	return b
}

// shown is the value of a grid's cell.
func (p *part) shown(row, col int) string {
	if row < 1 || row > len(p.cells) || col > len(p.cells[row-1]) {
		return ""
	}
	return clean(p.cells[row-1][col-1].String())
}

// grounds are the patterns that tell looks apart without colour: a preset of
// DrawingML, empty for a plain ground, and its colours.
var grounds = map[sheet.Class]struct{ pattern, dark, light string }{
	sheet.Good:    {"", "3E8E5A", ""},
	sheet.Caution: {"wdUpDiag", "B45309", "FFF0C7"},
	sheet.Bad:     {"", "7A1212", ""},
	sheet.Rung0:   {"pct25", "767676", "F2F2F2"},
	sheet.Rung1:   {"", "5B8FC7", ""},
	sheet.Muted:   {"lgCheck", "9A9A9A", "FFFFFF"},
}

// ground is the fill of a look's bars, with a dark edge.
func ground(look sheet.Class) string {
	g, ok := grounds[look]
	if !ok {
		g = grounds[sheet.Rung1]
	}
	edge := `<a:ln w="6350"><a:solidFill><a:srgbClr val="404040"/></a:solidFill></a:ln>`
	if g.pattern == "" {
		return `<a:solidFill><a:srgbClr val="` + g.dark + `"/></a:solidFill>` + edge
	}
	return `<a:pattFill prst="` + g.pattern + `"><a:fgClr><a:srgbClr val="` + g.dark + `"/></a:fgClr><a:bgClr><a:srgbClr val="` + g.light + `"/></a:bgClr></a:pattFill>` + edge
}

// lineLook is a line's colour, dashes and marks: each of the three tells it apart.
func lineLook(b []byte, i int, look sheet.Class) []byte {
	g, ok := grounds[look]
	if !ok {
		g = grounds[sheet.Rung1]
	}
	dash := [...]string{"solid", "dash", "sysDot", "lgDashDot"}[i%4]
	mark := [...]string{"circle", "diamond", "triangle", "square"}[i%4]
	fill := `<a:solidFill><a:srgbClr val="` + g.dark + `"/></a:solidFill>`
	return append(b, `<c:spPr><a:ln w="22225" cap="rnd">`+fill+`<a:prstDash val="`+dash+`"/><a:round/></a:ln></c:spPr>`+
		`<c:marker><c:symbol val="`+mark+`"/><c:size val="6"/><c:spPr>`+fill+`</c:spPr></c:marker>`...)
}
