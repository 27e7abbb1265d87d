"""Units and currencies of a file's columns (单位与币种): header, cells, a column, the report."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kit.data.issues import Issue
from kit.data.reading.terms import Terms
from kit.data.reading.units import SIGNS

REST = r"[\d.,\s'’+\-%()（）]|万|亿|千|(?:^|\d)[kKwWM](?:$|\s)|[eE][+-]?\d"


@dataclass(frozen=True)
class Shown:
    """Where a currency was shown, and which currencies it can mean.

    of : the report, by its names, where no column shows it and the report is always in it
    """

    column: str
    text: str
    currencies: tuple[str, ...]
    of: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Money:
    """The currency of a file: the factor of its amounts, of each code where a column says it."""

    factor: float = 1.0
    factors: dict[str, float] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()


def in_cells(column: str, words: pa.Array) -> list[Shown]:
    """Currencies that the cells of a column of amounts show.

    >>> [s.currencies for s in in_cells("spend", pa.array(["€12.00", "3"]))]
    [('EUR',)]
    """
    rest = pc.unique(pc.replace_substring_regex(words.drop_null(), REST, "")).to_pylist()
    texts = {text.strip().lower() for text in rest if text.strip()}
    return [Shown(column, text, SIGNS[text]) for text in sorted(texts) if text in SIGNS]


def settled(shown: Iterable[Shown], codes: list[str], terms: Terms) -> Money:
    """One currency for all amounts of a file, or what stands against it.

    codes : the different cells of a column that names the currency of each row
    """
    marks = [*shown, *(Shown("currency", code, meanings(code)) for code in codes)]
    if not marks:
        return Money()
    common = set(marks[0].currencies).intersection(*(m.currencies for m in marks))
    texts = sorted({m.text for m in marks})
    if not common:
        return _several(marks, codes, texts, terms)
    first = marks[0]
    if not terms.currency or terms.currency in common:
        told = bool(codes) and len(common) == 1 and not terms.currency
        note = Issue("currency", "note", column=first.column, value=_name(common, first.text))
        return Money(issues=(note,) if told else ())
    name = _name(common, first.text)
    if name in terms.rates:
        return _converted(first, name, terms)
    rule = "other_currency" if len(common) == 1 else "unclear_currency"
    every = [c for c in first.currencies if c in common]
    facts = {"wanted": terms.currency, "currencies": every, **first.of}
    return Money(issues=(Issue(rule, column=first.column, value=name, facts=facts),))


def _converted(first: Shown, name: str, terms: Terms) -> Money:
    """All amounts at one rate: of a currency, or of a sign of several as the company means it."""
    facts = {"rate": terms.rates[name], "to": terms.currency, **first.of}
    note = Issue("currency_converted", "warn", column=first.column, value=name, facts=facts)
    return Money(terms.rates[name], issues=(note,))


def _several(marks: list[Shown], codes: list[str], texts: list[str], terms: Terms) -> Money:
    """Several currencies: each row by its code where the company gives every rate, else refused."""
    rates = {code: terms.rates.get(_name(set(meanings(code)), code), 0.0) for code in codes}
    rates |= {code: 1.0 for code in codes if terms.currency in meanings(code)}
    if codes and len(marks) == len(codes) and all(rates.values()):
        shown = [f"{code} {rate:g}" for code, rate in rates.items()]
        facts: dict[str, Any] = {"rates": shown, "to": terms.currency}
        note = Issue("currencies_converted", "warn", column="currency", facts=facts)
        return Money(1.0, rates, (note,))
    column = marks[0].column if not codes else "currency"
    facts = {"values": texts, "wanted": terms.currency}
    return Money(issues=(Issue("mixed_currency", column=column, count=len(texts), facts=facts),))


def meanings(code: str) -> tuple[str, ...]:
    """The currencies that a code or sign may stand for (币种符号的含义)."""
    return SIGNS.get(code.strip().lower(), (code.strip().upper(),))


def _name(common: set[str], text: str) -> str:
    return next(iter(common)) if len(common) == 1 else text.strip().lower()
