"""Points by any rule on any figures (任意评分标准): a rule as it stands in a scheme, or a dict."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from pydantic import TypeAdapter, ValidationError

from kit.data.frames import Kind, checked
from kit.errors import Fault, FormulaError
from kit.scheme.base import Section
from kit.scheme.rules import Rule
from kit.scoring import rules


def points(rule: Mapping[str, Any] | Section, values: pd.Series | Sequence[float]) -> pd.Series:
    """Points of each value by a rule (得分), without a scheme or a period file.

    rule    : a rule of a scheme, `tables.scheme.rules["..."]`, or its text in the scheme file as a
              dict: kind (anchors, completion, completion_lower, bands, add_deduct, target_range,
              goalpost) and its numbers
    values  : completions (1 = target met) where the rule works `on: completion`, else values of the
              indicator in its own unit; a Series, a list or an array
    Returns : points on the rule's scale, with the index of `values`; NaN stays NaN (not measured)
    Errors  : FormulaError for a rule that the scheme would refuse, DataError for values that are no
              numbers, in both languages
    Source  : `kit.scoring.rules`, as the scorecards
    >>> steps = {"kind": "bands", "bands": [[0, 0.9, 60], [0.9, None, 100]]}
    >>> points(steps, [0.95, 0.5, None]).tolist()
    [100.0, 60.0, nan]
    """
    known = rule if isinstance(rule, Section) else _read(rule)
    column = values if isinstance(values, pd.Series) else _series(values)
    measured = column.notna()
    out = pd.Series(np.nan, index=column.index, name="points")
    if measured.any():
        part = pd.DataFrame({"value": column[measured]})
        numbers = checked(part, {"value": ("value", Kind.NUMBER)}, name="values")["value"]
        out[measured] = rules.points(known, numbers.to_numpy(), numbers.to_numpy())
    return out


def _series(values: Any) -> pd.Series:
    """A list or an array as a Series; a single number, text and tables are refused."""
    if isinstance(values, (str, bytes, Mapping, pd.DataFrame)) or np.ndim(values) != 1:
        raise FormulaError("scoring.no_values", found=type(values).__name__)
    return pd.Series(list(values), dtype=object)


def _read(rule: Any) -> Any:
    """A rule from a dict, checked as in a scheme."""
    try:
        return TypeAdapter(Rule).validate_python(dict(rule))
    except (TypeError, ValueError) as error:
        faults = error.errors() if isinstance(error, ValidationError) else []
        where = [".".join(map(str, fault["loc"])) or "rule" for fault in faults]
        raise FormulaError.of(
            [Fault("scoring.bad_rule", {"found": str(rule)[:200], "where": where})]
        ) from None
