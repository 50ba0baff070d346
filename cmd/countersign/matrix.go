package main

import (
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
)

func (e *env) matrixCmd() *cobra.Command {
	var asOf, agent string
	agents := e.jsonFlag(&cobra.Command{
		Use:     "agents",
		Short:   "Principals × agents",
		Long:    "Matrix agents shows everyone's level on every agent.\n\n" + asOfHelp,
		Example: "  countersign matrix agents --as-of 2026-03-31",
		Args:    between(0, 0),
		RunE: e.with(needsReader, func(s *session, _ []string) error {
			return s.matrix(asOf, "", func(o *domain.Org, p picture, _ domain.ID) (*domain.Matrix, error) {
				return o.AgentMatrix(p.at), nil
			})
		}),
	})
	asOfFlag(agents, &asOf)
	areas := e.jsonFlag(&cobra.Command{
		Use:     "areas",
		Short:   "Principals × areas",
		Long:    "Matrix areas shows everyone's level in every area, for all agents or inside one.\n\n" + asOfHelp,
		Example: "  countersign matrix areas --agent Support",
		Args:    between(0, 0),
		RunE: e.with(needsReader, func(s *session, _ []string) error {
			return s.matrix(asOf, agent, func(o *domain.Org, p picture, agent domain.ID) (*domain.Matrix, error) {
				return o.AreaMatrix(agent, p.at), nil
			})
		}),
	})
	asOfFlag(areas, &asOf)
	areas.Flags().StringVar(&agent, "agent", "", "inside this `AGENT`")
	ofRoles := []*cobra.Command{
		e.roleMatrixCmd("objects", "Principals × operations on objects", 0, func(o *domain.Org, p picture, _ string) (*domain.Matrix, error) {
			return o.ObjectMatrix(p.at), nil
		}),
		e.roleMatrixCmd("fields OBJECT", "Principals × the fields of an object", 1, func(o *domain.Org, p picture, ref string) (*domain.Matrix, error) {
			object, err := o.FindObject(ref)
			return o.FieldMatrix(object.ID, p.at), err
		}),
		e.roleMatrixCmd("settings", "Principals × settings", 0, func(o *domain.Org, p picture, _ string) (*domain.Matrix, error) {
			return o.SettingMatrix(p.at), nil
		}),
		e.roleMatrixCmd("actions", "Principals × actions", 0, func(o *domain.Org, p picture, _ string) (*domain.Matrix, error) {
			return o.ActionMatrix(p.at), nil
		}),
	}
	return family(&cobra.Command{
		Use:     "matrix",
		Short:   "Everyone's level on every agent, in every area, on objects, settings or actions",
		Long:    "Matrix shows who has what as one table. People without any level are left out of the text, and counted.",
		Example: "  countersign matrix agents\n  countersign matrix areas --agent Support --json",
	}, append([]*cobra.Command{agents, areas}, ofRoles...)...)
}

// roleMatrixCmd is a matrix of what roles permit.
func (e *env) roleMatrixCmd(use, short string, args int, make func(*domain.Org, picture, string) (*domain.Matrix, error)) *cobra.Command {
	var asOf string
	word, _, _ := strings.Cut(use, " ")
	example := "  countersign matrix " + word
	if args > 0 {
		example += " People"
	}
	cmd := &cobra.Command{Use: use, Short: short, Example: example + " --json",
		Long: "Matrix " + word + " shows what everyone's role permits.\n\n" + asOfHelp, Args: between(args, args)}
	cmd.RunE = e.with(needsReader, func(s *session, given []string) error {
		return s.matrix(asOf, "", func(o *domain.Org, p picture, _ domain.ID) (*domain.Matrix, error) {
			return make(o, p, strings.Join(given, ""))
		})
	})
	asOfFlag(cmd, &asOf)
	return e.jsonFlag(cmd)
}

// matrixJSON is a matrix in JSON: a row of levels for each principal.
type matrixJSON struct {
	about
	Agent   domain.ID    `json:"agent,omitempty"`
	Targets []thingJSON  `json:"targets"`
	Rows    []matrixLine `json:"rows"`
}

type matrixLine struct {
	Principal thingJSON `json:"principal"`
	Levels    []string  `json:"levels"`
}

func (s *session) matrix(asOf, agentRef string, make func(*domain.Org, picture, domain.ID) (*domain.Matrix, error)) error {
	return s.view(func(tx review.Tx) error {
		pic, err := pictureOf(tx, asOf)
		if err != nil {
			return err
		}
		agent, err := findAgentID(pic.org, agentRef)
		if err != nil {
			return err
		}
		m, err := make(pic.org, pic, agent)
		if err != nil {
			return err
		}
		if s.flags.json {
			return printJSON(s.out, s.matrixDoc(pic, agent, m))
		}
		p := s.pageOf(pic, asOf)
		matrixText(p, pic.org, m)
		return s.print(p)
	})
}

func (s *session) matrixDoc(pic picture, agent domain.ID, m *domain.Matrix) matrixJSON {
	doc := matrixJSON{about: s.about(pic), Agent: agent, Targets: []thingJSON{}, Rows: []matrixLine{}}
	for _, t := range m.Targets {
		doc.Targets = append(doc.Targets, targetJSON(pic.org, t))
	}
	for i, id := range m.Principals {
		line := matrixLine{principalJSON(pic.org, id), []string{}}
		for c, l := range m.Row(i) {
			line.Levels = append(line.Levels, domain.LadderOf(m.Targets[c].Kind).Word(l))
		}
		doc.Rows = append(doc.Rows, line)
	}
	return doc
}

// matrixText numbers the columns, says what each number stands for, and marks
// each level with a letter.
func matrixText(p *page, o *domain.Org, m *domain.Matrix) {
	if len(m.Targets) == 0 {
		p.line("there is nothing to have a level on")
		return
	}
	per := 1
	if m.Targets[0].Kind.Operation() { // one column an object, a letter an operation
		per = len(domain.Operations())
	}
	head := []string{"WHO"}
	var legend, rows [][]string
	for c := 0; c < len(m.Targets); c += per {
		n, name := strconv.Itoa(c/per+1), review.TargetName(o, m.Targets[c], "")
		if per > 1 {
			name = o.Name(domain.KindObject, m.Targets[c].ID)
		}
		head = append(head, n)
		legend = append(legend, []string{n, name})
	}
	none := 0
	for i, id := range m.Principals {
		if m.Count(i, 1) == 0 {
			none++
			continue
		}
		row := []string{o.Name(domain.KindPrincipal, id)}
		levels := m.Row(i)
		for c := 0; c < len(levels); c += per {
			if per > 1 {
				row = append(row, review.OperationLetters(levels[c:c+per]...))
				continue
			}
			row = append(row, domain.LadderOf(m.Targets[c].Kind).Mark(levels[c]))
		}
		rows = append(rows, row)
	}
	p.table(head, rows)
	if none > 0 {
		p.line("%s without any of these", review.Count(none, "principal", "principals"))
	}
	p.line("")
	p.table(nil, legend)
	p.line("")
	p.line("%s", matrixMarks(m.Targets[0].Kind))
}

// matrixMarks says what the letters of a matrix mean.
func matrixMarks(k domain.TargetKind) string {
	if k.Operation() {
		return "S See, E Edit, D Delete, X Destroy, - not"
	}
	l := domain.LadderOf(k)
	var marks []string
	for v := range l {
		marks = append(marks, l.Mark(domain.Level(v))+" "+l.Word(domain.Level(v)))
	}
	return strings.Join(marks, ", ")
}
