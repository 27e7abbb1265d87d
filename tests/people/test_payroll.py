"""Payroll, cliffs and the basis of pay: by hand, from the month in conventions.md."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from kit.errors import FormulaError
from kit.pages.people.steps import steps
from kit.pages.people.view import summed
from kit.people.career import History
from kit.people.in_post import leavers
from kit.people.payroll import cliffs, pay_basis, payroll, what_if
from kit.people.sheet import _curve
from kit.scoring.grid import half_up
from tests.people.tiny import june, rows, totals


def pay(who: str, **more) -> dict:
    return {"period_id": "2025-06", "specialist_id": who, "base": 10_000} | more


def team(**people: str) -> dict:
    return {"roster": rows("roster", *({"specialist_id": s, "team": t} for s, t in people.items()))}


SCORED = totals(
    {"specialist_id": "S01", "printed": 85.2},
    {"specialist_id": "S02", "printed": 85.0},
    {"specialist_id": "S03"},
)


def paid(given: dict, of=SCORED) -> list:
    table = payroll(june(given | team(S01="A", S02="B", S03="B")), of)
    return table["paid"].tolist()


def test_share_and_department_default_and_an_unscored_person_has_a_reason_not_a_zero():
    given = {"pay": rows("pay", pay("S01"), pay("S02", share=0.2, dept_coef=1.1), pay("S03"))}
    table = payroll(june(given | team(S01="A")), SCORED)
    assert table["paid"].tolist()[:2] == [3012.0, 2200.0]
    assert table["paid"].isna().tolist() == [False, False, True]
    assert table.loc[2, "reason"] == "people.not_scored"


def test_pool_binds_over_everybody_or_team_by_team():
    one = rows("pay", *(pay(s, pool=3006) for s in ("S01", "S02")))
    assert paid({"pay": one}) == [1506.0, 1500.0]  # half of 3,012 and of 3,000
    two = rows("pay", pay("S01", pool=1000), pay("S02", pool=9000))
    assert paid({"pay": two}) == [1000.0, 3000.0]


def test_pool_of_zero_pays_zero():
    assert paid({"pay": rows("pay", pay("S01", pool=0), pay("S02", pool=0))}) == [0, 0]


def test_two_pools_in_one_team_are_refused_with_the_teams():
    given = {"pay": rows("pay", pay("S02", pool=1), pay("S03", pool=2))}
    with pytest.raises(FormulaError) as refused:
        paid(given)
    assert refused.value.faults[0].facts == {"teams": ["B"]}


def test_payroll_without_a_pay_table_is_empty():
    assert payroll(june({}), SCORED).empty


def test_a_bonus_counts_the_days_in_post_and_a_base_that_already_does_is_left_alone():
    post = rows(
        "roster",
        {"specialist_id": "S01", "team": "A", "leave_date": "2025-06-22"},
        {"specialist_id": "S02", "team": "A", "hire_date": "2025-06-09"},
        {"specialist_id": "S03", "team": "A", "leave_date": "2025-06-10"},
    )
    bases = rows("pay", pay("S01"), pay("S02", prorated=True)).astype({"prorated": object})
    table = payroll(june({"pay": bases, "roster": post}), SCORED)
    # 10,000 × 0.3 × 1.004 × 22/30 = 2,208.80; S02's base covers 22 days as it stands
    assert table["paid"].tolist() == [2208.8, 3000.0]
    gone = leavers(june({"pay": bases, "roster": post}), table, SCORED)
    assert gone[["specialist_id", "days", "state"]].to_numpy().tolist() == [
        ["S01", 22, "settled"],
        ["S03", 10, "no_both"],
    ]
    whole = june({}).scheme.bonus.model_copy(update={"by_days": False})
    table = payroll(june({"pay": bases, "roster": post}, bonus=whole), SCORED)
    assert table["paid"].tolist() == [3012.0, 3000.0]


def test_cliffs_list_only_totals_near_a_line():
    near = totals(
        {"specialist_id": "S01", "printed": 84.0, "se": 1.0},  # Φ(−1) = 0.1587
        {"specialist_id": "S02", "printed": 90.0, "se": 1.0},
    )
    table = cliffs(near, june({}).scheme)
    assert table[["specialist_id", "line", "threshold"]].to_numpy().tolist() == [["S01", "B", 85.0]]
    assert table.loc[0, "risk"] == pytest.approx(0.158655, abs=1e-6)


def test_unreliable_month_is_paid_on_the_quarter():
    bonus = june({}).scheme.bonus
    spread = [{"specialist_id": str(x), "total": x, "se": 5} for x in (70, 80, 90)]
    basis = pay_basis(totals(*spread), "month", bonus)  # 1 − 25 / 100
    assert (basis["reliability"], basis["pays"]) == (0.75, True)
    weak = [p | {"se": 6} for p in spread]
    assert pay_basis(totals(*weak), "month", bonus)["basis"] == "quarter"
    assert pay_basis(totals(*spread[:2]), "month", bonus)["reliability"] is None


def test_84_96_is_printed_85_and_traced_to_the_fen():
    scored = totals(
        {"specialist_id": "S01", "total": 84.96, "printed": float(half_up(84.96)), "grade": "B"}
    )
    table = payroll(june({"pay": rows("pay", pay("S01", base=10_001))} | team(S01="A")), scored)
    assert table.loc[0, ["scored_total", "printed", "grade"]].tolist() == [84.96, 85.0, "B"]
    assert table.loc[0, ["coef", "due", "paid"]].tolist() == [1.0, 3000.3, 3000.3]
    assert summed(84.96, 85.0) == "84.96"  # the reader rounds it as the page did


def test_draft_scheme_is_tried_on_every_past_period_that_both_measured_alike(monkeypatch):
    """Two periods of one person: 80 and 90 by the scheme, 85 and 85 by the draft; one lacks 360."""
    tables = june({})
    draft = tables.scheme.model_copy(
        update={"bonus": tables.scheme.bonus.model_copy(update={"curve": ((60, 0), (110, 2))})}
    )
    period = tables.period.model_copy(update={"what_if": draft})
    spans = ["2025-04", "2025-05", "2025-06"]
    seen = []

    def afresh(_, periods, scheme):
        assert scheme is draft
        seen.extend(periods)
        keys = {"specialist_id": "S01", "period_id": periods}
        new = pd.DataFrame(keys | {"total": 85.0, "se": 1.0, "printed": 85.0})
        lines = [
            (name, "S01", item, weight, np.nan if name == spans[0] and item == "teamwork" else 85.0)
            for name in periods
            for item, weight in (("sales", 0.7), ("teamwork", 0.3))
        ]
        rows = pd.DataFrame(lines, columns=[*reversed(keys), "indicator", "weight", "points"])
        return History(new, rows, rows, draft, "month")

    monkeypatch.setattr("kit.people.payroll.by_scheme", afresh)
    past = pd.DataFrame(
        {"specialist_id": "S01", "period_id": spans, "printed": [120.0, 80.0, 90.0]}
    )
    table = what_if(replace(tables, period=period), past)
    assert seen == spans
    # by the scheme 0.6 + 0.4 · 10/15 and 1.1; by the draft 2 · 25/50, twice; 2025-04 is left out
    assert table.loc[0, ["n", "before", "after"]].tolist() == [2, 85, 85]
    assert table.loc[0, "change"] == pytest.approx(1.0 - (0.6 + 0.4 * 10 / 15 + 1.1) / 2)


def test_the_slip_of_a_joiner_recomputes_to_the_fen_by_its_days():
    """10,000 × 22/30 × 0.3 × 1.004 = 2,208.80, each factor in the step's own words."""
    row = {"printed": 85.2, "paid": 2208.8, "part": Fraction(22, 30), "days": 22, "of": 30}
    row |= {"base": 10_000, "share": 0.3, "dept_coef": 1, "coef": 1.004, "scale": 1}
    scheme = june({}).scheme
    told = steps(scheme, _curve(scheme.bonus.curve, row), "en")
    assert told[-1].startswith("base 10,000 × 22/30 days in post × share 0.3")
    assert told[-1].endswith("= 2,208.80")
