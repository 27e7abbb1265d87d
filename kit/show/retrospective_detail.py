"""Notebook 4, the proof (复盘细节): targets, mix, findings, lists, trouble, budget, strategy."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pandas as pd

from kit.retrospective import story
from kit.show import blocks, figures
from kit.show.blocks import Block
from kit.show.format import interval, number, quantity
from kit.show.retrospective_page import View, parts
from kit.show.sentences import join, some
from kit.show.tables import Column

CELLS = 12  # keywords of the heat map
RATE = {"ctr": "percent2", "click_conversion": "percent2", "timeliness": "percent",
        "budget_execution": "percent", "plan_completion": "percent", "clicks": "int",
        "orders": "int", "new_customers": "int", "roi": "ratio"}
TARGETS = ["period_id", "stage", "stage_end", "specialist_id", "indicator", "target", "basis",
           "assumed_market_growth", "prorate", "set_on", "set_by"]  # columns of the table
LONG = {"findings", "list_stop", "list_push", "list_watch", "troubles"}
WATCHED = 10  # entries of a list that a page shows


def plan(v: View) -> list[Block]:
    """Sales against target, spend against budget (计划与实际)."""
    rows = v.found.targets
    people = rows[rows["stage"].isna()].sort_values("completion")
    people = people.assign(label=[v.label("specialist_id", s) for s in people["specialist_id"]])
    budget = v.found.budgets
    budget = budget.assign(label=[v.label("channel", c) for c in budget["channel"]])
    columns = v.columns(label="text", target="money", actual="money", completion="percent")
    return [_table(v, people, columns, "targets"),
            _table(v, budget, v.columns(label="text", budget="money", spend="money", use="percent"),
                   "budgets")]


def mix(v: View) -> Block:
    """Mix against rate of the team's conversion, by dimension (结构与比率)."""
    rows = v.found.mix
    if rows.empty:
        return blocks.text(v.say("nothing_compared"))
    team = rows[rows["specialist_id"].isna() & (rows["measure"] == "click_conversion")]
    team = team[~team["dimension"].str.contains("×")]
    if team.empty:
        return blocks.text(v.say("nothing_compared"))
    shown = team.assign(label=[v.dimension(d) for d in team["dimension"]])
    fig = figures.bars(shown, parts={p: v.say(p) for p in ("mix", "rate")}, unit="pp", lang=v.lang)
    delta = quantity(team["delta"].iloc[0], "+pp", v.lang)
    largest = story.telling(shown)
    facts = {"dimension": largest["label"], "mix": quantity(largest["mix"], "+pp", v.lang)}
    flat = abs(largest["mix"]) < v.found.rules.mix_story * abs(largest["delta"])
    title = v.say("mix_flat" if flat else "mix_title", delta=delta, **facts)
    return blocks.figure(fig, id="mix", lang=v.lang, title=title, alt=title,
                         subtitle=v.say("mix_subtitle"))


def findings(v: View) -> Block:
    """Segments that moved unlike the rest, proven (发现)."""
    rows = v.found.findings
    if rows.empty:
        return blocks.text(v.say("no_findings"))
    cells = zip(rows["dimension"], rows["segment"], strict=True)
    rows = rows.assign(label=[v.cell(*cell) for cell in cells],
                       step=[v.step(m) for m in rows["measure"]],
                       yuan__low=rows["low_yuan"], yuan__high=rows["high_yuan"])
    for end in ("rate0", "rate1"):
        rows[end] = [number(x, RATE.get(m, "ratio"), v.lang) for x, m in
                     zip(rows[end], rows["measure"], strict=True)]
    rows["dimension"] = [v.dimension(d) for d in rows["dimension"]]
    columns = v.columns(label="text", dimension="text", step="text", rate0="text", rate1="text",
                        yuan="+money", yuan_="interval:money", p_adjusted="p")
    searched = v.say("searched", n=int(rows["searched"].iloc[0]))
    return _table(v, rows, columns, "findings", [searched])


def lists(v: View) -> list[Block]:
    """Units to stop, push and watch (止损、加码、观察), with their yuan."""
    return [_listed(v, which) for which in ("stop", "push", "watch")]


def _listed(v: View, which: str) -> Block:
    rows = v.found.lists[v.found.lists["list"] == which]
    if rows.empty:
        return blocks.text(v.say(f"no_{which}"))
    order = "spend" if which == "watch" else "yuan"
    rows = rows.sort_values(order, ascending=False)
    plans = [v.label("plan_id", p) for p in rows["plan_id"]]
    whole = rows["dimension"] == "plan_id"
    rows = rows.assign(label=plans, unit=rows["name"].mask(whole, v.say("whole_plan")))
    rows = rows.rename(columns={"low": "roi__low", "high": "roi__high"})
    columns = v.columns(label="text", unit="text", spend="money", orders="int", roi="ratio",
                        roi_="interval:ratio", **({} if which == "watch" else {"yuan": "money"}))
    by = v.found.yardstick
    note = v.say(f"note_{which}", target=number(by.target, "ratio", v.lang),
                 break_even=number(by.break_even, "ratio", v.lang))
    return _table(v, rows, columns, f"list_{which}", [note, v.say("note_shrunk")])


def heat(v: View) -> Block:
    """Wasted money by keyword and hour (浪费热力图)."""
    rows = v.found.waste
    if rows.empty or not (rows["yuan"] > 0).any():
        return blocks.text(v.say("no_waste"))
    top = rows.groupby("keyword")["yuan"].sum().nlargest(CELLS)
    top = top[top > 0]
    shown = rows[rows["keyword"].isin(top.index)].assign(yuan=lambda r: r["yuan"].clip(lower=0))
    shown = shown.assign(rank=-shown["keyword"].map(top)).sort_values(["rank", "hour"])
    fig = figures.heat(shown, row="keyword", column="hour", value="yuan", unit=v.unit("money"),
                       lang=v.lang, scale=None)
    total, worst = rows["yuan"].clip(lower=0).sum(), some([str(k) for k in top.index], v.lang)
    title = v.say("heat_title", yuan=v.amount(total, "money"), keywords=worst)
    return blocks.figure(fig, id="waste", lang=v.lang, title=title, subtitle=v.say("heat_subtitle"),
                         alt=title)


def troubles(v: View) -> Block:
    """Days out of line and data trouble, apart from performance (异常与数据问题)."""
    rows = v.found.troubles
    if rows.empty:
        return blocks.text(v.say("no_troubles"))
    units = ["percent2" if m == "click_conversion" else "int" for m in rows["measure"]]
    where = zip(rows["scope"], rows["name"], strict=True)
    rows = rows.assign(label=[v.label(s, n) for s, n in where],
                       kind=[v.say(f"kind_{k}") for k in rows["kind"]],
                       measure=[v.say(f"of_{m}") for m in rows["measure"]])
    rank = rows["z"].abs().fillna(1e9).rank(ascending=False)
    for column in ("value", "baseline"):
        rows[column] = [number(x, u, v.lang) for x, u in zip(rows[column], units, strict=True)]
    columns = v.columns(start="date", end="date", label="text", measure="text", kind="text",
                        value="text", baseline="text")
    rows = rows.iloc[rank.argsort(kind="stable")]  # the gravest are shown
    return _table(v, rows, columns, "troubles", [v.say("note_troubles")])


def budget(v: View) -> list[Block]:
    """What to do with the budget, curves and the split (预算建议)."""
    a = v.found.advice
    facts: dict[str, Any] = {}
    if a.gain:
        ends = dict(zip(("p10", "p50", "p90"), a.gain, strict=True))
        facts = {k: v.amount(x) for k, x in ends.items()}
        facts |= {"chance": number(a.chance, "chance", v.lang),
                  "share": number(a.share, "+percent", v.lang)}
    out = [blocks.box("note", [v.say(f"budget_{a.decision}", **facts), *_next(v)])]
    rows = a.channels.assign(b__low=a.channels["b_low"], b__high=a.channels["b_high"],
                             label=[v.label("channel", c) for c in a.channels["channel"]],
                             marginal__low=a.channels["low"], marginal__high=a.channels["high"])
    rows["why"] = [v.say(f"curve_{r or 'known'}") for r in rows["reason"]]
    rows["reason"] = rows["why"].where(rows["reason"] != "")
    rows["bound"] = [v.say(f"bound_{b}") if isinstance(b, str) else "" for b in rows["bound"]]
    if len(a.curves):
        known = rows[rows["reason"].isna()]
        marks = pd.DataFrame([
            {"series": row["label"], "kind": kind, "spend": row[column],
             "value": _at(a.curves, row["channel"], row[column])}
            for kind, column in (("today", "spend"), ("proposal", "proposed"))
            for row in known.to_dict("records")])
        lines = a.curves.assign(channel=a.curves["series"],
                                series=[v.label("channel", c) for c in a.curves["series"]])
        fig = figures.curves(lines, marks, unit=v.unit("money"), lang=v.lang)
        title = v.say("curves_title", channels=join(list(known["label"]), v.lang))
        out.append(blocks.figure(fig, id="curves", lang=v.lang, title=title, alt=title,
                                 subtitle=v.say("curves_subtitle")))
    columns = v.columns(label="text", spend="money", average="ratio", marginal="ratio",
                        marginal_="interval:ratio", proposed="money", bound="text", why="text",
                        b_="interval:ratio")
    return [*out, _table(v, rows, columns, "channels", [v.say("note_budget")])]


def _next(v: View) -> list[str]:
    """What one more unit of budget brings against break-even; who gives without being full."""
    a, line = v.found.advice, v.found.yardstick.break_even
    if a.price is None:
        return []
    one = quantity(1, v.unit("money"), v.lang).replace(".00", "")
    price, least = (v.amount(x, "money") for x in (a.price, line))
    way = "above" if a.price > line else "below"
    out = [v.say(f"price_{way}", unit=one, price=price, break_even=least)]
    gives = a.channels[a.channels["change"] < 0] if a.decision == "move" else a.channels[:0]
    names = [v.label("channel", c) for c in gives["channel"]]
    return [*out, *([v.say("gives", channels=join(names, v.lang))] if names else [])]


def strategy(v: View) -> list[Block]:
    """What the figures say of product, price and customers, and what they cannot (策略参考)."""
    f = v.found
    edges = zip(f.prices["low"], f.prices["high"], strict=True)
    prices = f.prices.assign(label=[interval(a, b, "money", v.lang) for a, b in edges])
    buyers = f.buyers.assign(label=[v.say(f"buyers_{w}") for w in f.buyers["who"]])
    months = [str(c) for c in f.cohorts if str(c).startswith("m")]
    month = [Column(c, v.say("month_since", n=int(c[1:])), "percent") for c in months]
    people = [v.label("specialist_id", s) for s in f.hotspots["specialist_id"]]
    hot = f.hotspots.assign(label=people, hours_reason="retrospective.not_acted")
    phases = f.campaign.assign(label=[v.say(f"phase_{p}") for p in f.campaign["phase"]],
                               reason="retrospective.not_yet")
    trend = f.trend.assign(label=[v.label("category", c) for c in f.trend["category"]],
                           market_=f.trend["market"], reason="retrospective.not_covered")
    told = [(trend, v.columns(label="text", market_="+percent", ours="+percent",
                              market_year="+percent", ours_year="+percent"), "trend"),
            (prices, v.columns(label="text", orders="int", share="percent", share_before="percent",
                               revenue="money", refund_rate="percent"), "prices"),
            (buyers, v.columns(span="text", label="text", buyers="int", revenue="money",
                               share="percent", aov="money"), "buyers"),
            (f.cohorts.assign(reason="retrospective.too_young"),
             [*v.columns(cohort="text", buyers="int"), *month], "cohorts"),
            (hot, v.columns(hotspot="text", label="text", occurred_at="date", hours="hours"),
             "hotspots"),
            (phases, v.columns(label="text", days="int", spend="money", revenue="money",
                               roi="ratio", revenue_before="money", roi_before="ratio"),
             "campaign")]
    first = [] if f.bridge.reason else [parts(v, "category")]
    return first + [_table(v, rows, columns, id, [v.say(f"informs_{id}")])
                    for rows, columns, id in told if len(rows)]


def ledger(v: View) -> Block:
    """Last period's actions by the figures (改进措施台账)."""
    rows = v.found.ledger
    if rows.empty:
        return blocks.text(v.say("no_actions"))
    tones = {"reached": "better", "missed": "worse", "not_due": "neutral", "no_data": "missing"}
    units = [RATE.get(i, "money") for i in rows["indicator"]]
    rows = rows.assign(who=[v.label("specialist_id", s) for s in rows["specialist_id"]],
                       indicator=[v.label("indicator", i) if isinstance(i, str) else "—"
                                  for i in rows["indicator"]], reason_=rows["reason"],
                       effect__low=rows["effect_low"], effect__high=rows["effect_high"],
                       effect_tone=rows["sure"].map({True: "better"}),
                       effect_reason="retrospective.no_effect",
                       effect__reason="retrospective.no_effect",
                       verdict=[v.say(f"status_{s}") for s in rows["status"]],
                       verdict_tone=rows["status"].map(tones))
    for column in ("baseline", "goal", "actual"):
        rows[column] = [number(x, u, v.lang) for x, u in zip(rows[column], units, strict=True)]
    columns = v.columns(action="text", who="text", indicator="text", goal="text", actual="text",
                        verdict="text", effect="+percent", effect_="interval:percent",
                        baseline="text", due="date")
    return _table(v, rows, columns, "ledger", [v.say("note_ledger")])


def proposals(v: View) -> list[Block]:
    """Targets proposed for the next period, also as rows of the targets table (目标建议)."""
    rows = v.found.proposals
    sales = rows[rows["indicator"] == "sales"]
    sales = sales.assign(label=[v.label("specialist_id", s) for s in sales["specialist_id"]],
                         basis=[v.say(f"basis_{b}") for b in sales["basis"]],
                         target__low=sales["low"], target__high=sales["high"])
    columns = v.columns(label="text", period_id="text", target="money", target_="interval:money",
                        basis="text")
    told = _table(v, sales, columns, "proposals", [v.say("note_proposals")])
    copied = [Column(c, c, "coef" if c == "target" else "text") for c in rows if c in TARGETS]
    file = blocks.table(rows, copied, id="targets", caption=v.say("targets_file"), lang=v.lang)
    file.data["file"] = "targets"  # the note names it
    return [told, *([blocks.details(v.say("targets_file"), [file])] if len(rows) else [])]


def doubts(v: View) -> Block:
    """What could make this wrong (存疑之处)."""
    return blocks.doubts([v.told(c) for c in story.doubts(v.found)], v.lang)


def checked(v: View) -> None:
    """Text for the stored check (校验输出): the five sentences, without paths or times."""
    print("\n".join(v.told(c) for c in story.story(v.found, v.plans)))


def _table(
    v: View, rows: pd.DataFrame, columns: list[Column], id: str, notes: Iterable[str] = ()
) -> Block:
    """The first rows of a table; its download holds all of them."""
    if rows.empty:
        return blocks.text(v.say(f"empty_{id}"))
    most = WATCHED if id in LONG else len(rows)
    more = [v.say("more_rows", n=len(rows) - most)] if len(rows) > most else []
    whole, shown = (blocks.table(part, columns, id=id, caption=v.say(f"t_{id}"), lang=v.lang,
                                 notes=[*notes, *more]) for part in (rows, rows.head(most)))
    return replace(shown, data=whole.data)


def _at(curves: pd.DataFrame, channel: str, spend: float) -> float:
    line = curves[curves["series"] == channel]
    return float(line["value"].iloc[(line["spend"] - spend).abs().argmin()])
