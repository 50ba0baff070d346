package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
	"countersign/review/filter"
)

func (e *env) whoCmd() *cobra.Command {
	var asOf, agent, filtered string
	cmd := &cobra.Command{
		Use:   "who TARGET",
		Short: "Everyone who has an agent, an area, a source, a group, a role or a duty",
		Long: `Who lists everyone who has a target above the bottom rung, at which level, and how.

` + grammarHelp + `

` + asOfHelp,
		Example: `  countersign who agent:Support
  countersign who agent:Support --filter 'level:edit !how:direct'
  countersign who area:Deployments --agent Support --as-of 2026-03-31`,
		Args: between(1, 1),
		RunE: e.with(needsReader, func(s *session, args []string) error { return s.who(args[0], agent, asOf, filtered) }),
	}
	cmd.Flags().StringVar(&agent, "agent", "", "inside this `AGENT` (areas and sources)")
	filterFlag(cmd, &filtered, filter.Access())
	asOfFlag(cmd, &asOf)
	return e.jsonFlag(cmd)
}

func (s *session) who(ref, agentRef, asOf, filtered string) error {
	passes, err := passing(filter.Access(), filtered)
	if err != nil {
		return err
	}
	return s.view(func(tx review.Tx) error {
		pic, err := pictureOf(tx, asOf)
		if err != nil {
			return err
		}
		target, agent, err := findScoped(pic.org, ref, agentRef)
		if err != nil {
			return err
		}
		doc := struct {
			about
			Target thingJSON    `json:"target"`
			Agent  domain.ID    `json:"agent,omitempty"`
			Who    []accessJSON `json:"who"`
			Usage  *figuresJSON `json:"usage,omitempty"` // of a group, where usage was imported
		}{s.about(pic), targetJSON(pic.org, target), agent, []accessJSON{}, nil}
		var rows [][]string
		for _, a := range pic.org.Who(target, agent, pic.at) {
			j := accessOf(pic.org, a)
			row := []string{j.Principal.Name, j.Principal.Email, j.Level, howWords(j.Paths)}
			if !passes(row, j.Principal.Name+"\n"+j.Principal.Email, a.Target.Kind.String(), review.TargetName(pic.org, a.Target, a.Agent), j.Level, strings.Join(j.Paths, "\n")) {
				continue
			}
			doc.Who = append(doc.Who, j)
			rows = append(rows, row)
		}
		p := s.pageOf(pic, asOf)
		p.line("%s: %s", review.TargetName(pic.org, target, agent), review.Count(len(rows), "principal", "principals"))
		if target.Kind == domain.TargetGroup {
			f, err := groupFigures(tx, pic, target.ID)
			if err != nil {
				return err
			}
			if doc.Usage = f; f != nil {
				p.line("%s", f.words())
			}
		}
		p.table([]string{"WHO", "E-MAIL", "LEVEL", "HOW"}, rows)
		return s.answer(doc, p)
	})
}

// findScoped finds a target and the agent it is asked for. Only areas and
// sources are asked for inside an agent.
func findScoped(o *domain.Org, ref, agentRef string) (domain.Target, domain.ID, error) {
	t, err := findTarget(o, ref)
	if err != nil {
		return t, "", err
	}
	agent, err := findAgentID(o, agentRef)
	if err == nil && agent != "" && t.Kind != domain.TargetArea && t.Kind != domain.TargetSource {
		err = domain.Errorf(domain.Invalid, "%s is not inside an agent", review.TargetName(o, t, "")).
			Hinted("leave --agent out: it goes with an area or a data source")
	}
	return t, agent, err
}

// figuresJSON is how a group's members use its agents.
type figuresJSON struct {
	Members      int    `json:"members"`
	Reached      int    `json:"reached"`
	Agents       int    `json:"agents"`
	Queries      int    `json:"queries"`
	Accuracy     string `json:"accuracy,omitempty"`
	Satisfaction string `json:"satisfaction,omitempty"`
}

// groupFigures gives a group's figures, nil where no usage was imported.
func groupFigures(tx review.Tx, pic picture, group domain.ID) (*figuresJSON, error) {
	u, err := review.UsageOf(tx)
	if err != nil || u.Len() == 0 {
		return nil, err
	}
	for _, f := range pic.org.GroupFigures(u, pic.at) {
		if f.Group == group {
			return &figuresJSON{f.Members, f.Reached, f.Agents, f.Queries, f.AccuracyWords(), f.SatisfactionWords()}, nil
		}
	}
	return nil, nil
}

func (f *figuresJSON) words() string {
	w := fmt.Sprintf("%s of its own, %s reached, %s, %s", review.Count(f.Members, "member", "members"),
		review.Count(f.Reached, "person", "people"), review.Count(f.Agents, "agent", "agents"), review.Count(f.Queries, "query", "queries"))
	if f.Accuracy != "" {
		w += ", accuracy " + f.Accuracy
	}
	if f.Satisfaction != "" {
		w += ", satisfaction " + f.Satisfaction
	}
	return w
}
