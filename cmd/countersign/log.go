package main

import (
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
	"countersign/review/filter"
)

// logFilter are the filters of the log, as given.
type logFilter struct {
	types          []string
	entity, person string
	by, format     string
	filter         string
	from, to       string
	before         int64
	limit          int
	lines          bool
}

func (e *env) logCmd() *cobra.Command {
	f := logFilter{}
	cmd := &cobra.Command{
		Use:   "log",
		Short: "The audit log: list it, verify it, take a checkpoint",
		Long: `Log lists events, the newest first, in words. With --json they come as one document; with --lines
as JSON lines, oldest first and all that fit: each exactly the line that the log hashes.

` + formatHelp + "\n\n" + asOfHelp,
		Example: `  countersign log --person dana@acme.example --from 2026-01-01
  countersign log --filter 'by:dana type:campaign !type:decided time:2026-03'
  countersign log --type refused --limit 20
  countersign log --lines > events.jsonl
  countersign log --format twig --entity agent:Support --by ana@acme.example > permissions.json`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			return nil
		},
		RunE: e.with(needsReader, func(s *session, _ []string) error { return s.log(f) }),
	}
	fl := cmd.Flags()
	fl.StringArrayVar(&f.types, "type", nil, "only events of this `TYPE`, for example changeset.applied")
	fl.StringVar(&f.entity, "entity", "", "only events that name this `THING`, or this id")
	fl.StringVar(&f.person, "person", "", "only events by or about this `PERSON`")
	fl.StringVar(&f.by, "by", "", "only what this `PERSON` did")
	filterFlag(cmd, &f.filter, filter.Events())
	fl.StringVar(&f.format, "format", "", "another `FORM` than words: twig")
	fl.StringVar(&f.from, "from", "", "from this `MOMENT` on")
	fl.StringVar(&f.to, "to", "", "until this `MOMENT`")
	fl.Int64Var(&f.before, "before", 0, "only events before this `NUMBER`: the next page")
	fl.IntVar(&f.limit, "limit", 50, "at most so `MANY`")
	fl.BoolVar(&f.lines, "lines", false, "print JSON lines as the log hashes them")
	cmd.AddCommand(e.logVerifyCmd(), e.logCheckpointCmd(), e.logKeysCmd(), e.logProofCmd())
	return e.jsonFlag(cmd)
}

// query reads the filters.
func (f logFilter) query(tx review.Tx, o *domain.Org) (review.EventQuery, error) {
	q := review.EventQuery{Before: domain.Seq(f.before), Limit: f.limit}
	for _, t := range f.types {
		q.Types = append(q.Types, domain.EventType(t))
	}
	if f.person != "" && f.entity != "" {
		return q, domain.Errorf(domain.Invalid, "--person and --entity are both given").Hinted("name one of them")
	}
	if f.person != "" {
		p, err := findPrincipal(o, f.person)
		if err != nil {
			return q, err
		}
		q.Entity = p.ID
	}
	if f.by != "" {
		p, err := findPrincipal(o, f.by)
		if err != nil {
			return q, err
		}
		q.Actor = p.ID
	}
	if f.entity != "" {
		q.Entity = domain.ID(f.entity)
		found, err := findAny(o, f.entity, domain.KindPrincipal, domain.KindGroup, domain.KindAgent, domain.KindArea,
			domain.KindSource, domain.KindRole)
		switch {
		case err == nil:
			q.Entity = found.id
		case domain.CodeOf(err) != domain.NotFound:
			return q, err
		}
	}
	if f.from != "" {
		from, err := startOf(tx, o, f.from)
		if err != nil {
			return q, err
		}
		q.From = from
	}
	if f.to != "" {
		p, err := pictureOf(tx, f.to)
		if err != nil {
			return q, err
		}
		q.To = p.at
	}
	return q, nil
}

// eventJSON is an event in words, in JSON answers.
type eventJSON struct {
	Words string       `json:"words"`
	Event domain.Event `json:"event"`
}

func (s *session) log(f logFilter) error {
	return s.view(func(tx review.Tx) error {
		pic, err := pictureOf(tx, "")
		if err != nil {
			return err
		}
		if f.filter != "" && (f.lines || f.format != "") {
			return domain.Errorf(domain.Invalid, "--filter is for the log in words").Hinted("leave out --filter, or --lines and --format")
		}
		switch f.format {
		case "":
		case formatTwig:
			return s.permissions(tx, pic.org, f)
		default:
			return domain.Errorf(domain.Invalid, "%q is not a form of the log", f.format).Hinted("use twig, or leave it out")
		}
		q, err := f.query(tx, pic.org)
		if err != nil {
			return err
		}
		if f.lines {
			return s.logLines(tx, q)
		}
		events, err := eventsThat(tx, pic.org, q, f.filter)
		if err != nil {
			return err
		}
		doc := struct {
			about
			Events []eventJSON `json:"events"`
		}{s.about(pic), []eventJSON{}}
		teller, err := review.NewTeller(tx, pic.org)
		if err != nil {
			return err
		}
		var rows [][]string
		for _, e := range events {
			words, err := teller.Say(e)
			if err != nil {
				return err
			}
			doc.Events = append(doc.Events, eventJSON{words, e})
			rows = append(rows, []string{strconv.FormatInt(int64(e.Seq), 10), when(e.Time, pic.org.Zone()), string(e.Type),
				pic.org.Name(domain.KindPrincipal, e.Actor), words})
		}
		p := s.newPage()
		if len(rows) == 0 {
			p.line("no such event")
		}
		p.table([]string{">EVENT", "TIME", "TYPE", "ACTOR", "WHAT"}, rows)
		return s.answer(doc, p)
	})
}

// logLines writes every event that fits, oldest first, a page at a time.
func (s *session) logLines(tx review.Tx, q review.EventQuery) error {
	q.Forward, q.Before, q.Limit = true, -1, 1000
	for {
		events, err := tx.Events(q)
		if err != nil {
			return err
		}
		for _, e := range events {
			line, err := e.Canonical()
			if err != nil {
				return err
			}
			if _, err := s.out.Write(append(line, '\n')); err != nil {
				return err
			}
			q.Before = e.Seq
		}
		if len(events) < q.Limit {
			return nil
		}
	}
}

// writeOut writes to a file that must not be there yet, or to standard output
// where none is named.
func (s *session) writeOut(path string, raw []byte) error {
	if path == "" || path == "-" {
		_, err := s.out.Write(raw)
		return err
	}
	return createFile(path, func(w io.Writer) error {
		_, err := w.Write(raw)
		return err
	})
}
