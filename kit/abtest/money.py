"""What a decision is worth (换算成钱): profit with its interval, break-even, chance of loss."""

import math
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from scipy.special import betainc, betaln, ndtr
from scipy.stats import beta as beta_law

from kit.abtest.users import Comparison, Counts
from kit.errors import FormulaError

Array = np.ndarray
LEAST_TESTS = 10  # closed tests from which the company's own effects count
SPREADS = np.geomspace(0.01, 0.5, 18)  # sd of true relative effects that are tried
IDLE = np.arange(0, 1, 0.05)  # shares of changes that do nothing


@dataclass(frozen=True)
class Prior:
    """What changes do (改动的效果): a share does nothing, the others are normal with `spread`."""

    spread: float = 0.05  # relative to the control, before the company has tests of its own
    idle: float = 0.0


PRIOR = Prior()


@dataclass(frozen=True)
class Value:
    """Money of rolling the treatment out (推广收益), in yuan."""

    profit: float
    ci_low: float
    ci_high: float
    break_even_effect: float
    prob_profitable: float
    expected_loss: float


@dataclass(frozen=True)
class Posterior:
    """Beta–Binomial: chance that treatment is better, and what choosing it may cost (后验)."""

    prob_treatment_better: float
    expected_loss_if_choose_treatment: float


def decision_value(
    test: Comparison,
    *,
    gross_margin: float,
    audience: float,
    extra_cost: float = 0.0,
    worth: float = 1.0,
) -> Value:
    """Profit = effect × worth × gross_margin × audience - extra_cost (推广收益).

    worth : yuan of sales per unit of the effect; 1 when the indicator is yuan per user
    """
    scale = gross_margin * audience * worth
    if not scale > 0 or not test.se or test.ci_low is None or test.ci_high is None:
        raise FormulaError("abtest.no_money", gross_margin=gross_margin, audience=audience)
    profit = scale * test.effect - extra_cost
    spread = scale * test.se
    z = profit / spread
    loss = spread * math.exp(-z * z / 2) / math.sqrt(2 * math.pi) - profit * float(ndtr(-z))
    return Value(
        profit,
        scale * test.ci_low - extra_cost,
        scale * test.ci_high - extra_cost,
        extra_cost / scale,
        float(ndtr(z)),
        max(0.0, loss),
    )


def prior_of(effects: Array, errors: Array) -> Prior:
    """What changes did in closed tests (历次试验), by likelihood; `PRIOR` with under ten.

    effects, errors : relative to the control; the law of two groups after Efron (2008, Stat. Sci.)
    """
    known = np.isfinite(effects) & (np.nan_to_num(errors) > 0)
    if known.sum() < LEAST_TESTS:
        return PRIOR
    y, var = effects[known], errors[known] ** 2
    wide = SPREADS[:, None] ** 2 + var
    moved = np.exp(-(y**2) / 2 / wide) / np.sqrt(wide)
    still = np.exp(-(y**2) / 2 / var) / np.sqrt(var)
    mixed = IDLE[:, None, None] * still + (1 - IDLE[:, None, None]) * moved
    likely = np.log(np.maximum(mixed, 1e-300)).sum(axis=2)
    weight = np.exp(likely - likely.max())
    weight = weight / weight.sum()
    idle = float((weight * IDLE[:, None]).sum())
    return Prior(float(np.exp((weight * np.log(SPREADS)).sum())), idle)


def nothing(test: Comparison, prior: Prior) -> float:
    """Chance that a test's change does nothing, given its result (其实无效的可能)."""
    spread = abs(prior.spread * test.control)
    if not test.se or not spread > 0:
        return math.nan
    wide = math.hypot(spread, test.se)
    still = prior.idle * math.exp(-((test.effect / test.se) ** 2) / 2) / test.se
    moved = (1 - prior.idle) * math.exp(-((test.effect / wide) ** 2) / 2) / wide
    return still / (still + moved) if still + moved > 0 else 0.0


def shrunk(test: Comparison, prior: Prior) -> Comparison:
    """The effect as it is likely to be in truth (收缩后的效果): winners are chosen for luck too.

    The interval is the posterior's: that of a change that does something, and 0 as far as it may
    do nothing.
    """
    spread = abs(prior.spread * test.control)
    if not test.se or not spread > 0 or test.ci_low is None or test.ci_high is None:
        return test
    keep = spread**2 / (spread**2 + test.se**2)
    idle = nothing(test, prior)
    moved, middle = keep * test.effect, (1 - idle) * keep * test.effect
    se = math.sqrt((1 - idle) * (keep * test.se**2 + moved**2) - middle**2)
    reach = (test.ci_high - test.ci_low) / 2 * se / test.se
    return replace(
        test,
        effect=middle,
        rel_effect=middle / test.control,
        se=se,
        ci_low=middle - reach,
        ci_high=middle + reach,
    )


def beta_binomial(
    control: Counts, treatment: Counts, prior: tuple[float, float] = (1, 1)
) -> Posterior:
    """P(p1 > p0) and E[max(p0 - p1, 0)] of independent Beta posteriors (后验损失), by integration.

    >>> round(beta_binomial(Counts(20, 200), Counts(28, 200)).prob_treatment_better, 4)
    0.8888
    """
    shapes = []
    for arm in (control, treatment):
        if arm.n < 0 or not 0 <= arm.successes <= arm.n or min(prior) <= 0:
            raise FormulaError("abtest.bad_counts", successes=arm.successes, n=arm.n)
        shapes.append((arm.successes + prior[0], arm.n - arm.successes + prior[1]))
    (a0, b0), (a1, b1) = shapes
    worse = _less(a1, b1, a0, b0)
    mean0, mean1 = a0 / (a0 + b0), a1 / (a1 + b1)
    loss = mean0 * _less(a1, b1, a0 + 1, b0) - mean1 * _less(a1 + 1, b1, a0, b0)
    return Posterior(1 - worse, max(0.0, loss))


def _less(a: float, b: float, c: float, d: float) -> float:
    """P(X < Y), X ~ Beta(a, b), Y ~ Beta(c, d): Gauss–Legendre over Y = sin² t.

    In t the density has no pole, however few the successes or failures (shapes from 1/2 up).
    """
    x, w = _nodes()
    low, high = np.arcsin(np.sqrt(beta_law.ppf([1e-14, 1 - 1e-14], c, d)))
    t = low + (high - low) * (x + 1) / 2
    log = (2 * c - 1) * np.log(np.sin(t)) + (2 * d - 1) * np.log(np.cos(t)) - betaln(c, d)
    parts = w * 2 * np.exp(log) * betainc(a, b, np.sin(t) ** 2)
    return float(np.clip((high - low) / 2 * np.sum(parts), 0, 1))


@cache
def _nodes() -> tuple[np.ndarray, np.ndarray]:
    """Places in (-1, 1) and weights of the quadrature (求积节点): a third of a second to find."""
    return np.polynomial.legendre.leggauss(400)
