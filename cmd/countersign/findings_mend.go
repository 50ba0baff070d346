package main

import (
	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
)

func (e *env) findingsMendCmd() *cobra.Command {
	var f proposing
	way := 0
	cmd := &cobra.Command{
		Use:   "mend FINDING...",
		Short: "Propose the change set that mends a finding, or several",
		Long: `Mend proposes the smallest change set after which a finding is gone; several findings are mended
by one change set, or none of them is. Where there are several ways to mend one --way says which
("findings show" lists them). What has changed meanwhile is looked at anew: a finding that is gone
is not mended twice.

` + proposingHelp,
		Example: `  countersign findings mend fnd_7kq2mzpa3xwd --dry-run
  countersign findings mend fnd_7kq2mzpa3xwd --way 2 --reason "quarterly clean-up"
  countersign findings mend fnd_7kq2mzpa3xwd fnd_2m4dw8rj6q1t --reason "quarterly clean-up"`,
		Args: between(1, -1),
		RunE: e.proposer(&f, func(s *session, _ *domain.Org, ids maker, args []string) (string, []domain.Change, error) {
			pic, found, _, err := s.findingsNow(args...)
			if err != nil {
				return "", nil, err
			}
			return mending(pic, found, way, ids)
		}),
	}
	cmd.Flags().IntVar(&way, "way", 0, "which `WAY` to mend it, as findings show numbers them; needed where there are several")
	return e.proposingFlags(cmd, &f)
}

// mending gives the one change set that mends all of the findings, each in the way with
// that number, or with 0 in the only one there is.
func mending(pic picture, found []domain.Finding, way int, ids maker) (title string, changes []domain.Change, err error) {
	taken := map[domain.Ref]domain.ID{} // what a finding's mend changes already
	for _, f := range found {
		m, err := mendOf(pic, f, way, ids)
		if err != nil {
			return "", nil, err
		}
		for _, c := range m.Changes {
			r := domain.Ref{Kind: c.Record().RecordKind(), ID: c.Record().RecordID()}
			if other := taken[r]; other != "" && other != f.ID {
				return "", nil, domain.Errorf(domain.Conflict, "mending %s and mending %s change the same", other, f.ID).Hinted("mend one of them first: the other may be gone with it")
			}
			taken[r] = f.ID
		}
		title, changes = review.MendTitle(f, m), append(changes, m.Changes...)
	}
	if len(found) > 1 {
		title = "Mend " + review.Count(len(found), "finding", "findings")
	}
	return title, changes, nil
}

// mendOf is the way to mend a finding: none, one of several that is not named, or none
// of that number is an error.
func mendOf(pic picture, f domain.Finding, way int, ids maker) (domain.Mend, error) {
	mends, why := pic.org.Mends(f, pic.at, ids)
	switch {
	case len(mends) == 0:
		return domain.Mend{}, domain.Errorf(domain.Conflict, "no change set mends %s", f.ID).Hinted("%s", why)
	case way == 0 && len(mends) == 1:
		way = 1
	case way == 0:
		return domain.Mend{}, domain.Errorf(domain.Invalid, "there are %d ways to mend %s", len(mends), f.ID).
			Hinted("say which with --way: see findings show %s", f.ID)
	case way < 0 || way > len(mends):
		return domain.Mend{}, domain.Errorf(domain.Invalid, "there is no way %d to mend %s", way, f.ID).
			Hinted("there are %d: see findings show", len(mends))
	}
	return mends[way-1], nil
}
