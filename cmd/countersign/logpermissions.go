package main

import (
	"bytes"
	"encoding/json"
	"strings"

	"countersign/domain"
	"countersign/review"
)

// The forms of the log.
const (
	formatTwig = "twig"

	formatHelp = `With --format twig it lists the changes of permissions only (an agent's access type, groups and
users on agents, users in groups, levels, data sources), oldest first, as a JSON array of entries
with timestamp, event, actor, who and what by id and name, the permission, and before and after;
--type then takes such an event (GROUP_ADDED_TO_AGENT), or "Permission Change" for all of them.`
)

// permissions writes the changes of permissions that fit as a JSON array.
func (s *session) permissions(tx review.Tx, o *domain.Org, f logFilter) error {
	pq := review.PermissionQuery{}
	for _, t := range f.types {
		if strings.EqualFold(t, "Permission Change") {
			continue
		}
		e, err := review.ParsePermissionEvent(t)
		if err != nil {
			return err
		}
		pq.Events = append(pq.Events, e)
	}
	f.types = nil
	q, err := f.query(tx, o)
	if err != nil {
		return err
	}
	pq.Entity, pq.Actor, pq.From, pq.To = q.Entity, q.Actor, q.From, q.To
	sep := "[\n"
	for p, err := range review.PermissionLog(tx, pq) {
		if err != nil {
			return err
		}
		line, err := domain.CanonicalJSON(p)
		if err != nil {
			return err
		}
		text := bytes.NewBufferString(sep)
		if err := json.Indent(text, line, "", "  "); err != nil {
			return err
		}
		if _, err := s.out.Write(text.Bytes()); err != nil {
			return err
		}
		sep = ",\n"
	}
	end := "\n]\n"
	if sep == "[\n" {
		end = "[]\n"
	}
	_, err = s.out.Write([]byte(end))
	return err
}
