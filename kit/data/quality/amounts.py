"""Deductions with one sign, and names that tell people apart (退款符号、重名): laid anew, and said.

A refund is a deduction however an export writes it: a minus before it, or a line of its own with a
negative amount. Net sales are never above gross.
"""

from __future__ import annotations

from dataclasses import replace

import narwhals as nw
import pandas as pd

from kit.data.issues import Issue
from kit.data.quality.gates import place
from kit.data.store.engine import Engine, collect

REFUND = "refund_amount"
DEDUCTED = ("orders", "experiment_days", "experiment_users")
NAMES = {"roster": ("specialist_id", "name"), "plans": ("plan_id", "plan_name")}


def read_deductions(engine: Engine, name: str) -> list[Issue]:
    """Refunds of a table as positive amounts (退款取正), whichever sign its rows carry."""
    if name not in DEDUCTED:
        return []
    rows = engine.scan(name)
    signs = _signs(rows)
    issues = []
    if signs["minus"] and signs["plus"]:
        facts = {"plus": int(signs["plus"])}
        both = Issue("refund_both_signs", "refuse", name, column=REFUND, facts=facts)
        issues.append(_below_zero(both, rows))
    elif signs["minus"]:
        issues.append(_below_zero(Issue("refund_minus", "note", name, column=REFUND), rows))
        amount = nw.when(nw.col(REFUND) < 0).then(-nw.col(REFUND)).otherwise(nw.col(REFUND))
        rows = rows.with_columns(amount.alias(REFUND))
    if signs["lines"] and name == "orders":
        line = Issue("refund_line", "note", name, column="revenue")
        issues.append(_below_zero(line, engine.scan(name)))
        rows = _lines(rows)
    engine.frames[name] = rows
    return issues


def _signs(rows: nw.LazyFrame) -> pd.Series:
    """How many refunds carry a minus, how many a plus, how many lines are refunds themselves."""
    one = {
        "minus": nw.col(REFUND) < 0,
        "plus": nw.col(REFUND) > 0,
        "lines": nw.col("revenue") < 0,
    }
    sums = [nw.when(is_so).then(nw.lit(1.0)).sum().alias(n) for n, is_so in one.items()]
    return collect(rows.select(*sums)).iloc[0].fillna(0)


def _lines(rows: nw.LazyFrame) -> nw.LazyFrame:
    """A line with a negative amount sold nothing and is a refund of that much (退款行)."""
    back = -nw.col("revenue")
    more = nw.col(REFUND).is_null() | (nw.col(REFUND) < back)
    refund = nw.when((nw.col("revenue") < 0) & more).then(back).otherwise(nw.col(REFUND))
    paid = nw.when(nw.col("revenue") < 0).then(nw.lit(0.0)).otherwise(nw.col("revenue"))
    return rows.with_columns(refund.alias(REFUND), paid.alias("revenue"))


def read_own_answers(engine: Engine, name: str) -> list[Issue]:
    """Somebody's rating of oneself as self (自评), whatever relation it is written under."""
    if name != "feedback":
        return []
    rows = engine.scan(name)
    own = (nw.col("rater_id") == nw.col("specialist_id")) & (nw.col("relation") != "self")
    bad = rows.filter(own).sort("_file", "_row")
    first = collect(bad.select("_file", "_row", "relation", "rater_id"))
    if first.empty:
        return []
    relation = nw.when(own).then(nw.lit("self")).otherwise(nw.col("relation"))
    engine.frames[name] = rows.with_columns(relation.alias("relation"))
    row = first.iloc[0]
    facts = {"people": sorted(first["rater_id"].unique())[:10]}
    where = (*place(row), "relation", str(row["relation"]), len(first))
    return [Issue("own_as_other", "warn", name, *where, facts)]


def tell_apart(engine: Engine, name: str) -> None:
    """From now on a name that several people or plans bear carries the id too (重名加编号)."""
    key, label = NAMES[name]
    rows = engine.scan(name)
    counted = collect(rows.group_by(label).agg(n=nw.len()), name="")
    twice = counted.loc[counted["n"] > 1, label].dropna().tolist()
    if twice:
        longer = nw.concat_str(nw.col(label), nw.lit(" ("), nw.col(key), nw.lit(")"))
        new = nw.when(nw.col(label).is_in(twice)).then(longer).otherwise(nw.col(label))
        engine.frames[name] = rows.with_columns(new.alias(label))


def _below_zero(issue: Issue, rows: nw.LazyFrame) -> Issue:
    """The issue with the number of its column's figures below 0, and the place of the first."""
    bad = rows.filter(nw.col(issue.column) < 0)
    told = bad.sort("_file", "_row").select("_file", "_row", value=issue.column).head(1)
    first = collect(told).iloc[0]
    n = int(collect(bad.select(n=nw.len()))["n"].iloc[0])
    file, row = place(first)
    return replace(issue, file=file, row=row, value=f"{first['value']:g}", count=n)
