"""What is still to come (待办): days off not announced yet, interviews not signed."""

from collections.abc import Iterator

import narwhals as nw

from kit.data.issues import Issue
from kit.data.quality.gates import place
from kit.data.store.engine import collect
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


def unsigned(tables: Tables) -> Iterator[Issue]:
    """Interviews of the period that were held and nobody signed (面谈未签字), with the due day."""
    if not tables.has("interviews"):
        return
    rows = tables.engine.scan("interviews").filter(nw.col("period_id") == tables.period.id)
    found = collect(rows.filter(nw.col("signed_on").is_null()).sort("_file", "_row"))
    last = tables.period.last_day if tables.period.last_day < tables.period.end else None
    if last is not None:  # a running period knows what there was then
        found = found[~(found["held_on"] > str(last))]
    if len(found):
        due = workdays.due(tables.period.end, tables.scheme.feedback.due_working_days)
        people = list(found["specialist_id"].unique())
        facts = {"people": people[:10], "due": due}
        where = (*place(found.iloc[0]), "signed_on", "", len(people))
        yield Issue("unsigned_interview", "warn", "interviews", *where, facts)
