package xlsx

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// attrs are the attributes of one element, by their local names.
type attrs []xml.Attr

// text is the value of an attribute, of the last one where several have its local
// name, "" where none has.
func (a attrs) text(name string) (value string) {
	for _, attr := range a {
		if attr.Name.Local == name {
			value = attr.Value
		}
	}
	return value
}

// number is the value of an attribute as a whole number, 0 where it is none.
func (a attrs) number(name string) int {
	n, err := strconv.Atoi(strings.TrimSpace(a.text(name)))
	if err != nil {
		return 0
	}
	return n
}

// less tells whether a measure is given that is below least. What is no number is: a
// program may read it as none.
func (a attrs) less(name string, least float64) bool {
	text := strings.TrimSpace(a.text(name))
	f, err := strconv.ParseFloat(text, 64)
	return text != "" && (err != nil || f < least)
}

// yes tells whether an attribute is on. Programs read more spellings of true than
// there are (XSD boolean), so all that is not false is true.
func (a attrs) yes(name string) bool {
	text := strings.TrimSpace(a.text(name))
	return text != "" && text != "0" && text != "false"
}

// float is the value of an attribute as a number, where it is one.
func (a attrs) float(name string) (float64, bool) {
	f, err := strconv.ParseFloat(strings.TrimSpace(a.text(name)), 64)
	return f, err == nil
}
