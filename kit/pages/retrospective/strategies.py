"""What did each strategy cost and bring? (各策略的结果)."""

from kit.pages.retrospective.view import View, titled
from kit.retrospective import strategies as sums
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.format import number


def strategies(v: View) -> list[Block]:
    """A table and a sentence by strategy, folded (策略)."""
    rows = sums.strategies(v.tables, v.tables.period.compare)
    if rows.empty:
        return [blocks.text(v.say("no_strategy"))]
    columns = v.columns(
        strategy="text",
        spend="money",
        revenue="money",
        roi="ratio",
        roi_then="ratio",
        new_customers="int",
        cac="money",
    )
    table = titled(v, rows, columns, "strategies")
    known = rows.dropna(subset=["cac"])
    if known.empty:
        return [blocks.details(v.say("t_strategies"), [table])]
    most, cheap = rows.iloc[0], known.sort_values("cac").iloc[0]
    said = v.say(
        "strategies_say",
        most=most["strategy"],
        share=number(most["share"], "percent", v.lang),
        cheap=cheap["strategy"],
        cac=v.amount(cheap["cac"], "money"),
    )
    return [blocks.details(v.say("t_strategies"), [blocks.text(said), table])]
