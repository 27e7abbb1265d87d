"""What there is (数据盘点): tables with rows and days, days present, and what metrics mean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from kit.data.facts import DATED, days
from kit.data.quality.appraised import period_days
from kit.data.quality.checks import provisional_days, snapshots
from kit.data.schema import beside, contract, meanings
from kit.data.store import engine as engines

if TYPE_CHECKING:
    from kit.data.tables import Tables

CLEANED = (
    "duplicate_row",
    "conflict",
    "total_row_dropped",
    "preamble_lines",
    "remark_line",
    "merged_header_rows",
    "bounded_value",
    "stands_in",
    "added_up",
    "unknown_column",
)


def metrics() -> dict[str, dict[str, Any]]:
    """Definitions of the metrics: names, formula, unit, what is better, least denominator."""
    return beside("metrics.yml")


def formula(said: dict[str, Any], lang: str) -> str:
    """A metric's formula in the reader's words; figures are called what their columns mean."""
    if lang == "zh" and "formula_zh" in said:
        return str(said["formula_zh"])
    own = {name: metric[lang] for name, metric in metrics().items()}
    if lang == "zh":
        own |= {name: text["zh"].partition("（")[0] for name, text in meanings().items()}
    else:  # columns are explained at length in English: here their names do, but for three
        own = {name: text.partition(" (")[0].lower() for name, text in own.items()}
        own |= {"revenue": "sales"}
    said_so = re.sub(r"[a-z_]{2,}", lambda found: own.get(found[0], found[0]), said["formula"])
    return said_so.replace("_", " ").replace(" - ", " − ").replace(" * ", " × ")


def arrives(tables: Tables, said: dict[str, Any]) -> list[int] | None:
    """Days after the click that a metric's conversions may arrive (归因周期); None: none of it."""
    late = {"orders", "revenue", "add_to_carts", "new_customers"}
    if said["of"] != "ads" or not late & set(re.findall(r"\w+", said["formula"])):
        return None
    return (
        sorted({int(w) for w in snapshots(tables)["window_days"].dropna()})
        if tables.has("ads")
        else []
    )


def inventory(tables: Tables) -> pd.DataFrame:
    """One row a contract table: files, rows, first and last day; NaN where it was not given."""
    rows = []
    for name in contract():
        held = tables.sources.get(name)
        seen = days(tables, name) if held and name in DATED else pd.DatetimeIndex([])
        rows.append(
            {
                "table": name,
                "files": len(held.files) if held else None,
                "rows": engines.rows(tables.engine, name) if held else None,
                "first": seen.min() if len(seen) else pd.NaT,
                "last": seen.max() if len(seen) else pd.NaT,
            }
        )
    return pd.DataFrame(rows).sort_values("rows", ascending=False, ignore_index=True)


def cleaned(tables: Tables) -> pd.DataFrame:
    """Issues about what reading changed or left out."""
    return tables.issues[tables.issues["rule"].isin(CLEANED)].reset_index(drop=True)


def calendar(tables: Tables) -> pd.DataFrame:
    """date, tone: missing (no rows of ads), provisional (conversions still arrive) or neutral."""
    every = period_days(tables)
    there = days(tables, "ads") if tables.has("ads") else pd.DatetimeIndex([])
    late = provisional_days(tables) if tables.has("ads") else there
    tone = pd.Series("neutral", index=every).mask(every.isin(late), "provisional")
    return tone.mask(~every.isin(there), "missing").rename_axis("date").reset_index(name="tone")
