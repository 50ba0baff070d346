package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
)

func (e *env) campaignSampleCmd() *cobra.Command {
	var seed string
	var size int
	var byRuling bool
	cmd := &cobra.Command{
		Use:   "sample [CAMPAIGN]",
		Short: "Items drawn for an auditor by a seed, each with its full story",
		Long: `Sample draws items of a staged campaign by a seed that the auditor chooses, and tells the full story
of each: what was frozen, every version of every decision, hand-overs, signatures, the
countersignature, the ruling and the rule that made it, the remediation, what was verified, and the
events by their numbers.

Anybody can draw the same again without this program. ` + sentence(review.SampleHow) + `
For item 7: printf '%s' SEED/DIGEST/7 | sha256sum. A larger sample by the same seed holds the smaller
one. With --by-ruling: ` + strings.TrimPrefix(review.SampleHowByRuling, "by ruling: ") + `.

` + campaignHelp,
		Example: `  countersign campaign sample "Q4 2026" --seed 20261122 --size 25
  countersign campaign sample "Q4 2026" --seed 20261122 --size 25 --by-ruling --json`,
		Args: between(0, 1),
		RunE: e.with(needsReader, func(s *session, args []string) error { return s.sample(args, seed, size, byRuling) }),
	}
	cmd.Flags().StringVar(&seed, "seed", "", "the `SEED` that the auditor chose")
	cmd.Flags().IntVar(&size, "size", 25, "how `MANY` items")
	cmd.Flags().BoolVar(&byRuling, "by-ruling", false, "share them out over the rulings")
	return e.jsonFlag(cmd)
}

// sentence begins with a capital and ends with a stop.
func sentence(s string) string { return strings.ToUpper(s[:1]) + s[1:] + "." }

// sampleJSON is one drawn item in JSON answers.
type sampleJSON struct {
	Key string `json:"key"`
	itemJSON
	Drawn    string          `json:"drawn_as"` // the ruling over all stages that it was drawn by
	Versions []versionJSON   `json:"versions"`
	Rulings  []review.Ruling `json:"rulings"`
	Packets  []review.Packet `json:"packets"`
	Change   *remedyJSON     `json:"remediation,omitempty"`
	Events   []eventLineJSON `json:"events"`
}

type remedyJSON struct {
	ID    domain.ID `json:"id"`
	Title string    `json:"title"`
	State string    `json:"state"`
}

type eventLineJSON struct {
	Event domain.Seq `json:"event"`
	Type  string     `json:"type"`
	Time  time.Time  `json:"time"`
	Actor thingJSON  `json:"actor"`
	Text  string     `json:"text"`
}

func (s *session) sample(args []string, seed string, size int, byRuling bool) error {
	return s.view(func(tx review.Tx) error {
		c, err := campaignOf(tx, first(args))
		if err != nil {
			return err
		}
		o, err := tx.Org()
		if err != nil {
			return err
		}
		drawn, stories, err := review.Sample(tx, o, c, seed, size, byRuling)
		if err != nil {
			return err
		}
		doc := struct {
			about
			Campaign domain.ID    `json:"campaign"`
			Digest   string       `json:"digest"`
			Seed     string       `json:"seed"`
			Of       int          `json:"of"`
			ByRuling bool         `json:"by_ruling"`
			How      string       `json:"how"`
			Items    []sampleJSON `json:"sample"`
		}{Campaign: c.ID, Digest: c.TieOut.Digest, Seed: seed, Of: c.TieOut.InScope, ByRuling: byRuling, How: howDrawn(byRuling)}
		if doc.about, err = s.aboutNow(tx); err != nil {
			return err
		}
		p := s.newPage()
		p.line("%s: %s", c.Name, review.SampleTitle(seed, len(drawn), c.TieOut.InScope))
		p.line("digest %s", c.TieOut.Digest)
		p.line("how: %s", strings.ReplaceAll(howDrawn(byRuling), "\n", " "))
		for i, st := range stories {
			doc.Items = append(doc.Items, sampleOf(o, drawn[i], st))
			if err := storyLines(p, tx, o, c, drawn[i], st); err != nil {
				return err
			}
		}
		return s.answer(doc, p)
	})
}

func howDrawn(byRuling bool) string {
	if byRuling {
		return review.SampleHow + "; " + review.SampleHowByRuling
	}
	return review.SampleHow
}

func sampleOf(o *domain.Org, d review.Drawn, st review.ItemStory) sampleJSON {
	l := st.Item.Holding.Ladder()
	j := sampleJSON{Key: d.Key, itemJSON: itemOf(o, st.Item), Drawn: d.Ruling.String(), Versions: []versionJSON{}, Rulings: st.Rulings, Packets: st.Packets,
		Events: []eventLineJSON{}}
	for _, v := range st.Votes {
		j.Versions = append(j.Versions, versionJSON{decisionOf(l, v.Row), v.From, v.To, principalJSON(o, v.By), v.At})
	}
	if st.Change.ID != "" {
		j.Change = &remedyJSON{st.Change.ID, st.Change.Title, st.Change.State.String()}
	}
	for _, e := range st.Events {
		j.Events = append(j.Events, eventLineJSON{e.Seq, string(e.Type), e.Time, principalJSON(o, e.Actor), e.Text})
	}
	return j
}

// storyLines prints one drawn item with its story.
func storyLines(p *page, tx review.Tx, o *domain.Org, c review.Campaign, d review.Drawn, st review.ItemStory) error {
	p.line("")
	p.line("key %s", d.Key)
	if err := story(p, tx, o, c, st.Item); err != nil {
		return err
	}
	name := func(id domain.ID) string { return o.Name(domain.KindPrincipal, id) }
	for _, v := range st.Votes {
		word := v.Row.Answer.String()
		if v.Row.Reason != "" {
			word += " (" + v.Row.Reason + ")"
		}
		until := ""
		if v.To != 0 {
			until = fmt.Sprintf(", replaced at event %d", v.To)
		}
		p.line("  version    stage %d round %d, %s: %s at event %d%s", v.Row.Stage, v.Row.Round, name(v.By), word, v.From, until)
	}
	for _, k := range st.Packets {
		p.line("  packet     stage %d, %s: %s%s", k.Stage, name(k.Reviewer), k.State, checkedBy(name, k))
	}
	for _, r := range st.Rulings {
		of := fmt.Sprintf("stage %d", r.Stage)
		if r.Stage == 0 {
			of = "over all stages"
		}
		p.line("  ruling     %s: %s by %s", of, r.Answer, r.Rule)
	}
	if st.Change.ID != "" {
		p.line("  remedied   %s, %s: %s", st.Change.ID, st.Change.State, st.Change.Title)
	}
	for _, e := range st.Events {
		p.line("  event %-6d %s  %s %s", e.Seq, when(e.Time, o.Zone()), name(e.Actor), e.Text)
	}
	return nil
}

func checkedBy(name func(domain.ID) string, p review.Packet) string {
	switch {
	case p.Lapsed:
		return ", lapsed without a signature"
	case p.Checker != "":
		return ", by " + name(p.Checker)
	}
	return ""
}
