// Package campaigns is the console's pages for whoever runs campaigns: the list of
// them with everything about one, the acts that move one on, the items of a
// campaign to look at, except or hand over, and the work list for other systems.
package campaigns

import (
	"context"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/itemlist"
	"countersign/tui/ui"
)

// Overview is every campaign with its figures, as one transaction saw them.
type Overview struct {
	Org     *domain.Org
	Actor   domain.ID // who is at the screen, "" if nobody acts
	Now     time.Time
	Head    review.Head
	Figures []review.CampaignFigures // the newest first
}

// Story is everything about one campaign.
type Story struct {
	Org     *domain.Org
	Actor   domain.ID
	Now     time.Time
	Head    review.Head
	Figures review.CampaignFigures
	Checks  []review.Check        // before a launch, blocks first
	Stages  []StageLine           // one each; empty before it is staged
	Rulings map[review.Answer]int // items by their ruling over all stages; nil before there is one
	Waiting []string              // requests that wait for a checker, in words
	Results map[review.Result]int // nil before anything was verified
	Left    string                // of a cancelled one: what was signed to be lowered and still stands, in words
	Open    []string              // the first items that keep it from closing, in words
}

// StageLine says how far a stage is. Items are counted once, work items once for
// each reviewer who is asked.
type StageLine struct {
	Name           string
	Days           int       // how long it lasts; 0 where the campaign's due date says so
	Began, Due     time.Time // zero where it has not begun, or no longer matters
	Entered        int       // items that came to it; 0 before it begins
	Decided        int       // of them, with an answer
	Complete       int       // of them, with a ruling
	Work, WorkDone int
}

// Look is something to look at of a campaign, besides its story.
type Look struct {
	ID, Title string
	Doing     string // while it is worked out
	Long      string // for help and palette
	// Ask are what has to be said first; may be empty.
	Ask []ui.Field
	// From is the state from which on there is anything to look at.
	From review.State
}

// Work is what there is to do in other systems.
type Work struct {
	Campaign review.Campaign
	Stamp    string // changes when the list may
	Items    []WorkItem
}

// WorkItem is one line of the work list, with names in place of ids.
type WorkItem struct {
	review.WorkItem
	OwnerName, ReviewerName string
}

// Reads are what the pages read; they are called in commands only.
type Reads interface {
	itemlist.Reads
	Overview(ctx context.Context) (Overview, error)
	Story(ctx context.Context, campaign domain.ID) (Story, error)
	WorkList(ctx context.Context, campaign domain.ID) (Work, error)
	// Looks are what there is to look at, and Look works one out, in lines for
	// people; with are the answers to what it asks.
	Looks() []Look
	Look(ctx context.Context, campaign domain.ID, look string, with []string) ([]ui.Line, error)
	More(ctx context.Context, campaign domain.ID, no int) (itemlist.More, error)
	Name(ctx context.Context, principal domain.ID) string
	// Reviewers are the people items can be handed over to.
	Reviewers(ctx context.Context) ([]ui.Candidate, error)
}

// Acts are what the person at the screen does with a campaign. saw is what they
// were shown. Errors are sentences for the person.
type Acts interface {
	Stage(ctx context.Context, saw domain.Sight, campaign domain.ID, progress func(done, total int)) (review.Campaign, error)
	Launch(ctx context.Context, saw domain.Sight, campaign domain.ID) (review.Campaign, error)
	// Extend, Cancel, Except and Reassign say what was done: it is, or a checker
	// is asked.
	Extend(ctx context.Context, saw domain.Sight, campaign domain.ID, due, reason string) (said string, err error)
	// Remind writes reminders into the outbox, or, dry, gives what it would write.
	Remind(ctx context.Context, saw domain.Sight, campaign domain.ID, note string, dry bool) (review.Reminding, error)
	// Tick does what the clock asks for, in all campaigns, or, dry, tells what it would
	// do first.
	Tick(ctx context.Context, saw domain.Sight, dry bool) (review.TickReport, error)
	// Lapse closes the open packets of a stage that is past its due date, and
	// gives how many; Advance closes a stage whose packets are all checked.
	Lapse(ctx context.Context, saw domain.Sight, campaign domain.ID) (int, error)
	Advance(ctx context.Context, saw domain.Sight, campaign domain.ID) (review.Campaign, error)
	Reiterate(ctx context.Context, saw domain.Sight, campaign domain.ID, due, reason string) (review.Campaign, error)
	Remediate(ctx context.Context, saw domain.Sight, campaign domain.ID) (review.Remediation, error)
	Verify(ctx context.Context, saw domain.Sight, campaign domain.ID) (map[review.Result]int, error)
	Close(ctx context.Context, saw domain.Sight, campaign domain.ID) (review.Campaign, error)
	Cancel(ctx context.Context, saw domain.Sight, campaign domain.ID, reason string) (said string, err error)
	Except(ctx context.Context, saw domain.Sight, campaign domain.ID, items []int, until, reason string) (said string, err error)
	Reassign(ctx context.Context, saw domain.Sight, campaign domain.ID, items []int, to domain.ID, reason string) (said string, err error)
	// Acknowledge is management's acknowledgement of the results.
	Acknowledge(ctx context.Context, saw domain.Sight, campaign domain.ID, statement string) (review.Acknowledgement, error)
	// Evidence writes the campaign's evidence workbook and gives its path.
	Evidence(ctx context.Context, campaign domain.ID) (path string, err error)
	// Package writes the workbook with the log and its proofs, as a zip.
	Package(ctx context.Context, campaign domain.ID) (path string, err error)
}
