#!/usr/bin/env bash
# The budgets of the console with a million items for one reviewer, in a terminal: the
# bytes of a move and of a page, with the details beside the list and without, are held;
# how long the first frame, the first items and a burst of a thousand keys take is told.
. "$(dirname "$0")/lib.sh"

items=${COUNTERSIGN_BUDGET_ITEMS:-1000000}
said=$PWD/said.txt
status=0
(cd "$COUNTERSIGN_SOURCE" && COUNTERSIGN_BUDGET_ITEMS=$items go test -count=1 -timeout 5m -v -run '^TestConsoleBudgets$' ./cmd/countersign) >"$said" 2>&1 || status=$?
grep -E 'bytes|frame|items|after|settles' "$said" || true
[ "$status" = 0 ] || { tail -n 60 "$said"; fail "the budgets do not hold with $items items"; }
grep -q '^--- PASS: TestConsoleBudgets ' "$said" || fail "the budgets were not looked at"
