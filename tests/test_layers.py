"""The house: a room imports only from rooms to its left, and only one room knows an engine."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
KIT = ROOT / "kit"
LEFT_TO_RIGHT = [
    {"words", "errors", "params", "scheme", "stats"},
    {"data", "sample"},
    {"scoring", "abtest", "retrospective"},
    {"people"},
    {"show", "pages"},
    {"report"},
    {"__main__"},
]
WITHIN_FIRST = {"stats": {"errors", "words"}, "errors": {"words"}, "words": set(),
                "scheme": {"stats"}, "params": {"errors", "scheme", "words", "stats"}}
ENGINES = {"duckdb", "pyspark", "ibis"}
FILES = sorted(KIT.rglob("*.py"))


def room(path: Path) -> str:
    return path.relative_to(KIT).parts[0].removesuffix(".py")


def imports(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
    froms = [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module]
    return names + [f"{n.module}.{a.name}" for n in froms for a in n.names]


def rank(name: str) -> int:
    return next((i for i, rooms in enumerate(LEFT_TO_RIGHT) if name in rooms), -1)


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_a_room_imports_only_from_its_left(path):
    here = room(path)
    if here == "__init__":
        assert imports(path) == []
        return
    assert rank(here) >= 0, f"{here} has no place in the flow"
    for name in imports(path):
        parts = name.split(".")
        if parts[0] != "kit" or len(parts) < 2 or parts[1] == here:
            continue
        there = parts[1]
        if rank(here) == 0:
            assert there in WITHIN_FIRST[here], f"{here} must not import {there}"
        elif here == "data" and there == "sample":
            continue  # the sample company stands beside data, which generates it on first use
        else:
            assert rank(there) < rank(here), f"{here} must not import {there}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_only_the_engine_room_imports_an_engine(path):
    found = {name.split(".")[0] for name in imports(path)} & ENGINES
    assert not found or path == KIT / "data" / "store" / "engine.py"


def test_the_kit_stays_small():
    lines = {p: len(p.read_text(encoding="utf-8").splitlines()) for p in FILES}
    big = {p.name: n for p, n in lines.items() if n > 300}
    assert not big, f"rooms with more than one duty? {big}"


def test_no_top_level_folder_but_the_house():
    known = {"notebooks", "kit", "params", "reports", "tests"}
    found = {p.name for p in ROOT.iterdir() if p.is_dir() and not p.name.startswith((".", "__"))}
    assert found <= known
