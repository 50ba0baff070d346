package ingest

import (
	"fmt"
	"slices"
	"strings"

	"countersign/domain"
	"countersign/store/ingest/table"
)

// book finds one kind of thing by what people write for it: an id, an id in
// the source, an e-mail, and only when none of these fits, a name.
type book struct {
	what   string
	byRef  map[string][]domain.ID
	byName map[string][]domain.ID
	label  map[domain.ID]string
}

func newBook(what string) *book {
	return &book{what: what, byRef: map[string][]domain.ID{}, byName: map[string][]domain.ID{}, label: map[domain.ID]string{}}
}

func (b *book) add(id domain.ID, name string, refs ...string) {
	b.label[id] = name
	if k := nameKey(name); k != "" {
		b.byName[k] = append(b.byName[k], id)
	}
	for _, r := range refs {
		if k := refKey(r); k != "" && !slices.Contains(b.byRef[k], id) {
			b.byRef[k] = append(b.byRef[k], id)
		}
	}
}

// addPath adds an area: its path counts by letters and digits alone.
func (b *book) addPath(id domain.ID, path, name string) {
	b.label[id] = path
	for _, k := range []string{pathKey(path), pathKey(string(id))} {
		if !slices.Contains(b.byRef[k], id) {
			b.byRef[k] = append(b.byRef[k], id)
		}
	}
	b.byName[pathKey(name)] = append(b.byName[pathKey(name)], id)
}

// lookup gives everything ref can mean.
func (b *book) lookup(ref string) []domain.ID {
	if ids := b.byRef[refKey(ref)]; len(ids) > 0 {
		return ids
	}
	return b.byName[nameKey(ref)]
}

// find gives the one thing ref means, or says what is wrong.
func (b *book) find(ref string) (domain.ID, string) {
	return b.one(ref, b.lookup(ref))
}

// findPath is find for areas.
func (b *book) findPath(ref string) (domain.ID, string) {
	ids := b.byRef[pathKey(ref)]
	if len(ids) == 0 {
		ids = b.byName[pathKey(ref)]
	}
	return b.one(ref, ids)
}

func (b *book) one(ref string, ids []domain.ID) (domain.ID, string) {
	switch len(ids) {
	case 1:
		return ids[0], ""
	case 0:
		return "", b.unknown(ref)
	}
	var names []string
	for _, id := range ids[:min(len(ids), 3)] {
		names = append(names, string(id))
	}
	return "", fmt.Sprintf("could be any of %d %ss (%s); name one by its id", len(ids), b.what, strings.Join(names, ", "))
}

// mostForNearest bounds the search for what was meant.
const mostForNearest = 5000

func (b *book) unknown(ref string) string {
	msg := "is no " + b.what + " here"
	if len(b.label) > mostForNearest {
		return msg
	}
	names := make([]string, 0, len(b.label))
	for _, n := range b.label {
		names = append(names, n)
	}
	slices.Sort(names) // the same answer every time
	if near := table.Nearest(ref, names); near != "" {
		return fmt.Sprintf("%s; did you mean “%s”?", msg, table.Short(near))
	}
	return msg
}
