// Package policy is the console's page over the policy: which effect of a change
// asks for whose approval. Another approval, and the shipped policy again, are put
// forward as change sets under the policy itself.
package policy

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"

	tea "charm.land/bubbletea/v2"

	"countersign/domain"
	"countersign/review/filter"
	"countersign/tui"
	"countersign/tui/action"
	"countersign/tui/browse"
	"countersign/tui/change"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// Reads are what this page reads.
type Reads interface{ change.Reads }

// Acts are what it does: change sets.
type Acts interface{ change.Acts }

const scope = "policy"

// New makes the page.
func New(reads Reads, acts Acts) func(*tui.Host, string) tui.Page {
	return func(h *tui.Host, _ string) tui.Page {
		p := &page{host: h}
		p.browser = browse.New(h, browse.Config{
			Title: "Policy", What: scope, One: "row of the policy", Reads: reads, Fields: filter.Policy(),
			Columns: []ui.Column{{Title: "What", Width: 30, Flex: 3}, {Title: "Needs", Width: 9}, {Title: "From", Width: 20, Flex: 1, Drop: 1}},
			Rows:    p.rows, Detail: detail, Enter: p.choose, Acts: p.actions,
			Entity: func(string) string { return string(domain.SettingPolicy) },
		}, acts)
		return p.browser
	}
}

// page keeps the policy that its rows were made of.
type page struct {
	host    *tui.Host
	browser *browse.Browser

	mu sync.Mutex
	of domain.Policy
}

var needRoles = map[domain.ApprovalClass]theme.Role{domain.NoApproval: theme.Dim, domain.ManagerApproval: theme.Plain,
	domain.CheckerApproval: theme.Warn, domain.AdminApproval: theme.Warn, domain.ExecutiveApproval: theme.Danger}

// key names a row by its place in the table.
func key(i int) string { return fmt.Sprintf("row %02d", i+1) }

func rowOf(p domain.Policy, k string) (domain.PolicyRow, bool) {
	for i, r := range p.Rows() {
		if key(i) == k {
			return r, true
		}
	}
	return domain.PolicyRow{}, false
}

func (p *page) rows(pic change.Picture) []ui.Record {
	policy := pic.Org.Policy()
	p.mu.Lock()
	p.of = policy
	p.mu.Unlock()
	var out []ui.Record
	for i, r := range policy.Rows() {
		out = append(out, ui.Record{
			Row:    ui.Row{Key: key(i), Cells: []ui.Cell{{Text: r.What}, {Text: r.Need.String(), Role: needRoles[r.Need]}, {Text: r.Who}}},
			Values: []string{r.What, r.Need.String(), r.Who, r.By},
		})
	}
	return out
}

// detail says a row whole: who gives the approval, and whether a policy can ask
// for another.
func detail(_ context.Context, p change.Picture, k string) ([]ui.Line, error) {
	policy := p.Org.Policy()
	r, ok := rowOf(policy, k)
	if !ok {
		return nil, domain.Errorf(domain.NotFound, "this row is gone").Hinted("load the list again with f5")
	}
	how := "the organisation's own policy"
	if p.Org.Setting(domain.SettingPolicy) == "" {
		how = "the shipped policy"
	}
	out := []ui.Line{ui.Text(theme.Title, r.What), nil, change.Fact("Needs", r.Need.String()), change.Fact("From", r.Who), change.Fact("By", how)}
	out = append(out, change.Heading("Could be")...)
	can := choices(policy, r)
	if len(can) == 0 {
		out = append(out, ui.Text(theme.Dim, "Nothing else from here; numbers are set with countersign policy set."))
	}
	for _, c := range can {
		out = append(out, ui.Plain(c.String()+": "+c.Words()))
	}
	return append(out, nil, ui.Text(theme.Dim, "A change of the policy is judged by the stricter of the old one and the new, and what it loosens takes the approval that it loosens.")), nil
}

// choices are the approvals that a row could ask for in a policy that stands,
// besides the one it asks for.
func choices(p domain.Policy, r domain.PolicyRow) []domain.ApprovalClass {
	var out []domain.ApprovalClass
	for _, c := range domain.ApprovalClasses() {
		if other, ok := p.Asking(r, c); ok && c != r.Need && other.Check() == nil {
			out = append(out, c)
		}
	}
	return out
}

func (p *page) actions(s browse.Subject) action.Table {
	off := func() string {
		if _, ok := s.Selected(); !ok {
			return "Nothing is selected."
		}
		return ""
	}
	return action.Table{
		{ID: "policy.set", Keys: []string{"e"}, Help: "another approval", Long: "let this ask for another approval", Scope: scope, Hint: 1, Off: off, Do: func() tea.Cmd {
			id, _ := s.Selected()
			return p.choose(string(id))
		}},
		{ID: "policy.reset", Keys: []string{"R"}, Help: "shipped policy", Long: "propose the shipped policy again", Scope: scope, Hint: 2, Do: func() tea.Cmd {
			return p.browser.Desk.Propose(change.Draft{Heading: "Reset the policy", Make: func(pic change.Picture, _ func(string) domain.ID) (domain.ChangeSet, error) {
				row, ok := pic.Org.Get(domain.KindSetting, domain.SettingPolicy)
				if !ok {
					return domain.ChangeSet{}, domain.Errorf(domain.Conflict, "the shipped policy is in force already").Hinted("close this dialog")
				}
				return change.Set("Reset the policy to the shipped one", domain.End(row.Record))
			}})
		}},
	}
}

// choose asks which approval a row is to need, and puts that forward.
func (p *page) choose(k string) tea.Cmd {
	p.mu.Lock()
	policy := p.of
	p.mu.Unlock()
	r, ok := rowOf(policy, k)
	if _, set := policy.Asking(r, r.Need); !ok || !set {
		p.host.Say("no approval is set here; numbers are set with countersign policy set")
		return nil
	}
	all := domain.ApprovalClasses()
	options, start := make([]ui.Option, len(all)), 0
	for i, need := range all {
		options[i] = ui.Option{Label: need.String() + ": " + need.Words(), Key: strconv.Itoa(i + 1)}
		if need == r.Need {
			start = i
		}
		if other, _ := policy.Asking(r, need); other.Check() != nil {
			var e *domain.Error
			if errors.As(other.Check(), &e) {
				options[i].Off = e.Message
			}
		}
	}
	p.host.Open(ui.NewChoice(p.host.Env, ui.Choice{Heading: "Another approval", What: []string{r.What}, Options: options, Start: start,
		Do: func(i int) tea.Cmd { return p.browser.Desk.Propose(p.draft(k, all[i])) }}))
	return nil
}

// draft is the change set in which a row needs another approval.
func (p *page) draft(k string, need domain.ApprovalClass) change.Draft {
	return change.Draft{Heading: "Change the policy", Make: func(pic change.Picture, _ func(string) domain.ID) (domain.ChangeSet, error) {
		policy := pic.Org.Policy()
		r, _ := rowOf(policy, k)
		now, ok := policy.Asking(r, need)
		if !ok {
			return domain.ChangeSet{}, domain.Errorf(domain.Conflict, "the policy has changed meanwhile").Hinted("load the list again with f5")
		}
		if now.Equal(policy) {
			return domain.ChangeSet{}, nil
		}
		text, err := now.Text()
		if err != nil {
			return domain.ChangeSet{}, err
		}
		c := domain.Change{After: domain.Setting{ID: domain.SettingPolicy, Value: text}}
		if row, stored := pic.Org.Get(domain.KindSetting, domain.SettingPolicy); stored {
			c.Before = row.Record
		}
		return change.Set("Policy: "+r.What+" needs "+need.String(), c)
	}}
}
