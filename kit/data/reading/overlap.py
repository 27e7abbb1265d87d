"""Two files that tell one thing (两份同源): the same spend a day under other names (跨文件核对)."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from kit.data.issues import Issue
from kit.data.reading.place import Source

ENOUGH = 0.5  # of spend, below which a day says nothing


class Spend(NamedTuple):
    """A file's spend by day, its plans, and how many rows it has."""

    days: dict[Any, float]
    plans: set[str]
    n: int


def two_of_one(source: Source, parts: list[pa.Table], issues: list[Issue]) -> list[Issue]:
    """Exports of one platform whose spend is equal on every common day, under other plans.

    Two levels of detail (campaign and item), or one report in two languages, would count twice.
    """
    if source.table != "ads" or len(parts) < 2:
        return []
    platforms = {i.file: i.facts["platform"] for i in issues if i.rule == "plans_taken"}
    by_file = {
        str(part["_file"][0]): _spend(part)
        for part in parts
        if len(part) and str(part["_file"][0]) in platforms
    }
    found: list[Issue] = []
    for (one, first), (two, second) in combinations(by_file.items(), 2):
        if platforms[one] == platforms[two]:
            found += _equal(source, (one, first), (two, second))
    return found


def _spend(part: pa.Table) -> Spend:
    sums = part.group_by("date").aggregate([("spend", "sum")]).filter(pc.field("date").is_valid())
    days = zip(sums["date"].to_pylist(), sums["spend_sum"].fill_null(0).to_pylist(), strict=True)
    return Spend(dict(days), set(pc.unique(part["plan_id"]).to_pylist()), len(part))


def _equal(source: Source, one: tuple[str, Spend], two: tuple[str, Spend]) -> Iterator[Issue]:
    first, second = one[1], two[1]
    if not first.plans.isdisjoint(second.plans):
        return
    days = sorted(first.days.keys() & second.days.keys())
    if not days:
        return
    near = 0.005 * (first.n + second.n)
    if all(first.days[d] > ENOUGH and abs(first.days[d] - second.days[d]) <= near for d in days):
        shown = [str(day)[:10] for day in days[:5]]
        total = sum(first.days[day] for day in days)
        facts = {"other": two[0], "days": shown, "spend": f"{total:,.2f}"}
        yield Issue("same_total", "refuse", source.table, one[0], count=len(days), facts=facts)
