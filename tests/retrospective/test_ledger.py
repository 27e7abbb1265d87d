"""Actions judged by the figures, and targets proposed from history, season and agreements."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from kit.retrospective.ledger import block_error, in_scope, ledger, measure
from kit.retrospective.proposals import proposals
from kit.retrospective.scope import following
from tests.retrospective.desk import Desk, span, steady

MAY = span("2025-05-01", "2025-05-31", "2025-05")
JUNE = span("2025-06-01", "2025-06-30", "2025-06")
DUE = pd.Timestamp("2025-06-20")


def action(**facts):
    base = {
        "action_id": "A1",
        "period_id": "2025-05",
        "specialist_id": "S0",
        "scope": None,
        "finding": "f",
        "action": "a",
        "owner": "S0",
        "due": DUE,
        "indicator": "cpc",
        "baseline": 1.2,
        "expected_change": -0.1,
        "closed_on": pd.NaT,
        "result": None,
    }
    return base | facts


def judged(*actions, frames=None, **more):
    table = pd.DataFrame([action(**a) for a in actions])
    return ledger(Desk((frames or steady(noise=False)) | {"actions": table}, JUNE, MAY, **more))


def test_an_action_is_judged_by_the_periods_own_sums():
    """Spend is 1.2 a click throughout: a goal of 1.1 is missed, one of 1.2 is reached."""
    found = judged({}, {"action_id": "A2", "expected_change": 0.0})
    assert found["actual"].tolist() == pytest.approx([1.2, 1.2])
    assert found["status"].tolist() == ["missed", "reached"]


def test_direction_follows_the_indicator():
    """ROI 6 (150 x 0.04 a click of 1.2): lower would be reached for cost, is missed for ROI."""
    facts = {"indicator": "roi", "baseline": 9.0, "expected_change": 0.5}
    assert judged(facts)["status"].tolist() == ["missed"]


def test_not_due_open_and_unmeasured_actions_keep_apart():
    past = {"period_id": "2025-01", "due": pd.Timestamp("2025-02-01")}
    found = judged(
        {"action_id": "late", "due": pd.Timestamp("2025-07-15")},
        {"action_id": "bare", "indicator": None},
        past | {"action_id": "open"},
        past | {"action_id": "old", "closed_on": DUE},
    ).set_index("action_id")
    assert found["status"].to_dict() == {"late": "not_due", "bare": "no_data", "open": "missed"}


def test_an_empty_baseline_is_the_period_before():
    found = judged({"indicator": "clicks", "baseline": None, "expected_change": 0.0})
    frames = steady(noise=False)["ads"]
    mine = frames[frames["plan_id"].isin(["P00", "P03", "P06", "P09"])]
    clicks = mine.loc[mine["date"] < "2025-06-01", "clicks"].sum()
    assert found["baseline"].iloc[0] == pytest.approx(clicks)


def test_timeliness_and_budget_come_from_their_tables():
    tasks = pd.DataFrame({"task_id": ["1", "2", "3"], "specialist_id": "S0", "due": DUE})
    tasks = tasks.assign(
        status=["done", "done", "cancelled_by_business"],
        done_on=[DUE, pd.Timestamp("2025-06-25"), pd.NaT],
    )
    frames = steady(noise=False) | {"tasks": tasks}
    facts = {"indicator": "timeliness", "baseline": 0.4, "expected_change": 0.1}
    assert judged(facts, frames=frames)["actual"].tolist() == [0.5]


def test_a_goal_is_judged_over_the_rows_of_its_scope_whatever_baseline_was_recorded():
    """Clicks of S0 in search alone, and over all of S0's plans where the scope is for readers."""
    frames = steady()
    ads = frames["ads"].merge(frames["plans"]).merge(frames["assignment"])
    june = ads[(ads["specialist_id"] == "S0") & (ads["date"] >= "2025-06-01")]
    clicks = [june.loc[june["channel"] == "search", "clicks"].sum(), june["clicks"].sum()]
    facts = {"indicator": "clicks", "baseline": clicks[1]}
    found = judged(facts | {"scope": "搜索"}, facts | {"scope": "主图"}, frames=frames)
    assert found["actual"].tolist() == pytest.approx(clicks)
    assert found["over"].tolist() == ["channel:search", ""]


@pytest.mark.parametrize(
    "change, wanted, status",
    [
        ("-5%", 1.14, "missed"),
        ("5%", 1.26, "reached"),
        ("0.05", 1.25, "reached"),
        ("a lot", np.nan, "no_data"),
        (None, np.nan, "no_data"),
    ],
)
def test_a_change_with_percent_is_of_the_baseline(change, wanted, status):
    """The contract: absolute in the indicator's own unit unless written with %; cpc is 1.2."""
    [row] = judged({"expected_change": change}).to_dict("records")
    assert row["goal"] == pytest.approx(wanted, nan_ok=True) and row["status"] == status


def test_scope_names_a_channel_by_id_or_in_words():
    facts = Desk(steady(), JUNE, MAY).facts.assign(team="一组")
    for scope in ("search", "channel:search", "搜索", " Search"):
        rows, over = in_scope(facts, {"scope": scope})
        assert set(rows["channel"]) == {"search"} and over == "channel:search"
    assert len(in_scope(facts, {"scope": "something else"})[0]) == len(facts)
    assert set(in_scope(facts, {"specialist_id": "S1"})[0]["specialist_id"]) == {"S1"}


def test_a_measure_without_denominator_is_missing():
    facts = Desk(steady(), JUNE, MAY).facts.assign(clicks=0.0)
    assert measure(facts, "ctr")[0] == 0
    assert np.isnan(measure(facts, "click_conversion")[0])


def history(growth=1.0):
    """Fifteen months without noise; July of last year sold `growth` times the months before."""
    frames = steady(noise=False, days=456, start="2024-04-01", plans=3)
    july = frames["ads"]["date"].between("2024-06-30", "2024-08-05")
    frames["ads"].loc[july, ["orders", "revenue"]] *= growth
    return frames


def proposed(frames):
    desk = Desk(frames, JUNE, MAY)
    return proposals(desk, ledger(desk))


def test_proposal_is_level_times_season_times_days():
    """Steady months: sales of 31 July days = daily sales x 31 x last year's step of 1.3."""
    frames = history(1.3)
    table = proposed(frames).set_index(["specialist_id", "indicator"])
    ads = frames["ads"]
    daily = ads[(ads["date"] == "2025-06-15") & (ads["plan_id"] == "P00")]["revenue"].sum()
    row = table.loc[("S0", "sales")]
    assert row["target"] == pytest.approx(daily * 31 * 1.3, rel=0.01)
    assert row["basis"] == "history_season" and row["period_id"] == "2025-07"
    assert row["low"] < row["target"] < row["high"]
    assert table.loc[("S0", "roi"), "basis"] == "history"


def test_no_target_is_proposed_where_months_vary_too_much():
    """June sells six times as much as April and May: 80 % reach beyond twice any target."""
    frames = history()
    june = frames["ads"]["date"] >= "2025-06-01"
    frames["ads"].loc[june, "revenue"] *= 6
    assert {"sales", "ctr"} <= set(proposed(history())["indicator"])
    assert set(proposed(frames)["indicator"]) >= {"ctr"}
    assert "sales" not in set(proposed(frames)["indicator"])


def test_the_interval_of_a_proposal_widens_for_few_months():
    """CTR of three 30-day blocks, 8 %, 10 %, 9 % from the latest back: 80 % t by hand, 2 df."""
    frames = steady(noise=False, days=90, start="2025-04-02", plans=3)
    ads = frames["ads"]
    block = (pd.Timestamp("2025-06-30") - ads["date"]).dt.days // 30
    ads["clicks"] = ads["impressions"] * block.map({0: 0.08, 1: 0.10, 2: 0.09})
    row = proposed(frames).set_index(["specialist_id", "indicator"]).loc[("S0", "ctr")]
    middle = (3 * 0.08 + 2 * 0.10 + 0.09) / 6
    wide = np.exp(1.8856 * np.std(np.log([0.08, 0.10, 0.09]), ddof=1) * np.sqrt(30 / 31 + 1 / 3))
    assert row["target"] == pytest.approx(middle)
    assert row["high"] == pytest.approx(middle * wide, rel=1e-4)


def test_half_of_an_agreed_change_enters_the_target():
    open_action = {
        "indicator": "sales",
        "expected_change": 1000.0,
        "due": pd.Timestamp("2025-07-20"),
    }
    actions = pd.DataFrame([action(**open_action)])
    bare = proposed(history())
    more = proposed(history() | {"actions": actions})
    pick = [
        t[(t["specialist_id"] == "S0") & (t["indicator"] == "sales")].iloc[0] for t in (bare, more)
    ]
    assert pick[1]["target"] - pick[0]["target"] == pytest.approx(500)
    assert pick[1]["basis"].endswith("_actions")


def test_proposals_have_the_columns_of_the_targets_table():
    wanted = list(Desk(history(), JUNE, MAY).get("targets"))
    assert wanted == list(proposed(history()))[: len(wanted)]


@pytest.mark.parametrize(
    "now, ahead",
    [
        (span("2025-06-01", "2025-06-30"), "2025-07"),
        (span("2025-04-01", "2025-06-30"), "2025-Q3"),
        (span("2024-01-01", "2024-12-31"), "2025"),
        (span("2025-06-13", "2025-06-20", "618"), "619"),
    ],
)
def test_the_next_period_is_of_the_same_kind(now, ahead):
    assert following(now).id == ahead


def acted(factor, **more):
    """30 weeks of a noisy shop; from June on S0 pays `factor` times as much for a click."""
    frames = steady(days=212, start="2024-12-01", plans=12, **more)
    frames["plans"]["category"] = "bedding"  # S0's plans and the others' in one market
    late = frames["ads"]["plan_id"].str[1:].astype(int) % 3 == 0
    late &= frames["ads"]["date"] >= "2025-06-01"
    frames["ads"].loc[late, "spend"] *= factor
    return judged({"expected_change": 0.0}, frames=frames).iloc[0]


def test_an_action_is_compared_with_plans_that_did_not_act():
    """Clicks a fifth cheaper than the others': that effect, by hand; with none, nothing is sure."""
    cheaper = acted(0.8)
    same = acted(1.0)
    dearer = acted(1.25)  # a cost: more is worse
    assert dearer["effect"] == pytest.approx(0.25, abs=1e-9)
    assert [row["harm"] for row in (cheaper, same, dearer)] == [False, False, True]
    assert cheaper["effect"] == pytest.approx(-0.2, abs=1e-9) and cheaper["sure"]
    assert same["effect"] == pytest.approx(0, abs=1e-9) and not same["sure"]


def test_a_ratio_on_too_little_is_not_judged():
    """E6: the library asks for 200 clicks; on 20 a conversion of 5 % is no goal reached."""
    frames = steady(noise=False)
    few = frames["ads"]["plan_id"].eq("P00") & frames["ads"]["date"].ge("2025-06-01")
    ads = frames["ads"].copy()
    ads.loc[few, ["clicks", "orders"]] = [20 / 30, 1 / 30]
    facts = {"indicator": "click_conversion", "baseline": 0.03, "expected_change": 0.01}
    found = judged(facts | {"scope": "P00"}, frames=frames | {"ads": ads}).iloc[0]
    assert found["actual"] == pytest.approx(0.05)
    assert (found["status"], found["reason"]) == ("no_data", "retrospective.too_few")
    assert not found["sure"] and np.isnan(found["effect"])


def test_the_market_of_the_plans_categories_stands_beside_a_sum():
    """E7: P00 is bedding, whose index is 100 in May and 130 in June; others stand still."""
    days = pd.date_range("2025-05-01", "2025-06-30")
    rows = [
        {"date": day, "category": c, "index": 130.0 if (day.month, c) == (6, "bedding") else 100.0}
        for day in days
        for c in ("bedding", "kitchen", "decor")
    ]
    frames = steady(noise=False) | {"market": pd.DataFrame(rows)}
    facts = {"scope": "P00", "baseline": None, "expected_change": 0.0}
    found = judged(facts | {"indicator": "sales"}, facts | {"indicator": "roi"}, frames=frames)
    assert found["grown"].iloc[0] == pytest.approx(0.3) and np.isnan(found["grown"].iloc[1])
    assert np.isnan(judged(facts | {"indicator": "sales"})["grown"].iloc[0])


def test_like_plans_share_the_category():
    """E7: only another category's plans of the channel rose by half; that is no effect of mine."""
    frames = steady(noise=False, days=120, start="2025-03-03", plans=24)
    ads = frames["ads"].merge(frames["plans"][["plan_id", "category"]])
    late = ads["date"].ge("2025-06-01") & ads["category"].ne("bedding")
    ads.loc[late, "clicks"] *= 1.5
    facts = {"indicator": "clicks", "scope": "P00", "baseline": None, "expected_change": 0.0}
    found = judged(facts, frames=frames | {"ads": ads.drop(columns="category")}).iloc[0]
    assert found["effect"] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("rho, least", [(0.0, 0.94), (0.3, 0.935)])
def test_block_errors_cover_up_to_their_memory(rho, least):
    """1,000 series of 14 weeks, then 4: the share of t intervals that hold the true 0."""
    rng = np.random.default_rng(4)
    noise = rng.standard_normal((1000, 38))
    for i in range(1, 38):
        noise[:, i] = rho * noise[:, i - 1] + np.sqrt(1 - rho**2) * noise[:, i]
    held = []
    for pre, post in zip(noise[:, 20:34], noise[:, 34:], strict=True):
        se, df = block_error(pre, 4)
        held.append(abs(post.mean() - pre.mean()) <= stats.t.ppf(0.975, df) * se)
    assert np.mean(held) >= least


def test_a_months_goal_is_not_held_against_a_quarters_sum():
    """Agreed for June on May's clicks: in the quarter's run June alone is counted."""
    quarter = span("2025-04-01", "2025-06-30", "2025-Q2")
    frames = steady(noise=False, days=91, start="2025-04-01")
    facts = {"indicator": "clicks", "baseline": None, "expected_change": 0.0}
    found = ledger(Desk(frames | {"actions": pd.DataFrame([action(**facts)])}, quarter, None))
    ads = frames["ads"][frames["ads"]["plan_id"].isin(["P00", "P03", "P06", "P09"])]
    june = ads.loc[ads["date"] >= "2025-06-01", "clicks"].sum()
    assert found["actual"].tolist() == pytest.approx([june])
    assert found["baseline"].tolist() == pytest.approx([june * 31 / 30])
