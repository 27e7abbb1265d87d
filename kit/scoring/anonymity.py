"""The guard of 360 (匿名守卫): how sure what is printed would make a reader of one answer.

Every set of answers that agrees with the printed figure is counted, by convolution; the answers of
the whole company are the prior. A reader is taken to know how strict each rater is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

Array = np.ndarray
MOST = 0.95  # chance of one answer above which nothing is printed
USUAL = 0.05  # ... unless the company gives that answer nearly always: its share and this much
LIKELY = 1e-4  # figures less likely than this do not coarsen those of everybody
FINE = 80  # parts of the scale, at least, to which corrected answers are rounded and counted
SMOOTH = 0.1  # of an answer nobody has seen: it stays possible


@dataclass(frozen=True)
class Prior:
    """Answers that can be given on a scale (可能的评分), how often each is, and the scale's ends.

    clipped : whether corrected answers end at the ends of the scale
    """

    answers: tuple[float, ...]
    share: tuple[float, ...]
    low: float
    high: float
    clipped: bool = False

    @property
    def chance(self) -> Array:
        """Chance of each answer, an unseen one just above 0."""
        return (np.array(self.share) + 1e-3 * SMOOTH) / (1 + 1e-3 * SMOOTH * len(self.share))

    @property
    def limit(self) -> Array:
        """Chance above which an answer counts as known (视为已知的概率)."""
        return np.maximum(MOST, np.array(self.share) + USUAL)


def snapped(values: Array, low: float | Array, high: float | Array) -> Array:
    """Corrected answers or leniencies on the grid of a scale (刻度网格), which holds whole answers.

    The guard counts on the same grid, so that it counts just what is printed.

    >>> snapped(np.array([0.237, -0.024, 4.0]), 1, 5).round(2).tolist()
    [0.25, -0.0, 4.0]
    """
    parts = np.ceil(FINE / (high - low))
    return np.asarray(np.round(values * parts) / parts)


def chances(steps: Array, prior: Array, windows: Array) -> tuple[Array, Array]:
    """Chance of each answer of each rater given that the sum lies in a window (后验概率).

    steps   : raters × answers, what each answer adds to the sum, whole numbers ≥ 0
    windows : figures × 2, first and last-but-one sum that print as each figure
    Returns : raters × answers × figures, and the chance of each figure beforehand
    """
    size = int(steps.max(axis=1).sum()) + 1
    m = 1 << size.bit_length()
    turn = np.exp(-2j * np.pi * steps[..., None] * np.arange(m // 2 + 1) / m)
    each = (prior[:, None] * turn).sum(axis=1)
    one = np.ones((1, each.shape[1]))
    before = np.cumprod(np.vstack([one, each[:-1]]), axis=0)
    after = np.cumprod(np.vstack([one, each[:0:-1]]), axis=0)[::-1]
    sums = np.fft.irfft((before * after)[:, None] * turn, n=m, axis=-1)
    whole = np.concatenate([np.zeros((*steps.shape, 1)), np.cumsum(sums, axis=-1)], axis=-1)
    first, last = np.clip(windows, 0, m).T
    inside = prior[:, None] * np.where(
        (part := whole[..., last] - whole[..., first]) > 1e-12, part, 0
    )
    figure = inside.sum(axis=1)
    return inside / np.where(figure > 0, figure, 1)[:, None], figure[0]


def known(found: Array, prior: Prior) -> Array:
    """Whether some answer is certain, or surer than the limit, a figure each (是否被推知)."""
    lone = (found > 0).sum(axis=1) < 2
    sure = (found > prior.limit[:, None] + 1e-9).any(axis=1)
    return np.asarray((lone | sure).any(axis=0))


def open_step(prior: Prior, leans: Sequence[float], step: float, mean: float) -> float | None:
    """The finest step from `step` on at which a pool may be printed (可公布的刻度), or None.

    leans : how lenient each rater of the pool is, 0 where nothing was corrected. The step hangs on
    who could have answered, not on what was: else the step itself would tell. So does which
    figures are held back; that a figure is held back is read as a figure, too.
    """
    grid = tuple(sorted(snapped(np.array(leans, float), prior.low, prior.high).tolist()))
    for size in dict.fromkeys((step, (prior.high - prior.low) / 4)):
        held = _held(prior, grid, size)
        if held is not None:
            at = np.floor(np.round((mean - prior.low) / size + 0.5, 9))
            return None if held[int(np.clip(at, 0, len(held) - 1))] else size
    return None


@lru_cache(maxsize=8192)
def _held(prior: Prior, leans: tuple[float, ...], step: float) -> Array | None:
    """Which figures of a pool are held back (不公布的数值); None where a likely one tells too much.

    Those that give an answer away, and then the rarest of the others, until "held back" tells none.
    """
    found, figure = chances(*_printed(prior, leans, step))
    held = np.asarray(
        known(found, prior) | (figure <= 0)
    )  # too rare to be counted: not vouched for
    if (held & (figure >= LIKELY)).any():
        return None
    for rarest in np.argsort(figure, kind="stable"):
        together = (found * figure)[..., held].sum(axis=-1, keepdims=True)
        whole = figure[held].sum()
        if not held.any() or (whole > 0 and not known(together / whole, prior)[0]):
            break
        held[rarest] = True
    return held


def _printed(prior: Prior, leans: tuple[float, ...], step: float) -> tuple[Array, Array, Array]:
    """What `chances` takes of a pool: steps, chances of answers, sums that print as each figure.

    Sums beyond the scale print as its ends.
    """
    answers = np.array(prior.answers)
    whole = not any(leans) and bool((answers == np.round(answers)).all())
    parts = 1.0 if whole else np.ceil(FINE / (prior.high - prior.low))
    values = answers[None, :] - np.array(leans)[:, None]
    values = np.clip(values, prior.low, prior.high) if prior.clipped else values
    places = np.round(values * parts)
    least = places.min(axis=1, keepdims=True)
    edges = prior.low + (np.arange(round((prior.high - prior.low) / step)) + 0.5) * step
    inner = np.ceil(np.round(len(leans) * edges * parts - least.sum(), 6)).astype(int)
    ends = np.array([0]), np.array([np.iinfo(int).max])
    windows = np.stack([np.concatenate([ends[0], inner]), np.concatenate([inner, ends[1]])], axis=1)
    return (places - least).astype(int), prior.chance, windows


def tells(prior: Prior, shares: Sequence[float], value: float, slack: float) -> bool:
    """Whether an exact mean gives an answer away (精确均值是否泄露): Σ share × answer = value.

    shares : part of each rater in the value; slack : half of its last printed digit
    """
    unit = slack / 4
    part = np.array(shares)
    values = (np.array(prior.answers) - prior.low)[None, :] * part[:, None]
    steps = np.round(values / unit).astype(int)
    middle = (value - prior.low * part.sum()) / unit
    wide = slack / unit + 1  # each rater's part was rounded to the unit
    windows = np.array([[np.ceil(middle - wide), np.floor(middle + wide) + 1]]).astype(int)
    found, figure = chances(steps, prior.chance, windows)
    return bool(figure[0] <= 0 or known(found, prior)[0])
