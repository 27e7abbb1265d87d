"""How a test went (试验经过): effect by day, values by day, the gap before, checks for experts."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import stdtr

from kit.abtest import daily
from kit.abtest.compare import LEAST_DAYS, Reading, dates, day_pair, measure, reached
from kit.abtest.experiment import BY_DAY
from kit.abtest.interim import Looks
from kit.abtest.net import stretch
from kit.abtest.trial import Trial
from kit.abtest.users import Comparison
from kit.errors import FormulaError, KitError

FADING = 0.05


@dataclass(frozen=True)
class Checks:
    """Shown for comparison, never deciding (对照检验); None where it does not fit the data."""

    pooled_p: float | None
    dispersion: float | None
    quasi_p: float | None
    jackknife_error: float | None
    wilcoxon_p: float | None


def checks(trial: Trial, reading: Reading) -> Checks | None:
    """What other methods say of a same-days test (对照检验); None for users or other designs."""
    if trial.by_user or trial.plan.design == "before_after" or reading.n_control < LEAST_DAYS:
        return None
    control, treatment = day_pair(trial, reading.indicator, reading.variant)
    jack = daily.jackknife_error(control, treatment)
    rank = daily.wilcoxon(control, treatment) if reading.n_control < 10 else None
    try:
        found = daily.overdispersed(control, treatment)
    except FormulaError:  # not successes among trials
        return Checks(None, None, None, jack, rank)
    return Checks(found.naive_p_value, found.dispersion, found.p_value, jack, rank)


def net_of_before(trial: Trial, reading: Reading, alpha: float) -> Comparison | None:
    """The effect less the gap of the days before (双重差分); None with fewer than 7 such days."""
    if trial.by_user or trial.plan.design == "before_after":
        return None
    try:
        pre = day_pair(trial, reading.indicator, reading.variant, before=True)
    except FormulaError:  # no common day before
        return None
    if len(pre[0].top) < LEAST_DAYS:
        return None
    during = day_pair(trial, reading.indicator, reading.variant)
    return daily.net_of_before(pre, during, alpha=alpha, better=reading.better)


def fades(trial: Trial, reading: Reading) -> bool:
    """Whether the effect does not last (效果消退): the later half does not show it by itself.

    Days as units only. Later half under half of the earlier one, and not above 0 at one-sided 5 %,
    the error of all days as for the effect itself.
    """
    if trial.by_user or trial.plan.design == "before_after" or reading.n_control < LEAST_DAYS:
        return False
    control, treatment = day_pair(trial, reading.indicator, reading.variant)
    known = trial.past.get(reading.indicator)
    gap = daily.linearised(treatment) - daily.linearised(control) + reading.test.effect
    return fading(gap * np.sign(reading.test.effect), known.memory if known else 0.0)


def fading(gap: np.ndarray, memory: float) -> bool:
    """The same of a series of daily gaps for the better (逐日差距)."""
    early, late = np.array_split(gap, 2)
    rest = np.concatenate([early - early.mean(), late - late.mean()])
    df = len(gap) - 2
    se = math.sqrt(float(rest @ rest) / df / len(late) * stretch(memory, len(late)))
    lost = se > 0 and float(stdtr(df, -late.mean() / se)) >= FADING
    return bool(lost and late.mean() < early.mean() / 2)


def cumulative(trial: Trial, reading: Reading, looks: Looks | None, alpha: float) -> pd.DataFrame:
    """How the effect settled day by day (累计效果): date, value, low, high, bound_low, bound_high.

    The band is for one day only: whoever watches it daily is fooled; the bounds are for the looks.
    """
    edges = dict(zip(looks.dates, looks.edges, strict=True)) if looks else {}
    rows = []
    for date in dates(trial):
        mask, _ = reached(trial, date)
        try:
            test = measure(
                trial,
                reading.indicator,
                reading.variant,
                alpha=alpha,
                better=reading.better,
                rows=mask,
            ).test
        except KitError:
            continue
        bound = edges[date] * test.se if date in edges and test.se else math.nan
        rows.append((date, test.effect, test.ci_low, test.ci_high, -bound, bound))
    found = pd.DataFrame(rows, columns=["date", "value", "low", "high", "bound_low", "bound_high"])
    found["date"] = pd.to_datetime(found["date"])
    bounds = ["bound_low", "bound_high"]  # straight from look to look
    found[bounds] = found[bounds].interpolate(limit_area="inside")
    return found.dropna(subset="low")


def by_date(trial: Trial, reading: Reading) -> pd.DataFrame:
    """The indicator of both arms day by day (每日数值): date, series, value."""
    top, under = BY_DAY.get(reading.indicator, ("", None))
    if trial.by_user or top not in trial.totals:
        return pd.DataFrame(columns=["date", "series", "value"])
    parts = []
    for name in (trial.variants[0], reading.variant):
        row = trial.variants.index(name)
        units = trial.totals[under][row] if under else np.ones(len(trial.dates))
        value = trial.totals[top][row] / np.where(units > 0, units, np.nan)
        parts.append(pd.DataFrame({"date": trial.dates, "series": name, "value": value}))
    return pd.concat(parts).dropna().sort_values("date", kind="stable")
