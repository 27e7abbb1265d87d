"""A place where rows of a table stand (数据位置): a file, the sheet in it, the report it is."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from kit.data.issues import Issue
from kit.data.reading.reports import known
from kit.data.reading.terms import UNSAID, Terms
from kit.data.store import cache
from kit.params import ROOT

BOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".et")
SUFFIXES = (".csv", ".tsv", ".txt", ".parquet", *BOOKS, ".html", ".htm")
BESIDE = (".yml", ".yaml", ".md")  # the kit's own files may lie beside the data
SYSTEM = re.compile(
    r"^(~\$|\._|\.~|~)|^(\.DS_Store|Thumbs\.db|desktop\.ini|Icon\r?)$"
    r"|\.(tmp|temp|crdownload|part|partial|download|lock|lnk|url|bak|swp)$|#$",
    re.I,
)
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
    terms: Terms = UNSAID

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
        own = self.terms.reports
        terms = [self.terms.currency, self.terms.timezone, str(self.terms.rates)]
        terms += [*self.terms.shares] if self.table == "targets" else []
        terms += [cache.file_digest(own)] if own and own.is_file() else []
        return str(
            [(shown(p.file), p.sheet, p.report, p.chosen) for p in self.places] + maps + terms
        )


def placed(text: str, terms: Terms) -> Place:
    """What a text of a period file or of `kit import` names: report, window, file, sheet."""
    report = ""
    chosen: dict[str, str] = {}
    found = REPORT.fullmatch(text)
    if found and found[1] in {*known(terms.reports), "duckdb", "wide", "form"}:
        report = found[1]
        chosen = {found[2]: found[3]} if found[2] else {}
        text = found[4]
    name, _, sheet = text.partition("#")
    if sheet and not (ROOT / name).exists() and (ROOT / text).exists():
        return Place(ROOT / text, "", report, chosen)  # a # in the name of the file itself
    return Place(ROOT / name, sheet, report, chosen)


def is_system(path: Path) -> bool:
    """Whether a file is what an office program, a browser or a system left behind (系统文件)."""
    return any(SYSTEM.search(part) for part in path.parts[-1:]) or "__MACOSX" in path.parts


def unread(folder: Path, table: str = "") -> list[Issue]:
    """What is said of the files under a folder that are of no kind that is read."""
    known = (*SUFFIXES, *BESIDE)
    files = [
        shown(f)
        for f in sorted(folder.rglob("*"))
        if f.is_file() and f.suffix.lower() not in known
        if not is_system(f) and not f.name.startswith(".")
        if f.suffix or not f.name.startswith("_")  # _SUCCESS, which Spark writes beside its files
    ]
    return [Issue("not_a_table", "warn", table, facts={"files": files})] if files else []


def shown(path: Path) -> str:
    """A path as people are told it: from the project root where it lies inside."""
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.as_posix()
