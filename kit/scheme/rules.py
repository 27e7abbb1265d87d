"""The numbers of the scoring rules (评分标准), checked once so that the formulas may stay bare."""

import math
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from kit.scheme.base import Section, refuse
from kit.stats.bands import band_faults

On = Literal["completion", "value", "ratio"]
Way = Literal["half_up", "down", "up"]


class Form(Section):
    """What every rule may say of the form (表格写法): its full mark, how points are rounded.

    out_of : the rule's points are out of this many, so that they are stretched to 100
    """

    later = frozenset({"out_of", "round", "way"})

    out_of: float | None = Field(None, gt=0)
    round: float | None = Field(None, gt=0)
    way: Way = "half_up"


class Pair(Section):
    """Two figures where both directions differ (加、减不同): above the target, and below it."""

    add: float = Field(ge=0)
    deduct: float = Field(ge=0)


class Steps(Section):
    """Sizes of a step above and below the target (两个方向的步长)."""

    add: float = Field(gt=0)
    deduct: float = Field(gt=0)


class Anchors(Form):
    """Points on straight lines between anchors (锚点折线), flat beyond the outermost."""

    kind: Literal["anchors"]
    on: On = "completion"
    points: tuple[tuple[float, float], ...] = Field(min_length=2)

    @model_validator(mode="after")
    def monotone(self) -> "Anchors":
        """Refuse anchors at the same place, and points that go up and down again."""
        rising = sorted(self.points, key=lambda point: point[0])  # two with one x are a jump
        xs = [x for x, _ in rising]
        steps = [b[1] - a[1] for a, b in pairwise(rising)]
        thrice = any(xs.count(x) > 2 for x in xs) or len(set(self.points)) < len(self.points)
        if thrice or len(set(xs)) < 2 or (min(steps) < 0 < max(steps)):
            raise refuse("params.anchors_not_monotone", points=str(self.points))
        return self

    @property
    def ends(self) -> tuple[float, float]:
        """Fewest and most points that the rule gives, in the form's own (最低、最高得分)."""
        given = [points for _, points in self.points]
        return min(given), max(given)


class Completion(Form):
    """Points in proportion to completion (完成率计分), capped, with a floor."""

    kind: Literal["completion"]
    on: Literal["completion"] = "completion"
    full: float = 100
    cap: float = 1.2
    floor: float = 0
    zero_below: float | None = None

    @property
    def ends(self) -> tuple[float, float]:
        """Fewest and most points that the rule gives (最低、最高得分)."""
        least = self.floor if self.zero_below is None else min(0.0, self.floor)
        return self.full * least, self.full * self.cap


class CompletionLower(Completion):
    """Completion where less is better (越低越好): target over actual, or its reflection."""

    kind: Literal["completion_lower"]  # type: ignore[assignment]
    method: Literal["ratio", "reflect"] = "ratio"


class Bands(Form):
    """The points of the band in which the value lies (分段计分); a band holds its lower end."""

    later = Form.later | {"edge"}

    kind: Literal["bands"]
    on: On = "completion"
    bands: tuple[tuple[float, float | None, float], ...] = Field(min_length=1)
    domain: tuple[float, float | None] = (0, None)
    edge: Literal["lower", "upper"] = "lower"

    @model_validator(mode="after")
    def covered(self) -> "Bands":
        """Refuse bands that leave a gap or overlap within their domain."""
        gaps, overlaps = band_faults([list(b) for b in self.bands], self.domain)
        if gaps or overlaps:
            raise refuse("params.bands", gaps=str(gaps), overlaps=str(overlaps))
        return self

    @property
    def ends(self) -> tuple[float, float]:
        """Fewest and most points that the rule gives (最低、最高得分); 0 outside all bands."""
        given = [points for *_, points in self.bands]
        return min(0.0, *given), max(0.0, *given)


class AddDeduct(Form):
    """A base, more for each step above the target and less for each below (加减分)."""

    kind: Literal["add_deduct"]
    on: On = "completion"
    base: float = 100
    step: Annotated[float, Field(gt=0)] | Steps
    points: float | Pair
    max_add: float = Field(ge=0)
    max_deduct: float = Field(ge=0)
    partial: Literal["full_steps", "prorata"] = "full_steps"

    @property
    def ends(self) -> tuple[float, float]:
        """Fewest and most points that the rule gives (最低、最高得分)."""
        return self.base - self.max_deduct, self.base + self.max_add


class TargetRange(Form):
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

    @property
    def ends(self) -> tuple[float, float]:
        """Fewest and most points that the rule gives (最低、最高得分)."""
        return 0.0, self.full


class Goalpost(Form):
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

    @property
    def ends(self) -> tuple[float, float]:
        """Fewest and most points that the rule gives (最低、最高得分); none if not truncated."""
        return (0.0, self.scale) if self.truncate else (-math.inf, math.inf)


Rule = Annotated[
    Anchors | Completion | CompletionLower | Bands | AddDeduct | TargetRange | Goalpost,
    Field(discriminator="kind"),
]
