"""Fault 2 and Power: two plans side by side, whether or not they always differed."""

from dataclasses import dataclass

import numpy as np

from kit.abtest.daily import Days, p_values
from kit.abtest.history import Pair
from kit.abtest.net import Past, past, shrunk_net
from tests.bench.worlds.draws import remembering

Array = np.ndarray


@dataclass(frozen=True)
class World:
    """Two plans whose rates differ for good by `gap`, with own day noise and memory."""

    days: int = 14
    before: int = 28
    noise: float = 0.05
    rho: float = 0.0
    gap: float = 0.0
    lift: float = 0.0
    pairs: int = 30
    counts: float = 0.057  # what 10,000 impressions at 3 % add: no day remembers it

    def arms(self, rng: np.random.Generator, count: int, days: int, lift: float = 0.0) -> tuple:
        """Series of both arms, (count, days), around 1; the gap is drawn by the caller."""
        both = 1 + self.noise * remembering(rng, (2, count, days), self.rho)
        both += self.counts * rng.standard_normal(both.shape)
        return both[0], both[1] * (1 + lift)


def history(world: World, rng: np.random.Generator) -> Past | None:
    """What the company's other plans say, as `history.pairs` would give it: 91 days each."""
    one, two = world.arms(rng, world.pairs, 91)
    two = two * np.exp(world.gap * rng.standard_normal(world.pairs))[:, None]
    ones = np.ones(91)
    found = [Pair("c", Days(a, ones), Days(b, ones)) for a, b in zip(one, two, strict=True)]
    return past(found, world.days)


def decided(world: World, seed: int, runs: int, each: int = 20) -> dict[str, Array]:
    """Whether each test was called: by the rule of the pages, and by the plain gap's."""
    rng, net, plain = np.random.default_rng(seed), [], []
    for _ in range(runs // each):
        known = history(world, rng)
        whole = world.before + world.days
        one, two = world.arms(rng, each, whole)
        two = two * np.exp(world.gap * rng.standard_normal(each))[:, None]
        two[:, world.before :] *= 1 + world.lift
        ones = np.ones((each, whole))
        cut = world.before
        control, treatment = Days(one[:, cut:], ones[:, cut:]), Days(two[:, cut:], ones[:, cut:])
        plain.append(p_values(control, treatment) < 0.05)
        for k in range(each):
            early, late = (
                tuple(Days(x[k, part], ones[k, part]) for x in (one, two))
                for part in (slice(0, cut), slice(cut, None))
            )
            assert known is not None
            found = shrunk_net(early if cut else None, late, known)
            net.append((found.p_value or 1) < 0.05)
    return {"net": np.array(net), "plain": np.concatenate(plain)}
