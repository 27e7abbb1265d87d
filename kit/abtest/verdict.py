"""One verdict per test (一个试验一个结论): gates in order, one decision, its reason, the next step.

Order: valid input → sample ratio → enough data → effect, interval, p → adjusted p → guardrails →
money. "Not significant" never means "no effect"; a p-value alone never changes a score.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import pandas as pd

from kit.abtest import compare, daily, evidence, interim
from kit.abtest.compare import Reading, measure
from kit.abtest.course import fades
from kit.abtest.decisions import Decision, Deviation, NextStep, deviated
from kit.abtest.evidence import Evidence
from kit.abtest.experiment import Experiment, read_plan
from kit.abtest.interim import Looks
from kit.abtest.net import BEFORE_DAYS, Past
from kit.abtest.trial import Trial, Users, arrange
from kit.errors import Fault, KitError
from kit.scheme.sections import Experiments
from kit.stats.multiple import holm

WEIGHTY = {
    Deviation.DECLARED_LATE,
    Deviation.STOPPED_EARLY,
    Deviation.LOST_VARIANT,
    Deviation.MANY_MISSING,
}


class Outcome(NamedTuple):
    """Decision, reason and next step (结论、理由、下一步)."""

    decision: Decision
    reason: Fault
    next_step: NextStep


@dataclass(frozen=True)
class Case:
    """All that the gates look at (判断依据)."""

    trial: Trial
    lead: Reading
    arms: tuple[Reading, ...]
    beside: Evidence
    looks: Looks | None
    srm_p: float | None
    rules: Experiments
    as_of: dt.date

    @property
    def kept_to_plan(self) -> bool:
        """Whether the run kept to the plan in what matters (是否按方案执行)."""
        found = deviated(self.trial.deviations)
        crossed = self.looks and self.looks.decision.clear
        return not found & WEIGHTY - ({Deviation.STOPPED_EARLY} if crossed else set())


@dataclass(frozen=True)
class Verdict:
    """What a test says, with everything it rests on (试验结论); None where not measured."""

    test_id: str
    specialist_id: str
    decision: Decision
    reason: Fault
    next_step: NextStep
    plan: Experiment | None = None
    case: Case | None = None
    faults: tuple[Fault, ...] = ()


def evaluate(
    row: Mapping[str, Any],
    days: pd.DataFrame | None = None,
    users: Users = None,
    *,
    rules: Experiments | None = None,
    as_of: dt.date | None = None,
    past: Mapping[str, Past] | None = None,
) -> Verdict:
    """The verdict on one test (评判一个试验); never raises for what a user wrote.

    row   : a row of `experiments`; days, users: its rows of the two data tables
    users : also sums per variant (`Sums`), or per variant, segment and day (`Cells`)
    as_of : last day that counts, default all
    past  : by indicator, what like plans did when nothing was tested; without it the gap of the
            days before is only shown, and days count as the test's own show them
    """
    rules = rules or Experiments()
    as_of = as_of or dt.date.max
    plan = None
    try:
        plan = read_plan(row, rules.alpha)
        trial = replace(arrange(plan, days, users, as_of), past=past or {})
        return judged(trial, rules, as_of)
    except KitError as error:
        why = error.faults[0]
        said = Decision.NO_TEST if why.key in NO_TEST else Decision.INVALID_INPUT
        return Verdict(
            str(row["test_id"]),
            str(row.get("specialist_id") or ""),
            said,
            why,
            NextStep.FIX_DATA,
            plan,
            faults=error.faults,
        )


NO_TEST = {"abtest.no_units", "abtest.why.no_variation", "abtest.no_common_day"}


def judged(trial: Trial, rules: Experiments, as_of: dt.date) -> Verdict:
    """The gates in order over a valid trial (逐关判断)."""
    plan = trial.plan
    looks = None
    arms = evidence.adjusted(
        [
            measure(trial, plan.indicator, v, alpha=plan.alpha, better=plan.better)
            for v in trial.variants[1:]
        ],
        holm,
        plan.alpha,
    )
    lead = evidence.best(arms)
    if plan.looks > 1 and plan.kind == "superiority" and compare.enough(trial, lead):
        looks = interim.at_looks(trial, lead, plan.alpha / len(arms))
        lead = interim.repeated(lead, looks)
    srm_p, uneven = evidence.balance(trial, rules)
    beside = evidence.gather(trial, lead, rules)
    beside = replace(beside, cautions=uneven + beside.cautions)
    case = Case(trial, lead, arms, beside, looks, srm_p, rules, as_of)
    outcome = next(found for gate in GATES if (found := gate(case)))
    case = replace(case, beside=evidence.settled(beside, trial, lead, outcome.decision))
    return Verdict(plan.test_id, plan.specialist_id, *outcome, plan, case)


def _gate_srm(c: Case) -> Outcome | None:
    if c.srm_p is None or c.srm_p >= c.rules.srm_block:
        return None
    why = Fault("abtest.reason.srm", {"p": evidence.shown(c.srm_p)})
    return Outcome(Decision.INVALID_SRM, why, NextStep.FIX_SPLIT)


def _gate_data(c: Case) -> Outcome | None:
    lead = c.lead
    plan = c.trial.plan
    trial = c.trial
    if compare.enough(trial, lead):
        if lead.test.p_value is None:
            none = lead.test.control == lead.test.treatment == 0
            key = "abtest.why.nothing" if none else lead.test.reason
            return Outcome(
                Decision.NO_TEST, Fault(key or "abtest.why.no_variation"), NextStep.FIX_DATA
            )
        return None
    if plan.end > c.as_of:
        return Outcome(
            Decision.RUNNING, Fault("abtest.reason.running", {"end": plan.end}), NextStep.WAIT
        )
    return Outcome(Decision.FEW_DATA, compare.short(trial, lead), NextStep.LONGER)


def _gate_running(c: Case) -> Outcome | None:
    lead = c.lead
    plan = c.trial.plan
    trial = c.trial
    if c.looks and c.looks.decision != Decision.UNCLEAR:
        if c.looks.decision != Decision.RUNNING:
            return None
        if plan.end > c.as_of:
            facts = {"done": c.looks.done, "planned": c.looks.planned}
            return Outcome(Decision.RUNNING, Fault("abtest.reason.looks", facts), NextStep.WAIT)
        return Outcome(Decision.UNCLEAR, _early(c), NextStep.RERUN)
    if plan.end > c.as_of:
        return Outcome(
            Decision.RUNNING, Fault("abtest.reason.running", {"end": plan.end}), NextStep.WAIT
        )
    if Deviation.STOPPED_EARLY not in deviated(c.trial.deviations):
        return None
    always = interim.always_valid(trial, lead)
    if always and always.clear:
        return None
    return Outcome(Decision.UNCLEAR, _early(c), NextStep.RERUN)


def _gate_margin(c: Case) -> Outcome | None:
    lead = c.lead
    plan = c.trial.plan
    if plan.kind == "superiority" or plan.margin is None:
        return None
    found = compare.against_margin(lead, plan.margin, plan.kind, plan.alpha)
    step = {
        Decision.NON_INFERIOR: NextStep.MAY_SWITCH,
        Decision.EQUIVALENT: NextStep.EITHER,
        Decision.INFERIOR: NextStep.KEEP,
    }
    lost = _lost(c)
    if lost and found.decision in (Decision.NON_INFERIOR, Decision.EQUIVALENT):
        return lost
    return Outcome(
        found.decision,
        Fault(f"abtest.reason.{found.decision}"),
        step.get(found.decision, NextStep.LONGER),
    )


def _gate_effect(c: Case) -> Outcome | None:
    lead = c.lead
    plan = c.trial.plan
    if lead.decision == Decision.BETTER:
        return _lost(c) or _won(c)
    if lead.decision == Decision.WORSE:
        doubtful = c.srm_p is not None and c.srm_p < c.rules.srm_warn
        key = "worse_uneven" if doubtful else "worse"
        return Outcome(Decision.WORSE, Fault(f"abtest.reason.{key}"), NextStep.KEEP)
    test = lead.test
    if (test.p_value or 1.0) < plan.alpha and len(c.arms) > 1:
        why = Fault("abtest.reason.holm", {"n": len(c.arms)})
        return Outcome(Decision.UNCLEAR, why, NextStep.RERUN)
    if evidence.always_differed(c.trial, c.lead):
        return Outcome(Decision.UNCLEAR, Fault("abtest.reason.always_differed"), NextStep.LONGER)
    if _by_days_alone(c):
        return Outcome(Decision.UNCLEAR, Fault("abtest.reason.twin"), NextStep.LONGER)
    goal = abs((plan.min_effect or 0) * test.control)
    if goal and test.ci_low is not None and max(abs(test.ci_low), abs(test.ci_high or 0)) < goal:
        return Outcome(Decision.UNCLEAR, Fault("abtest.reason.too_small"), NextStep.MOVE_ON)
    return Outcome(Decision.UNCLEAR, Fault("abtest.reason.unclear"), NextStep.LONGER)


GATES: tuple[Callable[[Case], Outcome | None], ...] = (
    _gate_srm,
    _gate_data,
    _gate_running,
    _gate_margin,
    _gate_effect,
)


def _won(c: Case) -> Outcome:
    """A win, and what still stands between it and rolling out."""
    money = c.beside.money
    if c.trial.plan.design == "before_after":
        return Outcome(Decision.BETTER, Fault("abtest.reason.confounded"), NextStep.CONFIRM)
    if not c.kept_to_plan:
        return Outcome(Decision.BETTER, Fault("abtest.reason.undeclared"), NextStep.CONFIRM)
    if (days := evidence.days_before(c.trial, c.lead)) < BEFORE_DAYS:
        why = Fault("abtest.reason.no_before", {"n": days, "least": BEFORE_DAYS})
        return Outcome(Decision.BETTER, why, NextStep.CONFIRM)
    uneven = c.srm_p is not None and c.srm_p < c.rules.srm_warn
    if uneven or fades(c.trial, c.lead):
        key = "uneven" if uneven else "fading"
        return Outcome(Decision.BETTER, Fault(f"abtest.reason.{key}"), NextStep.CONFIRM)
    if money and money.ci_high <= 0:
        return Outcome(Decision.BETTER, Fault("abtest.reason.costs_more"), NextStep.KEEP_FOR_MONEY)
    if any(m.decision != Decision.NON_INFERIOR for _, m in c.beside.guardrails):
        return Outcome(
            Decision.BETTER, Fault("abtest.reason.better_watch"), NextStep.ROLL_OUT_WATCH
        )
    if money and money.ci_low <= 0:
        return Outcome(Decision.BETTER, Fault("abtest.reason.better_money"), NextStep.ROLL_OUT_PART)
    reason = "abtest.reason.better" if c.beside.guardrails else "abtest.reason.better_alone"
    return Outcome(Decision.BETTER, Fault(reason), NextStep.ROLL_OUT)


def _lost(c: Case) -> Outcome | None:
    """A guardrail lost by more than its margin overrules a win."""
    lost = [r.indicator for r, m in c.beside.guardrails if m.decision == Decision.INFERIOR]
    if not lost:
        return None
    return Outcome(
        Decision.INFERIOR, Fault("abtest.reason.guardrail", {"indicators": lost}), NextStep.KEEP
    )


def _by_days_alone(c: Case) -> bool:
    """Whether the paired t alone would have called it, and the twin did not."""
    lead, trial = c.lead, c.trial
    if trial.by_user or trial.plan.design == "before_after":
        return False
    pair = compare.day_pair(trial, lead.indicator, lead.variant)
    return (daily.paired_days(*pair).p_value or 1) < trial.plan.alpha


def _early(c: Case) -> Fault:
    found = [f for f in c.trial.deviations if f.key == Deviation.STOPPED_EARLY.key]
    return Fault(
        "abtest.reason.stopped_early",
        found[0].facts if found else {"last": "—", "planned": c.trial.plan.end},
    )
