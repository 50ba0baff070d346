package report

import (
	"fmt"
	"maps"
	"slices"

	"countersign/export/xlsx"
)

// properties holds what the file says of itself, which file managers show and programs
// in their windows, against the cover: its title, the organisation, the banner. What a
// program did not keep is no fault.
func (v *Verification) properties(book *xlsx.Book) error {
	if !slices.Contains(book.Sheets(), sheetCover) {
		return nil
	}
	p, err := book.Properties()
	if err != nil {
		return err
	}
	title, banner, _, err := coverTitle(book)
	if err != nil || title == "" {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(p.Added)) {
		v.Remarks = append(v.Remarks, fmt.Sprintf("its properties say %s: %q, which the export does not; nothing vouches for it", name, p.Added[name]))
	}
	if who, err := book.SharedBy(); err != nil {
		return err
	} else if who != "" {
		v.Remarks = append(v.Remarks, fmt.Sprintf("it says that it is to be opened for reading alone, by %q, which the export does not; nothing vouches for it", who))
	}
	organisation, named := "", false
	err = eachRow(book, sheetCover, func(_ int, c []string) {
		if len(c) > 1 && c[0] == labelOrganisation && !named {
			organisation, named = c[1], true
		}
	})
	for _, one := range []struct {
		name, is, want string
		told           bool
	}{{"title", p.Title, title, true}, {"subject", p.Subject, organisation, named}, {"keywords", p.Keywords, banner, true}} {
		if one.told && one.is != "" && !xlsx.SameWords(one.is, one.want) {
			v.Faults = append(v.Faults, fmt.Sprintf("the file's %s, among its properties, is %q, and the cover says %q", one.name, one.is, one.want))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.Others)) {
		v.Faults = append(v.Faults, fmt.Sprintf("the file's %s, among its properties, is %q, which no export has", name, p.Others[name]))
	}
	return err
}
