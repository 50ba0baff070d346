package review

import (
	"context"
	"fmt"
)

// escalations does the steps that fell due for items nobody has answered.
func (p *tickPlan) escalations() error {
	for _, c := range p.campaigns {
		if c.State != Active || p.lapsing[c.ID] || p.now.After(c.Due) {
			continue
		}
		for step := 1; step <= len(c.Definition.Stages[c.Stage-1].Escalations); step++ {
			if p.now.Before(EscalationDue(c, step)) {
				continue
			}
			items, _, err := toEscalate(p.tx, c.ID, step)
			if err != nil {
				return err
			}
			if len(items) == 0 {
				continue
			}
			p.add("escalate", c.ID, fmt.Sprintf("%s/%d", stageKey(c), step),
				fmt.Sprintf("escalation %d of stage %d of %s: %s without an answer", step, c.Stage, c.Name, Count(len(items), "item", "items")),
				func(ctx context.Context) error {
					_, err := p.Escalate(ctx, p.actor, c.ID, step)
					return err
				})
		}
	}
	return nil
}
