"""What was appealed or changed? (异议与改动)."""

import pandas as pd

from kit.pages.people.view import View, grid
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.format import apart


def appeals(v: View) -> list[Block]:
    """Appeals and overrides with both figures, author and reason (异议与改动)."""
    rows = v.of(v.found.appeals)
    if rows.empty:
        return [blocks.text(v.say("people.no_appeals"))]
    whole = v.say("people.total")
    now = v.found.official.set_index("specialist_id")
    counted = rows["status"].eq("accepted") & rows["after"].notna()
    counted &= rows["period_id"].eq(v.tables.period.id)
    totals = {
        to: rows["specialist_id"].map(now[of]).where(counted)
        for to, of in (("total_then", "scored"), ("total_now", "printed"))
    }
    rows = rows.assign(
        **dict.fromkeys(("before_unit", "after_unit"), _units(v, rows)),
        about=[whole if x == "—" else x for x in v.indicators(rows["indicator"])],
        why=v.masked(rows["reason"]),
        state=v.words("appeal", rows["status"]),
        **totals,
        author=v.called(rows["author"]),
        decided_by=v.called(rows["decided_by"]),
        reason="people.not_said",
        total_then_reason="people.other_period",
        total_now_reason="people.other_period",
    )
    how = v.say("people.how.appeals_own" if v.who else "people.how.appeals")
    notes = [how, *_drifted(v, rows[counted])]
    both = " total_then:points total_now:points" if counted.any() else ""
    spec = f"about before:mixed after:mixed{both} state why period_id"
    spec += " due/answer_by:date" if v.who else " due/answer_by:date author decided_by"
    return [grid(v, rows, spec if v.who else f"name {spec}", "appeals", *notes)]


def unit(v: View, indicator: object) -> str:
    """Unit of what is appealed (单位): the indicator's own, points of a total."""
    of = v.tables.scheme.library.get(str(indicator))
    return of.unit if of else "points"


def _units(v: View, rows: pd.DataFrame) -> list[str]:
    """Each row's own unit, with digits enough that both figures differ (改动前后的单位)."""
    given = rows[["indicator", "before", "after"]].itertuples(index=False)
    return [v.unit(apart(old, new, unit(v, name), v.lang)) for name, old, new in given]


def _drifted(v: View, rows: pd.DataFrame) -> list[str]:
    """Accepted changes whose figure before is not what the data give now."""
    keys = ["specialist_id", "indicator"]
    both = rows.merge(v.found.cards.indicators[[*keys, "actual"]], on=keys)
    both = both.dropna(subset=["before", "actual"])
    given = both[["name", "indicator", "before", "actual"]].itertuples(index=False)
    told = [(who, *(v.number(x, unit(v, i)) for x in pair)) for who, i, *pair in given]
    return [
        v.say("people.how.before", who=who, now=now) for who, filed, now in told if filed != now
    ]
