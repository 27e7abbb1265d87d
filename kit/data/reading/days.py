"""Columns of days and times, judged (日期列): orders, clocks, hours, spans and zones by evidence.

What is not sure is a `Trouble`: a rule, and the cells it is true of. A clock in a day that counts
something is an hour where the days show several, else the file is refused: midnight in another
zone looks the same. An offset from UTC is converted to the company's zone, and said.
"""

import datetime as dt
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pyarrow as pa

from kit.data.reading.dates import Moment, Range, has_slashes, moment, slash_order, span
from kit.data.reading.terms import Terms

CHINA = "Asia/Shanghai"  # the one zone of a company that counts in CNY
ONE_ZONE = 60  # minutes between two offsets of one place, summer and winter


@dataclass(frozen=True)
class Trouble:
    """A rule, how grave, and of which different cells it is true (by their place)."""

    rule: str
    severity: str
    cells: tuple[int, ...]
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Judged:
    """Values of the different cells, hours where they are part of it, and what is to be said."""

    values: pa.Array
    hours: pa.Array | None = None
    troubles: tuple[Trouble, ...] = ()


def days(words: pa.Array, terms: Terms, *, summed: bool, with_hour: bool) -> Judged:
    """Days of the different cells of a column.

    summed    : a row counts the whole day, so that a clock changes what it means
    with_hour : the table can hold the hour
    """
    try:
        return Judged(words.cast(pa.date32()))
    except pa.ArrowInvalid:
        pass
    said, troubles = _moments(words)
    spans = {n: value for n, value in enumerate(said) if isinstance(value, Range)}
    moments = [_beginning(value) for value in said]
    long = tuple(n for n, value in spans.items() if not value.one_day)
    if long:
        troubles.append(Trouble("spans_days", "refuse", long, _ends(spans, long)))
    moments, zoned = _local(moments, terms)
    clocks = _clocks(moments, spans)
    if clocks and with_hour and summed and clocks.keys() <= spans.keys():
        hours, judged = True, list[Trouble]()
    else:
        hours, judged = _judged_clocks(moments, clocks, summed=summed, with_hour=with_hour)
    values = [m.day if m and n not in long else None for n, m in enumerate(moments)]
    hour = None
    if hours:
        hour = pa.array([m.clock.hour if m and m.clock else 0 for m in moments], pa.float64())
    return Judged(pa.array(values, pa.date32()), hour, (*troubles, *zoned, *judged))


def times(words: pa.Array, terms: Terms) -> Judged:
    """Local times of the different cells of a column."""
    try:
        return Judged(words.cast(pa.timestamp("us")))
    except pa.ArrowInvalid:
        pass
    said, troubles = _moments(words)
    moments = [value if isinstance(value, Moment) else None for value in said]
    moments, zoned = _local(moments, terms)
    values = [m.at if m else None for m in moments]
    return Judged(pa.array(values, pa.timestamp("us")), None, (*troubles, *zoned))


def _moments(words: pa.Array) -> tuple[list[Moment | Range | None], list[Trouble]]:
    """What each different cell says, and those whose order of day and month is open."""
    cells = [unicodedata.normalize("NFKC", c).strip() if c else "" for c in words.to_pylist()]
    order = slash_order(cells)
    said = [_said(cell, order) for cell in cells]
    if order:
        return said, []
    open_ones = tuple(n for n, c in enumerate(cells) if c and said[n] is None and has_slashes(c))
    facts = _both_orders(cells[open_ones[0]]) if open_ones else {}
    return said, [Trouble("date_order", "refuse", open_ones, facts)] if open_ones else []


def _said(cell: str, order: str) -> Moment | Range | None:
    if not cell:
        return None
    try:
        return moment(cell, order)
    except ValueError:
        return span(cell, order)


def _both_orders(cell: str) -> dict[str, Any]:
    first = moment(cell, "dmy").day if _fits(cell, "dmy") else None
    second = moment(cell, "mdy").day if _fits(cell, "mdy") else None
    return {"readings": [str(day) for day in (first, second) if day]}


def _fits(cell: str, order: str) -> bool:
    try:
        moment(cell, order)
    except ValueError:
        return False
    return True


def _beginning(value: Moment | Range | None) -> Moment | None:
    return value.first if isinstance(value, Range) else value


def _ends(spans: dict[int, Range], long: Sequence[int]) -> dict[str, Any]:
    first = spans[long[0]]
    if first.first is None or first.last is None:
        return {"first": first.text, "last": first.text}
    return {"first": str(first.first.day), "last": str(first.last.day)}


def _clocks(moments: list[Moment | None], spans: dict[int, Range]) -> dict[int, dt.time]:
    """Clocks of the cells that have one; up to a minute past midnight is midnight."""
    return {
        n: m.clock
        for n, m in enumerate(moments)
        if m and m.clock and (m.clock >= dt.time(0, 1) or n in spans)
    }


def _judged_clocks(
    moments: list[Moment | None], clocks: dict[int, dt.time], *, summed: bool, with_hour: bool
) -> tuple[bool, list[Trouble]]:
    """Whether clocks are hours; else what is to be said of them."""
    odd = tuple(n for n, clock in clocks.items() if clock >= dt.time(0, 1))
    if not odd:
        return False, []
    by_day = defaultdict(set)
    for n, m in enumerate(moments):
        if m:
            by_day[m.day].add(clocks.get(n, dt.time()))
    several = any(len(found) > 1 for found in by_day.values())
    whole = all(not clock.minute and not clock.second for clock in clocks.values())
    if summed:
        if with_hour and several and whole:
            return True, []
        return False, [Trouble("clock_in_day", "refuse", odd, {"clock": f"{clocks[odd[0]]:%H:%M}"})]
    one = {(c.hour, c.minute, c.second) for c in clocks.values()}
    if len(one) == 1 and not several and next(iter(one))[1:] in ((0, 0), (30, 0)):
        return False, [Trouble("clock_in_day", "refuse", odd, {"clock": f"{clocks[odd[0]]:%H:%M}"})]
    return False, [Trouble("clock_cut", "note", odd, {"clock": f"{clocks[odd[0]]:%H:%M}"})]


def _local(moments: list[Moment | None], terms: Terms) -> tuple[list[Moment | None], list[Trouble]]:
    """Moments in the company's zone, and what was done with offsets from UTC."""
    zoned = tuple(n for n, m in enumerate(moments) if m and m.offset is not None)
    if not zoned:
        return moments, []
    offsets = {m.offset for m in moments if m and m.offset is not None}
    bare = [n for n, m in enumerate(moments) if m and m.offset is None and m.clock]
    shown = {"offsets": [_shown(offset) for offset in sorted(offsets)]}
    if bare:
        return moments, [Trouble("zones_mixed", "refuse", zoned, shown)]
    zone = _zone(offsets, terms)
    if zone is None:
        return moments, [Trouble("zone_unknown", "refuse", zoned, shown)]
    if not zone:
        return moments, [Trouble("zone_as_written", "warn", zoned, shown)]
    moved = [_moved(m, zone) for m in moments]
    rule = "zone_converted" if terms.timezone else "zone_assumed"
    severity = "note" if terms.timezone else "warn"
    if all(old is None or old.at == new.at for old, new in zip(moments, moved, strict=True) if new):
        return moved, []
    return moved, [Trouble(rule, severity, zoned, shown | {"zone": zone})]


def _zone(offsets: set[int], terms: Terms) -> str | None:
    """The zone to convert to, "" to take the clocks as written, None where nothing decides it."""
    if terms.timezone:
        return terms.timezone if _known(terms.timezone) else None
    if offsets == {480} or (offsets == {0} and terms.currency in ("", "CNY")):
        return CHINA
    if offsets != {0} and 0 not in offsets and max(offsets) - min(offsets) <= ONE_ZONE:
        return ""
    return None


def _known(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True


def _moved(m: Moment | None, zone: str) -> Moment | None:
    if m is None or m.offset is None:
        return m
    there = m.at.replace(tzinfo=dt.timezone(dt.timedelta(minutes=m.offset)))
    local = there.astimezone(ZoneInfo(zone))
    return Moment(local.date(), local.time())


def _shown(offset: int) -> str:
    return f"UTC{'-' if offset < 0 else '+'}{abs(offset) // 60:02d}:{abs(offset) % 60:02d}"
