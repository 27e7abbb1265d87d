"""The appraisal scheme (考核方案): its typed sections, and the checks that one section cannot make.

Every model is frozen and refuses unknown keys; numbers of rules are checked here, once, so that the
formulas that use them may stay bare. `kit.params` reads the file and words the faults.
"""

import datetime as dt
import hashlib
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from kit.stats.bands import band_faults

PERIOD_TYPES = ("month", "quarter", "year", "campaign")
PeriodType = Literal["month", "quarter", "year", "campaign"]
On = Literal["completion", "value"]
Share = Annotated[float, Field(ge=0, le=1)]


Place = tuple[str | int, ...]


class SchemeFault(NamedTuple):
    """Where in the file, which text, and the facts that fill it."""

    place: Place
    key: str
    facts: dict[str, object]


def refuse(key: str, **facts: object) -> PydanticCustomError:
    """A fault for `kit.params` to word: key of the text, and its facts."""
    return PydanticCustomError("kit", key, facts)


class Section(BaseModel):
    """Base of every part of a parameter file: frozen, and no unknown key passes."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, coerce_numbers_to_str=True
    )

    @property
    def digest(self) -> str:
        """SHA-256 of the content, whatever the layout and comments of the file."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


class Named(Section):
    zh: str
    en: str


# ── scoring rules ────────────────────────────────────────────────────────────────────────────────
class Anchors(Section):
    kind: Literal["anchors"]
    on: On = "completion"
    points: tuple[tuple[float, float], ...] = Field(min_length=2)

    @model_validator(mode="after")
    def monotone(self) -> "Anchors":
        xs, ys = zip(*sorted(self.points), strict=True)
        steps = [b - a for a, b in pairwise(ys)]
        if len(set(xs)) < len(xs) or (min(steps) < 0 < max(steps)):
            raise refuse("params.anchors_not_monotone", points=str(self.points))
        return self


class Completion(Section):
    kind: Literal["completion"]
    on: Literal["completion"] = "completion"
    full: float = 100
    cap: float = 1.2
    floor: float = 0
    zero_below: float | None = None


class CompletionLower(Completion):
    kind: Literal["completion_lower"]  # type: ignore[assignment]
    method: Literal["ratio", "reflect"] = "ratio"


class Bands(Section):
    kind: Literal["bands"]
    on: On = "completion"
    bands: tuple[tuple[float, float | None, float], ...] = Field(min_length=1)
    domain: tuple[float, float | None] = (0, None)

    @model_validator(mode="after")
    def covered(self) -> "Bands":
        gaps, overlaps = band_faults([list(b) for b in self.bands], self.domain)
        if gaps or overlaps:
            raise refuse("params.bands", gaps=str(gaps), overlaps=str(overlaps))
        return self


class AddDeduct(Section):
    kind: Literal["add_deduct"]
    on: On = "completion"
    base: float = 100
    step: float = Field(gt=0)
    points: float
    max_add: float = Field(ge=0)
    max_deduct: float = Field(ge=0)
    partial: Literal["full_steps", "prorata"] = "full_steps"


class TargetRange(Section):
    kind: Literal["target_range"]
    on: On = "value"
    lo: float
    hi: float
    zero_lo: float
    zero_hi: float
    full: float = 100

    @model_validator(mode="after")
    def ordered(self) -> "TargetRange":
        if not self.zero_lo < self.lo <= self.hi < self.zero_hi:
            limits = (self.zero_lo, self.lo, self.hi, self.zero_hi)
            raise refuse("params.range_order", found=", ".join(map(str, limits)))
        return self


class Goalpost(Section):
    kind: Literal["goalpost"]
    on: On = "value"
    lo: float
    hi: float
    scale: float = 100
    direction: Literal[1, -1] = 1
    truncate: bool = True

    @model_validator(mode="after")
    def apart(self) -> "Goalpost":
        if self.lo >= self.hi:
            raise refuse("params.range_order", found=f"{self.lo}, {self.hi}")
        return self


Rule = Annotated[
    Anchors | Completion | CompletionLower | Bands | AddDeduct | TargetRange | Goalpost,
    Field(discriminator="kind"),
]


# ── the tree ─────────────────────────────────────────────────────────────────────────────────────
class Indicator(Section):
    branch: Literal["hard", "soft"]
    group: Literal["core", "auxiliary"]
    rule: str
    target: float | None = None


class Grade(Section):
    grade: str
    min: float


class CoreFloor(Section):
    points: float
    cap: str


class Promotion(Section):
    id: str
    name: Named
    start: dt.date
    end: dt.date
    warm_up: dt.date | None = None
    return_window: dt.date | None = None
    same_as: str | None = None

    @model_validator(mode="after")
    def ordered(self) -> "Promotion":
        days = [d for d in (self.warm_up, self.start, self.end, self.return_window) if d]
        if days != sorted(days):
            raise refuse("params.dates_reversed", what=self.id, found=", ".join(map(str, days)))
        return self


class Feedback(Section):
    relations: dict[Literal["manager", "peer", "cross_dept", "self"], Share]
    min_raters: int = Field(3, ge=2)
    due_working_days: int = Field(10, ge=1)
    anchors: dict[str, dict[int, Named]] = {}


class Market(Section):
    indicators: tuple[str, ...] = ("sales", "uv", "new_customers")
    pass_through: Share = 0.5


class Targets(Section):
    tolerance: float = Field(0.15, gt=0)


class Uncertainty(Section):
    level: float = Field(0.95, gt=0.5, lt=1)
    draws: int = Field(2000, ge=1000)


class Reconciliation(Section):
    tolerance: float = Field(0.02, ge=0)


class Experiments(Section):
    alpha: float = Field(0.05, gt=0, lt=0.5)
    srm_warn: float = Field(0.01, gt=0, lt=1)
    srm_block: float = Field(0.001, gt=0, lt=1)
    margin_for_experiments: Share | None = None


class Bonus(Section):
    curve: tuple[tuple[float, float], ...] = Field(min_length=2)
    share: Share = 0.3
    pay_period: PeriodType = "quarter"
    monthly_pay_reliability: Share = 0.7

    @model_validator(mode="after")
    def rising(self) -> "Bonus":
        if any(b[0] < a[0] or b[1] < a[1] for a, b in pairwise(self.curve)):
            raise refuse("params.bonus_curve", points=str(self.curve))
        return self


class People(Section):
    """What follows from scores over several periods: lines, look-back, quota, skills."""

    look_back: int = Field(6, ge=2, le=36)
    ready_periods: int = Field(3, ge=2)
    ready_line: float = 85
    stretch_line: float = 90
    support_line: float = 75
    cliff_risk: Share = 0.1
    quota: dict[str, Share] = {}
    skills: dict[str, str] = {}


class Appeal(Section):
    working_days: int = Field(5, ge=1)


class Change(Section):
    on: dt.date
    version: str
    what: str
    by: str


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
    sales_basis: Literal["gross", "net"] = "gross"
    new_customer_source: Literal["ads", "crm"] = "ads"
    task_weights: bool = False
    uncertainty: Uncertainty = Uncertainty()
    reconciliation: Reconciliation = Reconciliation()
    experiments: Experiments = Experiments()
    bonus: Bonus
    people: People = People()
    appeal: Appeal = Appeal()
    retention_months: int = Field(24, ge=1)

    def faults(self) -> "list[SchemeFault]":
        """What no single section can see."""
        return [*self._weight_faults(), *self._name_faults(), *self._grade_faults()]

    def _weight_faults(self) -> "list[SchemeFault]":
        sums = {
            profile: sum((Decimal(str(w)) for w in weights.values()), Decimal(0))
            for profile, weights in self.profiles.items()
        }
        return [
            SchemeFault(("profiles", p), "params.weights_sum", {"profile": p, "sum": str(total)})
            for p, total in sums.items()
            if abs(total - 1) > Decimal("1e-9")
        ]

    def _name_faults(self) -> "list[SchemeFault]":
        rules, indicators = list(self.rules), list(self.indicators)
        promotions, grades = [p.id for p in self.promotions], [g.grade for g in self.grades]
        named: list[tuple[Place, str | None, list[str]]] = [
            *((("indicators", i, "rule"), x.rule, rules) for i, x in self.indicators.items()),
            *((("profiles", p, i), i, indicators) for p, ws in self.profiles.items() for i in ws),
            *((("promotions", n, "same_as"), p.same_as, promotions)
              for n, p in enumerate(self.promotions)),
            (("core_floor", "cap"), self.core_floor.cap if self.core_floor else None, grades),
        ]
        return [
            SchemeFault(place, "params.no_such_name", {"name": name, "known": known})
            for place, name, known in named
            if name is not None and name not in known
        ]

    def _grade_faults(self) -> "list[SchemeFault]":
        mins, names = [g.min for g in self.grades], [g.grade for g in self.grades]
        falling = all(a > b for a, b in pairwise(mins)) and len(set(names)) == len(names)
        facts: dict[str, object] = {"found": ", ".join(map(str, mins))}
        return [] if falling else [SchemeFault(("grades",), "params.grades_order", facts)]
