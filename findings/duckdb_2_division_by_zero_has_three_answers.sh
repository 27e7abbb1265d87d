#!/usr/bin/env bash
# Division by zero: infinity, NaN or an error, by the operator and the type.
# Versions: duckdb 2.0.1
# Guess, written down before running: every division by zero gives NULL, as in the versions before.
# Behaviour: 1/0 is inf and 0/0 is NaN (both no NULL: IS NULL and coalesce do not see them), 1%0 and 1//0 raise, 1.0 % 0 of
# a DOUBLE is NaN. A ratio with an empty denominator turns from "missing" into inf after an update.
# Output seen:
#   1 / 0 = inf
#   0 / 0 = nan
#   1 % 0 raises InvalidInputException
#   1 // 0 raises InvalidInputException
#   1.0::double % 0 = nan
#   coalesce(0 / 0, -1) = nan
set -euo pipefail
script=$(readlink -f "$0")
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
python3 -m venv "$home/venv"
"$home/venv/bin/pip" install -q --disable-pip-version-check duckdb==2.0.1 2>/dev/null
cd "$home"
seen=$("$home/venv/bin/python" -W ignore - <<'PY'
import duckdb
for term in ("1 / 0", "0 / 0", "1 % 0", "1 // 0", "1.0::double % 0", "coalesce(0 / 0, -1)"):
    try:
        print(term, "=", duckdb.sql(f"select {term}").fetchall()[0][0])
    except duckdb.Error as error:
        print(term, "raises", type(error).__name__)
PY
)
wanted=$(sed -n 's/^#   //p' "$script")
diff <(echo "$wanted") <(echo "$seen") && echo "unchanged: ${0##*/}"
