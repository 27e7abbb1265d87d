"""Fault 11: a course for some of the people, who are alike on their channels by a known share."""

import numpy as np
import pandas as pd

from kit.people.growth import by_person


def course(
    rng: np.random.Generator, trained: int, others: int, share: float, effect: float = 0.0
) -> pd.DataFrame:
    """Log changes of people on three channels; `share` of the variance is the person's own."""
    people = trained + others
    own = np.sqrt(share) * rng.standard_normal((people, 1))
    change = 0.12 * (own + np.sqrt(1 - share) * rng.standard_normal((people, 3)))
    flag = np.arange(people) < trained
    change = change + np.log1p(effect) * flag[:, None]
    return pd.DataFrame(
        {
            "specialist_id": np.repeat(np.arange(people), 3),
            "channel": np.tile(np.arange(3), people),
            "trained": np.repeat(flag, 3),
            "change": change.ravel(),
        }
    )


def called(seed: int, runs: int, *world: float, effect: float = 0.0) -> np.ndarray:
    """Whether a course is called better or worse."""
    rng = np.random.default_rng(seed)
    said = [by_person(course(rng, *world, effect=effect))["decision"] for _ in range(runs)]  # type: ignore[arg-type]
    return np.array([s != "cannot_tell" for s in said])
