"""The house is needed: a reader, an analyst or a command reaches every function."""

import ast
import re
from collections import Counter
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted((ROOT / "kit").rglob("*.py"))


def names_in(tree: ast.AST) -> set[str]:
    """Names, attributes and quoted identifiers: what may call a function, or hand it on."""
    found = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    found |= {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
    texts = (n.value for n in ast.walk(tree) if isinstance(n, ast.Constant))
    return found | {text for text in texts if isinstance(text, str) and text.isidentifier()}


def cells() -> set[str]:
    found = set()
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code":
                found |= names_in(ast.parse(re.sub(r"(?m)^%.*$", "", cell.source)))
    return found


def uncalled(sources: dict[str, str], elsewhere: set[str]) -> list[str]:
    """Module-level functions that no other statement of the sources and nothing else names."""
    statements = [(file, node) for file, text in sources.items() for node in ast.parse(text).body]
    named = Counter(name for _, node in statements for name in names_in(node))
    functions = [
        (file, n)
        for file, n in statements
        if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef)) and not n.name.startswith("__")
    ]
    return [
        f"{file}: {n.name}"
        for file, n in functions
        if n.name not in elsewhere and named[n.name] == (n.name in names_in(n))
    ]


def test_every_function_of_the_kit_is_called_by_the_kit_a_notebook_or_the_door():
    sources = {p.relative_to(ROOT).as_posix(): p.read_text(encoding="utf-8") for p in FILES}
    entries = set(re.findall(r"kit[\w.]*:(\w+)", (ROOT / "pyproject.toml").read_text()))
    assert uncalled(sources, cells() | entries) == []


def test_a_function_that_only_calls_itself_is_found():
    source = "def again(n):\n    return again(n - 1)\n\ndef needed():\n    pass\n\nneeded()\n"
    assert uncalled({"a.py": source}, set()) == ["a.py: again"]


def test_every_formula_of_the_door_is_documented_by_its_line():
    from kit import formulas

    for name in formulas.__all__:
        assert f"`{name}`" in formulas.__doc__ and getattr(formulas, name).__doc__
