"""Plan against actual (计划与实际)."""

from kit.pages.retrospective.view import View, named, titled
from kit.show import blocks
from kit.show.blocks import Block


def plan(v: View) -> list[Block]:
    """Sales against target, spend against budget (计划与实际)."""
    rows = v.found.targets
    people = rows[rows["stage"].isna()].sort_values("completion")
    people = named(v, people, "specialist_id")
    budget = named(v, v.found.budgets, "channel")
    columns = v.columns(specialist_id="text", target="money", actual="money", completion="percent")
    money = v.columns(channel="text", budget="money", spend="money", use="percent")
    shown = [titled(v, people, columns, "targets"), titled(v, budget, money, "budgets")]
    return [blocks.details(v.say("plan_fold"), shown)]
