"""Brand words are words, whatever signs stand in them (品牌词按字面)."""

import datetime as dt
from types import SimpleNamespace

import pandas as pd
import pytest

from kit.scoring import integrity

SIGNS = ["C++", "*ST", "(官方", "a|b", "[x]", "x y", "#1", "\\d", "满100减$20", "^", "."]


@pytest.mark.parametrize("term", SIGNS)
def test_a_brand_word_with_signs_is_taken_as_written(term):
    """By hand: 30 of 100 clicks on the keyword with the word, 10 of 100 before."""
    words = [f"买{term}毯", "毛毯xd1ab"]

    def drill(by, start, end):
        clicks = [30.0, 70.0] if start.month == 6 else [10.0, 90.0]
        return pd.DataFrame({"specialist_id": "S1", "keyword": words, "clicks": clicks})

    days = {n: SimpleNamespace(start=dt.date(2025, n, 1), end=dt.date(2025, n, 30)) for n in (5, 6)}
    period = SimpleNamespace(start=days[6].start, last_day=days[6].end, compare=days[5])
    told = SimpleNamespace(brand_terms=(term,), brand_jump=2)
    scheme = SimpleNamespace(integrity=told)
    now, before, jumped = integrity._brand(
        SimpleNamespace(scheme=scheme, period=period, drill=drill), ("S1",)
    )
    assert (now[0], before[0], jumped[0]) == (0.3, 0.1, True)
