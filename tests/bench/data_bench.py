"""Data job against hand-written SQL, gates against the job, cleaning against plain pandas.

`python -m tests.bench.data_bench [ad rows, default 1e6] [rounds, default 5]` prints CPU seconds as
medians of interleaved rounds, and their ratios. The same tables are compared before anything is
timed. Peak memory is that of the process that loads, without the generator.
"""

import resource
import statistics
import sys
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from kit.data import load as loading
from kit.data.facts import SUMS
from kit.data.load import inspect
from kit.data.quality import checks
from kit.data.reading.read import read_file
from kit.data.reading.sources import Place
from kit.data.schema import contract
from kit.data.store import cache
from kit.params import read_period

PEOPLE = 200
PLANS = 5000
DAYS = 365
SCHEME = Path(__file__).parents[2] / "params" / "scheme-2025.yml"


def generate(folder: Path, n: int) -> None:
    """Ads, sessions (half), orders (a fifth), plans, roster and dated, shared assignments.

    Figures of a row lie within twice one another, so that no day looks like one in another unit.
    """
    con = duckdb.connect()
    con.execute("SET enable_progress_bar = false")
    day = f"DATE '2024-07-01' + CAST(hash(i, 1) % {DAYS} AS INT)"
    plan = f"'P' || lpad(CAST(hash(i, 2) % {PLANS} AS VARCHAR), 5, '0')"
    at = f"CAST({day} AS TIMESTAMP) + to_seconds(CAST(hash(i, 3) % 86400 AS INT))"
    tables = {
        "ads": (
            n,
            f"""{day} AS date, i % 24 AS hour, {plan} plan_id, 'K' || i AS keyword,
            500 + hash(i, 4) % 500 impressions, 25 + hash(i, 5) % 25 clicks,
            (4500 + hash(i, 6) % 4500) / 100.0 spend,
            2 + hash(i, 7) % 3 add_to_carts, 1 + hash(i, 8) % 2 orders,
            (15000 + hash(i, 9) % 15000) / 100.0 revenue,
            hash(i, 10) % 2 new_customers, 15 window_days, DATE '2025-08-01' snapshot_date""",
        ),
        "sessions": (
            n // 2,
            f"""{at} AS "at", 'U' || hash(i, 11) % {n // 5} user_id,
            'search' channel, {plan} plan_id, 1 + hash(i, 12) % 9 pageviews""",
        ),
        "orders": (
            n // 5,
            f"""'O' || i order_id, {at} paid_at, 'U' || hash(i, 11) % {n // 5}
            customer_id, 'search' channel, {plan} plan_id, (hash(i, 9) % 30000) / 100.0 revenue""",
        ),
        "plans": (
            PLANS,
            """'P' || lpad(CAST(i AS VARCHAR), 5, '0') plan_id, 'plan ' || i plan_name,
            'taobao' platform, 'search' channel, 'c' || i % 9 category""",
        ),
        "roster": (PEOPLE, "'S' || i specialist_id, 'name ' || i \"name\", 'A' team"),
    }
    for name, (rows, columns) in tables.items():
        con.execute(
            f"COPY (SELECT {columns} FROM range({rows}) t(i)) "
            f"TO '{folder / name}.parquet' (FORMAT parquet)"
        )
    half = pd.Timestamp("2024-12-31")
    rng = np.random.default_rng(5)
    own = pd.DataFrame({"plan_id": [f"P{i:05d}" for i in range(PLANS)]})
    spans = [
        own.assign(
            specialist_id=[f"S{i}" for i in rng.integers(0, PEOPLE, PLANS)],
            valid_from=start,
            valid_to=end,
            share=0.5 + 0.5 * (rng.random(PLANS) < 0.8),
        )
        for start, end in (
            (half - pd.Timedelta("200D"), half),
            (half + pd.Timedelta("1D"), half + pd.Timedelta("400D")),
        )
    ]
    pd.concat(spans).to_csv(folder / "assignment.csv", index=False)
    (folder / "period.yml").write_text(
        f"id: bench\ntype: year\nstart: 2024-07-01\nend: 2025-06-30\n"
        f"scheme: {SCHEME}\ndata: {folder}\n",
        encoding="utf-8",
    )


def kit(folder: Path) -> tuple[dict[str, pd.DataFrame], dict[str, float]]:
    """The kit's tables, and the CPU of its two parts."""
    twice = []
    whole = loading.repeated
    loading.repeated = lambda *args: _timed(whole, args, twice)
    before = time.process_time()
    tables = inspect(read_period(folder / "period.yml"))
    made = {
        "facts": tables.facts,
        "unassigned": tables.unassigned,
        "users": tables.users("2024-07-01", "2025-06-30"),
    }
    done = time.process_time()
    assert not [i for i in checks.found(tables) if i.severity == "refuse"]
    gated = time.process_time()
    tables.engine.close()
    loading.repeated = whole
    gates = gated - done + sum(twice)
    return made, {"job": done - before - sum(twice), "gates": gates}


def _timed(function, args, spent: list[float]):
    before = time.process_time()
    found = function(*args)
    spent.append(time.process_time() - before)
    return found


def sql(folder: Path) -> tuple[dict[str, pd.DataFrame], dict[str, float]]:
    """The same tables as somebody who knows DuckDB would write them."""
    before = time.process_time()
    con = duckdb.connect()
    con.execute("SET enable_progress_bar = false")
    sums = ", ".join(f"sum({m})::DOUBLE {m}" for m in SUMS)
    shared = ", ".join(f"{m} * share {m}" for m in SUMS)
    names = ("ads", "sessions", "orders", "plans")
    read = {n: f"read_parquet('{folder / n}.parquet')" for n in names}
    con.execute(f"""
        CREATE TEMP TABLE own AS SELECT plan_id, specialist_id, CAST(valid_from AS DATE) valid_from,
          CAST(valid_to AS DATE) valid_to, CAST(share AS DOUBLE) share
          FROM read_csv('{folder / "assignment.csv"}', all_varchar=true);
        CREATE TEMP TABLE days AS SELECT date, plan_id, {sums} FROM {read["ads"]} GROUP BY ALL;
        CREATE TEMP TABLE facts AS SELECT date, specialist_id, plan_id, channel, platform,
          category, share, {shared}
          FROM days JOIN own USING (plan_id) LEFT JOIN {read["plans"]} USING (plan_id)
          WHERE date BETWEEN valid_from AND valid_to""")
    made = {"facts": con.execute("SELECT * FROM facts ORDER BY date, specialist_id, plan_id").df()}
    rest = ", ".join(f"d.{m} * (1 - coalesce(s.share, 0)) {m}" for m in SUMS)
    made["unassigned"] = con.execute(f"""
        SELECT d.date, d.plan_id, channel, {rest}
        FROM days d LEFT JOIN {read["plans"]} USING (plan_id) LEFT JOIN
        (SELECT date, plan_id, sum(share) share FROM facts GROUP BY ALL) s USING (date, plan_id)
        WHERE coalesce(s.share, 0) < 1 - 1e-9 ORDER BY d.date, d.plan_id""").df()
    made["users"] = con.execute(f"""
        SELECT specialist_id, uv, coalesce(buyers, 0) buyers FROM
        (SELECT specialist_id, count(DISTINCT user_id) uv FROM {read["sessions"]}
         JOIN own USING (plan_id) WHERE CAST("at" AS DATE) BETWEEN valid_from AND valid_to
         GROUP BY ALL) LEFT JOIN
        (SELECT specialist_id, count(DISTINCT customer_id) buyers FROM {read["orders"]}
         JOIN own USING (plan_id) WHERE CAST(paid_at AS DATE) BETWEEN valid_from AND valid_to
         GROUP BY ALL)
        USING (specialist_id) ORDER BY specialist_id""").df()
    con.close()
    return made, {"sql": time.process_time() - before}


def same(mine: dict[str, pd.DataFrame], theirs: dict[str, pd.DataFrame]) -> None:
    """Keys and counts exactly, sums to 1e-9."""
    for name, table in theirs.items():
        columns = list(table.columns)
        pd.testing.assert_frame_equal(
            mine[name][columns], table, check_dtype=False, rtol=1e-9, check_names=False
        )


def export(folder: Path, n: int) -> Path:
    """A GB18030 export of n rows as the platform ships it."""
    path = folder / "alimama.csv"
    i = np.arange(n)
    day = pd.Timestamp("2025-01-01") + pd.to_timedelta(i % 90, unit="D")
    rows = pd.DataFrame(
        {
            "日期": day.strftime("%Y-%m-%d"),
            "计划ID": [f"\t6001234{x:07d}" for x in i // 90],
            "计划名字": [f"计划_{x}" for x in i // 90],
            "展现量": [f"{x:,}" for x in 1000 + i % 90000],
            "点击量": [f"{x:,}" for x in 1 + i % 3000],
            "花费": [f"{x:,.2f}" for x in 1 + i % 70000 / 7],
            "总成交笔数": (i % 40).astype(str),
            "总成交金额": [f"{x:,.2f}" for x in i % 90000 / 3],
        }
    )
    path.write_text(rows.to_csv(index=False), encoding="gb18030")
    return path


def cleaned(path: Path) -> tuple[pd.DataFrame, float]:
    before = time.process_time()
    rows, issues = read_file(Place(path, "", "alimama_wujie"), contract()["ads"])
    assert not [i for i in issues if i.severity == "refuse"]
    kept = rows.select(["spend", "revenue", "impressions"]).to_pandas()
    return kept, time.process_time() - before


def plain(path: Path) -> tuple[pd.DataFrame, float]:
    """The plain pandas way: all as text, then strip, replace and convert column by column."""
    before = time.process_time()
    rows = pd.read_csv(path, encoding="gb18030", dtype=str)
    rows.columns = rows.columns.str.strip()
    rows = rows.apply(lambda column: column.str.strip())
    rows = rows.replace({"--": None, "-": None, "": None}).drop_duplicates()
    rows["日期"] = pd.to_datetime(rows["日期"])
    for name in ("展现量", "点击量", "花费", "总成交笔数", "总成交金额"):
        rows[name] = pd.to_numeric(rows[name].str.replace(",", ""))
    names = {"花费": "spend", "总成交金额": "revenue", "展现量": "impressions"}
    return rows.rename(columns=names)[list(names.values())], time.process_time() - before


def main(n: int, rounds: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        cache.HOME = folder / "cache"
        made = get_context("fork").Process(target=generate, args=(folder, n))
        made.start(), made.join()
        kit(folder)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{n:,} ads: peak memory of the job and gates {peak:,.0f} MB (<= 1,200 at 1e7)")
        same(kit(folder)[0], sql(folder)[0])
        seen: dict[str, list[float]] = {name: [] for name in ("job", "gates", "sql")}
        for _ in range(rounds):
            for step in (sql, kit):
                for old in (cache.HOME / "results").glob("*"):
                    old.unlink()
                for name, cpu in step(folder)[1].items():
                    seen[name].append(cpu)
        job, gates, own = (statistics.median(seen[name]) for name in ("job", "gates", "sql"))
        print(f"{n:,} ads: job {job:.2f} s, SQL {own:.2f} s, ratio {job / own:.2f} (<= 1.2)")
        print(f"{n:,} ads: gates {gates:.2f} s, of the job {gates / job:.2f} (<= 0.35)")
        if n <= 2_000_000:
            path = export(folder, n)
            pairs = [(cleaned(path)[1], plain(path)[1]) for _ in range(rounds)]
            mine, theirs = (statistics.median(x) for x in zip(*pairs, strict=True))
            print(
                f"{n:,} rows GB18030: {mine:.2f} s, pandas {theirs:.2f} s, "
                f"ratio {mine / theirs:.2f} (<= 0.35)"
            )


if __name__ == "__main__":
    numbers = [int(float(x)) for x in sys.argv[1:]]
    main(*(numbers + [1_000_000, 5][len(numbers) :]))
