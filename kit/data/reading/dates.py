"""Days, clocks and zones in cells (日期与时间): what a cell says, in full, before it is judged."""

import datetime as dt
import re
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

EPOCH = dt.datetime(1899, 12, 30)  # of Excel's serial days
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_WEEKDAY = (
    r"(?:\s*[(（]?(?:星期|周|礼拜)[一二三四五六日天][)）]?"
    r"|\s*,?\s*(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*)?"
)
ZONES = {  # minutes from UTC of the short names that mean one zone alone
    **{"PST": -480, "PDT": -420, "MST": -420, "MDT": -360, "CDT": -300, "EST": -300, "EDT": -240},
    **{"CET": 60, "CEST": 120, "JST": 540, "KST": 540, "HKT": 480, "SGT": 480, "MSK": 180},
    **{"北京时间": 480, "中国标准时间": 480},
}
_NAMED = "|".join(ZONES)
_CLOCK = (
    r"(?:[ T]\s*(?P<h>\d{1,2})[:：时点](?P<min>\d{2})?[:：分]?(?P<s>\d{2}(?:\.\d+)?)?秒?"
    r"\s*(?P<half>[ap]\.?m\.?)?"
    r"\s*(?P<zone>(?:(?:Z|UTC|GMT|(?:UTC|GMT)?\s*[+-]\d{1,2}(?::?\d{2})?)(?:\[[\w/+-]+\])?)"
    rf"|[(\[]?(?:[A-Z][a-z]+/[A-Za-z_]+|UTC|GMT|{_NAMED})[)\]]?)?)?"
)
_DAYS = (
    r"(?P<y>\d{4})[-/.年](?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})日?",
    r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})",
    r"(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4})",
    r"(?P<b>[a-z]{3,9})\.?\s+(?P<d>\d{1,2}),?\s+(?P<y>\d{4})",
    r"(?P<d>\d{1,2})[\s-]+(?P<b>[a-z]{3,9})\.?,?[\s-]+(?P<y>\d{4})",
    r"(?P<one>\d{1,2})[/-](?P<two>\d{1,2})[/-](?P<y>\d{4})",
)
PATTERNS = tuple(re.compile(rf"\s*{day}{_WEEKDAY}{_CLOCK}\s*", re.I) for day in _DAYS)
LONG = re.compile(r"(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})")
HOURLY = re.compile(r"(20\d{2})(\d{2})(\d{2})([01]\d|2[0-3])")
SERIAL = re.compile(r"([2-7]\d{4})(\.\d+)?")
UNTIL = re.compile(
    r"\s*(?:~|～|至|到|–|—|\bto\b|\bbis\b|\bau\b|\bal\b|\s-\s"
    r"|(?<=\d)-(?=\d{4}[-/年.])|(?<=\d:\d\d)-(?=\d{1,2}:\d\d))\s*",
    re.I,
)
COARSE = re.compile(
    r"\d{4}[-/.年]\s?(?:\d{1,2}月?|W\d{1,2}|Q[1-4]|第?\d{1,2}周|第?[1-4一二三四]季度?)|"
    r"\d{1,2}月|W\d{1,2}|第?\d{1,2}周|(?:week|woche|semaine|semana)\s*\d{1,2}.*|"
    r"[a-z]{3,9}\.?\s+\d{4}|\d{6}",
    re.I,
)


class Moment(NamedTuple):
    """What a date cell says: day, clock (None: none), offset from UTC in minutes (None: none)."""

    day: dt.date
    clock: dt.time | None = None
    offset: int | None = None

    @property
    def at(self) -> dt.datetime:
        """Day and clock as written."""
        return dt.datetime.combine(self.day, self.clock or dt.time())


class Range(NamedTuple):
    """A cell that says a span: its first and last moment, or a text such as 2026-W36."""

    first: Moment | None
    last: Moment | None
    text: str

    @property
    def one_day(self) -> bool:
        """Whether it lies within one day."""
        return bool(self.first and self.last and self.first.day == self.last.day)


def moment(cell: str, order: str = "") -> Moment:
    """The day, clock and offset of a cell; ValueError when it says none, or none for sure.

    order : "dmy" or "mdy" for 2/1/2018, "" where the column does not show it

    >>> moment("2026-06-30T16:00:00.000Z")
    Moment(day=datetime.date(2026, 6, 30), clock=datetime.time(16, 0), offset=0)
    >>> moment("2026年4月17日 星期五").day, moment("Sep 1, 2026").day
    (datetime.date(2026, 4, 17), datetime.date(2026, 9, 1))
    """
    for pattern in PATTERNS:
        if found := pattern.fullmatch(cell):
            parts = found.groupdict()
            if _is_hour_span(parts):
                raise ValueError(cell)
            on, clock = _day(parts, order), _clock(parts)
            return Moment(on, clock, _offset(parts["zone"], on, clock))
    if found := LONG.fullmatch(cell):
        numbers = [int(part) for part in found.groups()]
        year, month, day, hour, minute, second = numbers
        return Moment(dt.date(year, month, day), dt.time(hour, minute, second))
    if found := HOURLY.fullmatch(cell):
        year, month, day, hour = map(int, found.groups())
        return Moment(dt.date(year, month, day), dt.time(hour))
    if found := SERIAL.fullmatch(cell):
        at = EPOCH + dt.timedelta(days=float(cell))
        at = (at + dt.timedelta(milliseconds=500)).replace(microsecond=0)
        return Moment(at.date(), at.time() if found[2] else None)
    raise ValueError(cell)


def _day(parts: dict[str, str | None], order: str) -> dt.date:
    year = int(parts["y"] or 0)
    if parts.get("one"):
        first = int(parts["one"] or 0)
        second = int(parts["two"] or 0)
        if not order:
            raise ValueError("order")
        return dt.date(year, *((second, first) if order == "dmy" else (first, second)))
    if name := parts.get("b"):
        if name[:3].lower() not in _MONTHS:
            raise ValueError(name)
        return dt.date(year, _MONTHS.index(name[:3].lower()) + 1, int(parts["d"] or 0))
    return dt.date(year, int(parts["m"] or 0), int(parts["d"] or 0))


def _clock(parts: dict[str, str | None]) -> dt.time | None:
    if parts["h"] is None:
        return None
    hour = int(parts["h"])
    half = (parts["half"] or "").lower().replace(".", "")
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    seconds = float(parts["s"] or 0)
    micro = round(seconds % 1 * 1e6)
    return dt.time(hour, int(parts["min"] or 0), int(seconds), min(micro, 999_999))


def _is_hour_span(parts: dict[str, str | None]) -> bool:
    """Whether what looks like an offset from UTC ends a span: 09:00-10:00, 20:00-21:00."""
    zone = _offset(parts["zone"])
    if zone is None or parts["s"] or not (parts["zone"] or "").startswith("-"):
        return False
    return -zone > 12 * 60 or -zone // 60 == int(parts["h"] or 0) + 1


def _offset(zone: str | None, day: dt.date = dt.date.min, clock: dt.time | None = None) -> Any:
    """Minutes from UTC that a zone says on that day; None without one."""
    if not zone:
        return None
    name = zone.strip("()[] ")
    if name.upper() in ZONES:
        return ZONES[name.upper()]
    if "/" in name and "[" not in name:
        return _of_place(name, dt.datetime.combine(day, clock or dt.time()))
    zone = zone.partition("[")[0] or zone
    found = re.search(r"([+-])(\d{1,2}):?(\d{2})?$", zone.replace(" ", ""))
    if not found:
        return 0
    minutes = 60 * int(found[2]) + int(found[3] or 0)
    return -minutes if found[1] == "-" else minutes


def _of_place(name: str, at: dt.datetime) -> int:
    try:
        offset = at.replace(tzinfo=ZoneInfo(name)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(name) from None
    return int(offset.total_seconds() // 60) if offset else 0


def span(cell: str, order: str = "") -> Range | None:
    """The span that a cell says, such as 2026-09-01 ~ 2026-09-07 or 2026-W36; None if it is none.

    >>> span("2026-09-01 ~ 2026-09-07").last.day, span("2026-09").text, span("2026-09-01")
    (datetime.date(2026, 9, 7), '2026-09', None)
    """
    ends = [part for part in UNTIL.split(cell.strip()) if part]
    if len(ends) == 2:
        try:
            first = moment(ends[0], order)
        except ValueError:
            return None
        try:
            last = moment(ends[1], order)
        except ValueError:
            clock = re.fullmatch(r"(\d{1,2}):(\d{2})(?::\d{2})?", ends[1])
            if not clock or int(clock[1]) > 24:
                return None
            last = first._replace(clock=dt.time(int(clock[1]) % 24, int(clock[2])))
        return Range(first, last, cell)
    return Range(None, None, cell) if COARSE.fullmatch(cell.strip()) else None


def slash_order(cells: list[str]) -> str:
    """Whether 2/1/2018 is day or month first, if any cell shows it: dmy, mdy or ""."""
    found = [match.groupdict() for cell in cells if (match := PATTERNS[-1].fullmatch(cell))]
    day_first = any(int(parts["one"]) > 12 for parts in found)
    month_first = any(int(parts["two"]) > 12 for parts in found)
    return {(True, False): "dmy", (False, True): "mdy"}.get((day_first, month_first), "")


def has_slashes(cell: str) -> bool:
    """Whether a cell has day and month in an order that has to be known."""
    return PATTERNS[-1].fullmatch(cell) is not None


def hour_of(cell: str) -> int:
    """The hour that a cell says: 9, 09:00, 9:00-10:00, 9点, 9 AM; ValueError when it says none.

    >>> [hour_of(c) for c in ("9", "09:00", "09:00~09:59", "9-10点", "12 AM", "9时")]
    [9, 9, 9, 9, 0, 9]
    """
    found = re.fullmatch(
        r"(\d{1,2})(?:\.0+)?(?:[:：]\d{2})?(?::\d{2})?\s*([ap]m)?\s*[点时]?"
        r"(?:\s*[-~～至–到]\s*\d{1,2}(?:[:：]\d{2})?(?::\d{2})?\s*(?:[ap]m)?\s*[点时]?)?",
        cell.strip(),
        re.I,
    )
    hour = int(found[1]) if found else -1
    if found and found[2]:
        hour = hour % 12 + (12 if found[2].lower() == "pm" else 0)
    if not 0 <= hour <= 23:
        raise ValueError(cell)
    return hour
