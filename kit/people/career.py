"""Over several periods (多期): readiness for promotion, support and stretch lists, with evidence.

One period never decides. A mean over periods has the error √(Σ se²)/n: months are taken as apart.
A month's error rests on few cosines, so the errors of the team's people and months are drawn toward
their common one (`stats.dispersion.moderated`), and t on what that leaves is the reference.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import t

from kit.data.store.cache import digest_of, remembered
from kit.params import Span, span_of
from kit.people.appeals import decided, official
from kit.scheme import Scheme
from kit.scoring.alike import alike
from kit.scoring.card import scorecards
from kit.scoring.grid import half_up
from kit.scoring.items import closed
from kit.stats.dispersion import moderated

FREQUENCY = {"month": "M", "quarter": "Q", "year": "Y"}


def earlier(period: Any, n: int) -> list[Span]:
    """The `n` periods of the same type before this one (往期), oldest first; none for a campaign.

    >>> from types import SimpleNamespace
    >>> january = SimpleNamespace(type="month", start=pd.Timestamp("2025-01-01"))
    >>> [span.id for span in earlier(january, 2)]
    ['2024-11', '2024-12']
    """
    if period.type not in FREQUENCY:
        return []
    now = pd.Period(period.start, FREQUENCY[period.type])
    names = [str(now - k).replace("Q", "-Q") for k in range(n, 0, -1)]
    return [span for span in map(span_of, names) if span]


def at(tables: Any, span: Span, scheme: Scheme | None = None) -> Any:
    """The same tables seen from another period or by another scheme (换周期、换方案)."""
    period = tables.period
    digest = tables.digest
    if span.id != period.id:
        changed = {"id": span.id, "start": span.start, "end": span.end, "as_of": None}
        period = period.model_copy(update=changed)
        period = period.model_copy(update={"compare": next(iter(earlier(period, 1)), None)})
        digest = digest_of(digest, span.id)
    if scheme:
        period = period.model_copy(update={"scheme": scheme})
        digest = digest_of(digest, scheme.digest)
    return replace(tables, period=period, digest=digest)


@dataclass(frozen=True)
class History:
    """Periods scored (历次评分), oldest first, with `period_id`; `rows` hold hidden soft items too.

    totals : as `appeals.official` gives them; points : what may be shown of the indicators
    """

    totals: pd.DataFrame
    points: pd.DataFrame
    rows: pd.DataFrame
    scheme: Scheme
    kind: str

    def alike(self, least: float) -> pd.DataFrame:
        """Totals on what all periods measured (同口径), at least this share of the weight."""
        if self.totals.empty or self.rows.empty:
            return self.totals
        return alike(self.totals, self.rows, self.scheme, kind=self.kind, least=least)


def history(tables: Any) -> History:
    """Totals and indicators of this period and those before it (历次评分), oldest first.

    Every period is scored by this period's scheme. Periods without targets or data fall out, and
    people who were not there then have no row; soft items that may not be shown are NaN in `points`
    """
    return remembered(tables, "history", _history)


def _history(tables: Any) -> History:
    spans = earlier(tables.period, tables.scheme.people.look_back - 1)
    goals = set(tables.get("targets")["period_id"])
    first = tables.facts["date"].min()
    known = [at(tables, s) for s in spans if s.id in goals and pd.Timestamp(s.start) >= first]
    return _told([*known, tables])


def by_scheme(tables: Any, periods: list[str], scheme: Scheme) -> History:
    """The same periods scored afresh by another scheme (换方案重评), in the order given."""
    return _told([at(tables, span_of(name) or tables.period, scheme) for name in periods])


def months(tables: Any) -> History | None:
    """The months inside a quarter or year (期内各月), each by the monthly profile; else None."""
    period = tables.period
    if period.type not in ("quarter", "year"):
        return None
    goals = set(tables.get("targets")["period_id"])
    names = [str(m) for m in pd.period_range(period.start, period.last_day, freq="M")]
    spans = [span for name in names if name in goals and (span := span_of(name))]
    monthly = [as_month(tables, span) for span in spans]
    return _told(monthly) if monthly else None


def as_month(tables: Any, span: Span) -> Any:
    """The same tables seen from a month, by the monthly profile (按月看)."""
    there = at(tables, span)
    period = there.period.model_copy(update={"type": "month"})
    return replace(there, period=period, digest=there.digest + "m")


def above_best(tables: Any) -> dict[str, Any]:
    """How many stood above the best line in the month before, in full and on this period's part.

    Returns : month, n (scored), full, part; empty where no whole month before has targets and data,
              or where it lacks much itself
    """
    month = pd.Period(tables.period.start, "M") - 1
    span = span_of(str(month))
    goals = (tables.get("targets")["period_id"] == str(month)).any()
    seen = len(tables.facts) > 0 and tables.facts["date"].min() <= month.start_time
    if span is None or not goals or not seen:
        return {}
    past = _told([as_month(tables, span), tables])
    both = past.alike(0.0)
    then = both[(both["period_id"] == span.id) & both["whole"].notna()]
    if then.empty or then["coverage"].median() < tables.scheme.people.alike:
        return {}
    line = tables.scheme.grades[0].min
    full = half_up(then["whole"].to_numpy(float), tables.scheme.rounding.total)
    counts = {"full": int((full >= line).sum()), "part": int((then["printed"] >= line).sum())}
    return {"month": span.id, "n": len(then), **counts}


def _told(periods: list[Any]) -> History:
    parts = [(t, remembered(t, "scorecards", scorecards)) for t in periods]
    totals, points, rows = (
        pd.concat([made(t, c).assign(period_id=t.period.id) for t, c in parts], ignore_index=True)
        for made in (official, _shown, decided)
    )
    return History(totals, points, rows, periods[-1].scheme, periods[-1].period.type)


def _shown(tables: Any, cards: Any) -> pd.DataFrame:
    return closed(tables, cards.indicators)


def over_periods(past: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Mean total over the periods scored (多期均分) with its interval, and how the last one moved.

    past    : columns total, se; `df` of se (absent: known exactly) and `orders`, by which a
              person's errors are compared with the others' (absent: all alike)
    Returns : specialist_id, n, mean, low, high (NaN under 2 periods), last, change (last − mean of
              those before, NaN under 3) and `sure`: beyond chance for the whole team at once, t on
              moderated variances, Bonferroni over people
    """
    scored = _steadied(past.dropna(subset=["total"]))
    by = scored.groupby("specialist_id")
    table = by.agg(
        n=("total", "size"),
        mean=("total", "mean"),
        var=("var", "sum"),
        known=("var", "count"),
        free=("free", "mean"),
        last=("total", "last"),
        own=("var", "last"),
    )
    firm = table["known"] == table["n"]
    n = table["n"]
    free = table["free"]
    half = t.ppf((1 + level) / 2, free) * np.sqrt(table["var"]).where(firm & (n >= 2)) / n
    before = ((table["mean"] * n - table["last"]) / (n - 1)).where(firm & (n >= 3))
    error = np.sqrt(table["own"] + (table["var"] - table["own"]) / (n - 1) ** 2)
    change = table["last"] - before
    beyond = t.ppf(1 - (1 - level) / 2 / max(1, len(table)), free)
    table = table.assign(
        low=table["mean"] - half,
        high=table["mean"] + half,
        change=change,
        sure=change.abs() > beyond * error,
    )
    return table.drop(columns=["var", "known", "own", "free"]).reset_index()


def last_change(past: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Change of everybody's printed total since the period before (较上期), and whether it is sure.

    past    : columns of `over_periods`, and `printed`; oldest first
    Returns : specialist_id, period_id (the last), change, sure: beyond chance for the whole team at
              once, as in `over_periods`; people with fewer than two scored periods have no row
    """
    scored = _steadied(past.dropna(subset=["total"]))
    by = scored.groupby("specialist_id")
    last = by.tail(1)
    first = scored.drop(index=last.index).groupby("specialist_id").tail(1)
    both = last.merge(first, on="specialist_id", suffixes=("", "_before"))
    change = both["printed"] - both["printed_before"]
    error = np.sqrt(both["var"] + both["var_before"])
    free = (both["free"] + both["free_before"]) / 2
    beyond = t.ppf(1 - (1 - level) / 2 / max(1, len(both)), free)
    told = both.assign(change=change, sure=change.abs() > beyond * error)
    return told[["specialist_id", "period_id", "change", "sure"]]


def _steadied(scored: pd.DataFrame) -> pd.DataFrame:
    """`var` and its degrees of freedom `free` of each month's total, over all people and months."""
    if "df" not in scored:
        return scored.assign(var=scored["se"] ** 2, free=np.inf)
    orders = scored["orders"].to_numpy(float) if "orders" in scored else np.ones(len(scored))
    size = np.where(np.isfinite(orders) & (orders > 0), orders, 1.0)
    var, free = moderated(scored["se"].to_numpy(float) ** 2, scored["df"].to_numpy(float), size)
    return scored.assign(var=var, free=free)


def lists(means: pd.DataFrame, lines: Any) -> pd.DataFrame:
    """Who may take on more, who needs support (拔高与辅导名单).

    Returns : `list` stretch, support (whole interval beyond the scheme's line), falling (the last
              period under the person's own earlier ones, beyond chance) or ''
    """
    falls = means["sure"] & (means["change"] < 0)
    kinds = [means["low"] >= lines.stretch_line, means["high"] < lines.support_line, falls]
    return means.assign(list=np.select(kinds, ["stretch", "support", "falling"], ""))


def readiness(
    past: pd.DataFrame, gaps: pd.DataFrame, late: pd.DataFrame, lines: Any
) -> pd.DataFrame:
    """Promotion readiness (晋升准备度): a proposal with its evidence; a named human decides.

    past    : from `history`; gaps: open skill gaps, of which the scheme's `ready_skills` count (all
              when it names none); late: from `loop.overdue`
    Returns : specialist_id, n (periods scored), held (lower bound at the line), gaps, late,
              verdict ready | not_yet | not_enough
    """
    scored = past.dropna(subset=["total"])
    table = pd.DataFrame(
        {
            "n": scored.groupby("specialist_id").size(),
            "held": (scored["ci_low"] >= lines.ready_line).groupby(scored["specialist_id"]).sum(),
        }
    ).reindex(past["specialist_id"].unique(), fill_value=0)
    gaps = gaps[gaps["skill"].isin(lines.ready_skills or gaps["skill"])]
    table["gaps"] = gaps.groupby("specialist_id").size().reindex(table.index, fill_value=0)
    acts = late[late["what"] == "action"]
    table["late"] = acts.groupby("specialist_id").size().reindex(table.index, fill_value=0)
    ready = (table["held"] >= lines.ready_periods) & (table["gaps"] == 0) & (table["late"] == 0)
    few = table["n"] < lines.ready_periods
    table["verdict"] = np.select([few, ready], ["not_enough", "ready"], "not_yet")
    return table.rename_axis("specialist_id").reset_index()
