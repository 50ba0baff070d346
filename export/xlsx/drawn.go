package xlsx

import (
	"encoding/xml"
	"errors"
	"io"
)

// Drawn is something laid over the cells of a sheet.
type Drawn struct {
	Sheet string
	Kind  string // "graphicFrame" for a chart, else pic, sp, cxnSp, grpSp or contentPart
}

// Drawings lists what is laid over the cells of a workbook's sheets.
func (b *Book) Drawings() ([]Drawn, error) {
	var out []Drawn
	for _, s := range b.sheets {
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

// drawn reads the kinds of what one drawing holds.
func (b *Book) drawn(part string) (kinds []string, err error) {
	rc, err := b.open(part, maxReadSmall)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rc.Close()) }()
	d := xml.NewDecoder(rc)
	for {
		tok, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return kinds, nil
		}
		if err != nil {
			return nil, err
		}
		el, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		switch el.Name.Local {
		case "graphicFrame", "pic", "sp", "cxnSp", "grpSp", "contentPart":
			kinds = append(kinds, el.Name.Local)
		}
	}
}
