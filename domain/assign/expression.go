package assign

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/interpreter"

	"countersign/domain"
)

// RuleFails names the failure of an expression on one person.
const RuleFails = "assign-fails"

// What one expression may cost for one person, in CEL's units: one or so for
// each step, one for every ten characters looked at. The seed's expressions
// cost under ten.
const costLimit = 20_000

// Bounds on what is read, so that a hostile text ends in bounded time too.
const (
	nodeLimit  = 5_000
	depthLimit = 60
	regexLimit = 1_000
)

// environment is what expressions are read in: the attributes as texts, the
// standard functions of CEL, and lower(). It is made once and never changed.
var environment = sync.OnceValues(func() (*cel.Env, error) {
	options := []cel.EnvOption{
		cel.ParserRecursionLimit(depthLimit), cel.ParserExpressionSizeLimit(longest), cel.ExpressionNodeLimit(nodeLimit),
		cel.ParserErrorRecoveryLimit(5), cel.RegexProgramSizeLimit(regexLimit),
		cel.ASTValidators(cel.ValidateRegexLiterals()),
		cel.Function("lower", cel.MemberOverload("string_lower", []*cel.Type{cel.StringType}, cel.StringType,
			cel.UnaryBinding(func(v ref.Val) ref.Val {
				s, ok := v.(types.String)
				if !ok {
					return types.MaybeNoSuchOverloadErr(v)
				}
				return types.String(domain.Fold(string(s)))
			}))),
	}
	for _, a := range attributes {
		options = append(options, cel.Variable(a.name, cel.StringType))
	}
	return cel.NewEnv(options...)
})

// prices charges lower() by the length of what it folds.
type prices struct{}

func (prices) CallCost(function, _ string, args []ref.Val, _ ref.Val) *uint64 {
	if function != "lower" || len(args) == 0 {
		return nil
	}
	s, _ := args[0].(types.String)
	cost := uint64(len(s))/10 + 1
	return &cost
}

// bound is a person as CEL looks attributes up.
type bound struct{ p *Person }

func (b bound) ResolveName(name string) (any, bool) {
	for _, a := range attributes {
		if a.name == name {
			return a.get(b.p), true
		}
	}
	return nil, false
}

func (bound) Parent() cel.Activation { return nil }

// Expression reads an expression of CEL over the attributes of a person. One
// that cannot be read, whose value is not yes or no, or which could never be
// true for the way its texts are written is Invalid (rule "assign-syntax"),
// with the form that was probably meant.
func Expression(text string) (*Matcher, error) {
	if err := checkText(text, "the expression"); err != nil {
		return nil, err
	}
	m, fault, err := compile(text)
	if err != nil {
		return nil, domain.Errorf(domain.Internal, "the expression language could not be set up: %v", err)
	}
	if fault == nil {
		return m, nil
	}
	return nil, fault.mended(text)
}

// compile reads an expression as it stands; fault says why it is none.
func compile(text string) (m *Matcher, fault *flaw, err error) {
	env, err := environment()
	if err != nil {
		return nil, nil, err
	}
	tree, issues := env.Compile(text)
	if issues.Err() != nil {
		return nil, flawOf(text, issues), nil
	}
	if t := tree.OutputType(); t != cel.BoolType {
		return nil, &flaw{what: fmt.Sprintf("its value is %s, not yes or no", typeWord(t)),
			hint: "compare it with something: department == 'Sales'"}, nil
	}
	if f := literalFlaw(tree.NativeRep()); f != nil {
		return nil, f, nil
	}
	program, err := env.Program(tree, cel.CostLimit(costLimit), cel.CostTracking(prices{}))
	if err != nil {
		return nil, &flaw{what: "it cannot be prepared: " + plain(err.Error())}, nil
	}
	return &Matcher{takes: func(p *Person) (bool, error) {
		v, _, err := program.Eval(bound{p})
		if err != nil {
			return false, evalError(text, err)
		}
		yes, ok := v.(types.Bool)
		return ok && bool(yes), nil
	}}, nil, nil
}

func typeWord(t *cel.Type) string {
	switch t.Kind() {
	case types.StringKind:
		return "a text"
	case types.IntKind, types.UintKind, types.DoubleKind:
		return "a number"
	case types.ListKind:
		return "a list"
	case types.DynKind:
		return "not known beforehand"
	}
	return "of type " + t.String()
}

// evalError says why an expression has no value for somebody.
func evalError(text string, err error) *domain.Error {
	var over interpreter.EvalCancelledError
	if errors.As(err, &over) && over.Cause == interpreter.CostLimitExceeded {
		return domain.Errorf(domain.Invalid, "the expression %q takes too long for one person and was stopped", clip(text)).
			Hinted("make it shorter: fewer lists inside lists").ByRule(RuleFails)
	}
	return domain.Errorf(domain.Invalid, "the expression %q has no value: %s", clip(text), plain(err.Error())).
		Hinted("guard it: department != '' && …").ByRule(RuleFails)
}

// clip keeps what is quoted in a sentence short.
func clip(s string) string {
	if r := []rune(s); len(r) > 120 {
		return string(r[:120]) + "…"
	}
	return s
}

// plain makes one line of a library's words.
func plain(s string) string { return clip(strings.Join(strings.Fields(s), " ")) }
