"""Speed of the review: `python -m tests.bench.retrospective_speed [ROWS]`, CPU seconds.

1e5 rows x 4 dimensions with pairs, 2,000 draws: at most 1 s. Allocation of 300 draws x 20 channels:
at most 2 s. Exponent of the engine's drill and search from 1e5 to ROWS (default 1e6; 1e7 takes
about 3 GB): at most 1.1.
"""

import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa

from kit.data.facts import sums
from kit.data.store import engine as engines
from kit.retrospective.budget import Curves, best_split
from kit.retrospective.search import search

DIMS = ["channel", "keyword", "hour", "audience"]
RATE = {"click_conversion": ("orders", "clicks", 1.0)}
LIMITS = {"search": 1.0, "allocation": 2.0, "exponent": 1.1}


def rows(n: int) -> pd.DataFrame:
    """N rows of two months with four dimensions of 8, 40, 24 and 6 values."""
    rng = np.random.default_rng(1)
    table = pd.DataFrame({"period": rng.integers(0, 2, n), "block": rng.integers(0, 5, n)})
    for name, size in zip(DIMS, (8, 40, 24, 6), strict=True):
        table[name] = pd.Categorical.from_codes(rng.integers(0, size, n), range(size))
    table["clicks"] = rng.poisson(50, n).astype(float)
    return table.assign(orders=rng.poisson(table["clicks"] * 0.05).astype(float))


def seconds(work: Callable[[], object], times: int = 3) -> float:
    """CPU time of the process, the best of some runs."""
    spent = []
    for _ in range(times):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return min(spent)


def allocation() -> None:
    rng = np.random.default_rng(2)
    a, b = rng.uniform(10, 50, (300, 20)), rng.uniform(0.3, 0.9, (300, 20))
    best_split(Curves(np.array(["power"] * 20), a, b), 2e4, np.full(20, 800.0), np.full(20, 1200.0))


def drilled(n: int) -> float:
    """Engine sums by the four dimensions and block, then the search over them."""
    table = rows(n).astype(dict.fromkeys(DIMS, str))
    opened = engines.open()
    opened.add("ads", pa.Table.from_pandas(table))
    by = ["period", "block", *DIMS]

    def work() -> None:
        found = engines.collect(sums(opened.scan("ads"), by, ("clicks", "orders")))
        search(found, DIMS, RATE)

    return seconds(work, 1 if n > 1e6 else 2)


def main(most: int) -> int:
    table = rows(100_000)
    got = {
        "search": seconds(lambda: search(table, DIMS, RATE, draws=2000)),
        "allocation": seconds(allocation),
    }
    small = drilled(100_000)
    large = drilled(most)
    got["exponent"] = float(np.log(large / small) / np.log(most / 100_000))
    for name, value in got.items():
        print(f"{name:12} {value:6.2f}  limit {LIMITS[name]}")
    print(f"drill and search: 1e5 rows {small:.2f} s, {most:.0e} rows {large:.2f} s")
    return int(any(value > LIMITS[name] for name, value in got.items()))


if __name__ == "__main__":
    sys.exit(main(int(float(sys.argv[1])) if len(sys.argv) > 1 else 1_000_000))
