package main

import (
	"context"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"countersign/domain"
	"countersign/review"
	"countersign/store"
)

// replayEverything replays every campaign of every database that a script
// leaves behind: what is stored is what the log makes it, whatever was played.
// A file that cannot be opened is not ours, or was broken on purpose.
func replayEverything(env *testscript.Env) {
	ctx := context.Background()
	t := env.T()
	err := filepath.WalkDir(env.WorkDir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || !strings.HasSuffix(path, ".db") {
			return err
		}
		s, err := store.Open(ctx, path, store.Options{})
		if err != nil {
			return nil
		}
		replayCampaigns(ctx, t, s, path)
		return s.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
}

func replayCampaigns(ctx context.Context, t testscript.T, s *store.Store, path string) {
	var all []review.Campaign
	if err := s.View(ctx, func(tx review.Tx) (err error) { all, err = tx.Campaigns(); return err }); err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		if c.Population == "" {
			continue
		}
		r, err := review.New(s).Replay(ctx, c.ID, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range r.Differences {
			t.Log(path, c.Name, d.Words(func(id domain.ID) string { return string(id) }))
		}
		if !r.OK() {
			t.Fatal("the campaign " + c.Name + " is not what its log makes it")
		}
	}
}
