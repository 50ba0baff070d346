package xlsx

// Properties are what the file says of itself, and file managers show of it.
type Properties struct {
	Title, Subject, Keywords string
	Others                   map[string]string // "description": what no export says
}

// Properties reads them; a file without any has empty ones.
func (b *Book) Properties() (Properties, error) {
	var p Properties
	top, err := b.relations("")
	if err != nil {
		return p, err
	}
	for _, r := range top {
		if r.like != "core-properties" {
			continue
		}
		var doc struct {
			Title    string `xml:"dc:title"`
			Subject  string `xml:"dc:subject"`
			About    string `xml:"dc:description"`
			Keywords string `xml:"keywords"`
			Category string `xml:"category"`
			Status   string `xml:"contentStatus"`
		}
		if err := b.decode(r.part, &doc); err != nil {
			return p, err
		}
		p = Properties{Title: unescape(doc.Title), Subject: unescape(doc.Subject), Keywords: unescape(doc.Keywords), Others: map[string]string{}}
		for name, text := range map[string]string{"description": doc.About, "category": doc.Category, "status": doc.Status} {
			if text != "" {
				p.Others[name] = text
			}
		}
	}
	return p, nil
}

// SameWords tells whether two texts have the same letters and digits, which is what
// every program keeps of a property.
func SameWords(a, b string) bool { return onlyWords(a) == onlyWords(b) }
