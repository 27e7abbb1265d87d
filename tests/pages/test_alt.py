"""What a picture says to those who cannot see it, read back and compared with what was drawn."""

import re
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kit.pages.abtest import figure as abtest_figure
from kit.params import ROOT
from kit.show import blocks, curves, figures, grids
from kit.words import LANGS
from tests.pages import shop

pytestmark = pytest.mark.slow
FILE = ROOT / "params" / "2025-06.yml"
DRAWERS = [
    *((figures, name) for name in ("dots", "waterfall", "scorecard")),
    *((grids, name) for name in ("heat", "tracker")),
    *((abtest_figure, name) for name in ("forest", "course")),
    (curves, "curves"),
]
PAGES = [
    ("2_kpi_scoring", "manager/M01", ""),
    ("2_kpi_scoring", "employee", "S02"),
    ("3_ab_testing", "hr", ""),
    ("4_retrospective", "manager/M01", ""),
    ("4_retrospective", "hr", ""),
    ("5_people", "hr", ""),
]
EVERY = {
    "ranks",
    "heat",
    "card",
    "tests-forest",
    "course",
    "waterfall",
    "waterfall-team",
    "curves",
    "waste",
    "loop",
    "advance",
    "fit",
}
FIGURE = re.compile(r"(?<![A-Za-z])([−+]?)(\d[\d,]*(?:\.\d+)?)(%| ?[万亿kMB](?![A-Za-z]))?")
LARGE = {"万": 1e4, "亿": 1e8, "k": 1e3, "M": 1e6, "B": 1e9, "%": 1e-2, "": 1.0}


class Drawn:
    """A figure of a page: its id, its alt text, and each frame that its drawer was given."""

    def __init__(self, how: str, frames: list[pd.DataFrame], args: dict[str, Any]):
        self.how, self.frames, self.args = how, frames, args
        self.id = self.alt = ""


@cache
def figures_of(notebook: str, audience: str, who: str, lang: str) -> list[Drawn]:
    """The page's figures, as its own cells draw them."""
    found: list[Drawn] = []

    def watched(module: Any, name: str) -> Any:
        draw = getattr(module, name)

        def watching(*frames: Any, **args: Any) -> Any:
            held = frames[0].values() if isinstance(frames[0], dict) else frames
            kept = [f for f in held if isinstance(f, pd.DataFrame) and len(f)]
            found.append(Drawn(name, kept, args))
            return draw(*frames, **args)

        return watching

    def figure(fig: Any, **given: Any) -> blocks.Block:
        found[-1].id, found[-1].alt = given["id"], given["alt"]
        return plain(fig, **given)

    plain = blocks.figure
    with pytest.MonkeyPatch.context() as patch:
        for module, name in DRAWERS:
            patch.setattr(module, name, watched(module, name))
        patch.setattr(blocks, "figure", figure)
        shop.page(FILE, notebook, lang, audience, who)
    return [one for one in found if one.id]


def read(text: str) -> list[tuple[float, float]]:
    """Each figure of a text, and by how much its rounding may have moved it."""
    out = []
    for sign, digits, unit in FIGURE.findall(text):
        size = LARGE[unit.strip()]
        places = len(digits.partition(".")[2])
        value = float(digits.replace(",", "")) * size * (-1 if sign == "−" else 1)
        out.append((value, 0.51 * 10**-places * size))
    return out


def bare(drawn: Drawn) -> str:
    """The alt text without the names in it: a name may hold figures of its own."""
    names = {
        str(x)
        for frame in drawn.frames
        for column in frame.select_dtypes(exclude="number")
        for x in frame[column]
    }
    text = drawn.alt
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, " ~ ") if re.search(r"\D", name) else text
    return text


def known(drawn: Drawn) -> np.ndarray:
    """Every figure of the frames, sums by row, and how many rows and names there are."""
    held = [f.select_dtypes("number").to_numpy(float).ravel() for f in drawn.frames]
    for frame in drawn.frames:
        texts = frame.select_dtypes(exclude="number")
        held.append(np.array([len(frame), *(texts[c].nunique() for c in texts)], float))
        if drawn.how == "heat":
            held.append(frame.groupby(drawn.args["row"])[drawn.args["value"]].sum().to_numpy())
            held.append(np.array([frame[drawn.args["value"]].sum()]))
    return np.concatenate(held)


def close(pair: tuple[float, float], values: np.ndarray) -> bool:
    value, error = pair
    return bool((np.abs(values - value) <= error + 1e-9).any())


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("notebook", "audience", "who"), PAGES)
def test_every_figure_in_an_alt_text_is_drawn(notebook, audience, who, lang):
    for drawn in figures_of(notebook, audience, who, lang):
        wrong = [p for p in read(bare(drawn)) if not close(p, known(drawn))]
        assert wrong == [], (drawn.id, drawn.alt)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("notebook", "audience", "who"), PAGES)
def test_an_alt_text_says_each_row_with_its_figures(notebook, audience, who, lang):
    for drawn in figures_of(notebook, audience, who, lang):
        if drawn.how not in ("dots", "forest", "waterfall", "scorecard"):
            continue
        at = 0
        for row in drawn.frames[0].to_dict("records"):
            at = drawn.alt.index(row["label"], at) + len(row["label"])
            names = ("points", "contribution") if drawn.how == "scorecard" else ("value",)
            names += ("low", "high")
            if row.get("kind") == "unknown" or pd.isna(row[names[0]]):
                assert drawn.alt[at:].lstrip()[:1] == "—", (drawn.id, drawn.alt)
                continue
            figures_ = [row[n] for n in names if not pd.isna(row.get(n, np.nan))]
            given = drawn.alt[at:].removeprefix(f"（{row.get('text')}）")
            given = given.removeprefix(f" ({row.get('text')})")
            told = read(given)[: len(figures_)]
            same = [close(p, np.array([x])) for p, x in zip(told, figures_, strict=True)]
            assert all(same), (drawn.id, row, drawn.alt)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("notebook", "audience", "who"), PAGES)
def test_an_alt_text_of_cells_names_the_outermost_and_the_open_ones(notebook, audience, who, lang):
    for drawn in figures_of(notebook, audience, who, lang):
        if drawn.how not in ("heat", "tracker"):
            continue
        frame, row, column = drawn.frames[0], drawn.args["row"], drawn.args["column"]
        if drawn.how == "tracker":
            open_ = frame[frame["tone"].isin(["worse", "missing", "provisional"])]
        else:
            value = frame[drawn.args["value"]]
            open_ = frame[value.isna()]
            end = value.max() if drawn.id == "waste" else value.min()
            outer = frame[value == end].iloc[0]
            assert str(outer[row]) in drawn.alt and str(outer[column]) in drawn.alt, drawn.alt
            assert any(close(p, np.array([end])) for p in read(bare(drawn))), drawn.alt
        lost = [c for c in open_[[row, column]].to_numpy().ravel() if str(c) not in drawn.alt]
        assert lost == [], (drawn.id, drawn.alt)


def test_figures_of_every_kind_were_compared():
    seen = {d.id.partition("-T")[0] for page in PAGES for d in figures_of(*page, "zh")}
    assert seen == EVERY
