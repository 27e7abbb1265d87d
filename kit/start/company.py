"""A company's own folder (公司文件夹): params/, data/, workbooks; nothing of it is replaced."""

import datetime as dt
import json
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kit.data.schema import contract
from kit.data.store.cache import file_digest
from kit.errors import KitError
from kit.params import ROOT, Span, span_of
from kit.scheme.periods import kind_of
from kit.start.months import before
from kit.words import LANGS, word

DEFAULT = "company"
SPECIAL = re.compile(r"[#*?\[\]\"]")  # marks that mean something in the period file


@dataclass(frozen=True)
class Company:
    """The folder, the language of its workbook, and whether it was there before.

    written : what this run wrote, with the bytes that were there before; None where nothing was
    """

    folder: Path
    lang: str
    known: bool
    written: dict[Path, bytes | None] = field(default_factory=dict, compare=False)

    @property
    def params(self) -> Path:
        """Where period and scheme files lie."""
        return self.folder / "params"

    @property
    def data(self) -> Path:
        """Where the exports lie, a folder a table."""
        return self.folder / "data"

    @property
    def former(self) -> Path:
        """Where workbooks go that were brought up to date."""
        return self.folder / word("start.former", self.lang)

    def period_file(self, period: str) -> Path:
        """The period's file."""
        return self.params / f"{period}.yml"

    def book(self, period: str) -> Path:
        """The workbook of a period."""
        return self.folder / f"{word('start.book', self.lang)}-{period}.xlsx"

    def books(self) -> dict[str, Path]:
        """Workbooks by period, oldest first."""
        found = {p.stem: self.book(p.stem) for p in sorted(self.params.glob("*.yml"))}
        return {period: book for period, book in found.items() if book.exists()}

    def writes(self, path: Path) -> Path:
        """A place that is about to be written; what it holds can be put back."""
        self.written.setdefault(path, path.read_bytes() if path.is_file() else None)
        return path

    def scheme(self) -> Path | None:
        """The newest scheme file; None before there is one."""
        return max(self.params.glob("scheme-*.yml"), default=None)


def at(folder: Path, lang: str | None) -> Company:
    """The company in `folder`; a folder that holds anything else is refused."""
    folder = folder.resolve()
    if SPECIAL.search(str(folder)):
        raise KitError("start.odd_folder", folder=str(folder))
    books = {x: [*folder.glob(f"{word('start.book', x)}-*.xlsx")] for x in LANGS}
    spoken = next((x for x in LANGS if books[x]), None)
    if spoken and (folder / "params").is_dir():
        return Company(folder, spoken, known=True)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise KitError("start.folder_taken", folder=str(folder))
    return Company(folder, lang or "zh", known=False)


def stored(company: Company, table: str, file: Path) -> tuple[Path, bool]:
    """An export copied into the company's folder, and whether it is new there.

    A name that is taken by another content gets the first digits of its digest.
    """
    home = company.data / table
    there = sorted(p for p in home.glob("*") if p.is_file()) if home.is_dir() else []
    for path in there:
        if path.stat().st_size == file.stat().st_size and file_digest(path) == file_digest(file):
            return path, False
    taken = file.name in {path.name for path in there}
    name = f"{file.stem}-{file_digest(file)[:6]}{file.suffix}" if taken else file.name
    home.mkdir(parents=True, exist_ok=True)
    return shutil.copyfile(file, company.writes(home / name)), True


def absent(company: Company) -> list[Path]:
    """Folders that are not there yet, the deepest first."""
    homes = [*(company.data / table for table in contract()), company.data, company.params]
    homes = [*homes, company.former, company.folder, *company.folder.parents]
    return [f for f in homes if not f.exists()]


def withdrawn(company: Company, folders: Sequence[Path]) -> None:
    """Take back what this run wrote, and of the folders made for it those left empty."""
    for file, content in company.written.items():
        if content is None:
            file.unlink(missing_ok=True)
        elif not file.is_file() or file.read_bytes() != content:
            file.write_bytes(content)
    for folder in folders:
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def own_reports(company: Company, files: Sequence[str]) -> Path | None:
    """The company's own reports: among its parameters, else beside the files named."""
    named = [Path(text) if Path(text).is_dir() else Path(text).parent for text in files]
    places = [folder / "reports.yml" for folder in (company.params, *named)]
    return next((path for path in places if path.is_file()), None)


def place(path: Path) -> str:
    """A path as the period file names it: from the project's root where it lies inside."""
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.as_posix()


def data(company: Company, periods: Sequence[str]) -> dict[str, str | list[str]]:
    """Where the tables of a period lie: a folder a table, and the workbooks up to it."""
    tables = [t for t in contract() if any((company.data / t).glob("*"))]
    found: dict[str, str | list[str]] = {t: place(company.data / t) for t in tables}
    books = [f"form[period={p}]:{place(company.book(p))}" for p in periods]
    return found | ({"form": books} if books else {})


def period_text(
    company: Company,
    span: Span,
    keys: dict[str, object],
    periods: Sequence[str],
    typed: frozenset[str],
) -> str:
    """The period file; one that is there keeps all keys but those that files or commands decide.

    keys  : as_of, compare_to, currency, or what else the files say
    typed : those of them that the command names
    """
    path = company.period_file(span.id)
    scheme = company.scheme()
    fresh: dict[str, object] = {
        "id": span.id,
        "type": kind_of(span.start, span.end),
        "start": str(span.start),
        "end": str(span.end),
        **keys,
        "scheme": scheme.name if scheme else "",
        "data": data(company, periods),
    }
    if not path.exists():
        rest = {"team": "all", "languages": [company.lang], "seed": int(f"{span.start:%Y%m%d}")}
        fresh |= {**rest, "audiences": ["manager", "hr", "employee"]}
        head = "# 考核周期 / appraisal period, written by kit start. Each key: params/README.md.\n"
        return head + "".join(_line(key, value) for key, value in fresh.items())
    moving = {"as_of", "compare_to", "data", *typed}
    held = _chunks(path.read_text(encoding="utf-8-sig"))
    kept = {k: text for k, text in held.items() if k not in moving or k in fresh}
    new = {k: _line(k, v) for k, v in fresh.items() if k in moving or k not in kept}
    return "".join({**kept, **new}.values())


def _line(key: str, value: object) -> str:
    if isinstance(value, dict):
        rows = "".join(f"  {k}: {json.dumps(v, ensure_ascii=False)}\n" for k, v in value.items())
        return f"{key}:\n{rows}"
    return f"{key}: {json.dumps(value, ensure_ascii=False)}\n"


def _chunks(text: str) -> dict[str, str]:
    """The file's text by top-level key; comments stay with the line above."""
    found: dict[str, str] = {"": ""}
    for line in text.splitlines(keepends=True):
        key = re.match(r"(\w+):", line)
        last = key[1] if key else next(reversed(found))
        found[last] = found.get(last, "") + line
    return found


def compared(days: Sequence[dt.date], span: Span) -> str | None:
    """The period before, if the exports hold days of it."""
    earlier = span_of(before(span))
    return earlier.id if earlier and any(earlier.start <= d <= earlier.end for d in days) else None
