"""Where a page came from (来源与可复现): digests, versions, seed, time; and nothing secret in it.

The digests of data, scheme, period, notebook, kit and versions are the key of a page: the same key
gives the same page but for the time, so that an unchanged page is not made again.
"""

import json
import os
import re
import subprocess
import sys
from datetime import datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from kit.data.reading.sources import Source
from kit.data.store.cache import digest_of, file_digest
from kit.params import ROOT, Period
from kit.words import word

LIBRARIES = [
    "pandas",
    "numpy",
    "scipy",
    "matplotlib",
    "seaborn",
    "duckdb",
    "papermill",
]
SOURCES = {".py", ".csv", ".yml", ".css", ".html", ".j2"}
DECIDING = ("approvers", "seals")  # keys of a period file that say who may decide, not what
CAUSES = ("data", "scheme", "period", "notebook", "code", "versions")
SECRET_NAME = re.compile(r"passw|secret|token|api_?key|credential|dsn|_ur[il]$|_key$", re.I)
SECRET_SHAPE = re.compile(  # to the last @: a password may hold /, @ and :
    r"(?<=://)[^\s:@'\"<>；，。、）]{0,200}:[^\s'\"<>；，。、）]{1,200}(?=@)"
)
SECRET_PAIR = re.compile(
    r"((?:passw(?:or)?d|pwd|secret|token|api_?key|access_?key|credential|密码|口令)"
    r"[\w-]*[\"']?\s*[=：:]\s*[\"']?)([^\s&;,\"'<>]{4,})",
    re.IGNORECASE,
)
SHORTEST = 4  # characters of a secret
CONTROLS = {
    n: f"⟦U+{n:04X}⟧"
    for ends in ((0x202A, 0x202E), (0x2066, 0x2069), (0x200E, 0x200F))
    for n in range(ends[0], ends[1] + 1)
}


def provenance(period: Period, sources: dict[str, Source], notebook: Path) -> dict[str, Any]:
    """Everything that decides what a page says, and when it was said."""
    scheme = period.scheme
    groups = period.groups
    return {
        "period": digest_of(_said(period)),
        "data": data_digest(sources),
        "scheme": digest_of(scheme.digest, groups.digest) if groups else scheme.digest,
        "scheme_version": f"{scheme.id} {scheme.version}",
        "notebook": file_digest(notebook)[:32],
        "code": code(),
        "revision": revision(),
        "versions": versions(),
        "seed": period.seed,
        "run_at": datetime.now().astimezone().isoformat(timespec="seconds"),
    }


def key(record: dict[str, Any], *more: str) -> str:
    """Digest of what decides a page's content: not of time, nor of the name of a revision."""
    return digest_of(json.dumps([record[cause] for cause in CAUSES], sort_keys=True), *more)


def data_digest(sources: dict[str, Source]) -> str:
    """Digest of the content of every data file."""
    files = [
        f"{name} {_file(f, f.stat().st_mtime_ns)}" for name, s in sources.items() for f in s.files
    ]
    return digest_of(*sorted(files))


def lines(record: dict[str, Any], lang: str) -> list[tuple[str, str]]:
    """The record as label and text, for the foot of a page."""
    texts = record | {"versions": ", ".join(f"{k} {v}" for k, v in record["versions"].items())}
    return [(word(f"report.from.{name}", lang), str(text)) for name, text in texts.items()]


def causes(now: dict[str, Any], before: dict[str, Any]) -> list[str]:
    """What changed between two records, of data, scheme, period, notebook, code, versions."""
    return [cause for cause in CAUSES if now.get(cause) != before.get(cause)]


def redacted(text: str) -> str:
    """The text without values of secret environment variables and without passwords in URLs."""
    for name, value in os.environ.items():
        if SECRET_NAME.search(name) and len(value) >= SHORTEST:
            text = text.replace(value, "***")
    return SECRET_PAIR.sub(r"\1***", SECRET_SHAPE.sub("***", text))


def printable(text: str) -> str:
    """The text redacted, with a mark for every control that would turn its direction (方向控制符).

    >>> printable("a\u202eb")
    'a⟦U+202E⟧b'
    """
    return redacted(text).translate(CONTROLS)


@cache
def code() -> str:
    """Digest of every source of the kit, words and templates included."""
    files = sorted(p for p in (ROOT / "kit").rglob("*") if p.suffix in SOURCES)
    return digest_of(*(f"{p.relative_to(ROOT).as_posix()} {file_digest(p)}" for p in files))


@cache
def revision() -> str:
    """Commit of the code, "+" when files differ from it; "—" outside a repository."""
    try:
        told = subprocess.run(
            ["git", "describe", "--always", "--dirty=+", "--exclude=*"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=20,
        )
    except (OSError, subprocess.TimeoutExpired):
        return "—"
    return told.stdout.strip() or "—"


@cache
def versions() -> dict[str, str]:
    """Versions of Python and of the libraries that figures depend on."""
    return {"python": sys.version.split()[0]} | {name: version(name) for name in LIBRARIES}


@cache
def _file(path: Path, changed: int) -> str:
    return file_digest(path)


def _said(period: Period) -> str:
    day = period.scheme.feedback.gathering(period.end, period.as_of)  # then 360 is published
    said = period.model_dump_json(exclude={"languages", "audiences", "scheme", "data", *DECIDING})
    return f"{said}{day}" if day else said
