"""Days in post (在岗天数): who was there how long, what of a bonus that earns, who left unsettled.

Days count from the hire date to the last day at work, both included, leave of absence with them.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd


def in_post(tables: Any) -> pd.DataFrame:
    """Days of the period in post (在岗天数), a row a person of the roster: specialist_id, days, of.

    Without a hire or leave date somebody was there before, or is still there.
    """
    start, end = pd.Timestamp(tables.period.start), pd.Timestamp(tables.period.end)
    roster = tables.get("roster")
    first = roster["hire_date"].where(roster["hire_date"] > start, start)
    last = roster["leave_date"].where(roster["leave_date"] < end, end)
    days = ((last - first).dt.days + 1).clip(lower=0).astype(int)
    whole = (end - start).days + 1
    return pd.DataFrame({"specialist_id": roster["specialist_id"], "days": days, "of": whole})


def earned(pay: pd.DataFrame, by_days: Sequence[bool]) -> list[Fraction]:
    """Share of the base that the days in post earn (按天折算), exactly; 1 where not prorated.

    pay : rows of `pay` with days, of (missing: whole period) and `prorated`, true where the base
    given already covers the days in post alone; by_days : whether each person's scheme prorates
    """
    done = [bool(pd.notna(said) and said) for said in pay["prorated"]]
    days, of = pay["days"].fillna(1).astype(int), pay["of"].fillna(1).astype(int)
    every = zip(days, of, done, by_days, strict=True)
    return [Fraction(1) if not share or d else Fraction(k, n) for k, n, d, share in every]


def leavers(tables: Any, paid: pd.DataFrame, totals: pd.DataFrame) -> pd.DataFrame:
    """Who left in the period (离职结算): days, of, paid, and why an amount is still open.

    paid    : from `payroll`; totals : from `appeals.official`
    Returns : specialist_id, days, of, paid, state: settled, no_base (no row in `pay`) or no_total
    """
    start, end = pd.Timestamp(tables.period.start), pd.Timestamp(tables.period.end)
    roster = tables.get("roster")
    gone = roster.loc[roster["leave_date"].between(start, end), "specialist_id"]
    rows = in_post(tables)
    rows = rows[rows["specialist_id"].isin(gone)].merge(
        paid[["specialist_id", "paid"]], "left", "specialist_id"
    )
    scored = rows["specialist_id"].isin(totals.loc[totals["printed"].notna(), "specialist_id"])
    based = rows["specialist_id"].isin(paid["specialist_id"])
    states = [rows["paid"].notna(), ~based & scored]
    state = np.select(states, ["settled", "no_base"], np.where(based, "no_total", "no_both"))
    return rows.assign(state=state).reset_index(drop=True)
