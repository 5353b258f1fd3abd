# shellcheck shell=bash
# A small supervisor: starts every process with a log of its own, starts again what dies, stops all of them in order.

declare -A PID=() STARTED=() DEATHS=() RESTART_AT=()
# Seconds that a process is given to finish what it does.
readonly GRACE=20

# Starts the process `$1` of the instance `$STATE`, from the executables in `$BIN`, on its port.
start_process() {
  local name=$1 number log="$STATE/logs/${1,,}.log"
  for number in "${!PROCESSES[@]}"; do
    [ "${PROCESSES[$number]}" != "$name" ] || break
  done
  # A session of its own: Ctrl-C in the terminal reaches this script, which then stops the processes itself.
  (
    become "$name"
    export JALONS_PORT=$((BASE + number))
    exec setsid "$BIN/$name"
  ) >>"$log" 2>&1 </dev/null &
  PID[$name]=$!
  STARTED[$name]=$SECONDS
  unset "RESTART_AT[$name]"
  printf '%s\n' "${PID[$name]}" >"$STATE/run/${name,,}.pid"
}

# Starts every process.
start_processes() {
  local name
  for name in "${PROCESSES[@]}"; do
    [ -x "$BIN/$name" ] || fail "L'exécutable $BIN/$name manque." "La construction n'a pas été faite ?"
    rotate_log "$STATE/logs/${name,,}.log"
    DEATHS[$name]=0
    start_process "$name"
  done
}

# Sets aside a log that has grown past twenty million bytes.
rotate_log() {
  [ ! -e "$1" ] || [ "$(stat -c %s "$1")" -lt 20000000 ] || mv -f "$1" "$1.1"
}

# Looks once at every process: says who died, starts again who has waited long enough.
look_after_processes() {
  local name status delay
  for name in "${PROCESSES[@]}"; do
    if [ -n "${RESTART_AT[$name]:-}" ]; then
      [ "$SECONDS" -lt "${RESTART_AT[$name]}" ] || start_process "$name"
      continue
    fi
    ! kill -0 "${PID[$name]}" 2>/dev/null || continue
    status=0
    wait "${PID[$name]}" 2>/dev/null || status=$?
    # A minute of life and the slate is clean.
    [ $((SECONDS - STARTED[$name])) -lt 60 ] || DEATHS[$name]=0
    delay=$((DEATHS[$name] < 5 ? 1 << DEATHS[$name] : 30))
    DEATHS[$name]=$((DEATHS[$name] + 1))
    RESTART_AT[$name]=$((SECONDS + delay))
    complain "${name,,} s'est arrêté (code $status) ; nouveau départ dans $delay s. Journal : $STATE/logs/${name,,}.log"
  done
}

# Looks once at Postgres and Redis, and starts them again. One that does not start yet (a killed Postgres's own
# processes may take a moment to go) is tried again at the next look.
look_after_stores() {
  if ! alive "$(postgres_pid "$POSTGRES")"; then
    complain "Postgres s'est arrêté ; nouveau départ."
    (postgres_start "$POSTGRES" "${POSTGRES_SETTINGS[@]}") || complain "Postgres sera relancé dans un instant."
  fi
  if [ -z "$(redis_pid "$STATE/redis")" ]; then
    complain "Redis s'est arrêté ; nouveau départ."
    (redis_start "$STATE/redis" "$REDIS_PORT") || complain "Redis sera relancé dans un instant."
  fi
}

# Waits until every process says that it is ready, for at most `$1` seconds.
wait_until_ready() {
  local until=$((SECONDS + $1)) name number missing
  while :; do
    missing=()
    for number in "${!PROCESSES[@]}"; do
      name=${PROCESSES[$number]}
      [ "$(http_status $((BASE + number)) /health/ready)" = 200 ] || missing+=("${name,,}")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    doing_still "démarrage : $((${#PROCESSES[@]} - ${#missing[@]})) sur ${#PROCESSES[@]}, on attend ${missing[*]}"
    look_after_processes
    for name in "${PROCESSES[@]}"; do
      [ "${DEATHS[$name]}" -lt 4 ] || not_ready "${name,,} ne tient pas debout." "${name,,}"
    done
    [ "$SECONDS" -lt "$until" ] || not_ready "Pas prêt après $1 s : ${missing[*]}." "${missing[0]}"
    sleep 0.3
  done
}

# Stops with the reason `$1` and the last lines of the log of the process `$2`.
not_ready() {
  tail -n 8 "$STATE/logs/$2.log" >&2 || true
  fail "$1" "Les dernières lignes de son journal sont ci-dessus ; le journal entier : $STATE/logs/$2.log"
}

# Asks every process to stop, waits for those that finish something, then ends what is left of them.
stop_processes() {
  local name left until=$((SECONDS + GRACE))
  [ ${#PID[@]} -gt 0 ] || return 0
  for name in "${!PID[@]}"; do kill -TERM "${PID[$name]}" 2>/dev/null || true; done
  while :; do
    left=()
    for name in "${!PID[@]}"; do
      if kill -0 "${PID[$name]}" 2>/dev/null; then left+=("${name,,}"); fi
    done
    [ ${#left[@]} -gt 0 ] || break
    if [ "$SECONDS" -ge "$until" ]; then
      complain "Arrêtés de force après $GRACE s : ${left[*]}"
      break
    fi
    doing_still "arrêt : on attend ${left[*]}"
    sleep 0.2
  done
  # Each has a process group of its own: what a killed process left behind (a soffice, say) goes with it.
  for name in "${!PID[@]}"; do
    kill -KILL -- "-${PID[$name]}" 2>/dev/null || true
    rm -f "$STATE/run/${name,,}.pid"
  done
  PID=()
}

# Ends the processes that a killed supervisor of this instance left behind: only those that carry its folder.
end_leftovers() {
  local file pid
  for file in "$STATE"/run/*.pid; do
    [ -e "$file" ] || continue
    pid=$(<"$file")
    if [ "$pid" != $$ ] && grep -qzxF "JALONS_STATE=$STATE" "/proc/$pid/environ" 2>/dev/null; then
      PID[$(basename "$file" .pid)]=$pid
    fi
    rm -f "$file"
  done
  [ ${#PID[@]} -eq 0 ] || say "Des processus d'un démarrage précédent tournent encore : ils sont arrêtés."
  stop_processes
}
