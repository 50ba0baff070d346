package store

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"countersign/domain"
	"countersign/review"
)

func decode(k domain.Kind, raw json.RawMessage) (domain.Record, error) {
	return review.DecodeRecord(k, raw)
}

// entities lists what an event names, each once, in order: its actor, its
// subject and what the subject lies under, and every record and person in the
// rows it changes or proposes to change. names, in order, are those of rows besides.
func entities(e domain.Event, names []domain.ID, changes ...[]rowChange) []domain.ID {
	set := map[domain.ID]bool{e.Actor: true, domain.ID(e.Subject): true}
	for i, r := range e.Subject {
		if r == '/' {
			set[domain.ID(e.Subject[:i])] = true
		}
	}
	for _, some := range changes {
		namesOf(set, some)
	}
	maps.DeleteFunc(set, func(id domain.ID, _ bool) bool { _, known := slices.BinarySearch(names, id); return known })
	if own := sortedNames(set); len(names) == 0 || len(own) > 0 {
		names = slices.Concat(names, own)
		slices.Sort(names)
	}
	return names
}

// namesOf adds what rows name.
func namesOf(set map[domain.ID]bool, rows []rowChange) map[domain.ID]bool {
	for _, c := range rows {
		set[c.id] = true
		for _, rec := range [2]domain.Record{c.before, c.after} {
			for _, id := range named(rec) {
				set[id] = true
			}
		}
	}
	return set
}

// sortedNames gives a set in order, without the empty name.
func sortedNames(set map[domain.ID]bool) []domain.ID {
	delete(set, "")
	return slices.Sorted(maps.Keys(set))
}

// named lists the ids in a record, its own first; some may be empty.
func named(rec domain.Record) []domain.ID {
	if rec == nil {
		return nil
	}
	id := rec.RecordID()
	switch r := rec.(type) {
	case domain.Principal:
		return []domain.ID{id, r.Manager, r.Owner}
	case domain.Group:
		return []domain.ID{id, r.Parent}
	case domain.Agent:
		return []domain.ID{id, r.Owner, r.Creator}
	case domain.Source:
		return []domain.ID{id, r.Owner}
	case domain.AgentSource:
		return []domain.ID{id, r.Agent, r.Source}
	case domain.Area:
		return []domain.ID{id, r.Parent}
	case domain.Grant:
		return []domain.ID{id, r.Holder.ID, r.Target.ID, r.Agent}
	case domain.Field:
		return []domain.ID{id, r.Object}
	case domain.ExternalGroup:
		return []domain.ID{id, r.Group}
	case domain.SoDRule:
		return []domain.ID{id, r.A.Target.ID, r.A.Agent, r.B.Target.ID, r.B.Agent}
	case domain.Usage:
		return []domain.ID{id, r.Principal, r.Target.ID}
	case domain.Binding:
		return []domain.ID{id, r.Principal}
	case review.ChangeSetHead:
		return []domain.ID{id, r.Maker, r.Campaign}
	case review.Approval:
		return append([]domain.ID{r.ChangeSet, r.Checker}, r.Settles...)
	case review.Campaign:
		return []domain.ID{id, r.Owner}
	case review.Packet:
		return []domain.ID{id, r.Campaign, r.Reviewer, r.Checker}
	case review.Outcome:
		return []domain.ID{id, r.Campaign, r.ChangeSet, r.Approver}
	case review.Decision:
		return []domain.ID{id, r.Campaign, itemOf(id), r.Reviewer}
	case review.ItemReturn:
		return []domain.ID{id, r.Campaign, itemOf(id), r.Reviewer}
	case review.Bulk:
		return []domain.ID{id, r.Campaign, r.Reviewer}
	case review.Ruling:
		return []domain.ID{id, r.Campaign, itemOf(id), r.Reviewer}
	case review.Template:
		return []domain.ID{id, r.Maker, r.Checker}
	case review.Request:
		return []domain.ID{id, r.Campaign, r.To, r.Maker, r.Checker}
	case review.Substitute:
		return []domain.ID{id, r.Person, r.Substitute}
	case review.Message:
		return []domain.ID{id, r.Campaign, r.To}
	case review.Assigned:
		return append([]domain.ID{id, r.Campaign, itemOf(id), r.Reviewer, r.For}, r.Past...)
	}
	return []domain.ID{id}
}

// itemOf cuts campaign/item/stage/reviewer down to campaign/item.
func itemOf(id domain.ID) domain.ID {
	parts := strings.SplitN(string(id), "/", 3)
	return domain.ID(strings.Join(parts[:2], "/"))
}

// addEntities notes which records and people event seq names.
func (t *tx) addEntities(seq domain.Seq, ids []domain.ID) error {
	if len(ids) >= packedFrom && t.conn != nil {
		return t.addManyEntities(seq, ids)
	}
	for batch := range slices.Chunk(ids, 100) {
		args := make([]any, 0, 2*len(batch))
		for _, id := range batch {
			args = append(args, string(id), int64(seq))
		}
		if _, err := t.sql.ExecContext(t.ctx, "INSERT INTO event_entity (id, seq) VALUES "+tuples(len(batch), 2), args...); err != nil {
			return err
		}
	}
	return nil
}
