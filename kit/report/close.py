"""The end of a period (定稿): its results are frozen with their digests.

A closed period is made once more from the same digests, sealed with the digest of every file, and
never written again; later runs go beside it and say what moved. What was sealed is compared by
`kit verify`; only a named act with a reason seals it anew.
"""

import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from kit.data.load import inspect
from kit.errors import KitError
from kit.params import ROOT, Period, period_file, read_period
from kit.report import audit, chain, export, index, overview, plan, run, seals
from kit.report.pages import Batch
from kit.report.parallel import execute
from kit.report.seals import SEAL, Finding, digests
from kit.scoring import late
from kit.scoring.feedback import answers, is_exact
from kit.words import LANGS, word


def close(
    period_file: str, *, by: str, engine: str = "auto", workers: int = 2, out: Path | None = None
) -> int:
    """Freeze a period's results with their digests; 1, and nothing closed, when a page fails."""
    out = out or plan.REPORTS
    period = read_period(period_file)
    checked = seals.approve(period, by, "close")
    if seals.is_closed(out, period):
        raise KitError("report.closed_already", id=period.id)
    _collected(period)
    [batch] = run.prepare([period_file], out, stage="closed")
    home = batch.folder.parent
    lang = period.languages[0]
    with run.locked(home):
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
        n = _sealed(batch, by, checked)
    print(word("report.closed", lang, id=batch.period.id, by=by, n=n))
    print(word(f"report.approved_{'yes' if checked else 'no'}", lang, by=by))
    return _told_head(period, out)


def verify(text: str = "", *, out: Path | None = None) -> int:
    """Compare closed periods with their seals (核验封存), one or all; 1 when one was tampered with.

    text : a period file, or a period's id; empty for all
    """
    out = out or plan.REPORTS
    path = ROOT / period_file(text) if text else None
    period = read_period(path) if path and path.is_file() else None
    log = seals.log_of(period, out) if period else ROOT / "params" / "seals.log"
    place = seals.place_of(period) if period else Path(text).stem
    found = [*seals.everything(out, log, place), *audit.findings(log)]
    wrong = {finding.place for finding in found}
    for name in seals.closed_places(out, chain.read(log)):
        if place in ("", name) and name not in wrong:
            print(*_stands(out, name), sep="\n")
    warn(found)
    past = chain.read(log)
    for lang in LANGS:
        print(word("report.chain_head", lang, head=past.head[: chain.SHORT] or "—"))
        if past.foreign:
            print(word("report.chain_foreign", lang, n=past.foreign))
    return 1 if found else 0


def reseal(file: str, *, by: str, reason: str, out: Path | None = None) -> int:
    """Seal a closed period anew as it lies there (重新封存): by somebody, for a reason."""
    out = out or plan.REPORTS
    period = read_period(file)
    place = seals.place_of(period)
    home = out / place
    if not reason.strip():
        raise KitError("report.no_reason", id=period.id)
    checked = seals.approve(period, by, "reseal")
    if not seals.is_closed(out, period) or not home.is_dir():
        raise KitError("report.not_closed_yet", id=period.id)
    log = seals.log_of(period, out)
    with run.locked(home):
        found = [*seals.everything(out, log, place), *audit.findings(log)]
        warn(found)
        act = {
            "at": datetime.now().astimezone().isoformat(timespec="seconds"),
            "by": by,
            "reason": reason,
            "by_checked": checked,
            "was": export.digest(home / SEAL),
            "found": [finding.told("en") for finding in found],
        }
        reseal_as(home, log, place, "resealed", act)
    facts = {"result": "resealed", "found": len(found)}
    audit.note(log, "reseal", place, by=by, accept=True, **facts)
    for lang in LANGS:
        print(word("report.resealed", lang, id=place, by=by, n=len(digests(home))))
    return 0


def _collected(period: Period) -> None:
    """KitError while 360 answers may still come in: the closed pages would lack them for good."""
    now = period.scheme.feedback.gathering(period.end, period.as_of)
    tables = inspect(period) if now else None
    if now and tables and tables.has("feedback") and not is_exact(tables):
        counted = answers(tables, pd.date_range(period.start, period.end))
        days = late.closing(tables, counted["period_id"])
        if days and max(days) >= now:
            raise KitError("report.close_collecting", id=period.id, until=str(max(days)))


def reseal_as(home: Path, log: Path, place: str, name: str, act: dict[str, Any]) -> None:
    """Seal a period anew with an act noted in its seal under `name` (a list of acts)."""
    old = export.read(home / SEAL)
    manifest = export.read(home / "manifest.json")
    base = old or {"period": place, "by": "—", "at": act["at"], "provenance": {}, "scheme": {}}
    base |= {} if old.get("provenance") else {"provenance": manifest.get("provenance", {})}
    seal = {**base, "files": digests(home), name: [*old.get(name, []), act]}
    verb = "reseal" if name == "resealed" else "forget"
    line = {"act": verb, "period": place, "was": act.get("was", "")}
    seals.seal(home, log, seal, line)


def warn(found: list[Finding]) -> None:
    """Print what is not as it was sealed, in both languages."""
    for finding in found:
        for lang in LANGS:
            print(finding.told(lang))


def _sealed(batch: Batch, by: str, checked: bool) -> int:
    """Write the seal, its line in the log and in the audit log; how many files it names."""
    period = batch.period
    log = batch.seal_log
    seal: dict[str, Any] = {
        "period": period.id,
        "by": by,
        "by_checked": checked,
        "provenance": batch.records,
        "at": datetime.now().astimezone().isoformat(timespec="seconds"),
        "scheme": period.scheme.model_dump(mode="json"),
        **({"groups": period.groups.model_dump(mode="json")} if period.groups else {}),
        "files": digests(batch.folder),
    }
    place = seals.place_of(period)
    seals.seal(batch.folder, log, seal, {"act": "close", "period": place})
    audit.note(log, "close", place, by=by, result="closed", files=len(seal["files"]))
    return len(seal["files"])


def _told_head(period: Period, out: Path) -> int:
    """Print the head of the chain, to be minuted or mailed."""
    head = chain.read(seals.log_of(period, out)).head[: chain.SHORT]
    print(word("report.chain_head", period.languages[0], head=head))
    return 0


def _stands(out: Path, place: str) -> list[str]:
    """A closed period that is as it was sealed, in both languages."""
    record = export.read(out / place / SEAL)
    checked = "yes" if record.get("by_checked") else "no"
    by = record.get("by", "—")
    facts = {"id": place, "by": by, "at": str(record.get("at", ""))[:16]}
    facts |= {"n": str(len(record.get("files", {})))}
    stands = [word("report.seal_stands", lang, **facts) for lang in LANGS]
    approved = [word(f"report.approved_{checked}", lang, by=by) for lang in LANGS]
    return [*stands, *approved]


def _swap(made: Path, home: Path) -> None:
    """Put the closed pages where the preliminary ones were; the log of runs stays."""
    for old in home.iterdir():
        if old.name not in (made.name, ".lock", "runs.log"):
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    for new in made.iterdir():
        new.rename(home / new.name)
    made.rmdir()
