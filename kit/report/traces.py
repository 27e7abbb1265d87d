"""Proof of a removal (删除后的核验): a search of every byte, by another road than the removal.

Here the bytes are brought to one plain form (escapes undone, width, case, blanks and invisible
characters aside) and the names looked for in that; `kit.report.forms` spells every form out.
Zips and workbooks are unpacked, Parquet files read cell by cell.
"""

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kit.report.forms import plain, readings, squeezed, vocabulary
from kit.report.sieve import likely

DEEPEST = 4  # zips inside zips
BATCH = 1 << 24  # bytes that are looked through at once


def hits(roots: Iterable[Path], texts: Iterable[str], others: Iterable[str]) -> list[str]:
    """Places below the roots that still name somebody: file, or file/entry of a zip.

    texts : names and ids; others : names of other people, which may hold one of them
    """
    looked_for = wanted(texts, others)
    every = (each for root in roots for path in files_below(root) for each in _bytes(path, root))
    return [
        place
        for some in _batches(every)
        for (place, content), may in zip(
            some, likely([content for _, content in some], looked_for.names), strict=True
        )
        if may and stands_in(_text(content), looked_for)
    ]


def _batches(every: Iterable[tuple[str, bytes]]) -> Iterator[list[tuple[str, bytes]]]:
    """Contents with their places, as many at once as are quick to look through."""
    batch, size = [], 0
    for place, content in every:
        batch.append((place, content))
        size += len(content)
        if size > BATCH:
            yield batch
            batch, size = [], 0
    yield batch


def files_below(root: Path) -> list[Path]:
    """Every file below a folder, in order."""
    return [path for path in sorted(root.rglob("*")) if path.is_file()]


def contents(path: Path, root: Path) -> Iterator[tuple[str, str]]:
    """A file's path below the root and everything in it, unpacked, as text with its place."""
    yield from ((place, _text(content)) for place, content in _bytes(path, root))


def _bytes(path: Path, root: Path) -> Iterator[tuple[str, bytes]]:
    place = path.relative_to(root).as_posix()
    yield place, place.encode("utf-8", errors="replace")
    if path.suffix == ".parquet":
        yield place, "\n".join(_cells(path)).encode("utf-8", errors="replace")
    else:
        yield from _unpacked(place, path.read_bytes(), DEEPEST)


def _text(content: bytes) -> str:
    return content.decode("utf-8", errors="replace")


def _cells(path: Path) -> Iterator[str]:
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    for column in pq.read_table(path).columns:
        if "string" in str(column.type):
            yield from (text for text in pc.unique(column).to_pylist() if text)


def _unpacked(place: str, content: bytes, depth: int) -> Iterator[tuple[str, bytes]]:
    if depth and content[:2] == b"PK":
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for name in archive.namelist():
                    yield f"{place}/{name}", name.encode("utf-8", errors="replace")
                    yield from _unpacked(f"{place}/{name}", archive.read(name), depth - 1)
            return
        except zipfile.BadZipFile:  # no archive after all: searched as it is
            pass
    yield place, content


@dataclass(frozen=True)
class Wanted:
    """Names to look for, by their plain form, and the longer ones of others that hold one."""

    names: dict[str, str]
    longer: tuple[str, ...]


def wanted(texts: Iterable[str], others: Iterable[str]) -> Wanted:
    """What is looked for; an id of digits alone is not: any figure could be one."""
    narrow = (unicodedata.normalize("NFKC", t) for t in texts if t.strip())
    names = {plain(t): t for t in narrow if not t.isdigit()}
    longer = {plain(o) for o in others} - set(names)
    holding = sorted((o for o in longer if any(name in o for name in names)), key=len)
    return Wanted(names, tuple(reversed(holding)))


def stands_in(content: str, looked_for: Wanted) -> bool:
    """Whether one of the names stands in a text, in whatever form."""
    for reading in readings(content):
        look = squeezed(reading)
        near = [name for name in looked_for.names if name in look]
        if any(_stands(name, reading, looked_for) for name in near):
            return True
    return False


def _stands(name: str, text: str, looked_for: Wanted) -> bool:
    """Whether the name stands there outside longer names; in Latin letters as its own words."""
    for other in looked_for.longer:
        text = re.sub(r"\s*".join(map(re.escape, other)), "\0", text, flags=re.IGNORECASE)
    if not name.isascii():
        return name in re.sub(r"\s+", "", text.casefold())
    written = looked_for.names[name]
    small = written.isalpha() and written.lower() in vocabulary()
    if small:
        return any(_alone(each, text) for each in (written, written.upper(), written.capitalize()))
    return _alone(written, text, re.IGNORECASE) or _alone(name, text.casefold())


def _alone(name: str, text: str, flags: re.RegexFlag = re.NOFLAG) -> bool:
    """Whether a name stands in a text as its own words, with or without blanks."""
    way = r"\s*".join(map(re.escape, re.findall(r"\S", name)))
    return re.search(rf"(?<![A-Za-z0-9]){way}(?![A-Za-z0-9])", text, flags) is not None
