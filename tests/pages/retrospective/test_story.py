"""Sentences: which one is said follows from intervals alone; every bad input has its words."""

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kit import words
from kit.pages.retrospective import mix, own, page, view, waterfall
from kit.retrospective.review import review
from kit.retrospective.story import _mixed, boxes, doubts, story
from tests.retrospective.desk import Desk, span, steady
from tests.retrospective.test_waterfall import market

NOTEBOOK = Path(__file__).resolve().parents[3] / "notebooks/4_retrospective.ipynb"


MAY = span("2025-05-01", "2025-05-31", "2025-05")


JUNE = span("2025-06-01", "2025-06-30", "2025-06")


def keys(desk):
    return [claim.key.removeprefix("retrospective.") for claim in story(review(desk), {})]


def shop(frames=None, before=MAY, now=JUNE, **more):
    desk = Desk(frames or steady(), now, before, **more)
    desk.issues = pd.DataFrame({"severity": []})
    desk.digest = "0" * 32
    return desk


def test_a_steady_month_claims_no_driver_and_nothing_of_our_own():
    said = keys(shop(steady(plans=8, seed=3)))
    assert said[1] == "own_unclear" and said[2] == "no_driver" and said[4] == "no_actions"


@pytest.mark.parametrize("factor, way", [(1.5, "up"), (0.6, "down")])
def test_a_real_change_of_rates_is_ours(factor, way):
    frames = steady()
    late = frames["ads"]["date"] >= "2025-06-01"
    frames["ads"].loc[late, ["orders", "revenue", "add_to_carts"]] *= factor
    said = keys(shop(frames))
    assert said[:3] == [f"change_{way}", f"own_{way}_bare", f"driver_{way}"]
    level = {"market": market(1, 1, 1)}
    assert keys(shop(frames | level))[1] == f"own_{way}"  # an index that stood still


@pytest.mark.parametrize(
    "lang, said", [("zh", "还不足以说好坏"), ("en", "neither good nor bad yet")]
)
def test_an_interval_without_zero_is_a_hint_while_three_claims_share_the_error(
    lang, said, monkeypatch
):
    """Rates up by a hundredth: 95 % leave out zero, yet p is above a third of 5 %: no claim."""
    frames = steady()
    late = frames["ads"]["date"] >= "2025-06-01"
    frames["ads"].loc[late, ["orders", "revenue", "add_to_carts"]] *= 1.01
    v = opened(shop(frames), monkeypatch, lang)
    total = v.found.bridge.total()
    assert total["rate_low"] > 0 and 0.05 / 3 < total["rate_p"] < 0.05
    claim = story(v.found, {})[1]
    assert claim.key == "retrospective.own_hint" and said in v.told(claim)
    cards = page.cards(v)[0].data["cards"]
    [card] = [c for c in cards if c["label"].startswith(v.say("of_it_rate"))]
    assert card["tone"] == "unclear"


def opened(desk, monkeypatch, lang="zh"):
    """The page's view of a desk, without files."""
    return view.view(desk, review(desk), lang, "manager")


PAIR = {
    "measure": "click_conversion",
    "specialist_id": None,
    "dimension": "channel × category",
    "segment": "search × bedding",
    "state": "share",
    "colour": "red",
    "before": 0.0346,
    "now": 0.0299,
    "mix": -0.0104,
    "rate": 0.0057,
}


@pytest.mark.parametrize("lang, cell", [("zh", "搜索 × 床品"), ("en", "search × bedding")])
def test_a_pair_of_segments_is_named_in_the_readers_words_and_its_parts_add_up(
    lang, cell, monkeypatch
):
    """3.46 to 2.99 is −0.47 = −1.04 + 0.57: both parts with two decimals."""
    said = opened(shop(), monkeypatch, lang).told(_mixed(PAIR))
    assert cell in said and "−1.04 " in said and "+0.57 " in said


@pytest.mark.parametrize(
    "lang, said", [("zh", "比 2025-05-12 至 2025-05-31 多"), ("en", "on 2025-05-12 to 2025-05-31")]
)
def test_days_compared_with_are_written_with_a_word_between_the_dates(lang, said, monkeypatch):
    frames = steady()
    frames["ads"].loc[frames["ads"]["date"] >= "2025-06-01", "revenue"] *= 1.2
    v = opened(shop(frames, span("2025-05-12", "2025-05-31")), monkeypatch, lang)
    assert said in v.told(story(v.found, {})[0])


def test_only_a_step_of_our_own_beyond_chance_is_drawn_as_a_gain_or_a_loss(monkeypatch):
    """Rates of a steady month stand in grey; market, days, events and spend are no merit."""
    v = opened(shop(), monkeypatch)
    drawn = []
    monkeypatch.setattr(waterfall.figures, "waterfall", lambda rows, **more: drawn.append(rows))
    monkeypatch.setattr(waterfall.blocks, "figure", lambda *args, **more: None)
    waterfall.waterfall(v)
    [rows] = drawn
    known = rows[~rows["tone"].isin(["others", "neutral"])].dropna(subset=["low", "high"])
    holds = (known["low"] <= 0) & (known["high"] >= 0)
    assert holds.any() and (known["tone"].eq("unclear") == holds).all()
    given = rows["label"].isin([v.say(f"cause_{c}") for c in waterfall.CAUSES])
    assert given.sum() == 3 and rows.loc[given, "tone"].eq("others").all()
    spend = rows.loc[rows["label"] == v.step("spend"), "tone"]
    assert spend.tolist() == ["neutral"], "a decision of ours, neither gain nor loss"


def test_the_caption_of_the_mix_names_the_largest_one_of_the_table(monkeypatch):
    v = opened(shop(), monkeypatch)
    row = {
        "specialist_id": None,
        "measure": "click_conversion",
        "before": 0.03,
        "now": 0.0336,
        "delta": 0.0036,
        "se": 0.001,
        "colour": "",
        "segment": "a",
        "state": "share",
    }
    mixes = [("channel", -0.0013, 4), ("strategy", -0.0015, 5)]  # coarser, and larger
    found = pd.DataFrame(
        [row | {"dimension": d, "mix": m, "rate": 0.0036 - m, "segments": n} for d, m, n in mixes]
    )
    shown = mix.mix(dataclasses.replace(v, found=dataclasses.replace(v.found, mix=found)))
    assert "策略" in shown.data["caption"] and "−0.15 个百分点" in shown.data["caption"]
    assert "+0.16 至 +0.56" in shown.html  # 0.36 ± 1.96 x 0.10
    drawn = {row["label"]: (row["mix"], row["rate"], row["delta"]) for row in shown.data["rows"]}
    assert drawn["策略"] == pytest.approx((-0.0015, 0.0051, 0.0036))


def two_teams(factor):
    """S0 and S1 are team A, whose sales grow by `factor`; the market and team B stand still."""
    frames = steady(noise=False) | {"market": market(1, 1, 1)}
    roster = frames["roster"]
    first = roster["specialist_id"].isin(["S0", "S1"])
    frames["roster"] = roster.assign(team=np.where(first, "A", "B"), manager_id="M2")
    frames["roster"].loc[first, "manager_id"] = "M1"
    plans = frames["assignment"].loc[frames["assignment"]["specialist_id"].isin(["S0", "S1"])]
    ads = frames["ads"]
    grown = (ads["date"] >= "2025-06-01") & ads["plan_id"].isin(plans["plan_id"])
    ads.loc[grown, ["orders", "revenue", "add_to_carts"]] *= factor
    sold = ads[ads["plan_id"].isin(plans["plan_id"])]
    months = [sold.loc[sold["date"].dt.month == n, "revenue"].sum() for n in (5, 6)]
    return shop(frames), months


def test_a_manager_reads_the_own_team_first_and_the_shop_in_a_fold(monkeypatch):
    """Sales of the team by hand: the sums of its plans' rows in May and June."""
    desk, (may, june) = two_teams(1.3)
    v = view.view(desk, review(desk), "en", "manager/M1")
    row = own.own_team(v)
    assert row["team"] == "A" and (row["v0"], row["v1"]) == pytest.approx((may, june))
    parts = row[[*waterfall.CAUSES, "spend", "rate"]].sum() + row.get("volume", 0.0)
    assert parts == pytest.approx(june - may)
    head, market_, *_ = page.first(v)
    assert "A" in head.data["team"] and 'data-answers="market"' in market_.html
    first = market_.data["sentences"][0]
    assert first.startswith("A sold") and f"({100 * (june / may - 1):.1f}%)" in first
    shown = waterfall.moved(v)
    assert shown[0].id == "waterfall-team" and shown[1].kind == "details"
    bars = own._parts(v, row)
    assert bars["value"].iloc[:-1].sum() == pytest.approx(bars["value"].iloc[-1])


def test_who_sees_all_teams_reads_the_shop_with_its_parts_in_the_first_sentence(monkeypatch):
    desk, _ = two_teams(1.3)
    v = view.view(desk, review(desk), "en", "hr")
    assert own.own_team(v) is None and [b.id for b in waterfall.moved(v)] == ["waterfall"]
    first = page.first(v)[1].data["sentences"][0]
    assert first.startswith("The whole shop sold") and "external factors" in first
    bare = opened(shop(), monkeypatch, "en")  # no market: nobody can say what was external
    assert "external" not in page.first(bare)[1].data["sentences"][0]


def test_what_could_not_be_estimated_is_a_dash_to_those_who_hear_the_picture(monkeypatch):
    v = opened(shop(), monkeypatch, "en")
    shown = pd.DataFrame(
        [{"label": "Events", "value": 0.0, "kind": "unknown"}, {"label": "Mix", "value": 12_345.0}]
    )
    told = {}
    monkeypatch.setattr(waterfall.blocks, "figure", lambda *args, **more: told.update(more))
    monkeypatch.setattr(waterfall.figures, "waterfall", lambda rows, **more: None)
    monkeypatch.setattr(waterfall, "_steps", lambda *args: shown.assign(tone="others"))
    waterfall.waterfall(v)
    assert "Events —" in told["alt"] and "Mix +12.3k" in told["alt"]


def test_what_the_market_brought_is_not_ours():
    """Sales and spend grow by half with the market: own part unclear, the change is up."""
    frames = steady() | {"market": market(1.5, 1.5, 1.5)}
    late = frames["ads"]["date"] >= "2025-06-01"
    frames["ads"].loc[
        late, ["spend", "impressions", "clicks", "orders", "revenue", "add_to_carts"]
    ] *= 1.5
    assert keys(shop(frames))[:2] == ["change_up", "own_unclear"]


def test_mix_is_the_third_sentence_where_it_made_the_rate():
    """Half of the money moves from a strong channel to a weak one; no channel's rate moves."""
    frames = steady()
    ads = frames["ads"]
    number = ads["plan_id"].str[1:].astype(int)
    ads.loc[number % 4 == 0, ["orders", "revenue", "add_to_carts"]] *= 4
    late = ads["date"] >= "2025-06-01"
    scale = np.where(late & (number % 4 == 0), 0.4, np.where(late, 1.6, 1.0))
    for column in ("spend", "impressions", "clicks", "orders", "revenue", "add_to_carts"):
        ads[column] = ads[column] * scale
    frames["ads"] = ads
    found = story(review(shop(frames)), {})[2]
    assert found.key in ("retrospective.mixed", "retrospective.amber", "retrospective.simpson")
    assert found.facts["mix"][0] < 0 and found.facts["dimension"][0] == "channel"


def test_a_red_box_names_the_person_and_the_dimension():
    frames = steady(noise=False)
    ads = frames["ads"]
    mine = ads["plan_id"].isin(["P00", "P06"])  # S0: search and content
    strong = ads["plan_id"] == "P00"
    late = ads["date"] >= "2025-06-01"
    ads.loc[strong, ["orders", "revenue"]] *= 3
    ads.loc[mine & late, ["orders", "revenue"]] *= 1.05
    for part, scale in ((strong & late, 0.3), ((ads["plan_id"] == "P06") & late, 3.0)):
        ads.loc[part, ["spend", "impressions", "clicks", "orders", "revenue"]] *= scale
    frames["ads"] = ads[mine]
    found = [(tone, c) for tone, c in boxes(review(shop(frames))) if tone == "refuse"]
    assert any(
        c.facts["who"][0] == "S0" and c.facts["measure"][0] == "click_conversion" for _, c in found
    )


def test_no_prior_says_so_first_and_keeps_lists_and_actions():
    said = keys(shop(before=None))
    assert said[0] == "level" and len(said) == 3


def test_doubts_name_what_is_missing():
    found = {c.key.removeprefix("retrospective.") for c in doubts(review(shop()))}
    assert {"market_none", "no_margin", "confounded"} <= found


def test_every_claim_has_words_for_all_its_facts():
    said = review(shop(steady() | {"market": market(1.2, 1.1)}))
    for claim in [*story(said, {}), *doubts(said), *(c for _, c in boxes(said))]:
        for text in words.table()[claim.key].values():
            asked = {part.split(":")[0].split("}")[0] for part in text.split("{")[1:]}
            assert asked <= {*claim.facts, *claim.parts}, claim.key


def test_the_record_survives_the_cache():
    import pickle

    found = review(shop())
    again = pickle.loads(pickle.dumps(found))
    assert again.bridge.total().equals(found.bridge.total())
    assert dataclasses.is_dataclass(again)
