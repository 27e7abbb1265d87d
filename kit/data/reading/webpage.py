"""An HTML page saved as a workbook (网页表格): the cells of its tables, spans as merged cells."""

import html.parser
from typing import Any

from kit.data.reading.cells import Remarks, Text, grid

MOST_WIDE = 500  # columns that one cell may span
MOST_HIGH = 100_000  # rows that one cell may span


def page(text: str) -> Text:
    """Every row of every table of a page."""
    parser = _Cells()
    parser.feed(text)
    parser.close()
    return grid(parser.rows, Remarks(merged=tuple(parser.merged)))


class _Cells(html.parser.HTMLParser):
    """Cells of every table row of an HTML page; nothing in it is run or fetched."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.merged: list[tuple[int, int, int, int]] = []
        self.below: dict[int, int] = {}  # columns that a cell from above still covers, rows left
        self.inside = False

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        """A table, a row or a cell begins."""
        if tag == "table":
            self.below = {}
        if tag == "tr":
            self._leave_empty()
            self.rows.append([])
        if tag in ("td", "th") and self.rows:
            self._cell(dict(attrs))

    def _cell(self, attrs: dict[str, str | None]) -> None:
        row = self.rows[-1]
        while self.below.get(len(row), 0) > 0:
            self.below[len(row)] -= 1
            row.append("")
        left = len(row)
        wide = _span(attrs.get("colspan"), MOST_WIDE)
        high = _span(attrs.get("rowspan"), MOST_HIGH)
        row.extend([""] * wide)
        self.inside = True
        self.at = left
        if wide > 1 or high > 1:
            top = len(self.rows)
            self.merged.append((top, left, top + high - 1, left + wide - 1))
        for column in range(left, left + wide):
            self.below[column] = high - 1

    def handle_data(self, data: str) -> None:
        """Text inside a cell."""
        if self.inside and self.rows:
            self.rows[-1][self.at] += data.strip()

    def handle_endtag(self, tag: str) -> None:
        """A cell, a row or a table ends."""
        if tag in ("td", "th"):
            self.inside = False
        if tag in ("tr", "table"):
            self._leave_empty()

    def _leave_empty(self) -> None:
        """Columns at the end of a row that a cell from above covers are empty cells."""
        row = self.rows[-1] if self.rows else []
        while row and self.below.get(len(row), 0) > 0:
            self.below[len(row)] -= 1
            row.append("")


def _span(text: str | None, most: int) -> int:
    return min(max(int(text), 1), most) if text and text.isdigit() else 1
