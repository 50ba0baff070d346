package domain

import "strings"

// wordOf gives the word of v, or "?" and its number beyond the list.
func wordOf[T ~uint8](words []string, v T) string {
	if int(v) < len(words) {
		return words[v]
	}
	return "?"
}

// parseWord finds s among words, without regard to case, blanks, hyphens and
// underscores, or among the further spellings in also. An unknown word is an
// Invalid error that lists the known ones; it never becomes a default.
func parseWord[T ~uint8](what, s string, words []string, also map[string]T) (T, error) {
	k := squash(s)
	if k != "" {
		for i, w := range words {
			if squash(w) == k {
				return T(i), nil
			}
		}
		for w, v := range also {
			if squash(w) == k {
				return v, nil
			}
		}
	}
	known := make([]string, 0, len(words))
	for _, w := range words {
		if w != "" {
			known = append(known, w)
		}
	}
	return 0, Errorf(Invalid, "%q is not %s", s, what).
		Hinted("use one of: %s", strings.Join(known, ", "))
}

var squasher = strings.NewReplacer(" ", "", "-", "", "_", "", "&", "and")

func squash(s string) string { return squasher.Replace(strings.ToLower(strings.TrimSpace(s))) }
