#!/usr/bin/env bash
# A reviewer and a checker at the console, on a demo database: every page at
# three sizes, a few decisions, and what the rules refuse told on the screen.
. "$(dirname "$0")/lib.sh"

db=$PWD/demo/demo.db
start 200x50 "$COUNTERSIGN" demo --dir "$PWD/demo"
expect "Waiting for you" 60
expect "Review Q4 2026"
expect "DEMO: a made-up organisation"

# Each page at each size draws itself and says how to get on; one may begin
# with a question.
ready() { on_screen "? all keys" || on_screen "esc cancel"; }
for page in 1 2 3 4 5 6 7 8 9 0; do
  keys "$page"
  for at in 200x50 80x24 60x15; do
    size "$at"
    within 10 ready || fail "page $page is not ready at $at"
    lacks "panic"
    lacks "error:"
  done
  if on_screen "esc cancel"; then
    keys Escape
    gone "esc cancel"
  fi
done
size 200x50

# Decisions: one press each, a reason where one is needed, undone and redone.
keys 2
expect "0 of 31 decided"
expect "Reviewer"
keys j j j j # to one about which nothing else is recommended
expect "Dana Okafor is Member of Release Crew"
keys a
expect "kept 1/31 · u undoes"
gone "u undoes" # a decision key right after the last one is not taken
keys d
expect "Revoke item"
typed "left the crew"
keys Enter
expect "revoked 2/31"
expect "x revoke"
keys u
expect "took back item"
expect "1 of 31 decided"
keys U
expect "2 of 31 decided"

# One's own access is locked, and refused by the rules when tried.
keys G
expect "# locked"
expect "Your own access"
keys a
expect "own access"
expect "nobody reviews their own access"
keys Escape
gone "nobody reviews their own access"
expect "2 of 31 decided"

# The export of what is on the screen.
keys x
expect "> x  Excel workbook"
keys x
expect "written: items-cmp"
ls items-cmp*.xlsx >/dev/null || fail "the export is not there"

# Leaving: the terminal is the person's again, and all that was shown is kept.
keys C-c
ended 0
stop

# A checker who reviewed signs off, and finds the packet locked.
as() { "$COUNTERSIGN" --db "$db" --as "$@"; }
for item in $(as tom.vale@acme.example review list --json | grep -oE '"(item|no)": *[0-9]+' | grep -oE '[0-9]+' | sort -un); do
  as tom.vale@acme.example review decide "$item" --keep --reason "still needed" >/dev/null
done
start 120x40 "$COUNTERSIGN" --db "$db" --as tom.vale@acme.example --theme none --ascii
expect "Sign off Q4 2026"
keys 2
expect "decided"
keys F
expect "Type Q4 2026 to go on"
typed "Q4 2026"
keys Tab Tab Enter
expect "signed off, waits for a checker"
keys 3
expect "Locked    you made these decisions"
keys a
expect "Countersign?"
keys Tab Tab Enter
expect "made these decisions and cannot check them: Grace Liu can"
keys Escape
gone "error:"
size 60x15
expect "? all keys"
keys q
ended 0
