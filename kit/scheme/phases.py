"""Market phases (市场阶段): which weights a period in a phase has, and what it is compared with."""

import datetime as dt
from typing import Any, Literal

from kit.scheme.base import SchemeFault, Section
from kit.scheme.periods import span_of

DAY = dt.timedelta(days=1)


class MarketPhase(Section):
    """One phase: a set of `profile_sets`, and the comparison of a period that names none.

    compare : before (as many days, or calendar months, just before) or year (the same a year ago;
    a promotion with the one that it repeats)
    """

    profiles: str | None = None
    compare: Literal["before", "year"] | None = None


def in_phase(scheme: Any, phase: object) -> Any:
    """The scheme with the weights of a phase (阶段权重); as it is where the phase sets none."""
    said = scheme.market_phases.get(str(phase))
    own = scheme.profile_sets.get(said.profiles or "") if said else None
    return scheme.model_copy(update={"profiles": {**scheme.profiles, **own}}) if own else scheme


def groups_in_phase(groups: Any, phase: object) -> Any:
    """The schemes of all groups in a phase; a group with a set of its own keeps that."""
    if groups is None:
        return None
    known = {name: in_phase(scheme, phase) for name, scheme in groups.schemes.items()}
    return groups.model_copy(update={"schemes": known})


def faults(scheme: Any) -> list[SchemeFault]:
    """Phases whose set of profiles the file does not hold."""
    known = list(scheme.profile_sets)
    return [
        SchemeFault(
            ("market_phases", name, "profiles"),
            "params.no_such_name",
            {"name": said.profiles, "known": known},
        )
        for name, said in scheme.market_phases.items()
        if said.profiles is not None and said.profiles not in known
    ]


def unknown(scheme: Any, phase: str | None) -> dict[str, Any]:
    """Facts of a phase that the scheme does not know; empty where it does, or declares none."""
    known = list(scheme.market_phases)
    lost = bool(known) and phase is not None and phase not in known
    return {"name": phase, "known": known} if lost else {}


def compared(content: dict[str, Any], scheme: Any) -> Any:
    """What a period file is compared with: as it says, else as its phase does (对比期)."""
    if content.get("compare_to") is not None or scheme is None:
        return content.get("compare_to")
    said = scheme.market_phases.get(str(content.get("market_phase")))
    start, end = content.get("start"), content.get("end")
    if said is None or said.compare is None:
        return None
    if not isinstance(start, dt.date) or not isinstance(end, dt.date) or end < start:
        return None  # told where the days themselves are read
    return _before(start, end) if said.compare == "before" else _year(scheme, start, end)


def _before(start: dt.date, end: dt.date) -> Any:
    """The calendar's months just before whole months, else as many days."""
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    if start.day == 1 and (end + DAY).day == 1:
        whole = start.year * 12 + start.month - 1 - months
        return _span(dt.date(whole // 12, whole % 12 + 1, 1), start - DAY)
    return _span(start - (end - start) - DAY, start - DAY)


def _year(scheme: Any, start: dt.date, end: dt.date) -> Any:
    """The promotion that these days repeat, else the same days a year ago."""
    known = {p.id: p for p in scheme.promotions}
    for promotion in scheme.promotions:
        then = known.get(promotion.same_as or "")
        if then and end == promotion.end and start in (promotion.warm_up, promotion.start):
            warm = start == promotion.warm_up and then.warm_up
            return {"start": then.warm_up if warm else then.start, "end": then.end}
    return _span(_year_ago(start), _year_ago(end + DAY) - DAY)


def _span(start: dt.date, end: dt.date) -> Any:
    """A calendar month by its id, other days as they are."""
    named = span_of(f"{start:%Y-%m}")
    whole = named is not None and (named.start, named.end) == (start, end)
    return f"{start:%Y-%m}" if whole else {"start": start, "end": end}


def _year_ago(day: dt.date) -> dt.date:
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if leap else day.day)
