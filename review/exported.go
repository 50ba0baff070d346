package review

import (
	"context"
	"strings"

	"countersign/domain"
)

// Export is the Data of an EvExported event: what left, in which form.
type Export struct {
	Report   string     `json:"report"` // "agent-matrix", "organisation", the name of a list on a screen
	Format   string     `json:"format"`
	File     string     `json:"file"`                     // its base name, or "standard output"
	SHA256   string     `json:"sha256"`                   // hex, of the file's bytes
	Content  string     `json:"content_digest,omitempty"` // of a workbook's values, as its cover shows it
	Rows     int        `json:"rows"`
	AsOf     domain.Seq `json:"as_of"` // the event whose state it shows
	Campaign domain.ID  `json:"campaign,omitempty"`
}

// Exported records that a report leaves: who exports what, with the digest of its
// file. It is called once the file is whole and before it gets its place, so that
// nothing leaves unrecorded. Any user may; what a person can see, they can export.
//
// Invalid: the export names no report or no digest. Further errors are those of
// every act.
func (s *Service) Exported(ctx context.Context, actor domain.Actor, x Export) (domain.Seq, error) {
	subject := domain.ID(x.Report)
	if x.Campaign != "" {
		subject = x.Campaign
	}
	var seq domain.Seq
	err := s.do(ctx, actor, act{"export", subject, ""}, func(w *work) error {
		if strings.TrimSpace(x.Report) == "" || x.SHA256 == "" {
			return domain.Errorf(domain.Invalid, "an export was recorded without its report or its digest")
		}
		e := w.event(domain.EvExported, subject)
		var err error
		seq, err = w.append(e, x, nil)
		return err
	})
	return seq, err
}

// ExportOf finds the event of the export of a file by the SHA-256 (hex) of its
// bytes, the first where there are several; ok is false where there is none.
func ExportOf(tx Tx, sha256 string) (e domain.Event, x Export, ok bool, err error) {
	return firstExport(tx, func(x Export) bool { return x.SHA256 == sha256 })
}

// ExportOfContent finds the event of an export by the digest (hex) of its content,
// which stays when a workbook is saved again, and which the same report has in every
// format (Export.Format): the first where there are several. ok is false where there is
// none.
func ExportOfContent(tx Tx, digest string) (e domain.Event, x Export, ok bool, err error) {
	return firstExport(tx, func(x Export) bool { return digest != "" && x.Content == digest })
}

// firstExport finds the first event of an export that is.
func firstExport(tx Tx, is func(Export) bool) (first domain.Event, found Export, ok bool, err error) {
	q := EventQuery{Types: []domain.EventType{domain.EvExported}, Limit: 500}
	for {
		es, err := tx.Events(q) // the latest come first
		if err != nil {
			return domain.Event{}, Export{}, false, err
		}
		for _, e := range es {
			if x, err := dataOf[Export](e); err == nil && is(x) {
				first, found, ok = e, x, true
			}
		}
		if len(es) < q.Limit {
			return first, found, ok, nil
		}
		q.Before = es[len(es)-1].Seq
	}
}
