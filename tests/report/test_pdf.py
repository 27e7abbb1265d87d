"""The PDF of a summary, packed: the same page to another program (poppler), and small."""

import json
import shutil
import subprocess
from importlib.resources import files

import pytest

from kit.report import pdf
from tests.report.test_summary import told

CHARACTERS = 330  # of the sample's longest summary in Chinese, which has 324
MOST = 40_000
FONTS = files("kit") / "show" / "fonts"


def crowded():
    """A summary of a full week and 14 people with as many different characters as the sample's."""
    given = told()
    held = set(json.dumps(given, ensure_ascii=False))
    every = (FONTS / "characters.txt").read_text(encoding="utf-8").replace("\n", "")[1000:]
    text = "".join([c for c in every if c not in held][: CHARACTERS - len(held)])
    rows = [["甲", "▁█", "80.0", "B", "ROI"] for _ in range(14)]
    return given | {"lang": "zh", "sentences": [text], "people": rows}


@pytest.fixture(scope="module")
def plain():
    typst = pytest.importorskip("typst", reason="needs the pdf extra: typst")
    data = {"data": json.dumps(crowded())}
    return typst.compile(str(pdf.TEMPLATE), font_paths=[str(FONTS)], sys_inputs=data, format="pdf")


def test_a_full_summary_in_chinese_is_at_most_40_kb(plain):
    made, why = pdf.made(crowded())
    assert why == "" and made == pdf.packed(plain)
    assert len(made) <= MOST < len(plain)


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs pdftotext (poppler-utils)")
@pytest.mark.parametrize("tool", [["pdftotext", "-layout"], ["pdftotext", "-raw"], ["pdfinfo"]])
def test_another_program_reads_the_same_in_the_packed_page(plain, tmp_path, tool):
    said = []
    for name, content in (("plain", plain), ("packed", pdf.packed(plain))):
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(content)
        more = ["-"] if tool[0] == "pdftotext" else []
        done = subprocess.run([*tool, str(path), *more], capture_output=True, check=True)
        lines = done.stdout.decode().splitlines()
        said.append([line for line in lines if not line.startswith("File size")])
        wrong = done.stderr.decode().replace("Suspects object is wrong type (boolean)", "")
        assert "Error: " not in wrong.replace("Syntax Error: \n", ""), name
    assert said[0] == said[1]
    if tool == ["pdfinfo"]:
        assert any(line.split() == ["Tagged:", "yes"] for line in said[1])
    else:
        assert "甲" in "".join(said[1])
