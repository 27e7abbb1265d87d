"""What a reader of notebook 4 may see, and how it is named (复盘视图)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from kit import words
from kit.data.tables import Tables
from kit.people.privacy import visible
from kit.retrospective.review import Review
from kit.retrospective.story import Claim
from kit.scoring import visits
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.format import number, quantity, short
from kit.show.sentences import join, say
from kit.show.tables import Column
from kit.words import word

CENT = 0.005  # of the currency: less is nothing
LONG = {"findings": 10, "list_push": 10, "list_watch": 10, "troubles": 10, "plan_id": 10}
LONG |= {"list_stop": 8, "fatigue": 10}  # rows of a long table that a page shows


OPEN = {"list_stop", "ledger"}  # tables to decide from


@dataclass(frozen=True)
class View:
    """What one reader sees: results, with rows of people only where they may be seen."""

    tables: Any
    lang: str
    found: Review
    names: dict[str, str]
    plans: dict[str, str]

    def say(self, key: str, n: int | None = None, **facts: object) -> str:
        """A text of this page."""
        return say(f"retrospective.{key}", self.lang, n, **facts)

    def label(self, family: str, value: object) -> str:
        """A word of a family (channel, indicator, step …), or the value itself (标签)."""
        if not isinstance(value, str):
            of_people = family in ("specialist_id", "team")
            return word(f"retrospective.{'nobody' if of_people else 'unnamed'}", self.lang)
        known = {"specialist_id": self.names, "plan_id": self.plans}.get(family, {})
        if family == "indicator" and value in self.tables.scheme.library:
            return visits.label(self.tables, value, self.lang)
        if family == "hour":
            return word("retrospective.at_hour", self.lang, n=value)
        key = {
            "channel": f"channel.{value}",
            "platform": f"platform.{value}",
            "category": f"category.{value}",
            "event": f"retrospective.event.{value}",
            "weekday": f"retrospective.weekday.{value}",
            "indicator": f"indicator.{value}",
            "retrospective.level": f"retrospective.level.{value}",
            "retrospective.step": f"retrospective.step.{value}",
        }.get(family, "")
        return known.get(value) or (word(key, self.lang) if words.has(key) else value)

    def step(self, name: str) -> str:
        """Name of a step of the funnel (环节名)."""
        return word(f"retrospective.step.{name}", self.lang)

    def cell(self, dimension: str, segment: str) -> str:
        """Names of a segment (细分标签), each by its dimension."""
        parts = zip(dimension.split(" × "), segment.split(" × "), strict=False)
        return " × ".join(self.label(d, s) for d, s in parts)

    def dimension(self, name: str) -> str:
        """Name of a dimension, or of two crossed (维度名)."""
        return " × ".join(word(f"retrospective.dim.{d}", self.lang) for d in name.split(" × "))

    def span(self, called: str) -> str:
        """A span's name, or its two days in words: dates have hyphens of their own (起止日)."""
        low, _, high = called.partition("–")
        return word("show.from_to", self.lang, low=low, high=high) if high else called

    def unit(self, unit: str) -> str:
        """`money` in the currency of the data (币种)."""
        return re.sub("money0?", rf"\g<0>:{self.tables.period.currency}", unit)

    def amount(self, value: object, unit: str = "+money") -> str:
        """A figure with its unit, money with its currency (带单位的数)."""
        return quantity(value, self.unit(unit), self.lang)

    def brief(self, value: float, unit: str = "+money0") -> str:
        """As in the answer, where the unit stands beside it: 5.6万 / 55.8k; 5,822 (简写金额)."""
        large = abs(value) >= 10_000
        unit = unit.removesuffix("0") if large else unit
        return (short if large else number)(value, unit, self.lang)

    def money(self, value: object, unit: str = "+money") -> str:
        """An amount in prose: 17.4万元 / CNY 174k from 10,000 on (行文金额)."""
        return str(self._shown(value, unit))

    def columns(self, **units: str) -> list[Column]:
        """Columns of a table, each named and with its unit (表头)."""
        return [
            Column(k, word(f"retrospective.c_{k}", self.lang), self.unit(u))
            for k, u in units.items()
        ]

    def told(self, claim: Claim) -> str:
        """A claim as a sentence (成句)."""
        facts: dict[str, Any] = {name: self._shown(*fact) for name, fact in claim.facts.items()}
        facts |= {k: join([self.told(c) for c in cs], self.lang) for k, cs in claim.parts.items()}
        return say(claim.key, self.lang, **facts)

    def _shown(self, value: object, unit: str) -> object:
        if unit == "count":
            return int(value)  # type: ignore[call-overload]
        family, _, detail = unit.partition(":")
        if family == "word":
            said = self.label(detail, value)
            return said[:1].lower() + said[1:] if detail.endswith("step") else said  # mid-sentence
        if family == "cell":
            return self.cell(detail, str(value))
        if unit in {"dimension", "span"}:
            return getattr(self, unit)(str(value))
        if unit == "quoted":
            return self.say("quoted", text=str(value))
        if unit == "person":
            return self.names.get(str(value), str(value)) or self.say("team")
        size = abs(value) if isinstance(value, (int, float)) else 1.0
        value = 0.0 if unit.endswith("money") and size < CENT else value
        brief = size >= 10_000 or size < CENT  # a figure to repeat
        unit = self.unit(unit.replace("money0", "money") if brief else unit)
        return str(value) if unit == "name" else quantity(value, unit, self.lang, brief=brief)


def view(tables: Tables, results: Review, lang: str, audience: str) -> View:
    """All that notebook 4 shows (打开视图); people only where the audience may see them.

    results : the review's, `kit.review(tables).results`
    """
    people = set(visible(tables, audience))
    found = results
    roster = tables.get("roster")
    plans = tables.get("plans").dropna(subset="plan_name")
    mine = {
        name: frame[frame["specialist_id"].isin(people) | frame["specialist_id"].isna()]
        for name in ("mix", "targets", "ledger", "proposals", "hotspots")
        if "specialist_id" in (frame := getattr(found, name))
    }
    seen = roster[roster["specialist_id"].isin(people)]
    names = dict(zip(seen["specialist_id"], seen["name"], strict=True))
    titles = dict(zip(plans["plan_id"], plans["plan_name"], strict=True))
    return View(tables, lang, replace(found, **mine), names, titles)


def ranged(v: View, *ends: float) -> str:
    """A 95 % interval of money as the answer writes it (区间); "" where there is none."""
    if any(pd.isna(end) for end in ends):
        return ""
    low, high = (v.brief(end) for end in ends)
    return v.say("range", range=word("show.from_to", v.lang, low=low, high=high))


def listed(
    v: View,
    rows: pd.DataFrame,
    columns: list[Column],
    id: str,
    caption: str,
    notes: Iterable[str] = (),
    *,
    deciding: bool = False,
) -> Block:
    """The first rows of a long table (长表只列前几行); a note names the download of all rows.

    deciding : read on a phone too, where each row becomes a card
    """
    name = id.removeprefix("parts-")
    told: dict[str, Any] = {"id": id, "caption": caption, "lang": v.lang, "deciding": deciding}
    most = LONG.get(name, len(rows))
    if len(rows) <= most:
        return blocks.table(rows, columns, notes=notes, **told)
    notes = [*notes, v.say("more_rows", n=len(rows) - most, file=name)]
    whole, shown = (
        blocks.table(part, columns, notes=notes, **told) for part in (rows, rows.head(most))
    )
    return replace(shown, data=whole.data | {"file": name})


def titled(
    v: View, rows: pd.DataFrame, columns: list[Column], id: str, notes: Iterable[str] = ()
) -> Block:
    """A table with its caption, or the words for an empty one; cards on a phone if it is OPEN."""
    if rows.empty:
        return blocks.text(v.say(f"empty_{id}"))
    return listed(v, rows, columns, id, v.say(f"t_{id}"), notes, deciding=id in OPEN)


def named(v: View, rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """Rows with the words of a column instead of its ids."""
    return rows.assign(**{column: [v.label(column, x) for x in rows[column]]})
