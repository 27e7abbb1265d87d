"""Notebooks hold narrative and calls: STYLE of the house, kept by reading the files."""

import ast
import re
from itertools import pairwise
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import pytest

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NAMES = ["1_data_load", "2_kpi_scoring", "3_ab_testing", "4_retrospective", "5_people"]
EACH = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)


def cells(path, kind=None, tag=None):
    notebook = nbformat.read(path, as_version=4)
    return [
        c
        for c in notebook.cells
        if (kind is None or c.cell_type == kind)
        and (tag is None or tag in c.metadata.get("tags", []))
    ]


def test_the_five_notebooks_are_there():
    assert [p.stem for p in NOTEBOOKS] == NAMES


@EACH
def test_parameters_are_a_few_typed_lines(path):
    [cell] = cells(path, "code", "parameters")
    names = [
        re.match(r"(\w+)\s*(?::\s*\w+)?\s*=", line)[1]
        for line in cell.source.splitlines()
        if line and not line.startswith("#")
    ]
    assert names[:3] == ["params_file", "lang", "audience"]
    assert set(names[3:]) <= {"specialist"}


@EACH
def test_cells_define_nothing_loop_over_nothing_and_stay_short(path):
    for cell in cells(path, "code"):
        source = "\n".join(x for x in cell.source.splitlines() if not x.startswith("%"))
        tree = ast.parse(source)
        banned = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.Lambda, ast.AsyncFor)
        assert not [n for n in ast.walk(tree) if isinstance(n, banned)], cell.source
        lines = [x for x in source.splitlines() if x.strip() and not x.strip().startswith("#")]
        assert len(lines) <= 8, cell.source
        assert not re.search(r"%run|read_csv|read_excel|open\(|/home|[A-Z]:\\", cell.source)


def tags(cell):
    return set(cell.metadata.get("tags", []))


@EACH
def test_the_first_code_cell_computes_the_frames_in_the_open(path):
    """`import kit`, the tables, the frames that the page rests on; the view is made from them."""
    first = next(c for c in cells(path, "code") if not tags(c))
    lines = first.source.splitlines()
    assert lines[0] == "import kit"
    assert any(line.startswith("tables = kit.load(params_file") for line in lines)
    made = {m[1] for line in lines if (m := re.match(r"(\w+) = kit\.", line))}
    [view] = [line for line in lines if line.startswith("view = ")]
    taken = set(re.findall(r"\w+", view.partition("(")[2]))
    frames = made - {"tables"} or made
    assert frames <= taken, "the page shows what was computed here"


@EACH
def test_every_section_has_one_cell_to_dig(path):
    """Under each heading, or each section that brings its own, one short cell for analysts."""
    notebook = nbformat.read(path, as_version=4)
    digging = [c for c in notebook.cells if c.cell_type == "code" and c.id.startswith("dig-")]
    assert len(digging) >= 5 and all(tags(c) == {"analyst"} for c in digging)
    headings = [
        n
        for n, c in enumerate(notebook.cells)
        if c.cell_type == "markdown" and "en" in tags(c) and c.source.startswith("## ")
    ]
    for start, end in pairwise([*headings, len(notebook.cells)]):
        inside = [c for c in notebook.cells[start:end] if c in digging]
        assert len(inside) == 1, notebook.cells[start].source.splitlines()[0]
    for cell in digging:
        comment, *code = [line for line in cell.source.splitlines() if line.strip()]
        assert re.match(r"# .*[\u4e00-\u9fff].* / \S", comment), "one line in both languages"
        assert 1 <= len(code) <= 6, cell.source
        assert "kit.pages" not in cell.source, "plain pandas, seaborn, scipy and the door"


def test_cells_for_analysts_are_taken_out_before_a_notebook_runs(monkeypatch):
    """Nothing of them reaches the kernel, whatever the engine."""
    import papermill

    from kit.report import kernel

    ran = []
    monkeypatch.setattr(papermill, "execute_notebook", lambda nb, *_, **__: ran.append(nb))
    for path in NOTEBOOKS:
        for engine in ("plain", "fork"):
            kernel.execute(path, {}, engine=engine, limits=kernel.Limits())
    assert len(ran) == 10
    assert not [c for nb in ran for c in nb.cells if "analyst" in tags(c)]
    assert all([c for c in nb.cells if c.cell_type == "code" and not tags(c)] for nb in ran)


@EACH
def test_narrative_comes_as_twins(path):
    tags = [
        t for c in cells(path, "markdown") for t in c.metadata.get("tags", []) if t in ("zh", "en")
    ]
    assert tags == ["zh", "en"] * (len(tags) // 2) and tags
    assert all({"zh", "en"} & set(c.metadata.get("tags", [])) for c in cells(path, "markdown"))


@EACH
def test_outputs_are_stripped_but_for_the_checked_cells(path):
    checked = 0
    for cell in cells(path, "code"):
        if "nbval-check-output" in cell.metadata.get("tags", []):
            checked += 1
            assert cell.outputs and cell.execution_count, "without number it never fails"
            text = str(cell.outputs)
            assert len(text) < 2500 and "image/png" not in text and "text/html" not in text
        else:
            assert cell.outputs == [] and cell.execution_count is None, cell.source[:60]
    assert checked >= 1
    assert "papermill" not in nbformat.read(path, as_version=4).metadata


@pytest.mark.parametrize("name", ["2_kpi_scoring", "5_people"])
def test_every_cell_runs_for_a_reader_who_is_one_person(name, monkeypatch):
    """Also the cells for analysts, which no run of pages and no stored output tries so."""
    pytest.importorskip("ipywidgets")
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr("matplotlib.pyplot.show", lambda: None)
    told = {"display": lambda *_: None}
    for cell in cells(ROOT / "notebooks" / f"{name}.ipynb", "code"):
        exec(compile(cell.source, name, "exec"), told)
        if "parameters" in cell.metadata.get("tags", []):
            told |= {"audience": "employee", "specialist": "S05"}
    plt.close("all")
    assert (told["audience"], told["specialist"]) == ("employee", "S05")
