package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
	"countersign/review/filter"
)

func (e *env) changesCmd() *cobra.Command {
	var states []string
	var maker, filtered string
	var limit int
	cmd := &cobra.Command{
		Use:   "changes [ID]",
		Short: "List change sets, or show one with what it does",
		Long: `Changes lists change sets, the newest first: those that wait for a checker, or with --state
others. With an ID it shows one: before and after of everything it changes, who gains and loses
what, what it needs, and who approved it.`,
		Example: `  countersign changes
  countersign changes --filter 'state:applied,rejected maker:dana'
  countersign changes --state applied --state rejected --limit 20 --json
  countersign changes chg_3v5k`,
		Args: between(0, 1),
		RunE: e.with(needsReader, func(s *session, args []string) error {
			if len(args) == 1 {
				return s.showChange(domain.ID(args[0]))
			}
			q := review.ChangeSetQuery{Limit: limit, States: []domain.ChangeState{domain.Proposed}}
			if len(states) > 0 || strings.Contains(filtered, "state") { // the filter says which
				q.States = nil
			}
			for _, w := range states {
				if w == "all" {
					q.States = domain.ChangeStates()
					break
				}
				state, err := domain.ParseChangeState(w)
				if err != nil {
					return err
				}
				q.States = append(q.States, state)
			}
			return s.listChanges(q, maker, filtered)
		}),
	}
	cmd.Flags().StringArrayVar(&states, "state", nil, "only this `STATE`; all for every one (proposed)")
	cmd.Flags().StringVar(&maker, "maker", "", "only of this `PERSON`")
	filterFlag(cmd, &filtered, filter.Changes())
	cmd.Flags().IntVar(&limit, "limit", 100, "at most so `MANY`")
	return e.jsonFlag(cmd)
}

// changeJSON is a change set in JSON answers.
type changeJSON struct {
	ID       domain.ID          `json:"id"`
	Title    string             `json:"title"`
	Reason   string             `json:"reason"`
	Maker    thingJSON          `json:"maker"`
	State    string             `json:"state"`
	Proposed domain.Seq         `json:"proposed_at_event"`
	Ended    domain.Seq         `json:"ended_at_event,omitempty"`
	Source   *domain.SourceFile `json:"source,omitempty"`
	Campaign domain.ID          `json:"campaign,omitempty"`
}

func changeOf(o *domain.Org, cs domain.ChangeSet) changeJSON {
	j := changeJSON{ID: cs.ID, Title: cs.Title, Reason: cs.Reason, Maker: principalJSON(o, cs.Maker), State: cs.State.String(),
		Proposed: cs.Proposed, Ended: cs.Ended, Campaign: cs.Campaign}
	if cs.Source != (domain.SourceFile{}) {
		j.Source = &cs.Source
	}
	return j
}

func (s *session) listChanges(q review.ChangeSetQuery, maker, filtered string) error {
	passes, err := passing(filter.Changes(), filtered)
	if err != nil {
		return err
	}
	limit := q.Limit
	if filtered != "" {
		q.Limit = 0 // the filter comes before the limit
	}
	return s.view(func(tx review.Tx) error {
		pic, err := pictureOf(tx, "")
		if err != nil {
			return err
		}
		if maker != "" {
			m, err := findPrincipal(pic.org, maker)
			if err != nil {
				return err
			}
			q.Maker = m.ID
		}
		sets, err := tx.ChangeSets(q)
		if err != nil {
			return err
		}
		doc := struct {
			about
			Changes []changeJSON `json:"change_sets"`
		}{s.about(pic), []changeJSON{}}
		var rows [][]string
		for _, cs := range sets {
			j := changeOf(pic.org, cs)
			row := []string{string(cs.ID), j.State, j.Maker.Name, fmt.Sprint(cs.Proposed), cs.Title}
			if limit > 0 && len(rows) == limit {
				break
			}
			if !passes(append(row, cs.Reason), append(row, cs.Reason, cs.Source.Name+"\n"+cs.Source.Source)...) {
				continue
			}
			doc.Changes = append(doc.Changes, j)
			rows = append(rows, row)
		}
		p := s.newPage()
		if len(rows) == 0 {
			p.line("%s", noneOf(q.States))
		}
		p.table([]string{"CHANGE SET", "STATE", "MAKER", ">EVENT", "TITLE"}, rows)
		return s.answer(doc, p)
	})
}

// noneOf says that no change set is in one of the states.
func noneOf(states []domain.ChangeState) string {
	if len(states) == 1 && states[0] == domain.Proposed {
		return "no change set waits for a checker"
	}
	words := make([]string, len(states))
	for i, s := range states {
		words[i] = s.String()
	}
	if len(words) == len(domain.ChangeStates()) {
		return "there is no change set"
	}
	return "no change set is " + strings.Join(words, " or ")
}

// shownChange is one change set with what it does.
type shownChange struct {
	about
	changeJSON
	Need      string         `json:"need,omitempty"`
	Waiting   []thingJSON    `json:"waiting,omitempty"`
	Refused   string         `json:"refused,omitempty"` // why it could not be applied now
	Rows      []string       `json:"changes"`
	Breaks    []string       `json:"breaks_today,omitempty"` // of separations of duties it begins or changes, while it waits
	Effects   []effectJSON   `json:"effects"`
	Approvals []approvalJSON `json:"approvals"`

	rises string // the digest of who gains what by it
}

type approvalJSON struct {
	Checker thingJSON `json:"checker"`
	Shared  bool      `json:"shared_gain,omitempty"`
	Reason  string    `json:"reason,omitempty"`
}

func (s *session) showChange(id domain.ID) error {
	p, doc, _, err := s.changePage(id)
	if err != nil {
		return err
	}
	return s.answer(doc, p)
}

// changePage shows one change set, and how far the log reached then: what a
// checker sees.
func (s *session) changePage(id domain.ID) (p *page, doc shownChange, head review.Head, err error) {
	p = s.newPage()
	err = s.view(func(tx review.Tx) error {
		pic, err := pictureOf(tx, "")
		if err != nil {
			return err
		}
		if head, err = tx.Log(); err != nil {
			return err
		}
		cs, err := tx.ChangeSet(id)
		if err != nil {
			return err
		}
		doc = shownChange{about: s.about(pic), changeJSON: changeOf(pic.org, cs), Effects: []effectJSON{}, Approvals: []approvalJSON{}}
		v, o, err := s.judgeAgain(tx, pic, cs)
		if err != nil {
			return err
		}
		if doc.Rows, err = changeWords(o, cs.Changes); err != nil {
			return err
		}
		given, err := tx.Approvals(id)
		if err != nil {
			return err
		}
		p.line("%s, %s", cs.ID, cs.State)
		p.line("made by %s, proposed at event %d: %s", pic.org.Name(domain.KindPrincipal, cs.Maker), cs.Proposed, cs.Reason)
		if cs.Ended > 0 {
			p.line("%s at event %d", cs.State, cs.Ended)
		}
		if cs.State == domain.Proposed {
			doc.Breaks = breaksToday(o, cs.Changes, pic.at)
		}
		verdictPage(p, o, cs, v, doc.Rows, doc.Breaks)
		doc.fill(o, v)
		doc.rises = review.RisesDigest(v.Effects)
		for _, a := range given {
			j := approvalJSON{principalJSON(pic.org, a.Checker), a.Shared, a.Reason}
			doc.Approvals = append(doc.Approvals, j)
			words := []string{"approved by " + j.Checker.Name}
			if a.Shared {
				words = append(words, "shared gain")
			}
			if a.Reason != "" {
				words = append(words, a.Reason)
			}
			p.line("%s", strings.Join(words, ": "))
		}
		return nil
	})
	return p, doc, head, err
}

// judgeAgain says what a change set does: to the present where it still
// waits, else to the state it met.
func (s *session) judgeAgain(tx review.Tx, pic picture, cs domain.ChangeSet) (domain.Verdict, *domain.Org, error) {
	if cs.State == domain.Proposed {
		v, err := s.svc.Judge(tx, pic.org, cs)
		return v, verdictOrg(pic.org, v), err
	}
	o, at := pic.org, pic.at
	if cs.Ended > 0 {
		before, err := tx.OrgAt(cs.Ended - 1)
		if err != nil {
			return domain.Verdict{}, nil, err
		}
		e, err := tx.Event(cs.Ended)
		if err != nil {
			return domain.Verdict{}, nil, err
		}
		o, at = before, e.Time
	}
	v := o.Policy().Judge(o, cs, domain.Actor{Principal: cs.Maker}, at)
	return v, verdictOrg(o, v), nil
}

func (d *shownChange) fill(o *domain.Org, v domain.Verdict) {
	if v.Refused != nil {
		d.Refused = v.Refused.Error()
	}
	d.Need = v.Need.String()
	for _, id := range v.From {
		d.Waiting = append(d.Waiting, principalJSON(o, id))
	}
	for _, e := range v.Effects {
		d.Effects = append(d.Effects, effectOf(o, e))
	}
}
