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

// Drawn is something laid over the cells of a sheet.
type Drawn struct {
	Sheet string
	Kind  string // "graphicFrame" for a chart, else pic, sp, cxnSp, grpSp, contentPart or AlternateContent, or a kind of part: "comments"
}

// Drawings lists what is laid over the cells of a workbook's sheets.
func (b *Book) Drawings() ([]Drawn, error) {
	var out []Drawn
	for _, s := range b.sheets {
		over, err := b.laidOver(s)
		if err != nil {
			return nil, err
		}
		out = append(out, over...)
		parts, err := b.related(s.part, "/drawing")
		if err != nil {
			return nil, err
		}
		for _, part := range parts {
			kinds, err := b.drawn(part)
			if err != nil {
				return nil, err
			}
			for _, k := range kinds {
				out = append(out, Drawn{s.name, k})
			}
		}
	}
	return out, nil
}

// overCells are the kinds of parts, besides drawings, that show something over cells or
// in place of them.
var overCells = []string{"vmlDrawing", "comments", "threadedComment", "oleObject", "control", "ctrlProp", "image", "package", "slicer", "timeline", "externalLink"}

// laidOver lists what parts a sheet names that no export has.
func (b *Book) laidOver(s bookSheet) ([]Drawn, error) {
	var out []Drawn
	for _, kind := range overCells {
		parts, err := b.related(s.part, "/"+kind)
		if err != nil {
			return nil, err
		}
		for range parts {
			out = append(out, Drawn{s.name, kind})
		}
	}
	return out, nil
}

// drawn reads the kinds of what one drawing holds.
func (b *Book) drawn(part string) (kinds []string, err error) {
	rc, err := b.open(part, maxReadSmall)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rc.Close()) }()
	d := &tokens{d: xml.NewDecoder(rc)}
	for {
		tok, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return kinds, nil
		}
		if err != nil {
			return nil, fmt.Errorf("the workbook's part %q: %w", part, err)
		}
		if _, ok := tok.(xml.StartElement); !ok {
			continue
		}
		switch d.last.Local { // of whatever namespace
		case "graphicFrame", "pic", "sp", "cxnSp", "grpSp", "contentPart", "AlternateContent":
			kinds = append(kinds, d.last.Local)
		}
	}
}

// DrawnChart is a chart as a file has it: what it says, and what it draws.
type DrawnChart struct {
	Sheet      string
	Title, Alt string
	Row, Col   int      // of its upper left corner, counted from 1; 0 where it is tied to no cell
	Kinds      []string // "barChart": one a kind of drawing in it
	Series     []DrawnSeries
	Own        []string // what it shows that is in no cell: "labels of its own"
	Legend     bool
}

// DrawnSeries is one series: the cells it names, and what the file keeps of them.
type DrawnSeries struct {
	NameAt, NamesAt, ValuesAt string         // "Charts!A1:A5"; empty where it names none
	Name                      string         // as kept
	Names, Values             map[int]string // as kept, by place in the range counted from 0
}

// Charts reads the charts of every sheet, in the order of their drawings.
func (b *Book) Charts() ([]DrawnChart, error) {
	var out []DrawnChart
	for _, s := range b.sheets {
		parts, err := b.related(s.part, "/drawing")
		if err != nil {
			return nil, err
		}
		for _, part := range parts {
			charts, err := b.chartsIn(part)
			if err != nil {
				return nil, err
			}
			for _, c := range charts {
				c.Sheet = s.name
				out = append(out, c)
			}
		}
	}
	return out, nil
}

// cornerXML is a cell that a drawing begins or ends in.
type cornerXML struct {
	Row  int `xml:"row"`
	Col  int `xml:"col"`
	Down int `xml:"rowOff"` // in the cell
	Over int `xml:"colOff"`
}

// mostOff is how far from its edge a place in a cell may be: the height of the highest
// row, and more than any column of a sheet of charts.
const mostOff = 409 * 12_700

// off tells whether a corner is not in its own cell.
func (c *cornerXML) off() bool {
	return c != nil && (c.Down < 0 || c.Over < 0 || c.Down > mostOff || c.Over > mostOff)
}

// over tells whether two places share cells.
func (a anchorXML) over(b anchorXML) bool {
	return a.From != nil && a.To != nil && b.From != nil && b.To != nil &&
		a.From.Row < b.To.Row && b.From.Row < a.To.Row && a.From.Col < b.To.Col && b.From.Col < a.To.Col
}

// tiny tells whether nothing could be read in a place: it has fewer than three rows or
// columns, or less than a third of an inch (ECMA-376 counts 914,400 to one).
func (a anchorXML) tiny() bool {
	const least = 914_400 / 3
	return a.To != nil && a.From != nil && (a.To.Row < a.From.Row+3 || a.To.Col < a.From.Col+2) ||
		a.Size != nil && (a.Size.Width < least || a.Size.Height < least)
}

// anchorXML is a place of a drawing.
type anchorXML struct {
	From *cornerXML `xml:"from"`
	To   *cornerXML `xml:"to"`
	Size *struct {
		Width  int `xml:"cx,attr"`
		Height int `xml:"cy,attr"`
	} `xml:"ext"`
	Frames []struct {
		Says struct {
			Alt    string `xml:"descr,attr"`
			Hidden string `xml:"hidden,attr"`
		} `xml:"nvGraphicFramePr>cNvPr"`
		Chart struct {
			ID string `xml:"r:id,attr"`
		} `xml:"a:graphic>a:graphicData>c:chart"`
	} `xml:"graphicFrame"`
	Data struct {
		Prints string `xml:"fPrintsWithSheet,attr"`
	} `xml:"clientData"`
}

// shown says in what way a chart in this place is not shown as exported.
func (a anchorXML) shown() (out []string) {
	if a.From.off() || a.To.off() {
		out = append(out, "a place outside the cell that it names")
	}
	if p := strings.TrimSpace(a.Data.Prints); p != "" && p != "1" && p != "true" {
		out = append(out, "a mark by which it is not printed")
	}
	if a.tiny() {
		out = append(out, "no room to be read in")
	}
	return out
}

func (b *Book) chartsIn(part string) ([]DrawnChart, error) {
	var doc struct {
		Anchors []anchorXML `xml:",any"`
	}
	if err := b.decode(part, &doc); err != nil {
		return nil, err
	}
	target, err := b.targets(part)
	if err != nil {
		return nil, err
	}
	var out []DrawnChart
	for i, a := range doc.Anchors {
		shown := a.shown()
		for k, b := range doc.Anchors {
			if k != i && a.over(b) {
				shown = append(shown, "another one over it or under it")
				break
			}
		}
		for _, f := range a.Frames {
			c := DrawnChart{Alt: f.Says.Alt}
			if a.From != nil {
				c.Row, c.Col = a.From.Row+1, a.From.Col+1
			}
			if to := target[f.Chart.ID]; to != "" {
				if err := b.readChart(to, &c); err != nil {
					return nil, err
				}
			}
			if (attrs{{Name: xml.Name{Local: "is"}, Value: f.Says.Hidden}}).yes("is") {
				c.Own = append(c.Own, "a mark by which it is hidden")
			}
			c.Own = append(c.Own, shown...)
			out = append(out, c)
		}
	}
	return out, nil
}

// The elements of a chart (ECMA-376, 21.2) that say what it draws.
type pointXML struct {
	At   int    `xml:"idx,attr"`
	Text string `xml:"v"`
}

type cellsXML struct {
	Text   string     `xml:"strRef>f"`
	Number string     `xml:"numRef>f"`
	Levels string     `xml:"multiLvlStrRef>f"`
	Texts  []pointXML `xml:"strRef>strCache>pt"`
	Kept   []pointXML `xml:"numRef>numCache>pt"`
}

func (c cellsXML) at() string {
	for _, f := range []string{c.Text, c.Number, c.Levels} {
		if f != "" {
			return plainRange(f)
		}
	}
	return ""
}

func (c cellsXML) points() map[int]string {
	out := map[int]string{}
	for _, p := range append(c.Texts, c.Kept...) {
		out[p.At] = p.Text
	}
	return out
}

type seriesXML struct {
	Name   cellsXML `xml:"tx"`
	Names  cellsXML `xml:"cat"`
	Values cellsXML `xml:"val"`
	Labels []struct {
		Own *struct{} `xml:"tx"`
	} `xml:"dLbls>dLbl"`
}

type valueXML struct {
	Is string `xml:"val,attr"`
}

type plotXML struct {
	XMLName xml.Name
	Series  []seriesXML `xml:"ser"`
	Low     *valueXML   `xml:"scaling>min"`
	High    *valueXML   `xml:"scaling>max"`
	Log     *valueXML   `xml:"scaling>logBase"`
	Order   *valueXML   `xml:"scaling>orientation"`
}

func (b *Book) readChart(part string, c *DrawnChart) error {
	var doc struct {
		Title []string  `xml:"chart>title>tx>rich>a:p>a:r>a:t"`
		Drawn *struct{} `xml:"userShapes"`
		Key   *struct{} `xml:"chart>legend"`
		Plot  struct {
			Parts []plotXML `xml:",any"`
		} `xml:"chart>plotArea"`
	}
	if err := b.decode(part, &doc); err != nil {
		return err
	}
	c.Title, c.Legend = strings.Join(doc.Title, ""), doc.Key != nil
	own := func(is bool, what string) {
		if is {
			c.Own = append(c.Own, what)
		}
	}
	own(doc.Drawn != nil, "shapes of its own")
	says, err := b.chartSays(part)
	if err != nil {
		return err
	}
	c.Own = append(c.Own, says...)
	for _, p := range doc.Plot.Parts {
		if strings.HasSuffix(p.XMLName.Local, "Chart") {
			c.Kinds = append(c.Kinds, p.XMLName.Local)
		}
		low := 0.0
		if p.Low != nil {
			if f, err := strconv.ParseFloat(p.Low.Is, 64); err == nil {
				low = f
			}
		}
		own(p.Order != nil && p.Order.Is != "minMax" && (p.XMLName.Local != "catAx" || slices.Contains(c.Kinds, "lineChart")), "an axis that runs the other way")
		own(low != 0 || p.High != nil || p.Log != nil, "an axis that begins or ends where the figures do not, or is no even scale")
		for _, s := range p.Series {
			for _, l := range s.Labels {
				own(l.Own != nil, "labels of its own")
			}
			x := DrawnSeries{NameAt: s.Name.at(), NamesAt: s.Names.at(), ValuesAt: s.Values.at(), Names: s.Names.points(), Values: s.Values.points()}
			x.Name = s.Name.points()[0]
			c.Series = append(c.Series, x)
		}
	}
	return nil
}

// plainRange is a range as it reads without dollars and quotes: "Charts!A1:A5".
func plainRange(s string) string {
	name, ref, ok := cutLast(strings.TrimSpace(s), "!")
	if !ok {
		return s
	}
	if len(name) > 1 && strings.HasPrefix(name, "'") && strings.HasSuffix(name, "'") {
		name = strings.ReplaceAll(name[1:len(name)-1], "''", "'")
	}
	ref = strings.ReplaceAll(ref, "$", "")
	if from, to, two := strings.Cut(ref, ":"); two && from == to {
		ref = from
	}
	return name + "!" + ref
}

// Unescaped is a text of a chart in which what XML cannot hold stands escaped, as cells
// have it (ECMA-376, ST_Xstring).
func Unescaped(s string) string { return unescape(s) }
