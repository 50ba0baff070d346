#!/usr/bin/env bash
# Three quarters in a row of a company of two thousand people, from its
# directory's monthly exports (../shared/data/cert-ldap) with joiners, movers
# and promotions put into them by rule: every membership and every grant of an
# agent is reviewed by the managers, signed, countersigned, remedied, verified
# and closed, all from the command line. Deltas, the coverage calendar and what
# the next campaign takes are compared with figures that cert/figures.py
# computes from the exports alone.
set -euo pipefail
: "${COUNTERSIGN:?set COUNTERSIGN to the built program}" "${COUNTERSIGN_SOURCE:?set COUNTERSIGN_SOURCE to the source tree}"

data=$COUNTERSIGN_SOURCE/../shared/data/cert-ldap
here=$COUNTERSIGN_SOURCE/.ci/accept/cert
if [ ! -r "$data/2010-09.csv" ]; then
  echo "left out: the directory exports are not at $data"
  exit 0
fi
export COUNTERSIGN_DB=$PWD/year.db
boss=Anjolie.Evangeline.Houston@dtaa.com
one=check.one@dtaa.com
two=check.two@dtaa.com
began=$SECONDS

at() { export COUNTERSIGN_NOW=$1T18:00:00Z; today=$1; }
step() { printf '%4d s  %s  %s\n' $((SECONDS - began)) "$today" "$*"; }
fail() { printf 'FAIL %s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }
as() { local who=$1; shift; "$COUNTERSIGN" --as "$who" "$@"; }
figures() { python3 "$here/figures.py" "$@"; }

# says TEXT WHO COMMAND…: the command succeeds and says TEXT.
says() {
  local text=$1
  shift
  as "$@" >said.txt 2>&1 || { cat said.txt >&2; fail "refused: $*"; }
  grep -qF -- "$text" said.txt || { cat said.txt >&2; fail "does not say \"$text\": $*"; }
}

# same WHAT A B: both figures are one, and are printed.
same() {
  [ "$2" = "$3" ] || fail "$1: the program says \"$2\", the exports say \"$3\""
  step "$1: $2"
}

# field NAME: a value of the one object of a JSON answer on standard input.
field() { python3 -c 'import json,sys; d=json.load(sys.stdin)
for k in sys.argv[1].split("."): d = d[int(k)] if isinstance(d, list) else d[k]
print(d)' "$1"; }

waiting() { as "$one" changes --json | sed -n 's/^ *"id": "\(chg_[^"]*\)".*/\1/p' | head -n 1; }

# ---- the organisation -----------------------------------------------------

figures months "$data" months
at 2009-12-31
"$COUNTERSIGN" init --rehearsal --org-name DTAA --zone America/New_York \
  --admin "$boss" --admin-name 'Anjolie Evangeline Houston' --checker "$one" --checker "$two" | grep -q '^REHEARSAL database$'
columns=name=employee_name,id=user_id,email=email,title=role,department=department,manager=supervisor
people=(import people --source hr --groups department,team,projects --apply)
says 'people: 1978 joined' "$boss" "${people[@]}" months/2009-12.csv --columns "$columns" --save-columns ldap
says 'waits' "$boss" duty "$two" executive --reason 'approves what is confidential'
says 'applied' "$one" approve "$(waiting)" --reason 'as the board decided'
says 'waits' "$boss" import agents "$here/agents.csv" --source catalogue --apply
says 'applied' "$one" approve "$(waiting)" --reason 'the list of agents'
says 'waits' "$boss" import grants "$here/grants.csv" --source catalogue --apply
says 'applied' "$two" approve "$(waiting)" --reason 'as the departments asked'
says 'waits' "$boss" set setting frameworks sox,pci --reason 'listed, and takes cards'
says 'applied' "$two" approve "$(waiting)" --reason 'so it is'
cp months/2009-12.csv now.csv
: >ruled
held() { as "$boss" coverage --framework sox --json | field frameworks.0.holdings; }
memberships() { figures count "$1"; }
grants=$(grep -vc '^AgentId' "$here/grants.csv")
agents=$(grep -vc '^id,' "$here/agents.csv")
others=$((grants + agents + 7)) # each agent's access type; an admin, by account and by role; five duties
same 'holdings in December' "$(held)" $((others + $(memberships now.csv)))
step 'December 2009 is loaded'

# month MONTH DAY: the export of a month with what was revoked taken out, but
# for what the source gives again; who joins gains access, and somebody
# approves that.
month() {
  local was=now.csv
  at "$2"
  figures gone "months/$1.csv" ruled "$1.csv" >again.txt
  read -r _ joined _ left _ < <(figures month "$1.csv" "$was")
  says "people: $joined joined" "$boss" "${people[@]}" "$1.csv" --use-columns ldap --full
  grep -qF " $left left" said.txt || { cat said.txt >&2; fail "$1: not $left left"; }
  if ! grep -q 'Applies now' said.txt; then says 'applied' "$two" approve "$(waiting)" --reason 'as the heads asked'; fi
  cp "$1.csv" now.csv
  step "$1: $joined joined, $left left, $(cat again.txt) given again that were revoked"
}

# covered FRAMEWORK MONTHS UNTIL: the coverage calendar of the memberships and
# what the next campaign takes agree with the exports.
covered() {
  local got
  as "$boss" coverage --framework "$1" --list --until "$3" --json >coverage.json
  got=$(python3 "$here/figures.py" seen coverage.json "$others")
  same "coverage by $1" "$got" "$(figures coverage now.csv ruled "$2" "$today" "$3")"
}

# ---- a quarter -------------------------------------------------------------

# quarter NAME STAGED DUE SIGNED FLAGS…: one campaign, from the draft to closed.
quarter() {
  local name=$1 staged=$2 due=$3 signed=$4 file who q
  shift 4
  q=${name// /-}
  at "$staged"
  says 'is drafted' "$boss" campaign new "$name" --kinds group,agent --reviewers manager,owner \
    --fallback "$one" --due "$due" --countersign all "$@"
  says 'difference 0' "$boss" campaign stage "$name"
  step "$(grep '^tie-out' said.txt)"
  items=$(sed -n 's/.* = \([0-9]*\) in scope.*/\1/p' said.txt)
  says 'nothing stands in the way' "$boss" campaign check "$name"
  says 'is active' "$two" campaign launch "$name"
  as "$boss" review list --everyone --json >"$q.json"
  deltas=$(figures found "$q.json")
  at "$signed"
  figures decide "$q.json" now.csv "$q" ruled "$signed"
  for file in "$q"/*.csv; do
    who=$(basename "$file" .csv)
    as "$who" review decide --from "$file" >/dev/null
    says 'waits for a checker' "$who" review sign --type "$name"
  done
  step "$(ls "$q" | wc -l) reviewers decided and signed $items items; $(cat "$q"/*.csv | grep -c ',revoke,' || true) revoked, $(cat "$q"/*.csv | grep -c ',reduce,' || true) reduced"
  if [ -e "$q/$one.csv" ]; then says 'is countersigned' "$two" packet countersign "$one" --reason 'read'; fi
  says 'is countersigned' "$one" packet countersign --all
  as "$boss" campaign remediate "$name" >said.txt
  step "$(sed -n 2p said.txt)"
  figures gone now.csv ruled corrected.csv >/dev/null
  cp corrected.csv now.csv
  says 'people: 0 joined' "$boss" "${people[@]}" corrected.csv --use-columns ldap --full
  sed 's/^\(spec-reader,.*\),EDIT,/\1,VIEW_AND_USE,/' "$here/grants.csv" >grants.csv
  as "$boss" import grants grants.csv --source catalogue --full --apply >said.txt
  says 'next: countersign campaign close' "$boss" campaign verify "$name"
  step "$(sed -n 2p said.txt)"
  says 'is closed' "$boss" campaign close "$name"
}

month 2010-01 2010-01-31
month 2010-02 2010-02-28
month 2010-03 2010-03-31
covered sox 3 2010-06-30
before=$(memberships now.csv)
quarter 'Q1 2010' 2010-04-01 2010-04-30 2010-04-20
same 'items of the first quarter' "$items" $((before + grants))
covered sox 3 2010-06-30
covered sox 3 2010-07-31

cp now.csv since-q1.csv
month 2010-04 2010-04-30
month 2010-05 2010-05-31
month 2010-06 2010-06-30
covered sox 3 2010-07-31
covered pci 6 2010-07-31
want=$(figures deltas ruled since-q1.csv 2010-04.csv 2010-05.csv 2010-06.csv)
before=$(memberships now.csv)
quarter 'Q2 2010' 2010-07-01 2010-07-31 2010-07-20
same 'items of the second quarter' "$items" $((before + grants))
same 'deltas of the second quarter' "$deltas" "$want"
covered sox 3 2010-09-30

cp now.csv since-q2.csv
month 2010-07 2010-07-31
month 2010-08 2010-08-31
month 2010-09 2010-09-30
covered pci 6 2010-12-31
want=$(figures deltas ruled since-q2.csv 2010-07.csv 2010-08.csv 2010-09.csv)
at 2010-10-01
covered sox 3 2010-10-31
taken=$(figures taken coverage.json group,agent)
quarter 'Q3 2010' 2010-10-01 2010-10-31 2010-10-20 --from-coverage sox --until 2010-10-31
same 'items of the third quarter' "$items" "$taken"
same 'deltas of the third quarter' "$deltas" "$want"
covered sox 3 2010-12-31
"$COUNTERSIGN" log verify | grep -q '^everything fits$' || fail 'the log does not verify'
step 'three quarters are closed, and the log verifies'
