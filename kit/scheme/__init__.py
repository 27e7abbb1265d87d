"""The appraisal scheme (考核方案): what is measured and how, as one checked, frozen object."""

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal

from pydantic import Field

from kit.errors import Label
from kit.scheme.adjustments import Adjustment, AdjustmentLimits
from kit.scheme.base import Named, Section
from kit.scheme.components import Pay
from kit.scheme.consequences import Consequence
from kit.scheme.declare import Indicator, Scale
from kit.scheme.library import Indicator as Spec
from kit.scheme.library import built_in, library
from kit.scheme.periods import CYCLES, Cycle
from kit.scheme.phases import MarketPhase
from kit.scheme.rules import Anchors, Goalpost, Rule
from kit.scheme.sections import (
    Appeal,
    Bonus,
    Change,
    CoreFloor,
    Experiments,
    Feedback,
    Grade,
    Integrity,
    Market,
    People,
    PeriodType,
    Promotion,
    Reconciliation,
    Retrospective,
    Rounding,
    Share,
    Targets,
    TotalLimits,
    Uncertainty,
)
from kit.scheme.tree import Profile, in_points, leaves, nodes
from kit.words import LANGS, word

KIT_SCALE = Scale.model_validate({"from": 1, "to": 5})  # the kit's own six items


class Scheme(Section):
    """Everything that turns facts into a score; one file, versioned and approved."""

    later = frozenset(
        [
            "note",
            "scales",
            "dimensions",
            "rounding",
            "total",
            "adjustments",
            "adjustment_limits",
            "pay",
            "grading",
            "consequences",
            "profile_sets",
            "cycles",
            "market_phases",
            "promotions_blend",
        ]
    )

    id: str = Field(pattern=r"^[\w-]+$")
    version: str
    approved_by: str = ""
    approved_on: dt.date | None = None
    note: Named | None = None
    changes: tuple[Change, ...] = ()
    rules: dict[str, Rule]
    scales: dict[str, Scale] = Field(default_factory=dict)
    indicators: dict[str, Indicator]
    dimensions: dict[str, Named] = Field(default_factory=dict)
    profiles: dict[PeriodType, Profile]
    cycles: dict[str, Cycle] = Field(default_factory=dict)
    profile_sets: dict[str, dict[PeriodType, Profile]] = Field(default_factory=dict)
    market_phases: dict[str, MarketPhase] = Field(default_factory=dict)
    rounding: Rounding = Rounding()
    total: TotalLimits = TotalLimits()
    adjustments: dict[str, Adjustment] = Field(default_factory=dict)
    adjustment_limits: AdjustmentLimits = AdjustmentLimits()
    grades: tuple[Grade, ...] = Field(min_length=1)
    grading: Literal["computed", "judged"] = "computed"
    core_floor: CoreFloor | None = None
    coverage_floor: Share = 0.6
    promotions: tuple[Promotion, ...] = ()
    promotions_blend: bool = True
    feedback: Feedback
    market: Market = Market()
    targets: Targets = Targets()
    integrity: Integrity = Integrity()
    sales_basis: Literal["gross", "net"] = "gross"
    new_customer_source: Literal["ads", "crm"] = "ads"
    task_weights: bool = False
    uncertainty: Uncertainty = Uncertainty()
    reconciliation: Reconciliation = Reconciliation()
    experiments: Experiments = Experiments()
    bonus: Bonus
    pay: Pay = Pay()
    people: People = People()
    consequences: dict[str, Consequence] = Field(default_factory=dict)
    retrospective: Retrospective = Retrospective()
    appeal: Appeal = Appeal()

    @property
    def library(self) -> dict[str, Spec]:
        """Every indicator of the kit and of this scheme (指标库), by id."""
        return _library(_Same(self.indicators))

    @property
    def kinds(self) -> list[str]:
        """Kinds of period (周期类型): the calendar's and the scheme's own cycles."""
        return list(dict.fromkeys(["month", "quarter", "year", "campaign", *CYCLES, *self.cycles]))

    def weights(self, kind: str) -> dict[str, float]:
        """Leaf weights of the profile of a kind of period (末级权重); their sum is 1."""
        profile = next(p for name, p in self.profiles.items() if name == kind)
        return {leaf.name: leaf.weight for leaf in leaves(profile)}

    def paths(self, kind: str) -> dict[str, tuple[str, ...]]:
        """The dimensions above each leaf (所属维度), highest first; its branch in a flat profile.

        kind : kind of period; leaves of the campaign profile, which days may mix in, come second
        """
        known: dict[str, Any] = {str(name): profile for name, profile in self.profiles.items()}
        found: dict[str, tuple[str, ...]] = {}
        for profile in (known.get("campaign", {}), known.get(kind, {})):
            flat = not any(True for _ in nodes(profile))
            for leaf in leaves(profile):
                found[leaf.name] = (self.branch_of(leaf.name),) if flat else leaf.path
        return found

    def in_points(self, kind: str) -> bool:
        """Whether the profile of a kind of period is in the form's own points (分值制)."""
        return any(in_points(p) for name, p in self.profiles.items() if name == kind)

    def rule_of(self, name: str) -> Any:
        """The rule of an indicator (评分标准); an item without one is scored by its scale alone."""
        said = self.indicators[name]
        if said.rule is not None:
            return self.rules[said.rule]
        if said.periods:  # the mean of totals is points already
            return Anchors(kind="anchors", on="value", points=((-1000, -1000), (1000, 1000)))
        scale = self.scale_of(name)
        lo, hi = scale.ends
        if scale.levels:  # the points of a level are the points
            return Anchors(kind="anchors", on="value", points=((lo, lo), (hi, hi)))
        return Goalpost(kind="goalpost", lo=lo, hi=hi)

    def scale_of(self, name: str) -> Scale:
        """The scale on which an item is rated (量表)."""
        said = self.indicators.get(name)
        return self.scales[said.item] if said and said.item else KIT_SCALE

    def is_item(self, name: str) -> bool:
        """Whether people's ratings are the source of an indicator (评价项目)."""
        spec = self.library.get(name)
        return bool(spec and spec.item)

    def raters_of(self, name: str) -> dict[Any, float] | None:
        """Weights of the relations that rate this item alone (评价人权重); None: the scheme's."""
        said = self.indicators.get(name)
        return said.raters if said else None

    def branch_of(self, name: str) -> str:
        """Hard or soft (量化、软性): as written, else whether people rate it."""
        said = self.indicators.get(name)
        if said and said.branch:
            return said.branch
        return "soft" if self.is_item(name) else "hard"

    def label(self, name: str, lang: str) -> str:
        """Name of an indicator (指标名称): as declared, else from the word tables."""
        said = self.indicators.get(name)
        if said and said.name:
            return str(getattr(said.name, lang))
        return word(f"indicator.{name}", lang) if name in built_in() else name

    def labels(self, name: str) -> Label:
        """Name of an indicator for a message in both languages."""
        return Label({lang: self.label(name, lang) for lang in LANGS})


class _Same:
    """A mapping told apart by identity, so that what is made from it is made once."""

    def __init__(self, content: Mapping[str, Indicator]) -> None:
        self.content = content

    def __hash__(self) -> int:
        return id(self.content)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.content is other.content


@lru_cache(maxsize=64)
def _library(same: _Same) -> dict[str, Spec]:
    return library(same.content)
