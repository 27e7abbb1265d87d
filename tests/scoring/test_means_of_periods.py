"""Means of periods as an indicator: months inside a quarter, free cycles."""

import numpy as np
import pandas as pd
import pytest

from kit.errors import KitError
from kit.report.check import check
from kit.scoring.card import scorecards
from tests.scoring import hand
from tests.scoring.test_other_sources import SHARE
from tests.scoring.test_own import answers, leads, measured, named

MONTHS = {
    "months": {
        "name": named("月度均分", "mean of months"),
        "periods": "month",
        "need": 2,
        "unit": "points",
        "duty": "ads",
    },
    "joint": {
        "name": named("联合评定", "joint rating"),
        "item": "hundred",
        "raters": {"committee": 1},
        "duty": "team",
    },
}


def quarter(folder, figures=(246, 270, 258), rating=92, weights=(0.7, 0.3), mean="equal", **more):
    """A quarter of three months with totals figure / 3, and a joint rating."""
    tables = hand.tables()
    for name in ("tasks", "targets", "budget"):
        tables.pop(name)
    ids = ["2025-04", "2025-05", "2025-06"]
    rows = [
        {"period_id": i, "indicator": "leads", "actual": x}
        for i, x in zip(ids, figures, strict=False)
    ]
    tables["measured"] = measured(*rows)
    tables["feedback"] = answers(("joint", "committee", "C1", f"{rating}")).assign(
        period_id="2025-Q2"
    )
    tables |= more.pop("tables", {})

    def changed(said):
        for key in ("people", "core_floor"):
            said.pop(key, None)
        own = leads(300) | MONTHS
        own["leads"] |= {"rule": "share"}
        own["months"] = own["months"] | {"mean": mean}
        return said | {
            "indicators": own,
            "profiles": {
                "month": {"leads": 1},
                "quarter": dict(zip(["months", "joint"], weights, strict=True)),
            },
            "rules": SHARE,
            "scales": {"hundred": {"from": 0, "to": 100}},
            "coverage_floor": 0,
        }

    span = {"id": "2025-Q2", "type": "quarter", "start": "2025-04-01", "end": "2025-06-30"}
    return hand.loaded(folder, tables, scheme=changed, compare_to=None, **(span | more))


def test_a_quarter_is_the_mean_of_its_months_and_a_rating(tmp_path):
    """By hand: (82 + 90 + 86)/3 = 86; 0.7·86 + 0.3·92 = 87.8."""
    cards = scorecards(quarter(tmp_path))
    rows = cards.indicators.set_index("indicator")
    assert rows.loc["months", "actual"] == pytest.approx(86)
    assert cards.totals["printed"].iloc[0] == 87.8 and cards.totals["coverage"].iloc[0] == 1


def test_missing_months_lower_the_coverage_and_too_few_give_no_value(tmp_path):
    """By hand: two of three months: (82 + 90)/2 = 86; coverage 1 − 0.7/3; one alone is missing."""
    cards = scorecards(quarter(tmp_path, (246, 270)))
    assert cards.indicators.set_index("indicator").loc["months", "actual"] == pytest.approx(86)
    assert cards.totals["coverage"].iloc[0] == pytest.approx(1 - 0.7 / 3)
    cards = scorecards(quarter(tmp_path, (246,)))
    assert (
        cards.indicators.set_index("indicator").loc["months", "reason"] == "scoring.too_few_parts"
    )


def test_the_mean_may_weigh_months_by_their_days(tmp_path):
    """By hand: (30·82 + 31·90 + 30·86)/91 = 86.043956."""
    cards = scorecards(quarter(tmp_path, mean="days"))
    assert cards.indicators.set_index("indicator").loc["months", "actual"] == pytest.approx(
        (30 * 82 + 31 * 90 + 30 * 86) / 91
    )


def test_accepted_changes_of_a_month_count_in_the_quarter(tmp_path):
    plea = {
        "appeal_id": "Y1", "period_id": "2025-05", "specialist_id": "S1", "indicator": None,
        "before": 90, "after": 93, "reason": "r", "author": "S1", "at": "2025-06-05",
        "status": "accepted", "decided_by": "M1",
    }  # fmt: skip
    cards = scorecards(quarter(tmp_path, tables={"appeals": pd.DataFrame([plea])}))
    assert cards.indicators.set_index("indicator").loc["months", "actual"] == pytest.approx(87)


def test_a_month_with_a_file_of_its_own_is_scored_by_its_own_scheme(tmp_path):
    tables = quarter(tmp_path)
    other = (tmp_path / "scheme.yml").read_text("utf-8").replace("cap: 1.5", "cap: 0.5")
    (tmp_path / "other.yml").write_text(other, encoding="utf-8")
    own = (tmp_path / "period.yml").read_text("utf-8")
    for old, new in (
        ("2025-Q2", "2025-05"), ("type: quarter", "type: month"), ("scheme.yml", "other.yml"),
        ("2025-04-01", "2025-05-01"), ("2025-06-30", "2025-05-31"),
    ):  # fmt: skip
        own = own.replace(old, new)
    (tmp_path / "may.yml").write_text(own, encoding="utf-8")
    cards = scorecards(tables)  # May is capped at 50
    assert cards.indicators.set_index("indicator").loc["months", "actual"] == pytest.approx(
        (82 + 50 + 86) / 3
    )


def test_the_error_of_a_mean_of_months_is_that_of_its_parts():
    """By hand: se of the months 2.1, 1.8, 2.4 → √13.41/3·0.7 = 0.854."""
    from kit.scoring.composite import _with_error
    from kit.scoring.panel import Panel

    days = pd.date_range("2025-04-01", "2025-06-30")
    blank = Panel(("S1",), days, np.ones((1, 91), bool), np.zeros((91, 0)), {}, {}, {})
    se = np.array([[2.1], [1.8], [2.4]]) / 3
    value = _with_error(blank, np.array([86.0]), se, np.full((3, 1), 20.0), np.ones((3, 1)))
    assert 0.7 * value.own[0] == pytest.approx(0.854, abs=5e-4)
    assert value.se[0] == pytest.approx(np.sqrt(13.41) / 3)


def test_half_years_two_months_and_own_cycles_are_periods(tmp_path):
    """By hand: the half-year of one quarter with a total is that total."""
    profile = {"half_year": {"leads": 1}, "month": {"leads": 1}, "sprint": {"leads": 1}}

    def changed(said):
        for key in ("people", "core_floor"):
            said.pop(key, None)
        own = {"leads": leads(300)["leads"] | {"rule": "share"}}
        more = {"indicators": own, "profiles": profile, "rules": SHARE, "coverage_floor": 0}
        return said | more | {"cycles": {"sprint": {"days": 14}}}

    tables = hand.tables()
    for name in ("tasks", "targets", "budget", "feedback"):
        tables.pop(name)
    half = {"id": "2025-H1", "type": "half_year", "start": "2025-01-01", "end": "2025-06-30"}
    tables["measured"] = measured({"period_id": "2025-H1", "indicator": "leads", "actual": 240})
    told = hand.loaded(tmp_path, tables, scheme=changed, compare_to=None, **half)
    assert scorecards(told).totals["printed"].iloc[0] == 80
    sprint = {"id": "sprint-7", "type": "sprint", "start": "2025-04-07", "end": "2025-04-20"}
    tables["measured"] = measured({"period_id": "sprint-7", "indicator": "leads", "actual": 270})
    told = hand.loaded(tmp_path, tables, scheme=changed, compare_to=None, **sprint)
    assert scorecards(told).totals["printed"].iloc[0] == 90
    with pytest.raises(KitError) as refused:
        hand.loaded(tmp_path, tables, scheme=changed, **(sprint | {"type": "sprnt"}))
    [fault] = refused.value.faults
    assert fault.key == "params.wrong_value" and "sprint" in fault.facts["wanted"]


def test_the_check_refuses_a_mean_of_periods_that_nothing_scores(tmp_path):
    tables = quarter(tmp_path)
    text = (tmp_path / "scheme.yml").read_text("utf-8").replace("  month:\n    leads: 1\n", "")
    (tmp_path / "scheme.yml").write_text(text, encoding="utf-8")
    found = check(tables.period.path).set_index("rule").loc["data.parts_missing"]
    assert found["severity"] == "refuse" and "2025-05" in found["en"]
    assert "scheme.yml" in found["zh"]


def test_a_month_after_calibration_counts_with_its_official_total(tmp_path):
    """By hand: May 90 → 96 in the meeting: (82 + 96 + 86)/3 = 88."""
    row = {
        "period_id": "2025-05", "specialist_id": "S1", "round": 1, "before_total": 90,
        "before_grade": "B", "after_total": 96, "reason": "r", "by": "HR", "at": "2025-06-03",
    }  # fmt: skip
    cards = scorecards(quarter(tmp_path, tables={"calibration": pd.DataFrame([row])}))
    assert cards.indicators.set_index("indicator").loc["months", "actual"] == pytest.approx(88)


def test_a_month_whose_profile_lacks_the_mean_of_months_passes_the_check(tmp_path):
    """The scheme also serves quarters; a month holds one period, itself, and needs no parts."""
    month_ = {"id": "2025-04", "type": "month", "start": "2025-04-01", "end": "2025-04-30"}
    tables = quarter(tmp_path, **month_)
    found = check(tables.period.path)
    assert not (found["severity"] == "refuse").any()
    assert "data.parts_missing" not in set(found["rule"])
