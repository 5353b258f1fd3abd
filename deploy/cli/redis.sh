# shellcheck shell=bash
# A private Redis: on the loopback address, behind a password that only this user can read, never a system service.

# Random text of 48 hexadecimal digits, so fit for an address.
random_text() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

# Writes a secret made of random text in the file `$1` unless it is there.
ensure_secret() {
  [ -s "$1" ] || (
    umask 077
    printf '%s%s\n' "$(random_text)" "$(random_text)" >"$1"
  )
}

# Writes who may do what in the Redis of the folder `$1`, from the passwords in the lines `$2` (`NAME=value`).
redis_users() {
  mkdir -p "$1"
  ensure_secret "$1/password"
  (
    umask 077
    # shellcheck disable=SC2046
    env $(grep '^JALONS_REDIS_PASSWORD_' <<<"$2") JALONS_REDIS_PASSWORD="$(<"$1/password")" \
      "$JALONS_ROOT/deploy/redis/users" >"$1/users.acl"
  ) || fail "Les comptes de Redis ne s'écrivent pas dans $1."
}

# Starts Redis in the folder `$1` on port `$2` unless it runs; more lines are settings that win. Where there are no users of
# its own there is one, with the password.
redis_start() {
  local folder=$1 port=$2
  shift 2
  mkdir -p "$folder"
  chmod 700 "$folder"
  ensure_secret "$folder/password"
  (
    umask 077
    cat >"$folder/redis.conf" <<CONF
bind 127.0.0.1
port $port
$(if [ -s "$folder/users.acl" ]; then printf 'aclfile "%s"' "$folder/users.acl"; else printf 'requirepass %s' "$(<"$folder/password")"; fi)
daemonize yes
supervised no
dir "$folder"
pidfile "$folder/redis.pid"
logfile "$folder/redis.log"
appendonly yes
appendfsync everysec
save ""
# Streams and claims are never to be thrown away to make room: a full Redis refuses, and the outbox waits.
maxmemory-policy noeviction
CONF
    printf '%s\n' "$@" >>"$folder/redis.conf"
  )
  redis-server "$folder/redis.conf" >/dev/null || fail "Redis ne démarre pas." "Journal : $folder/redis.log"
  local tries
  for ((tries = 0; tries < 100; tries++)); do
    [ "$(redis_ask "$folder" ping)" != PONG ] || return 0
    sleep 0.1
  done
  tail -n 10 "$folder/redis.log" >&2 || true
  fail "Redis ne répond pas (ses dernières lignes sont ci-dessus)." "Journal : $folder/redis.log"
}

# Asks the Redis of the folder `$1`.
redis_ask() {
  local folder=$1 port
  shift
  port=$(sed -nE 's/^port ([0-9]+)$/\1/p' "$folder/redis.conf")
  REDISCLI_AUTH=$(<"$folder/password") redis-cli -h 127.0.0.1 -p "$port" "$@" 2>/dev/null || true
}

# Address of the Redis of the folder `$1` on port `$2`, password included.
redis_address() { printf 'redis://:%s@127.0.0.1:%s' "$(<"$1/password")" "$2"; }

# Number of the process of the Redis of the folder `$1`; nothing when it does not run.
redis_pid() {
  local pid
  pid=$(cat "$1/redis.pid" 2>/dev/null || true)
  if alive "$pid" && [ "$(<"/proc/$pid/comm")" = redis-server ]; then printf '%s' "$pid"; fi
}

# Stops the Redis of the folder `$1` if it runs: what it holds is on the disk.
redis_stop() {
  local pid tries
  pid=$(redis_pid "$1")
  [ -n "$pid" ] || return 0
  redis_ask "$1" shutdown save >/dev/null
  for ((tries = 0; tries < 100; tries++)); do
    kill -0 "$pid" 2>/dev/null || return 0
    [ "$tries" -ne 50 ] || kill -TERM "$pid" 2>/dev/null || true
    sleep 0.1
  done
}
