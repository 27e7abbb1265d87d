"""Checked tables of a period (数据载入): `load(params_file)` is all that the other rooms call."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kit.data import engine as engines
from kit.data import facts
from kit.data.cache import HOME, code_digest, digest_of, file_digest, kept
from kit.data.engine import Engine
from kit.data.facts import Day
from kit.data.issues import Issue, frame, refuse
from kit.data.read import read_file
from kit.data.schema import contract, empty
from kit.data.sources import Source, sources
from kit.params import Period, read_period
from kit.scheme import Scheme


@dataclass(frozen=True)
class Tables:
    """The contract tables of one period, checked; figures derived from them are computed once."""

    period: Period = field(repr=False)
    engine: Engine = field(repr=False)
    sources: dict[str, Source] = field(repr=False)
    issues: pd.DataFrame = field(repr=False)
    digest: str

    @property
    def scheme(self) -> Scheme:
        """The scheme that scores the period."""
        return self.period.scheme

    def get(self, name: str) -> pd.DataFrame:
        """A contract table in pandas (see `schema.typed`); without rows when it was not given."""
        if name not in self.sources:
            return empty(name)
        if name not in self._read:
            self._read[name] = engines.table(self.engine, name)
        return self._read[name].copy()

    def has(self, name: str) -> bool:
        """Whether the table was given and holds a row."""
        return name in self.sources and engines.rows(self.engine, name) > 0

    @cached_property
    def _read(self) -> dict[str, pd.DataFrame]:
        return {}

    @cached_property
    def facts(self) -> pd.DataFrame:
        """Sums by day, plan and owner, weighted by share (日事实表); all days in the data."""
        return facts.owned(self)

    @cached_property
    def plan_days(self) -> pd.DataFrame:
        """Sums by day and plan, owned or not."""
        return facts.plan_days(self)

    @cached_property
    def unassigned(self) -> pd.DataFrame:
        """Sums by day and plan that nobody owns (未归属)."""
        return facts.unassigned(self)

    def drill(self, by: list[str], start: Day, end: Day) -> pd.DataFrame:
        """Sums of ads over any of `facts.DRILLS`, first to last day included."""
        return facts.drill(self, by, start, end)

    def users(self, start: Day, end: Day, by: str = "specialist_id") -> pd.DataFrame:
        """Distinct visitors and buyers by `by` (去重访客、买家), or daily sums with exact False."""
        return facts.users(self, start, end, by)


def load(params_file: str | Path) -> Tables:
    """The tables of the period in `params_file`; KitError with every fault of params and data."""
    return load_period(read_period(params_file))


def load_period(period: Period) -> Tables:
    """The tables of a period already read."""
    found, issues = sources(period.data)
    refuse(issues)
    opened = engines.open()
    digests = []
    for name, source in found.items():
        path, more = stored(source)
        opened.add_files(name, [path])
        issues += more
        digests.append(f"{name} {path.stem}")
    refuse(issues)
    said = period.model_dump_json(exclude={"languages", "audiences", "data"})
    return Tables(period, opened, found, frame(issues), digest_of(said, *sorted(digests)))


def stored(source: Source) -> tuple[Path, list[Issue]]:
    """The table as typed Parquet in the cache, read from its files only if one has changed."""
    reader = code_digest(Path(__file__).parent)
    digest = digest_of(reader, source.table, *(f"{f.name} {file_digest(f)}" for f in source.files))
    table = contract()[source.table]
    parts: list[pa.Table] = []
    issues: list[Issue] = []
    path = HOME / "tables" / f"{source.table}-{digest}.parquet"
    if path.exists():
        return path, issues
    for file in source.files:
        part, more = read_file(file, table)
        parts.append(part)
        issues += more
    refuse(issues)
    kept(path, lambda target: pq.write_table(pa.concat_tables(parts), target))
    return path, issues
