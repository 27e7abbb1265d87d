"""One reader's view of the scores (评分视图): who is visible, totals, rows, words — notebook 2."""

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import pandas as pd

from kit.people.privacy import visible
from kit.scoring import integrity, visits
from kit.scoring.ahead import in_total
from kit.scoring.card import Scorecards
from kit.scoring.chances import is_open, own_chance
from kit.scoring.what_if import Appraisal
from kit.show import blocks
from kit.show.ahead import grade
from kit.show.blocks import Block
from kit.show.doubted import doubted
from kit.show.format import number, unit_word
from kit.show.sentences import join, prose, say
from kit.show.tables import Column
from kit.words import word


@dataclass(frozen=True)
class View:
    """What one reader sees: totals and rows of the visible people, highest total first.

    groups : the same for each appraisal group, where a period has several; group : which one this
    is; before : the earlier cards of people who changed group; moved : a row per person and card
    """

    tables: Any
    lang: str
    audience: str
    cards: Scorecards
    totals: pd.DataFrame
    rows: pd.DataFrame
    names: dict[str, str]
    group: str = ""
    groups: tuple["View", ...] = ()
    before: dict[str, tuple["View", ...]] = field(default_factory=dict)
    moved: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def own(self) -> bool:
        """Whether an employee reads the own page (本人页面)."""
        return self.audience == "employee"

    @cached_property
    def targets_checked(self) -> pd.DataFrame:
        """Targets of the visible people against what was to be expected (目标核对)."""
        return visible_rows(self, integrity.target_check(self.tables, self.cards))

    def scheme_of(self, who: str) -> Any:
        """The scheme by which somebody of this view is scored (适用的考核方案): its group's."""
        return self.tables.scheme

    def say(self, key: str, n: Any = None, **facts: Any) -> str:
        """A text in the reader's language."""
        return say(key, self.lang, n, **facts)

    def number(self, value: Any, unit: str) -> str:
        """A figure as this page prints it."""
        return number(value, unit, self.lang)

    def label(self, indicator: Any) -> str:
        """Name of an indicator (指标名), with a mark where people of several days are added up."""
        return visits.label(self.tables, str(indicator), self.lang)

    def why(self, reason: str, indicator: str) -> str:
        """Why an indicator has no points (缺项原因), with who owes a figure that people enter."""
        by = self.tables.scheme.library[indicator].entered_by
        if by and reason == "scoring.not_entered":
            return self.say("scoring.not_entered_by", by=by)
        return self.say(reason)

    def reasoned(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows of indicators with `why`, the reason in words (缺项原因)."""
        pairs = zip(rows["reason"], rows["indicator"], strict=True)
        return rows.assign(why=[self.why(str(reason), name) for reason, name in pairs])

    def measured(self, indicator: str) -> str:
        """An indicator with its currency, for tables whose columns mix units (指标与单位)."""
        return self.named(self.label(indicator), self.tables.scheme.library[indicator].unit)

    def named(self, label: str, unit: str) -> str:
        """`label` with the currency if it is money: its figure stands bare in a mixed column."""
        currency = unit_word(self.unit(unit), self.lang)
        return self.say("scoring.in_unit", label=label, unit=currency) if unit == "money" else label

    def who(self, inside: pd.Series) -> str:
        """Names of the people for whom `inside` holds (人名)."""
        return self.people(self.totals.loc[inside, "name"].tolist())

    def people(self, names: list[str]) -> str:
        """Names in a row (列举人名), from ten people on the first eight and how many in all."""
        if len(names) < 10:
            return join(names, self.lang)
        first = word("show.comma", self.lang).join(names[:8])
        return self.say("scoring.who_more", n=len(names), who=first)

    def prose(self, sentences: list[str]) -> str:
        """Sentences in one paragraph (成段): Chinese ones follow each other without a space."""
        return prose(sentences, self.lang)

    def table(
        self,
        frame: pd.DataFrame,
        name: str,
        spec: str,
        *,
        id: str = "",
        notes: Any = (),
        deciding: bool = False,
        **facts: Any,
    ) -> Block:
        """A table by a spec of columns, `key` or `key:unit`; its caption scoring.caption_<name>."""
        pairs = [part.partition(":")[::2] for part in spec.split()]
        columns = [
            Column(key, word(f"scoring.c_{key}", self.lang), self.unit(unit or "text"))
            for key, unit in pairs
        ]
        caption = self.say(f"scoring.caption_{name}", **facts)
        return blocks.table(
            frame,
            columns,
            id=id or name,
            lang=self.lang,
            caption=caption,
            notes=list(notes),
            deciding=deciding,
        )

    def cards_of(self, who: str) -> pd.DataFrame:
        """A row per card of somebody who changed group: group_id, days, total (各组评分卡)."""
        return self.moved[self.moved["specialist_id"] == who]

    def weighed(self, who: str) -> pd.DataFrame:
        """One person's indicators, weighted as parts of the total (占总分的权重)."""
        mine = self.rows[self.rows["specialist_id"] == who]
        return in_total(mine.assign(group_id=self.group), self.cards.grouped)

    @property
    def n_scored(self) -> int:
        """How many have a total, seen here or not: ranks and comparisons are among all of them."""
        return int(self.cards.totals["total"].notna().sum())

    def unit(self, unit: str) -> str:
        """`money` in the currency of the data (币种)."""
        return re.sub(r"money\d?", rf"\g<0>:{self.tables.period.currency}", unit)


def view(scores: Appraisal, lang: str, audience: str, specialist: str = "") -> View:
    """What of the scorecards a page of notebook 2 shows (打开视图); KitError for who may not."""
    tables = scores.tables
    people = visible(tables, audience, specialist)
    roster = tables.get("roster").set_index("specialist_id")["name"]
    names = {p: str(roster[p]) if isinstance(roster.get(p), str) else p for p in people}
    whole = _seen(scores, lang, audience.partition("/")[0], names)
    grouped = scores.cards.grouped
    if grouped is None:
        return whole
    home = {grouped.home[p] for p in people if p in grouped.home}
    groups = tuple(_of_group(scores, whole, name) for name in grouped.parts if name in home)
    return groups[0] if whole.own and groups else replace(whole, groups=groups)


def _seen(scores: Appraisal, lang: str, audience: str, names: dict[str, str]) -> View:
    """The view of some people: totals from the highest down, rows with names and labels."""
    tables = scores.tables
    cards = scores.cards
    people = list(names)
    totals = cards.totals[cards.totals["specialist_id"].isin(people)]
    totals = totals.sort_values("total", ascending=False, na_position="last", ignore_index=True)
    each = totals.to_dict("records")
    totals = totals.assign(
        name=totals["specialist_id"].map(names),
        chance=[own_chance(tables.scheme, row) for row in each],
        open=[is_open(tables.scheme, row) for row in each],
        told=[grade(tables.scheme, row, lang) for row in each],
    )
    rows = scores.indicators
    rows = rows[rows["specialist_id"].isin(people)]
    rows = rows.assign(
        name=rows["specialist_id"].map(names),
        label=[visits.label(tables, i, lang) for i in rows["indicator"]],
    )
    return View(tables, lang, audience, cards, totals, rows, names)


def _of_group(scores: Appraisal, whole: View, name: str) -> View:
    """One group's people by their own scheme (本组视图), with the total over all their cards."""
    grouped: Any = scores.cards.grouped
    at_home = {p: n for p, n in whole.names.items() if grouped.home.get(p) == name}
    part = scores.of(name)
    totals = scores.cards.totals
    groups: Any = scores.tables.period.groups
    joint = next(g for g in groups.ranked() if name in g)
    cards = replace(part.cards, totals=totals[totals["group_id"].isin(joint)], grouped=grouped)
    if cards.totals["specialist_id"].tolist() != part.totals["specialist_id"].tolist():
        cards = replace(cards, errors=replace(cards.errors, pair_df=None))
    mine = _seen(replace(part, cards=cards), whole.lang, whole.audience, at_home)
    moved = grouped.cards[grouped.cards["specialist_id"].isin(at_home)]
    before = {
        str(who): tuple(
            replace(
                _seen(scores.of(g), whole.lang, whole.audience, {str(who): at_home[str(who)]}),
                group=g,
            )
            for g in rows["group_id"]
            if g != name
        )
        for who, rows in moved.groupby("specialist_id")
        if len(rows) > 1
    }
    return replace(mine, group=name, before=before, moved=moved)


def visible_rows(v: View, frame: pd.DataFrame) -> pd.DataFrame:
    """Rows of the visible people with their names, in the order of the totals."""
    place = {p: n for n, p in enumerate(v.totals["specialist_id"])}
    kept = frame[frame["specialist_id"].isin(place)]
    kept = kept.assign(
        name=kept["specialist_id"].map(v.names), order=kept["specialist_id"].map(place)
    )
    return kept.sort_values("order", kind="stable").reset_index(drop=True)


def basis(v: View) -> list[str]:
    """Where the weights come from: the scheme's note, the market phase, nobody's approval yet."""
    scheme = v.tables.scheme
    note = [getattr(scheme.note, v.lang)] if scheme.note else []
    return [*note, *_phase(v), *([] if scheme.approved_by else [v.say("scoring.not_approved")])]


def _phase(v: View) -> list[str]:
    """Which weights the market phase chose, and what the period is compared with (市场阶段)."""
    period = v.tables.period
    said = v.tables.scheme.market_phases.get(period.market_phase or "")
    if said is None:
        return []
    own = "own" if said.profiles else "usual"
    told = [v.say(f"scoring.phase_{own}", phase=period.market_phase)]
    return told + [v.say("scoring.phase_beside", span=period.compare.id)] * bool(period.compare)


def doubts(v: View) -> list[str]:
    """Figures whose size is doubted or was confirmed (量级存疑), as far as the reader may see."""
    return doubted(v.tables, v.lang, v.names)
