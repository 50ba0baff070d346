package xlsx

import (
	"strings"
	"testing"
)

// A filter's pattern: * is any text, ? one letter, ~ takes the meaning away (as Excel
// has them); a long one ends in time that is no more than pattern and text multiplied.
func TestWildcardsOfAFilter(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"", "", true}, {"", "a", false}, {"a", "", false}, {"a", "a", true}, {"a", "ab", false},
		{"*", "", true}, {"*", "abc", true}, {"a*", "abc", true}, {"*c", "abc", true}, {"*b*", "abc", true}, {"a*c", "ab", false},
		{"?", "", false}, {"?", "長", true}, {"??", "a", false}, {"a?c", "abc", true}, {"a?c", "ac", false},
		{"~*", "*", true}, {"~*", "x", false}, {"~?", "?", true}, {"~?", "x", false}, {"~~", "~", true}, {"a~*b", "a*b", true},
		{"*ab", "aab", true}, {"*a?b*", "xaybz", true}, {"a*b*c", "abbc", true}, {"a*b*c", "acb", false}, {"line*two", "line\ntwo", true},
	} {
		if got := wild([]rune(c.pattern), []rune(c.text)); got != c.want {
			t.Errorf("%q on %q: %v", c.pattern, c.text, got)
		}
	}
	if wild([]rune(strings.Repeat("*?", 4000)+"b"), []rune(strings.Repeat("a", 4000))) {
		t.Error("a text without b fits a pattern that ends in it")
	}
}
