"""Workbooks and questionnaires that people fill in are read back as they were typed."""

import datetime as dt

import pandas as pd
import pytest
import yaml
from openpyxl import load_workbook

from kit.data.load import check
from kit.data.reading.forms import TYPED, start, workbook
from kit.data.reading.read import read_file
from kit.data.reading.sources import Place, sources
from kit.data.schema import contract, typed
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


def test_what_people_type_into_the_sheets_is_read_as_they_mean_it(tmp_path):
    path = filled(
        tmp_path,
        {
            "assignment": {
                "plan_id": "60012345678901234",
                "specialist_id": 1002,
                "share": "50%",
                "valid_from": dt.datetime(2025, 5, 1),
            },
            "incidents": {
                "specialist_id": "S01",
                "kind": "断货",
                "detected_at": dt.datetime(2025, 6, 5, 10, 20),
            },
            "calendar": {"date": "2025/6/1", "is_workday": False},
        },
    )
    owned, event, day = (back(path, name) for name in ("assignment", "incidents", "calendar"))
    assert owned.loc[0, ["plan_id", "specialist_id", "share"]].tolist() == [
        "60012345678901234",
        "1002",
        0.5,
    ]
    assert owned.loc[0, "valid_from"] == pd.Timestamp("2025-05-01")
    assert event.loc[0, "detected_at"] == pd.Timestamp("2025-06-05 10:20")
    assert day.loc[0].tolist() == [pd.Timestamp("2025-06-01"), 0]


def test_what_cannot_be_meant_is_told_with_sheet_row_and_column(tmp_path):
    path = filled(
        tmp_path,
        {
            "tasks": {"task_id": "K1", "due": "下周五"},
            "skills": {"specialist_id": "S01", "required": "=1+2"},
            "assignment": {"plan_id": 60012345678901234.0},
        },
    )
    rules = {
        name: {i.rule: i for i in read_file(Place(path, name), contract()[name])[1]}
        for name in ("tasks", "skills", "assignment", "roster")
    }
    bad = rules["tasks"]["bad_cell"]
    assert bad.file.endswith("tables.xlsx#tasks")
    assert (bad.row, bad.column, bad.value) == (2, "due", "下周五")
    assert rules["assignment"]["rounded_id"].row == 2
    assert [name for name, found in rules.items() if "formula_cells" in found] == ["skills"]


def filled(place, said):
    """A new company's workbook with a first row in some sheets."""
    path = start(place / "公司")[2]
    book = load_workbook(path)
    for name, cells in said.items():
        heads = [cell.value for cell in book[name][1]]
        for column, value in cells.items():
            book[name].cell(2, heads.index(column) + 1, value)
    book.save(path)
    return path


def back(path, name):
    rows, issues = read_file(Place(path, name), contract()[name])
    assert issues == []
    return typed(rows, name).iloc[:, :-2].dropna(axis=1, how="all")


def test_every_column_has_notes_in_both_languages_and_an_example(tmp_path):
    book = load_workbook(start(tmp_path / "公司")[2])
    lines = list(book.worksheets[0].iter_rows(min_row=2, values_only=True))
    assert len(lines) == sum(len(contract()[name].columns) for name in TYPED)
    assert all(zh and en for *_, zh, en, _ in lines)
    known = {column: text for _, _, column, _, _, text in lines}
    assert [c for c, text in known.items() if not text] == ["stage"], "mostly left empty"
    for name in TYPED:
        assert book[name].freeze_panes == "A2" and all(c.comment for c in book[name][1])
    people = book["tasks"].data_validations.dataValidation
    assert "roster!$A$2:$A$2001" in {d.formula1 for d in people}


def test_a_questionnaire_becomes_a_row_a_rating(tmp_path):
    (tmp_path / "map.yml").write_text(
        "period_id: 2025-06\nrater_id: 1、您的工号\nspecialist_id: 2、被评价人工号\n"
        "relation: 3、您与他的关系\nsubmitted_on: 提交答卷时间\n"
        "items: {4、创新能力: innovation, 5、团队协作: teamwork}\n"
        "relations: {上级: manager, 同事: peer}\nanswers: {非常符合: 5}\n",
        encoding="utf-8",
    )
    (tmp_path / "问卷.csv").write_text(
        "序号,提交答卷时间,1、您的工号,2、被评价人工号,3、您与他的关系,4、创新能力,5、团队协作\n"
        "1,2025/7/2,M01,S1,上级,4,非常符合\n2,2025/7/3,S2,S1,同事,3,\n",
        encoding="gb18030",
    )
    place = Place(tmp_path / "问卷.csv", "", "wide", {"map": str(tmp_path / "map.yml")})
    rows, issues = read_file(place, contract()["feedback"])
    assert issues == []
    columns = ["period_id", "specialist_id", "rater_id", "relation", "item", "rating"]
    assert [list(r.values()) for r in rows.select(columns).to_pylist()] == [
        ["2025-06", "S1", "M01", "manager", "innovation", "4"],
        ["2025-06", "S1", "M01", "manager", "teamwork", "5"],
        ["2025-06", "S1", "S2", "peer", "innovation", "3"],
    ]


def test_a_question_that_is_not_there_is_named(tmp_path):
    (tmp_path / "map.yml").write_text(
        "rater_id: 工号\nspecialist_id: 被评价人\nitems: {创新: innovation}\n", encoding="utf-8"
    )
    (tmp_path / "q.csv").write_text("工号,创新力,被评价人\n1,2,3\n", encoding="utf-8")
    place = Place(tmp_path / "q.csv", "", "wide", {"map": str(tmp_path / "map.yml")})
    rows, [issue] = read_file(place, contract()["feedback"])
    assert rows is None and issue.facts["questions"] == ["创新"]
