"""What does each test say, what next? (各试验的结论与下一步)."""

from typing import Any

import numpy as np
import pandas as pd

from kit.abtest.decisions import NO_EFFECT
from kit.pages.abtest import figure as abtest_figure
from kit.pages.abtest.view import View
from kit.show import blocks, heard, stacks
from kit.show.blocks import Block
from kit.show.format import number, quantity
from kit.show.sentences import some
from kit.show.tables import Column

MANY = 10  # tests from which on a list of them is read without its reasons


def forest(v: View) -> Block:
    """All tests on one scale (森林图): relative change with interval, verdict at the right."""
    shown = _drawable(v)
    if shown["value"].isna().all():
        return blocks.text(v.say("nothing_drawn"))
    clear = int((~shown["decision"].isin(NO_EFFECT) & shown["settled"]).sum())
    fig, cut = abtest_figure.forest(shown, v.lang)
    drawn = heard.rows(shown, lambda x: number(x, "+percent", v.lang), v.lang)
    more = [v.say("forest.cut", tests=some(cut, v.lang, 6))] if cut else []
    return blocks.figure(
        fig,
        id="tests-forest",
        title=v.say("forest.title", n=clear, total=len(shown)),
        subtitle=v.say("forest.subtitle"),
        lang=v.lang,
        alt=v.say("forest.alt", tests=drawn),
        notes=[*more, v.say("forest.note")],
    )


def _drawable(v: View) -> pd.DataFrame:
    """The tests from the largest gain down, but effects without an interval; unsure ones bare."""
    told = ~v.table["decision"].isin(NO_EFFECT)
    shown = v.table.assign(
        **{
            name: v.table[column].where(told).astype(float)
            for name, column in (("value", "rel_effect"), ("low", "rel_low"), ("high", "rel_high"))
        }
    )
    shown = shown[~told | shown["low"].notna()]
    shown["label"] = shown["test_id"] + " " + shown["indicator"].map(v.name)
    return shown.sort_values("value", ascending=False)


def todo(v: View) -> Block:
    """What to do next, and why (下一步): one line a test; of many tests the reasons fold."""
    keys = ("test", "verdict", "next", "who", "why")
    names = ("label", "word", "next", "name", "why")
    columns = [Column(name, v.say(f"column.{key}")) for name, key in zip(names, keys, strict=True)]
    rows = v.table.assign(word_tone=v.table["tone"]) if len(v.table) else v.table
    told: dict[str, Any] = {"caption": v.say("todo.caption"), "lang": v.lang}
    if len(rows) <= MANY:
        return blocks.table(rows, columns, id="tests-todo", **told)
    why = blocks.table(rows, [columns[0], columns[-1]], id="tests-why", **told)
    first = blocks.table(rows, columns[:-1], id="tests-todo", **told)
    return stacks.stack([first, blocks.details(columns[-1].label, [why])])


def numbers(v: View) -> Block:
    """The figures behind (数字): levels, relative change, p, adjusted p, sample ratio, money."""
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
        _rows(v),
        columns,
        id="tests-numbers",
        caption=v.say("numbers.caption"),
        lang=v.lang,
        notes=[v.say("numbers.note")],
    )


def _rows(v: View) -> pd.DataFrame:
    """The table's figures, and the reason of each that is missing or may not be told."""
    rows = v.table.assign(
        metric=v.table["indicator"].map(v.name, na_action="ignore"),
        reason="abtest.page.no_figure",
        srm_p_reason="abtest.skipped.srm",
        power_reason="abtest.page.no_size",
        money_reason=v.unpaid(),
    )
    unsure = rows["decision"].isin(NO_EFFECT)
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
    return rows
