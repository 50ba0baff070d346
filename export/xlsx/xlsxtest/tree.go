package xlsxtest

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// node is one element of a part, by local names.
type node struct {
	name string
	attr map[string]string
	kids []*node
	text string
}

// parse reads a whole part and refuses what is not well-formed.
func parse(b []byte) (*node, error) {
	d := xml.NewDecoder(bytes.NewReader(b))
	root := &node{}
	stack := []*node{root}
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		top := stack[len(stack)-1]
		switch t := tok.(type) {
		case xml.StartElement:
			n := &node{name: t.Name.Local, attr: map[string]string{}}
			for _, a := range t.Attr {
				key := a.Name.Local
				if strings.HasSuffix(a.Name.Space, "/relationships") && key == "id" {
					key = "r:id"
				}
				n.attr[key] = a.Value
			}
			top.kids = append(top.kids, n)
			stack = append(stack, n)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			top.text += string(t)
		}
	}
	if len(root.kids) != 1 {
		return nil, fmt.Errorf("%d root elements", len(root.kids))
	}
	return root.kids[0], nil
}

func (n *node) kid(name string) *node {
	if n == nil {
		return nil
	}
	for _, k := range n.kids {
		if k.name == name {
			return k
		}
	}
	return nil
}

func (n *node) all(name string) []*node {
	var list []*node
	if n == nil {
		return nil
	}
	for _, k := range n.kids {
		if k.name == name {
			list = append(list, k)
		}
	}
	return list
}

func (n *node) get(attr string) string {
	if n == nil {
		return ""
	}
	return n.attr[attr]
}

// number is an attribute as a number, or -1.
func (n *node) number(attr string) int {
	v, err := strconv.Atoi(n.get(attr))
	if err != nil {
		return -1
	}
	return v
}

// allText is the text of all <t> below the node.
func (n *node) allText() string {
	if n == nil {
		return ""
	}
	s := ""
	if n.name == "t" {
		s = n.text
	}
	for _, k := range n.kids {
		if k.name != "rPh" {
			s += k.allText()
		}
	}
	return s
}

// area is a rectangle of cells, counted from 1.
type area struct{ row1, col1, row2, col2 int }

func parseArea(ref string) (area, bool) {
	from, to, two := strings.Cut(ref, ":")
	r1, c1, ok1 := parseRef(from)
	if !two {
		return area{r1, c1, r1, c1}, ok1
	}
	r2, c2, ok2 := parseRef(to)
	return area{r1, c1, r2, c2}, ok1 && ok2 && r1 <= r2 && c1 <= c2
}

func parseRef(ref string) (row, col int, ok bool) {
	i := strings.IndexAny(ref, "0123456789")
	if i < 1 || i > 3 {
		return 0, 0, false
	}
	for _, c := range ref[:i] {
		if c < 'A' || c > 'Z' {
			return 0, 0, false
		}
		col = col*26 + int(c-'A') + 1
	}
	row, err := strconv.Atoi(ref[i:])
	return row, col, err == nil && row >= 1 && row <= 1<<20 && col <= 1<<14
}

func (a area) covers(b area) bool {
	return a.row1 <= b.row1 && a.col1 <= b.col1 && a.row2 >= b.row2 && a.col2 >= b.col2
}

func (a area) overlaps(b area) bool {
	return a.row1 <= b.row2 && b.row1 <= a.row2 && a.col1 <= b.col2 && b.col1 <= a.col2
}
