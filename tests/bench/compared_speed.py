"""CPU of comparing periods: `python -m tests.bench.compared_speed [REVISION]`.

The comparison of 36 periods of 200 people, and the trend on it (target: 1 s). With a revision of
git, the sample's month and quarter too (notebooks 2, 4 and 5 for HR in one language), there and
here, each in a process of its own on the same data (target: 1.1 times).
"""

import ctypes
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from kit.params import ROOT, read_scheme
from kit.scoring.alike import alike
from kit.scoring.review import trend
from tests.bench.people_pages import SUBREAPER
from tests.bench.report_bench import _reaped

PERIODS, PEOPLE = 36, 200
FILES = ("params/2025-06.yml", "params/2025-Q2.yml")
NOTEBOOKS = ("2", "4", "5")


def many() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Totals and indicators of all periods and people; three lines in a hundred are missing."""
    rng = np.random.default_rng(1)
    scheme = read_scheme("params/scheme-2025.yml")
    weights = scheme.weights("month")
    keys = pd.MultiIndex.from_product(
        [
            [f"P{k:02}" for k in range(PERIODS)],
            [f"S{k:03}" for k in range(PEOPLE)],
            list(weights),
        ],
        names=["period_id", "specialist_id", "indicator"],
    ).to_frame(index=False)
    score = np.where(rng.random(len(keys)) < 0.03, np.nan, rng.uniform(40, 120, len(keys)))
    rows = keys.assign(weight=keys["indicator"].map(weights), points=score, contribution_se=1.0)
    part = (rows["weight"] * rows["points"]).groupby([rows["period_id"], rows["specialist_id"]])
    totals = part.sum().rename("total").reset_index()
    totals = totals.assign(se=2.0, ci_low=totals["total"] - 4, ci_high=totals["total"] + 4)
    return totals, rows


def compared() -> float:
    """CPU seconds of one comparison and its trend."""
    totals, rows = many()
    scheme = read_scheme("params/scheme-2025.yml")
    start = time.process_time()
    trend(alike(totals, rows, scheme, kind="month", least=0.6))
    return time.process_time() - start


def spent() -> float:
    """CPU seconds of every descendant that has ended."""
    while _reaped():
        pass
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def pages(home: Path, file: str) -> float:
    """CPU seconds of the pages of a period, made by the kit in `home`."""
    before = spent()
    for notebook in NOTEBOOKS:
        command = [sys.executable, "-m", "kit", "run", file, "--audience", "hr", "--lang", "zh"]
        command += ["--notebook", notebook, "--force"]
        env = os.environ | {"PYTHONPATH": str(home)}
        subprocess.run(command, cwd=home, env=env, check=True, capture_output=True)
    return spent() - before


def main(arguments: list[str]) -> int:
    """Print the comparison's seconds, and ratios to a revision where one is named."""
    print(f"{PERIODS} × {PEOPLE}: {compared():.2f} s CPU (≤ 1)")
    ctypes.CDLL(None).prctl(SUBREAPER, 1)
    for revision in arguments[:1]:
        with tempfile.TemporaryDirectory() as folder:
            base = Path(folder) / "base"
            tree = ["git", "worktree", "add", "-q", "--detach", str(base), revision]
            subprocess.run(tree, cwd=ROOT, check=True)
            for file in FILES:
                for home in (base, ROOT):  # once each to make the sample and its caches
                    pages(home, file)
                there, here = (pages(home, file) for home in (base, ROOT))
                print(f"{file}: {there:.1f} → {here:.1f} s CPU, {here / there:.2f} × (≤ 1.1)")
            subprocess.run(["git", "worktree", "remove", "--force", str(base)], cwd=ROOT)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
