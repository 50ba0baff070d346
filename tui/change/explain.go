package change

import (
	"strings"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// Explain says why somebody has what they have on a target, and why it is no
// more: the paths as trees, the caps, the denials.
func Explain(o *domain.Org, a domain.Access, sign theme.Signs) []ui.Line {
	l := domain.LadderOf(a.Target.Kind)
	who, what := o.Name(domain.KindPrincipal, a.Principal), review.TargetName(o, a.Target, a.Agent)
	out := []ui.Line{{{Role: theme.Title, Text: who}, {Text: " on "}, {Role: theme.Title, Text: what}, {Text: ": "}, {Role: LevelRole(l, a.Level), Text: l.Word(a.Level)}}}
	if words := review.Allows(o, domain.Grant{Target: a.Target, Agent: a.Agent, Level: a.Level}); words != "" && a.Level > 0 {
		out = append(out, ui.Text(theme.Plain, "Allows to "+words+"."))
	}
	for i, p := range a.Paths {
		heading := "By this path"
		if i > 0 {
			heading = "and by this one"
		}
		out = append(out, nil, ui.Text(theme.Dim, heading))
		out = append(out, pathTree(o, a, p, l, sign)...)
	}
	if len(a.Caps) > 0 {
		out = append(out, nil, ui.Text(theme.Dim, "Held down"))
		for _, c := range a.Caps {
			out = append(out, ui.Text(theme.Warn, "  "+l.Word(c.From)+" "+sign.Trail+" "+l.Word(c.To)+": "+c.Text))
		}
	}
	if len(a.Denials) > 0 {
		heading := "Why it is no more"
		if a.Level == domain.None {
			heading = "Why there is no access"
		}
		out = append(out, nil, ui.Text(theme.Dim, heading))
		for _, r := range a.Denials {
			out = append(out, ui.Text(theme.Plain, "  "+sign.Dot+" "+r.Text))
		}
	}
	return out
}

// pathTree is one path, a stop a line, each below the one before.
func pathTree(o *domain.Org, a domain.Access, p domain.Path, l domain.Ladder, sign theme.Signs) []ui.Line {
	var out []ui.Line
	branch := func(depth int) string {
		if depth == 0 {
			return "  "
		}
		return "  " + strings.Repeat("   ", depth-1) + sign.BottomLeft + sign.Horizontal + " "
	}
	for i, st := range p.Steps {
		line := ui.Line{{Role: theme.Frame, Text: branch(i)}, {Text: st.Name}}
		if st.Note != "" {
			line = append(line, ui.Span{Role: theme.Dim, Text: "  " + st.Note})
		}
		out = append(out, line)
	}
	end := ui.Line{{Role: theme.Frame, Text: branch(len(p.Steps))}, {Text: review.TargetName(o, a.Target, a.Agent) + ": "},
		{Role: LevelRole(l, p.Level), Text: l.Word(p.Level)}}
	if p.Given > p.Level {
		end = append(end, ui.Span{Role: theme.Warn, Text: " (given " + l.Word(p.Given) + ", held down)"})
	}
	return append(out, end)
}

// LevelRole is the role in which a rung is drawn: nothing, some, the most.
func LevelRole(l domain.Ladder, v domain.Level) theme.Role {
	switch {
	case v == domain.None:
		return theme.Dim
	case v >= l.Top() && len(l) > 2:
		return theme.Edit
	}
	return theme.Read
}

// Summary says an access in one line: how it is reached by its strongest path, and
// how many others there are.
func Summary(o *domain.Org, a domain.Access) string {
	if len(a.Paths) == 0 {
		return ""
	}
	var names []string
	for i, st := range a.Paths[0].Steps {
		if i == 0 && st.Holder.Kind == domain.HolderPrincipal && len(a.Paths[0].Steps) > 1 {
			continue
		}
		names = append(names, st.Name)
	}
	out := strings.Join(names, " > ")
	if first := a.Paths[0].Steps; len(first) == 1 {
		out = "direct"
		if first[0].Holder.Kind != domain.HolderPrincipal {
			out = first[0].Name
		}
	}
	if n := len(a.Paths) - 1; n > 0 {
		out += " (+" + review.Count(n, "other path", "other paths") + ")"
	}
	if len(a.Caps) > 0 {
		out += " capped"
	}
	return out
}
