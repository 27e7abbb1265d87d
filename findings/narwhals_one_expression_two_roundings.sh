#!/usr/bin/env bash
# round(0), max over NaN and upper case of one Narwhals expression differ by backend.
# Versions: narwhals 2.29.0, pandas 3.1.1, polars 2.1.0, pyarrow 26.0.1, duckdb 2.0.1
# Guess, written down before running: an expression of Narwhals gives the same numbers on every backend.
# Behaviour: halves go to even on pandas and Polars, away from zero on pyarrow and DuckDB; max over a NaN is 2.0, but NaN
# on DuckDB; upper case of ß is ẞ on three and SS on Polars (a join over upper-cased German names fails).
# Output seen:
#   pandas [0.0, 2.0, 2.0] 2.0 STRAẞE
#   polars [0.0, 2.0, 2.0] 2.0 STRASSE
#   pyarrow [1.0, 2.0, 3.0] 2.0 STRAẞE
#   duckdb [1.0, 2.0, 3.0] nan STRAẞE
set -euo pipefail
script=$(readlink -f "$0")
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
python3 -m venv "$home/venv"
"$home/venv/bin/pip" install -q --disable-pip-version-check narwhals==2.29.0 pandas==3.1.1 polars==2.1.0 pyarrow==26.0.1 duckdb==2.0.1 2>/dev/null
cd "$home"
seen=$("$home/venv/bin/python" -W ignore - <<'PY'
import duckdb, narwhals as nw, pandas, polars, pyarrow
data = {"half": [0.5, 1.5, 2.5], "value": [float("nan"), 1.0, 2.0], "name": ["Straße", "a", "b"]}
table = pyarrow.table(data)
duckdb.register("rows", table)
frames = {"pandas": pandas.DataFrame(data), "polars": polars.DataFrame(data), "pyarrow": table,
          "duckdb": duckdb.table("rows")}
for name, native in frames.items():
    frame = nw.from_native(native).lazy()
    def collect(*expressions):
        return frame.select(*expressions).collect().rows()
    print(name, [row[0] for row in collect(nw.col("half").round(0))], collect(nw.col("value").max())[0][0],
          collect(nw.col("name").str.to_uppercase())[0][0])
PY
)
wanted=$(sed -n 's/^#   //p' "$script")
diff <(echo "$wanted") <(echo "$seen") && echo "unchanged: ${0##*/}"
