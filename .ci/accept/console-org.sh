#!/usr/bin/env bash
# The pages over the organisation, in a terminal: what the rules refuse is refused
# there too, with what to do; what would raise access by a side door waits; what
# only lowers applies at once; and two people at one record do not overwrite each
# other.
. "$(dirname "$0")/lib.sh"

"$COUNTERSIGN" demo --dir demo --until imported </dev/null >demo.txt
db=demo/demo.db
console() { start "$1" "$COUNTERSIGN" --db "$db" --as mira.lindqvist@acme.example; }

# choose FIELD:VALUE: select the one row that passes the filter.
choose() {
  if on_screen "filter:"; then
    keys Escape
    gone "filter:"
  fi
  keys /
  typed "$1"
  expect "filter: $1"
  expect "1 of 1"
  keys Enter
}

# reason TEXT: give the reason and choose the act, which is not the default.
reason() {
  expect "Reason"
  typed "$1"
  keys Enter Tab Enter
}

# closed: close the dialog and the error behind it; escapes that come together
# would be another key.
closed() {
  keys Escape
  gone "Reason"
  if on_screen "error:"; then
    keys Escape
    gone "error:"
  fi
}

console 200x50

# A sub-section above its parent, in the area editor of a group.
keys 6
expect "Release Crew"
choose 'name:"release crew"'
keys e
expect "Release Crew (group), for all agents"
keys L g
expect "Account (sensitive)"
for _ in $(seq 60); do screen | grep -q '^>.* Deployments' && break; keys j; sleep 0.02; done
keys 1
expect "Deployments  Edit"
expect "What it does"
keys j
within 5 on_screen "> " # the first area in Deployments
keys 2
expect "raise Deployments to Edit first"
keys Escape
gone "raise Deployments to Edit first"
keys u
expect "nothing; 0 None"
keys Escape
gone "Areas of"

# A ring of groups, by name.
choose 'name:"everyone at acme"'
keys b
expect "stands at the top"
typed "tier 1"
expect "Tier 1 Support"
keys Enter
expect "Refused: "
expect "Tier 1 Support"
expect "What to do: "
reason "turn it round"
expect "this cannot be proposed"
closed

# Side doors: each waits, and nothing has changed. Joining a group:
choose 'name:"release crew"'
keys a
expect "Add whom?"
typed "daniel novak"
expect "> Daniel Novak"
keys Enter
expect "It will wait for"
expect "Deployments"
reason "helps with the release"
expect "it waits for"
! "$COUNTERSIGN" --db "$db" --read-only access daniel.novak@acme.example | grep -q Deployments ||
  fail "Daniel has Deployments before anybody approved"

# re-parenting a group:
choose 'name:"tier 1 support"'
keys b
expect "stands at the top"
typed "release crew"
expect "> Release Crew"
keys Enter
expect "It will wait for"
reason "one team"
expect "it waits for"
! "$COUNTERSIGN" --db "$db" --read-only access daniel.novak@acme.example | grep -q Deployments ||
  fail "Daniel has Deployments before anybody approved"

# declassifying an agent:
keys 7
expect "Payroll Helper"
choose 'name:"payroll helper"'
keys c
expect "Public"
keys g Enter
expect "Classification of Payroll Helper"
expect "It will wait for"
reason "it is harmless"
expect "it waits for"

# Somebody else is faster: the change set was made on an older state.
keys 5
expect "1 of 63"
choose "email:ellen.park"
keys b
expect "> "
typed "helen osei"
expect "> Helen Osei"
keys Enter
expect "Manager of Ellen Park"
expect "Reason"
"$COUNTERSIGN" --db "$db" --as mira.lindqvist@acme.example \
  set status ellen.park@acme.example inactive --reason "left the company" >set.txt
reason "Helen leads her now"
expect "has changed since"
shows "Helen leads her now"
closed

# What only lowers applies at once, and says who loses.
choose "email:felix.moreau"
keys d
expect "Deactivate Felix Moreau"
expect "loses access"
expect "Applies at once"
reason "left the company"
expect "applied: Deactivate Felix Moreau"
expect "inactive"

# The pages at the sizes of the design.
for at in 80x24 60x15 200x50; do
  size "$at"
  for page in 5 6 7; do
    keys "$page"
    expect "by "
    lacks "panic"
  done
done
keys C-c
ended 0
"$COUNTERSIGN" --db "$db" log verify >verify.txt || fail "the log does not verify: $(cat verify.txt)"
