package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
)

func (e *env) catalogueCmd() *cobra.Command {
	return family(&cobra.Command{
		Use:   "catalogue",
		Short: "The areas there are: generations, moving between them, presets",
		Long: `A catalogue is the tree of areas that levels are given on. The product's catalogues come in
generations, each as of a month; an organisation uses one of them or one of its own.`,
		Example: `  countersign catalogue list
  countersign catalogue move 2026-08 --dry-run`,
	}, e.catalogueListCmd(), e.catalogueMoveCmd(), e.cataloguePresetsCmd(), e.cataloguePresetCmd())
}

// generationJSON is one catalogue in JSON answers.
type generationJSON struct {
	Name  string `json:"name"`
	Short string `json:"generation"`
	Since string `json:"as_of"`
	Areas int    `json:"areas"` // at the top
	About string `json:"about"`
	InUse bool   `json:"in_use"`
}

func (e *env) catalogueListCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "list",
		Short: "The shipped catalogues, the newest first, and which is in use",
		Long: `List shows each generation of the shipped catalogues of areas with its date and the number of its
areas, and marks the one the organisation uses.`,
		Example: `  countersign catalogue list --json`,
		Args:    between(0, 0),
		RunE: e.with(needsReader, func(s *session, _ []string) error {
			pic, err := s.present()
			if err != nil {
				return err
			}
			used := pic.org.Setting(domain.SettingCatalogue)
			doc := struct {
				about
				InUse      string           `json:"in_use"`
				Catalogues []generationJSON `json:"catalogues"`
			}{s.about(pic), used, nil}
			p, rows := s.newPage(), [][]string{}
			for _, g := range domain.Generations() {
				areas, err := domain.Catalogue(g.Name)
				if err != nil {
					return err
				}
				top := len(slices.DeleteFunc(areas, func(a domain.Area) bool { return a.Parent != "" }))
				mark := ""
				if g.Name == used {
					mark = "in use"
				}
				doc.Catalogues = append(doc.Catalogues, generationJSON{g.Name, g.Short, g.Since, top, g.About, g.Name == used})
				rows = append(rows, []string{g.Short, g.Name, g.Since, strconv.Itoa(top), mark, g.About})
			}
			p.table([]string{"Generation", "Catalogue", "As of", ">Areas", "", ""}, rows)
			if _, err := domain.FindGeneration(used); err != nil {
				p.line("in use is %q, a catalogue of the organisation's own", used)
			}
			return s.answer(doc, p)
		}),
	}
	return e.jsonFlag(cmd)
}

func (e *env) catalogueMoveCmd() *cobra.Command {
	var f proposing
	var mapping string
	var higher bool
	cmd := &cobra.Command{
		Use:   "move CATALOGUE",
		Short: "Move to another catalogue, with everything held on the old one",
		Long: `Move puts the areas of another catalogue in place of the present ones, and what people, groups and
roles hold on the old areas onto those they go on as, for all agents and inside each, in one change
set; the organisation's own presets go with it. Between the shipped catalogues the mapping is known;
from one of your own, hand in a JSON file with --mapping.

Nobody gains without being listed. Where several old areas become one, the lower level counts
(--higher: the higher); where an area goes on as nothing, its levels end; what would be inherited
and was not held is set to None. A new area stays unset and takes the level of the one above it.
Each such case is a note, by holder.

` + proposingHelp,
		Example: `  countersign catalogue move 2026-08 --dry-run
  countersign catalogue move agent-studio --reason "the new navigation, June 2026"
  countersign catalogue move agent-studio --mapping own-to-studio.json --dry-run --json`,
		Args: between(1, 1),
		RunE: e.with(needsPerson, func(s *session, args []string) error {
			if s.flags.readOnly {
				if err := f.mayRead(); err != nil {
					return err
				}
			}
			cs, notes, err := s.catalogueMove(args[0], mapping, higher)
			if err != nil {
				return err
			}
			return s.proposeLed(cs, f, noted(notes))
		}),
	}
	cmd.Flags().StringVar(&mapping, "mapping", "", "which areas go on as which, in a JSON `FILE`")
	cmd.Flags().BoolVar(&higher, "higher", false, "where several areas become one, the higher level counts")
	return e.proposingFlags(cmd, &f)
}

// noted says what to know about a change set before its effects, the first
// ones on the page and all of them with --json.
func noted(notes []string) lead {
	return lead{
		say: func(p *page, _ *domain.Org) {
			for i, n := range notes {
				if i == mostLines {
					p.line("and %d more notes (--json has all)", len(notes)-mostLines)
					break
				}
				p.line("note: %s", n)
			}
		},
		doc: func(j proposalJSON) any {
			j.Notes = notes
			return j
		},
	}
}

// catalogueMove works a move out: the change set, and what to know about it.
func (s *session) catalogueMove(to, file string, higher bool) (cs domain.ChangeSet, notes []string, err error) {
	g, err := domain.FindGeneration(to)
	if err != nil {
		return cs, nil, err
	}
	ids, err := s.ids()
	if err != nil {
		return cs, nil, err
	}
	err = s.view(func(tx review.Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		from := o.Setting(domain.SettingCatalogue)
		cs.Title = fmt.Sprintf("Catalogue: from %s to %s", from, g.Name)
		if from == g.Name && file == "" {
			return nil // it is so already
		}
		var m domain.AreaMapping
		if file == "" {
			m, err = domain.ShippedMapping(from, g.Name)
		} else if raw, readErr := s.readFile(file); readErr != nil {
			err = readErr
		} else {
			m, err = domain.ReadAreaMapping(raw)
		}
		if err != nil {
			return err
		}
		areas, err := domain.Catalogue(g.Name)
		if err != nil {
			return err
		}
		move, err := o.MoveAreas(g.Name, areas, m, higher, tx.Now(), func() domain.ID { return ids(domain.PrefixGrant) })
		if err != nil {
			return err
		}
		cs.Changes = move.Changes
		notes, err = moveNotes(tx, o, areas, move)
		return err
	})
	return cs, notes, err
}

// moveNotes says what to know about a move: what is new, what ends, whom a
// note is about, and the campaigns that it cuts into.
func moveNotes(tx review.Tx, o *domain.Org, to []domain.Area, move domain.AreaMove) ([]string, error) {
	fresh := map[domain.ID]domain.Area{}
	for _, a := range to {
		fresh[a.ID] = a
	}
	var out []string
	list := func(what string, areas []domain.ID, find func(domain.ID) (domain.Area, bool)) {
		words := make([]string, len(areas))
		for i, a := range areas {
			words[i] = areaPath(a, find)
		}
		if len(words) > 0 {
			out = append(out, what+": "+strings.Join(words, ", "))
		}
	}
	list("new, and unset", move.New, func(id domain.ID) (domain.Area, bool) { a, ok := fresh[id]; return a, ok })
	list("goes on as nothing", move.Ended, o.Area)
	all, err := tx.Campaigns()
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		if c.State != review.Draft && c.State != review.Closed && c.State != review.Cancelled {
			out = append(out, fmt.Sprintf("the campaign %s is under way: its items about areas are gone after this", c.Name))
		}
	}
	for _, n := range move.Notes {
		out = append(out, string(n.Kind)+": "+n.Text)
	}
	return out, nil
}

// areaPath names an area below those it is in: "Deployments > A/B testing".
func areaPath(id domain.ID, find func(domain.ID) (domain.Area, bool)) string {
	const deepest = 64
	a, ok := find(id)
	if !ok {
		return string(id)
	}
	path := a.Name
	for range deepest {
		if a, ok = find(a.Parent); !ok {
			break
		}
		path = a.Name + " > " + path
	}
	return path
}

// presetJSON is a preset in JSON answers.
type presetJSON struct {
	Name   string            `json:"name"`
	Own    bool              `json:"own"`
	Values map[string]string `json:"values"`
}

func (e *env) cataloguePresetsCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "presets",
		Short: "The presets of the catalogue in use, and your own",
		Long: `Presets lists the ready sets of levels that the catalogue in use comes with, and those the
organisation added, each with the areas it names; an area it does not name stays None.`,
		Example: `  countersign catalogue presets`,
		Args:    between(0, 0),
		RunE: e.with(needsReader, func(s *session, _ []string) error {
			pic, err := s.present()
			if err != nil {
				return err
			}
			catalogue := pic.org.Setting(domain.SettingCatalogue)
			doc := struct {
				about
				Catalogue string       `json:"catalogue"`
				Presets   []presetJSON `json:"presets"`
			}{s.about(pic), catalogue, []presetJSON{}}
			p := s.newPage()
			for _, preset := range pic.org.Presets() {
				_, missing := domain.FindPreset(catalogue, preset.Name)
				j := presetJSON{Name: preset.Name, Own: missing != nil, Values: map[string]string{}}
				var words []string
				for _, v := range preset.Values {
					l := domain.LadderOf(domain.TargetArea).Word(v.Level)
					j.Values[string(v.Area)] = l
					words = append(words, pic.org.Name(domain.KindArea, v.Area)+" "+l)
				}
				own := ""
				if j.Own {
					own = " (your own)"
				}
				p.line("%s%s: %s", preset.Name, own, strings.Join(words, ", "))
				doc.Presets = append(doc.Presets, j)
			}
			if len(doc.Presets) == 0 {
				p.line("the catalogue %q has no presets: countersign catalogue preset adds one", catalogue)
			}
			return s.answer(doc, p)
		}),
	}
	return e.jsonFlag(cmd)
}

func (e *env) cataloguePresetCmd() *cobra.Command {
	var f proposing
	var take bool
	cmd := &cobra.Command{
		Use:   "preset NAME [AREA=LEVEL...]",
		Short: "Add a preset of your own, change it, or take it away",
		Long: `Preset keeps a named set of levels on areas in the organisation's settings, beside the shipped
presets: set preset and the area editor offer it. Naming one that is there changes it; --take takes
it away. What it says is no one's access until it is given to someone.

` + proposingHelp,
		Example: `  countersign catalogue preset "Night shift" Analytics=Read Voice=Edit Voice/Numbers=None --reason "the night team"
  countersign catalogue preset "Night shift" --take --reason "no night team"`,
		Args: between(1, -1),
		RunE: e.proposer(&f, func(_ *session, o *domain.Org, _ maker, args []string) (string, []domain.Change, error) {
			return setOwnPreset(o, args[0], args[1:], take)
		}),
	}
	cmd.Flags().BoolVar(&take, "take", false, "take the preset away")
	return e.proposingFlags(cmd, &f)
}

func setOwnPreset(o *domain.Org, name string, values []string, take bool) (string, []domain.Change, error) {
	stored := o.Setting(domain.SettingPresets)
	own, err := domain.ReadPresets(stored)
	if err != nil {
		return "", nil, err
	}
	at := slices.IndexFunc(own, func(p domain.Preset) bool { return domain.Fold(p.Name) == domain.Fold(strings.TrimSpace(name)) })
	title := "Preset " + name
	switch {
	case take && at < 0:
		return title, nil, domain.Errorf(domain.NotFound, "there is no preset of your own called %q", name).Hinted("see: countersign catalogue presets")
	case take && len(values) > 0:
		return title, nil, domain.Errorf(domain.Invalid, "levels are given, and --take").Hinted("leave one of them out")
	case take:
		own, title = slices.Delete(own, at, at+1), title+": taken away"
	case len(values) == 0:
		return title, nil, domain.Errorf(domain.Invalid, "the preset %q has no level", name).Hinted("name areas with their levels: Voice=Edit")
	default:
		p := domain.Preset{Name: strings.TrimSpace(name)}
		for _, v := range values {
			ref, word, ok := cutLast(v, "=")
			if !ok {
				return title, nil, domain.Errorf(domain.Invalid, "%q is no area with a level", v).Hinted("write it as Voice=Edit")
			}
			area, err := findAny(o, ref, domain.KindArea)
			if err != nil {
				return title, nil, err
			}
			l, err := domain.LadderOf(domain.TargetArea).Parse(word)
			if err != nil {
				return title, nil, err
			}
			p.Values = append(p.Values, domain.AreaValue{Area: area.id, Level: l})
		}
		if at < 0 {
			own = append(own, p)
		} else {
			own[at] = p
		}
	}
	before, after := domain.Setting{ID: domain.SettingPresets, Value: stored}, domain.Setting{ID: domain.SettingPresets, Value: domain.WritePresets(own)}
	switch _, there := o.Get(domain.KindSetting, domain.SettingPresets); {
	case before == after:
		return title, nil, nil
	case there && after.Value == "":
		return title, []domain.Change{domain.End(before)}, nil
	case there:
		return title, []domain.Change{domain.Replace(before, after)}, nil
	}
	return title, []domain.Change{domain.Begin(after)}, nil
}

// cutLast cuts around the last sep.
func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}
