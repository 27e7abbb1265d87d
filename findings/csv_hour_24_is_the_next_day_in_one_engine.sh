#!/usr/bin/env bash
# "2025-06-01 24:00:00" in a CSV: a time of the next day, or a text.
# Versions: duckdb 2.0.1, pyarrow 26.0.1, polars 2.1.0
# Guess, written down before running: no reader takes hour 24 for a time; the column stays text in all three.
# Behaviour: DuckDB infers TIMESTAMP and gives 2025-06-02 00:00: the last hour of a day counts for the day after.
# pyarrow and Polars keep the text.
# Output seen:
#   duckdb ['2025-06-01 23:00:00', '2025-06-02 00:00:00']
#   pyarrow ['2025-06-01 23:00:00', '2025-06-01 24:00:00']
#   polars ['2025-06-01 23:00:00', '2025-06-01 24:00:00']
set -euo pipefail
script=$(readlink -f "$0")
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
python3 -m venv "$home/venv"
"$home/venv/bin/pip" install -q --disable-pip-version-check duckdb==2.0.1 pyarrow==26.0.1 polars==2.1.0 2>/dev/null
cd "$home"
seen=$("$home/venv/bin/python" -W ignore - <<'PY'
import duckdb, polars, pyarrow.csv
with open("hours.csv", "w") as file:
    file.write("ended,spend\n2025-06-01 23:00:00,1\n2025-06-01 24:00:00,2\n")
print("duckdb", [str(at) for at, _ in duckdb.sql("from read_csv('hours.csv')").fetchall()])
print("pyarrow", [str(at) for at in pyarrow.csv.read_csv("hours.csv")["ended"].to_pylist()])
print("polars", [str(at) for at, _ in polars.read_csv("hours.csv", try_parse_dates=True).rows()])
PY
)
wanted=$(sed -n 's/^#   //p' "$script")
diff <(echo "$wanted") <(echo "$seen") && echo "unchanged: ${0##*/}"
