"""Where every table comes from (数据来源): the sample, a folder, or files named one by one.

A place in the period file is `file`, `folder`, `folder/part*.csv`, `book.xlsx#sheet`, and, when the
report shall be named or one of its windows chosen, `alimama_wujie:file`,
`wanxiangtai_old[转化周期=15天]:file`; a table of a database is `duckdb:file#table`, a questionnaire
with a column a question `wide[map=mapping.yml]:file`.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from kit.data.issues import Issue
from kit.data.reading.headers import reports
from kit.data.schema import contract
from kit.data.store import cache
from kit.params import ROOT

SUFFIXES = (".csv", ".tsv", ".txt", ".parquet", ".xlsx", ".xls")
BOOKS = (".xlsx", ".xls")
SAMPLE_SEED = 20250630
REPORT = re.compile(r"(\w+)(?:\[([^=\]]+)=([^\]]+)\])?:(.+)")


@dataclass(frozen=True)
class Place:
    """One file, the sheet or database table in it, the report it is said to be, and its window."""

    file: Path
    sheet: str = ""
    report: str = ""
    chosen: dict[str, str] = field(default_factory=dict)

    @property
    def told(self) -> str:
        """The file as people are told it, and the sheet where there is one: book.xlsx#roster."""
        return shown(self.file) + (f"#{self.sheet}" if self.sheet else "")


@dataclass(frozen=True)
class Source:
    """The places of one table."""

    table: str
    places: tuple[Place, ...]

    @property
    def files(self) -> tuple[Path, ...]:
        """Its files."""
        return tuple(place.file for place in self.places)

    @property
    def said(self) -> str:
        """Everything but the files' content that decides what is read."""
        maps = [
            cache.file_digest(ROOT / p.chosen["map"])
            for p in self.places
            if "map" in p.chosen and (ROOT / p.chosen["map"]).is_file()
        ]
        return str([(shown(p.file), p.sheet, p.report, p.chosen) for p in self.places] + maps)


def sources(data: str | dict[str, str | tuple[str, ...]]) -> tuple[dict[str, Source], list[Issue]]:
    """Sources by table, and what is wrong with the places named in the period file."""
    if data == "sample":
        return _folder(sample())
    if isinstance(data, str):
        return _folder(ROOT / data)
    found, issues = {}, []
    for table, said in data.items():
        wanted = (said,) if isinstance(said, str) else said
        places = tuple(place for text in wanted for place in _places(text))
        if table not in contract():
            issues.append(Issue("unknown_table", table=table, facts={"known": list(contract())}))
        elif not places:
            issues.append(Issue("no_file", table=table, file=", ".join(wanted)))
        else:
            found[table] = Source(table, places)
    return found, issues


def _places(text: str) -> list[Place]:
    """The files that one text of the period file names."""
    report, chosen = "", {}
    found = REPORT.fullmatch(text)
    if found and found[1] in {*reports(), "duckdb", "wide"}:
        report, text = found[1], found[4]
        chosen = {found[2]: found[3]} if found[2] else {}
    name, _, sheet = text.partition("#")
    return [Place(file, sheet, report, chosen) for file in _files(ROOT / name)]


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


def _folder(folder: Path) -> tuple[dict[str, Source], list[Issue]]:
    """Files and folders named like tables, and sheets of workbooks named like tables."""
    if not folder.is_dir():
        return {}, [Issue("no_folder", file=shown(folder))]
    sheets = [
        (sheet, book)
        for book in _files(folder)
        if book.suffix in BOOKS and book.parent == folder and book.stem not in contract()
        for sheet in _sheets(book)
    ]
    found = {}
    for table in contract():
        files = [f for s in SUFFIXES for f in sorted(folder.glob(f"{table}{s}"))]
        files += _files(folder / table) if (folder / table).is_dir() else []
        places = [Place(file) for file in files]
        places += [Place(book, sheet) for sheet, book in sheets if sheet == table and not files]
        if places:
            found[table] = Source(table, tuple(places))
    outside = [f for s in found.values() for f in s.files if not _inside(f, folder)]
    return found, [Issue("link_outside", file=shown(file)) for file in outside]


def _inside(file: Path, folder: Path) -> bool:
    return file.resolve().is_relative_to(folder.resolve())


def _sheets(book: Path) -> list[str]:
    try:
        return CalamineWorkbook.from_path(book).sheet_names
    except (CalamineError, OSError):
        return []


def _files(place: Path) -> list[Path]:
    if place.is_dir():
        return sorted(f for f in place.rglob("*") if f.suffix.lower() in SUFFIXES)
    if "*" in place.name:
        return sorted(place.parent.glob(place.name))
    return [place] if place.is_file() else []


def shown(path: Path) -> str:
    """A path as people are told it: from the project root where it lies inside."""
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.as_posix()
