"""The contract's tables and columns under every label people know them by (数据约定的中英文名)."""

from functools import cache

from kit.data.reading.reports import Report, Rule, said
from kit.data.reading.units import bare, plain
from kit.data.schema import contract, meanings
from kit.words import LANGS, has, word


@cache
def own(name: str) -> Report:
    """The contract's own form of a table as a report: names, labels of both languages, usual words.

    >>> own("roster").columns["专员编号"], own("roster").columns["工号"]
    ('specialist_id', 'specialist_id')
    """
    table = contract()[name]
    labels: dict[str, set[str]] = {}
    for column in table.columns:
        for text in _labels(column):
            labels.setdefault(plain(text), set()).add(column)
    columns = {text: names.pop() for text, names in labels.items() if len(names) == 1}
    columns |= {plain(text): column for text, column in _usual(name).items()}
    columns = {plain(text): column for text, column in _extras(name).items()} | columns
    columns |= {plain(column): column for column in table.columns}
    return Report("", columns, name, rules={h: Rule(c) for h, c in columns.items()})


@cache
def sure(name: str) -> frozenset[str]:
    """Headers that are the contract's own names or labels, not only what people call them."""
    texts = {text for column in contract()[name].columns for text in (column, *_labels(column))}
    return frozenset(plain(text) for text in texts)


def _extras(name: str) -> dict[str, str]:
    """Columns beyond the contract that say in which currency a row is, or whether it counts."""
    columns = contract()[name].columns
    amounts = any(column.type == "money" for column in columns.values())
    every: dict[str, dict[str, str]] = said()["extras"]
    found = (every["money"] if amounts else {}) | every.get(name, {})
    return {text: meaning for text, meaning in found.items() if meaning not in columns}


def _usual(name: str) -> dict[str, str]:
    labels: dict[str, dict[str, str]] = said()["labels"]
    columns = contract()[name].columns
    every = labels.get("any", {}) | labels.get(name, {})
    return {text: column for text, column in every.items() if column in columns}


def _labels(column: str) -> set[str]:
    """The labels of a column: the whole text, and what stands before a bracket or a comma."""
    texts = set()
    for lang in LANGS:
        text = meanings()[column][lang]
        texts.add(text)
        for mark in ("（", "(", "；", ";", "，", ","):
            texts.add(text.partition(mark)[0].strip())
    return {text for text in texts if text}


@cache
def tables() -> dict[str, str]:
    """Table by every name of it: its own, and its label in each language, in comparable form.

    >>> tables()["花名册"], tables()["roster"], tables()["advertisingbyday"]
    ('roster', 'roster', 'ads')
    """
    names = {bare(name): name for name in contract()}
    for name in contract():
        keys = [f"table.{name}"] if has(f"table.{name}") else []
        names |= {bare(word(key, lang)): name for key in keys for lang in LANGS}
    return names


def table_of(label: str) -> str:
    """The table that a file or sheet is named after, or ""."""
    return tables().get(bare(label), "")
