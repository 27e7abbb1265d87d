"""Doors for what a formula is given (入参检查): one refusal for every formula."""

from collections.abc import Iterable
from numbers import Real
from typing import Any

from kit.errors import FormulaError


def chance(found: Any) -> float:
    """A level or alpha (显著性水平、置信水平): strictly between 0 and 1, else refused.

    >>> chance(0.05)
    0.05
    """
    if not isinstance(found, Real) or not 0 < float(found) < 1:
        raise FormulaError("stats.not_a_chance", found=found)
    return float(found)


def one_of(found: Any, known: Iterable[Any]) -> Any:
    """A method by its name (方法名): one of `known`, else refused."""
    known = list(known)
    if found not in known:
        raise FormulaError("stats.not_one_of", found=found, known=known)
    return found
