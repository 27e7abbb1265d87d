"""Figures and ratings that people typed (填报数与评分): what the scheme's declarations allow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kit.data.issues import Issue
from kit.data.quality.gates import of_rows
from kit.data.store.engine import collect
from kit.errors import Label
from kit.params import span_of
from kit.scheme.declare import NUMBER, Scale
from kit.scheme.library import Indicator

if TYPE_CHECKING:
    from kit.data.tables import Tables

MEASURED, FEEDBACK = "measured", "feedback"  # tables
SURELY = 10  # a fraction from here up is a percentage; between 1.5 and it, perhaps
PERHAPS = 1.5


def entered(tables: Tables) -> Iterator[Issue]:
    """Faults of `measured` and `feedback` that the scheme alone can tell; tasks without a day."""
    if tables.has("measured"):
        yield from _measured(tables)
    if tables.has("feedback"):
        yield from _ratings(tables)
    if tables.has("tasks"):
        yield from _undated(tables)


def _undated(tables: Tables) -> Iterator[Issue]:
    """Tasks of the period that are said to be done, without the day (完成日未填)."""
    rows = collect(tables.engine.scan("tasks")).sort_values(["_file", "_row"])
    first, last = pd.Timestamp(tables.period.start), pd.Timestamp(tables.period.last_day)
    rows = rows[rows["due"].between(first, last) & rows["done_on"].isna()]
    done = rows[rows["status"].eq("done")]
    yield from of_rows(done, "done_undated", ("tasks", "done_on"), severity="warn")


def _measured(tables: Tables) -> Iterator[Issue]:
    rows = collect(tables.engine.scan("measured")).sort_values(["_file", "_row"])
    library = tables.scheme.library
    own = {i.id: i for i in library.values() if i.source in ("sum", "ratio", "last")}
    labels = {text: i.id for i in own.values() if i.names for text in (i.names.zh, i.names.en)}
    rows = rows.assign(indicator=[labels.get(str(x), x) for x in rows["indicator"]])
    unknown = ~rows["indicator"].isin(list(own))
    known = [f"{i} {tables.scheme.label(i, 'zh')}" for i in own]
    yield from of_rows(rows[unknown], "unknown_measured", (MEASURED, "indicator"), known=known)
    for pair in (("period_id", "date"), ("specialist_id", "team")):
        given = rows[list(pair)].notna().sum(axis=1)
        yield from of_rows(rows[given != 1], "one_of_two", (MEASURED, pair[0]), columns=pair)
    teams = set(tables.get("roster")["team"].dropna())
    lost = rows["team"].notna() & ~rows["team"].isin(teams)
    yield from of_rows(rows[lost], "unknown_team", (MEASURED, "team"), known=sorted(teams))
    yield from _figures(rows[~unknown], own)
    yield from _both_kinds(rows[~unknown])


def _figures(rows: pd.DataFrame, own: dict[str, Indicator]) -> Iterator[Issue]:
    """Rows without a figure or with two, without a denominator, and fractions typed as percent."""
    ratio = rows["indicator"].map(lambda name: own[name].source == "ratio").astype(bool)
    given = rows[["actual", "rate"]].notna().sum(axis=1)
    yield from of_rows(
        rows[given != 1], "one_of_two", (MEASURED, "actual"), columns=("actual", "rate")
    )
    bare = (ratio | rows["rate"].notna()) & ~(rows["denominator"] > 0)
    yield from of_rows(rows[bare], "no_denominator", (MEASURED, "denominator"))
    share = rows["rate"].fillna(rows["actual"] / rows["denominator"].where(ratio))
    units = rows["indicator"].map(lambda name: own[name].units).astype(bool)
    percent = rows["indicator"].map(lambda name: own[name].unit.startswith("percent")).astype(bool)
    share = share.where(ratio | rows["rate"].notna(), rows["actual"])
    over = units & (share > 1) & rows["rate"].isna()
    yield from of_rows(rows[over], "units_exceed", (MEASURED, "actual"))
    for column in ("rate", "actual"):
        mine = percent & rows[column].notna() & ~over
        yield from _odd_fractions(rows[mine], share[mine], column)


def _odd_fractions(rows: pd.DataFrame, share: pd.Series, column: str) -> Iterator[Issue]:
    """Fractions that look like percentages (疑似百分数), with the fraction that was meant."""
    for rule, severity, wrong in (
        ("percent_typed", "refuse", share >= SURELY),
        ("percent_perhaps", "warn", (share > PERHAPS) & (share < SURELY)),
        ("percent_negative", "warn", share < 0),
    ):
        if wrong.any():
            bad = rows[wrong]
            first = share[wrong].iloc[0]
            facts = {
                "indicator": bad["indicator"].iloc[0],
                "found": f"{first:g}",
                "fraction": f"{first / 100:g}",
            }
            yield from of_rows(bad, rule, (MEASURED, column), severity=severity, **facts)


def _both_kinds(rows: pd.DataFrame) -> Iterator[Issue]:
    """Rows by day inside a period that has rows of its own: they would count twice."""
    spans = {name: span_of(str(name)) for name in rows["period_id"].dropna().unique()}
    for name, span in spans.items():
        if span is None:
            continue
        whole = rows[rows["period_id"] == name]
        inside = rows[rows["date"].between(pd.Timestamp(span.start), pd.Timestamp(span.end))]
        keys = ["indicator", "specialist_id"]
        twice = inside.merge(whole[keys].drop_duplicates(), on=keys)
        if len(twice):
            facts = {"indicator": twice["indicator"].iloc[0], "period": name}
            yield from of_rows(twice, "measured_twice", (MEASURED, "date"), **facts)


def _ratings(tables: Tables) -> Iterator[Issue]:
    """Items that the scheme does not have, and ratings that do not stand on their scale."""
    scheme = tables.scheme
    rows = collect(tables.engine.scan("feedback")).sort_values(["_file", "_row"])
    items = [i for i in scheme.library.values() if i.item]
    lines = [n for n, said in scheme.indicators.items() if said.raters and not scheme.is_item(n)]
    labels = {text: i.id for i in items if i.names for text in (i.names.zh, i.names.en)}
    own = {n: scheme.indicators[n].name for n in lines}
    labels |= {text: n for n, said in own.items() if said for text in (said.zh, said.en)}
    rows = rows.assign(item=[labels.get(str(x), x) for x in rows["item"]])
    known = [*(i.id for i in items), *lines]
    lost = rows["item"].notna() & ~rows["item"].isin(known)
    yield from of_rows(rows[lost], "not_a_word", (FEEDBACK, "item"), known=known)
    rated = rows[rows["rating"].notna()]
    for item in (i.id for i in items):
        told = scheme.labels(item) if item in labels.values() else item
        yield from _off_scale(rated[rated["item"] == item], scheme.scale_of(item), told)
    for line in lines:
        ends = scheme.rule_of(line).ends  # in the form's own points, as they are typed
        yield from _odd_points(rated[rated["item"] == line], ends, scheme.labels(line))


def _off_scale(rows: pd.DataFrame, scale: Scale, told: Label | str) -> Iterator[Issue]:
    """Ratings of one item that do not stand on its scale (不在量表上的评分)."""
    bad = rows[np.array([scale.read(text) is None for text in rows["rating"]], bool)]
    yield from of_rows(bad, "off_scale", (FEEDBACK, "rating"), item=told, scale=scale.known())


def _odd_points(rows: pd.DataFrame, ends: tuple[float, float], told: Label) -> Iterator[Issue]:
    """Points of one line that are no number, or beyond the ends of its rule (超出分值范围)."""
    typed = [NUMBER.fullmatch(str(text).strip()) is not None for text in rows["rating"]]
    odd = ~np.array(typed, dtype=bool)
    yield from of_rows(rows[odd], "typed_points", (FEEDBACK, "rating"), item=told)
    low, high = ends
    beyond = [not low <= float(x) <= high for x in rows.loc[~odd, "rating"]]
    known = [f"{low:g}–{high:g}"]
    yield from of_rows(
        rows[~odd][np.array(beyond, bool)],
        "off_scale",
        (FEEDBACK, "rating"),
        item=told,
        scale=known,
    )
