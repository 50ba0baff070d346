#!/usr/bin/env bash
# An evidence package is checked by hand as its README.txt says, with nothing of
# Countersign's: the manifest with sha256sum, the frozen items with grep, and the
# root of the log with the Python of the README itself.
set -euo pipefail
: "${COUNTERSIGN:?set COUNTERSIGN to the built program}"

fail() { printf 'FAIL %s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }

export COUNTERSIGN_DB=$PWD/demo/demo.db
"$COUNTERSIGN" demo --dir demo </dev/null >played.txt 2>&1 || { cat played.txt >&2; fail "the demo does not play"; }
"$COUNTERSIGN" --read-only export package "Q4 2026" --out q4.zip
[ "$(stat -c %a q4.zip)" = 600 ] || fail "q4.zip is $(stat -c %a q4.zip), not 600"
"$COUNTERSIGN" --read-only export package "Q4 2026" --out again.zip >/dev/null
cmp q4.zip again.zip || fail "the same campaign gave other bytes"

/usr/bin/python3 -m zipfile -t q4.zip >tested.txt || fail "Python finds the zip broken: $(cat tested.txt)"
/usr/bin/python3 -m zipfile -e q4.zip unpacked
cd unpacked
sha256sum -c MANIFEST.sha256 | tail -n 3
sha256sum --quiet --strict -c MANIFEST.sha256 || fail "sha256sum does not accept the manifest"
listed=$(wc -l <MANIFEST.sha256) there=$(find . -type f ! -name MANIFEST.sha256 | wc -l)
[ "$listed" = "$there" ] || fail "the manifest lists $listed files, and there are $there"

found=$(grep -c "$(sha256sum population.jsonl | cut -d' ' -f1)" log.jsonl)
[ "$found" -gt 0 ] || fail "the log does not name the sum of the frozen items"

sed -n '/^     import base64/,/^     print/s/^     //p' README.txt >root.py
said=$(/usr/bin/python3 root.py)
want=$(sed -n '2p;3p' checkpoint.txt | paste -sd ' ')
echo "by the README's Python: $said"
[ "$said" = "$want" ] || fail "checkpoint.txt says: $want"
cd ..

# Packed again by another program it is the same package; with a letter changed it is none.
(cd unpacked && rm root.py && /usr/bin/python3 -m zipfile -c ../repacked.zip ./*)
COUNTERSIGN_DB=none "$COUNTERSIGN" verify repacked.zip --checkpoint unpacked/checkpoint.txt >said.txt || { cat said.txt >&2; fail "packed again it does not verify"; }
tail -n 2 said.txt
sed -i 's/,keep,/,revoke,/' unpacked/tables/decisions.csv
(cd unpacked && sha256sum --quiet -c MANIFEST.sha256 >/dev/null 2>&1) && fail "sha256sum does not see a changed table"
(cd unpacked && /usr/bin/python3 -m zipfile -c ../changed.zip ./*)
COUNTERSIGN_DB=none "$COUNTERSIGN" verify changed.zip >said.txt 2>&1 && fail "a changed table verifies"
grep -q 'tables/decisions.csv, row .*(Answer): should hold "keep", holds "revoke"' said.txt || { cat said.txt >&2; fail "the cell is not named"; }

# The same campaign by the same version is the same bytes on another machine: two
# checkouts at two paths, the second on a copy of the database after further events.
# Ours is compiled again in the second, with its path in it.
: "${COUNTERSIGN_SOURCE:?set COUNTERSIGN_SOURCE to the source tree}"
export GOFLAGS=-trimpath
for place in one two/levels/deeper; do git clone -q "$COUNTERSIGN_SOURCE" "$place/source"; done
(cd one/source && go build -o ../countersign ./cmd/countersign)
(cd two/levels/deeper/source && go build -gcflags='countersign/...=-trimpath=' -o ../countersign ./cmd/countersign)
one=$PWD/one/countersign two=$PWD/two/levels/deeper/countersign
grep -qF "$PWD/two/levels/deeper/source/" "$two" || fail "the second checkout's path is not in what was built there"
[ "$("$one" version)" = "$("$two" version)" ] || fail "the checkouts are not of one version: $("$one" version), $("$two" version)"
mkdir first second
"$one" --read-only export package "Q4 2026" --out first/q4.zip >/dev/null
"$one" --read-only export campaign "Q4 2026" --out first/q4.xlsx >/dev/null
cp -r demo elsewhere
export COUNTERSIGN_DB=$PWD/elsewhere/demo.db
before=$("$two" log --lines | wc -l)
"$two" --as idris.bello@acme.example export people --out people.csv >/dev/null
"$two" --as idris.bello@acme.example export package "Q4 2026" --out second/recorded.zip >/dev/null
after=$("$two" log --lines | wc -l)
[ "$after" -gt "$before" ] || fail "nothing was added to the log"
"$two" --read-only export package "Q4 2026" --out second/q4.zip >/dev/null
"$two" --read-only export campaign "Q4 2026" --out second/q4.xlsx >/dev/null
(cd first && sha256sum q4.zip q4.xlsx) | tee sums.txt
(cd second && sha256sum --quiet -c ../sums.txt) || fail "another checkout makes other bytes after $((after - before)) further events"
cmp second/q4.zip second/recorded.zip || fail "who exports shows in the bytes"
"$two" verify first/q4.zip >said.txt || { cat said.txt >&2; fail "the other checkout does not verify the package"; }
grep 'evidence.xlsx is, byte for byte, what this version makes of the log' said.txt || { cat said.txt >&2; fail "the bytes were not compared"; }
