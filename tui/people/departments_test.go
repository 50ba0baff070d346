package people_test

import (
	"fmt"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/tui/people"
	"countersign/tui/theme"
	"countersign/tui/tuitest/orgtest"
	"countersign/tui/ui"
)

// Who has it is counted department by department as each person's own page says, and
// what is drawn is told by numbers too.
func TestAccessByDepartment(t *testing.T) {
	o := orgtest.New(t).Org
	for _, target := range []domain.Target{{Kind: domain.TargetAgent, ID: "agt_basic"}, {Kind: domain.TargetArea, ID: "deployments"}, {Kind: domain.TargetAccount}} {
		ladder := domain.LadderOf(target.Kind)
		n, of := map[string]int{}, map[string]int{}
		total := make([]int, len(ladder))
		for row := range o.All(domain.KindPrincipal) {
			p := row.Record.(domain.Principal)
			if p.Kind != domain.User || p.Status != domain.Active {
				continue
			}
			of[p.Department]++
			if l := o.Level(p.ID, target, "", orgtest.Now); l >= ladder.Top() {
				n[p.Department]++
			}
			for l := domain.Level(1); l <= o.Level(p.ID, target, "", orgtest.Now); l++ {
				total[l]++
			}
		}
		text := strings.Join(ui.LinesWords(people.DepartmentLines(o, target, "it", orgtest.Now, 56)), "\n")
		for l := domain.Level(1); l < ladder.Top(); l++ {
			if want := fmt.Sprintf("%s or more: %d of 7 people", ladder.Word(l), total[l]); !strings.Contains(text, want) {
				t.Errorf("%s: no %q in\n%s", target.Kind, want, text)
			}
		}
		for department, all := range of {
			if want := fmt.Sprintf("%d/%d", n[department], all); n[department] > 0 && !strings.Contains(text, want) {
				t.Errorf("%s: no %s of %s in\n%s", target.Kind, want, department, text)
			}
		}
	}
}

func TestDepartmentsAreDrawn(t *testing.T) {
	for _, c := range []struct {
		name string
		kind theme.Kind
		w, h int
	}{{"departments-200x50", theme.Dark, 200, 50}, {"departments-80x24", theme.NoColour, 80, 24}} {
		d := start(t, orgtest.New(t), c.kind, c.w, c.h)
		d.Keys("F")
		d.Type("basic support agent")
		d.Keys("enter")
		d.Golden(c.name)
	}
}
