# shellcheck shell=bash
# What is fetched rather than committed: the portal's vendored assets, the Python environment of the tests.

# Makes a Python environment in `$1`, once.
ensure_python() {
  [ -x "$1/bin/pip" ] || python3 -m venv "$1" ||
    fail "L'environnement Python ne se crée pas dans $1." "Paquet attendu : python3-venv"
}

# Runs `$2…` once for each content of the file `$1`: a stamp named `$STAMP` remembers the content it was last run for.
once_for() {
  local source=$1 sum
  shift
  sum=$(sha256sum <"$source")
  [ "$(cat "$STAMP" 2>/dev/null)" != "$sum" ] || return 0
  "$@"
  printf '%s' "$sum" >"$STAMP"
}

fetch_assets() {
  doing "Bootstrap et htmx arrivent"
  ensure_python "$KEPT/venv"
  deploy/vendor/fetch "$KEPT/assets" "$KEPT/venv/bin/python" ||
    fail "Les fichiers du portail (htmx) ne se téléchargent pas." \
      "Vérifiez l'accès à PyPI depuis cette machine, puis relancez la même commande."
  done_with "Bootstrap et htmx sont dans .jalons/assets."
}

ensure_assets() {
  [ -s "$KEPT/assets/htmx.min.js" ] || rm -f "$KEPT/assets.stamp"
  STAMP="$KEPT/assets.stamp" once_for deploy/vendor/requirements.txt fetch_assets
}

# Installs what the file `$1` lists; `$2` says what it is for.
install_requirements() {
  doing "les outils $2 arrivent"
  ensure_python "$KEPT/venv"
  "$KEPT/venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$1" ||
    fail "Les outils de $1 ne s'installent pas." "Vérifiez l'accès à PyPI."
  done_with "Outils $2 installés."
}

ensure_test_tools() {
  local list=Tests/EndToEnd/requirements.txt
  [ -x "$KEPT/venv/bin/pytest" ] || rm -f "$KEPT/venv.stamp"
  STAMP="$KEPT/venv.stamp" once_for "$list" install_requirements "$list" "de test de bout en bout"
}

ensure_load_tools() {
  local list=Tests/Load/requirements.txt
  STAMP="$KEPT/load.stamp" once_for "$list" install_requirements "$list" "de mesure"
}

ensure_lint_tools() {
  local list=deploy/cli/lint.txt
  [ -x "$KEPT/venv/bin/biome" ] || rm -f "$KEPT/lint.stamp"
  STAMP="$KEPT/lint.stamp" once_for "$list" install_requirements "$list" "de relecture"
}
