"""Workbooks, pages saved as workbooks, and files too broken or too large to be read."""

import base64
import datetime as dt
import zlib

import pytest
import xlsxwriter

from kit.data.reading.read import fits, read_file
from kit.data.reading.sources import Place, sources
from kit.data.reading.text import read_text
from kit.data.schema import contract
from kit.errors import KitError
from tests.data.reading.test_reports import ALI, read

# A small workbook of Excel 97 (BIFF8) as xlwt 1.3 wrote it, packed: a line above the header, dates
# as serial days, two days and their total.
BIFF = (
    r"c-rk)TS!zv82;v*v)A@&+s(ivu+oy&wXBHR3QKxWOpLBjZEhC|leHc+D!WKQMM(q|^{`?Oy>xl$LJ9TOL$H+"
    r"(K@e!sQ!fP-LFwtA|D0W2D`>$4<9y5fGv7b|%s=;;J<n6Y-sGM9J`BTBs2I>)un*A*3a&H>fbw-+CeyK#f^K"
    r"0<!R4fhwA=8|`^+KdP|kNB6x`OHkObaR*o-FB>}!k{jv`iY8@37Ah9x8gu9C)wDcq_&mfKm5XL*Y)AF*7<nz"
    r"JmIkZrHnh*Y$uWTCl=*DKRG&j(rWJudT_HD#E9r*ah^IWG)b8<r<_Z`(V@G72;gx<C_J6>p3uB=_Sw+`tAxX"
    r"?1mJWo0iyG}&GFq89?6)4Td{p`{;Py#VRIW$PV(&^u`ohwCpW8qfxPD{qo^cyLCOIf}R*+jZ&(mGBeuQt(5J"
    r"t2uP;Yy9)Yd_96NBB($qt@$v?2+HMdcpsm(Q-esJ&Z}FEN|;G+{l^v+V(sSJ&8ZGbJZSp9Ce=aacaAMOYd84"
    r"G=2<90F|9zccxxcmRTDbc6wi<s9oH`TfQoRqEK)vie#L@?i^63BB65Igan>hKyXD=&XHg*QEb{Um^^k0!4#;"
    r"$ncWQtJ<HwCpFRNp<(JicL<NL?BrHbUBK*v#8f(rXM$Hr3LU?p5)Hp^pN>r_tXvkZ|X#WQLrn2A-#+2#c2&L"
    r"BVKjGpMsA?aC^ZvU|6enI=YXfdU4R`s=pZoY~pF`axiP<i<~jyYnExN=$IK{Oo;^F({Ya>_5Kn^OsxebddW*"
    r"pGg>p9w*h(!#i(vn>Q$NNKS2_!&$gre>H*Ov^Bhm@UI>#OxVnC+5g72Qg=cIf=Q<7AeD8bXakl=Xb0}VS8gn"
    r"-DYWpTQrVXH_wr5QKw(_ppN^oNr7o?v?hqEx$@m1eW}0krLwObrY|+imzw2EWnV8Hvd$8&`GY#>%aBoj+L!j"
    r"5k=EG8!}U!jChJQ~lDbyT$>SB+O|ix!=3{LqznhjSdAKVFhVHIGxM9J91q&7|Sg<hikS{~|@Q^Ph&3q%vmzB"
    r"f(uG3Fp!1_$`-=Yrt=(nH#RIWrL#R;_Jw0<VSCen3@zbupfUMR7SyeF^+F>c46oYyb?ZxTcM^VbCfBe#We^*"
    r"@kHJO8o&pOjD#JO"
)


def test_a_workbook_of_excel_97_is_read(tmp_path):
    path = tmp_path / "报表.xls"
    path.write_bytes(zlib.decompress(base64.b85decode(BIFF)))
    rows, issues = read_file(Place(path), contract()["ads"])
    columns = ["date", "plan_id", "impressions", "spend", "orders", "revenue"]
    assert [list(row.values()) for row in rows.select(columns).to_pylist()] == [
        [dt.date(2026, 10, 1), "60012345678901", 1000, 1.5, 1, 30.25],
        [dt.date(2026, 10, 2), "60012345678901", 500, 2.5, 2, 9.75],
    ]
    assert {"preamble_lines", "total_row_dropped"} <= {i.rule for i in issues}
    assert "refuse" not in {i.severity for i in issues}


def test_formulas_are_read_as_stored_and_counted(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for n, head in enumerate(ALI.split(",")):
            sheet.write(0, n, head)
            sheet.write(1, n, ["2026-10-01", "1", "a", 10, 2, 1.5, 1, None][n])
        sheet.write_formula(1, 7, "=F2*2", None, 3)
    rows, issues = read_file(Place(path), contract()["ads"])
    assert rows["revenue"].to_pylist() == [3]
    [said_of] = [i for i in issues if i.rule == "formula_cells"]
    assert (said_of.severity, said_of.count) == ("warn", 1)


def test_an_html_page_saved_as_xls_is_read(tmp_path):
    cells = "".join(f"<td>{c}</td>" for c in ("2026-10-01", 1, "a", "1,000", 2, 1.5, 1, 3))
    head = "".join(f"<th>{h}</th>" for h in ALI.split(","))
    rows, _ = read(
        tmp_path, f"<html><table><tr>{head}</tr><tr>{cells}</tr></table></html>", name="a.xls"
    )
    assert rows["impressions"].tolist() == [1000]


def test_a_workbook_that_would_unpack_without_end_is_refused(tmp_path):
    import zipfile

    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", "<workbook/>")
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 210_000_000)
    with pytest.raises(KitError) as caught:
        read_text(path)
    assert caught.value.faults[0].key == "data.too_big"


@pytest.mark.parametrize("data", [b"PAR1", b"PAR1" + b"x" * 40 + b"PAR1"])
def test_a_broken_lake_file_is_refused_by_name(tmp_path, data):
    path = tmp_path / "ads.parquet"
    path.write_bytes(data)
    found, _ = sources(str(tmp_path))
    assert not fits(found["ads"])
    rows, [issue] = read_file(Place(path), contract()["ads"])
    assert rows is None and (issue.rule, issue.facts["file"]) == ("broken_file", "ads.parquet")


def test_a_giant_line_and_a_broken_workbook_are_refused(tmp_path):
    long = b"date,plan_id\n" + b"x" * (1 << 23)
    for name, data in (("a.csv", long), ("b.xlsx", b"PK\x03\x04no")):
        (tmp_path / name).write_bytes(data)
        rows, issues = read_file(Place(tmp_path / name), contract()["ads"])
        assert rows is None and issues[0].severity == "refuse"
