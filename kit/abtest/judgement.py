"""What the gates say of a comparison outside a period (独立对比的结论), as one record."""

import datetime as dt
import math
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from kit.abtest.compare import Reading
from kit.abtest.experiment import Experiment
from kit.abtest.trial import arrange
from kit.abtest.verdict import Verdict, judged
from kit.errors import Fault, KitError
from kit.scheme.sections import Experiments
from kit.words import LANGS, word

FIGURES = ("control", "treatment", "effect", "ci_low", "ci_high")
RELATIVE = ("rel_effect", "rel_low", "rel_high")


@dataclass(frozen=True, repr=False)
class Judgement:
    """One verdict (一个结论) with the figures it rests on; printing it gives both languages.

    decision, next_step : as of the tests of a period; `told` says them in words
    control, treatment  : names of the control and of the arm that the verdict speaks of
    effect, ci_low, ci_high : treatment less control with its 95 % interval (1 - alpha), in the unit
                  of the figures; NaN where it cannot be measured
    rel_effect, rel_low, rel_high : the same as a share of the control; NaN unless it is above 0
    p_value   : after Holm's correction where several arms are compared; NaN without a test
    arms      : a row an arm: variant, n_control, n_treatment, control, treatment, the figures
                above, p_value, p_adjusted, method, decision
    """

    decision: str
    next_step: str
    reason: Fault
    unit: str
    control: str
    treatment: str
    effect: float
    ci_low: float
    ci_high: float
    rel_effect: float
    rel_low: float
    rel_high: float
    p_value: float
    arms: pd.DataFrame = field(compare=False)
    cautions: tuple[Fault, ...] = ()

    def told(self, lang: str) -> list[str]:
        """The verdict, its figures, the reason, what to do and what to be careful about (成句)."""
        facts = {
            "decision": word(f"abtest.decision.{self.decision}", lang),
            "control": self.control,
            "treatment": self.treatment,
            "p": "—" if math.isnan(self.p_value) else f"{self.p_value:.4f}",
            "change": _percent(self.rel_effect),
            "effect": _shown(self.effect),
            "low": _shown(self.ci_low),
            "high": _shown(self.ci_high),
        }
        step = word(f"abtest.next.{self.next_step}", lang)
        said = [self.reason.told(lang), step, *(f.told(lang) for f in self.cautions)]
        return [word("abtest.any.verdict", lang, **facts), *said]

    def __repr__(self) -> str:
        return "\n".join(line for lang in LANGS for line in self.told(lang))


def judgement(
    plan: Experiment, days: pd.DataFrame | None, users: pd.DataFrame | None, unit: str
) -> Judgement:
    """The verdict of the gates on these rows, as a record of its own."""
    trial = arrange(plan, days, users, dt.date.max, signed=True)
    verdict = judged(trial, Experiments(), dt.date.max)
    case = verdict.case
    if case is None:
        raise KitError(verdict.reason.key, **verdict.reason.facts)
    arms = pd.DataFrame([_arm(reading) for reading in case.arms])
    if len(case.arms) == 1:
        arms["p_adjusted"] = arms["p_value"]
    lead = arms[arms["variant"] == case.lead.variant].iloc[0]
    figures = ("effect", "ci_low", "ci_high", *RELATIVE)
    return Judgement(
        decision=verdict.decision,
        next_step=verdict.next_step,
        reason=verdict.reason,
        unit=unit,
        control=_control(verdict),
        treatment=case.lead.variant,
        p_value=float(lead["p_adjusted"]),
        arms=arms,
        cautions=_cautions(verdict),
        **{name: float(lead[name]) for name in figures},
    )


def _control(verdict: Verdict) -> str:
    """The control of a verdict's test (对照组)."""
    return verdict.case.trial.variants[0] if verdict.case else ""


def _cautions(verdict: Verdict) -> tuple[Fault, ...]:
    """What to be careful about; that nobody declared the comparison is said without its dates."""
    if verdict.case is None:
        return ()
    late = "abtest.deviation.declared_late"
    said = (*verdict.case.trial.deviations, *verdict.case.beside.cautions)
    return tuple(Fault("abtest.any.undeclared") if f.key == late else f for f in said)


def _arm(reading: Reading) -> dict[str, Any]:
    """One arm as a row; what was not measured is NaN."""
    test = reading.test
    row: dict[str, Any] = {
        "variant": reading.variant,
        "n_control": reading.n_control,
        "n_treatment": reading.n_treatment,
        **{name: _float(getattr(test, name)) for name in FIGURES},
    }
    level = row["control"]
    for name, own in zip(RELATIVE, FIGURES[2:], strict=True):
        given = _float(getattr(test, name))
        share = row[own] / level if level > 0 else math.nan
        row[name] = given if level > 0 and not math.isnan(given) else share
    row |= {"p_value": _float(test.p_value), "p_adjusted": _float(reading.p_adjusted)}
    return row | {"method": test.method, "decision": reading.decision}


def _float(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _percent(value: float) -> str:
    return "—" if math.isnan(value) else f"{100 * value:+.1f}%"


def _shown(value: float) -> str:
    return "—" if math.isnan(value) else f"{value:+.4g}"
