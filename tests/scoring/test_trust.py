"""Trust by simulation: intervals cover the truth, and equals are seldom told apart."""

import numpy as np
import pytest
from scipy import stats

from kit.stats import ewc
from tests.scoring import months

SETTINGS = [  # memory of days, noise of each rate, shared shocks
    (0.0, 0.10, 0.0), (0.3, 0.10, 0.0), (0.3, 0.25, 1.0), (0.5, 0.10, 1.0), (0.5, 0.05, 0.0),
]


def simulated(rho, noise, shared, n, people=4000):
    """Totals, linearised daily parts and errors of people who are all equal, 250 at a time."""
    rng, out = np.random.default_rng([int(100 * rho), int(100 * noise), int(shared), n]), []
    for _ in range(people // 250):
        daily = months.facts(rng, 250, n, rho, noise, shared)
        _, _, found, used, doubt = months.month(daily)
        out.append((np.nansum(used * found.points, axis=1), doubt.daily, doubt.se, doubt.df))
    return [np.concatenate(part) for part in zip(*out, strict=True)]


@pytest.mark.slow
@pytest.mark.parametrize(("rho", "noise", "shared"), SETTINGS)
def test_intervals_cover_and_equals_are_not_told_apart(rho, noise, shared):
    """4,000 people, 2,000 pairs, 30 days; simulation errors 0.0035 and 0.005."""
    total, daily, se, df = simulated(rho, noise, shared, 30)
    half = stats.t.ppf(0.975, df) * se
    covered = np.mean(np.abs(total - months.truth()) <= half)
    pair, pair_df = ewc.sum_error(daily[0::2] - daily[1::2])
    apart = np.mean(2 * stats.t.sf(np.abs(total[0::2] - total[1::2]) / pair, pair_df) <= 0.05)
    print(rho, noise, shared, covered, apart)
    assert 0.93 - 0.007 <= covered <= 0.97
    assert apart <= {0.0: 0.06, 0.3: 0.065, 0.5: 0.074}[rho]
