"""How firm is one period among several? (近几期)."""

import pandas as pd

from kit.pages.scoring import beside
from kit.pages.scoring.posts import by_group
from kit.pages.scoring.view import View, visible_rows
from kit.people.career import History, history, months
from kit.scoring import review
from kit.show import blocks
from kit.show.alike import alike
from kit.show.blocks import Block
from kit.show.tables import Column

REVIEW = "indicator mean:points spread:points met:percent goal:+ratio twin flag"


@by_group
def periods(v: View) -> list[Block]:
    """Trend, reliability and, in quarter and year runs, the review of the scheme (多期)."""
    now = history(v.tables)
    inside = months(v.tables)
    few = now.totals["period_id"].nunique() < 3
    past = (inside if few and inside else now).alike(v.tables.scheme.coverage_floor)
    out = [_trend(v, past)]
    if v.own:
        return out
    out = [_reliability(v, past), *out]
    return [*out, *_beside(v, inside), _review(v, inside.rows)] if inside else out


def _trend(v: View, past: pd.DataFrame) -> Block:
    """Change of the compared total a period, and its direction where it can be told (走势)."""
    level = v.tables.scheme.uncertainty.level
    ends = {"n": "n_periods", "ci_low": "interval_low", "ci_high": "interval_high"}
    shown = visible_rows(v, review.trend(past, level).rename(columns=ends))
    shown = shown.assign(
        reason="scoring.few_periods",
        direction=[v.say(f"scoring.direction_{d or 'none'}") for d in shown["direction"]],
    )
    spec = "name n_periods:int slope:+points interval:interval:points direction"
    notes = [v.say("scoring.note_trend"), *alike(v, past)]
    return v.table(shown, "trend", spec, notes=notes)


def _beside(v: View, inside: History) -> list[Block]:
    """A quarter's or year's total beside its months (各月), on what all months measured."""
    past = inside.alike(v.tables.scheme.coverage_floor)
    wide = past.pivot(index="specialist_id", columns="period_id", values="printed")
    means = past.groupby("specialist_id")["printed"].mean()
    frame = v.totals.assign(
        total=v.totals["printed"], mean_months=v.totals["specialist_id"].map(means)
    ).merge(wide, "left", left_on="specialist_id", right_index=True)
    columns = [
        Column("name", v.say("scoring.c_name")),
        Column("total", v.say("scoring.c_total"), "points"),
        *(Column(str(month), str(month), "points") for month in wide),
        Column("mean_months", v.say("scoring.c_mean_months"), "points"),
    ]
    frame = frame.assign(reason="scoring.month_none")
    caption = v.say("scoring.caption_months")
    notes = alike(v, past)
    table = blocks.table(frame, columns, id="months", lang=v.lang, caption=caption, notes=[*notes])
    return [table]


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
            single=v.number(found["single"], "percent"),
            mean=v.number(found["mean_of_n"], "percent"),
        )
    )


def _review(v: View, rows: pd.DataFrame) -> Block:
    margins = {who: beside.margin(v, who) for who in rows["specialist_id"].unique()}
    found = review.scheme_review(rows, {who: x for who, x in margins.items() if x is not None})
    frame = found.assign(
        indicator=[v.label(i) for i in found["indicator"]],
        twin=[v.label(t) if t else "" for t in found["twin"]],
        flag=[v.say(f"scoring.flag_{f}") if f else "" for f in found["flag"]],
    )
    n = rows["period_id"].nunique()
    return v.table(frame, "review", REVIEW, n=n)
