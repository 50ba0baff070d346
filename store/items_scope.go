package store

import (
	"fmt"
	"strconv"
	"strings"

	"countersign/domain"
)

// scope is what every question about items needs of the campaign.
type scope struct {
	campaign   domain.ID
	population string
	stage      int
	whole      bool // the question is about the campaign, not about one stage of it
	moved      bool // some item of the stage has a later assignment

	current   int // the campaign's stage
	iteration int
	past      bool // the last stage closed: every ruling is in force
	several   bool // it has several stages
}

// scopeOf reads it; a campaign that is not there, or is not staged, is
// NotFound.
func (t *tx) scopeOf(campaign domain.ID, stage int) (scope, error) {
	c, err := t.Campaign(campaign)
	if err != nil {
		return scope{}, err
	}
	if c.Population == "" {
		return scope{}, domain.Errorf(domain.NotFound, "the campaign %s has no items yet", c.Name).
			Hinted("stage it first").ByRule("not-staged")
	}
	s := scope{campaign: c.ID, population: string(c.Population), stage: stage, whole: stage == 0,
		current: max(c.Stage, 1), iteration: max(c.Iteration, 1), past: c.Ruled(), several: len(c.Definition.Stages) > 1}
	if stage == 0 {
		s.stage = s.current
	}
	_, err = t.one("SELECT EXISTS (SELECT 1 FROM assignment WHERE campaign = ? AND stage = ? AND to_seq IS NULL)",
		[]any{string(s.campaign), s.stage}, &s.moved)
	return s, err
}

// ruled gives the condition by which a ruling over all stages, under the alias
// f, is in force: made in a stage that has closed. What an earlier iteration
// left silent is not.
func (s scope) ruled() string {
	last := fmt.Sprintf("f.last < %d", s.current)
	if s.past {
		last = "1"
	}
	if s.iteration == 1 {
		return last
	}
	return fmt.Sprintf("(f.iteration < %d AND f.answer <> 'undecided' OR f.iteration = %d AND %s)", s.iteration, s.iteration, last)
}

// none tells that no ruling can be in force.
func (s scope) none() bool { return !s.past && s.current == 1 && s.iteration == 1 }

// entered gives the condition by which an item, whose number stands as no,
// entered the stage, "" where all did. While answers are taken, an item that
// was ruled on in an earlier iteration has left the stage.
func (s scope) entered(no string) (cond string, args []any) {
	var conds []string
	if s.stage > 1 {
		c := "EXISTS (SELECT 1 FROM ruling e WHERE e.to_seq IS NULL AND e.id = ? || " + no + " || ? AND e.stops = 0"
		args = append(args, string(s.campaign)+"/", fmt.Sprintf("/%d", s.stage-1))
		if !s.past {
			c += fmt.Sprintf(" AND e.iteration = %d", s.iteration)
		}
		conds = append(conds, c+")")
	}
	if !s.past && s.iteration > 1 {
		conds = append(conds, "NOT EXISTS (SELECT 1 FROM ruling f WHERE f.to_seq IS NULL AND f.id = ? || "+no+" || '/0' AND "+s.ruled()+")")
		args = append(args, string(s.campaign)+"/")
	}
	return strings.Join(conds, " AND "), args
}

// assigned gives SQL for (no, reviewer) of everyone, or of one reviewer, who
// answers now.
func (s scope) assigned(reviewer domain.ID) (string, []any) {
	return s.assignedFrom("staged_by_reviewer", "", "", reviewer)
}

// asked is assigned, with the order in which the reviewers of an item were
// asked as pos.
func (s scope) asked() (string, []any) {
	return s.assignedFrom("staged_assignment", ", a.pos", ", b.from_seq AS pos", "")
}

func (s scope) assignedFrom(table, stagedCol, laterCol string, reviewer domain.ID) (string, []any) {
	staged := "SELECT a.no, a.reviewer" + stagedCol + " FROM " + table + " a WHERE a.population = ? AND a.stage = ?"
	args := []any{s.population, s.stage}
	if reviewer != "" {
		staged += " AND a.reviewer = ?"
		args = append(args, string(reviewer))
	}
	if cond, more := s.entered("a.no"); cond != "" {
		staged += " AND " + cond
		args = append(args, more...)
	}
	if !s.moved {
		return staged, args
	}
	staged += " AND NOT EXISTS (SELECT 1 FROM assignment m WHERE m.campaign = ? AND m.item = a.no AND m.stage = ? AND m.to_seq IS NULL)"
	later := "SELECT b.item AS no, b.reviewer" + laterCol + " FROM assignment b WHERE b.campaign = ? AND b.stage = ? AND b.to_seq IS NULL"
	args = append(args, string(s.campaign), s.stage, string(s.campaign), s.stage)
	if reviewer != "" {
		later += " AND b.reviewer = ?"
		args = append(args, string(reviewer))
	}
	if cond, more := s.entered("b.item"); cond != "" {
		later += " AND " + cond
		args = append(args, more...)
	}
	return staged + " UNION ALL " + later, args
}

// at gives SQL for the stage an item is shown at: that of the scope, or the
// last one that an item which a ruling stopped went through.
func (s scope) at() string {
	if !s.whole || !s.several || s.none() {
		return strconv.Itoa(s.stage)
	}
	return fmt.Sprintf("ifnull(f.last, %d)", s.stage)
}

// alone tells that an item is shown at the stage of the scope, for somebody who
// was assigned at staging.
func (s scope) alone() bool { return !s.moved && s.at() == strconv.Itoa(s.stage) }

// shownFor gives SQL for the one reviewer an item is shown for, and its
// arguments. Where it can, it joins that assignment (w), which finds it once a
// row and not once for each table that the reviewer leads to.
func (s scope) shownFor(b *query) (string, []any) {
	if !s.alone() {
		return s.shown()
	}
	pos, args := s.firstStaged("a.pos")
	b.add(" LEFT JOIN staged_assignment w ON w.population = ? AND w.no = i.no AND w.pos = "+pos, append([]any{s.population}, args...)...)
	return "w.reviewer", nil
}

// decided joins the decision of an assignment (a) of the item i.
func (s scope) decided() string {
	return " LEFT JOIN decision x ON x.id = ? || i.no || '/' || " + s.at() + " || '/' || a.reviewer AND x.to_seq IS NULL AND " + sqlStands("x")
}

// firstStaged gives SQL for a column of the assignment, as staged, that an item
// is shown for.
func (s scope) firstStaged(column string) (string, []any) {
	return "(SELECT " + column + " FROM staged_assignment a" + s.decided() + " WHERE a.population = ? AND a.no = i.no AND a.stage = " + s.at() +
		" ORDER BY x.from_seq DESC NULLS LAST, a.pos LIMIT 1)", []any{string(s.campaign) + "/", s.population}
}

// shown gives SQL for the one reviewer an item is shown for: a scalar over
// i.no.
func (s scope) shown() (string, []any) {
	at, decided, key := s.at(), s.decided(), string(s.campaign)+"/"
	staged, args := s.firstStaged("a.reviewer")
	if s.alone() {
		return staged, args
	}
	later := "(SELECT a.reviewer FROM assignment a" + decided +
		" WHERE a.campaign = ? AND a.item = i.no AND a.stage = " + at + " AND a.to_seq IS NULL ORDER BY x.from_seq DESC NULLS LAST, a.from_seq, a.reviewer LIMIT 1)"
	return "ifnull(" + later + ", " + staged + ")", append([]any{key, string(s.campaign)}, args...)
}
