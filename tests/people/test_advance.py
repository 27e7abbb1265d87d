"""Results beside growth: skills and slopes by hand, and what the page says of them."""

from types import SimpleNamespace

import pandas as pd
import pytest

from kit.people.advance import advance
from tests.people.tiny import june, rows


def past(**people: list[float]) -> pd.DataFrame:
    months = ["2025-03", "2025-04", "2025-05", "2025-06"]
    return pd.DataFrame(
        [
            {"specialist_id": who, "period_id": month, "total": total}
            for who, totals in people.items()
            for month, total in zip(months, totals, strict=False)
        ]
    )


def skill(who: str, name: str, on: str, observed: float) -> dict:
    return {
        "specialist_id": who,
        "skill": name,
        "required": 4.0,
        "observed": observed,
        "assessed_on": pd.Timestamp(on),
    }


def found(assessed: list[dict], like: pd.DataFrame) -> pd.DataFrame:
    tables = june({"skills": rows("skills", *assessed)})
    return advance(tables, SimpleNamespace(alike=like)).set_index("specialist_id")


def test_skills_are_compared_from_the_first_period_that_is_compared():
    assessed = [
        skill("S01", "bids", "2024-06-28", 1.0),  # older than the last before March
        skill("S01", "bids", "2024-12-27", 2.0),
        skill("S01", "bids", "2025-06-27", 3.0),
        skill("S01", "data", "2025-03-28", 2.5),  # none before: the first after
        skill("S01", "data", "2025-06-27", 3.0),
        skill("S01", "text", "2025-06-27", 5.0),  # once: no change is known
        skill("S01", "data", "2025-07-27", 9.0),  # after the period
    ]
    row = found(assessed, past(S01=[80.0, 82.0, 84.0, 86.5])).loc["S01"]
    assert row[["skills", "then", "now"]].tolist() == [2, 2.25, 3.0]
    assert row["learnt"] == pytest.approx(0.75)
    # slope of 80, 82, 84, 86.5 on 0, 1, 2, 3: Σ(x − 1.5)(y − mean) / 5 = 10.75 / 5
    assert row["slope"] == pytest.approx(2.15)
    assert (row["n"], row["direction"]) == (4, "up")


def test_a_skill_that_was_not_assessed_anew_has_no_change():
    assessed = [
        skill("S01", "bids", "2024-06-28", 1.0),  # twice, both before March: nothing since
        skill("S01", "bids", "2024-12-27", 2.0),
        skill("S02", "bids", "2024-12-27", 2.0),
        skill("S02", "bids", "2025-06-27", 2.0),  # assessed anew and the same: a change of 0
        skill("S02", "data", "2024-06-28", 1.0),
        skill("S02", "data", "2024-12-27", 4.0),
    ]
    like = [80.0, 82.0, 84.0, 86.0]
    table = found(assessed, past(S01=like, S02=like))
    assert pd.isna(table.loc["S01", "learnt"])
    assert table.loc["S02", ["skills", "then", "now", "learnt"]].tolist() == [1, 2, 2, 0]


def test_whoever_lacks_one_of_the_two_has_no_figure_for_it():
    assessed = [skill("S01", "bids", "2025-06-27", 3.0)]
    table = found(assessed, past(S01=[80.0, 82.0, 84.0, 86.0], S02=[70.0, 71.0]))
    assert table["learnt"].isna().all() and pd.isna(table.loc["S02", "slope"])
