"""Everything that follows from a period's scores (考核结果的应用), computed once for all readers.

Amounts are not here: `payroll` reads them for HR alone, at the moment of the page.
"""

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from kit.abtest.portfolio import verdicts
from kit.data.store.cache import remembered
from kit.people import appeals, career, growth, loop, team
from kit.retrospective.ledger import ledger
from kit.scoring.card import Scorecards, scorecards
from kit.scoring.items import closed


@dataclass(frozen=True)
class Followup:
    """What the pages of notebook 5 show, a frame a subject; see the room that makes each.

    cards : scorecards without the soft items that may not be shown (匿名底线)
    past  : totals as they were scored; alike : on what all periods measured (同口径), for trends
    and changes; lined : the same with nearly all of the weight, which alone is held to a line
    """

    cards: Scorecards
    steps: pd.DataFrame
    late: pd.DataFrame
    standing: pd.DataFrame
    appeals: pd.DataFrame
    official: pd.DataFrame
    past: pd.DataFrame
    alike: pd.DataFrame
    lined: pd.DataFrame
    points: pd.DataFrame
    means: pd.DataFrame
    gaps: pd.DataFrame
    trained: pd.DataFrame
    ready: pd.DataFrame
    fits: pd.DataFrame
    load: pd.DataFrame
    seats: team.Suggestion
    tests: pd.DataFrame
    actions: pd.DataFrame


def followup(tables: Any) -> Followup:
    """What follows for everybody (结果应用), from the cache if nothing has changed."""
    return remembered(tables, "followup", _followup)


def _followup(tables: Any) -> Followup:
    cards = remembered(tables, "scorecards", scorecards)
    lines = tables.scheme.people
    level = tables.scheme.uncertainty.level
    steps = loop.phases(tables, cards.totals)
    past = career.history(tables)
    lined = past.alike(lines.alike)
    pleas = appeals.appeals(tables)
    late = loop.overdue(tables, steps, pleas)
    gaps = growth.gaps(tables, cards.indicators)
    fits = team.fit(tables)
    load = team.load(tables)
    gone = steps.loc[steps["reason"] == "left", "specialist_id"]
    gaps = gaps[~gaps["specialist_id"].isin(gone)]
    stays = lined[~lined["specialist_id"].isin(gone)]
    means = career.lists(career.over_periods(lined, level=level), lines)
    return Followup(
        cards=replace(cards, indicators=closed(tables, cards.indicators)),
        steps=steps,
        late=late,
        standing=loop.standing(tables),
        appeals=pleas,
        official=appeals.official(tables, cards),
        past=past.totals,
        alike=past.alike(tables.scheme.coverage_floor),
        lined=lined,
        points=past.points,
        gaps=gaps.reset_index(drop=True),
        fits=fits,
        load=load,
        means=means.assign(list=means["list"].mask(means["specialist_id"].isin(gone), "left")),
        trained=growth.trained(tables),
        ready=career.readiness(stays, gaps, late, lines),
        seats=team.suggest(fits, load[~load["specialist_id"].isin(gone)], level=level),
        tests=remembered(tables, "verdicts", verdicts),
        actions=remembered(tables, "ledger", ledger),
    )
