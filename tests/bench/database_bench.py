"""Orders of a PostgreSQL server to daily sums, against psql that copies the same columns to a file.

`python -m tests.bench.database_bench [rows, 1e6] [rounds, 5]` starts a server of its own and prints
the client's CPU seconds of each (medians of alternating rounds), their ratio (wanted ≤ 1.2), the
peak memory, and the server's CPU seconds for each way.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path

import psutil

from kit.data import sales
from kit.data.load import inspect
from kit.data.store import cache
from kit.params import read_period
from tests.data.company import FILES, PERIOD, SCHEME, folder
from tests.data.store.postgres import PASSWORD, Server, running

COLUMNS = "order_id, paid_at, customer_id, channel, plan_id, category, revenue"


def generate(server: Server, n: int) -> None:
    """A shop's orders of June, with a column that nobody asks for."""
    server.sql(
        "CREATE SCHEMA shop; CREATE TABLE shop.orders AS SELECT (1000000000 + g)::text AS order_id,"
        f" timestamp '2025-06-01' + g * interval '30 days' / {n} AS paid_at,"
        " 'c' || g % 50000 AS customer_id, 'search' AS channel, 'P' || 1 + g % 2 AS plan_id,"
        " 'home' AS category, round((random() * 300)::numeric, 2) AS revenue,"
        f" repeat('x', 60) AS note FROM generate_series(0, {n} - 1) g"
    )


def ours(period: Path, home: Path) -> tuple[float, float]:
    """CPU seconds and peak megabytes of reading the orders and adding them up by day."""
    cache.HOME = home
    begun = time.process_time()
    days = sales.orders(inspect(read_period(period)), "2025-06-01", "2025-06-30")
    seconds = time.process_time() - begun
    assert len(days)
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def theirs(server: Server) -> float:
    """CPU seconds of psql that copies the same columns."""
    before = os.times()
    command = f"\\copy (SELECT {COLUMNS} FROM shop.orders) TO '/dev/null' CSV"
    words = ["psql", "-X", "-q", "-h", "127.0.0.1", "-p", str(server.port), "-U", "owner"]
    secret = {**os.environ, "PGPASSWORD": PASSWORD}
    subprocess.run([*words, "-d", "postgres", "-c", command], env=secret, check=True)
    after = os.times()
    return (
        after.children_user + after.children_system - before.children_user - before.children_system
    )


def served(server: Server) -> float:
    """CPU seconds that the server and its sessions have taken so far, those that ended too."""
    pid = int((server.home / "data" / "postmaster.pid").read_text().split()[0])
    while True:
        tree = [psutil.Process(pid), *psutil.Process(pid).children()]
        try:
            return sum(sum(p.cpu_times()[:4]) for p in tree)
        except psutil.NoSuchProcess:  # a session ended meanwhile: its father counts it next time
            continue


def main(rows: int, rounds: int) -> None:
    """Print the figures."""
    with running() as server, tempfile.TemporaryDirectory() as place:
        home = Path(place)
        generate(server, rows)
        folder(home)
        data = {name: str(home / f"{name}.csv") for name in FILES}
        data["orders"] = "env:SHOP_DB#shop.orders"
        said = "".join(f"\n  {name}: {where!r}" for name, where in data.items())
        (home / "tiny.yml").write_text(PERIOD.format(scheme=SCHEME, data=said), encoding="utf-8")
        os.environ["SHOP_DB"] = server.url()
        found = [one_round(server, home, n) for n in range(rounds)]
    kit, peak, psql, mine, other = (
        statistics.median(column) for column in zip(*found, strict=True)
    )
    ratio = f"ratio {kit / psql:.2f} (wanted 1.2)"
    print(f"{rows:,} orders: kit {kit:.2f} s, psql {psql:.2f} s, {ratio}; peak {peak:.0f} MB")
    print(f"server: {mine:.2f} s for the kit, {other:.2f} s for psql")


def one_round(server: Server, home: Path, n: int) -> tuple[float, ...]:
    """CPU seconds and peak of the kit, CPU seconds of psql, and of the server for each."""
    begun = served(server)
    with get_context("spawn").Pool(1) as pool:
        seconds, peak = pool.apply(ours, (home / "tiny.yml", home / f"cache{n}"))
    between = served(server)
    plain = theirs(server)
    return seconds, peak, plain, between - begun, served(server) - between


if __name__ == "__main__":
    given = [int(float(text)) for text in sys.argv[1:]]
    main(*(given + [1_000_000, 5][len(given) :]))
