#!/usr/bin/env bash
# In a terminal the version is one line, the program ends by itself, and a
# command it does not know is refused in words.
. "$(dirname "$0")/lib.sh"

start 80x24 "$COUNTERSIGN" version
ended 0
expect "countersign "
[ "$(screen | grep -c .)" = 1 ] || fail "the version is more than one line"

start 40x12 "$COUNTERSIGN" no-such-thing
ended 2
expect "no-such-thing"
lacks "goroutine"
