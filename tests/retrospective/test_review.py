"""Plan against actual, by hand: what each channel used of its budget, and who is not counted."""

import pandas as pd
import pytest

from kit.retrospective.review import against_budget
from tests.retrospective.desk import Desk, span, steady

JUNE = span("2025-06-01", "2025-06-30", "2025-06")


def shop(**channels):
    frames = steady(noise=False)
    budget = {"period_id": "2025-06", "specialist_id": "S0", "channel": [*channels]}
    frames["budget"] = pd.DataFrame(budget | {"budget": [*channels.values()]})
    return Desk(frames, JUNE, None)


def test_use_is_spend_over_budget_and_missing_without_a_budget():
    """S0 owns P00, P03, P06, P09: one plan in each of search, affiliate, content, social."""
    desk = shop(search=1000.0, social=0.0)
    june = desk.ads[desk.ads["date"] >= "2025-06-01"]
    spend = june[june["plan_id"] == "P00"]["spend"].sum()
    rows = against_budget(desk).set_index("channel")
    assert list(rows) == ["budget", "spend", "use"]
    assert rows.loc["search", "use"] == pytest.approx(spend / 1000)
    assert rows.loc["social", "spend"] > 0 and pd.isna(rows.loc["social", "use"])
