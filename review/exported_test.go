package review_test

import (
	"context"
	"testing"

	"countersign/domain"
	"countersign/review"
	"countersign/store/storetest"
)

func TestAnExportIsOnRecord(t *testing.T) {
	ctx := context.Background()
	s := storetest.Open(t)
	storetest.Seed(t, s)
	svc := review.New(s)
	ana := domain.Actor{Principal: storetest.Ana.ID, Via: "uid 7"}
	seq, err := svc.Exported(ctx, ana, review.Export{Report: "people", Format: "csv", File: "p.csv", SHA256: "aa", Rows: 3})
	if err != nil {
		t.Fatal(err)
	}
	later, err := svc.Exported(ctx, ana, review.Export{Report: "campaign", Format: "xlsx", File: "q.xlsx", SHA256: "aa", Content: "cc", Campaign: "cmp_1"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := svc.Exported(ctx, ana, review.Export{Report: "people"}); err == nil {
		t.Error("an export without a digest was recorded")
	}
	if _, err := svc.Exported(ctx, domain.Actor{}, review.Export{Report: "people", SHA256: "aa"}); err == nil {
		t.Error("an export by nobody was recorded")
	}
	storetest.View(t, s, func(tx review.Tx) error {
		e, err := tx.Event(seq)
		if err != nil || e.Type != domain.EvExported || e.Subject != "people" || e.Actor != ana.Principal || len(e.Changes) > 0 {
			t.Errorf("the event is %+v, %v", e, err)
		}
		o, err := tx.Org()
		if err != nil {
			return err
		}
		if said := review.EventWords(o, e); said != "exported the report people to p.csv" {
			t.Errorf("it reads %q", said)
		}
		e, x, ok, err := review.ExportOf(tx, "aa")
		if err != nil || !ok || e.Seq != seq || x.Report != "people" {
			t.Errorf("the first export of the bytes is %+v %+v %v %v", e, x, ok, err)
		}
		e, x, ok, err = review.ExportOfContent(tx, "cc")
		if err != nil || !ok || e.Seq != later || x.File != "q.xlsx" || e.Subject != "cmp_1" || x.Content != "cc" {
			t.Errorf("the export of the content is %+v %+v %v %v", e, x, ok, err)
		}
		if _, _, ok, err := review.ExportOf(tx, "bb"); ok || err != nil {
			t.Errorf("an export that never was: %v, %v", ok, err)
		}
		for _, digest := range []string{"dd", ""} { // a table's export has no content digest
			if _, _, ok, err := review.ExportOfContent(tx, digest); ok || err != nil {
				t.Errorf("an export of the content %q that never was: %v, %v", digest, ok, err)
			}
		}
		return nil
	})
}
