"""The scoring page of a crowd: `python -m tests.bench crowd 5000` prints CPU seconds and peak.

Wanted for 5,000 people in 500 teams: 30 seconds of CPU, 1,536 MB. A page of everybody for HR and
one of a team for its manager; the cells of the notebook, one by one, in a process of their own.
"""

import contextlib
import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from kit.params import ROOT
from tests.scoring import hand

TEAM = 10  # people of a team
RELATIONS = ("manager", "peer", "peer", "peer", "cross_dept", "cross_dept", "self")
ITEMS = ("innovation", "teamwork", "problem_solving", "learning")


def company(n: int) -> dict[str, pd.DataFrame]:
    """A month of n people with a plan each; every table of a full appraisal."""
    rng = np.random.default_rng(n)
    people = np.array([f"S{k:05d}" for k in range(n)])
    plans = np.array([f"P{k:05d}" for k in range(n)])
    days = len(hand.DAYS)
    ads = pd.DataFrame({"date": np.tile(hand.DAYS, n), "plan_id": np.repeat(plans, days)})
    clicks = rng.integers(300, 3000, n * days)
    orders = rng.binomial(clicks, 0.04)
    ads = ads.assign(
        impressions=clicks * rng.integers(20, 40, n * days),
        clicks=clicks,
        orders=orders,
        spend=np.round(clicks * 1.5, 2),
        revenue=np.round(orders * rng.gamma(4, 45, n * days), 2),
        new_customers=rng.binomial(orders, 0.4),
    )
    goals = hand.TARGETS | {"sales": 350_000}
    return {
        "roster": pd.DataFrame(
            {
                "specialist_id": people,
                "name": [f"员工{k}" for k in range(n)],
                "team": [f"T{k // TEAM}" for k in range(n)],
                "manager_id": [f"M{k // TEAM}" for k in range(n)],
            }
        ),
        "plans": pd.DataFrame(
            {
                "plan_id": plans,
                "plan_name": [f"计划{k}" for k in range(n)],
                "platform": "alimama",
                "channel": "search",
                "category": "bedding",
            }
        ),
        "assignment": pd.DataFrame(
            {"plan_id": plans, "specialist_id": people, "valid_from": "2025-01-01"}
        ),
        "ads": ads,
        "targets": pd.DataFrame(
            {
                "period_id": "2025-04",
                "specialist_id": np.repeat(people, len(goals)),
                "indicator": np.tile(list(goals), n),
                "target": np.tile(list(goals.values()), n),
            }
        ),
        "budget": pd.DataFrame(
            {
                "period_id": "2025-04",
                "specialist_id": people,
                "channel": "search",
                "budget": ads.groupby("plan_id")["spend"].sum().to_numpy().round(),
            }
        ),
        "feedback": _answers(people, rng),
    }


def _answers(people: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """Everybody by the manager, three peers, two of other departments and themselves."""
    n, each = len(people), len(RELATIONS) * len(ITEMS)
    at = np.repeat(np.arange(n), each)
    which = np.tile(np.repeat(np.arange(len(RELATIONS)), len(ITEMS)), n)
    near = at // TEAM * TEAM + (at + which) % TEAM
    raters = np.where(which == 0, "M" + (at // TEAM).astype(str).astype(object), people[near % n])
    raters = np.where(which == len(RELATIONS) - 1, people[at], raters)
    far = (which == 4) | (which == 5)
    raters = np.where(far, people[(at + which * TEAM) % n], raters)
    return pd.DataFrame(
        {
            "period_id": "2025-04",
            "specialist_id": people[at],
            "rater_id": raters,
            "relation": np.array(RELATIONS)[which],
            "item": np.tile(ITEMS, n * len(RELATIONS)),
            "rating": rng.choice(5, len(at), p=(0.01, 0.07, 0.3, 0.37, 0.25)) + 1,
        }
    )


def cells(file: str, audience: str) -> None:
    """Every cell of the scoring page that a reader gets; the slowest, the sum and the peak."""
    from IPython.core.interactiveshell import InteractiveShell

    from kit.data.store import cache

    cache.HOME = Path(file).parent / "cache"
    shell = InteractiveShell()
    took = []
    source = json.loads((ROOT / "notebooks" / "2_kpi_scoring.ipynb").read_text(encoding="utf-8"))
    for cell in source["cells"]:
        tags = cell["metadata"].get("tags", [])
        if cell["cell_type"] != "code" or "analyst" in tags:
            continue
        begun = time.process_time()
        with contextlib.redirect_stdout(io.StringIO()):
            done = shell.run_cell("".join(cell["source"]))
        done.raise_error()
        took.append((time.process_time() - begun, "".join(cell["source"])[:40]))
        if "parameters" in tags:
            shell.user_ns.update(params_file=file, lang="zh", audience=audience)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    slow = ", ".join(f"{s:.1f} s {text!r}" for s, text in sorted(took, reverse=True)[:4])
    print(f"{audience}: CPU {sum(s for s, _ in took):.1f} s, peak {peak} MB; {slow}", flush=True)


def main(n: int) -> None:
    """The page of everybody, and that of one team after it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for table, rows in company(n).items():
            rows.to_csv(folder / f"{table}.csv", index=False)
        hand.files(folder, scheme=hand.shown)
        for audience in ("hr", "manager/M0"):
            told = [str(folder / "period.yml"), audience]
            command = [sys.executable, "-m", "tests.bench.crowd", *told]
            environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
            silent = subprocess.DEVNULL
            subprocess.run(command, cwd=ROOT, check=True, env=environment, stderr=silent)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        cells(*sys.argv[1:])
    else:
        main(int(next(iter(sys.argv[1:]), "5000")))
