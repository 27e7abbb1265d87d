"""360 answers: what may be shown, when leniency is corrected, and that correcting helps."""

import numpy as np
import pandas as pd
import pytest

from kit.errors import FormulaError
from kit.scoring import feedback, soft
from tests.scoring import hand

DAYS = pd.date_range("2025-04-01", "2025-04-30")


def test_the_hand_month_is_raw_and_pools_the_small_group(tmp_path):
    """conventions.md: teamwork has two cross-department raters: shown with the peers."""
    tables = hand.loaded(tmp_path, hand.tables())
    assert feedback.answers(tables, DAYS)["leniency"].isna().all()
    rows = feedback.shown(tables, DAYS).set_index(["item", "relation"])
    assert rows.loc[("teamwork", "others"), "n"] == 5
    assert ("teamwork", "peer") not in rows.index and ("teamwork", "cross_dept") not in rows.index
    assert rows.loc[("innovation", "cross_dept"), "mean"] == 4
    assert rows.loc[("problem_solving", "peer"), "n"] == 3


def test_an_item_whose_pool_is_too_small_is_not_shown_at_all(tmp_path):
    """One peer and one colleague elsewhere: even the manager's mean stays hidden."""
    given = hand.tables()
    few = [
        ("2025-04", "S1", r, rel, "learning", 4)
        for r, rel in [("m", "manager"), ("p", "peer"), ("c", "cross_dept")]
    ]
    more = pd.DataFrame(few, columns=given["feedback"].columns)
    given["feedback"] = pd.concat([given["feedback"], more])
    assert "learning" not in set(feedback.shown(hand.loaded(tmp_path, given), DAYS)["item"])


def test_comments_of_small_groups_stay_closed(tmp_path):
    given = hand.tables()
    given["feedback"] = given["feedback"].assign(rating=5, comment="said by one")
    found = feedback.comments(hand.loaded(tmp_path, given), DAYS)
    assert "cross_dept" not in set(found.loc[found["item"] == "teamwork", "relation"])
    assert "cross_dept" in set(found.loc[found["item"] == "innovation", "relation"])


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


def test_one_item_with_too_few_raters_closes_the_whole_person(tmp_path):
    """Else the hidden item could be subtracted from the soft total."""
    given = hand.tables()
    few = [("2025-04", "S1", "x", "peer", "learning", 4)]
    more = pd.DataFrame(few, columns=given["feedback"].columns)
    given["feedback"] = pd.concat([given["feedback"], more])
    assert feedback.shown(hand.loaded(tmp_path, given), DAYS).empty
