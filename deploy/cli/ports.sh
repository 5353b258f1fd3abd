# shellcheck shell=bash
# Ports of this machine: which are free, and who holds one.

# Does anything answer on the loopback port `$1`?
port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Name and number of the process that listens on port `$1`, as far as this user may see it.
port_holder() {
  local hex inode link pid
  hex=$(printf ':%04X' "$1")
  inode=$(cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
    awk -v port="$hex" '$4 == "0A" && substr($2, length($2) - 4) == port { print $10; exit }')
  [ -n "$inode" ] || return 0
  link=$(find /proc/[0-9]*/fd -lname "socket:\[$inode\]" -print -quit 2>/dev/null || true)
  pid=${link#/proc/}
  pid=${pid%%/*}
  [ -z "$pid" ] || printf '%s, processus %s' "$(cat "/proc/$pid/comm" 2>/dev/null)" "$pid"
}

# First of `$2` free ports in a row, from `$1` upwards.
free_ports() {
  local first=$1 many=$2 port
  while [ "$first" -lt 65000 ]; do
    for ((port = first; port < first + many; port++)); do
      if port_taken "$port"; then
        first=$((port + 1))
        continue 2
      fi
    done
    printf '%s' "$first"
    return 0
  done
  return 1
}

# A first port for a private instance, far from those that people use and from those that the kernel hands out.
private_port() { free_ports $((20000 + (RANDOM % 1000) * 10)) 10; }

# Stops with a remedy unless the eight ports from `$1` are free.
check_ports() {
  local port holder
  for ((port = $1; port < $1 + 8; port++)); do
    port_taken "$port" || continue
    holder=$(port_holder "$port")
    fail "Le port $port est déjà pris${holder:+ ($holder)}." \
      "Arrêtez ce programme, ou choisissez d'autres ports : ./jalons up --port $(free_ports $(($1 + 100)) 8)"
  done
}

# HTTP status that port `$1` gives for the path `$2`; nothing when nobody answers within two seconds.
http_status() {
  local answer
  answer=$(
    exec 2>/dev/null
    exec 3<>"/dev/tcp/127.0.0.1/$1"
    printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$2" >&3
    IFS= read -r -t 2 line <&3 && printf '%s' "$line"
  ) || true
  [[ $answer =~ ^HTTP/1\.[01]\ ([0-9]{3}) ]] && printf '%s' "${BASH_REMATCH[1]}"
  return 0
}
