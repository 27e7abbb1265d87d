"""The stories planted for notebook 2 are found in the sample, and nothing else is claimed."""

import pytest

from kit.data.facts import days
from kit.data.load import load
from kit.people.career import history
from kit.scoring import feedback
from kit.scoring.card import scorecards
from kit.scoring.feedback import corrected
from kit.scoring.integrity import integrity, target_check
from kit.scoring.panel import panel
from kit.scoring.review import standardised


@pytest.fixture(scope="module")
def june():
    tables = load("params/2025-06.yml")
    return tables, scorecards(tables)


def of(frame, who, column):
    return frame.set_index("specialist_id").loc[who, column]


def test_the_truly_better_one_stands_above(june):
    """S01 by construction; against the mean of the others, false claims held at 5 % (BH).

    The highest total, the mean of the others under its interval; of all grades A is the likeliest,
    by chances that are settled toward the team.
    """
    totals = june[1].totals
    others = totals.loc[totals["specialist_id"] != "S01", "printed"]
    assert of(totals, "S01", "standing") == "above"
    assert of(totals, "S01", "printed") > others.max()
    assert of(totals, "S01", "ci_low") > others.mean()
    chances = {grade: of(totals, "S01", f"p_{grade}") for grade in "ABCD"}
    assert max(chances, key=chances.get) == "A" and sum(chances.values()) == pytest.approx(1)
    assert chances["A"] == totals["p_A"].max() > 0.65


def test_the_equal_ones_are_not_told_apart(june):
    totals = june[1].totals.set_index("specialist_id")
    assert totals.loc["S04", "group"] == totals.loc["S05", "group"]
    assert totals.loc["S04", "rank_low"] <= totals.loc["S05", "rank_high"]


def test_under_spending_does_not_pay(june):
    """S08: ROI over 110 points, budget use under 40, sales under the core floor: C at most."""
    rows = june[1].indicators.query("specialist_id == 'S08'").set_index("indicator")["points"]
    assert rows["roi"] > 105 and rows["budget_execution"] < 40 and rows["sales"] < 60
    assert of(june[1].totals, "S08", "grade") in ("C", "D")


def test_the_market_lifted_one_falls_back(june):
    """S14's category grew twice as much as assumed; nobody else's grade hangs on the market.

    Completion, not points: over the cap of 120 points a fall cannot show.
    """
    sales = june[1].indicators.query("indicator == 'sales'").set_index("specialist_id")
    fall = (sales["completion"] - sales["completion_adjusted"]).abs().sort_values()
    assert fall.index[-1] == "S14" and fall.iloc[-1] > 0.1 > 10 * fall.iloc[-2]
    totals = june[1].totals
    changed = totals[totals["grade"] != totals["grade_adjusted"]]["specialist_id"]
    assert set(changed) <= {"S14"}


def test_only_the_easy_target_is_surely_easy(june):
    check = target_check(*june)
    found = check[check["sure"]]
    named = found[["specialist_id", "indicator", "flag"]].values.tolist()
    assert named == [["S07", "sales", "easy"]]


def test_only_what_is_unusual_is_named(june):
    found = integrity(june[0])
    named = set(map(tuple, found.loc[found["flag"], ["specialist_id", "rule"]].values.tolist()))
    planted = {("S11", "end_spike"), ("S11", "end_refunds"), ("S08", "brand_share")}
    assert planted <= named
    assert {rule for _, rule in named - planted} <= {"end_spike"}
    assert {who for who, _ in named - planted} <= _bulk_buyers_of(june[0])


def _bulk_buyers_of(tables):
    """Whose plans had an order of 12 units or more in the last three days: unusual indeed."""
    orders = tables.get("orders")
    late = orders[(orders["units"] >= 12) & (orders["paid_at"] >= "2025-06-28")]
    owner = tables.get("assignment")
    owner = owner[owner["valid_to"].isna()]
    return set(owner.loc[owner["plan_id"].isin(late["plan_id"]), "specialist_id"])


def test_the_mixed_up_one_is_better_than_the_crude_rate_says(june):
    """S03 moved budget to social: the crude rate is under the same-mix rate's place."""
    rows = standardised(june[0], "click_conversion")
    crude, fair = (
        rows.set_index("specialist_id")[c].rank(ascending=False) for c in ("crude", "standardised")
    )
    assert fair["S03"] < crude["S03"]


def test_a_person_nobody_rated_on_an_item_says_so(june):
    rows = june[1].indicators
    gone = rows[rows["points"].isna()]
    assert gone[["specialist_id", "indicator", "reason"]].values.tolist() == [
        ["S05", "learning", "scoring.nobody_rated"]
    ]


def test_the_flat_and_the_mutual_raters_are_flagged(june):
    tables, _ = june
    days = panel(tables, tables.period.start, tables.period.last_day).days
    found = feedback.flags(tables, days)
    assert set(found["rule"]) == {"flat", "mutual"}
    pair = found[found["rule"] == "mutual"].iloc[0]
    marks = feedback.marked(found)
    assert "mutual" in marks[pair["rater_id"]] and "mutual" in marks[pair["specialist_id"]]  # E9


def test_what_all_readers_are_told_is_computed_once(june, monkeypatch):
    tables = june[0]
    asked = [lambda: integrity(tables), lambda: corrected(tables), lambda: history(tables).totals]
    asked += [lambda: len(tables.windows), lambda: days(tables, "sessions")]
    first = [ask() for ask in asked]
    for name in (
        "kit.scoring.integrity.panel",
        "kit.scoring.feedback.answers",
        "kit.people.career.official",
        "kit.data.facts.scan",
    ):
        monkeypatch.setattr(name, None)  # whoever computes again fails
    again = [ask() for ask in asked]
    assert str(first) == str(again)
