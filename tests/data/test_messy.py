"""The imitated exports of ../shared/data/messy come out as the tables and issues beside them."""

import json
from pathlib import Path

import pandas as pd
import pytest

from kit.data.headers import recognised, said
from kit.data.read import read_file
from kit.data.schema import contract, typed
from kit.data.sources import Place
from kit.data.text import read_text
from tests.data.company import SHARED

MESSY = SHARED / "data" / "messy"
FILES = [p for p in sorted(MESSY.glob("*")) if p.suffix in (".csv", ".xlsx")
         and ".expected" not in p.name]
pytestmark = [pytest.mark.shared,
              pytest.mark.skipif(not FILES, reason="needs ../shared, which a user's clone has not")]
EACH = pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)


def expected(path: Path) -> tuple[dict, pd.DataFrame]:
    said_of = json.loads((MESSY / f"{path.stem}.expected.json").read_text(encoding="utf-8"))
    table = pd.read_csv(MESSY / f"{path.stem}.expected.csv", dtype={"campaign_id": str})
    return said_of, table.assign(date=pd.to_datetime(table["date"])).rename(
        columns=said()["contract"])


def read(path: Path):
    header = recognised(read_text(path).lines, None)
    rows, issues = read_file(Place(path), contract()[header.report.table])
    return header, typed(rows), issues


@EACH
def test_the_report_is_recognised_and_its_rows_come_out_as_expected(path):
    said_of, table = expected(path)
    header, rows, _ = read(path)
    assert header.report.id == said_of["platform"]
    columns = [c for c in table if c in rows and c != "plan_name"]
    pd.testing.assert_frame_equal(rows[columns], table[columns], check_dtype=False)


@EACH
def test_the_issues_listed_beside_a_file_are_found(path):
    said_of, _ = expected(path)
    found = {i.rule: i for i in read(path)[2]}
    for issue in said_of["issues"]:
        got = found[issue["code"]]
        assert got.count == issue.get("count", len(issue.get("days", [])))
        assert got.facts.get("days", []) == issue.get("days", got.facts.get("days", []))
        assert got.column == issue.get("column", got.column)
    assert [i for i in found.values() if i.severity == "refuse"] == []
