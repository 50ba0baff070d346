package assign

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"

	"countersign/domain"
)

// flaw is why an expression is none.
type flaw struct {
	what  string // goes on from "the expression … cannot be used: "
	hint  string
	right string // the right form, where the flaw itself gives it
}

// mended makes the error about a flaw: with the right form, if the text can be
// mended into an expression that is one.
func (f *flaw) mended(text string) *domain.Error {
	right, because := mend(text)
	if f.right != "" {
		right, because = f.right, nil
	}
	if right != text {
		if _, still, err := compile(right); err == nil && still == nil {
			what := f.what
			if len(because) > 0 {
				what = strings.Join(because, "; ")
			}
			return invalid("the expression %q cannot be used: %s", clip(text), what).Hinted("write %s", right)
		}
		if len(because) > 0 {
			return invalid("the expression %q cannot be used: %s; %s", clip(text), f.what, strings.Join(because, "; ")).Hinted("%s", f.hinted())
		}
	}
	return invalid("the expression %q cannot be used: %s", clip(text), f.what).Hinted("%s", f.hinted())
}

func (f *flaw) hinted() string {
	if f.hint != "" {
		return f.hint
	}
	return "write it like email.endsWith('@company.com') or department == 'Sales' && title.contains('Manager')"
}

var (
	undeclared = regexp.MustCompile(`^undeclared reference to '([^']*)'`)
	overload   = regexp.MustCompile(`^found no matching overload for '([^']*)' applied to '(.*)'`)
)

// flawOf says the first thing that the library found wrong, in our words.
func flawOf(text string, issues *cel.Issues) *flaw {
	errs := issues.Errors()
	if len(errs) == 0 {
		return &flaw{what: plain(issues.Err().Error())}
	}
	e := errs[0]
	if m := undeclared.FindStringSubmatch(e.Message); m != nil {
		return unknownName(text, m[1])
	}
	if m := overload.FindStringSubmatch(e.Message); m != nil {
		return &flaw{what: fmt.Sprintf("%s does not go with %s", operatorWord(m[1]), typesWord(m[2])),
			hint: "the attributes are texts: compare them with a text in quotes"}
	}
	place := ""
	if lines := strings.Split(text, "\n"); e.Location.Line() > 0 && e.Location.Line() <= len(lines) {
		line := []rune(lines[e.Location.Line()-1])
		if at := e.Location.Column(); at >= 0 && at < len(line) {
			place = fmt.Sprintf(" from %q on", clip(string(line[at:])))
		} else {
			place = " at its end"
		}
	}
	switch {
	case strings.HasPrefix(e.Message, "Syntax error"):
		return &flaw{what: "it cannot be read" + place}
	case strings.Contains(e.Message, "recursion"), strings.Contains(e.Message, "limit"), strings.Contains(e.Message, "exceed"):
		return &flaw{what: "it is too large or nested too deep", hint: "make it shorter, or split the group"}
	}
	return &flaw{what: plain(e.Message) + place}
}

// unknownName is the flaw of a name that is neither attribute nor function.
func unknownName(text, name string) *flaw {
	if strings.Contains(text, name+"(") {
		f := &flaw{what: fmt.Sprintf("there is no function %q", name), hint: "use one of: " + strings.Join(functions, ", ")}
		if near := nearFunction(name); near != "" {
			f.hint = fmt.Sprintf("use %s", near)
		}
		return f
	}
	f := &flaw{what: fmt.Sprintf("there is no attribute %q", name), hint: "use one of: " + strings.Join(Attributes(), ", ")}
	if near := nearAttribute(name); near != "" {
		f.hint = fmt.Sprintf("use %s", near)
	}
	return f
}

var operatorWords = map[string]string{"_==_": "==", "_!=_": "!=", "_&&_": "&&", "_||_": "||", "!_": "!", "_+_": "+", "_-_": "-",
	"_<_": "<", "_<=_": "<=", "_>_": ">", "_>=_": ">=", "@in": "in", "_?_:_": "? :", "_[_]": "[ ]", "-_": "-", "_*_": "*", "_/_": "/", "_%_": "%"}

func operatorWord(name string) string {
	if w := operatorWords[name]; w != "" {
		return w
	}
	return name
}

// typesWord says what a call was applied to: "string.(int)" or "(string, int)".
func typesWord(s string) string {
	s = strings.NewReplacer("string", "a text", "bool", "a yes or no", "double", "a number", "uint", "a number", "int", "a number").Replace(s)
	target, args, member := strings.Cut(s, ".(")
	if member {
		return strings.Trim(target, "()") + " and " + strings.TrimSuffix(args, ")")
	}
	return strings.ReplaceAll(strings.Trim(s, "()"), ", ", " and ")
}

// literalFlaw finds a text that an attribute is compared with and never can
// be: an address in capitals, an unknown word of a status or an employment.
func literalFlaw(tree *ast.AST) *flaw {
	var found *flaw
	ast.PreOrderVisit(tree.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		if found != nil || e.Kind() != ast.CallKind {
			return
		}
		parts := e.AsCall().Args()
		if e.AsCall().IsMemberFunction() {
			parts = append([]ast.Expr{e.AsCall().Target()}, parts...)
		}
		var names, texts []string
		for _, p := range parts {
			switch p.Kind() {
			case ast.IdentKind:
				names = append(names, p.AsIdent())
			case ast.LiteralKind, ast.ListKind:
				texts = append(texts, textsOf(p)...)
			}
		}
		whole := slices.Contains([]string{"_==_", "_!=_", "@in"}, e.AsCall().FunctionName())
		regex := e.AsCall().FunctionName() == "matches"
		for _, name := range names {
			for _, text := range texts {
				if found == nil && !regex {
					found = textFlaw(name, text, whole)
				}
			}
		}
	}))
	return found
}

func textsOf(e ast.Expr) []string {
	if e.Kind() == ast.ListKind {
		var out []string
		for _, x := range e.AsList().Elements() {
			out = append(out, textsOf(x)...)
		}
		return out
	}
	if s, ok := literalOf(e); ok {
		return []string{s}
	}
	return nil
}

func literalOf(e ast.Expr) (string, bool) {
	if e.Kind() != ast.LiteralKind {
		return "", false
	}
	s, ok := e.AsLiteral().(types.String)
	return string(s), ok
}

// textFlaw says why an attribute is never compared with success to a text.
func textFlaw(name, text string, whole bool) *flaw {
	switch name {
	case "email", "manager":
		if small := domain.Fold(text); small != text {
			return &flaw{what: fmt.Sprintf("addresses are compared in small letters, and %q is not", text),
				hint: fmt.Sprintf("write '%s'", small)}
		}
	case "status":
		if _, err := domain.ParseStatus(text); whole && text != "" && (err != nil || !isStatus(text)) {
			return &flaw{what: fmt.Sprintf("%q is no status that a rule meets", text), hint: "write 'active' or 'invited'; nobody else joins by a rule"}
		}
	case "employment":
		if v, err := domain.ParseEmployment(text); whole && (err != nil || v.String() != text) {
			hint := "write 'employee', 'contractor' or 'external'"
			if err == nil {
				hint = fmt.Sprintf("write '%s'", v)
			}
			return &flaw{what: fmt.Sprintf("%q is no type of employment", text), hint: hint}
		}
	}
	return nil
}

func isStatus(text string) bool {
	return text == domain.Active.String() || text == domain.Invited.String()
}
