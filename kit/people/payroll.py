"""Pay of a period (奖金核算), for HR alone: amounts, cliff risks, what to pay on, what-if."""

from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from kit.errors import FormulaError
from kit.people.by_group import schemes
from kit.people.career import by_scheme
from kit.people.in_post import earned, in_post
from kit.people.incentive import amount, exact, interpolate, pool, threshold_risk
from kit.scoring.grid import half_up

STEP_LINE = "step"  # a line of `cliffs` that is no grade: a step of the bonus curve
STEP = 0.05  # a change of weight that schemes see from year to year


def payroll(tables: Any, totals: pd.DataFrame) -> pd.DataFrame:
    """Pay of the period (奖金核算, HR only): one row a person of table `pay`.

    totals  : from `appeals.official`: pay rests on `printed`; what was scored stands beside it
    Returns : specialist_id, scored_total, scored, printed, grade, base, share, dept_coef, coef,
              days, of, part (earned by the days in post), due, scale, paid, reason
    A pool that is not given does not bind; a different pool a team is closed team by team.
    """
    pay = tables.get("pay")
    pay = pay[pay["period_id"] == tables.period.id].merge(
        tables.get("roster")[["specialist_id", "team"]], "left", "specialist_id"
    )
    scored = totals[["specialist_id", "printed", "grade", "scored", "scored_total"]]
    pay = pay.merge(scored, "left", "specialist_id").merge(in_post(tables), "left", "specialist_id")
    known = schemes(tables, totals)
    bonus = [known.get(who, tables.scheme).bonus for who in pay["specialist_id"]]
    pay = pay.assign(
        part=earned(pay, [own.by_days for own in bonus]),
        share=pay["share"].fillna(pd.Series([own.share for own in bonus], pay.index, float)),
        dept_coef=pay["dept_coef"].fillna(1.0),
        coef=[
            interpolate(None if pd.isna(s) else s, own.curve)
            for s, own in zip(pay["printed"], bonus, strict=True)
        ],
    )
    pay["purse"] = "" if pay["pool"].nunique() < 2 else pay["team"]
    if (pay.groupby("purse", dropna=False)["pool"].nunique() > 1).any():
        raise FormulaError("people.two_pools", teams=sorted(pay["purse"].dropna().unique()))
    parts = [_closed(rows) for _, rows in pay.groupby("purse", dropna=False)]
    table = pd.concat(parts).sort_index() if parts else pay.assign(due=[], scale=[], paid=[])
    table["reason"] = np.where(table["coef"].isna(), "people.not_scored", "")
    return table.drop(columns=["team", "pool", "purse"])


def paid_twice(scheme: Any) -> bool:
    """Whether a component pays on the base beside the bonus, which does too (基数重复计薪)."""
    return bool(scheme.bonus.share > 0) and any(
        part.on == "base" for part in scheme.pay.components.values()
    )


def _closed(rows: pd.DataFrame) -> pd.DataFrame:
    """One purse shared out; without a pool everybody is paid what is due, to the fen."""
    facts = rows[["base", "share", "dept_coef", "coef", "part"]].astype(object)
    due = [_due(*row) for row in facts.where(facts.notna(), None).itertuples(index=False)]
    limit = rows["pool"].max()
    limit = sum(d or 0 for d in due) + 1 if pd.isna(limit) else limit
    shared = pool(due, [None if d is None else 1 for d in due], limit)
    amounts = {"due": np.array(due, float), "paid": np.array(shared.paid, float)}
    return rows.assign(scale=shared.scale, **amounts)


def _due(base: Any, share: Any, dept: Any, coef: Any, part: Fraction) -> float | None:
    """Bonus before the pool for the days in post: the base times their share, exactly."""
    return amount(None if base is None else exact(base, "base") * part, share, dept, coef)


def cliffs(totals: pd.DataFrame, scheme: Any) -> pd.DataFrame:
    """Totals that chance may have put on the wrong side of a line (临界名单).

    Lines are grades and steps of the bonus curve; listed from `people.cliff_risk` on.
    Returns : specialist_id, printed, se, line (grade or step), threshold, risk
    """
    steps = [a[0] for a, b in pairwise(scheme.bonus.curve) if a[0] == b[0]]
    lines = [(g.grade, g.min) for g in scheme.grades[:-1]] + [(STEP_LINE, s) for s in steps]
    known = totals.dropna(subset=["printed", "se"])
    pairs = known[["printed", "se"]].to_numpy(float).tolist()
    risks = [np.array([threshold_risk(s, e, at) for s, e in pairs], float) for _, at in lines]
    parts = [
        known.assign(line=name, threshold=at, risk=risk)
        for (name, at), risk in zip(lines, risks, strict=True)
    ]
    table = pd.concat(parts) if parts else known.assign(line=[], threshold=[], risk=[])
    table = table[table["risk"] >= scheme.people.cliff_risk]
    columns = ["specialist_id", "printed", "se", "line", "threshold", "risk"]
    return table[columns].sort_values("risk", ascending=False, ignore_index=True)


def pay_basis(totals: pd.DataFrame, period_type: str, bonus: Any) -> dict[str, Any]:
    """What to pay on (计奖依据): reliability = 1 − mean se² / variance of totals, floored at 0.

    A month pays only from `monthly_pay_reliability` on; else the scheme's `pay_period` does.
    """
    known = totals.dropna(subset=["total", "se"])
    spread = known["total"].var()
    share = 1 - float((known["se"] ** 2).mean()) / float(spread) if spread else None
    value = None if share is None or len(known) < 3 else max(0.0, share)
    firm = value is not None and value >= bonus.monthly_pay_reliability
    pays = period_type != "month" or bonus.pay_period == "month" or firm
    return {
        "reliability": value,
        "n": len(known),
        "pays": pays,
        "basis": period_type if pays else bonus.pay_period,
    }


def what_if(tables: Any, past: pd.DataFrame) -> pd.DataFrame:
    """The period's `what_if` scheme on the periods so far (方案推演): who gains, who loses.

    past    : totals of several periods as compared by `alike`; the same periods are scored afresh
              by the other scheme, its own rules, weights, grades and curve, and compared alike too
    Returns : specialist_id, n (periods compared by both), before, after (mean printed totals),
              coef_before, coef_after (means), change of the coefficient; largest gain first
    """
    now = tables.scheme
    other = tables.period.what_if
    keys = ["specialist_id", "period_id"]
    names = past["period_id"].unique().tolist()
    new = by_scheme(tables, names, other).alike(other.people.alike)
    both = (
        past[[*keys, "printed"]]
        .merge(new[[*keys, "printed"]], on=keys, suffixes=("_then", "_new"))
        .dropna()
    )
    both["coef_before"] = [interpolate(x, now.bonus.curve) for x in both["printed_then"]]
    both["coef_after"] = [interpolate(x, other.bonus.curve) for x in both["printed_new"]]
    by = both.groupby("specialist_id")
    table = by.agg(
        n=("period_id", "size"),
        before=("printed_then", "mean"),
        after=("printed_new", "mean"),
        coef_before=("coef_before", "mean"),
        coef_after=("coef_after", "mean"),
    ).reset_index()
    table = table.assign(change=table["coef_after"] - table["coef_before"])
    return table.sort_values("change", ascending=False, ignore_index=True)


def shifts(points: pd.DataFrame, curve: Any) -> pd.DataFrame:
    """Which weights matter (权重推演): one indicator at a time `STEP` heavier, the others lighter.

    points  : scorecards' indicators of one period or several, with `period_id`; points stay as
              scored, totals and coefficients are computed afresh, changes averaged over periods
    Returns : indicator, gain and lose (people), most and least (change of coefficient), gainer,
              loser
    """
    keys = [points["period_id"], points["specialist_id"]]
    found = []
    for name in points["indicator"].unique():
        change = _coefficients(points, keys, curve, name) - _coefficients(points, keys, curve)
        change = change.groupby("specialist_id").mean().dropna()
        found.append(
            {
                "indicator": name,
                "gain": int((change > 0).sum()),
                "lose": int((change < 0).sum()),
                "most": change[change > 0].max(),
                "least": change[change < 0].min(),
                "gainer": change.idxmax() if change.max() > 0 else None,
                "loser": change.idxmin() if change.min() < 0 else None,
            }
        )
    return pd.DataFrame(
        found, columns=["indicator", "gain", "lose", "most", "least", "gainer", "loser"]
    )


def _coefficients(points: pd.DataFrame, keys: list, curve: Any, heavier: str = "") -> pd.Series:
    """Coefficient of each person and period when one indicator weighs `STEP` more."""
    weight = points["weight_used"].where(points["points"].notna(), 0.0)
    lifted = (points["indicator"] == heavier) & (weight > 0)
    own = (weight * lifted).groupby(keys).transform("sum")
    rest = weight * (1 - own - STEP) / (1 - own).where(own < 1)
    weight = weight.where(own == 0, rest.where(~lifted, weight + STEP))
    totals = (weight * points["points"]).groupby(keys).sum(min_count=1).dropna()
    return totals.map(lambda total: interpolate(float(half_up(total)), curve)).astype(float)
