"""The cycle's calendar (考核日程): who does what until when, from the period and its scheme.

Nothing is invented: each day is one of the period file, or working days after one by the scheme.
"""

from typing import Any

import pandas as pd

from kit.people.loop import clock, inside
from kit.stats import workdays

WINDOW = 15  # days after the end in which conversions may still arrive, where no window is given


def cycle(tables: Any) -> pd.DataFrame:
    """Steps of the appraisal in their order (考核日程): step, who, start, due.

    targets by the first day; a look at the pace in every month; data once conversions are in; the
    scores; interviews and appeals within the scheme's working days; the next period's targets.
    """
    period = tables.period
    now = clock(tables)
    end = pd.Timestamp(period.end)
    ready = end + pd.Timedelta(_window(tables), "D")
    talk = pd.Timestamp(now.due)
    appeal = workdays.due(now.due, tables.scheme.appeal.working_days, now.off)
    looks = [(m.start, m.end) for m in inside(tables)] or [(period.start, period.end)]
    steps = [
        ("targets", "manager", pd.NaT, period.start),
        *(("pace", "manager", *days) for days in looks),
        ("data", "analyst", end, ready),
        ("score", "hr", ready, ready),
        ("talk", "manager", end, talk),
        ("appeal", "specialist", talk, appeal),
        ("next_targets", "manager", end, end + pd.Timedelta(1, "D")),
    ]
    table = pd.DataFrame(steps, columns=["step", "who", "start", "due"])
    dates = {name: pd.to_datetime(table[name]) for name in ("start", "due")}
    return table.assign(**dates)


def _window(tables: Any) -> int:
    """Longest attribution window of the data (归因周期), in days."""
    seen = tables.windows["window_days"].dropna() if hasattr(tables, "windows") else []
    return int(max(seen)) if len(seen) else WINDOW


def ics(table: pd.DataFrame, names: list[str], period: str) -> str:
    """The calendar as iCalendar (RFC 5545), an all-day event a step on its due day, no addresses.

    names : a text for each step. Lines end in CRLF and are folded at 75 octets.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//kit//cycle//EN", "CALSCALE:GREGORIAN"]
    for n, (row, name) in enumerate(zip(table.to_dict("records"), names, strict=True)):
        day = row["due"]
        lines += [
            "BEGIN:VEVENT",
            f"UID:{period}-{n}-{row['step']}@kit",
            f"DTSTAMP:{day:%Y%m%d}T000000Z",
            f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{day + pd.Timedelta(1, 'D'):%Y%m%d}",
            f"SUMMARY:{_escaped(name)}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in _folded(line))


def _escaped(text: str) -> str:
    """A text value with the four characters that RFC 5545 escapes."""
    marks = (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n"))
    for mark, told in marks:
        text = text.replace(mark, told)
    return text


def _folded(line: str) -> list[str]:
    """A content line in parts of 75 octets at most, never inside a character."""
    parts = [""]
    for letter in line:
        if len((parts[-1] + letter).encode()) > 75:
            parts.append(" ")
        parts[-1] += letter
    return parts
