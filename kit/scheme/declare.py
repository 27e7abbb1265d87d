"""What a scheme declares (方案自有定义): indicators of its own, scales that people tick."""

import math
import re
import unicodedata
from typing import Annotated, Literal

from pydantic import Field, model_validator

from kit.scheme.base import Named, Section, refuse

Share = Annotated[float, Field(ge=0, le=1)]
Relation = Literal[
    "manager", "second_manager", "peer", "cross_dept", "committee", "customer", "self"
]
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
SOURCES = ("measured", "formula", "item", "of", "progress", "periods")


class Scale(Section):
    """What may be ticked (量表): any number from `from` to `to`, or one of the levels → points."""

    low: float | None = Field(None, alias="from")
    high: float | None = Field(None, alias="to")
    levels: dict[str, float] = Field(default_factory=dict)

    @model_validator(mode="after")
    def complete(self) -> "Scale":
        """A scale has both ends, rising, or levels alone."""
        ends = (self.low, self.high)
        if bool(self.levels) == any(end is not None for end in ends) or (
            len(set(self.levels.values())) < 2
            if self.levels
            else None in ends or not float(self.low or 0) < float(self.high or 0)
        ):
            raise refuse("params.scale")
        return self

    def points(self, ticked: float) -> float:
        """Points of a rating without a rule (量表分): share of the way, or the level's number."""
        if self.levels or self.low is None or self.high is None:
            return ticked
        return 100 * (ticked - self.low) / (self.high - self.low)

    def read(self, text: object) -> float | None:
        """The figure that a tick stands for (读分): the rating, or the points of the level.

        None for what does not stand on the scale, or for nothing.
        """
        told = unicodedata.normalize("NFKC", str(text)).strip()
        if self.levels:
            bare = {name.strip().casefold(): value for name, value in self.levels.items()}
            short = f"{float(told):g}" if NUMBER.fullmatch(told) else told
            return bare.get(told.casefold(), bare.get(short))
        number = float(told) if NUMBER.fullmatch(told) else math.nan
        low, high = self.ends
        return number if low <= number <= high else None

    @property
    def ends(self) -> tuple[float, float]:
        """Lowest and highest figure of the scale (量表两端)."""
        if self.levels:
            return min(self.levels.values()), max(self.levels.values())
        return self.low or 0.0, self.high or 0.0

    def known(self) -> list[str]:
        """The levels, or both ends of the scale, in words of the file."""
        return list(self.levels) or [f"{self.low:g}–{self.high:g}"]


class Indicator(Section):
    """One indicator of the scheme: of the library, or with exactly one source of its own."""

    later = frozenset(
        [
            "name",
            "measured",
            "formula",
            "item",
            "unit",
            "better",
            "duty",
            "min",
            "span",
            "units",
            "entered_by",
            "raters",
            "counted",
            "of",
            "scope",
            "progress",
            "periods",
            "mean",
            "need",
        ]
    )

    branch: Literal["hard", "soft"] | None = None
    group: Literal["core", "auxiliary"] = "auxiliary"
    rule: str | None = None
    target: float | None = None
    name: Named | None = None
    measured: Literal["sum", "ratio", "last"] | None = None
    formula: str | None = None
    item: str | None = None
    unit: Literal["money", "int", "percent", "percent2", "ratio", "days", "points"] | None = None
    better: Literal["up", "down", "band"] | None = None
    duty: Literal["plan", "ads", "content", "analysis", "team"] | None = None
    min: float = Field(0, ge=0)
    span: Literal["short", "long"] = "short"
    units: bool = False
    entered_by: str | None = None
    raters: dict[Relation, Share] | None = None
    counted: bool = False
    of: str | None = None
    scope: Literal["team", "group", "company"] | None = None
    progress: Literal["key_results"] | None = None
    periods: str | None = None
    mean: Literal["equal", "days"] = "equal"
    need: int = Field(1, ge=1)

    @model_validator(mode="after")
    def complete(self) -> "Indicator":
        """A team part names its scope; typed points that count name their raters."""
        if (self.of is None) != (self.scope is None):
            raise refuse("params.of_scope")
        if self.counted and (not self.raters or self.item):
            raise refuse("params.counted")
        return self

    @property
    def sources(self) -> list[str]:
        """The sources that are written (来源): none for an indicator of the library, else one."""
        return [name for name in SOURCES if getattr(self, name) is not None]
