"""Several variants, segments and margins (多版本、分层、界值检验)."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.special import chdtrc, ndtr, ndtri, stdtr, stdtrit

from kit.abtest.decisions import Decision
from kit.abtest.users import HIGHER, LOWER, Counts, decide, two_proportions
from kit.errors import FormulaError
from kit.stats.given import chance, one_of
from kit.stats.multiple import holm


@dataclass(frozen=True)
class ChiSquare:
    """Pearson chi-square, df, p (卡方检验)."""

    chi2: float
    df: int
    p_value: float


@dataclass(frozen=True)
class Winner:
    """p of each arm against control, adjusted, and the best arm that passed (胜出版本)."""

    p_values: Mapping[str, float | None]
    adjusted: Mapping[str, float | None]
    winner: str | None


@dataclass(frozen=True)
class Strata:
    """Mantel–Haenszel over strata (分层汇总); None where the strata hold no information."""

    pooled_effect: float
    common_odds_ratio: float | None
    chi2: float | None
    p_value: float | None
    simpson_reversal: bool


@dataclass(frozen=True)
class Margin:
    """Verdict against a margin (界值检验): gain is the effect in the better direction."""

    effect: float
    statistic: float
    p_value: float
    ci_low: float
    ci_high: float
    decision: Decision


def any_difference(arms: Sequence[Counts]) -> ChiSquare:
    """Chi-square of the k × 2 table (多版本整体检验), no correction."""
    x, n = (np.array([getattr(arm, name) for arm in arms], float) for name in ("successes", "n"))
    if len(x) < 2 or np.any(n <= 0) or np.any(x < 0) or np.any(x > n):
        raise FormulaError("abtest.bad_counts", successes=x.tolist(), n=n.tolist())
    rate = x.sum() / n.sum()
    if rate in (0, 1):
        raise FormulaError("abtest.why.no_variation")
    chi2 = float(np.sum((x - n * rate) ** 2 / (n * rate * (1 - rate))))
    return ChiSquare(chi2, len(x) - 1, float(chdtrc(len(x) - 1, chi2)))


def best_arm(
    control: Counts, arms: dict[str, Counts], *, alpha: float = 0.05, better: str = "higher"
) -> Winner:
    """Each arm against control by pooled z, Holm over them (多版本对对照); see `Winner`."""
    tests = {k: two_proportions(control, v, alpha=alpha, better=better) for k, v in arms.items()}
    adjusted = holm(np.array([_number(t.p_value) for t in tests.values()]))
    holms = {k: _none(p) for k, p in zip(tests, adjusted.tolist(), strict=True)}
    passed = {
        name: test.treatment * (-1 if better in LOWER else 1)
        for name, test in tests.items()
        if decide(test.effect, holms[name], alpha, better) == Decision.BETTER
    }
    best = max(passed, key=lambda name: passed[name]) if passed else None
    return Winner({k: t.p_value for k, t in tests.items()}, holms, best)


def dunnett(
    control: Sequence[float], arms: dict[str, Sequence[float]], *, alpha: float = 0.05
) -> Winner:
    """Dunnett's two-sided many-to-one test (邓尼特检验), pooled variance; seeded integration."""
    groups = [np.asarray(v, float) for v in [control, *arms.values()]]
    if not arms or min(len(g) for g in groups) == 0 or sum(map(len, groups)) <= len(groups):
        raise FormulaError("abtest.bad_values", n=min(len(g) for g in groups), missing=0)
    if not all(np.all(np.isfinite(g)) for g in groups) or not any(np.ptp(g) > 0 for g in groups):
        raise FormulaError("abtest.why.no_variation")
    rng = np.random.default_rng(20250630)
    found = stats.dunnett(*groups[1:], control=groups[0], rng=rng).pvalue
    p = {name: float(value) for name, value in zip(arms, found, strict=True)}
    means = {name: float(np.mean(values)) for name, values in arms.items()}
    passed = [k for k in arms if p[k] < chance(alpha) and means[k] > float(np.mean(groups[0]))]
    return Winner(p, p, max(passed, key=lambda name: means[name]) if passed else None)


def strata(rows: Sequence[tuple[Counts, Counts]], *, continuity_correction: bool = False) -> Strata:
    """Mantel–Haenszel (1959; 分层检验) of (control, treatment) counts, a row per stratum.

    simpson_reversal : every stratum moves one way and the merged rates the other
    """
    if not rows:
        raise FormulaError("abtest.bad_counts", successes=[], n=[])
    x0, n0, x1, n1 = np.array([(c.successes, c.n, t.successes, t.n) for c, t in rows], float).T
    if min(n0.sum(), n1.sum()) <= 0 or np.any((x0 < 0) | (x0 > n0) | (x1 < 0) | (x1 > n1)):
        raise FormulaError("abtest.bad_counts", successes=[*x0, *x1], n=[*n0, *n1])
    n = n0 + n1
    x = x0 + x1
    full = (n0 > 0) & (n1 > 0)
    gaps = x1[full] / n1[full] - x0[full] / n0[full]
    pooled = float(x1.sum() / n1.sum() - x0.sum() / n0.sum())
    size = np.maximum(n, 1)
    under = float(np.sum((n1 - x1) * x0 / size))
    odds = float(np.sum(x1 * (n0 - x0) / size)) / under if under > 0 else None
    spread = float(np.sum(n1 * n0 * x * (n - x) / (size**2 * np.maximum(n - 1, 1))))
    gap = max(0.0, abs(float(np.sum(x1 - n1 * x / size))) - (0.5 if continuity_correction else 0))
    chi2 = gap**2 / spread if spread > 0 else None
    p = None if chi2 is None else float(chdtrc(1, chi2))
    return Strata(pooled, odds, chi2, p, reversal(gaps, pooled))


def reversal(gaps: Sequence[float], pooled: float) -> bool:
    """Simpson's paradox (辛普森悖论): all strata move one way, the whole the other."""
    signs = np.sign(np.asarray(gaps, float))
    return bool(len(signs) and abs(signs.sum()) == len(signs) and signs[0] * pooled < 0)


def interaction(effects: Sequence[float], errors: Sequence[float]) -> ChiSquare | None:
    """Do segments differ (交互检验)? Cochran's Q of their effects; None with fewer than two."""
    e = np.asarray(effects, float)
    w = 1 / np.asarray(errors, float) ** 2
    if len(e) < 2:
        return None
    chi2 = float(np.sum(w * (e - np.average(e, weights=w)) ** 2))
    return ChiSquare(chi2, len(e) - 1, float(chdtrc(len(e) - 1, chi2)))


def non_inferior(
    effect: float,
    se: float,
    margin: float,
    *,
    better: str = "higher",
    alpha: float = 0.025,
    df: float | None = None,
) -> Margin:
    """Non-inferiority (非劣效): loses the treatment less than `margin`? One-sided alpha.

    df None means the normal distribution. Three-way: non_inferior, inferior (the whole interval
    lies beyond the margin) or not_shown_non_inferior.
    """
    _margin(se, margin, alpha)
    one_of(better, HIGHER + LOWER)
    gain = -effect if better in LOWER else effect
    score = (gain + margin) / se
    p = float(ndtr(-score)) if df is None else float(stdtr(df, -score))
    half = se * -float(ndtri(alpha) if df is None else stdtrit(df, alpha))
    lost = Decision.INFERIOR if gain + half < -margin else Decision.NOT_SHOWN_NON_INFERIOR
    return Margin(
        effect, score, p, gain - half, gain + half, Decision.NON_INFERIOR if p < alpha else lost
    )


def equivalent(
    effect: float, se: float, margin: float, *, alpha: float = 0.05, df: float | None = None
) -> Margin:
    """Equivalence by two one-sided tests (等效, TOST), each at alpha; interval at 1 - 2 alpha."""
    _margin(se, margin, alpha)
    scores = ((effect + margin) / se, (margin - effect) / se)
    p = max(float(ndtr(-s)) if df is None else float(stdtr(df, -s)) for s in scores)
    half = se * -float(ndtri(alpha) if df is None else stdtrit(df, alpha))
    said = Decision.EQUIVALENT if p < alpha else Decision.NOT_SHOWN_EQUIVALENT
    return Margin(effect, min(scores), p, effect - half, effect + half, said)


def _margin(se: float, margin: float, alpha: float) -> None:
    chance(alpha)
    if not se or not se > 0 or not margin > 0:  # no error at all: nothing varied
        raise FormulaError("abtest.bad_margin", margin=margin, se=se)


def _number(p: float | None) -> float:
    return math.nan if p is None else p


def _none(p: float) -> float | None:
    return None if math.isnan(p) else p
