"""Seals of closed periods (封存): what was sealed, and whether it still stands as it was.

A seal (`closed.json`) names every file of a period with its size and SHA-256; the digest of the
seal stands in `seals.log`, a chained log outside the period's folder. Files are compared by digest
or size, never by time stamp.
"""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from kit.errors import KitError
from kit.params import ROOT, Period
from kit.report import chain, export, plan
from kit.report.chain import Chain, read
from kit.words import word

SEAL = "closed.json"
PENDING = ".sealing.json"  # a seal whose line is being written
UNSEALED = ("later", SEAL, PENDING, "runs.log", ".lock")  # what later runs write
EXPIRED = "expire"  # the act after which a period is closed no more
ENTERED = "enter"  # a period closed before there was a chain
NAMED = 5  # files named in a sentence; all are counted


class Tampering(StrEnum):
    """What can have happened to a closed period (篡改)."""

    ALTERED = "altered"
    MISSING = "missing"
    ADDED = "added"
    REWRITTEN = "rewritten"
    OLDER = "older"
    UNSEALED = "unsealed"
    UNCHAINED = "unchained"
    BROKEN = "broken"


@dataclass(frozen=True)
class Finding:
    """One tampering with a closed period, with the files or lines it concerns."""

    place: str
    kind: Tampering
    names: tuple[str, ...] = ()

    def told(self, lang: str) -> str:
        """The finding as a sentence."""
        named = word("report.apart", lang).join(self.names[:NAMED])
        facts = {"id": self.place, "n": len(self.names), "names": named}
        return word(f"report.tampered.{self.kind}", lang, **facts)


def log_of(period: Period, out: Path) -> Path:
    """Where the seals of a period are logged: `seals` of its file, else beside that file.

    Reports that lie elsewhere than usual keep their log with them.
    """
    if period.seals:
        return ROOT / Path(period.seals).expanduser()
    return (period.path.parent if out == plan.REPORTS else out) / "seals.log"


def home(out: Path, period: Period, stage: str) -> Path:
    """Where a run may write: never over a closed result (定稿); people under codes stay apart."""
    folder = out / place_of(period)
    if stage == "closed":
        return folder / ".closing"
    return folder / "later" if is_closed(out, period) else folder


def place_of(period: Period) -> str:
    """The folder of a period below the reports, as the log names it."""
    return f"shared/{period.id}" if period.pseudonymise else period.id


def digests(home: Path) -> dict[str, str]:
    """SHA-256 of every file of a period but what later runs write."""
    return {name: export.digest(home / name) for name in _files(home)}


def sizes(home: Path) -> dict[str, int]:
    """Bytes of every file of a period but what later runs write."""
    return {name: (home / name).stat().st_size for name in _files(home)}


def last_line(log: Chain, place: str) -> dict[str, Any]:
    """The newest line about a period; empty when there is none or when it expired."""
    lines = [line for line in log.lines if line.get("period") == place]
    return lines[-1] if lines and lines[-1].get("act") != EXPIRED else {}


def is_closed(out: Path, period: Period) -> bool:
    """Whether a period was closed, also when somebody has taken its seal away."""
    place = place_of(period)
    return (out / place / SEAL).exists() or bool(last_line(read(log_of(period, out)), place))


def seal(home: Path, log: Path, record: dict[str, Any], line: dict[str, Any]) -> str:
    """Write a seal and its line in the log; the line's digest.

    The seal is renamed into place after its line stands, so that an end in between is mended.
    """
    full = {**record, "log": os.path.relpath(log, home), "sizes": sizes(home)}
    text = export.dumped(full)
    export.write(home / PENDING, text)
    accept = line.get("act") == "reseal"
    digest = export.hashed(text.encode())
    head = chain.append(log, {**line, "digest": digest}, accept=accept)
    (home / PENDING).replace(home / SEAL)
    for name in (*full["files"], SEAL):
        path = home / name
        path.chmod(path.stat().st_mode & 0o555)
    return head


def compare(out: Path, place: str, log: Chain, *, whole: bool = True) -> list[Finding]:
    """What is not as it was sealed; a period closed before the chain enters it at first sight.

    whole : compare the content of every file; else only paths, sizes and the seal itself
    """
    home = out / place
    line = last_line(log, place)
    _settle(home, line)
    if not (home / SEAL).exists():
        return [Finding(place, Tampering.UNSEALED)] if line else []
    record = export.read(home / SEAL)
    digest = export.digest(home / SEAL)
    found = [*_seal_findings(place, log, record, digest)]
    if not line and "log" not in record:
        whole = True
    found += _file_findings(home, place, record, whole)
    if not line and not found and not log.breaks:
        remark = "sealed before the chain"
        enter = {"act": ENTERED, "period": place, "digest": digest, "remark": remark}
        with contextlib.suppress(OSError):  # a folder that may only be read: the next time
            chain.append(log.path, enter)
    return found


def watch(period: Period, out: Path) -> list[Finding]:
    """Findings of a run or check of a period: its own and cited closed periods in full.

    Of all other closed periods paths, sizes and seals are compared.
    """
    log = log_of(period, out)
    cited = {place_of(period), *_cited(period, out)}
    found = broken(read(log))
    for place in closed_places(out, read(log)):
        found += compare(out, place, log_for(out, place, log), whole=place in cited)
    return found


def everything(out: Path, log: Path | None = None, only: str = "") -> list[Finding]:
    """Findings of all closed periods, or of one, in full."""
    log = log or ROOT / "params" / "seals.log"
    places = [p for p in closed_places(out, read(log)) if only in ("", p)]
    logs = {place: log_for(out, place, log) for place in places}
    chains = {each.path.resolve(): each for each in (read(log), *logs.values())}
    found = [finding for each in chains.values() for finding in broken(each)]
    return [*found, *(f for place in places for f in compare(out, place, logs[place]))]


def broken(log: Chain) -> list[Finding]:
    """Findings about the log itself."""
    if not log.breaks:
        return []
    numbers = dict.fromkeys(str(number) for _, number in log.breaks)
    return [Finding(log.path.name, Tampering.BROKEN, tuple(numbers))]


def closed_places(out: Path, log: Chain) -> list[str]:
    """Every closed period: by its seal, or by the log when the seal is gone."""
    seals = {
        path.parent.relative_to(out).as_posix()
        for pattern in (f"*/{SEAL}", f"shared/*/{SEAL}")
        for path in out.glob(pattern)
    }
    logged = {str(line.get("period", "")) for line in log.lines} - {""}
    return sorted(seals | {place for place in logged if last_line(log, place)})


def approve(period: Period, by: str, act: str) -> bool:
    """Whether `by` was checked against the approvers of the period file; KitError if refused."""
    if not by.strip():
        raise KitError("report.no_by", act=act)
    if period.approvers is None:
        return False
    known = [a for a in period.approvers if by in (a.id, a.name)]
    if not any(act in a.acts for a in known):
        who = [a.id for a in period.approvers if act in a.acts]
        raise KitError("report.not_approver", file=period.path.name, by=by, act=act, known=who)
    return True


def log_for(out: Path, place: str, log: Path) -> Chain:
    """The log that knows a period: the given one, else the one that its seal names."""
    given = read(log)
    if any(line.get("period") == place for line in given.lines):
        return given
    named = export.read(out / place / SEAL).get("log")
    other = (out / place / str(named)).resolve() if named else log
    return read(other) if other != log and other.exists() else given


def _seal_findings(
    place: str, log: Chain, record: dict[str, Any], digest: str
) -> Iterator[Finding]:
    """Whether the seal is the one that the newest line in the log names."""
    line = last_line(log, place)
    if not line:
        if "log" in record or not record.get("files"):
            yield Finding(place, Tampering.UNCHAINED)
    elif digest != line.get("digest"):
        earlier = {each.get("digest") for each in log.lines if each.get("period") == place}
        older = digest in earlier
        yield Finding(place, Tampering.OLDER if older else Tampering.REWRITTEN)


def _file_findings(
    home: Path, place: str, record: dict[str, Any], whole: bool
) -> Iterator[Finding]:
    sealed = record.get("files", {})
    held = record.get("sizes", {})
    present = set(_files(home))
    altered = [
        name
        for name in sorted(present & set(sealed))
        if (held and (home / name).stat().st_size != held.get(name))
        or (whole and export.digest(home / name) != sealed[name])
    ]
    by_kind = {
        Tampering.ALTERED: altered,
        Tampering.MISSING: sorted(set(sealed) - present),
        Tampering.ADDED: sorted(present - set(sealed)),
    }
    yield from (Finding(place, kind, tuple(names)) for kind, names in by_kind.items() if names)


def _files(home: Path) -> list[str]:
    files = (p.relative_to(home) for p in sorted(home.rglob("*")) if p.is_file())
    return [f.as_posix() for f in files if f.parts[0] not in UNSEALED]


def _settle(home: Path, line: dict[str, Any]) -> None:
    """Finish a sealing that ended after its line was written."""
    pending = home / PENDING
    if line and pending.exists() and export.digest(pending) == line.get("digest"):
        pending.replace(home / SEAL)


def end(log: Chain, place: str) -> None:
    """Note in the log that a closed period was removed for good, so that it is not missed."""
    if last_line(log, place):
        chain.append(log.path, {"act": EXPIRED, "period": place})


def _cited(period: Period, out: Path) -> Iterator[str]:
    """Closed periods that a period reads: the one it is compared with, and those inside it."""
    if period.compare:
        yield period.compare.id
    for path in out.glob("*/manifest.json"):
        told = export.read(path)
        inside = str(period.start) <= told.get("start", "") and told.get("end", "9") <= str(
            period.end
        )
        if inside:
            yield path.parent.name
