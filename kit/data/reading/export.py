"""A platform's export → contract table (平台导出): totals, dashes, repeats, windows, ratios.

Shipped ratios are recomputed and compared, never used; total rows are left out after they were
found equal to the sum of the rows kept; whatever was changed or left out is an issue with a count.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from kit.data.issues import Issue
from kit.data.reading import orders, parts, spans
from kit.data.reading.cast import DASHES
from kit.data.reading.cells import Body, distinct
from kit.data.reading.columns import Typed
from kit.data.reading.headers import Header
from kit.data.reading.reports import Report, said
from kit.data.reading.totals import Labelled, without_totals
from kit.data.reading.windows import present
from kit.data.schema import Table

FACTORS = (100, 0.01, 1000, 0.001, 1e4, 1e-4, 1e6, 1e-6)  # between two units of one amount


class Export(NamedTuple):
    """An export under its canonical names, a row a kept line with `_row`; and what was found.

    breakdowns : headers in which the rows of one plan and day differ
    """

    rows: pd.DataFrame
    issues: list[Issue]
    breakdowns: tuple[str, ...] = ()


def canonical(header: Header, body: Body, typed: Typed, marked: Labelled) -> Export:
    """Rows of a recognised report without totals, dashes and repeats, and what is odd in them."""
    frame = pd.DataFrame({name: column.to_pandas() for name, column in typed.values.items()})
    frame = _dashes(frame, header, body).assign(_row=np.asarray(body.rows))
    frame = frame.assign(_at=np.arange(len(frame)))
    whole, frame = frame, frame[~marked.any].reset_index(drop=True)
    unread = _unread(header, body, typed)
    ranged = list(spans.beside(frame, unread, header.report))
    at = frame["_at"].to_numpy()
    by = [str(c) for c in frame if c in (*said()["dimensions"], "hour")]
    repeats: list[Issue] = []
    differing: list[str] = []
    if by and frame.duplicated(by).any():
        texts = {name: _cells(column, at) for name, column in unread.items()}
        frame, repeats, differing = parts.once(frame, texts, by)
    if marked.any.any():
        frame, issues = without_totals(_together(whole, frame, marked), marked)
    else:
        issues = []
    frame = frame.drop(columns="_at")
    issues += [*spans.later_ends(frame, header), *ranged]
    issues += [*repeats, *_absent(frame), *spans.coarse(frame), *_ratios(frame, typed.decimals)]
    names = dict(zip(header.names, header.cells, strict=True))
    mapped = [names.get(n, n) for n in _breakdowns(frame, by)]
    return Export(frame, issues, (*mapped, *differing))


def _unread(header: Header, body: Body, typed: Typed) -> dict[str, pa.ChunkedArray]:
    """Columns that no figure takes, by their headers: unknown ones, and texts under known names."""
    return {
        header.cells[n] or f"column {n + 1}": body.cells[str(n)]
        for n, name in enumerate(header.names)
        if header.report.rule(header.cells[n]).role != "ignored"
        and (not name or (name not in typed.values and _is_worded(body.cells[str(n)])))
    }


def _is_worded(column: pa.ChunkedArray) -> bool:
    """Whether some cell of a column is more than a figure."""
    return any(cell.strip() and not parts.FIGURES.fullmatch(cell) for cell in present(column))


def _together(whole: pd.DataFrame, once: pd.DataFrame, marked: Labelled) -> pd.DataFrame:
    """The rows that stay, and those that may be totals, in the order of the file."""
    return pd.concat([once, whole[marked.any]]).sort_values("_at", ignore_index=True)


def _cells(column: pa.ChunkedArray, at: np.ndarray) -> np.ndarray:
    words, places = distinct(column)
    texts = np.array(words.to_pylist(), dtype=object)
    found: np.ndarray = texts[places.to_numpy()[at]]
    return found


def _breakdowns(frame: pd.DataFrame, by: list[str]) -> list[str]:
    """Mapped breakdowns without a column of the contract in which rows of one key differ."""
    keys = [c for c in by if said()["contract"].get(c, c) in _KEYS]
    return parts.varying(frame, keys, [c for c in by if c not in keys])


_KEYS = {"date", "hour", "plan_id", "plan_name", "ad_group", "keyword", "creative", "audience"}
_KEYS |= {"channel", "order_id"}


def _dashes(frame: pd.DataFrame, header: Header, body: Body) -> pd.DataFrame:
    """A dash is 0 where other measures of its row are there, else missing."""
    measures = [m for m in (*said()["additive"], *said()["people"]) if m in frame]
    known = {name: n for n, name in enumerate(header.names) if name}
    masks = {}
    for name in measures:
        words, at = distinct(body.cells[str(known[name])])
        dashed = pc.is_in(pc.utf8_trim_whitespace(words), value_set=pa.array(DASHES))
        if pc.any(dashed, min_count=0).as_py():
            masks[name] = dashed.take(at).to_numpy(False)
    if not masks:
        return frame
    other = frame[measures].notna().any(axis=1)
    zero = other.map({True: 0.0, False: np.nan})
    return frame.assign(**{name: frame[name].mask(mask, zero) for name, mask in masks.items()})


def _absent(frame: pd.DataFrame) -> Iterator[Issue]:
    if "date" in frame and frame["date"].notna().any():
        days = pd.DatetimeIndex(frame["date"].dropna().unique())
        lost = pd.date_range(days.min(), days.max()).difference(days)
        if len(lost):
            facts = {"days": [str(day.date()) for day in lost]}
            yield Issue("missing_day", "warn", count=len(lost), facts=facts)


def _ratios(frame: pd.DataFrame, decimals: dict[str, int]) -> Iterator[Issue]:
    """Shipped ratios that differ from the quotient of their sums by more than their rounding.

    A ratio of an amount that is off by one factor in all rows says that the amount is in another
    unit than its header tells.
    """
    for name, (over, under, times) in said()["ratios"].items():
        if not {name, over, under} <= set(frame):
            continue
        own = times * frame[over] / frame[under].where(frame[under] > 0)
        far = _differs(frame[name], own, decimals.get(name, 2))
        if not far.any():
            continue
        if times != 1 or over in said()["money"]:
            factor = _factor(frame[name], own)
            if factor:
                yield _other_unit(name, over if over in said()["money"] else under, factor)
                continue
        first = frame[far].iloc[0]
        facts = {"own": f"{own[far].iloc[0]:.4g}"}
        yield Issue(
            "ratio_differs",
            "warn",
            row=int(first["_row"]),
            column=name,
            value=f"{first[name]:.4g}",
            count=int(far.sum()),
            facts=facts,
        )


def _differs(shipped: pd.Series, own: pd.Series, decimals: int) -> pd.Series:
    """Where a shipped ratio is neither its own figures' quotient, as rounded, nor that in %."""
    near = max(0.5 * 10.0**-decimals, 1e-9) * 1.02 + 0.002 * own.abs()
    return ((shipped - own).abs() > near) & ((shipped / 100 - own).abs() > near / 100)


def _factor(shipped: pd.Series, own: pd.Series) -> float:
    """The one factor between a shipped ratio and its own figures in all rows; 0: there is none."""
    there = (shipped > 0) & (own > 0)
    if there.sum() < 1:
        return 0.0
    quotient = (own[there] / shipped[there]).to_numpy()
    for factor in FACTORS:
        if np.all(np.abs(quotient / factor - 1) < 0.03):
            return float(factor)
    return 0.0


def _other_unit(ratio: str, column: str, factor: float) -> Issue:
    facts = {"factor": f"{factor:g}", "ratio": ratio}
    return Issue("unit_doubt", "refuse", column=column, facts=facts)


def contracted(export: Export, report: Report, table: Table) -> tuple[pd.DataFrame, list[Issue]]:
    """Canonical rows in the contract's columns, added up to its key (devices, items, …)."""
    rows, issues = _named(export, report, table)
    if table.name == "orders" and "order_id" in rows:
        done, more = orders.sales(rows, report, table)
        return done, issues + more
    issues += _plans(rows, report) if table.name == "ads" and "plan_id" in rows else []
    held = rows[[c for c in table.columns if c in rows] + ["_row"]]
    merged, more = parts.added_up(held, table, list(export.breakdowns))
    return merged, issues + more


def _named(export: Export, report: Report, table: Table) -> tuple[pd.DataFrame, list[Issue]]:
    """Rows under the contract's names, with what the report fixes and what stands in."""
    rows = export.rows
    for less, more in (("adgroup_id", "adgroup_name"), ("creative_id", "creative_name")):
        rows = rows.drop(columns=less) if {less, more} <= set(rows) else rows
    rows = rows.rename(columns=said()["contract"])
    window = [float(i.value) for i in export.issues if i.rule == "window_said"]
    fixed = dict(report.fixed)
    issues = []
    if window:
        fixed["window_days"] = window[0]
    elif report.window is not None and "window_days" not in fixed:
        fixed["window_days"] = report.window
        if report.window_assumed:
            issues.append(Issue("window_assumed", "note", value=str(report.window)))
    put = {k: v for k, v in fixed.items() if k in table.columns and k not in rows}
    rows = rows.assign(**put)
    issues += [
        Issue("never_shown", "warn", column=c, count=len(rows)) for c in put if c == "impressions"
    ]
    for name, others in said()["instead"].items():
        other = next((o for o in others if o in rows), None)
        if name in table.columns and name not in rows and other:
            rows = rows.assign(**{name: rows[other]})
            issues.append(Issue("stands_in", "warn", column=name, value=other, count=len(rows)))
    return rows, issues


def _plans(rows: pd.DataFrame, report: Report) -> Iterator[Issue]:
    """Plans as the export names them: they stand in when nobody gave a table of plans."""
    name = next((c for c in ("plan_name", "product_name") if c in rows), "plan_id")
    pairs = rows.dropna(subset=["plan_id", name]).drop_duplicates("plan_id", keep="last")
    named = dict(zip(pairs["plan_id"], pairs[name], strict=True))
    fixed = report.fixed
    of = {"platform": fixed.get("platform", "other"), "channel": fixed.get("channel", "other")}
    yield Issue(
        "plans_taken", "note", column="plan_id", count=len(named), facts={"named": named, **of}
    )
