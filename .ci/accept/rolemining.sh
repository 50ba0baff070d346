#!/usr/bin/env bash
# The assignments of a real organisation (../shared/data/rolemining): 3,477
# users, 1,587 permissions, 105,205 assignments as direct grants on agents.
# Those of every tenth permission are given here, the others imported; all are
# shown as a matrix, and reviewed in a campaign of 105,205 items. What was given
# here is revoked, half of it by a filter and half by a file, and taken away
# holder by holder; the rest is kept. Each step says its time, its peak memory and how long its longest write
# transaction held the writer: under 200 ms on a machine of its own (DESIGN
# section 4). Only past a second, where no busy machine can be to blame, does a
# step of the campaign fail by it; a large change set is one transaction, whole.
set -euo pipefail
: "${COUNTERSIGN:?set COUNTERSIGN to the built program}" "${COUNTERSIGN_SOURCE:?set COUNTERSIGN_SOURCE to the source tree}"

data=$COUNTERSIGN_SOURCE/../shared/data/rolemining/americas_small.txt
if [ ! -r "$data" ]; then
  echo "left out: the assignments are not at $data"
  exit 0
fi
export COUNTERSIGN_DB=$PWD/mining.db COUNTERSIGN_NOW=2026-10-01T08:00:00Z
boss=boss@mining.example
one=one@mining.example
two=two@mining.example
longest=0
longest_of=nothing

fail() { printf 'FAIL %s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }
as() { local who=$1; shift; "$COUNTERSIGN" --as "$who" "$@"; }

# measured WHAT TEXT WHO COMMAND…: the command succeeds, says TEXT, and its
# time, peak memory and longest write transaction are printed.
measured() {
  local what=$1 text=$2 who=$3
  shift 3
  COUNTERSIGN_HOLD=1 /usr/bin/time -v -o time.txt "$COUNTERSIGN" --as "$who" "$@" >said.txt 2>&1 || { cat said.txt >&2; fail "refused: $*"; }
  grep -qF -- "$text" said.txt || { tail -n 20 said.txt >&2; fail "does not say \"$text\": $*"; }
  local held
  held=$(sed -n 's/^longest write transaction \([0-9]*\) ms.*/\1/p' said.txt)
  awk -v what="$what" -v held="${held:-0}" '
    /Elapsed/ { wall = $NF }
    /User time/ { user = $NF }
    /Maximum resident/ { kb = $NF }
    END { printf "%-44s %10s wall %8.2f s user %7.0f MiB peak %6d ms held\n", what, wall, user, kb / 1024, held }' time.txt
  case $1 in import | propose | approve) return ;; esac
  if [ "${held:-0}" -gt "$longest" ]; then
    longest=$held
    longest_of=$what
  fi
  [ "$longest" -le 1000 ] || busy || fail "$longest_of: one write transaction held the writer for $longest ms"
}
# busy: far more wants to run than there are processors, so times say nothing.
busy() { awk -v cpus="$(nproc)" '{ exit !($1 > 2 * cpus) }' /proc/loadavg; }
waiting() { as "$one" changes --json | sed -n 's/^ *"id": "\(chg_[^"]*\)".*/\1/p' | head -n 1; }

awk 'BEGIN { print "id,name,email,employment" >"people.csv"; print "id,name,description,access_type,classification" >"agents.csv"
             print "agent,email,permission" >"grants.csv" }
  { name = ($2 % 20 == 0 ? "Own" : $2 % 10 == 0 ? "Lent" : "Other") " permission " $2
    if (!($1 in u)) { u[$1] = 1; printf "u%s,User %s,u%s@mining.example,employee\n", $1, $1, $1 >"people.csv" }
    if (!($2 in p)) { p[$2] = 1; printf "p%s,%s,Permission %s of the data,Group-Restricted,Public\n", $2, name, $2 >"agents.csv" }
    if ($2 % 10) printf "p%s,u%s@mining.example,VIEW_AND_USE\n", $2, $1 >"grants.csv"
    else {
      printf "%s{\"holder\": \"u%s@mining.example\", \"target\": \"agent:%s\", \"level\": \"View & Use\"}", sep, $1, name >"here.json"
      sep = ",\n"
      here++
    } }
  BEGIN { printf "{\"title\": \"Given here\", \"reason\": \"the data set\", \"set\": [" >"here.json" }
  END { printf "]}\n" >"here.json"; print here >"here.count" }' "$data"
wc -l people.csv agents.csv grants.csv
here=$(cat here.count)

"$COUNTERSIGN" init --rehearsal --org-name Mining --admin "$boss" --checker "$one" --checker "$two" >/dev/null
measured 'import 3,477 people' '3477 added' "$boss" import people people.csv --source data --apply
measured 'import 1,587 agents' '1587 added' "$boss" import agents agents.csv --source data --apply
measured "import $((105205 - here)) grants" "$((105205 - here)) added" "$boss" import grants grants.csv --source data --apply
if ! grep -q ': applied' said.txt; then
  measured 'approve them' 'applied' "$one" approve "$(waiting)" --reason 'the data set'
fi
measured 'the same grants again' 'nothing changes' "$boss" import grants grants.csv --source data --apply
measured "propose $here more" 'chg_' "$boss" propose here.json
if [ -n "$(waiting)" ]; then
  measured 'approve them' 'applied' "$one" approve "$(waiting)" --reason 'the data set'
fi
measured 'matrix 3,477 × 1,587 to xlsx' 'content digest' "$boss" export agent-matrix --out matrix.xlsx
[ "$(stat -c %s matrix.xlsx)" -gt 100000 ] || fail 'the matrix is too small to be one'
measured 'draft a campaign' 'is drafted' "$boss" campaign new 'All of it' --kinds agent --reviewers "$one" --due 2026-10-31
measured 'stage 105,205 items' 'staged: 105205 items' "$boss" campaign stage
grep -q 'difference 0$' said.txt || fail 'the population does not tie out'
grep '^tie-out' said.txt
measured 'check it' 'nothing stands in the way' "$boss" campaign check
measured 'launch it' 'is active' "$one" campaign launch
measured 'show one item' 'has View & Use on' "$one" review show 70000
measured 'decide one item' 'keep (event' "$one" review decide 70000 --keep --reason 'needed'
measured 'decide one user' 'in one act' "$one" review decide --holder u1@mining.example --undecided --keep --reason 'needed'
measured 'figures of the campaign' 'of 105205 items decided' "$boss" campaign progress
measured 'revoke by a filter' 'decided in one act' "$one" review decide --text 'Own permission' --undecided --revoke --reason 'not needed'
as "$one" review list --text 'Lent permission' --undecided --json >lent.json
awk 'BEGIN { print "item,decision,reason" } /^      "item": / { gsub(/[^0-9]/, ""); print $0 ",revoke,the loan is over" }' lent.json >lent.csv
wc -l lent.csv
measured 'revoke by a file' 'decided in one act' "$one" review decide --from lent.csv
measured 'decide all that is left' 'decided in one act' "$one" review decide --all-undecided --keep --reason 'needed'
measured 'sign off' 'waits for a checker' "$one" review sign --type 'All of it'
measured 'countersign' 'is countersigned' "$two" packet countersign "$one"
measured 'remediate' 'decisions true' "$boss" campaign remediate
cat said.txt
measured 'verify the campaign' '105205 verified' "$boss" campaign verify
measured 'close it' 'is closed' "$boss" campaign close
measured 'verify the log' 'everything fits' "$boss" log verify
ls -l mining.db matrix.xlsx
echo "longest write transaction of the campaign: $longest ms ($longest_of)"
