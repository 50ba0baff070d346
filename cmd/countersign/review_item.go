package main

import (
	"fmt"
	"strings"
	"time"

	"countersign/domain"
	"countersign/review"
)

// itemJSON is one item in JSON answers.
type itemJSON struct {
	Item     int           `json:"item"`
	Holder   string        `json:"holder"`
	HolderID domain.ID     `json:"holder_id,omitempty"`
	Target   string        `json:"target"`
	TargetID domain.ID     `json:"target_id,omitempty"`
	Kind     string        `json:"kind"`
	Level    string        `json:"level"`
	Ladder   domain.Ladder `json:"ladder"`
	Class    string        `json:"classification,omitempty"`
	About    string        `json:"about,omitempty"`
	Allows   string        `json:"allows,omitempty"`
	Since    domain.Seq    `json:"since"`
	Source   string        `json:"source,omitempty"` // the system it was imported from
	How      []string      `json:"how,omitempty"`
	Remains  []string      `json:"remains,omitempty"`
	Flags    []string      `json:"flags,omitempty"`
	HighRisk bool          `json:"high_risk"`
	Advice   *adviceJSON   `json:"advice,omitempty"`
	Delta    *deltaJSON    `json:"delta,omitempty"`
	Last     *lastJSON     `json:"last_decision,omitempty"`
	Peers    string        `json:"peers,omitempty"`
	LastUsed domain.Date   `json:"last_used,omitempty"`
	Reviewer thingJSON     `json:"reviewer"`
	Rule     string        `json:"rule"`
	Decision decisionJSON  `json:"decision"`
	Packet   string        `json:"packet"`
	Returned string        `json:"returned,omitempty"` // why it came back
	Outcome  *outcomeJSON  `json:"outcome,omitempty"`
}

type decisionJSON struct {
	Answer string `json:"answer"`
	Level  string `json:"level,omitempty"`
	Reason string `json:"reason,omitempty"`
	Round  int    `json:"round,omitempty"`
	Bulk   int    `json:"bulk,omitempty"`

	EnteredBy domain.ID `json:"entered_by,omitempty"` // who read it back from a workbook
}

type versionJSON struct {
	decisionJSON
	From domain.Seq `json:"from"`
	To   domain.Seq `json:"to,omitempty"`
	By   thingJSON  `json:"by"`
	At   time.Time  `json:"at"`
}

type outcomeJSON struct {
	Result    string      `json:"result"`
	ChangeSet domain.ID   `json:"change_set,omitempty"`
	At        domain.Seq  `json:"at,omitempty"`
	By        []int       `json:"retained_by,omitempty"`
	Left      string      `json:"left,omitempty"`
	Until     domain.Date `json:"until,omitempty"`
	Reason    string      `json:"reason,omitempty"`
}

func itemOf(o *domain.Org, it review.Item) itemJSON {
	l := it.Holding.Ladder()
	j := itemJSON{Item: it.No, Holder: it.Holder, HolderID: it.Holding.Holder.ID, Target: it.Target, TargetID: it.Holding.Target.ID,
		Kind: it.Holding.Target.Kind.String(), Level: l.Word(it.Holding.Level), Ladder: l, About: it.About, Allows: it.Allows,
		Since: it.Since, Source: it.Holding.Origin.Source, How: it.How, Remains: it.Remains, Flags: it.Flags,
		HighRisk: it.HighRisk, Reviewer: principalJSON(o, it.Reviewer), Rule: it.Rule, Decision: decisionOf(l, it.Decision),
		Packet: it.Packet.String(), Returned: it.Return.Reason}
	if classified(it.Holding.Target.Kind) {
		j.Class = it.Class.String()
	}
	j.told(o, it)
	if r := it.Outcome; r.Campaign != "" {
		j.Outcome = &outcomeJSON{r.Result.String(), r.ChangeSet, r.At, r.By, r.Left, r.Until, r.Reason}
	}
	return j
}

// classified tells whether what a grant of this kind is about has a
// classification.
func classified(k domain.TargetKind) bool {
	switch k {
	case domain.TargetAgent, domain.TargetSource, domain.TargetAccessType, domain.TargetCreator:
		return true
	}
	return false
}

func decisionOf(l domain.Ladder, d review.Decision) decisionJSON {
	j := decisionJSON{Answer: d.Answer.String(), Reason: d.Reason, Round: d.Round, Bulk: d.Bulk, EnteredBy: d.Entered}
	if d.Answer != review.Silent {
		j.Level = l.Word(d.Level)
	}
	return j
}

// story prints everything there is to know of an item before deciding it.
func story(p *page, tx review.Tx, o *domain.Org, c review.Campaign, it review.Item) error {
	g := it.Holding
	p.line("item %d of %s", it.No, c.Name)
	p.line("%s%s has %s on %s", it.Holder, bracketed(it.About), g.Ladder().Word(g.Level), it.Target)
	line := func(label, text string) {
		if text != "" {
			p.line("  %-10s %s", label, text)
		}
	}
	line("allows", it.Allows)
	line("ladder", ladderWords(g))
	if classified(g.Target.Kind) {
		line("class", it.Class.String())
	}
	since, err := sinceWords(tx, o, it.Since)
	if err != nil {
		return err
	}
	line("since", since)
	if g.Origin.ByRule() {
		line("from", "the group's rule; the next run lets back in nobody whom a campaign took out")
	} else if g.Origin.Source != "" {
		line("from", fmt.Sprintf("%s; what is decided must be done there (file %.12s…)", g.Origin.Source, g.Origin.File))
	}
	line("window", windowWords(g.Window))
	for _, h := range it.How {
		line("how", h)
	}
	if len(it.Remains) == 0 {
		line("if revoked", "nothing remains")
	}
	for _, r := range it.Remains {
		line("if revoked", "remains: "+r)
	}
	toldLines(line, o, it)
	flags := it.Flags
	if it.HighRisk {
		flags = append([]string{"high risk"}, flags...)
	}
	line("flags", strings.Join(flags, ", "))
	line("reviewer", o.Name(domain.KindPrincipal, it.Reviewer)+bracketed(it.Rule))
	line("packet", it.Packet.String())
	if it.Return.Round > 0 {
		line("returned", fmt.Sprintf("%s; due %s", it.Return.Reason, when(it.Return.Due, o.Zone())))
	}
	line("decision", decidedWords(o, it))
	line("outcome", outcomeWords(o, it.Outcome))
	return nil
}

func bracketed(s string) string {
	if s == "" {
		return ""
	}
	return " (" + s + ")"
}

// ladderWords shows the rungs with the present one in brackets.
func ladderWords(g domain.Grant) string {
	l := g.Ladder()
	rungs := make([]string, len(l))
	for i, r := range l {
		if rungs[i] = r; i == int(g.Level) {
			rungs[i] = "[" + r + "]"
		}
	}
	return strings.Join(rungs, " < ")
}

func windowWords(w domain.Window) string {
	var parts []string
	if w.From != "" {
		parts = append(parts, "from "+string(w.From))
	}
	if w.To != "" {
		parts = append(parts, "until "+string(w.To))
	}
	if len(parts) > 0 && w.Zone != "" {
		parts = append(parts, w.Zone)
	}
	return strings.Join(parts, ", ")
}

func sinceWords(tx review.Tx, o *domain.Org, seq domain.Seq) (string, error) {
	e, err := tx.Event(seq)
	if err != nil {
		return "", err
	}
	s := fmt.Sprintf("event %d, %s, by %s", e.Seq, when(e.Time, o.Zone()), o.Name(domain.KindPrincipal, e.Actor))
	const near = 50 // the heads only: a change set can carry a hundred thousand changes
	heads, err := tx.ChangeSets(review.ChangeSetQuery{Before: e.Seq, Limit: near})
	for _, cs := range heads {
		if cs.ID != domain.ID(e.Subject) {
			continue
		}
		if cs.Maker != e.Actor { // the event is its last checker's
			s += " for " + o.Name(domain.KindPrincipal, cs.Maker)
		}
		s += ": " + cs.Title
	}
	return s, err
}

func decidedWords(o *domain.Org, it review.Item) string {
	d := it.Decision
	s := decisionWords(review.Item{StagedItem: it.StagedItem, Decision: d})
	if d.Answer == review.Silent {
		return s
	}
	if d.Reason != "" {
		s += fmt.Sprintf(": %q", d.Reason)
	}
	s += fmt.Sprintf(" (event %d", it.Decided)
	if d.Bulk > 0 {
		s += fmt.Sprintf(", in bulk with %d", d.Bulk)
	}
	return s + enteredWords(o, d) + ")"
}

// enteredWords says of a decision that was read back from a workbook by whom.
func enteredWords(o *domain.Org, d review.Decision) string {
	name := func(id domain.ID) string { return o.Name(domain.KindPrincipal, id) }
	switch {
	case d.Entered == "":
		return ""
	case d.ByAnother() == "":
		return ", read back from a workbook"
	}
	return fmt.Sprintf(", entered by %s for %s", name(d.Entered), name(d.Reviewer))
}

func versionWords(o *domain.Org, it review.Item, v review.Versioned[review.Decision]) string {
	s := fmt.Sprintf("event %d, %s, %s: %s", v.From, when(v.At, o.Zone()), o.Name(domain.KindPrincipal, v.Row.Reviewer),
		decisionWords(review.Item{StagedItem: it.StagedItem, Decision: v.Row}))
	if v.Row.Reason != "" {
		s += fmt.Sprintf(": %q", v.Row.Reason)
	}
	s += enteredWords(o, v.Row)
	if v.To != 0 {
		s += fmt.Sprintf(" (until event %d)", v.To)
	}
	return s
}

func outcomeWords(o *domain.Org, r review.Outcome) string {
	if r.Campaign == "" {
		return ""
	}
	s := r.Result.String()
	if r.Result == review.Exception {
		s += fmt.Sprintf(" until %s, by %s: %q", r.Until, o.Name(domain.KindPrincipal, r.Approver), r.Reason)
	}
	if r.Left != "" {
		s += ": " + r.Left
	}
	if r.ChangeSet != "" {
		s += fmt.Sprintf(" (change set %s)", r.ChangeSet)
	}
	return s
}
