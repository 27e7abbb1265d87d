"""The house: a room imports only from rooms to its left, no circle, one room knows an engine."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
KIT = ROOT / "kit"
ROOMS = [
    ["words", "errors", "stats", "scheme", "params", "sample", "data"],
    ["scoring", "abtest", "retrospective", "people", "formulas"],
    ["show", "pages", "report", "start", "__main__"],
]
LEFT_TO_RIGHT = [room for rooms in ROOMS for room in rooms]
WINGS = {  # inside a room, too, one way only
    "data": ["schema", "issues", "store", "reading", "facts", "tables", "sales", "quality", "load"],
    "pages": [],  # a page knows no other page
}
METHODS = {"scoring", "abtest", "retrospective"}  # none knows another
MOVED = {"kit/data/cache.py", "kit/data/look.py"}  # old places, for the shared cases alone
ENGINES = {"duckdb", "pyspark", "ibis"}
FILES = sorted(KIT.rglob("*.py"))


def module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module(path): path for path in FILES}


def imports(path: Path) -> list[str]:
    """Full names of what a file imports, under TYPE_CHECKING and inside functions too."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
    froms = [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module]
    return names + [f"{n.module}.{a.name}" for n in froms for a in n.names]


def neighbours(path: Path) -> set[str]:
    """The modules of the kit that a file imports."""
    found = set()
    for name in imports(path):
        if name.split(".")[0] == "kit":
            found.add(name if name in MODULES else name.rpartition(".")[0])
    return found


def room(name: str) -> str:
    return name.split(".")[1] if "." in name else ""


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_a_room_imports_only_from_its_left(path):
    here = room(module(path))
    if not here:
        return
    for name in neighbours(path):
        there = room(name)
        if not there or there == here:
            continue
        right_of = LEFT_TO_RIGHT.index(there) < LEFT_TO_RIGHT.index(here)
        assert right_of and {here, there} - METHODS, f"{here} must not import {there}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_a_wing_imports_only_from_its_left(path):
    if path.relative_to(ROOT).as_posix() in MOVED:
        return
    parts = module(path).split(".")
    order = WINGS.get(parts[1] if len(parts) > 2 else "")
    for name in neighbours(path):
        other = name.split(".")
        if order is None or other[1] != parts[1] or len(other) < 3 or other[2] == parts[2]:
            continue
        assert order, f"{parts[2]} must not know {other[2]}"
        assert order.index(other[2]) < order.index(parts[2]), f"{parts[2]} must not know {other[2]}"


def test_the_door_imports_lazily_only():
    """`kit/__init__.py` stands right of all rooms: nothing is imported before a name is used."""
    tree = ast.parse((KIT / "__init__.py").read_text(encoding="utf-8"))
    top = [n for n in tree.body if isinstance(n, (ast.Import, ast.ImportFrom))]
    assert {n.module for n in top if isinstance(n, ast.ImportFrom)} == {"importlib", "typing"}
    assert not [n for n in top if isinstance(n, ast.Import)]
    walkers = {"kit", "kit.report.preload"}  # the second lists the package, it uses no name of it
    users = [m for m, path in MODULES.items() if m not in walkers and "kit" in neighbours(path)]
    assert users == [], "no room imports from the door"


def test_there_is_no_circle():
    left = {name: neighbours(path) - {name} for name, path in MODULES.items()}
    while True:
        free = [name for name, needs in left.items() if not needs & left.keys()]
        if not free:
            break
        for name in free:
            del left[name]
    assert not left, f"modules in a circle, or resting on one: {sorted(left)}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_only_the_engine_room_imports_an_engine(path):
    found = {name.split(".")[0] for name in imports(path)} & ENGINES
    assert not found or path == KIT / "data" / "store" / "engine.py"


def test_the_kit_stays_small():
    lines = {p: len(p.read_text(encoding="utf-8").splitlines()) for p in FILES}
    big = {p.name: n for p, n in lines.items() if n > 300}
    assert not big, f"rooms with more than one duty? {big}"


def test_no_top_level_folder_but_the_house():
    known = {"notebooks", "kit", "params", "reports", "tests", "findings"}
    found = {p.name for p in ROOT.iterdir() if p.is_dir() and not p.name.startswith((".", "__"))}
    assert found <= known
