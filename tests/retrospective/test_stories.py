"""The stories planted in the sample company, found by the review of its June."""

import pytest

from kit.data.load import load
from kit.data.store.cache import remembered
from kit.retrospective.drill import first_three
from kit.retrospective.review import review
from kit.retrospective.story import boxes

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def june():
    tables = load("params/2025-06.yml")
    return tables, remembered(tables, "review", review)


def test_the_bridge_of_the_sample_reconciles_with_the_plain_sums(june):
    tables, found = june
    days = tables.plan_days
    sales = days.groupby(days["date"].dt.strftime("%Y-%m"))["revenue"].sum()
    total = found.bridge.total()
    assert total["change"] == pytest.approx(sales["2025-06"] - sales["2025-05"], abs=0.01)
    assert found.bridge.growth.source == "index" and not found.bridge.growth.missing


def test_s03s_reversal_gets_the_red_box(june):
    red = [c.facts for tone, c in boxes(june[1]) if tone == "refuse"]
    assert any(f["who"][0] == "S03" and f["measure"][0] == "click_conversion" for f in red)


def test_night_waste_is_the_darkest_part_of_the_heat_map(june):
    cells = june[1].waste.groupby("keyword")["yuan"].sum().sort_values()
    assert cells.index[-1] == "家居好物"
    worst = june[1].waste[june[1].waste["keyword"] == "家居好物"].nlargest(3, "yuan")
    assert (worst["hour"] <= 5).all()


def test_night_waste_is_among_the_three_things_to_stop(june):
    stop = first_three(june[1].lists, "stop", june[1].rules.worth)
    assert stop["name"].str.contains("家居好物 0:00–5:59").any()


def test_the_stock_out_is_carved_out_of_s06s_own_part(june):
    events = june[1].bridge.events.set_index("plan_id")
    assert events.loc["P026", "effect"] < -5000 and events.loc["P026", "high"] < 5000


def test_market_growth_of_cooling_is_not_s14s_merit(june):
    row = june[1].bridge.by("specialist_id").set_index("specialist_id").loc["S14"]
    assert row["change"] > 0 and row["market"] > 0.9 * row["change"]  # one bulk order is 4 %


def test_under_spending_shows_as_spend_not_as_efficiency(june):
    row = june[1].bridge.by("specialist_id").set_index("specialist_id").loc["S08"]
    assert row["spend"] < -0.4 * row["v0"] and row["rate"] > row["spend"]


def test_actions_that_worked_and_failed_are_told_apart(june):
    status = june[1].ledger.set_index("action_id")["status"]
    assert status["A003"] == "reached" and status["A004"] == "missed"
    assert status["A008"] == "not_due"


def test_saturation_agrees_with_the_planted_exponents(june):
    rows = june[1].advice.channels.set_index("channel")
    assert rows.loc["social", "b_low"] - 0.05 < 0.5 < rows.loc["social", "b_high"] + 0.1
    assert rows.loc["search", "b_low"] - 0.05 < 0.85 < rows.loc["search", "b_high"] + 0.05
    assert rows.loc["content", "b_low"] - 0.05 < 0.95 < rows.loc["content", "b_high"] + 0.05
    assert rows.loc["affiliate", "reason"] == "commission"
    assert rows.loc["social", "change"] < 0 < rows.loc["search", "change"]


def test_outage_missing_day_and_spike_are_named_apart_from_performance(june):
    rows = june[1].troubles
    outage = rows[rows["kind"] == "tracking"].iloc[0]
    assert outage["name"] == "douyin" and str(outage["start"])[:10] == "2025-06-09"
    assert rows.loc[rows["kind"] == "missing", "name"].tolist() == ["weibo"]
    spike = rows[(rows["name"] == "P033") & (rows["kind"] == "spike")]
    assert str(spike["start"].iloc[0])[:10] == "2025-06-24"


def test_proposals_stand_for_everybody_who_worked_in_june(june):
    tables, found = june
    working = set(tables.facts.loc[tables.facts["date"] >= "2025-06-01", "specialist_id"])
    sales = found.proposals[found.proposals["indicator"] == "sales"]
    assert set(sales["specialist_id"]) <= working and len(sales) >= 12
    assert (sales["low"] < sales["target"]).all() and sales["basis"].str.contains("season").all()
