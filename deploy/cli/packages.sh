# shellcheck shell=bash
# Debian's packages: which are needed for what, and installing those that are missing without waking a system service.

BUILD_PACKAGES=(
  libpq-dev libhiredis-dev libssl-dev libzip-dev libxlsxwriter-dev libcurl4-openssl-dev libxml2-dev zlib1g-dev
  libqrencode-dev
)
RUN_PACKAGES=(
  postgresql redis-server libreoffice-writer-nogui libjs-bootstrap5 poppler-utils fonts-liberation fonts-dejavu
  python3-venv
)

# Names of `$@` that dpkg does not know as installed.
missing_packages() {
  local package
  for package in "$@"; do
    case "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)" in
      installed) ;;
      *) printf '%s\n' "$package" ;;
    esac
  done
}

# The browser of the end-to-end tests, if there is one: Debian and Ubuntu do not give it the same name.
chromium_path() {
  command -v chromium || command -v chromium-browser || command -v google-chrome || true
}

# Installs what is missing of `$2…`, said to be for `$1`.
ensure_packages() {
  local purpose=$1
  shift
  command -v dpkg-query >/dev/null && command -v apt-get >/dev/null ||
    fail "Cette machine n'a pas les paquets de Debian (apt-get)." \
      "« docker compose up » fait la même chose sur tout système qui a Docker."
  local missing
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  say "Paquets à installer, pour $purpose : ${missing[*]}"

  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null || { [ ! -t 0 ] && ! sudo -n true 2>/dev/null; }; then
      fail "Il faut les droits d'administration pour installer ces paquets." \
        "Demandez à qui les a de lancer : apt-get install ${missing[*]}" \
        "puis relancez la même commande."
    fi
    as_root=(sudo)
  fi
  install_quietly "${missing[@]}"
  done_with "Paquets installés."
}

# Installs `$@` so that no service of the system starts and no cluster of the system is made. Uses `as_root` of the
# caller. What is put in place for the time of the installation is taken away after it, and what was there stays.
install_quietly() {
  local log="$KEPT/logs/apt.log" status=0
  mkdir -p "${log%/*}"
  "${as_root[@]}" bash -s -- "$@" >"$log" 2>&1 <<'ROOT' || status=$?
set -eu
export DEBIAN_FRONTEND=noninteractive
policy=/usr/sbin/policy-rc.d
cluster=/etc/postgresql-common/createcluster.d/jalons-install.conf
made=()
tidy() { [ ${#made[@]} -eq 0 ] || rm -f -- "${made[@]}"; }
trap tidy EXIT
if [ ! -e "$policy" ]; then
  made+=("$policy")
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi
if [ ! -e "$cluster" ]; then
  made+=("$cluster")
  mkdir -p "${cluster%/*}"
  printf 'create_main_cluster = false\n' >"$cluster"
fi
redis_was_there=$(dpkg-query -W -f '${db:Status-Status}' redis-server 2>/dev/null || true)
apt-get update -q </dev/null
apt-get install -y -q --no-install-recommends "$@" </dev/null
# A Redis that came with us is not to start with the machine either; one that was there is none of our business.
if [ "$redis_was_there" != installed ] && [ -d /run/systemd/system ]; then
  systemctl disable --quiet redis-server.service 2>/dev/null || true
fi
ROOT
  [ "$status" -eq 0 ] || {
    tail -n 15 "$log" >&2
    fail "L'installation des paquets n'a pas abouti (les dernières lignes sont ci-dessus)." \
      "Le détail est dans $log. À la main : apt-get install $*"
  }
}
