"""Changes of units: how many pass without a word, and how often honest months are asked.

`python -m tests.bench units 400`: 400 changes at random besides every plain one. Exit status 1 if a
plain change passed without a word, or a month of the sample company was asked about.
"""

import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd

from kit.data.load import inspect
from kit.data.store import cache
from kit.params import ROOT, read_period
from tests.data.quality import nine, spoiled
from tests.data.quality.spoiled import Change, Standard

LEAST = 0.5  # points of a total that a random change may move without a word
PLAIN = 0.05  # ... and a plain one
WORKERS = 2
OFTEN = 20  # changes between two lines of progress


def main(n: int) -> int:
    """Both counts, and each change that was missed; 1 if a plain one was, or a month is asked."""
    rng = np.random.default_rng(1)
    drawn = [spoiled.drawn(rng) for _ in range(n)]
    silent = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, changes, least in (("plain", spoiled.every(), PLAIN), ("random", drawn, LEAST)):
            missed = []
            begun = time.monotonic()
            for tried, (change, moved) in enumerate(moves(Path(folder), changes), 1):
                missed += [(change, moved)] * (moved > least)
                if tried % OFTEN == 0 or tried == len(changes):
                    so_far = f"{name}: {len(missed)} silent of {tried} tried of {len(changes)}"
                    print(f"{so_far}, {time.monotonic() - begun:.0f} s", flush=True)
            silent[name] = len(missed)
            for change, moved in missed:
                print(f"  {change}: {moved:.2f} points")
    return int(bool(silent["plain"] or honest()))


def moves(folder: Path, changes: Sequence[Change]) -> Iterator[tuple[Change, float]]:
    """Each change and the most that it moves a total without a word, in two processes."""
    cache.HOME = folder
    place = Path(tempfile.mkdtemp(dir=folder))
    usual = spoiled.standard(place, nine.company())
    todo = [(str(folder), change, n, usual) for n, change in enumerate(changes)]
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        yield from zip(changes, pool.map(_one, todo), strict=True)


def _one(task: tuple[str, Change, int, Standard]) -> float:
    folder, change, n, usual = task
    cache.HOME = Path(folder)
    tables = spoiled.changed(nine.company(), change, np.random.default_rng([7, n]))
    with tempfile.TemporaryDirectory(dir=folder) as place:
        return spoiled.moved(Path(place), tables, usual)


def honest() -> int:
    """Questions and warnings in every month of the sample company, printed; how many are asked."""
    asked = 0
    text = (ROOT / "params" / "2025-06.yml").read_text(encoding="utf-8")
    for month in pd.period_range("2024-06", "2025-06", freq="M"):
        days = (f"start: {month.start_time.date()}", f"end: {month.end_time.date()}")
        said = text.replace("start: 2025-06-01", days[0]).replace("end: 2025-06-30", days[1])
        said = said.replace("id: 2025-06", f"id: {month}")
        said = said.replace("compare_to: 2025-05", f"compare_to: {month - 1}")
        file = ROOT / "params" / f"bench-{month}.local.yml"
        file.write_text(said, encoding="utf-8")
        try:
            found = inspect(read_period(file)).found
        finally:
            file.unlink()
        told = [i.severity for i in found if i.rule.startswith("level_")]
        asked += told.count("refuse")
        print(f"{month}: asked {told.count('refuse')}, warned {told.count('warn')}")
    return asked


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 400))
