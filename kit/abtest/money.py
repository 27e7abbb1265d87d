"""What a decision is worth (换算成钱): profit with its interval, break-even, chance of loss."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, betaln, ndtr
from scipy.stats import beta as beta_law

from kit.abtest.users import Comparison, Counts
from kit.errors import FormulaError


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
    x, w = np.polynomial.legendre.leggauss(400)
    low, high = np.arcsin(np.sqrt(beta_law.ppf([1e-14, 1 - 1e-14], c, d)))
    t = low + (high - low) * (x + 1) / 2
    log = (2 * c - 1) * np.log(np.sin(t)) + (2 * d - 1) * np.log(np.cos(t)) - betaln(c, d)
    parts = w * 2 * np.exp(log) * betainc(a, b, np.sin(t) ** 2)
    return float(np.clip((high - low) / 2 * np.sum(parts), 0, 1))
