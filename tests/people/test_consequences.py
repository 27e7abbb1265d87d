"""Consequences over periods: the worked example by hand, and what missing periods leave open."""

from types import SimpleNamespace

import pandas as pd
import pytest

from kit.people.consequences import consequences, verdict
from kit.scheme.consequences import Consequence

NAME = {"zh": "晋升资格", "en": "eligible for promotion"}


def rule(**said) -> Consequence:
    usual = {"name": NAME, "of": "quarter", "last": 2, "grades": ["A"], "at_least": 2}
    return Consequence.model_validate(usual | said)


def test_two_a_of_two_quarters_are_met_with_the_product_of_their_chances():
    """Spec: A (0.81), A (0.66) → met; both truly A with 0.53."""
    scheme = SimpleNamespace(consequences={"promotion": rule()})
    start = pd.Timestamp("2025-04-01")
    period = SimpleNamespace(id="2025-Q2", type="quarter", start=start, scheme=scheme)
    past = pd.DataFrame(
        [
            {"specialist_id": "S1", "period_id": "2025-Q1", "grade": "A", "p_A": 0.81},
            {"specialist_id": "S1", "period_id": "2025-Q2", "grade": "A", "p_A": 0.66},
            {"specialist_id": "S2", "period_id": "2025-Q2", "grade": "A", "p_A": 0.9},
        ]
    )
    first, second = consequences(period, past).to_dict("records")
    assert first["verdict"] == "met"
    assert first["chance"] == pytest.approx(0.5346)
    assert second["verdict"] == "not_enough"  # the first quarter could still turn it


@pytest.mark.parametrize(
    ("grades", "said", "verdict_"),
    [
        (["D", "D", "D"], {"last": 3, "grades": ["D"], "at_least": 3, "in_a_row": True}, "met"),
        (["D", "C", "D"], {"last": 3, "grades": ["D"], "at_least": 2, "in_a_row": True}, "not_met"),
        (["D", "C", "D"], {"last": 3, "grades": ["D"], "at_least": 2}, "met"),
        (
            ["D", "", "C"],
            {"last": 3, "grades": ["D"], "at_least": 2, "in_a_row": True},
            "not_enough",
        ),
        (["", "C", "D"], {"last": 3, "grades": ["D"], "at_least": 2, "in_a_row": True}, "not_met"),
    ],
)
def test_runs_and_gaps(grades, said, verdict_):
    assert verdict(grades, rule(**said)) == verdict_
