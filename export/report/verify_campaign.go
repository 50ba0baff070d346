package report

import (
	"slices"
	"strconv"
	"strings"

	"countersign/domain"
	"countersign/export/sheet"
	"countersign/export/xlsx"
	"countersign/review"
)

// counted is what rows say of one name: items, items by answer's word, seconds, and
// items decided in bulk.
type counted struct {
	items, seconds, bulk int
	answers              map[string]int
}

func (c *counted) add(answer, seconds, bulk string) {
	if c.answers == nil {
		c.answers = map[string]int{}
	}
	c.items++
	c.answers[answer]++
	if n, err := strconv.Atoi(seconds); err == nil {
		c.seconds += n
	}
	if n, err := strconv.Atoi(bulk); err == nil && n > 1 {
		c.bulk++
	}
}

// groups counts rows under names, which are the same without regard to case.
type groups map[string]*counted

func (g groups) of(name string) *counted {
	key := domain.Fold(name)
	if g == nil {
		return &counted{}
	}
	if g[key] == nil {
		g[key] = &counted{}
	}
	return g[key]
}

// longName is a name that no formula counts by, and that may go on in another sheet.
const longName = 100

// crosses are the cross tables of the sheet Statistics: title and column of the
// decisions.
var crosses = map[string]string{"By decision": "", "By kind of access": "Kind", "By department of the holder": "Department", "By reviewer": "Reviewer id"}

// campaignFigures counts again, from the decisions and the votes, what the sheets
// Statistics and Reviewers show.
func (v *Verification) campaignFigures(book *xlsx.Book) error {
	by, err := rowsBy(book, sheetDecisions, func(col func(string) string, add func(group, name string)) {
		for title, column := range crosses {
			name := ""
			if column != "" {
				name = col(column)
			}
			add(title, name)
		}
	})
	if err != nil {
		return err
	}
	if err := v.statistics(book, by); err != nil {
		return err
	}
	from := sheetDecisions
	if slices.Contains(book.Sheets(), sheetVotes) {
		from = sheetVotes
	}
	votes, err := rowsBy(book, from, func(col func(string) string, add func(group, name string)) {
		name := col("Reviewer id")
		if from == sheetVotes {
			name += "/" + col("Stage")
		}
		add("", name)
	})
	if err != nil {
		return err
	}
	return v.reviewers(book, votes[""], from == sheetVotes)
}

// rowsBy counts the rows of a sheet and its further sheets under the names that
// name gives each.
func rowsBy(book *xlsx.Book, from string, name func(col func(string) string, add func(group, name string))) (map[string]groups, error) {
	out := map[string]groups{}
	for _, s := range book.Sheets() {
		if s != from && !strings.HasPrefix(s, from+" (") {
			continue
		}
		at := map[string]int{}
		err := eachRow(book, s, func(row int, c []string) {
			if row == 1 {
				for i, h := range c {
					at[h] = i
				}
				return
			}
			col := func(header string) string {
				if i, ok := at[header]; ok && i < len(c) {
					return c[i]
				}
				return ""
			}
			name(col, func(group, name string) {
				if out[group] == nil {
					out[group] = groups{}
				}
				out[group].of(name).add(col("Answer"), col("Seconds"), col("Bulk size"))
			})
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// answerOrder is the order of answers in cross tables.
var answerOrder = []review.Answer{review.Keep, review.Reduce, review.Revoke, review.Abstain, review.Silent}

// statistics holds the cross tables against what the decisions say.
func (v *Verification) statistics(book *xlsx.Book, by map[string]groups) error {
	title, known := "", false
	return eachSheetRow(book, sheetStatistics, func(row int, c []string) {
		if len(c) > 1 && c[1] == "Items" {
			title = c[0]
			_, known = crosses[title]
			return
		}
		if !known || len(c) < 9 {
			return
		}
		name := c[0]
		switch {
		case crosses[title] == "":
			name = ""
		case title == "By reviewer" && len(c) > 10:
			name = c[10]
		case title == "By reviewer":
			name = "" // nobody's
		}
		if len([]rune(name)) > longName {
			return
		}
		v.row(sheetStatistics, row, title+", "+c[0], c[1:9], by[title].of(name))
	})
}

// row holds a row of items, answers, and, where they are shown, those in bulk and
// seconds against what was counted.
func (v *Verification) row(name string, row int, label string, shown []string, n *counted) {
	v.same(name, row, label+", items", shown[0], n.items)
	for i, a := range answerOrder {
		v.same(name, row, label+", "+a.String(), shown[i+1], n.answers[a.String()])
	}
	if len(shown) > 7 {
		v.same(name, row, label+", in bulk", shown[6], n.bulk)
		v.same(name, row, label+", seconds", shown[7], n.seconds)
	}
}

// reviewers holds the figures of each reviewer against their rows.
func (v *Verification) reviewers(book *xlsx.Book, by groups, staged bool) error {
	at := map[string]int{}
	return eachSheetRow(book, sheetReviewers, func(row int, c []string) {
		if row == 1 {
			for i, h := range c {
				at[h] = i
			}
			return
		}
		first, id := at["Items"], ""
		if i := at["Reviewer id"]; i < len(c) {
			id = c[i]
		}
		if id == "" || first == 0 || len(c) < first+6 {
			return // the line of totals, or nobody's
		}
		if staged {
			id += "/" + c[at["Stage"]]
		}
		v.row(sheetReviewers, row, c[0], c[first:first+6], by.of(id))
	})
}

// eachSheetRow is eachRow for a sheet that need not be there.
func eachSheetRow(book *xlsx.Book, name string, do func(row int, cells []string)) error {
	if !slices.Contains(book.Sheets(), name) {
		return nil
	}
	return eachRow(book, name, do)
}

// verifiedLegends are the columns of the decisions that the cover counts.
var verifiedLegends = map[string]sheet.Legend{"Answer": answerLegend, "Result": resultLegend}
