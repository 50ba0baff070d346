package main

import (
	"context"
	"encoding/json"

	"countersign/review"
	"countersign/tui"
)

// consolePref is the name under which a person's way of leaving the console is kept.
const consolePref = "console"

// remembered is how the person at the screen left the console, the zero state where
// nothing is kept. What cannot be read is as if it were not there: it is their
// comfort, not a record.
func (s *session) remembered() (state tui.State, err error) {
	if s.actor.Principal == "" {
		return state, nil
	}
	var text string
	if err := s.view(func(tx review.Tx) error {
		text, err = tx.Pref(s.actor.Principal, consolePref)
		return err
	}); err != nil || text == "" {
		return state, err
	}
	if json.Unmarshal([]byte(text), &state) != nil {
		return tui.State{}, nil
	}
	return state, nil
}

// remember lets cfg keep how the person leaves the console, where somebody acts and
// the database can be written; a session that only reads says that it does not.
func (s *session) remember(cfg *tui.Config) {
	switch {
	case s.flags.readOnly:
		cfg.Forgets = "read only: how you leave the screens is not remembered"
	case s.actor.Principal != "":
		cfg.Keep = func(ctx context.Context, state tui.State) error {
			text, err := json.Marshal(state)
			if err != nil {
				return err
			}
			return s.store.Update(ctx, func(tx review.WriteTx) error {
				return tx.SetPref(s.actor.Principal, consolePref, string(text))
			})
		}
	}
}
