"""One defensible verdict on any DataFrame (任意数据框的对比): days or users as units.

The frame is laid out as a test of the contract and goes through the same gates as the tests of a
period, so that the page and the analyst's own comparison follow one method.
"""

import datetime as dt
import math
from collections.abc import Hashable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from kit.abtest.experiment import Experiment
from kit.abtest.judgement import Judgement, judgement
from kit.abtest.users import HIGHER, LOWER
from kit.data.frames import Kind, checked, one_row_each
from kit.errors import DataError, Fault
from kit.stats.given import chance, one_of

NO_DATE = dt.date(2000, 1, 1)  # of user rows, which carry no day
DESIGNS = ("same_days", "before_after")


def compare_days(
    frame: pd.DataFrame,
    *,
    day: Hashable,
    variant: Hashable,
    top: Hashable,
    bottom: Hashable | None = None,
    control: Any = None,
    better: str = "up",
    alpha: float = 0.05,
    declared: bool = False,
    start: Any = None,
    design: str = "same_days",
) -> Judgement:
    """One verdict on daily totals of two variants (以天为单位的对比), on any DataFrame.

    frame    : one row per day and variant; further columns are left alone
    day      : column of days (dates, or text as 2025-06-01); variant: column of names
    top, bottom : columns of the rate's numerator and denominator (sum over sum); without `bottom`
               the daily figure of `top` itself is compared. `bottom` at least 0
    control  : the variant that the others are held against; of two by default the first by name
    better   : "up" or "down"; alpha: chance of a false alarm
    declared : the comparison was written down before its data; otherwise a win is a lead only
    start    : first day of the test, default the first day; the days before it show the gap before
    design   : "same_days" (both ran on the same days) or "before_after"
    Returns  : `Judgement`; printing it gives the verdict in both languages
    Missing  : a day that one variant lacks is left out and said; an empty cell is refused
    Errors   : DataError or FormulaError with column, type, row and remedy, in both languages
    Source   : conventions of `kit.abtest.daily`: paired t on linearised days and its EWC twin
               (Lazarus, Lewis, Stock, Watson 2018); from 7 common days on
    >>> days = pd.DataFrame({
    ...     "date": pd.date_range("2025-06-01", periods=14).repeat(2),
    ...     "plan": ["old", "new"] * 14,
    ...     "orders": [10, 14, 12, 15, 11, 16, 9, 13, 10, 15, 12, 17, 11, 14] * 2,
    ...     "clicks": [100] * 28})
    >>> found = compare_days(days, day="date", variant="plan", top="orders", bottom="clicks",
    ...                      control="old")
    >>> found.decision, round(found.effect, 4), found.next_step
    ('treatment_better', 0.0414, 'confirm')
    """
    roles = {"day": (day, Kind.DAY), "variant": (variant, Kind.LABEL), "top": (top, Kind.NUMBER)}
    roles |= {} if bottom is None else {"bottom": (bottom, Kind.AMOUNT)}
    rows = checked(frame, roles)
    one_row_each(rows, ["day", "variant"], [day, variant])
    names = _variants(rows, variant, control)
    if bottom is not None:
        _divisible(rows, bottom)
    one_of(design, DESIGNS)
    first = rows["day"].min() if start is None else _start(start, rows["day"])
    plan = replace(
        _plan(names, better, alpha, declared, f"{top}/{bottom}" if bottom else str(top)),
        indicator="roi" if bottom is not None else "sales",
        design=design,
        start=first.date(),
        end=rows["day"].max().date(),
        declared_on=first.date() if declared else None,
    )
    given = rows.rename(columns={"day": "date", "top": "revenue", "bottom": "spend"})
    return judgement(plan, given.assign(test_id=plan.test_id), None, "days")


def compare_users(
    frame: pd.DataFrame,
    *,
    unit: Hashable,
    variant: Hashable,
    value: Hashable,
    covariate: Hashable | None = None,
    control: Any = None,
    split: Mapping[str, float] | None = None,
    better: str = "up",
    alpha: float = 0.05,
    declared: bool = False,
) -> Judgement:
    """One verdict on independent units of two variants (以用户为单位的对比), on any DataFrame.

    frame    : one row per unit (user, order, shop); further columns are left alone
    unit     : column of ids; variant: column of names; value: column of the figure of a unit
    covariate : the same figure before the test, which reduces the error (CUPED)
    control, better, alpha, declared : as in `compare_days`
    split    : share of units that each variant was to get; equal shares by default, and said
    Method   : values 0 and 1: pooled z or Fisher's exact test, Newcombe's interval (1998, method
               10); others: Welch's t, with CUPED (Deng, Xu, Kohavi, Walker 2013) where a covariate
               is given; the sample ratio is checked first
    Returns  : `Judgement`; printing it gives the verdict in both languages
    Missing  : an empty cell is refused; a unit in two variants is left out and counted
    Errors   : as in `compare_days`; several rows of a unit in one variant are refused
    Source   : `kit.abtest.users` and `kit.abtest.sums`, the papers named above
    >>> users = pd.DataFrame({"id": range(400), "arm": ["A", "B"] * 200,
    ...                       "paid": [0, 1, 0, 1, 0, 0, 1, 0] * 50})
    >>> found = compare_users(users, unit="id", variant="arm", value="paid")
    >>> found.decision, round(found.effect, 2), found.control
    ('treatment_better', 0.25, 'A')
    """
    roles = {"unit": (unit, Kind.LABEL), "variant": (variant, Kind.LABEL)}
    roles |= {"value": (value, Kind.NUMBER)}
    roles |= {} if covariate is None else {"covariate": (covariate, Kind.NUMBER)}
    rows = checked(frame, roles)
    one_row_each(rows, ["unit", "variant"], [unit, variant])
    names = _variants(rows, variant, control)
    share = covariate is None and rows["value"].isin([0, 1]).all()
    plan = replace(
        _plan(names, better, alpha, declared, str(value)),
        indicator="pay_conversion" if share else "revenue_per_user",
        design="user_split",
    )
    if split is not None:
        plan = replace(plan, split=_split(split, names))
    columns = {"unit": "user_id", "value": "converted" if share else "revenue"}
    given = rows.rename(columns=columns | {"covariate": "pre_revenue"})
    found = judgement(plan, None, given, "users")
    equal = Fault("abtest.deviation.no_split", {"found": list(names)})
    return found if split is not None else replace(found, cautions=(*found.cautions, equal))


def _plan(
    names: tuple[str, ...], better: str, alpha: float, declared: bool, called: str
) -> Experiment:
    """A test of these variants, control first, as if it stood in `experiments`."""
    return Experiment(
        test_id=called,
        specialist_id="",
        hypothesis="",
        topic="",
        indicator="",
        better=one_of(better, HIGHER + LOWER),
        design="same_days",
        kind="superiority",
        start=NO_DATE,
        end=NO_DATE,
        declared_on=NO_DATE if declared else None,
        alpha=chance(alpha),
        looks=1,
        min_effect=None,
        margin=None,
        guardrails={},
        secondary=(),
        gross_margin=None,
        extra_cost=0.0,
        audience=None,
        split=dict.fromkeys(names, 1 / len(names)),
    )


def _variants(rows: pd.DataFrame, column: Hashable, control: Any) -> tuple[str, ...]:
    """Names of the variants, control first: the given one, or of two the first by name."""
    names = sorted(rows["variant"].unique())
    facts = {"column": str(column), "found": names[:7], "n": len(names)}
    if len(names) < 2:
        raise DataError("abtest.any.one_variant", **facts)
    if control is None and len(names) > 2:
        raise DataError("abtest.any.many_variants", **facts)
    first = names[0] if control is None else str(control)
    if first not in names:
        raise DataError("abtest.any.no_control", control=first, **facts)
    return (first, *(name for name in names if name != first))


def _divisible(rows: pd.DataFrame, column: Hashable) -> None:
    """Refuse a variant whose denominators sum to 0."""
    sums = rows.groupby("variant")["bottom"].sum()
    empty = [str(name) for name in sums.index[sums <= 0]]
    if empty:
        raise DataError("frames.nothing_to_divide", column=str(column), found=empty)


def _start(start: Any, days: pd.Series) -> pd.Timestamp:
    """The first day of the test, inside the days of the frame."""
    found = checked(pd.DataFrame({"start": [start]}), {"start": ("start", Kind.DAY)}, name="start")
    first = found["start"].iloc[0]
    if not days.min() <= first <= days.max():
        ends = {"first": days.min().date(), "last": days.max().date()}
        raise DataError("abtest.any.start_outside", start=first.date(), **ends)
    return first


def _split(split: Mapping[str, float], names: tuple[str, ...]) -> dict[str, float]:
    """The declared shares by variant; as numbers of any scale they are brought to sum 1."""
    shares = {str(name): share for name, share in dict(split).items()}
    sound = set(shares) == set(names) and all(
        isinstance(x, (int, float)) and 0 < x < math.inf for x in shares.values()
    )
    if not sound:
        raise DataError("abtest.any.bad_split", found=str(shares), variants=list(names))
    return {name: shares[name] / sum(shares.values()) for name in names}
