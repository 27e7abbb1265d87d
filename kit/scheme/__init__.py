"""The appraisal scheme (考核方案): what is measured and how, as one checked, frozen object."""

import datetime as dt
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from pydantic import Field

from kit.scheme.base import Place, SchemeFault, Section
from kit.scheme.rules import Rule
from kit.scheme.sections import (
    Appeal,
    Bonus,
    Change,
    CoreFloor,
    Experiments,
    Feedback,
    Grade,
    Indicator,
    Integrity,
    Market,
    People,
    PeriodType,
    Promotion,
    Reconciliation,
    Retrospective,
    Share,
    Targets,
    Uncertainty,
)


class Scheme(Section):
    """Everything that turns facts into a score; one file, versioned and approved."""

    id: str = Field(pattern=r"^[\w-]+$")
    version: str
    approved_by: str
    approved_on: dt.date
    changes: tuple[Change, ...] = ()
    rules: dict[str, Rule]
    indicators: dict[str, Indicator]
    profiles: dict[PeriodType, dict[str, Share]]
    grades: tuple[Grade, ...] = Field(min_length=1)
    core_floor: CoreFloor | None = None
    coverage_floor: Share = 0.6
    promotions: tuple[Promotion, ...] = ()
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
    people: People = People()
    retrospective: Retrospective = Retrospective()
    appeal: Appeal = Appeal()

    def faults(self) -> list[SchemeFault]:
        """What no single section can see."""
        return [*self._weight_faults(), *self._name_faults(), *self._grade_faults()]

    def _weight_faults(self) -> list[SchemeFault]:
        sums = {
            profile: sum((Decimal(str(w)) for w in weights.values()), Decimal(0))
            for profile, weights in self.profiles.items()
        }
        return [
            SchemeFault(("profiles", p), "params.weights_sum", {"profile": p, "sum": str(total)})
            for p, total in sums.items()
            if abs(total - 1) > Decimal("1e-9")
        ]

    def _name_faults(self) -> list[SchemeFault]:
        rules = list(self.rules)
        indicators = list(self.indicators)
        promotions = [p.id for p in self.promotions]
        grades = [g.grade for g in self.grades]
        named: list[tuple[Place, str | None, list[str]]] = [
            *((("indicators", i, "rule"), x.rule, rules) for i, x in self.indicators.items()),
            *((("profiles", p, i), i, indicators) for p, ws in self.profiles.items() for i in ws),
            *(
                (("promotions", n, "same_as"), p.same_as, promotions)
                for n, p in enumerate(self.promotions)
            ),
            (("core_floor", "cap"), self.core_floor.cap if self.core_floor else None, grades),
            *(
                (("people", "skills", s), i.partition("@")[0], indicators)
                for s, i in self.people.skills.items()
            ),
            *((("people", "quota", g), g, grades) for g in self.people.quota),
        ]
        return [
            SchemeFault(place, "params.no_such_name", {"name": name, "known": known})
            for place, name, known in named
            if name is not None and name not in known
        ]

    def _grade_faults(self) -> list[SchemeFault]:
        mins = [g.min for g in self.grades]
        names = [g.grade for g in self.grades]
        falling = all(a > b for a, b in pairwise(mins)) and len(set(names)) == len(names)
        facts: dict[str, object] = {"found": ", ".join(map(str, mins))}
        return [] if falling else [SchemeFault(("grades",), "params.grades_order", facts)]
