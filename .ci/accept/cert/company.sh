# shellcheck shell=bash
# A company of two thousand people, founded from its directory's export of
# December 2009, with agents given to its departments, teams and projects.
# Source it at the top of an acceptance script; "$data" has the exports, "$here"
# the catalogue of agents. Who acts: boss, who runs campaigns, and the checkers
# one and two.
#
#   . "$COUNTERSIGN_SOURCE/.ci/accept/cert/company.sh"
#   found 2009-12.csv 1978        # with so many people in it
#   at 2010-01-31                 # from now on it is that day
#   says 'is drafted' "$boss" campaign new …
set -euo pipefail
: "${COUNTERSIGN:?set COUNTERSIGN to the built program}" "${COUNTERSIGN_SOURCE:?set COUNTERSIGN_SOURCE to the source tree}"

data=$COUNTERSIGN_SOURCE/../shared/data/cert-ldap
here=$COUNTERSIGN_SOURCE/.ci/accept/cert
if [ ! -r "$data/2010-09.csv" ]; then
  echo "left out: the directory exports are not at $data"
  exit 0
fi
export COUNTERSIGN_DB=$PWD/company.db
boss=Anjolie.Evangeline.Houston@dtaa.com
one=check.one@dtaa.com
two=check.two@dtaa.com
began=$SECONDS
columns=name=employee_name,id=user_id,email=email,title=role,department=department,manager=supervisor
people=(import people --source hr --groups department,team,projects --apply)

at() { export COUNTERSIGN_NOW=$1T18:00:00Z; today=$1; }
step() { printf '%4d s  %s  %s\n' $((SECONDS - began)) "$today" "$*"; }
fail() { printf 'FAIL %s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }
as() { local who=$1; shift; "$COUNTERSIGN" --as "$who" "$@"; }

# says TEXT WHO COMMAND…: the command succeeds and says TEXT.
says() {
  local text=$1
  shift
  as "$@" >said.txt 2>&1 || { cat said.txt >&2; fail "refused: $*"; }
  grep -qF -- "$text" said.txt || { cat said.txt >&2; fail "does not say \"$text\": $*"; }
}

# refuses CODE TEXT WHO COMMAND…: the command is refused with that exit code
# and a sentence that has TEXT in it.
refuses() {
  local code=$1 text=$2 got=0
  shift 2
  as "$@" >said.txt 2>&1 || got=$?
  [ "$got" = "$code" ] || { cat said.txt >&2; fail "exit code $got, not $code: $*"; }
  grep -qF -- "$text" said.txt || { cat said.txt >&2; fail "does not say \"$text\": $*"; }
}

# waiting: the one change set that waits.
waiting() { as "$one" changes --json | sed -n 's/^ *"id": "\(chg_[^"]*\)".*/\1/p' | head -n 1; }

# found EXPORT PEOPLE: the organisation as it was in December 2009.
found() {
  at 2009-12-31
  "$COUNTERSIGN" init --rehearsal --org-name DTAA --zone America/New_York \
    --admin "$boss" --admin-name 'Anjolie Evangeline Houston' --checker "$one" --checker "$two" | grep -q '^REHEARSAL database$'
  says "people: $2 joined" "$boss" "${people[@]}" "$1" --columns "$columns" --save-columns ldap
  says 'nothing changes' "$boss" "${people[@]}" "$1" --use-columns ldap
  says 'waits' "$boss" duty "$two" executive --reason 'approves what is confidential'
  says 'applied' "$one" approve "$(waiting)" --reason 'as the board decided'
  says 'waits' "$boss" import agents "$here/agents.csv" --source catalogue --apply
  says 'applied' "$one" approve "$(waiting)" --reason 'the list of agents'
  says 'waits' "$boss" import grants "$here/grants.csv" --source catalogue --apply
  refuses 5 'made this change set' "$boss" approve "$(waiting)"
  refuses 5 'cannot give the approval' "$one" approve "$(waiting)"
  says 'applied' "$two" approve "$(waiting)" --reason 'as the departments asked'
  step 'December 2009 is loaded, and the agents are given; the same file again changes nothing'
}
