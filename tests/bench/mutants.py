"""Would the tests notice? `python -m tests.bench mutants 200` draws one-line changes to `kit/`.

Each is made alone in a copy of the project, then the fast tests that import the module run, first
those that name it, then those that reach it through another module; the first failure ends it.
What survives is printed with its line: a reader judges whether anybody could have noticed.
"""

import ast
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("kit", "tests", "notebooks", "params", "reports", "findings")
LIMIT = 900  # seconds a change may take: an endless loop counts as noticed
SWAPPED = {ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">", ast.Eq: "!=", ast.NotEq: "=="}


class Change(NamedTuple):
    """One change: where it stands, what it replaces, and of what kind it is."""

    file: str
    line: int
    start: int
    end: int
    new: str
    kind: str

    def made(self, text: str) -> str:
        """The file's text with the change; columns of `ast` count bytes."""
        lines = text.split("\n")
        line = lines[self.line - 1].encode()
        lines[self.line - 1] = (line[: self.start] + self.new.encode() + line[self.end :]).decode()
        return "\n".join(lines)


def changes(file: str, text: str) -> Iterator[Change]:
    """Every change that the sampler knows of a file: one line each, text and annotations left."""
    lines = [line.encode() for line in text.split("\n")]

    def change(first: ast.expr, last: ast.expr, new: str, kind: str) -> Iterator[Change]:
        if first.lineno == last.end_lineno:
            assert last.end_col_offset is not None
            yield Change(file, first.lineno, first.col_offset, last.end_col_offset, new, kind)

    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            yield from change(node, node, repr(node.value + 1), "constant")
            yield from change(node, node, repr(node.value - 1), "constant")
        elif isinstance(node, ast.Compare) and type(node.ops[0]) in SWAPPED:
            rest = node.comparators[0]
            between = (node.left.end_col_offset or 0, rest.col_offset)
            sign = lines[rest.lineno - 1][slice(*between)]
            if node.left.end_lineno == rest.lineno and re.fullmatch(rb" [<>=!]+ ", sign):
                new = f" {SWAPPED[type(node.ops[0])]} "
                yield Change(file, rest.lineno, *between, new, "comparison")
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            yield from change(node, node, f"({ast.unparse(node.operand)})", "negation")
        elif isinstance(node, (ast.If, ast.IfExp)):
            yield from change(node.test, node.test, f"(not ({ast.unparse(node.test)}))", "negation")
        elif isinstance(node, ast.Call):
            yield from _dropped(node, file, lines)


def _dropped(node: ast.Call, file: str, lines: list[bytes]) -> Iterator[Change]:
    """Calls without one of their keywords: its default takes over."""
    for word in node.keywords:
        end = word.end_col_offset or 0
        if word.arg and word.lineno == word.end_lineno:
            tail = re.match(rb"\s*,\s*", lines[word.lineno - 1][end:])
            yield Change(
                file, word.lineno, word.col_offset, end + (tail.end() if tail else 0), "", "keyword"
            )


def imported(path: Path) -> set[str]:
    """Modules of the kit and of the tests that a file names."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    froms = [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module]
    names = {f"{n.module}.{a.name}" for n in froms for a in n.names} | {n.module for n in froms}
    return {str(name) for name in names if str(name).startswith(("kit.", "tests."))}


def rings(module: str) -> list[list[str]]:
    """Test files that import the module, then those that import what imports it."""
    tests = {p: imported(p) for p in sorted((ROOT / "tests").rglob("test_*.py"))}
    users = [p for p in sorted(ROOT.glob("kit/**/*.py")) if module in imported(p)]
    around = {".".join(p.relative_to(ROOT).with_suffix("").parts) for p in users}
    near = [p for p, names in tests.items() if module in names]
    far = [p for p, names in tests.items() if names & around and p not in near]
    return [[p.relative_to(ROOT).as_posix() for p in ring] for ring in (near, far) if ring]


def noticed(copy: Path, change: Change) -> str:
    """The first test that fails on the change, `timeout`, or nothing."""
    file = copy / change.file
    text = file.read_text(encoding="utf-8")
    file.write_text(change.made(text), encoding="utf-8")
    module = change.file.removesuffix(".py").replace("/", ".")
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
    try:
        for ring in rings(module):
            done = subprocess.run(
                [*command, "-m", "not slow and not shared", *ring],
                cwd=copy,
                env={**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"},
                capture_output=True,
                text=True,
                timeout=LIMIT,
            )
            if done.returncode not in (0, 5):  # 5: nothing was left to run
                return next((x for x in done.stdout.splitlines() if "FAILED" in x), "error")
    except subprocess.TimeoutExpired:
        return "timeout"
    finally:
        file.write_text(text, encoding="utf-8")
    return ""


def copied(folder: str) -> Path:
    """The project without what it made: one copy serves all changes, one after another."""
    copy = Path(folder) / "project"
    copy.mkdir()
    for name in PARTS:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ROOT.iterdir():
        if file.is_file():
            shutil.copy(file, copy / file.name)
    return copy


def drawn(count: int, seed: int) -> list[Change]:
    """Changes of each kind in turn, drawn evenly over the kit; the same seed draws the same."""
    found = [
        change
        for path in sorted(ROOT.glob("kit/**/*.py"))
        for change in changes(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
    ]
    random.Random(seed).shuffle(found)
    kinds = [[c for c in found if c.kind == kind] for kind in dict.fromkeys(c.kind for c in found)]
    return [c for turn in zip(*kinds, strict=False) for c in turn][:count]


def main(count: int, seed: int) -> int:
    """Print each change with the test that noticed it, and how many were noticed in all."""
    caught = 0
    with tempfile.TemporaryDirectory(prefix="kit-mutants-") as folder:
        copy = copied(folder)
        for n, change in enumerate(drawn(count, seed), 1):
            text = (ROOT / change.file).read_text(encoding="utf-8")
            by = noticed(copy, change)
            caught += bool(by)
            print(f"{n:4} {'caught  ' if by else 'SURVIVED'} {change.file}:{change.line}", end=" ")
            print(f"[{change.kind}] {by}", flush=True)
            if not by:
                print(f"     - {text.splitlines()[change.line - 1].strip()}")
                print(f"     + {change.made(text).splitlines()[change.line - 1].strip()}")
    print(f"{caught} of {count} noticed by fast tests ({caught / count:.0%}), seed {seed}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*(int(x) for x in (sys.argv[1:] + ["20", "1"][len(sys.argv) - 1 :])[:2])))
