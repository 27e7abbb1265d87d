"""A workbook against openpyxl, and a folder of mixed exports against pandas with openpyxl.

`python -m tests.bench.books_speed [rows of the workbook, 2e5] [files, 40] [rows a file, 5e3]
[rounds, 3]` prints CPU seconds of the kit's reader with all its checks, of the plain way to the
same sums, each in a process of its own that has imported both, medians of rounds in turns, their
ratios (workbook ≤ 0.35, folder ≤ 0.5) and the peak memory of reading the workbook (≤ 450 MB).
"""

import resource
import statistics
import sys
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
from openpyxl import load_workbook

from kit.data.reading.read import read_table
from kit.data.reading.sources import Place, Source
from kit.data.store import cache
from tests.bench.data_bench import plain

SUMS = {"花费": "spend", "总成交金额": "revenue"}


def frame(n: int, k: int) -> pd.DataFrame:
    """A report of plans by day, n rows; k keeps the plans of one file from another's."""
    i = np.arange(n)
    day = pd.Timestamp("2025-01-01") + pd.to_timedelta(i % 90, unit="D")
    return pd.DataFrame(
        {
            "日期": day.strftime("%Y-%m-%d"),
            "计划ID": [f"{k:02d}6001234{x:07d}" for x in i // 90],
            "计划名字": [f"计划{k}_{x}" for x in i // 90],
            "展现量": 1000 + (i + k) % 90000,
            "点击量": 1 + (i + k) % 3000,
            "花费": (1 + (i + 977 * k) % 70000 / 7).round(2),
            "总成交笔数": i % 40,
            "总成交金额": ((i + 977 * k) % 90000 / 3).round(2),
        }
    )


def generate(home: Path, n: int, files: int, each: int) -> None:
    """One workbook, and a folder half of workbooks, half of GB18030 text."""
    frame(n, 0).to_excel(home / "book.xlsx", index=False)
    (home / "folder").mkdir()
    for k in range(files):
        path = home / "folder" / f"{k:02d}.{'xlsx' if k % 2 else 'csv'}"
        rows = frame(each, k)
        rows.to_excel(path, index=False) if k % 2 else rows.to_csv(
            path, index=False, encoding="gb18030"
        )


def by_kit(files: list[Path]) -> list[float]:
    """Sums of spend and sales as the kit reads the files."""
    rows, issues = read_table(Source("ads", tuple(Place(file) for file in files)))
    assert rows is not None and not [i for i in issues if i.severity == "refuse"], issues
    return [round(sum(rows[name].to_pylist()), 2) for name in SUMS.values()]


def by_hand(files: list[Path]) -> list[float]:
    """The same sums by openpyxl and by pandas, all as text first."""
    sums = dict.fromkeys(SUMS, 0.0)
    for file in files:
        if file.suffix == ".csv":
            rows, _ = plain(file)
            found = rows.rename(columns={v: k for k, v in SUMS.items()})
        else:
            sheet = load_workbook(file, read_only=True).worksheets[0]
            head, *cells = sheet.iter_rows(values_only=True)
            found = pd.DataFrame(cells, columns=list(head))
        sums = {name: value + float(found[name].sum()) for name, value in sums.items()}
    return [round(value, 2) for value in sums.values()]


def measured(way: str, what: str, home: str) -> None:
    """CPU seconds, peak memory and sums of one way over one thing, written to a file."""
    folder = Path(home)
    files = [folder / "book.xlsx"] if what == "book" else sorted((folder / "folder").iterdir())
    cache.HOME = folder / f"cache-{way}-{what}"
    begun = time.process_time()
    sums = (by_kit if way == "kit" else by_hand)(files)
    seconds = time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    (folder / f"{way}-{what}.txt").write_text(f"{seconds} {peak} {sums}", encoding="utf-8")


def apart(way: str, what: str, home: str) -> tuple[float, float, str]:
    """CPU seconds, peak memory and sums of one way, in a process of its own."""
    process = get_context("spawn").Process(target=measured, args=(way, what, home))
    process.start()
    process.join()
    seconds, peak, sums = (Path(home) / f"{way}-{what}.txt").read_text().split(maxsplit=2)
    return float(seconds), float(peak), sums


def main(n: float = 2e5, files: float = 40, each: float = 5e3, rounds: float = 3) -> None:
    """Both ways over both, in turns; the sums must agree."""
    with tempfile.TemporaryDirectory() as name:
        made = get_context("spawn").Process(
            target=generate, args=(Path(name), int(n), int(files), int(each))
        )
        made.start(), made.join()  # a process keeps the peak of the one that started it
        for what, limit in (("book", 0.35), ("folder", 0.5)):
            pairs = [
                (apart("kit", what, name), apart("plain", what, name)) for _ in range(int(rounds))
            ]
            assert all(mine[2] == theirs[2] for mine, theirs in pairs), pairs
            mine, theirs = (statistics.median(p[k][0] for p in pairs) for k in (0, 1))
            print(
                f"{what}: kit {mine:.1f} s, plain {theirs:.1f} s CPU, ratio {mine / theirs:.2f} "
                f"(<= {limit}), peak memory of the kit {pairs[0][0][1]:.0f} MB"
            )


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
