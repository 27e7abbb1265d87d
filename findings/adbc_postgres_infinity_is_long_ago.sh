#!/usr/bin/env bash
# An assignment "until infinity" in PostgreSQL ends millions of years ago once ADBC has read it.
# Versions: adbc-driver-postgresql 1.13.0, pyarrow 26.0.1, pgserver 0.1.4 (PostgreSQL 16)
# Guess, written down before running: infinity is the largest date that Arrow holds, or an error.
# Behaviour: a date of infinity wraps round when the epoch is moved: it lies before every other date, so that a filter
# "valid_to >= today" drops the open assignment. Minus infinity is one day later than infinity.
# Output seen:
#   in the table: [True, False]
#   read by ADBC: [False, False]
set -euo pipefail
script=$(readlink -f "$0")
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
python3 -m venv "$home/venv"
"$home/venv/bin/pip" install -q --disable-pip-version-check adbc-driver-postgresql==1.13.0 pyarrow==26.0.1 pgserver==0.1.4 2>/dev/null
cd "$home"
seen=$("$home/venv/bin/python" -W ignore - <<'PY'
import datetime, logging
import adbc_driver_postgresql.dbapi as dbapi, pgserver, pyarrow as pa, pyarrow.compute as pc
logging.disable()
server = pgserver.get_server("data", cleanup_mode="delete")
day = pa.scalar(datetime.date(2025, 6, 1))
with dbapi.connect(server.get_uri(), autocommit=True) as c, c.cursor() as cursor:
    cursor.execute("CREATE TABLE assignment (plan text, valid_to date)")
    cursor.execute("INSERT INTO assignment VALUES ('P1', 'infinity'), ('P2', '-infinity')")
    cursor.execute("SELECT valid_to >= DATE '2025-06-01' AS still FROM assignment")
    print("in the table:", cursor.fetch_arrow_table()["still"].to_pylist())
    cursor.execute("SELECT valid_to FROM assignment")
    print("read by ADBC:", pc.greater_equal(cursor.fetch_arrow_table()["valid_to"], day).to_pylist())
server.cleanup()
PY
)
wanted=$(sed -n 's/^#   //p' "$script")
diff <(echo "$wanted") <(echo "$seen") && echo "unchanged: ${0##*/}"
