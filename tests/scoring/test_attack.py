"""What the 360 pages print, attacked: nobody's answer may follow from it."""

import itertools

import numpy as np
import pandas as pd
import pytest

from kit.pages.scoring import person
from kit.scoring import feedback, pools
from tests.attack import Cell, cells, certain, recovered
from tests.bench.anonymity import drawn
from tests.pages.scoring.test_page import shown as view_of
from tests.scoring import hand

BEFORE = [
    "3.83 (6 raters, spread 0.75)",
    "4.00 (3 raters, spread 0.00)",
    "4.50 (4 raters, spread 0.58)",
]


def test_the_attack_recovers_what_was_printed_before():
    """Red on purpose: a mean, a number and a spread leave one set; a spread of 0 every answer."""
    found = [cell for line in BEFORE for cell in cells(line)]
    assert [recovered(cell) for cell in found] == [True, True, True]
    assert [certain(cell) for cell in found] == [False, True, False]


def test_the_attack_reads_the_new_cells():
    text = "4.00 (5 raters or more, to 0.5) 4.00 (3 or 4 raters, to 1) 4.00 (4 raters, to 1)"
    found = [(cell.figure, cell.sizes[0], cell.sizes[-1], cell.step) for cell in cells(text)]
    assert found == [(4, 5, 12, 0.5), (4, 3, 4, 1), (4, 4, 4, 1)]


@pytest.mark.parametrize("ends", [(3, 4), (5, 12)])
def test_no_figure_of_a_band_leaves_one_set_or_one_answer(ends):
    """Even with the exact number of raters, which the page does not tell."""
    step = 1.0 if ends[0] == 3 else 0.5
    for n in range(ends[0], min(ends[1], 8) + 1):
        for figure in np.arange(1, 5 + step / 2, step):
            cell = Cell(float(figure), (n,), step=step)
            assert len(cell.sets()) > 1 and not certain(cell), (n, figure)


@pytest.mark.parametrize("audience", ["employee", "manager", "hr"])
def test_the_page_of_the_hand_month_prints_no_cell_that_can_be_recovered(tmp_path, audience):
    v = view_of(tmp_path, hand.tables(), audience, "S1", scheme=hand.shown)
    text = "".join(f"{block.html} {block.data}" for block in person.persons(v))
    found = cells(text)
    assert found and not any(map(recovered, found)) and not any(map(certain, found))
    assert ("Spread" in text) == (audience == "hr"), "spread is HR's alone"


def test_a_lone_peer_pooled_with_three_is_not_solved_from_the_score():
    """All sets of one peer and three others, by the value that they print as."""
    left: dict[float, set[int]] = {}
    for given in itertools.product(range(1, 6), repeat=4):
        relation = ["manager", "peer", *["cross_dept"] * 3]
        rows = pd.DataFrame(
            {
                "specialist_id": "S1",
                "item": "innovation",
                "rater_id": list("mpabc"),
                "relation": relation,
                "used": [4.0, *map(float, given)],
                "leniency": np.nan,
                "weight": [0.4, 0.35, 0.25, 0.25, 0.25],
            }
        )
        if given[1:] != tuple(sorted(given[1:])):
            continue
        told = pools.rounded(pools.figures(pools.cells(rows)), {"innovation": (1.0, 5.0)})
        figure = pools.half_up(told["mean"], told["low"], told["step"])
        value = float((figure * told["weight"]).sum() / told["weight"].sum())
        left.setdefault(round(value, 6), set()).add(given[0])
    assert len(left) == 5 and min(map(len, left.values())) >= 2


def test_drawn_companies_give_no_answer_away():
    """`python -m tests.bench anonymity 1000` draws the full number."""
    found = drawn(24)
    assert found["pools"].sum() > 200
    assert found[["certain", "above", "off"]].to_numpy().sum() == 0
    plain = found[~found.index.get_level_values("lean")]
    assert plain["accomplice"].sum() <= 0.07 * plain["pools"].sum()


def test_exact_means_stand_beside_their_spread_for_hr(tmp_path):
    rows = feedback.exact(
        hand.loaded(tmp_path, hand.tables()), pd.date_range("2025-04-01", periods=30)
    )
    row = rows.set_index(["item", "relation"]).loc[("innovation", "peer")]
    assert (row["n_raters"], round(row["mean"], 4), round(row["spread"], 4)) == (3, 3.6667, 0.5774)
