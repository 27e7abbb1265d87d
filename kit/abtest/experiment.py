"""A test as declared before its data (试验方案): a row of `experiments`, read and checked.

Faults are gathered and raised together as one KitError.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kit.errors import Fault, KitError

Pair = tuple[str, str | None]
# What daily totals and user rows can give: indicator → numerator, denominator (None: per unit).
BY_DAY: dict[str, Pair] = {
    "ctr": ("clicks", "impressions"),
    "click_conversion": ("orders", "clicks"),
    "cart_rate": ("add_to_carts", "clicks"),
    "cart_to_order": ("orders", "add_to_carts"),
    "roi": ("revenue", "spend"),
    "roas": ("revenue", "spend"),
    "cost_ratio": ("spend", "revenue"),
    "cpc": ("spend", "clicks"),
    "cpa": ("spend", "orders"),
    "aov": ("revenue", "orders"),
    "refund_rate": ("refund_amount", "revenue"),
    "revenue_per_user": ("revenue", "users"),
    "sales": ("revenue", None),
    "orders": ("orders", None),
    "clicks": ("clicks", None),
}
BY_USER: dict[str, Pair] = {
    "pay_conversion": ("converted", None),
    "retention": ("converted", None),
    "revenue_per_user": ("revenue", None),
    "refund_rate": ("refund_amount", "revenue"),
    "aov": ("revenue", "orders"),
    "session_conversion": ("orders", "sessions"),
    "revenue_per_session": ("revenue", "sessions"),
}
BEFORE: dict[str, Pair] = {  # the same indicator in the pre-period, for CUPED
    "revenue_per_user": ("pre_revenue", None),
    "revenue_per_session": ("pre_revenue", "pre_sessions"),
}
TEXTS = {  # of a plan, each with what an empty cell stands for
    "specialist_id": "",
    "hypothesis": "",
    "topic": "",
    "better": "up",
    "design": "same_days",
    "kind": "superiority",
}
LESS_IS_BETTER = {"cost_ratio", "cpc", "cpa", "refund_rate"}
PARTS = (
    "converted",
    "revenue",
    "refund_amount",
    "orders",
    "sessions",
    "pre_revenue",
    "pre_sessions",
)


@dataclass(frozen=True)
class Margin:
    """Allowed loss (界值): absolute, or a share of the control when written with %."""

    size: float
    relative: bool

    def of(self, control: float) -> float:
        """The margin in the indicator's own unit."""
        return self.size * abs(control) if self.relative else self.size


@dataclass(frozen=True)
class Experiment:
    """A test as written before its data (试验方案)."""

    test_id: str
    specialist_id: str
    hypothesis: str
    topic: str
    indicator: str
    better: str
    design: str
    kind: str
    start: dt.date
    end: dt.date
    declared_on: dt.date | None
    alpha: float
    looks: int
    min_effect: float | None
    margin: Margin | None
    guardrails: dict[str, Margin]
    secondary: tuple[str, ...]
    gross_margin: float | None
    extra_cost: float
    audience: float | None
    split: dict[str, float]


def read_plan(row: Mapping[str, Any], alpha: float = 0.05) -> Experiment:
    """The plan in a row of `experiments` (读取方案); KitError with all its faults."""
    faults: list[Fault] = []
    name = str(row["test_id"])
    indicator = str(row["indicator"])
    if indicator not in BY_DAY | BY_USER:
        facts = {"test": name, "found": indicator, "known": sorted(BY_DAY | BY_USER)}
        faults.append(Fault("abtest.unknown_indicator", facts))
    entries = _entries(row)
    split = _weights(_text(row, "split"), name, faults)
    guardrails = {k: _margin(v, name, faults) for k, v in _named(_text(row, "guardrails")).items()}
    margin = _text(row, "margin")
    if entries["kind"] != "superiority" and not margin:
        faults.append(Fault("abtest.no_margin", {"test": name, "kind": entries["kind"]}))
    terms = _terms(row, alpha, faults)
    limit = _margin(margin, name, faults) if margin else None
    if faults:
        raise KitError.of(faults)
    return Experiment(
        test_id=name,
        indicator=indicator,
        margin=limit,
        guardrails=guardrails,
        split=split,
        **terms,
        **entries,
    )


def _entries(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a plan says in so many words and numbers, and what its empty cells stand for."""
    return {
        **{name: _text(row, name) or usual for name, usual in TEXTS.items()},
        **{name: _given(row, name, None) for name in ("min_effect", "gross_margin", "audience")},
        "extra_cost": _given(row, "extra_cost", None) or 0.0,
        "secondary": tuple(_named(_text(row, "secondary"))),
        "declared_on": _day(row, "declared_on"),
    }


def _terms(row: Mapping[str, Any], alpha: float, faults: list[Fault]) -> dict[str, Any]:
    """Alpha, looks, first and last day of a plan (检验条件); impossible ones are a fault."""
    level = float(_given(row, "alpha", alpha))
    looks = int(_given(row, "looks", 1))
    start, end = _day(row, "start_date"), _day(row, "end_date")
    terms = {"alpha": level, "looks": looks, "start": start, "end": end}
    if not 0 < level < 0.5 or looks < 1 or start is None or end is None or end < start:
        faults.append(Fault("abtest.bad_terms", {"test": str(row["test_id"]), **terms}))
    return terms


def _given(row: Mapping[str, Any], name: str, default: Any) -> Any:
    value = row.get(name)
    return default if value is None or value is pd.NA or value != value or value == "" else value


def _text(row: Mapping[str, Any], name: str) -> str:
    return str(_given(row, name, "")).strip()


def _day(row: Mapping[str, Any], name: str) -> dt.date | None:
    value = _given(row, name, None)
    return None if value is None or pd.isna(value) else pd.Timestamp(value).date()


def _named(text: str) -> dict[str, str]:
    """`a:0.5;b` → {"a": "0.5", "b": ""}; full-width signs are fine."""
    parts = [p.strip() for p in text.replace("；", ";").replace("：", ":").split(";")]
    return {p.partition(":")[0].strip(): p.partition(":")[2].strip() for p in parts if p}


def _margin(text: str, test: str, faults: list[Fault]) -> Margin:
    try:
        size = float(text.rstrip("%％ "))
    except ValueError:
        size = 0.0
    if not 0 < size < np.inf:
        faults.append(Fault("abtest.margin_text", {"test": test, "found": text or "—"}))
    relative = text.rstrip().endswith(("%", "％"))
    return Margin(size / 100 if relative else size, relative)


def _weights(text: str, test: str, faults: list[Fault]) -> dict[str, float]:
    try:
        weights = {name: float(share) for name, share in _named(text).items()}
    except ValueError:
        faults.append(Fault("abtest.split_text", {"test": test, "found": text}))
        return {}
    if weights and (abs(sum(weights.values()) - 1) > 1e-6 or min(weights.values()) <= 0):
        faults.append(
            Fault(
                "abtest.split_sum",
                {"test": test, "found": text, "total": round(sum(weights.values()), 6)},
            )
        )
    return weights
