"""Frames of an analyst for the tests of the door (手工数据)."""

import numpy as np
import pandas as pd


def days(n=14, lift=3.0, seed=1):
    """Two plans on `n` days, about 10 and 10 + lift orders of 100 clicks."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {"date": pd.date_range("2025-06-01", periods=n).repeat(2), "plan": ["old", "new"] * n}
    )
    frame["orders"] = 10 + rng.normal(0, 1, 2 * n) + lift * (frame["plan"] == "new")
    return frame.assign(clicks=rng.integers(90, 110, 2 * n))


def users(n=200, seed=1):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"id": np.arange(2 * n), "arm": ["A", "B"] * n})
    frame["before"] = rng.gamma(2, 50, 2 * n)
    frame["yuan"] = frame["before"] + rng.normal(0, 20, 2 * n) + 10 * (frame["arm"] == "B")
    return frame.assign(paid=(rng.random(2 * n) < np.where(frame["arm"] == "B", 0.4, 0.2)) * 1)


DAYS = {"day": "date", "variant": "plan", "top": "orders", "bottom": "clicks", "control": "old"}
USERS = {"unit": "id", "variant": "arm", "value": "yuan"}
