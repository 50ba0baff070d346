#!/usr/bin/env bash
# A packet of 200 items is answered in LibreOffice, by a macro that types,
# sorts, hides and copies as a person would, with every kind of bad row among
# them; saved as a workbook and as CSV, and read back by a checker. What is
# counted here is what the preview must say.
set -euo pipefail
: "${COUNTERSIGN:?set COUNTERSIGN to the built program}"

export COUNTERSIGN_DB=$PWD/packet.db COUNTERSIGN_NOW=2026-10-01T08:00:00Z
ana=ana@acme.example tom=tom@acme.example mira=mira@acme.example boss=boss@acme.example
began=$SECONDS

step() { printf '%4d s  %s\n' $((SECONDS - began)) "$*"; }
fail() { printf 'FAIL %s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }
as() { local who=$1; shift; "$COUNTERSIGN" --as "$who" "$@"; }

# says TEXT WHO COMMAND…, refuses CODE TEXT WHO COMMAND…
says() {
  local text=$1
  shift
  as "$@" >said.txt 2>&1 || { tail -n 12 said.txt >&2; fail "refused: $*"; }
  grep -qF -- "$text" said.txt || { tail -n 12 said.txt >&2; fail "does not say \"$text\": $*"; }
}
refuses() {
  local code=$1 text=$2 got=0
  shift 2
  as "$@" >said.txt 2>&1 || got=$?
  [ "$got" = "$code" ] || { tail -n 12 said.txt >&2; fail "exit code $got, not $code: $*"; }
  grep -qF -- "$text" said.txt || { tail -n 12 said.txt >&2; fail "does not say \"$text\": $*"; }
}

# ---- the organisation: 190 memberships and 10 areas, all for the boss ------

"$COUNTERSIGN" init --rehearsal --org-name Acme --zone Europe/Berlin --admin "$ana" --checker "$tom" --checker "$mira" >said.txt
{
  echo 'name,email,id,department,title,manager'
  echo "Boss Hale,$boss,B-1,Support,Head,"
  for i in $(seq 1 189); do printf '"Agent %03d, 北 =1+%d",a%d@acme.example,A-%d,Support,Agent,%s\n' "$i" "$i" "$i" "$i" "$boss"; done
} >people.csv
{
  echo 'email,role'
  echo "$tom,Member"
  for i in $(seq 1 189); do
    role=Member
    if ((i % 4 == 0)); then role=Manager; fi
    echo "a$i@acme.example,$role"
  done
} >members.csv
printf 'name\nSupport\n' >groups.csv
says 'applied' "$ana" import people people.csv --source hr --apply
says 'applied' "$ana" import groups groups.csv --source hr --apply
says 'applied' "$ana" import members members.csv --group Support --source hr --apply
for i in $(seq 1 10); do
  says 'waits' "$ana" set "a$i@acme.example" area:Deployments Edit --reason 'releases'
  says 'applied' "$mira" approve "$(as "$mira" changes --json | grep -o 'chg_[a-z0-9]*' | head -n 1)" --reason 'fine'
done
says 'is drafted' "$ana" campaign new Q4 --kinds group,area --reviewers "manager,$boss" --due 2026-10-30
says '200 in scope' "$ana" campaign stage Q4
says 'Q4 is active' "$mira" campaign launch Q4
says '200 items of Boss Hale' "$ana" packet export "$boss" --dir out
book=out/packet-q4-stage-1-$boss.xlsx
[ "$(stat -c %a "$book")" = 600 ] || fail "the workbook is not for its writer alone"
says '200 unchanged' "$boss" packet import "$book"
step 'a packet of 200 items is out; unanswered it changes nothing'

# ---- what moves meanwhile --------------------------------------------------

as "$boss" review list --json >items.json
python3 - >numbers.txt <<'P'
import json
items = json.load(open('items.json'))['items']
risky = [i['item'] for i in items if i.get('high_risk')]
tom = [i['item'] for i in items if i['holder'] == 'Tom']
managers = [i['item'] for i in items if i['level'] == 'Manager']
plain = [i['item'] for i in items if i['item'] not in risky + tom + managers]
assert len(items) == 200 and len(risky) >= 3 and len(tom) == 1, (len(items), risky, tom)
print('risky', *risky)
print('tom', *tom)
print('managers', *managers)
print('plain', *plain)
P
numbers() { sed -n "s/^$1 //p" numbers.txt; }
read -r -a plain <<<"$(numbers plain)"
decided=${plain[100]} handed=${plain[101]}
says 'keep' "$boss" review decide "$decided" --keep --reason 'decided in the program'
says 'to review now' "$boss" review delegate "$handed" --to "$ana" --reason 'knows them better'

# ---- LibreOffice, driven by a macro of its own -----------------------------

profile=$PWD/profile # its first start makes the profile, into which the macro goes
timeout 120 soffice "-env:UserInstallation=file://$profile" --headless --norestore --nologo --terminate_after_init >desk.txt 2>&1 ||
  { cat desk.txt >&2; fail 'LibreOffice does not start'; }
mkdir -p "$profile/user/basic/Standard"
xml='<?xml version="1.0" encoding="UTF-8"?>'
cat >"$profile/user/basic/Standard/script.xlb" <<X
$xml
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false" library:passwordprotected="false"><library:element library:name="Desk"/></library:library>
X
cat >"$profile/user/basic/Standard/Desk.xba" <<X
$xml
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Desk" script:language="StarBasic">
Function Prop(n As String, v)
  Dim p As New com.sun.star.beans.PropertyValue
  p.Name = n : p.Value = v
  Prop = p
End Function

Sub Quit(f As Integer)
  Close #f
  StarDesktop.terminate()
  Stop
End Sub

Sub Run(job As String)
  Dim f As Integer, text As String, words As String, p, doc, sheet, q(1)
  f = FreeFile
  Open job For Input As #f
  Do While Not Eof(f)
    Line Input #f, text
    p = Split(text, "|")
    Select Case p(0)
    Case "open"
      doc = StarDesktop.loadComponentFromURL(p(1), "_blank", 0, Array(Prop("Hidden", True)))
      sheet = doc.Sheets.getByName("Items")
    Case "text" : sheet.getCellRangeByName(p(1)).setString(p(2))
    Case "number" : sheet.getCellRangeByName(p(1)).setValue(CDbl(p(2)))
    Case "formula" : sheet.getCellRangeByName(p(1)).setFormula(p(2))
    Case "takes" ' the first cell is locked, the others take typing
      If Not sheet.isProtected() Or Not sheet.getCellRangeByName(p(1)).CellProtection.IsLocked Then Quit(f)
      If sheet.getCellRangeByName(p(2)).CellProtection.IsLocked Or sheet.getCellRangeByName(p(3)).CellProtection.IsLocked Then Quit(f)
    Case "offers" ' the list of the cell has these words, in this order
      words = sheet.getCellRangeByName(p(1)).Validation.getFormula1()
      If Join(Split(Join(Split(words, Chr(34)), ""), ";"), " ") = p(2) Then
      ElseIf Join(Split(Join(Split(words, Chr(34)), ""), ","), " ") = p(2) Then
      Else
        Quit(f)
      End If
    Case "unprotect" : sheet.unprotect("")
    Case "copy" : sheet.copyRange(sheet.getCellRangeByName(p(2)).CellAddress, sheet.getCellRangeByName(p(1)).RangeAddress)
    Case "hide" : sheet.Rows.getByIndex(CInt(p(1)) - 1).IsVisible = False
    Case "sort"
      Dim s(0) As New com.sun.star.table.TableSortField
      s(0).Field = CInt(p(2)) : s(0).IsAscending = False
      q(0) = Prop("SortFields", s) : q(1) = Prop("ContainsHeader", True)
      sheet.getCellRangeByName(p(1)).sort(q)
    Case "workbook" : doc.storeToURL(p(1), Array(Prop("FilterName", "Calc MS Excel 2007 XML")))
    Case "csv" : doc.storeToURL(p(1), Array(Prop("FilterName", "Text - txt - csv (StarCalc)"), Prop("FilterOptions", "44,34,76,1,,0,false,true,false,false,false,2")))
    Case "close" : doc.close(True)
    End Select
  Loop
  Close #f
  StarDesktop.terminate()
End Sub
</script:module>
X
desk() { timeout 300 soffice "-env:UserInstallation=file://$profile" --headless --norestore --nologo "macro:///Standard.Desk.Run($PWD/$1)" >desk.txt 2>&1 || { cat desk.txt >&2; fail "LibreOffice did not play $1"; }; }

# The columns: E Decision, F Reason, D Level, W Fingerprint. An item's row is its
# number and one. What is typed while the sheet is protected goes where typing is
# allowed; what spoils a row is done after the protection is taken off.
python3 - "$PWD" "$book" "$decided" "$handed" >expected.txt <<'P'
import sys
here, book, decided, handed = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
of = {l.split()[0]: [int(x) for x in l.split()[1:]] for l in open('numbers.txt')}
risky, tom, managers, plain = of['risky'], of['tom'][0], of['managers'], of['plain']
job, want = [f'open|file://{here}/{book}'], {}
def answer(no, decision, reason='', kind='accepted'):
    job.append(f'text|E{no+1}|{decision}')
    if reason:
        job.append(f'text|F{no+1}|{reason}')
    want[no] = kind
blank = plain[110:113]
for no in range(1, 201):
    if no in blank:
        want[no] = 'unchanged'
    elif no in risky:
        answer(no, 'keep', f'releases on call, week {no}')
    elif no in managers:
        answer(no, 'reduce to Member', 'manages nobody')
    elif no % 3:
        answer(no, 'keep')
    else:
        answer(no, 'revoke', '=1+1 is not why; "left" the team')
job.append(f'takes|D{plain[0]+1}|E{plain[0]+1}|F{plain[0]+1}')
job.append(f'offers|E{managers[0]+1}|keep reduce to Member revoke abstain')
answer(plain[0], 'keep')
answer(plain[1], 'reduce to Edit', 'x', 'illegal')     # no rung of it
answer(plain[2], 'revoke', '', 'illegal'); job.append(f'text|F{plain[2]+1}|')
answer(risky[0], 'keep', '', 'illegal'); job.append(f'text|F{risky[0]+1}|')
answer(plain[3], 'revoke', 'x', 'illegal'); job.append(f'formula|F{plain[3]+1}|="le"&"ft"')
want[decided], want[handed], want[tom] = 'stale', 'not yours', 'self-review'
answer(decided, 'revoke', 'left', 'stale')
job.append('unprotect')
job.append(f'text|D{plain[4]+1}|Manager'); want[plain[4]] = 'altered'
job.append(f'text|W{plain[5]+1}|F9-1-00000000000000000000000000000000'); want[plain[5]] = 'altered'
job.append(f'copy|A{plain[6]+1}:W{plain[6]+1}|A202'); job.append('text|E202|abstain'); job.append('text|F202|or not')
want[plain[6]], want[201] = 'duplicate', 'duplicate'
job.append(f'copy|A{plain[7]+1}:W{plain[7]+1}|A203'); want[202] = 'unchanged'   # the same again
job.append(f'text|A{plain[8]+1}|{plain[8]}')            # its number as text
job.append(f'text|C{plain[9]+1}|  Support ')            # blanks around are nothing
job += ['hide|7', 'hide|120', 'sort|A1:W203|5']
job += ['text|E300| ', f'workbook|file://{here}/answered.xlsx', f'csv|file://{here}/answered.csv', 'close']
open('job.txt', 'w').write('\n'.join(job) + '\n')
kinds = ['accepted', 'unchanged', 'stale', 'altered', 'illegal', 'self-review', 'duplicate', 'not yours']
counts = {k: sum(v == k for v in want.values()) for k in kinds}
def said():
    return ', '.join(f'{counts[k]} {k}' for k in kinds if counts[k])
print(said())
counts['accepted'] += 1; counts['illegal'] -= 1   # a CSV file has the formula's text
print(said())
print(counts['accepted'] - 1)
P
expected=$(head -n 1 expected.txt) accepted=$(tail -n 1 expected.txt)
desk job.txt
[ -s answered.xlsx ] && [ -s answered-Items.csv ] || { cat desk.txt >&2; fail 'LibreOffice saved nothing'; }
step 'LibreOffice has answered it, sorted it, and saved it as a workbook and as CSV'

# ---- read back -------------------------------------------------------------

says "$(sed -n 2p expected.txt)" "$tom" packet import answered-Items.csv
says "$expected" "$tom" packet import answered.xlsx
for what in 'decided since: keep: decided in the program' 'exported: Level' 'exported: Fingerprint' 'is no answer to item' 'needs a reason' \
  'Reason holds a formula' "it is Tom's own access" 'answered otherwise: Items!' 'is for Ana to review now'; do
  grep -qF -- "$what" said.txt || { grep -v ' accepted ' said.txt >&2; fail "nothing says \"$what\""; }
done
step "the preview says $expected"

refuses 4 'nothing was written' "$tom" packet import answered.xlsx --apply
[ "$(as "$boss" review list --json | grep -c '"answer": "undecided"')" = 198 ] || fail 'something was written by what was refused'
says "$accepted decisions of Boss Hale saved, entered by Tom" "$tom" packet import answered.xlsx --apply --accepted-only
says "$((accepted + 4)) unchanged" "$tom" packet import answered.xlsx --apply --accepted-only
grep -qF 'nothing changes' said.txt || fail 'the same file twice changes something'
as "$boss" review list --json >after.json
python3 - "$accepted" <<'P' || fail 'what stands is not what was answered'
import json, sys
items = json.load(open('after.json'))['items']
n = [i for i in items if i['decision'].get('entered_by')]
assert len(n) == int(sys.argv[1]), len(n)
for i in n:
    d, risky = i['decision'], bool(i.get('high_risk'))
    assert d['answer'] in ('keep', 'reduce', 'revoke'), d
    assert (d.get('bulk', 0) == 0) == risky, (i['item'], d)
    if d['answer'] == 'revoke':
        assert d['reason'] == '=1+1 is not why; "left" the team', d
P
step "$accepted decisions are saved, each says who entered it; the same file again changes nothing"

# ---- the reviewer confirms, somebody else checks ----------------------------

as "$boss" review list --undecided --json | grep -o '"item": [0-9]*' | grep -o '[0-9]*' >open.txt
for no in $(cat open.txt); do
  says 'abstain' "$boss" review decide "$no" --abstain --reason 'asked the team'
done
says "Entered for me, which I confirm: $accepted by Tom." "$boss" review sign --type Q4
refuses 5 'Tom entered decisions of Boss Hale' "$tom" packet countersign "$boss"
says 'is countersigned' "$mira" packet countersign "$boss"
refuses 4 'nothing was written' "$boss" packet import answered.xlsx --apply
"$COUNTERSIGN" log verify >said.txt || { tail -n 12 said.txt >&2; fail 'the log does not verify'; }
step 'signed by the reviewer, countersigned by another checker, and the log verifies'
