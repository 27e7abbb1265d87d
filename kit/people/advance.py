"""Results beside growth (业绩与成长): how a person's totals and skills moved over the same periods.

They stand side by side; neither is said to have caused the other.
"""

from typing import Any

import pandas as pd

from kit.params import span_of
from kit.people.followup import Followup
from kit.scoring.review import trend

COLUMNS = ["specialist_id", "skills", "then", "now", "learnt", "n", "slope", "low", "high"]


def advance(tables: Any, found: Followup) -> pd.DataFrame:
    """Change of skills and of the compared total over the same periods (双向提升), a row a person.

    Returns : specialist_id, skills (assessed anew since), then and now (mean level, 0–5) with
    learnt (now − then), n (periods compared), slope (of the total, a period) with low and high,
    direction (as `trend` gives it); NaN where no skill was or fewer than 3 periods compare
    """
    level = tables.scheme.uncertainty.level
    moved = trend(found.alike, level).rename(columns={"ci_low": "low", "ci_high": "high"})
    both = moved.merge(_learnt(tables, _since(tables, found)), "outer", "specialist_id")
    both = both.assign(direction=both["direction"].fillna(""))
    return both[[*COLUMNS, "direction"]]


def _since(tables: Any, found: Followup) -> pd.Timestamp:
    """First day of the first period that is compared."""
    names = found.alike.loc[found.alike["total"].notna(), "period_id"].unique()
    spans = [span_of(str(name)) for name in names]
    return min([pd.Timestamp(s.start) for s in spans if s] + [pd.Timestamp(tables.period.start)])


def _learnt(tables: Any, since: pd.Timestamp) -> pd.DataFrame:
    """Mean level of the skills assessed by `since`, or first after it, and of the same now.

    A skill counts where it was assessed anew since: without that no change of it is known.
    """
    rows = tables.get("skills")
    rows = rows[rows["assessed_on"] <= pd.Timestamp(tables.period.last_day)]
    rows = rows.sort_values("assessed_on")
    rows = rows.dropna(subset="observed")
    by, kept = ["specialist_id", "skill"], ["observed", "assessed_on"]
    first, now = rows.groupby(by)[kept].first(), rows.groupby(by)[kept].last()
    before = rows[rows["assessed_on"] <= since].groupby(by)[kept].last().reindex(first.index)
    then = before.where(before["assessed_on"].notna(), first)
    both = pd.DataFrame({"then": then["observed"], "now": now["observed"]})
    both = both[then["assessed_on"] < now["assessed_on"]]
    of = both.groupby("specialist_id")
    table = of.mean().assign(skills=of.size())
    return table.assign(learnt=table["now"] - table["then"]).reset_index()
