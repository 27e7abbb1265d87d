"""The analyst's door: its names, its map, its help and the examples of its README."""

import ast
import doctest
import inspect
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import kit

ROOT = Path(__file__).resolve().parent.parent
NAMES = {
    *("load", "check", "scorecards", "points", "experiments", "compare_days", "compare_users"),
    *("plan_test", "review", "explain_change", "team", "run"),
}
# --- the door itself ----------------------------------------------------------------------------


def test_the_door_holds_the_promised_names_and_no_folder():
    folders = {p.stem for p in (ROOT / "kit").iterdir()}
    assert set(kit.__all__) == NAMES and not NAMES & folders
    assert set(dir(kit)) >= NAMES
    assert {name: getattr(kit, name).__name__ for name in NAMES} == {n: n for n in NAMES}


def test_an_unknown_name_is_no_attribute():
    with pytest.raises(AttributeError, match="scorecard_"):
        _ = kit.scorecard_


def test_the_map_names_every_room():
    mapped = set(re.findall(r"`(\w+)(?:\.py|/)`", kit.__doc__))
    rooms = {p.stem for p in (ROOT / "kit").iterdir() if not p.name.startswith("__pycache__")}
    rooms -= {"__init__"} | {
        p.stem for p in (ROOT / "kit").iterdir() if p.suffix in (".csv", ".md")
    }
    rooms = {
        room
        for room in rooms | {"words"}
        if (ROOT / "kit" / f"{room}.py").exists() or (ROOT / "kit" / room / "__init__.py").exists()
    }
    assert mapped == rooms


def test_what_a_type_checker_sees_is_what_the_door_loads():
    tree = ast.parse((ROOT / "kit" / "__init__.py").read_text("utf-8"))
    seen = {
        a.name: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kit")
        for a in node.names
    }
    assert seen == kit._DOOR


def test_importing_the_kit_costs_nothing():
    code = (
        "import sys, time; begun = time.process_time(); import kit; "
        "spent = time.process_time() - begun; "
        "print(spent, len({'pandas', 'numpy', 'yaml', 'kit.params'} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    spent, loaded = told.stdout.split()
    assert float(spent) <= 0.05 and loaded == "0"


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_name_of_the_door_is_documented(name):
    call = getattr(kit, name)
    doc = inspect.getdoc(call) or ""
    assert re.search(r"[\u4e00-\u9fff]", doc.splitlines()[0])
    for part in ("Returns", "Errors", "Source"):
        assert re.search(rf"^{part}\s*:", doc, re.M), part
    assert len(doc.splitlines()) > 5
    hints = inspect.signature(call)
    assert hints.return_annotation is not inspect.Signature.empty
    assert all(p.annotation is not inspect.Signature.empty for p in hints.parameters.values())


OPEN = ["points", "compare_days", "compare_users", "plan_test", "explain_change"]


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_call_has_an_example(name):
    """`pytest kit` runs those on the sample, which take the cached results of the period."""
    assert ">>> " in (kit_call(name).__doc__ or "")


def kit_call(name):
    return getattr(kit, name)


@pytest.mark.parametrize("name", OPEN)
def test_the_example_of_an_open_call_runs(name):
    call = kit_call(name)
    examples = doctest.DocTestFinder(recurse=False).find(
        call, name, globs=vars(import_module(call.__module__)).copy()
    )
    assert sum(len(e.examples) for e in examples) >= 1
    for example in examples:
        assert doctest.DocTestRunner().run(example).failed == 0


@pytest.mark.slow
def test_each_call_of_the_readme_runs_on_real_data():
    """Every name of the door is shown, in five lines at most, and the lines run as they stand."""
    text = (ROOT / "kit" / "README.md").read_text("utf-8")
    blocks = re.findall(r"```\n(.*?)```", text, re.S)
    shown = set(re.findall(r"kit\.(\w+)", text))
    assert shown >= NAMES and all(len(block.splitlines()) <= 5 for block in blocks)
    place = {}
    for block in blocks:
        exec(block, place)
    segments = place["found"].segments
    assert segments["change"].sum() == pytest.approx(place["found"].total["change"])
