package table

import (
	"testing"

	"pgregory.net/rapid"
)

// The characters are those of the spreadsheet-safe profile: = + - @, tab, CR,
// LF, NUL and the full-width forms of the first four.
func TestGuard(t *testing.T) {
	for _, c := range []struct{ plain, safe string }{
		{"", ""}, {"Ada", "Ada"}, {"a=b", "a=b"}, {"'Tis", "'Tis"}, {"'", "'"}, {"O'Neil", "O'Neil"},
		{"=1+1", "'=1+1"}, {"+cmd", "'+cmd"}, {"-cmd", "'-cmd"}, {"@sum", "'@sum"}, {"-", "'-"},
		{"\tx", "'\tx"}, {"\rx", "'\rx"}, {"\nx", "'\nx"}, {"\x00x", "'\x00x"},
		{"＝1", "'＝1"}, {"＋1", "'＋1"}, {"－1", "'－1"}, {"＠a", "'＠a"},
		{"-5", "-5"}, {"+49", "+49"}, {"-1.5e-3", "-1.5e-3"}, {"-0.5", "-0.5"}, {"-.5", "'-.5"}, {"-5.", "'-5."},
		{"-1,5", "'-1,5"}, {"--5", "'--5"}, {"-1e", "'-1e"}, {"-.", "'-."}, {"+49 30", "'+49 30"},
		{"'=1", "''=1"}, {"''=1", "'''=1"}, {"'-5", "'-5"}, {"''-5", "''-5"}, {"'-5x", "''-5x"},
	} {
		got, changed := guard(c.plain)
		if got != c.safe || changed != (c.plain != c.safe) {
			t.Errorf("guard(%q) = %q, %v; want %q", c.plain, got, changed, c.safe)
		}
		if back := Unguard(c.safe); back != c.plain {
			t.Errorf("Unguard(%q) = %q, want %q", c.safe, back, c.plain)
		}
	}
}

func TestUnguardUndoesGuard(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[-'=+@0-9.e\t＝]{0,8}`))
	rapid.Check(t, func(t *rapid.T) {
		s := text.Draw(t, "s")
		safe, _ := guard(s)
		if back := Unguard(safe); back != s {
			t.Fatalf("%q was written %q and read %q", s, safe, back)
		}
	})
}

// guard returns s as the spreadsheet-safe profile writes it, and whether that
// differs from s.
func guard(s string) (string, bool) {
	if !runs(s) {
		return s, false
	}
	return "'" + s, true
}
