#!/usr/bin/env bash
# The median and the quantiles of DECIMAL money are cut to the column's digits.
# Versions: duckdb 2.0.1
# Guess, written down before running: median and quantile_cont of DECIMAL(10,2) give DOUBLE, as for integers: 1.655 and 1.3775.
# Behaviour: they give DECIMAL(10,2), cut off, not rounded: 1.65 and 1.37, while avg gives DOUBLE 1.655.
# Output seen:
#   [(Decimal('1.65'), Decimal('1.37'), 'DECIMAL(10,2)', 1.655)]
#   [(1.5, 1.25, 'DOUBLE')]
set -euo pipefail
script=$(readlink -f "$0")
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
python3 -m venv "$home/venv"
"$home/venv/bin/pip" install -q --disable-pip-version-check duckdb==2.0.1 2>/dev/null
cd "$home"
seen=$("$home/venv/bin/python" -W ignore - <<'PY'
import duckdb
money = "(values (1.10::decimal(10,2)), (2.21::decimal(10,2))) t(x)"
print(duckdb.sql(f"select median(x), quantile_cont(x, 0.25), typeof(median(x)), avg(x) from {money}").fetchall())
print(duckdb.sql("select median(x), quantile_cont(x, 0.25), typeof(median(x)) from (values (1), (2)) t(x)").fetchall())
PY
)
wanted=$(sed -n 's/^#   //p' "$script")
diff <(echo "$wanted") <(echo "$seen") && echo "unchanged: ${0##*/}"
