"""How long must the next test run? (下一个试验要跑多久)."""

from typing import Any

import pandas as pd

from kit.abtest import history
from kit.errors import KitError
from kit.pages.abtest.view import View
from kit.show import blocks, curves
from kit.show.blocks import Block
from kit.show.format import number
from kit.show.sentences import join
from kit.show.tables import Column

PLANNED = ("ctr", "click_conversion", "roi")
EFFECTS = (0.05, 0.1, 0.2)  # relative changes for which the next test is planned


def schedule(v: View) -> Block:
    """Days that the next tests need (排期表), from the shop's own days."""
    rows = _rows(v)
    if rows.empty:
        return blocks.text(v.say("schedule.none"))
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
    return blocks.table(
        rows,
        columns,
        id="tests-schedule",
        caption=v.say("schedule.caption"),
        lang=v.lang,
        notes=[v.say("schedule.note"), v.say("schedule.users")],
    )


def _rows(v: View) -> pd.DataFrame:
    """A row an indicator and channel, the days for each effect side by side; empty without days."""
    parts = [_planned(v, i).assign(metric=v.name(i)) for i in (*PLANNED, "pay_conversion")]
    rows = pd.concat([p for p in parts if len(p)] or parts)
    if rows.empty:
        return rows
    rows["label"] = rows["metric"] + " · " + rows["channel"].map(v.channel)
    wide = rows.pivot(index="label", columns="effect", values="days")
    wide = wide.rename(columns={e: f"days_{e:g}" for e in wide})
    wide = rows.drop(columns="days").drop_duplicates("label").merge(wide, on="label")
    return wide.assign(
        reason="abtest.page.schedule.too_long", weekday_reason="abtest.page.schedule.no_weekday"
    )


def form(v: View) -> Any:
    """A form for analysts (排期试算): indicator, effect → days and power by length, by channel."""
    from ipywidgets import Dropdown, FloatSlider, interact

    def plan(indicator: str, effect: float) -> Block:
        return _power(v, indicator, effect)

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


def _power(v: View, indicator: str, effect: float) -> Block:
    """Power by length, a line a channel, and the days that each channel needs (功效曲线)."""
    found = _planned(v, indicator, (effect,))
    if found.empty:
        return blocks.text(v.say("schedule.none"))
    curve = pd.concat([_curve(v, row, effect) for row in found.itertuples()])
    fig = curves.lines(curve, x="days", unit="percent", lang=v.lang, reference=0.8, x_unit="int")
    told = [
        v.say(
            "form.never" if pd.isna(r["days"]) else "form.days",
            channel=v.channel(r["channel"]),
            days=number(r["days"], "int", v.lang),
        )
        for r in found.to_dict("records")
    ]
    title = v.say("form.title", effect=number(effect, "percent", v.lang), days=join(told, v.lang))
    return blocks.figure(
        fig, id="power", title=title, subtitle=v.say("form.subtitle"), alt=title, lang=v.lang
    )


def _curve(v: View, row: Any, effect: float) -> pd.DataFrame:
    """Power by days of one channel, `row` of the schedule, as a series to be drawn."""
    curve = history.power_curve(row, effect).rename(columns={"power": "value"})
    return curve.assign(series=v.channel(row.channel), tone=str(row.channel))


def _planned(v: View, indicator: str, effects: tuple[float, ...] = EFFECTS) -> pd.DataFrame:
    if indicator == "pay_conversion":
        return history.schedule_users(v.tables, effects)
    return history.schedule(pairs(v, indicator), effects)


def pairs(v: View, indicator: str) -> list[history.Pair]:
    """Pairs of like plans of the shop's own days; none where the data have none (自有历史配对)."""
    try:
        return history.pairs(v.tables, indicator)
    except KitError:
        return []
