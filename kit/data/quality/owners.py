"""Whose plans are whose (归属核对): shares, spend that nobody owns, ids that match no plan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import narwhals as nw

from kit.data import facts
from kit.data.issues import Issue
from kit.data.quality.appraised import period_days
from kit.data.quality.gates import place
from kit.data.quality.labels import nearest
from kit.data.store.engine import collect
from kit.errors import Term

if TYPE_CHECKING:
    from kit.data.tables import Tables


def owners(tables: Tables) -> Iterator[Issue]:
    """Shares above one, spend that nobody owns, days outside somebody's employment."""
    if "assignment" in tables.sources:
        yield from _above_one(tables)
        yield from _strangers(tables)
        yield from _unowned(tables)
        yield from _outside_employment(tables)


def _above_one(tables: Tables) -> Iterator[Issue]:
    """Days of plans whose owners' shares add up to more than the whole (份额超过 1)."""
    over = facts.shares(tables).filter(nw.col("share") > 1 + 1e-9).sort("plan_id", "date")
    if len(bad := collect(over)):
        first = bad.iloc[0]
        told = {"plan": first["plan_id"], "day": first["date"].date()}
        yield Issue(
            "shares_above_one",
            "refuse",
            "assignment",
            column="share",
            count=len(bad),
            value=f"{first['share']:g}",
            facts=told,
        )


def _unowned(tables: Tables) -> Iterator[Issue]:
    """Spend of the period that nobody owns (无人负责的花费), and that nobody owns any."""
    free = tables.unassigned[tables.unassigned["date"].isin(period_days(tables))]
    owned = tables.facts[tables.facts["date"].isin(period_days(tables))]
    if not free["spend"].sum() > 0:
        return
    if not (owned["spend"] * owned["share"]).sum() > 0:
        yield Issue("all_unowned", "warn", "assignment", column="plan_id", count=len(free))
    names = tables.get("plans").set_index("plan_id")["plan_name"]
    every = free["plan_id"].unique()
    told = {
        "spend": f"{free['spend'].sum():,.2f}",
        "plans": [f"{names[p]} ({p})" if p in names else p for p in every[:10]],
        "n_plans": len(every),
        "currency": currency(tables),
    }
    yield Issue("unassigned", "warn", "ads", column="plan_id", count=len(free), facts=told)


def _outside_employment(tables: Tables) -> Iterator[Issue]:
    """Owned days before somebody was hired or after they left (在职期外)."""
    who = tables.get("roster").dropna(subset=["hire_date", "leave_date"], how="all")
    if who.empty:
        return
    inside = tables.facts[tables.facts["date"].isin(period_days(tables))]
    inside = inside[["date", "specialist_id"]].merge(
        who[["specialist_id", "hire_date", "leave_date"]]
    )
    away = inside[(inside["date"] < inside["hire_date"]) | (inside["date"] > inside["leave_date"])]
    if len(away):
        people = {"people": list(away["specialist_id"].unique())}
        yield Issue("outside_employment", "warn", "assignment", count=len(away), facts=people)


def _strangers(tables: Tables) -> Iterator[Issue]:
    """Plan ids of ownership of which ads has not one (归属表的计划编号全对不上)."""
    held = tables.get("assignment")["plan_id"].dropna().unique().tolist()
    seen = set(tables.plan_days["plan_id"])
    if not held or not seen or seen.intersection(held):
        return
    names = tables.get("plans").drop_duplicates("plan_name", keep=False)
    ids = names.set_index("plan_name")["plan_id"]
    near = [f"{text} → {ids[text]}" for text in held if text in ids.index]
    rows = collect(tables.engine.scan("assignment").sort("_file", "_row").head(1))
    told = {"values": held[:5], "near": (near or nearest(held[:3], seen))[:5]}
    where = (*place(rows.iloc[0]), "plan_id", held[0], len(held))
    yield Issue("nothing_owned", "warn", "assignment", *where, told)


def currency(tables: Tables) -> str:
    """The period's currency as readers of either language call it."""
    return Term("unit.money") if tables.period.currency == "CNY" else tables.period.currency
