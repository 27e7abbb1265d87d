"""Notebook 4, the proof (复盘细节): targets, mix, findings, lists, trouble, budget, strategy."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pandas as pd

from kit.pages.retrospective.page import View, listed, parts
from kit.retrospective import story
from kit.retrospective.mix import SURE
from kit.show import blocks, figures
from kit.show.blocks import Block
from kit.show.format import interval, number, quantity, unit_word
from kit.show.sentences import join, some
from kit.show.tables import Column

CELLS = 12  # keywords of the heat map
RATE = {
    "ctr": "percent2",
    "click_conversion": "percent2",
    "timeliness": "percent",
    "budget_execution": "percent",
    "plan_completion": "percent",
    "clicks": "int",
    "orders": "int",
    "new_customers": "int",
    "roi": "ratio",
}
DIMENSIONS = 6  # of most mix that the figure shows


def plan(v: View) -> list[Block]:
    """Sales against target, spend against budget (计划与实际)."""
    rows = v.found.targets
    people = rows[rows["stage"].isna()].sort_values("completion")
    people = named(v, people, "specialist_id")
    budget = named(v, v.found.budgets, "channel")
    columns = v.columns(specialist_id="text", target="money", actual="money", completion="percent")
    money = v.columns(channel="text", budget="money", spend="money", use="percent")
    return [titled(v, people, columns, "targets"), titled(v, budget, money, "budgets")]


def mix(v: View) -> Block:
    """Mix against rate of the team's conversion, by dimension (结构与比率)."""
    rows = v.found.mix
    if rows.empty:
        return blocks.text(v.say("nothing_compared"))
    team = rows[rows["specialist_id"].isna() & (rows["measure"] == "click_conversion")]
    team = team[~team["dimension"].str.contains("×")]
    team = team[(team["before"] > 0) | (team["now"] > 0)]
    if team.empty:
        return blocks.text(v.say("nothing_compared"))
    shown = team.assign(label=[v.dimension(d) for d in team["dimension"]])
    shown = shown.sort_values("mix", key=abs, ascending=False).head(DIMENSIONS)
    named = {p: v.say(p) for p in ("mix", "rate")}
    fig = figures.bars(shown, parts=named, unit="+pp2", lang=v.lang)
    largest = shown.iloc[0].to_dict()
    flat = abs(largest["mix"]) < v.found.rules.mix_story * abs(largest["delta"])
    largest = largest if flat else story.telling(shown, v.found.rules.mix_tells)
    facts = {p: quantity(largest[p], "+pp2", v.lang) for p in ("delta", "mix", "rate")}
    title = v.say("mix_flat" if flat else "mix_title", None, dimension=largest["label"], **facts)
    half = SURE * largest["se"]
    ends = (largest["delta"] - half, largest["delta"] + half)
    around = v.say("range", range=interval(*ends, "+pp2", v.lang))
    return blocks.figure(
        fig,
        id="mix",
        lang=v.lang,
        title=title,
        alt=title,
        subtitle=v.say("mix_subtitle"),
        notes=[v.say("mix_note", range=around)],
    )


def findings(v: View) -> Block:
    """Segments that moved unlike the rest, proven (发现)."""
    rows = v.found.findings
    if rows.empty:
        return blocks.text(v.say("no_findings"))
    cells = zip(rows["dimension"], rows["segment"], strict=True)
    rows = rows.assign(
        segment=[v.cell(*cell) for cell in cells],
        step=[v.step(m) for m in rows["measure"]],
        yuan__low=rows["low_yuan"],
        yuan__high=rows["high_yuan"],
    )
    for end in ("rate0", "rate1"):
        rows[end] = [
            number(x, RATE.get(m, "ratio"), v.lang)
            for x, m in zip(rows[end], rows["measure"], strict=True)
        ]
    rows["dimension"] = [v.dimension(d) for d in rows["dimension"]]
    columns = v.columns(
        segment="text",
        step="text",
        yuan="+money",
        yuan_="interval:+money",
        rate0="mixed",
        rate1="mixed",
        dimension="text",
        p_adjusted="p",
    )
    searched = v.say("searched", n=int(rows["searched"].iloc[0]))
    shown, whole = (
        titled(v, rows, part, "findings", [searched]) for part in (columns[:-1], columns)
    )
    return replace(shown, data=whole.data)  # all are proven: p is for the download


def lists(v: View) -> list[Block]:
    """Units to stop, push and watch (止损、加码、观察), with their yuan."""
    return [_listed(v, which) for which in ("stop", "push", "watch")]


def _listed(v: View, which: str) -> Block:
    rows = v.found.lists[v.found.lists["list"] == which]
    if rows.empty:
        return blocks.text(v.say(f"no_{which}"))
    order = "spend" if which == "watch" else "yuan"
    rows = rows.sort_values(order, ascending=False)
    whole = rows["dimension"] == "plan_id"
    rows = named(v, rows, "plan_id").assign(unit=rows["name"].mask(whole, v.say("whole_plan")))
    rows = rows.rename(columns={"low": "roi__low", "high": "roi__high"})
    first = {"plan_id": "text", "unit": "text"} | ({} if which == "watch" else {"yuan": "money"})
    columns = v.columns(**first, spend="money", orders="int", roi="ratio", roi_="interval:ratio")
    by = v.found.yardstick
    note = v.say(
        f"note_{which}",
        target=number(by.target, "ratio", v.lang),
        break_even=number(by.break_even, "ratio", v.lang),
    )
    return titled(v, rows, columns, f"list_{which}", [note, v.say("note_shrunk")])


def heat(v: View) -> Block:
    """Wasted money by keyword and hour (浪费热力图)."""
    rows = v.found.waste
    if rows.empty or not (rows["yuan"] > 0).any():
        return blocks.text(v.say("no_waste"))
    top = rows.groupby("keyword")["yuan"].sum().nlargest(CELLS)
    top = top[top > 0]
    shown = rows[rows["keyword"].isin(top.index)].assign(yuan=lambda r: r["yuan"].clip(lower=0))
    shown = shown.assign(rank=-shown["keyword"].map(top)).sort_values(["rank", "hour"])
    fig = figures.heat(
        shown,
        row="keyword",
        column="hour",
        value="yuan",
        unit=v.unit("money"),
        lang=v.lang,
        scale=None,
    )
    total = v.amount(rows["yuan"].clip(lower=0).sum(), "money0")
    each = [
        v.say("entry", name=str(k), yuan=v.amount(x, "money0"))
        for k, x in shown.groupby("keyword", sort=False)["yuan"].sum().items()
    ]
    title = v.say("heat_title", yuan=total, keywords=some(each, v.lang))
    return blocks.figure(
        fig, id="waste", lang=v.lang, title=title, subtitle=v.say("heat_subtitle"), alt=title
    )


def troubles(v: View) -> Block:
    """Days out of line and data trouble, apart from performance (异常与数据问题)."""
    rows = v.found.troubles
    if rows.empty:
        return blocks.text(v.say("no_troubles"))
    told = {"click_conversion": "percent2", "spend": v.unit("money0")}
    units = [told.get(m, "int") for m in rows["measure"]]
    where = zip(rows["scope"], rows["name"], strict=True)
    rows = rows.assign(
        where=[v.label(s, n) for s, n in where],
        kind=[v.say(f"kind_{k}") for k in rows["kind"]],
        measure=[v.say(f"of_{m}") for m in rows["measure"]],
    )
    rank = rows["z"].abs().fillna(1e9).rank(ascending=False)
    for column in ("value", "baseline"):
        rows[column] = [quantity(x, u, v.lang) for x, u in zip(rows[column], units, strict=True)]
    columns = v.columns(
        where="text",
        kind="text",
        measure="text",
        value="mixed",
        baseline="mixed",
        start="date",
        end="date",
    )
    rows = rows.iloc[rank.argsort(kind="stable")]  # the gravest are shown
    return titled(v, rows, columns, "troubles", [v.say("note_troubles")])


def budget(v: View) -> list[Block]:
    """What to do with the budget, curves and the split (预算建议)."""
    a = v.found.advice
    facts: dict[str, Any] = {}
    if a.gain:
        ends = dict(zip(("p10", "p50", "p90"), a.gain, strict=True))
        facts = {k: v.amount(x) for k, x in ends.items()}
        facts |= {
            "chance": number(a.chance, "chance", v.lang),
            "share": number(a.share, "+percent", v.lang),
        }
    out = [blocks.box("note", [v.say(f"budget_{a.decision}", **facts), *_next(v)])]
    rows = a.channels.assign(
        b__low=a.channels["b_low"],
        b__high=a.channels["b_high"],
        label=[v.label("channel", c) for c in a.channels["channel"]],
        marginal__low=a.channels["low"],
        marginal__high=a.channels["high"],
    )
    rows["why"] = [v.say(f"curve_{r or 'known'}") for r in rows["reason"]]
    rows["reason"] = rows["why"].where(rows["reason"] != "")
    rows["bound"] = [v.say(f"bound_{b}") if isinstance(b, str) else "" for b in rows["bound"]]
    if len(a.curves):
        known = rows[rows["reason"].isna()]
        marks = pd.DataFrame(
            [
                {
                    "series": row["label"],
                    "kind": kind,
                    "spend": row[column],
                    "value": _at(a.curves, row["channel"], row[column]),
                }
                for kind, column in (("today", "spend"), ("proposal", "proposed"))
                for row in known.to_dict("records")
            ]
        )
        lines = a.curves.assign(
            channel=a.curves["series"], series=[v.label("channel", c) for c in a.curves["series"]]
        )
        fig = figures.curves(lines, marks, unit=v.unit("money"), lang=v.lang)
        each = [
            v.say("brings", name=row["label"], yuan=v.amount(row["marginal"], "money"))
            for row in known.sort_values("marginal", ascending=False).to_dict("records")
        ]
        title = v.say("curves_title", unit=_one(v), channels=join(each, v.lang))
        out.append(
            blocks.figure(
                fig,
                id="curves",
                lang=v.lang,
                title=title,
                alt=title,
                subtitle=v.say("curves_subtitle", unit=unit_word(v.unit("money"), v.lang)),
            )
        )
    for end in ("b__low", "b__high"):  # a commission has no curve
        rows[end] = rows[end].mask(a.channels["reason"] == "commission")
    rows = rows.assign(channel=rows["label"])
    columns = v.columns(
        channel="text",
        spend="money",
        average="ratio",
        marginal="ratio",
        marginal_="interval:ratio",
        proposed="money",
        bound="text",
        why="text",
        b_="interval:ratio",
    )
    return [*out, titled(v, rows, columns, "channels", [v.say("note_budget")])]


def _next(v: View) -> list[str]:
    """What one more unit of budget brings against break-even; who gives without being full."""
    a = v.found.advice
    line = v.found.yardstick.break_even
    if a.price is None:
        return []
    price, least = (v.amount(x, "money") for x in (a.price, line))
    way = "above" if a.price > line else "below"
    out = [v.say(f"price_{way}", unit=_one(v), price=price, break_even=least)]
    gives = a.channels[a.channels["change"] < 0] if a.decision == "move" else a.channels[:0]
    names = [v.label("channel", c) for c in gives["channel"]]
    return [*out, *([v.say("gives", channels=join(names, v.lang))] if names else [])]


def _one(v: View) -> str:
    """One unit of the currency (一元), without cents."""
    return v.amount(1, "money0")


def strategy(v: View) -> list[Block]:
    """What the figures say of product, price and customers, and what they cannot (策略参考)."""
    f = v.found
    prices = f.prices.rename(columns={"low": "price_low", "high": "price_high"})
    buyers = f.buyers.assign(
        buyer=[v.say(f"buyers_{w}") for w in f.buyers["who"]],
        span=[v.span(s) for s in f.buyers["span"]],
    )
    months = [str(c) for c in f.cohorts if str(c).startswith("m")]
    month = [Column(c, v.say("month_since", n=int(c[1:])), "percent") for c in months]
    hot = named(v, f.hotspots, "specialist_id").assign(hours_reason="retrospective.not_acted")
    phases = f.campaign.assign(
        phase=[v.say(f"phase_{p}") for p in f.campaign["phase"]], reason="retrospective.not_yet"
    )
    trend = named(v, f.trend, "category").assign(
        market_=f.trend["market"], reason="retrospective.not_covered"
    )
    told = [
        (
            trend,
            v.columns(
                category="text",
                market_="+percent",
                ours="+percent",
                market_year="+percent",
                ours_year="+percent",
            ),
            "trend",
        ),
        (
            prices,
            v.columns(
                price="interval:money",
                orders="int",
                share="percent",
                share_before="percent",
                revenue="money",
                refund_rate="percent",
            ),
            "prices",
        ),
        (
            buyers,
            v.columns(
                span="text",
                buyer="text",
                buyers="int",
                revenue="money",
                share="percent",
                aov="money",
            ),
            "buyers",
        ),
        (
            f.cohorts.assign(reason="retrospective.too_young"),
            [*v.columns(cohort="text", buyers="int"), *month],
            "cohorts",
        ),
        (
            hot,
            v.columns(hotspot="text", specialist_id="text", occurred_at="date", hours="hours"),
            "hotspots",
        ),
        (
            phases,
            v.columns(
                phase="text",
                days="int",
                spend="money",
                revenue="money",
                roi="ratio",
                revenue_before="money",
                roi_before="ratio",
            ),
            "campaign",
        ),
    ]
    first = [] if f.bridge.reason else [parts(v, "category")]
    return first + [
        titled(v, rows, columns, id, [v.say(f"informs_{id}")])
        for rows, columns, id in told
        if len(rows)
    ]


def doubts(v: View) -> Block:
    """What could make this wrong (存疑之处)."""
    return blocks.doubts([v.told(c) for c in story.doubts(v.found)], v.lang)


def checked(v: View) -> None:
    """Text for the stored check (校验输出): the five sentences, without paths or times."""
    print("\n".join(v.told(c) for c in story.story(v.found, v.plans)))


def titled(
    v: View, rows: pd.DataFrame, columns: list[Column], id: str, notes: Iterable[str] = ()
) -> Block:
    """A table with its caption, or the words for an empty one."""
    if rows.empty:
        return blocks.text(v.say(f"empty_{id}"))
    return listed(v, rows, columns, id, v.say(f"t_{id}"), notes)


def named(v: View, rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """Rows with the words of a column instead of its ids."""
    return rows.assign(**{column: [v.label(column, x) for x in rows[column]]})


def _at(curves: pd.DataFrame, channel: str, spend: float) -> float:
    line = curves[curves["series"] == channel]
    return float(line["value"].iloc[(line["spend"] - spend).abs().argmin()])
