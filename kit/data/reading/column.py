"""The mapped columns of a file (已识别的列): header, meaning, type, unit, different cells."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kit.data.reading.cast import blank
from kit.data.reading.cells import Body, Kind, distinct
from kit.data.reading.headers import Header
from kit.data.reading.reports import said
from kit.data.reading.units import COUNTED, Unit, unit, unit_of
from kit.data.schema import NUMBERS, Table

FIGURE = r"^[\d.,+\-\s%]*$"


@dataclass(frozen=True)
class Column:
    """One mapped column: its place, header, canonical name, type, unit, and its different cells."""

    n: int
    header: str
    name: str
    kind: str
    unit: Unit
    raw: pa.Array
    at: pa.Array
    kinds: np.ndarray | None
    is_ratio: bool = False
    fraction: bool = False
    bounded: bool = False

    @cached_property
    def words(self) -> pa.Array:
        """Its different cells, trimmed; empty ones and null tokens are missing.

        A count is read without its measure word (200次), and no refund as none.
        """
        words = blank(self.raw)
        if self.kind not in NUMBERS or _all_figures(words):
            return words
        words = pc.replace_substring_regex(words, "^'", "")  # marked as text
        if self.name == "refund_amount":
            none = pc.is_in(words, value_set=pa.array(said()["no_refund"]))
            return pc.if_else(none, pa.scalar(None, pa.string()), words)
        if self.kind != "int" and not is_count(self.name):
            return words
        return pc.replace_substring_regex(words, rf"(\d[万亿千wWkK]?)\s*(?:{COUNTED})$", r"\1")

    @cached_property
    def figures_alone(self) -> bool:
        """Whether every cell is digits, marks and signs, without a unit, a bound or a letter."""
        return _all_figures(self.words)

    @cached_property
    def percents(self) -> pa.Array:
        """Mask of the cells that are percentages: by their own sign, or by the header's."""
        if self.unit.percent:
            return self.words.is_valid()
        return pc.fill_null(pc.match_substring_regex(self.words, "[%％]$"), False)

    @property
    def of_indicators(self) -> bool:
        """Whether each row's indicator decides what the figure is, as for targets."""
        return self.name == "target" and pc.any(self.percents, min_count=0).as_py()

    @property
    def typed_words(self) -> pa.Array:
        """The cells that are text, not values which a workbook stored."""
        words = self.words
        if self.kinds is not None:
            words = words.filter(pa.array(self.kinds == Kind.TEXT))
        return words.drop_null()


def _all_figures(words: pa.Array) -> bool:
    return pc.all(pc.match_substring_regex(words, FIGURE), min_count=0).as_py() is not False


def columns_of(header: Header, body: Body, table: Table) -> list[Column]:
    """The mapped columns of a file, with their types."""
    columns = []
    for n, name in enumerate(header.names):
        if not name:
            continue
        kind = _kind(header, name, table)
        raw, at = distinct(body.cells[str(n)])
        column = None if header.report.id else table.columns.get(name)
        columns.append(
            Column(
                n,
                header.cells[n],
                name,
                kind,
                _unit(header, n, name, kind),
                raw,
                at,
                body.kinds.get(str(n)),
                is_ratio=bool(header.report.id) and name in said()["ratios"],
                fraction=bool(column.unit) if column else name in said()["ratios"],
                bounded=bool(column and (column.unit or column.range)),
            )
        )
    return columns


def _unit(header: Header, n: int, name: str, kind: str) -> Unit:
    """The unit of a column: what its report says of it, what its header says, its report's own."""
    own = unit_of(header.cells[n])
    rule = header.report.rule(header.cells[n])
    if rule.unit:
        return unit(rule.unit)
    amount = kind == "money" and is_money(header, name)
    return unit(header.report.unit) if amount and header.report.unit and not own.text else own


def _kind(header: Header, name: str, table: Table) -> str:
    """The type of a column: of the contract, or of a canonical name; "" where it has no use."""
    if not header.report.id and name in table.columns:
        return table[name].type
    if name in ("date", "date_end", "datetime_range"):
        return "date"
    if name == "paid_at":
        return "timestamp"
    if name == "hour":
        return "hour"
    if name in said()["dimensions"]:
        return "text"
    measures = (*said()["additive"], *said()["people"], *said()["ratios"], *said()["money"])
    return "money" if name in measures else ""


def is_money(header: Header, name: str) -> bool:
    """Whether a column counts money."""
    return name in said()["money"] or not header.report.id


def is_count(name: str) -> bool:
    """Whether a canonical measure counts things or people, not money."""
    return name in (*said()["additive"], *said()["people"]) and name not in said()["money"]
