#!/usr/bin/env bash
# Ids that look like numbers: four readers, three answers.
# Versions: duckdb 2.0.1, pyarrow 26.0.1, polars 2.1.0, pandas 3.1.1
# Guess, written down before running: all readers make 007 the number 7, and all lose the last digits of a 22-digit id.
# Behaviour: DuckDB keeps 007 as text (the others give 7); of two 22-digit ids only pyarrow makes one float (two plans
# become one), DuckDB (HUGEINT), Polars (i128) and pandas (Python integers) keep them apart.
# Output seen:
#   short.csv duckdb 2 007
#   short.csv pyarrow 2 7
#   short.csv polars 2 7
#   short.csv pandas 2 7
#   long.csv duckdb 2 1234567890123456789012
#   long.csv pyarrow 1 1.2345678901234568e+21
#   long.csv polars 2 1234567890123456789012
#   long.csv pandas 2 1234567890123456789012
set -euo pipefail
script=$(readlink -f "$0")
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
python3 -m venv "$home/venv"
"$home/venv/bin/pip" install -q --disable-pip-version-check duckdb==2.0.1 pyarrow==26.0.1 polars==2.1.0 pandas==3.1.1 2>/dev/null
cd "$home"
seen=$("$home/venv/bin/python" -W ignore - <<'PY'
import duckdb, pandas, polars, pyarrow.csv
with open("short.csv", "w") as file:
    file.write("plan_id,x\n007,1\n0123,2\n")
with open("long.csv", "w") as file:
    file.write("plan_id,x\n1234567890123456789012,1\n1234567890123456789013,2\n")
for name in ("short.csv", "long.csv"):
    ids = {
        "duckdb": [row[0] for row in duckdb.sql(f"from read_csv('{name}')").fetchall()],
        "pyarrow": pyarrow.csv.read_csv(name)["plan_id"].to_pylist(),
        "polars": polars.read_csv(name)["plan_id"].to_list(),
        "pandas": pandas.read_csv(name)["plan_id"].tolist(),
    }
    for reader, values in ids.items():
        print(name, reader, len(set(values)), values[0])
PY
)
wanted=$(sed -n 's/^#   //p' "$script")
diff <(echo "$wanted") <(echo "$seen") && echo "unchanged: ${0##*/}"
