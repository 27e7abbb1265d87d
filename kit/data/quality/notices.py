"""Days off that nobody has announced yet (放假安排尚未公布), so that due days may move."""

from collections.abc import Iterator

from kit.data.issues import Issue
from kit.data.tables import Tables
from kit.stats import workdays


def unannounced(tables: Tables) -> Iterator[Issue]:
    """Years of the period, up to the end of its feedback, of which neither knows the days off.

    Neither the State Council's notices nor the table `calendar`; Monday to Friday count then.
    """
    due = workdays.due(tables.period.end, tables.scheme.feedback.due_working_days)
    told = set(tables.get("calendar")["date"].dt.year)
    years = [y for y in workdays.unknown_years(tables.period.start, due) if y not in told]
    if years:
        yield Issue("no_notice", "note", "calendar", facts={"years": years})
