"""Notebook 4 (复盘): what moved, how much was ours, what to do — for manager and hr."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from kit import words
from kit.data.load import load
from kit.data.store.cache import remembered
from kit.people.privacy import visible
from kit.retrospective import story
from kit.retrospective.drill import worth
from kit.retrospective.review import Review, review
from kit.retrospective.scope import called
from kit.retrospective.story import Claim
from kit.retrospective.waterfall import CAUSES, Waterfall
from kit.show import blocks, figures
from kit.show.blocks import Block, Card
from kit.show.format import number, quantity, short, unit_word
from kit.show.sentences import join, say
from kit.show.tables import Column
from kit.words import word

CENT = 0.005  # of the currency: less is nothing
LONG = {"findings", "list_stop", "list_push", "list_watch", "troubles", "plan_id"}
SHOWN = 10  # rows of a long table that a page shows


@dataclass(frozen=True)
class View:
    """What one reader sees: results, with rows of people only where they may be seen."""

    tables: Any
    lang: str
    found: Review
    names: dict[str, str]
    plans: dict[str, str]

    def say(self, key: str, n: int | None = None, **facts: object) -> str:
        return say(f"retrospective.{key}", self.lang, n, **facts)

    def label(self, family: str, value: object) -> str:
        """A word of a family (channel, indicator, step …), or the value itself (标签)."""
        if not isinstance(value, str):
            return word("retrospective.nobody", self.lang)
        known = {"specialist_id": self.names, "plan_id": self.plans}.get(family, {})
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
        return word(f"retrospective.step.{name}", self.lang)

    def cell(self, dimension: str, segment: str) -> str:
        """Names of a segment (细分标签), each by its dimension."""
        parts = zip(dimension.split(" × "), segment.split(" × "), strict=False)
        return " × ".join(self.label(d, s) for d, s in parts)

    def dimension(self, name: str) -> str:
        return " × ".join(word(f"retrospective.dim.{d}", self.lang) for d in name.split(" × "))

    def span(self, called: str) -> str:
        """A span's name, or its two days in words: dates have hyphens of their own (起止日)."""
        low, _, high = called.partition("–")
        return word("show.from_to", self.lang, low=low, high=high) if high else called

    def unit(self, unit: str) -> str:
        """`money` in the currency of the data (币种)."""
        return re.sub("money0?", rf"\g<0>:{self.tables.period.currency}", unit)

    def amount(self, value: object, unit: str = "+money") -> str:
        return quantity(value, self.unit(unit), self.lang)

    def brief(self, value: float, unit: str = "+money0") -> str:
        """As in the answer, where the unit stands beside it: 5.6万 / 55.8k; 5,822 (简写金额)."""
        large = abs(value) >= 10_000
        unit = unit.removesuffix("0") if large else unit
        return (short if large else number)(value, unit, self.lang)

    def columns(self, **units: str) -> list[Column]:
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


def view(params_file: str, lang: str, audience: str) -> View:
    """All that notebook 4 shows (打开视图); people only where the audience may see them."""
    tables = load(params_file)
    people = set(visible(tables, audience))
    found = remembered(tables, "review", review)
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


def first(v: View) -> list[Block]:
    """Title, cards, five sentences, and boxes on structure (页首、要点、五句话)."""
    head = blocks.header(v.tables, v.lang, title=v.say("title"), question=v.say("question"))
    lines = [v.told(c) for c in story.story(v.found, v.plans)]
    told = {
        tone: [v.told(c) for t, c in story.boxes(v.found) if t == tone]
        for tone in ("refuse", "warn")
    }
    boxes = [blocks.box(tone, said) for tone, said in told.items() if said]
    return [head, *([] if v.found.bridge.reason else [_cards(v)]), blocks.answer(lines), *boxes]


def _cards(v: View) -> Block:
    total = v.found.bridge.total()
    rate = total["change"] / total["v0"] if total["v0"] else None
    tone = {"own_up": "better", "own_down": "worse"}.get(story.merit(v.found), "unclear")
    split = "spend" in v.found.bridge.steps  # else all of our part is one
    losing = worth(v.found.lists, "stop", v.found.rules.worth)
    losing = losing.drop_duplicates("plan_id")
    stop = losing["yuan"].sum()
    items = [
        Card(
            _labelled(v, "sales"),
            v.brief(total["v1"], "money0"),
            change=number(rate, "+percent", v.lang),
            raw=total["v1"],
        ),
        Card(_labelled(v, "outside"), v.brief(total[CAUSES].sum())),
        *([Card(_labelled(v, "own"), v.brief(total["own"]))] if split else []),
        Card(
            _labelled(v, "of_it_rate" if split else "own"),
            v.brief(total["rate"]),
            tone=tone,
            interval=_range(v, total),
        ),
        Card(
            _labelled(v, "to_stop"),
            v.brief(stop, "money0"),
            tone="worse" if stop else "neutral",
            interval=v.say("to_stop_of", n=len(losing)),
        ),
    ]
    return blocks.cards(items)


def _labelled(v: View, key: str) -> str:
    """Label of a card with its unit: beside a figure of this size the unit would wrap (卡片名)."""
    return v.say("of_unit", name=v.say(key), unit=unit_word(v.unit("money"), v.lang))


def _range(v: View, total: pd.Series) -> str:
    """Interval of the efficiency, as the answer writes it (效率的区间)."""
    low, high = (v.brief(total[end]) for end in ("rate_low", "rate_high"))
    known = pd.notna(total["rate_low"])
    return v.say("range", range=word("show.from_to", v.lang, low=low, high=high)) if known else ""


def waterfall(v: View, bridge: Waterfall | None = None, id: str = "waterfall") -> Block:
    """The change as one reconciled waterfall (对账式瀑布), from the prior or last year's span."""
    bridge = bridge or v.found.bridge
    if bridge.reason:
        return blocks.box("note", [bridge.reason.told(v.lang)])
    total = bridge.total()
    rows = _steps(v, bridge)
    facts = {"before": v.span(called(bridge.before)), "now": v.tables.period.id}
    amounts = {k: v.amount(total[k]) for k in ("change", "own")}
    amounts["outside"] = v.amount(total[CAUSES].sum())
    told = (
        v.say("waterfall_note")
        if id == "waterfall"
        else v.say("waterfall_rate", rate=v.amount(total["rate"]), range=_range(v, total) or "—")
    )
    return blocks.figure(
        figures.waterfall(rows, unit=v.unit("money"), lang=v.lang),
        id=id,
        lang=v.lang,
        title=v.say("waterfall_title", None, **amounts),
        subtitle=v.say("waterfall_subtitle", None, **facts),
        alt=join(
            [
                f"{name} {number(x, '+money', v.lang)}"
                for name, x in zip(rows["label"], rows["value"], strict=True)
            ],
            v.lang,
        ),
        notes=[told],
    )


def _steps(v: View, bridge: Waterfall) -> pd.DataFrame:
    """Rows of the waterfall (瀑布各项): causes, steps and total.

    Only a step of our own that is beyond chance is a gain or a loss: what others caused and what
    was decided has no such colour, and a step with zero inside is grey.
    """
    total = bridge.total()
    steps = [v.step(s) for s in bridge.steps]
    rows = pd.DataFrame(
        {
            "label": [*(v.say(f"cause_{c}") for c in CAUSES), *steps],
            "value": total[[*CAUSES, *bridge.steps]].to_numpy(float),
        }
    )
    rows["value"] = rows["value"].where(rows["value"].abs() >= CENT, 0.0)
    ends = bridge.drivers().set_index("step").reindex([*CAUSES, *bridge.steps])
    for cause in ("market", "events"):
        around = total[[f"{cause}_low", f"{cause}_high"]].to_numpy(float)
        if around[0] < around[1]:
            ends.loc[cause, ["low", "high"]] = around
    rows[["low", "high"]] = ends[["low", "high"]].to_numpy(float)
    inside = (rows["low"] <= 0) & (rows["high"] >= 0)
    given = pd.Series([*CAUSES, *bridge.steps]).isin([*CAUSES, "spend"])
    rows["tone"] = inside.map({True: "unclear"}).mask(given, "others")
    unknown = bridge.events["reason"].ne("").any() if len(bridge.events) else False
    more = [{"label": v.say("cause_unknown"), "value": 0.0, "kind": "unknown"}] if unknown else []
    last = [{"label": v.say("change"), "value": total["change"], "kind": "total"}]
    return pd.concat([rows, pd.DataFrame(more + last)], ignore_index=True)


def parts(v: View, column: str, bridge: Waterfall | None = None) -> Block:
    """The same parts per plan, channel, specialist or team (分项): they add up to the total."""
    tail = "-year" if bridge else ""
    bridge = bridge or v.found.bridge
    rows = bridge.by(column).sort_values("change", key=abs, ascending=False)
    seen = rows[column].isin(v.names) | rows[column].isna() | (column != "specialist_id")
    notes = [] if seen.all() else [v.say("only_yours", n=int((~seen).sum()))]
    rows = rows[seen]
    spend = rows.get("spend", pd.Series(float("nan"), rows.index))
    why = _unrated(v, rows)
    rows = rows.assign(
        **{column: [v.label(column, c) for c in rows[column]]},
        spend_=spend,
        rate=rows["rate"].where(rows["rate_low"].notna()),
        **dict.fromkeys(("rate_reason", "rate__reason", "own__reason"), why),
        own__low=rows["rate_low"],
        own__high=rows["rate_high"],
    )
    rows = rows.rename(columns={"rate_low": "rate__low", "rate_high": "rate__high"})
    extra = {"volume": "+money"} if "volume" in rows else {}
    ours = {"rate": "+money", "rate_": "interval:+money", "spend_": "+money"}
    ours = ours if "spend" in rows else {"own_": "interval:+money"}  # all of it is one, unsplit
    columns = v.columns(
        **{column: "text"},
        v1="money",
        change="+money",
        market="+money",
        own="+money",
        **ours,
        **extra,
        events="+money",
        days="+money",
        v0="money",
    )
    return listed(v, rows, columns, f"parts{tail}-{column}", v.say(f"by_{column}"), notes)


def _unrated(v: View, rows: pd.DataFrame) -> list[str]:
    """Why a part has no efficiency (没有效率的原因): paid by sale, new, gone, or too few days."""
    which = np.select(
        [rows["fixed"] > 0, rows["v0"] <= 0, rows["v1"] <= 0],
        ["fixed_rate", "new_rate", "gone_rate"],
        "few_rate",
    )
    return [v.say(key) for key in which]


def listed(
    v: View,
    rows: pd.DataFrame,
    columns: list[Column],
    id: str,
    caption: str,
    notes: Iterable[str] = (),
) -> Block:
    """The first rows of a long table (长表只列前几行); a note names the download of all rows."""
    name = id.removeprefix("parts-")
    if name not in LONG or len(rows) <= SHOWN:
        return blocks.table(rows, columns, id=id, caption=caption, lang=v.lang, notes=notes)
    notes = [*notes, v.say("more_rows", n=len(rows) - SHOWN, file=name)]
    whole, shown = (
        blocks.table(part, columns, id=id, caption=caption, lang=v.lang, notes=notes)
        for part in (rows, rows.head(SHOWN))
    )
    return replace(shown, data=whole.data | {"file": name})


def everywhere(v: View, year: bool = False) -> list[Block]:
    """Events, and the parts per channel, team, specialist and, folded, plan (各处的变化)."""
    bridge = v.found.year if year else v.found.bridge
    if bridge.reason:
        return []
    given = bridge if year else None
    shown = [parts(v, c, given) for c in ("channel", "team", "specialist_id")]
    if year:
        return [blocks.details(v.say("year_parts"), shown)]
    return [*events(v), *shown, blocks.details(v.say("by_plan_id"), [parts(v, "plan_id")])]


def events(v: View) -> list[Block]:
    """What events outside our control did, each with its interval (不可控事件)."""
    rows = v.found.bridge.events
    if rows.empty:
        return []
    where = [
        v.label("plan_id", p)
        if isinstance(p, str)
        else v.label("channel", c)
        if isinstance(c, str)
        else v.say("whole_shop_")
        for p, c in zip(rows["plan_id"], rows["channel"], strict=True)
    ]
    known = rows["reason"] == ""
    ends = {"carved": "effect", "carved__low": "low", "carved__high": "high"}
    rows = rows.assign(
        event=[v.label("event", k) for k in rows["kind"]],
        where=where,
        **{name: rows[column].where(known) for name, column in ends.items()},
        reason=[f"retrospective.{r}" if r else "" for r in rows["reason"]],
    )
    rows = rows.rename(columns={"start_date": "start", "end_date": "end"})
    columns = v.columns(
        event="text",
        where="text",
        start="date",
        end="date",
        carved="+money",
        carved_="interval:+money",
    )
    return [
        blocks.table(
            rows,
            columns,
            id="events",
            caption=v.say("t_events"),
            lang=v.lang,
            notes=[v.say("note_events")],
        )
    ]
