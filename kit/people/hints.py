"""What speaks for a talk with somebody (谈话线索): facts with their interval, page and family.

Nothing here is a verdict. A trend enters when its own interval leaves out 0; a spend that loses
money when it is worth a sentence (`drill.worth`), with the same units of the period before.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from kit.data.store.cache import remembered
from kit.people import career
from kit.people.followup import Followup
from kit.retrospective import drill
from kit.retrospective.efficiency import is_split, told
from kit.retrospective.review import Review
from kit.scoring.review import trend

LOW = 60.0  # points under which an indicator is a hint
APART = -0.10  # fit whose upper end must be under this
SOLD = {"revenue", "orders", "spend", "clicks", "impressions", "new_customers", "add_to_carts"}


@dataclass(frozen=True)
class Hint:
    """One fact about a person (线索): its family and kind, figures as (value, unit), its page.

    at : table, row and column of the page where the figure stands, if it stands in a table
    """

    specialist_id: str
    family: str
    kind: str
    facts: dict[str, tuple[object, str]] = field(default_factory=dict)
    page: str = ""
    at: tuple[str, str] = ("", "")
    due: dt.date | None = None
    money: float = 0.0


def hints(tables: Any, found: Followup, reviewed: Review) -> list[Hint]:
    """Every hint about everybody who is still there (线索): dated ones first."""
    gone = found.steps.loc[found.steps["reason"] == "left", "specialist_id"]
    every = [
        *_dated(found),
        *_trends(found, tables.scheme.uncertainty.level),
        *_standing(found, [g.grade for g in tables.scheme.grades]),
        *_stops(tables, reviewed),
        *_returns(found, reviewed),
        *_low(tables, found),
    ]
    return [hint for hint in every if hint.specialist_id not in set(gone)]


def good(found: Followup, line: float) -> Iterator[Hint]:
    """Good news (好消息): may take on more, or an agreed action that worked."""
    rows = found.means[found.means["list"] == "stretch"].sort_values("low", ascending=False)
    for row in rows.to_dict("records"):
        facts = {
            "n": (row["n"], "count"),
            "mean": (row["mean"], "points"),
            "line": (line, "points"),
        }
        yield Hint(row["specialist_id"], "good", "stretch", facts, "5_people", ("lists", "mean"))
    acts = found.actions
    worked = acts[acts["sure"].astype(bool) & acts["specialist_id"].notna()]
    for row in worked.to_dict("records"):
        facts = {"what": (row["action"], "free")}
        yield Hint(row["specialist_id"], "good", "proven", facts, "4_retrospective")


def _dated(found: Followup) -> Iterator[Hint]:
    """Open appeals, and what is past its day (有期限的事)."""
    open_ = found.appeals[found.appeals["status"] == "open"].sort_values("due")
    for row in open_.to_dict("records"):
        facts = {"due": (row["due"], "day"), "what": (row["reason"], "free")}
        due = row["due"].date()
        yield Hint(row["specialist_id"], "dated", "appeal", facts, "5_people", ("appeals", ""), due)
    late = found.late[found.late["what"] != "appeal"].dropna(subset="specialist_id")
    for row in late.to_dict("records"):
        facts = {
            "what": (row["what"], "what"),
            "item": (row["item"], "free"),
            "lag": (row["lag"], "count"),
        }
        due = row["due"].date()
        at = ("overdue", "lag")
        yield Hint(row["specialist_id"], "dated", "overdue", facts, "5_people", at, due)


def _trends(found: Followup, level: float) -> Iterator[Hint]:
    """Totals that fall over the periods, on what all of them measured, with their last step."""
    like = found.alike
    now = like["period_id"].iloc[-1] if len(like) else ""
    rows = trend(like, level)
    for row in rows[rows["direction"] == "down"].to_dict("records"):
        mine = like[like["specialist_id"] == row["specialist_id"]].dropna(subset="total")
        if len(mine) < 2 or mine["period_id"].iloc[-1] != now:
            continue
        steps = mine["printed"].diff()
        kind = "trend_each" if (steps.dropna() < 0).all() else "trend"
        facts = {
            "slope": (row["slope"], "+points"),
            "low": (row["ci_low"], "+points"),
            "high": (row["ci_high"], "+points"),
            "n": (row["n"], "count"),
            "last": (steps.iloc[-1], "+points"),
        }
        at = ("trend", "slope")
        yield Hint(row["specialist_id"], "total", kind, facts, "2_kpi_scoring", at)


def _standing(found: Followup, grades: list[str]) -> Iterator[Hint]:
    """Totals under the mean of the others, and grades under those of a period measured alike.

    grades : the scheme's, the best first
    """
    rows = found.cards.totals
    low = rows["standing"].eq("below") & rows["total"].notna()
    for row in rows[low].to_dict("records"):
        facts = {"total": (row["printed"], "points")}
        at = ("verdicts", "total")
        yield Hint(row["specialist_id"], "total", "below", facts, "2_kpi_scoring", at)
    like = found.lined  # alone held to a line: nearly all of the weight in common
    for who, mine in like.groupby("specialist_id"):
        both = mine.dropna(subset="total").tail(2)
        if len(both) < 2 or both["period_id"].iloc[-1] != like["period_id"].iloc[-1]:
            continue
        before, now = both["grade"]
        if {before, now} <= {*grades} and grades.index(now) > grades.index(before):
            facts = {"before": (before, "name"), "now": (now, "name")}
            at = ("verdicts", "grade")
            yield Hint(str(who), "total", "grade_down", facts, "2_kpi_scoring", at)


def _returns(found: Followup, reviewed: Review) -> Iterator[Hint]:
    """Efficiency under the last period's, and fit under that of colleagues (效率、匹配度)."""
    fits = found.fits.merge(found.load[["specialist_id", "main"]], "inner", "specialist_id")
    fits = fits[(fits["channel"] == fits["main"]) & (fits["fit_high"] < APART)]
    for row in fits.to_dict("records"):
        facts = {
            "channel": (row["channel"], "channel"),
            "fit": (row["fit"], "+percent"),
            "low": (row["fit_low"], "+percent"),
            "high": (row["fit_high"], "+percent"),
            "n": (row["n"], "count"),
        }
        yield Hint(row["specialist_id"], "return", "fit", facts, "5_people")
    if reviewed.bridge.reason:
        return
    rows = reviewed.bridge.by("specialist_id").dropna(subset="specialist_id")
    split = is_split(reviewed.bridge)  # without spend nothing of it is efficiency
    for row in rows.to_dict("records"):
        rate, low, high = told(reviewed.bridge, row)
        if not high < 0:
            continue
        facts = {"rate": (rate, "+money"), "low": (low, "+money"), "high": (high, "+money")}
        at = ("parts-specialist_id", "rate" if split else "own_")
        who = row["specialist_id"]
        lost = -rate
        kind = "efficiency" if split else "own_rate"
        yield Hint(who, "return", kind, facts, "4_retrospective", at, money=lost)


def _low(tables: Any, found: Followup) -> Iterator[Hint]:
    """Core and process indicators under 60 points (低分指标): a rate of sales is its own family."""
    rows = found.cards.indicators
    rows = rows[(rows["branch"] == "hard") & (rows["points"] < LOW)]
    for row in rows.to_dict("records"):
        of = tables.scheme.library[row["indicator"]]
        sold = bool(SOLD & {part for side in (of.top, of.under) for part in side.split(" - ")})
        if sold and row["group"] != "core":
            continue
        facts = {
            "indicator": (row["indicator"], "indicator"),
            "points": (row["points"], "points"),
            "line": (LOW, "int"),
        }
        family = "return" if sold else "work"
        yield Hint(row["specialist_id"], family, "low", facts, "5_people")


def _stops(tables: Any, reviewed: Review) -> Iterator[Hint]:
    """Spend of a person that loses money (亏损的单元), alike units together.

    Those without an order come first; whether the same units lost the period before is told.
    """
    before = _before(tables)
    for row in _lost(tables, reviewed).to_dict("records"):
        again = (row["plan"], row["dimension"], row["name"]) in before
        whole = row["dimension"] == "plan_id"
        facts = {
            "unit": (row["plan"], "plan") if whole else (row["name"], "name"),
            "n": (row["n"], "count"),
            "spend": (row["spend"], "money0"),
            "clicks": (row["clicks"], "int"),
            "orders": (row["orders"], "int"),
            "yuan": (row["yuan"], "money0"),
            "again": (again, "flag"),
        }
        kind = "stop_some" if row["some"] else "stop"
        lost = float(row["yuan"])
        yield Hint(str(row["who"]), "stop", kind, facts, "4_retrospective", money=lost)


def _lost(tables: Any, reviewed: Review) -> pd.DataFrame:
    """Losing units by their last owner, alike ones added up, the largest loss first (亏损合计)."""
    rows = losing(reviewed.lists, reviewed.rules.worth)
    of = last_owners(tables)
    who = pd.Series([of.get(p, []) for p in rows["plan_id"]], rows.index, dtype=object)
    rows = rows.assign(who=who).explode("who")
    alike = rows.dropna(subset="who").groupby(["who", "dimension", "name"], sort=False)
    sums = alike[["spend", "clicks", "orders", "yuan"]].sum()
    sums = sums.assign(n=alike.size(), plan=alike["plan_id"].first()).reset_index()
    sums = sums.assign(some=sums["orders"] > 0)
    return sums.sort_values(["some", "yuan"], ascending=[True, False])


def _before(tables: Any) -> set[tuple[str, str, str]]:
    """Units that lost money in the compared period (上期亏损的单元)."""
    span = tables.period.compare
    if span is None:
        return set()
    earlier = career.at(tables, span)
    rows = remembered(earlier, "lists", drill.lists)
    rows = rows[rows["list"] == "stop"]
    return set(zip(rows["plan_id"], rows["dimension"], rows["name"], strict=True))


def losing(lists: pd.DataFrame, least: float) -> pd.DataFrame:
    """Entries of the stop list worth a sentence (停投清单), one a plan: none counts twice."""
    return drill.worth(lists, "stop", least).drop_duplicates("plan_id")


def last_owners(tables: Any) -> dict[str, list[str]]:
    """The owners of every plan on the last day of the period, in order (各计划的末日负责人)."""
    rows = tables.get("assignment")
    last = pd.Timestamp(tables.period.last_day)
    there = (rows["valid_from"] <= last) & ~(rows["valid_to"] < last)
    held = rows[there].dropna(subset="specialist_id").groupby("plan_id")["specialist_id"]
    return {str(plan): sorted(set(who)) for plan, who in held}
