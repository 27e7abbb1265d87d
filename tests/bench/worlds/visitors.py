"""Fault 10: users in two arms, of unequal size, whose money is that of shops."""

import numpy as np
import pandas as pd

from kit.abtest.verdict import evaluate
from tests.bench.worlds.draws import values


def terms(sizes: tuple[int, int]) -> dict[str, object]:
    """A test of revenue per user, declared before, with arms of these sizes."""
    return {
        "test_id": "T",
        "specialist_id": "S",
        "indicator": "revenue_per_user",
        "design": "user_split",
        "split": f"A:{sizes[0] / sum(sizes)};B:{sizes[1] / sum(sizes)}",
        "start_date": pd.Timestamp("2025-06-01"),
        "end_date": pd.Timestamp("2025-06-14"),
        "declared_on": pd.Timestamp("2025-05-30"),
    }


def decided(seed: int, runs: int, sizes: tuple[int, int], kind: str, buy: float) -> np.ndarray:
    """Whether a test of revenue per user without effect is won or lost."""
    rng = np.random.default_rng(seed)
    row = terms(sizes)
    out = []
    for _ in range(runs):
        money = values(rng, kind, sum(sizes)) * (rng.random(sum(sizes)) < buy)
        arm = np.repeat(["A", "B"], sizes)
        users = pd.DataFrame(
            {"user_id": np.arange(sum(sizes)).astype(str), "variant": arm, "revenue": money}
        )
        users = users.assign(test_id="T", converted=(money > 0) * 1.0)
        out.append(evaluate(row, None, users).decision)
    return np.isin(out, ["treatment_better", "treatment_worse"])
