#!/usr/bin/env bash
# What one reviewer does in a campaign: the decisions of a file that is called
# after them, and the sign-off.
#
#   bash reviewer.sh CAMPAIGN DIRECTORY/EMAIL.csv
set -euo pipefail
who=$(basename "$2" .csv)
"$COUNTERSIGN" --as "$who" review decide --campaign "$1" --from "$2" >/dev/null
said=$("$COUNTERSIGN" --as "$who" review sign "$1" --type "$1")
case $said in
  *'waits for a checker'*) ;;
  *) echo "$who signed $1: $said" >&2; exit 1 ;;
esac
