"""The imitated exports of ../shared/data/messy: as they are, and after what people do to files.

Whatever happens, what comes out is the expected table, the same with cells missing and said so, or
a refusal that names the place; never another figure, never another exception.
"""

import csv
import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kit.data.reading import export
from kit.data.reading.headers import recognised
from kit.data.reading.read import read_file
from kit.data.reading.reports import said
from kit.data.reading.sources import Place
from kit.data.reading.text import read_text
from kit.data.schema import contract
from tests.data.company import SHARED

MESSY = SHARED / "data" / "messy"
FILES = [
    p
    for p in sorted(MESSY.glob("*"))
    if p.suffix in (".csv", ".xlsx") and ".expected" not in p.name
]
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not FILES, reason="needs ../shared, which a user's clone has not"),
]
EACH = pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
MANY = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
WIDE = str.maketrans("0123456789,.%", "０１２３４５６７８９，．％")


def expected(path: Path) -> tuple[dict, pd.DataFrame]:
    said_of = json.loads((MESSY / f"{path.stem}.expected.json").read_text(encoding="utf-8"))
    table = pd.read_csv(MESSY / f"{path.stem}.expected.csv", dtype={"campaign_id": "str"})
    return said_of, table.assign(date=pd.to_datetime(table["date"]))


def read(path: Path, monkeypatch):
    """The report, its rows under all their canonical names, and the issues."""
    held, whole = [], export.contracted

    def seen(found, report, table):
        held.append((report.id, found.rows.assign(date=pd.to_datetime(found.rows["date"]))))
        return whole(found, report, table)

    with monkeypatch.context() as patch:
        patch.setattr(export, "contracted", seen)
        header = recognised(read_text(path).lines, None)
        table = header.report.table if not isinstance(header, list) else "ads"
        rows, issues = read_file(Place(path), contract()[table])
    report, rows = held[0] if held and rows is not None else ("", None)
    return report, rows, issues


@EACH
def test_the_report_is_recognised_and_every_column_comes_out_as_expected(path, monkeypatch):
    said_of, table = expected(path)
    report, rows, _ = read(path, monkeypatch)
    assert report == said_of["platform"]
    pd.testing.assert_frame_equal(rows[list(table)], table, check_dtype=False)
    sums = {name: pytest.approx(rows[name].sum()) for name in said_of["sums"]}
    assert said_of["sums"] == sums


@EACH
def test_the_issues_listed_beside_a_file_are_found(path, monkeypatch):
    said_of, _ = expected(path)
    found = {i.rule: i for i in read(path, monkeypatch)[2]}
    for issue in said_of["issues"]:
        got = found[issue["code"]]
        assert got.count == issue.get("count", len(issue.get("days", [])))
        assert got.facts.get("days", []) == issue.get("days", got.facts.get("days", []))
        assert got.column == issue.get("column", got.column)
    assert [i for i in found.values() if i.severity == "refuse"] == []


def cells(path: Path) -> tuple[list[list[str]], int]:
    """All lines of a file, and how many go up to its header; group labels above it are filled."""
    lines = read_text(path).lines
    first = recognised(lines, None).first
    group = ""
    for n, cell in enumerate(lines[0] if len(lines[0]) == len(lines[first - 1]) else []):
        group = cell or group
        lines[0][n] = group if first == 2 else cell
    return lines, first


def written(place: Path, lines: list[list[str]], encoding: str) -> Path:
    path = place / "export.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(lines)
    return path


def told(path: Path, issues) -> list:
    """The refusals, each with a place and words in both languages."""
    refused = [i for i in issues if i.severity == "refuse"]
    for issue in refused:
        assert issue.file and issue.fault().told("zh") and issue.fault().told("en")
        assert issue.row or issue.column or issue.facts
    return refused


def mutated(test):
    """A test of each file after many random mutations, which it draws from `data`."""
    return EACH(MANY(given(data=st.data())(test)))


@mutated
def test_order_encoding_wide_digits_and_repeated_rows_change_nothing(
    path, tmp_path, monkeypatch, data
):
    lines, first = cells(path)
    wide = data.draw(st.sets(st.tuples(st.integers(first, len(lines) - 1), st.integers(0, 12))))
    lines = [
        [
            c.translate(WIDE) if (y, x) in wide and any(map(str.isdigit, c)) and "/" not in c else c
            for x, c in enumerate(line)
        ]
        for y, line in enumerate(lines)
    ]
    again = data.draw(st.lists(st.integers(first, first + 3), max_size=2))
    lines = lines[:first] + [lines[n] for n in again] + lines[first:]
    order = data.draw(st.permutations(range(len(lines[first]))))
    same = [n for n, line in enumerate(lines) if len(line) == len(order) and n >= first - 2]
    lines = [[line[x] for x in order] if n in same else line for n, line in enumerate(lines)]
    encoding = data.draw(st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]))
    _, table = expected(path)
    changed = written(tmp_path, lines, encoding)
    _, rows, issues = read(changed, monkeypatch)
    assert told(changed, issues) == []
    keys = [c for c in table if c in ("date", "campaign_id", "campaign_name")]
    got, wanted = (t[list(table)].sort_values(keys, ignore_index=True) for t in (rows, table))
    pd.testing.assert_frame_equal(got, wanted, check_dtype=False)


@mutated
def test_blanked_cells_lost_lines_and_changed_totals_never_give_another_figure(
    path, tmp_path, monkeypatch, data
):
    lines, first = cells(path)
    lines = [line for n, line in enumerate(lines) if line not in lines[:n]]  # each row once
    kind = data.draw(st.sampled_from(["blank", "cut", "total"]))
    whole, row = [list(line) for line in lines], data.draw(st.integers(first, len(lines) - 1))
    if kind == "blank":
        lines[row][data.draw(st.integers(0, len(lines[row]) - 1))] = ""
    elif kind == "cut":
        lines = lines[:row]
    else:
        at = data.draw(st.integers(0, len(lines[-1]) - 1))
        lines[-1][at] = lines[-1][at].translate(str.maketrans("123456789", "912345678"))
    if kind == "total" and "sycm" in path.name:
        return  # no total row: nothing tells a day's figure from another
    _, base, _ = read(written(tmp_path, whole, "utf-8"), monkeypatch)
    changed = written(tmp_path, lines, "utf-8")
    _, rows, issues = read(changed, monkeypatch)
    refused = told(changed, issues)
    if kind == "total" and lines[-1] != whole[-1]:
        measure = recognised(lines, None).names[at] in said()["additive"]
        assert bool(refused) == measure, "of a total only sums are compared"
    if refused or rows is None:
        return
    there = base.set_index("_row").reindex(rows["_row"])  # the same line of the file as it was
    for name in [c for c in expected(path)[1] if c in rows]:
        held = rows[name].notna().to_numpy()
        assert rows[name][held].tolist() == there[name][held].tolist(), name
