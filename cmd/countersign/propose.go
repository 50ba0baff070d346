package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
)

// fileSet is a change set in a file.
type fileSet struct {
	Title   string         `json:"title"`
	Reason  string         `json:"reason"`
	Set     []fileLevel    `json:"set"`
	Changes []domain.Delta `json:"changes"`
}

// fileLevel is one line of "set".
type fileLevel struct {
	Holder string      `json:"holder"`
	Target string      `json:"target"`
	Level  string      `json:"level"`
	Agent  string      `json:"agent"`
	From   domain.Date `json:"from"`
	To     domain.Date `json:"to"`
	Zone   string      `json:"zone"`
}

// prefixes of ids that a file may leave to the program.
var madePrefixes = map[domain.Kind]string{domain.KindGroup: domain.PrefixGroup, domain.KindAgent: domain.PrefixAgent,
	domain.KindSource: domain.PrefixSource, domain.KindRole: domain.PrefixRole, domain.KindGrant: domain.PrefixGrant,
	domain.KindPrincipal: domain.PrefixUser, domain.KindSoD: domain.PrefixSoD}

func (e *env) proposeCmd() *cobra.Command {
	var f proposing
	cmd := &cobra.Command{
		Use:   "propose FILE",
		Short: "Propose a change set from a JSON file",
		Long: `Propose reads one change set from a JSON file ("-" reads standard input): a title, a reason, and
either levels under "set", named as the command set names them, or records under "changes", each
with "kind", "before" (absent: it begins) and "after" (absent: it ends). It is judged and applied
whole or not at all. An "after" without an id gets one.

` + proposingHelp,
		Example: `  echo '{"title": "On call", "reason": "rota 14",
    "set": [{"holder": "dana@acme.example", "target": "group:On call", "level": "Member", "to": "2026-04-30"}]}' |
    countersign propose - --dry-run`,
		Args: between(1, 1),
		RunE: e.with(needsPerson, func(s *session, args []string) error {
			if s.flags.readOnly {
				if err := f.mayRead(); err != nil {
					return err
				}
			}
			raw, err := s.readFile(args[0])
			if err != nil {
				return err
			}
			return s.proposeFile(raw, f)
		}),
	}
	return e.proposingFlags(cmd, &f)
}

// mostFile is how long a file of a change set may be: 64 MiB.
const mostFile = 64 << 20

// readFile reads a whole file, "-" being standard input.
func (e *env) readFile(name string) (raw []byte, err error) {
	in := e.in
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, domain.Errorf(domain.NotFound, "%s cannot be read: %v", name, errors.Unwrap(err))
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		in = f
	}
	raw, err = io.ReadAll(io.LimitReader(in, mostFile+1))
	if err == nil && len(raw) > mostFile {
		err = domain.Errorf(domain.Invalid, "%s is longer than 64 MiB", name).Hinted("cut it into several change sets")
	}
	return raw, err
}

func (s *session) proposeFile(raw []byte, f proposing) error {
	file, err := readFileSet(raw)
	if err != nil {
		return err
	}
	o, err := s.org()
	if err != nil {
		return err
	}
	ids, err := s.ids()
	if err != nil {
		return err
	}
	cs := domain.ChangeSet{Title: file.Title, Reason: file.Reason}
	for i, l := range file.Set {
		_, changes, err := setLevel(o, ids, level{l.Holder, l.Target, l.Level, l.Agent, domain.Window{From: l.From, To: l.To, Zone: l.Zone}})
		if err != nil {
			return inFile("set", i, err)
		}
		cs.Changes = append(cs.Changes, changes...)
	}
	for i, d := range file.Changes {
		c, err := readDelta(d, ids)
		if err != nil {
			return inFile("changes", i, err)
		}
		cs.Changes = append(cs.Changes, c)
	}
	return s.propose(cs, f)
}

// readFileSet reads the JSON of a file of a change set.
func readFileSet(raw []byte) (file fileSet, err error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&file); err != nil {
		return file, domain.Errorf(domain.Invalid, "this is no change set: %v", err).Hinted("see: countersign propose --help")
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return file, domain.Errorf(domain.Invalid, "something stands behind the change set in the file").Hinted("one file holds one change set")
	}
	return file, nil
}

// inFile says which entry of the file an error is about.
func inFile(list string, i int, err error) error {
	var e *domain.Error
	if !errors.As(err, &e) {
		return err
	}
	out := domain.Errorf(e.Code, "entry %d of %q: %s", i+1, list, e.Message).ByRule(e.Rule)
	out.Hint = e.Hint
	return out
}

// readDelta reads one change of records. A record that begins may leave its
// id to the program.
func readDelta(d domain.Delta, ids maker) (c domain.Change, err error) {
	if absent(d.Before) && absent(d.After) {
		return c, domain.Errorf(domain.Invalid, "it has neither a before nor an after").Hinted("give one of them, or both")
	}
	if c.Before, err = readRecord(d.Kind, d.Before); err != nil {
		return c, err
	}
	after := d.After
	if c.Before == nil && !absent(after) {
		if after, err = withID(d.Kind, after, ids); err != nil {
			return c, err
		}
	}
	if c.After, err = readRecord(d.Kind, after); err != nil {
		return c, err
	}
	id := c.Record().RecordID()
	if id == "" {
		return c, domain.Errorf(domain.Invalid, "the %s has no id", d.Kind)
	}
	if c.Before != nil && c.After != nil && c.Before.RecordID() != id || d.ID != "" && d.ID != id {
		return c, domain.Errorf(domain.Invalid, "its ids are not the same").Hinted("a change is about one record")
	}
	return c, nil
}

// absent tells whether a file says nothing of a record: null is nothing.
func absent(raw json.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }

func readRecord(k domain.Kind, raw json.RawMessage) (domain.Record, error) {
	if absent(raw) {
		return nil, nil
	}
	known := false
	for _, kind := range domain.AccessKinds() {
		known = known || kind == k
	}
	if !known {
		return nil, domain.Errorf(domain.Invalid, "%q is no kind of record", k).Hinted("use one of: %s", kindList())
	}
	r, err := domain.DecodeRecord(k, raw)
	var e *domain.Error
	if err != nil && !errors.As(err, &e) {
		return nil, domain.Errorf(domain.Invalid, "the %s cannot be read: %v", k, err)
	}
	return r, err
}

func kindList() string {
	var b bytes.Buffer
	for i, k := range domain.AccessKinds() {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(string(k))
	}
	return b.String()
}

// withID gives a record that begins an id where it has none.
func withID(k domain.Kind, raw json.RawMessage, ids maker) (json.RawMessage, error) {
	prefix, ok := madePrefixes[k]
	if !ok {
		return raw, nil
	}
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal(raw, &fields); err != nil {
		return nil, domain.Errorf(domain.Invalid, "the %s cannot be read: %v", k, err)
	}
	if _, has := fields["id"]; has {
		return raw, nil
	}
	id, err := json.Marshal(ids(prefix))
	if err != nil {
		return nil, err
	}
	fields["id"] = id
	return json.Marshal(fields)
}

// org is the organisation now.
func (s *session) org() (o *domain.Org, err error) {
	err = s.view(func(tx review.Tx) (err error) {
		o, err = tx.Org()
		return err
	})
	return o, err
}
