"""Which days and whose rows a review looks at (复盘范围): spans, phases, the team's facts."""

import datetime as dt
import re

import pandas as pd

from kit.data.facts import SUMS
from kit.data.tables import Tables
from kit.params import Span, span_of
from kit.scheme import Promotion

WEEKS = 364  # days: a year back on the same weekday
AFTER = 14  # days after a promotion's return window that still belong to its story


def this_span(tables: Tables) -> Span:
    """The days of the period that count (本期)."""
    period = tables.period
    return Span(id=period.id, start=period.start, end=period.last_day)


def last_year(tables: Tables, span: Span) -> Span:
    """The days of `span` a year ago (去年同期), aligned by promotion, else by weekday.

    A span that touches a promotion with `same_as` moves by the distance of both promotions.
    """
    scheme = tables.scheme
    named = {p.id: p for p in scheme.promotions}
    inside = [p for p in scheme.promotions if p.start <= span.end and p.end >= span.start]
    pairs = [(p, named[p.same_as]) for p in inside if p.same_as in named]
    back = pairs[0][0].start - pairs[0][1].start if pairs else dt.timedelta(days=WEEKS)
    start, end = span.start - back, span.end - back
    return Span(id=f"{start}_{end}", start=start, end=end)


def following(now: Span) -> Span:
    """The period after one (下一周期): the next month, quarter or year, else as many days.

    >>> following(Span(id="FY2025", start="2024-07-01", end="2025-06-30")).id
    'FY2026'
    """
    start = now.end + dt.timedelta(days=1)
    for step in (f"{start:%Y-%m}", f"{start:%Y}-Q{(start.month + 2) // 3}", f"{start:%Y}"):
        found = span_of(step)
        if found and found.start == start and abs(days(found) - days(now)) <= 3:
            return found
    counted = re.sub(r"\d+$", lambda m: str(int(m[0]) + 1), now.id)
    name = counted if counted != now.id else f"{now.id}-next"
    return Span(id=name, start=start, end=now.end + dt.timedelta(days=days(now)))


def phases(promotion: Promotion) -> list[tuple[str, Span]]:
    """Phases of a promotion (预热、爆发、返场、后效): name and days; absent phases are left out."""
    day = dt.timedelta(days=1)
    back = promotion.return_window or promotion.end
    cuts = [
        ("warm_up", promotion.warm_up, promotion.start - day),
        ("peak", promotion.start, promotion.end),
        ("return_window", promotion.end + day, promotion.return_window),
        ("after", back + day, back + AFTER * day),
    ]
    return [(n, Span(id=n, start=a, end=b)) for n, a, b in cuts if a and b and a <= b]


def team_facts(tables: Tables) -> pd.DataFrame:
    """Facts of the period's team (团队日事实), all days, with `team`; unowned rows when it is all.

    Returns : date, plan_id, specialist_id (missing: nobody), team, PLAN columns, sums
    """
    roster = tables.get("roster")[["specialist_id", "team"]]
    owned = tables.facts.merge(roster, on="specialist_id", how="left")
    if tables.period.team != "all":
        return owned[owned["team"].isin(tables.period.team)].reset_index(drop=True)
    return pd.concat([owned, tables.unassigned], ignore_index=True)


def between(frame: pd.DataFrame, span: Span, column: str = "date") -> pd.DataFrame:
    """Rows whose `column` lies in the span, both days included."""
    end = pd.Timestamp(span.end) + pd.Timedelta(days=1)
    return frame[(frame[column] >= pd.Timestamp(span.start)) & (frame[column] < end)]


def called(span: Span | None) -> str:
    """What a span is called in a sentence (周期名): its id, or its days where it has none."""
    given = span is not None and span.id != "compare_to" and "_" not in span.id
    if span is None or given:
        return span.id if span else ""
    return "–".join(dict.fromkeys((str(span.start), str(span.end))))


def days(span: Span) -> int:
    """Number of days of a span, both ends included."""
    return (span.end - span.start).days + 1


def promotion_days(tables: Tables) -> pd.DatetimeIndex:
    """Days from start to end of every promotion of the scheme (大促日)."""
    spans = [pd.date_range(p.start, p.end) for p in tables.scheme.promotions]
    return pd.DatetimeIndex([day for span in spans for day in span])


def strata(tables: Tables, span: Span) -> pd.Series:
    """Phase of a promotion that each day of the span lies in (大促阶段), "" outside, by date."""
    dates = pd.date_range(span.start, span.end)
    label = pd.Series("", dates)
    for promotion in tables.scheme.promotions:
        for name, phase in phases(promotion):
            label.loc[str(phase.start) : str(phase.end)] = f"{promotion.id} {name}"
    return label


def totals(facts: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Sums by columns (合计); NaN, not 0, where no row holds the measure; missing keys kept."""
    return facts.groupby(by, dropna=False)[list(SUMS)].sum(min_count=1).reset_index()
