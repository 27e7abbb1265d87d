"""Which period the exports are about (考核周期): the latest month that they cover whole."""

import calendar
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from kit.errors import KitError
from kit.params import Span, span_of
from kit.scheme.periods import USUAL, inside, kind_of


@dataclass(frozen=True)
class Choice:
    """The period, its last day with data while it runs, and the other months one might mean."""

    span: Span
    as_of: dt.date | None
    others: tuple[str, ...] = ()
    partial: bool = False  # no month is whole


def choose(days: Iterable[dt.date], wanted: str = "") -> Choice:
    """The period of these days: the one wanted, else the latest whole month, else the fullest.

    >>> first = dt.date(2025, 5, 20)
    >>> choose(first + dt.timedelta(n) for n in range(42)).span.id
    '2025-06'
    """
    held = sorted(set(days))
    if not held:
        raise KitError("start.no_days")
    months = sorted({f"{day:%Y-%m}" for day in held})
    if wanted and not (span_of(wanted) and any(_inside(d, span_of(wanted)) for d in held)):
        raise KitError("start.no_such_period", found=wanted, known=months)
    whole = [m for m in months if _whole(m, held)]
    counts = {m: sum(f"{day:%Y-%m}" == m for day in held) for m in months}
    chosen = wanted or (whole[-1] if whole else max(months, key=lambda m: (counts[m], m)))
    span = span_of(chosen)
    if span is None:
        raise KitError("start.no_such_period", found=wanted, known=months)
    last = max(day for day in held if _inside(day, span))
    running = last < span.end and last == held[-1]
    longer = [s.id for n in USUAL.values() if n > 1 for s in inside(held[0], held[-1], n)]
    others = tuple(m for m in (*(whole or months), *longer) if m != chosen)
    return Choice(span, last if running else None, others, partial=not whole and not wanted)


def _inside(day: dt.date, span: Span | None) -> bool:
    return bool(span) and span.start <= day <= span.end  # type: ignore[union-attr]


def _whole(month: str, days: list[dt.date]) -> bool:
    """Whether the exports run over the month, from before its first to its last day."""
    year, number = map(int, month.split("-"))
    last = dt.date(year, number, calendar.monthrange(year, number)[1])
    return days[0] <= last.replace(day=1) and days[-1] >= last and last in days


def before(span: Span) -> str:
    """Id of the period of the same kind before a period of the calendar.

    >>> before(span_of("2025-01")), before(span_of("2025-Q1")), before(span_of("2025-H1"))
    ('2024-12', '2024-Q4', '2024-H2')
    """
    months = USUAL[kind_of(span.start, span.end)]
    day = span.start - dt.timedelta(days=1)
    return inside(dt.date(day.year, 1, 1), day, months)[-1].id
