"""Fault 15: an effect that fades within days, or stays: what is rolled out or called fading."""

import numpy as np

from kit.abtest.course import fading as fades
from kit.abtest.daily import Days
from kit.abtest.net import shrunk_net
from tests.bench.worlds.tests_of_days import World, history


def rolled_out(world: World, seed: int, runs: int, fade: float = 0.0) -> dict[str, np.ndarray]:
    """Whether a test is won without a word of fading, and whether it is called fading.

    fade : days in which an effect falls to nothing; 0 stays for good
    """
    rng = np.random.default_rng(seed)
    clean, fading = [], []
    for _ in range(runs):
        known = history(world, rng)
        one, two = world.arms(rng, 1, world.before + world.days)
        day = np.arange(world.days)
        two[:, world.before :] *= 1 + world.lift * (np.maximum(0, 1 - day / fade) if fade else 1.0)
        cut = world.before
        parts = [
            tuple(Days(x[0, part], np.ones(x[0, part].shape)) for x in (one, two))
            for part in (slice(0, cut), slice(cut, None))
        ]
        assert known is not None
        found = shrunk_net(*parts, known)  # type: ignore[arg-type]
        won = (found.p_value or 1) < 0.05 and found.effect > 0
        gap = two[0, cut:] - one[0, cut:]
        slow = fades(gap - gap.mean() + found.effect, known.memory)
        clean.append(won and not slow)
        fading.append(slow)
    return {"clean": np.array(clean), "fading": np.array(fading)}
