#!/usr/bin/env bash
# 01/06/2025 without any other evidence: read as 1 June by two engines, in silence.
# Versions: duckdb 2.0.1, polars 2.1.0, pyarrow 26.0.1, pandas 3.1.1
# Guess, written down before running: DuckDB and Polars keep such a column as text, or read the American order, as pandas does.
# Behaviour: DuckDB and Polars infer dates, day first; pandas reads the same texts month first; pyarrow keeps text.
# One export, two months.
# Output seen:
#   duckdb ['2025-06-01', '2025-06-02']
#   polars ['2025-06-01', '2025-06-02']
#   pandas ['2025-01-06', '2025-02-06']
#   pyarrow ['01/06/2025', '02/06/2025']
set -euo pipefail
script=$(readlink -f "$0")
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
python3 -m venv "$home/venv"
"$home/venv/bin/pip" install -q --disable-pip-version-check duckdb==2.0.1 polars==2.1.0 pyarrow==26.0.1 pandas==3.1.1 2>/dev/null
cd "$home"
seen=$("$home/venv/bin/python" -W ignore - <<'PY'
import duckdb, pandas, polars, pyarrow.csv
with open("dates.csv", "w") as file:
    file.write("date,spend\n01/06/2025,1\n02/06/2025,2\n")
print("duckdb", [str(day) for day, _ in duckdb.sql("from read_csv('dates.csv')").fetchall()])
print("polars", [str(day) for day, _ in polars.read_csv("dates.csv", try_parse_dates=True).rows()])
print("pandas", [str(day.date()) for day in pandas.read_csv("dates.csv", parse_dates=["date"])["date"]])
print("pyarrow", pyarrow.csv.read_csv("dates.csv")["date"].to_pylist())
PY
)
wanted=$(sed -n 's/^#   //p' "$script")
diff <(echo "$wanted") <(echo "$seen") && echo "unchanged: ${0##*/}"
