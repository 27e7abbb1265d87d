"""What stands beside the primary result (旁证): comparability, indicators, segments, money."""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from kit.abtest import compare, daily, interim, many
from kit.abtest.compare import Reading, measure
from kit.abtest.course import Checks, checks, net_of_before
from kit.abtest.decisions import NO_EFFECT, Decision, Deviation, deviated
from kit.abtest.experiment import BEFORE, BY_DAY, BY_USER, LESS_IS_BETTER
from kit.abtest.huge import huge
from kit.abtest.money import Posterior, Value, decision_value, shrunk
from kit.abtest.net import NET, pooled_days
from kit.abtest.sums import Cells
from kit.abtest.trial import Trial, arm_sums
from kit.abtest.users import LOWER, Comparison, sample_ratio
from kit.errors import Fault, KitError
from kit.scheme.sections import Experiments
from kit.stats.multiple import bh

RAIL = 2  # each guardrail one-sided at alpha: all have to hold, so none is corrected for the others
SIGN_FLIP = "abtest.caution.sign_flip"
DELIVERY = 0.1  # a platform's delivery further than this share from the split is said


@dataclass(frozen=True)
class Evidence:
    """Beside the primary result (旁证); `skipped` says what was not done, and why."""

    secondary: tuple[Reading, ...]
    guardrails: tuple[tuple[Reading, many.Margin], ...]
    segments: tuple[Reading, ...]
    strata: many.Strata | None
    interaction_p: float | None
    money: Value | None
    power: float | None
    posterior: Posterior | None
    net: Comparison | None
    checks: Checks | None
    cautions: tuple[Fault, ...]
    skipped: tuple[Fault, ...]


def gather(trial: Trial, lead: Reading, rules: Experiments) -> Evidence:
    """Secondary indicators, guardrails, segments, money and power of the lead arm (收集旁证)."""
    plan = trial.plan
    skipped = list[Fault]()
    extra = [_try(trial, name, lead, skipped) for name in plan.secondary if name != plan.indicator]
    rails = _guardrails(trial, lead, skipped)
    parts = compare.segments(trial, lead, plan.alpha)
    if not parts:
        skipped.append(Fault("abtest.skipped.segments"))
    value = _money(trial, lead, rules, skipped)
    net = net_of_before(trial, lead, plan.alpha)
    return Evidence(
        adjusted([r for r in extra if r], bh, plan.alpha),
        rails,
        adjusted(list(parts), bh, plan.alpha),
        compare.by_stratum(trial, parts),
        _interaction_p(parts),
        value,
        compare.power_for(lead, abs((plan.min_effect or 0) * lead.test.control), plan.alpha),
        compare.posterior(trial, lead),
        net,
        checks(trial, lead),
        (*trial.notes, *_flip(lead, net), *_cautions(trial, lead, rails)),
        (*skipped, *_without_history(trial, lead, net)),
    )


def _guardrails(
    trial: Trial, lead: Reading, skipped: list[Fault]
) -> tuple[tuple[Reading, many.Margin], ...]:
    """Each guardrail against its margin (护栏指标), where the data give it and its error."""
    alpha = min(RAIL * trial.plan.alpha, 0.5)
    kept = [(_try(trial, name, lead, skipped), m) for name, m in trial.plan.guardrails.items()]
    return tuple(
        (r, compare.against_margin(r, m, "non_inferiority", alpha))
        for r, m in kept
        if r and r.test.se
    )


def _interaction_p(parts: tuple[Reading, ...]) -> float | None:
    """P of the effect being the same in all segments (分层差异)."""
    errors = [(p.test.effect, p.test.se) for p in parts if p.test.se]
    joint = many.interaction([e for e, _ in errors], [se for _, se in errors])
    return joint.p_value if joint else None


def _flip(lead: Reading, net: Comparison | None) -> list[Fault]:
    """A caution where the gap before the test explains more than the whole effect (方向相反)."""
    judged = lead.test.method == NET  # the gap before is in the verdict itself
    flipped = net is not None and not judged and net.effect * lead.test.effect < 0
    return [Fault(SIGN_FLIP)] if flipped else []


def _without_history(trial: Trial, lead: Reading, net: Comparison | None) -> list[Fault]:
    """What was not done for want of days or figures before the test, or of enough looks."""
    early = Deviation.STOPPED_EARLY in deviated(trial.deviations)
    missing = {
        "before": net is None and not trial.by_user,
        "always_valid": early and interim.always_valid(trial, lead) is None,
        "cuped": trial.by_user and trial.plan.indicator in BEFORE and lead.plain is None,
    }
    return [Fault(f"abtest.skipped.{key}") for key, lacks in missing.items() if lacks]


def settled(found: Evidence, trial: Trial, lead: Reading, decision: Decision) -> Evidence:
    """The evidence beside a decision (结论确定后): cautions about an effect where one is told."""
    told = decision not in NO_EFFECT
    kept = tuple(c for c in found.cautions if told or c.key != SIGN_FLIP)
    return replace(found, cautions=(*kept, *(huge(trial, lead) if told else ())))


def days_before(trial: Trial, lead: Reading) -> float:
    """Common days before the test, where the history judges them; infinite elsewhere."""
    if lead.test.method != NET:
        return math.inf
    before = compare.days_before(trial, lead.indicator, lead.variant)
    return len(before[0].top) if before else 0


def always_differed(trial: Trial, lead: Reading) -> bool:
    """Whether the gap itself would have been called, and only what it was before explains it."""
    if lead.test.method != NET:
        return False
    pair = compare.day_pair(trial, lead.indicator, lead.variant)
    found = pooled_days(*pair, trial.past[lead.indicator].memory)
    return (found.p_value or 1) < trial.plan.alpha


def balance(trial: Trial, rules: Experiments) -> tuple[float | None, tuple[Fault, ...]]:
    """P of the sample ratio, for users (样本比例); a platform's delivery is only compared."""
    plan = trial.plan
    counts = sizes(trial)
    share = [plan.split.get(name, 0) or 1 / len(counts) for name in counts]
    if not trial.by_user and not (plan.design == "user_split" and "users" in trial.totals):
        return None, _delivery(trial, share)
    p = sample_ratio(list(counts.values()), share)[1]
    found = {"p": shown(p), "found": [f"{c:,.0f}" for c in counts.values()]}
    warned = rules.srm_block <= p < rules.srm_warn
    return p, (Fault("abtest.caution.srm", found),) if warned else ()


def sizes(trial: Trial) -> dict[str, float]:
    """Users, or else impressions, that each variant met (各版本的量); empty when not given."""
    names = trial.variants
    seen = "users" if trial.plan.design == "user_split" else "impressions"
    if not trial.by_user:
        rows = trial.totals.get(seen if seen in trial.totals else "impressions", ())
        return dict(zip(names, map(float, map(np.nansum, rows)), strict=False))
    mine = [(trial.rows["variant"] == name).to_numpy() for name in names]
    whole = trial.users
    return {
        name: float(whole.total(m).n if isinstance(whole, Cells) else m.sum())
        for name, m in zip(names, mine, strict=True)
    }


def shown(p: float) -> str:
    """A p-value for a sentence (p 值的写法)."""
    return f"{p:.4f}" if p >= 0.0001 else "< 0.0001"


def adjusted(found: list[Reading], method: Any, alpha: float) -> tuple[Reading, ...]:
    """Readings with adjusted p, and the decision that follows from it (校正后的结论)."""
    raw = np.array([math.nan if r.test.p_value is None else r.test.p_value for r in found])
    made = []
    for reading, p in zip(found, method(raw).tolist() if found else [], strict=True):
        lost = reading.decision.clear and p >= alpha
        said = Decision.UNCLEAR if lost else reading.decision
        made.append(replace(reading, decision=said, p_adjusted=None if math.isnan(p) else p))
    return tuple(made)


def best(arms: tuple[Reading, ...]) -> Reading:
    """The arm that the verdict speaks of (代表版本): the best winner, else the clearest."""
    won = [r for r in arms if r.decision == Decision.BETTER]
    if won:
        return max(won, key=lambda r: r.test.effect * (-1 if r.better in LOWER else 1))
    return min(arms, key=lambda r: 2.0 if r.test.p_value is None else r.test.p_value)


def _cautions(trial: Trial, lead: Reading, rails: tuple) -> list[Fault]:
    found = []
    if not trial.by_user and compare.LEAST_DAYS <= lead.n_control < daily.TWIN_DAYS:
        found.append(Fault("abtest.caution.rough", {"n": lead.n_control}))
    if trial.plan.design == "before_after":
        found.append(Fault("abtest.caution.confounded"))
    if lead.plain and lead.plain.effect * lead.test.effect < 0:
        found.append(Fault(SIGN_FLIP))
    if lead.imbalance_p is not None and lead.imbalance_p < 0.01:
        found.append(Fault("abtest.caution.imbalance", {"p": shown(lead.imbalance_p)}))
    weak = [r.indicator for r, m in rails if m.decision == Decision.NOT_SHOWN_NON_INFERIOR]
    if weak:
        found.append(Fault("abtest.caution.guardrail", {"indicators": weak}))
    return found


def _delivery(trial: Trial, share: list[float]) -> tuple[Fault, ...]:
    seen = np.array([*sizes(trial).values()])
    if not seen.sum() > 0 or trial.plan.design == "before_after":
        return ()
    part = seen / seen.sum()
    want = np.array(share) / sum(share)
    if np.max(np.abs(part / want - 1)) <= DELIVERY:
        return ()
    return (Fault("abtest.caution.delivery", {"found": [f"{100 * p:.0f}%" for p in part]}),)


def _money(trial: Trial, lead: Reading, rules: Experiments, skipped: list[Fault]) -> Value | None:
    """Profit of rolling out (推广收益), or why there is none."""
    plan = trial.plan
    margin = plan.gross_margin if plan.gross_margin is not None else rules.margin_for_experiments
    missing = [n for n, x in (("gross_margin", margin), ("audience", plan.audience)) if not x]
    worth = None if missing else _worth(trial, lead)
    if worth is None or not lead.test.se:
        key = "abtest.skipped.money" if missing else "abtest.skipped.money_unit"
        skipped.append(Fault(key, {"missing": missing} if missing else {}))
        return None
    return decision_value(
        shrunk(lead.test, trial.prior),
        gross_margin=margin or 0,
        audience=plan.audience or 0,
        extra_cost=plan.extra_cost,
        worth=worth,
    )


def _worth(trial: Trial, lead: Reading) -> float | None:
    """Yuan of sales per unit of the numerator, over both arms (单位价值); None if unknown."""
    top, under = (BY_USER if trial.by_user else BY_DAY)[lead.indicator]
    whole = under is None and not trial.by_user
    if lead.indicator in LESS_IS_BETTER or lead.indicator == "aov" or whole:
        return None
    if top == "revenue":
        return 1.0
    if trial.by_user:
        if not trial.has("revenue"):
            return None
        both = [arm_sums(trial, v, (top, "revenue"), None) for v in trial.variants]
        units, yuan = (
            sum(float(s.total[s.names.index(c)]) for s in both) for c in (top, "revenue")
        )
    else:
        units, yuan = (float(np.nansum(trial.totals.get(c, 0.0))) for c in (top, "revenue"))
    return yuan / units if units > 0 and yuan > 0 else None


def _try(trial: Trial, indicator: str, lead: Reading, skipped: list[Fault]) -> Reading | None:
    try:
        if trial.gives(indicator):
            return measure(trial, indicator, lead.variant, alpha=trial.plan.alpha)
    except KitError:
        pass
    skipped.append(Fault("abtest.skipped.not_in_data", {"indicator": indicator}))
    return None
