"""People counted by day (逐日人数): visitors of several days, added up, are visits and no people.

Distinct visitors and buyers of a span come from sessions and orders alone; who put something into
a cart or placed an order is known by day alone. A rate never mixes the two: where one side is known
by day alone, both are added up over days, and the name of the indicator says so.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from kit.data.facts import covered
from kit.scheme.library import Indicator
from kit.scoring.panel import Panel

if TYPE_CHECKING:
    from kit.data.tables import Tables

DISTINCT = frozenset({"uv", "buyers"})  # known for a span where sessions cover each of its days
BY_DAY = frozenset({"cart_users", "placed_buyers"})


def adds_days(tables: "Tables", indicator: Indicator) -> bool:
    """Whether an indicator rests on people added up over days (逐日相加)."""
    people = (DISTINCT | BY_DAY) & set(indicator.terms)
    if not people or people & BY_DAY:
        return bool(people)
    return not covered(tables, tables.period.start, tables.period.last_day)


def alike(panel: Panel, indicator: Indicator) -> Panel:
    """The panel with all people of an indicator counted alike: by day where one of them is."""
    if not BY_DAY & set(indicator.terms):
        return panel
    sums = {name: panel.daily[name].sum(axis=1) for name in DISTINCT if name in panel.daily}
    return replace(panel, total=panel.total | sums)
