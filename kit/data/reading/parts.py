"""Rows that stand for one thing (行的归并): equal ones once, parts added up, people never.

Within one file, rows that differ in a column which nobody mapped are parts of one plan and day:
devices, hours, items. Rows that differ in nothing but their figures contradict each other.
"""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from kit.data.issues import Issue
from kit.data.reading.reports import said
from kit.data.schema import Table

DAYS = ("date", "paid_at", "at")
WHERE = ["_row", "_at"]
NAMING = (
    *("campaign_name", "campaign_id", "product_name", "product_id", "order_id", "plan_id"),
    "channel",
)
FIGURES = re.compile(r"[-+]?[\d,]*\.?\d*%?")
MEASURE = re.compile(
    r"率|额|费|成本|消耗|花费|数$|量$|次|人数|金额|价|roi|roas|rate|cost|value|spend|click|view|impr"
    r"|conv|revenue|sales|ctr|cvr|cpc|cpm|cpa|play|count|reach|freq|share|avg|total"
)


def once(
    frame: pd.DataFrame, unread: dict[str, Any], by: list[str] | None = None
) -> tuple[pd.DataFrame, list[Issue], list[str]]:
    """Rows equal in every column once; contradictions refused; the unmapped columns that differ.

    unread : the cells of unmapped columns, by header
    by     : columns that name what a row is; left out, those of an export
    """
    by = by or [str(c) for c in frame if c in (*said()["dimensions"], "hour")]
    if not by or not frame.duplicated(by).any():
        return frame, [], []
    texts = pd.DataFrame(unread, index=frame.index)
    texts.columns = pd.Index([f"?{name}" for name in texts])
    whole = pd.concat([frame.drop(columns=WHERE, errors="ignore"), texts], axis=1)
    same = whole.duplicated()
    issues = [_duplicates(frame, same)] if same.any() else []
    rest = frame[~same]
    keys = pd.concat([rest[by], texts[~same]], axis=1)
    day = next((name for name in DAYS if name in rest), "_row")
    clash = keys.duplicated(keep=False) & rest[day].notna()  # no day: told elsewhere
    if clash.any():
        issues.append(_contradiction(rest[clash], keys[clash], by))
        return rest.reset_index(drop=True), issues, []
    several = rest[by].duplicated(keep=False)
    differing = _differing(rest[several][by], texts[~same][several])
    if differing and (unclear := _unclear(texts[~same][several], differing)):
        facts = {"columns": unclear, **_of(rest[several].iloc[0])}
        row = int(rest[several]["_row"].iloc[0])
        issues.append(
            Issue("parts_unclear", "refuse", row=row, count=int(several.sum()), facts=facts)
        )
    return rest.reset_index(drop=True), issues, [name.removeprefix("?") for name in differing]


def _duplicates(frame: pd.DataFrame, same: pd.Series) -> Issue:
    row = int(frame.loc[same, "_row"].iloc[0])
    facts = {"days": days(frame.loc[same])}
    return Issue("duplicate_row", "note", row=row, count=int(same.sum()), facts=facts)


def _contradiction(rows: pd.DataFrame, keys: pd.DataFrame, by: list[str]) -> Issue:
    """Two rows of one file that name the same and count otherwise, with both values."""
    group = keys.groupby(list(keys), dropna=False, sort=False).ngroup()
    pair = rows[group == group.iloc[0]].iloc[:2]
    measures = [
        str(c) for c in rows if c not in by and c not in WHERE and pair[c].nunique(dropna=False) > 1
    ]
    known = [str(c) for c in measures if c in said()["additive"]]
    column: str = (known or measures or [""])[0]
    values = [f"{value:g}" if pd.notna(value) else "—" for value in pair[column]] if column else []
    facts = {"rows": [int(row) for row in pair["_row"]], "values": values, **_of(pair.iloc[0])}
    row = int(pair["_row"].iloc[0])
    return Issue("rows_contradict", "refuse", row=row, column=column, count=len(rows), facts=facts)


def _of(row: pd.Series) -> dict[str, Any]:
    """Plan and day of a row, for a sentence."""
    plan = next((str(row[n]) for n in NAMING if n in row and pd.notna(row[n])), "—")
    return {"plan": plan, "day": next((str(row[n])[:10] for n in DAYS if n in row), "—")}


def _differing(keys: pd.DataFrame, texts: pd.DataFrame) -> list[str]:
    """Unmapped columns that differ within the rows of one key."""
    if texts.empty:
        return []
    group = keys.groupby(list(keys), dropna=False, sort=False).ngroup()
    counts = texts.groupby(group.to_numpy()).nunique(dropna=False)
    return [str(name) for name in texts if (counts[name] > 1).any()]


def _unclear(texts: pd.DataFrame, differing: list[str]) -> list[str]:
    """The differing columns where all of them look like figures that somebody measured."""
    measured = [
        name
        for name in differing
        if all(FIGURES.fullmatch(cell.strip()) for cell in texts[name].unique())
        and (MEASURE.search(name.lower()) or texts[name].str.contains(r"[.%]", regex=True).any())
    ]
    return [name.removeprefix("?") for name in measured] if len(measured) == len(differing) else []


def days(rows: pd.DataFrame) -> list[str]:
    """Days of rows, the first ten."""
    return sorted({str(day)[:10] for day in rows["date"]})[:10] if "date" in rows else []


def added_up(
    held: pd.DataFrame, table: Table, breakdowns: list[str]
) -> tuple[pd.DataFrame, list[Issue]]:
    """Rows of one key of the contract as one: measures added up, people only where one row has any.

    breakdowns : headers in which the rows of one key differ, for the sentence
    """
    by = [c for c in table.key if c in held]
    if not by or not held.duplicated(by).any():
        return held, []
    people = [str(c) for c in held if c in said()["people"]]
    adds = {*said()["additive"], *people}
    issues = list(_people(held, by, people, breakdowns))
    how = {
        str(c): "sum" if c in adds else "last" if c == "snapshot_date" else "first"
        for c in held
        if c not in by
    }
    merged = one_each(held, by, {**how, "_row": "min"})
    facts = {"keys": by, "columns": breakdowns}
    issues.append(Issue("added_up", "note", count=len(held) - len(merged), facts=facts))
    return merged, issues


def _people(
    held: pd.DataFrame, by: list[str], people: list[str], breakdowns: list[str]
) -> Iterator[Issue]:
    """People who would be counted once for each part they were seen in."""
    several = held[held.duplicated(by, keep=False)]
    for column in people:
        counted = several[several[column].fillna(0) != 0]
        twice = counted.duplicated(by, keep=False)
        if twice.any():
            first = counted[twice].iloc[0]
            facts = {"columns": breakdowns or by, "keys": by}
            yield Issue(
                "people_in_parts",
                "refuse",
                row=int(first["_row"]),
                column=column,
                count=int(twice.sum()),
                facts=facts,
            )


def one_each(rows: pd.DataFrame, by: list[str], how: dict[str, str]) -> pd.DataFrame:
    """One row a key, in the order of the rows; a sum is missing where none of its values is there.

    >>> rows = pd.DataFrame({"plan": ["a", "a", "b"], "spend": [1.5, None, None]})
    >>> one_each(rows.assign(_row=[1, 2, 3]), ["plan"], {"spend": "sum", "_row": "min"}).values
    array([['a', 1.5, 1],
           ['b', nan, 3]], dtype=object)
    """
    group = rows.groupby(by, dropna=False, sort=False)
    sums = group[[name for name, way in how.items() if way == "sum"]].sum(min_count=1)
    rest = group.agg({name: way for name, way in how.items() if way != "sum"})
    return pd.concat([rest, sums], axis=1)[list(how)].reset_index()


def varying(rows: pd.DataFrame, by: list[str], names: list[str]) -> list[str]:
    """Columns that differ within the rows of one key."""
    there = [name for name in names if name in rows]
    if not there or not by:
        return []
    several = rows[rows.duplicated(by, keep=False)]
    if several.empty:
        return []
    counts = several.groupby(by, dropna=False)[there].nunique(dropna=False)
    return [name for name in there if bool(np.any(counts[name] > 1))]
