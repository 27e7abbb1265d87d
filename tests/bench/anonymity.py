"""Drawn companies against the attack on 360: `python -m tests.bench anonymity 1000`.

1 to 12 raters a person; ordinary, generous, all fives, all ones; leniency on and off. Counted are
pools in which an answer is certain or likelier than the rule allows, first for a reader who knows
every rater's leniency, then for one to whom a rater tells the own answer (not corrected ones).
Exit status 1 if an answer is certain or likelier than the rule allows, or a figure is off.
"""

import sys
from types import SimpleNamespace

import numpy as np
import pandas as pd

from kit.params import ROOT, read_scheme
from kit.scoring import feedback
from kit.scoring.published import Published, collection
from tests.attack import SCALE, chances

KINDS = {
    "ordinary": (0.01, 0.07, 0.30, 0.37, 0.25),
    "generous": (0.005, 0.005, 0.02, 0.07, 0.90),
    "fives": (0.0, 0.0, 0.0, 0.0, 1.0),
    "ones": (1.0, 0.0, 0.0, 0.0, 0.0),
}
PEOPLE = 8
ITEMS = ("innovation", "teamwork")
TABLES = SimpleNamespace(scheme=read_scheme(ROOT / "params" / "scheme-2025.yml"))


def company(kind: str, lean: bool, seed: int) -> pd.DataFrame:
    """Answers of one company, ready to be published."""
    rng = np.random.default_rng([360, seed])
    found = []
    for p in range(PEOPLE):
        n = int(rng.integers(1, 13))
        raters = rng.permutation(16)[:n]
        peers = int(rng.integers(0, n + 1))
        for k, rater in enumerate(raters):
            relation = "peer" if k < peers else "cross_dept"
            for item in ITEMS:
                rating = float(rng.choice(5, p=KINDS[kind]) + 1)
                found.append(("P", f"S{p}", f"r{rater}", relation, item, rating))
    names = ["period_id", "specialist_id", "rater_id", "relation", "item", "rating"]
    rows = pd.DataFrame(found, columns=names).assign(scale="")
    rows = feedback._lenient(TABLES, rows) if lean else rows.assign(leniency=np.nan)
    rows = rows.assign(used=rows["rating"] - rows["leniency"].fillna(0))
    return rows.assign(weight=feedback.weights(TABLES, rows))


def attacked(rows: pd.DataFrame, told: Published) -> dict[str, int]:
    """Pools published, and in how many of them an answer is certain or too likely."""
    share = rows["rating"].value_counts(normalize=True).reindex(SCALE, fill_value=0).to_numpy()
    limit = np.maximum(0.95, share + 0.05)
    known = (share + 1e-4) / (share + 1e-4).sum()  # an unseen answer stays possible
    alone = told.rows[~told.rows["named"]]
    sums = {"pools": 0, "certain": 0, "above": 0, "accomplice": 0, "off": 0}
    for row in alone.to_dict("records"):
        mine = rows[(rows["specialist_id"] == row["specialist_id"]) & (rows["item"] == row["item"])]
        one = mine if row["relation"] == "others" else mine[mine["relation"] == row["relation"]]
        if row["relation"] == "others":
            apart = alone[
                (alone["specialist_id"] == row["specialist_id"]) & (alone["item"] == row["item"])
            ]
            one = one[~one["relation"].isin(apart["relation"])]
        lean = one["leniency"].fillna(0).to_numpy()
        found = chances(len(one), row["figure"], row["step"], known, lean)
        sums["pools"] += 1
        sums["certain"] += bool(((found > 1e-12).sum(axis=1) < 2).any())
        sums["above"] += bool((found > limit + 1e-6).any())
        sums["off"] += abs(row["figure"] - one["used"].mean()) > row["step"] / 2 + 1e-9
        sums["accomplice"] += not lean.any() and _helped(one["rating"], row)
    return sums


def _helped(ratings: pd.Series, row: dict) -> bool:
    """Whether the last rater's own answer leaves one possible answer to some other rater."""
    n = len(ratings)
    low, high = (n * (row["figure"] + side * row["step"] / 2) for side in (-1, 1))
    rest = np.arange(max(n - 1, np.ceil(low - 1e-9) - ratings.iloc[-1]), n * 5)
    rest = rest[(rest < high - ratings.iloc[-1] - 1e-9) & (rest <= 5 * (n - 1))]
    can = {a for a in SCALE for total in rest if n - 2 <= total - a <= 5 * (n - 2)}
    return len(can) < 2


def drawn(n: int) -> pd.DataFrame:
    """The attack on n companies, a row a kind and leniency."""
    cases = [(kind, lean) for kind in KINDS for lean in (False, True)]
    found = []
    for seed in range(n):
        kind, lean = cases[seed % len(cases)]
        rows = company(kind, lean, seed)
        told = collection(TABLES, rows)
        found.append({"kind": kind, "lean": lean, "held": len(told.held)} | attacked(rows, told))
    return pd.DataFrame(found).groupby(["kind", "lean"], sort=False).sum()


def main(n: int) -> int:
    """Print the attack on n companies; 1 if it got anything without an accomplice."""
    found = drawn(n)
    print(found.to_string())
    return int(found[["certain", "above", "off"]].to_numpy().any())


if __name__ == "__main__":
    sys.exit(main(int(next(iter(sys.argv[1:]), "80"))))
