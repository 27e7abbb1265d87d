"""Checked tables of a period (数据载入): `load(params_file)` is all that the other rooms call."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from kit.data.issues import SEVERITIES, Issue
from kit.data.issues import refuse as refuse_faults
from kit.data.quality import checks
from kit.data.quality.amounts import NAMES, read_deductions, read_own_answers, tell_apart
from kit.data.quality.labels import read_labels
from kit.data.quality.once import repeated
from kit.data.quality.team_targets import spread
from kit.data.reading.read import OF_CELLS, fits, read_table
from kit.data.reading.sources import Source, shown, sources
from kit.data.reading.terms import terms
from kit.data.schema import contract
from kit.data.store import cache, codes
from kit.data.store import engine as engines
from kit.data.store.cache import digest_of, remembered
from kit.data.store.engine import Engine, OnDemand
from kit.data.store.opaque import opaque
from kit.data.tables import Tables
from kit.errors import DataError
from kit.params import Period, period_file, read_period

UNSAID = {"languages", "audiences", "data", "what_if"}  # what no figure depends on
_held: dict[str, Tables] = {}  # by path, where pages are forked from
LATER = (
    "confirmed",
    "empty",
    "comments_read_by",
    "comments_held",
)  # keys that older period files do not have


def load(params_file: str | Path, *, refuse: bool = True) -> Tables:
    """The checked tables of a period (数据载入).

    params_file : path of a period file from the project root, or its name, as "2025-06"
    Returns : `Tables`: `.get("ads")` a table of the contract, `.facts` sums by day, plan and owner,
              `.drill(by, start, end)` sums by any detail, `.issues` what was found; money in the
              period's currency, rates 0 to 1
    refuse  : False: the tables as far as they can be read, faults and all, in `.issues`
    Missing : a table that was not given has no rows; a cell that was not measured is NaN
    Errors  : KitError with every fault of the period file and of the data, in both languages
    Source  : the contract, kit/data/README.md
    >>> tables = load("2025-06")
    >>> tables.get("roster")["specialist_id"].is_unique
    True
    """
    path = period_file(str(params_file))
    tables = _held.get(path) or inspect(read_period(path))
    if refuse:
        refuse_faults(tables.found)
    return tables


@contextlib.contextmanager
def hold(params_file: str) -> Iterator[Tables]:
    """The tables of a period, which every later `load` here gives again once this has ended (常驻).

    For a process from which others are forked: engines have threads, and the engine is closed in
    the end. Where it opens again and the data are no longer the same, DataError tells it.
    """
    path = period_file(params_file)
    tables = inspect(read_period(path))
    dates = _dates(tables)
    engine: Any = OnDemand(lambda: _again(tables, dates), tables.engine.in_pandas, tables.engine)
    try:
        kept = replace(tables, engine=engine)
        yield kept
    finally:
        engine.close()
    _held[path] = kept


def _again(tables: Tables, dates: dict[str, int]) -> Engine:
    """The engine opened anew, over the same data as before: old and new are not mixed."""
    now = inspect(tables.period)
    if now.digest == tables.digest:
        return now.engine
    now.engine.close()
    changed = {place for place, _ in dates.items() ^ _dates(now).items()}
    raise DataError("data.changed_meanwhile", file=sorted(changed or dates))


def _dates(tables: Tables) -> dict[str, int]:
    """When the file of each place was last written, so that an error can name it."""
    places = [place for source in tables.sources.values() for place in source.places]
    return {place.told: place.file.stat().st_mtime_ns for place in places if place.file.exists()}


def inspect(period: Period) -> Tables:
    """The tables as far as they can be read, with every fault among the issues; refuses nothing."""
    named, issues = sources(period.data, terms(period))
    opened = engines.open()
    kept_sources = {}
    digests = []
    for name, source in named.items():
        digest = content(source)
        there, more = _read(opened, period, source, digest)
        issues += more
        if there:
            kept_sources[name] = source
            digests.append(digest)
    issues = _plans_taken(
        opened,
        kept_sources,
        issues,
        given="plans" in kept_sources and engines.rows(opened, "plans") > 0,
    )
    said = _said(period)
    if period.pseudonymise:
        told = codes.pseudonymised(opened, list(kept_sources))
        issues = [replace(i, value=told(i.value) if i.value else i.value) for i in issues]
        said += opaque("")
    for name in NAMES.keys() & kept_sources:
        tell_apart(opened, name)
    digest = digest_of(said, *sorted(digests))
    tables = Tables(period, opened, kept_sources, tuple(issues), digest, judged)
    return replace(tables, read_issues=(*issues, *spread(tables)))


def _said(period: Period) -> str:
    """What a period's digest rests on (周期的内容), keys of later versions only if set."""
    said = period.model_dump_json(exclude=UNSAID | {k for k in LATER if not getattr(period, k)})
    return said + str(period.scheme.feedback.gathering(period.end, period.as_of) or "")


def judged(tables: Tables) -> tuple[Issue, ...]:
    """What reading and gates found (全部问题), gravest first; a cell is not told twice."""
    gated = remembered(tables, "gates", lambda tables: list(checks.found(tables)))
    bad = {(i.table, i.column) for i in tables.read_issues if i.rule in OF_CELLS}
    found = [
        *tables.read_issues,
        *(i for i in gated if i.rule != "empty_cell" or (i.table, i.column) not in bad),
    ]
    return tuple(sorted(found, key=lambda issue: SEVERITIES.index(issue.severity)))


def check(params_file: str | Path) -> tuple[Issue, ...]:
    """Every fault, warning and note of a period's data, gravest first; writes no report."""
    return inspect(read_period(params_file)).found


def _read(opened: Engine, period: Period, source: Source, digest: str) -> tuple[bool, list[Issue]]:
    """Whether a table is there, laid and its cells read as the contract says; what was found."""
    there, issues = _laid(opened, source, digest)
    if not there:
        return False, issues + (_empty(period, source) if not refused(issues) else [])
    more = read_labels(opened, source.table, period, digest)
    more += read_deductions(opened, source.table)
    more += read_own_answers(opened, source.table)
    more += _left_out(opened, source, digest_of(digest, period.id), issues)
    return True, issues + more


def _laid(opened: Engine, source: Source, digest: str) -> tuple[bool, list[Issue]]:
    """Lay a source in the engine: big tables where they are, others as read and kept."""
    if fits(source):
        opened.add_files(source.table, list(source.files), own=False)
        return True, []
    if source.places[0].report == "duckdb":
        place = source.places[0]
        wrong = opened.add_database(source.table, place.file, place.sheet)
        return not wrong, [
            Issue("wrong_type", "refuse", source.table, shown(place.file), None, column, found)
            for column, found in wrong
        ]
    path, issues = stored(source, digest)
    if path is None:
        return False, issues
    if not contract()[source.table].needed and not pq.read_metadata(path).num_rows:
        return False, issues  # a blank sheet is not given
    opened.add_files(source.table, [path])
    return True, issues


def refused(issues: list[Issue]) -> bool:
    """Whether something among the issues stops the table."""
    return any(issue.severity == "refuse" for issue in issues)


def _empty(period: Period, source: Source) -> list[Issue]:
    """A file without rows is asked about (给出但为空); a blank sheet of a workbook is not given."""
    files = [place.told for place in source.places if not place.sheet and not place.report]
    if not files or source.table in period.empty:
        return []
    return [Issue("empty_given", "refuse", source.table, ", ".join(files))]


def _plans_taken(
    opened: Engine, kept: dict[str, Source], issues: list[Issue], *, given: bool
) -> list[Issue]:
    """Lay the plans that exports of ads name (计划取自导出) where nobody gave a table of plans."""
    taken = [i for i in issues if i.rule == "plans_taken"]
    issues = [i for i in issues if i.rule != "plans_taken"]
    if given or not taken or "ads" not in kept:
        return issues
    rows = {
        plan: {
            "plan_id": plan,
            "plan_name": name,
            "platform": i.facts["platform"],
            "channel": i.facts["channel"],
            "_file": i.file,
            "_row": 0,
        }
        for i in taken
        for plan, name in i.facts["named"].items()
    }
    opened.add("plans", pa.Table.from_pylist(list(rows.values()), contract()["plans"].arrow))
    kept["plans"] = Source("plans", kept["ads"].places)
    said = [{k: v for k, v in i.facts.items() if k != "named"} for i in taken]
    return [
        *issues,
        *(replace(i, table="plans", facts=f) for i, f in zip(taken, said, strict=True)),
    ]


def _left_out(opened: Engine, source: Source, digest: str, read: list[Issue]) -> list[Issue]:
    """Leave out rows that stand twice; a repeated visit changes no count of distinct users."""
    if source.table == "sessions":
        return []
    table = contract()[source.table]
    exported = {i.file: i.value for i in read if i.rule == "exported_on"}
    key = f"once-{digest_of(digest, cache.code_digest(Path(__file__).parent))}"
    rows, issues = cache.once(key, lambda: repeated(opened, table, exported))
    opened.leave_out(source.table, rows)
    return issues


def content(source: Source) -> str:
    """Digest of a source's files, and of all else that decides what is read."""
    return digest_of(source.table, source.said, *map(cache.file_digest, source.files))


def stored(source: Source, digest: str) -> tuple[Path | None, list[Issue]]:
    """The table as typed Parquet in the cache, and what was found when its files were read.

    Files that have not changed are not read again; a table that cannot be read is None.
    """
    place = digest_of(source.said)[:8]
    reader = cache.code_digest(Path(__file__).parent)
    home = cache.HOME / "tables"
    stem = f"{source.table}-{place}"
    path = home / f"{stem}-{digest_of(reader, digest)}.parquet"
    notes = path.with_suffix(".json")
    if not path.exists() or not notes.exists():
        rows, issues = read_table(source)
        if rows is None:
            return None, issues
        if content(source) != digest:  # saved by somebody meanwhile: neither old nor new
            return None, [
                Issue(
                    "changed_meanwhile",
                    "refuse",
                    source.table,
                    ", ".join(place.told for place in source.places),
                )
            ]
        cache.forget(home, stem)
        said = json.dumps([asdict(issue) for issue in issues], ensure_ascii=False)
        cache.kept(notes, lambda target: target.write_bytes(said.encode()))
        cache.kept(path, lambda target: pq.write_table(rows, target))
    return path, [Issue(**said) for said in json.loads(notes.read_bytes())]
