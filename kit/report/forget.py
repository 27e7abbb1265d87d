"""Forgetting (删除与保存期): one person's outputs and cached rows; whole periods past their time.

A person's own pages go. On pages about many the name gives way to a mark and the pictures go, so
that what others were paid on stands, in closed periods too, whose seal says so.
"""

import csv
import datetime as dt
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kit.data.load import load
from kit.data.schema import contract
from kit.data.store import cache
from kit.data.store.opaque import code, opaque, spoken
from kit.errors import KitError
from kit.params import ROOT
from kit.report import export
from kit.report.close import digests
from kit.report.plan import REPORTS
from kit.report.standing import expired
from kit.words import both

TEXTS = {".html", ".json", ".csv", ".ipynb", ".log"}
PICTURE = re.compile(r"data:image/[^\"')\s]+")
MARK = "（已删除 removed）"


def forget(specialist: str, *, yes: bool = False, out: Path | None = None) -> int:
    """Remove a person's outputs and cached rows; say what is left, here and in the sources.

    Without `yes` it only lists. A run makes open periods anew, from what the sources still hold.
    """
    reports = out or REPORTS
    names = _names(out or REPORTS)
    codes = [specialist, *(code(specialist, digits) for digits in range(4, 9))]
    folders = {opaque(each) for each in codes}
    mine = {*codes, *folders, *(n for i, n in names if i == specialist)}
    own, about = _files(reports, mine, names, folders)
    for path in (*own, *about):
        told = "report.removes" if path in own else "report.marks"
        print(both(told, file=path.relative_to(reports).as_posix()))
    remains = "; ".join(_remains(mine)) or "—"  # reads the sources, hence before the cache goes
    held = cache.holding(mine)
    if yes:
        for path in own:
            path.unlink()
        for path in about:
            _mark(path, mine, names)
        for home in {reports / path.relative_to(reports).parts[0] for path in (*own, *about)}:
            _pack(home, mine, names)
            _record(home, len(own) + len(about))
        for path in held:
            path.unlink(missing_ok=True)
    said = {"own": len(own), "about": len(about), "cached": len(held)}
    print(both(f"report.forgotten_{'yes' if yes else 'no'}", **said))
    print(both("report.remains", where=remains))
    return 0


def forget_expired(
    *, yes: bool = False, out: Path | None = None, today: dt.date | None = None
) -> int:
    """Remove whole periods past their retention, closed ones too; without `yes` only list them."""
    homes = expired(out or REPORTS, today)
    for home in homes:
        print(home.name)
        if yes:
            shutil.rmtree(home)
    print(both(f"report.expired_{'yes' if yes else 'no'}", n=len(homes)))
    return 0


def _files(
    reports: Path, mine: set[str], names: list[tuple[str, str]], folders: set[str]
) -> tuple[list[Path], list[Path]]:
    """Files of the person alone, and files about several that name the person."""
    every = [p for p in sorted(reports.rglob("*")) if p.is_file()]
    own = [p for p in every if any(f in p.relative_to(reports).as_posix() for f in folders)]
    texts = (p for p in every if p.suffix in TEXTS and p not in own)
    said = ((p, p.read_text(encoding="utf-8", errors="replace")) for p in texts)
    return own, [p for p, text in said if marked(text, mine, names) != text]


def marked(text: str, mine: set[str], names: list[tuple[str, str]]) -> str:
    """The text with a mark instead of one person; a longer name that holds this one stays."""
    found = spoken({*mine, *(name for _, name in names)})
    return found.sub(lambda match: MARK if match[0] in mine else match[0], text)


def _mark(path: Path, mine: set[str], names: list[tuple[str, str]]) -> None:
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.name == "manifest.json":
        said = export.read(path)
        jobs = [j for j in said["jobs"] if not any(m in j["page"] for m in mine)]
        text = export.dumped(said | {"jobs": jobs})
    export.write(path, PICTURE.sub("", marked(text, mine, names)))


def _pack(home: Path, mine: set[str], names: list[tuple[str, str]]) -> None:
    """Workbooks and zips of a period made again from what lies there now."""
    for book in home.rglob("tables.xlsx"):
        sides = [export.read(p) for p in sorted(book.parent.glob("*.json"))]
        export.write(book, export.workbook([side for side in sides if side.get("tables")]))
    for packed in home.rglob("*.zip"):
        with zipfile.ZipFile(packed) as old:  # its indexes lead nowhere outside the zip
            indexes = {
                n: marked(old.read(n).decode(), mine, names)
                for n in old.namelist()
                if n.endswith("index.html")
            }
        export.write(packed, export.bundle(packed.with_suffix(""), indexes))


def _record(home: Path, n: int) -> None:
    """The seal of a closed period tells how many files were marked or removed, and when."""
    sealed = export.read(home / "closed.json")
    if sealed:
        at = dt.datetime.now().astimezone().isoformat(timespec="seconds")
        notes = [*sealed.get("forgotten", []), {"at": at, "n": n}]
        export.write(
            home / "closed.json",
            export.dumped(sealed | {"files": digests(home), "forgotten": notes}),
        )
        print(both("report.seal_marked", id=sealed["period"]))


def _names(reports: Path) -> list[tuple[str, str]]:
    """Ids and names of everybody whom a report lists."""
    found = set()
    for path in reports.rglob("hr/people.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            found |= {(r["specialist_id"], r["name"]) for r in csv.DictReader(file) if r["name"]}
    return sorted(found)


def _remains(mine: set[str]) -> Iterator[str]:
    """Rows of the user's own sources that name the person, by period file and table."""
    for file in sorted((ROOT / "params").glob("*.yml")):
        try:
            tables: Any = load(file)
        except KitError:  # a scheme file, or data that cannot be read: nothing to count
            continue
        for name in contract():
            rows = tables.get(name).select_dtypes(include=["object", "string"])
            n = int(rows.isin(mine).any(axis=1).sum())
            yield from [f"{file.name} {name}: {n}"] if n else []
