"""The periods inside a period (组成周期): their tables, by own files or by the same scheme."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kit.data.load import load
from kit.data.store.cache import digest_of
from kit.data.store.siblings import periods_beside
from kit.params import Span
from kit.scheme.periods import USUAL, inside

if TYPE_CHECKING:
    from kit.data.tables import Tables


def parts(tables: Tables, name: str) -> list[tuple[Span, Tables | None]]:
    """The periods inside this one that an indicator is the mean of (组成周期), with their tables.

    None where nothing scores them: no period file of that id and type, and no profile for it.
    """
    kind = str(tables.scheme.indicators[name].periods)
    files = periods_beside(tables.period.path, kind)
    cycle = tables.scheme.cycles.get(kind)
    months = cycle.months if cycle else USUAL.get(kind)
    period = tables.period
    spans = [span for span, _ in files.values()]
    if months in USUAL.values():
        spans = inside(period.start, period.end, int(months or 0))
    within = [s for s in spans if period.start <= s.start and s.end <= period.end]
    return [(s, _tables(tables, s, kind, files)) for s in sorted(within, key=lambda s: s.start)]


def _tables(
    tables: Tables, span: Span, kind: str, files: dict[str, tuple[Span, Path]]
) -> Tables | None:
    """The tables of one part: by its own period file, else these, by the scheme's own profile."""
    if span.id in files:
        return load(str(files[span.id][1]), refuse=False)  # the whole was checked already
    if kind not in tables.scheme.profiles:
        return None
    days = {"id": span.id, "start": span.start, "end": span.end, "type": kind}
    period = tables.period.model_copy(update=days | {"as_of": None, "compare": None})
    digest = digest_of(tables.digest, span.id, kind)
    return replace(tables, period=period, group="", digest=digest)
