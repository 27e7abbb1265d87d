"""Lasting steps: found by their means, told once, with their event; how often chance makes one."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from kit.pages.retrospective import troubles as page
from kit.pages.retrospective.view import View
from kit.retrospective.anomaly import troubles
from kit.retrospective.steps import shared, steps
from tests.retrospective.desk import Desk, span, steady

WEEKDAY = np.arange(56) % 7
STEADY = np.zeros(56, int)
JUNE = np.repeat([0, 1, 2, 3], [26, 12, 8, 10])  # 618: warm-up, peak (left out), return
CHANCE = 0.05 / 3  # as the scheme's `false_claims` are shared
KINDS = ["spend", "heavy", "orders", "sales"]
PLANS = 40


def one(values, stage=STEADY):
    """What is told of a single series."""
    days = np.column_stack([stage, WEEKDAY])
    alone = {"common": np.zeros((56, 1)), "kind": np.zeros(1, int)}
    [found] = steps(values[:, None], days, CHANCE, **alone)
    return found


def test_a_step_is_told_by_its_means():
    """By hand: 28 days of 98 and 102 by turns, then of 147 and 153: 150 / 100 = 1.5."""
    values = np.where(np.arange(56) % 2, 102.0, 98.0) * np.where(np.arange(56) < 28, 1, 1.5)
    found = one(values)
    assert (found.at, found.after, found.times) == (28, pytest.approx(150), pytest.approx(1.5))
    assert 1 < found.low < 1.5 < found.high < 1.6


@pytest.mark.parametrize("times", [0.5, 2.5])
def test_what_begins_with_a_stage_of_a_promotion_is_no_step(times):
    """The same change on the day a stage begins, in its middle, and without a promotion."""
    noise = np.exp(0.1 * np.random.default_rng(1).standard_normal(56))
    told = {}
    for name, day, stage in (("start", 26, JUNE), ("inside", 32, JUNE), ("none", 26, STEADY)):
        values = 100 * noise * np.where(np.arange(56) < day, 1, times)
        told[name] = one(values, stage)
    assert told["start"] is None
    assert told["inside"].at == 32 and told["none"].at == 26


def test_one_huge_day_is_no_step():
    values = 100 * np.exp(0.1 * np.random.default_rng(2).standard_normal(56))
    values[40] *= 30
    assert one(values) is None


def series(rng, kind, memory):
    """Days × plans that stand still: spend, heavy tails, two orders a day, their sales (ln 1.5)."""
    noise = rng.standard_normal((56, PLANS))
    for i in range(1, 56):
        noise[i] = memory * noise[i - 1] + np.sqrt(1 - memory**2) * noise[i]
    week = (1 + 0.4 * (WEEKDAY >= 5))[:, None]
    if kind in {"spend", "heavy"}:
        return np.exp({"spend": 0.25, "heavy": 1.5}[kind] * noise) * week
    orders = rng.poisson(np.exp(0.3 * noise) * week * 2.0)
    if kind == "orders":
        return orders * 1.0
    return np.array([[rng.lognormal(0, 1.5, n).sum() for n in row] for row in orders])


def company(rng, memory, stage, step=None):
    """Four measures of forty plans looked at at once; in a promotion each answers its own way."""
    values = np.hstack([series(rng, kind, memory) for kind in KINDS])
    for at in range(1, stage.max() + 1):
        values[stage == at] *= [1, 1.6, 2.5, 1.1][at] * np.exp(
            0.3 * rng.standard_normal(len(values.T))
        )
    if step:
        values[36:, ::10] *= step
    values[stage == 2] = np.nan
    parts = np.split(values, len(KINDS), axis=1)
    common = [np.tile(shared(part, WEEKDAY)[:, None], PLANS) for part in parts]
    days, kind = np.column_stack([stage, WEEKDAY]), np.repeat(np.arange(len(KINDS)), PLANS)
    return steps(values, days, CHANCE, common=np.hstack(common), kind=kind)


@pytest.mark.slow
@pytest.mark.parametrize("stage", [STEADY, JUNE], ids=["steady", "promotion"])
@pytest.mark.parametrize("memory", [0.0, 0.3])
def test_chance_names_a_step_in_about_one_review_of_twenty(memory, stage):
    """160 series stand still: of 60 companies at most 6 (5 % and twice its error) see one."""
    rng = np.random.default_rng(11)
    assert sum(any(company(rng, memory, stage)) for _ in range(60)) <= 6


@pytest.mark.slow
@pytest.mark.parametrize("step", [0.5, 2])
@pytest.mark.parametrize("memory, least", [(0.0, 0.9), (0.3, 0.7)])
def test_a_halved_or_doubled_spend_is_found(memory, least, step):
    """Four of forty plans from day 36 on, days of ± 25 %, 160 series looked at: the share found."""
    rng = np.random.default_rng(12)
    found = [company(rng, memory, STEADY, step)[:PLANS] for _ in range(20)]
    hits = [one for each in found for one in each[::10]]
    assert np.mean([one is not None for one in hits]) >= least
    assert np.median([abs(one.at - 36) for one in hits if one]) <= 1


MAY = span("2025-05-01", "2025-05-31", "2025-05")


def shop(inside, times=2.0, events=None, first="2025-05-12"):
    """A shop of 24 plans from 1 April; the plans of `inside` have another level from `first` on."""
    frames = steady(start="2025-04-01", plans=24)
    frames["plans"]["platform"] = "only " + frames["plans"]["channel"]
    ads = frames["ads"]
    rows = inside(ads["plan_id"].str[1:].astype(int)) & (ads["date"] >= first)
    ads.loc[rows, ["impressions", "clicks", "spend", "orders", "revenue"]] *= times
    if events is not None:
        frames["events"] = events
    return troubles(Desk(frames, MAY, None))


def lasting(found):
    return found[found["kind"] == "shift"]


@pytest.mark.parametrize("times", [0.6, 1.7])
def test_a_plans_step_is_told_once_and_not_as_single_days(times):
    """Under the factor 2 that a single day of a plan needs."""
    found = shop(lambda plan: plan == 3, times)
    [row] = lasting(found).to_dict("records")
    assert (row["scope"], row["name"]) == ("plan_id", "P03")
    assert abs((row["start"] - pd.Timestamp("2025-05-12")).days) <= 1
    assert row["times__low"] < times < row["times__high"]
    assert not found["kind"].isin(["spike", "drop"]).any()


def test_a_channels_step_is_told_once_for_measures_platform_and_plans():
    found = shop(lambda plan: plan % 4 == 1)
    [row] = lasting(found).to_dict("records")
    assert (row["scope"], row["name"]) == ("channel", "social")
    assert not found["kind"].isin(["spike", "drop"]).any()


def event(plan, day):
    given = {"kind": "price_change", "plan_id": plan, "start_date": pd.Timestamp(day)}
    return pd.DataFrame([given | {"end_date": pd.Timestamp("2025-05-31"), "controllable": 0.0}])


@pytest.mark.parametrize(
    "plan, day, told",
    [("P03", "2025-05-13", "price_change"), ("P04", "2025-05-13", ""), ("P03", "2025-04-20", "")],
)
def test_the_event_on_record_about_then_stands_beside_the_step(plan, day, told):
    [row] = lasting(shop(lambda p: p == 3, events=event(plan, day))).to_dict("records")
    assert row["event"] == told


def test_a_step_too_late_to_be_told_is_told_by_the_next_review():
    """28 April has three days of April left: April's review is silent, May's tells it."""
    [row] = lasting(shop(lambda plan: plan == 3, first="2025-04-28")).to_dict("records")
    assert row["start"] < pd.Timestamp(MAY.start)
    assert lasting(shop(lambda plan: plan == 3, first="2025-04-20")).empty


@pytest.mark.parametrize(
    "lang, told", [("en", "price change (2025-05-13)"), ("zh", "调价（2025-05-13）")]
)
def test_the_page_says_times_with_their_interval_and_the_event(lang, told):
    found = shop(lambda plan: plan == 3, events=event("P03", "2025-05-13"))
    v = View(Desk(steady(), MAY, None), lang, SimpleNamespace(troubles=found), {}, {})
    block = page.troubles(v)
    [row] = lasting(found).to_dict("records")
    first = block.data["rows"][0]
    assert first["event"] == told
    ends = ["times", "times__low", "times__high"]
    assert [first[key] for key in ends] == [row[key] for key in ends]
    assert v.say("note_lasting") in str(block.html)
