"""Which files a user means (收集文件): files, folders and patterns, each content once."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kit.data.reading import foreign
from kit.data.reading.place import SUFFIXES
from kit.data.store.cache import file_digest
from kit.errors import DataError, Fault, KitError

OF_PROGRAMS = ("~$", ".~", ".", "Thumbs.db", "desktop.ini")  # leftovers of open books and systems


@dataclass(frozen=True)
class Gathered:
    """Files to look at, and what was left out with the reason."""

    files: tuple[Path, ...]
    remarks: tuple[Fault, ...] = ()


def gather(named: Iterable[str], apart: Path | None = None) -> Gathered:
    """The files named, those inside folders too; KitError with every name that is not there.

    apart : the company's own folder, whose files are not taken for new ones
    """
    texts = list(named)
    missing = [t for t in texts if not _named(t)]
    if missing:
        raise KitError.of([Fault("start.no_such_file", {"file": t}) for t in missing])
    every = [file for text in texts for file in _inside(text)]
    files = [f for f in every if not (apart and f.is_relative_to(apart))]
    firsts: dict[str, Path] = {}
    kept: list[Path] = []
    remarks: list[Fault] = []
    for file in dict.fromkeys(files):
        digest = "" if _leftover(file) or not _readable(file) else file_digest(file)
        facts = {"file": file.name}
        if _leftover(file):
            remarks.append(Fault("start.leftover", facts))
        elif not digest:
            remarks.append(_no_table(file))
        elif digest in firsts:
            remarks.append(Fault("start.same_file", {**facts, "other": firsts[digest].name}))
        else:
            firsts[digest] = file
            kept.append(file)
    return Gathered(tuple(kept), tuple(remarks))


def _named(text: str) -> list[Path]:
    """The file or folder of this name, else those that fit it as a pattern."""
    place = Path(text)
    if place.exists() or not place.name:
        return [place] if place.exists() else []
    return sorted(place.parent.glob(place.name))


def _inside(text: str) -> list[Path]:
    return [
        file.resolve()
        for each in _named(text)
        for file in (sorted(each.rglob("*")) if each.is_dir() else [each])
        if file.is_file()
    ]


def _leftover(file: Path) -> bool:
    return file.name.startswith(OF_PROGRAMS)


def _readable(file: Path) -> bool:
    return file.suffix.lower() in SUFFIXES and file.stat().st_size > 0


def _no_table(file: Path) -> Fault:
    """What a file that is no table is, where its content tells: a PDF, an archive, JSON."""
    try:
        foreign.refuse_file(file)
    except DataError as error:
        return error.faults[0]
    return Fault("start.no_table", {"file": file.name})
