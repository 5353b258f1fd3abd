# shellcheck shell=bash
# A private Postgres cluster: made, started and stopped here, never a service of the system. It listens on a Unix
# socket only, in a folder that its owner (and root) alone may enter: no port, no neighbour.

# Name of the socket file only: there is no TCP.
readonly POSTGRES_PORT=5432

# Postgres refuses to run as root: it then runs as Debian's account for it.
as_postgres() (
  cd /
  unset PGDATA PGHOST PGPORT PGUSER PGDATABASE PGPASSWORD PGSERVICE PGOPTIONS
  if [ "$(id -u)" -eq 0 ]; then exec runuser -u postgres -- "$@"; else exec "$@"; fi
)

# Runs a program of the newest Postgres of this machine.
postgres_program() {
  local name=$1 folder
  shift
  folder=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
  [ -x "$folder/initdb" ] || fail "Postgres n'est pas installé." "Paquet attendu : postgresql"
  as_postgres "$folder/$name" "$@"
}

# Twelve characters that tell one folder from another.
folder_mark() { printf '%s' "$1" | sha256sum | head -c 12; }

# Where the cluster of the instance folder `$1` is: inside it, unless the account that Postgres runs as cannot get there.
postgres_folder() {
  local inside="$1/postgres"
  if [ "$(id -u)" -ne 0 ] || as_postgres test -x "$1"; then
    printf '%s' "$inside"
  else
    printf '/var/lib/jalons-%s' "$(folder_mark "$inside")"
  fi
}

# Where the socket of the cluster in `$1` is: inside it, unless the path is longer than the 107 bytes of a socket's.
postgres_socket() {
  if [ ${#1} -le 80 ]; then
    printf '%s/socket' "$1"
  else
    printf '/tmp/jalons-%s-%s' "$(id -u)" "$(folder_mark "$1")"
  fi
}

# Makes a folder that the account of Postgres owns, and nobody else enters.
make_postgres_folder() {
  mkdir -p "$1"
  [ "$(id -u)" -ne 0 ] || chown postgres: "$1"
  chmod 700 "$1" || fail "Le dossier $1 appartient à quelqu'un d'autre." "Supprimez-le, puis relancez."
}

# Makes the cluster in `$1` when there is none; more arguments are for initdb.
postgres_init() {
  local folder=$1
  shift
  [ ! -s "$folder/data/PG_VERSION" ] || return 0
  make_postgres_folder "$folder"
  rm -rf "$folder/data"
  postgres_program initdb -D "$folder/data" -U jalons --auth=trust --encoding=UTF8 --locale=C.UTF-8 "$@" >/dev/null ||
    fail "Le cluster Postgres ne se crée pas dans $folder."
  # Until `postgres_secure`, every account that may enter the socket's folder is trusted; there is no other way in.
  as_postgres tee "$folder/data/pg_hba.conf" >/dev/null <<<"local all all trust"
  as_postgres tee -a "$folder/data/postgresql.conf" >/dev/null <<<"include 'jalons.conf'"
}

# Is the process `$1` at work? One that is dead but that nobody has buried yet (in a container, often) is not.
alive() { [ -n "$1" ] && [ -e "/proc/$1/status" ] && ! grep -q '^State:[[:space:]]*Z' "/proc/$1/status" 2>/dev/null; }

# Starts the cluster in `$1` unless it runs; more arguments are settings (`name=value`).
postgres_start() {
  local folder=$1 socket options setting
  shift
  socket=$(postgres_socket "$folder")
  make_postgres_folder "$socket"
  as_postgres tee "$folder/data/jalons.conf" >/dev/null <deploy/postgres/postgresql.conf
  # Postgres would take its own unburied process for a running server.
  alive "$(postgres_pid "$folder")" || rm -f "$folder/data/postmaster.pid"
  if postgres_program pg_ctl -D "$folder/data" status >/dev/null 2>&1; then return 0; fi
  options="-c listen_addresses='' -c port=$POSTGRES_PORT -c unix_socket_directories='$socket'"
  for setting in "$@"; do options+=" -c $setting"; done
  if ! postgres_program pg_ctl -D "$folder/data" -w -t 90 -s -l "$folder/server.log" -o "$options" start >/dev/null 2>&1; then
    tail -n 15 "$folder/server.log" >&2 || true
    fail "Postgres ne démarre pas (ses dernières lignes sont ci-dessus)." "Journal : $folder/server.log"
  fi
}

# Stops the cluster in `$1` if it runs: sessions are ended, what was committed is on the disk.
postgres_stop() {
  [ -s "$1/data/postmaster.pid" ] || return 0
  postgres_program pg_ctl -D "$1/data" -w -t 60 -s -m fast stop >/dev/null 2>&1 || true
}

# Number of the process of the cluster in `$1`; nothing when it does not run.
postgres_pid() { head -n 1 "$1/data/postmaster.pid" 2>/dev/null || true; }

# Removes the cluster in `$1`.
postgres_remove() { rm -rf -- "$1" "$(postgres_socket "$1")"; }

# How to reach the database `$2` of the cluster in `$1`, for libpq; a user is to be added.
postgres_conninfo() { printf "host=%s port=%s dbname=%s" "$(postgres_socket "$1")" "$POSTGRES_PORT" "$2"; }

# From now on everybody who comes in says a password; the owner's is `$2`. The processes run as the account that may enter the
# socket's folder, and each is to be nobody but itself.
postgres_secure() {
  local rule="local all all scram-sha-256"
  [ "$(<"$1/data/pg_hba.conf")" != "$rule" ] || return 0
  psql -XAtq "$(postgres_conninfo "$1" postgres) user=jalons" <<<"alter role jalons password '$2'" &&
    as_postgres tee "$1/data/pg_hba.conf" >/dev/null <<<"$rule" &&
    postgres_program pg_ctl -D "$1/data" -s reload ||
    fail "Postgres ne prend pas de mot de passe." "Journal : $1/server.log"
}

# Makes the database `$2` when there is none; the owner's password is `$3`.
postgres_database() {
  local owner
  owner="$(postgres_conninfo "$1" postgres) user=jalons"
  [ "$(PGPASSWORD=$3 psql -XAtqc "select count(*) from pg_database where datname = '$2'" "$owner")" = 1 ] ||
    PGPASSWORD=$3 psql -XAtqc "create database $2" "$owner"
}
