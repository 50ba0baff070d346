package xlsx

import (
	"encoding/xml"
	"errors"
	"fmt"
	"path"
	"strings"
)

// The types of relations that are a workbook's own (ISO/IEC 29500-1, 15.2 and 18) begin
// with one of these.
var relationSpaces = []string{transitional + "officeDocument/2006/relationships/", strictly + "officeDocument/relationships/"}

// relation is what a part says of another one.
type relation struct {
	id   string
	kind string // "worksheet": the end of its type where that is a workbook's own, else empty
	like string // the end of its type, whosever it is
	part string // the name of the other part
}

// followed are the kinds of relations by which a workbook is read.
var followed = map[string]bool{"officeDocument": true, "styles": true, "sharedStrings": true, "table": true, "theme": true, "drawing": true, "chart": true,
	"worksheet": true, "chartsheet": true, "dialogsheet": true}

// relations are those of a part in their order, of the whole package where the part has
// no name. What programs would follow to different parts is an error.
func (b *Book) relations(part string) ([]relation, error) {
	dir, base := path.Split(part)
	name := dir + "_rels/" + base + ".rels"
	if b.files[name] == nil && part != "" {
		return nil, nil
	}
	var doc struct {
		XMLName xml.Name
		List    []struct {
			ID     string `xml:"Id,attr"`
			Type   string `xml:"Type,attr"`
			Target string `xml:"Target,attr"`
			Mode   string `xml:"TargetMode,attr"`
		} `xml:"Relationship"`
	}
	if err := b.decode(name, &doc); err != nil {
		return nil, err
	}
	out, ids := []relation{}, map[string]bool{}
	for _, r := range doc.List {
		x := relation{id: r.ID, like: path.Base(r.Type), part: strings.TrimPrefix(path.Join("/"+dir, r.Target), "/")}
		if strings.HasPrefix(r.Target, "/") {
			x.part = strings.TrimPrefix(path.Clean(r.Target), "/")
		}
		for _, space := range relationSpaces {
			if kind, ok := strings.CutPrefix(r.Type, space); ok {
				x.kind = kind
			}
		}
		if ids[r.ID] {
			return nil, fmt.Errorf("the workbook's part %q names two parts %q: it is not read", name, r.ID)
		}
		if followed[x.kind] && (strings.ContainsAny(r.Target, "%\\?#") || r.Mode != "" && r.Mode != "Internal") {
			return nil, fmt.Errorf("the workbook's part %q names the part %q in a way that programs read differently: it is not read", name, r.Target)
		}
		ids[r.ID] = true
		out = append(out, x)
	}
	return out, nil
}

// only is the part of a kind, empty where there is none. Two are an error.
func only(rels []relation, kind string) (part string, err error) {
	for _, r := range rels {
		if r.kind != kind {
			continue
		}
		if part != "" {
			return "", fmt.Errorf("the workbook names two parts that are its %s: it is not read", kind)
		}
		part = r.part
	}
	return part, nil
}

// related are the parts of some kind, such as "/drawing", that a part names, in order.
func (b *Book) related(part, kind string) ([]string, error) {
	rels, err := b.relations(part)
	if err != nil {
		return nil, err
	}
	var parts []string
	for _, r := range rels {
		if "/"+r.like == kind {
			parts = append(parts, r.part)
		}
	}
	return parts, nil
}

// targets are the parts that a part names, by the id of the relation.
func (b *Book) targets(part string) (map[string]string, error) {
	rels, err := b.relations(part)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, r := range rels {
		out[r.id] = r.part
	}
	return out, nil
}

// rooted tells whether the part of a sheet is of the kind that the workbook says: some
// programs go by one, some by the other.
func (b *Book) rooted(s bookSheet, kind string) (err error) {
	rc, err := b.open(s.part, maxReadPart)
	if err != nil {
		return fmt.Errorf("sheet %q: %w", s.name, err)
	}
	defer func() { err = errors.Join(err, rc.Close()) }()
	d := &tokens{d: xml.NewDecoder(rc)}
	for d.top == "" {
		if _, err := d.RawToken(); err != nil {
			return fmt.Errorf("sheet %q: %w", s.name, err)
		}
	}
	if (d.top == cellSheet) != (kind == cellSheet) {
		return fmt.Errorf("sheet %q is %s by its part, and %s by what the workbook says of it: it is not read", s.name, d.top, kind)
	}
	return nil
}

// namesAs tells whether what a sheet names by relations is of the kinds that are looked
// through: programs go by the relation's id, whatever it says of its kind.
func (b *Book) namesAs(s bookSheet, ids map[string]string) error {
	rels, err := b.relations(s.part)
	if err != nil {
		return err
	}
	for id, kind := range ids {
		for _, r := range rels {
			if r.id == id && r.kind != kind {
				return fmt.Errorf("its %s is related to it as something else, %q: it is not read", kind, r.like)
			}
		}
	}
	return nil
}
