#!/usr/bin/env bash
# Three quarters in a row of a company of two thousand people, from its
# directory's monthly exports (../shared/data/cert-ldap) with joiners, movers
# and promotions put into them by rule: every membership and every grant of an
# agent is reviewed by the managers, signed, countersigned, remedied, verified
# and closed, all from the command line. After each month the clock runs: who
# moved, and agents whose owner left, get campaigns of their own. Those, deltas,
# the coverage calendar and what the next campaign takes are compared with
# figures that cert/figures.py computes from the exports alone.
# shellcheck source=cert/company.sh
. "$COUNTERSIGN_SOURCE/.ci/accept/cert/company.sh"

figures() { python3 "$here/figures.py" "$@"; }

# same WHAT A B: both figures are one, and are printed.
same() {
  [ "$2" = "$3" ] || fail "$1: the program says \"$2\", the exports say \"$3\""
  step "$1: $2"
}

# ---- the organisation -----------------------------------------------------

figures months "$data" months
found months/2009-12.csv 1978
says 'waits' "$boss" set setting frameworks sox,pci --reason 'listed, and takes cards'
says 'applied' "$two" approve "$(waiting)" --reason 'so it is'
figures owned "$here/agents.csv" months owned.csv
says 'waits' "$boss" import agents owned.csv --source catalogue --apply
says 'applied' "$two" approve "$(waiting)" --reason 'who answers for them'
for definition in Movers 'Owners who left'; do
  says 'waits for a checker' "$boss" definition new "$definition" --fallback "$one"
  refuses 5 'does not hold the duty checker' "$boss" definition approve "$definition"
  says 'is approved' "$two" definition approve "$definition"
done
cp months/2009-12.csv now.csv
: >ruled
held() { as "$boss" coverage --framework sox --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["frameworks"][0]["holdings"])'; }
memberships() { figures count "$1"; }
grants=$(grep -vc '^AgentId' "$here/grants.csv")
agents=$(grep -vc '^id,' "$here/agents.csv")
others=$((grants + agents + 7)) # each agent's access type; an admin, by account and by role; five duties
same 'holdings in December' "$(held)" $((others + $(memberships now.csv)))

# ---- a month ---------------------------------------------------------------

# month MONTH DAY: the export of a month with what was revoked taken out, but
# for what the source gives again; who joins gains access, and somebody
# approves that. Then the clock runs.
month() {
  at "$2"
  cp now.csv was.csv
  figures gone "months/$1.csv" ruled "$1.csv" >again.txt
  read -r _ joined _ left _ < <(figures month "$1.csv" was.csv)
  says "people: $joined joined" "$boss" "${people[@]}" "$1.csv" --use-columns ldap --full
  grep -qF " $left left" said.txt || { cat said.txt >&2; fail "$1: not $left left"; }
  if ! grep -q 'Applies now' said.txt; then says 'applied' "$two" approve "$(waiting)" --reason 'as the heads asked'; fi
  cp "$1.csv" now.csv
  step "$1: $joined joined, $left left, $(cat again.txt) given again that were revoked"
  clock "$1"
}

# clock MONTH: a tick starts a campaign for each person who moved and for each
# agent whose owner left, and no other; each has just what the exports say.
clock() {
  as "$boss" campaign tick --json >tick.json
  as "$boss" campaign list --json >campaigns.json
  figures moved now.csv was.csv >movers.want
  figures ownerless owned.csv "$here/grants.csv" now.csv was.csv >owners.want
  figures started tick.json campaigns.json Movers >movers.got
  figures started tick.json campaigns.json 'Owners who left' >owners.got
  diff movers.got movers.want >&2 || fail "$1: these are not the movers' campaigns (<), or not all of them (>)"
  diff owners.got owners.want >&2 || fail "$1: these are not the campaigns of owners who left (<), or not all of them (>)"
  same "campaigns started by movers in $1" "$(figures told movers.got)" "$(figures told movers.want)"
  same "campaigns started by owners who left in $1" "$(figures told owners.got)" "$(figures told owners.want)"
}

# answered DAY: all of the campaigns that the clock started are decided, signed,
# countersigned, remedied and verified by hand; the clock closes them.
answered() {
  local id name file checker n=0
  at "$1"
  as "$boss" campaign list --json >campaigns.json
  figures active campaigns.json >active
  while IFS=$'\t' read -r id name <&3; do
    as "$boss" review list --campaign "$id" --everyone --json >items.json
    rm -rf micro
    figures decide items.json now.csv micro ruled "$1"
    checker=$one
    if [ -e "micro/$one.csv" ]; then checker=$two; fi
    for file in micro/*.csv; do bash "$here/reviewer.sh" "$name" "$file"; done
    says 'is countersigned' "$checker" packet countersign --campaign "$id" --all
    says 'change sets applied' "$boss" campaign remediate "$id"
    cp -r micro "answered-$id"
    n=$((n + 1))
  done 3<active
  if grep -q ',revoke,' answered-*/*.csv; then corrected; fi
  while IFS=$'\t' read -r id name <&3; do
    says 'next: countersign campaign close' "$boss" campaign verify "$id"
  done 3<active
  as "$boss" campaign tick --json >tick.json
  same 'campaigns that the clock closed' "$(grep -c '"act": "close"' tick.json)" "$n"
  step "$(cat answered-*/*.csv | grep -vc '^item,') items in them, $(cat answered-*/*.csv | grep -c ',revoke,' || true) revoked"
  rm -r answered-*
}

# corrected: the directory takes people off what was revoked, and is imported again.
corrected() {
  figures gone now.csv ruled corrected.csv >/dev/null
  cp corrected.csv now.csv
  says 'people: 0 joined' "$boss" "${people[@]}" corrected.csv --use-columns ldap --full
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
  local name=$1 staged=$2 due=$3 signed=$4 q
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
  printf '%s\0' "$q"/*.csv | xargs -0 -n 1 -P 2 bash "$here/reviewer.sh" "$name"
  step "$(ls "$q" | wc -l) reviewers decided and signed $items items; $(cat "$q"/*.csv | grep -c ',revoke,' || true) revoked, $(cat "$q"/*.csv | grep -c ',reduce,' || true) reduced"
  if [ -e "$q/$one.csv" ]; then says 'is countersigned' "$two" packet countersign "$one" --reason 'read'; fi
  says 'is countersigned' "$one" packet countersign --all
  as "$boss" campaign remediate "$name" >said.txt
  step "$(sed -n 2p said.txt)"
  corrected
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

cp now.csv 2010-04-20.csv
month 2010-04 2010-04-30
month 2010-05 2010-05-31
answered 2010-06-02
month 2010-06 2010-06-30
answered 2010-06-30
covered sox 3 2010-07-31
covered pci 6 2010-07-31
want=$(figures deltas ruled all 2010-04-20.csv 2010-04.csv 2010-05.csv 2010-06.csv)
before=$(memberships now.csv)
quarter 'Q2 2010' 2010-07-01 2010-07-31 2010-07-20
same 'items of the second quarter' "$items" $((before + grants))
same 'deltas of the second quarter' "$deltas" "$want"
covered sox 3 2010-09-30

cp now.csv 2010-07-20.csv
month 2010-07 2010-07-31
month 2010-08 2010-08-31
# A campaign that is cancelled is an answer, for a reason: what started it
# starts no other.
cancelled=$(figures active campaigns.json | sed -n '1s/\t.*//p')
says 'is cancelled' "$boss" campaign cancel "$cancelled" --reason 'moves back on Monday'
says 'nothing is due' "$boss" campaign tick
answered 2010-09-02
month 2010-09 2010-09-30
covered pci 6 2010-12-31
want=$(figures deltas ruled 2010-10-31 2010-07-20.csv 2010-07.csv 2010-08.csv 2010-09.csv)
at 2010-10-01
covered sox 3 2010-10-31
taken=$(figures taken coverage.json group,agent)
quarter 'Q3 2010' 2010-10-01 2010-10-31 2010-10-20 --from-coverage sox --until 2010-10-31
same 'items of the third quarter' "$items" "$taken"
same 'deltas of the third quarter' "$deltas" "$want"
covered sox 3 2010-12-31
"$COUNTERSIGN" log verify | grep -q '^everything fits$' || fail 'the log does not verify'
step 'three quarters are closed, and the log verifies'
