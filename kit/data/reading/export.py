"""A platform's export → contract table (平台导出): totals, dashes, repeats, windows, ratios.

Shipped ratios are recomputed and compared, never used; total rows are left out after they were
found equal to the sum of the rows kept; whatever was changed or left out is an issue with a count.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from kit.data.issues import Issue
from kit.data.reading.cast import BOUNDED, DASHES, EMPTY, Style, blank, cast, distinct, faulty, tidy
from kit.data.reading.headers import Header, Report, plain, said, unit
from kit.data.schema import Table

ABOVE = re.compile(r"((?:转化|归因)周期)\s*[:：]\s*(\d+)\s*[天日]")
FIGURES = re.compile(r"[-\d.,%\s]*")


class Export(NamedTuple):
    """An export under its canonical names, a row a kept line with `_row`; and what was found."""

    rows: pd.DataFrame
    issues: list[Issue]


def canonical(header: Header, cells: pa.Table, rows: np.ndarray, comma: bool) -> Export:
    """Columns of a recognised report, typed: dates, ids and names as text, measures as numbers."""
    known = {name: n for n, name in enumerate(header.names) if name}
    mask = _totals(header, cells, known)
    kept, left = cells.filter(~mask) if mask.any() else cells, cells.filter(mask)
    frame, issues = _typed(header, kept, rows[~mask], known, comma)
    unread = {str(n): kept[str(n)] for n, name in enumerate(header.names) if not name}
    frame, repeats = _once(frame, unread)
    summed, more = _typed(header, left, rows[mask], known, comma)
    summed = summed.assign(_label=left[str(_first(header))].cast(pa.string()).to_pylist())
    issues += [i for i in more if i.rule == "bad_cell" and i.column not in _dated(header)]
    issues += [
        *repeats,
        *_compared(frame, summed),
        *_absent(frame),
        *_ratios(frame),
        *_currency(frame),
    ]
    return Export(frame, issues)


def _totals(header: Header, cells: pa.Table, known: dict[str, int]) -> np.ndarray:
    """Mask of total rows: a total word in the date or first dimension, or measures without date."""
    words = [w for kind in ("totals", "subtotals") for w in said()[kind]]
    first = _first(header)
    mask = np.zeros(len(cells), dtype=bool)
    for n in {first, known.get("date", first)}:
        mask |= _where(cells[str(n)], lambda cell: _is_total(cell, words))
    empty = header.report.total_when_empty
    by = [n for n, c in enumerate(header.cells) if plain(c) == empty != ""]
    for n in [*by, *([known["date"]] if "date" in known else [])]:
        mask |= _where(cells[str(n)], lambda cell: cell.strip() in EMPTY)
    return mask


def _where(column: pa.ChunkedArray, is_so: Callable[[str], bool]) -> np.ndarray:
    """Mask of the rows whose cell is so."""
    words, at = distinct(column)
    return np.array([is_so(word) for word in words.to_pylist()], dtype=bool)[at.to_numpy()]


def _dated(header: Header) -> set[str]:
    """Headers whose cells are words in a total row."""
    return {
        c
        for c, name in zip(header.cells, header.names, strict=True)
        if name in said()["dimensions"]
    }


def _first(header: Header) -> int:
    """The first dimension's column."""
    return next((n for n, name in enumerate(header.names) if name in said()["dimensions"]), 0)


def _is_total(cell: str, words: list[str]) -> bool:
    bare = plain(cell).strip("()")
    return _among(bare, words) or bare.startswith(tuple(said()["others"]))


def _among(bare: str, words: list[str]) -> bool:
    return any(re.fullmatch(word, bare) for word in words)


def _typed(
    header: Header, cells: pa.Table, rows: np.ndarray, known: dict[str, int], comma: bool
) -> tuple[pd.DataFrame, list[Issue]]:
    """Every column that has a use; a measure that cannot be read is refused with its place."""
    done: dict[str, Any] = {}
    issues: list[Issue] = []
    measures = [*said()["additive"], *said()["people"]]
    for name, n in known.items():
        raw, at = distinct(cells[str(n)])
        kind, words = _kind(name), tidy(blank(raw)) if name.endswith("_id") else blank(raw)
        if name not in (*said()["dimensions"], *measures):
            bounded = pc.fill_null(pc.match_substring_regex(words, BOUNDED), False).take(at)
            if count := pc.sum(bounded).as_py():
                issues.append(Issue("bounded_value", "note", column=header.cells[n], count=count))
        if name == "datetime_range":
            done |= {part: values.take(at) for part, values in _hours(words).items()}
        elif kind:
            style = Style(comma, name in said()["ratios"], unit(header.cells[n]) == "%")
            values, bad = cast(words, kind, style)
            wrong = name not in said()["ratios"] and faulty(words, bad.take(at), at)
            if wrong:
                issues.append(
                    Issue(
                        "bad_cell",
                        "refuse",
                        "",
                        "",
                        int(rows[wrong[0]]),
                        header.cells[n],
                        *wrong[1:],
                        {"wanted": kind},
                    )
                )
            if name in measures and words.null_count:
                dashed = pc.is_in(pc.utf8_trim_whitespace(raw), value_set=pa.array(DASHES))
                values = pc.if_else(dashed, np.inf, values)
            done[name] = values.take(at)
    frame = pd.DataFrame({name: column.to_pandas() for name, column in done.items()})
    return _dashes(frame, [m for m in measures if m in frame]).assign(_row=rows), issues


def _kind(name: str) -> str:
    if name in ("date", "paid_at"):
        return {"date": "date", "paid_at": "timestamp"}[name]
    if name in said()["dimensions"]:
        return "text"
    return "money" if name in (*said()["additive"], *said()["people"], *said()["ratios"]) else ""


def _hours(values: pa.Array) -> dict[str, pa.Array]:
    """京准通's 20260324000000~20260324005959: day and hour of its beginning."""
    day = cast(pc.utf8_slice_codeunits(values, 0, 8), "date")[0]
    return {"date": day, "hour": cast(pc.utf8_slice_codeunits(values, 8, 10), "int")[0]}


def _dashes(frame: pd.DataFrame, measures: list[str]) -> pd.DataFrame:
    """A dash is 0 where other measures of its row are there, else missing."""
    dashed = frame[measures] == np.inf
    other = (frame[measures].notna() & ~dashed).any(axis=1)
    return frame.assign(
        **{m: frame[m].mask(dashed[m], other.map({True: 0.0, False: np.nan})) for m in measures}
    )


def _once(
    frame: pd.DataFrame, unread: dict[str, pa.ChunkedArray]
) -> tuple[pd.DataFrame, list[Issue]]:
    """Rows equal in every column once; of rows with one key the last, and both are said."""
    by = [c for c in frame if c in (*said()["dimensions"], "hour")]
    texts = {
        f"?{n}": c.cast(pa.string()).to_pandas()
        for n, c in unread.items()
        if any(not FIGURES.fullmatch(cell) for cell in _present(c))
    }
    whole = frame.drop(columns="_row").assign(**texts)
    keys = whole[[*by, *texts]]
    if not by or not keys.duplicated().any():
        return frame, []
    same = whole.duplicated()
    other = keys[~same].duplicated(keep="last").reindex(frame.index, fill_value=False)
    rules = (("duplicate_row", "note", same), ("conflict", "warn", other))
    found = [
        Issue(
            rule,
            severity,
            row=int(frame.loc[mask, "_row"].iloc[0]),
            count=int(mask.sum()),
            facts={"days": _days(frame.loc[mask])},
        )
        for rule, severity, mask in rules
        if mask.any()
    ]
    return frame[~same & ~other].reset_index(drop=True), found


def _days(rows: pd.DataFrame) -> list[str]:
    return sorted({str(day) for day in rows["date"]})[:10] if "date" in rows else []


def _compared(frame: pd.DataFrame, totals: pd.DataFrame) -> Iterator[Issue]:
    """Total rows against the sums of what was kept, within the rounding of two decimals."""
    if len(totals):
        yield Issue("total_row_dropped", "note", count=len(totals))
    for _, total in totals.iterrows():
        label = plain(total["_label"]).strip("()")
        part = not _among(label, said()["totals"]) and (
            label in said()["subtotals"] or label.startswith(tuple(said()["others"]))
        )
        for name in () if part else said()["additive"]:
            summed = frame[name].sum() if name in frame else np.nan
            near = 0.005 * (len(frame) + 1) if summed % 1 else 0.005
            if abs(total.get(name, np.nan) - summed) > near:
                yield Issue(
                    "total_differs",
                    "refuse",
                    row=int(total["_row"]),
                    column=name,
                    value=f"{total[name]:,.2f}",
                    facts={"summed": f"{summed:,.2f}"},
                )


def _absent(frame: pd.DataFrame) -> Iterator[Issue]:
    if "date" in frame and frame["date"].notna().any():
        days = pd.DatetimeIndex(frame["date"].dropna().unique())
        lost = pd.date_range(days.min(), days.max()).difference(days)
        if len(lost):
            facts = {"days": [str(day.date()) for day in lost]}
            yield Issue("missing_day", "warn", count=len(lost), facts=facts)


def _currency(frame: pd.DataFrame) -> Iterator[Issue]:
    """The currency that a file names; two in one file cannot be added."""
    held = sorted(frame["currency"].dropna().unique()) if "currency" in frame else []
    if len(held) > 1:
        yield Issue("mixed_currency", column="currency", count=len(held), facts={"values": held})
    elif held:
        yield Issue("currency", "note", column="currency", value=held[0])


def _ratios(frame: pd.DataFrame) -> Iterator[Issue]:
    """Shipped ratios that differ from the quotient of their sums by more than their rounding."""
    for name, (over, under, times) in said()["ratios"].items():
        if {name, over, under} <= set(frame):
            own = times * frame[over] / frame[under].where(frame[under] > 0)
            near = 0.006 if times == 1 and own.median() > 0.5 else 0.0001 * max(times, 1)
            far = ((frame[name] - own).abs() > near + 0.002 * own) & (
                (frame[name] / 100 - own).abs() > near
            )
            if far.any():
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


def _present(column: pa.ChunkedArray) -> list[str]:
    """The different cells of the rows that are left."""
    words, at = distinct(column)
    found: list[str] = words.take(at.unique()).to_pylist()
    return found


def windows(
    header: Header, cells: pa.Table, chosen: dict[str, str]
) -> tuple[np.ndarray, list[Issue]]:
    """Mask of the rows of the chosen window; several windows and no choice are refused."""
    mask = np.ones(len(cells), dtype=bool)
    issues = []
    for n, cell in enumerate(header.cells):
        values = (
            [v for v in _present(cells[str(n)]) if v] if cell.strip() in said()["splits"] else []
        )
        if cell.strip() in chosen:
            mask &= _where(cells[str(n)], chosen[cell.strip()].__eq__)
        elif len(values) > 1:
            issues.append(
                Issue(
                    "several_splits",
                    column=cell.strip(),
                    count=len(values),
                    facts={"values": values},
                )
            )
        elif values and (days := re.fullmatch(r"(\d+)\s*[天日].*", values[0])):
            issues.append(Issue("window_said", "note", column=cell.strip(), value=days[1]))
    return mask, issues


def window_above(lines: list[list[str]]) -> list[Issue]:
    """The attribution window that lines above the header name."""
    found = (ABOVE.search(" ".join(line)) for line in lines)
    return [Issue("window_said", "note", column=at[1], value=at[2]) for at in found if at][:1]


def contracted(export: Export, report: Report, table: Table) -> tuple[pd.DataFrame, list[Issue]]:
    """Canonical rows in the contract's columns, added up to its key (devices, items, …)."""
    rows = export.rows.rename(columns=said()["contract"])
    window = [float(i.value) for i in export.issues if i.rule == "window_said"]
    fixed = {**report.fixed, **({"window_days": window[0]} if window else {})}
    put = {k: v for k, v in fixed.items() if k in table.columns and k not in rows}
    rows = rows.assign(**put)
    issues = [
        Issue("never_shown", "warn", column=c, count=len(rows)) for c in put if c == "impressions"
    ]
    for name, others in said()["instead"].items():
        other = next((o for o in others if o in rows), None)
        if name in table.columns and name not in rows and other:
            rows = rows.assign(**{name: rows[other]})
            issues.append(Issue("stands_in", "warn", column=name, value=other, count=len(rows)))
    issues += _plans(rows, fixed) if table.name == "ads" and "plan_id" in rows else []
    held = rows[[c for c in table.columns if c in rows] + ["_row"]]
    by = [c for c in table.key if c in held]
    if not by or not held.duplicated(by).any():
        return held, issues
    adds = {*said()["additive"], "new_customers"} if table.name == "ads" else {"units"}
    how = {c: _summed if c in adds else "first" for c in held if c not in by}
    merged = held.groupby(by, dropna=False, sort=False, as_index=False).agg({**how, "_row": "min"})
    issues.append(Issue("added_up", "note", count=len(held) - len(merged), facts={"key": by}))
    return merged, issues


def _plans(rows: pd.DataFrame, fixed: dict[str, Any]) -> Iterator[Issue]:
    """Plans as the export names them: they stand in when nobody gave a table of plans."""
    name = next((c for c in ("plan_name", "product_name") if c in rows), "plan_id")
    pairs = rows.dropna(subset=["plan_id", name]).drop_duplicates("plan_id", keep="last")
    named = dict(zip(pairs["plan_id"], pairs[name], strict=True))
    said_of = {"platform": fixed.get("platform", "other"), "channel": fixed.get("channel", "other")}
    yield Issue(
        "plans_taken", "note", column="plan_id", count=len(named), facts={"named": named, **said_of}
    )


def _summed(values: pd.Series) -> float:
    return values.sum(min_count=1)
