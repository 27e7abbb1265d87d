"""Cells of exports: numbers, percent, days, bounds, letters."""

import datetime as dt

import pyarrow as pa
import pytest

from kit.data.reading import headers
from kit.data.reading.cast import BOUNDED, Style, cast
from kit.data.reading.cells import Kind, Remarks, typed_grid
from kit.data.reading.encoding import doubted
from kit.data.reading.text import encoded

NUMBERS = [
    ("1,234.5", 1234.5),
    ("１２３", 123),
    ("¥1,200", 1200),
    ("￥3", 3),
    ("12元", 12),
    ("1.2万", 12000),
    ("3亿", 3e8),
    ("+5", 5),
    ("-0.5", -0.5),
    ("1e3", 1000),
    ("<10", None),
    ("10万~25万", None),
    ("1,23", None),
    ("abc", None),
    ("inf", None),
    ("1e400", None),
    ("3.5%", None),
    ("1 234", 1234),
    ("5.", 5),
]


@pytest.mark.parametrize(("cell", "value"), NUMBERS)
def test_numbers_are_read_as_written_or_not_at_all(cell, value):
    for cells in ([cell], [cell, "1"], [cell, "1,000.5", "x"]):  # each road of the reader
        done, bad = cast(pa.array(cells), "money")
        assert done[0].as_py() == (pytest.approx(value) if value is not None else None)
        assert bad[0].as_py() == (value is None)


@pytest.mark.parametrize(
    ("cell", "style", "value"),
    [
        ("3.5%", Style(fraction=True), 0.035),
        ("3.5％", Style(fraction=True), 0.035),
        ("3.5", Style(fraction=True, percent=True), 0.035),
        ("0.035", Style(fraction=True), 0.035),
        ("1.234,56", Style(comma=True), 1234.56),
        ("1 234,5", Style(comma=True), 1234.5),
    ],
)
def test_percent_and_decimal_commas_follow_the_column(cell, style, value):
    assert cast(pa.array([cell]), "float", style)[0][0].as_py() == pytest.approx(value)


DATES = [
    "2026-04-17",
    "2026/4/17",
    "2026年4月17日",
    "20260417",
    "2026-04-17 00:00:00",
    "17.04.2026",
    "17/4/2026",
    "46129",
    "２０２６-０４-１７",
]


@pytest.mark.parametrize("cell", DATES)
def test_every_way_to_write_a_day_is_the_same_day(cell):
    assert cast(pa.array([cell]), "date")[0][0].as_py() == dt.date(2026, 4, 17)


def test_a_day_that_could_be_a_month_is_not_guessed():
    assert cast(pa.array(["2/1/2018"]), "date")[1].to_pylist() == [True]
    told = cast(pa.array(["2/1/2018", "2/28/2018"]), "date")[0].to_pylist()
    assert told == [dt.date(2018, 2, 1), dt.date(2018, 2, 28)]


def test_times_are_local_as_written():
    done, _ = cast(pa.array(["2026-09-03 10:15:00 -0400", "2026/9/3 8:05"]), "timestamp")
    assert done[0].as_py() == dt.datetime(2026, 9, 3, 10, 15)


@pytest.mark.parametrize("cell", ["< 10%", "> 90%", "10万~25万"])
def test_bounds_and_ranges_are_known_as_such(cell):
    assert pa.compute.match_substring_regex(pa.array([cell]), BOUNDED)[0].as_py()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le"]
)
def test_encodings_are_told_apart_without_losing_a_letter(tmp_path, encoding):
    text = "日期,计划名称\n2026-10-01,国庆①\n" if encoding != "gbk" else "日期,计划\n"
    data, told = encoded(text.encode(encoding), tmp_path)
    assert data.decode(told) == text


def test_letters_beyond_the_first_stretch_of_a_long_file_tell_its_encoding():
    assert doubted(b"a" * 300_000 + "Привет мир".encode("cp1251"))
    assert not doubted(b"a" * 300_000 + "日期,计划".encode("gbk"))


def test_equal_numbers_of_other_kinds_stay_cells_of_their_own():
    """Python takes 1, 1.0 and True for one value; a workbook shows three."""
    body = typed_grid([["n", 1.5, True, 1, 1.0, 1.5]], str, Remarks()).below(1, 1)
    assert body.cells["0"].to_pylist() == ["1.5", "True", "1", "1.0", "1.5"]
    assert list(body.kinds["0"]) == [Kind.NUMBER, Kind.TRUTH, Kind.NUMBER, Kind.NUMBER]


def test_lines_are_joined_once_however_many_reports_are_known(monkeypatch):
    joined = []
    real = headers._merged
    monkeypatch.setattr(headers, "_merged", lambda *two: joined.append(two) or real(*two))
    lines = [
        ["数据", "", "成交", ""],
        ["日期", "花费", "笔数", "金额"],
        ["2026-01-01", "1", "2", "3"],
    ]
    headers.recognised(lines, None)
    assert len(joined) == 2 and len(headers.reports()) > 10
