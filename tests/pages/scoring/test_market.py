"""Why nothing was adjusted for the market: which of four reasons it is (大盘调整的缺因)."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from kit.pages.scoring.market import market_line
from kit.words import has


@pytest.mark.parametrize(
    ("given", "compare", "adjusted", "key"),
    [
        (False, "2025-05", ("sales",), "off"),
        (True, None, ("sales",), "no_compare"),
        (True, "2025-05", (), "none"),
        (True, "2025-05", ("sales",), "no_index"),
    ],
)
def test_the_reason_is_named(given, compare, adjusted, key):
    scheme = SimpleNamespace(market=SimpleNamespace(indicators=adjusted))
    period = SimpleNamespace(compare=compare)
    tables = SimpleNamespace(has=lambda name: given, period=period, scheme=scheme)
    rows = pd.DataFrame({"market_growth": [np.nan], "indicator": ["sales"]})
    view = SimpleNamespace(tables=tables, rows=rows, say=lambda key, **facts: key)
    assert market_line(view) == [f"scoring.say_market_{key}"] and has(f"scoring.say_market_{key}")


@pytest.mark.parametrize(("adjusted", "said"), [("B", []), ("A", ["scoring.say_market"])])
def test_only_a_grade_that_would_change_is_told_first(adjusted, said):
    totals = pd.DataFrame({"grade": ["B"], "grade_adjusted": [adjusted]})
    rows = pd.DataFrame({"market_growth": [0.1]})
    told = {"say": lambda key, **facts: key, "who": lambda moved: "S1"}
    assert market_line(SimpleNamespace(totals=totals, rows=rows, **told)) == said
