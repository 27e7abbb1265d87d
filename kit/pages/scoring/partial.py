"""What do total and grade rest on, when much was not measured or days are few? (依据不全)."""

from kit.data.store.cache import remembered
from kit.pages.scoring.view import View
from kit.people.career import above_best
from kit.scoring.card import ROUGH_DAYS
from kit.show.sentences import join


def partial(v: View) -> list[str]:
    """That totals and grades rest on a part of the weight (部分权重), and what that does to them.

    Said when most totals lack more than the scheme lets lists lack; beside it how many stood above
    the best line in the month before, on the same part and in full.
    """
    scheme = v.tables.scheme
    everybody = v.cards.totals[v.cards.totals["total"].notna()]
    if everybody.empty or everybody["coverage"].median() >= scheme.people.alike:
        return []
    rows = v.cards.indicators
    lacks = [n for n, of in rows.groupby("indicator", sort=False) if of["points"].isna().all()]
    best = scheme.grades[0]
    facts = {
        "share": v.number(everybody["coverage"].median(), "percent"),
        "lacks": join([v.label(name) for name in lacks], v.lang) or "—",
        "grade": f"{best.grade} ≥ {best.min:g}",
    }
    then = remembered(v.tables, "above_best", above_best)
    told = [v.say("scoring.say_partial", **facts)]
    return told + ([v.say("scoring.say_partial_then", **facts, **then)] if then else [])


def rough(v: View) -> list[str]:
    """Doubt about short periods (周期太短)."""
    days = (v.tables.period.last_day - v.tables.period.start).days + 1
    return [v.say("scoring.say_rough", n=days)] if days < ROUGH_DAYS else []
