"""The numbers of the scoring rules (评分标准), checked once so that the formulas may stay bare."""

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from kit.scheme.base import Section, refuse
from kit.stats.bands import band_faults

On = Literal["completion", "value"]


class Anchors(Section):
    """Points on straight lines between anchors (锚点折线), flat beyond the outermost."""

    kind: Literal["anchors"]
    on: On = "completion"
    points: tuple[tuple[float, float], ...] = Field(min_length=2)

    @model_validator(mode="after")
    def monotone(self) -> "Anchors":
        """Refuse anchors at the same place, and points that go up and down again."""
        xs, ys = zip(*sorted(self.points), strict=True)
        steps = [b - a for a, b in pairwise(ys)]
        if len(set(xs)) < len(xs) or (min(steps) < 0 < max(steps)):
            raise refuse("params.anchors_not_monotone", points=str(self.points))
        return self


class Completion(Section):
    """Points in proportion to completion (完成率计分), capped, with a floor."""

    kind: Literal["completion"]
    on: Literal["completion"] = "completion"
    full: float = 100
    cap: float = 1.2
    floor: float = 0
    zero_below: float | None = None


class CompletionLower(Completion):
    """Completion where less is better (越低越好): target over actual, or its reflection."""

    kind: Literal["completion_lower"]  # type: ignore[assignment]
    method: Literal["ratio", "reflect"] = "ratio"


class Bands(Section):
    """The points of the band in which the value lies (分段计分); a band holds its lower end."""

    kind: Literal["bands"]
    on: On = "completion"
    bands: tuple[tuple[float, float | None, float], ...] = Field(min_length=1)
    domain: tuple[float, float | None] = (0, None)

    @model_validator(mode="after")
    def covered(self) -> "Bands":
        """Refuse bands that leave a gap or overlap within their domain."""
        gaps, overlaps = band_faults([list(b) for b in self.bands], self.domain)
        if gaps or overlaps:
            raise refuse("params.bands", gaps=str(gaps), overlaps=str(overlaps))
        return self


class AddDeduct(Section):
    """A base, more for each step above the target and less for each below (加减分)."""

    kind: Literal["add_deduct"]
    on: On = "completion"
    base: float = 100
    step: float = Field(gt=0)
    points: float
    max_add: float = Field(ge=0)
    max_deduct: float = Field(ge=0)
    partial: Literal["full_steps", "prorata"] = "full_steps"


class TargetRange(Section):
    """Full points inside a range, fewer towards the zero points outside it (区间目标)."""

    kind: Literal["target_range"]
    on: On = "value"
    lo: float
    hi: float
    zero_lo: float
    zero_hi: float
    full: float = 100

    @model_validator(mode="after")
    def ordered(self) -> "TargetRange":
        """Refuse zero points that lie inside the range."""
        if not self.zero_lo < self.lo <= self.hi < self.zero_hi:
            limits = (self.zero_lo, self.lo, self.hi, self.zero_hi)
            raise refuse("params.range_order", found=", ".join(map(str, limits)))
        return self


class Goalpost(Section):
    """Place between two goalposts (标尺计分), cut at both if `truncate`."""

    kind: Literal["goalpost"]
    on: On = "value"
    lo: float
    hi: float
    scale: float = 100
    direction: Literal[1, -1] = 1
    truncate: bool = True

    @model_validator(mode="after")
    def apart(self) -> "Goalpost":
        """Refuse goalposts in the wrong order."""
        if self.lo >= self.hi:
            raise refuse("params.range_order", found=f"{self.lo}, {self.hi}")
        return self


Rule = Annotated[
    Anchors | Completion | CompletionLower | Bands | AddDeduct | TargetRange | Goalpost,
    Field(discriminator="kind"),
]
