"""Labels as people write them → ids (名称识别): periods, indicators and the contract's own words.

A label is read by its id or by any label of either language; Excel's date for a typed 2025-06 is
the month again. What is read otherwise than written is said; what matches nothing is told with the
nearest that exists.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache

import narwhals as nw
import pandas as pd
import pyarrow as pa

from kit import words
from kit.data.issues import Issue
from kit.data.quality.gates import place
from kit.data.reading.units import unit_of
from kit.data.schema import Column, beside, contract
from kit.data.store.cache import digest_of, kit_digest, once
from kit.data.store.codes import exchange
from kit.data.store.engine import Engine, collect
from kit.params import Period, span_of

MONTHS = {m.casefold(): n for n, m in enumerate(calendar.month_abbr) if m}
DIGITS = {d: n for n, d in enumerate("一二三四", 1)}
TELL_THEIR_OWN = ("experiments", "measured")  # unknown indicators, in their own checks
MOST = 2_000  # different labels of a column; beyond it is no column of labels
MONTH = (
    re.compile(r"(?P<y>\d{4})\s*[-–/._年m\s]\s*(?P<m>\d{1,2})\s*(?:月份?|期)?"),
    re.compile(r"(?P<y>\d{2})年(?P<m>\d{1,2})月份?"),
    re.compile(r"(?P<y>\d{4})(?P<m>\d{2})"),
    re.compile(r"(?P<m>\d{1,2})[-/.](?P<y>\d{4})"),
    re.compile(r"(?P<y>\d{4})[-/.年](?P<m>\d{1,2})[-/.月]0?1日?(?:[ t]00:00(?::00(?:\.0+)?)?)?"),
)
NAMED = (
    re.compile(r"(?P<m>[a-z]{3})[a-z]*[-/ .]*(?P<y>\d{4}|\d{2})"),
    re.compile(r"(?P<y>\d{4}|\d{2})[-/ .]*(?P<m>[a-z]{3})[a-z]*"),
)
QUARTER = (
    re.compile(r"(?P<y>\d{4})[-/. 年]*q(?P<q>[1-4])"),
    re.compile(r"q(?P<q>[1-4])[-/. ]*(?P<y>\d{4})"),
    re.compile(r"(?P<y>\d{4})年?第?(?P<q>[1-4一二三四])季度?"),
)


@dataclass(frozen=True)
class Reading:
    """How the labels of one column are read: text → id where they differ; those nobody knows."""

    exchanged: dict[str, str]
    unknown: list[str]


def read_labels(engine: Engine, name: str, period: Period, digest: str) -> list[Issue]:
    """Lay the labels of a table anew under their ids (名称改成编号), and say what was changed.

    digest : of the table's source and how it was read; the labels in it are looked up once
    """
    issues: list[Issue] = []
    columns = [c for c in contract()[name].columns.values() if _kind(c)]
    if not columns:
        return issues
    labels = once(
        f"labels-{digest_of(name, digest, kit_digest())}",
        lambda: {c.name: _held(engine, name, c.name) for c in columns},
    )
    for column in columns:
        held = labels[column.name]
        reading = _reading(held["label"], _kind(column), column, period)
        issues += _said(name, column, held, reading, period)
        if reading.exchanged:
            old = list(reading.exchanged)
            new = list(reading.exchanged.values())
            exchange(engine, name, column.name, pa.table({column.name: old, "_new": new}))
    return issues


def _kind(column: Column) -> str:
    if column.name in ("period_id", "indicator", "item"):
        return column.name
    return "word" if column.enum else ""


def _held(engine: Engine, name: str, column: str) -> pd.DataFrame:
    """label, n, _file, _row : the different labels of a column with the place of the first."""
    rows = engine.scan(name).filter(~nw.col(column).is_null())
    first = rows.group_by(column).agg(
        n=nw.len().cast(nw.Float64), _row=nw.col("_row").min(), _file=nw.col("_file").min()
    )
    return collect(first.sort("_row", column).head(MOST)).rename(columns={column: "label"})


def _reading(labels: Iterable[str], kind: str, column: Column, period: Period) -> Reading:
    read = {
        "period_id": lambda label: period_id(label, period.id),
        "indicator": lambda label: _found(label, indicator_ids(period)),
        "item": lambda label: _found(label, _items(period)),
        "word": lambda label: _words(column.name, column.enum).get(_plain(label)),
    }[kind]
    found = {label: read(label) for label in labels}
    if kind == "period_id":
        found = _under_own_id(found, period)
    return Reading(
        {label: id for label, id in found.items() if id and id != label},
        [label for label, id in found.items() if id is None],
    )


def _found(label: str, known: Mapping[str, str]) -> str | None:
    """The id of a label: as it is, without a base unit or 目标 at its end, or of all its parts.

    A unit that is no base one, such as 万元, is never cut off: the figures would be wrong.
    """
    if name := known.get(_plain(label)):
        return name
    unit = unit_of(label)
    bare = (
        re.sub(r"[(（\[][^()（）\[\]]*[)）\]]$", "", label)
        if unit.text and unit.scale == 1
        else label
    )
    bare = bare.strip().rstrip("%％")
    bare = re.sub(r"(考核)?(目标值?|指标)$|\s+target$", "", bare.strip(), flags=re.I)
    if name := known.get(_plain(bare)):
        return name
    parts = re.findall(r"[一-鿿]+|[A-Za-z][\w -]*", bare)
    names = {known.get(_plain(part)) for part in parts}
    return names.pop() if len(parts) > 1 and len(names) == 1 else None


def period_id(label: str, own: str = "") -> str | None:
    """The id of a period however it is written (周期编号); None if it is no month, quarter, year.

    >>> [period_id(text) for text in ("2025年6月", "2025-06-01 00:00:00", "Jun-25", "2025/Q2")]
    ['2025-06', '2025-06', '2025-06', '2025-Q2']
    >>> period_id("618-2025", own="618-2025"), period_id("上半年")
    ('618-2025', None)
    """
    bare = unicodedata.normalize("NFKC", label).strip()
    text = bare.casefold()
    if text == own.casefold() or span_of(bare):
        return own if text == own.casefold() else bare
    if found := _matched(QUARTER, text):
        return f"{found['y']}-Q{DIGITS.get(found['q'], found['q'])}"
    if found := _matched(MONTH, text):
        return _month(found["y"], int(found["m"]))
    if (found := _matched(NAMED, text)) and found["m"] in MONTHS:
        return _month(found["y"], MONTHS[found["m"]])
    year = re.fullmatch(r"(\d{4})(?:年度?|\.0)", text)
    return year[1] if year else None


def _under_own_id(found: dict[str, str | None], period: Period) -> dict[str, str | None]:
    """Rows of the same days stand for a period with an id of its own (同一天数、另一个编号).

    Two schemes over one month have two ids; the month's rows need not be copied for each.
    """
    if span_of(period.id) or period.id in found.values():
        return found
    same = {id for id in found.values() if id and _is_same_days(id, period)}
    return {label: period.id if id in same else id for label, id in found.items()}


def _is_same_days(id: str, period: Period) -> bool:
    span = span_of(id)
    return span is not None and (span.start, span.end) == (period.start, period.end)


def _matched(patterns: Iterable[re.Pattern[str]], text: str) -> re.Match[str] | None:
    return next((m for pattern in patterns if (m := pattern.fullmatch(text))), None)


def _month(year: str, month: int) -> str | None:
    return (
        f"{2000 + int(year) if len(year) == 2 else year}-{month:02d}" if 1 <= month <= 12 else None
    )


def indicator_ids(period: Period) -> dict[str, str]:
    """Every way to write an indicator → its id (指标的写法); what two share is no way to write it.

    The scheme's own indicators go before those that only the kit knows.
    """
    own = {_plain(name): name for name in period.scheme.indicators}
    for name, said in period.scheme.indicators.items():
        label = getattr(said, "name", None)
        own |= {_plain(getattr(label, lang)): name for lang in words.LANGS} if label else {}
    return _kit_indicators() | own


def _items(period: Period) -> dict[str, str]:
    """Every way to write an item that people rate → its id."""
    scheme = period.scheme
    rated = {name for name, said in scheme.indicators.items() if said.raters}
    items = {name for name, spec in scheme.library.items() if spec.item} | rated
    return {label: name for label, name in indicator_ids(period).items() if name in items}


@cache
def _kit_indicators() -> dict[str, str]:
    texts = [
        (label, key.removeprefix("indicator."))
        for key, row in words.table().items()
        if key.startswith("indicator.") and key.count(".") == 1
        for lang in words.LANGS
        for label in _parts(row[lang])
    ]
    more = beside("quality/labels.yml")["indicator"]
    texts += [(label, name) for name, labels in more.items() for label in labels]
    ways = _one_meaning((_plain(label), name) for label, name in texts)
    return ways | {_plain(name): name for _, name in texts}


@cache
def _words(column: str, enum: tuple[str, ...]) -> dict[str, str]:
    """Every way to write one of a column's words → the word."""
    more: Mapping[str, list[str]] = beside("quality/labels.yml").get(column, {})
    shown = words.table()
    told = {word: shown.get(f"{column}.{word}", {}).values() for word in enum}
    pairs = [
        (_plain(label), word) for word in enum for label in (word, *more.get(word, []), *told[word])
    ]
    ways = _one_meaning(pairs)
    return {label: name for label, name in _kit_indicators().items() if name in enum} | ways


def _one_meaning(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    meanings: dict[str, set[str]] = {}
    for label, name in pairs:
        meanings.setdefault(label, set()).add(name)
    return {label: min(names) for label, names in meanings.items() if len(names) == 1}


def _parts(label: str) -> set[str]:
    """A label, what stands before its bracket, and its Chinese and Latin parts."""
    before = re.split(r"[(（]", label)[0]
    inside = re.findall(r"[(（]([^)）]*)[)）]", label)
    mixed = re.findall(r"[一-鿿]+|[A-Za-z][\w %-]*", before)
    return {text for text in (label, before, *inside, *mixed) if text.strip()}


def _plain(label: str) -> str:
    return re.sub(r"[\s_\-–—]+", "", unicodedata.normalize("NFKC", label).casefold())


# ── what is said ─────────────────────────────────────────────────────────────────────────────────
def _said(
    name: str, column: Column, held: pd.DataFrame, reading: Reading, period: Period
) -> list[Issue]:
    read = held[held["label"].isin(reading.exchanged)]
    issues = []
    if len(read):
        pairs = [f"{label} → {reading.exchanged[label]}" for label in read["label"][:10]]
        was = Issue("label_read", "note", name, column=column.name, facts={"pairs": pairs})
        issues.append(_of_rows(was, read))
    lost = held[held["label"].isin(reading.unknown)]
    if len(lost) and column.name == "indicator" and name not in TELL_THEIR_OWN:
        known = sorted(period.scheme.indicators)
        near = nearest(lost["label"], {*indicator_ids(period).values(), *indicator_ids(period)})
        shown = {indicator_ids(period).get(label, label) for label in near}
        severity = "refuse" if name == "targets" else "warn"
        facts = {"values": list(lost["label"][:10]), "near": sorted(shown), "known": known}
        unknown = Issue("unknown_label", severity, name, column=column.name, facts=facts)
        issues.append(_of_rows(unknown, lost))
    return issues


def nearest(labels: Iterable[str], known: Iterable[str]) -> list[str]:
    """The names that come nearest to the labels (最接近的名称), at most three.

    >>> nearest(["三组"], ["一组", "二组"]), nearest(["sale"], ["sales", "roi"])
    (['二组', '一组'], ['sales'])
    """
    names = sorted(set(known))
    close = [n for label in labels for n in get_close_matches(label, names, 2, 0.5)]
    return list(dict.fromkeys(close))[:3]


def _of_rows(issue: Issue, rows: pd.DataFrame) -> Issue:
    """The issue with the number of its rows, and the place and label of the first."""
    first = rows.iloc[0]
    file, row = place(first)
    n = int(rows["n"].sum())
    return replace(issue, file=file, row=row, value=str(first["label"]), count=n)
