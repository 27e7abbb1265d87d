"""Plus and minus points, vetoes: the worked examples of spec/real_schemes.md, by hand."""

import numpy as np
import pandas as pd
import pytest

from kit.errors import KitError
from kit.pages.scoring.in_words import approval
from kit.pages.scoring.person import persons
from kit.pages.scoring.view import view
from kit.people.appeals import official
from kit.scoring.card import scorecards
from kit.scoring.what_if import scorecards as scores
from kit.show.sentences import say
from tests.scoring import hand
from tests.scoring.test_own import leads, measured, named, scheme

KINDS = {
    "complaint": {"name": named("有责投诉", "justified complaint"), "each": -2, "most": -10},
    "proposal": {"name": named("合理化建议", "adopted proposal"), "each": 3, "most": 6},
    "overspend": {
        "name": named("超预算", "overspend"),
        "by": "budget_over",
        "rule": "overspend",
    },
    "false_data": {"name": named("数据造假", "false data"), "veto": {"grade": "D"}},
    "fraud": {"name": named("舞弊", "fraud"), "veto": {"total": 0}},
}
OVER = {
    "name": named("预算比", "spend over budget"),
    "formula": "spend / budget",
    "unit": "percent",
    "better": "down",
    "target": 1,
    "duty": "plan",
    "rule": "overspend",
}
RULE = {
    "kind": "add_deduct",
    "on": "value",
    "base": 0,
    "step": 0.05,
    "points": {"add": 0, "deduct": 2},
    "max_add": 0,
    "max_deduct": 20,
}
SHARE = {"kind": "completion", "cap": 1.2}


def rows(*given):
    """Rows of the table, approved and with evidence where they do not say otherwise."""
    usual = {"period_id": "2025-04", "specialist_id": "S1", "evidence": "文号 7", "times": 1}
    usual |= {"entered_by": "M1", "approved_by": "HR", "note": "", "on": "2025-04-09"}
    made = [usual | {"adjustment_id": f"A{n}"} | row for n, row in enumerate(given)]
    return pd.DataFrame(made)


def card(folder, *given, budget=140_000, month="2025-04", tables=None, **more):
    """A month whose weighted total is 254.1 / 300 × 100: 84.7."""
    said = {
        "adjustments": KINDS,
        "adjustment_limits": {"plus": 10, "minus": -20},
        "rules": {"overspend": RULE, "share": SHARE},
    } | more
    own = {"leads": leads(300)["leads"] | {"rule": "share"}, "budget_over": OVER}
    told = hand.tables() | (tables or {})
    told.pop("feedback")
    told["budget"] = told["budget"].assign(budget=budget)
    told["measured"] = measured({"period_id": month, "indicator": "leads", "actual": 254.1})
    if given:
        told["adjustments"] = rows(*given)
    return hand.loaded(folder, told, scheme=scheme(own, {"leads": 1}, **said))


def total(folder, *given, **more):
    cards = scorecards(card(folder, *given, **more))
    return cards.totals.iloc[0], cards.plus_minus


def test_approved_rows_are_added_under_the_weighted_total(tmp_path):
    """By hand: 84.7 + 3 − 2·2 = 83.7."""
    told, extra = total(
        tmp_path, {"kind": "合理化建议"}, {"kind": "complaint", "times": 2}, budget=200_000
    )
    assert (told["total"], told["printed"]) == (pytest.approx(83.7), 83.7)
    assert told["plus_minus"] == -1
    held = extra.rows.dropna(subset="file")
    assert held[["kind", "points", "file", "row"]].values.tolist() == [
        ["proposal", 3, "adjustments.csv", 2],
        ["complaint", -4, "adjustments.csv", 3],
    ]


def test_a_measured_overrun_deducts_by_its_rule_and_carries_the_indicators_error(tmp_path):
    """By hand: 1 − 130,000/116,071.43 = −0.12 = two whole steps of 0.05 → −4."""
    told, extra = total(tmp_path, budget=130_000 / 1.12)
    assert extra.sums[0] == -4 and told["printed"] == 80.7
    smooth = {"overspend": RULE | {"partial": "prorata"}, "share": SHARE}
    told, extra = total(tmp_path, budget=130_000 / 1.12, rules=smooth)
    assert extra.sums[0] == pytest.approx(-4.8)
    assert told["se"] == pytest.approx(40 * extra.lines.values[0].se[0])  # 2 points a 0.05
    within, _ = total(tmp_path, budget=200_000)
    assert within["printed"] == 84.7


def test_kinds_and_all_of_them_stop_at_their_limits(tmp_path):
    """By hand: 9 complaints −18 → −10; 4 proposals 12 → 6; then −10 + 6 = −4; limit −3 → −3."""
    many = [{"kind": "complaint", "times": 9}, {"kind": "proposal", "times": 4}]
    told, _ = total(tmp_path, *many, budget=200_000)
    assert told["plus_minus"] == -4 and told["printed"] == 80.7
    told, _ = total(tmp_path, *many, budget=200_000, adjustment_limits={"minus": -3})
    assert told["printed"] == 81.7


def test_rows_count_once_approved_and_say_so_before(tmp_path):
    tables = card(tmp_path, {"kind": "complaint", "approved_by": ""}, budget=200_000)
    cards = scorecards(tables)
    assert cards.totals["printed"].iloc[0] == 84.7
    [row] = cards.plus_minus.rows.dropna(subset="file").to_dict("records")
    assert row["reason"] == "scoring.plus_waits" and not row["counted"]
    assert "waits_for_approval" in set(tables.issues["rule"])


def test_a_veto_caps_the_grade_or_sets_the_total(tmp_path):
    told, _ = total(tmp_path, {"kind": "false_data"}, budget=200_000)
    assert (told["printed"], told["grade"]) == (84.7, "D")
    assert told["p_D"] == 1
    told, _ = total(tmp_path, {"kind": "fraud"}, budget=200_000)
    assert told["printed"] == 0 and np.isnan(told["ci_low"])


def test_without_a_weighted_total_no_points_make_one(tmp_path):
    tables = card(tmp_path, {"kind": "proposal"}, budget=200_000, month="2025-03")
    cards = scorecards(tables)
    assert np.isnan(cards.totals["total"].iloc[0])


def test_an_accepted_appeal_keeps_the_points(tmp_path):
    """By hand: leads put at 270 → 90; 90 − 2 = 88."""
    plea = {
        "appeal_id": "Y1", "period_id": "2025-04", "specialist_id": "S1", "indicator": "leads",
        "before": 254.1, "after": 270, "reason": "r", "author": "S1", "at": "2025-05-05",
        "status": "accepted", "decided_by": "M1",
    }  # fmt: skip
    tables = card(
        tmp_path, {"kind": "complaint"}, budget=200_000, tables={"appeals": pd.DataFrame([plea])}
    )
    assert official(tables, scorecards(tables))["printed"].iloc[0] == 88


def test_rows_that_cannot_count_are_refused_with_place_and_remedy(tmp_path):
    with pytest.raises(KitError) as refused:
        card(
            tmp_path,
            {"kind": "complaints"},
            {"kind": "complaint", "evidence": " "},
            {"kind": "overspend"},
        )
    told = {f.key: f.facts for f in refused.value.faults}
    assert told["data.unknown_kind"]["row"] == 2
    assert told["data.unknown_kind"]["near"][0] in ("complaint", "justified complaint")
    assert told["data.no_evidence"]["row"] == 3
    assert told["data.kind_by_rule"]["row"] == 4


BAD = [
    ({"x": {"name": named("甲", "a")}}, "params.adjustment"),
    ({"x": {"name": named("甲", "a"), "each": 1, "veto": {"grade": "D"}}}, "params.adjustment"),
    ({"x": {"name": named("甲", "a"), "by": "budget_over"}}, "params.adjustment"),
    ({"x": {"name": named("甲", "a"), "each": -2, "most": 10}}, "params.adjustment_most"),
    ({"x": {"name": named("甲", "a"), "veto": {}}}, "params.veto"),
    ({"x": {"name": named("甲", "a"), "veto": {"grade": "E"}}}, "params.no_such_name"),
    (
        {"x": {"name": named("甲", "a"), "by": "budget_ovr", "rule": "overspend"}},
        "params.no_such_name",
    ),
    (
        {"x": {"name": named("甲", "a"), "by": "budget_over", "rule": "hundred"}},
        "params.adjustment_base",
    ),
]


@pytest.mark.parametrize(("kinds", "key"), BAD)
def test_kinds_that_cannot_be_computed_are_refused_with_their_line(tmp_path, kinds, key):
    hundred = RULE | {"base": 100}
    with pytest.raises(KitError) as refused:
        card(
            tmp_path,
            adjustments=kinds,
            rules={"overspend": RULE, "share": SHARE, "hundred": hundred},
        )
    [fault] = refused.value.faults
    assert fault.key == key and fault.facts["line"] > 1 and "adjustments.x" in fault.facts["place"]


def test_the_card_and_the_scheme_in_words_show_every_row_with_its_evidence(tmp_path):
    tables = card(
        tmp_path,
        {"kind": "proposal", "evidence": "OA-17"},
        {"kind": "complaint", "approved_by": ""},
        {"kind": "false_data"},
    )
    for lang in ("zh", "en"):
        v = view(scores(tables), lang, "hr")
        text = " ".join(str(block.html) for block in persons(v))
        assert "OA-17" in text and KINDS["proposal"]["name"][lang] in text
        assert say("scoring.plus_waits", lang) in text
        told = "\n".join(approval(tables.scheme, lang))
        assert KINDS["fraud"]["name"][lang] in told and "-20" in told.replace("−", "-")
