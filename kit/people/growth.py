"""Growth (成长): skill gaps by what they cost, course and re-test, and what training brought."""

from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

WEEKS = 4  # compared before and after a course: long enough for weekdays, short enough to be its


def skill_levels(tables: Any) -> pd.DataFrame:
    """Latest level of every skill and person (技能现状): required, observed, previous, gap."""
    seen = tables.get("skills").sort_values("assessed_on")
    by = seen.groupby(["specialist_id", "skill"])
    last = by[["required", "observed", "assessed_on"]].last()
    before = by["observed"].nth(-2).to_frame("previous").join(seen[["specialist_id", "skill"]])
    last = last.join(before.set_index(["specialist_id", "skill"]))
    return last.assign(gap=(last["required"] - last["observed"]).clip(lower=0)).reset_index()


def gaps(tables: Any, indicators: pd.DataFrame) -> pd.DataFrame:
    """Open skill gaps, dearest first (技能短板): cost = gap × weight of the indicator it serves.

    indicators : scorecards' indicators; skills are linked by the scheme's `people.skills`
    Returns    : specialist_id, skill, required, observed, previous, gap, indicator, points, weight,
                 cost, course, start_date, retest_on, reason (a word key where no course is known)
    """
    table = skill_levels(tables)
    table = table[table["gap"] > 0]
    table = table.assign(indicator=table["skill"].map(tables.scheme.people.skills))
    cards = indicators[["specialist_id", "indicator", "points", "weight"]]
    table = table.merge(cards, "left", ["specialist_id", "indicator"])
    table = table.assign(cost=table["gap"] * table["weight"])
    table = table.merge(_courses(tables), "left", ["specialist_id", "skill"])
    offered = tables.get("training").drop_duplicates("skill").set_index("skill")["course"]
    table["course"] = table["course"].fillna(table["skill"].map(offered).astype("str"))
    missing = np.where(table["course"].isna(), "people.no_course", "")
    table = table.assign(reason=np.where(table["indicator"].isna(), "people.no_link", missing))
    return table.sort_values(["specialist_id", "cost", "gap"], ascending=[True, False, False],
                             ignore_index=True)  # fmt: skip


def _courses(tables: Any) -> pd.DataFrame:
    """The latest course of each person and skill that is planned or waits for its re-test."""
    taken = tables.get("training").dropna(subset=["specialist_id"]).sort_values("start_date")
    return taken.drop_duplicates(["specialist_id", "skill"], keep="last").drop(columns="passed")


def before_after(values: pd.DataFrame) -> dict[str, float | None]:
    """Effect of training (培训效果): log change of the trained against colleagues, same weeks.

    values  : one row a person: trained (bool), change = ln(after / before) of the linked indicator
    Returns : effect, low, high as relative change; decision better | worse | cannot_tell. People
              are the units: two-sample t with a common spread; few people give a wide interval.
    """
    known = values.dropna(subset=["change"])
    groups = [known.loc[known["trained"] == flag, "change"] for flag in (True, False)]
    n1, n0 = (len(g) for g in groups)
    if not n1 or n0 < 2:
        return {"n": n1, "n_others": n0, "effect": None, "low": None, "high": None,
                "decision": "cannot_tell"}  # fmt: skip
    df = n1 + n0 - 2
    spread = sum(float(((g - g.mean()) ** 2).sum()) for g in groups)
    se = np.sqrt(spread / df * (1 / n1 + 1 / n0))
    mid, half = float(groups[0].mean() - groups[1].mean()), stats.t.ppf(0.975, df) * se
    decision = "better" if mid - half > 0 else "worse" if mid + half < 0 else "cannot_tell"
    low, middle, high = (float(np.expm1(v)) for v in (mid - half, mid, mid + half))
    return {"n": n1, "n_others": n0, "effect": middle, "low": low, "high": high,
            "decision": decision}  # fmt: skip
