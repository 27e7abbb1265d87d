"""Notebook 1 (数据载入): can the period be scored, what lacks, and who owes it."""

import pandas as pd

from kit.data.issues import Issue
from kit.data.quality import inventory as stock
from kit.pages.load.view import View, told
from kit.scoring import visits
from kit.show import blocks
from kit.show.blocks import Block, Card
from kit.show.format import number
from kit.show.sentences import some
from kit.words import word

TONE = {"ready": "done", "partly": "neutral", "no": "worse"}
BOX = {"ready": "note", "partly": "warn", "no": "refuse"}


def header(v: View) -> Block:
    """Title, question, period and status (页首)."""
    told = {"title": v.say("title"), "question": v.say("question"), "team": v.say("scope")}
    return blocks.header(v.tables, v.lang, **told)


def light(v: View) -> Block:
    """The traffic light (红绿灯): the verdict, and who owes what."""
    debts = [
        v.say(
            "owes",
            n=len(row["people"]),
            who=word(row["who"], v.lang),
            people=some(row["people"], v.lang, 4, of="people"),
            what=some([visits.label(v.tables, i, v.lang) for i in row["indicators"]], v.lang),
            table=word(f"table.{row['table']}", v.lang),
            weight=number(row["weight"], "percent", v.lang),
        )
        for row in v.trust.owed.to_dict("records")
    ]
    faults = [told(v, i) for i in v.tables.found if i.severity == "refuse"]
    n = v.trust.people
    verdict = v.trust.verdict
    unscored = [v.say("unscored", n=n["none"])] if n["none"] and verdict == "partly" else []
    how = [v.say("gaps_how")] if verdict == "partly" else []
    box = blocks.box(BOX[verdict], [_verdict(v), *how, *unscored, *faults, *debts])
    return blocks.answers("mend", box)


def cards(v: View) -> Block:
    """Headline figures (要点卡片)."""
    days = stock.calendar(v.tables)["tone"].value_counts()
    inside, lost = (_spend(v, rows) for rows in (v.tables.plan_days, v.tables.unassigned))
    present = int(days.sum() - days.get("missing", 0))
    late = int(days.get("provisional", 0))
    shown = [
        Card(v.say("card.verdict"), v.say(f"card.{v.trust.verdict}"), tone=TONE[v.trust.verdict]),
        Card(v.say("card.share"), number(v.trust.share, "percent", v.lang)),
        Card(
            v.say("card.days"),
            f"{present} / {days.sum()}",
            v.say("card.late", n=late),
            tone="provisional" if late else "neutral",
        ),
    ]
    share = number(lost / inside if inside else None, "percent", v.lang)
    return blocks.cards([*shown, Card(v.say("card.free"), share)])


def _spend(v: View, rows: pd.DataFrame) -> float:
    return float(rows.loc[rows["date"].isin(stock.period_days(v.tables)), "spend"].sum())


def answer(v: View) -> Block:
    """How much is doubtful, and the gravest by name (结论); all of it stands in the checks.

    The index cites the first sentence: it says so, too, where scoring is not possible or has gaps.
    """
    found = [i for i in v.tables.found if i.severity == "warn"]
    scored = v.trust.verdict != "no"
    lines = [] if v.trust.verdict == "ready" else [_verdict(v) if scored else v.say("not_scored")]
    if found:
        first = min(found, key=lambda i: (_theirs(v, i), "asked" not in i.facts))  # doubted units
        what = told(v, first, bare=True).rstrip("。.")
        lines.append(v.say("warned" if scored else "warned_too", n=len(found), what=what))
    elif v.trust.verdict == "ready":
        lines.append(v.say("warned_none"))
    return blocks.answer(lines)


def _verdict(v: View) -> str:
    """The verdict in one sentence (能否评分)."""
    n = v.trust.people
    return v.say(f"verdict.{v.trust.verdict}", n=sum(n.values()), whole=n["whole"], part=n["part"])


def _theirs(v: View, issue: Issue) -> bool:
    """Whether a finding is about other people's figures alone (只涉及他人)."""
    people = {str(p) for p in issue.facts.get("people", ())}
    return v.own is not None and bool(people) and not people & v.own


def doubts(v: View) -> Block:
    """What could make this wrong (存疑之处)."""
    return blocks.doubts([v.say(f"doubt.{key}") for key in ("window", "identity", "users")], v.lang)


def sources(v: View) -> Block:
    """Data sources (数据来源)."""
    return blocks.sources(v.tables, v.lang)


def checked(v: View) -> None:
    """A few lines that must not change unnoticed (核对)."""
    held = stock.inventory(v.tables).dropna(subset="rows")
    print(v.trust.verdict, f"{v.trust.share:.3f}", len(held), "tables")
    print(v.tables.issues.groupby("severity")["rule"].nunique().to_dict())
