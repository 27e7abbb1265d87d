"""Interim looks (中途查看): what was seen when, and the interval that allows for it."""

import datetime as dt
import math
from dataclasses import dataclass, replace

from scipy.special import ndtri

from kit.abtest import users
from kit.abtest.compare import (
    LEAST_DAYS,
    LEAST_UNITS,
    Reading,
    counts,
    dates,
    is_share,
    measure,
    reached,
)
from kit.abtest.decisions import Decision
from kit.abtest.looks import boundaries, confidence_sequence, stopped
from kit.abtest.trial import Trial
from kit.abtest.users import Counts


@dataclass(frozen=True)
class Looks:
    """Where a test stands among its planned looks (查看进度)."""

    done: int
    planned: int
    z: tuple[float, ...]
    edges: tuple[float, ...]
    dates: tuple[dt.date, ...]
    decision: Decision


def at_looks(trial: Trial, reading: Reading, alpha: float) -> Looks:
    """Planned looks replayed on the data up to each look's day (按计划查看重演).

    Looks with fewer than 7 days have no test; their alpha is kept for the later ones.
    """
    plan = trial.plan
    length = (trial.plan.end - trial.plan.start).days + 1
    ends = {math.ceil(length * (k + 1) / plan.looks) for k in range(plan.looks)}
    steps = sorted(d for d in ends if d >= (1 if trial.by_user else LEAST_DAYS))
    edges = boundaries([d / length for d in steps], alpha=alpha)
    if not dates(trial):  # the rows carry no day: only the last look can be computed
        steps = steps[-1:]
        edges = edges[-1:]
    when = tuple(plan.start + dt.timedelta(d - 1) for d in steps)
    z: list[float] = []
    for date in when:
        day, there = reached(trial, date)
        if not there:
            break
        part = measure(
            trial, reading.indicator, reading.variant, alpha=alpha, better=reading.better, rows=day
        )
        z.append(_score(part))
    return Looks(len(z), len(steps), tuple(z), edges, when, stopped(edges, z))


def repeated(reading: Reading, looks: Looks) -> Reading:
    """Reading with the repeated interval of its look (重复置信区间; Jennison, Turnbull 1989)."""
    k = next((i for i, z in enumerate(looks.z) if abs(z) >= looks.edges[i]), looks.done - 1)
    test = reading.test
    z = abs(looks.z[looks.done - 1]) if looks.z else 0.0
    if k < 0 or not test.se:
        return reading
    half = looks.edges[max(k, looks.done - 1)] * (abs(test.effect) / z if z > 0.1 else test.se)
    test = replace(
        test, ci_low=test.effect - half, ci_high=test.effect + half, rel_low=None, rel_high=None
    )
    return replace(reading, test=test, decision=looks.decision)


def always_valid(trial: Trial, reading: Reading) -> Decision | None:
    """What the confidence sequence says of an unplanned stop (随时有效); None: not available."""
    if not trial.by_user or not is_share(reading.indicator) or reading.test.p_value is None:
        return None
    (x0, n0), (x1, n1) = (
        counts(trial, v, reading.indicator, None) for v in (trial.variants[0], reading.variant)
    )
    if min(x0, x1, n0 - x0, n1 - x1) < LEAST_UNITS:
        return None
    arms = Counts(x0, n0), Counts(x1, n1)
    found = confidence_sequence(
        *arms, n_star=n0 + n1, alpha=trial.plan.alpha, better=reading.better
    )
    return found.decision


def _score(reading: Reading) -> float:
    """Z in the better direction that has the same p; t at few days becomes a fair z."""
    p = reading.test.p_value
    if p is None:
        return 0.0
    up = (reading.test.effect > 0) != (reading.better in users.LOWER)
    return float(-ndtri(max(p, 1e-300) / 2)) * (1 if up else -1)
