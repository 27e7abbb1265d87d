"""Companies drawn by seed, each with up to three schemes, paid by the kit and by a second program.

    python -m tests.pay_draws 80

Prints each line of pay that differs, then `N schemes, N lines, N differ`.
"""

import random
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests import pay_program
from tests.pay_files import GROUPS, POSTS, paid, write

NAMED = {"name": {"zh": "项", "en": "line"}}
SPANS = (  # hired and left
    ("2025-05-12", "2099-12-31"),
    ("2025-06-11", "2099-12-31"),
    ("2000-01-01", "2025-06-20"),
    ("2025-06-05", "2025-06-28"),
    ("2000-01-01", "2025-05-20"),
)


def drawn(seed: int) -> dict[str, Any]:
    """A company: people and posts, who moves, figures of two months, targets, pay, schemes."""
    rng = random.Random(seed)
    people = {f"S{n}": rng.choice(POSTS) for n in range(1, 7)} | {"S7": "运营"}
    joined = rng.random() < 0.4
    moves = {}
    if rng.random() < 0.6:
        who = rng.choice([*people])
        after = rng.choice([post for post in POSTS if post != people[who]])
        moves = {who: (after, rng.choice([7, 16, 25]))}
    most = {group: rng.choice([100, 120, 200]) for group in GROUPS.values()}
    most |= {"art": most["run"]} if joined else {}
    schemes = {group: {"pay": pay(rng)} for group in GROUPS.values()}
    schemes |= {"art": schemes["run"]} if joined else {}
    bonus = {"curve": [[60, 0], [70, 0.6], [70, 0.7], [95, 1.2]], "pay_period": "month"}
    goals = {month: {who: some(rng, targets(rng)) for who in people} for month in ("june", "may")}
    names = sorted({n for s in schemes.values() for n in s["pay"]["components"]})
    paid_out = [(who, name) for who in people for name in names if rng.random() < 0.4]
    base = {"base": 5000, "dept_coef": None}
    return {
        "people": people,
        "moves": moves,
        "employed": {who: rng.choice(SPANS) for who in people if rng.random() < 0.3},
        "groups": GROUPS,
        "joined": joined,
        "together": [["lead"], ["run", "art"]] if joined else [["lead"], ["run"], ["art"]],
        "most": most,
        "schemes": schemes,
        "bonus": bonus | {"share": rng.choice([0, 0.3])},
        "june": {who: figures(rng) for who in people},
        "may": {who: figures(rng) for who in people},
        "goals": goals,
        "pay": {
            who: base | {"base": rng.randrange(3000, 9000), "dept_coef": rng.choice([None, 0.9])}
            for who in people
            if rng.random() < 0.8
        },
        "settled": {key: rng.randrange(0, 400000) / 100 for key in paid_out},
        "carried": {who: rng.choice([0.07, 250, 30000]) for who in people if rng.random() < 0.2},
    }


def targets(rng: random.Random) -> dict[str, float]:
    return {"m1": rng.choice([50000, 60000]), "m2": 20, "cost": 100, "rate": rng.choice([2, 2.5])}


def figures(rng: random.Random) -> dict[str, Any]:
    """What was entered for a person; now and then something was not."""
    said: dict[str, Any] = {
        "score": rng.choice([0, 55, 69.9, 70, 82.5, 85, 94.9, 95, 104, 130, 150]),
        "m1": rng.choice([-500, 0, 40000.03, 50000, 59999.99, 60000, 72000, 90000.5]),
        "m2": rng.choice([0, 9, 10, 19, 20, 24, 31]),
        "m3": rng.choice([0, 400, 1234.56]),
        "cost": rng.choice([0, 60, 80, 100, 125, 230]),
        "rate": [rng.choice([150, 200, 250, 333, 400]), rng.choice([100, 80])],
    }
    return some(rng, said, 0.93)


def some(rng: random.Random, said: dict[str, Any], share: float = 0.9) -> dict[str, Any]:
    return {name: x for name, x in said.items() if rng.random() < share}


def pay(rng: random.Random) -> dict[str, Any]:
    """Components of every kind under the names a to e, pools, and a cap on the whole."""
    parts = {
        name: NAMED | rng.choice(KINDS)(rng) | more(rng)
        for name in "abcde"
        if rng.random() < 0.8 or name == "a"
    }
    for part in parts.values():
        if part["on"] not in ("base", "one", "total") and rng.random() < 0.4:
            part["resettle"] = 1
    pools = {name: pool(rng, [*parts]) for name in ("p", "q") if rng.random() < 0.7}
    said = {"components": parts, "pools": pools}
    return said | ({"cap": rng.choice([2000, 6000])} if rng.random() < 0.4 else {})


def of_rate(rng: random.Random) -> dict[str, Any]:
    on = rng.choice(["m1", "m2", "base", "total", "one", "of_group", "of_all"])
    return {"on": on, "rate": rng.choice([0.01, 0.015, 0.0333])}


def beyond(rng: random.Random) -> dict[str, Any]:
    on = rng.choice(["rate", "m1"])
    return {"on": on, "above": rng.choice(["target", 2 if on == "rate" else 55000]), "rate": 0.1}


def tiered(rng: random.Random) -> dict[str, Any]:
    said: dict[str, Any] = {"on": "m1", "tiers": [[0, 0.01], [50000, 0.02], [60000, 0.025]]}
    way = rng.choice(["", "completion", "m2"])
    if way:
        said |= {"by": way, "tiers": [[0.8, 0.01], [1, 0.02], [1.2, 0.03]]}
        said |= {"tiers": [[10, 0.01], [20, 0.02]]} if way == "m2" else {}
    return said | {"marginal": way != "m2" and rng.random() < 0.5}


def prized(rng: random.Random) -> dict[str, Any]:
    by = rng.choice([{"by": "completion", "prizes": [[1, 100], [1.2, 300], [1.5, 500]]}, {}])
    return {"on": "m1", "prizes": [[50000, 88.88], [60000, 188]]} | by


KINDS = (of_rate, beyond, tiered, prized)
FACTORS: tuple[dict[str, Any], ...] = (
    {"by": "cost", "method": "reflect"},
    {"by": "cost"},
    {"by": "m1", "curve": [[0.8, 0], [0.8, 0.5], [1, 1], [1.2, 1.5]]},
    {"by": "rate", "on": "value", "steps": [[0, 0.2], [2, 0.5], [2.5, 1], [3, 1.2]]},
    {"by": "m2", "steps": [[0.5, 0.8], [1, 1]]},
    {"by": "total", "on": "value", "curve": [[60, 0], [100, 1], [120, 1.3]]},
    {"by": "score", "on": "points", "steps": [[0, 0.9], [85, 1.1]]},
    {"by": "cost", "on": "points", "steps": [[-1000, 0], [90, 0.5], [100, 1], [110, 1.1]]},
    {"by": "grade", "map": {"A": 1.5, "B": 1.2, "C": 1, "D": 0}},
    {"by": "dept_coef"},
)
GATES: tuple[dict[str, Any], ...] = (
    {"of": "m1", "above": 0},
    {"of": "rate", "at_least": 2, "below": 4},
    {"of": "cost", "on": "completion", "at_least": 0.8},
    {"of": "total", "at_most": 120},
    {"of": "m2", "on": "completion", "at_least": 0.5},
)


def more(rng: random.Random) -> dict[str, Any]:
    """What may stand beside a rate: factors, gates, what is taken off, ends."""
    said: dict[str, Any] = {}
    if rng.random() < 0.5:
        said["times"] = rng.sample(FACTORS, rng.choice([1, 2]))
    if rng.random() < 0.4:
        said["gate"] = rng.sample(GATES, rng.choice([1, 2]))
    said |= {"less": ["m3"]} if rng.random() < 0.25 else {}
    said |= {"cap": rng.choice([300, 1000])} if rng.random() < 0.3 else {}
    return said | ({"least": rng.choice([-500, 50])} if rng.random() < 0.2 else {})


def pool(rng: random.Random, parts: list[str]) -> dict[str, Any]:
    whole = {"on": rng.choice(["m1", "of_group", "of_all"]), "rate": 0.005}
    post = {"post": {"运营": 0.5, "美工": 0.3, "主管": 0.2}}
    by = rng.choice(["points", "days", "equal", "base", rng.choice(parts), post])
    money = rng.choice([1000, 777.77, whole, whole])
    return NAMED | {"amount": money, "share_by": by, "vacant": rng.choice(["keep", "share"])}


def compared(seed: int) -> tuple[int, int, list[str]]:
    """Schemes and lines compared, and what differs, of one company."""
    said = drawn(seed)
    with tempfile.TemporaryDirectory() as folder:
        kit = paid(write(said, Path(folder)))
    hand = pay_program.lines(said)
    both = {k: (kit.get(k, "no line"), hand.get(k, "no line")) for k in kit.keys() | hand.keys()}
    wrong = [
        f"company {seed} {' '.join(key)}: {ours} against {theirs}"
        for key, (ours, theirs) in sorted(both.items())
        if ours != theirs
    ]
    return (2 if said["joined"] else 3), len(hand), wrong


def main(companies: int, first: int = 0) -> int:
    schemes = lines = differ = 0
    for seed in range(first, first + companies):
        more_schemes, n, wrong = compared(seed)
        schemes, lines, differ = schemes + more_schemes, lines + n, differ + len(wrong)
        print(*wrong, sep="\n", end="\n" if wrong else "")
    print(f"{schemes} schemes, {lines} lines, {differ} differ")
    return int(differ > 0)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:] or ["80"])))
