"""The settings of a scheme, a section a subject; each room that needs thresholds has one here."""

import datetime as dt
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from kit.scheme.base import Named, Section, refuse
from kit.scheme.declare import Relation, Share

PeriodType = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]  # a kind, or a cycle's name
Rate = Annotated[float, Field(gt=0)]  # what one unit of another currency is worth
Act = Literal["close", "reseal", "forget", "expire", "confirm"]


HOLIDAYS = 4  # weeks, at most, by which days off put off the day on which answers are due


class Rounding(Section):
    """What is rounded is what counts (四舍五入): half up to these steps; None: not rounded."""

    points: float | None = Field(None, gt=0)
    dimension: float | None = Field(None, gt=0)
    total: float = Field(0.1, gt=0)


class TotalLimits(Section):
    """Least and most total that a scheme gives (总分上下限)."""

    least: float | None = None
    most: float | None = None


class Grade(Section):
    """A grade and the least total that earns it (等级线)."""

    grade: str
    min: float


class CoreFloor(Section):
    """A core indicator below these points caps the grade (核心指标底线)."""

    points: float
    cap: str


class Promotion(Section):
    """A promotion (大促): its days, warm-up and return window, and the one it repeats."""

    id: str
    name: Named
    start: dt.date
    end: dt.date
    warm_up: dt.date | None = None
    return_window: dt.date | None = None
    same_as: str | None = None

    @model_validator(mode="after")
    def ordered(self) -> "Promotion":
        """Refuse days of a promotion that do not follow one another."""
        days = [d for d in (self.warm_up, self.start, self.end, self.return_window) if d]
        if days != sorted(days):
            found = ", ".join(map(str, days))
            raise refuse("params.dates_reversed", "end", what=self.id, found=found)
        return self


class Feedback(Section):
    """360 feedback (360 评估): weight by relation, least raters, days to answer, anchors.

    score_from : what the score is made of: the rounded figures that are shown, or exact answers
    """

    later = frozenset({"score_from", "committee_by_name"})

    relations: dict[Relation, Share]
    min_raters: int = Field(3, ge=2)
    score_from: Literal["shown", "exact"] = "shown"
    committee_by_name: bool = False
    due_working_days: int = Field(10, ge=1)
    anchors: dict[str, dict[str, Named]] = Field(default_factory=dict)

    def gathering(self, end: dt.date, as_of: dt.date | None = None) -> dt.date | None:
        """Today, while answers about a period that ended may still come in (评价收集中), else None.

        end : its last day; as_of : the day of a running one, of which nothing is published anyway
        """
        now = dt.date.today()
        weeks = self.due_working_days // 5 + HOLIDAYS
        return None if as_of or now > end + dt.timedelta(weeks=weeks) else now


class Market(Section):
    """Adjustment for the market (大盘调整): which indicators, and how much passes through."""

    indicators: tuple[str, ...] = ("sales", "uv", "new_customers")
    pass_through: Share = 0.5


class Targets(Section):
    """How far a target may lie from the expected value before it is named (目标核对)."""

    tolerance: float = Field(0.15, gt=0)


class Uncertainty(Section):
    """Level of the intervals and draws behind them (不确定性)."""

    later = frozenset({"min_orders"})

    level: float = Field(0.95, gt=0.5, lt=1)
    draws: int = Field(2000, ge=1000)
    min_orders: int = Field(60, ge=0)


class Reconciliation(Section):
    """How far two sources of one figure may differ (对账容差), as a share."""

    tolerance: float = Field(0.02, ge=0)


class Experiments(Section):
    """Error rates of tests and the margin for their money (试验设置)."""

    alpha: float = Field(0.05, gt=0, lt=0.5)
    srm_warn: float = Field(0.01, gt=0, lt=1)
    srm_block: float = Field(0.001, gt=0, lt=1)
    margin_for_experiments: Share | None = None


class Bonus(Section):
    """Total to bonus coefficient (奖金系数曲线), its share of pay and its period."""

    later = frozenset({"by_days"})

    curve: tuple[tuple[float, float], ...] = Field(min_length=2)
    share: Share = 0.3
    pay_period: Literal["month", "quarter", "year", "campaign"] = "quarter"
    monthly_pay_reliability: Share = 0.7
    by_days: bool = True

    @model_validator(mode="after")
    def rising(self) -> "Bonus":
        """Refuse a curve on which a higher total earns less."""
        if any(b[0] < a[0] or b[1] < a[1] for a, b in pairwise(self.curve)):
            raise refuse("params.bonus_curve", "curve", points=str(self.curve))
        return self


class People(Section):
    """What follows from scores over several periods: lines, look-back, quota, skills."""

    later = frozenset({"alike", "balance", "levels"})

    alike: Share = 0.9
    balance: float = Field(25, gt=0)
    levels: tuple[str, ...] = ()
    look_back: int = Field(6, ge=2, le=36)
    ready_periods: int = Field(3, ge=2)
    ready_line: float = 85
    ready_skills: tuple[str, ...] = ()
    stretch_line: float = 90
    support_line: float = 75
    cliff_risk: Share = 0.1
    skill_gap: float = Field(0.5, gt=0)
    quota: dict[str, Share] = Field(default_factory=dict)
    skills: dict[str, str] = Field(default_factory=dict)
    retention_months: int | None = Field(None, ge=1)


class Retrospective(Section):
    """Thresholds of the review (kit.retrospective); what each means: params/README.md."""

    anomaly_z: float = Field(3.5, gt=0)
    anomaly_days: int = Field(56, ge=28)
    anomaly_usable: int = Field(14, ge=7)
    anomaly_channel: float = Field(1.25, ge=1)
    anomaly_platform: float = Field(1.4, ge=1)
    anomaly_plan: float = Field(2, ge=1)
    tracking_chance: float = Field(0.001, gt=0, lt=0.5)
    list_level: float = Field(0.8, gt=0.5, lt=1)
    stop_cost: float = Field(3, gt=0)
    waste_chance: Share = 0.1
    gross_margin: float | None = Field(None, gt=0, le=1)
    shift: float = Field(0.2, gt=0, le=1)
    sure: Share = 0.8
    min_gain: Share = 0.02
    min_weeks: int = Field(8, ge=4)
    min_variation: Share = 0.2
    false_claims: float = Field(0.05, gt=0, lt=0.5)
    level_change: float = Field(0.005, ge=0)
    covered: Share = 0.8
    like_days: int = Field(14, ge=7)
    segment_least: float = Field(10, ge=1)
    cohort_least: int = Field(30, ge=1)
    mix_story: Share = 0.5
    mix_noticed: Share = 0.05
    mix_tells: Share = 0.8
    worth: Share = 0.0005
    target_spread: float = Field(2, gt=1)
    weeks_before: int = Field(8, ge=4)

    @property
    def claim(self) -> float:
        """Error of a kind of claim: own part, steps and segments share `false_claims`."""
        return self.false_claims / 3


class Integrity(Section):
    """When figures are unusual enough to be looked at (kit.scoring.integrity)."""

    brand_terms: tuple[str, ...] = ()
    last_days: int = Field(3, ge=1, le=10)
    spike: float = Field(1.5, gt=1)
    refund_jump: float = Field(0.1, gt=0)
    brand_jump: float = Field(2, gt=1)


class Appeal(Section):
    """Working days within which a result may be appealed (异议期限)."""

    working_days: int = Field(5, ge=1)


class Change(Section):
    """A change of the scheme (方案变更): when, in which version, what, and by whom."""

    on: dt.date
    version: str
    what: str
    by: str


class Approver(Section):
    """Who may decide about closed results (批准人): an id, a role, and for which acts."""

    id: str = Field(min_length=1)
    name: str | None = None
    role: str | None = None
    acts: tuple[Act, ...] = ("close", "reseal", "forget", "expire", "confirm")


class Confirmed(Section):
    """One finding that somebody confirmed (确认): the text in its brackets, why, and who."""

    what: str = Field(min_length=1)
    reason: str = Field(min_length=1)
    by: str = Field(min_length=1)
