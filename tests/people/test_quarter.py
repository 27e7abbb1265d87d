"""The sample's quarter: one of its periods lacks 360, and no list or trend may rest on that."""

from dataclasses import replace
from functools import cache

import pytest

import kit
from kit.pages.people import agenda as agenda_page
from kit.pages.people import reward, scores, strengths
from kit.pages.people import view as people_view
from kit.pages.scoring import pace, periods
from kit.pages.scoring import view as scoring_view
from kit.pages.scoring.partial import partial
from kit.people.agenda import agenda
from kit.people.hints import _trends
from kit.scoring.progress import stages
from kit.scoring.review import trend

pytestmark = pytest.mark.slow


@cache
def quarter():
    return kit.load("params/2025-Q2.yml")


@cache
def found():
    return kit.team(quarter(), "hr").results


def shown(blocks: list) -> str:
    return " ".join(str(block.html) for block in blocks)


def test_the_quarter_without_360_makes_nobody_fall_and_puts_nobody_on_a_list():
    past = found().past
    lone = past[past["coverage"] < 0.9]
    assert set(lone["period_id"]) == {"2024-Q3", "2025-Q1"}  # all people; one who left in March
    # as they were summed, most fall, and S12 is proposed for more
    falls = trend(past).set_index("specialist_id")["slope"]
    like = trend(found().alike).set_index("specialist_id")["slope"]
    assert (falls < -1.5).sum() >= 2 * (like < -1.5).sum()
    lists = found().means.set_index("specialist_id")["list"]
    assert "S12" not in lists[lists == "stretch"].index


def test_no_direction_is_given_where_what_is_missing_could_turn_it():
    assert set(trend(found().alike)["direction"]) == {""}


def test_a_period_that_is_not_like_is_marked_in_every_table_that_rests_on_it():
    v = people_view.view(kit.team(quarter(), "hr"), "zh")
    for page in (strengths.strengths(v), reward.pay(v)):
        assert "2024-Q3 不参与比较" in shown(page)
    own = people_view.view(kit.team(quarter(), "manager", "S04"), "en")
    text = shown(scores.scores(own))
    assert "What all periods measured is 69.3% of the weight" in text
    assert "Total on what all measured" in text
    scored = scoring_view.view(kit.scorecards(quarter()), "en", "hr")
    assert "trend and change compare that alone" in shown(periods.periods(scored))


def test_months_stand_beside_the_quarter():
    scored = scoring_view.view(kit.scorecards(quarter()), "en", "hr")
    block = next(b for b in periods.periods(scored) if b.id == "months")
    [row] = [r for r in block.data["rows"] if r["name"] == "林知遥"]
    months = [row[m] for m in ("2025-04", "2025-05", "2025-06")]
    june = kit.scorecards(kit.load("params/2025-06.yml")).totals.set_index("specialist_id")
    assert months[-1] == june.loc["S01", "printed"]  # as the month's own page prints it
    assert row["mean_months"] == pytest.approx(sum(months) / 3)


def test_a_quarter_has_its_months_for_stages_of_every_indicator():
    rows = stages(quarter()).query("specialist_id == 'S01'").set_index(["indicator", "stage"])
    assert {"sales", "roi", "ctr", "cac"} <= set(rows.index.get_level_values(0))
    month = kit.scorecards(kit.load("params/2025-06.yml")).indicators
    june = month.query("specialist_id == 'S01'").set_index("indicator")
    for name in ("sales", "roi"):  # as the month's own card has it
        row = rows.loc[(name, "2025-06")]
        assert row["actual"] == pytest.approx(june.loc[name, "actual"])
        assert row["target"] == pytest.approx(june.loc[name, "target"])
    scored = scoring_view.view(kit.scorecards(quarter()), "en", "hr")
    text = shown(pace.pace(scored))
    assert 'id="stages"' in text and 'id="stages-roi"' in text


def test_a_promotion_without_360_says_what_its_grades_then_mean():
    tables = kit.load("params/618-2025.yml")
    scored = scoring_view.view(kit.scorecards(tables), "en", "hr")
    part, then = partial(scored)
    assert "Only 83.0% of the weight was measured" in part
    assert then.startswith("On the same part, 5 of 13 people would have reached A ≥ 95 in 2025-05")
    month = scoring_view.view(kit.scorecards(kit.load("params/2025-06.yml")), "en", "hr")
    assert partial(month) == []


def test_a_promotion_has_its_phases_for_stages_in_their_order_and_of_every_indicator():
    scored = scoring_view.view(kit.scorecards(kit.load("params/618-2025.yml")), "en", "hr")
    shown_ = pace.pace(scored)
    [sales] = [b for b in shown_ if b.id == "stages"]
    assert [c["key"] for c in sales.data["columns"]][1:] == ["预热 (to 06-12)", "爆发 (to 06-20)"]
    [row] = [r for r in sales.data["rows"] if r["name"] == "林知遥"]
    card = kit.scorecards(kit.load("params/618-2025.yml")).indicators
    whole = card.query("specialist_id == 'S01' and indicator == 'sales'")["completion"].item()
    # the last stage ends with the period: its cumulative figure is the card's own
    assert row["爆发 (to 06-20)"] == pytest.approx(whole, rel=2e-3)
    assert 'id="stages-roi"' in shown(shown_)


def test_nobody_is_named_for_a_fall_that_only_a_period_without_360_makes():
    told = [hint.kind for hint in agenda(quarter(), found()).hints]
    assert not {"trend", "trend_each"} & {*told}
    summed = replace(found(), alike=found().past, lined=found().past)
    [hint] = _trends(summed, 0.95)  # as the quarters were summed before
    assert (hint.specialist_id, hint.kind) == ("S03", "trend_each")


def test_the_line_of_totals_beside_a_name_is_of_what_all_periods_measured():
    boss = people_view.view(kit.team(quarter(), "manager"), "zh")
    [block] = agenda_page.agenda(boss)
    entry = block.data["agenda"]["talk"][0]
    who = next(i for i, name in boss.names.items() if name == entry["name"])
    like, summed = (
        of[of["specialist_id"] == who].set_index("period_id")["printed"]
        for of in (found().alike, found().past)
    )
    assert dict(entry["past"]) == like.to_dict() != summed.to_dict()
