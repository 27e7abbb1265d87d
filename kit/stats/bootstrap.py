"""Seeded joint draws (自助抽样): everybody meets the same days, so shared shocks stay shared."""

import numpy as np

Array = np.ndarray


def day_weights(n: int, draws: int, seed: int) -> Array:
    """How often each of n days is drawn (按天重抽的次数), (n, draws); columns sum to n."""
    rng = np.random.default_rng(seed)
    return rng.multinomial(n, np.full(n, 1 / n), size=draws).T.astype(np.float32)


def scaled(draws: Array, centre: Array, factor: Array) -> Array:
    """Draws (k, …, draws) stretched about their centre (k, …) by row factors (缩放)."""
    return centre[..., None] + (draws - centre[..., None]) * factor[..., None]


def shares(draws: Array, cuts: list[float]) -> Array:
    """Share of each row's draws in each class (各档概率): class i begins at cuts[i], ascending.

    draws   : (k, draws)
    Returns : (k, len(cuts)), rows sum to 1; what is under cuts[0] counts in class 0
    """
    reached = np.stack([np.mean(draws >= cut, axis=1) for cut in cuts], axis=1)
    reached[:, 0] = 1.0
    return reached - np.concatenate([reached[:, 1:], np.zeros((len(draws), 1))], axis=1)
