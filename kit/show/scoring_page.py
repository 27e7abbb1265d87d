"""Notebook 2 (绩效评分): who did how well, and how sure that is — manager, hr, employee."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kit.data.cache import remembered
from kit.data.load import load
from kit.people.privacy import visible
from kit.scoring import feedback
from kit.scoring.card import Scorecards, scorecards
from kit.show import blocks, figures
from kit.show.blocks import Block, Card
from kit.show.format import interval, number
from kit.show.sentences import join, say, some
from kit.show.tables import Column
from kit.words import word

SURE = 0.9  # a grade is called sure from this chance on
TONES = {"above": "better", "below": "worse", "level": "unclear"}


@dataclass(frozen=True)
class View:
    """What one reader sees: totals and rows of the visible people, highest total first."""

    tables: Any
    lang: str
    audience: str
    cards: Scorecards
    totals: pd.DataFrame
    rows: pd.DataFrame
    names: dict[str, str]

    @property
    def own(self) -> bool:
        return self.audience == "employee"

    def say(self, key: str, n: Any = None, **facts: Any) -> str:
        return say(key, self.lang, n, **facts)

    def label(self, indicator: Any) -> str:
        return word(f"indicator.{indicator}", self.lang)

    def who(self, inside: pd.Series) -> str:
        return some(self.totals.loc[inside, "name"].tolist(), self.lang, 4)

    def columns(self, **units: str) -> list[Column]:
        return [
            Column(key, word(f"scoring.c_{key}", self.lang), self.unit(unit))
            for key, unit in units.items()
        ]

    def unit(self, unit: str) -> str:
        """`money` in the currency of the data (币种)."""
        return unit.replace("money", f"money:{self.tables.period.currency}")


def view(params_file: str, lang: str, audience: str, specialist: str = "") -> View:
    """Everything a page of notebook 2 shows (打开视图); KitError for who may not be seen."""
    tables = load(params_file)
    people = visible(tables, audience, specialist)
    cards = remembered(tables, "scorecards", scorecards)
    roster = tables.get("roster").set_index("specialist_id")["name"]
    names = {p: str(roster[p]) if isinstance(roster.get(p), str) else p for p in people}
    totals = cards.totals[cards.totals["specialist_id"].isin(people)]
    totals = totals.sort_values("total", ascending=False, na_position="last", ignore_index=True)
    chance = [row.get(f"p_{row['grade']}", np.nan) for row in totals.to_dict("records")]
    totals = totals.assign(name=totals["specialist_id"].map(names), chance=chance)
    rows = cards.indicators[cards.indicators["specialist_id"].isin(people)]
    rows = rows.assign(
        name=rows["specialist_id"].map(names),
        label=[word(f"indicator.{i}", lang) for i in rows["indicator"]],
    )
    rows = _closed(tables, rows)
    return View(tables, lang, audience.partition("/")[0], cards, totals, rows, names)


def _closed(tables: Any, rows: pd.DataFrame) -> pd.DataFrame:
    """Soft items of people with too few raters give way to the soft total (匿名底线)."""
    days = pd.date_range(tables.period.start, tables.period.last_day)
    open_ = feedback.shown(tables, days)["specialist_id"]
    shut = (rows["branch"] == "soft") & rows["points"].notna() & ~rows["specialist_id"].isin(open_)
    figures_ = ["actual", "points", "points_adjusted", "contribution", "contribution_adjusted"]
    rows.loc[shut, figures_] = np.nan
    return rows.assign(reason=rows["reason"].mask(shut, "scoring.closed"))


def first(v: View) -> list[Block]:
    """Title, headline cards and the answer (页首、要点、结论)."""
    head = blocks.header(
        v.tables,
        v.lang,
        title=v.say("scoring.title"),
        question=v.say("scoring.question"),
        team=join(list(v.names.values()), v.lang)
        if v.own
        else v.say("scoring.people", n=len(v.totals)),
    )
    return [head, blocks.cards(_own_cards(v) if v.own else _cards(v)), blocks.answer(_answer(v))]


def _cards(v: View) -> list[Card]:
    scored = v.totals["total"].notna()
    if not scored.any():
        n = v.say("scoring.card_scored_of", n=0, all=len(v.totals))
        return [Card(v.say("scoring.card_scored"), n, tone="missing")]
    counts = v.totals.loc[scored, "standing"].value_counts()
    return [
        Card(
            v.say(f"scoring.card_{kind}"),
            v.say("scoring.card_people", n=int(counts.get(kind, 0))),
            "",
            v.who(v.totals["standing"].eq(kind) & scored),
            tone if counts.get(kind, 0) else "neutral",
        )
        for kind, tone in TONES.items()
    ]


def _own_cards(v: View) -> list[Card]:
    return [
        card
        for row in v.totals.to_dict("records")
        for card in (
            Card(
                v.say("scoring.card_total"),
                number(row["printed"], "points", v.lang),
                v.say("scoring.card_adjusted", grade=row["grade_adjusted"] or "—",
                      value=number(row["printed_adjusted"], "points", v.lang)),
                interval(row["ci_low"], row["ci_high"], "points", v.lang),
                TONES[row["standing"]],
            ),
            Card(v.say("scoring.card_grade"), row["grade"] or "—",
                 v.say("scoring.card_chance", chance=number(row["chance"], "chance", v.lang))),
            Card(v.say("scoring.card_rank"), _rank(v, row, "scoring.card_rank_of")),
            Card(v.say("scoring.card_coverage"), number(row["coverage"], "percent", v.lang)),
        )
    ]


def _rank(v: View, row: dict, key: str) -> str:
    if np.isnan(row["rank_low"]):
        return "—"
    n = int(v.cards.totals["total"].notna().sum())
    facts = {"n": n} if key.endswith("_of") else {}
    return v.say(key, low=int(row["rank_low"]), high=int(row["rank_high"]), **facts)


def _answer(v: View) -> list[str]:
    if v.own:
        return [_verdict(v, row) for row in v.totals.to_dict("records")]
    scored, period, lines = v.totals["total"].notna(), v.tables.period, []
    if period.last_day < period.end:
        lines.append(v.say("scoring.say_tracking", day=str(period.last_day)))
    if not scored.any():
        return [*lines, *nobody(v)]
    for kind in ("above", "below"):
        inside = scored & v.totals["standing"].eq(kind)
        if inside.any():
            lines.append(v.say(f"scoring.say_{kind}", n=int(inside.sum()), who=v.who(inside)))
    level = int((scored & v.totals["standing"].eq("level")).sum())
    lines += [v.say("scoring.say_level", n=level)] if level else []
    unsure = scored & (v.totals["chance"] < SURE)
    line = number(SURE, "chance", v.lang)
    lines.append(
        v.say("scoring.say_grades", n=int(unsure.sum()), line=line, who=v.who(unsure))
        if unsure.any()
        else v.say("scoring.say_grades_sure", line=line)
    )
    lines.append(market_line(v))
    none = ~scored
    lines += (
        [v.say("scoring.say_no_total", n=int(none.sum()), who=v.who(none))] if none.any() else []
    )
    return lines


def nobody(v: View) -> list[str]:
    """That nobody has a total (无人有总分), and why, indicator by indicator."""
    whys = [v.say(str(r)) for r in v.totals["reason"].unique() if r]
    why = join(whys, v.lang) or v.say("scoring.nobody_here")
    return [v.say("scoring.say_nobody", why=why), *lacking(v, v.rows)]


def lacking(v: View, rows: pd.DataFrame) -> list[str]:
    """What was not scored, one sentence a reason (缺什么)."""
    gone = rows[rows["points"].isna() & (rows["reason"] != "scoring.closed")]
    gone = gone.drop_duplicates(["indicator", "reason"])
    return [v.say("scoring.say_lacking", items=join(part["label"].tolist(), v.lang),
                  why=v.say(str(reason)))
            for reason, part in gone.groupby("reason", sort=False)]  # fmt: skip


def market_line(v: View) -> str:
    if v.rows["market_growth"].isna().all():
        return v.say("scoring.say_market_off")
    moved = v.totals["grade_adjusted"].ne(v.totals["grade"]) & v.totals["grade_adjusted"].ne("")
    if not moved.any():
        return v.say("scoring.say_market_same")
    return v.say("scoring.say_market", n=int(moved.sum()), who=v.who(moved))


def _verdict(v: View, row: dict) -> str:
    if np.isnan(row["total"]):
        return v.say("scoring.verdict_none", why=v.say(row["reason"]))
    if not v.own:
        return v.say(
            f"scoring.verdict_{row['standing']}",
            grade=row["grade"],
            chance=number(row["chance"], "chance", v.lang),
        )
    return v.say(
        "scoring.say_own",
        total=number(row["printed"], "points", v.lang),
        grade=row["grade"],
        interval=interval(row["ci_low"], row["ci_high"], "points", v.lang),
        chance=number(row["chance"], "chance", v.lang),
        low=int(row["rank_low"]),
        high=int(row["rank_high"]),
    )


def verdicts(v: View) -> Block | None:
    """One line and one sentence a person (每个人的结论), highest first; order is no ranking."""
    if v.own:
        return None
    frame = v.totals.assign(
        verdict=[_verdict(v, row) for row in v.totals.to_dict("records")],
        rank=[_rank(v, row, "scoring.rank_word") for row in v.totals.to_dict("records")],
        total=v.totals["printed"],
        interval_low=v.totals["ci_low"],
        interval_high=v.totals["ci_high"],
        name_tone=v.totals["standing"].map(TONES).where(v.totals["total"].notna(), "missing"),
    )
    columns = v.columns(
        name="text",
        total="points",
        interval="interval:points",
        grade="text",
        chance="chance",
        rank="text",
        verdict="text",
    )
    return blocks.table(
        frame, columns, id="verdicts", lang=v.lang, caption=v.say("scoring.caption_verdicts")
    )


def heat(v: View) -> Block | None:
    """People × indicators on the fixed scale of points (热力图)."""
    if v.own or v.rows["points"].isna().all():
        return None
    order = v.totals["specialist_id"].tolist()
    rows = v.rows.set_index("specialist_id").loc[order].reset_index()
    mean = rows.groupby("label")["points"].mean()
    worst = mean.idxmin()
    low = int((rows.loc[rows["label"] == worst, "points"] < 60).sum())
    fig = figures.heat(rows, row="name", column="label", value="points", unit="int", lang=v.lang)
    facts = {"n": len(order), "indicator": worst}
    return blocks.figure(
        fig,
        id="heat",
        lang=v.lang,
        title=v.say("scoring.heat_title", n=low, indicator=worst),
        subtitle=v.say("scoring.heat_subtitle", n=len(order)),
        alt=v.say("scoring.heat_alt", m=rows["label"].nunique(), **facts),
    )


def ranks(v: View) -> Block | None:
    """Totals with intervals, rank intervals as words (名次区间图)."""
    rows = v.totals[v.totals["total"].notna()]
    if v.own or rows.empty:
        return None
    line = v.tables.scheme.grades[1].min if len(v.tables.scheme.grades) > 1 else None
    frame = pd.DataFrame(
        {
            "label": rows["name"],
            "value": rows["total"],
            "low": rows["ci_low"],
            "high": rows["ci_high"],
            "tone": rows["standing"].map(TONES),
            "word": [_rank(v, row, "scoring.rank_word") for row in rows.to_dict("records")],
        }
    )
    told = int(rows["standing"].ne("level").sum())
    return blocks.figure(
        figures.dots(frame, unit="points", lang=v.lang, reference=line),
        id="ranks",
        lang=v.lang,
        title=v.say("scoring.rank_title", n=len(rows), k=told),
        subtitle=v.say("scoring.rank_subtitle", line=number(line, "int", v.lang)),
        alt=v.say("scoring.rank_alt", who=join(rows["name"].tolist(), v.lang)),
    )
