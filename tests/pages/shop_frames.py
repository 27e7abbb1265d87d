"""A frame of the shop's tables in the contract's columns (小公司的表)."""

import pandas as pd

from kit.data.schema import contract

PEOPLE = ("S1", "S2", "S3", "S4")
ITEMS = ("innovation", "teamwork", "problem_solving", "learning")
GOALS = {"sales": 150000, "roi": 5, "click_conversion": 0.05, "ctr": 0.05, "cac": 60}


def frame(name: str, *rows: dict) -> pd.DataFrame:
    """Rows of a contract table as they are written to a file; columns not named stay empty."""
    return pd.DataFrame(list(rows)).reindex(columns=list(contract()[name].columns))
