"""Values that are not a person's own sums (其他来源): key results, and parts of a team."""

from typing import TYPE_CHECKING

from kit.scoring import key_results, team
from kit.scoring.kpi import Value
from kit.scoring.panel import Panel

if TYPE_CHECKING:
    from kit.data.tables import Tables


def beside(tables: "Tables", data: Panel, names: list[str]) -> dict[str, Value]:
    """Values of the named indicators that come from key results or from a team, by name."""
    known = tables.scheme.library
    found: dict[str, Value] = {}
    for name in names:
        spec = known[name]
        if spec.source == "progress":
            found[name] = key_results.value(tables, data)
        elif spec.source == "of" and spec.top:
            found[name] = team.value(tables, data, spec)
        elif spec.source in ("of", "periods"):
            found[name] = key_results.nothing(data, "scoring.not_measured")
    return found
