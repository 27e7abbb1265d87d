"""Spans of days that have a name (周期的日子): months, quarters, half-years, cycles."""

import calendar
import datetime as dt
import re

from pydantic import Field, model_validator

from kit.scheme.base import Section, refuse
from kit.words import has, word

CYCLES = ("half_year", "two_months")  # kinds of period with ids of their own, beside the calendar's
USUAL = {"month": 1, "two_months": 2, "quarter": 3, "half_year": 6, "year": 12}  # months of each


def kind_word(kind: str, lang: str) -> str:
    """What a kind of period is called (周期类型的名称); a cycle of the scheme's own by its id."""
    key = f"scheme.kind_{kind}"
    return word(key, lang) if has(key) else word("scheme.kind_own", lang, name=kind)


class Cycle(Section):
    """A kind of period of the company's own (自定周期): so many months, or so many days."""

    months: int | None = Field(None, ge=1, le=24)
    days: int | None = Field(None, ge=1, le=400)

    @model_validator(mode="after")
    def one(self) -> "Cycle":
        """Months or days, one of the two."""
        if (self.months is None) == (self.days is None):
            raise refuse("params.cycle")
        return self


class Span(Section):
    """Days from start to end, both included."""

    id: str
    start: dt.date
    end: dt.date

    @model_validator(mode="after")
    def ordered(self) -> "Span":
        """Refuse an end before its start."""
        if self.end < self.start:
            raise refuse(
                "params.dates_reversed", "end", what=self.id, found=f"{self.start}, {self.end}"
            )
        return self


def span_of(name: str) -> Span | None:
    """The days of a period id such as 2025-05, 2025-Q1, 2025-H1, 2025-B1 or 2024; else None.

    >>> [str(span_of(name).end) for name in ("2025-H1", "2025-B1", "2025-Q3")]
    ['2025-06-30', '2025-02-28', '2025-09-30']
    """
    if match := re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", name):
        first = (int(match[1]), int(match[2]))
        months = 1
    elif match := re.fullmatch(r"(\d{4})-Q([1-4])", name):
        first = (int(match[1]), 3 * int(match[2]) - 2)
        months = 3
    elif match := re.fullmatch(r"(\d{4})-H([12])", name):
        first = (int(match[1]), 6 * int(match[2]) - 5)
        months = 6
    elif match := re.fullmatch(r"(\d{4})-B([1-6])", name):
        first = (int(match[1]), 2 * int(match[2]) - 1)
        months = 2
    elif match := re.fullmatch(r"\d{4}", name):
        first = (int(name), 1)
        months = 12
    else:
        return None
    if not 1 <= first[1] <= 12:
        return None
    last = first[1] + months - 1
    end = dt.date(first[0], last, calendar.monthrange(first[0], last)[1])
    return Span(id=name, start=dt.date(*first, 1), end=end)


def inside(start: dt.date, end: dt.date, months: int) -> list[Span]:
    """The calendar's periods of so many months that lie wholly between two days (其中的各期).

    >>> [span.id for span in inside(dt.date(2025, 4, 1), dt.date(2025, 6, 30), 1)]
    ['2025-04', '2025-05', '2025-06']
    """
    names = {
        1: [f"{{y}}-{m:02}" for m in range(1, 13)],
        2: [f"{{y}}-B{m}" for m in range(1, 7)],
        3: [f"{{y}}-Q{m}" for m in range(1, 5)],
        6: ["{y}-H1", "{y}-H2"],
        12: ["{y}"],
    }[months]
    known = [span_of(n.format(y=y)) for y in range(start.year, end.year + 1) for n in names]
    return [span for span in known if span and start <= span.start and span.end <= end]


def kind_of(start: dt.date, end: dt.date) -> str:
    """The kind of period that the days make (周期类型): one of the calendar, else campaign.

    >>> kind_of(dt.date(2025, 1, 1), dt.date(2025, 6, 30))
    'half_year'
    >>> kind_of(dt.date(2025, 6, 1), dt.date(2025, 6, 18))
    'campaign'
    """
    whole = (kind for kind, months in USUAL.items() if _is_whole(start, end, months))
    return next(whole, "campaign")


def _is_whole(start: dt.date, end: dt.date, months: int) -> bool:
    """Whether the days are one period of the calendar, of so many months."""
    return [(span.start, span.end) for span in inside(start, end, months)] == [(start, end)]
