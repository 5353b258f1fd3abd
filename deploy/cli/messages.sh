# shellcheck shell=bash
# What the script says: calm French sentences, one line each, redrawn in place only on a terminal.

if [ -t 1 ] && [ "${TERM:-dumb}" != dumb ]; then TERMINAL=yes; else TERMINAL=; fi
if [ -n "$TERMINAL" ]; then
  BOLD=$'\e[1m' DIM=$'\e[2m' GREEN=$'\e[32m' RED=$'\e[31m' PLAIN=$'\e[0m' ERASE=$'\r\e[K'
else
  BOLD='' DIM='' GREEN='' RED='' PLAIN='' ERASE=''
fi

# Says a sentence.
say() { printf '%s%s\n' "$ERASE" "$*"; }

# Says that a step is done.
done_with() { printf '%s%s✓%s %s\n' "$ERASE" "$GREEN" "$PLAIN" "$*"; }

# Says what is going on. On a terminal the next sentence takes its place.
doing() {
  if [ -n "$TERMINAL" ]; then
    # One line of the terminal at most: a longer one could not be taken back.
    local text="… $*" width=${COLUMNS:-80}
    printf '%s%s%s%s' "$ERASE" "$DIM" "${text:0:width-1}" "$PLAIN"
  else
    printf '… %s\n' "$*"
  fi
}

# Says what is going on again and again, on a terminal only: elsewhere it would fill a log.
doing_still() { [ -z "$TERMINAL" ] || doing "$@"; }

# Says on standard error what is wrong, without stopping.
complain() { printf '%s%s✗%s %s\n' "$ERASE" "$RED" "$PLAIN" "$*" >&2; }

# Says what is wrong, then what to do about it (one line an argument), and stops.
fail() {
  complain "$1"
  shift
  local line
  for line in "$@"; do printf '  %s\n' "$line" >&2; done
  exit 1
}
