#!/usr/bin/env bash
# A query that fails while its rows are streamed raises an OSError without SQLSTATE, not a database error.
# Versions: adbc-driver-postgresql 1.13.0, pyarrow 26.0.1, pgserver 0.1.4 (PostgreSQL 16)
# Guess, written down before running: the same adbc error with the same code, whichever way the rows are fetched.
# Behaviour: rows fetched one by one give DataError 22012; the Arrow reader gives OSError and no code, so that a program
# that sorts out time limits and lost connections by code takes them for a full disk.
# Output seen:
#   fetchall DataError 22012
#   fetch_record_batch OSError None
set -euo pipefail
script=$(readlink -f "$0")
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
python3 -m venv "$home/venv"
"$home/venv/bin/pip" install -q --disable-pip-version-check adbc-driver-postgresql==1.13.0 pyarrow==26.0.1 pgserver==0.1.4 2>/dev/null
cd "$home"
seen=$("$home/venv/bin/python" -W ignore - <<'PY'
import logging
import adbc_driver_postgresql.dbapi as dbapi, pgserver
logging.disable()
server = pgserver.get_server("data", cleanup_mode="delete")
query = "SELECT 100 / (3 - n) AS share FROM generate_series(1, 5) n"
with dbapi.connect(server.get_uri(), autocommit=True) as c:
    for way in ("fetchall", "fetch_record_batch"):
        with c.cursor() as cursor:
            cursor.execute(query)
            try:
                list(getattr(cursor, way)())
            except Exception as error:
                print(way, type(error).__name__, getattr(error, "sqlstate", None))
server.cleanup()
PY
)
wanted=$(sed -n 's/^#   //p' "$script")
diff <(echo "$wanted") <(echo "$seen") && echo "unchanged: ${0##*/}"
