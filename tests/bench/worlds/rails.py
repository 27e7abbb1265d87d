"""Fault 16: a true win with three guardrails, unharmed or harmed, on the same days."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from kit.abtest.compare import Reading, against_margin
from kit.abtest.daily import Days
from kit.abtest.evidence import RAIL
from kit.abtest.experiment import Margin
from kit.abtest.net import Past, shrunk_net
from tests.bench.worlds.tests_of_days import World, history

LIFT, MARGIN, ALPHA, RAILS = 0.15, 0.1, 0.05, 3


def decided(world: World, seed: int, runs: int, harm: float = 0.0) -> dict[str, np.ndarray]:
    """Whether a test is won with all guardrails held, and what the first rail says.

    harm : by which the first guardrail truly falls
    """
    rng = np.random.default_rng(seed)
    clean, passed, caught = [], [], []
    for _ in range(runs):
        known = history(world, rng)
        assert known is not None
        won = _reading(world, rng, known, LIFT)
        rails = [_rail(_reading(world, rng, known, -harm * (k == 0))) for k in range(RAILS)]
        clean.append(won.decision == "treatment_better" and set(rails) == {"non_inferior"})
        passed.append(rails[0] == "non_inferior")
        caught.append(rails[0] == "inferior")
    return {k: np.array(v) for k, v in (("clean", clean), ("passed", passed), ("caught", caught))}


def _reading(world: World, rng: np.random.Generator, known: Past, lift: float) -> Reading:
    one, two = world.arms(rng, 1, world.before + world.days)
    two[:, world.before :] *= 1 + lift
    spans = [
        tuple(Days(x[0, part], np.ones(x[0, part].shape)) for x in (one, two))
        for part in (slice(0, world.before), slice(world.before, None))
    ]
    found = shrunk_net(*spans, known)  # type: ignore[arg-type]
    return Reading("ctr", "B", "up", found, world.days, world.days, found.decision)


def _rail(reading: Reading) -> str:
    return against_margin(reading, Margin(MARGIN, True), "non_inferiority", RAIL * ALPHA).decision


def targets() -> Iterator[tuple]:
    """Rows of `tests.bench.trust`: what is rolled out clean, what passes and what is caught."""
    asked = [
        ("clean", "rolled out clean, rails unharmed", 0.0, 0.6, False),
        ("passed", "a rail at the margin, passed", 0.1, 0.06, True),
        ("caught", "a rail 20 % worse, caught", 0.2, 0.8, False),
    ]
    for at, rho in enumerate((0.0, 0.3)):
        world = replace(World(), rho=rho)
        for what, statistic, harm, limit, most in asked:
            name = f"+15 %, {RAILS} guardrails, 14 days, rho {rho:g}"
            run = _runner(world, 900 + at, harm, what)
            yield "16", name, statistic, limit, most, "rails", run, "cheap"


def _runner(world: World, seed: int, harm: float, what: str) -> Callable[[int], np.ndarray]:
    return lambda n: decided(world, seed, n, harm)[what]
