"""A verdict as a flat record (结论记录): a row of the table of all tests."""

from dataclasses import asdict
from typing import Any

import pandas as pd

from kit.abtest.decisions import NO_EFFECT, UNSOUND, Decision, Deviation, deviated
from kit.abtest.experiment import Experiment
from kit.abtest.verdict import Case, Verdict
from kit.words import LANGS, word

FIGURES = (
    "control",
    "treatment",
    "effect",
    "rel_effect",
    "ci_low",
    "ci_high",
    "rel_low",
    "rel_high",
    "p_value",
    "method",
)
STOPPED = (Deviation.STOPPED_EARLY, Deviation.RAN_ON)


def row_of(v: Verdict | None) -> dict[str, Any]:
    """A verdict as a flat record; without one its fields, so that an empty table has columns."""
    plan, case = (v.plan, v.case) if v else (None, None)
    lead = case.lead if case else None
    told = v is not None and v.decision not in (*NO_EFFECT, Decision.INFERIOR)
    money = case.beside.money if case and told else None
    return {
        **_fields(v, "test_id", "specialist_id"),
        **_question(plan),
        **_fields(lead, "variant"),
        "decision": v and v.decision,
        "reason": v and v.reason.key,
        "next_step": v and v.next_step,
        **_texts(v),
        **_figures(case),
        **_fields(lead, "p_adjusted"),
        **_fields(plan, "alpha", "looks"),
        **_fields(case, "srm_p"),
        **_fields(lead, "n_control", "n_treatment"),
        "n_days": len(case.trial.dates) if case and not case.trial.by_user else None,
        "money": money and money.profit,
        "money_low": money and money.ci_low,
        "money_high": money and money.ci_high,
        "power": case and case.beside.power,
        **_habits(v),
    }


def _question(plan: Experiment | None) -> dict[str, Any]:
    """What a test asks, how, and on which days (试验问题)."""
    return {
        "hypothesis": plan.hypothesis if plan else "",
        "topic": plan.topic if plan else "",
        **_fields(plan, "indicator", "design", "kind", "better"),
        "start_date": pd.Timestamp(plan.start) if plan else pd.NaT,
        "end_date": pd.Timestamp(plan.end) if plan else pd.NaT,
    }


def _habits(v: Verdict | None) -> dict[str, bool]:
    """Which of the good habits of testing were kept (试验习惯)."""
    plan, case = (v.plan, v.case) if v else (None, None)
    off = deviated(case.trial.deviations) if case else set()
    return {
        "declared_before": bool(plan and plan.declared_on and plan.declared_on <= plan.start),
        "sized": plan is not None and (plan.min_effect, plan.margin) != (None, None),
        "stopped_as_planned": case is not None and not off & set(STOPPED),
        "data_sound": v is not None and v.decision not in UNSOUND,
        "declared_ok": case is not None and case.kept_to_plan,
    }


def _texts(v: Verdict | None) -> dict[str, str | None]:
    """Decision, reason and next step in both languages."""
    out: dict[str, str | None] = {}
    for lang in LANGS:
        out[f"decision_{lang}"] = word(f"abtest.decision.{v.decision}", lang) if v else None
        out[f"reason_{lang}"] = v.reason.told(lang) if v else None
        out[f"next_step_{lang}"] = word(f"abtest.next.{v.next_step}", lang) if v else None
    return out


def _fields(record: object, *names: str) -> dict[str, Any]:
    return {name: getattr(record, name, None) for name in names}


def _figures(case: Case | None) -> dict[str, Any]:
    """The lead test's figures; a missing relative interval is that of the effect over control."""
    test = asdict(case.lead.test) if case else {}
    if case and test["rel_low"] is None and test["ci_low"] is not None and test["control"] > 0:
        test |= {f"rel_{end}": test[f"ci_{end}"] / test["control"] for end in ("low", "high")}
    return {name: test.get(name) for name in FIGURES}
