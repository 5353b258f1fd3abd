# shellcheck shell=bash
# A complete private instance in one folder: stores, migrations, processes, first data. `up` runs one, so do the tests.

# What the running instance is; empty while there is none.
STATE='' BASE='' POSTGRES='' REDIS_PORT='' BIN=''
POSTGRES_SETTINGS=()
# A program that this script waits for, to be ended with it.
CHILD=''

readonly DEMO_PASSWORD='Jalons-demo-2026!'
readonly DEMO_PROFILES=(
  referent referent_fse accompagnateur_emploi secretariat_dispositif secretariat_proximite secretariat_structure
  chef_de_service ali gestionnaire_fse operateur siege administrateur dpo exploitant
)

# Runs a program so that a signal is heard while it works, which bash does not do for one in the foreground.
attended() {
  local status=0
  "$@" &
  CHILD=$!
  wait "$CHILD" || status=$?
  CHILD=''
  return "$status"
}

# Number of the script that runs the instance of the folder `$1`; nothing when none does.
supervisor_of() {
  local pid
  pid=$(cat "$1/run/supervisor" 2>/dev/null || true)
  [ -z "$pid" ] || ! tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -q jalons || printf '%s' "$pid"
}

# Removes the data of the instance in `$1`; what was fetched and built stays.
wipe_instance() {
  local postgres name
  postgres=$(postgres_folder "$1")
  postgres_stop "$postgres"
  redis_stop "$1/redis"
  postgres_remove "$postgres"
  for name in redis files keys feed run secret postgres-password first-start; do rm -rf -- "${1:?}/$name"; done
}

# Starts everything in the folder `$1` with base port `$2`; what `$3` names comes first: demo or empty.
start_instance() {
  local first=$3 name
  STATE=$1 BASE=$2
  mkdir -p "$STATE"/{files,keys,feed,logs,run}
  chmod 700 "$STATE"/{files,keys,feed,run}
  printf '%s\n' $$ >"$STATE/run/supervisor"
  end_leftovers
  ensure_secret "$STATE/secret"
  ensure_secret "$STATE/postgres-password"
  for name in "${PROCESSES[@]}" Control; do
    [ -x "$BIN/$name" ] || fail "L'exécutable $BIN/$name manque." "Lancez d'abord : ./jalons up"
  done

  doing "Postgres et Redis"
  POSTGRES=$(postgres_folder "$STATE")
  [ "$POSTGRES" = "$STATE/postgres" ] ||
    say "Le compte postgres n'entre pas dans $STATE : la base est dans $POSTGRES."
  postgres_init "$POSTGRES"
  postgres_start "$POSTGRES" "${POSTGRES_SETTINGS[@]}"
  postgres_secure "$POSTGRES" "$(<"$STATE/postgres-password")"
  postgres_database "$POSTGRES" jalons "$(<"$STATE/postgres-password")"
  redis_stop "$STATE/redis"
  REDIS_PORT=$(free_ports $((BASE + 8299)) 1)
  redis_users "$STATE/redis" "$(secrets_of "$STATE")"
  redis_start "$STATE/redis" "$REDIS_PORT"
  done_with "Postgres et Redis tournent, pour Jalons seul."

  # The demonstration sets this clock back to make its past, and leaves it at the machine's time.
  if [ "$first" = demo ] && [ ! -e "$STATE/first-start" ] && [ -z "${JALONS_CLOCK_FILE:-}" ]; then
    export JALONS_CLOCK_FILE="$STATE/clock"
    echo 0 >"$JALONS_CLOCK_FILE"
    # Some two hundred lives pass through the gateway from this one address.
    export JALONS_LIMIT_ADDRESS="${JALONS_LIMIT_ADDRESS:-100000}"
  fi
  export_environment "$STATE" "$BASE" "$POSTGRES"
  write_environments "$STATE" "$REDIS_PORT"
  doing "la base est mise à niveau"
  attended as_operator "$BIN/Control" migrate >"$STATE/logs/migrate.log" 2>&1 || {
    tail -n 15 "$STATE/logs/migrate.log" >&2
    fail "La mise à niveau de la base a échoué." "Journal : $STATE/logs/migrate.log"
  }
  done_with "La base est à niveau."

  start_processes
  wait_until_ready "${JALONS_START_SECONDS:-120}"
  done_with "Les ${#PROCESSES[@]} processus sont prêts."
  [ -e "$STATE/first-start" ] || first_start "$first"
}

# Puts in what an instance starts its life with, once.
first_start() {
  case "$1" in
    demo)
      say "Premier démarrage : le département de démonstration se fait, avec trois ans de vie (moins de quatre minutes)."
      attended as_operator "$BIN/Control" demo ||
        fail "Le département de démonstration n'est pas complet." \
          "Recommencez avec : ./jalons up --fresh (ou --empty pour s'en passer)"
      ;;
    empty)
      say "Premier démarrage, sans démonstration : voici le premier administrateur et son mot de passe à usage unique."
      attended as_operator "$BIN/Control" accounts create --email "${JALONS_FIRST_ADMINISTRATOR:-administrateur@jalons.test}" \
        --given-name Premier --family-name Administrateur --profile administrateur ||
        fail "Le premier administrateur n'a pas été créé." "Recommencez avec : ./jalons up --fresh --empty"
      ask_county
      ;;
  esac
  printf '%s\n' "$1" >"$STATE/first-start"
}

# Asks who the county is, where somebody is there to answer; the page « Département » of the administration says the rest.
ask_county() {
  if [ -t 0 ] && [ -t 1 ]; then
    say "Qui est le Département ? Ce qui n'est pas dit maintenant se dit dans Administration, Département."
    (as_operator "$BIN/Control" county set) ||
      say "Le Département n'est pas enregistré : dites-le dans Administration, Département."
  else
    say "Pour dire qui est le Département : Administration, Département, ou ./jalons ctl county set"
  fi
}

# Stops everything that start_instance started, in order; does nothing when nothing was.
stop_instance() {
  [ -n "$STATE" ] || return 0
  rm -f "$STATE/run/ready"
  if [ -n "$CHILD" ]; then kill -TERM "$CHILD" 2>/dev/null || true; fi
  stop_processes
  [ -z "$POSTGRES" ] || postgres_stop "$POSTGRES"
  redis_stop "$STATE/redis"
  rm -rf "$STATE/run/supervisor" "$STATE/run/environment" "$STATE/run/secrets"
  STATE=''
}

# Keeps the instance alive until a signal ends this script.
supervise() {
  local round=0
  touch "$STATE/run/ready"
  while :; do
    # Waiting for a sleep hears a signal at once. (Not `read -t`: bash 5.2 crashes on an exit from a trap inside it.)
    sleep 0.5 &
    wait $! || true
    look_after_processes
    round=$((round + 1))
    [ $((round % 4)) -ne 0 ] || look_after_stores
  done
}
