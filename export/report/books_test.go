package report

import (
	"os"
	"path/filepath"
	"testing"
)

// The workbooks of hostile names, for readers that did not write them: where
// COUNTERSIGN_BOOKS names a folder they are left there.
func TestHostileBooksForOtherReaders(t *testing.T) {
	folder := os.Getenv("COUNTERSIGN_BOOKS")
	if folder == "" {
		t.Skip("COUNTERSIGN_BOOKS names no folder for the workbooks: the office steps of .ci/run set it")
	}
	q := quarterOf(t, hostile)
	q.launch()
	q.decide()
	q.finish()
	q.second()
	campaign, _ := q.export()
	o := hostileWorld(t)
	agents, _ := written(t, AgentMatrix(o, meta(o), PeopleFilter{}))
	wb, err := AreaMatrix(o, meta(o), "", PeopleFilter{})
	q.must(err)
	areas, _ := written(t, wb)
	for name, file := range map[string][]byte{"hostile-campaign.xlsx": campaign, "hostile-agents.xlsx": agents, "hostile-areas.xlsx": areas} {
		if err := os.WriteFile(filepath.Join(folder, name), file, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
