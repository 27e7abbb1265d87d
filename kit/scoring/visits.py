"""People counted by day (逐日人数): visitors of several days, added up, are visits and no people.

Distinct visitors and buyers of a span come from sessions and orders alone; who put something into
a cart or placed an order is known by day alone. A rate never mixes the two: where one side is known
by day alone, both are added up over days, and the name of the indicator says so. So it does in a
group whose people were in it for part of the days: what is distinct is known for all days alone.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from kit.data.facts import covered
from kit.data.quality.membership import membership
from kit.data.store.cache import remembered
from kit.scheme.library import Indicator
from kit.scoring.panel import Panel, roster
from kit.words import word

if TYPE_CHECKING:
    from kit.data.tables import Tables

DISTINCT = frozenset({"uv", "buyers"})  # known for a span where sessions cover each of its days
BY_DAY = frozenset({"cart_users", "placed_buyers"})


def adds_days(tables: "Tables", indicator: Indicator) -> bool:
    """Whether an indicator rests on people added up over days (逐日相加)."""
    people = (DISTINCT | BY_DAY) & set(indicator.terms)
    if not people or people & BY_DAY:
        return bool(people)
    return _parted(tables) or not covered(tables, tables.period.start, tables.period.last_day)


def label(tables: "Tables", name: str, lang: str) -> str:
    """Name of an indicator on every page (指标名), marked where it adds people up over days."""
    spec = tables.scheme.library.get(name)
    told = tables.scheme.label(name, lang)
    marked = spec is not None and adds_days(tables, spec)
    return word("scoring.by_day", lang, label=told) if marked else told


def _parted(tables: "Tables") -> bool:
    """Whether somebody has only part of the days in the group looked at (期内换组)."""
    if tables.period.groups is None or not tables.group:
        return False
    return remembered(tables, "parted", _has_movers)


def _has_movers(tables: "Tables") -> bool:
    days = pd.date_range(tables.period.start, tables.period.last_day)
    of = membership(tables, roster(tables, days[0].date(), days[-1].date()), days)
    mine = of == tables.group
    whole = (mine == (of != "")).all(axis=1)
    return bool((mine.any(axis=1) & ~whole).any())


def alike(panel: Panel, indicator: Indicator) -> Panel:
    """The panel with all people of an indicator counted alike: by day where one of them is."""
    if not BY_DAY & set(indicator.terms):
        return panel
    sums = {name: panel.daily[name].sum(axis=1) for name in DISTINCT if name in panel.daily}
    return replace(panel, total=panel.total | sums)
