"""Two plans side by side, judged by what the company's own days say of like plans (同日对比的历史).

Two things no test of 14 days can know by itself: how far a plan's days resemble each other, and how
far two like plans differ for good. Both come from windows of the company's history in which nothing
was tested (`history.pairs`). The gap of the days before is then taken off as far as it is more than
chance: like plans lose nothing, unlike plans get the full difference in differences.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from kit.abtest import daily
from kit.abtest.daily import Days, linearised, rate
from kit.abtest.history import Pair, windows
from kit.abtest.users import Comparison, by_t, decide
from kit.errors import FormulaError

Array = np.ndarray
LEAST_WINDOWS, LEAST_PAIRS = 20, 20  # under these the cautious side of an estimate is used
LEAST_GAP = 0.01  # sd of lasting gaps that is always allowed for
BEFORE_DAYS = 14  # common days before the test under which a win is a lead
MOST_MEMORY = 0.9
LONG, ALIKE = 28, 0.5  # from so many days on and above so much memory the EWC twin is asked as well
NET = "shrunk_net"
UPPER = 0.8  # bound of the variance of lasting gaps with few pairs


@dataclass(frozen=True)
class Past:
    """What like plans did when nothing was tested (历史): memory of days, lasting gaps.

    memory : lag-1 correlation of daily gaps; lasting : variance of relative gaps that stay
    """

    memory: float
    lasting: float
    windows: int
    pairs: int


def past(found: list[Pair], days: int) -> Past | None:
    """Memory and lasting gaps of like plans, from windows as long as the test (历史规律)."""
    parts = [(pair, windows(pair, days)) for pair in found]
    parts = [(pair, cut) for pair, cut in parts if cut]
    if days < 3 or not parts:
        return None
    series = [_relative(*part) for _, cut in parts for part in cut]
    gaps = np.array([gap for gap, _ in series])
    memory = pooled_memory(gaps)
    owner = np.repeat(np.arange(len(parts)), [len(cut) for _, cut in parts])
    level = np.log1p([mean for _, mean in series])
    square = level**2 - gaps.var(axis=1, ddof=1) / days * stretch(memory, days)
    by_pair = np.array([square[owner == i].mean() for i in range(len(parts))])
    raw = np.array([(level[owner == i] ** 2).mean() for i in range(len(parts))])
    return Past(memory, _lasting(by_pair, raw), len(gaps), len(parts))


def pooled_memory(gaps: Array) -> float:
    """Lag-1 correlation of days over many windows (日间相关), each freed of bias.

    Marriott, Pope (1954, Biometrika 41): r + (1 + 3 r) / n. Under 20 windows one standard error is
    added. Rows (k, n) of daily gaps.
    """
    n, rest = gaps.shape[1], gaps - gaps.mean(axis=1, keepdims=True)
    whole = (rest**2).sum(axis=1)
    raw = (rest[:, 1:] * rest[:, :-1]).sum(axis=1)[whole > 0] / whole[whole > 0]
    if not len(raw):
        return 0.0
    r = raw + (1 + 3 * raw) / n
    few = len(r) < LEAST_WINDOWS
    spread = r.std(ddof=1) if len(r) > 2 else 1 / math.sqrt(n)
    return float(np.clip(r.mean() + (spread / math.sqrt(len(r)) if few else 0), 0, MOST_MEMORY))


def stretch(memory: float, n: int) -> float:
    """How far correlated days widen a mean of n of them (记忆拉伸): variance over s² / n.

    >>> round(stretch(0.3, 14), 3)
    1.881
    """
    if n < 2:
        return 1.0
    k = np.arange(1, n)
    more = 2 * float(np.sum((1 - k / n) * memory**k))
    return (1 + more) / max(1 - more / (n - 1), 1e-9)


def pooled_days(
    control: Days, treatment: Days, memory: float, *, alpha: float = 0.05, better: str = "higher"
) -> Comparison:
    """Paired days, the error stretched by the memory of other tests (配对日，合并相关)."""
    plain = daily.paired_days(control, treatment, alpha=alpha, better=better)
    if plain.se is None or plain.df is None:
        return replace(plain, method="pooled_days")
    se = plain.se * math.sqrt(stretch(memory, len(control.top)))
    return by_t(replace(plain, method="pooled_days"), se, plain.df, alpha, better)


def shrunk_net(
    before: tuple[Days, Days] | None,
    during: tuple[Days, Days],
    known: Past,
    *,
    alpha: float = 0.05,
    better: str = "higher",
) -> Comparison:
    """Effect net of the gap before, as far as that gap is more than chance (扣除原有差距).

    With b = lasting / (lasting + its error): effect = gap - b × gap before, variance = that of the
    gap + b × that of the gap before; t on the days of both spans less 2. Without days before the
    lasting variance itself is added.
    """
    plain = daily.paired_days(*during, alpha=alpha, better=better)
    if plain.p_value is None or plain.control <= 0:
        return replace(plain, method=NET)
    spans = [_relative(*during)] + ([_relative(*before)] if before else [])
    var, df = _variances([gap for gap, _ in spans], known.memory)
    gap, past_gap = spans[0][1], spans[1][1] if before else 0.0
    share = known.lasting / (known.lasting + var[1]) if before else 1.0
    whole = var[0] + (share * var[1] if before else known.lasting)
    net = replace(plain, method=NET, effect=plain.control * (gap - share * past_gap))
    net = replace(net, rel_effect=gap - share * past_gap)
    found = by_t(net, plain.control * math.sqrt(whole), df, alpha, better)
    return _with_twin(found, during, known, (alpha, better))


def _with_twin(
    found: Comparison, during: tuple[Days, Days], known: Past, terms: tuple[float, str]
) -> Comparison:
    """Long tests of days much alike need the EWC twin as well: its larger error replaces ours."""
    control, treatment = during
    n = len(control.top)
    if n < LONG or known.memory <= ALIKE or found.se is None or found.p_value is None:
        return found
    gap = linearised(treatment) - linearised(control)
    twin = float(daily.errors(gap[None], early=True)[1][0])
    if twin <= found.se:
        return found
    other = by_t(found, twin, daily.TWIN_COSINES, *terms)
    p = max(found.p_value, other.p_value or 0.0)
    return replace(other, p_value=p, decision=decide(found.effect, p, *terms))


def _relative(control: Days, treatment: Days) -> tuple[Array, float]:
    """Daily gaps relative to the control's rate (相对日差), mean 0, and the gap of the span."""
    level = rate(control)
    if level <= 0:
        raise FormulaError("abtest.bad_days", top=len(control.top), under=len(treatment.top))
    gap = (linearised(treatment) - linearised(control)) / level
    return gap, rate(treatment) / level - 1


def _variances(spans: list[Array], memory: float) -> tuple[list[float], float]:
    """Variance of each span's mean gap, residuals of all spans pooled; degrees of freedom."""
    df = sum(len(gap) - 1 for gap in spans)
    pooled = sum(float(np.sum((gap - gap.mean()) ** 2)) for gap in spans) / max(df, 1)
    return [pooled / len(gap) * stretch(memory, len(gap)) for gap in spans], df


def _lasting(by_pair: Array, raw: Array) -> float:
    """Variance of lasting gaps, at its upper bound with few pairs (长期差距的方差)."""
    k, mean = len(by_pair), float(by_pair.mean())
    if k < LEAST_PAIRS:
        chance = raw.mean() - mean
        mean = float(raw.mean() * k / stats.chi2.ppf(1 - UPPER, k) - chance)
    return max(mean, LEAST_GAP**2)
