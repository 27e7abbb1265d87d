"""Append-only logs whose lines are chained (链式日志): a line that is changed, cut or added shows.

Each line is a JSON object with the digest of the line before and an HMAC by the key of the opaque
ids; a head file beside the log holds the number and digest of its last line. Nobody is named in
such a log: people stand as opaque ids.
"""

import hashlib
import hmac
import json
import os
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from kit.data.store import cache
from kit.data.store.opaque import key

PRIVATE = 0o600
SHORT = 12  # digits of a digest that people write down


class Break(StrEnum):
    """How a chain can be broken (断链)."""

    EDITED = "edited"
    CUT = "cut"
    FORGED = "forged"


@dataclass(frozen=True)
class Chain:
    """A log as it was read: its lines, their digests, and where it is broken (line numbers)."""

    path: Path
    lines: tuple[dict[str, Any], ...] = ()
    digests: tuple[str, ...] = ()
    breaks: tuple[tuple[Break, int], ...] = ()

    @property
    def foreign(self) -> int:
        """How many lines another key signed: they cannot be checked on this machine."""
        return sum(line.get("key") != _key_name() for line in self.lines)

    @property
    def head(self) -> str:
        """Digest of the last line; empty for an empty log."""
        return self.digests[-1] if self.digests else ""


def read(path: Path) -> Chain:
    """The log at `path` with everything that is wrong with it; empty when there is none.

    A line that accepts what stood before it (`accepted`, written by `kit reseal`) ends older
    breaks: it was written by a named act.
    """
    texts = path.read_bytes().splitlines(keepends=True) if path.exists() else []
    lines: list[dict[str, Any]] = []
    digests: list[str] = []
    breaks: list[tuple[Break, int]] = []
    before = hashlib.sha256()
    for number, text in enumerate(texts, start=1):
        record = _parsed(text)
        if record.get("accepted") == before.hexdigest() and _is_signed(record):
            breaks.clear()
        elif record.get("before") != (digests[-1] if digests else "") or record.get("n") != number:
            breaks.append((Break.EDITED, number))
        if not _is_signed(record):
            breaks.append((Break.FORGED, number))
        lines.append(record)
        digests.append(hashlib.sha256(text).hexdigest())
        before.update(text)
    return Chain(path, tuple(lines), tuple(digests), (*breaks, *_cut(path, digests)))


def append(path: Path, record: dict[str, Any], *, accept: bool = False) -> str:
    """Add a line to the log; its digest. accept : what is broken before it is taken as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with cache.alone(_lock(path)):
        past = read(path)
        line = {
            **record,
            "n": len(past.lines) + 1,
            "before": past.head,
            "at": datetime.now().astimezone().isoformat(timespec="seconds"),
            "key": _key_name(),
        }
        if accept:
            line["accepted"] = hashlib.sha256(path.read_bytes() if past.lines else b"").hexdigest()
        line["mac"] = _mac(line)
        text = (_plain(line) + "\n").encode()
        _write(path, text, os.O_APPEND)
        digest = hashlib.sha256(text).hexdigest()
        if accept or all(kind != Break.CUT for kind, _ in past.breaks):  # else it would be hidden
            _write(path.with_suffix(".head"), f"{line['n']} {digest}\n".encode(), os.O_TRUNC)
    return digest


def _parsed(text: bytes) -> dict[str, Any]:
    try:
        record = json.loads(text)
    except ValueError:
        return {}
    return record if isinstance(record, dict) else {}


def _cut(path: Path, digests: list[str]) -> list[tuple[Break, int]]:
    """Whether the head names a line that is not there; one line behind is a write that ended."""
    head = path.with_suffix(".head")
    if not digests and not head.exists():
        return []
    number, _, digest = (head.read_text("utf-8") if head.exists() else "").strip().partition(" ")
    stands = number.isdigit() and 0 < int(number) <= len(digests)
    if stands and digests[int(number) - 1] == digest and len(digests) - int(number) <= 1:
        return []
    return [(Break.CUT, len(digests) + 1)]


def _lock(path: Path) -> Path:
    return path.with_suffix(".lock")


def _write(path: Path, text: bytes, how: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | how, PRIVATE)
    with os.fdopen(handle, "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _plain(record: dict[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, sort_keys=True)


def _key_name() -> str:
    """Which key signed: a line of another machine cannot be checked here, and is no alarm."""
    return hmac.new(key(), b"name of the key", hashlib.sha256).hexdigest()[:8]


def _mac(record: dict[str, Any]) -> str:
    bare = {name: value for name, value in record.items() if name != "mac"}
    return hmac.new(key(), _plain(bare).encode(), hashlib.sha256).hexdigest()


def _is_signed(record: dict[str, Any]) -> bool:
    """Whether the line's HMAC holds; a line under another key counts as signed."""
    if "mac" not in record:
        return False
    return record.get("key") != _key_name() or hmac.compare_digest(record["mac"], _mac(record))
