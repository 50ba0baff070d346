package review

import (
	"encoding/json"
	"strconv"

	"countersign/domain"
)

func (r Ruling) RecordKind() domain.Kind        { return KindRuling }
func (r Template) RecordKind() domain.Kind      { return KindTemplate }
func (r Request) RecordKind() domain.Kind       { return KindRequest }
func (r Substitute) RecordKind() domain.Kind    { return KindSubstitute }
func (r Message) RecordKind() domain.Kind       { return KindMessage }
func (r Bulk) RecordKind() domain.Kind          { return KindBulk }
func (r ChangeSetHead) RecordKind() domain.Kind { return KindChangeSet }
func (r Approval) RecordKind() domain.Kind      { return KindApproval }
func (r Campaign) RecordKind() domain.Kind      { return KindCampaign }
func (r Decision) RecordKind() domain.Kind      { return KindDecision }
func (r Assigned) RecordKind() domain.Kind      { return KindAssigned }
func (r Packet) RecordKind() domain.Kind        { return KindPacket }
func (r ItemReturn) RecordKind() domain.Kind    { return KindReturn }
func (r Outcome) RecordKind() domain.Kind       { return KindOutcome }

func (r ChangeSetHead) RecordID() domain.ID { return r.ID }
func (r Approval) RecordID() domain.ID      { return r.ChangeSet + "/" + r.Checker }
func (r Campaign) RecordID() domain.ID      { return r.ID }
func (r Decision) RecordID() domain.ID      { return itemID(r.Campaign, r.Item, r.Stage, r.Reviewer) }
func (r Assigned) RecordID() domain.ID      { return itemID(r.Campaign, r.Item, r.Stage, r.Reviewer) }
func (r ItemReturn) RecordID() domain.ID    { return itemID(r.Campaign, r.Item, r.Stage, r.Reviewer) }
func (r Template) RecordID() domain.ID      { return r.ID + "/" + domain.ID(strconv.Itoa(r.Version)) }
func (r Request) RecordID() domain.ID       { return r.ID }
func (r Substitute) RecordID() domain.ID    { return r.ID }
func (r Message) RecordID() domain.ID       { return r.ID }
func (r Bulk) RecordID() domain.ID          { return r.ID }
func (r Ruling) RecordID() domain.ID {
	return r.Campaign + "/" + domain.ID(strconv.Itoa(r.Item)) + "/" + domain.ID(strconv.Itoa(r.Stage))
}
func (r Packet) RecordID() domain.ID {
	return r.Campaign + "/" + domain.ID(strconv.Itoa(r.Stage)) + "/" + r.Reviewer
}
func (r Outcome) RecordID() domain.ID { return r.Campaign + "/" + domain.ID(strconv.Itoa(r.Item)) }

func itemID(c domain.ID, item, stage int, reviewer domain.ID) domain.ID {
	return c + "/" + domain.ID(strconv.Itoa(item)) + "/" + domain.ID(strconv.Itoa(stage)) + "/" + reviewer
}

// DecodeRecord reads a row of this package's kinds, or of package domain's,
// from its canonical JSON. An unknown kind is an Internal error.
func DecodeRecord(k domain.Kind, raw json.RawMessage) (domain.Record, error) {
	switch k {
	case KindChangeSet:
		return decode[ChangeSetHead](raw)
	case KindApproval:
		return decode[Approval](raw)
	case KindCampaign:
		return decode[Campaign](raw)
	case KindDecision:
		return decode[Decision](raw)
	case KindAssigned:
		return decode[Assigned](raw)
	case KindPacket:
		return decode[Packet](raw)
	case KindReturn:
		return decode[ItemReturn](raw)
	case KindOutcome:
		return decode[Outcome](raw)
	case KindRuling:
		return decode[Ruling](raw)
	case KindTemplate:
		return decode[Template](raw)
	case KindRequest:
		return decode[Request](raw)
	case KindSubstitute:
		return decode[Substitute](raw)
	case KindMessage:
		return decode[Message](raw)
	case KindBulk:
		return decode[Bulk](raw)
	}
	return domain.DecodeRecord(k, raw)
}

func decode[R domain.Record](raw json.RawMessage) (domain.Record, error) {
	var r R
	if err := json.Unmarshal(raw, &r); err != nil {
		return nil, err
	}
	return r, nil
}
