"""Pay by components through whole companies: every worked case of the spec, by hand, to the fen."""

import math

import pytest

from kit.errors import KitError
from kit.params import read_period
from tests.people.company import amounts, own, paid, write

NAME = {"name": {"zh": "项", "en": "line"}}


def line(on: str, **said) -> dict:
    return {"components": {"x": NAME | {"on": on} | said}}


def of(place, figures, pay, **more) -> float:
    """Amount of line x of one person who scored 85.2."""
    return amounts(write(place, {"S1": {"score": 85.2} | figures}, pay, **more))["S1", "x"]


CURVE = [[0.8, 0], [0.8, 0.5], [1, 1], [1.2, 1.5]]
FACTORS = {"A": 2, "B": 1.2, "C": 1, "D": 0}
STEPS = [[0, 0], [2, 0.5], [2.5, 1], [3, 1.2]]
GATED = {"gate": [{"of": "profit", "above": 0}], "less": ["losses"], "cap": 20000}


@pytest.mark.parametrize(
    ("figures", "pay", "targets", "amount"),
    [
        ({"deal": 600000}, line("deal", by="completion", tiers=[[0, 0.015], [1, 0.02]],
                                marginal=True), {"deal": 500000}, 9500),  # n15
        ({"got": 80000}, line("got", by="completion", prizes=[[1.2, 300], [1.5, 500]]),
         {"got": 60000}, 300),  # n06
        ({"got": 71999.99}, line("got", by="completion", prizes=[[1.2, 300]]), {"got": 60000}, 0),
        ({"got": 80000}, line("got", rate=0.03), {}, 2400),  # n06
        ({"leads": 25}, line("leads", tiers=[[10, 40], [20, 50], [30, 60]]), {}, 1250),  # n09
        ({"leads": 9}, line("leads", tiers=[[10, 40], [20, 50]]), {}, 0),
        ({"leads": 20}, line("leads", tiers=[[10, 40], [20, 50]]), {}, 1000),  # an edge is above
        ({"deal": 1, "cost": 80}, line("deal", rate=5, times=[{"by": "cost", "method": "reflect"}]),
         {"cost": 100}, 6),  # n08
        ({"profit": 60000, "losses": 400}, line("profit", rate=0.05, **GATED), {}, 2600),  # n14
        ({"profit": -100, "losses": 400}, line("profit", rate=0.05, **GATED), {}, 0),  # n14
        ({"profit": 600000, "losses": 400}, line("profit", rate=0.05, **GATED), {}, 19600),
        ({"cost": 400000, "back": 2.8}, line("cost", rate=0.004, times=[
            {"by": "back", "on": "value", "steps": STEPS}]), {}, 1600),  # n17
        ({"extra": 20000}, line("extra", rate=0.2), {}, 4000),  # n17
        ({"deal": 110}, line("base", rate=0.6, times=[{"by": "deal", "curve": CURVE}]),
         {"deal": 100}, 2250),  # n22
        ({"deal": 79.99}, line("base", rate=0.6, times=[{"by": "deal", "curve": CURVE}]),
         {"deal": 100}, 0),
        ({"deal": 10.005}, line("deal", rate=1), {}, 10.01),  # half a fen goes up
        ({}, line("one", rate=500, times=[{"by": "grade", "map": FACTORS}]),
         {}, 600),
        ({}, line("total", rate=10), {}, 852),
    ],
)  # fmt: skip
def test_an_amount_is_the_hand_sum(tmp_path, figures, pay, targets, amount):
    kinds = {n: own(n, better="down" if n == "cost" else "up") for n in figures}
    base = {"pay": [{"period_id": "2025-06", "specialist_id": "S1", "base": 3000}]}
    got = of(tmp_path, figures, pay, targets=targets, indicators=kinds, tables=base)
    assert got == amount


def test_what_is_above_the_target_of_a_ratio_counts_times_its_denominator(tmp_path):
    ads = [
        {"date": f"2025-06-{d:02d}", "plan_id": "pS1", "spend": 10000, "revenue": 50000,
         "impressions": 1000, "clicks": 50, "orders": 5}
        for d in range(1, 11)
    ]  # fmt: skip
    pay = line("roi", above="target", rate=0.10)
    assert of(tmp_path, {}, pay, targets={"roi": 4}, tables={"ads": ads}) == 10000  # n15


def test_a_missing_figure_leaves_the_amount_missing_and_the_sum_incomplete(tmp_path):
    pay = {
        "components": {"x": NAME | {"on": "leads", "rate": 5}, "y": NAME | {"on": "got", "rate": 1}}
    }
    file = write(
        tmp_path,
        {"S1": {"score": 85.2, "leads": 3, "got": 10}, "S2": {"score": 90, "leads": 2}},
        pay,
    )
    found = paid(file)
    row = found.lines.set_index(["specialist_id", "line"]).loc[("S2", "y")]
    assert math.isnan(row["amount"])
    assert (row["reason"], row["lacking"]) == ("scoring.not_entered", "got")
    sums = found.sums.set_index("specialist_id")
    assert sums["paid"].tolist() == [25, 10]
    assert sums["complete"].tolist() == [True, False]
    assert sums.loc["S2", "lacking"] == ("got",)


def test_a_pool_by_points_is_shared_whole_and_names_whoever_has_no_total(tmp_path):
    people = {
        "S1": {"score": 85.2},
        "S2": {"score": 84.5},
        "S3": {"score": 90.3},
        "S4": {"other": 1},
    }
    pay = {"pools": {"fund": {"amount": 10000, "share_by": "points"}}}
    found = paid(write(tmp_path, people, pay))
    assert found.lines["amount"].tolist()[:3] == [3276.92, 3250.00, 3473.08]
    assert found.lines["reason"].tolist()[3] == "people.no_share"
    assert found.pools[["amount", "shared", "kept"]].values.tolist() == [[10000, 10000, 0]]


def test_a_pool_of_a_team_figure_is_a_share_of_it_once(tmp_path):
    team = [
        {
            "period_id": "2025-06",
            "team": "一组",
            "indicator": "all",
            "actual": 200000,
            "source": "x",
        }
    ]
    people = {"S1": {"score": 80}, "S2": {"score": 80}}
    pay = {"pools": {"fund": {"amount": {"on": "all", "rate": 0.005}, "share_by": "equal"}}}
    file = write(tmp_path, people, pay, indicators={"all": own("all")})
    rows = [
        {
            "period_id": "2025-06",
            "specialist_id": w,
            "indicator": "score",
            "actual": 80,
            "source": "x",
        }
        for w in people
    ]
    write(tmp_path, people, pay, indicators={"all": own("all")}, tables={"measured": rows + team})
    assert amounts(file) == {("S1", "fund"): 500, ("S2", "fund"): 500}


def test_refunds_are_taken_back_from_what_was_settled(tmp_path):
    """Spec: 510,000 settled at 2 % of all; 20,000 came back: 490,000 × 1.5 % − 10,200 = −2,850."""
    pay = {
        "components": {
            "x": NAME | {"on": "deal", "tiers": [[0, 0.015], [500000, 0.02]], "resettle": 3}
        }
    }
    month = {"specialist_id": "S1", "source": "form"}
    rows = [
        month | {"period_id": p, "indicator": i, "actual": x}
        for p, i, x in (
            ("2025-05", "deal", 490000),
            ("2025-06", "deal", 100000),
            ("2025-06", "score", 80),
        )
    ]
    paid_out = [
        {
            "settled_in": "2025-05",
            "period_id": "2025-05",
            "specialist_id": "S1",
            "line": "x",
            "amount": 10200,
        }
    ]
    tables = {"measured": rows, "settlements": paid_out}
    file = write(tmp_path, {"S1": {"score": 80, "deal": 1}}, pay, tables=tables)
    found = paid(file)
    assert amounts(file) == {("S1", "x"): 1500, ("S1", "x@2025-05"): -2850, ("S1", "carried"): 1350}
    assert found.sums["paid"].tolist() == [0]


def test_what_was_carried_on_is_taken_from_the_next_pay(tmp_path):
    carried = [
        {
            "settled_in": "2025-05",
            "period_id": "2025-05",
            "specialist_id": "S1",
            "line": "carried",
            "amount": 1350,
        }
    ]
    pay = line("deal", rate=0.02)
    file = write(
        tmp_path, {"S1": {"score": 80, "deal": 100000}}, pay, tables={"settlements": carried}
    )
    assert amounts(file) == {("S1", "x"): 2000, ("S1", "carried"): -1350}


def test_the_cap_of_the_whole_is_a_line_of_its_own(tmp_path):
    pay = line("deal", rate=1) | {"cap": 50000}
    file = write(tmp_path, {"S1": {"score": 80, "deal": 61234.5}}, pay)
    assert amounts(file) == {("S1", "x"): 61234.5, ("S1", "pay_cap"): -11234.5}


def test_the_bonus_is_the_line_performance_pay_to_the_same_fen(tmp_path):
    base = {"pay": [{"period_id": "2025-06", "specialist_id": "S1", "base": 10000}]}
    curve = [[60, 0], [70, 0.6], [85, 1.0], [95, 1.2], [110, 1.5]]
    bonus = {"curve": curve, "share": 0.3, "pay_period": "month"}
    pay = line("deal", rate=1)
    file = write(tmp_path, {"S1": {"score": 85.2, "deal": 1}}, pay, tables=base, bonus=bonus)
    assert amounts(file)["S1", "performance_pay"] == 3012.0  # 10,000 × 0.3 × 1.004


MENDED = {
    "rate_on_ratio": line("roi", rate=0.1),
    "one_rate": line("deal"),
    "tiers": line("deal", tiers=[[5, 1], [5, 2]]),
    "marginal": line("deal", by="score", tiers=[[0, 1]], marginal=True),
    "no_quantity": line("dael", rate=1),
    "gate": line("deal", rate=1, gate=[{"of": "deal"}]),
    "factor": line("deal", rate=1, times=[{"by": "grade"}]),
    "grade_map": line("deal", rate=1, times=[{"by": "grade", "map": {"A": 1}}]),
    "reflect_up": line("deal", rate=1, times=[{"by": "deal", "method": "reflect"}]),
    "resettle": line("sales", rate=1, resettle=1),
    "by_completion": line("roi", above="target", by="completion", tiers=[[0, 1]]),
    "above": line("base", above=3, rate=1),
    "tree_sum": {"pools": {"p": {"amount": 1, "share_by": {"post": {"a": 0.5, "b": 0.4}}}}},
    "no_such_name": {"pools": {"p": {"amount": 1, "share_by": "pionts"}}},
    "pool_amount": {"pools": {"p": {"amount": -1, "share_by": "equal"}}},
    "name_taken": {"components": {"carried": NAME | {"on": "deal", "rate": 1}}},
}


@pytest.mark.parametrize("key", MENDED)
def test_pay_that_cannot_be_computed_never_passes(tmp_path, key):
    file = write(tmp_path, {"S1": {"score": 80, "deal": 1}}, MENDED[key])
    with pytest.raises(KitError) as refused:
        read_period(file)
    faults = refused.value.faults
    assert [fault.key for fault in faults] == [f"params.{key}"]
    assert faults[0].facts["line"] > 1


def test_a_jump_within_reach_is_listed_with_its_chance_and_its_money(tmp_path):
    """Whole tiers at 500,000; sales 490,000, se 18,000: Φ(−10/18) = 0.289, 2,500 at stake."""
    from kit.people.figures import Figure, Person, exactly
    from kit.people.jumps import jumps
    from kit.scheme.components import Component

    said = NAME | {"on": "deal", "tiers": [[0, 0.015], [500000, 0.02]]}
    person = Person({"deal": Figure(exactly(490000), se=18000.0)})
    (row,) = jumps({"x": Component.model_validate(said)}, {"S1": person}, 0.1).to_dict("records")
    assert (row["edge"], row["stake"]) == (500000, 2500)
    assert row["risk"] == pytest.approx(0.2893, abs=5e-5)
