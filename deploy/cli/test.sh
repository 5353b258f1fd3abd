# shellcheck shell=bash
# ./jalons test, load and faults: every check there is, on throw-away stores and instances.

# What has been counted so far, and how long each stage took.
PASSED=0 FAILED=0 DURATIONS=()
# What is to be taken away at the end.
SCRATCH='' SCRATCH_POSTGRES='' APART='' APART_SCRIPT='' BESIDE=''

command_test() {
  local stage=all filter=
  case "${1:-}" in
    '') ;;
    lint | swift | e2e)
      stage=$1
      filter=${2:-}
      ;;
    -*) fail "« $1 » n'est pas une option de « ./jalons test »." "Voir : ./jalons help" ;;
    *)
      stage=swift
      filter=$1
      ;;
  esac
  trap 'exit 130' INT TERM HUP PIPE
  trap 'test_ended $?' EXIT
  mkdir -p "$KEPT/logs"

  clock_ahead >/dev/null
  check_swift
  timed installation ensure_packages "construire et vérifier Jalons" "${BUILD_PACKAGES[@]}" "${RUN_PACKAGES[@]}"
  if [ "$stage" = all ] || [ "$stage" = lint ]; then timed style check_style; fi
  if [ "$stage" != lint ]; then
    [ -n "${JALONS_TEST_BUILT:-}" ] || timed construction build --build-tests
    case $stage in
      swift) timed swift swift_tests "$filter" ;;
      e2e) timed "bout en bout" end_to_end_tests "$filter" ;;
      all) timed "swift et bout en bout" side_by_side ;;
    esac
  fi
  [ "$FAILED" -eq 0 ]
}

# Runs the stage `$2…` and remembers how long it took under the name `$1`.
timed() {
  local name=$1 began=$SECONDS
  shift
  "$@"
  DURATIONS+=("$name $((SECONDS - began)) s")
}

# By how many seconds the clock that `JALONS_TEST_CLOCK` names (2028-02-29T23:30Z) is ahead of the machine's.
clock_ahead() {
  local moment
  [ -n "${JALONS_TEST_CLOCK:-}" ] || { echo 0 && return; }
  moment=$(date -d "$JALONS_TEST_CLOCK" +%s 2>/dev/null) ||
    fail "« $JALONS_TEST_CLOCK » (JALONS_TEST_CLOCK) n'est pas un moment." "Par exemple : 2028-02-29T23:30Z"
  echo $((moment - $(date +%s)))
}

# Stops what runs, says how long each stage took, and the counts in the last line.
test_ended() {
  local status=$1
  trap - EXIT
  trap '' INT TERM HUP PIPE
  set +e
  if [ -n "$CHILD" ]; then kill -TERM "$CHILD" 2>/dev/null || true; fi
  if [ -n "$BESIDE" ]; then kill -TERM "$BESIDE" 2>/dev/null && wait "$BESIDE"; fi
  stop_apart
  if [ -n "$SCRATCH" ]; then
    postgres_stop "$SCRATCH_POSTGRES"
    redis_stop "$SCRATCH/redis"
    postgres_remove "$SCRATCH_POSTGRES"
    rm -rf -- "$SCRATCH"
  fi
  # A stage that did not come to its end is a failure too.
  if [ "$status" -ne 0 ] && [ "$FAILED" -eq 0 ]; then FAILED=1; fi
  local duration
  for duration in "${DURATIONS[@]}"; do say "  $duration"; done
  say "$PASSED passed, $FAILED failed"
  exit "$status"
}

# Counts one check, named `$1`, that passes when `$2…` does.
check() {
  local name=$1
  shift
  if "$@"; then
    PASSED=$((PASSED + 1))
    done_with "$name"
  else
    FAILED=$((FAILED + 1))
    complain "$name"
  fi
}

# Passes when no line of the files `$2…` matches the expression `$1`; says those that do.
nowhere() {
  local expression=$1 status=0
  shift
  grep -rnE --include='*.swift' --include='*.html' "$expression" "$@" >&2 || status=$?
  [ "$status" -eq 1 ]
}

check_style() {
  local processes
  ensure_packages "relire le code" shellcheck python3-venv
  ensure_lint_tools
  mapfile -t processes < <(find Services -mindepth 1 -maxdepth 1 -type d ! -name Control | sort)
  check "le code est mis en forme" swift format lint --strict --recursive Shared Services Tests
  check "les pages échappent tout ce qu'elles montrent" nowhere 'string(Literal|Interpolation): ' Services/Portal
  check "rien ne s'écrit hors du journal" nowhere '(^|[^[:alnum:]_."])print\(' Shared "${processes[@]}"
  check "les scripts de shell sont justes (shellcheck)" shellcheck jalons deploy/cli/*.sh deploy/healthcheck deploy/redis/users deploy/redis/start \
    deploy/vendor/fetch .ci/run
  check "le Python est juste (ruff)" "$KEPT/venv/bin/ruff" check --quiet Tests deploy
  check "les scripts et styles des pages sont justes (biome)" "$KEPT/venv/bin/biome" lint --error-on-warnings --log-level=error
  check "le livre des règles est juste" python3 Tests/LawBook/check.py
  check "aucune erreur n'est tue par la force" nowhere '(^|[^[:alnum:]_])try!' Shared Services Tests
}

# Adds the counts of the JUnit report `$1`; a report that is missing is one failure.
count_report() {
  local counts
  counts=$(python3 - "$1" <<'PYTHON'
import sys, xml.etree.ElementTree as tree

cases = list(tree.parse(sys.argv[1]).getroot().iter("testcase"))
# A test with three faults is one that failed.
failed = sum(case.find("failure") is not None or case.find("error") is not None for case in cases)
skipped = sum(case.find("skipped") is not None for case in cases)
print(len(cases) - failed - skipped, failed)
PYTHON
  ) || counts='0 1'
  PASSED=$((PASSED + ${counts% *}))
  FAILED=$((FAILED + ${counts#* }))
}

# Postgres that forgets at once what it is told to keep, and Redis: for the length of this run.
start_scratch_stores() {
  SCRATCH=$(mktemp -d "${TMPDIR:-/tmp}/jalons-test-XXXXXX")
  chmod 711 "$SCRATCH"
  SCRATCH_POSTGRES=$(postgres_folder "$SCRATCH")
  local port
  port=$(private_port)
  postgres_init "$SCRATCH_POSTGRES" --no-sync
  postgres_start "$SCRATCH_POSTGRES" fsync=off synchronous_commit=off full_page_writes=off max_connections=300
  redis_start "$SCRATCH/redis" "$port" "appendonly no"
  JALONS_TEST_POSTGRES="$(postgres_conninfo "$SCRATCH_POSTGRES" postgres) user=jalons"
  JALONS_TEST_REDIS=$(redis_address "$SCRATCH/redis" "$port")
  export JALONS_TEST_POSTGRES JALONS_TEST_REDIS
  export JALONS_CLOCK_FILE="$SCRATCH/clock"
  clock_ahead >"$JALONS_CLOCK_FILE"
}

swift_tests() {
  local report="$KEPT/logs/swift.xml" before=$FAILED status=0
  ensure_test_tools
  # Where a Swift test finds a server of others to talk to.
  export JALONS_TEST_TOOLS="$KEPT/venv/bin"
  start_scratch_stores
  rm -f "$KEPT"/logs/swift*.xml
  # One after another: many are about time, and two cores serve a hundred at once too slowly to be on time.
  attended swift test --skip-build --disable-xctest --no-parallel "${SWIFT_FLAGS[@]}" --xunit-output "$report" \
    ${1:+--filter "$1"} || status=$?
  # Swift Testing writes its report beside the one of the name it is given.
  [ -e "${report%.xml}-swift-testing.xml" ] && report="${report%.xml}-swift-testing.xml"
  count_report "$report"
  [ "$status" -eq 0 ] || [ "$FAILED" -gt "$before" ] || FAILED=$((FAILED + 1))
}

end_to_end_tests() {
  local report="$KEPT/logs/e2e.xml" before=$FAILED status=0
  [ -n "$(chromium_path)" ] || ensure_packages "jouer les pages dans un navigateur" chromium
  ensure_assets
  ensure_test_tools
  start_apart test demo
  rm -f "$report"
  attended "$KEPT/venv/bin/pytest" Tests/EndToEnd --junitxml "$report" ${1:+-k "$1"} || status=$?
  # Nothing chosen by the filter is not a success.
  count_report "$report"
  [ "$status" -eq 0 ] || [ "$FAILED" -gt "$before" ] || FAILED=$((FAILED + 1))
  stop_apart
}

# The Swift tests beside the browser's: each waits half of the time, and two cores serve both in little more than the longer one takes.
side_by_side() {
  local log="$KEPT/logs/swift.log" counts
  # What both need is fetched once.
  ensure_assets
  ensure_test_tools
  JALONS_TEST_BUILT=1 "$JALONS_ROOT/jalons" test swift >"$log" 2>&1 &
  BESIDE=$!
  end_to_end_tests ''
  say "Les tests Swift finissent…"
  wait "$BESIDE" || true
  BESIDE=''
  # Its last line says what passed and what failed.
  counts=$(sed -nE '$s/^([0-9]+) passed, ([0-9]+) failed$/\1 \2/p' "$log")
  [ -n "$counts" ] || counts='0 1'
  PASSED=$((PASSED + ${counts% *}))
  FAILED=$((FAILED + ${counts#* }))
  if [ "${counts#* }" -ne 0 ]; then
    grep -aE -A 8 'recorded an issue|Fatal error' "$log" >&2 || true
    tail -n 40 "$log" >&2
  fi
}

# Starts an instance of its own in .jalons/`$1`-…, with first data `$2` (demo or empty), and exports its environment.
start_apart() {
  local options=()
  [ "$2" = demo ] || options=(--empty)
  APART="$KEPT/$1-$$"
  # Logs of the last run that failed: one is enough.
  rm -rf -- "$KEPT/logs/$1-"*
  mkdir -p "$APART/logs"
  export JALONS_CLOCK_FILE="$APART/clock"
  clock_ahead >"$JALONS_CLOCK_FILE"
  # A sender rests until the next message falls due, and does not see that a test moves the clock.
  [ "$1" = load ] || export JALONS_REMINDER_PAUSE=1000
  # Fourteen people who sign in a dozen times in a minute are one address here: how they are slowed down is GatewayTests'.
  export JALONS_LIMIT_SIGN_IN=1000
  say "Une instance à part démarre dans $APART."
  JALONS_STATE=$APART JALONS_BIN=${JALONS_BIN:-$JALONS_ROOT/.build/${CONFIGURATION:-debug}} \
    "$JALONS_ROOT/jalons" up --port "$(private_port)" "${options[@]}" >"$APART/logs/up.log" 2>&1 &
  APART_SCRIPT=$!
  while [ ! -e "$APART/run/ready" ]; do
    if ! kill -0 "$APART_SCRIPT" 2>/dev/null; then
      cat "$APART/logs/up.log" >&2
      fail "L'instance à part n'a pas démarré."
    fi
    sleep 0.3
  done
  # shellcheck source=/dev/null
  source "$APART/run/environment"
  done_with "L'instance à part est prête : $JALONS_PUBLIC_URL"
}

# Stops the instance apart, if there is one. Its logs stay when something failed; its data never do.
stop_apart() {
  [ -n "$APART" ] || return 0
  if [ -n "$APART_SCRIPT" ]; then
    kill -TERM "$APART_SCRIPT" 2>/dev/null || true
    wait "$APART_SCRIPT" 2>/dev/null || true
  fi
  wipe_instance "$APART"
  [ "$FAILED" -eq 0 ] || cp -a "$APART/logs" "$KEPT/logs/${APART##*/}"
  rm -rf -- "$APART"
  unset JALONS_STATE JALONS_CLOCK_FILE
  APART='' APART_SCRIPT=''
}

# ./jalons load and ./jalons faults: Tests/`$1`/run.py on an instance apart, with the rest as its options.
command_measure() {
  local kind=$1 status=0
  shift
  case " $* " in
    *" --help "* | *" -h "*)
      command -v python3 >/dev/null || fail "Cette aide est écrite en Python." "Installez python3, ou lisez Tests/$kind/run.py"
      exec python3 "Tests/$kind/run.py" --help
      ;;
  esac
  trap 'exit 130' INT TERM HUP PIPE
  trap 'measure_ended $?' EXIT
  mkdir -p "$KEPT/logs"
  CONFIGURATION=release
  prepare release
  ensure_packages "les mesures" python3-venv wrk
  ensure_test_tools
  [ "$kind" = Faults ] || ensure_load_tools
  # What is measured is the work, not how the gateway slows down somebody who asks thousands of times.
  export JALONS_LIMIT_ACCOUNT=100000000 JALONS_LIMIT_ADDRESS=100000000
  if [ "$kind" = Faults ]; then
    # The run itself is the mail server, and away until it has something to show.
    JALONS_SMTP_URL="smtp://127.0.0.1:$(free_ports $((30000 + RANDOM % 1000)) 1)"
    export JALONS_MAIL_PROVIDER=smtp JALONS_SMTP_URL JALONS_SMTP_PLAIN=1 JALONS_SECOND_COPIES=1
  fi
  start_apart "${kind,,}" demo
  attended "$KEPT/venv/bin/python" "Tests/$kind/run.py" "$@" || status=$?
  [ "$status" -eq 0 ] || FAILED=1
  return "$status"
}

measure_ended() {
  trap - EXIT
  trap '' INT TERM HUP PIPE
  set +e
  if [ -n "$CHILD" ]; then kill -TERM "$CHILD" 2>/dev/null || true; fi
  [ "$1" -eq 0 ] || FAILED=1
  stop_apart
  exit "$1"
}
