"""What each strategy cost and brought (策略): 拉新, 收割, 种草 …, as the table plans names them."""

import pandas as pd

from kit.data.tables import Tables
from kit.params import Span
from kit.retrospective.scope import between, team_facts, this_span

MEASURES = ["spend", "revenue", "new_customers"]


def strategies(tables: Tables, before: Span | None) -> pd.DataFrame:
    """Sums of the team by strategy (各策略合计), most spent first; plans without one last, as NaN.

    Returns : strategy, spend, revenue, share (of all spend), roi, roi_then (of the period
    compared with), new_customers, cac; ratios are sums over sums, NaN where the lower side is 0
    """
    facts = team_facts(tables)
    now = _sums(between(facts, this_span(tables)))
    table = now.assign(
        share=now["spend"] / now["spend"].sum(),
        roi=_ratio(now["revenue"], now["spend"]),
        cac=_ratio(now["spend"], now["new_customers"]),
    )
    then = _sums(between(facts, before)) if before else now.iloc[:0]
    table["roi_then"] = _ratio(then["revenue"], then["spend"]).reindex(table.index)
    table = table.sort_values("spend", ascending=False).reset_index()
    return table.sort_values("strategy", key=pd.isna, kind="stable", ignore_index=True)


def _sums(facts: pd.DataFrame) -> pd.DataFrame:
    by = facts.groupby("strategy", observed=True, dropna=False)
    return by[MEASURES].sum(min_count=1)


def _ratio(top: pd.Series, under: pd.Series) -> pd.Series:
    return top / under.where(under > 0)
