"""Is the appraisal felt fair, does it motivate? (公平与动力问卷): counts of anonymous answers.

A few questions after each cycle, of everybody at once. Nothing is shown of a question that fewer
than `FULL` people answered; from there on the mean in steps of half a point, as with 360.
"""

from typing import Any

import pandas as pd

from kit.scoring.pools import FULL

QUESTIONS = ("fair", "clear", "heard", "support", "growth", "motivated")
STEP = 0.5
MIDDLE = 3.0  # of answers from 1 to 5


def pulse(tables: Any) -> pd.DataFrame:
    """Each question with its mean (问卷均值), a row a question in their order.

    Returns : question, asked (anybody answered), mean (1–5 in steps of 0.5; NaN under FULL
    answers), before (of the period compared with), low (mean under the middle)
    """
    now = _means(tables, tables.period.id)
    compared = tables.period.compare
    before = _means(tables, compared.id) if compared else now.iloc[:0]
    table = now.reindex(list(QUESTIONS)).rename_axis("question")
    table = table.assign(before=before["mean"].reindex(table.index))
    table["asked"] = table["people"].fillna(0) > 0
    table["low"] = table["mean"] < MIDDLE
    return table.drop(columns="people").reset_index()


def _means(tables: Any, period: str) -> pd.DataFrame:
    """Mean and people of each question of a period, rounded; too few answers give no mean."""
    rows = tables.get("pulse")
    rows = rows[rows["period_id"] == period]
    rows = rows.assign(answers=rows["answers"].astype(float), answer=rows["answer"].astype(float))
    rows = rows.assign(sum=rows["answers"] * rows["answer"])
    by = rows.groupby("question")[["sum", "answers"]].sum()
    mean = by["sum"] / by["answers"].where(by["answers"] >= FULL)
    return pd.DataFrame({"mean": (mean / STEP + 0.5).floordiv(1) * STEP, "people": by["answers"]})
