"""Where every table comes from (数据来源): the sample, a folder, or files named one by one.

A place in the period file is `file`, `folder`, `folder/part*.csv`, `book.xlsx#sheet`, and, when the
report shall be named or one of its windows chosen, `alimama_wujie:file`,
`wanxiangtai_old[转化周期=15天]:file`, `alimama_wujie[window=7]:file`; a table of a database is
`duckdb:file#table`, a questionnaire with a column a question `wide[map=mapping.yml]:file`. The
workbooks that `kit start` wrote stand under `form`, one a period, oldest first:
`form[period=2025-06]:book.xlsx`. `env:SHOP_DB#shop.orders` is a table of the PostgreSQL server
whose address the environment variable holds.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from kit.data.issues import Issue
from kit.data.reading import labels
from kit.data.reading.filled import ALONE, tables_in
from kit.data.reading.folder import folder_sources
from kit.data.reading.place import SUFFIXES, Place, Source, is_system, placed, shown, unread
from kit.data.reading.terms import UNSAID, Terms
from kit.data.reading.units import plain
from kit.data.reading.workbook import hidden, sheets
from kit.data.schema import contract
from kit.data.store import cache, database
from kit.errors import DataError
from kit.params import ROOT

__all__ = ["Place", "Source", "sample", "shown", "sources"]

SAMPLE_SEED = 20250630


def sources(
    data: str | dict[str, str | tuple[str, ...]], terms: Terms = UNSAID
) -> tuple[dict[str, Source], list[Issue]]:
    """Sources by table, and what is wrong with the places named in the period file."""
    if data == "sample":
        return folder_sources(sample(), terms)
    if isinstance(data, str):
        return folder_sources(ROOT / data, terms)
    found, issues = _filled_in(_texts(data.get("form", ())), terms)
    for table, wanted in ((t, _texts(s)) for t, s in data.items() if t != "form"):
        places, faults = _named(table, wanted, terms)
        issues += faults
        kept, left = apart(places)
        issues += [Issue("system_file", "note", table, facts={"files": left})] if left else []
        if table not in contract():
            issues.append(Issue("unknown_table", table=table, facts={"known": list(contract())}))
        elif not kept:
            if not any(fault.severity == "refuse" for fault in faults):
                issues.append(Issue("no_file", table=table, file=", ".join(wanted)))
        else:
            older = found[table].places if table in found else ()
            found[table] = Source(table, (*older, *kept), terms)
    return found, issues


def _texts(said: str | tuple[str, ...]) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else said


def _filled_in(books: Iterable[str], terms: Terms) -> tuple[dict[str, Source], list[Issue]]:
    """Sources by table on the sheets of workbooks, oldest first; books that are not there."""
    found: dict[str, Source] = {}
    issues: list[Issue] = []
    for text in books:
        places = _places(text, terms)
        issues += [] if places else [Issue("no_file", table="form", file=text)]
        issues += [issue for place in places for issue in hidden(sheets(place.file), place.file)]
        for table, sheet in (pair for place in places for pair in _sheets_of(place)):
            older = found[table].places if table in found and table not in ALONE else ()
            found[table] = Source(table, (*older, sheet), terms)
    return found, issues


def _named(table: str, wanted: Iterable[str], terms: Terms) -> tuple[list[Place], list[Issue]]:
    """The places that a table's line names, and why a table of a server cannot be read."""
    places: list[Place] = []
    issues: list[Issue] = []
    for text in wanted:
        try:
            there = database.remote(text)
            if there is None:
                places += _places(text, terms)
                issues += unread(placed(text, terms).file, table)
            elif table in contract():
                file = database.copied(there, table, _columns(table), terms.timezone)
                places.append(Place(file))
        except DataError as error:
            issues += [
                Issue(f.key.removeprefix("data."), table=table, facts=f.facts) for f in error.faults
            ]
    return places, issues


def _columns(table: str) -> Callable[[str], str]:
    """The contract's column by a header of a table, "" where there is none."""
    known = labels.own(table).columns
    return lambda header: known.get(plain(header), "")


def _sheets_of(book: Place) -> list[tuple[str, Place]]:
    """Tables of a workbook that people fill in, and the sheet that each stands on (填写表)."""
    names = sheets(book.file).shown
    return [(t, replace(book, sheet=name)) for name in names for t in tables_in(name)]


def apart(places: Iterable[Place]) -> tuple[list[Place], list[str]]:
    """Places without what systems leave behind, and the names of that."""
    every = list(places)
    kept = [place for place in every if not is_system(place.file)]
    return kept, [shown(place.file) for place in every if is_system(place.file)]


def _places(text: str, terms: Terms) -> list[Place]:
    """The files that one text of the period file names."""
    place = placed(text, terms)
    return [replace(place, file=file) for file in _files(place.file)]


def _files(place: Path) -> list[Path]:
    if place.is_dir():
        return sorted(f for f in place.rglob("*") if f.suffix.lower() in SUFFIXES)
    if "*" in place.name:
        return sorted(f for f in place.parent.glob(place.name) if f.is_file())
    return [place] if place.is_file() else []


def sample() -> Path:
    """The sample company's folder, written on first use and again when its code has changed.

    Whoever asks for it meanwhile, in whatever process, waits until it is whole.
    """
    folder = cache.HOME / "sample"
    stamp = cache.HOME / f"sample-{cache.code_digest(ROOT / 'kit' / 'sample')}.txt"
    if not stamp.exists():
        cache.HOME.mkdir(exist_ok=True)
        with cache.alone(cache.HOME / "sample.lock"):
            if not stamp.exists():
                from kit.sample.make import write  # beside data: imported only to be written

                write(folder, SAMPLE_SEED)
                stamp.touch()
    return folder
