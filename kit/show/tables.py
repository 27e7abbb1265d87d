"""Tidy frame → table of a page (表格): units in headers, figures right, missing with its reason."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd
from markupsafe import Markup

from kit import words
from kit.show import theme
from kit.show.format import MISSING, interval, missing, number, unit_word
from kit.show.html import each, folded, notes, scroll, t
from kit.show.spark import spark
from kit.words import word

COLUMNS_BEFORE_FOLD = 7
COLUMNS_TO_DECIDE = 6  # of a table to decide from
FORMS = ("indicators", "score", "tests", "plan", "appeals")  # a person's own, with all columns
ROWS_BEFORE_SCROLL = 25
LONG_NOTE = 160  # bytes: about three lines of a phone in either language
ROLES = {"table": "table", "tr": "row", "td": "cell", "th": "cell"}
ABSENT = re.compile(r'[^>]*>(?:<span class="missing"|—?</td>)')  # a cell without a figure
ENDS = {"interval": ("_low", "_high"), "pm": ("", "_pm")}


@dataclass(frozen=True)
class Column:
    """A column of a table: key in the frame, label of the header, unit (see kit.show.format).

    interval:<unit> reads <key>_low and <key>_high; pm:<unit> reads <key> and <key>_pm (half
    width); spark draws (period, points) pairs; mixed reads each row's own unit in <key>_unit.
    <key>_reason (else `reason`) says why a value is missing, a word key or a text; <key>_tone
    colours and marks a cell; <key>_href links it to a page of the same reader.
    """

    key: str
    label: str
    unit: str = "text"


def drawn(
    rows: list[dict],
    columns: Sequence[Column],
    id: str,
    caption: str,
    lang: str,
    below: Iterable[str],
    deciding: bool = False,
) -> Markup:
    """The table as HTML (画表); columns after the seventh (sixth) fold, more than 25 rows scroll.

    deciding : on a phone one card a row instead of a table to push about; roles are then written
    out, since a list of blocks is no table to a screen reader
    """
    reasons: dict[str, int] = {}
    columns = [_even(column, rows) for column in columns]
    few = deciding and id.partition("-")[0] not in FORMS
    most = COLUMNS_TO_DECIDE if few else COLUMNS_BEFORE_FOLD
    groups = [columns[:most]]
    if len(columns) > most:
        groups.append([columns[0], *columns[most:]])
    long = " long" if len(rows) > ROWS_BEFORE_SCROLL else ""
    head = t("<caption><span>{}</span></caption>", caption)
    first, *rest = [
        scroll(t("<table>{}{}</table>", head, _grid(rows, group, reasons, lang)), long)
        for group in groups
    ]
    names = word("show.comma", lang).join(column.label for column in groups[-1][1:])
    more = each(lambda part: folded(word("show.more_columns", lang, names=names), part), rest)
    why = [t("<sup>{}</sup> {}", mark, reason) for reason, mark in reasons.items()]
    kind = "table deciding" if deciding else "table"
    under = _noted([*why, *below], lang) if deciding else notes([*why, *below])
    whole = t('<div class="{}" id="{}">{}{}{}</div>', kind, id, first, more, under)
    return _spoken(whole, groups, lang) if deciding else whole


def _noted(lines: list[str], lang: str) -> Markup:
    """Notes under a table to decide from (表注): the long ones fold, a phone shows three lines."""
    long = [line for line in lines if len(line.encode()) > LONG_NOTE]
    rest = notes(line for line in lines if line not in long)
    return rest + folded(word("show.how_to_read", lang), notes(long)) if long else rest


def _spoken(html: Markup, groups: Sequence[Sequence[Column]], lang: str) -> Markup:
    """Tables whose rows may become cards (卡片): roles, each cell's header and unit beside it.

    groups : the columns of each table, the second of them in a fold
    """
    for tag, role in ROLES.items():
        html = Markup(re.sub(rf"<{tag}(?=[ >])", f'<{tag} role="{role}"', html))
    html = html.replace(
        '<th role="cell" scope="col"', Markup('<th role="columnheader" scope="col"')
    )
    html = html.replace('<th role="cell" scope="row"', Markup('<th role="rowheader" scope="row"'))
    before, *tables = str(html).split("<table")
    named = [_named(table, group, lang) for table, group in zip(tables, groups, strict=True)]
    return Markup("<table".join([before, *named]))


def _named(table: str, columns: Sequence[Column], lang: str) -> str:
    """The rows of one table with each cell's header and unit as attributes."""
    told = [_beside(column, lang) for column in columns[1:]]
    head, *rows = table.split("<tr")
    for n, row in enumerate(rows):  # the first one holds the headers: no cell to name
        first, *cells = row.split("<td ")
        named = [
            f"<td {label}{'' if ABSENT.match(cell) else unit} {cell}"
            for (label, unit), cell in zip(told, cells, strict=False)
        ]
        rows[n] = "".join([first, *named])
    return "<tr".join([head, *rows])


def _beside(column: Column, lang: str) -> tuple[str, str]:
    """Header and unit of a column as attributes of its cells: CNY 5 in English, 5 元 in Chinese."""
    unit = unit_word(column.unit, lang)
    before = lang == "en" and "money" in column.unit
    label = str(t('data-label="{}{}"', column.label, f" {unit}" if before else ""))
    gap = "" if unit == "%" else " "
    return label, "" if before or not unit else str(t(' data-unit="{}{}"', gap, unit))


def records(frame: pd.DataFrame, columns: Sequence[Column], lang: str) -> dict[str, Any]:
    """Columns and rows for CSV, Excel and JSON (导出数据): unrounded, None where missing.

    A row of a mixed column says its unit in <key>_unit, as the page needs it to print the figure.
    """
    keys = {}
    for column in columns:
        kind, _, inner = column.unit.partition(":")
        if kind == "spark":  # drawn from figures that another table holds
            continue
        for end in ENDS.get(kind, ("",)):
            label = column.label + (word(f"show.end{end}", lang) if end else "")
            keys[column.key + end] = {
                "key": column.key + end,
                "label": label,
                "unit": inner if kind in ENDS else column.unit,
            }
    units = [f"{column.key}_unit" for column in columns if column.unit == "mixed"]
    rows = frame.reindex(columns=[*keys, *units]).to_dict("records")
    return {
        "columns": list(keys.values()),
        "rows": [{str(key): plain(value) for key, value in row.items()} for row in rows],
    }


def plain(value: Any) -> Any:
    """`value` as JSON knows it (转 JSON): dates as text, missing and infinite as None."""
    if missing(value):
        return None
    if isinstance(value, date):
        return str(value)[:10]
    value = value.item() if hasattr(value, "item") else value
    return value if isinstance(value, (str, int, float, bool)) else str(value)


def _even(column: Column, rows: list[dict]) -> Column:
    """Money of a column in whole units as soon as one figure reaches 1,000."""
    ends = ENDS.get(column.unit.partition(":")[0], ("",))
    values = [row.get(column.key + end) for row in rows for end in ends]
    large = any(isinstance(value, (int, float)) and abs(value) >= 1000 for value in values)
    return replace(column, unit=column.unit.replace("money", "money0")) if large else column


def _grid(
    rows: list[dict], columns: Sequence[Column], reasons: dict[str, int], lang: str
) -> Markup:
    return t(
        "<thead><tr>{}</tr></thead><tbody>{}</tbody>",
        each(lambda column: _head(column, lang), columns),
        each(lambda row: _line(row, columns, reasons, lang), rows),
    )


def _head(column: Column, lang: str) -> Markup:
    unit = unit_word(column.unit, lang)
    return t(
        '<th scope="col"{}>{}{}</th>',
        _numeric(column),
        column.label,
        t(' <span class="unit">{}</span>', unit) if unit else "",
    )


def _line(row: dict, columns: Sequence[Column], reasons: dict[str, int], lang: str) -> Markup:
    first, *rest = columns
    cells = t('<th scope="row"{}>{}</th>', _numeric(first), _cell(row, first, reasons, lang))
    for column in rest:
        kind = _length(str(row.get(column.key))) if column.unit == "text" else Markup("")
        cells += t("<td{}>{}</td>", kind, _cell(row, column, reasons, lang))
    return t("<tr{}>{}</tr>", Markup(' class="total"') if "_total" in row else "", cells)


def _cell(row: dict, column: Column, reasons: dict[str, int], lang: str) -> Markup | str:
    shown = _shown(row, column, lang)
    if shown == MISSING and "_total" in row:
        return ""
    why = row.get(f"{column.key}_reason", row.get("reason"))
    tone = row.get(f"{column.key}_tone")
    if shown == MISSING and why and not missing(why):
        why = word(str(why), lang) if words.has(str(why)) else str(why)
        mark = reasons.setdefault(why, len(reasons) + 1)
        return t('<span class="missing">{}<sup>{}</sup></span>', MISSING, mark)
    if href := row.get(f"{column.key}_href"):
        return t('<a href="{}">{}</a>', href, shown)
    if missing(tone):
        return shown
    return t(
        '<span class="tone {}"><span aria-hidden="true">{}</span> {}</span>',
        tone,
        theme.SIGN.get(str(tone), ""),
        shown,
    )


def _shown(row: dict, column: Column, lang: str) -> str:
    kind, _, unit = column.unit.partition(":")
    if kind == "spark":
        return spark(row.get(column.key) or [], lang) or MISSING
    if kind == "interval":
        return interval(
            row.get(f"{column.key}_low"), row.get(f"{column.key}_high"), unit, lang, bare=True
        )
    if kind == "mixed":
        return number(row.get(column.key), row.get(f"{column.key}_unit") or "text", lang)
    if kind != "pm":
        return number(row.get(column.key), column.unit, lang, bare=True)
    value = row.get(column.key)
    half = row.get(f"{column.key}_pm")
    around = "" if missing(half) or missing(value) else f" ± {number(half, unit, lang, bare=True)}"
    return number(value, unit, lang, bare=True) + around


def _length(text: str) -> Markup:
    """Texts stand left: short ones on one line, long ones with room to be read on a phone."""
    size = sum(2 if letter > "\u2e80" else 1 for letter in text)
    return Markup(f' class="{"short" if size <= 12 else "long" if size > 40 else "text"}"')


def _numeric(column: Column) -> Markup:
    return Markup("") if column.unit == "text" else Markup(' class="num"')
