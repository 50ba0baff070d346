package assign

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// functions that expressions may use, as suggestions name them.
var functions = []string{"endsWith", "startsWith", "contains", "matches", "lower", "size"}

// functionAlso are words for functions that people bring from elsewhere,
// without case and underscores.
var functionAlso = map[string]string{"endwith": "endsWith", "hassuffix": "endsWith", "suffix": "endsWith", "beginswith": "startsWith",
	"startwith": "startsWith", "hasprefix": "startsWith", "prefix": "startsWith", "includes": "contains", "contain": "contains",
	"has": "contains", "like": "contains", "match": "matches", "regex": "matches", "regexp": "matches", "ismatch": "matches",
	"tolower": "lower", "lowercase": "lower", "tolowercase": "lower", "lowerascii": "lower", "len": "size", "length": "size"}

// token is one piece of an expression.
type token struct {
	kind  tokenKind
	text  string
	space string // the blanks before it
}

type tokenKind uint8

const (
	word tokenKind = iota
	quoted
	number
	sign
	bare // something with an @ in it that stands without quotes
)

// lex cuts an expression into tokens. It refuses nothing.
func lex(text string) []token {
	var out []token
	rest := text
	for {
		trimmed := strings.TrimLeftFunc(rest, unicode.IsSpace)
		space := rest[:len(rest)-len(trimmed)]
		if trimmed == "" {
			return out
		}
		t := next(trimmed)
		t.space = space
		out = append(out, t)
		rest = trimmed[len(t.text):]
	}
}

var signs = []string{"===", "!==", "==", "!=", "<=", ">=", "<>", "=~", "&&", "||"}

func next(s string) token {
	r, size := utf8.DecodeRuneInString(s)
	switch {
	case r == '\'' || r == '"':
		return token{kind: quoted, text: quotedText(s, s[:1])}
	case strings.ContainsRune("‘’“”", r):
		end := strings.IndexFunc(s[size:], func(q rune) bool { return strings.ContainsRune("‘’“”", q) })
		if end < 0 {
			return token{kind: quoted, text: s}
		}
		_, last := utf8.DecodeRuneInString(s[size+end:])
		return token{kind: quoted, text: s[:size+end+last]}
	case isWord(r) || r == '@':
		end := strings.IndexFunc(s, func(q rune) bool { return !isWord(q) && q != '@' && q != '.' && q != '-' && q != '+' && q != '*' })
		if end < 0 {
			end = len(s)
		}
		if strings.Contains(s[:end], "@") {
			return token{kind: bare, text: s[:end]}
		}
		end = strings.IndexFunc(s, func(q rune) bool { return !isWord(q) })
		if end < 0 {
			end = len(s)
		}
		if unicode.IsDigit(r) {
			return token{kind: number, text: s[:end]}
		}
		return token{kind: word, text: s[:end]}
	}
	for _, sg := range signs {
		if strings.HasPrefix(s, sg) {
			return token{kind: sign, text: sg}
		}
	}
	return token{kind: sign, text: s[:size]}
}

func isWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// quotedText gives the text up to its closing quote, or to the end.
func quotedText(s, quote string) string {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case quote[0]:
			return s[:i+1]
		}
	}
	return s
}

// mender goes over the tokens and notes what it mends.
type mender struct {
	in, out []token
	because []string
}

// mend gives the form that was probably meant, and why it is another. It
// knows: words for operators, = for ==, missing and typographic quotes, names
// of functions and attributes as other languages spell them, and a function
// before, or between, what it compares. A text that it cannot mend comes back
// as it was.
func mend(text string) (string, []string) {
	m := &mender{in: lex(text)}
	for i := 0; i < len(m.in); i++ {
		i += m.step(i)
	}
	var b strings.Builder
	for _, t := range m.out {
		b.WriteString(t.space + t.text)
	}
	if len(m.because) == 0 {
		return text, nil
	}
	return strings.TrimSpace(b.String()), m.because
}

func (m *mender) say(format string, args ...any) {
	why := fmt.Sprintf(format, args...)
	if !slices.Contains(m.because, why) {
		m.because = append(m.because, why)
	}
}

func (m *mender) put(t token, text string) {
	t.text = text
	m.out = append(m.out, t)
}

// at gives the token i, an empty sign beyond the end.
func (m *mender) at(i int) token {
	if i < 0 || i >= len(m.in) {
		return token{kind: sign}
	}
	return m.in[i]
}

// step mends what begins at token i and gives how many further tokens that
// used up.
func (m *mender) step(i int) int {
	t := m.in[i]
	switch t.kind {
	case quoted:
		m.put(t, m.quote(t.text))
	case bare:
		m.say("a text stands in quotes: '%s' and not %s", t.text, t.text)
		m.put(t, "'"+t.text+"'")
	case sign:
		m.put(t, m.sign(t.text))
	case word:
		return m.word(i)
	default:
		m.put(t, t.text)
	}
	return 0
}

func (m *mender) quote(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	last, lastSize := utf8.DecodeLastRuneInString(s)
	if strings.ContainsRune("‘’“”", first) {
		m.say("the quotes are straight ones: ' or \"")
		inner := s[size:]
		if strings.ContainsRune("‘’“”", last) && len(inner) >= lastSize {
			inner = inner[:len(inner)-lastSize]
		}
		return "'" + strings.ReplaceAll(inner, "'", `\'`) + "'"
	}
	if len(s) == 1 || last != first {
		m.say("a quote is not closed")
		closers := len(s) - len(strings.TrimRight(s, ")"))
		return s[:len(s)-closers] + s[:1] + s[len(s)-closers:]
	}
	return s
}

var signMends = map[string]string{"=": "==", "===": "==", "!==": "!=", "<>": "!=", "&": "&&", "|": "||", "≠": "!=", ";": ""}

func (m *mender) sign(s string) string {
	right, ok := signMends[s]
	if !ok {
		return s
	}
	if right == "" {
		m.say("nothing ends with %s", s)
		return ""
	}
	m.say("%s is written %s", s, right)
	return right
}

var wordMends = map[string]string{"and": "&&", "or": "||", "not": "!", "is": "==", "equals": "==", "eq": "=="}

var languageWords = []string{"true", "false", "null", "in", "all", "exists", "exists_one", "filter", "map", "string", "int", "type", "duration", "timestamp"}

// word mends a word: an operator, a function, an attribute, or a text without
// quotes.
func (m *mender) word(i int) int {
	t := m.in[i]
	called := m.at(i+1).text == "("
	member := m.at(i-1).text == "." && i > 0
	lower := strings.ToLower(t.text)
	if right := wordMends[lower]; right != "" && !member && (!called || right != "==") {
		m.say("%s is written %s", lower, right)
		m.put(t, right)
		if right == "!" {
			m.bracket(i + 1)
		}
		return 0
	}
	switch {
	case called && !member && nearFunction(t.text) != "" && m.at(i+2).kind == word && m.at(i+3).text == ",":
		return m.functionFirst(i)
	case called || member:
		m.function(t, called)
		return 0
	case isAttribute(t.text) || slices.Contains(languageWords, t.text):
		m.put(t, t.text)
		return 0
	}
	if prev := m.at(i - 1); nearFunction(t.text) != "" && (prev.kind == word) && (m.at(i+1).kind == quoted || m.at(i+1).kind == bare) {
		return m.infix(i)
	}
	return m.loose(i)
}

// bracket closes up to a mended "not": what follows has no blank before it,
// and a comparison stands in brackets.
func (m *mender) bracket(from int) {
	if from >= len(m.in) {
		return
	}
	end, depth, compares := from, 0, false
	for ; end < len(m.in); end++ {
		t := m.in[end]
		switch {
		case t.text == "(" || t.text == "[":
			depth++
		case t.text == ")" || t.text == "]":
			depth--
		}
		if depth < 0 || depth == 0 && slices.Contains([]string{"&&", "||", "&", "|"}, signOf(t)) {
			break
		}
		compares = compares || depth == 0 && slices.Contains([]string{"==", "!=", "<", ">", "<=", ">=", "in"}, signOf(t))
	}
	m.in[from].space = ""
	if compares {
		m.in = slices.Insert(m.in, end, token{kind: sign, text: ")"})
		m.in = slices.Insert(m.in, from, token{kind: sign, text: "("})
	}
}

// signOf gives the operator that a token is, or will be when it is mended.
func signOf(t token) string {
	if t.kind == word && wordMends[strings.ToLower(t.text)] != "" {
		return wordMends[strings.ToLower(t.text)]
	}
	if right, ok := signMends[t.text]; ok && t.kind == sign {
		return right
	}
	return t.text
}

// function mends the name of a function, or of an attribute behind a dot.
func (m *mender) function(t token, called bool) {
	if called && !slices.Contains(functions, t.text) && !slices.Contains(languageWords, t.text) {
		if right := nearFunction(t.text); right != "" {
			m.say("%s is written %s", t.text, right)
			m.put(t, right)
			return
		}
	}
	// user.email: the attributes stand without a prefix.
	if n := len(m.out); !called && n >= 2 && m.out[n-1].text == "." && nearAttribute(t.text) != "" &&
		m.out[n-2].kind == word && (n < 3 || m.out[n-3].text != ".") {
		m.say("attributes stand alone: %s and not %s.%s", nearAttribute(t.text), m.out[n-2].text, t.text)
		t.space = m.out[n-2].space
		m.out = m.out[:n-2]
		m.put(t, nearAttribute(t.text))
		return
	}
	m.put(t, t.text)
}

// functionFirst mends endsWith(email, …) to email.endsWith(…).
func (m *mender) functionFirst(i int) int {
	fn, attr := nearFunction(m.in[i].text), m.in[i+2].text
	if near := nearAttribute(attr); near != "" {
		attr = near
	}
	m.say("the attribute comes first: %s.%s(…)", attr, fn)
	m.put(m.in[i], attr+"."+fn+"(")
	if i+4 < len(m.in) {
		m.in[i+4].space = ""
	}
	return 3
}

// infix mends email ends_with '…' to email.endsWith('…').
func (m *mender) infix(i int) int {
	fn := nearFunction(m.in[i].text)
	arg := m.in[i+1]
	text := "'" + arg.text + "'"
	if arg.kind == quoted {
		text = m.quote(arg.text)
	}
	m.say("a function stands behind a dot: .%s(%s)", fn, text)
	m.put(token{}, "."+fn+"("+text+")")
	return 1
}

// loose mends a word that is no attribute: the nearest attribute where one is
// asked about, a text without quotes where one is compared with.
func (m *mender) loose(i int) int {
	t := m.in[i]
	compared := slices.Contains([]string{"=", "==", "===", "!=", "!==", "<>", "("}, m.at(i-1).text) ||
		wordMends[strings.ToLower(m.at(i-1).text)] == "=="
	inCall := m.at(i-1).text == "(" && m.at(i-2).kind == word && nearFunction(m.at(i-2).text) != ""
	if compared && (m.at(i-1).text != "(" || inCall) {
		end := i
		for m.at(end+1).kind == word && end+1 < len(m.in) && wordMends[strings.ToLower(m.at(end+1).text)] == "" {
			end++
		}
		text := t.text
		for k := i + 1; k <= end; k++ {
			text += m.in[k].space + m.in[k].text
		}
		m.say("a text stands in quotes: '%s' and not %s", text, text)
		m.put(t, "'"+text+"'")
		return end - i
	}
	if m.at(i+1).text == "." && i+2 < len(m.in) && m.at(i+3).text != "(" {
		m.put(t, t.text) // user. of user.email: mended with what follows
		return 0
	}
	if near := nearAttribute(t.text); near != "" {
		m.say("there is no attribute %s, but %s", t.text, near)
		m.put(t, near)
		return 0
	}
	m.put(t, t.text)
	return 0
}
