#!/usr/bin/env bash
# str.strip_chars() of one Narwhals expression strips a full-width space on two backends and keeps it on two.
# Versions: narwhals 2.29.0, pandas 3.1.1, polars 2.1.0, pyarrow 26.0.1, duckdb 2.0.1
# Guess, written down before running: all backends strip what Unicode calls white space, as Python's str.strip does.
# Behaviour: on pandas and Polars "收纳" and "收纳" followed by U+3000 (the space that Chinese and Japanese input methods
# type) become one plan; on pyarrow and DuckDB they stay two, and so does a no-break space (U+00A0).
# Output seen:
#   pandas 1
#   polars 1
#   pyarrow 3
#   duckdb 3
set -euo pipefail
script=$(readlink -f "$0")
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
python3 -m venv "$home/venv"
"$home/venv/bin/pip" install -q --disable-pip-version-check narwhals==2.29.0 pandas==3.1.1 polars==2.1.0 pyarrow==26.0.1 duckdb==2.0.1 2>/dev/null
cd "$home"
seen=$("$home/venv/bin/python" -W ignore - <<'PY'
import duckdb, narwhals as nw, pandas as pd, polars as pl, pyarrow as pa
plans = {"plan": ["收纳", "收纳\u3000", "收纳\u00a0", "收纳 "]}
rows = pa.table(plans)
frames = {"pandas": pd.DataFrame(plans), "polars": pl.DataFrame(plans), "pyarrow": rows, "duckdb": duckdb.sql("FROM rows")}
for name, frame in frames.items():
    found = nw.from_native(frame).select(nw.col("plan").str.strip_chars().n_unique())
    found = found.collect() if isinstance(found, nw.LazyFrame) else found
    print(name, found["plan"][0])
PY
)
wanted=$(sed -n 's/^#   //p' "$script")
diff <(echo "$wanted") <(echo "$seen") && echo "unchanged: ${0##*/}"
