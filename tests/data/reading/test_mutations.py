"""Whatever happens to a messy file on its way: the right table or a refusal that names the place.

An export with a total row guards every sum: any change of a figure must be refused. What leaves
the sums as they are (order of columns, encoding, full-width digits, repeated rows) changes nothing.
"""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kit.data.reading.read import read_file
from kit.data.reading.sources import Place
from kit.data.schema import contract
from kit.errors import KitError
from tests.bench import tables_mutations

HEAD = [
    "日期",
    "计划ID",
    "计划名称",
    "展现量",
    "点击量",
    "花费",
    "总购物车数",
    "总成交笔数",
    "总成交金额",
]
ROWS = [
    ["2026-10-01", "60012345678901", "甲", "55,437", "1,210", "627.53", "106", "37", "4,511.82"],
    ["2026-10-01", "60012345678902", "乙", "5,513", "201", "108.70", "26", "2", "349.51"],
    ["2026-10-02", "60012345678901", "甲", "53,272", "2,231", "4,643.17", "283", "74", "13,179.88"],
    ["2026-10-02", "60012345678902", "乙", "32,312", "447", "918.65", "--", "--", "--"],
]
TOTAL = ["合计", "--", "--", "146,534", "4,089", "6,298.05", "415", "113", "18,041.21"]
SUMS = {
    "impressions": 146534,
    "clicks": 4089,
    "spend": 6298.05,
    "add_to_carts": 415,
    "orders": 113,
    "revenue": 18041.21,
}
QUICK = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def text(lines) -> str:
    quoted = (",".join(f'"{c}"' if "," in c else c for c in line) for line in lines)
    return "".join(f"{line}\r\n" for line in quoted)


def outcome(tmp_path, data: bytes):
    """Sums of the table, or the refusals; never another exception."""
    path = tmp_path / "export.csv"
    path.write_bytes(data)
    rows, issues = read_file(Place(path), contract()["ads"])
    refused = [i for i in issues if i.severity == "refuse"]
    for issue in refused:
        assert issue.fault().told("zh") and issue.fault().told("en") and issue.file
    if refused or rows is None or "cut_line" in {i.rule for i in issues}:
        return None, refused or issues
    return {name: rows[name].to_pandas().sum() for name in SUMS}, []


def right(sums) -> bool:
    return sums == pytest.approx(SUMS)


@QUICK
@given(
    order=st.permutations(range(len(HEAD))),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
)
def test_order_of_columns_and_encoding_change_nothing(tmp_path, order, encoding):
    lines = [[line[n] for n in order] for line in (HEAD, *ROWS, TOTAL)]
    sums, refused = outcome(tmp_path, text(lines).encode(encoding))
    assert right(sums), refused


@QUICK
@given(
    cells=st.sets(st.tuples(st.integers(0, 3), st.integers(0, 8)), max_size=12),
    again=st.lists(st.integers(0, 3), max_size=3),
)
def test_full_width_digits_and_repeated_rows_change_nothing(tmp_path, cells, again):
    rows = [
        [c.translate(WIDE) if (y, x) in cells and x not in (2,) else c for x, c in enumerate(row)]
        for y, row in enumerate(ROWS)
    ]
    lines = [HEAD, *rows, *(rows[n] for n in again), TOTAL]
    sums, refused = outcome(tmp_path, text(lines).encode())
    assert right(sums), refused


@QUICK
@given(
    row=st.integers(0, 4),
    column=st.integers(3, 8),
    cell=st.sampled_from(
        ["", "1", "x", "999,999", "-5", "1,23", "12.3.4", "=A1", "<10", "∞", "1e400"]
    ),
)
def test_a_changed_figure_is_refused_never_summed(tmp_path, row, column, cell):
    lines = [list(line) for line in (*ROWS, TOTAL)]
    lines[row][column] = cell
    sums, refused = outcome(tmp_path, text([HEAD, *lines]).encode())
    if refused:
        assert refused[0].row or refused[0].count
    else:  # a total that is not given cannot differ, and a dash was nothing before
        assert cell == "" and right(sums)


@QUICK
@given(lost=st.sets(st.integers(0, 3), min_size=1, max_size=3))
def test_rows_that_got_lost_are_noticed_by_the_total(tmp_path, lost):
    kept = [row for n, row in enumerate(ROWS) if n not in lost]
    sums, refused = outcome(tmp_path, text([HEAD, *kept, TOTAL]).encode())
    assert "total_differs" in {i.rule for i in refused}, sums


@QUICK
@given(at=st.integers(0, len(text([HEAD, *ROWS, TOTAL]).encode()) - 1))
def test_a_file_cut_anywhere_is_right_or_refused(tmp_path, at):
    data = text([HEAD, *ROWS, TOTAL]).encode()[:at]
    sums, refused = outcome(tmp_path, data)
    rows = data.decode(errors="ignore").splitlines()[1:]
    whole = [row for row, kept in zip(ROWS, rows, strict=False) if kept == text([row]).strip()]
    if sums is not None:  # without its total row a shorter file is a smaller file
        full = sum(float(row[5].replace(",", "")) for row in whole)
        assert sums["spend"] == pytest.approx(full) or right(sums)
    else:
        assert refused


@QUICK
@given(data=st.binary(max_size=400))
def test_bytes_that_are_no_table_never_end_in_a_traceback(tmp_path, data):
    try:
        sums, refused = outcome(tmp_path, data)
    except KitError:
        return
    assert refused or not any(sums.values())


def test_changed_tables_and_workbooks_are_right_or_refused(capsys):
    """A share of `tests.bench.tables_mutations`, which runs by the thousand."""
    assert tables_mutations.main(60, 5) == 0
    assert "refused though right" not in capsys.readouterr().out
