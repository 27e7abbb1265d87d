"""Does every claim hold? `python -m tests.bench trust` at a tenth of the runs, `--full` for all.

`--share=0.03 --write` writes what `--full` writes from fewer runs; each row says how many.
`--fault=4` runs one fault alone; the others keep the rows of trust.json. `--stale` runs only what
trust.json lacks, or has by an earlier version of its method.

Each row: what was tried, the rate with its Monte-Carlo error, the target, and whether it is met: a
rate may pass its target by two errors at most. A row whose two errors are more than a third of its
limit is "not shown". An oracle, the same rule with the true variance known, is told beside a power
where there is one; where it misses the target itself, by two of its errors, 85 % of the oracle is
the target, and the row says so. `--full` writes trust.json with
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

from tests.bench.worlds import careers, levels, page, plans, rails, tests_of_days, winners
from tests.bench.worlds.targets import of_intervals, of_others, of_ratings, of_teams

HERE = Path(__file__).parent
VERSIONS = {
    "drill": 2,
    "net": 1,
    "career": 2,
    "change": 1,
    "naming": 3,
    "errors": 3,
    "at_target": 1,
    "grades": 2,
    "basis": 1,
    "again": 1,
    "search": 2,
    "growth": 2,
    "money": 2,
    "year": 1,
    "course": 1,
    "rails": 1,
    "permutation": 1,
    "items": 2,
}
FULL = {
    "plans": 600,
    "days": 10_000,
    "careers": 2_000,
    "teams": 1_000,
    "cheap": 4_000,
}  # runs of a row; a tenth by default
EITHER_WAY = ("told − true, of spend", "told − true points", "changed grades, told − true")
EITHER_WAY += ("false wins of a year, told − true", "not chance, told − true")
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
    """What a row gave: its mean, Monte-Carlo error, runs, and whether the target is met.

    asked : the target before an oracle that misses it lowered it
    """

    value: float
    error: float
    n: int
    state: str
    oracle: float | None = None
    asked: float | None = None


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
    for at, world in enumerate(worlds):

        def moved(n: int, world: tuple = world, at: int = at) -> np.ndarray:
            return careers.named(450 + at, n, 2, *world)["moved"]

        name = f"2 months, {', '.join(map(str, world))}"
        yield Row("3", name, "teams with a sure change", 0.05, True, "change", moved, "careers")


def rows() -> Iterator[Row]:
    """All targets in the order of the faults."""
    made = [*of_plans(), *of_days(), *of_careers()]
    for part in (
        of_teams,
        of_intervals,
        levels.targets,
        of_ratings,
        of_others,
        winners.targets,
        rails.targets,
    ):
        made += [Row(*target) for target in part()]
    yield from sorted(made, key=lambda row: int(row.fault))


def found(row: Row, n: int) -> tuple[Row, Found]:
    """A row tried n times; its target falls only where the oracle misses it itself."""
    seen = row.run(n).astype(float)
    if row.oracle is None:
        return row, judged(row, seen)
    best, asked = judged(row, row.oracle(max(n, ORACLE_RUNS)).astype(float)), row.target
    if best.state == "missed":
        row = replace(row, target=OF_ORACLE * best.value)
    return row, replace(judged(row, seen), oracle=best.value, asked=asked)


def kept(faults: set[str], stale: bool) -> list[dict]:
    """Rows of trust.json that stay: of faults not asked for, or still of the method in force."""
    path = HERE / "trust.json"
    told = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    if not faults and not stale:
        return []
    known = {key(asked | {"method": version(asked["method"])}) for asked in map(vars, rows())}
    old = [row for row in told.get("rows", []) if row["fault"] not in faults]
    return [row for row in old if key(row) in known or not stale]


def key(row: dict) -> tuple[str, ...]:
    """What makes a row one and the same target by one and the same method."""
    return tuple(row[name] for name in ("fault", "world", "statistic", "method"))


def version(method: str) -> str:
    """A method with its version, as trust.json names it."""
    return f"{method} {VERSIONS[method]}"


def main(share: float, write: bool, faults: set[str], stale: bool = False) -> int:
    """Print every target at a share of the runs; with `write`, trust.json and the pages.

    faults : those to run; all if empty. The others keep their rows of trust.json.
    stale : run only what trust.json lacks, or has by an earlier version of the method
    """
    made, missed = kept(faults, stale), 0
    have = {key(row) for row in made}
    for asked in rows():
        if key(vars(asked) | {"method": version(asked.method)}) in have:
            continue
        row, seen = found(asked, max(20, int(FULL[asked.runs] * share)))
        told_of(row, seen)
        missed += seen.state == "missed"
        facts = {k: getattr(row, k) for k in ("fault", "world", "statistic", "target", "most")}
        made.append(facts | {"method": version(row.method)} | vars(seen))
    if write:
        made.sort(key=lambda row: int(row["fault"]))
        told = {"date": dt.date.today().isoformat(), "versions": VERSIONS, "rows": made}
        text = json.dumps(told, ensure_ascii=False, indent=1)
        (HERE / "trust.json").write_text(text + "\n", encoding="utf-8")
        page.write(told)
    return 1 if missed else 0


def told_of(row: Row, seen: Found) -> None:
    """One line a target."""
    of = f" (oracle {seen.oracle:.3f})" if seen.oracle is not None else ""
    of += f" instead of {seen.asked:g}" if seen.asked not in (None, row.target) else ""
    print(
        f"{row.fault:2} {row.world:44} {row.statistic:28} {seen.value:7.3f} ± {seen.error:5.3f}  "
        f"{'≤' if row.most else '≥'} {row.target:.3f}{of}  {seen.state}",
        flush=True,
    )


if __name__ == "__main__":
    flags = sys.argv[1:]
    part = next((float(a.removeprefix("--share=")) for a in flags if a[:8] == "--share="), 0.1)
    only = {a.removeprefix("--fault=") for a in flags if a[:8] == "--fault="}
    write = bool({"--full", "--write"} & set(flags))
    sys.exit(main(1.0 if "--full" in flags else part, write, only, "--stale" in flags))
