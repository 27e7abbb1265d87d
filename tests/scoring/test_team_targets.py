"""Targets set for a team: every member has them, own ones go first, a team part shares one."""

import pandas as pd
import pytest
import yaml

from kit.data.load import load
from kit.data.quality import team_targets
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
        ({"team": "U", "specialist_id": "S1"}, "data.not_their_team"),
        ({}, "data.at_least_one"),
        ({"team": "V"}, "data.unknown_team"),
    ],
)
def test_a_row_names_a_person_or_a_known_team(tmp_path, who, rule):
    with pytest.raises(KitError) as refused:
        tables(tmp_path, goal("sales", 5000, team="T"), goal("sales", 1, **who))
    [fault] = [f for f in refused.value.faults if f.key == rule]
    assert fault.facts["row"] == 3


def again(folder, **changed):
    """The month once more after its files have changed: a column of the roster, the groups."""
    if "leave_date" in changed:
        roster = pd.read_csv(folder / "roster.csv").assign(leave_date=changed["leave_date"])
        roster.to_csv(folder / "roster.csv", index=False)
    if "groups" in changed:
        said = {"groups": [{"scheme": "scheme.yml"} | group for group in changed["groups"]]}
        (folder / "groups.yml").write_text(yaml.dump(said), encoding="utf-8")
        period = (folder / "period.yml").read_text("utf-8")
        period = period.replace("scheme: scheme.yml", "scheme: groups.yml")
        (folder / "period.yml").write_text(period, encoding="utf-8")
    return load(folder / "period.yml")


def told(found, rule: str) -> list:
    return [(i.severity, i.row, i.value, i.count) for i in found.found if i.rule == rule]


def refused(work, rule: str) -> dict:
    with pytest.raises(KitError) as stopped:
        work()
    [fault] = [f for f in stopped.value.faults if f.key == f"data.{rule}"]
    return fault.facts


BOTH = (goal("sales", 5000, team="T"), goal("sales", 9000, team="U"))


def test_who_has_left_keeps_the_teams_target_of_the_last_day_employed(tmp_path):
    """By hand: S2's 30 x 100 of 5,000 are 60 points; T's 9,000 of 5,000 + 5,000 are 90."""
    tables(tmp_path, *BOTH)
    rows = scorecards(again(tmp_path, leave_date=[None, "2025-04-20", None])).indicators
    rows = rows.set_index(["specialist_id", "indicator"])
    assert rows.loc[("S2", "sales"), ["target", "points"]].tolist() == [5000, 60]
    for who in ("S1", "S2"):
        assert rows.loc[(who, "team_sales"), ["target", "points"]].tolist() == [10_000, 90]


def test_a_team_shares_its_one_target_with_who_has_left(tmp_path):
    tables(tmp_path, *BOTH, goal("team_sales", 20_000, team="T"))
    of = target_of(again(tmp_path, leave_date=["2025-04-25", "2025-04-20", None]))
    assert [of[who, "team_sales"] for who in ("S1", "S2", "S3")] == [20_000, 20_000, 9000]


def test_a_row_that_reaches_nobody_is_told_in_its_own_period(tmp_path):
    """Both of T are in U from the first day on; of another month nothing is asked."""
    posts = pd.DataFrame(
        [{"specialist_id": who, "team": "U", "status": "working", "valid_from": "2025-04-01"}
         for who in ("S1", "S2")]
    )  # fmt: skip
    later = goal("sales", 1, team="T", period_id="2025-05")
    found = tables(tmp_path, later, *BOTH, postings=posts)
    assert told(found, "reaches_nobody") == [("warn", 3, "T", 1)]
    assert target_of(found)["S1", "sales"] == 9000


ALL = {"id": "everyone", "who": "all"}


def test_two_rows_that_set_a_person_different_targets_are_refused(tmp_path):
    """S1 and S2 are in T and in the group; S3 is in the group alone."""
    tables(tmp_path, goal("sales", 5000, team="T"), goal("sales", 7000, specialist_id="S3"))
    targets = [goal("sales", 7000, team="everyone"), goal("sales", 5000, team="T")]
    own = [goal("sales", 4000, specialist_id=who) for who in ("S1", "S2")]
    path = tmp_path / "targets.csv"
    for rows in (targets, targets[::-1]):
        pd.DataFrame(rows).to_csv(path, index=False)
        facts = refused(lambda: again(tmp_path, groups=[ALL]), "targets_differ")
        assert (facts["row"], facts["value"], facts["count"]) == (2, "S1", 2)
        assert sorted(f.texts["en"] for f in facts["found"]) == ["T: 5,000", "everyone: 7,000"]
    pd.DataFrame([*targets, *own]).to_csv(path, index=False)
    of = target_of(again(tmp_path))
    assert [of[who, "sales"] for who in ("S1", "S2", "S3")] == [4000, 4000, 7000]
    pd.DataFrame([targets[0], targets[1] | {"target": 7000}]).to_csv(path, index=False)
    assert target_of(again(tmp_path))["S1", "sales"] == 7000


def test_a_team_and_a_group_of_one_id_must_have_the_same_members(tmp_path):
    tables(tmp_path, *BOTH)
    facts = refused(lambda: again(tmp_path, groups=[ALL | {"id": "T"}]), "team_and_group")
    assert (facts["row"], facts["value"]) == (2, "T")
    alike = [{"id": "T", "who": {"team": ["T"]}}, ALL]
    of = target_of(again(tmp_path, groups=alike))
    assert [of[who, "sales"] for who in ("S1", "S2", "S3")] == [5000, 5000, 9000]


def test_a_team_beside_a_person_leaves_the_row_the_persons(tmp_path):
    """S2 has moved from T to U: either is theirs."""
    posts = pd.DataFrame(
        [{"specialist_id": "S2", "team": "U", "status": "working", "valid_from": "2025-04-20"}]
    )
    for n, team in enumerate(("T", "U")):
        (tmp_path / team).mkdir()
        rows = [goal("sales", 6000 + n, specialist_id=who, team=of)
                for who, of in (("S1", "T"), ("S2", team), ("S3", "U"))]  # fmt: skip
        found = tables(tmp_path / team, *rows, postings=posts)
        assert told(found, "own_with_team") == [("note", 2, "T", 3)]
        of = target_of(found)
        assert [of[who, "sales"] for who in ("S1", "S2", "S3")] == [6000 + n] * 3


def test_a_persons_rows_that_differ_beside_a_team_are_refused(tmp_path):
    rows = (goal("sales", 1, specialist_id="S1"), goal("sales", 2, specialist_id="S1", team="T"))
    facts = refused(lambda: tables(tmp_path, *rows), "targets_differ")
    assert [f.texts["en"] for f in facts["found"]] == ["—: 1", "T: 2"]


def test_what_else_differs_is_told_in_the_readers_language(tmp_path):
    rows = [goal("sales", 5000, specialist_id="S1", prorate=True)]
    rows += [goal("sales", 5000, specialist_id="S1", team="T", prorate=False)]
    with pytest.raises(KitError) as stopped:
        tables(tmp_path, *rows)
    [fault] = [f for f in stopped.value.faults if f.key == "data.targets_differ"]
    zh, en = fault.told("zh"), fault.told("en")
    assert "—: 5,000 按在岗天数折算 是" in zh and "T: 5,000 按在岗天数折算 否" in zh
    assert "的 销售额 有几行" in zh and "for Sales that" in en
    assert "yes" in en and "no" in en and "1.0" not in zh + en and "prorate" not in zh + en


def test_a_teams_row_with_an_unknown_period_is_one_row(tmp_path):
    """T has two members; the file has one such row, the fourth line."""
    found = tables(tmp_path, *BOTH, goal("sales", 1, team="T", period_id="April"))
    assert told(found, "unknown_period") == [("warn", 4, "April", 1)]


def test_members_are_looked_up_only_for_periods_of_teams(tmp_path, monkeypatch):
    """Forty years of one person's targets beside one month of a team's: one look-up."""
    asked, look = [], team_targets._people
    monkeypatch.setattr(
        team_targets, "_people", lambda found, id: asked.append(id) or look(found, id)
    )
    old = [goal("sales", 1, specialist_id="S1", period_id=str(year)) for year in range(1980, 2020)]
    tables(tmp_path, *old, *BOTH)
    assert asked == ["2025-04"]


def test_a_teams_row_without_a_period_is_told_as_an_empty_cell(tmp_path):
    row = goal("sales", 5000, team="T", period_id=None)
    facts = refused(lambda: tables(tmp_path, *BOTH, row), "empty_cell")
    assert (facts["row"], facts["column"]) == (4, "period_id")


def test_a_workbooks_column_of_teams_beside_people_is_no_fault(tmp_path):
    tables(tmp_path, *BOTH)
    (tmp_path / "targets.csv").unlink()
    sheet = {"考核周期编号": "2025-04", "专员编号": ["S1", "S2"], "团队": "T", "指标": "sales",
             "目标值": [6000, 4000]}  # fmt: skip
    pd.DataFrame(sheet).to_excel(tmp_path / "目标.xlsx", sheet_name="目标", index=False)
    found = again(tmp_path)
    assert told(found, "own_with_team") == [("note", 2, "T", 2)]
    assert target_of(found)["S2", "sales"] == 4000
