"""Seeded joint draws (自助抽样): everybody meets the same days, so shared shocks stay shared."""

import numpy as np

Array = np.ndarray


def day_weights(n: int, draws: int, seed: int) -> Array:
    """How often each of n days is drawn (按天重抽的次数), (n, draws); columns sum to n."""
    rng = np.random.default_rng(seed)
    return rng.multinomial(n, np.full(n, 1 / n), size=draws).T.astype(np.float32)
