"""What is published of 360: pools against hand sums, the guard against a plain count."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from kit.scheme.sections import Feedback
from kit.scoring import card, feedback, items, pools
from kit.scoring.noise import noise
from kit.scoring.published import published
from tests.scoring import hand

DAYS = pd.date_range("2025-04-01", "2025-04-30")


WEIGHTS = {"manager": 0.4, "peer": 0.35, "cross_dept": 0.25, "self": 0.0}


def rows(**given):
    """Answers on one person and item: relation=[ratings]."""
    found = pd.DataFrame(
        [
            ("2025-04", "S1", f"{r}{n}", r, "innovation", float(x))
            for r, answers in given.items()
            for n, x in enumerate(answers)
        ],
        columns=["period_id", "specialist_id", "rater_id", "relation", "item", "rating"],
    )
    weight = found["relation"].map(lambda r: WEIGHTS.get(r, 0.1))
    return found.assign(weight=weight, used=found["rating"], leniency=np.nan)


def figures(**given):
    """Published figures by relation."""
    found = pools.rounded(pools.figures(pools.cells(rows(**given))), {"innovation": (1.0, 5.0)})
    figure = pools.half_up(found["mean"], found["low"], found["step"])
    return dict(zip(found["relation"], figure, strict=True))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"manager": [4], "peer": [4, 4, 3], "cross_dept": [4, 5, 3]}, [4, 4]),  # 23 / 6 = 3.83
        ({"manager": [3], "peer": [4, 4, 4]}, [3, 4]),
        ({"manager": [3], "peer": [4, 4, 5, 3, 3]}, [3, 4]),  # 19 / 5 = 3.8
        ({"manager": [3], "peer": [4, 4, 5, 3, 2, 3, 3, 3]}, [3, 3.5]),  # 27 / 8 = 3.375
        ({"manager": [3], "peer": [2, 3, 5]}, [3, 3]),  # 10 / 3 to a whole
        ({"manager": [3], "peer": [2, 3], "cross_dept": [5, 4]}, [3, 4]),  # 3.5 half up
        ({"manager": [3], "peer": [2], "cross_dept": [5]}, [3]),  # two: neither shown nor scored
    ],
)
def test_pools_by_hand(given, expected):
    found = figures(**given)
    assert [found["manager"], *([found["others"]] if len(expected) > 1 else [])] == expected
    assert set(found) == ({"manager", "others"} if len(expected) > 1 else {"manager"})


@pytest.mark.parametrize(
    ("sizes", "cells"),
    [
        ({"peer": 5, "cross_dept": 5}, {"peer", "cross_dept"}),
        ({"peer": 5, "cross_dept": 4}, {"others"}),  # the four would be left by subtraction
        ({"peer": 9}, {"others"}),
        ({"peer": 6, "cross_dept": 3, "customer": 2}, {"peer", "others"}),
        ({"peer": 7, "cross_dept": 6, "customer": 1}, {"peer", "others"}),
        ({"peer": 5, "cross_dept": 5, "customer": 5}, {"peer", "cross_dept", "customer"}),
    ],
)
def test_a_relation_stands_alone_only_beside_five_others(sizes, cells):
    assert set(figures(**{r: [4] * n for r, n in sizes.items()})) == cells


def test_a_committee_is_one_figure_and_under_three_only_a_voice_by_name():
    given = rows(committee=[5, 4], peer=[4, 4, 4])
    assert set(pools.figures(pools.cells(given))["relation"]) == {"others"}
    named = pools.figures(pools.cells(given), committee=True).set_index("relation")
    assert named.loc["committee", "named"] and named.loc["committee", "mean"] == 4.5


def test_answers_of_a_relation_that_does_not_count_are_not_shown():
    """Else a figure beside the scored one would tell more than the score."""
    found = pools.cells(rows(peer=[4, 4, 4]).assign(weight=[0.35, 0.35, 0.0]))
    assert len(found) == 2
    assert len(pools.cells(rows(peer=[4, 4, 4]).assign(weight=0.0))) == 3


def test_the_hand_month_from_what_is_shown(tmp_path):
    """By hand: innovation .4·4 + .6·4 = 4 (23/6), teamwork 4 (19/5), problem solving 2.6/.75."""
    tables = hand.loaded(tmp_path, hand.tables(), scheme=hand.shown)
    cards = card.scorecards(tables)
    found = cards.indicators.set_index("indicator")
    expected = {"innovation": 4.0, "teamwork": 4.0, "problem_solving": (1.2 + 1.4) / 0.75}
    for name, value in expected.items():
        assert found.loc[name, "actual"] == pytest.approx(value, abs=1e-12)
        assert found.loc[name, "points"] == pytest.approx(25 * (value - 1), abs=1e-9)
    soft = (0.08 * 75 + 0.08 * 75 + 0.07 * 61.6666667) / 0.23
    assert cards.totals["total"].iloc[0] == pytest.approx(0.7 * 92.2170 + 0.3 * soft, abs=1e-3)
    rows = published(tables, DAYS).rows.set_index(["item", "relation"])
    assert rows.loc[("teamwork", "others"), "least"] == 5
    assert rows.loc[("problem_solving", "others"), "step"] == 1
    assert ("teamwork", "peer") not in rows.index


def test_two_other_raters_are_neither_shown_nor_scored(tmp_path):
    """A lone peer's 1 beside the manager's 4 would be solved from the score: the item is 4."""
    given = hand.tables()
    few = [("2025-04", "S1", r, rel, "learning", x) for r, rel, x in FEW]
    given["feedback"] = pd.concat([given["feedback"], pd.DataFrame(few, columns=COLUMNS)])
    tables = hand.loaded(tmp_path, given, scheme=hand.shown)
    found = card.scorecards(tables).indicators.set_index("indicator")
    assert found.loc["learning", "actual"] == 4
    assert set(published(tables, DAYS).rows.query("item == 'learning'")["relation"]) == {"manager"}
    held = published(tables, DAYS).held
    assert held[["item", "n", "why"]].to_numpy().tolist() == [["learning", 2, "few"]]


COLUMNS = ["period_id", "specialist_id", "rater_id", "relation", "item", "rating"]


FEW = [("m", "manager", 4), ("p", "peer", 1), ("c", "cross_dept", 2)]


def test_only_others_and_too_few_is_no_value_with_its_reason(tmp_path):
    given = hand.tables()
    few = [("2025-04", "S1", r, rel, "learning", x) for r, rel, x in FEW[1:]]
    given["feedback"] = pd.concat([given["feedback"], pd.DataFrame(few, columns=COLUMNS)])
    tables = hand.loaded(tmp_path, given, scheme=hand.shown)
    row = card.scorecards(tables).indicators.set_index("indicator").loc["learning"]
    assert np.isnan(row["actual"]) and row["reason"] == "scoring.few_raters"


def test_while_answers_come_in_nothing_is_published(tmp_path):
    """One more answer a day would be told by the difference between two days' pages."""
    given = hand.tables()
    given["feedback"] = given["feedback"].assign(submitted_on="2025-04-10")
    tables = hand.loaded(tmp_path, given, scheme=hand.shown, as_of="2025-04-15")
    found = card.scorecards(tables).indicators.set_index("indicator")
    assert found.loc["innovation", "reason"] == "scoring.collecting"
    assert published(tables, DAYS[:15]).rows.empty


def test_the_exact_month_stays_and_its_items_pass_the_guard(tmp_path):
    """conventions.md: 3.8833, 3.8750, 3.4667; no pool stands beside them."""
    tables = hand.loaded(tmp_path, hand.tables())
    found = card.scorecards(tables).indicators.set_index("indicator")["actual"]
    values = [found[name] for name in ("innovation", "teamwork", "problem_solving")]
    assert values == pytest.approx([3.88333333, 3.875, 3.46666667])
    assert items.open_people(tables, DAYS) == {"S1"}
    assert set(items.shown(tables, DAYS)["relation"]) == {"manager", "self"}


def test_exact_items_that_tell_an_answer_close_the_person(tmp_path):
    """A lone peer beside the manager: 5 · .35 + 4 · .4 can be solved."""
    given = hand.tables()
    few = [("2025-04", "S1", r, rel, "learning", x) for r, rel, x in FEW[:2]]
    given["feedback"] = pd.concat([given["feedback"], pd.DataFrame(few, columns=COLUMNS)])
    tables = hand.loaded(tmp_path, given)
    assert items.open_people(tables, DAYS) == set()
    assert items.shown(tables, DAYS).empty
    rows = items.closed(tables, card.scorecards(tables).indicators)
    soft = rows[rows["branch"] == "soft"]
    assert soft["actual"].isna().all() and set(soft["reason"]) == {"scoring.closed"}


def test_comments_come_from_pools_of_five_without_rating_or_relation(tmp_path):
    given = hand.tables()
    given["feedback"] = given["feedback"].assign(comment=[f"c{n}" for n in range(18)])
    assert feedback.comments(hand.loaded(tmp_path, given), DAYS, "employee").empty  # HR first
    found = feedback.comments(hand.loaded(tmp_path, given), DAYS, "hr")
    assert list(found) == ["specialist_id", "item", "id", "comment"]
    assert set(found["item"]) == {"innovation", "teamwork"}  # 6 and 5; problem solving has 3
    assert len(found) == 11  # neither the manager's nor the own
    assert found["comment"].tolist() != sorted(found["comment"])
    more = {"comments_read_by": "HR", "comments_held": [found["id"].iloc[0]]}
    read = feedback.comments(hand.loaded(tmp_path, given, **more), DAYS, "employee")
    assert read["comment"].tolist() == found["comment"].tolist()[1:]


def late_answers(*more):
    """The hand month with answers of late peers on innovation: (rater, day, rating)."""
    given = hand.tables()
    columns = [*COLUMNS, "submitted_on"]
    new = [("2025-04", "S1", r, "peer", "innovation", x, day) for r, day, x in more]
    old = given["feedback"].assign(submitted_on="2025-05-05")
    return given | {"feedback": pd.concat([old, pd.DataFrame(new, columns=columns)])}


def test_one_late_answer_changes_nothing_and_five_change_all(tmp_path):
    """Closed on the tenth working day after April: by 2025-05-20 four wait, the fifth lets all in.

    By hand with the five ones: (4 4 3 4 5 3 1 1 1 1 1) / 11 = 28 / 11 = 2.55, to a half 2.5; with
    five late peers both relations stay pooled, for the other department has three.
    """
    found = []
    for n in (0, 1, 4, 5, 6):
        folder = tmp_path / str(n)
        folder.mkdir()
        late = [(f"late{k}", f"2025-05-{20 + k}", 1) for k in range(n)]
        tables = hand.loaded(folder, late_answers(*late), scheme=hand.shown)
        rows = published(tables, DAYS).rows.set_index(["item", "relation"])
        found.append(float(rows.loc[("innovation", "others"), "figure"]))
    assert found == [4, 4, 4, 2.5, 2.5]


@pytest.mark.parametrize("day", ["2025-04-30", "2025-05-19"])
def test_until_the_collection_closes_no_version_tells_of_an_answer(tmp_path, monkeypatch, day):
    """1 to 5 May were off: the tenth working day after April was 2025-05-19 (6–9, 12–16, 19)."""
    told = []
    for n, last in enumerate([1, 5]):
        folder = tmp_path / str(n)
        folder.mkdir()
        given = hand.tables()
        given["feedback"].loc[2, "rating"] = last
        monkeypatch.setattr(Feedback, "gathering", lambda *_: dt.date.fromisoformat(day))
        tables = hand.loaded(folder, given, scheme=hand.shown)
        assert published(tables, DAYS).rows.empty
        assert feedback.comments(tables, DAYS, "employee").empty
        found = card.scorecards(tables)
        soft = found.indicators.query("branch == 'soft' and weight > 0")
        assert set(soft["reason"]) == {"scoring.collecting"}
        told.append(found.totals["total"].iloc[0])
        monkeypatch.setattr(Feedback, "gathering", lambda *_: dt.date(2025, 5, 20))
        assert len(published(hand.loaded(folder, given, scheme=hand.shown), DAYS).rows)
    assert told[0] == told[1]


def test_today_counts_only_while_answers_may_come_in(tmp_path):
    """Due after 10 working days: two weeks, and four more for days off."""
    said = hand.loaded(tmp_path, hand.tables(), scheme=hand.shown).scheme.feedback
    today = dt.date.today()
    for days, open_ in ((0, True), (1, True), (42, True), (43, False)):
        end = today - dt.timedelta(days=days)
        assert said.gathering(end) == (today if open_ else None)
        assert said.gathering(end, end) is None


# ── errors of items ──────────────────────────────────────────────────────────────────────────────
def test_noise_is_the_pooled_variance_inside_relations():
    """By hand: peers 4 4 3 (SSR 2/3, df 2), cross 4 5 3 (SSR 2, df 2): σ² = (8/3) / 4."""
    found = noise(rows(manager=[1], peer=[4, 4, 3], cross_dept=[4, 5, 3], self=[5]))
    assert found.sigma == pytest.approx((8 / 3 / 4) ** 0.5)
    assert (found.df, found.people) == (4, 1)
    assert found.coarse(4.0).sigma == pytest.approx(0.9)  # .816 up to a tenth


def test_raters_who_repeat_themselves_are_seen():
    once = rows(peer=[1, 3, 5])
    twice = pd.concat([once, once.assign(item="teamwork")])
    assert noise(twice).alike == pytest.approx(1.0)
