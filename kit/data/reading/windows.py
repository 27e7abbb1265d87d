"""Attribution windows of an export (归因周期), and the day it was made: columns and lines above."""

import re
from collections.abc import Callable

import numpy as np
import pyarrow as pa

from kit.data.issues import Issue
from kit.data.reading.cells import distinct
from kit.data.reading.headers import Header
from kit.data.reading.reports import said

ABOVE = re.compile(r"((?:转化|归因)周期)\s*[:：]\s*(\d+)\s*[天日]")
WINDOW = ("window", "归因周期", "转化周期")  # names under which a place may choose a window
EXPORTED = re.compile(
    r"(?:下载|导出|生成|创建)(?:时间|日期)\s*[:：]?\s*(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})"
    r"|(?:downloaded|exported|generated|report date)\D{0,12}(\d{4})-(\d{2})-(\d{2})",
    re.I,
)


def present(column: pa.ChunkedArray) -> list[str]:
    """The different cells of the rows that are left."""
    words, at = distinct(column)
    found: list[str] = words.take(at.unique()).to_pylist()
    return found


def _where(column: pa.ChunkedArray, is_so: Callable[[str], bool]) -> np.ndarray:
    words, at = distinct(column)
    return np.array([is_so(word) for word in words.to_pylist()], dtype=bool)[at.to_numpy()]


def windows(
    header: Header, cells: pa.Table, chosen: dict[str, str]
) -> tuple[np.ndarray, list[Issue], list[Issue]]:
    """Mask of the rows of the chosen window, several windows that are refused, and a chosen one."""
    mask = np.ones(len(cells), dtype=bool)
    issues = []
    seen = {cell.strip() for cell in header.cells}
    for n, cell in enumerate(header.cells):
        values = (
            [v for v in present(cells[str(n)]) if v] if cell.strip() in said()["splits"] else []
        )
        if cell.strip() in chosen:
            mask &= _where(cells[str(n)], chosen[cell.strip()].__eq__)
        elif len(values) > 1:
            facts = {"values": values}
            column = cell.strip()
            issues.append(Issue("several_splits", column=column, count=len(values), facts=facts))
        elif values and (days := re.fullmatch(r"(\d+)\s*[天日].*", values[0])):
            issues.append(Issue("window_said", "note", column=cell.strip(), value=days[1]))
    named = [(k, v) for k, v in chosen.items() if k in WINDOW and k not in seen]
    days_chosen = [(k, re.match(r"\d+", v)) for k, v in named]
    window = [Issue("window_said", "note", column=k, value=d[0]) for k, d in days_chosen if d]
    return mask, issues, window


def window_above(lines: list[list[str]]) -> list[Issue]:
    """The attribution window that lines above the header name."""
    found = (ABOVE.search(" ".join(line)) for line in lines)
    return [Issue("window_said", "note", column=at[1], value=at[2]) for at in found if at][:1]


def exported_on(lines: list[list[str]]) -> list[Issue]:
    """The day of the export that lines above the header name."""
    found = [at for line in lines if (at := EXPORTED.search(" ".join(line)))]
    parts_of = [[int(part) for part in at.groups() if part] for at in found]
    days = [f"{year:04d}-{month:02d}-{day:02d}" for year, month, day in parts_of]
    return [Issue("exported_on", "note", value=day) for day in days[:1]]
