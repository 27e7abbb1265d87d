"""Plus and minus points that people typed (加减分填报): kinds, evidence, approval, days, limits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from kit.data.issues import Issue
from kit.data.quality.gates import of_rows
from kit.data.quality.labels import nearest
from kit.data.store.engine import collect
from kit.params import place_of
from kit.scheme.adjustments import counted_twice

if TYPE_CHECKING:
    from kit.data.tables import Tables

TABLE = "adjustments"


def adjustments(tables: Tables) -> Iterator[Issue]:
    """Every fault of the table `adjustments` that the scheme alone can tell."""
    for where, name in counted_twice(tables.scheme):
        facts = {**place_of(tables.period.scheme_path, where), "value": name}
        yield Issue("in_both", "warn", facts=facts)
    if not tables.has("adjustments"):
        return
    rows = collect(tables.engine.scan("adjustments")).sort_values(["_file", "_row"])
    known = tables.scheme.adjustments
    if not known:
        yield from of_rows(rows, "adjustments_unused", (TABLE, "kind"), "warn")
        return
    names = {text: k for k, a in known.items() for text in (k, a.name.zh, a.name.en)}
    kinds = rows["kind"].map(names)
    bad = rows[kinds.isna() & rows["kind"].notna()]
    near = nearest(sorted(bad["kind"].unique()), list(names))
    yield from of_rows(bad, "unknown_kind", (TABLE, "kind"), near=near, known=list(known))
    followed = kinds.map(lambda k: k in known and known[k].by is not None).astype(bool)
    yield from of_rows(rows[followed], "kind_by_rule", (TABLE, "kind"))
    yield from _filled(tables, rows.assign(kind=kinds.fillna(rows["kind"])))


def _filled(tables: Tables, rows: pd.DataFrame) -> Iterator[Issue]:
    """Rows without evidence or approval, on other days, and kinds beyond their most."""
    blank = rows["evidence"].fillna("").astype(str).str.strip() == ""
    if blank.any():
        yield from of_rows(
            rows[blank], "no_evidence", (TABLE, "evidence"), kind=rows[blank]["kind"].iloc[0]
        )
    waits = rows["approved_by"].fillna("").astype(str).str.strip() == ""
    period = tables.period
    mine = rows["period_id"] == period.id
    yield from of_rows(
        rows[waits & mine & ~blank], "waits_for_approval", (TABLE, "approved_by"), "note"
    )
    day = pd.to_datetime(rows["on"])
    outside = (day < pd.Timestamp(period.start)) | (day > pd.Timestamp(period.end))
    yield from of_rows(
        rows[outside & mine], "adjustment_day", (TABLE, "on"), "warn", period=period.id
    )
    for name, kind in tables.scheme.adjustments.items():
        if kind.each is None or kind.most is None:
            continue
        held = rows[mine & ~waits & (rows["kind"] == name)]
        sums = held.groupby("specialist_id")["times"].apply(lambda n: n.fillna(1).sum())
        over = sums.index[(sums * abs(kind.each)) > abs(kind.most)]
        beyond = held[held["specialist_id"].isin(over)].drop_duplicates("specialist_id")
        facts = {"kind": name, "most": f"{kind.most:g}"}
        yield from of_rows(beyond, "beyond_most", (TABLE, "times"), "note", **facts)
