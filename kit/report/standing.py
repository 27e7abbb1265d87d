"""Whether a run would change nothing (无变化), found out without the libraries that would do it."""

import calendar
import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kit.data.reading.sources import shown, sources
from kit.data.reading.terms import terms
from kit.params import Period, read_period
from kit.report import audit, export, plan, seals
from kit.report.manifest import is_whole, manifests
from kit.report.provenance import causes, provenance
from kit.words import word


def standing(period_files: Sequence[str], out: Path) -> bool:
    """True, and told, when every page of every period is the one that a run would make."""
    periods = [read_period(file) for file in period_files]
    if any(seals.watch(period, out) for period in periods):
        return False
    told = [_standing(period, out) for period in periods]
    if not all(told) or len(set(told)) < len(told):
        return False
    print(*told, sep="\n")
    for period in periods:
        audit.note(seals.log_of(period, out), "run", seals.place_of(period), result="unchanged")
    remind(out, periods[0].languages[0])
    return True


def expired(out: Path, today: dt.date | None = None) -> list[Path]:
    """Folders of periods whose time is over (过保存期): the end, and the scheme's months after."""
    homes = []
    for said, home in manifests(out)[0]:
        if said.get("retention_months"):
            end = dt.date.fromisoformat(said["end"])
            years, month = divmod(end.month - 1 + said["retention_months"], 12)
            last = calendar.monthrange(end.year + years, month + 1)[1]
            until = dt.date(end.year + years, month + 1, min(end.day, last))
            homes += [home] if until < (today or dt.date.today()) else []
    return homes


def remind(out: Path, lang: str, today: dt.date | None = None) -> None:
    """A line at the end of a run while reports lie there past their retention (提醒删除)."""
    if lost := manifests(out)[1]:
        names = [file.relative_to(out).as_posix() for file in lost]
        print(word("report.manifest_lost", lang, files=" ".join(names)))
    homes = expired(out, today)
    if homes:
        print(word("report.remind", lang, n=len(homes), ids=" ".join(h.name for h in homes)))


def asked(period: Period) -> dict[str, Any]:
    """What decides which pages there are, beside what decides what is on them."""
    return {
        "languages": list(period.languages),
        "audiences": list(period.audiences),
        "ids": plan.opaque(""),
    }


def _standing(period: Period, out: Path) -> str:
    """The summary line of a period that stands as it is; empty when it does not."""
    folder = seals.home(out, period, "preliminary")
    there = export.read(folder / "manifest.json")
    if not is_whole(there):  # the sample need not be made to know that
        return ""
    named = sources(period.data, terms(period))[0]
    before = there.get("provenance", {})
    now = {n: provenance(period, named, plan.NOTEBOOKS / f"{n}.ipynb") for n in plan.notebooks()}
    same = there.get("asked") == asked(period) and now.keys() == before.keys()
    if not same or any(causes(now[n], before[n]) for n in now):
        return ""
    jobs = there["jobs"]
    top = folder / "index.html"
    whole = top.exists() and all(
        j["status"] == "ok" and export.digest(folder / j["page"]) == j["digest"] for j in jobs
    )
    if not whole:
        return ""
    n = len(jobs)
    counts = {"all": n, "made": 0, "unchanged": n, "failed": 0, "seconds": 0}
    lang = period.languages[0]
    return word("report.summary", lang, period=period.id, index=shown(top), **counts)
