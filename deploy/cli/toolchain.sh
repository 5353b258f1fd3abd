# shellcheck shell=bash
# Swift: is it there, is it new enough, and building with it.

readonly SWIFT_WANTED=6.2
# None, the same everywhere: a build by hand and one of ours share their objects.
readonly SWIFT_FLAGS=()

swift_remedy() {
  fail "$1" \
    "Jalons se construit avec Swift $SWIFT_WANTED ou plus récent. Pour l'installer :" \
    "  https://www.swift.org/install/linux/ (avec swiftly : « swiftly install latest »)" \
    "puis ouvrez un nouveau terminal et relancez la même commande." \
    "Sans Swift, « docker compose up » fait la même chose."
}

check_swift() {
  local swiftly="${SWIFTLY_HOME_DIR:-${HOME:-/root}/.local/share/swiftly}/env.sh"
  if ! command -v swift >/dev/null && [ -r "$swiftly" ]; then
    # Installed by swiftly, in a shell that was opened before.
    set +u
    # shellcheck source=/dev/null
    source "$swiftly"
    set -u
  fi
  command -v swift >/dev/null || swift_remedy "Swift n'est pas installé sur cette machine."
  local version
  version=$(swift --version 2>/dev/null | sed -nE 's/.*Swift version ([0-9]+(\.[0-9]+)+).*/\1/p' | head -n 1)
  [ -n "$version" ] || swift_remedy "« swift --version » ne répond pas comme attendu."
  [ "$(printf '%s\n' "$SWIFT_WANTED" "$version" | sort -V | head -n 1)" = "$SWIFT_WANTED" ] ||
    swift_remedy "La version de Swift de cette machine, $version, est trop ancienne."
}

# How far the build that writes the log `$1` has come.
build_progress() {
  local line
  line=$(tail -c 400 "$1" | tr '\r' '\n' | grep -oE '^\[[0-9]+/[0-9]+\].*' | tail -n 1 || true)
  if [ -z "$line" ]; then
    line=': les dépendances arrivent'
    if tail -n 1 "$1" | grep -q '^Another instance of SwiftPM'; then line=': une autre construction tourne, on attend'; fi
  fi
  printf '%s' "$line"
}

# Builds with the flags of `$@`, keeps the whole log, shows the progress, and the errors at the end if there are.
build() {
  local log="$KEPT/logs/build.log" began=$SECONDS said=$SECONDS line
  mkdir -p "${log%/*}"
  doing "construction (la première prend plusieurs minutes)"
  swift build "${SWIFT_FLAGS[@]}" "$@" >"$log" 2>&1 &
  local compiler=$!
  CHILD=$compiler
  while kill -0 "$compiler" 2>/dev/null; do
    line=$(build_progress "$log")
    if [ -n "$TERMINAL" ]; then
      doing "construction $line"
    elif [ $((SECONDS - said)) -ge 30 ]; then
      said=$SECONDS
      doing "construction $line"
    fi
    sleep 0.5
  done
  local status=0
  wait "$compiler" || status=$?
  CHILD=
  if [ "$status" -ne 0 ]; then
    say
    grep -E '(^|: )error: ' "$log" | head -n 30 >&2 || tail -n 30 "$log" >&2
    fail "La construction a échoué (code $status)." "Le journal entier : $log"
  fi
  done_with "Construit en $((SECONDS - began)) s."
}
