"""Own indicators, items and components beside the twelve: `python -m tests.bench.own_speed`.

200 people through the front door, once by the twelve of the month by hand, once by a scheme of 40
own indicators, 30 items and 12 components. Budget: CPU a number (person × line) at most 1.3 of the
twelve's; the checks of the large case at most 0.3 of the scoring that they precede. Ends with 1
where one is over.
"""

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kit.data.quality import checks
from kit.people.appeals import official
from kit.people.sheet import sheet
from kit.scoring.card import scorecards
from tests.scoring import hand

PEOPLE = [f"S{n:03d}" for n in range(200)]
OWN = [f"own_{n}" for n in range(40)]
ITEMS = [f"item_{n}" for n in range(30)]
PAID = OWN[:12]
NUMBER, CHECKS = 1.3, 0.3  # budgets of the ratios


def company(folder: Path, large: bool) -> Any:
    """The month by hand for 200 people with a plan each, by one of both schemes."""
    given = hand.tables()
    draw = np.random.default_rng(1)
    given["roster"] = pd.DataFrame(
        {"specialist_id": PEOPLE, "name": PEOPLE, "team": "T", "manager_id": "M1"}
    )
    plan = given["plans"].iloc[:1]
    given["plans"] = pd.concat([plan.assign(plan_id=f"P{who}") for who in PEOPLE])
    given["assignment"] = pd.DataFrame(
        {"plan_id": [f"P{who}" for who in PEOPLE], "specialist_id": PEOPLE}
    ).assign(valid_from="2025-01-01")
    day = given["ads"].groupby("date", as_index=False).first()
    given["ads"] = pd.concat([day.assign(plan_id=f"P{who}") for who in PEOPLE])
    for name in ("targets", "feedback", "tasks", "budget"):
        given[name] = pd.concat([_of(given[name], name, who) for who in PEOPLE], ignore_index=True)
    if large:
        given |= entered(draw)
    return hand.loaded(folder, given, scheme=scheme if large else lambda said: said)


def _of(table: pd.DataFrame, name: str, who: str) -> pd.DataFrame:
    rows = table.assign(specialist_id=who)
    return rows.assign(task_id=rows["task_id"].astype(str) + who) if name == "tasks" else rows


def entered(draw: np.random.Generator) -> dict[str, pd.DataFrame]:
    """A figure a person and own indicator, a manager's rating a person and item, a pay base."""
    keys = {"period_id": "2025-04"}
    measured = [keys | {"specialist_id": w, "indicator": n} for w in PEOPLE for n in OWN]
    rated = [keys | {"specialist_id": w, "item": n} for w in PEOPLE for n in ITEMS]
    tables = {
        "measured": pd.DataFrame(measured).assign(source="form"),
        "feedback": pd.DataFrame(rated).assign(rater_id="M1", relation="manager"),
        "pay": pd.DataFrame({"period_id": "2025-04", "specialist_id": PEOPLE, "base": 8000}),
    }
    tables["measured"]["actual"] = draw.integers(80, 120, len(measured))
    tables["feedback"]["rating"] = draw.integers(50, 100, len(rated))
    return tables


def scheme(said: dict[str, Any]) -> dict[str, Any]:
    """The large scheme: 70 lines of equal weight, 12 commissions on own indicators."""
    own = {"measured": "sum", "unit": "int", "rule": "standard", "duty": "ads", "target": 100}
    rated = {"item": "hundred", "raters": {"manager": 1}, "duty": "team"}
    lines = {n: own | {"name": {"zh": n, "en": n}} for n in OWN}
    lines |= {n: rated | {"name": {"zh": n, "en": n}} for n in ITEMS}
    paid = {n: {"name": {"zh": n, "en": n}, "on": n, "rate": 2} for n in PAID}
    weights = dict.fromkeys(lines, round(1 / len(lines), 6))
    weights[OWN[0]] += 1 - sum(weights.values())
    for key in ("people", "core_floor", "market"):
        said.pop(key, None)
    return said | {
        "indicators": lines,
        "profiles": {"month": weights},
        "scales": {"hundred": {"from": 0, "to": 100}},
        "pay": {"components": paid},
    }


def spent(work: Any) -> float:
    """CPU seconds of one call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def kept(what: str, ratio: float, most: float) -> bool:
    """Whether a ratio is within its budget, printed with both."""
    print(f"{what}: {ratio:.2f} (at most {most:g})")
    return ratio <= most


def main() -> int:
    """Print both ratios; 1 where one is over its budget."""
    numbers = {}
    for large in (False, True):
        with tempfile.TemporaryDirectory() as place:
            tables = company(Path(place), large)
            lines = len(OWN) + len(ITEMS) if large else 12
            scorecards(tables)  # what is read once
            cards = scorecards(tables)
            scored = spent(lambda t=tables: scorecards(t))
            numbers[large] = scored / lines / len(PEOPLE)
            print(f"{lines} lines × {len(PEOPLE)}: {scored:.2f} s CPU")
            if large:
                paid = spent(lambda t=tables, c=cards: sheet(t, official(t, c)))
                checked = spent(lambda t=tables: list(checks.found(t)))
                print(f"12 components: {paid:.2f} s CPU; checks {checked:.2f} s CPU")
    found = [
        kept("checks of scoring and pay", checked / (scored + paid), CHECKS),
        kept("a number, own of the twelve", numbers[True] / numbers[False], NUMBER),
    ]
    return 0 if all(found) else 1


if __name__ == "__main__":
    sys.exit(main())
