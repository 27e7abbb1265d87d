"""What can be weighed (指标库): the kit's indicators and those that a scheme declares itself."""

import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import yaml

from kit.scheme.base import Named
from kit.scheme.declare import Indicator as Declared
from kit.scheme.formula import FormulaSyntaxError, parse, terms
from kit.scheme.limits import SCANNER

MEASURES: dict[str, tuple[str, ...]] = {  # table → the measures that formulas may name
    "ads": ("impressions", "clicks", "spend", "add_to_carts", "orders", "revenue", "new_customers"),
    "traffic": ("uv", "pv", "cart_users", "placed_buyers", "buyers"),
    "orders": ("order_revenue", "refund_amount", "margin_net", "order_buyers", "repeat_buyers"),
    "customers": ("crm_customers", "net_customers", "active_customers"),
    "tasks": ("tasks_due", "tasks_square", "tasks_done", "tasks_on_time", "days_late"),
    "budget": ("budget",),
    "brand_search": ("brand_now", "brand_before"),
}
WINDOWED = frozenset({"orders", "revenue", "new_customers", "add_to_carts"})
ITEM_UNIT = "ratio"
TOTAL = "total"  # what a team part may name beside indicators: the members' totals
UNDER = ".under"  # the denominator of a measured ratio, beside its top in the panel


@dataclass(frozen=True)
class Indicator:
    """One indicator (指标定义): the fields of indicators.yml, and what a declaration adds.

    source : "" (library), sum, ratio, last, formula, item, of, progress or periods
    names : None in the library, whose labels stand in the word tables
    units : a share of counted units
    """

    id: str
    duty: str
    unit: str
    better: str
    span: str
    top: str = ""
    under: str = ""
    squares: str = ""
    item: str = ""
    scale: float = 1.0
    min: float = 0.0
    additive: bool = False
    window: bool = False
    team: bool = False
    source: str = ""
    names: Named | None = None
    units: bool = False
    entered_by: str = ""
    of: str = ""
    scope: str = ""

    @property
    def terms(self) -> tuple[str, ...]:
        """Names of the measures that the value is made of (所用度量), top first."""
        sides = [side for side in (self.top, self.under) if side]
        return tuple(dict.fromkeys(name for side in sides for _, name in terms(side)))


@cache
def built_in() -> dict[str, Indicator]:
    """Every indicator that the kit knows without a declaration (内置指标), by id."""
    rows = yaml.load(pkgutil.get_data(__package__, "indicators.yml") or b"", SCANNER)
    return {name: Indicator(id=name, **row) for name, row in rows.items()}


def measures() -> list[str]:
    """Every measure of the tables that a formula may name (可用度量)."""
    return [name for names in MEASURES.values() for name in names]


def table_of(measure: str) -> str:
    """The table that a measure comes from; `measured` for what the scheme declares itself."""
    known = {name: table for table, names in MEASURES.items() for name in names}
    return known.get(measure, "measured")


def library(declared: Mapping[str, Declared]) -> dict[str, Indicator]:
    """The kit's indicators and the scheme's own (指标库加自有指标), but what cannot be read.

    A formula inherits window and additivity from its names.
    """
    known = dict(built_in())
    parts = {name: said for name, said in declared.items() if said.of}
    for name, said in declared.items():
        if name not in known and name not in parts and len(said.sources) == 1:
            made = _made(name, said)
            known |= {name: made} if made else {}
    for name, said in parts.items():
        whole = known.get(str(said.of))
        if name not in known and (whole or said.of == TOTAL) and len(said.sources) == 1:
            known[name] = _team_part(name, said, whole)
    return known


def _team_part(name: str, said: Declared, whole: Indicator | None) -> Indicator:
    """A team's figure of an indicator (团队部分), or of its members' totals."""
    own: dict[str, Any] = {"id": name, "names": said.name, "source": "of", "of": str(said.of)}
    own |= {"scope": str(said.scope), "units": False, "squares": ""}
    if whole:
        return replace(whole, **own)
    more: dict[str, Any] = {
        "duty": said.duty or "team",
        "unit": "points",
        "better": "up",
        "span": said.span,
    }
    return Indicator(**own, **more)


def _made(name: str, said: Declared) -> Indicator | None:
    """One declaration as an indicator of the library; None if its formula cannot be read."""
    common: dict[str, Any] = {
        "id": name,
        "duty": said.duty or "team",
        "unit": said.unit or ITEM_UNIT,
        "better": said.better or "up",
        "span": "long" if said.item and "span" not in said.model_fields_set else said.span,
        "min": said.min,
        "names": said.name,
        "units": said.units,
        "entered_by": said.entered_by or "",
        "source": said.measured or said.sources[0],
    }
    if said.formula:
        return _computed(said.formula, common)
    if said.measured:
        under = name + UNDER if said.measured == "ratio" else ""
        return Indicator(**common, top=name, under=under, additive=said.measured == "sum")
    if said.item:
        return Indicator(**common | {"unit": said.unit or "points"}, item=name)
    if said.periods:
        return Indicator(**common | {"unit": said.unit or "points"})
    return Indicator(**common | {"unit": said.unit or "percent"}) if said.progress else None


def _computed(text: str, common: dict[str, Any]) -> Indicator | None:
    try:
        formula = parse(text)
    except FormulaSyntaxError:
        return None
    names = {token.text for token in formula.names}
    return Indicator(
        **common,
        top=formula.top,
        under=formula.under,
        scale=formula.scale,
        additive=not formula.under,
        window=bool(names & WINDOWED),
    )
