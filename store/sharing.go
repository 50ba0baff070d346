package store

import (
	"bytes"
	"hash/maphash"
	"unicode/utf8"

	"countersign/review"
)

// alikeColumns are those of a frozen item that many of a population say alike
// (migration 7).
var alikeColumns = map[string]bool{"about": true, "allows": true, "flags": true, "subjects": true, "advice": true, "delta": true,
	"peers": true, "conflicts": true}

// A text from shortestShared bytes on that is said a second time is written once for
// all who say it from then on, as long as no more than mostShared bytes of such are
// known: most of what is long is said once, and would only be in the way.
const shortestShared, mostShared, sieveBits = 6, 16 << 20, 1 << 22

// sharing packs the texts that many items of a population say, each once.
type sharing struct {
	population string
	numbers    map[string]int64
	size       int // of the texts in numbers
	seed       maphash.Seed
	met        []uint64 // bits by hash of what was said at all; two of one hash are shared early
	texts      packer
	one        []byte // room for a text
}

func newSharing(population string, free chan []byte) sharing {
	return sharing{population: population, numbers: map[string]int64{}, seed: maphash.MakeSeed(), met: make([]uint64, sieveBits/64), texts: newPacker("frozen_text (population, no, text)", 3, free)}
}

// fields gives what packs an item, in the order of itemColumns.
func (s *sharing) fields(it *review.StagedItem) []packing {
	var out []packing
	for i, f := range itemFields(it) {
		field := f.(packing)
		if alikeColumns[itemColumns[i]] {
			field = alike{s, f.(appending), &numbered{}}
		}
		switch itemColumns[i] {
		case "how":
			field = byItself{f.(nested[[]string]), it}
		case "subjects":
			field = byHolder{field, it}
		}
		out = append(out, field)
	}
	return out
}

// pack packs a text as the next value of a row: the number of what is shared, which
// it gives, or the text itself, for which it gives 0.
func (s *sharing) pack(p *packer, text []byte) (n int64) {
	if len(text) < shortestShared || !s.again(text) {
		p.bytes(text)
		return 0
	}
	n, known := s.numbers[string(text)]
	if !known {
		if s.size+len(text) > mostShared {
			p.bytes(text)
			return 0
		}
		kept := string(text)
		n = int64(len(s.numbers) + 1)
		s.numbers[kept] = n
		s.size += len(text)
		s.texts.text(s.population)
		s.texts.number(n)
		s.texts.text(kept)
	}
	p.number(n)
	return n
}

// again tells whether a text was met before, and notes it.
func (s *sharing) again(text []byte) bool {
	h := maphash.Bytes(s.seed, text) % sieveBits
	word, bit := &s.met[h/64], uint64(1)<<(h%64)
	was := *word&bit != 0
	*word |= bit
	return was
}

// alike is a field whose values many rows share: mostly with the row before.
type alike struct {
	s      *sharing
	f      appending
	before *numbered
}

// numbered is the text that a column shared last, with its number.
type numbered struct {
	text []byte
	n    int64 // 0: none
}

func (a alike) pack(p *packer) (err error) {
	if a.s.one, err = a.f.appendTo(a.s.one[:0]); err != nil {
		return err
	}
	if b := a.before; b.n == 0 || !bytes.Equal(b.text, a.s.one) {
		if n := a.s.pack(p, a.s.one); n > 0 {
			b.text, b.n = append(b.text[:0], a.s.one...), n
		}
		return nil
	}
	p.number(a.before.n)
	return nil
}

// appending is a field that can append the text it is stored as.
type appending interface {
	appendTo(b []byte) ([]byte, error)
}

func (f text[T]) appendTo(b []byte) ([]byte, error) { return append(b, *f.p...), nil }

// byItself is the field "how": the holding itself and nothing else is not written.
type byItself struct {
	nested[[]string]
	it *review.StagedItem
}

func (f byItself) pack(p *packer) error {
	it := f.it
	if len(it.How) == 1 && isOwn(it.How[0], it.Holder, it.Target, it.Holding.Ladder().Word(it.Holding.Level)) {
		p.nothing()
		return nil
	}
	return f.nested.pack(p)
}

// isOwn tells that a line is what the view item makes of these words.
func isOwn(line, holder, target, level string) bool {
	const to, at = " → ", ": "
	if len(line) != len(holder)+len(to)+len(target)+len(at)+len(level) {
		return false
	}
	for _, part := range [...]string{holder, to, target, at, level} {
		if line[:len(part)] != part {
			return false
		}
		line = line[len(part):]
	}
	return sayable(holder) && sayable(target)
}

// sayable tells that SQLite makes the same of a text as JSON does: it has no
// control characters, and is UTF-8.
func sayable(s string) bool {
	ascii := true
	for i := range len(s) {
		if s[i] < ' ' {
			return false
		}
		ascii = ascii && s[i] < utf8.RuneSelf
	}
	return ascii || utf8.ValidString(s)
}

// byHolder is the field "subjects": the holder alone is not written.
type byHolder struct {
	packing
	it *review.StagedItem
}

func (f byHolder) pack(p *packer) error {
	if it := f.it; len(it.Subjects) == 1 && it.Subjects[0] == it.Holding.Holder.ID && sayable(string(it.Subjects[0])) {
		p.nothing()
		return nil
	}
	return f.packing.pack(p)
}
