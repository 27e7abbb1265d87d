"""Changes of units: how many pass without a word, and how often honest months are asked.

`python -m tests.bench units 400`: 400 changes at random besides every plain one. Exit status 1 if a
plain change passed without a word, or a month of the sample company was asked about.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from kit.data.load import inspect
from kit.data.store import cache
from kit.params import ROOT, read_period
from tests.data.quality import nine, spoiled

LEAST = 0.5  # points of a total that a random change may move without a word


def main(n: int) -> int:
    """Both counts, and each change that was missed; 1 if a plain one was, or a month is asked."""
    silent = {}
    with tempfile.TemporaryDirectory() as folder:
        cache.HOME = Path(folder)
        rng = np.random.default_rng(1)
        for name, changes, least in (
            ("plain", spoiled.every(), 0.05),
            ("random", [spoiled.drawn(rng) for _ in range(n)], LEAST),
        ):
            missed = spoiled.silent(
                lambda: Path(tempfile.mkdtemp(dir=folder)), nine.company(), changes, least
            )
            silent[name] = len(missed)
            print(f"{name}: {len(missed)} of {len(changes)} silent", flush=True)
            for change, moved in missed:
                print(f"  {change}: {moved} points")
    return int(bool(silent["plain"] or honest()))


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
