"""kit check names what could never be scored, with file, line and remedy."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from kit.report import reach
from kit.report.check import check
from tests.scoring import hand
from tests.scoring import test_groups as groups
from tests.scoring.test_own import leads, measured, scheme


def said(folder, rule):
    rows = check(str(folder / "period.yml"))
    return rows[rows["rule"] == rule].to_dict("records")


def written(folder, indicators, profile, given, **more):
    tables = hand.tables()
    for name in ("feedback", "tasks"):
        tables.pop(name)
    hand.loaded(folder, tables | given, scheme=scheme(indicators, profile, **more))


def test_a_line_scored_against_a_target_that_nobody_set_is_named(tmp_path):
    own = {"leads": {k: v for k, v in leads(1)["leads"].items() if k != "target"}}
    own["sales"] = {"rule": "standard"}
    given = {"measured": measured({"period_id": "2025-04", "indicator": "leads", "actual": 9})}
    written(tmp_path, own, {"leads": 0.5, "sales": 0.5}, given)
    (one,) = said(tmp_path, "data.no_target")
    assert one["severity"] == "warn" and "甲" in one["zh"] and "有效询盘" in one["zh"]
    assert "scheme.yml line" in one["en"] and "targets" in one["en"]
    assert "valid enquiries" in one["en"] and "有效询盘" not in one["en"]


def test_a_line_of_a_groups_scheme_is_named_as_that_scheme_names_it(tmp_path):
    """Calls stand in the buyers' scheme and deals in the sellers': each has its name from there."""
    tables = groups.company(tmp_path)
    kept = tables.get("targets").query("indicator == 'leads'")
    kept[["period_id", "specialist_id", "indicator", "target"]].to_csv(
        tmp_path / "targets.csv", index=False
    )
    rows = said(tmp_path, "data.no_target")
    told = {lang: " ".join(row[lang] for row in rows) for lang in ("zh", "en")}
    assert "电话" in told["zh"] and "成交" in told["zh"]
    assert "calls" in told["en"] and "deals" in told["en"]
    assert not any(name in told["en"] for name in ("电话", "成交"))


def test_steps_on_a_value_count_from_a_target_too(tmp_path):
    steps = {"kind": "add_deduct", "on": "value", "step": 10, "points": 1}
    steps |= {"max_add": 5, "max_deduct": 5}
    own = {"leads": {k: v for k, v in leads(1)["leads"].items() if k != "target"}}
    own["leads"] |= {"rule": "steps"}
    given = {"measured": measured({"period_id": "2025-04", "indicator": "leads", "actual": 9})}
    written(tmp_path, own, {"leads": 1}, given, rules={"steps": steps})
    assert said(tmp_path, "data.no_target")


@pytest.mark.parametrize("floor", [0.6, 1.0])
def test_a_total_out_of_reach_is_told_with_the_table_that_adds_most(tmp_path, floor):
    """By hand: sales are 0.5 of the weight; feedback would add 0.4, tasks 0.1; both are absent."""
    own = {"sales": {"rule": "standard"}, "innovation": {"rule": "rating"}}
    own |= {"plan_completion": {"rule": "standard", "target": 1}}
    profile = {"sales": 0.5, "innovation": 0.4, "plan_completion": 0.1}
    tables = hand.tables()
    for name in ("feedback", "tasks"):
        tables.pop(name)

    def changed(known):
        return scheme(own, profile)(known) | {"coverage_floor": floor}

    hand.loaded(tmp_path, tables, scheme=changed)
    (one,) = said(tmp_path, "data.coverage_unreachable")
    assert one["severity"] == "warn" and "50" in one["en"] and f"{100 * floor:.0f}" in one["en"]
    assert "360" in one["en"] and "40" in one["en"] and "scheme.yml" in one["zh"]


def test_a_total_that_no_absent_table_would_bring_in_reach_is_refused(tmp_path):
    """By hand: ROI has no target though targets are given; 0.5 + 0.1 for the absent tasks < 0.7."""
    own = {"sales": {"rule": "standard"}, "roi": {"rule": "standard"}}
    own |= {"plan_completion": {"rule": "standard", "target": 1}}
    tables = hand.tables()
    tables.pop("tasks")
    tables["targets"] = tables["targets"].query("indicator != 'roi'")

    def changed(known):
        profile = {"sales": 0.5, "roi": 0.4, "plan_completion": 0.1}
        return scheme(own, profile)(known) | {"coverage_floor": 0.7}

    hand.loaded(tmp_path, tables, scheme=changed)
    (one,) = said(tmp_path, "data.coverage_unreachable")
    assert one["severity"] == "refuse" and "50" in one["en"] and "40" in one["en"]


def test_two_period_files_with_one_id_are_told(tmp_path):
    own = {"sales": {"rule": "standard"}}
    written(tmp_path, own, {"sales": 1}, {})
    assert said(tmp_path, "params.same_period_id") == []
    shutil.copy(tmp_path / "period.yml", tmp_path / "again.yml")
    (one,) = said(tmp_path, "params.same_period_id")
    assert "again.yml" in one["en"] and "2025-04" in one["zh"] and "line 1" in one["en"]


def test_schemes_of_one_file_name_in_two_folders_are_told_apart():
    schemes = {"north/ops.yml": "north", "south/ops.yml": "south"}
    period = SimpleNamespace(groups=SimpleNamespace(schemes=schemes), scheme_path=Path("p/all.yml"))
    found = [reach._scheme(SimpleNamespace(period=period), name) for name in schemes]
    assert found == [("north", Path("p/north/ops.yml")), ("south", Path("p/south/ops.yml"))]
