package xlsx

import "strconv"

const (
	maxShared      = 1 << 17 // strings in the shared table
	maxSharedBytes = 4 << 20 // and their bytes together
	maxSharedOne   = 256     // bytes of one
)

// shared is the table of strings that cells point to. It is bounded: once full,
// strings that are not in it stand in their cells.
type shared struct {
	index map[string]int
	list  []string
	bytes int
	uses  int
}

func newShared() *shared { return &shared{index: make(map[string]int, 1024)} }

// How a string stands with the table.
const (
	absent = iota // not in it, and no room
	added         // new in it
	known         // in it already
)

// of returns the number of s in the table, adding it while there is room.
func (t *shared) of(s string) (n, place int) {
	if len(s) > maxSharedOne {
		return 0, absent
	}
	n, ok := t.index[s]
	if ok {
		t.uses++
		return n, known
	}
	if len(t.list) >= maxShared || t.bytes+len(s) > maxSharedBytes {
		return 0, absent
	}
	n = len(t.list)
	t.index[s] = n
	t.list = append(t.list, s)
	t.bytes += len(s)
	t.uses++
	return n, added
}

const xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

const nsMain = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

// part is xl/sharedStrings.xml.
func (t *shared) part() []byte {
	b := []byte(xmlHead + `<sst xmlns="` + nsMain + `" count="`)
	b = strconv.AppendInt(b, int64(t.uses), 10)
	b = append(b, `" uniqueCount="`...)
	b = strconv.AppendInt(b, int64(len(t.list)), 10)
	b = append(b, `">`...)
	for _, s := range t.list {
		b = append(b, "<si>"...)
		b = appendT(b, s)
		b = append(b, "</si>"...)
	}
	return append(b, "</sst>"...)
}

// appendT appends a <t> element, keeping white space at the ends and line breaks.
func appendT(b []byte, s string) []byte {
	if keepSpace(s) {
		b = append(b, `<t xml:space="preserve">`...)
	} else {
		b = append(b, "<t>"...)
	}
	return append(appendText(b, s), "</t>"...)
}

func keepSpace(s string) bool {
	if s == "" {
		return false
	}
	if s[0] <= ' ' || s[len(s)-1] <= ' ' {
		return true
	}
	for i := 0; i < len(s); i++ {
		if s[i] == '\n' || s[i] == '\t' {
			return true
		}
	}
	return false
}
