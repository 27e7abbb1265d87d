"""Results by strategy and brand words: hand sums on a few rows."""

import datetime as dt
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from kit.pages.retrospective.brand import brand
from kit.pages.retrospective.strategies import strategies
from kit.pages.retrospective.view import View
from kit.params import Span, read_scheme
from kit.retrospective import strategies as room
from kit.retrospective.brand import brand_change, is_brand

MAY = Span(id="2025-05", start=dt.date(2025, 5, 1), end=dt.date(2025, 5, 31))
JUNE = Span(id="2025-06", start=dt.date(2025, 6, 1), end=dt.date(2025, 6, 30))


def test_a_strategy_is_a_sum_over_a_sum_beside_the_period_before(monkeypatch):
    day = {"strategy": "收割", "date": pd.Timestamp("2025-06-02")}
    facts = pd.DataFrame(
        [
            day | {"spend": 100.0, "revenue": 600.0, "new_customers": 4.0},
            day | {"spend": 0.0, "revenue": 50.0, "new_customers": 0.0},
            day | {"strategy": "拉新", "spend": 60.0, "revenue": 90.0, "new_customers": 6.0},
            day | {"strategy": None, "spend": 9.0, "revenue": 9.0, "new_customers": 1.0},
            day
            | {"date": pd.Timestamp("2025-05-02")}
            | {"spend": 50.0, "revenue": 200.0, "new_customers": 1.0},
        ]
    )
    monkeypatch.setattr(room, "team_facts", lambda tables: facts)
    monkeypatch.setattr(room, "this_span", lambda tables: JUNE)
    found = room.strategies(SimpleNamespace(), MAY).set_index("strategy")
    assert found.index.tolist()[:2] == ["收割", "拉新"] and pd.isna(found.index[2])
    assert found["roi"].tolist() == [6.5, 1.5, 1]  # 650 ÷ 100, 90 ÷ 60, 9 ÷ 9 without a strategy
    assert found["cac"].tolist() == [25, 10, 9]
    assert found["roi_then"].tolist()[0] == 4
    assert found["share"].tolist() == pytest.approx([100 / 169, 60 / 169, 9 / 169])


def test_the_page_tells_the_share_of_spend_without_a_strategy(monkeypatch):
    """30 of 100 yuan: 30 %; where everything has a strategy nothing is said."""
    day = {"date": pd.Timestamp("2025-06-02"), "revenue": 5.0, "new_customers": 1.0}
    some = [day | {"strategy": "收割", "spend": 70.0}, day | {"strategy": None, "spend": 30.0}]
    texts = []
    for facts in (some, some[:1]):
        monkeypatch.setattr(room, "team_facts", lambda tables, f=facts: pd.DataFrame(f))
        monkeypatch.setattr(room, "this_span", lambda tables: JUNE)
        tables = SimpleNamespace(period=SimpleNamespace(compare=None, currency="CNY"))
        v = View(tables, "en", SimpleNamespace(), {}, {})
        texts.append(str(strategies(v)[0].html))
    assert "30.0% of the spend is in plans that name no strategy; it stands in" in texts[0]
    assert texts[0].rindex("No strategy named") > texts[0].rindex("收割")
    assert "No strategy named" in texts[0]
    assert "name no strategy" not in texts[1] and "No strategy named" not in texts[1]


def test_a_keyword_that_holds_a_brand_word_is_told_apart():
    listed = pd.DataFrame(
        {
            "dimension": ["keyword", "quarter", "keyword", "creative"],
            "name": ["栖木 锅", "栖木 0:00–5:59", "铁锅", "栖木主图"],
        }
    )
    scheme = read_scheme("params/scheme-2025.yml")
    assert is_brand(scheme, listed).tolist() == [True, True, False, False]


def indexed(rows, **more):
    """Tables that hold the brand index alone."""
    kept = {"brand_search": rows}
    return SimpleNamespace(has=kept.__contains__, get=kept.__getitem__, **more)


def test_the_brand_index_is_a_ratio_of_means_with_an_interval_of_its_days():
    days = pd.date_range("2025-05-01", "2025-06-30")
    noise = np.tile([4.0, -4.0], len(days))[: len(days)]
    index = np.where(days < "2025-06-01", 100.0, 110.0) + noise
    tables = indexed(pd.DataFrame({"date": days, "index": index}))
    found = brand_change(tables, JUNE, MAY)
    may = np.mean(index[:31])  # the odd day of May
    assert (found["now"], found["before"]) == (pytest.approx(110), pytest.approx(may))
    assert found["change"] == pytest.approx(110 / may - 1)
    assert found["low"] < found["change"] < found["high"]
    rng = np.random.default_rng(1)
    for memory in (0.0, 0.5):  # days of one mean: the interval of 95 % holds 0
        held = []
        for _ in range(150):
            shocks = rng.normal(0, 8, 61)
            for k in range(1, 61):
                shocks[k] += memory * shocks[k - 1]
            frame = pd.DataFrame({"date": days, "index": 100 + shocks})
            of = brand_change(indexed(frame), JUNE, MAY)
            held.append(of["low"] <= 0 <= of["high"])
        assert np.mean(held) >= 0.92


def test_a_brand_index_that_lacks_a_day_is_not_compared():
    days = pd.date_range("2025-05-02", "2025-06-30")
    tables = indexed(pd.DataFrame({"date": days, "index": 100.0}))
    assert brand_change(tables, JUNE, MAY) == {}


def test_a_brand_index_in_any_order_of_days_is_compared_alike():
    days = pd.date_range("2025-05-01", "2025-06-30")
    rows = pd.DataFrame({"date": days, "index": 100.0 + np.arange(len(days)) % 5})
    found = [
        brand_change(indexed(frame), JUNE, MAY)
        for frame in (rows, rows.iloc[::-1], rows.sample(frac=1, random_state=1))
    ]
    assert found[0] == found[1] == found[2]
    assert found[0]["change"] == pytest.approx(
        rows["index"][31:].mean() / rows["index"][:31].mean() - 1
    )


@pytest.mark.parametrize("days, told", [(1, "no_brand_one_day"), (2, "no_brand_days")])
def test_a_single_day_of_the_brand_index_is_not_compared_and_the_page_says_so(days, told):
    rows = pd.DataFrame({"date": pd.date_range("2025-05-31", "2025-06-01"), "index": 100.0})
    june, may = (Span(id=s.id, start=s.start, end=s.start.replace(day=days)) for s in (JUNE, MAY))
    may = may.model_copy(update={"start": dt.date(2025, 5, 32 - days), "end": MAY.end})
    period = SimpleNamespace(id="x", start=june.start, end=june.end, last_day=june.end, compare=may)
    tables = indexed(rows, period=period)
    assert brand_change(tables, june, may) == {}
    v = SimpleNamespace(tables=tables, lang="en", say=lambda key, **facts: key)
    assert told in str(brand(v)[0].html)
