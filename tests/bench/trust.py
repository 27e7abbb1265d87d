"""Does every claim hold? `python -m tests.bench trust` at a tenth of the runs, `--full` for all.

Each row: what was tried, the rate with its Monte-Carlo error, the target, and whether it is met: a
rate may pass its target by two errors at most. A row whose two errors are more than a third of its
limit is "not shown". `--full` writes trust.json with date, method versions and runs. The worlds and
their numbers are those of the shared specification; what has no bench yet is printed as such.
"""

import datetime as dt
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from tests.bench.worlds import careers, plans, tests_of_days

HERE = Path(__file__).parent
VERSIONS = {"drill": 2, "net": 1, "career": 2}
FULL = {"plans": 600, "days": 10_000, "careers": 2_000}  # runs of a row; a tenth by default
NOT_YET = {
    4: "anybody of 14 equals named in a month",
    5: "false findings on order value",
    6: "composite intervals with few orders",
    7: "points lost to noise at kinks",
    8: "chances of grades",
    9: "intervals of 360 items",
    10: "users: unequal split, few buyers, one huge order",
    11: "courses",
    12: "seats",
    13: "reversals of the channel mix",
    14: "winners' effect and money",
    15: "fading effects, leaks, goals without effect",
    16: "guardrails",
}


@dataclass(frozen=True)
class Row:
    """One target: a rate at most (or at least) so large, tried in one world."""

    fault: str
    world: str
    statistic: str
    target: float
    most: bool
    method: str
    run: Callable[[int], np.ndarray]
    runs: str


@dataclass(frozen=True)
class Found:
    """What a row gave: its mean, Monte-Carlo error, runs, and whether the target is met."""

    value: float
    error: float
    n: int
    state: str


def judged(row: Row, seen: np.ndarray) -> Found:
    """Met, missed, or too few runs to show it."""
    n = len(seen)
    value = float(seen.mean())
    error = float(max(seen.std(), np.sqrt(1 / n) / np.sqrt(n)) / np.sqrt(n))
    beyond = value - row.target if row.most else row.target - value
    if beyond > 2 * error:
        return Found(value, error, n, "missed")
    return Found(value, error, n, "met" if 2 * error <= row.target / 3 else "not shown")


def of_plans() -> Iterator[Row]:
    """Fault 1: the push list."""
    base = plans.World()
    worlds = [
        replace(base, kind="fixed"),
        base,
        replace(base, kind="lognormal 1.5"),
        replace(base, noise=0.2, rho=0.5),
        replace(base, orders=30),
        replace(base, kind="pareto 2.2", orders=30),
        replace(base, kind="lognormal 1.5", orders=30, ratio=100),
        replace(base, kind="pareto 2.2", orders=30, ratio=100),
    ]
    for at, world in enumerate(worlds):
        name = (
            f"{world.kind}, {world.orders:g} × 1–{world.ratio:g}, {world.noise:g} at {world.rho:g}"
        )

        def equal(n: int, world: plans.World = world, at: int = at) -> np.ndarray:
            return plans.pushed(world, 100 + at, n)["false"]

        def told(n: int, world: plans.World = world, at: int = at) -> np.ndarray:
            return plans.pushed(world, 100 + at, n)["off"]

        yield Row("1", name, "equal plans pushed", 0.6, True, "drill", equal, "plans")
        yield Row("1", name, "told − true, of spend", 0.03, True, "drill", told, "plans")
    for at, world in enumerate((base, worlds[2], worlds[3])):

        def better(n: int, world: plans.World = world, at: int = at) -> np.ndarray:
            return plans.pushed(replace(world, better=0.3), 200 + at, n)["found"]

        yield Row("1", f"{world.kind}, +30 %", "found", 0.85, False, "drill", better, "plans")


def of_days() -> Iterator[Row]:
    """Fault 2 and Power: tests on the same days."""
    base = tests_of_days.World()
    nulls = [
        (replace(base, gap=gap, days=days, rho=rho), 0.08)
        for days, rho in ((14, 0.0), (14, 0.3), (28, 0.0), (28, 0.3))
        for gap in (0.0, 0.03, 0.05, 0.1)
    ]
    nulls += [(replace(base, rho=0.5), 0.092), (replace(base, pairs=8, gap=0.05), 0.08)]
    nulls += [(replace(base, rho=0.3, days=days), 0.085) for days in (7, 10)]
    powers = [
        (base, 0.68),
        (replace(base, rho=0.3), 0.60),
        (replace(base, gap=0.05), 0.55),
    ]
    for at, (world, target) in enumerate(nulls + powers):
        lift = 0.08 if at >= len(nulls) else 0.0

        def called(
            n: int, world: tests_of_days.World = world, at: int = at, lift: float = lift
        ) -> np.ndarray:
            return tests_of_days.decided(replace(world, lift=lift), 300 + at, n)["net"]

        name = f"{world.days} days after {world.before}, gap {world.gap:g}, rho {world.rho:g}"
        name += f", {world.pairs} pairs" if world.pairs != base.pairs else ""
        what = "power at +8 %" if lift else "win or loss without effect"
        yield Row("2", name, what, target, not lift, "net", called, "days")


def of_careers() -> Iterator[Row]:
    """Fault 3: several months."""
    worlds: list[tuple] = [
        (18, "fixed", 0.5),
        (18, "lognormal 1", 0.5),
        (1.8, "lognormal 1.5", 0.5),
        (18, "pareto 2.2", 0.3, 30.0),
    ]
    for months in (3, 6):
        for at, world in enumerate(worlds):
            name = f"{months} months, {', '.join(map(str, world))}"

            def sure(n: int, world: tuple = world, at: int = at, m: int = months) -> np.ndarray:
                return careers.named(400 + at, n, m, *world)["sure"]

            yield Row("3", name, "teams with anybody sure", 0.05, True, "career", sure, "careers")


def main(full: bool) -> int:
    """Print every target; with `full`, write trust.json."""
    made, missed = [], 0
    for row in [*of_plans(), *of_days(), *of_careers()]:
        runs = FULL[row.runs] if full else max(40, FULL[row.runs] // 10)
        found = judged(row, row.run(runs).astype(float))
        sign = "≤" if row.most else "≥"
        print(
            f"{row.fault:2} {row.world:44} {row.statistic:28} {found.value:7.3f} ± "
            f"{found.error:5.3f}  {sign} {row.target:.3f}  {found.state}",
            flush=True,
        )
        missed += found.state == "missed"
        facts = {k: getattr(row, k) for k in ("fault", "world", "statistic", "target", "most")}
        version = f"{row.method} {VERSIONS[row.method]}"
        made.append(facts | {"method": version} | found.__dict__)
    for fault, what in NOT_YET.items():
        print(f"{fault:2} {what}: no bench yet, not shown")
    if full:
        told = {"date": dt.date.today().isoformat(), "versions": VERSIONS, "rows": made}
        text = json.dumps(told, ensure_ascii=False, indent=1)
        (HERE / "trust.json").write_text(text + "\n", encoding="utf-8")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main("--full" in sys.argv[1:]))
