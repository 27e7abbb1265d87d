"""All tests of a year together (全年试验): who reads many wins reads false ones among them."""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from kit.abtest.decisions import NO_EFFECT
from kit.abtest.looks import repeated_p
from kit.abtest.money import PRIOR, Prior, nothing
from kit.abtest.verdict import Verdict
from kit.stats.multiple import bh

DAYS = 365
ROUNDING = 1e-12  # relative: a p that equals its alpha but for the rounding of floats holds


@dataclass(frozen=True)
class Year:
    """Tests of a year for superiority (全年): judged, won, still won when corrected, false wins.

    kept : wins whose p holds Benjamini-Hochberg over all tests judged, each at its own alpha; with
    interim looks the p that allows for them
    false : wins expected to do nothing, by what changes did in the company's own tests; NaN while
            it has `few` of its own, or where none of the wins tells
    blind : wins that do not tell, without an error or with a control of 0; they are not in `false`
    """

    judged: int
    won: int
    kept: int
    false: float
    few: bool = False
    blind: int = 0


def year(found: tuple[Verdict, ...], last: dt.date, prior: Prior) -> Year:
    """The year up to `last` (近一年的试验): tests that ended in it and have a p-value.

    prior : what changes do in this company, from `portfolio.usual`
    """
    first = last - dt.timedelta(days=DAYS - 1)
    mine = [v for v in found if v.plan and v.case and first <= v.plan.end <= last]
    mine = [v for v in mine if v.decision not in NO_EFFECT and _p(v) is not None]
    mine = [v for v in mine if v.plan and v.plan.kind == "superiority"]
    if not mine:
        return Year(0, 0, 0, 0.0)
    adjusted = bh(np.array([_p(v) for v in mine], float))
    alpha = np.array([v.plan.alpha for v in mine if v.plan])
    won = np.array([v.decision == "treatment_better" for v in mine])
    kept = int((won & (adjusted <= alpha * (1 + ROUNDING))).sum())
    idle = np.array([nothing(v.case.lead.test, prior) for v in mine if v.case])[won]
    blind = int(np.isnan(idle).sum())
    few = prior == PRIOR
    untold = few or (blind > 0 and blind == len(idle))
    false = float("nan") if untold else float(np.nansum(idle))
    return Year(len(mine), int(won.sum()), kept, false, few, blind)


def _p(v: Verdict) -> float | None:
    """The p-value that the verdict rests on, adjusted over its arms and its interim looks."""
    if v.case is None or v.plan is None:
        return None
    lead, looks = v.case.lead, v.case.looks
    plain = lead.test.p_value if lead.p_adjusted is None else lead.p_adjusted
    if plain is None or looks is None or not looks.z:
        return plain
    length = (v.plan.end - v.plan.start).days + 1
    fractions = [((day - v.plan.start).days + 1) / length for day in looks.dates]
    return min(1.0, len(v.case.arms) * repeated_p(fractions, looks.z))
