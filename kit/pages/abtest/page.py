"""Notebook 3 (A/B 测试): what each test says and what to do next, for manager and hr."""

import pandas as pd

from kit.abtest.decisions import BAD, Decision
from kit.pages.abtest.view import GROUPS, View
from kit.show import blocks
from kit.show.blocks import Block, Card
from kit.show.format import number, quantity
from kit.show.sentences import some

TOLD = ("roll", "mend")  # what is to be done now is told with what the test tries


def header(v: View) -> Block:
    """Title, question, period and status (页首)."""
    told = {"title": v.say("title"), "question": v.say("question")}
    scope = v.say("scope", n=v.table["specialist_id"].nunique()) if len(v.table) else ""
    return blocks.header(v.tables, v.lang, team=scope, **told)


def cards(v: View) -> Block:
    """Headline figures (要点卡片)."""
    won = v.table[v.table["decision"] == Decision.BETTER]
    ready = won[won["next_step"].isin(GROUPS["roll"])]
    count = {"tests": len(v.table), "ready": len(ready)} | {
        key: int(v.table["decision"].isin(kinds).sum())
        for key, kinds in (("open", [Decision.RUNNING, Decision.FEW_DATA]), ("bad", BAD))
    }
    rest = count["tests"] - count["ready"] - count["open"] - count["bad"]
    count = {"tests": count.pop("tests"), "ready": count.pop("ready"), "other": rest} | count
    count = {key: n for key, n in count.items() if n or key in ("tests", "ready")}
    tones = {"ready": "go" if len(ready) else "", "open": "provisional", "bad": "worse"}
    found = [
        Card(v.say(f"card.{key}"), number(n, "int", v.lang), tone=tones.get(key) or "neutral")
        for key, n in count.items()
    ]
    return blocks.cards([*found, *_money(v, ready)])


def _money(v: View, ready: pd.DataFrame) -> list[Card]:
    """What the tests to be rolled out are worth together (合计金额); none without a figure.

    Without an interval: errors of tests that are drawn toward one estimated prior hang together.
    """
    money = ready["money"].dropna()
    if money.empty:
        return []
    value = quantity(money.sum(), v.money, v.lang, brief=True)
    return [Card(v.say("card.money", n=len(money)), value, interval=v.say("card.each"))]


def answer(v: View) -> Block:
    """The answer in sentences (结论): what to roll out, what not, what is still open."""
    lines = []
    for key, steps in GROUPS.items():
        rows = v.table[v.table["next_step"].isin(steps)]
        if len(rows):
            names = list(rows["quoted" if key in TOLD else "test_id"])
            lines.append(v.say(f"answer.{key}", n=len(rows), tests=some(names, v.lang, 4)))
    return blocks.answers("ship", blocks.answer(lines or [v.say("answer.none")]))


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
