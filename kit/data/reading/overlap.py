"""Two files that tell one thing (两份同源): the same spend a day under other names (跨文件核对)."""

from collections.abc import Iterator
from itertools import combinations

import pandas as pd
import pyarrow as pa

from kit.data.issues import Issue
from kit.data.reading.place import Source

ENOUGH = 0.5  # of spend, below which a day says nothing


def two_of_one(source: Source, parts: list[pa.Table], issues: list[Issue]) -> list[Issue]:
    """Exports of one platform whose spend is equal on every common day, under other plans.

    Two levels of detail (campaign and item), or one report in two languages, would count twice.
    """
    if source.table != "ads" or len(parts) < 2:
        return []
    platforms = {i.file: i.facts["platform"] for i in issues if i.rule == "plans_taken"}
    by_file = {
        str(part["_file"][0]): part.select(["date", "plan_id", "spend"]).to_pandas()
        for part in parts
        if len(part) and str(part["_file"][0]) in platforms
    }
    found: list[Issue] = []
    for (one, first), (two, second) in combinations(by_file.items(), 2):
        if platforms[one] == platforms[two]:
            found += _equal(source, (one, first), (two, second))
    return found


def _equal(
    source: Source, one: tuple[str, pd.DataFrame], two: tuple[str, pd.DataFrame]
) -> Iterator[Issue]:
    first = one[1].groupby("date")["spend"].sum()
    second = two[1].groupby("date")["spend"].sum()
    days = first.index.intersection(second.index)
    if set(one[1]["plan_id"]) & set(two[1]["plan_id"]) or not len(days):
        return
    near = (first[days] - second[days]).abs() <= 0.005 * (len(one[1]) + len(two[1]))
    if near.all() and (first[days] > ENOUGH).all():
        shown = [str(day)[:10] for day in days[:5]]
        facts = {"other": two[0], "days": shown, "spend": f"{first[days].sum():,.2f}"}
        yield Issue("same_total", "refuse", source.table, one[0], count=len(days), facts=facts)
