package ui

import (
	"context"
	"slices"
)

// TargetKeys are the keys that targets mean: those marked, or where all rows of a query
// are, those of the list's source. It is for commands.
func TargetKeys(ctx context.Context, src Source, t Targets) ([]string, error) {
	if !t.All {
		return slices.Clone(t.Keys), nil
	}
	var out []string
	req := Request{Seek: First, Limit: keepRows, Query: t.Query}
	for {
		page, err := src.Load(ctx, req)
		if err != nil {
			return nil, err
		}
		for _, r := range page.Rows {
			if _, not := slices.BinarySearch(t.Keys, r.Key); !not {
				out = append(out, r.Key)
			}
		}
		if len(page.Rows) < req.Limit {
			return out, nil
		}
		req.Seek, req.Key = After, page.Rows[len(page.Rows)-1].Key
	}
}
