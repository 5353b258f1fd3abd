# shellcheck shell=bash
# ./jalons up, stop and ctl: the instance that a person works with.

# Whether the address has been printed: from then on, a signal is the ordinary way to end.
WELCOMED=''

command_up() {
  local fresh='' first=demo configuration=debug base=8080
  while [ $# -gt 0 ]; do
    case "$1" in
      --fresh) fresh=yes ;;
      --empty) first=empty ;;
      --release) configuration=release ;;
      --port | --port=*)
        if [[ $1 == *=* ]]; then base=${1#*=}; else base=${2:-} && shift $(($# > 1)); fi
        [[ $base =~ ^[1-9][0-9]{0,4}$ && $base -le 65000 ]] ||
          fail "--port attend un numéro de port, au plus 65000." "Par exemple : ./jalons up --port 9080"
        ;;
      *) fail "« $1 » n'est pas une option de « ./jalons up »." "Voir : ./jalons help" ;;
    esac
    shift
  done
  local state=${JALONS_STATE:-$KEPT} running
  running=$(supervisor_of "$state")
  if [ -n "$running" ]; then
    say "Jalons tourne déjà (processus $running) : $(address_of "$state")"
    say "Pour l'arrêter : ./jalons stop"
    return 0
  fi

  trap 'interrupted' INT TERM HUP PIPE
  trap 'ended $?' EXIT
  mkdir -p "$KEPT" "$state"
  # A supervisor that was killed leaves processes on these very ports.
  STATE=$state end_leftovers
  [ -z "$fresh" ] || wipe_instance "$state"
  check_ports "$base"
  prepare "$configuration"
  start_instance "$state" "$base" "$first"
  welcome
  supervise
}

# Makes the executables be there: packages, assets, build. `JALONS_BIN` names a folder of ready ones instead.
prepare() {
  local configuration=$1
  if [ -n "${JALONS_BIN:-}" ]; then
    BIN=$JALONS_BIN
    ensure_packages "faire tourner Jalons" "${RUN_PACKAGES[@]}"
    ensure_assets
    return 0
  fi
  BIN="$JALONS_ROOT/.build/$configuration"
  check_swift
  ensure_packages "construire et faire tourner Jalons" "${BUILD_PACKAGES[@]}" "${RUN_PACKAGES[@]}"
  ensure_assets
  if [ "$configuration" = release ]; then build -c release; else build; fi
}

interrupted() {
  trap '' INT TERM HUP PIPE
  if [ -n "$WELCOMED" ]; then exit 0; else exit 130; fi
}

# Leaves nothing running, whatever the reason to end.
ended() {
  trap - EXIT
  trap '' INT TERM HUP PIPE
  # Everything is tried, even with nobody left to read what is said.
  set +e
  if [ -n "$STATE" ]; then
    say
    doing "arrêt"
    stop_instance
    done_with "Tout est arrêté."
  elif [ -n "$CHILD" ]; then
    kill -TERM "$CHILD" 2>/dev/null || true
  fi
  exit "$1"
}

# The address that the running instance of the folder `$1` answers at.
address_of() { sed -nE 's/^export JALONS_PUBLIC_URL=//p' "$1/run/environment" 2>/dev/null || true; }

welcome() {
  local profile
  say
  say "${BOLD}Jalons : $JALONS_PUBLIC_URL$PLAIN"
  say
  if [ "$(<"$STATE/first-start")" = demo ]; then
    say "Un compte par profil, mot de passe $BOLD$DEMO_PASSWORD$PLAIN :"
    for profile in "${DEMO_PROFILES[@]}"; do say "  $profile@demo.jalons.test"; done
    say
  fi
  say "Courriels et SMS qui seraient partis : $JALONS_PUBLIC_URL/outils/envois"
  say "Journaux : $STATE/logs"
  if command -v fc-list >/dev/null && [ -z "$(fc-list :lang=zh-cn family)" ]; then
    say "Aucune police n'a les caractères chinois : un nom écrit ainsi s'imprime en cases vides (fonts-noto-cjk)."
  fi
  say "Pour arrêter : Ctrl-C ici, ou « ./jalons stop » ailleurs."
  WELCOMED=yes
}

command_stop() {
  local state=${JALONS_STATE:-$KEPT} pid tries
  pid=$(supervisor_of "$state")
  if [ -z "$pid" ]; then
    say "Jalons ne tourne pas."
    return 0
  fi
  kill -TERM "$pid" || fail "Le processus $pid n'est pas à vous." "Arrêtez Jalons avec le compte qui l'a démarré."
  doing "arrêt"
  for ((tries = 0; tries < 450; tries++)); do
    if ! kill -0 "$pid" 2>/dev/null; then
      done_with "Jalons est arrêté."
      return 0
    fi
    sleep 0.2
  done
  fail "Jalons ne s'arrête pas." "Voyez ce que dit le terminal où il tourne (processus $pid)."
}

command_ctl() {
  local state=${JALONS_STATE:-$KEPT}
  [ -r "$state/run/environment" ] || fail "Jalons ne tourne pas." "Démarrez-le dans un autre terminal : ./jalons up"
  # shellcheck source=/dev/null
  source "$state/run/environment"
  exec "$JALONS_BIN/Control" "$@"
}
