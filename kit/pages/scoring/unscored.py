"""Figures that do not count in the score (不计分的指标): traffic, the funnel, users, money.

A scheme weighs a dozen indicators; the talk needs the others too, each with its own denominator.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kit import words
from kit.data.store.cache import remembered
from kit.pages.scoring.view import View
from kit.scheme.formula import terms
from kit.scheme.library import UNDER, Indicator
from kit.scoring.kpi import ends, value
from kit.scoring.panel import Panel, panel
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.format import interval
from kit.show.rule import Speaker

if TYPE_CHECKING:
    from kit.data.tables import Tables

OTHERS = ("of", "progress", "periods")  # not a person's own sums
PEOPLE = ("uv", "placed_buyers", "order_buyers")  # a share of people ends at 1


def measured(v: View) -> pd.DataFrame:
    """Every measured indicator outside the scheme's profile, a row a person and indicator.

    Columns specialist_id, indicator (label), formula, actual, actual_unit, interval (text), base
    (the denominator; NaN for a sum). What was not measured, or rests on less than the indicator's
    smallest denominator, is left out.
    """
    scored = set(v.cards.indicators["indicator"])
    known = remembered(v.tables, "measures", _measures)
    parts = [
        rows.assign(
            formula=formula(v, of), actual_unit=v.unit(of.unit), indicator=v.measured(of.id)
        )
        for of, rows in known
        if of.id not in scored
    ]
    rows = pd.concat(parts, ignore_index=True)
    keep = rows["specialist_id"].isin(list(v.names)) & rows["enough"] & rows["actual"].notna()
    rows = rows[keep].reset_index(drop=True)
    texts = [
        interval(r["low"], r["high"], r["actual_unit"], v.lang) for r in rows.to_dict("records")
    ]
    return rows.assign(interval=texts)


def _measures(tables: "Tables") -> list[tuple[Indicator, pd.DataFrame]]:
    """Everybody's figures of each indicator that is their own sums (全员指标值)."""
    data = panel(tables, tables.period.start, tables.period.last_day)
    return [
        (of, _values(data, of))
        for of in tables.scheme.library.values()
        if not of.item and of.source not in OTHERS and (of.top or of.source)
    ]


def _values(data: Panel, of: Indicator) -> pd.DataFrame:
    """Everybody's value of one indicator, with its interval inside what is possible."""
    found = value(data, of)
    low, high = ends(data, of, found, 0.95)
    is_difference = any(factor < 0 for factor, _ in terms(of.top))  # it alone can be below 0
    is_share = of.unit[:7] == "percent" and of.under in PEOPLE
    return pd.DataFrame(
        {
            "specialist_id": data.people,
            "actual": found.actual,
            "low": low if is_difference else np.maximum(low, 0),
            "high": np.minimum(high, 1) if is_share else high,
            "base": found.denominator if of.under else np.nan,
            "enough": found.denominator >= of.min,
        }
    )


def unscored(v: View, rows: pd.DataFrame, who: str) -> list[Block]:
    """One person's figures outside the score; nothing where none was measured."""
    mine = rows[rows["specialist_id"] == who]
    spec = f"indicator {'formula ' if v.own else ''}actual:mixed interval:mixed base:int"
    notes = [v.say("scoring.note_unscored")] if v.own else []
    table = v.table(mine, "unscored", spec, id=f"unscored-{who}", notes=notes)
    folded = [blocks.details(v.say("scoring.caption_unscored"), [table])] if v.own else [table]
    return folded if len(mine) else []


def formulas(v: View, rows: pd.DataFrame) -> list[Block]:
    """How those figures are computed, once on a page about many."""
    if rows.empty:
        return []
    once = v.table(
        rows.drop_duplicates("indicator"),
        "unscored",
        "indicator formula",
        id="unscored",
        notes=[v.say("scoring.note_unscored")],
    )
    return [once]


def formula(v: Speaker, of: Indicator) -> str:
    """An indicator's formula in words (算法): sales ÷ spend."""
    if of.item:
        return v.say("scoring.by_360")
    if of.source == "of":
        whole = v.say("scoring.by_total") if not of.top else v.label(of.of)
        return v.say(f"scoring.by_{of.scope}", of=whole)
    if of.source in OTHERS:
        return v.say(f"scoring.by_{of.source}")
    sides = [side for side in (of.top, of.under) if side]
    parts = [_sum(v, side) for side in sides]
    wide = [len(terms(side)) > 1 and bool(of.under) for side in sides]
    told = " ÷ ".join(f"({p})" if w else p for p, w in zip(parts, wide, strict=True))
    return told if of.scale == 1 or not of.source else f"{of.scale:g} × {told}"


def _sum(v: Speaker, side: str) -> str:
    """One side of a formula in words (分子或分母): terms with their factors."""
    text = ""
    for factor, name in terms(side):
        sign = " − " if factor < 0 else " + "
        size = "" if abs(factor) == 1 else f"{abs(factor):g} × "
        text += (sign if text or factor < 0 else "") + size + measure(v, name)
    return text


def measure(v: Speaker, name: str) -> str:
    """Name of a measure (度量名称): of the tables, or one that the scheme declares."""
    own = name.removesuffix(UNDER)
    if own not in v.tables.scheme.indicators or words.has(f"measure.{name}"):
        return v.say(f"measure.{name}")
    label = v.label(own)
    return label if own == name else v.say("scoring.under_of", label=label)
