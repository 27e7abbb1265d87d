"""What became of an action, never without the comparison with similar plans (措施结果与对照)."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from kit.retrospective.ledger import MEASURES
from kit.show.format import number
from kit.show.sentences import say


def proved(row: Mapping[Any, Any], said: str, lang: str) -> str:
    """A figure that was reached, and what similar plans left alone did (达到约定值与对照).

    row : of the ledger: status, indicator, effect, sure, harm; said : the status in words
    """
    if row["status"] != "reached":
        return said
    way = "sure" if row["sure"] else "harm" if row["harm"] else "unclear"
    if pd.isna(row["effect"]):
        way = "alone" if row["indicator"] in MEASURES else "never"
    return say(f"show.proved_{way}", lang, said=said, by=number(row["effect"], "+percent", lang))
