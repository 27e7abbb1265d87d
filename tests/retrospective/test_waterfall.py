"""One change, reconciled: sums to the cent on every cut, edges worded, events by hand."""

import numpy as np
import pandas as pd
import pytest

from kit.retrospective.bridge import decompose_levels
from kit.retrospective.scope import last_year, phases, this_span
from kit.retrospective.waterfall import CAUSES, waterfall
from tests.retrospective.desk import Desk, span, steady

MAY = span("2025-05-01", "2025-05-31", "2025-05")
JUNE = span("2025-06-01", "2025-06-30", "2025-06")
LEVELS = ["spend", "impressions", "clicks", "add_to_carts", "orders", "revenue"]


def desk(frames=None, before=MAY, **more):
    return Desk(frames or steady(), JUNE, before, **more)


def market(*growth):
    """A market index of 100 in May and 100 x growth in June, a category each."""
    dates = pd.date_range("2025-05-01", "2025-06-30")
    names = ("bedding", "kitchen", "decor")
    parts = []
    for name, grown in zip(names, growth, strict=False):
        index = np.where(dates.month == 6, 100 * grown, 100.0)
        parts.append(pd.DataFrame({"date": dates, "category": name, "index": index}))
    return pd.concat(parts, ignore_index=True)


@pytest.mark.parametrize("column", ["plan_id", "specialist_id", "team", "channel", "category"])
def test_parts_add_up_to_the_cent_on_every_cut(column):
    frames = steady() | {"market": market(1.2, 0.9, 1.05)}
    frames["ads"].loc[frames["ads"]["plan_id"] == "P03", ["orders", "revenue", "add_to_carts"]] = (
        0.0
    )
    w = waterfall(desk(frames))
    cut = w.by(column)
    total = w.total()
    parts = [*CAUSES, *w.steps]
    assert np.allclose(cut[parts].sum(axis=1), cut["change"], atol=0.005)
    assert np.allclose(
        cut[[*parts, "own", "v0", "v1"]].sum(), total[[*parts, "own", "v0", "v1"]], atol=0.005
    )
    twins = [f"twin_{s}" for s in w.steps]
    assert total[twins].sum() == pytest.approx(total["own"], abs=0.005)


def test_change_is_the_plain_difference_of_two_sums():
    frames = steady()
    ads = frames["ads"]
    plain = (
        ads.loc[ads["date"] >= "2025-06-01", "revenue"].sum()
        - ads.loc[ads["date"] < "2025-06-01", "revenue"].sum()
    )
    assert waterfall(desk(frames)).total()["change"] == pytest.approx(plain)


def test_market_is_v0_times_growth_per_category():
    """V0 (m1/m0 - 1) by hand: bedding +20 %, kitchen and decor as they were."""
    frames = steady() | {"market": market(1.2, 1.0, 1.0)}
    ads = frames["ads"].merge(frames["plans"])
    bedding = ads.loc[
        (ads["date"] < "2025-06-01") & (ads["category"] == "bedding"), "revenue"
    ].sum()
    total = waterfall(desk(frames)).total()
    assert total["market"] == pytest.approx(0.2 * bedding)
    assert total["days"] == pytest.approx((total["v0"] + total["market"]) * (30 / 31 - 1))


def test_one_plan_without_market_equals_the_formula_of_its_levels():
    frames = steady(plans=1)
    ads = frames["ads"]
    w = waterfall(desk(frames, before=span("2025-05-02", "2025-05-31")))
    sums = [
        ads[ads["date"].between(a, b)][LEVELS].sum().to_dict()
        for a, b in (("2025-05-02", "2025-05-31"), ("2025-06-01", "2025-06-30"))
    ]
    want = decompose_levels(*sums).contributions
    assert {s: w.total()[s] for s in w.steps} == pytest.approx(want)


def test_a_channel_that_is_new_or_gone_is_all_spend():
    frames = steady()
    ads = frames["ads"]
    plans = frames["plans"]
    social = plans.loc[plans["channel"] == "social", "plan_id"]
    frames["ads"] = ads[~(ads["plan_id"].isin(social) & (ads["date"] < "2025-06-01"))]
    row = waterfall(desk(frames)).by("channel").set_index("channel").loc["social"]
    assert row["v0"] == 0 and row["spend"] == pytest.approx(row["v1"]) and row["market"] == 0
    assert np.isnan(row["rate_low"]) and not row["fixed"]  # not measured, which is not "0 ± x"


def test_without_spend_the_chain_begins_with_what_is_measured():
    frames = steady()
    frames["ads"][["spend", "impressions", "clicks"]] = 0.0
    w = waterfall(desk(frames))
    assert w.steps == ["add_to_carts", "cart_to_order", "aov"]
    assert w.total()[[*CAUSES, *w.steps]].sum() == pytest.approx(w.total()["change"])


def test_a_step_not_measured_shortens_the_chain():
    frames = steady()
    frames["ads"]["add_to_carts"] = np.nan
    assert waterfall(desk(frames)).steps == [
        "spend",
        "imp_per_spend",
        "ctr",
        "click_conversion",
        "aov",
    ]


@pytest.mark.parametrize("base", [0.0, -5.0, None])
def test_a_market_base_missing_or_not_above_zero_is_not_used(base):
    table = market(1.2, 1.2, 1.2)
    table = table[table["date"] >= "2025-06-01"] if base is None else table
    if base is not None:
        table.loc[table["date"] < "2025-06-01", "index"] = base
    w = waterfall(desk(steady() | {"market": table}))
    assert w.growth.source == "none" and w.total()["market"] == 0
    assert len(w.growth.missing) == 3


def test_organic_orders_stand_in_for_a_market_index():
    days = pd.date_range("2025-05-01", "2025-06-30 23:00", freq="h")
    orders = pd.DataFrame({"order_id": range(len(days)), "paid_at": days, "customer_id": "c"})
    orders["revenue"] = np.where(days.month == 6, 12.0, 10.0)
    w = waterfall(desk(steady() | {"orders": orders.assign(plan_id=None)}))
    assert w.growth.source == "organic" and w.growth.overall == pytest.approx(1.2)


def test_no_prior_period_and_a_prior_without_rows_are_worded():
    none = waterfall(desk(before=None))
    empty = waterfall(desk(before=span("2024-01-01", "2024-01-31")))
    assert (
        none.reason.key == "retrospective.no_prior" and empty.reason.key == "retrospective.no_rows"
    )
    assert all("2024-01-01" in empty.reason.told(lang) for lang in ("zh", "en"))
    assert none.total()["change"] == 0


def test_one_day_of_data_gives_figures_without_intervals():
    day = span("2025-06-01", "2025-06-01")
    eve = span("2025-05-31", "2025-05-31")
    w = waterfall(Desk(steady(), day, eve))
    total = w.total()
    assert total[[*CAUSES, *w.steps]].sum() == pytest.approx(total["change"])
    assert np.isnan(total["rate_low"])


def stocked_out(noise=False):
    frames = steady(noise=noise)
    out = frames["ads"]["date"].between("2025-06-05", "2025-06-11") & (
        frames["ads"]["plan_id"] == "P02"
    )
    frames["ads"].loc[out, ["orders", "revenue", "add_to_carts"]] *= 0.2
    dates = [pd.Timestamp("2025-06-05"), pd.Timestamp("2025-06-11")]
    event = {"start_date": dates[:1], "end_date": dates[1:], "kind": "stock_out", "plan_id": "P02"}
    return frames, pd.DataFrame(event | {"channel": None, "controllable": False, "note": None})


def test_an_event_is_estimated_from_like_days_and_leaves_our_own_part():
    """Without noise: seven days at a fifth of the usual sales lose 0.8 x 7 usual days."""
    frames, events = stocked_out()
    ads = frames["ads"]
    usual = ads.loc[(ads["plan_id"] == "P02") & (ads["date"] == "2025-06-20"), "revenue"].iloc[0]
    w = waterfall(desk(frames | {"events": events}))
    assert w.events["effect"].iloc[0] == pytest.approx(-0.8 * 7 * usual)
    assert w.total()["events"] == pytest.approx(-0.8 * 7 * usual)
    assert w.by("plan_id").set_index("plan_id").loc["P02", "own"] == pytest.approx(0, abs=1)


def test_an_event_of_the_whole_shop_or_without_like_days_is_said_and_has_no_effect():
    frames, events = stocked_out()
    whole = events.assign(plan_id=None)
    long = events.assign(start_date=pd.Timestamp("2025-05-01"), end_date=pd.Timestamp("2025-06-30"))
    for table, reason in ((whole, "whole_shop"), (long, "few_like_days")):
        w = waterfall(desk(frames | {"events": table}))
        assert w.events["reason"].tolist() == [reason]
        assert w.total()["events"] == pytest.approx(0, abs=1e-6)


def test_a_controllable_event_stays_ours():
    frames, events = stocked_out()
    w = waterfall(desk(frames | {"events": events.assign(controllable=True)}))
    assert w.events.empty and w.total()["events"] == pytest.approx(0, abs=1e-6)


@pytest.mark.slow
def test_interval_of_our_own_part_covers_when_nothing_changed():
    """95 % claimed; counted over 30 shops in which only noise differs (99 %: 26)."""
    inside = 0
    for seed in range(30):
        total = waterfall(desk(steady(seed=seed, plans=6))).total()
        half = (total["rate_high"] - total["rate_low"]) / 2
        inside += abs(total["rate"]) <= half
    assert inside >= 26


def test_last_year_is_aligned_by_promotion_else_by_weekday():
    june = desk()
    spring = Desk(steady(), span("2025-03-03", "2025-03-09"), None)
    assert str(last_year(june, this_span(june)).start) == "2024-06-01"  # 618 to 618: 365 days
    assert last_year(spring, this_span(spring)).start.weekday() == 0


def test_phases_of_a_promotion_follow_one_another():
    found = phases(desk().scheme.promotions[0])
    assert [name for name, _ in found] == ["warm_up", "peak", "return_window", "after"]
    ends = [(str(s.start), str(s.end)) for _, s in found]
    assert ends == [
        ("2025-06-01", "2025-06-12"),
        ("2025-06-13", "2025-06-20"),
        ("2025-06-21", "2025-07-04"),
        ("2025-07-05", "2025-07-18"),
    ]


def test_what_is_paid_by_sale_is_no_efficiency_and_no_decision():
    """Affiliate plans cost a tenth of their sales; in June they sell half as much again."""
    frames = steady()
    ads = frames["ads"]
    paid = ads["plan_id"].str[1:].astype(int) % 4 == 3
    late = paid & (ads["date"] >= "2025-06-01")
    ads.loc[late, ["impressions", "clicks", "orders", "revenue", "add_to_carts"]] *= 1.5
    ads.loc[paid, "spend"] = ads.loc[paid, "revenue"] / 10
    w = waterfall(Desk(frames, JUNE, MAY))
    row = w.by("channel").set_index("channel").loc["affiliate"]
    assert row["spend"] == 0 and row["volume"] > 0.4 * row["v0"]
    assert np.isnan(row["rate_low"]) and abs(row["rate"]) < 1e-6 * row["v0"]
    step = w.drivers().set_index("step").loc["volume"]
    assert step["low"] < step["effect"] < step["high"]
    total = w.total()
    parts = total[["market", "days", "events", *w.steps]].sum()
    assert parts == pytest.approx(total["change"], abs=1e-6)


def test_a_span_that_the_data_hardly_cover_is_not_compared():
    frames = steady()
    frames["ads"] = frames["ads"][frames["ads"]["date"] >= "2025-05-20"]
    w = waterfall(Desk(frames, JUNE, MAY))
    assert w.reason.key == "retrospective.few_rows" and w.reason.facts["n"] == 12
