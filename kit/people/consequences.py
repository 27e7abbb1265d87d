"""Consequences over periods (结果应用): a proposal from official grades; a named person decides.

Met, not met, or not enough: the periods that are missing could still turn it.
"""

from collections.abc import Sequence
from math import prod
from typing import Any

import pandas as pd

from kit.people.career import earlier
from kit.scheme.consequences import Consequence

COLUMNS = ["specialist_id", "consequence", "verdict", "grades", "chance"]


def consequences(period: Any, past: pd.DataFrame) -> pd.DataFrame:
    """Every consequence of the scheme for everybody of the period (结果应用).

    past    : from `career.history`: official totals with period_id, grade and p_<grade>
    Returns : specialist_id, consequence, verdict (met, not_met, not_enough), grades (period, grade
              or "", chance of the grades), chance: product over the periods that count as hits
    """
    found = []
    now = past[past["period_id"] == period.id]
    for name, rule in period.scheme.consequences.items():
        if rule.of != period.type:
            continue
        spans = [span.id for span in earlier(period, rule.last - 1)] + [period.id]
        for who in now["specialist_id"]:
            mine = past[past["specialist_id"] == who].set_index("period_id")
            grades = [_grade(mine, span, rule) for span in spans]
            known = [grade for _, grade, _ in grades]
            hits = [p for _, grade, p in grades if grade in rule.grades]
            firm = [p for p in hits if p is not None]
            told = prod(firm, start=1.0) if firm and len(firm) == len(hits) else None
            row = (who, name, verdict(known, rule), tuple(grades), told)
            found.append(dict(zip(COLUMNS, row, strict=True)))
    return pd.DataFrame(found, columns=COLUMNS)


def verdict(grades: Sequence[str], rule: Consequence) -> str:
    """Whether the grades meet the rule (是否达到); "" is a period without a grade.

    >>> from kit.scheme.base import Named
    >>> facts = {"of": "quarter", "last": 2, "grades": ("A",), "at_least": 2}
    >>> two = Consequence(name=Named(zh="升", en="up"), **facts)
    >>> verdict(["A", "A"], two), verdict(["B", "A"], two), verdict(["", "A"], two)
    ('met', 'not_met', 'not_enough')
    """
    sure = [grade in rule.grades for grade in grades]
    open_ = [hit or not grade for hit, grade in zip(sure, grades, strict=True)]
    count = _run if rule.in_a_row else sum
    if count(sure) >= rule.at_least:
        return "met"
    return "not_enough" if count(open_) >= rule.at_least else "not_met"


def _run(hits: Sequence[bool]) -> int:
    """The longest run of hits (最长连续)."""
    longest = now = 0
    for hit in hits:
        now = now + 1 if hit else 0
        longest = max(longest, now)
    return longest


def _grade(mine: pd.DataFrame, span: str, rule: Consequence) -> tuple[str, str, float | None]:
    """A period's grade, and the chance that the true grade is one of the rule's."""
    if span not in mine.index:
        return span, "", None
    row = mine.loc[span]
    parts = [row.get(f"p_{grade}") for grade in rule.grades]
    known: list[Any] = [p for p in parts if p is not None and pd.notna(p)]
    return span, str(row["grade"] or ""), float(sum(known)) if len(known) == len(parts) else None
