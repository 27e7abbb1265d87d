"""Notebook 5 for a team (人员与团队): loop, strengths, lists, places; manager and hr."""

import pandas as pd

from kit.pages.people import hr_first
from kit.pages.people.agenda import agenda
from kit.pages.people.strengths import strength_sentence
from kit.pages.people.view import View
from kit.people.loop import clock, in_time
from kit.show import blocks
from kit.show.blocks import Block, Card
from kit.show.doubted import doubted
from kit.show.html import t
from kit.show.sentences import join, some
from kit.words import word

LISTS = {"stretch": ("stretch",), "support": ("support", "falling")}


def first(v: View) -> list[Block]:
    """Title, headline cards and answer of a team page (页首、要点、结论)."""
    if v.who:
        return []
    title = v.say("people.team.title")
    question = v.say("people.team.question")
    team = v.say("people.team.size", n=len(v.people), teams=join(v.teams, v.lang))
    said = _answer(v)
    lines = hr_first.sentences(v)
    shown = blocks.answer([*lines, *said])
    doubts = doubted(v.tables, v.lang, {p: v.names[p] for p in v.people})
    return [
        blocks.header(v.tables, v.lang, title=title, question=question, team=team),
        *agenda(v),
        blocks.answers(hr_first.MARKS, shown) if lines else shown,
        blocks.cards(_cards(v)),
        *([blocks.box("warn", doubts)] if doubts else []),
        progress(v, said),
    ]


def progress(v: View, said: list[str]) -> Block:
    """How far each phase is (闭环进度); with what is open and overdue the cover of the period."""
    steps = v.of(v.found.steps)
    steps = steps[steps["status"] != "exempt"]
    by = steps["status"].eq("done").groupby(steps["phase"], sort=False).agg(["sum", "size"])
    parts = [
        f"{name} {k}/{n}"
        for name, k, n in zip(v.words("phase", by.index), by["sum"], by["size"], strict=True)
    ]
    left = int(v.of(v.found.steps)["reason"].eq("left").sum())
    parts[-1] += v.say("people.progress_left", n=left) if left else ""
    line = v.say("people.progress", phases=word("show.comma", v.lang).join(parts))
    late = said[:2] if len(v.of(v.found.late)) else said[:1]
    return Block("text", t("<p>{}</p>", line), {"sentences": [line], "loop": [line, *late]})


def _talks(v: View) -> pd.DataFrame:
    steps = v.of(v.found.steps)
    return steps[(steps["phase"] == "feedback") & (steps["status"] != "exempt")]


def _cards(v: View) -> list[Card]:
    late = v.of(v.found.late)
    gaps = v.of(v.found.gaps)
    talks = _talks(v)
    named = v.of(v.found.means)["list"]
    held = talks["reason"].isin(["held", "held_late"])
    untaught = gaps["reason"].isin(["people.no_course", "people.no_link_no_course"])
    tone = "worse" if talks["status"].isin(["overdue", "late"]).any() else "neutral"
    longest = v.say("people.card.longest", n=int(late["lag"].max())) if len(late) else ""
    done = v.say("people.card.of", held=int(held.sum()), all=len(talks))
    now = clock(v.tables)
    rate = in_time(v.of(v.found.steps), now.limit).rate
    due = v.say("people.card.due", due=str(now.due), rate=v.number(rate, "percent"))
    if talks["status"].eq("unknown").all():
        done = "—"
        due = v.say("people.say.talks_unknown")
        tone = "missing"
    stretch = v.number(named.isin(LISTS["stretch"]).sum(), "int")
    return [
        *_appealed(v),
        Card(v.say("people.card.talks"), done, due, "", tone),
        Card(
            v.say("people.card.late"),
            v.number(len(late), "int"),
            longest,
            "",
            "worse" if len(late) else "neutral",
        ),
        Card(v.say("people.card.stretch"), stretch, v.say("people.card.periods")),
        Card(
            v.say("people.card.gaps"),
            v.number(len(gaps), "int"),
            v.say("people.card.untaught", n=int(untaught.sum())),
        ),
    ]


def _pleas(v: View) -> pd.DataFrame:
    """Appeals that wait for an answer (待答复异议), the first due first."""
    pleas = v.of(v.found.appeals)
    return pleas[pleas["status"] == "open"].sort_values("due", ignore_index=True)


def _appealed(v: View) -> list[Card]:
    pleas = _pleas(v)
    if pleas.empty:
        return []
    last = v.say("people.card.answer_by", due=str(pleas["due"].iloc[0])[:10])
    return [Card(v.say("people.card.appeals"), v.number(len(pleas), "int"), last)]


def _answer(v: View) -> list[str]:
    late = v.of(v.found.late)
    means = v.of(v.found.means)
    talks = _talks(v)
    left = talks.loc[talks["status"].isin(["pending", "overdue"]), "name"].tolist()
    done = "unknown" if talks["status"].eq("unknown").all() else "done"
    lines = [
        v.say(
            "people.say.talks_open",
            n=len(left),
            who=some(left, v.lang, of="people"),
            due=str(clock(v.tables).due),
        )
        if left
        else v.say(f"people.say.talks_{done}")
    ]
    pleas = _pleas(v)
    if len(pleas):
        due = str(pleas["due"].iloc[0])[:10]
        who = some(list(dict.fromkeys(pleas["name"])), v.lang, of="people")
        lines.insert(0, v.say("people.say.appeals", n=len(pleas), who=who, due=due))
    if len(late):
        worst = late.iloc[0]
        lines.append(
            v.say(
                "people.say.late",
                n=len(late),
                who=worst["name"],
                what=v.words("what", [worst["what"]])[0],
                lag=int(worst["lag"]),
            )
        )
    for kind, names in LISTS.items():
        named = means.loc[means["list"].isin(names), "name"].tolist()
        line = v.number(getattr(v.tables.scheme.people, f"{kind}_line"), "points")
        if not named and kind == "support":  # no name here is no all-clear: see who comes first
            continue
        who = join(named, v.lang) or v.say("people.nobody")
        lines.append(v.say(f"people.say.{kind}", who=who, line=line))
    return [*lines, v.say("people.say.finding", finding=strength_sentence(v))]


def checked(v: View) -> None:
    """A few figures as plain text, for the notebook's own test (自检输出)."""
    talks = _talks(v)
    late = v.of(v.found.late)
    held = int(talks["reason"].isin(["held", "held_late"]).sum())
    print(v.say("people.checked", n=len(v.people), held=held, all=len(talks), late=len(late)))


def last(v: View) -> list[Block]:
    """What could make this wrong, and where it comes from (存疑之处、数据来源)."""
    most = int(v.found.means["n"].max()) if len(v.found.means) else 0
    lines = [
        v.say("people.doubt.periods", n=most),
        v.say("people.doubt.fit"),
        v.say("people.doubt.training"),
        v.say("people.doubt.human"),
    ]
    if v.who:  # a person's page stays on two sheets: digests in a line
        scheme = v.tables.scheme
        return [
            blocks.text(
                v.run(
                    [
                        lines[-1],
                        v.say(
                            "show.digests",
                            version=str(scheme.version),
                            data=v.tables.digest[:12],
                            scheme=scheme.digest[:12],
                        ),
                    ]
                )
            )
        ]
    return [blocks.doubts(lines, v.lang), blocks.sources(v.tables, v.lang)]
