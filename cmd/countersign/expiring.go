package main

import (
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
)

func (e *env) expiringCmd() *cobra.Command {
	var within string
	var person, group, agent []string
	cmd := &cobra.Command{
		Use:   "expiring",
		Short: "What ends or begins soon: windows, invitations, exceptions",
		Long: `Expiring lists what ends or begins on its own within a time, the earliest first: windows of grants
and memberships, invitations (they lapse after 7 days), and exceptions of campaigns. Days are whole
ones, both ends included, in the grant's own time zone, else the organisation's. Each is shown with
the moment at which it is so. --person also shows what ends for groups that reach the person.`,
		Example: `  countersign expiring
  countersign expiring --within 90d --agent Support
  countersign expiring --within 2w --person dana@acme.example --json`,
		Args: between(0, 0),
		RunE: e.with(needsReader, func(s *session, _ []string) error { return s.expiring(within, person, group, agent) }),
	}
	cmd.Flags().StringVar(&within, "within", "30d", "within so many days or weeks: 30d, 2w (`TIME`)")
	cmd.Flags().StringArrayVar(&person, "person", nil, "only what concerns this `PERSON`")
	cmd.Flags().StringArrayVar(&group, "group", nil, "only what concerns this `GROUP`")
	cmd.Flags().StringArrayVar(&agent, "agent", nil, "only what concerns this `AGENT`")
	return e.jsonFlag(cmd)
}

// mostDays is how far ahead one may look: ten years.
const mostDays = 3660

// parseWithin reads "30d", "2w" or "30" as days.
func parseWithin(s string) (int, error) {
	word, per := strings.TrimSpace(strings.ToLower(s)), 1
	switch {
	case strings.HasSuffix(word, "d"):
		word = strings.TrimSuffix(word, "d")
	case strings.HasSuffix(word, "w"):
		word, per = strings.TrimSuffix(word, "w"), 7
	}
	n, err := strconv.Atoi(word)
	if err != nil || n < 0 || n > mostDays/per {
		return 0, domain.Errorf(domain.Invalid, "%q is no time to look ahead", s).Hinted("write days or weeks, as in 30d or 2w; at most ten years")
	}
	return n * per, nil
}

// expiryJSON is one line of expiring in JSON answers.
type expiryJSON struct {
	What     string     `json:"what"`
	Day      string     `json:"day"`
	Zone     string     `json:"zone"`
	At       time.Time  `json:"at"`
	Holder   string     `json:"holder"`
	Target   *thingJSON `json:"target,omitempty"`
	Agent    domain.ID  `json:"agent,omitempty"`
	Level    string     `json:"level,omitempty"`
	Source   string     `json:"source,omitempty"` // where it came from, where not from here
	Campaign domain.ID  `json:"campaign,omitempty"`
	Item     int        `json:"item,omitempty"`
	Note     string     `json:"note,omitempty"`
}

func (s *session) expiring(within string, person, group, agent []string) error {
	days, err := parseWithin(within)
	if err != nil {
		return err
	}
	return s.view(func(tx review.Tx) error {
		pic, err := pictureOf(tx, "")
		if err != nil {
			return err
		}
		o := pic.org
		var refs []domain.Ref
		for _, x := range []struct {
			kind  domain.Kind
			named []string
		}{{domain.KindPrincipal, person}, {domain.KindGroup, group}, {domain.KindAgent, agent}} {
			for _, ref := range x.named {
				f, err := findAny(o, ref, x.kind)
				if err != nil {
					return err
				}
				refs = append(refs, domain.Ref{Kind: f.kind, ID: f.id})
			}
		}
		until := o.DayEnd(pic.at, days)
		list, err := review.Expiring(tx, o, pic.at, until, refs)
		if err != nil {
			return err
		}
		doc := struct {
			about
			Until    time.Time    `json:"until"`
			Expiring []expiryJSON `json:"expiring"`
		}{s.about(pic), until, []expiryJSON{}}
		var rows [][]string
		for _, x := range list {
			j := expiryJSONOf(o, x)
			doc.Expiring = append(doc.Expiring, j)
			what, level := j.What, ""
			if j.Target != nil {
				level = j.Level + " on " + review.TargetName(o, x.Target, x.Agent)
			}
			if x.At.Before(pic.at) {
				what += " (was due)"
			}
			rows = append(rows, []string{j.Day, what, j.Holder, level, when(x.At, o.Zone()), expiryNote(j)})
		}
		p := s.newPage()
		if len(rows) == 0 {
			p.line("nothing ends or begins until %s", when(until, o.Zone()))
		}
		p.table([]string{"DAY", "WHAT", "WHO", "", "AT", "NOTE"}, rows)
		return s.answer(doc, p)
	})
}

func expiryJSONOf(o *domain.Org, x review.Expiry) expiryJSON {
	j := expiryJSON{What: x.What, Day: string(x.Day), Zone: x.Zone, At: x.At, Holder: review.HolderName(o, x.Holder), Agent: x.Agent,
		Source: x.Origin.Source, Campaign: x.Campaign, Item: x.Item, Note: x.Note}
	if x.What != review.ExpiryInvitation {
		t := targetJSON(o, x.Target)
		j.Target, j.Level = &t, domain.LadderOf(x.Target.Kind).Word(x.Level)
	}
	return j
}

func expiryNote(j expiryJSON) string {
	var parts []string
	if j.Zone != "" && j.What != review.ExpiryInvitation {
		parts = append(parts, "the day in "+j.Zone)
	}
	if j.Source != "" {
		parts = append(parts, "from "+j.Source)
	}
	if j.Campaign != "" {
		parts = append(parts, "item "+strconv.Itoa(j.Item)+": "+j.Note)
	}
	return strings.Join(parts, "; ")
}
