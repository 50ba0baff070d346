package xlsx

import (
	"regexp"
	"strconv"
	"strings"
)

// The number formats that Write gives cells, as canonicalFormat has them, and that of
// texts, in which every value reads as it is.
var exportedFormats = map[string]bool{"general": true, "@": true, "yyyy-mm-dd": true, "yyyy-mm-dd hh:mm:ss": true}

// builtInFormats are those of them that have a number and stand in no file (ECMA-376,
// 18.8.30).
var builtInFormats = map[int]string{0: "general", 49: "@"}

var english = regexp.MustCompile(`^\[\$-(?:0?409|0?809)\]`)

// canonicalFormat is a number format without what programs add to it when they save it:
// the mark of a character that stands for itself, quotes around such, the language it
// was written in, the section of texts.
func canonicalFormat(code string) string {
	code = english.ReplaceAllString(strings.TrimSpace(code), "")
	code = strings.TrimSuffix(code, ";@")
	var out strings.Builder
	for i := 0; i < len(code); i++ {
		switch c := code[i]; {
		case c == '\\' && i+1 < len(code) && strings.IndexByte("-: ", code[i+1]) >= 0:
		case c == '"' && i+2 < len(code) && code[i+2] == '"' && strings.IndexByte("-: ", code[i+1]) >= 0:
			out.WriteByte(code[i+1])
			i += 2
		default:
			out.WriteByte(c)
		}
	}
	if s := strings.ToLower(out.String()); s != "standard" {
		return s
	}
	return "general"
}

// firstOwnFormat is the least number of a format that a file spells out.
const firstOwnFormat = 164

// formatFaults says what a number format makes of numbers and of words, "" where it
// shows them as they are, and whether it shows numbers as days. own tells whether the
// file spells it out.
func formatFaults(id int, code string, own bool) (number, words string, moment bool) {
	builtIn, known := builtInFormats[id]
	switch {
	case !own && known:
		return "", "", false
	case !own:
		return "the built-in number format " + builtInWord(id) + ", which shows something else than the value", "", false
	}
	plain := canonicalFormat(code)
	says := "the number format " + strconv.Quote(code) + ", which shows something else than the value"
	switch {
	case id < firstOwnFormat && plain != builtIn: // some programs go by the number, some by the code
		return says, says, false
	case exportedFormats[plain]:
		return "", "", strings.HasPrefix(plain, "yyyy")
	case misleads(code) || strings.Contains(code, "@") || strings.Count(code, ";") > 2:
		return says, says, false
	}
	return says, "", false
}

// builtInWord is what a number format is called that stands in no file.
func builtInWord(id int) string {
	if code, ok := builtInCodes[id]; ok {
		return strconv.Itoa(id) + " (" + code + ")"
	}
	return strconv.Itoa(id)
}

// builtInCodes are what some built-in number formats show (ECMA-376, 18.8.30).
var builtInCodes = map[int]string{1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
	14: "mm-dd-yy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "m/d/yy h:mm",
	45: "mm:ss", 46: "[h]:mm:ss", 47: "mmss.0", 48: "##0.0E+0"}
