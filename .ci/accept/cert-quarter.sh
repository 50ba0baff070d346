#!/usr/bin/env bash
# A quarter of a company of two thousand people, from its directory's monthly
# exports (../shared/data/cert-ldap): loaded, kept current, reviewed by its
# managers, signed, countersigned, remedied, verified and closed, all from the
# command line.
# shellcheck source=cert/company.sh
. "$COUNTERSIGN_SOURCE/.ci/accept/cert/company.sh"

found "$data/2009-12.csv" 1999
says 'waits' "$boss" set group:'Project 19' agent:'Specification Reader' Edit --reason 'given here, not in the catalogue'
says 'applied' "$two" approve "$(waiting)" --reason 'fine'

# The exports: nobody joins, some move, some leave. What is counted here with
# awk is what the preview must say.
month() {
  local file=$data/2010-$1.csv before=$data/$2.csv left
  left=$(awk -F, 'NR==FNR {if (FNR>1) now[$2]=1; next} FNR>1 && !($2 in now) {n++} END {print n+0}' "$file" "$before")
  at "$3"
  says "people: 0 joined" "$boss" "${people[@]}" "$file" --use-columns ldap --full
  grep -qF " $left left" said.txt || { cat said.txt >&2; fail "$file: not $left left"; }
  step "2010-$1: $(grep '^people:' said.txt)"
  says 'nothing changes' "$boss" "${people[@]}" "$file" --use-columns ldap --full
}
month 01 2009-12 2010-01-31
month 02 2010-01 2010-02-28
month 03 2010-02 2010-03-31

# ---- the campaign ----------------------------------------------------------

at 2010-04-01
groups='3 - Assembly,2 - Sales,Project 2,Project 14,Project 16,Project 17,Project 19,1 - AssemblyDept'
says 'is drafted' "$boss" campaign new 'Q1 2010' --kinds group,agent --groups "$groups" --reviewers manager,owner \
  --fallback "$one" --due 2010-04-30 --countersign all
says 'difference 0' "$boss" campaign stage
step "$(grep '^tie-out' said.txt)"
items=$(sed -n 's/.* = \([0-9]*\) in scope.*/\1/p' said.txt)
[ "$items" -ge 500 ] || fail "$items items are too few"
says 'nothing stands in the way' "$boss" campaign check
says 'is active' "$one" campaign launch

# What each reviewer has: item, answer wanted, by number; one file a reviewer.
# Project members: every fourth is revoked, every eleventh is nobody's guess.
mkdir decisions
as "$boss" review list --everyone --json >items.json
awk '
  function value(s) { sub(/^[^:]*: "?/, "", s); sub(/"?,?$/, "", s); return s }
  /^      "item":/ { no = value($0) }
  /^      "target":/ { target = value($0) }
  /^      "kind":/ { kind = value($0) }
  /^      "level":/ { level = value($0) }
  /^      "high_risk":/ { risk = value($0) }
  /^      "reviewer": {/ { inside = 1 }
  inside && /^        "email":/ {
    inside = 0
    file = "decisions/" value($0) ".csv"
    if (!(file in seen)) { seen[file] = 1; print "item,decision,level,reason" >file }
    if (kind == "group" && target ~ /^Project/ && ++n % 4 == 0) print no ",revoke,,no longer on the project" >file
    else if (kind == "group" && target ~ /^Project/ && n % 11 == 0) print no ",abstain,,the lead of the project knows" >file
    else if (kind == "agent" && level == "Edit" && target ~ /^Spec/) print no ",reduce,View & Use,reading is enough" >file
    else if (risk == "true") print no ",keep,,needed" >file
    else print no ",keep,,needed for the work" >file
  }' items.json
[ "$(cat decisions/*.csv | grep -vc '^item,')" = "$items" ] || fail 'the decisions are not as many as the items'
abstained=$(cut -d, -f1,2 decisions/*.csv | sed -n 's/,abstain$//p' | tr '\n' ' ')
last=''
for file in decisions/*.csv; do
  who=$(basename "$file" .csv)
  if [ "$(grep -c ',keep,' "$file")" = "$(grep -vc '^item,' "$file")" ] && ! grep -q ',needed$' "$file"; then
    as "$who" review decide --all-undecided --keep --reason 'needed for the work' >/dev/null # by flags where all is kept
  else
    as "$who" review decide --from "$file" >/dev/null
  fi
  [ "$who" = "$one" ] || last=$who
done
step "$(ls decisions | wc -l) reviewers decided $items items; $(grep -h ',revoke,' decisions/*.csv | wc -l) revoked, $(grep -h ',reduce,' decisions/*.csv | wc -l) reduced"

# Who abstained is heard, and somebody else answers.
# shellcheck disable=SC2086 # item numbers, one a word
says 'waits for a checker' "$boss" campaign reassign $abstained --to "$one" --reason 'the reviewers abstained'
request=$(sed -n 's/.*countersign campaign approve \(req_[a-z0-9]*\).*/\1/p' said.txt)
refuses 5 'does not hold the duty checker' "$boss" campaign approve "$request"
says 'approved' "$two" campaign approve "$request"
as "$one" review decide --all-undecided --keep --reason 'needed for the work' >/dev/null
for file in decisions/*.csv; do
  who=$(basename "$file" .csv)
  as "$who" campaign progress --json >progress.json
  if grep -q "\"email\": \"$who\"" progress.json; then
    says 'waits for a checker' "$who" review sign --type 'Q1 2010'
  fi
  if [ "$who" = "$last" ]; then
    item=$(sed -n '2s/,.*//p' "$file")
    refuses 4 'signed off' "$who" review decide "$item" --revoke --reason 'on second thought'
    says 'open again' "$one" packet return "$item" --reason 'is that still so?'
    says "item $item" "$who" review decide "$item" --keep --reason 'asked again: yes'
    says 'waits for a checker' "$who" review sign --type 'Q1 2010'
  fi
done
step 'all signed; one item was returned and decided again'
refuses 5 'made these decisions' "$one" packet countersign "$one"
says 'is countersigned' "$two" packet countersign "$one" --reason 'read'
says 'is countersigned' "$one" packet countersign --all
step 'all countersigned'

# ---- what follows ----------------------------------------------------------

at 2010-04-05
says 'on the work list' "$boss" campaign remediate
step "$(sed -n 2p said.txt)"
as "$boss" campaign worklist --json >work.json
as "$boss" campaign verify >verified.txt
refuses 4 'cannot close' "$boss" campaign close
step "before the sources are mended: $(sed -n 2p verified.txt)"

# The sources do their part: the directory takes people off their projects,
# the catalogue lowers its grants; both are imported again.
awk '
  function value(s) { sub(/^[^:]*: "?/, "", s); sub(/"?,?$/, "", s); return s }
  /^      "source":/ { source = value($0) }
  /^      "holder":/ { holder = value($0) }
  /^      "target":/ { if (source == "hr") print holder "\t" value($0) }' work.json >gone.txt
awk -F, 'BEGIN { OFS = ","; while ((getline line <"gone.txt") > 0) { split(line, p, "\t"); gone[p[1] SUBSEP p[2]] = 1 } }
  FNR > 1 { n = split($5, on, ";"); kept = ""
    for (i = 1; i <= n; i++) if (!(($1 SUBSEP on[i]) in gone)) kept = kept (kept == "" ? "" : ";") on[i]
    $5 = kept }
  { print }' "$data/2010-03.csv" >corrected.csv
says 'people: 0 joined' "$boss" "${people[@]}" corrected.csv --use-columns ldap --full
sed 's/^\(spec-reader,.*\),EDIT,/\1,VIEW_AND_USE,/' "$here/grants.csv" >grants.csv
says 'applied' "$boss" import grants grants.csv --source catalogue --full --apply
says 'next: countersign campaign close' "$boss" campaign verify
step "after: $(sed -n 2p said.txt)"
says 'is closed' "$boss" campaign close
"$COUNTERSIGN" log verify | grep -q '^everything fits$' || fail 'the log does not verify'
step 'Q1 2010 is closed, and the log verifies'
