"""The end of a period (定稿): its results are frozen with their digests.

A closed period is made once more from the same digests, sealed with the digest of every file, and
never written again; later runs go beside it and say what moved.
"""

import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from kit.errors import KitError
from kit.report import export, index, overview, plan, run
from kit.report.parallel import execute
from kit.words import word


def close(
    period_file: str, *, by: str, engine: str = "auto", workers: int = 2, out: Path | None = None
) -> int:
    """Freeze a period's results with their digests; 1, and nothing closed, when a page fails."""
    [batch] = run.prepare([period_file], out or plan.REPORTS, stage="closed")
    home = batch.folder.parent
    lang = batch.period.languages[0]
    with run.locked(home):
        if (home / "closed.json").exists():
            raise KitError("report.closed_already", id=batch.period.id)
        shutil.rmtree(batch.folder, ignore_errors=True)
        todo = [(batch, job) for job in batch.jobs]
        outcomes, whole = execute(todo, engine=run.resolved(engine), workers=workers)
        if not whole or any(o.status == "failed" for o in outcomes):
            shutil.rmtree(batch.folder)
            print(word("report.not_closed", lang, id=batch.period.id))
            return 1
        _swap(batch.folder, home)
        batch = replace(batch, folder=home)
        index.write(batch, overview.states(batch, {}), {o.job: o for o in outcomes})
        seal = {
            "period": batch.period.id,
            "by": by,
            "provenance": batch.records,
            "at": datetime.now().astimezone().isoformat(timespec="seconds"),
            "scheme": batch.period.scheme.model_dump(mode="json"),
            "files": digests(home),
        }
        export.write(home / "closed.json", export.dumped(seal))
        for name in seal["files"]:
            (home / name).chmod(0o444)
    print(word("report.closed", lang, id=batch.period.id, by=by, n=len(seal["files"])))
    return 0


def digests(home: Path) -> dict[str, str]:
    """SHA-256 of every file of a period but what later runs write."""
    files = (p.relative_to(home) for p in sorted(home.rglob("*")) if p.is_file())
    return {
        f.as_posix(): export.digest(home / f)
        for f in files
        if f.parts[0] not in ("later", "closed.json", "runs.log", ".lock")
    }


def _swap(made: Path, home: Path) -> None:
    """Put the closed pages where the preliminary ones were; the log of runs stays."""
    for old in home.iterdir():
        if old.name not in (made.name, ".lock", "runs.log"):
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    for new in made.iterdir():
        new.rename(home / new.name)
    made.rmdir()
