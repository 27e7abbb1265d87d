"""How firm is one period among several? (近几期)."""

from dataclasses import replace

import pandas as pd

from kit.data.store.cache import remembered
from kit.pages.scoring import beside
from kit.pages.scoring.groups import by_group
from kit.pages.scoring.view import View, visible_rows
from kit.params import span_of
from kit.people.career import at, history
from kit.scoring import review
from kit.scoring.card import scorecards
from kit.show import blocks
from kit.show.blocks import Block

REVIEW = "indicator mean:points spread:points met:percent goal:+ratio twin flag"


@by_group
def periods(v: View) -> list[Block]:
    """Trend, reliability and, in quarter and year runs, the review of the scheme (多期)."""
    totals, rows = history(v.tables)
    whole = v.tables.period.type in ("quarter", "year")
    inside, by_month = _months(v) if whole else (totals[:0], rows[:0])
    past = inside if totals["period_id"].nunique() < 3 and len(inside) else totals
    ends = {"n": "n_periods", "ci_low": "interval_low", "ci_high": "interval_high"}
    shown = visible_rows(v, review.trend(past).rename(columns=ends)).assign(
        reason="scoring.few_periods"
    )
    out = [v.table(shown, "trend", "name n_periods:int slope:+points interval:interval:points")]
    if v.own:
        return out
    out = [_reliability(v, past), *out]
    return [*out, _beside(v, inside), _review(v, by_month)] if len(inside) else out


def _months(v: View) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Totals and indicators of the months of a quarter or year (期内各月), with `period_id`."""
    period = v.tables.period
    goals = set(v.tables.get("targets")["period_id"])
    names = [str(m) for m in pd.period_range(period.start, period.last_day, freq="M")]
    months = [at(v.tables, span) for name in names if name in goals and (span := span_of(name))]
    monthly = [
        replace(m, period=m.period.model_copy(update={"type": "month"}), digest=m.digest + "m")
        for m in months
    ]
    parts = [(m.period.id, remembered(m, "scorecards", scorecards)) for m in monthly]
    both = [
        [getattr(cards, k).assign(period_id=name) for name, cards in parts]
        for k in ("totals", "indicators")
    ]
    totals, rows = (pd.concat(part, ignore_index=True) if part else pd.DataFrame() for part in both)
    return totals, rows


def _beside(v: View, inside: pd.DataFrame) -> Block:
    """A quarter's or year's total beside the mean of its months (各月平均)."""
    mean = inside.groupby("specialist_id")["printed"].mean()
    means = v.totals["specialist_id"].map(mean)
    frame = v.totals.assign(total=v.totals["printed"], mean_months=means)
    return v.table(frame, "months", "name total:points mean_months:points")


def _reliability(v: View, totals: pd.DataFrame) -> Block:
    found = review.reliability(totals)
    if found["single"] is None or found["mean_of_n"] is None:
        return blocks.text(v.say("scoring.say_no_reliability"))
    enough = found["single"] >= v.tables.scheme.bonus.monthly_pay_reliability
    month = v.tables.period.type == "month"
    advice = v.say(
        "scoring.advice_pay"
        if enough
        else "scoring.advice_coach"
        if month
        else "scoring.advice_more"
    )
    return blocks.text(
        v.say(
            "scoring.say_reliability",
            n=int(found["n"] or 0),
            advice=advice,
            single=v.number(found["single"], "ratio"),
            mean=v.number(found["mean_of_n"], "ratio"),
        )
    )


def _review(v: View, rows: pd.DataFrame) -> Block:
    found = review.scheme_review(rows, beside.margin(v))
    frame = found.assign(
        indicator=[v.label(i) for i in found["indicator"]],
        twin=[v.label(t) if t else "" for t in found["twin"]],
        flag=[v.say(f"scoring.flag_{f}") if f else "" for f in found["flag"]],
    )
    n = rows["period_id"].nunique()
    return v.table(frame, "review", REVIEW, n=n)
