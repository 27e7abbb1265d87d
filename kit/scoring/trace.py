"""From a score back to the rows it came from (追溯): value, sums, rule, points, weight, rows."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import narwhals as nw
import pandas as pd

from kit.data.facts import between
from kit.data.store.cache import remembered
from kit.data.store.engine import collect
from kit.errors import FormulaError
from kit.scheme.library import UNDER, table_of
from kit.scoring import key_results, measured
from kit.scoring.card import Scorecards, scorecards
from kit.scoring.composite import settled
from kit.scoring.items import shown
from kit.scoring.panel import of_period, panel
from kit.scoring.subperiods import parts
from kit.scoring.visits import alike

if TYPE_CHECKING:
    from kit.data.tables import Tables

DATES = {
    "ads": "date",
    "traffic": "date",
    "orders": "paid_at",
    "customers": "first_order_at",
    "tasks": "due",
}
PLANS = {"customers": "source_plan_id"}
COLUMNS = ["table", "plan_id", "file", "first_row", "last_row", "rows"]


def trace(tables: "Tables", cards: Scorecards, specialist: str, indicator: str) -> pd.DataFrame:
    """The chain of one figure (得分追溯): step, value, by — a word key or text for each step.

    sums → value → target → completion → rule → points → weight → contribution; for 360 it begins
    with the relation means that may be shown.
    """
    rows = cards.indicators
    row = rows[(rows["specialist_id"] == specialist) & (rows["indicator"] == indicator)]
    if row.empty:
        raise FormulaError("scoring.no_such_score", specialist=specialist, indicator=indicator)
    one = row.iloc[0]
    of = tables.scheme.library[indicator]
    rule = tables.scheme.rule_of(indicator)
    said = ", ".join(f"{k} {v}" for k, v in rule.model_dump(exclude={"kind", "on"}).items())
    steps: list[tuple[str, Any, str]] = _sums(tables, specialist, indicator)
    steps += [
        ("actual", one["actual"], f"{of.top} / {of.under}" if of.under else of.top or of.item),
        ("target", one["target"], "targets"),
        (
            "completion",
            one["completion"],
            "scoring.by_lower" if of.better == "down" else "scoring.by_higher",
        ),
        ("points", one["points"], f"{rule.kind}: {said}"),
        ("weight", one["weight"], ""),
        ("weight_used", one["weight_used"], ""),
        ("contribution", one["contribution"], ""),
    ]
    found = pd.DataFrame(steps, columns=["step", "value", "by"])
    return found.assign(reason=one["reason"])


def _sums(tables: "Tables", specialist: str, indicator: str) -> list[tuple[str, Any, str]]:
    """What the value is made of: sums of measures, or relation means."""
    period = tables.period
    of = tables.scheme.library[indicator]
    days = pd.date_range(period.start, period.last_day)
    if of.item:
        means = shown(tables, days)
        mine = means[(means["specialist_id"] == specialist) & (means["item"] == of.item)]
        return [(r["relation"], r["figure"], "") for r in mine.to_dict("records")]
    if of.source == "progress":
        rows = key_results.progressed(tables, days)
        mine = rows[rows["specialist_id"] == specialist]
        return [
            (r["key_result"], r["progress"], f"{r['start']:g} → {r['target']:g}: {r['current']:g}")
            for r in mine.to_dict("records")
        ]
    if of.source == "periods":
        return _parts(tables, specialist, indicator)
    data = alike(panel(tables, period.start, period.last_day), of)
    place = data.people.index(specialist)
    return [(name, data.total[name][place], table_of(name)) for name in of.terms]


def _parts(tables: "Tables", specialist: str, indicator: str) -> list[tuple[str, Any, str]]:
    """The official total of each part of a period (各期总分), with the scheme that scored it."""
    found = []
    for span, part in parts(tables, indicator):
        total = float("nan")
        by = "—"
        if part is not None:
            rows = settled(part, scorecards(part)).set_index("specialist_id")["printed"]
            total = float(rows.get(specialist, total))
            scheme = part.scheme
            by = f"{scheme.id} {scheme.version} {scheme.digest[:8]} {part.digest[:8]}"
        found.append((span.id, total, by))
    return found


def source_rows(tables: "Tables", specialist: str, indicator: str) -> pd.DataFrame:
    """File rows behind a score (源数据行): table, plan, file, first and last row, how many rows.

    Rows of days on which the specialist owned the plan, then the rows of target and budget; rows of
    360 are never listed.
    """
    of = tables.scheme.library[indicator]
    known = dict.fromkeys(table_of(name) for name in of.terms)
    found = [
        _rows(tables, table, specialist) for table in known if table in DATES and tables.has(table)
    ]
    found += [
        _set(tables, table, specialist, indicator)
        for table in ("targets", *(t for t in known if t == "budget"))
    ]
    if "measured" in known and tables.has("measured"):
        found.append(_entered(tables, specialist, of.terms))
    return pd.concat(found, ignore_index=True)[COLUMNS]


def _entered(tables: "Tables", specialist: str, terms: tuple[str, ...]) -> pd.DataFrame:
    """Rows of `measured` behind a value (填报行), of every declared indicator that it uses."""
    days = pd.date_range(tables.period.start, tables.period.last_day)
    engine = tables.engine
    table = engine.brought("_placed_measured", lambda: collect(engine.scan("measured")))
    table = table.assign(date=pd.to_datetime(table["date"]))
    rows = measured.rows_of(tables, (specialist,), days, table)
    return _placed(rows[rows["indicator"].isin([t.removesuffix(UNDER) for t in terms])], "measured")


def _placed(rows: pd.DataFrame, table: str) -> pd.DataFrame:
    """Rows by the file and the span of rows that they stand in."""
    found = rows.groupby("_file", as_index=False)["_row"].agg(["min", "max", "size"])
    found = found.set_axis(["file", "first_row", "last_row", "rows"], axis=1)
    return found.assign(table=table, plan_id="", file=[Path(str(f)).name for f in found["file"]])


def _set(tables: "Tables", table: str, specialist: str, indicator: str) -> pd.DataFrame:
    """Rows of a period's target or budget, or of its months' where those add up."""
    period = tables.period
    of = tables.scheme.library[indicator]
    if not tables.has(table):
        return pd.DataFrame(columns=COLUMNS)
    given = tables.engine.brought(f"_placed_{table}", lambda: collect(tables.engine.scan(table)))
    rows = given[given["specialist_id"] == specialist]
    if table == "targets":
        rows = rows[(rows["indicator"] == indicator) & rows["stage"].isna()]
    days = pd.date_range(period.start, period.last_day)
    rows = of_period(tables, rows, days, table == "budget" or of.additive)
    return _placed(rows, table)


def _rows(tables: "Tables", table: str, specialist: str) -> pd.DataFrame:
    """Rows of the days on which the specialist owned the plan, or of the own tasks."""
    found = remembered(tables, f"rows-{table}", lambda given: _everybodys(given, table))
    return found[found["specialist_id"] == specialist]


def _everybodys(tables: "Tables", table: str) -> pd.DataFrame:
    """Rows of a table in the period by whose they are, plan and file: asked once for all."""
    period = tables.period
    scan = tables.engine.scan(table).with_columns(date=nw.col(DATES[table]).cast(nw.Date))
    rows = between(scan, period.start, period.last_day)
    if table != "tasks":
        own = tables.engine.scan("assignment")
        own = own.select("specialist_id", "plan_id", "valid_from", "valid_to")
        rows = rows.rename({PLANS[table]: "plan_id"} if table in PLANS else {})
        rows = rows.drop("specialist_id", strict=False).join(own, on="plan_id")
        rows = rows.filter(
            (nw.col("date") >= nw.col("valid_from"))
            & (nw.col("valid_to").is_null() | (nw.col("date") <= nw.col("valid_to")))
        )
    sums = rows.group_by("specialist_id", "plan_id", "_file").agg(
        first_row=nw.col("_row").min(), last_row=nw.col("_row").max(), rows=nw.len()
    )
    found = collect(sums).sort_values(["plan_id", "_file"])
    names = [Path(str(file)).name for file in found["_file"]]
    return found.assign(file=names, table=table)
