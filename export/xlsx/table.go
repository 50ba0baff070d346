package xlsx

import (
	"strconv"

	"countersign/export/sheet"
)

// tablePart is the part of a sheet's table. id is unique in the workbook.
func (p *part) tablePart(id int) []byte {
	width := len(p.headers)
	data := rangeName(1, 1, p.lastData(), width)
	ref := data
	totals := p.last > p.lastData()
	if totals {
		ref = rangeName(1, 1, p.last, width)
	}
	b := []byte(xmlHead + `<table xmlns="` + nsMain + `" id="`)
	b = strconv.AppendInt(b, int64(id), 10)
	b = appendText(append(b, `" name="`...), p.tableName)
	b = appendText(append(b, `" displayName="`...), p.tableName)
	b = append(b, `" ref="`+ref+`"`...)
	if totals {
		b = append(b, ` totalsRowCount="1"`...)
	} else {
		b = append(b, ` totalsRowShown="0"`...)
	}
	b = append(b, `><autoFilter ref="`+data+`"/><tableColumns count="`...)
	b = strconv.AppendInt(b, int64(width), 10)
	b = append(b, `">`...)
	for i, h := range p.headers {
		b = strconv.AppendInt(append(b, `<tableColumn id="`...), int64(i+1), 10)
		b = appendText(append(b, `" name="`...), h)
		b = append(b, '"')
		if totals {
			b = append(b, totalAttribute(p.table.Columns[i].Total, i)...)
		}
		b = append(b, "/>"...)
	}
	return append(b, `</tableColumns><tableStyleInfo name="TableStyleLight9" showFirstColumn="0"`+
		` showLastColumn="0" showRowStripes="1" showColumnStripes="0"/></table>`...)
}

func totalAttribute(k sheet.TotalKind, col int) string {
	switch {
	case k == sheet.Filled:
		return ` totalsRowFunction="count"`
	case k == sheet.Added:
		return ` totalsRowFunction="sum"`
	case col == 0:
		return ` totalsRowLabel="` + totalLabel + `"`
	}
	return ""
}

// hyperlinks is the element of a sheet's links, between its tags.
func (p *part) hyperlinks() []byte {
	b := []byte("<hyperlinks>")
	for _, l := range p.links {
		if l.row == 0 {
			continue // the mark that there were too many
		}
		to := p.w.parts[l.sheet][0].name
		b = append(b, `<hyperlink ref="`+cellName(l.row, l.col)+`" location="`...)
		b = appendText(b, quoteSheet(to)+"!"+l.ref)
		b = append(b, `"/>`...)
	}
	return append(b, "</hyperlinks>"...)
}
