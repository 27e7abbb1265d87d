"""Lasting steps of series (持续台阶): levels that differ before and after a day, by their means.

Logs are freed of weekdays and of what moves the shop's plans alike, and the farthest drawn in, so
that no heavy tail decides. Each possible first day has its t; the chance of the largest: Lausen,
Sauerbrei and Schumacher (1994), Computational Statistics & Data Analysis 18. Days that resemble
each other widen it as an AR(1). What promotion stages explain as well is no step.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from kit.stats.multiple import holm

Array = np.ndarray
LEAST = 7  # days on either side: a strong week is no level
NEAR = 3  # days about the first day of a stage on which no step is told
FREE = 10  # degrees of freedom under which nothing is said
FAR = 4.0  # robust standard deviations beyond which a day counts as if it lay there
DUST = 0.1  # share of the mean added before the log: days of 0 count as small
MOST_MEMORY = 0.9
BETTER = 10.0  # twice the log-likelihood by which a step must beat the stages of promotions
LEVEL = 0.95  # of the interval of after / before


@dataclass(frozen=True)
class Step:
    """First day of the new level (position), z, mean from then on, and what it is to the old one.

    times : after / before with its ends (95 %), weekdays and the shop's common moves taken out
    """

    at: int
    z: float
    after: float
    times: float
    low: float
    high: float


@dataclass(frozen=True)
class Design:
    """What the days with a value can tell: their positions, labels, and contrasts by first day.

    basis : of weekdays (days × k); stages : of promotion stages, freed of it; turns : their first
    days; later : (days × first days) before or after, freed of the basis
    """

    seen: Array
    weekday: Array
    basis: Array
    stages: Array
    turns: Array
    first: Array
    later: Array

    @property
    def free(self) -> int:
        """Degrees of freedom beside weekdays and the step (自由度)."""
        return len(self.seen) - self.basis.shape[1] - 1


def steps(values: Array, days: Array, chance: float, *, common: Array, kind: Array) -> list:
    """The clearest lasting step of each series (台阶), chance finding any in `chance` of all cases.

    values : (days, series), NaN where missing; days : (days, 2) labels, stage and weekday
    common : (days, series) logs of what moves all plans alike, see `shared`
    kind   : (series,) labels; of one kind no series has less memory than the median
    Returns: Step, or None where no day can be judged, the step is within chance (Holm over all
             series), stages explain it as well, or the interval of its means holds 1
    """
    stage, weekday = days.T
    designs = dict[bytes, Design]()
    for seen in np.isfinite(values).T:
        if seen.tobytes() not in designs:
            designs[seen.tobytes()] = design(np.flatnonzero(seen), stage, weekday)
    used = [designs[seen.tobytes()] for seen in np.isfinite(values).T]
    series = [(d, values[d.seen, j], common[d.seen, j]) for j, d in enumerate(used)]
    scored = [(d, _rest(d, mine, shop)) for d, mine, shop in series]
    own = pd.Series([_memory(d, rest) for d, rest in scored])
    least = own.groupby(kind).transform("median").fillna(0.0)
    error = 1 / np.sqrt([max(len(d.seen), 1) for d in used])
    memory = np.fmax(own - error, least)
    found = [_largest(d, rest, m) for (d, rest), m in zip(scored, memory, strict=True)]
    clear = holm(np.array([p for *_, p in found])) <= chance
    return [
        _told(series[j], k, z, memory[j]) if clear[j] else None for j, (k, z, _) in enumerate(found)
    ]


def shared(values: Array, weekday: Array) -> Array:
    """Logs of what moves all plans alike, by day (共同变动): the median of what weekdays leave.

    values : (days, plans), NaN where missing; 0 where fewer than `FREE` plans tell
    """
    out = np.full(values.shape, np.nan)
    for j, seen in enumerate(np.isfinite(values).T):
        if seen.sum() >= 2 * LEAST and np.nanmax(values[:, j]) > 0:
            basis = _basis(weekday[seen])
            logs = _logs(values[seen, j])
            out[seen, j] = logs - basis @ (basis.T @ logs)
    enough = np.isfinite(out).sum(axis=1) >= FREE
    moved = np.zeros(len(values))
    moved[enough] = np.nanmedian(out[enough], axis=1)
    return moved


def design(seen: Array, stage: Array, weekday: Array) -> Design:
    """Basis and contrasts of the days at hand (设计矩阵); none where too few days tell."""
    basis = _basis(weekday[seen])
    first = np.arange(LEAST, len(seen) - LEAST + 1)
    enough = len(seen) - basis.shape[1] - 1 >= FREE
    later = _apart((np.arange(len(seen))[:, None] >= first).astype(float), basis)
    marks = (stage[seen][:, None] == np.unique(stage[seen])).astype(float)
    u, size, _ = np.linalg.svd(_apart(marks, basis), full_matrices=False)
    later, first = (later, first) if enough else (later[:, :0], first[:0])
    later = later / np.linalg.norm(later, axis=0)
    turns = np.flatnonzero(np.diff(stage[seen])) + 1
    return Design(seen, weekday[seen], basis, u[:, size > 1e-9], turns, first, later)


def stretch(memory: float) -> float:
    """How far memory of days widens the variance of a mean (记忆拉伸), AR(1)."""
    kept = np.clip(memory, 0, MOST_MEMORY)
    return float((1 + kept) / (1 - kept))


def _basis(labels: Array) -> Array:
    marks = (labels[:, None] == np.unique(labels)).astype(float)
    return marks / np.sqrt(marks.sum(axis=0))


def _apart(columns: Array, basis: Array) -> Array:
    return columns - basis @ (basis.T @ columns)


def _logs(values: Array) -> Array:
    positive = np.maximum(values, 0)
    return np.log(positive + DUST * positive.mean())


def _rest(d: Design, values: Array, common: Array) -> Array:
    """What weekdays and the shop leave of the logs, the farthest drawn in; 0 if nothing (残差)."""
    none = np.zeros(len(values))
    if not len(d.first) or not values.max() > 0:
        return none
    rest = np.round(_apart(_logs(values) - common, d.basis), 9)
    middle = np.median(rest)
    far = FAR * stats.median_abs_deviation(rest, scale="normal")
    drawn = np.clip(rest, middle - far, middle + far) if far > 0 else rest
    return _apart(drawn, d.basis)


def _memory(d: Design, rest: Array) -> float:
    """Correlation of neighbouring days (日间相关), the clearest step taken out.

    What the fit of weekdays, mean and step hides is added (Kendall 1954: about (1 + 3 r) / n each).
    """
    if not rest.any():
        return np.nan
    along = rest @ d.later
    best = int(np.argmax(np.abs(along)))
    rest = rest - d.later[:, best] * along[best]
    raw = float(rest[1:] @ rest[:-1] / max(rest @ rest, 1e-12))
    return raw + 2 * (1 + 3 * max(raw, 0)) / len(rest)


def _largest(d: Design, rest: Array, memory: float) -> tuple[int, float, float]:
    """Which first day is the clearest, its z, and the chance of one so clear (最大统计量)."""
    if not rest.any():
        return 0, 0.0, 1.0
    kept, wide = np.clip(memory, 0, MOST_MEMORY), stretch(memory)
    left = max(d.free + 2 - 2 * wide, 3)  # a mean and a step hide more of slow days
    share = np.clip(rest @ d.later / np.linalg.norm(rest), -1 + 1e-12, 1 - 1e-12)
    best = int(np.argmax(np.abs(share)))
    told = float(share[best])
    t = abs(told) * np.sqrt(left / (1 - told**2) / wide)
    z = float(stats.norm.isf(stats.t.sf(t, max(left * (1 - kept**2) / (1 + kept**2), 3))))
    staged = min(((rest @ d.stages) ** 2).sum() / (rest @ rest), 1 - 1e-12)
    better = len(d.seen) * np.log((1 - staged) / (1 - told**2)) / wide
    begun = d.first[best] + np.arange(-NEAR, NEAR + 1)
    same = d.stages.shape[1] > 0 and (better < BETTER or np.isin(begun, d.turns).any())
    return best, float(np.sign(told) * z), 1.0 if same else _chance(z, d.later)


def _chance(z: float, later: Array) -> float:
    """Chance that the largest of the days' |z| is this large (最大值的概率); <= 1."""
    near = np.einsum("ij,ij->j", later[:, 1:], later[:, :-1])
    apart = np.sqrt(np.maximum(1 - near**2, 0))
    more = np.exp(-(z**2) / 2) / np.pi * (apart - (z**2 / 4 - 1) * apart**3 / 6)
    one = 2 * stats.norm.sf(z)
    return float(min(1.0, one + np.clip(more, 0, one).sum()))


def _told(series: tuple[Design, Array, Array], which: int, z: float, memory: float) -> Step | None:
    """The step with its means and their interval (前后均值); None where the interval holds 1."""
    d, values, common = series
    later = np.arange(len(values)) >= d.first[which]
    even = values / np.exp(common)
    even = even / _mean(even / _mean(even, later), d.weekday)
    means = _mean(even, later)
    free = d.free - 1
    noise = ((even / means - 1) ** 2).sum() / free * stretch(memory)
    error = np.sqrt(noise * (1 / later.sum() + 1 / (~later).sum()))
    half = stats.t.isf((1 - LEVEL) / 2, free) * error
    times = means[-1] / means[0]
    low, high = times * np.exp([-half, half])
    at, after = int(d.seen[d.first[which]]), float(values[later].mean())
    return Step(at, z, after, times, low, high) if low > 1 or high < 1 else None


def _mean(values: Array, labels: Array) -> Array:
    """Mean over the days of each day's label (同类日均值), above 0."""
    of = np.unique(labels, return_inverse=True)[1]
    return np.fmax((np.bincount(of, values) / np.bincount(of))[of], 1e-12)
