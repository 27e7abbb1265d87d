#!/usr/bin/env bash
# An amount of 12.50 in a column of PostgreSQL's type money is 1250 once ADBC has read it.
# Versions: adbc-driver-postgresql 1.13.0, pyarrow 26.0.1, pgserver 0.1.4 (PostgreSQL 16)
# Guess, written down before running: money arrives as text with its currency sign, or as an opaque value.
# Behaviour: it arrives as a plain 64-bit integer of the smallest unit. Nothing in the Arrow type says so (a note in
# the field's metadata alone names "money"), so that sales summed in Arrow are a hundred times the server's own sum.
# Output seen:
#   on the server: 20.00
#   read by ADBC: int64 2000
set -euo pipefail
script=$(readlink -f "$0")
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
python3 -m venv "$home/venv"
"$home/venv/bin/pip" install -q --disable-pip-version-check adbc-driver-postgresql==1.13.0 pyarrow==26.0.1 pgserver==0.1.4 2>/dev/null
cd "$home"
seen=$("$home/venv/bin/python" -W ignore - <<'PY'
import logging
import adbc_driver_postgresql.dbapi as dbapi, pgserver, pyarrow.compute as pc
logging.disable()
server = pgserver.get_server("data", cleanup_mode="delete")
with dbapi.connect(server.get_uri(), autocommit=True) as c, c.cursor() as cursor:
    cursor.execute("CREATE TABLE orders (id text, revenue money)")
    cursor.execute("INSERT INTO orders VALUES ('O1', '12.50'), ('O2', '7.50')")
    cursor.execute("SELECT sum(revenue)::numeric::text AS total FROM orders")
    print("on the server:", cursor.fetchone()[0])
    cursor.execute("SELECT revenue FROM orders")
    amounts = cursor.fetch_arrow_table()["revenue"]
    print("read by ADBC:", amounts.type, pc.sum(amounts).as_py())
server.cleanup()
PY
)
wanted=$(sed -n 's/^#   //p' "$script")
diff <(echo "$wanted") <(echo "$seen") && echo "unchanged: ${0##*/}"
