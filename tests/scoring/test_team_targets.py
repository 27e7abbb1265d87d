"""Targets set for a team: every member has them, own ones go first, a team part shares one."""

import pandas as pd
import pytest

from kit.errors import KitError
from kit.scoring.card import scorecards
from kit.scoring.trace import source_rows
from tests.scoring import test_other_sources as other

HEAD = {"period_id": "2025-04", "specialist_id": None, "team": None}


def goal(indicator: str, target: float, **who) -> dict:
    return HEAD | {"indicator": indicator, "target": target} | who


def tables(folder, *rows, **more):
    """S1 and S2 are in T, S3 in U; each sells 30 × 200, 100, 400 and a little."""
    return other.team(folder, {"sales": 0.6, "team_sales": 0.4}, targets=pd.DataFrame(rows), **more)


def target_of(found) -> dict:
    rows = scorecards(found).indicators
    return rows.set_index(["specialist_id", "indicator"])["target"].to_dict()


def test_a_teams_row_is_the_target_of_each_member_without_one(tmp_path):
    """By hand: T's 5,000 each but S2's own 4,000; the team part of T is 5,000 + 4,000."""
    found = tables(
        tmp_path,
        goal("sales", 5000, team="T"),
        goal("sales", 4000, specialist_id="S2"),
        goal("sales", 9000, team="U"),
    )
    of = target_of(found)
    assert [of[who, "sales"] for who in ("S1", "S2", "S3")] == [5000, 4000, 9000]
    assert [of[who, "team_sales"] for who in ("S1", "S2", "S3")] == [9000, 9000, 9000]


def test_a_team_part_has_the_teams_target_as_one_for_all(tmp_path):
    """By hand: 20,000 is T's target as a whole, whatever the members' own are."""
    found = tables(
        tmp_path,
        *(goal("sales", 6000, specialist_id=who) for who in ("S1", "S2", "S3")),
        goal("team_sales", 20_000, team="T"),
    )
    of = target_of(found)
    assert [of[who, "team_sales"] for who in ("S1", "S2", "S3")] == [20_000, 20_000, 6000]


def test_a_target_is_traced_to_the_teams_row(tmp_path):
    """The team's row is the second line of the file, below its header."""
    found = tables(tmp_path, goal("sales", 5000, team="T"), goal("sales", 9000, team="U"))
    for who, line in (("S1", 2), ("S2", 2), ("S3", 3)):
        rows = source_rows(found, who, "sales").set_index("table").loc["targets"]
        assert (rows["first_row"], rows["last_row"]) == (line, line)


def test_who_has_moved_has_the_target_of_the_last_days_team(tmp_path):
    moved = {"specialist_id": "S2", "team": "U", "status": "working"}
    posts = pd.DataFrame([moved | {"valid_from": "2025-04-20"}])
    found = tables(
        tmp_path, goal("sales", 5000, team="T"), goal("sales", 9000, team="U"), postings=posts
    )
    assert target_of(found)["S2", "sales"] == 9000


@pytest.mark.parametrize(
    "who, rule",
    [
        ({"team": "T", "specialist_id": "S1"}, "data.one_of_two"),
        ({}, "data.one_of_two"),
        ({"team": "V"}, "data.unknown_team"),
    ],
)
def test_a_row_names_a_person_or_a_known_team(tmp_path, who, rule):
    with pytest.raises(KitError) as refused:
        tables(tmp_path, goal("sales", 5000, team="T"), goal("sales", 1, **who))
    [fault] = [f for f in refused.value.faults if f.key == rule]
    assert fault.facts["row"] == 3
