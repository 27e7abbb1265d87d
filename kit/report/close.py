"""The end of a period and of a person's record: freeze results (定稿), remove outputs (删除).

A closed period is made once more from the same digests, sealed with the digest of every file, and
never written again; later runs go beside it and say what moved.
"""

import csv
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from kit.data import cache
from kit.data.load import load
from kit.data.schema import contract
from kit.errors import KitError
from kit.params import ROOT
from kit.report import export, index, plan, run
from kit.words import word

TEXTS = {".html", ".json", ".csv", ".ipynb"}
PACKED = {".xlsx", ".zip"}


def close(period_file: str, *, by: str, engine: str = "auto", workers: int = 2,
          out: Path | None = None) -> int:  # fmt: skip
    """Freeze a period's results with their digests; 1, and nothing closed, when a page fails."""
    [batch] = run.prepare([period_file], out or run.REPORTS, stage="closed")
    home, lang = batch.folder.parent, batch.period.languages[0]
    with run.locked(home):
        if (home / "closed.json").exists():
            raise KitError("report.closed_already", id=batch.period.id)
        shutil.rmtree(batch.folder, ignore_errors=True)
        todo = [(batch, job) for job in batch.jobs]
        outcomes, whole = run.execute(todo, engine=run.resolved(engine), workers=workers)
        if not whole or any(o.status == "failed" for o in outcomes):
            shutil.rmtree(batch.folder)
            print(word("report.not_closed", lang, id=batch.period.id))
            return 1
        _swap(batch.folder, home)
        batch = replace(batch, folder=home)
        index.write(batch, index.states(batch, {}), {o.job: o for o in outcomes})
        seal = {"period": batch.period.id, "by": by, "provenance": batch.records,
                "at": datetime.now().astimezone().isoformat(timespec="seconds"),
                "files": digests(home)}  # fmt: skip
        export.write(home / "closed.json", export.dumped(seal))
        for name in seal["files"]:
            (home / name).chmod(0o444)
    print(word("report.closed", lang, id=batch.period.id, by=by, n=len(seal["files"])))
    return 0


def digests(home: Path) -> dict[str, str]:
    """SHA-256 of every file of a period but what later runs write."""
    files = (p.relative_to(home) for p in sorted(home.rglob("*")) if p.is_file())
    return {f.as_posix(): export.digest(home / f) for f in files
            if f.parts[0] not in ("later", "closed.json", "runs.log", ".lock")}  # fmt: skip


def forget(specialist: str, *, yes: bool = False, out: Path | None = None) -> int:
    """Remove every output and cached row that names a person; say what the sources still hold.

    Without `yes` it only lists. Pages of others that named the person are made again by a run.
    """
    reports = out or run.REPORTS
    gone = sorted(set(_mentions(reports, specialist)))
    remains = _remains(specialist)
    for path in gone:
        print(path.relative_to(reports).as_posix())
    if yes:
        for home in {reports / path.relative_to(reports).parts[0] for path in gone}:
            _record(home, [p for p in gone if p.is_relative_to(home)])
        for path in gone:
            path.unlink()
        shutil.rmtree(cache.HOME, ignore_errors=True)
    for lang in ("zh", "en"):
        done = word(f"report.forgotten_{'yes' if yes else 'no'}", lang, n=len(gone))
        print(done, word("report.remains", lang, where="; ".join(remains) or "—"))
    return 0


def _swap(made: Path, home: Path) -> None:
    """Put the closed pages where the preliminary ones were; the log of runs stays."""
    for old in home.iterdir():
        if old.name not in (made.name, ".lock", "runs.log"):
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    for new in made.iterdir():
        new.rename(home / new.name)
    made.rmdir()


def _mentions(reports: Path, who: str) -> Iterator[Path]:
    """Files that name a person, with all files of the same page and what is packed from them."""
    known = [who, plan.opaque(who), *_names(reports, who)]
    for path in (p for p in reports.rglob("*") if p.suffix in TEXTS and p.is_file()):
        text = path.as_posix() + path.read_text(encoding="utf-8", errors="replace")
        if any(name in text for name in known):
            yield from (p for p in path.parent.glob(f"{path.name.split('.')[0]}.*") if p.is_file())
            yield from (p for p in path.parent.iterdir() if p.suffix in PACKED)
            yield from (p for up in path.parents if up.is_relative_to(reports)
                        if (p := up.with_name(f"{up.name}.zip")).exists())  # fmt: skip


def _names(reports: Path, who: str) -> set[str]:
    names = set()
    for path in reports.rglob("hr/people.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            names |= {r["name"] for r in csv.DictReader(file) if r["specialist_id"] == who}
    return names - {""}


def _record(home: Path, gone: list[Path]) -> None:
    """A closed period tells that files were removed by law, by digest and not by name."""
    sealed = export.read(home / "closed.json")
    if sealed:
        names = [p.relative_to(home).as_posix() for p in gone]
        kept = {n: d for n, d in sealed["files"].items() if n not in names}
        note = {"at": datetime.now().astimezone().isoformat(timespec="seconds"), "n": len(names)}
        sealed |= {"files": kept, "forgotten": [*sealed.get("forgotten", []), note]}
        export.write(home / "closed.json", export.dumped(sealed))


def _remains(who: str) -> list[str]:
    """Rows of the user's own sources that name the person, by period file and table."""
    found = []
    for file in sorted((ROOT / "params").glob("*.yml")):
        tables: Any = None
        try:
            tables = load(file)
        except KitError:  # a scheme file, or data that cannot be read: nothing to count
            continue
        for name in contract():
            rows = tables.get(name).select_dtypes(include=["object", "string"])
            n = int(rows.eq(who).any(axis=1).sum())
            found += [f"{file.name} {name}: {n}"] if n else []
    return found
