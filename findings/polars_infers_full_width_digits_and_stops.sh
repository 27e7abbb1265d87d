#!/usr/bin/env bash
# Full-width digits, as Chinese input methods type them: inferred as integers, then not read.
# Versions: polars 2.1.0, duckdb 2.0.1, pyarrow 26.0.1
# Guess, written down before running: Polars keeps the column as text, as DuckDB and pyarrow do.
# Behaviour: it infers an integer column of 128 bits from the full-width digits and then raises ComputeError on the very
# cells that it inferred from.
# Output seen:
#   polars raises ComputeError True
#   duckdb ['１２', '３４']
#   pyarrow ['１２', '３４']
set -euo pipefail
script=$(readlink -f "$0")
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
python3 -m venv "$home/venv"
"$home/venv/bin/pip" install -q --disable-pip-version-check polars==2.1.0 duckdb==2.0.1 pyarrow==26.0.1 2>/dev/null
cd "$home"
seen=$("$home/venv/bin/python" -W ignore - <<'PY'
import duckdb, polars, pyarrow.csv
with open("wide.csv", "w", encoding="utf-8") as file:
    file.write("spend,x\n１２,1\n３４,2\n")
try:
    print("polars", polars.read_csv("wide.csv")["spend"].to_list())
except polars.exceptions.ComputeError as error:
    print("polars raises", type(error).__name__, "i128" in str(error))
print("duckdb", [row[0] for row in duckdb.sql("from read_csv('wide.csv')").fetchall()])
print("pyarrow", pyarrow.csv.read_csv("wide.csv")["spend"].to_pylist())
PY
)
wanted=$(sed -n 's/^#   //p' "$script")
diff <(echo "$wanted") <(echo "$seen") && echo "unchanged: ${0##*/}"
