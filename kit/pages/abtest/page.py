"""Notebook 3 (A/B 测试): what each test says and what to do next, for manager and hr."""

from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from kit.abtest import history, portfolio
from kit.data.load import load
from kit.errors import KitError
from kit.pages.abtest import figure as abtest_figure
from kit.pages.abtest.view import TONE, View
from kit.people.privacy import visible
from kit.show import blocks, figures
from kit.show.blocks import Block, Card
from kit.show.format import interval, number, quantity, unit_word
from kit.show.sentences import join, some
from kit.show.tables import Column
from kit.words import word

PLANNED = ("ctr", "click_conversion", "roi")
GROUPS = {
    "roll": ("roll_out", "roll_out_watch"),
    "part": ("roll_out_part",),
    "confirm": ("confirm",),
    "keep": ("keep_control", "keep_control_money"),
    "free": ("may_switch", "either"),
    "again": ("longer", "rerun", "move_on"),
    "wait": ("wait",),
    "mend": ("fix_split", "fix_data"),
}
EFFECTS = (0.05, 0.1, 0.2)  # relative changes for which the next test is planned
ORDER = [step for steps in GROUPS.values() for step in steps]


def view(params_file: str, lang: str, audience: str) -> View:
    """All that notebook 3 shows (打开视图): the tests of people whom the audience may see."""
    tables = load(params_file)
    who = set(visible(tables, audience)) if tables.has("roster") else None
    seen = tuple(
        sorted(
            (v for v in portfolio.evaluated(tables) if who is None or v.specialist_id in who),
            key=lambda v: (ORDER.index(v.next_step), v.test_id),
        )
    )
    past = portfolio.frame(portfolio.evaluated(tables, earlier=True))
    roster = tables.get("roster").drop_duplicates("specialist_id")
    names = dict(zip(roster["specialist_id"], roster["name"], strict=True))
    table = portfolio.frame(seen)
    table["name"] = [names.get(who, who) for who in table["specialist_id"]]
    ideas = tables.get("experiments").drop_duplicates("test_id").set_index("test_id")["hypothesis"]
    ideas = table["test_id"].map(ideas).fillna("")
    table["label"] = (table["test_id"] + " " + ideas).str.strip()
    table["word"] = [word(f"abtest.decision.{d}", lang) for d in table["decision"]]
    table["tone"] = table["decision"].map(TONE).fillna("unclear")
    unproven = (table["decision"] == "treatment_better") & (table["next_step"] == "confirm")
    table.loc[unproven, "word"] = word("abtest.decision.unproven", lang)
    table.loc[unproven, "tone"] = "unclear"
    bare = View(tables, lang, seen, table, past)
    table["word"] = [
        bare.say("arm", word=said, of=of) if (of := bare.of(v)) else said
        for said, v in zip(table["word"], seen, strict=True)
    ]
    table["quoted"] = [
        bare.say("idea", test=test, idea=idea) if idea else test
        for test, idea in zip(table["test_id"], ideas, strict=True)
    ]
    table["next"] = [bare.then(v) for v in seen]
    table["why"] = [bare.told(v.reason) for v in seen]
    return bare


def header(v: View) -> Block:
    """Title, question, period and status (页首)."""
    return blocks.header(v.tables, v.lang, title=v.say("title"), question=v.say("question"))


def cards(v: View) -> Block:
    """Headline figures (要点卡片)."""
    won = v.table[v.table["decision"] == "treatment_better"]
    ready = won[won["next_step"].isin(GROUPS["roll"])]
    count = {"tests": len(v.table), "ready": len(ready)} | {
        key: int(v.table["decision"].isin(kinds).sum())
        for key, kinds in (("open", ["keep_running", "not_enough_data"]), ("bad", portfolio.BAD))
    }
    tones = {"ready": "better", "open": "provisional", "bad": "worse" * bool(count["bad"])}
    found = [
        Card(v.say(f"card.{key}"), number(n, "int", v.lang), tone=tones.get(key) or "neutral")
        for key, n in count.items()
    ]
    money = ready[["money", "money_low", "money_high"]].dropna()
    if len(money):
        total = money["money"].sum()
        halves = (money["money_high"] - money["money_low"]) / 2
        half = float(np.sqrt((halves**2).sum()))  # the tests are independent of one another
        spread = v.say(
            "card.range",
            currency=unit_word(v.money, v.lang),
            range=interval(total - half, total + half, v.money, v.lang, brief=True),
        )
        found.append(
            Card(
                v.say("card.money", n=len(money)),
                quantity(total, v.money, v.lang, brief=True),
                interval=spread,
            )
        )
    return blocks.cards(found)


def answer(v: View) -> Block:
    """The answer in sentences (结论): what to roll out, what not, what is still open."""
    lines = []
    for key, steps in GROUPS.items():
        rows = v.table[v.table["next_step"].isin(steps)]
        if len(rows):
            lines.append(
                v.say(f"answer.{key}", n=len(rows), tests=some(list(rows["quoted"]), v.lang, 4))
            )
    return blocks.answer(lines or [v.say("answer.none")])


def forest(v: View) -> Block:
    """All tests on one scale (森林图): relative change with interval, verdict at the right."""
    told = ~v.table["decision"].isin(portfolio.NO_EFFECT)
    shown = v.table.assign(
        **{
            name: v.table[column].where(told).astype(float)
            for name, column in (("value", "rel_effect"), ("low", "rel_low"), ("high", "rel_high"))
        }
    )
    shown = shown[~told | shown["low"].notna()]
    shown["label"] = shown["test_id"] + " " + shown["indicator"].map(v.name)
    shown = shown.sort_values("value", ascending=False)
    if shown["value"].isna().all():
        return blocks.text(v.say("nothing_drawn"))
    clear = int((told[shown.index] & (shown["tone"] != "unclear")).sum())
    fig, cut = abtest_figure.forest(shown, v.lang)
    more = [v.say("forest.cut", tests=some(cut, v.lang, 6))] if cut else []
    return blocks.figure(
        fig,
        id="tests-forest",
        title=v.say("forest.title", n=clear, total=len(shown)),
        subtitle=v.say("forest.subtitle"),
        lang=v.lang,
        alt=v.say(
            "forest.alt",
            tests=some(
                [f"{r.label} {number(r.value, '+percent', v.lang)}" for r in shown.itertuples()],
                v.lang,
                20,
            ),
        ),
        notes=[*more, v.say("forest.note")],
    )


def todo(v: View) -> Block:
    """What to do next, and why (下一步): one line a test."""
    columns = [
        Column("label", v.say("column.test")),
        Column("word", v.say("column.verdict")),
        Column("next", v.say("column.next")),
        Column("why", v.say("column.why")),
        Column("name", v.say("column.who")),
    ]
    rows = v.table.assign(word_tone=v.table["tone"]) if len(v.table) else v.table
    return blocks.table(rows, columns, id="tests-todo", caption=v.say("todo.caption"), lang=v.lang)


def numbers(v: View) -> Block:
    """The figures behind (数字): levels, relative change, p, adjusted p, sample ratio, money."""
    rows = v.table.assign(
        metric=v.table["indicator"].map(v.name, na_action="ignore"),
        reason="abtest.page.no_figure",
        srm_p_reason="abtest.skipped.srm",
        power_reason="abtest.page.no_size",
        money_reason=v.unpaid(),
    )
    unsure = rows["decision"].isin(portfolio.NO_EFFECT)
    figures_of = ["rel_effect", "rel_low", "rel_high", "p_adjusted", "power"]
    rows[figures_of] = rows[figures_of].astype(float).mask(unsure)
    other = (rows["looks"] > 1) | (rows["kind"] != "superiority")  # judged by bound or margin
    rows["p_adjusted"] = rows["p_adjusted"].mask(other)
    rows["p_adjusted_reason"] = np.where(unsure, "abtest.page.no_figure", "abtest.page.other_p")
    rows["power_reason"] = rows["power_reason"].mask(unsure, "abtest.page.no_figure")
    for side in ("control", "treatment"):
        rows[side] = [
            quantity(x, v.unit(i), v.lang)
            for x, i in zip(rows[side].astype(float).mask(unsure), rows["indicator"], strict=True)
        ]
        rows[f"{side}_reason"] = "abtest.page.no_figure"
    columns = [
        Column("test_id", v.say("column.test")),
        Column("metric", v.say("column.metric")),
        Column("control", v.say("column.control"), "mixed"),
        Column("treatment", v.say("column.treatment"), "mixed"),
        Column("rel_effect", v.say("column.change"), "+percent"),
        Column("rel", v.say("column.range"), "interval:+percent"),
        Column("p_adjusted", v.say("column.p"), "p"),
        Column("srm_p", v.say("column.srm"), "p"),
        Column("money", v.say("column.money"), v.money),
        Column("money", v.say("column.money_range"), f"interval:{v.money}"),
        Column("power", v.say("column.power"), "percent"),
    ]
    return blocks.table(
        rows,
        columns,
        id="tests-numbers",
        caption=v.say("numbers.caption"),
        lang=v.lang,
        notes=[v.say("numbers.note")],
    )


def practice(v: View) -> Block:
    """How each specialist tests (试验习惯): practice counts, not luck."""
    names = v.table.drop_duplicates("specialist_id").set_index("specialist_id")["name"]
    rows = portfolio.practice(v.table)
    rows["name"] = rows["specialist_id"].map(names)
    columns = [Column("name", v.say("column.who"))] + [
        Column(key, v.say(f"practice.{key}"), "int")
        for key in ("tests", "declared_before", "sized", "stopped_as_planned", "data_sound")
    ]
    return blocks.table(
        rows,
        columns,
        id="tests-practice",
        caption=v.say("practice.caption"),
        lang=v.lang,
        notes=[v.say("practice.note")],
    )


def alarms(v: View) -> Block:
    """False-alarm budget and earlier tests on the same question (误报预算、以往结论)."""
    found = portfolio.false_alarms(v.table)
    lines = []
    if found["tests"]:
        lines.append(
            v.say(
                "alarms",
                n=int(found["tests"]),
                clear=int(found["clear"]),
                expected=number(found["expected"], "points", v.lang),
                any=number(found["any"], "percent", v.lang),
            )
        )
    before = portfolio.learned(v.table, v.past)
    for row in before.itertuples():
        lines.append(
            v.say(
                "learned",
                test=row.test_id,
                topic=row.topic,
                past=row.test_id_before,
                date=number(row.end_date, "date", v.lang),
                idea=row.hypothesis,
                verdict=word(f"abtest.decision.{row.decision}", v.lang),
                change=number(row.rel_effect, "+percent", v.lang),
            )
        )
    lines += [v.say("learned_none")] if before.empty and len(v.table) else []
    return blocks.answer(lines or [v.say("alarms_none")])


def schedule(v: View) -> Block:
    """Days that the next tests need (排期表), from the shop's own days."""
    parts = [_planned(v, i).assign(metric=v.name(i)) for i in (*PLANNED, "pay_conversion")]
    rows = pd.concat([p for p in parts if len(p)] or parts)
    if rows.empty:
        return blocks.text(v.say("schedule.none"))
    rows["label"] = rows["metric"] + " · " + rows["channel"].map(v.channel)
    wide = rows.pivot(index="label", columns="effect", values="days")
    wide = wide.rename(columns={e: f"days_{e:g}" for e in wide})
    wide = rows.drop(columns="days").drop_duplicates("label").merge(wide, on="label")
    columns = [
        Column("label", v.say("column.channel")),
        *(
            Column(f"days_{e:g}", v.say("schedule.days", effect=f"{100 * e:g}%"), "days")
            for e in EFFECTS
        ),
        Column("found_14", v.say("schedule.found", days=14), "percent"),
        Column("found_28", v.say("schedule.found", days=28), "percent"),
        Column("weekday", v.say("schedule.weekday"), "percent"),
    ]
    wide = wide.assign(
        reason="abtest.page.schedule.too_long", weekday_reason="abtest.page.schedule.no_weekday"
    )
    return blocks.table(
        wide,
        columns,
        id="tests-schedule",
        caption=v.say("schedule.caption"),
        lang=v.lang,
        notes=[v.say("schedule.note"), v.say("schedule.users")],
    )


def trust(v: View) -> Block:
    """False alarms of our rule beside the z-test's on the shop's own days (A/A 重演)."""
    pairs = _pairs(v, "ctr")
    found = [asdict(r) for r in (history.replay(pairs, days) for days in (7, 14, 28)) if r]
    if not found:
        return blocks.text(v.say("trust.none"))
    rows = pd.DataFrame(found).assign(reason="abtest.page.trust.no_trials")
    columns = [
        Column(key, v.say(f"trust.{key}"), unit)
        for key, unit in (
            ("days", "int"),
            ("tests", "int"),
            ("ours", "percent"),
            ("error", "pp"),
            ("pooled", "percent"),
        )
    ]
    return blocks.table(
        rows,
        columns,
        id="tests-trust",
        caption=v.say("trust.caption"),
        lang=v.lang,
        notes=[v.say("trust.note")],
    )


def doubts(v: View) -> Block:
    """What could make this wrong (存疑之处)."""
    off = [
        v.say("doubt.test", test=w.test_id, what=v.told(f))
        for w in v.found
        if w.case
        for f in (*w.case.trial.deviations, *w.case.beside.cautions)
    ]
    off += [v.say("doubt.money")] if v.table["money"].notna().any() else []
    off += [v.say("doubt.many")] if len(v.table) > 1 else []
    return blocks.doubts(off, v.lang)


def sources(v: View) -> Block:
    """Where the figures come from (数据来源)."""
    return blocks.sources(v.tables, v.lang)


def checked(v: View) -> None:
    """The verdicts as plain text (供核对)."""
    for row in v.table.itertuples():
        print(row.test_id, row.decision, row.next_step)


def form(v: View) -> Any:
    """A form for analysts (排期试算): indicator, effect → days and power by length, by channel."""
    from ipywidgets import Dropdown, FloatSlider, interact

    def plan(indicator: str, effect: float) -> Block:
        found = _planned(v, indicator, (effect,))
        if found.empty:
            return blocks.text(v.say("schedule.none"))
        curve = pd.concat(
            [
                history.power_curve(row, effect).assign(
                    series=v.channel(row.channel), tone=str(row.channel)
                )
                for row in found.itertuples()
            ]
        )
        fig = figures.lines(
            curve.rename(columns={"power": "value"}),
            x="days",
            unit="percent",
            lang=v.lang,
            reference=0.8,
            x_unit="int",
        )
        told = [
            v.say(
                "form.never" if pd.isna(r["days"]) else "form.days",
                channel=v.channel(r["channel"]),
                days=number(r["days"], "int", v.lang),
            )
            for r in found.to_dict("records")
        ]
        title = v.say(
            "form.title", effect=number(effect, "percent", v.lang), days=join(told, v.lang)
        )
        return blocks.figure(
            fig, id="power", title=title, subtitle=v.say("form.subtitle"), alt=title, lang=v.lang
        )

    choices = [(v.name(i), i) for i in (*PLANNED, "pay_conversion")]
    return interact(
        plan,
        indicator=Dropdown(options=choices, description=v.say("column.metric")),
        effect=FloatSlider(
            value=0.1,
            min=0.02,
            max=0.5,
            step=0.01,
            style={"description_width": "initial"},
            description=v.say("form.effect"),
        ),
    )


def _planned(v: View, indicator: str, effects: tuple[float, ...] = EFFECTS) -> pd.DataFrame:
    if indicator == "pay_conversion":
        return history.schedule_users(v.tables, effects)
    return history.schedule(_pairs(v, indicator), effects)


def _pairs(v: View, indicator: str) -> list[history.Pair]:
    try:
        return history.pairs(v.tables, indicator)
    except KitError:
        return []
