"""Own indicators, items, dimensions: the worked examples of spec/real_schemes.md, by hand."""

import numpy as np
import pandas as pd
import pytest

from kit.errors import KitError
from kit.scoring.card import scorecards
from tests.scoring import hand


def named(zh, en):
    return {"zh": zh, "en": en}


OWN = {
    "leads": {"name": named("有效询盘", "valid enquiries"), "measured": "sum", "unit": "int"},
    "satisfaction": {
        "name": named("满意率", "satisfaction"),
        "measured": "ratio",
        "units": True,
        "unit": "percent",
        "min": 30,
        "target": 0.95,
    },
    "followers": {"name": named("粉丝数", "followers"), "measured": "last", "unit": "int"},
    "roi_net": {
        "name": named("净 ROI", "net ROI"),
        "formula": "(revenue - other_fees) / spend",
        "unit": "ratio",
        "target": 4.2,
    },
    "other_fees": {
        "name": named("平台与运费", "fees and freight"),
        "measured": "sum",
        "unit": "money",
        "better": "down",
        "target": 30_000,
    },
}


RULED = {name: said | {"rule": "standard", "duty": "ads"} for name, said in OWN.items()}


ITEMS = {
    "attitude": {
        "name": named("工作态度", "work attitude"),
        "item": "hundred",
        "raters": {"manager": 0.7, "self": 0.3},
    },
    "values": {"name": named("价值观", "values"), "item": "letters", "raters": {"manager": 1}},
}


SCALES = {
    "hundred": {"from": 0, "to": 100},
    "letters": {"levels": {"A": 100, "B": 85, "C": 70, "D": 50}},
}


ROWS = [
    {"period_id": "2025-04", "indicator": "leads", "actual": 312},
    {"period_id": "2025-04", "indicator": "满意率", "rate": 0.94, "denominator": 50},
    {"period_id": "2025-04", "indicator": "followers", "actual": 900},
    {"period_id": "2025-04", "indicator": "other_fees", "actual": 26_000},
]


COLUMNS = [
    "period_id", "date", "specialist_id", "team", "indicator", "actual", "denominator", "rate",
    "source",
]  # fmt: skip


def measured(*rows):
    """A table `measured` of one person, each row with a source."""
    table = pd.DataFrame([{"specialist_id": "S1", "source": "CRM"} | row for row in rows])
    return table.reindex(columns=COLUMNS)


def answers(*rows):
    keys = ["item", "relation", "rater_id", "rating"]
    table = pd.DataFrame([dict(zip(keys, row, strict=True)) for row in rows])
    return table.assign(period_id="2025-04", specialist_id="S1")


def scheme(indicators, profile, **more):
    """The sample's scheme with other indicators and one profile."""

    def changed(said):
        for key in ("people", "core_floor"):
            said.pop(key, None)
        own = {"indicators": indicators, "profiles": {"month": profile}, "scales": SCALES}
        rules = said["rules"] | more.get("rules", {})
        return said | own | more | {"rules": rules, "coverage_floor": 0}

    return changed


def month(folder, indicators, profile, given=None, **more):
    tables = hand.tables()
    tables.pop("feedback")
    return hand.loaded(folder, tables | (given or {}), scheme=scheme(indicators, profile, **more))


def card(folder, indicators, profile, given=None, **more):
    cards = scorecards(month(folder, indicators, profile, given, **more))
    return cards.indicators.set_index("indicator"), cards.totals.iloc[0], cards


def leads(target):
    return {"leads": RULED["leads"] | {"target": target}}


def test_a_sum_by_period_is_scored_and_has_no_error(tmp_path):
    """By hand: 312 / 300 = 1.04 → 100 + 0.04/0.2·20 = 104."""
    rows, total, _ = card(tmp_path, leads(300), {"leads": 1}, {"measured": measured(*ROWS[:1])})
    one = rows.loc["leads"]
    assert (one["actual"], one["completion"], one["points"]) == (312, 1.04, 104)
    assert total["total"] == 104 and total["bare"] == 1
    assert np.isnan(one["ci_low"]) and np.isnan(total["ci_low"]) and total["standing"] == "level"


def test_a_share_of_counted_units_has_wilsons_own_error(tmp_path):
    """By hand: own 0.036112, slope 217.27, at weight 0.10 it adds 0.785 points of error."""
    own = leads(300) | {"satisfaction": RULED["satisfaction"]}
    given = {"measured": measured(*ROWS[:2])}
    rows, total, cards = card(tmp_path, own, {"leads": 0.9, "satisfaction": 0.1}, given)
    one = rows.loc["satisfaction"]
    assert (one["actual"], one["denominator"]) == (0.94, 50)
    assert one["points"] == pytest.approx(97.1930, abs=5e-5)
    assert [one["ci_low"], one["ci_high"]] == pytest.approx([0.8378, 0.9794], abs=5e-5)
    assert one["se"] == pytest.approx(0.036112, abs=5e-7)
    assert cards.errors.own[0] == pytest.approx([0, 0.7846], abs=5e-4)
    assert total["se"] == pytest.approx(0.7846, abs=5e-4)


def test_the_latest_row_counts_of_a_level(tmp_path):
    own = {"followers": RULED["followers"] | {"target": 1000}}
    dated = [
        {"date": "2025-04-30", "indicator": "followers", "actual": 1100},
        {"date": "2025-04-02", "indicator": "followers", "actual": 950},
        {"date": "2025-05-02", "indicator": "followers", "actual": 2000},
    ]
    rows, *_ = card(tmp_path, own, {"followers": 1}, {"measured": measured(*dated)})
    assert rows.loc["followers", "actual"] == 1100


def test_a_formula_takes_measures_and_entered_sums(tmp_path):
    """By hand: (520,000 − 26,000) / 130,000 = 3.80; /4.2 = 0.904762 → 74.6032."""
    own = {name: RULED[name] for name in ("roi_net", "other_fees")}
    rows, *_ = card(tmp_path, own, {"roi_net": 1}, {"measured": measured(ROWS[3])})
    one = rows.loc["roi_net"]
    assert one["actual"] == pytest.approx(3.8) and one["points"] == pytest.approx(74.6032, abs=5e-5)
    assert one["se"] > 0


def test_a_formula_equal_to_a_library_indicator_is_its_value_bit_by_bit(tmp_path):
    alike = {
        "ctr": ("clicks / impressions", 0.03),
        "roi": ("revenue / spend", 4.2),
        "cpm": ("1000 * spend / impressions", 60),
        "sales": ("revenue", 500_000),
        "budget_execution": ("spend / budget", 0.9),
    }
    own = {
        f"own_{name}": {
            "name": named(name, name),
            "formula": formula,
            "rule": "standard",
            "target": target,
            "better": "down" if name == "cpm" else "up",
        }
        for name, (formula, target) in alike.items()
    }
    kit = {n: {"branch": "hard", "rule": "standard", "target": t} for n, (_, t) in alike.items()}
    profile = dict.fromkeys([*own, *kit], 0.1)
    rows, *_ = card(tmp_path, own | kit, profile)
    for name in alike:
        for column in ("actual", "se", "denominator", "ci_low", "points"):
            same = rows.loc[f"own_{name}", column], rows.loc[name, column]
            assert same[0] == same[1] or np.isnan(same).all(), (name, column)


def test_dated_rows_have_the_error_of_days_and_add_up_to_the_period(tmp_path):
    days = [{"date": d, "indicator": "leads", "actual": 5 + n % 7} for n, d in enumerate(hand.DAYS)]
    rows, total, _ = card(tmp_path, leads(300), {"leads": 1}, {"measured": measured(*days)})
    assert rows.loc["leads", "actual"] == sum(5 + n % 7 for n in range(30))
    assert rows.loc["leads", "se"] > 0 and total["bare"] == 0


def test_what_nobody_entered_is_missing_and_a_zero_is_a_zero(tmp_path):
    own = leads(300) | {"followers": RULED["followers"] | {"target": 10, "entered_by": "运营组"}}
    given = {"measured": measured({"period_id": "2025-04", "indicator": "leads", "actual": 0})}
    rows, total, _ = card(tmp_path, own, {"leads": 0.6, "followers": 0.4}, given)
    assert rows.loc["leads", "actual"] == 0 and rows.loc["leads", "points"] == 0
    assert rows.loc["followers", "reason"] == "scoring.not_entered"
    assert total["coverage"] == 0.6 and total["total"] == 0


BAD = [
    ({"period_id": "2025-04", "indicator": "询盘", "actual": 1}, "data.unknown_measured", "询盘"),
    ({"indicator": "leads", "actual": 1}, "data.one_of_two", ""),
    ({"period_id": "2025-05", "indicator": "leads"}, "data.one_of_two", ""),
    ({"period_id": "2025-05", "indicator": "satisfaction", "actual": 4}, "data.no_denominator", ""),
    (
        {"period_id": "2025-06", "indicator": "satisfaction", "actual": 51, "denominator": 50},
        "data.units_exceed",
        "51",
    ),
    (
        {"period_id": "2025-07", "indicator": "satisfaction", "rate": 94, "denominator": 50},
        "data.percent_typed",
        "94",
    ),
    ({"date": "2025-04-03", "indicator": "有效询盘", "actual": 3}, "data.measured_twice", None),
    (
        {"period_id": "2025-08", "indicator": "leads", "actual": 1, "team": "X"}
        | {"specialist_id": None},
        "data.unknown_team",
        "X",
    ),
]


def test_rows_that_cannot_be_scored_are_all_refused_with_their_places(tmp_path):
    own = leads(300) | {"satisfaction": RULED["satisfaction"]}
    given = {"measured": measured(ROWS[0], *(row for row, *_ in BAD))}
    with pytest.raises(KitError) as refused:
        month(tmp_path, own, {"leads": 0.5, "satisfaction": 0.5}, given)
    faults = [f for f in refused.value.faults if f.facts["file"].endswith("measured.csv")]
    for place, (_, rule, value) in enumerate(BAD, start=3):
        told = [f.facts for f in faults if f.key == rule]
        assert any(f["row"] <= place and value in (None, f["value"]) for f in told), rule
    assert {f.key for f in faults} == {rule for _, rule, _ in BAD}


RULES = {
    "cac": {"kind": "add_deduct", "on": "value", "base": 100, "step": 10,
            "points": {"add": 2, "deduct": 3}, "max_add": 10, "max_deduct": 100},
    "gate": {"kind": "anchors", "on": "completion",
             "points": [[0.8, 0], [0.8, 80], [1, 100], [1.2, 120]]},
    "cpc": {"kind": "bands", "on": "ratio", "edge": "upper", "out_of": 10,
            "bands": [[0, 1, 10], [1, 1.1, 8], [1.1, 1.3, 6], [1.3, None, 0]]},
    "aov": {"kind": "add_deduct", "on": "value", "base": 8, "step": 20, "points": 1,
            "max_add": 5, "max_deduct": 5, "out_of": 8},
    "half": {"kind": "completion", "cap": 1.2, "round": 0.5},
}  # fmt: skip


CASES = [
    ("cac", "down", 50, 72, 94),
    ("cac", "down", 50, 38, 102),
    ("gate", "up", 100, 79, 0),
    ("gate", "up", 100, 80, 80),
    ("gate", "up", 100, 90, 90),
    ("gate", "up", 100, 110, 110),
    ("cpc", "down", 1.5, 1.65, 80),
    ("cpc", "down", 1.5, 1.66, 60),
    ("cpc", "down", 1.5, 1.5, 100),
    ("cpc", "down", 1.5, 0, 100),
    ("cpc", "down", 0.7, 4.9, 0),
    ("aov", "up", 200, 245, 125),
    ("half", "up", 10000, 9722, 97.0),
    ("half", "up", 10000, 9725, 97.5),
]


def test_rules_give_the_points_of_the_worked_examples(tmp_path):
    own = {
        f"x{n}": {
            "name": named(f"甲{n}", f"a{n}"),
            "measured": "sum",
            "rule": rule,
            "target": target,
            "better": better,
        }
        for n, (rule, better, target, _, _) in enumerate(CASES)
    }
    entered = [
        {"period_id": "2025-04", "indicator": f"x{n}", "actual": case[3]}
        for n, case in enumerate(CASES)
    ]
    profile = dict.fromkeys(own, 0.05) | {"x0": round(1 - 0.05 * (len(own) - 1), 2)}
    rows, *_ = card(tmp_path, own, profile, {"measured": measured(*entered)}, rules=RULES)
    for n, case in enumerate(CASES):
        assert rows.loc[f"x{n}", "points"] == pytest.approx(case[4], abs=1e-9), case
