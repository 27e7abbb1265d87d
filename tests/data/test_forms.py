"""Workbooks and questionnaires that people fill in are read back as they were typed."""

import pandas as pd
import pytest
import yaml

from kit.data.forms import TYPED, start, workbook
from kit.data.load import check
from kit.data.read import read_file
from kit.data.schema import contract, typed
from kit.data.sources import Place, sources
from kit.errors import KitError
from tests.data.company import loaded


def test_a_new_folder_holds_scheme_period_and_a_sheet_for_every_typed_table(tmp_path):
    scheme, period, book = start(tmp_path / "公司")
    assert yaml.safe_load(scheme.read_text(encoding="utf-8"))["id"] == "scheme-2025"
    found, issues = sources(str(book.parent))
    assert set(found) == set(TYPED) and not issues
    refused = {i.rule for i in check(period) if i.severity == "refuse"}
    assert refused == {"no_table", "empty_table"}, "blank sheets lack rows, nothing else"
    with pytest.raises(KitError):
        start(tmp_path / "公司")


def test_a_workbook_reads_back_without_a_change(tmp_path):
    tables = loaded(tmp_path)
    names = ("roster", "plans", "assignment")
    held = {name: tables.get(name) for name in names}
    held["roster"].loc[0, "specialist_id"] = "001234567890123456"
    workbook(tmp_path / "book.xlsx", held)
    for name in names:
        rows, issues = read_file(Place(tmp_path / "book.xlsx", name), contract()[name])
        assert issues == []
        back = typed(rows.select(list(held[name].columns)), name)
        pd.testing.assert_frame_equal(back, held[name])


def test_a_questionnaire_becomes_a_row_a_rating(tmp_path):
    (tmp_path / "map.yml").write_text(
        "period_id: 2025-06\nrater_id: 1、您的工号\nspecialist_id: 2、被评价人工号\n"
        "relation: 3、您与他的关系\nsubmitted_on: 提交答卷时间\n"
        "items: {4、创新能力: innovation, 5、团队协作: teamwork}\n"
        "relations: {上级: manager, 同事: peer}\nanswers: {非常符合: 5}\n", encoding="utf-8")
    (tmp_path / "问卷.csv").write_text(
        "序号,提交答卷时间,1、您的工号,2、被评价人工号,3、您与他的关系,4、创新能力,5、团队协作\n"
        "1,2025/7/2,M01,S1,上级,4,非常符合\n2,2025/7/3,S2,S1,同事,3,\n", encoding="gb18030")
    place = Place(tmp_path / "问卷.csv", "", "wide", {"map": str(tmp_path / "map.yml")})
    rows, issues = read_file(place, contract()["feedback"])
    assert issues == []
    columns = ["period_id", "specialist_id", "rater_id", "relation", "item", "rating"]
    assert [list(r.values()) for r in rows.select(columns).to_pylist()] == [
        ["2025-06", "S1", "M01", "manager", "innovation", 4],
        ["2025-06", "S1", "M01", "manager", "teamwork", 5],
        ["2025-06", "S1", "S2", "peer", "innovation", 3]]


def test_a_question_that_is_not_there_is_named(tmp_path):
    (tmp_path / "map.yml").write_text("rater_id: 工号\nspecialist_id: 被评价人\n"
                                      "items: {创新: innovation}\n", encoding="utf-8")
    (tmp_path / "q.csv").write_text("工号,创新力,被评价人\n1,2,3\n", encoding="utf-8")
    place = Place(tmp_path / "q.csv", "", "wide", {"map": str(tmp_path / "map.yml")})
    rows, [issue] = read_file(place, contract()["feedback"])
    assert rows is None and issue.facts["questions"] == ["创新"]
