"""Own items and dimensions: the worked examples of spec/real_schemes.md, by hand."""

import pytest

from kit.errors import KitError
from tests.scoring.test_own import ITEMS, ROWS, SCALES, answers, card, leads, measured, month, named


def test_items_are_read_on_their_own_scales_with_their_own_raters(tmp_path):
    """By hand: 0.7·82 + 0.3·95 = 85.9; level B is 85; a 4 on 1–5 is 75."""
    own = ITEMS | {"teamwork": {"branch": "soft"}}
    given = {
        "feedback": answers(
            ("attitude", "manager", "M1", "82"),
            ("工作态度", "self", "S1", "95"),
            ("values", "manager", "M1", "b"),
            ("teamwork", "manager", "M1", "4"),
        )
    }
    profile = {"attitude": 0.4, "values": 0.3, "teamwork": 0.3}
    rows, total, _ = card(tmp_path, own, profile, given)
    assert rows["points"].to_dict() == pytest.approx(
        {"attitude": 85.9, "values": 85, "teamwork": 75}
    )
    assert total["total"] == pytest.approx(0.4 * 85.9 + 0.3 * 85 + 0.3 * 75)


def test_an_item_rated_by_oneself_alone_is_missing(tmp_path):
    given = {
        "feedback": answers(("attitude", "self", "S1", "95"), ("values", "manager", "M1", "A"))
    }
    rows, total, _ = card(tmp_path, ITEMS, {"attitude": 0.5, "values": 0.5}, given)
    assert rows.loc["attitude", "reason"] == "scoring.only_self"
    assert total["total"] == 100 and total["coverage"] == 0.5


def test_ratings_off_their_scales_are_refused(tmp_path):
    own = ITEMS | {"teamwork": {"branch": "soft"}}
    profile = {"attitude": 0.4, "values": 0.3, "teamwork": 0.3}
    rated = [("attitude", "101"), ("values", "E"), ("teamwork", "6")]
    given = {"feedback": answers(*((item, "manager", "M1", text) for item, text in rated))}
    with pytest.raises(KitError) as refused:
        month(tmp_path, own, profile, given)
    told = [f.facts for f in refused.value.faults if f.key == "data.off_scale"]
    assert [(f["value"], f["row"]) for f in sorted(told, key=lambda f: f["row"])] == [
        (text, place) for place, (_, text) in enumerate(rated, start=2)
    ]


TREE = {
    "results": {"weight": 0.70, "of": {"leads": 0.8, "highlights": 0.2}},
    "ability": {"weight": 0.15, "of": {"professional": 1}},
    "conduct": {"weight": 0.15, "of": {"attitude": 1}},
}


NAMES = {
    "results": named("业绩", "results"),
    "ability": named("能力", "ability"),
    "conduct": named("态度", "attitude"),
}


FORM = leads(300) | {
    "highlights": {"name": named("亮点", "highlights"), "item": "hundred"},
    "professional": {"name": named("专业能力", "skill"), "item": "five"},
    "attitude": ITEMS["attitude"],
}


RATED = [
    ("highlights", "manager", "M1", "80"),
    ("professional", "manager", "M1", "4"),
    ("attitude", "manager", "M1", "82"),
    ("attitude", "self", "S1", "95"),
]


def form(folder, rated=RATED, profile=TREE, **more):
    scales = SCALES | {"five": {"from": 1, "to": 5}}
    given = {"measured": measured(ROWS[0]), "feedback": answers(*rated)}
    more = {"dimensions": NAMES, "scales": scales} | more
    return card(folder, FORM, profile, given, **more)


def test_dimensions_have_subtotals_and_the_total_of_the_worked_example(tmp_path):
    """By hand: results 69.440, ability 11.250, conduct 12.885; total 93.575 → 93.6."""
    _, total, cards = form(tmp_path)
    sums = cards.dimensions.set_index("dimension")["contribution"].to_dict()
    assert sums == pytest.approx({"results": 69.44, "ability": 11.25, "conduct": 12.885})
    assert (total["total"], total["printed"]) == (pytest.approx(93.575), 93.6)


def test_a_missing_line_leaves_its_weight_in_its_dimension(tmp_path):
    """By hand: results 104 → 72.800; total 96.935 → 96.9; coverage 0.86."""
    _, total, cards = form(tmp_path, rated=RATED[1:])
    sums = cards.dimensions.set_index("dimension")["contribution"]
    assert sums["results"] == pytest.approx(72.8)
    assert (total["printed"], total["coverage"]) == (96.9, 0.86)
    assert total["total"] == pytest.approx(96.935)


def test_what_is_rounded_is_what_counts(tmp_path):
    """By hand, in the form's points: 58.24 → 58.0, 11.2 → 11.0; 11.25 → 11.5; 12.885 → 13.0."""
    points = {
        "results": {"points": 70, "of": {"leads": 56, "highlights": 14}},
        "ability": {"points": 30, "of": {"professional": 15, "attitude": 15}},
    }
    steps = {"points": 0.5, "dimension": 1, "total": 1}
    rows, total, cards = form(tmp_path, profile=points, rounding=steps)
    assert rows["contribution"].tolist() == [58.0, 11.0, 11.5, 13.0]
    sums = cards.dimensions.set_index("dimension")["contribution"].to_dict()
    assert sums == {"results": 69, "ability": 25}
    assert (total["total"], total["printed"]) == (94, 94)
