"""Rows that no figure would use (对不上的行): other periods, unknown names, odd targets, relations.

Whatever matches nothing is told with the nearest name that exists, so that nobody loses a figure to
a spelling.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from kit.data.facts import DATED, days
from kit.data.issues import Issue
from kit.data.quality.appraised import people
from kit.data.quality.gates import located, place
from kit.data.quality.labels import nearest
from kit.data.store.engine import collect
from kit.params import span_of

if TYPE_CHECKING:
    from kit.data.tables import Tables

COUNTED = ("targets", "budget", "feedback")  # without a row of the period something is not measured
BY_PERIOD = (*COUNTED, "interviews", "appeals", "adjustments", "key_results", "checkins", "pay")
AT_MOST_ONE = (
    "ctr",
    "click_conversion",
    "cart_rate",
    "visitor_cart_rate",
    "cart_to_order",
    "order_conversion",
    "pay_conversion",
    "pay_success",
    "refund_rate",
    "new_customer_share",
    "repeat_rate",
    "plan_completion",
    "timeliness",
)
PAIR = ["specialist_id", "rater_id"]
LESS_IS_BETTER = ("cac", "cpc", "cpm", "cpa", "cost_ratio", "refund_rate", "delay_days")


def unmatched(tables: Tables) -> Iterator[Issue]:
    """Everything that is there and would be used by nothing."""
    checks = (periods, dated, promotions, categories, channels, odd_targets, raters, unrated)
    for check in checks:
        yield from check(tables)


def of_period(tables: Tables, name: str) -> pd.DataFrame:
    """Rows of a table whose period_id means this period or a month inside it (本期的行)."""
    rows = tables.get(name)
    return rows[
        rows["period_id"].isin({p for p in rows["period_id"].dropna() if _inside(p, tables)})
    ]


def _inside(period_id: str, tables: Tables) -> bool:
    span = span_of(period_id)
    period = tables.period
    within = span is not None and period.start <= span.start and span.end <= period.end
    return period_id == period.id or within


def periods(tables: Tables) -> Iterator[Issue]:
    """Tables with rows, none of them of this period; period ids that nobody knows (周期对不上)."""
    known = {p.id for p in tables.scheme.promotions} | {tables.period.id}
    for name in (n for n in BY_PERIOD if tables.has(n)):
        ids = tables.get(name)["period_id"].dropna()
        lost = sorted({i for i in ids if not span_of(i) and i not in known})
        if lost:
            near = nearest(lost, {*known, *(i for i in ids if span_of(i))})
            facts = {"values": lost[:10], "near": near, "id": tables.period.id}
            unknown = Issue("unknown_period", "warn", name, column="period_id", facts=facts)
            yield _first(tables, unknown, lost)
        if of_period(tables, name).empty and not lost:
            values = sorted(ids.unique())
            facts = {"values": values[-10:], "id": tables.period.id}
            severity = "warn" if name in COUNTED else "note"
            other = Issue("other_periods", severity, name, column="period_id", facts=facts)
            yield _first(tables, other, values)


def dated(tables: Tables) -> Iterator[Issue]:
    """Dated tables with rows, none of them on a day of the period (日期都在期外)."""
    first, last = (pd.Timestamp(d) for d in (tables.period.start, tables.period.last_day))
    seen = {n: days(tables, n) for n in DATED if n != "ads" and tables.has(n)}
    if tables.has("tasks"):
        seen["tasks"] = pd.DatetimeIndex(tables.get("tasks")["due"].dropna().unique())
    for name, there in seen.items():
        if len(there) and not ((there >= first) & (there < last + pd.Timedelta(days=1))).any():
            ends = {"first": there.min().date(), "last": there.max().date()}
            facts = {"start": first.date(), "end": last.date(), **ends}
            yield Issue("no_day_of_period", "warn", name, facts=facts)


def promotions(tables: Tables) -> Iterator[Issue]:
    """Promotions that plans name and the scheme does not know (未知大促)."""
    known = [p.id for p in tables.scheme.promotions]
    held = tables.get("plans")["promotion_id"].dropna()
    yield from _lost(tables, ("plans", "promotion_id"), held, known)


def categories(tables: Tables) -> Iterator[Issue]:
    """Categories of plans without a market index, where an index is given (类目没有指数)."""
    if not tables.has("market") or not tables.has("plans"):
        return
    known = list(tables.get("market")["category"].dropna().unique())
    held = tables.get("plans")["category"].dropna()
    yield from _lost(tables, ("plans", "category"), held, known, rule="category_without_index")
    ours = list(held.unique())
    other = tables.get("market")["category"].dropna()
    if ours:
        spare = other[~other.isin(ours)]
        close = spare[[bool(nearest([c], ours)) for c in spare]]
        yield from _lost(tables, ("market", "category"), close, ours)


def channels(tables: Tables) -> Iterator[Issue]:
    """Channels with a budget and no plan (预算渠道没有计划)."""
    if tables.has("plans"):
        known = list(tables.get("plans")["channel"].dropna().unique())
        held = of_period(tables, "budget")["channel"].dropna()
        yield from _lost(tables, ("budget", "channel"), held, known)


def odd_targets(tables: Tables) -> Iterator[Issue]:
    """Targets that nothing can be held against (不合理的目标): 0, negative, a rate above 1."""
    rows = of_period(tables, "targets")
    lower = rows["indicator"].isin(LESS_IS_BETTER)
    zero = rows["target"].eq(0)
    groups = (
        ("target_not_positive", "refuse", rows["target"].lt(0) | (zero & ~lower)),
        ("target_zero", "warn", zero & lower),
        ("target_above_one", "refuse", rows["target"].gt(1) & rows["indicator"].isin(AT_MOST_ONE)),
    )
    for rule, severity, mask in groups:
        for indicator, part in rows[mask].groupby("indicator"):
            who = list(part["specialist_id"].unique())
            value = f"{part['target'].iloc[0]:g}"
            facts = {
                "people": who[:10],
                "indicator": indicator,
                "hundredth": f"{part['target'].iloc[0] / 100:g}",
            }
            told = {"specialist_id": who[0], "indicator": indicator}
            yield located(
                tables.engine,
                Issue(rule, severity, "targets", "", None, "target", value, len(part), facts),
                told,
            )


def raters(tables: Tables) -> Iterator[Issue]:
    """Relations of raters that the roster contradicts (评价关系对不上花名册)."""
    rows = of_period(tables, "feedback")
    for rule, severity, mask in _contradicted(tables, rows):
        if mask.any():
            part = rows[mask]
            pairs = part[PAIR].drop_duplicates()
            issue = Issue(
                rule,
                severity,
                "feedback",
                column="relation",
                value=str(part["relation"].iloc[0]),
                count=len(part),
                facts={"pairs": _arrows(pairs), "n": len(pairs)},
            )
            yield located(tables.engine, issue, part.iloc[0][PAIR].to_dict())
    each = rows.groupby(PAIR)["relation"].nunique()
    many = each[each > 1].reset_index()
    if len(many):
        issue = Issue("two_relations", "warn", "feedback", column="relation", count=len(many))
        issue = replace(issue, facts={"pairs": _arrows(many)})
        yield located(tables.engine, issue, many.iloc[0][PAIR].to_dict())


def _contradicted(tables: Tables, rows: pd.DataFrame) -> list[tuple[str, str, pd.Series]]:
    """Rule, severity and the ratings whose relation the roster contradicts."""
    managed = rows["specialist_id"].map(_bosses(tables))
    is_boss = pd.Series(
        [
            isinstance(m, frozenset) and r in m
            for r, m in zip(rows["rater_id"], managed, strict=True)
        ],
        index=rows.index,
        dtype=bool,
    )
    own = rows["rater_id"] == rows["specialist_id"]
    unlike = rows["relation"].eq("manager") & managed.notna() & ~is_boss & ~own
    by_other = ~own & rows["relation"].eq("self")
    of_us = rows["rater_id"].isin(tables.get("roster")["specialist_id"])  # else a code, perhaps
    return [
        ("self_by_other", "refuse", by_other & of_us),
        ("self_by_code", "warn", by_other & ~of_us),
        ("manager_unknown", "warn", unlike),
        ("manager_as_other", "warn", rows["relation"].isin(["peer", "cross_dept"]) & is_boss),
    ]


def _arrows(pairs: pd.DataFrame) -> list[str]:
    """The first pairs of rater and rated person, as they are told."""
    return [f"{r} → {s}" for s, r in pairs[PAIR].head(5).itertuples(index=False)]


def _bosses(tables: Tables) -> dict[str, frozenset[str]]:
    """Everybody who manages a person: by the roster, and by any posting."""
    pairs = pd.concat(
        [tables.get(n)[["specialist_id", "manager_id"]] for n in ("roster", "postings")]
    )
    grouped = pairs.dropna().groupby("specialist_id")["manager_id"]
    return {str(who): frozenset(rows) for who, rows in grouped}


def unrated(tables: Tables) -> Iterator[Issue]:
    """People whom nobody rated while others were (无人评价): their weight moves to figures."""
    rows = of_period(tables, "feedback")
    if rows.empty:
        return
    others = rows[rows["rater_id"] != rows["specialist_id"]]
    lost = sorted(set(people(tables)["specialist_id"]) - set(others["specialist_id"]))
    if lost:
        yield Issue(
            "nobody_rated", "warn", "feedback", count=len(lost), facts={"people": lost[:10]}
        )


# ── places ───────────────────────────────────────────────────────────────────────────────────────
def _lost(
    tables: Tables,
    at: tuple[str, str],
    held: pd.Series,
    known: Iterable[str],
    rule: str = "matches_nothing",
) -> Iterator[Issue]:
    """An issue where values of a column are not among the known ones; at : table and column."""
    known = list(known)
    lost = sorted({str(v) for v in held if v not in known})
    if lost:
        facts = {"values": lost[:10], "near": nearest(lost, known), "known": sorted(known)[:20]}
        yield _first(tables, Issue(rule, "warn", at[0], column=at[1], facts=facts), lost)


def _first(tables: Tables, issue: Issue, values: list[str]) -> Issue:
    """The issue with its rows' number, and the place of the first that holds one of the values."""
    import narwhals as nw

    rows = tables.engine.scan(issue.table).filter(nw.col(issue.column).is_in(values))
    told = rows.sort("_file", "_row").select("_file", "_row", value=issue.column).head(1)
    found = collect(told)
    lines = rows.select("_file", "_row").unique()  # one that stands for a team counts once
    issue = replace(issue, count=int(collect(lines.select(n=nw.len()))["n"].iloc[0]))
    if found.empty:
        return issue
    file, row = place(found.iloc[0])
    return replace(issue, file=file, row=row, value=str(found.iloc[0]["value"]))
