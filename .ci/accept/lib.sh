# shellcheck shell=bash
# Drives a program in a real terminal (tmux) and waits for what it shows.
# Source it at the top of an acceptance script:
#
#   . "$(dirname "$0")/lib.sh"
#   start 80x24 "$COUNTERSIGN" demo
#   expect "Home"          # within 10 seconds, or the script fails with the screen
#   keys j j Enter         # key names as tmux has them: Enter Escape Up C-d F1 Space
#   typed "a name"         # literal text, in one write
#   size 60x15             # resize
#   shows "Review"         # now, at once
#   lacks "panic"          # not there now
#   screen                 # what the terminal shows, as plain text
#   ended 0                # the program has ended with this exit status
#   stop                   # also done at the end of the script
#
# $COUNTERSIGN is the built program, $COUNTERSIGN_SOURCE the root of the source
# tree (for its testdata, and for ../shared/data beside it). Each script runs in an empty directory of
# its own, with an empty home.
set -euo pipefail

: "${COUNTERSIGN:?set COUNTERSIGN to the built program}"
terminal_dir=$(mktemp -d)

in_terminal() { tmux -u -S "$terminal_dir/socket" -f "$terminal_dir/conf" "$@"; }

# fail SENTENCE: end the script, with the screen where there is one.
fail() {
  printf 'FAIL %s: %s\n' "$(basename "$0")" "$*" >&2
  if in_terminal has-session 2>/dev/null; then
    printf '%s\n' "---- the screen" >&2
    screen >&2 || true
    printf '%s\n' "----" >&2
  fi
  exit 1
}

# start WxH PROGRAM ARGUMENT...: run the program in a new terminal of that size.
start() {
  local size=$1
  shift
  stop
  mkdir -p "$terminal_dir"
  printf '%s\n' 'set -g status off' 'set -g remain-on-exit on' 'set -sg escape-time 0' \
    'set -g default-terminal tmux-256color' >"$terminal_dir/conf"
  # The status goes through a file: tmux loses it now and then (3.3a, when the
  # terminal closes before the child is waited for).
  in_terminal new-session -d -x "${size%x*}" -y "${size#*x}" -- \
    sh -c 'to=$1; shift; "$@"; echo "$?" >"$to"' sh "$terminal_dir/status" "$@" </dev/null ||
    fail "tmux could not start: $*"
}

keys() { in_terminal send-keys -- "$@"; }
typed() { in_terminal send-keys -l -- "$1"; }
size() { in_terminal resize-window -x "${1%x*}" -y "${1#*x}"; }
coloured_screen() { in_terminal capture-pane -p -e; }

# screen: what the terminal shows. Once the program has ended, all it printed:
# tmux then scrolls by one line to say that the pane is dead.
screen() {
  if is_dead; then
    in_terminal capture-pane -p -S - | grep -v '^Pane is dead' || true
  else
    in_terminal capture-pane -p
  fi
}

shows() { screen | grep -qF -- "$1" || fail "the screen does not show: $1"; }
lacks() { ! screen | grep -qF -- "$1" || fail "the screen shows: $1"; }

# within SECONDS COMMAND ARGUMENT...: poll until the command succeeds.
within() {
  local until=$((SECONDS + $1 + 1))
  shift
  until "$@"; do
    if ((SECONDS >= until)); then return 1; fi
    sleep 0.05
  done
}

on_screen() { screen | grep -qF -- "$1"; }
off_screen() { ! screen | grep -qF -- "$1"; }
is_dead() { [ "$(in_terminal display-message -p '#{pane_dead}')" = 1 ]; }

# expect TEXT [SECONDS]: wait until the screen shows it, 10 seconds at most.
expect() { within "${2:-10}" on_screen "$1" || fail "not shown within ${2:-10} s: $1"; }

# gone TEXT [SECONDS]: wait until the screen no longer shows it.
gone() { within "${2:-10}" off_screen "$1" || fail "still shown after ${2:-10} s: $1"; }

# ended STATUS [SECONDS]: wait until the program has ended, with that status.
ended() {
  local status
  within "${2:-10}" is_dead || fail "the program still runs after ${2:-10} s"
  status=$(cat "$terminal_dir/status" 2>/dev/null || true)
  [ "$status" = "$1" ] || fail "the program ended with status ${status:-of a signal}, not $1"
}

# stop: end the terminal and what runs in it.
stop() {
  if [ -S "$terminal_dir/socket" ]; then
    in_terminal kill-server 2>/dev/null || true
  fi
  rm -rf "$terminal_dir"
}
trap stop EXIT
