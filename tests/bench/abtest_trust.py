"""How far can a verdict be trusted: every figure of the issue, with its error.

    python -m tests.bench abtest_trust

False alarms, coverage and power in worlds of known truth (tests/abtest/simulate.py), beside the
limit each has to keep; exit status 1 if one is passed. Daily rows are drawn 100,000 times, users
and different days 5,000 times.
"""

import sys
from collections.abc import Iterator
from itertools import product

from tests.abtest import simulate

NOISES = (0, 0.05, 0.1, 0.2)
WIDE = (0.93, 0.97)


def line(what: str, found: tuple[float, float], low: float, high: float, more: str = "") -> bool:
    """One figure ± its error, its limits, and whether they hold."""
    share, error = found
    holds = low <= share <= high
    said = "holds" if holds else "OVER"
    print(f"{what:58} {share:7.2%} ± {error:5.2%}   {low:.1%}–{high:.1%} {said} {more}", flush=True)
    return holds


def daily(count: int) -> Iterator[bool]:
    """False alarms without and with planned looks."""
    for (rho, days), noise in product([*simulate.LIMITS, (0.3, 7)], NOISES):
        ours, pooled = simulate.false_alarms(count, days, noise, rho)
        yield line(
            f"false alarms, {days} days, noise {noise:.0%}, carry-over {rho}",
            ours,
            0,
            simulate.LIMITS.get((rho, days), 1),
            f"pooled z {pooled[0]:.1%}",
        )
    plans = ((14, range(7, 15)), (28, range(7, 29, 7)), (28, range(7, 29)))
    for (rho, limit), (days, at), noise in product(((0, 0.055), (0.3, 0.08)), plans, NOISES):
        yield line(
            f"{len(at)} planned looks in {days} days, noise {noise:.0%}, carry-over {rho}",
            simulate.looked(count, days, at, noise, rho),
            0,
            limit,
        )


def rest(count: int) -> Iterator[bool]:
    """Coverage and power."""
    few = max(200, count // 20)
    for days, noise in product((14, 28), NOISES):
        yield line(
            f"coverage, {days} days, noise {noise:.0%}", simulate.covered(count, days, noise), *WIDE
        )
    for days in (14, 28):
        yield line(
            f"coverage, {days} different days, noise 10%",
            simulate.covered_apart(few, days, 0.1),
            *WIDE,
        )
    for name, found in simulate.covered_users(few).items():
        yield line(f"coverage, users: {name}", found, 0.94, 0.96)
    for days, noise in product((7, 14, 28), NOISES):
        yield line(
            f"power where 80% was planned, {days} days, noise {noise:.0%}",
            simulate.power(count, days, noise),
            0.77,
            0.83,
        )


def main(count: int = 100_000) -> int:
    """Print every figure; 1 if one passes its limit."""
    return int(not all([*daily(count), *rest(count)]))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))
