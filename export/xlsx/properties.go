package xlsx

import (
	"slices"
	"strconv"

	"countersign/export/sheet"
)

// Properties are what the file says of itself, and file managers show of it.
type Properties struct {
	Title, Subject, Keywords string
	Others                   map[string]string // "description": what no export says
	Added                    map[string]string // "manager": what no export says, and programs may add
}

// Properties reads them; a file without any has empty ones.
func (b *Book) Properties() (Properties, error) {
	var p Properties
	top, err := b.relations("")
	if err != nil {
		return p, err
	}
	p.Added = map[string]string{}
	for _, r := range top {
		b.added(r, p.Added)
		if r.like != "core-properties" {
			continue
		}
		var doc struct {
			Title    string `xml:"dc:title"`
			Subject  string `xml:"dc:subject"`
			About    string `xml:"dc:description"`
			Keywords string `xml:"keywords"`
			Creator  string `xml:"dc:creator"`
			Category string `xml:"category"`
			Status   string `xml:"contentStatus"`
		}
		if err := b.decode(r.part, &doc); err != nil {
			return p, err
		}
		p = Properties{Title: unescape(doc.Title), Subject: unescape(doc.Subject), Keywords: unescape(doc.Keywords), Others: map[string]string{}, Added: p.Added}
		if !slices.Contains(creators, doc.Creator) {
			p.Added["creator"] = doc.Creator
		}
		for name, text := range map[string]string{"description": doc.About, "category": doc.Category, "status": doc.Status} {
			if text != "" {
				p.Others[name] = text
			}
		}
	}
	return p, nil
}

// creators are what the export, and programs that save it again, say has made it.
var creators = []string{"", sheet.Creator, "openpyxl", "Unknown"}

// added reads what the file says of itself beyond an export: its company, as Excel adds
// it, a picture of it, properties that anybody may give.
func (b *Book) added(r relation, to map[string]string) {
	if b.files[r.part] == nil {
		return
	}
	switch r.like {
	case "thumbnail":
		to["picture"] = r.part
	case "extended-properties":
		var doc struct {
			Manager string `xml:"Manager"`
			Company string `xml:"Company"`
		}
		if err := b.decode(r.part, &doc); err != nil {
			to["application"] = "cannot be read"
			return
		}
		for name, text := range map[string]string{"manager": doc.Manager, "company": doc.Company} {
			if text != "" {
				to[name] = text
			}
		}
	case "custom-properties":
		var doc struct {
			List []struct {
				Name string `xml:"name,attr"`
				Is   struct {
					Text string `xml:",chardata"`
				} `xml:",any"`
			} `xml:"property"`
		}
		if err := b.decode(r.part, &doc); err != nil {
			to["own properties"] = "cannot be read"
			return
		}
		for _, p := range doc.List {
			to[strconv.Quote(p.Name)] = p.Is.Text
		}
	}
}

// SharedBy is who the workbook says keeps it from being written, "" where it says none.
func (b *Book) SharedBy() (string, error) {
	var doc struct {
		Sharing struct {
			Who string `xml:"userName,attr"`
		} `xml:"fileSharing"`
	}
	err := b.decode(b.main, &doc)
	return doc.Sharing.Who, err
}

// SameWords tells whether two texts have the same letters and digits, which is what
// every program keeps of a property.
func SameWords(a, b string) bool { return onlyWords(a) == onlyWords(b) }
