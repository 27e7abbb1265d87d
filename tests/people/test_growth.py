"""Growth: gaps by hand, training against scipy's two-sample t."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.api import OLS, add_constant

from kit.people.growth import _changes, before_after, by_person, clustered, gaps, skill_levels
from tests.people.tiny import june, rows


def skill(name: str, observed: float, on: str = "2025-05-01", required: float = 4) -> dict:
    return {
        "specialist_id": "S01",
        "skill": name,
        "required": required,
        "observed": observed,
        "assessed_on": on,
    }


def found(given: dict) -> pd.DataFrame:
    scheme = june({}).scheme
    people = scheme.people.model_copy(update={"skills": {"bidding": "cac", "copy": "ctr"}})
    cards = pd.DataFrame(
        {
            "specialist_id": "S01",
            "indicator": ["cac", "ctr"],
            "weight": [0.06, 0.05],
            "points": [70.0, 60.0],
        }
    )
    return gaps(june(given, people=people), cards)


def test_gaps_rank_by_gap_times_weight_and_the_latest_assessment_counts():
    given = {
        "skills": rows(
            "skills",
            skill("bidding", 1, "2024-05-01"),
            skill("bidding", 3.5),
            skill("copy", 3),
            skill("tools", 5),
        )
    }
    table = found(given | {"skills": pd.concat([given["skills"], rows("skills", skill("x", 3.6))])})
    assert table["skill"].tolist() == ["copy", "bidding"]  # 1 × 0.05 before 0.5 × 0.06; 0.4: none
    assert table["cost"].tolist() == pytest.approx([0.05, 0.03])
    assert table.loc[1, "previous"] == 1


def test_gap_without_course_or_indicator_says_so():
    course = rows("training", {"course": "Bids in depth", "skill": "bidding"})
    given = {
        "skills": rows("skills", skill("bidding", 3), skill("copy", 3), skill("tools", 3)),
        "training": course,
    }
    table = found(given).set_index("skill")
    assert table["reason"].to_dict() == {
        "bidding": "",
        "copy": "people.no_course",
        "tools": "people.no_link_no_course",
    }
    assert table.loc["bidding", "course"] == "Bids in depth"


def test_owner_and_retest_follow_from_what_is_booked():
    training = rows(
        "training",
        {"course": "A", "skill": "copy", "start_date": "2025-07-21"},
        {"course": "A", "skill": "copy", "start_date": "2025-05-01"},
        {
            "course": "B",
            "skill": "bidding",
            "specialist_id": "S01",
            "start_date": "2025-07-01",
            "retest_on": "2025-08-01",
        },
    )
    given = {
        "skills": rows("skills", skill("bidding", 3), skill("copy", 3), skill("tools", 3)),
        "training": training,
    }
    table = found(given).set_index("skill")
    assert table["owner"].to_dict() == {"bidding": "self", "copy": "manager", "tools": "hr"}
    days = table.loc[["bidding", "copy"], "retest_on"].dt.date.astype(str).tolist()
    assert days == ["2025-08-01", "2025-09-29"]  # booked; ten weeks after the next start, 21 July


def test_own_course_comes_before_the_catalogue():
    training = rows(
        "training",
        {"course": "A", "skill": "copy"},
        {
            "course": "B",
            "skill": "copy",
            "specialist_id": "S01",
            "start_date": "2025-07-01",
            "retest_on": "2025-08-01",
        },
    )
    table = found({"skills": rows("skills", skill("copy", 3)), "training": training})
    assert (table.loc[0, "course"], str(table.loc[0, "retest_on"].date())) == ("B", "2025-08-01")


def test_a_course_that_was_retested_is_no_plan_and_the_next_start_takes_its_place():
    own = {
        "course": "A",
        "skill": "copy",
        "specialist_id": "S01",
        "start_date": "2025-03-01",
        "retest_on": "2025-04-30",
    }
    ahead = {"course": "A", "skill": "copy", "start_date": "2025-07-21"}
    given = {"skills": rows("skills", skill("copy", 3)), "training": rows("training", own, ahead)}
    plan = found(given).iloc[0]  # re-tested on 1 May, one level short
    assert (plan["owner"], plan["start_date"].date().isoformat()) == ("manager", "2025-07-21")
    assert plan["again"]
    waits = found(given | {"skills": rows("skills", skill("copy", 3, "2025-04-01"))}).iloc[0]
    assert (waits["owner"], bool(waits["again"])) == ("self", False)


def test_no_skills_table_gives_no_gaps():
    assert found({}).empty
    assert skill_levels(june({})).empty


def test_training_effect_agrees_with_scipys_t_test():
    change = np.array([0.30, 0.25, 0.05, 0.02, -0.03, 0.00])
    trained = np.array([True, True, False, False, False, False])
    effect = before_after(pd.DataFrame({"trained": trained, "change": change, "channel": "search"}))
    expected = stats.ttest_ind(change[:2], change[2:]).confidence_interval(0.95)
    assert np.log1p([effect["low"], effect["high"]]) == pytest.approx(list(expected))
    assert effect["decision"] == "better"


def test_training_of_one_person_with_noise_cannot_be_told():
    change = [0.1, 0.1, -0.1, 0.05]
    cells = pd.DataFrame({"trained": [True, False, False, False], "change": change, "channel": "a"})
    assert before_after(cells)["decision"] == "cannot_tell"
    assert before_after(cells[:2])["effect"] is None  # one colleague is no comparison
    alone = cells.assign(channel=["b", "a", "a", "a"])
    assert before_after(alone)["effect"] is None  # nobody else on the channel


def test_a_channel_that_moved_for_all_is_no_effect_of_training():
    change = [0.50, 0.52, 0.48, 0.01, -0.02, 0.02]  # content rose for everybody
    cells = pd.DataFrame(
        {"channel": list("cccsss"), "change": change, "trained": [True] + [False] * 5}
    )
    fitted = OLS(
        change,
        [[t, c == "c", c == "s"] for t, c in zip(cells["trained"], cells["channel"], strict=True)],
    ).fit()
    effect = before_after(cells)
    expected = fitted.conf_int()[0]
    assert np.log1p([effect["low"], effect["high"]]) == pytest.approx(list(expected))
    assert effect["decision"] == "cannot_tell"


def test_less_is_better_turns_the_decision_not_the_effect():
    cells = pd.DataFrame(
        {
            "channel": "a",
            "trained": [True, True] + [False] * 4,
            "change": [-0.5, -0.52, 0.0, 0.01, -0.01, 0.0],
        }
    )
    assert before_after(cells, "down")["decision"] == "better"
    assert before_after(cells, "up")["decision"] == "worse"
    assert before_after(cells, "down")["effect"] < 0


def test_new_mix_of_plans_is_no_effect():
    def plan(name, day, clicks, rate):
        return {
            "date": pd.Timestamp(day),
            "specialist_id": "S01",
            "channel": "search",
            "plan_id": name,
            "orders": clicks * rate,
            "clicks": clicks,
        }

    days = [
        plan("P1", "2025-03-10", 9000, 0.02),
        plan("P2", "2025-03-10", 1000, 0.06),
        plan("P1", "2025-04-20", 1000, 0.022),
        plan("P2", "2025-04-20", 9000, 0.066),
    ]
    tables = june({}, pd.DataFrame(days))
    cells = _changes(tables, "click_conversion", pd.Timestamp("2025-04-01"))
    assert cells.loc[0, "change"] == pytest.approx(np.log(1.1))  # not ln 2.6


def test_people_are_the_units_of_a_course_by_statsmodels():
    """Point and error of one value a person, from a two-sample comparison of statsmodels' OLS.

    With balanced channels and people as clusters, CR2 of the first coefficient is HC2 of the means.
    """
    rng = np.random.default_rng(8)
    people = np.repeat(np.arange(12), 3)
    trained = people < 5
    change = rng.standard_normal(12)[people] * 0.1 + rng.standard_normal(36) * 0.02
    change += np.tile([0.0, 0.2, -0.1], 12)
    cells = pd.DataFrame(
        {
            "specialist_id": people,
            "channel": np.tile(list("abc"), 12),
            "trained": trained,
            "change": change,
        }
    )
    found = by_person(cells)
    means = cells.groupby("specialist_id")["change"].mean()
    design = add_constant((means.index < 5).astype(float))
    fit = OLS(means.to_numpy(), design).fit(cov_type="HC2")
    assert np.log1p(found["effect"]) == pytest.approx(fit.params[1])
    mid, se, free = clustered(
        np.column_stack([trained, np.tile(np.eye(3), (12, 1))]).astype(float), change, people
    )
    assert (mid, se) == pytest.approx((fit.params[1], fit.bse[1])) and 5 < free < 10
    assert (found["n"], found["n_others"]) == (5, 7)


def test_under_four_trained_people_nothing_can_be_told():
    rng = np.random.default_rng(9)
    people = np.repeat(np.arange(10), 2)
    cells = pd.DataFrame(
        {
            "specialist_id": people,
            "channel": np.tile(list("ab"), 10),
            "trained": people < 3,
            "change": 1.0 * (people < 3) + 0.01 * rng.standard_normal(20),
        }
    )
    found = by_person(cells)
    assert found["effect"] > 1 and found["decision"] == "cannot_tell"
    more = cells.assign(trained=people < 4, change=1.0 * (people < 4) + cells["change"] % 0.01)
    assert by_person(more)["decision"] == "better"
