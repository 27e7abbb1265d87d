"""`kit start` to the workbook against reading the same exports once by the kit's own reader.

`python -m tests.bench.start_speed [rows a file, 1e5] [files, 10] [rounds, 5]` prints CPU seconds of
each in a process of its own that has imported both, medians of rounds in turns, their ratio
(≤ 1.5), and the peak memory of `kit start` (≤ 600 MB).
"""

import os
import resource
import shutil
import statistics
import sys
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd

from kit.data.reading.read import read_table
from kit.data.reading.sources import Place, Source
from kit.data.store import cache
from kit.start.command import Wanted, start
from tests.start.made import roster


def generate(home: Path, n: int, files: int) -> list[Path]:
    """Daily reports of plans by keyword, one file a third of a month of one platform."""
    rng = np.random.default_rng(1)
    found = []
    for k in range(files):
        day = pd.Timestamp("2025-06-01") + pd.to_timedelta(np.arange(n) % 30, unit="D")
        clicks = rng.integers(1, 50, n)
        table = {
            "日期": day.strftime("%Y-%m-%d"),
            "计划ID": np.char.add(f"6{k:02d}", (np.arange(n) // 30 % 500).astype(str)),
            "计划名字": np.char.add(f"计划{k}-", (np.arange(n) // 30 % 500).astype(str)),
            "创意ID": np.char.add("c", (np.arange(n) // 15000).astype(str)),
            "展现量": clicks * 20,
            "点击量": clicks,
            "花费": (clicks * 1.13).round(2),
            "总成交笔数": clicks // 10,
            "总成交金额": (clicks * 9.97).round(2),
        }
        found.append(home / f"报表{k}.csv")
        pd.DataFrame(table).to_csv(found[-1], index=False, encoding="gb18030")
    return found


def measured(what: str, home: str) -> None:
    """CPU seconds and peak memory of one of the two, printed."""
    folder = Path(home)
    for old in (folder / f"cache-{what}", folder / "company"):
        shutil.rmtree(old, ignore_errors=True)
    files = sorted((folder / "exports").glob("*.csv"))
    cache.HOME = folder / f"cache-{what}"
    begun = time.process_time()
    if what == "reading":
        rows, issues = read_table(Source("ads", tuple(Place(file) for file in files)))
        assert rows is not None, issues
    else:
        os.chdir(folder)
        start(Wanted((*map(str, files), str(folder / "roster.xlsx")), pages=False))
    seconds = time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    (folder / f"{what}.txt").write_text(f"{seconds} {peak}", encoding="utf-8")


def apart(what: str, home: str) -> tuple[float, float]:
    """CPU seconds and peak memory of one of the two, in a process of its own."""
    process = get_context("spawn").Process(target=measured, args=(what, home))
    process.start()
    process.join()
    seconds, peak = (Path(home) / f"{what}.txt").read_text().split()
    return float(seconds), float(peak)


def main(n: float = 1e5, files: float = 10, rounds: float = 5) -> None:
    """Both in turns, each time in a fresh process and folder."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        (home / "exports").mkdir()
        made = get_context("spawn").Process(
            target=generate, args=(home / "exports", int(n), int(files))
        )
        made.start(), made.join()  # a process keeps the peak of the one that started it
        roster(home / "roster.xlsx", tuple(f"员工{i}" for i in range(50)))
        found = [(apart("reading", name), apart("start", name)) for _ in range(int(rounds))]
    reading, starting = (statistics.median(pair[k][0] for pair in found) for k in (0, 1))
    peak = max(pair[1][1] for pair in found)
    print(
        f"reading {reading:.1f} s, kit start {starting:.1f} s CPU, ratio {starting / reading:.2f} "
        f"(<= 1.5), peak memory of kit start {peak:.0f} MB (<= 600)"
    )


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
