package campaigns

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"countersign/review"
	"countersign/tui/ui"
)

// offLook says why there is nothing to look at yet.
func (d *desk) offLook(l Look) string {
	s, why := d.story()
	if c := s.Figures.Campaign; why == "" && (c.State < l.From || l.From > review.Draft && c.Population == "") {
		why = fmt.Sprintf("The campaign is %s: there is nothing of this to see before it is %s.", c.State, l.From)
	}
	return why
}

// looks offers what there is to look at.
func (d *desk) looks() tea.Cmd {
	all := d.reads.Looks()
	c := ui.Choice{Heading: "Look at", Do: func(i int) tea.Cmd { return d.look(all[i]) }}
	for i, l := range all {
		c.Options = append(c.Options, ui.Option{Label: l.Title, Key: fmt.Sprint(i + 1), Off: d.offLook(l)})
	}
	d.h.Open(ui.NewChoice(d.h.Env, c))
	return nil
}

// charts opens the look of that name.
func (d *desk) charts() tea.Cmd {
	for _, l := range d.reads.Looks() {
		if why := d.offLook(l); l.ID == "charts" && why == "" {
			return d.look(l)
		} else if l.ID == "charts" {
			d.h.Say(why)
		}
	}
	return nil
}

// look asks for what is needed and opens the window, which fills itself.
func (d *desk) look(l Look) tea.Cmd {
	s, _ := d.story()
	id, reads := s.Figures.Campaign.ID, d.reads
	heading := strings.ToUpper(l.Title[:1]) + l.Title[1:]
	open := func(with []string) tea.Cmd {
		return ui.OpenLook(d.h.Env, ui.Look{Heading: heading, Doing: l.Doing, Load: func(ctx context.Context) ([]ui.Line, error) { return reads.Look(ctx, id, l.ID, with) }})
	}
	if len(l.Ask) == 0 {
		return open(nil)
	}
	d.h.Open(ui.NewAsk(d.h.Env, ui.Ask{Heading: heading, What: []string{l.Long + "."}, Fields: l.Ask, Do: open}))
	return nil
}
