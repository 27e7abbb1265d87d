"""Creatives that tire (素材疲劳): click-through falls against the channel's other creatives.

A creative's last fortnight against the one before, net of how the channel's other creatives moved
on the same days. A lead for a new picture and a test, never a judgement of a person.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from kit.data.tables import Tables
from kit.params import Span
from kit.stats.dispersion import moderated
from kit.stats.ewc import sum_error
from kit.stats.multiple import bh

HALF = 14  # days of each half: every weekday twice
SHOWN = 10  # days of a half on which a creative must have been shown
CLICKS = 30  # clicks of a half under which its rate says too little
KEYS = ["channel", "plan_id", "creative"]
COLUMNS = [*KEYS, "impressions", "before", "now", "change", "low", "high", "p", "tired"]


class Fatigue(NamedTuple):
    """Creatives compared (素材对比), and why none is, where there is no row: none, few or alone.

    `none`: no creative there; `few`: none with clicks enough; `alone`: no other creative there
    """

    rows: pd.DataFrame
    untold: str


def fatigue(tables: Tables, span: Span) -> Fatigue:
    """Creatives by the change of their click-through (创意点击率变化), largest fall first.

    span : the period; the 28 days up to its end are compared
    rows : channel, plan_id, creative, impressions (28 days), before and now (click-through of
    the halves), change (relative, net of the channel's other creatives) with low and high, p (of a
    fall or a rise, Benjamini–Hochberg over all of them), tired (fell, p at most `false_claims`);
    creatives shown or clicked too little in a half are left out
    """
    both, clicks, seen = _daily(tables, span)
    channel = pd.Series(both.get_level_values("channel"))
    parts = [_channel(clicks[here], seen[here], both[here]) for here in _groups(channel)]
    table = pd.concat(parts) if parts else pd.DataFrame(columns=COLUMNS)
    p = bh(table["p"].to_numpy(float)) if len(table) else np.array([])
    fell = (table["change"] < 0) & (p <= tables.scheme.retrospective.false_claims)
    table = table.assign(p=p, tired=fell)[COLUMNS]
    rows = table.sort_values(["tired", "change"], ascending=[False, True], ignore_index=True)
    return Fatigue(rows, "" if len(rows) else _untold(clicks, seen))


def _untold(clicks: np.ndarray, seen: np.ndarray) -> str:
    """Why no creative can be compared (为什么看不出): none, too few clicks, no other there."""
    if not len(clicks):
        return "none"
    return "alone" if _enough(clicks, seen).any() else "few"


def _daily(tables: Tables, span: Span) -> tuple[pd.Index, np.ndarray, np.ndarray]:
    """Creatives, their clicks and impressions on each of the 28 days up to the span's end."""
    end = pd.Timestamp(span.end)
    days = pd.date_range(end - pd.Timedelta(2 * HALF - 1, "D"), end)
    daily = tables.drill([*KEYS, "date"], days[0], days[-1]).dropna(subset=["creative"])
    clicks, seen = (
        daily.pivot_table(name, KEYS, "date", "sum", observed=True)
        .reindex(columns=days)
        .fillna(0.0)
        for name in ("clicks", "impressions")
    )
    return clicks.index, clicks.to_numpy(float), seen.to_numpy(float)


def _groups(channel: pd.Series) -> list[np.ndarray]:
    return [np.flatnonzero(channel == name) for name in channel.unique()]


def _channel(clicks: np.ndarray, seen: np.ndarray, keys: pd.Index) -> pd.DataFrame:
    """One channel's creatives: change net of the others, its t interval on the days' own noise."""
    own, halves = _influence(clicks, seen)
    rest, others = _influence(clicks.sum(axis=0) - clicks, seen.sum(axis=0) - seen)
    known = _enough(clicks, seen) & _enough(clicks.sum(axis=0) - clicks, seen.sum(axis=0) - seen)
    change = np.log(halves[:, 1] / halves[:, 0]) - np.log(others[:, 1] / others[:, 0])
    se, df = sum_error((own - rest)[known])
    if known.any():  # a creative's noise rests on few cosines: drawn toward that of all
        var, df = moderated(se**2, df, clicks[known].sum(axis=1))
        se = np.sqrt(np.where(var > 0, var, np.nan))
    half = stats.t.ppf(0.975, df) * se
    middle = change[known]
    frame = keys[known].to_frame(index=False)
    return frame.assign(
        impressions=seen[known].sum(axis=1),
        before=halves[known, 0],
        now=halves[known, 1],
        change=np.expm1(middle),
        low=np.expm1(middle - half),
        high=np.expm1(middle + half),
        p=2 * stats.t.sf(np.abs(middle) / se, df),
    )


def _influence(clicks: np.ndarray, seen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What each day adds to ln(now / before), and the rate of each half; rows are creatives."""
    parts, rates = [], []
    for sign, half in ((-1, slice(0, HALF)), (1, slice(HALF, 2 * HALF))):
        top, under = clicks[:, half], seen[:, half]
        whole = np.where(top.sum(axis=1) > 0, top.sum(axis=1), np.nan)[:, None]
        rate = whole / np.where(under.sum(axis=1) > 0, under.sum(axis=1), np.nan)[:, None]
        parts.append(sign * (top - rate * under) / whole)
        rates.append(rate[:, 0])
    return np.hstack(parts), np.stack(rates, 1)


def _enough(clicks: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Whether both halves have days and clicks enough."""
    cuts = (slice(0, HALF), slice(HALF, 2 * HALF))
    return np.all(
        [
            (clicks[:, half].sum(axis=1) >= CLICKS) & ((seen[:, half] > 0).sum(axis=1) >= SHOWN)
            for half in cuts
        ],
        axis=0,
    )
