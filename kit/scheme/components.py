"""Pay by components (薪酬项): quantity × rate × factors, behind gates, under a cap; pools to share.

What each key means: params/README.md. `kit.people.components` computes them.
"""

from typing import Literal

from pydantic import Field, model_validator

from kit.scheme.base import Named, Section, refuse
from kit.scheme.declare import Share

Lines = tuple[tuple[float, float], ...]
Basis = Literal["completion", "value", "points"]
BOUNDS = ("at_least", "at_most", "above", "below")


class Factor(Section):
    """One factor of an amount (系数): a number itself, on a curve, by steps, or by the grade."""

    by: str
    on: Basis = "completion"
    method: Literal["ratio", "reflect"] = "ratio"
    curve: Lines = ()
    steps: Lines = ()
    map: dict[str, float] = Field(default_factory=dict)

    @model_validator(mode="after")
    def one_way(self) -> "Factor":
        """A factor by the grade has a map and no other has one; a curve or steps, not both."""
        if (self.by == "grade") != bool(self.map) or (self.curve and self.steps):
            raise refuse("params.factor", by=self.by)
        return self


class Gate(Section):
    """What must hold, or the component pays nothing (门槛)."""

    of: str
    on: Basis = "value"
    at_least: float | None = None
    at_most: float | None = None
    above: float | None = None
    below: float | None = None

    @model_validator(mode="after")
    def one_bound(self) -> "Gate":
        """A gate has one bound at least."""
        if not self.bounds:
            raise refuse("params.gate", of=self.of, known=list(BOUNDS))
        return self

    @property
    def bounds(self) -> dict[str, float]:
        """The bounds that are written (界限)."""
        said = {name: getattr(self, name) for name in BOUNDS}
        return {name: line for name, line in said.items() if line is not None}


class Component(Section):
    """One line of the pay sheet (薪酬项): what is counted, at which rate, under what conditions."""

    name: Named
    on: str
    above: Literal["target"] | float | None = None
    rate: float | None = None
    tiers: Lines = ()
    prizes: Lines = ()
    by: str = ""
    marginal: bool = False
    times: tuple[Factor, ...] = ()
    gate: tuple[Gate, ...] = ()
    less: tuple[str, ...] = ()
    least: float = 0
    cap: float | None = Field(None, ge=0)
    resettle: int = Field(0, ge=0, le=12)

    @model_validator(mode="after")
    def one_rate(self) -> "Component":
        """Exactly one of rate, tiers and prizes."""
        found = [
            name for name in ("rate", "tiers", "prizes") if getattr(self, name) not in ((), None)
        ]
        if len(found) != 1:
            raise refuse("params.one_rate", found=found or "—")
        return self

    @property
    def uses(self) -> tuple[str, ...]:
        """Every quantity that the amount rests on (所用的量), the counted one first."""
        tier = [self.by] if self.by and self.by != "completion" else []
        others = [*(g.of for g in self.gate), *(f.by for f in self.times), *self.less]
        return tuple(dict.fromkeys([self.on, *tier, *others]))


class Whole(Section):
    """The money of a pool as a share of a quantity (奖金池来源)."""

    on: str
    rate: float = Field(gt=0)


class Posts(Section):
    """Shares of a pool by post (按岗位分配); inside a post equal parts."""

    post: dict[str, Share] = Field(min_length=1)


class Pool(Section):
    """Money that is shared out whole (奖金池): how much, and by what."""

    name: Named | None = None
    amount: Whole | float
    share_by: Posts | str
    vacant: Literal["keep", "share"] = "keep"


class Pay(Section):
    """Components of the pay and pools (薪酬构成); without any, pay is the bonus alone."""

    components: dict[str, Component] = Field(default_factory=dict)
    pools: dict[str, Pool] = Field(default_factory=dict)
    cap: float | None = Field(None, ge=0)

    @property
    def uses(self) -> tuple[str, ...]:
        """Every quantity that components and pools rest on, each once."""
        pools = [p.amount.on for p in self.pools.values() if isinstance(p.amount, Whole)]
        return tuple(
            dict.fromkeys([*(n for c in self.components.values() for n in c.uses), *pools])
        )
