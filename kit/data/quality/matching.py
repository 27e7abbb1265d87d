"""Rows that no figure would use (对不上的行): other periods, unknown names, odd targets, relations.

Whatever matches nothing is told with the nearest name that exists, so that nobody loses a figure to
a spelling.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
LESS_IS_BETTER = ("cac", "cpc", "cpm", "cpa", "cost_ratio", "refund_rate", "delay_days")


def unmatched(tables: Tables) -> Iterator[Issue]:
    """Everything that is there and would be used by nothing."""
    checks = (periods, dated, promotions, categories, channels, odd_targets, raters, unrated)
    for check in checks:
        yield from check(tables)


def of_period(tables: Tables, name: str) -> pd.DataFrame:
    """Rows of a table whose period_id means this period or a month inside it (本期的行)."""
    rows = tables.get(name)
    return rows[rows["period_id"].isin({p for p in rows["period_id"] if _inside(p, tables)})]


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
            yield _first(tables, "unknown_period", "warn", name, ("period_id", lost), facts)
        if of_period(tables, name).empty and not lost:
            values = sorted(ids.unique())
            facts = {"values": values[-10:], "id": tables.period.id}
            severity = "warn" if name in COUNTED else "note"
            yield _first(tables, "other_periods", severity, name, ("period_id", values), facts)


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
    yield from _lost(tables, "plans", "promotion_id", held, known)


def categories(tables: Tables) -> Iterator[Issue]:
    """Categories of plans without a market index, where an index is given (类目没有指数)."""
    if not tables.has("market") or not tables.has("plans"):
        return
    known = list(tables.get("market")["category"].dropna().unique())
    held = tables.get("plans")["category"].dropna()
    yield from _lost(tables, "plans", "category", held, known, rule="category_without_index")
    ours = list(held.unique())
    other = tables.get("market")["category"].dropna()
    if ours:
        spare = other[~other.isin(ours)]
        close = spare[[bool(nearest([c], ours)) for c in spare]]
        yield from _lost(tables, "market", "category", close, ours)


def channels(tables: Tables) -> Iterator[Issue]:
    """Channels with a budget and no plan (预算渠道没有计划)."""
    if tables.has("plans"):
        known = list(tables.get("plans")["channel"].dropna().unique())
        held = of_period(tables, "budget")["channel"].dropna()
        yield from _lost(tables, "budget", "channel", held, known)


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
    bosses = _bosses(tables)
    managed = rows["specialist_id"].map(bosses)
    is_boss = pd.Series(
        [
            isinstance(m, frozenset) and r in m
            for r, m in zip(rows["rater_id"], managed, strict=True)
        ],
        index=rows.index,
        dtype=bool,
    )
    own = rows["rater_id"] == rows["specialist_id"]
    named = managed.notna()
    by_other = ~own & rows["relation"].eq("self")
    of_us = rows["rater_id"].isin(tables.get("roster")["specialist_id"])  # else a code, perhaps
    groups = (
        ("self_by_other", "refuse", by_other & of_us),
        ("self_by_code", "warn", by_other & ~of_us),
        ("manager_unknown", "warn", rows["relation"].eq("manager") & named & ~is_boss & ~own),
        ("manager_as_other", "warn", rows["relation"].isin(["peer", "cross_dept"]) & is_boss),
    )
    for rule, severity, mask in groups:
        if mask.any():
            part = rows[mask]
            pairs = part[["specialist_id", "rater_id"]].drop_duplicates()
            shown = [f"{r} → {s}" for s, r in pairs.head(5).itertuples(index=False)]
            facts = {"pairs": shown, "n": len(pairs)}
            first = part.iloc[0][["specialist_id", "rater_id"]].to_dict()
            issue = Issue(
                rule,
                severity,
                "feedback",
                "",
                None,
                "relation",
                str(part["relation"].iloc[0]),
                len(part),
                facts,
            )
            yield located(tables.engine, issue, first)
    each = rows.groupby(["specialist_id", "rater_id"])["relation"].nunique()
    many = each[each > 1].reset_index()
    if len(many):
        shown = [
            f"{r} → {s}"
            for s, r in many[["specialist_id", "rater_id"]].head(5).itertuples(index=False)
        ]
        first = many.iloc[0][["specialist_id", "rater_id"]].to_dict()
        issue = Issue(
            "two_relations",
            "warn",
            "feedback",
            "",
            None,
            "relation",
            "",
            len(many),
            {"pairs": shown},
        )
        yield located(tables.engine, issue, first)


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
    name: str,
    column: str,
    held: pd.Series,
    known: Iterable[str],
    rule: str = "matches_nothing",
) -> Iterator[Issue]:
    """An issue where values of a column are not among the known ones."""
    known = list(known)
    lost = sorted({str(v) for v in held if v not in known})
    if lost:
        facts = {"values": lost[:10], "near": nearest(lost, known), "known": sorted(known)[:20]}
        yield _first(tables, rule, "warn", name, (column, lost), facts)


def _first(
    tables: Tables, rule: str, severity: str, name: str, at: tuple[str, list[str]], facts: dict
) -> Issue:
    """An issue with the place of the first row that holds one of the values."""
    import narwhals as nw

    column, values = at
    rows = tables.engine.scan(name).filter(nw.col(column).is_in(values))
    found = collect(rows.sort("_file", "_row").select("_file", "_row", value=column).head(1))
    n = int(collect(rows.select(n=nw.len()))["n"].iloc[0])
    if found.empty:
        return Issue(rule, severity, name, column=column, count=n, facts=facts)
    first = found.iloc[0]
    return Issue(rule, severity, name, *place(first), column, str(first["value"]), n, facts)
