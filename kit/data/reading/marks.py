"""Which mark writes decimals and which thousands (小数点与千分位): what the cells themselves show.

A cell with both marks, with one mark before other than three digits, or with groups of three by two
marks shows it; a mark before exactly three digits is open. Whole counts have no decimals, so that
there an open mark means thousands. One file is one writer: what one column shows holds for all.
"""

from collections.abc import Mapping
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

_DECIMAL = (
    r"^(0*{m}\d+|\d+{m}(\d{{0,2}}|\d{{4,}})|\d{{4,}}{m}\d+"
    r"|\d{{1,3}}({t}\d{{3}})+{m}\d*|\d{{1,3}}({t}\d{{3}}){{2,}})$"
)
DOT = _DECIMAL.format(m=r"\.", t=",")
COMMA = _DECIMAL.format(m=",", t=r"\.")
ENOUGH = 2000  # different cells that are looked at where they show one mark alone
OPEN_DOT = r"^[1-9]\d{0,2}\.\d{3}$"
OPEN_COMMA = r"^[1-9]\d{0,2},\d{3}$"


class Evidence(NamedTuple):
    """Different cells of a column that show a dot or a comma for decimals, and open ones."""

    dot: int = 0
    comma: int = 0
    open_dot: int = 0
    open_comma: int = 0
    example: str = ""
    counted: bool = False
    bounded: bool = False


class Style(NamedTuple):
    """How a column writes: decimals with a comma, fractions, bare numbers that are percent."""

    comma: bool = False
    fraction: bool = False
    percent: bool = False


def evidence(words: pa.Array, *, counted: bool = False, bounded: bool = False) -> Evidence:
    """What the text cells of a column show.

    counted : a whole count, such as impressions
    bounded : a rate or a rating, for which thousands make no sense

    >>> evidence(pa.array(["1.857,53", "240,18"])).comma, evidence(pa.array(["10.603"])).open_dot
    (2, 1)
    """
    few = _evidence(words.slice(0, ENOUGH), counted=counted, bounded=bounded)
    if len(words) <= ENOUGH or (few.dot > 0) != (few.comma > 0):
        return few  # a later cell that shows the other mark does not parse, and is refused
    return _evidence(words, counted=counted, bounded=bounded)


def _evidence(words: pa.Array, *, counted: bool, bounded: bool) -> Evidence:
    marked = words.filter(pc.match_substring_regex(words, r"\d[.,]\d|^[^\d]*[.,]\d"))
    marked = marked.filter(pc.invert(pc.match_substring_regex(marked, r"\d[eE][+-]?\d")))
    if not len(marked):
        return Evidence(counted=counted, bounded=bounded)
    bare = pc.replace_substring_regex(marked, r"[^\d.,]", "")
    counts = {
        name: pc.sum(hits := pc.match_substring_regex(bare, pattern)).as_py() or 0
        for name, pattern in (
            ("dot", DOT),
            ("comma", COMMA),
            ("open_dot", OPEN_DOT),
            ("open_comma", OPEN_COMMA),
        )
    }
    unclear = pc.match_substring_regex(bare, f"{OPEN_DOT}|{OPEN_COMMA}")
    first = marked.filter(unclear)
    example = first[0].as_py() if len(first) else marked[0].as_py()
    del hits
    return Evidence(**counts, example=example, counted=counted, bounded=bounded)


def decimal_comma(columns: Mapping[str, Evidence]) -> bool | None:
    """Whether the file writes decimals with a comma; None when no cell shows it."""
    dots = sum(e.dot + (e.open_comma if e.counted else 0) for e in columns.values())
    commas = sum(e.comma + (e.open_dot if e.counted else 0) for e in columns.values())
    return None if dots == commas == 0 else commas > dots


def undecided(columns: Mapping[str, Evidence], comma: bool | None, local: bool) -> list[str]:
    """Columns with a mark that can be read in two ways.

    local : the separator or the report's language is one of places that write decimal commas
    """
    if comma is not None:
        return []
    open_ones = {
        name: e.open_dot + (e.open_comma if local else 0)
        for name, e in columns.items()
        if not (e.counted or e.bounded)
    }
    return [name for name, n in open_ones.items() if n]


def contradicted(columns: Mapping[str, Evidence], comma: bool | None) -> list[str]:
    """Columns whose cells show the other mark than the file; none when nothing shows any."""
    if comma is None:
        return []
    return [
        name
        for name, e in columns.items()
        if (
            (e.dot and not e.comma if comma else e.comma and not e.dot)
            or (e.counted and (e.open_comma if comma else e.open_dot))
        )
    ]


def readings(cell: str) -> tuple[str, str]:
    """A cell with an open mark, read with it as decimals and as thousands.

    >>> readings("1.234")
    ('1.234', '1234')
    """
    digits = "".join(c for c in cell if c.isdigit() or c in ".,")
    return digits.replace(",", "."), digits.replace(",", "").replace(".", "")
