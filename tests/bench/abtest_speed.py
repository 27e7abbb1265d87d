"""Speed of the A/B room, side by side with tea-tasting: `python -m tests.bench.abtest_speed`.

1e7 user rows: mean with CUPED, proportion, ratio with CUPED, in one aggregation through the
engine; CPU time of the process and growth of its peak memory. tea-tasting reads polars when that
is installed, else the same Arrow table. Then 2,000 daily tests through `evaluate`.
"""

import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import psutil
import pyarrow as pa
import tea_tasting as tt

from kit.abtest.sums import cuped, sums_by
from kit.abtest.users import Counts, two_proportions
from kit.abtest.verdict import evaluate
from kit.data.store import engine as engines

COLUMNS = ("revenue", "pre_revenue", "converted", "orders", "sessions", "pre_sessions")


def users(n: int) -> pa.Table:
    """N users in two arms, with a taste that moves both periods."""
    rng = np.random.default_rng(1)
    taste = rng.standard_normal(n)
    bought = rng.random(n) < 0.05
    sessions = 1 + rng.poisson(1.5, n)
    return pa.table(
        {
            "variant": rng.integers(0, 2, n).astype("int8"),
            "revenue": np.where(bought, 100 * np.exp(0.3 * taste), 0.0),
            "pre_revenue": np.where(rng.random(n) < 0.1, 100 * np.exp(0.3 * taste), 0.0),
            "converted": bought.astype(float),
            "orders": rng.binomial(sessions, 0.1).astype(float),
            "sessions": sessions.astype(float),
            "pre_sessions": rng.poisson(1.5, n).astype(float),
        }
    )


def ours(table: pa.Table) -> dict[str, float]:
    """p-values of the three tests from one pass of the engine."""
    engine = engines.open()
    engine.add("users", table)
    arms = sums_by(engine.scan("users"), ("variant",), COLUMNS).sums
    x = [Counts(round(s.total[2]), s.n) for s in arms]
    return {
        "mean": cuped(*arms, ("revenue", None), ("pre_revenue", None)).adjusted.p_value,
        "share": two_proportions(*x).p_value,
        "ratio": cuped(
            *arms, ("orders", "sessions"), ("pre_revenue", "pre_sessions")
        ).adjusted.p_value,
    }


def theirs(table: Any) -> dict[str, float]:
    """The same tests by tea-tasting."""
    test = tt.Experiment(
        mean=tt.Mean("revenue", "pre_revenue"),
        share=tt.Proportion("converted", method="pearson", correction=False),
        ratio=tt.RatioOfMeans("orders", "sessions", "pre_revenue", "pre_sessions"),
    )
    found = test.analyze(table)
    return {name: found[name].pvalue for name in ("mean", "share", "ratio")}


def timed(what: str, call: Callable[[], dict]) -> tuple[float, float]:
    """One line: wall, CPU, peak memory above the start (sampled every 5 ms); both times."""
    process = psutil.Process()
    done = threading.Event()
    start = process.memory_info().rss
    peak = [0]

    def watch() -> None:
        while not done.wait(0.005):
            peak[0] = max(peak[0], process.memory_info().rss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    wall = time.perf_counter()
    cpu = time.process_time()
    found = call()
    wall = time.perf_counter() - wall
    cpu = time.process_time() - cpu
    done.set()
    watcher.join()
    told = " ".join(f"{k} {v:.9f}" for k, v in found.items())
    more = max(0, peak[0] - start) / 2**20
    print(f"{what:24} {wall:6.2f} s wall {cpu:6.2f} s CPU {more:6.0f} MB more   {told}")
    return wall, cpu


def daily(count: int) -> dict[str, float]:
    """`count` same-days tests of 28 days, evaluated one by one."""
    rng = np.random.default_rng(2)
    dates = pd.date_range("2025-06-01", periods=28)
    rows = pd.DataFrame(
        {
            "variant": np.repeat(["A", "B"], 28),
            "date": np.tile(dates, 2),
            "impressions": 10_000.0,
            "test_id": "T",
        }
    )
    plan = {
        "test_id": "T",
        "indicator": "ctr",
        "design": "same_days",
        "split": "A:0.5;B:0.5",
        "start_date": dates[0],
        "end_date": dates[-1],
        "declared_on": dates[0],
    }
    wins = sum(
        evaluate(
            plan, rows.assign(clicks=rng.binomial(10_000, 0.03, 56) * 1.0)
        ).decision.startswith("treatment")
        for _ in range(count)
    )
    return {"false alarms": wins / count}


def main(n: int = 10_000_000) -> None:
    wall, _ = timed("2,000 daily tests", lambda: daily(2000))
    print(f"  wanted: at most 10 s wall: {'holds' if wall <= 10 else 'OVER'}")
    table = users(n)
    small = users(1000)
    ours(small)
    theirs(small)
    _, mine = timed("kit, DuckDB", lambda: ours(table))
    try:
        import polars

        frame: Any = polars.from_arrow(table)
    except ImportError:
        frame = table
    _, other = timed(f"tea-tasting, {type(frame).__module__.split('.')[0]}", lambda: theirs(frame))
    print(f"  kit ÷ tea-tasting, CPU: {mine / other:.2f}; wanted: at most 1.20, 100 MB more")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
