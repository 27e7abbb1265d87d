"""Numbers of a whole file (数字的写法): decimal marks, units, currencies, short figures."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kit.data.issues import Issue
from kit.data.reading import marks, money
from kit.data.reading.cast import SCALED, Style, faulty
from kit.data.reading.column import Column, is_money
from kit.data.reading.headers import Header
from kit.data.reading.reports import said
from kit.data.reading.terms import Terms
from kit.data.schema import NUMBERS, Table


def writes_commas(header: Header) -> bool:
    """Whether the report's headers are of a language that writes decimals with a comma."""
    return any(header.report.rule(cell).comma for cell in header.cells)


def styles_of(columns: list[Column], *, local: bool) -> tuple[dict[str, Style], list[Issue]]:
    """How each column of numbers writes them, and the columns that can be read in two ways."""
    numbers = [c for c in columns if c.kind in NUMBERS]
    shown = {
        c.name: marks.evidence(
            c.typed_words,
            counted=c.name in said()["counts"],
            bounded=c.bounded or c.fraction or c.unit.percent,
        )
        for c in numbers
    }
    comma = marks.decimal_comma(shown)
    headers = {c.name: c.header for c in numbers}
    undecided = marks.undecided(shown, comma, local)
    issues = [_open_mark(headers[name], shown[name]) for name in undecided]
    for name in marks.contradicted(shown, comma):
        value = shown[name].example
        mark = {"mark": "," if comma else "."}
        issues.append(Issue("mixed_marks", column=headers[name], value=value, facts=mark))
    styles = {c.name: Style(bool(comma), c.fraction, c.unit.percent) for c in numbers}
    return styles, issues


def _open_mark(header: str, shown: marks.Evidence) -> Issue:
    """A column whose numbers can be read in two ways, with both readings of one."""
    facts = {"readings": list(marks.readings(shown.example))}
    n = shown.open_dot + shown.open_comma
    return Issue("open_mark", "refuse", column=header, value=shown.example, count=n, facts=facts)


def money_of(columns: list[Column], header: Header, table: Table, terms: Terms) -> money.Money:
    """The currency of the file's amounts, by whatever shows it; a file without amounts has none."""
    if not any(c.kind in NUMBERS and is_money(header, c.name) and not c.is_ratio for c in columns):
        return money.Money()
    shown: list[money.Shown] = []
    for column in columns:
        if column.kind in NUMBERS and (is_money(header, column.name) or column.unit.currencies):
            if column.unit.currencies:
                text = column.unit.text.upper()
                shown.append(money.Shown(column.header, text, column.unit.currencies))
            if not column.figures_alone:
                shown += money.in_cells(column.header, column.typed_words)
    codes: list[str] = []
    for column in columns:
        if column.name == "currency":
            present = column.words.take(pc.unique(column.at)).drop_null()
            codes = sorted(set(present.to_pylist()))
    code, names = header.report.currency, header.report.name
    if code and not codes and all(code in s.currencies for s in shown):
        shown.append(money.Shown("", code, (code,), {"report": names}))
    if terms.currency == "" and not header.report.id:
        return money.Money()
    return money.settled(shown, codes, terms)


def scaled(column: Column, values: pa.Array, settled: money.Money, header: Header) -> pa.Array:
    """Numbers in the base unit, and amounts in the company's currency."""
    factor = column.unit.scale if not column.unit.percent else 1.0
    amount = column.kind == "money" and is_money(header, column.name) and not column.is_ratio
    factor *= settled.factor if amount else 1.0
    return values if factor == 1.0 else pc.multiply(values, factor)


def by_code(
    done: dict[str, Any], columns: list[Column], header: Header, settled: money.Money
) -> dict[str, Any]:
    """Amounts of each row by the rate of its currency."""
    factors = pa.array(
        [settled.factors.get(code, 1.0) for code in done["currency"].to_pylist()], pa.float64()
    )
    names = [c.name for c in columns if c.kind == "money" and is_money(header, c.name)]
    return done | {n: pc.multiply(done[n], factors) for n in names if n not in said()["ratios"]}


def shortened(column: Column) -> list[Issue]:
    """Figures that were written short, such as 1.2万, and units that were converted."""
    issues = []
    hits = pc.fill_null(pc.match_substring_regex(column.words, SCALED), False)
    if pc.any(hits, min_count=0).as_py():
        found = faulty(column.raw, hits.take(column.at), column.at)
        if found:
            facts = {"value": found[1].strip()}
            issues.append(
                Issue("short_figure", "warn", column=column.header, count=found[2], facts=facts)
            )
    return issues


def converted(column: Column) -> list[Issue]:
    """A unit in the header that was turned into the base unit."""
    issues = []
    if column.unit.scale != 1.0 and not column.unit.percent:
        facts = {"factor": f"{column.unit.scale:g}"}
        value = column.unit.text
        mixed = column.kind == "float"  # figures of several indicators: no unit fits all
        rule, severity = ("unit_of_figures", "refuse") if mixed else ("unit_converted", "note")
        issues.append(Issue(rule, severity, column=column.header, value=value, facts=facts))
    return issues


def decimals_of(column: Column) -> int:
    """Most decimals that the cells of a ratio show."""
    if not column.is_ratio:
        return 0
    tails = pc.extract_regex(column.words, r"[.,](?P<tail>\d+)\D*$")
    lengths = pc.utf8_length(pc.struct_field(tails, "tail"))
    return int(pc.max(lengths).as_py() or 0)
