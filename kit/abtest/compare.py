"""One indicator of one arm against control (单项对比): the method follows from design and data."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from kit.abtest import daily, many, net, permutation, sums, users
from kit.abtest.decisions import Decision
from kit.abtest.experiment import BEFORE, BY_DAY, BY_USER, LESS_IS_BETTER, Margin, Pair
from kit.abtest.money import Posterior, beta_binomial
from kit.abtest.trial import Trial, arm_sums, inside_plan
from kit.abtest.users import Comparison, Counts
from kit.errors import Fault, FormulaError, KitError

Array = np.ndarray
LEAST_BEFORE = 3  # common days under which the time before tells nothing
LEAST_DAYS = 7
LEAST_BUYERS = 100  # of an arm, where most users buy nothing
SPARSE = 0.5  # share of users with anything to count, under which buyers are counted
LEAST_UNITS = 30  # conventions: fewer common days decide nothing; normal theory


@dataclass(frozen=True)
class Reading:
    """One indicator of one arm (一项结果): test, units, adjusted p, and what it says."""

    indicator: str
    variant: str
    better: str
    test: Comparison
    n_control: int
    n_treatment: int
    decision: Decision
    p_adjusted: float | None = None
    plain: Comparison | None = None
    imbalance_p: float | None = None
    stratum: str | None = None


def measure(
    trial: Trial,
    indicator: str,
    variant: str,
    *,
    alpha: float,
    better: str = "",
    rows: Array | None = None,
) -> Reading:
    """The indicator of `variant` against the control (对比), by the method that the data allow.

    rows : keeps a part of the user rows or of the dates (a look, a segment)
    """
    better = better or ("down" if indicator in LESS_IS_BETTER else "up")
    if trial.by_user:
        return _by_user(trial, indicator, variant, (alpha, better), rows)
    control, treatment = day_pair(trial, indicator, variant, rows)
    terms: dict[str, Any] = {"alpha": alpha, "better": better}
    if trial.plan.design == "before_after":
        found = daily.different_days(control, treatment, **terms)
    elif indicator in trial.past:
        before = days_before(trial, indicator, variant)
        found = net.shrunk_net(before, (control, treatment), trial.past[indicator], **terms)
    else:
        found = daily.with_twin(control, treatment, early=trial.plan.looks > 1, **terms)
    n = len(control.top), len(treatment.top)
    return Reading(indicator, variant, better, found, *n, found.decision)


def day_pair(
    trial: Trial, indicator: str, variant: str, rows: Array | None = None, before: bool = False
) -> tuple[daily.Days, daily.Days]:
    """Daily totals of control and arm (每日数据): the common days, or each its own days.

    before : the days before the test instead of its own
    """
    top, under = BY_DAY[indicator]
    early = np.asarray(trial.dates < np.datetime64(trial.plan.start))
    keep: Array = early if before else inside_plan(trial)
    keep = keep if rows is None else keep & rows
    which = [0, trial.variants.index(variant)]
    values = [trial.totals[c][which] if c else np.ones((2, len(trial.dates))) for c in (top, under)]
    full = trial.seen[which] & np.isfinite(values[0]) & np.isfinite(values[1]) & keep
    if trial.plan.design != "before_after":
        full = np.repeat(full.all(axis=0)[None, :], 2, axis=0)
    if not full.any(axis=1).all():
        raise FormulaError("abtest.no_common_day", test=trial.plan.test_id)
    first, second = (
        daily.days_of(values[0][i][full[i]], values[1][i][full[i]], under or "—") for i in (0, 1)
    )
    return first, second


def days_before(trial: Trial, indicator: str, variant: str) -> tuple[daily.Days, daily.Days] | None:
    """The common days before the test (试验前的共同日子); None with fewer than 3."""
    try:
        found = day_pair(trial, indicator, variant, before=True)
    except FormulaError:  # no common day before, or nothing in them
        return None
    usable = len(found[0].top) >= LEAST_BEFORE and min(daily.rate(d) for d in found) > 0
    return found if usable else None


def enough(trial: Trial, reading: Reading) -> bool:
    """Whether the data suffice for a decision (数据是否够)."""
    least = min(reading.n_control, reading.n_treatment)
    if not trial.by_user:
        return least >= LEAST_DAYS
    if is_share(reading.indicator):
        return least >= 1
    return least >= LEAST_UNITS and buyers(trial, reading) >= LEAST_BUYERS


def buyers(trial: Trial, reading: Reading) -> float:
    """Fewest users of an arm with anything to count (买家数); infinite where most users have it.

    Money of few buyers follows no normal law, however many users there are.
    """
    if not isinstance(trial.users, pd.DataFrame):
        return np.inf
    top, under = BY_USER[reading.indicator]
    column = under if under in ("orders", "revenue") else top
    some = [
        np.nan_to_num(trial.rows.loc[trial.rows["variant"] == name, column].to_numpy(float)) != 0
        for name in (trial.variants[0], reading.variant)
    ]
    return np.inf if np.mean(np.concatenate(some)) >= SPARSE else float(min(s.sum() for s in some))


def short(trial: Trial, reading: Reading) -> Fault:
    """What the data lack for a decision (缺什么)."""
    least = min(reading.n_control, reading.n_treatment)
    if trial.by_user and least >= LEAST_UNITS:
        facts = {"n": int(buyers(trial, reading)), "least": LEAST_BUYERS}
        return Fault("abtest.reason.few_buyers", facts)
    key = "few_units" if trial.by_user else "few_days"
    return Fault(f"abtest.reason.{key}", {"n": least})


def posterior(trial: Trial, reading: Reading) -> Posterior | None:
    """Beta–Binomial chance and loss of a share of users, uniform prior (后验概率); None else."""
    if not trial.by_user or not is_share(reading.indicator):
        return None
    control, treatment = (
        Counts(*counts(trial, v, reading.indicator, None))
        for v in (trial.variants[0], reading.variant)
    )
    lower = reading.better in users.LOWER
    return beta_binomial(treatment, control) if lower else beta_binomial(control, treatment)


def against_margin(reading: Reading, margin: Margin, kind: str, alpha: float) -> many.Margin:
    """Non-inferiority at alpha/2 one-sided, or equivalence (界值判断), from the reading's error."""
    test = reading.test
    if test.se is None:
        raise KitError(test.reason or "abtest.why.no_variation")
    size = margin.of(test.control)
    if kind == "equivalence":
        return many.equivalent(test.effect, test.se, size, alpha=alpha, df=test.df)
    return many.non_inferior(
        test.effect, test.se, size, better=reading.better, alpha=alpha / 2, df=test.df
    )


def power_for(reading: Reading, effect: float, alpha: float) -> float | None:
    """Power at the error seen for the effect declared (检验功效), never for the effect seen."""
    test = reading.test
    if not test.se or not effect:
        return None
    df = test.df or 1e9
    edge = -float(stdtrit(df, alpha / 2))
    return float(1 - stdtr(df, edge - abs(effect) / test.se))


def segments(trial: Trial, lead: Reading, alpha: float) -> tuple[Reading, ...]:
    """The lead's indicator in each stratum (分层结果); empty without strata."""
    if "stratum" not in trial.rows:
        return ()
    stratum = trial.rows["stratum"]
    found = []
    for name in sorted(stratum.dropna().unique()):
        part = measure(
            trial,
            lead.indicator,
            lead.variant,
            alpha=alpha,
            better=lead.better,
            rows=(stratum == name).to_numpy(),
        )
        found.append(replace(part, stratum=str(name)))
    return tuple(found) if len(found) > 1 else ()


def by_stratum(trial: Trial, parts: tuple[Reading, ...]) -> many.Strata | None:
    """Mantel–Haenszel over the segments (分层汇总), for shares of users."""
    if not parts or not is_share(parts[0].indicator):
        return None
    rows = []
    stratum = np.asarray(trial.rows["stratum"])
    for part in parts:
        mask = stratum == part.stratum
        rows.append(
            tuple(
                Counts(*counts(trial, v, part.indicator, mask))
                for v in (trial.variants[0], part.variant)
            )
        )
    return many.strata(rows)  # type: ignore[arg-type]


def _by_user(
    trial: Trial, indicator: str, variant: str, terms: tuple[float, str], rows: Array | None
) -> Reading:
    alpha, better = terms
    names = trial.variants[0], variant
    if is_share(indicator):
        (x0, n0), (x1, n1) = (counts(trial, v, indicator, rows) for v in names)
        arms = Counts(x0, n0), Counts(x1, n1)
        test = users.exact_or_pooled(*arms, alpha=alpha, better=better)
        return Reading(indicator, variant, better, test, n0, n1, test.decision)
    pair = BY_USER[indicator]
    pre = BEFORE.get(indicator)
    has_pre = pre is not None and all(trial.has(c) for c in pre if c)
    needed = tuple(dict.fromkeys(c for c in (*pair, *(pre or ()) * has_pre) if c))
    control, treatment = (arm_sums(trial, v, needed, rows) for v in names)
    plain = sums.ratio_delta(control, treatment, *pair, alpha=alpha, better=better)
    if not has_pre and isinstance(trial.users, pd.DataFrame):
        one, two = (_values(trial, name, pair, rows) for name in names)
        if permutation.needed((one, two)):
            plain = permutation.permuted(plain, (one, two), alpha, better)
    n = control.n, treatment.n
    if not has_pre or pre is None or plain.p_value is None:
        return Reading(indicator, variant, better, plain, *n, plain.decision)
    found = sums.cuped(control, treatment, pair, pre, alpha=alpha, better=better)
    return Reading(
        indicator,
        variant,
        better,
        found.adjusted,
        *n,
        found.adjusted.decision,
        plain=plain,
        imbalance_p=found.imbalance_p,
    )


def _values(trial: Trial, variant: str, pair: Pair, rows: Array | None) -> Array:
    """A figure a user of one arm: the value, or its linearised part in the arm's ratio."""
    keep = (trial.rows["variant"] == variant).to_numpy()
    keep = keep if rows is None else keep & rows
    top, under = (trial.rows[c].to_numpy(float)[keep] if c else None for c in pair)
    if top is None or under is None:
        return np.zeros(0) if top is None else top[np.isfinite(top)]
    whole = np.isfinite(top) & np.isfinite(under)
    top, under = top[whole], under[whole]
    level = top.sum() / under.sum() if under.sum() > 0 else 0.0
    return np.asarray(level + (top - level * under) / max(under.mean(), 1e-300))


def counts(trial: Trial, variant: str, indicator: str, rows: Array | None) -> tuple[int, int]:
    """Users of an arm that converted, and all its users (转化人数、人数)."""
    column: Pair = BY_USER[indicator]
    found = arm_sums(trial, variant, (column[0],), rows)
    return round(float(found.total[found.names.index(column[0])])), found.n


def is_share(indicator: str) -> bool:
    """Whether the indicator is a share of users (是否为人数占比)."""
    return BY_USER.get(indicator) == ("converted", None)


def reached(trial: Trial, date: dt.date) -> tuple[Array | None, bool]:
    """Rows up to `date`, and whether the data reach it (截至某日)."""
    if _by_day(trial):
        days = trial.rows["day"]
        return (days <= pd.Timestamp(date)).to_numpy(), days.max().date() >= date
    if trial.by_user:
        return None, date == trial.plan.end
    return trial.dates <= np.datetime64(date), bool(trial.dates[-1] >= np.datetime64(date))


def dates(trial: Trial) -> list[dt.date]:
    """Days of the test by which its rows can be cut (可按日截取的日期)."""
    if _by_day(trial):
        return sorted(d.date() for d in trial.rows["day"].unique())
    days = trial.dates[:0] if trial.by_user else trial.dates[inside_plan(trial)]
    return [pd.Timestamp(day).date() for day in days]


def _by_day(trial: Trial) -> bool:
    return "day" in trial.rows and bool(trial.rows["day"].notna().all())
