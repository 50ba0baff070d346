package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"countersign/domain"
	"countersign/review"
	"countersign/store/ingest"
	"countersign/store/ingest/table"
	"countersign/tui/importpage"
)

// What a file may be besides the kinds of rows: a whole organisation, and one of the
// files of a directory that a sync reads.
const (
	wholeOrganisation = "organisation"
	wholeDirectory    = "directory"
)

// wholeKinds are the two for the page.
func wholeKinds() []importpage.Kind {
	return []importpage.Kind{{Word: wholeOrganisation},
		{Word: wholeDirectory, Full: true, Also: "Its further files, commas between; GROUP=FILE for the members of one group"}}
}

// mostLooked is how much of a file is looked at to tell a whole organisation.
const mostLooked = 256

// isOrganisation tells a file that "export organisation" wrote by its first lines.
func isOrganisation(f io.ReadSeeker) (bool, error) {
	head := make([]byte, mostLooked)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return false, err
	}
	_, err = f.Seek(0, io.SeekStart)
	return bytes.Contains(head[:n], []byte(`"countersign organisation"`)), err
}

// planOrganisation says what a whole organisation would change.
func (d importDesk) planOrganisation(ctx context.Context, ask importpage.Ask, tell func(done, total int64)) (out importpage.Preview, err error) {
	f, info, err := openFile(ask.Path)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	var pre *ingest.Preview
	err = d.s.store.View(ctx, func(tx review.Tx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		pre, err = ingest.PlanOrganisation(o, &toldReader{ctx: ctx, in: f, of: info.Size(), tell: tell}, ingest.OrganisationOptions{File: filepath.Base(ask.Path), At: tx.Now(),
			Played: tx.Mode() != review.Live, GoneShare: o.Policy().LeaverShare, GoneCount: o.Policy().LeaverCount})
		return err
	})
	if err != nil {
		return out, err
	}
	out = previewOf(pre, ask)
	out.Notes = append(out.Notes, "This organisation becomes exactly the one of the file: what it leaves out ends.")
	return out, nil
}

// furtherFiles are those typed beside the first one, in its folder unless they say
// another, with the group that each is about.
func furtherFiles(ask importpage.Ask) (paths, groups []string) {
	paths, groups = []string{ask.Path}, []string{""}
	for _, word := range commas(ask.Of) {
		group, name, has := strings.Cut(word, "=")
		if !has {
			group, name = "", word
		}
		if name = strings.TrimSpace(name); !filepath.IsAbs(name) {
			name = filepath.Join(filepath.Dir(ask.Path), name)
		}
		paths, groups = append(paths, name), append(groups, strings.TrimSpace(group))
	}
	return paths, groups
}

// planDirectory says what a sync of a directory's files would change, as the sync
// command does.
func (d importDesk) planDirectory(ctx context.Context, ask importpage.Ask, tell func(done, total int64)) (out importpage.Preview, err error) {
	var files []ingest.SyncFile
	var closers []io.Closer
	defer func() {
		for _, c := range closers {
			err = errors.Join(err, c.Close())
		}
	}()
	paths, groups := furtherFiles(ask)
	for i, path := range paths {
		f, info, err := openFile(path)
		if err != nil {
			return out, err
		}
		closers = append(closers, f)
		files = append(files, ingest.SyncFile{Name: filepath.Base(path), Group: groups[i], Src: &toldReader{ctx: ctx, in: f, of: info.Size(), tell: tell}})
	}
	ids, err := d.s.ids()
	if err != nil {
		return out, err
	}
	o, err := d.s.org()
	if err != nil {
		return out, err
	}
	pre, err := ingest.PlanSync(o, files, ingest.SyncOptions{Source: ask.Source, Full: ask.Full, NewID: ids, Table: table.Options{Sheet: ask.Sheet},
		GoneShare: o.Policy().LeaverShare, GoneCount: o.Policy().LeaverCount})
	if err != nil {
		return out, err
	}
	out = previewOf(&pre.Preview, ask)
	out.Refused, out.Gone = pre.Permit(ask.Skip, 0), 0
	for _, n := range []int{pre.MembersGone, pre.Gone, pre.MembersGone + pre.Gone} {
		if n > 0 && out.Refused != nil && pre.Permit(ask.Skip, n) == nil {
			out.Gone = n
		}
	}
	if pre.MembersGone > 0 {
		out.Notes = append(out.Notes, fmt.Sprintf("Memberships that end: %d of %d of %s", pre.MembersGone, pre.MembersOf, ask.Source))
	}
	for _, g := range pre.Groups {
		to := "mapped to nothing"
		if g.Record.Group != "" {
			to = "mapped to " + o.Name(domain.KindGroup, g.Record.Group)
		} else if g.Suggest != "" {
			to += "; there is a group " + o.Name(domain.KindGroup, g.Suggest) + " here"
		}
		members := review.Count(g.Members, "person", "people")
		if g.Absent {
			members = "not in the files"
		}
		out.Notes = append(out.Notes, fmt.Sprintf("Its group %s, %s: %s", g.Record.Title(), members, to))
	}
	if waits, err := d.s.waitingSync(pre.Set); err != nil || waits != "" {
		out.Gone = 0 // no number lets it through
		out.Refused = domain.Errorf(domain.Conflict, "%s of the same files waits already", waits).Hinted("approve it, or send it back, on the page of approvals")
		return out, err
	}
	return out, nil
}
