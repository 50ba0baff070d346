package review

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"countersign/domain"
)

// ResidualItem is an item whose holders still have more than was ruled, with
// the smallest ways to end that. Ways is empty where there is none, and Why
// says what stands against it.
type ResidualItem struct {
	Item Item
	Ways []WiderEdit
	Why  string
}

// Residuals gives the residual items of a campaign as access stands now, with
// the smallest wider edits that would end each. They are never part of the
// campaign's remediation, which touches the items' own grants alone: see
// ProposeWider. id makes the ids of new grants.
func (s *Service) Residuals(ctx context.Context, campaign domain.ID, id func() domain.ID) ([]ResidualItem, error) {
	var out []ResidualItem
	err := s.store.View(ctx, func(tx Tx) error {
		c, err := tx.Campaign(campaign)
		if err != nil {
			return err
		}
		o, err := tx.Org()
		if err != nil {
			return err
		}
		v, err := newVerifier(tx, c)
		if err != nil {
			return err
		}
		v.look(tx, o)
		return eachItem(tx, ItemQuery{Campaign: c.ID, State: ItemUnsettled}, func(it Item) error {
			if it.Outcome.Result != Residual {
				return nil
			}
			r := ResidualItem{Item: it}
			still := func(o *domain.Org) []domain.Remaining { return v.stillAt(o, it) }
			if r.Ways, r.Why = WiderEdits(o, it.Holding, it.Ruling.Level, v.now, still, id); len(still(o)) == 0 {
				r.Why = "nothing is left of it now: verify the campaign again"
				if strings.Contains(it.Outcome.Left, "window") {
					r.Why = "only its window is wider than what was reviewed: propose the window it had"
				}
			}
			out = append(out, r)
			return nil
		})
	})
	return out, err
}

// stillAt gives what an item leaves in an organisation: its own grant, where
// that stands above the ruling again, and what comes by paths nobody reviewed.
func (v *verifier) stillAt(o *domain.Org, it Item) []domain.Remaining {
	w := *v
	w.o = o
	left, _ := w.left(it)
	row, there := o.Holding(it.Holding.ID)
	if g, _ := row.Record.(domain.Grant); there && g.Level > it.Ruling.Level {
		own := domain.Remaining{Principal: g.Holder.ID, Target: g.Target, Agent: g.Agent, Level: g.Level, At: v.now,
			Paths: []domain.Path{{Level: g.Level, Given: g.Level, Grant: g.ID, Via: []domain.ID{g.ID}}}}
		left = append([]domain.Remaining{own}, left...)
	}
	return left
}

// ProposeWider proposes a wider edit as an ordinary change set: made by the
// actor, judged by the policy, countersigned by whom that asks for. Its title
// and its event name the item whose residual it ends. Conflict
// "not-residual": the item is not. Further errors are those of Propose.
func (s *Service) ProposeWider(ctx context.Context, actor domain.Actor, campaign domain.ID, item int, way WiderEdit, reason string) (Proposal, error) {
	var p Proposal
	subject := campaign + "/" + domain.ID(strconv.Itoa(item))
	err := s.do(ctx, actor, act{"propose", subject, "maker"}, func(w *work) error {
		it, err := w.Item(campaign, item)
		if err != nil {
			return err
		}
		c, err := w.Campaign(campaign)
		if err != nil {
			return err
		}
		if it.Outcome.Result != Residual {
			return domain.Errorf(domain.Conflict, "item %d of %q is %s", item, c.Name, it.Outcome.Result).
				Hinted("only what is residual takes a wider edit").ByRule("not-residual")
		}
		if reason = strings.TrimSpace(reason); reason == "" {
			reason = fmt.Sprintf("ends what item %d of %s left: %s", item, c.Name, it.Outcome.Left)
		}
		cs := domain.ChangeSet{Title: fmt.Sprintf("Residual of item %d of %s: %s", item, c.Name, strings.Join(way.Deeds, "; ")),
			Reason: reason, Changes: slices.Clone(way.Changes)}
		p, err = w.propose(cs, ChangeData{Item: c.ID + "/" + domain.ID(strconv.Itoa(item))})
		return err
	})
	return p, err
}
