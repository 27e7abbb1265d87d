"""Hidden sheets with rows are told wherever a workbook is read; helpers and empty ones are not."""

import openpyxl
import pytest

from kit.data.load import check
from kit.data.reading.look import look
from kit.data.reading.read import read_file
from kit.data.reading.sources import Place
from kit.data.reading.terms import Terms
from kit.data.schema import contract
from tests.data.company import folder as company

HEAD = ["date", "plan_id", "impressions", "clicks", "spend", "orders", "revenue"]
DAY = ["2025-06-14", "P1", 1000, 10, 5.5, 1, 20]


def book(path, state="hidden", name="五月", head=HEAD, rows=(DAY,)):
    """A workbook with a sheet of one day of advertising, and a sheet that is hidden."""
    made = openpyxl.Workbook()
    made.active.title = "六月"
    for line in (head, DAY):
        made.active.append(line)
    sheet = made.create_sheet(name)
    sheet.sheet_state = state
    for line in (HEAD, *rows):
        sheet.append(line)
    made.save(path)
    return path


def rules(issues):
    return {i.rule: i for i in issues}


@pytest.mark.parametrize(
    ("made", "told"),
    [
        ({}, True),
        ({"state": "veryHidden"}, True),
        ({"state": "visible"}, False),
        ({"rows": ()}, False),
        ({"name": "_people"}, False),
    ],
)
def test_rows_on_a_hidden_sheet_are_named(tmp_path, made, told):
    rows, issues = read_file(
        Place(book(tmp_path / "ads.xlsx", **made)), contract()["ads"], Terms("CNY")
    )
    assert rows is not None and ("hidden_sheet" in rules(issues)) == told
    if told:
        assert rules(issues)["hidden_sheet"].facts["sheets"] == [made.get("name", "五月")]


@pytest.mark.parametrize("head", [HEAD, ["a", "b", "c", "d", "e", "f", "g"]])
def test_kit_import_names_it_whether_the_rest_is_known_or_not(tmp_path, head):
    lines = look(book(tmp_path / "june.xlsx", head=head), "en")
    assert sum("五月" in line for line in lines) == 1


@pytest.mark.parametrize("name", ["ads.xlsx", "六月广告.xlsx"])
@pytest.mark.parametrize("sheet", ["五月", "roster"])
def test_a_data_folder_names_it_once(tmp_path, name, sheet):
    """Whether the file, the sheet or neither is named like a table."""
    period = company(tmp_path, ads=None)
    place = next(tmp_path.rglob("roster.csv")).parent
    book(place / name, name=sheet)
    found = [i for i in check(period) if i.rule == "hidden_sheet"]
    assert [i.facts["sheets"] for i in found] == [[sheet]]
