"""360 answers: when leniency is corrected, and that correcting helps."""

import numpy as np
import pandas as pd
import pytest

from kit.errors import FormulaError
from kit.scoring import soft


def designs(rng, people, raters, each):
    """Who rates whom: every rater rates `each` people."""
    return [(r, p) for r in range(raters) for p in rng.choice(people, each, replace=False)]


@pytest.mark.slow
def test_correcting_leniency_brings_people_nearer_to_the_truth():
    """500 connected designs, leniency as wide as the people: mean correlation with the truth."""
    rng = np.random.default_rng(1)
    raw = []
    fair = []
    for _ in range(500):
        true = rng.normal(3.5, 0.5, 20)
        lean = rng.normal(0, 0.5, 10)
        pairs = np.array(designs(rng, 20, 10, 8))
        if len(set(pairs[:, 1])) < 20 or not soft.connected(pairs[:, 0], pairs[:, 1]):
            continue
        y = true[pairs[:, 1]] + lean[pairs[:, 0]] + rng.normal(0, 0.3, len(pairs))
        means = pd.Series(y).groupby(pairs[:, 1]).mean().to_numpy()
        raw.append(np.corrcoef(means, true)[0, 1])
        fair.append(np.corrcoef(soft.adjusted(pairs[:, 0], pairs[:, 1], y)[1], true)[0, 1])
    assert len(raw) > 300
    assert np.mean(fair) - np.mean(raw) > 3 * np.std(np.subtract(fair, raw)) / len(raw) ** 0.5
    assert np.mean(fair) > 0.93 > np.mean(raw)


def test_two_teams_without_a_common_rater_are_refused():
    rng = np.random.default_rng(2)
    refused = 0
    for _ in range(50):
        one = [(f"a{r}", f"p{p}", rng.normal()) for r, p in designs(rng, 5, 3, 3)]
        two = [(f"b{r}", f"q{p}", rng.normal()) for r, p in designs(rng, 5, 3, 3)]
        refused += not soft.rater_adjust(one + two).connected
    assert refused == 50


def test_nobody_rated_is_no_rating():
    assert soft.relation_weighted([("self", "a", 5)], {"self": 0, "peer": 1}) is None
    assert soft.rater_adjust([]).connected is False


def test_negative_numbers_of_raters_are_refused():
    with pytest.raises(FormulaError):
        soft.suppress_small_groups({"peer": -1}, 3, [])
