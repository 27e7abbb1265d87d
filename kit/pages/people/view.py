"""One reader's view of people (人员视图): who is visible, names, words, tables — for notebook 5."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from kit.data.quality.membership import of_group
from kit.people import by_group
from kit.people.followup import Followup
from kit.people.frames import Team
from kit.people.privacy import masked, members
from kit.scoring import visits
from kit.scoring.ahead import in_total
from kit.scoring.grid import half_up
from kit.show import blocks
from kit.show.ahead import grade
from kit.show.blocks import Block
from kit.show.format import number
from kit.show.html import t
from kit.show.proved import proved
from kit.show.sentences import join, prose, say
from kit.show.tables import Column
from kit.words import has, word

OPEN = {  # tables that stand open: on a phone one card a row
    *("appeals", "coaching", "gaps_top", "overdue", "payroll", "score"),
    *("actions", "late", "plan", "rated", "tests"),
}


@dataclass(frozen=True)
class View:
    """Tables, language, audience, the people visible, the person looked at, what follows."""

    tables: Any
    lang: str
    audience: str
    people: tuple[str, ...]
    who: str
    found: Followup
    names: dict[str, str]

    @property
    def teams(self) -> list[str]:
        """Teams of the visible people (团队)."""
        roster = self.tables.get("roster")
        mine = roster[roster["specialist_id"].isin(self.people)]
        return sorted(set(mine["team"].dropna()))

    def of(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Rows of the visible people, their names in `name`."""
        kept = frame[frame["specialist_id"].isin(self.people)]
        return kept.assign(name=kept["specialist_id"].map(self.names)).reset_index(drop=True)

    def say(self, key: str, n: int | None = None, **facts: object) -> str:
        """The sentence `key` in the reader's language."""
        return say(key, self.lang, n, **facts)

    def run(self, sentences: Iterable[str]) -> str:
        """Sentences one after the other (连写): Chinese stops need no space after them."""
        return prose(sentences, self.lang)

    def number(self, value: object, unit: str) -> str:
        """`value` as text in the reader's language."""
        return number(value, unit, self.lang)

    def unit(self, unit: str) -> str:
        """`money` in the currency of the data (币种)."""
        return re.sub(r"money\d?", rf"\g<0>:{self.tables.period.currency}", unit)

    def words(self, family: str, names: Iterable[object]) -> list[str]:
        """Words of a family for each name; — for what is missing."""
        known = [x if isinstance(x, str) else "" for x in names]
        return [word(f"people.{family}.{x}", self.lang) if x else "—" for x in known]

    def indicators(self, names: Iterable[object]) -> list[str]:
        """Names of indicators, as the group of the person looked at measures them."""
        seen = self.tables_of(self.who)
        return [visits.label(seen, x, self.lang) if isinstance(x, str) else "—" for x in names]

    def tables_of(self, who: str) -> Any:
        """The tables as the person's own group sees them (本组视角); all of them for nobody."""
        grouped = self.found.cards.grouped if who else None
        home = grouped.home.get(who) if grouped else None
        return of_group(self.tables, home) if home else self.tables

    def channels(self, names: Iterable[object]) -> list[str]:
        """Names of channels; a company's own channel keeps the word of its data."""
        none = self.say("people.no_label")
        named = [(f"channel.{x}", x if isinstance(x, str) else none) for x in names]
        return [word(key, self.lang) if has(key) else x for key, x in named]

    def masked(self, texts: Iterable[object]) -> list[str]:
        """Free texts without the names and ids of people whom this reader may not see."""
        if self.audience == "hr":
            return [text if isinstance(text, str) else "" for text in texts]
        keep = [*self.people, *self.audience.split("/")[1:]]
        return [masked(text, self.tables, keep, self.lang) for text in texts]

    def called(self, ids: Iterable[object]) -> list[str]:
        """Ids with the name beside them where the roster knows one; masked like free text."""
        roster = self.tables.get("roster").set_index("specialist_id")["name"].dropna()
        names = [f"{roster[i]} ({i})" if i in roster.index else i for i in ids]
        return self.masked(names)

    def fates(self, actions: pd.DataFrame) -> list[str]:
        """What became of agreed actions, beside similar campaigns left alone (措施结果)."""
        pairs = zip(actions.to_dict("records"), self.words("fate", actions["status"]), strict=True)
        return [proved(row, said, self.lang) for row, said in pairs]

    def scheme_of(self, who: str) -> Any:
        """The scheme by which somebody is graded and paid (适用的考核方案)."""
        return self._schemes.get(who, self.tables.scheme)

    @cached_property
    def _schemes(self) -> dict[str, Any]:
        return by_group.schemes(self.tables, self.found.official)

    @property
    def weighed(self) -> pd.DataFrame:
        """Indicators of all, weighted as parts of the total (占总分的权重)."""
        return in_total(self.found.cards.indicators, self.found.cards.grouped)

    def grade(self, row: Mapping[Any, Any]) -> str:
        """A grade as every page prints it (等级): from a row of totals, marked while it is open."""
        return grade(self.scheme_of(row["specialist_id"]), row, self.lang)

    def mine(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Rows of the person looked at."""
        return frame[frame["specialist_id"] == self.who].reset_index(drop=True)


def view(team: Team, lang: str) -> View:
    """What of the team's results a page of notebook 5 shows (打开视图), to the team's audience."""
    tables = team.tables
    pairs = members(tables).drop_duplicates("specialist_id").set_index("specialist_id")["name"]
    names = {str(who): str(who if pd.isna(name) else name) for who, name in pairs.items()}
    return View(tables, lang, team.audience, team.people, team.specialist, team.results, names)


def heading(v: View, id: str, *how: str, fold: bool = False) -> list[Block]:
    """A section's title (小节标题) and how to read it; fold: opened by its title."""
    title = word(f"people.h.{id}", v.lang)
    html = t('<section class="{}"><h2 id="h-{}">{}</h2></section>', _kind(fold), id, title)
    head = Block("text", html, {"heading": title}, f"h-{id}")
    return [head, *(blocks.text(sentence) for sentence in how)]


def _kind(fold: bool) -> str:
    return "part fold" if fold else "part"


def grid(v: View, rows: pd.DataFrame, spec: str, id: str, *notes: str) -> Block:
    """A table (表格) by a spec of columns: `key`, `key:unit`, or `key/label:unit`.

    Labels are words people.c.<label>, the caption people.t.<id>; `text` is the default unit.
    """
    columns = []
    for part in spec.split():
        name, _, unit = part.partition(":")
        key, _, label = name.partition("/")
        unit = unit.replace("money", f"money:{v.tables.period.currency}") or "text"
        columns.append(Column(key, word(f"people.c.{label or key}", v.lang), unit))
    caption = word(f"people.t.{id}", v.lang)
    told: dict[str, Any] = {"id": id, "caption": caption, "lang": v.lang, "notes": notes}
    return blocks.table(rows, columns, deciding=id in OPEN, **told)


def step(v: View, row: Mapping[Any, Any]) -> str:
    """One phase of one person in a few words (环节状态)."""
    totals = v.found.cards.totals
    total = totals[totals["specialist_id"] == row["specialist_id"]].iloc[0]
    lag = row["lag"]
    limit = v.tables.scheme.feedback.due_working_days
    facts: dict[str, Any] = {
        "on": str(row["on"])[:10],
        "due": str(row["due"])[:10],
        "grade": v.grade(total),
        "n": 0 if pd.isna(row["n"]) else int(row["n"]),
        "lag": 0 if pd.isna(lag) else int(lag),
        "late": 0 if pd.isna(lag) else int(lag) - limit,
        "share": v.number(row["n"], "percent"),
        "points": v.number(total["printed"], "points"),
    }
    return say(f"people.loop.{row['reason']}", v.lang, **facts)


def note(v: View, row: Mapping[Any, Any]) -> str:
    """What was special about somebody's period (人员变动说明)."""
    on, to = (str(row[name])[:10] for name in ("on", "to"))
    open_ = f"people.note.{row['note']}_open"
    key = open_ if pd.isna(row["to"]) and has(open_) else f"people.note.{row['note']}"
    return say(key, v.lang, on=on, to=to)


def edges(v: View, who: str) -> tuple[list[str], list[str]]:
    """The two indicators most above 100 points, and the two where most are lost (强项与短板)."""
    rows = v.found.cards.indicators
    rows = rows[(rows["specialist_id"] == who) & rows["points"].notna()]
    lost = (100 - rows["points"]) * rows["weight_used"]
    order = lost.sort_values().index
    strong = [rows.loc[i, "indicator"] for i in order[:2] if lost[i] <= 0]
    return strong, [rows.loc[i, "indicator"] for i in order[::-1][:2] if lost[i] > 0]


def summed(total: float, printed: float) -> str:
    """A sum as text with as many decimals as its printed figure needs to be seen to follow from it.

    >>> summed(84.96, 85.0), summed(89.3486, 89.3)
    ('84.96', '89.349')
    """
    texts = (f"{total:.{digits}f}" for digits in range(2, 9))
    return next((text for text in texts if half_up(np.array(float(text))) == printed), "—")


def listed(v: View, names: Iterable[object]) -> str:
    """Indicators in a row (并列), — for none."""
    return join(v.indicators(names), v.lang) or "—"
