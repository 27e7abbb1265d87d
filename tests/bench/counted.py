"""What becomes of files changed at random, counted (随机改动的计数); shared by the benches of it.

A mutation is a table's rows, header first, changed in a way whose effect is known beforehand.
"""

import random
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

Rows = list[list[Any]]
GOOD = {"right", "refused", "not made"}  # every other verdict is a bad end
SHOWN = 12  # examples printed of each other verdict


def moved(draw: random.Random, rows: Rows) -> Rows:
    """Columns in another order."""
    order = draw.sample(range(len(rows[0])), len(rows[0]))
    return [[row[n] for n in order] for row in rows]


def unknown(rows: Rows, n: int) -> Rows:
    """So many columns that nobody knows."""
    return [[*rows[0], *(f"未知{k}" for k in range(n))], *([*row, *["7"] * n] for row in rows[1:])]


def foreign(draw: random.Random, rows: Rows, at: int) -> Rows:
    """Amounts of one column in another currency, told in its header or in each cell."""
    if draw.random() < 0.5:
        return [[*rows[0][:at], f"{rows[0][at]} (USD)", *rows[0][at + 1 :]], *rows[1:]]
    return [rows[0], *([*row[:at], f"US${row[at]}", *row[at + 1 :]] for row in rows[1:])]


def count(n: int, seed: int, outcome: Callable[[random.Random, Path], tuple[str, str]]) -> int:
    """Mutate n times, print the verdicts with examples; 1 if any end was a bad one."""
    draw = random.Random(seed)
    counts: Counter[str] = Counter()
    examples: dict[str, list[str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(n):
            verdict, name = outcome(draw, Path(folder))
            counts[verdict] += 1
            if verdict not in GOOD and len(examples.setdefault(verdict, [])) < SHOWN:
                examples[verdict].append(name)
    print(f"{n:,} mutations, seed {seed}: {dict(counts)}")
    for verdict, names in examples.items():
        print(f"{verdict}:", *names, sep="\n  ")
    return int(bool(set(counts) - GOOD))
