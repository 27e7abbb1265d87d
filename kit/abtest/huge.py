"""One huge order (一笔大单): a single user who makes up much of an arm's sales hides the rest."""

import math

import numpy as np
import pandas as pd

from kit.abtest.compare import Reading
from kit.abtest.experiment import BY_USER
from kit.abtest.trial import Trial
from kit.errors import Fault

MUCH = 0.05  # of an arm's sales by one user: above, it is said what would be without
Array = np.ndarray


def huge(trial: Trial, reading: Reading) -> tuple[Fault, ...]:
    """What one user's sales do to a test of users (大单提示); nothing where nobody has as much.

    Tells the arm, the user's share of its sales, and the change with and without that user; the
    verdict stays that of all users.
    """
    of = BY_USER.get(reading.indicator, ("", None)) if trial.by_user else ("", None)
    if "revenue" not in of or not isinstance(trial.users, pd.DataFrame):
        return ()
    names = (trial.variants[0], reading.variant)
    arms = [_columns(trial.rows[trial.rows["variant"] == name], of) for name in names]
    sales = [arm[of.index("revenue")] for arm in arms]
    parts = [s.max() / s.sum() if s.sum() > 0 else 0.0 for s in sales]
    most = int(np.argmax(parts))
    without = [np.delete(a, np.argmax(s), axis=1) for a, s in zip(arms, sales, strict=True)]
    if parts[most] <= MUCH:
        return ()
    left = [without[k] if k == most else arms[k] for k in (0, 1)]
    changes = [_change(*pair) for pair in (arms, left)]
    facts = {"variant": names[most], "share": f"{100 * parts[most]:.0f}%"}
    return (_told(facts, *changes),)


def _told(facts: dict[str, str], change: float, without: float) -> Fault:
    """The change with and without the user, as far as the control has something to compare with."""
    if math.isnan(change):
        return Fault("abtest.caution.huge_bare", facts)
    facts |= {"change": f"{100 * change:+.1f}%"}
    if math.isnan(without):
        return Fault("abtest.caution.huge_alone", facts)
    return Fault("abtest.caution.huge", facts | {"without": f"{100 * without:+.1f}%"})


def _columns(rows: pd.DataFrame, of: tuple[str, str | None]) -> Array:
    """Numerator and denominator of each user, 2 × users; users themselves count 1 each."""
    top = np.nan_to_num(rows[of[0]].to_numpy(float))
    under = np.nan_to_num(rows[of[1]].to_numpy(float)) if of[1] else np.ones(len(rows))
    return np.stack([top, under])


def _change(control: Array, treatment: Array) -> float:
    """Relative change of sum over sum; NaN where the control has nothing."""
    base, new = (
        a[0].sum() / a[1].sum() if a[1].sum() > 0 else np.nan for a in (control, treatment)
    )
    return float(new / base - 1) if base > 0 else float("nan")
