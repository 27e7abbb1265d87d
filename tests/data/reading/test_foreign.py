"""Files of other formats are named for what they are; no proposal is made of their bytes."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from kit.data.reading.folder import folder_sources
from kit.data.reading.sources import sources
from kit.data.reading.terms import UNSAID
from kit.data.reading.text import read_text
from kit.errors import DataError
from tests.data.company import folder

ROWS = "日期,花费\n2025-06-01,12.5\n"
SHEET = (
    '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet><Table><Row><Cell>'
    '<Data Type="String">花费</Data></Cell></Row></Table></Worksheet></Workbook>'
)


def zipped(**parts: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for name, text in parts.items():
            packed.writestr(name, text)
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "is_pdf"),
        (zipped(**{"report.csv": ROWS}), "is_packed"),
        (zipped(**{"Index/Document.iwa": ""}), "is_packed"),
        (zipped(**{"word/document.xml": "<x/>"}), "is_packed"),
        (gzip.compress(ROWS.encode(), mtime=0), "is_packed"),
        (b"Rar!\x1a\x07\x01\x00", "is_packed"),
        (b"\x89PNG\r\n\x1a\n", "is_picture"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "is_picture"),
        (b'{"code": 401, "message": "token expired"}', "is_json"),
        (b'\xef\xbb\xbf [{"date": "2025-06-01", "spend": 1}]', "is_json"),
        (b'{"date": "2025-06-01"}\n{"date": "2025-06-02"}\n', "is_json"),
        (b"[]", "is_json"),
        (SHEET.encode(), "is_xml"),
        (SHEET.encode("utf-16"), "is_xml"),
        (b"<?xml version='1.0'?><rows><row spend='1'/></rows>", "is_xml"),
    ],
)
@pytest.mark.parametrize("suffix", [".csv", ".xls", ".xlsx"])
def test_a_file_of_another_format_is_named(tmp_path, content, key, suffix):
    file = tmp_path / f"6月{suffix}"
    file.write_bytes(content)
    with pytest.raises(DataError) as caught:
        read_text(file)
    assert [fault.key for fault in caught.value.faults] == [f"data.{key}"]


@pytest.mark.parametrize(
    "text",
    [
        "[A],b\n1,2\n",
        "[日期],花费\n2025-06-01,1\n",
        "{x},b\n1,2\n",
        "<花费>,b\n1,2\n",
        "PK,b\n1,2\n",
    ],
)
def test_a_header_in_brackets_is_still_a_table(tmp_path, text):
    file = tmp_path / "x.csv"
    file.write_text(text, encoding="utf-8")
    assert read_text(file).lines == [line.split(",") for line in text.split()]


def test_an_open_document_sheet_says_what_is_not_looked_at(tmp_path):
    """A hidden row of 99 is counted like any other: the reader of the note can look."""
    cells = "".join(
        f'<table:table-row{hidden}><table:table-cell office:value-type="{kind}"{value}>'
        f"<text:p>{shown}</text:p></table:table-cell></table:table-row>"
        for hidden, kind, value, shown in (
            ("", "string", "", "花费"),
            ("", "float", ' office:value="12.5"', "12.5"),
            (' table:visibility="collapse"', "float", ' office:value="99"', "99"),
        )
    )
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
        for short in ("office", "table", "text")
    )
    body = (
        f"<office:document-content {names}><office:body><office:spreadsheet>"
        f'<table:table table:name="a">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    file = tmp_path / "花费.ods"
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    listed = f'<manifest xmlns="x"><file-entry full-path="/" media-type="{kind}"/></manifest>'
    file.write_bytes(
        zipped(**{"mimetype": kind, "content.xml": body, "META-INF/manifest.xml": listed})
    )
    text = read_text(file)
    assert text.lines == [["花费"], ["12.5"], ["99"]]
    assert [issue.rule for issue in text.issues] == ["cells_not_looked_at"]


def test_what_lies_in_a_folder_and_is_no_table_is_named(tmp_path):
    (tmp_path / "data").mkdir()
    path = folder(tmp_path / "data")
    for name in ("orders.zip", "params.yml", ".hidden"):
        (tmp_path / "data" / name).write_bytes(b"PK")
    (path.parent / "_SUCCESS").touch()  # as Spark marks a folder that it has written
    [found] = [i for i in folder_sources(path.parent, UNSAID)[1] if i.rule == "not_a_table"]
    assert [Path(name).name for name in found.facts["files"]] == ["orders.zip"]


def test_a_table_whose_folder_holds_no_table_is_refused_and_the_files_are_named(tmp_path):
    (tmp_path / "6月").mkdir()
    (tmp_path / "6月" / "订单.pdf").write_bytes(b"%PDF-1.7")
    found, issues = sources({"orders": str(tmp_path / "6月")})
    assert "orders" not in found
    assert [(i.rule, i.severity, i.table) for i in issues] == [
        ("not_a_table", "warn", "orders"),
        ("no_file", "refuse", "orders"),
    ]
