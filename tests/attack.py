"""Who answered what? (推知答案) An attack on 360 that knows only what a page prints.

Every cell of a written page, old style with number and spread or new style with a band, is turned
into all sets of whole answers that print as it; nothing of the kit is asked.
"""

import csv
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, combinations_with_replacement, product
from pathlib import Path

import numpy as np
from openpyxl import load_workbook

TOLD = re.compile(r"(\d+(?:\.\d+)?) \((\d+) raters?(?:, spread (\d+(?:\.\d+)?|—))?\)")
BAND = re.compile(r"(\d+(?:\.\d+)?) \((\d+) (or more raters|raters or more|or 4 raters|raters), to")
STEP = re.compile(r", to (\d+(?:\.\d+)?)\)")
SCALE = range(1, 6)
MOST = 12  # raters that a pool of five or more may have


@dataclass(frozen=True)
class Cell:
    """One printed cell: figure, numbers of raters it may have, spread or None, step or None."""

    figure: float
    sizes: tuple[int, ...]
    spread: float | None = None
    step: float | None = None

    def sets(self) -> list[tuple[int, ...]]:
        """Every set of answers that prints as this cell."""
        return [
            given
            for n in self.sizes
            for given in combinations_with_replacement(SCALE, n)
            if self._prints(given)
        ]

    def _prints(self, given: tuple[int, ...]) -> bool:
        mean = sum(given) / len(given)
        if self.step:
            shown = np.floor((mean - 1) / self.step + 0.5 + 1e-9) * self.step + 1
            return bool(abs(shown - self.figure) < 1e-9)
        spread = np.std(given, ddof=1) if len(given) > 1 else 0.0
        known = self.spread is None or abs(spread - self.spread) <= 0.005 + 1e-9
        return bool(abs(mean - self.figure) <= 0.005 + 1e-9 and known)


def cells(text: str) -> list[Cell]:
    """Cells of 360 of several raters in the text of a page, old style or new."""
    old = [
        Cell(float(mean), (int(n),), None if spread in ("", "—") else float(spread))
        for mean, n, spread in TOLD.findall(text)
        if int(n) > 1
    ]
    new = []
    for found in BAND.finditer(text):
        step = STEP.match(text, found.end() - len(", to"))
        low = int(found[2])
        many = "more" in found[3]
        sizes = range(low, MOST + 1) if many else range(low, 5)
        new.append(Cell(float(found[1]), tuple(sizes), step=float(step[1]) if step else 0.5))
    return old + new


def recovered(cell: Cell) -> bool:
    """Whether one set of answers is left."""
    return len(cell.sets()) == 1


def certain(cell: Cell) -> bool:
    """Whether one answer is left for every rater (or a set that names one answer only)."""
    return len({answer for given in cell.sets() for answer in given}) == 1


def chances(n: int, figure: float, step: float, share: np.ndarray, lean: np.ndarray) -> np.ndarray:
    """Chance of each answer of each rater by a plain count: raters × answers.

    lean : how lenient each rater is, known to the reader; sums are kept to a hundredth
    """
    out = np.zeros((n, 5))
    for one in range(n):
        sums = {0: 1.0}
        for other in range(n):
            if other == one:
                continue
            new: dict[int, float] = {}
            for total, p in sums.items():
                for answer, q in zip(SCALE, share, strict=True):
                    key = total + round(100 * (answer - lean[other]))
                    new[key] = new.get(key, 0.0) + p * q
            sums = new
        for k, answer in enumerate(SCALE):
            own = round(100 * (answer - lean[one]))
            mine = sum(
                p for total, p in sums.items() if _fits((total + own) / 100 / n, figure, step)
            )
            out[one, k] = share[k] * mine
    whole = out.sum(axis=1, keepdims=True)
    return out / np.where(whole > 0, whole, 1)


def _fits(mean: float, figure: float, step: float) -> bool:
    """Whether a mean prints as the figure; those beyond the scale print as its ends."""
    shown = np.floor((mean - 1) / step + 0.5 + 1e-9) * step + 1
    return bool(abs(min(5.0, max(1.0, shown)) - figure) < 1e-9)


ACTUAL = ("Actual", "Mean", "实际", "均值", "实际值", "评分均值")  # headers of an item's figure


def figures(rows: Iterable[Sequence[object]], items: set[str]) -> list[float]:
    """The figures of 360 items in a written table, at the precision that the file holds."""
    found, columns = [], []
    for row in rows:
        cells = [str(cell) if cell is not None else "" for cell in row]
        heads = [n for n, cell in enumerate(cells) if cell.lstrip("\ufeff") in ACTUAL]
        columns = heads or columns
        if cells and cells[0] in items:
            found += [float(cells[n]) for n in columns if n < len(cells) and _number(cells[n])]
    return found


def tabled(folder: Path) -> Iterator[tuple[str, list[Sequence[object]]]]:
    """Rows of every CSV and every sheet of a workbook in a folder or a zip, by place."""
    if folder.suffix == ".zip":
        with zipfile.ZipFile(folder) as archive, tempfile.TemporaryDirectory() as inside:
            archive.extractall(inside)
            yield from tabled(Path(inside))
        return
    for path in sorted(folder.rglob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield path.name, list(csv.reader(file))
    for path in sorted(folder.rglob("*.xlsx")):
        for sheet in load_workbook(path, read_only=True):
            yield f"{path.name}#{sheet.title}", list(sheet.iter_rows(values_only=True))


def published(weights: dict[str, float], step: float = 0.5) -> set[float]:
    """Every figure that an item can have: named answers whole, pools on their grid, by weight."""
    grid = np.arange(1, 5 + step, step)
    whole = np.array(SCALE, dtype=float)
    found: set[float] = set()
    for names in [c for n in (1, 2, 3) for c in combinations(weights, n)]:
        sides = [whole if name == "manager" else grid for name in names]
        total = sum(weights[name] for name in names)
        for given in product(*sides):
            mean = sum(weights[n] * x for n, x in zip(names, given, strict=True)) / total
            found.add(round(float(mean), 9))
    return found


def _number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
