# shellcheck shell=bash
# What every process is told: deploy/docs/operations.md has the table.

# The processes, in the order of their ports from the base.
readonly PROCESSES=(Gateway Portal Identity Dossiers Contracts Scheduling FSE Insight)

# Exports the environment of the instance in the folder `$1`, with base port `$2`, Postgres in `$3`, Redis on port `$4`.
export_environment() {
  local state=$1 base=$2 postgres=$3 redis_port=$4 number name
  export JALONS_STATE=$state JALONS_BIN=$BIN
  JALONS_POSTGRES=$(postgres_conninfo "$postgres" jalons)
  export JALONS_POSTGRES JALONS_POSTGRES_ADMIN="$JALONS_POSTGRES user=jalons"
  JALONS_REDIS=$(redis_address "$state/redis" "$redis_port")
  export JALONS_REDIS JALONS_HOST=127.0.0.1 JALONS_PUBLIC_URL="http://localhost:$base"
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
  JALONS_SECRET=$(<"$state/secret")
  export JALONS_SECRET JALONS_FILES="$state/files" JALONS_KEYS="$state/keys" JALONS_FEED_FOLDER="$state/feed"
  export JALONS_OPENID_FILE="$state/keys/openid.json"
  export JALONS_ASSETS="$JALONS_ROOT/Services/Portal/Assets" JALONS_VENDOR_ASSETS="$KEPT/assets"
  export JALONS_MIGRATIONS="$JALONS_ROOT/Services"
  export JALONS_LOG_LEVEL="${JALONS_LOG_LEVEL:-info}"
}

# Writes the exported environment in the file `$1`, which only this user can read, for what joins a running instance.
write_environment() {
  local name
  (
    umask 077
    for name in $(compgen -e JALONS_); do printf 'export %s=%q\n' "$name" "${!name}"; done >"$1.new"
  )
  mv "$1.new" "$1"
}
