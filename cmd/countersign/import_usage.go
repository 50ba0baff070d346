package main

import (
	"errors"
	"fmt"

	"countersign/domain"
	"countersign/review"
	"countersign/store/ingest"
)

// planUsage previews a usage file beside the usage that is here.
func (s *session) planUsage(o *domain.Org, name string, opts ingest.Options) (pre *ingest.Preview, err error) {
	err = s.view(func(tx review.Tx) error {
		opts.Usage = tx.Usage()
		pre, err = s.plan(o, ingest.Usage, name, opts)
		return err
	})
	return pre, err
}

// importUsage answers with the preview and, with --apply, records the usage: it
// changes nobody's access, so it is no change set.
func (s *session) importUsage(pic picture, pre *ingest.Preview, f importFlags) error {
	doc := importDoc(s.about(pic), pre)
	p := s.newPage()
	importPage(p, pre)
	permit := pre.Permit(f.skipErrors, 0)
	switch {
	case permit != nil:
	case len(pre.Set.Changes) == 0:
		p.line("nothing changes")
	case !f.apply:
		p.line("a preview: nothing was written; --apply records it")
	default:
		cs := pre.Set
		if f.reason != "" {
			cs.Reason = f.reason + " (" + cs.Reason + ")"
		}
		done, err := s.svc.ImportUsage(s.ctx, s.actor, cs)
		if err != nil {
			return err
		}
		p.line("nobody's access changes; recorded at %s", events(done.First, done.Last))
		doc.Recorded = &recordedJSON{First: done.First, Last: done.Last, Rows: done.Rows}
	}
	return errors.Join(s.answer(doc, p), permit)
}

func events(first, last domain.Seq) string {
	if first == last {
		return fmt.Sprintf("event %d", first)
	}
	return fmt.Sprintf("events %d to %d", first, last)
}
