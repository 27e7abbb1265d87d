"""What did each strategy cost and bring? (各策略的结果)."""

import pandas as pd

from kit.pages.retrospective.view import View, titled
from kit.retrospective import strategies as sums
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.format import number


def strategies(v: View) -> list[Block]:
    """A table and a sentence by strategy, folded; spend without one is told (策略)."""
    rows = sums.strategies(v.tables, v.tables.period.compare)
    known = rows.dropna(subset=["strategy"])
    if known.empty:
        return [blocks.text(v.say("no_strategy"))]
    columns = v.columns(
        strategy="text",
        spend="money",
        share="percent",
        revenue="money",
        roi="ratio",
        roi_then="ratio",
        new_customers="int",
        cac="money",
    )
    shown = rows.assign(strategy=rows["strategy"].fillna(v.say("strategies_none")))
    table = titled(v, shown, columns, "strategies")
    said = [*_cheapest(v, known), *_unlabelled(v, rows)]
    return [blocks.details(v.say("t_strategies"), [*map(blocks.text, said), table])]


def _cheapest(v: View, known: pd.DataFrame) -> list[str]:
    """Where most is spent, and where a new customer costs least (结论)."""
    priced = known.dropna(subset=["cac"])
    if priced.empty:
        return []
    most, cheap = known.iloc[0], priced.sort_values("cac").iloc[0]
    facts = {"most": most["strategy"], "share": number(most["share"], "percent", v.lang)}
    cac = v.amount(cheap["cac"], "money")
    return [v.say("strategies_say", cheap=cheap["strategy"], cac=cac, **facts)]


def _unlabelled(v: View, rows: pd.DataFrame) -> list[str]:
    """Which share of the spend is in plans without a strategy (未填策略的花费)."""
    none = rows.loc[rows["strategy"].isna() & (rows["spend"] > 0), "share"]
    return [v.say("strategies_rest", share=number(s, "percent", v.lang)) for s in none]
