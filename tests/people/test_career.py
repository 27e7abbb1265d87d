"""Several periods: means and errors by hand."""

import pandas as pd
import pytest

from kit.people.career import last_change, lists, over_periods, readiness
from tests.people.tiny import june

LINES = june({}).scheme.people  # ready 85 over 3 periods, stretch 90, support 75
NONE = pd.DataFrame({"specialist_id": [], "what": [], "skill": []})


def past(**people: list[tuple[float | None, float]]) -> pd.DataFrame:
    """Totals of successive periods: (total, half an interval)."""
    found = [
        {
            "specialist_id": who,
            "period_id": str(n),
            "total": t,
            "se": h / 2,
            "ci_low": None if t is None else t - h,
        }
        for who, months in people.items()
        for n, (t, h) in enumerate(months)
    ]
    return pd.DataFrame(found).astype({"total": float, "ci_low": float})


def test_mean_over_periods_has_the_error_of_a_mean():
    table = over_periods(past(S01=[(90, 4), (80, 4)]))  # √(2² + 2²)/2 = 1.4142
    assert table.loc[0, ["n", "mean"]].tolist() == [2, 85]
    assert table.loc[0, "high"] == pytest.approx(85 + 1.959964 * 1.414214, abs=1e-5)


def test_one_period_puts_nobody_on_a_list():
    months = past(S01=[(110, 2)], S02=[(50, 2)], S03=[(None, 2), (99, 1)])
    table = lists(over_periods(months), LINES)
    assert table["list"].tolist() == ["", "", ""]


def test_lists_need_the_whole_interval_beyond_the_line():
    months = past(S01=[(95, 4), (94, 4)], S02=[(70, 4), (72, 4)], S03=[(91, 4), (90, 4)])
    table = lists(over_periods(months), LINES).set_index("specialist_id")["list"]
    assert table.to_dict() == {"S01": "stretch", "S02": "support", "S03": ""}


def test_last_period_far_under_ones_own_is_falling_and_noise_is_not():
    months = past(
        S01=[(90, 4), (91, 4), (80, 4)], S02=[(90, 4), (91, 4), (86, 4)], S03=[(95, 4), (80, 4)]
    )
    table = lists(over_periods(months), LINES).set_index("specialist_id")
    # S01: −10.5 against 2.39 · √(4 + 8/4) = 5.9 (Bonferroni for three people)
    assert table["list"].to_dict() == {"S01": "falling", "S02": "", "S03": ""}
    assert table.loc["S01", "change"] == -10.5


def test_ready_needs_periods_skills_and_actions():
    three = [(90, 4)] * 3
    months = past(S01=three, S02=three, S03=three, S04=three[:2], S05=[*three[:2], (88, 4)])
    gaps = pd.DataFrame({"specialist_id": ["S02", "S01"], "skill": ["数据分析", "内容选题"]})
    late = pd.DataFrame({"specialist_id": ["S03", "S01"], "what": ["action", "retest"]})
    table = readiness(months, gaps, late, LINES).set_index("specialist_id")
    assert table["verdict"].to_dict() == {
        "S01": "ready",
        "S02": "not_yet",
        "S03": "not_yet",
        "S04": "not_enough",
        "S05": "not_yet",
    }
    assert table.loc["S05", ["n", "held"]].tolist() == [3, 2]
    every = LINES.model_copy(update={"ready_skills": ()})  # none named: every gap counts
    strict = readiness(months, gaps, late, every).set_index("specialist_id")["verdict"]
    assert strict["S01"] == "not_yet"


def test_person_never_scored_is_not_enough_data():
    table = readiness(past(S01=[(None, 1)]), NONE, NONE, LINES)
    assert table.loc[0, ["n", "verdict"]].tolist() == [0, "not_enough"]


def test_a_change_is_sure_only_for_the_whole_team_at_once_and_by_t():
    """By hand: five people, errors of 2 on 4 df, all alike, so moderated to 2 on many df.

    A gap has 2√2 = 2.83, Bonferroni's quantile over five is 2.58, the line 7.29. Before,
    1.96 × 2.83 = 5.54 called the 6 points of S2 beyond chance.
    """
    months = past(S1=[(80, 4), (88, 4)], S2=[(80, 4), (86, 4)], S3=[(80, 4)] * 2, S4=[(80, 4)] * 2)
    months = pd.concat([months, past(S5=[(80, 4), (80, 4)], S6=[(80, 4)])], ignore_index=True)
    found = last_change(months.assign(df=4.0, printed=months["total"])).set_index("specialist_id")
    assert found["change"].to_dict() == {"S1": 8, "S2": 6, "S3": 0, "S4": 0, "S5": 0}
    assert found.index[found["sure"]].tolist() == ["S1"]
    assert set(found["period_id"]) == {"1"}
