package ui

import "context"

// Texts gives the titles of the list's columns, that of the group first where
// there are groups, and a function that loads the texts of every row of the
// query now in force, for an export. The function may run outside Update.
func (l *List) Texts(group string) (columns []string, load func(context.Context) ([][]string, error)) {
	if group != "" {
		columns = append(columns, group)
	}
	for _, c := range l.cfg.Columns {
		columns = append(columns, c.Title)
	}
	src, query := l.cfg.Source, l.query
	return columns, func(ctx context.Context) ([][]string, error) {
		var out [][]string
		req := Request{Seek: First, Limit: keepRows, Query: query}
		for {
			page, err := src.Load(ctx, req)
			if err != nil {
				return nil, err
			}
			for _, r := range page.Rows {
				var texts []string
				if group != "" {
					texts = append(texts, r.Group)
				}
				for _, c := range r.Cells {
					texts = append(texts, c.Text)
				}
				out = append(out, texts)
			}
			if len(page.Rows) < req.Limit {
				return out, nil
			}
			req.Seek, req.Key = After, page.Rows[len(page.Rows)-1].Key
		}
	}
}
