"""Results by strategy and brand words: hand sums on a few rows."""

import datetime as dt
from types import SimpleNamespace

import pandas as pd
import pytest

from kit.params import Span, read_scheme
from kit.retrospective import strategies as room
from kit.retrospective.brand import is_brand

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
    assert found.index.tolist() == ["收割", "拉新"]
    assert found["roi"].tolist() == [6.5, 1.5]  # 650 ÷ 100, 90 ÷ 60
    assert found["cac"].tolist() == [25, 10]
    assert found["roi_then"].tolist()[0] == 4
    assert found["share"].tolist() == pytest.approx([100 / 160, 60 / 160])


def test_a_keyword_that_holds_a_brand_word_is_told_apart():
    listed = pd.DataFrame(
        {
            "dimension": ["keyword", "quarter", "keyword", "creative"],
            "name": ["栖木 锅", "栖木 0:00–5:59", "铁锅", "栖木主图"],
        }
    )
    scheme = read_scheme("params/scheme-2025.yml")
    assert is_brand(scheme, listed).tolist() == [True, True, False, False]
