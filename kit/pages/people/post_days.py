"""Days in post and who left, as the pay section says them (在岗天数、离职结算)."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from kit.pages.people.view import View
from kit.people import in_post


def days_of(v: View, row: Mapping[Any, Any]) -> str:
    """Days in post out of the period's (在岗天数); said where the base already counts them."""
    done = v.say("people.pay.prorated") if pd.notna(row["prorated"]) and row["prorated"] else ""
    return f"{int(row['days'])}/{int(row['of'])}{done}" if row["of"] > 0 else "—"


def left_of(v: View, rows: pd.DataFrame, totals: pd.DataFrame) -> list[str]:
    """Who left in the period, and whether that is settled (离职结算)."""
    gone = v.of(in_post.leavers(v.tables, rows, totals))
    return [
        v.say(
            f"people.left.{row['state']}",
            name=row["name"],
            days=row["days"],
            of=row["of"],
            paid=v.number(row["paid"], "ratio"),
        )
        for row in gone.to_dict("records")
    ]
