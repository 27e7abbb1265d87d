"""Errors of differences between people on the same days (两两差值的标准误), steadied by the team.

A difference has its own EWC variance, on few degrees of freedom, and its own plain variance, on
many. Their ratio says how much days resemble each other; it is drawn toward the team's common ratio
as far as the people's ratios agree (moderated variance, Smyth 2004, Stat. Appl. Genet. Mol. Biol.
3(1)). The team also shows how far days resemble each other, hence how far EWC falls short of it.
Simulated: of 14 equals somebody is told apart in about 5 % of months (tests/stats/test_pairs.py).
"""

from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from kit.stats import ewc

Array = np.ndarray


@dataclass(frozen=True)
class Team:
    """Rows of people, (k, n), taken apart once: waves, residuals, and the common ratio."""

    n: int
    free: float
    plain_df: int
    waves: Array
    rest: Array
    ratio: float
    prior_df: float


def team(series: Array, known: Array | None = None, spans: Array | None = None) -> Team:
    """People's series on the same days, (k, n), with their common variance ratio (共同方差比).

    spans : (k, n) numbers from 1 of the spans whose means were taken out of a row; 0 is no day
    """
    series = np.asarray(series, float)
    if spans is not None:
        series = ewc.evened(series, np.maximum(spans, 1), known)
    n = series.shape[1]
    left = ewc.base(n, known)
    (basis, free) = ewc.free_waves(n, known)
    rest = series - (series @ left) @ left.T
    plain_df = n - left.shape[1]
    waves = series @ basis
    log = _ratios(_centred(waves), _centred(rest), free, plain_df)
    loud = ewc.loudness(series, known)
    factor = ewc.stretch(basis, _memory(log, basis, left, loud, ewc.claimed(known)), loud)
    ratio, prior = (factor * np.exp(log.mean()), _prior(log, free)) if len(log) > 2 else (1.0, 0.0)
    return Team(n, free, plain_df, waves * np.sqrt(factor), rest, float(ratio), prior)


def _centred(rows: Array) -> Array:
    """Each person's row less the mean row; no rows stay none."""
    return rows - rows.sum(axis=0) / max(1, len(rows))


def pair_errors(people: Team) -> tuple[Array, float]:
    """Standard error of every pair's difference of sums, (k, k), and its degrees of freedom.

    Shocks that both share cancel, since differences are taken day by day.
    """
    gap = people.waves[:, None, :] - people.waves[None, :, :]
    inner = people.rest @ people.rest.T
    length = np.diag(inner)
    plain = np.maximum(0, length[:, None] + length[None, :] - 2 * inner)
    return _steadied(people, (gap**2).sum(axis=2), plain)


def contrast_errors(
    people: Team, contrasts: Array, plain: Array | None = None
) -> tuple[Array, float]:
    """The same for weighted sums of people, one a row of `contrasts` (m, k).

    plain : variance a day of each row where another one than its own is known (`kit.stats.pooled`)
    """
    waves = contrasts @ people.waves
    rest = contrasts @ people.rest
    return _steadied(people, (waves**2).sum(axis=1), (rest**2).sum(axis=1), plain)


def _steadied(
    people: Team, long_run: Array, plain: Array, known: Array | None = None
) -> tuple[Array, float]:
    """Error of a sum from both sums of squares, its ratio drawn toward the team's.

    NaN where the days leave no degree of freedom: a single day has no error of its own.
    """
    plain = plain / (people.plain_df or np.nan)
    ratio = long_run / people.free / np.where(plain > 0, plain, 1)
    whole = people.prior_df + people.free
    ratio = (people.prior_df * people.ratio + people.free * ratio) / whole
    df = 1 / (1 / whole + 1 / people.plain_df) if people.prior_df else people.free
    return np.sqrt(people.n * (plain if known is None else known) * ratio), df


def _ratios(waves: Array, rest: Array, free: float, plain_df: int) -> Array:
    """Logarithms of the people's ratios of long-run to plain variance, freed of bias."""
    plain = (rest**2).sum(axis=1) / max(1, plain_df)
    ratio = (waves[plain > 0] ** 2).sum(axis=1) / free / plain[plain > 0]
    return np.log(ratio) - special.digamma(free / 2) + np.log(free / 2)


def _memory(log: Array, basis: Array, left: Array, loud: Array, limit: float) -> float:
    """Day-to-day correlation that the team's ratio allows for (日间相关), its upper 95 % bound.

    At most, and with fewer than three people always, the largest for which coverage is claimed.
    """
    if len(log) < 3:
        return limit
    most = np.exp(log.mean() + stats.norm.ppf(0.95) * log.std(ddof=1) / np.sqrt(len(log)))
    n = len(basis)
    free = float((basis**2).sum())
    for memory in np.linspace(0, limit, 11):
        plain = (n - ewc.seen(left, memory, loud)[0]) / (n - left.shape[1])
        if ewc.seen(basis, memory, loud)[0] / free / plain >= most:
            return float(memory)
    return limit


def _prior(log: Array, free: float) -> float:
    """Degrees of freedom that the people's agreement lends to the common ratio.

    Their disagreement counts at its upper quartile, since few people show it badly. At most half of
    what the others' days hold; none for two people, where EWC stands alone.
    """
    spread = log.var() * len(log) / stats.chi2.ppf(0.25, len(log) - 1)
    beyond = spread - special.polygamma(1, free / 2)
    lent = 2 * trigamma_inverse(beyond) if beyond > 0 else np.inf
    return float(min(lent, free * (len(log) - 2) / 2))


def trigamma_inverse(x: float) -> float:
    """Y with trigamma(y) = x, by Newton's method (Smyth 2004, appendix)."""
    y = 0.5 + 1 / x
    for _ in range(50):
        slope = special.polygamma(1, y)
        step = slope * (1 - slope / x) / special.polygamma(2, y)
        y += step
        if abs(step) < 1e-9 * y:
            break
    return float(y)
