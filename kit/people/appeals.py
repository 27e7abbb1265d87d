"""Appeals and overrides (异议与改动): both figures stand, nothing that was scored is overwritten.

An accepted change of an indicator goes through rule, weight and grade again; one of the total
replaces the printed total. The scorecards stay as they are: what counts lies beside them.
"""

import datetime as dt
from typing import Any

import pandas as pd

from kit.params import span_of
from kit.people import by_group, calibration
from kit.people.loop import clock, of_period
from kit.scoring.rescored import at_home, changed, points_after
from kit.stats import workdays


def appeals(tables: Any) -> pd.DataFrame:
    """Appeals and overrides known by now (异议与改动), both figures kept, due day filled in."""
    rows = tables.get("appeals")
    now = clock(tables)
    spans = {name: span_of(name) for name in rows["period_id"].unique()}
    ends = {name: span.end for name, span in spans.items() if span}
    known = [i for i, end in ends.items() if end <= tables.period.end] + [tables.period.id]
    rows = rows[rows["period_id"].isin(known)].sort_values("at", ascending=False)
    days = tables.scheme.appeal.working_days
    until = [pd.Timestamp(workdays.due(d.date(), days, now.off)) for d in rows["at"]]
    return rows.assign(due=rows["due"].fillna(pd.Series(until, rows.index, "datetime64[us]")))


def until(tables: Any, talked: Any) -> dt.date:
    """Last day to appeal (异议截止日): the scheme's working days after the talk or its due day."""
    now = clock(tables)
    since = now.due if pd.isna(talked) else max(talked.date(), now.end)
    return workdays.due(since, tables.scheme.appeal.working_days, now.off)


def official(tables: Any, cards: Any) -> pd.DataFrame:
    """Totals on which pay rests (定稿总分): with changes and calibration; the last decides.

    Returns : totals with `scored`, `scored_total`, `scored_grade` (before any change), and total,
              printed, grade after it; `changed` says whether the total was changed, `calibrated`
              whether a calibration decided; no chance of a grade where people decided it
    """
    rows = of_period(tables, "appeals").sort_values("at")
    rows = rows[(rows["status"] == "accepted") & rows["after"].notna()]
    totals = cards.totals.assign(
        scored=cards.totals["printed"],
        scored_total=cards.totals["total"],
        scored_grade=cards.totals["grade"],
        changed=False,
    )
    totals = totals.set_index("specialist_id", drop=False)
    for who, mine in rows.groupby("specialist_id"):
        card = cards.indicators[cards.indicators["specialist_id"] == who]
        if who in totals.index:
            new = changed(tables, cards, card, mine)
            totals.loc[who, list(new)] = list(new.values())
    appealed = {str(w): at for w, at in rows.groupby("specialist_id")["at"].max().items()}
    totals = calibration.applied(tables, totals.reset_index(drop=True), appealed)
    moved = (totals["total"] - totals["scored_total"]).fillna(0)
    ends = {end: totals[end] + moved for end in ("ci_low", "ci_high")}
    return _unsure(tables, totals.assign(**ends))


def _unsure(tables: Any, totals: pd.DataFrame) -> pd.DataFrame:
    """Totals without chances of the grades that people decided (人工决定的): they are not known."""
    given = totals["grade"].fillna("").ne("")
    moved = given & totals["grade"].ne(totals["scored_grade"])
    moved |= totals["changed"].astype(bool) | totals["calibrated"]
    names = {f"p_{g.grade}" for scheme in by_group.every(tables) for g in scheme.grades}
    known = [name for name in totals if name in names]
    return totals.assign(**{name: totals[name].mask(moved) for name in known})


def decided(tables: Any, cards: Any) -> pd.DataFrame:
    """Indicators of the period with the points of accepted changes (改后指标得分), all shown."""
    table = cards.indicators
    rows = of_period(tables, "appeals").sort_values("at")
    rows = rows[(rows["status"] == "accepted") & rows["after"].notna()]
    points = table["points"].astype(float)
    for who, mine in rows.groupby("specialist_id"):
        card = table[table["specialist_id"] == who]
        if len(card):
            points = points.where(table["specialist_id"] != who)
            seen, _ = at_home(tables, cards, str(who))
            points = points.fillna(pd.Series(points_after(seen.scheme, card, mine), card.index))
    return table.assign(points=points)
