# shellcheck shell=bash
# What every process is told: deploy/docs/operations.md has the table.

# The processes, in the order of their ports from the base.
readonly PROCESSES=(Gateway Portal Identity Dossiers Contracts Scheduling FSE Insight)

# Exports what every process of the instance in the folder `$1` may know, with base port `$2` and Postgres in `$3`.
export_environment() {
  local state=$1 base=$2 postgres=$3 number name
  export JALONS_STATE=$state JALONS_BIN=$BIN
  JALONS_POSTGRES=$(postgres_conninfo "$postgres" jalons)
  export JALONS_POSTGRES JALONS_HOST=127.0.0.1 JALONS_PUBLIC_URL="http://localhost:$base"
  for number in "${!PROCESSES[@]}"; do
    export "JALONS_${PROCESSES[$number]^^}_URL=http://127.0.0.1:$((base + number))"
  done
  if [ -n "${JALONS_SECOND_COPIES:-}" ]; then
    # Where `./jalons faults` starts a second copy when it wants one.
    for number in $(seq 1 $((${#PROCESSES[@]} - 1))); do
      name="JALONS_${PROCESSES[$number]^^}_URL"
      export "$name=${!name},http://127.0.0.1:$((base + number + 20))"
    done
  fi
  export JALONS_FILES="$state/files" JALONS_KEYS="$state/keys" JALONS_FEED_FOLDER="$state/feed"
  export JALONS_OPENID_FILE="$state/keys/openid.json"
  export JALONS_ASSETS="$JALONS_ROOT/Services/Portal/Assets" JALONS_VENDOR_ASSETS="$KEPT/assets"
  export JALONS_MIGRATIONS="$JALONS_ROOT/Services"
  export JALONS_LOG_LEVEL="${JALONS_LOG_LEVEL:-info}"
}

# Every secret of the instance in the folder `$1`, for a process `$2` or, without one, for the operator: `NAME=value` lines.
secrets_of() {
  JALONS_SECRET=$(<"$1/secret") "$BIN/Control" secrets ${2:+--process "$2"} ||
    fail "Les secrets de l'instance ne se calculent pas." "Le fichier $1/secret doit compter au moins 32 octets."
}

# Writes, for this user alone to read: each process's own secrets in run/secrets of the instance in `$1`, Redis being on port
# `$2`; and in run/environment what joins the running instance as its operator, who has them all.
write_environments() {
  local state=$1 redis_port=$2 name
  (
    umask 077
    mkdir -p "$state/run/secrets"
    for name in "${PROCESSES[@]}"; do
      name=${name,,}
      secrets_of "$state" "$name" | sed -E "s/^/export /
        s|JALONS_REDIS_PASSWORD=(.*)|JALONS_REDIS=redis://$name:\1@127.0.0.1:$redis_port|" >"$state/run/secrets/$name"
    done
    {
      for name in $(compgen -e JALONS_); do printf 'export %s=%q\n' "$name" "${!name}"; done
      secrets_of "$state" | sed 's/^/export /'
      printf 'export %s=%q\n' JALONS_SECRET "$(<"$state/secret")" \
        JALONS_REDIS "$(redis_address "$state/redis" "$redis_port")" \
        JALONS_POSTGRES_ADMIN "$JALONS_POSTGRES user=jalons password=$(<"$state/postgres-password")"
    } >"$state/run/environment.new"
  )
  mv "$state/run/environment.new" "$state/run/environment"
}

# Becomes the program `$@` with what the operator is told: for `attended`, which runs it beside this script.
as_operator() {
  # shellcheck source=/dev/null
  source "$STATE/run/environment"
  exec "$@"
}

# Leaves in the environment what the process `$1` is to know, and its own secrets.
become() {
  unset JALONS_SECRET JALONS_POSTGRES_ADMIN JALONS_REDIS "${!JALONS_KEY_@}" "${!JALONS_POSTGRES_PASSWORD@}" \
    "${!JALONS_REDIS_PASSWORD@}"
  [ "$1" = Scheduling ] || unset "${!JALONS_SMTP_@}" "${!JALONS_BREVO_@}" "${!JALONS_OVH_@}"
  [ "$1" = Identity ] || unset JALONS_OPENID_FILE
  [ "$1" = Gateway ] || unset "${!JALONS_TLS_@}"
  # shellcheck source=/dev/null
  source "$STATE/run/secrets/${1,,}"
}
