"""Plus and minus points, vetoes (加减分、一票否决): what stands outside the weights of a scheme."""

from typing import Any

from pydantic import Field, model_validator

from kit.scheme.base import Named, Place, SchemeFault, Section, refuse
from kit.scheme.tree import leaves


class Veto(Section):
    """What a veto does (一票否决): the best grade it leaves, or the total it sets."""

    grade: str | None = None
    total: float | None = None

    @model_validator(mode="after")
    def one(self) -> "Veto":
        """A veto caps the grade or sets the total, one of the two."""
        if (self.grade is None) == (self.total is None):
            raise refuse("params.veto")
        return self


class Adjustment(Section):
    """One kind of plus or minus points (加减分项): so many each, or by a rule, or a veto.

    each : points of one occurrence; by, rule : points of an indicator by a rule whose base is 0;
    most : the furthest that this kind moves a total, with the sign of `each`
    """

    name: Named
    each: float | None = None
    most: float | None = None
    by: str | None = None
    rule: str | None = None
    veto: Veto | None = None

    @model_validator(mode="after")
    def one(self) -> "Adjustment":
        """Exactly one of each, by and veto; `by` with its rule; `most` on the side of `each`."""
        given = [n for n in ("each", "by", "veto") if getattr(self, n) is not None]
        if len(given) != 1 or (self.by is None) != (self.rule is None):
            raise refuse("params.adjustment", found=", ".join(given) or "—")
        if self.each is not None and self.most is not None and self.each * self.most <= 0:
            raise refuse("params.adjustment_most", each=f"{self.each:g}", most=f"{self.most:g}")
        return self


class AdjustmentLimits(Section):
    """How far all plus and minus points together move a total (加减分合计上下限)."""

    plus: float | None = Field(None, ge=0)
    minus: float | None = Field(None, le=0)


def faults(scheme: Any) -> list[SchemeFault]:
    """Indicators, rules and grades that an adjustment names and the scheme lacks; odd bases."""
    found: list[SchemeFault] = []
    grades = [g.grade for g in scheme.grades]
    for kind, said in scheme.adjustments.items():
        place: Place = ("adjustments", kind)
        for key, name, known in (
            ("by", said.by, list(scheme.indicators)),
            ("rule", said.rule, list(scheme.rules)),
            ("veto", said.veto.grade if said.veto else None, grades),
        ):
            if name is not None and name not in known:
                facts: dict[str, Any] = {"name": name, "known": known}
                found.append(SchemeFault((*place, key), "params.no_such_name", facts))
        base = float(getattr(scheme.rules.get(said.rule or ""), "base", 0.0))
        if base:
            facts = {"rule": said.rule, "base": f"{base:g}"}
            found.append(SchemeFault((*place, "rule"), "params.adjustment_base", facts))
    return found


def counted_twice(scheme: Any) -> list[tuple[Place, str]]:
    """Indicators with a weight that also add or deduct points (重复计分), with their place."""
    weighed = {leaf.name for profile in scheme.profiles.values() for leaf in leaves(profile)}
    return [
        (("adjustments", kind, "by"), said.by)
        for kind, said in scheme.adjustments.items()
        if said.by in weighed and said.by is not None
    ]
