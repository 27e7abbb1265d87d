"""What is said of a team's own part, state by state: efficiency only where spend was measured."""

import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from kit.pages.retrospective import everywhere, lists, own, page, view, waterfall
from kit.retrospective.review import review
from kit.retrospective.story import _ours, doubts, merit
from tests.pages.retrospective.test_story import MAY, shop, two_teams
from tests.retrospective.desk import span, steady
from tests.retrospective.test_waterfall import market

EFFICIENCY = {"zh": "效率 ", "en": "efficiency [−+0-9C]"}  # a figure is called efficiency


def team_a(state: str):
    """Team A (S0, S1) of a shop in the state named; the market and team B stand still."""
    if state == "up":
        return two_teams(1.3)[0]
    frames = steady(noise=state != "few") | {"market": market(1, 1, 1)}
    first = frames["roster"]["specialist_id"].isin(["S0", "S1"])
    frames["roster"] = frames["roster"].assign(team=np.where(first, "A", "B"), manager_id="M1")
    frames["roster"].loc[~first, "manager_id"] = "M2"
    owned = frames["assignment"].set_index("plan_id")["specialist_id"].isin(["S0", "S1"])
    ads = frames["ads"]
    mine, june = ads["plan_id"].map(owned), ads["date"] >= "2025-06-01"
    half = ads["plan_id"].str[1:].astype(int) % 2 == 0
    if state in ("no spend", "no spend few"):
        ads[["spend", "clicks", "impressions"]] = 0.0
    if state == "returns":
        ads[["spend", "clicks", "impressions"]] = 0.0
        ads.loc[june & (ads["plan_id"] == "P00"), "revenue"] = -50.0
    if state == "fixed":
        ads.loc[mine, "spend"] = ads.loc[mine, "revenue"] / 10
    gone = {"new": mine & ~june, "gone": mine & june, "apart": mine & (june == half)}
    frames["ads"] = ads[~gone.get(state, pd.Series(False, ads.index))]
    if "few" not in state:
        return shop(frames)
    frames["ads"] = ads[ads["date"].between("2025-06-01", "2025-06-02")]
    return shop(frames, span("2025-06-01", "2025-06-01"), span("2025-06-02", "2025-06-02"))


STATES = {
    "same": ("看不清", "which is unclear"),
    "up": ("超出误差范围", "beyond the margin of error"),
    "no spend": ("看不清；花费未测，分不出效率", "unclear; spend is not measured"),
    "returns": ("花费未测，分不出效率", "; spend is not measured"),
    "no spend few": ("没有区间；花费未测", "without an interval; spend is not measured"),
    "fixed": ("效率由佣金比例决定", "the rate fixes efficiency"),
    "new": ("对比期没有成交", "nothing sold in the period compared with"),
    "gone": ("本期没有成交", "nothing sold in this period"),
    "apart": ("没有两期都有成交的计划", "no campaign, apart from those paid by commission"),
    "few": ("天数太少，没有区间", "too few days for an interval"),
}


@pytest.mark.parametrize("n, lang", [(0, "zh"), (1, "en")])
@pytest.mark.parametrize("state", STATES)
def test_a_teams_own_part_is_told_by_what_was_measured(state, n, lang):
    desk = team_a(state)
    v = view.view(desk, review(desk), lang, "manager/M1")
    row = own.own_team(v)
    said = own.sentence(v, row, "A")
    assert STATES[state][n] in said and "{" not in said and "nan" not in said
    rated = state in ("same", "up", "few")
    assert bool(re.search(EFFICIENCY[lang], said)) == rated
    labels = own._parts(v, row)["label"].tolist()
    spent = "spend" in v.found.bridge.steps
    assert (v.say("of_it_rate") in labels) == spent == ("no spend" not in state != "returns")


def test_an_interval_that_leaves_out_zero_is_not_called_unclear(monkeypatch):
    """The 95 % interval and the chance of 5 % over three kinds of claim are two lines."""
    desk = team_a("same")
    v = view.view(desk, review(desk), "en", "manager/M1")
    row = own.own_team(v).copy()
    row["rate"], row["rate_low"], row["rate_high"], row["rate_p"] = 300.0, 10.0, 590.0, 0.04
    said = own.efficiency(v, v.found.bridge, row)
    assert "leaves out zero" in said and "unclear" not in said


@pytest.mark.parametrize("shift, words", [(0.0, "own_up_bare"), (-40.0, "own_hint")])
def test_a_figure_moved_by_a_decided_part_is_no_claim_whatever_the_chance_of_its_rate(shift, words):
    """Without spend, with returns: the p-value is of the rate, the figure shown is another."""
    desk = team_a("returns")
    v = view.view(desk, review(desk), "en", "manager/M1")
    row = own.own_team(v).copy()
    row["rate"], row["rate_low"], row["rate_high"], row["rate_p"] = 300.0, 90.0, 510.0, 1e-6
    row["own"] = row["rate"] + shift
    told = SimpleNamespace(steps=v.found.bridge.steps, growth=None, total=lambda: row)
    assert merit(SimpleNamespace(bridge=told, rules=v.found.rules)) == words
    assert own.tone(v, row) == ("unclear" if shift else "better")
    said = own.efficiency(v, v.found.bridge, row)
    assert ("leaves out zero" in said) == bool(shift)


def test_every_part_stands_among_a_teams_bars_and_the_interval_holds_its_own_figure():
    """A campaign with more returns than sales is a part of its own: bars add up to the change."""
    desk = team_a("returns")
    v = view.view(desk, review(desk), "en", "manager/M1")
    row, ads = own.own_team(v), desk.get("ads")
    mine = desk.get("assignment").loc[lambda a: a["specialist_id"].isin(["S0", "S1"]), "plan_id"]
    sold = ads[ads["plan_id"].isin(mine)].groupby(ads["date"].dt.month)["revenue"].sum()
    bars = own._parts(v, row).set_index("label")["value"]
    p00 = ads[ads["plan_id"] == "P00"].groupby(ads["date"].dt.month)["revenue"].sum()
    assert bars[v.step("returns")] == pytest.approx(p00[6] - p00[5])
    assert bars.iloc[:-1].sum() == pytest.approx(sold[6] - sold[5]) == bars.iloc[-1]
    cells = everywhere.parts(v, "team").data["rows"]
    assert all(cell["own__low"] <= cell["own"] <= cell["own__high"] for cell in cells)
    total = v.found.bridge.total()
    low, high = (_ours(v.found).parts["rest"][0].facts[end][0] for end in ("low", "high"))
    assert low <= total["own"] <= high


@pytest.mark.parametrize("state", ["few", "no spend few"])
def test_without_an_interval_nothing_is_called_within_the_margin_of_error(state):
    desk = team_a(state)
    ads, plans = desk.get("ads"), desk.get("assignment")
    mine = plans.loc[plans["specialist_id"].isin(["S0", "S1"]), "plan_id"]
    alone = shop(
        desk.frames | {"ads": ads[ads["plan_id"].isin(mine)]}, desk.period.compare, _now(desk)
    )
    found = review(alone)
    v = view.view(alone, found, "en", "hr")
    said = v.told(_ours(found))
    assert "margin of error" not in said and "neither good nor bad" in said
    assert doubts(found)


def _now(desk):
    return span(str(desk.period.start), str(desk.period.end), desk.period.id)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_greys_are_explained_only_where_they_stand_in_the_picture(lang, monkeypatch):
    desk = team_a("up")
    v = view.view(desk, review(desk), lang, "hr")
    rows = waterfall._steps(v, v.found.bridge)
    dark, light = v.say("waterfall_dark"), v.say("waterfall_light")
    for tone, value, told in (
        ("unclear", 5.0, {dark}),
        ("others", 5.0, {light}),
        ("unclear", 0.0, set()),
    ):
        one = rows.head(1).assign(tone=tone, value=value)
        assert {dark, light} & {*waterfall._key(v, one)} == told
    clear = rows.assign(tone="better")
    assert waterfall._key(v, clear) == [v.say("waterfall_spend")]
    greys = re.compile("浅灰|深灰|grey")
    said = "".join(str(b.html) for b in waterfall.year(v))
    assert not greys.search(said), "a sentence without a picture"


def test_what_has_no_interval_is_drawn_neither_as_gain_nor_as_loss():
    desk = team_a("returns")
    v = view.view(desk, review(desk), "en", "hr")
    rows = waterfall._steps(v, v.found.bridge).set_index("label")
    assert rows.loc[v.step("returns"), "tone"] == "others"


@pytest.mark.parametrize(
    "lang, people, events", [("zh", "负责人", "不可控事件"), ("en", "person", "external events")]
)
def test_the_title_of_a_fold_names_what_stands_in_it(lang, people, events):
    desk = team_a("up")
    found = review(desk)
    own_, every = (view.view(desk, found, lang, who) for who in ("manager/M1", "hr"))
    titles = {
        who: str(everywhere.everywhere(v)[-1].html).split("</summary>")[0]
        for who, v in {"own": own_, "every": every}.items()
    }
    assert people in titles["every"] and people not in titles["own"]
    assert events not in titles["every"] + titles["own"], "nothing outside our control was entered"


def test_cards_of_a_shop_without_spend_say_own_part_with_its_own_interval():
    desk = team_a("returns")
    v = view.view(desk, review(desk), "en", "hr")
    cards = page._cards(v, None).data["cards"]
    labels = [c["label"] for c in cards]
    assert not any("efficiency" in label for label in labels)
    [card] = [c for c in cards if c["label"].startswith(v.say("own"))]
    assert card["value"] == v.brief(v.found.bridge.total()["own"])
    assert MAY.id == v.found.bridge.before.id


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_a_promotions_discount_pulls_apart_is_told_with_its_sum(lang):
    """Order value −1,830 and conversion +1,790: −40 by hand, where 618 touches the month."""
    desk = team_a("up")
    v = view.view(desk, review(desk), lang, "manager/M1")
    row = own.own_team(v).copy()
    pair = [s for s in v.found.bridge.steps if s in ("cart_to_order", "click_conversion")]
    row["aov"], row[pair[0]] = -1830.0, 1790.0
    (said,) = own.promoted(v, row)
    assert all(figure in said for figure in ("−1,830", "+1,790", "−40"))
    assert ("合计" if lang == "zh" else "in sum") in said
    desk.scheme = desk.scheme.model_copy(update={"promotions": []})
    assert own.promoted(view.view(desk, v.found, lang, "manager/M1"), row) == []


def test_a_spend_is_drawn_as_a_decision_and_nothing_else_is():
    desk = team_a("up")
    v = view.view(desk, review(desk), "en", "manager/M1")
    for spent, drawn in ((0.0, []), (-5000.0, [v.step("spend")])):
        row = own.own_team(v).copy()
        row["spend"] = spent
        bars = own._parts(v, row).set_index("label")["kind"]
        assert bars[bars == "decided"].index.tolist() == drawn
    shop_bars = waterfall._steps(v, v.found.bridge).set_index("label")["kind"]
    assert shop_bars[shop_bars == "decided"].index.tolist() == [v.step("spend")]


@pytest.mark.parametrize("which, name", [("stop", "Loss this period"), ("push", "Sales above")])
def test_the_amount_of_a_list_is_called_what_it_is(which, name):
    desk = team_a("up")
    found = review(desk)
    one = {"plan_id": "P00", "dimension": "plan_id", "name": "P00", "list": which, "yuan": 60.0}
    one |= {"spend": 100.0, "orders": 3, "clicks": 50, "roi": 2.0, "shrunk": 2.0}
    rows = pd.DataFrame([one | {"low": 1.5, "high": 2.5}])
    v = view.view(desk, replace(found, lists=rows), "en", "manager/M1")
    table = lists._listed(v, which).data
    named = {c["key"]: c["label"] for c in table["columns"]}
    told = [key for key, label in named.items() if label.startswith(name)]
    assert [table["rows"][0][key] for key in told] == [60.0]
    assert [label for label in named.values() if label.startswith(("Loss", "Sales above"))] == [
        named[told[0]]
    ]
