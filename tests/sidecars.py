"""Compare two folders of reports, page by page, for what a change of code moved.

    python -m tests.sidecars BEFORE AFTER     # e.g. two folders reports/2025-06 of two checkouts

Each JSON sidecar is compared value by value, each CSV byte by byte, and each page by its visible
text; what differs by nature (digests, versions, the time of the run) is left out. Opaque ids agree
only when both checkouts hold the same key. Prints one line a difference and their number.
"""

import json
import re
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

BY_NATURE = {"key", "page_digest", "provenance", "files"}
HIDDEN = re.compile(r"<(style|script|svg)\b.*?</\1>|<[^>]+>", re.DOTALL)
VERSIONS = re.compile(r"\b[0-9a-f]{7,64}\b|\d{4}-\d\d-\d\dT[\d:+.Z]+|\b\d+\.\d+\.\d+\b")


def pages(home: Path) -> dict[str, Path]:
    """The pages, sidecars and tables of a run by their path; logs and indexes are no pages."""
    files = (p for p in home.rglob("*") if p.suffix in {".html", ".json", ".csv"})
    inside = {p.relative_to(home).as_posix(): p for p in files}
    return {name: p for name, p in inside.items() if re.match(r"\d_", p.name)}


def text(page: Path) -> list[str]:
    """The visible text of a page, a line a piece, without digests, versions and times."""
    shown = unescape(HIDDEN.sub("\n", page.read_text(encoding="utf-8")))
    lines = (VERSIONS.sub("…", line).strip() for line in shown.splitlines())
    return [line for line in lines if line]


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of a sidecar with its place in it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if path or key not in BY_NATURE:
                yield from leaves(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from leaves(inner, f"{path}[{number}]")
    else:
        yield path, value


def content(path: Path) -> list[Any]:
    """What is compared of a file."""
    if path.suffix == ".json":
        return [*leaves(json.loads(path.read_text(encoding="utf-8")))]
    return text(path) if path.suffix == ".html" else path.read_text(encoding="utf-8").splitlines()


def differences(before: Path, after: Path) -> Iterator[str]:
    """One line for each file that is missing on a side, or whose content differs."""
    left = pages(before)
    right = pages(after)
    for name in sorted({*left} ^ {*right}):
        yield f"{name}: only {'before' if name in left else 'after'}"
    for name in sorted({*left} & {*right}):
        old = content(left[name])
        new = content(right[name])
        if old != new:
            first = next((pair for pair in zip(old, new, strict=False) if pair[0] != pair[1]), None)
            yield f"{name}: {first or (len(old), len(new))}"


def main(arguments: list[str]) -> int:
    """Print the differences between two folders and their number; 1 if there are any."""
    before, after = map(Path, arguments)
    lines = [*differences(before, after)]
    print(*lines, sep="\n" if lines else "")
    print(f"{len(pages(after))} files compared, {len(lines)} differences")
    return bool(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
