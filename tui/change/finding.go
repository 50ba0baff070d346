package change

import (
	"context"
	"fmt"
	"strconv"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// FindingDays gives a function that says the day from which a finding holds.
func FindingDays(ctx context.Context, reads Reads, o *domain.Org, all []domain.Finding) (func(domain.Finding) string, error) {
	var seqs []domain.Seq
	asked := map[domain.Seq]bool{}
	for _, f := range all {
		if f.Since.Day == "" && !asked[f.Since.Event] {
			asked[f.Since.Event] = true
			seqs = append(seqs, f.Since.Event)
		}
	}
	moments, err := reads.Moments(ctx, seqs)
	return func(f domain.Finding) string {
		if f.Since.Day != "" {
			return string(f.Since.Day)
		}
		if m := moments[f.Since.Event]; !m.At.IsZero() {
			return m.At.In(o.Zone()).Format("2006-01-02")
		}
		return "event " + strconv.FormatInt(int64(f.Since.Event), 10)
	}, err
}

// SeverityRole is the role in which a severity is drawn.
func SeverityRole(s domain.Severity) theme.Role {
	return map[domain.Severity]theme.Role{domain.SeverityLow: theme.Dim, domain.SeverityMedium: theme.Plain,
		domain.SeverityHigh: theme.Warn, domain.SeverityCritical: theme.Danger}[s]
}

// FindingLines says one finding whole: since when, how it could be mended, and by
// which paths. It is for commands.
func FindingLines(ctx context.Context, reads Reads, pic Picture, f domain.Finding, sign theme.Signs) ([]ui.Line, error) {
	o := pic.Org
	given, err := GivenWords(ctx, reads, o, []domain.Seq{f.Since.Event})
	if err != nil {
		return nil, err
	}
	since := given(f.Since.Event)
	if f.Since.Day != "" {
		since = string(f.Since.Day) + ", the record itself " + since
	}
	out := []ui.Line{{{Role: SeverityRole(f.Severity), Text: f.Severity.String()}, {Text: "  "}, {Role: theme.Title, Text: f.Kind.Title()}}, nil,
		ui.Plain(f.Text + "."), nil, Fact("Since", since), Fact("Id", string(f.ID))}
	out = append(out, Heading("Ways to mend it")...)
	mends, why := o.Mends(f, pic.Now, ShownIDs())
	for i, m := range mends {
		out = append(out, ui.Text(theme.OK, fmt.Sprintf("%d. %s", i+1, m.Text)))
		for _, c := range m.Changes {
			d, err := domain.DeltaOf(c.Before, c.After)
			if err != nil {
				return nil, err
			}
			out = append(out, ui.Text(theme.Dim, "   "+review.DeltaWords(o, d)))
		}
	}
	if why != "" {
		out = append(out, ui.Text(theme.Warn, "No change set does: "+why))
	}
	for _, w := range f.Ways {
		out = append(out, nil)
		out = append(out, Explain(o, w, sign)...)
	}
	return out, nil
}

// ShownIDs makes ids of records that nobody proposes.
func ShownIDs() func(prefix string) domain.ID {
	n := 0
	return func(prefix string) domain.ID {
		n++
		return domain.ID(prefix + "_shown" + strconv.Itoa(n))
	}
}
