package assign

import (
	"errors"
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode/utf8"

	"countersign/domain"
)

// RuleSyntax names the refusal of a rule that cannot be read.
const RuleSyntax = "assign-syntax"

// longest is how long a rule's text may be, in bytes.
const longest = 2000

// Pattern reads an e-mail pattern: a regular expression (RE2) that has to fit
// a whole folded address, without regard to case. What cannot be read, or
// could fit no address at all for lack of an @, is Invalid (rule
// "assign-syntax") with the form that was probably meant.
func Pattern(text string) (*Matcher, error) {
	if err := checkText(text, "the e-mail pattern"); err != nil {
		return nil, err
	}
	// The text must stand on its own: a pattern that only becomes one inside
	// brackets of ours could step out of them.
	tree, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return nil, patternError(text, err)
	}
	re, err := regexp.Compile("(?i)" + text)
	if err != nil {
		return nil, patternError(text, err)
	}
	re.Longest() // of the fits that begin first it takes the longest: a fit of the whole is found
	if why := whyNever(tree, text); why != nil {
		return nil, why
	}
	return &Matcher{takes: func(p *Person) (bool, error) {
		if p.Email == "" {
			return false, nil
		}
		at := re.FindStringIndex(p.Email)
		return at != nil && at[0] == 0 && at[1] == len(p.Email), nil
	}, notes: patternNotes(tree)}, nil
}

// checkText refuses a text that no rule can be.
func checkText(text, what string) *domain.Error {
	switch {
	case strings.TrimSpace(text) == "":
		return invalid("%s is empty", what).Hinted("write one, or take the rule away with none")
	case len(text) > longest:
		return invalid("%s is %d bytes long", what, len(text)).Hinted("a rule has %d at most: make it shorter, or split the group", longest)
	case !utf8.ValidString(text):
		return invalid("%s is no text in UTF-8", what).Hinted("write it anew")
	case strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r == 0x7f }):
		return invalid("%s holds a control character", what).Hinted("write it anew")
	}
	return nil
}

func invalid(format string, args ...any) *domain.Error {
	return domain.Errorf(domain.Invalid, format, args...).ByRule(RuleSyntax)
}

var patternWords = map[syntax.ErrorCode]string{
	syntax.ErrMissingRepeatArgument: "a repetition (* + ?) has nothing before it to repeat",
	syntax.ErrInvalidRepeatOp:       "two repetitions stand one after the other",
	syntax.ErrInvalidRepeatSize:     "a repetition counts too far",
	syntax.ErrMissingBracket:        "a [ is not closed",
	syntax.ErrMissingParen:          "a ( is not closed",
	syntax.ErrUnexpectedParen:       "a ) closes nothing",
	syntax.ErrInvalidPerlOp:         "it looks ahead or behind, which RE2 does not do",
	syntax.ErrInvalidEscape:         "a backslash stands before something it means nothing for",
	syntax.ErrTrailingBackslash:     "it ends in a backslash",
	syntax.ErrInvalidCharRange:      "a range in [ ] runs backwards",
	syntax.ErrInvalidCharClass:      "a [ ] cannot be read",
	syntax.ErrLarge:                 "it is too large",
	syntax.ErrNestingDepth:          "it is nested too deep",
}

// patternError says what is wrong with a pattern, and the form that was
// probably meant where it is one.
func patternError(text string, err error) *domain.Error {
	why := "it cannot be read"
	var e *syntax.Error
	if errors.As(err, &e) && patternWords[e.Code] != "" {
		why = patternWords[e.Code]
	}
	out := invalid("the e-mail pattern %q is no regular expression: %s", text, why)
	if meant := fromGlob(text); meant != "" {
		return out.Hinted("for every address that fits %q write %s", text, meant)
	}
	return out.Hinted(`for a whole domain write .*@company\.com`)
}

// fromGlob gives the regular expression for what was written with * for
// anything, "" where that makes none.
func fromGlob(text string) string {
	if !strings.Contains(text, "@") {
		return ""
	}
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '*':
			b.WriteString(".*")
		case r == '?' || strings.ContainsRune(`()[]{}|^$+\`, r):
			return ""
		default:
			b.WriteString(regexp.QuoteMeta(string(r)))
		}
	}
	return b.String()
}

// whyNever refuses a pattern that could fit no address: one that has to begin
// with an @, or that can only be fit by texts without one.
func whyNever(tree *syntax.Regexp, text string) *domain.Error {
	prefix := tree.Simplify()
	for prefix.Op == syntax.OpConcat || prefix.Op == syntax.OpCapture {
		prefix = firstSolid(prefix)
	}
	if prefix.Op == syntax.OpLiteral && len(prefix.Rune) > 0 && prefix.Rune[0] == '@' {
		bare := strings.TrimPrefix(text, "^")
		return invalid("the e-mail pattern %q fits no address: it has to fit the whole of it, and nothing may stand before the @", text).
			Hinted("write .*%s", bare)
	}
	domainOnly := !strings.ContainsAny(text, `@()[]{}|^$+*?\`) // the dots of company.com stand for themselves
	if domainOnly || !mayHoldAt(tree) {
		hint := `.*@company\.com`
		if domainOnly && strings.Contains(text, ".") {
			hint = ".*@" + regexp.QuoteMeta(text)
		}
		return invalid("the e-mail pattern %q fits no address: none of what it fits has an @", text).Hinted("write %s", hint)
	}
	return nil
}

// firstSolid steps to the first part of a tree that is more than a place.
func firstSolid(t *syntax.Regexp) *syntax.Regexp {
	for _, s := range t.Sub {
		switch s.Op {
		case syntax.OpBeginText, syntax.OpBeginLine, syntax.OpEmptyMatch:
			continue
		}
		return s
	}
	return &syntax.Regexp{Op: syntax.OpEmptyMatch}
}

// mayHoldAt tells whether some text that the tree fits has an @.
func mayHoldAt(t *syntax.Regexp) bool {
	switch t.Op {
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return true
	case syntax.OpLiteral:
		for _, r := range t.Rune {
			if r == '@' {
				return true
			}
		}
	case syntax.OpCharClass:
		for i := 0; i+1 < len(t.Rune); i += 2 {
			if t.Rune[i] <= '@' && '@' <= t.Rune[i+1] {
				return true
			}
		}
	}
	for _, s := range t.Sub {
		if mayHoldAt(s) {
			return true
		}
	}
	return false
}

// patternNotes says what a writer may not have meant.
func patternNotes(tree *syntax.Regexp) []string {
	if looseDot(tree) {
		return []string{`a dot after the @ stands for any character: write \. for a dot, or addresses of other domains fit too`}
	}
	return nil
}

// looseDot tells whether, in a row of parts, one single "any character"
// follows a literal with an @.
func looseDot(t *syntax.Regexp) bool {
	if t.Op == syntax.OpConcat {
		behind := false
		for _, s := range t.Sub {
			if behind && (s.Op == syntax.OpAnyChar || s.Op == syntax.OpAnyCharNotNL) {
				return true
			}
			behind = behind || s.Op == syntax.OpLiteral && strings.ContainsRune(string(s.Rune), '@')
		}
	}
	for _, s := range t.Sub {
		if looseDot(s) {
			return true
		}
	}
	return false
}
