"""Does every claim hold? `python -m tests.bench trust` at a tenth of the runs, `--full` for all.

`--share=0.03 --write` writes what `--full` writes from fewer runs; each row says how many.
`--fault=4` runs one fault alone; the others keep the rows of trust.json.

Each row: what was tried, the rate with its Monte-Carlo error, the target, and whether it is met: a
rate may pass its target by two errors at most. A row whose two errors are more than a third of its
limit is "not shown". Where even an oracle, which knows the true variance, stays under a power
target, 85 % of the oracle is the target, and the oracle is told. `--full` writes trust.json with
date, method versions and runs. The worlds and their numbers are those of the shared specification;
what has no bench yet is printed as such.
"""

import datetime as dt
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from tests.bench.worlds import careers, page, plans, tests_of_days
from tests.bench.worlds.targets import of_grades, of_intervals, of_others, of_teams

HERE = Path(__file__).parent
VERSIONS = {
    "drill": 2,
    "net": 1,
    "career": 2,
    "naming": 3,
    "errors": 3,
    "at_target": 1,
    "grades": 2,
    "search": 2,
    "growth": 2,
    "money": 2,
    "course": 1,
    "permutation": 1,
}
FULL = {
    "plans": 600,
    "days": 10_000,
    "careers": 2_000,
    "teams": 1_000,
    "cheap": 4_000,
}  # runs of a row; a tenth by default
NOT_YET = {
    9: "intervals of 360 items",
    16: "guardrails",
}
WITHDRAWN = ("12", "13")  # seats, reversals of the channel mix: a question, or "cannot be told"
EITHER_WAY = ("told − true, of spend", "told − true points")
OF_ORACLE, ORACLE_RUNS = 0.85, 600  # an oracle's run costs little


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
    oracle: Callable[[int], np.ndarray] | None = None


@dataclass(frozen=True)
class Found:
    """What a row gave: its mean, Monte-Carlo error, runs, and whether the target is met."""

    value: float
    error: float
    n: int
    state: str
    oracle: float | None = None


def judged(row: Row, seen: np.ndarray) -> Found:
    """Met, missed, or too few runs to show it; a figure that may err either way by its size."""
    n = len(seen)
    value = abs(float(seen.mean())) if row.statistic in EITHER_WAY else float(seen.mean())
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

        def oracle(n: int, world: plans.World = world, at: int = at) -> np.ndarray:
            return plans.oracle(replace(world, better=0.3), 200 + at, n)

        name = f"{world.kind}, {world.noise:g} at {world.rho:g}, +30 %"
        yield Row("1", name, "found", 0.85, False, "drill", better, "plans", oracle)


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


def rows() -> Iterator[Row]:
    """All targets in the order of the faults."""
    made = [*of_plans(), *of_days(), *of_careers()]
    for part in (of_teams, of_intervals, of_grades, of_others):
        made += [Row(*target) for target in part()]
    yield from sorted(made, key=lambda row: int(row.fault))


def found(row: Row, n: int) -> tuple[Row, Found]:
    """A row tried n times, with the target that its oracle allows."""
    if row.oracle is None:
        return row, judged(row, row.run(n).astype(float))
    best = float(row.oracle(max(n, ORACLE_RUNS)).mean())
    row = replace(row, target=min(row.target, OF_ORACLE * best))
    return row, replace(judged(row, row.run(n).astype(float)), oracle=best)


def before(faults: set[str]) -> list[dict]:
    """Rows of trust.json that stay when only some faults are run again."""
    path = HERE / "trust.json"
    told = json.loads(path.read_text(encoding="utf-8")) if faults and path.exists() else {}
    return [row for row in told.get("rows", []) if row["fault"] not in faults]


def main(share: float, write: bool, faults: set[str]) -> int:
    """Print every target at a share of the runs; with `write`, trust.json and the pages.

    faults : those to run; all if empty. The others keep their rows of trust.json.
    """
    made, missed = before(faults), 0
    for asked in (row for row in rows() if not faults or row.fault in faults):
        row, seen = found(asked, max(20, int(FULL[asked.runs] * share)))
        sign = "≤" if row.most else "≥"
        of = f" (oracle {seen.oracle:.3f})" if seen.oracle is not None else ""
        print(
            f"{row.fault:2} {row.world:44} {row.statistic:28} {seen.value:7.3f} ± "
            f"{seen.error:5.3f}  {sign} {row.target:.3f}{of}  {seen.state}",
            flush=True,
        )
        missed += seen.state == "missed"
        facts = {k: getattr(row, k) for k in ("fault", "world", "statistic", "target", "most")}
        version = f"{row.method} {VERSIONS[row.method]}"
        made.append(facts | {"method": version} | seen.__dict__)
    for fault, what in NOT_YET.items():
        print(f"{fault:2} {what}: no bench yet, not shown")
    if write:
        made.sort(key=lambda row: int(row["fault"]))
        told = {"date": dt.date.today().isoformat(), "versions": VERSIONS, "rows": made}
        text = json.dumps(told, ensure_ascii=False, indent=1)
        (HERE / "trust.json").write_text(text + "\n", encoding="utf-8")
        page.write(told)
    return 1 if missed else 0


if __name__ == "__main__":
    asked = sys.argv[1:]
    part = next((float(a.removeprefix("--share=")) for a in asked if a[:8] == "--share="), 0.1)
    only = {a.removeprefix("--fault=") for a in asked if a[:8] == "--fault="}
    sys.exit(
        main(1.0 if "--full" in asked else part, bool({"--full", "--write"} & set(asked)), only)
    )
