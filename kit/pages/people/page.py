"""Notebook 5 for a team (人员与团队): loop, strengths, lists, places; manager and hr."""

import pandas as pd

from kit.pages.people.view import View, edges, grid, heading, listed, note, step
from kit.people.loop import clock, in_time
from kit.show import blocks, figures
from kit.show.blocks import Block, Card
from kit.show.format import interval, quantity
from kit.show.html import t
from kit.show.sentences import join, some
from kit.words import word

TONE = {
    "done": "better",
    "late": "unclear",
    "unclear": "unclear",
    "pending": "provisional",
    "overdue": "worse",
    "missing": "missing",
    "unknown": "missing",
    "exempt": "neutral",
}
SEEN = 1e-3  # fits of a channel closer than this print the same percentage for everybody
LISTS = {"stretch": ("stretch",), "support": ("support", "falling")}


def first(v: View) -> list[Block]:
    """Title, headline cards and answer of a team page (页首、要点、结论)."""
    if v.who:
        return []
    title = v.say("people.team.title")
    question = v.say("people.team.question")
    team = v.say("people.team.size", n=len(v.people))
    said = _answer(v)
    return [
        blocks.header(v.tables, v.lang, title=title, question=question, team=team),
        blocks.cards(_cards(v)),
        blocks.answer(said),
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
    untaught = gaps["reason"] == "people.no_course"
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
    lists = [
        Card(
            v.say(f"people.card.{kind}"),
            v.number(named.isin(names).sum(), "int"),
            v.say("people.card.periods"),
        )
        for kind, names in LISTS.items()
    ]
    return [
        Card(v.say("people.card.talks"), done, due, "", tone),
        Card(
            v.say("people.card.late"),
            v.number(len(late), "int"),
            longest,
            "",
            "worse" if len(late) else "better",
        ),
        *lists,
        Card(
            v.say("people.card.gaps"),
            v.number(len(gaps), "int"),
            v.say("people.card.untaught", n=int(untaught.sum())),
        ),
    ]


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
            who=some(left, v.lang),
            due=str(clock(v.tables).due),
        )
        if left
        else v.say(f"people.say.talks_{done}")
    ]
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
        who = join(named, v.lang) or v.say("people.nobody")
        lines.append(v.say(f"people.say.{kind}", who=who, line=line))
    return [*lines, v.say("people.say.finding", finding=_strength(v))]


def loop(v: View) -> list[Block]:
    """Five phases, what is overdue, and who was not there all the time (闭环、逾期、人员变动)."""
    if v.who:
        return []
    steps = v.of(v.found.steps)
    cells = steps.assign(
        tone=steps["status"].map(TONE),
        phase=v.words("phase", steps["phase"]),
        text=[step(v, row) for row in steps.to_dict("records")],
    )
    whole = steps["status"].isin(["done", "exempt"]).groupby(steps["name"]).all()
    title = v.say("people.loop_finding", done=int(whole.sum()), all=len(whole))
    open_ = cells[cells["tone"].isin(["worse", "missing"])]
    alt = [f"{n} {p}: {x}" for n, p, x in open_[["name", "phase", "text"]].to_numpy()]
    fig = figures.tracker(cells, row="name", column="phase")
    drawn = blocks.figure(
        fig,
        id="loop",
        title=title,
        alt="; ".join([title, *alt]),
        lang=v.lang,
        subtitle=v.say("people.loop_subtitle"),
    )
    late = v.of(v.found.late)
    late = late.assign(what=v.words("what", late["what"]), item=v.masked(late["item"]))
    table = grid(v, late, "name what item due:date lag:int", "overdue")
    notes = [f"{n['name']}: {note(v, n)}" for n in v.of(v.found.standing).to_dict("records")]
    how = v.say("people.how.loop", today=str(clock(v.tables).today))
    return [
        *heading(v, "loop", how),
        drawn,
        *([table] if len(late) else []),
        *([blocks.box("note", notes)] if notes else []),
    ]


def strengths(v: View) -> list[Block]:
    """Heat map of points, and the lists over several periods (强弱项、拔高与辅导)."""
    if v.who:
        return []
    cells = v.of(v.found.cards.indicators)
    cells = cells.assign(label=v.indicators(cells["indicator"]))
    fig = figures.heat(cells, row="name", column="label", value="points", unit="int", lang=v.lang)
    drawn = blocks.figure(
        fig,
        id="strengths",
        title=_strength(v),
        alt=_strength(v),
        lang=v.lang,
        subtitle=v.say("people.strength_subtitle"),
    )
    means = v.of(v.found.means).sort_values("mean", ascending=False)
    found = [edges(v, who) for who in means["specialist_id"]]
    means = means.assign(
        strong=[listed(v, e[0]) for e in found],
        weak=[listed(v, e[1]) for e in found],
        mean_low=means["low"],
        mean_high=means["high"],
        reason="people.one_period",
        list=v.words("list", means["list"].replace("", "none")),
    )
    lines = v.tables.scheme.people
    how = v.say(
        "people.how.lists",
        stretch=v.number(lines.stretch_line, "points"),
        support=v.number(lines.support_line, "points"),
    )
    spec = "name n/periods:int mean:points mean/interval:interval:points list strong weak"
    return [*heading(v, "strengths", how), drawn, grid(v, means, spec, "lists")]


def _strength(v: View) -> str:
    rows = v.of(v.found.cards.indicators).dropna(subset=["points"])
    if rows.empty:
        return v.say("people.strength_none")
    means = rows.groupby("indicator")["points"].mean()
    best = str(means.idxmax())
    worst = str(means.idxmin())
    of = rows.loc[rows["indicator"] == worst, "points"]
    high, low = (v.number(means[name], "points") for name in (best, worst))
    return v.say(
        "people.strength_finding",
        n=int((of < 60).sum()),
        all=len(of),
        high=high,
        best=listed(v, [best]),
        worst=listed(v, [worst]),
        low=low,
    )


def places(v: View) -> list[Block]:
    """Fit of people and channels, a suggested assignment, load, appeals (人岗匹配、负荷、异议)."""
    if v.who:
        return []
    fits = v.of(v.found.fits)
    load = v.of(v.found.load)
    fits = fits.assign(fit=fits["fit"].where(fits["n"] > 0), label=v.channels(fits["channel"]))
    by = v.found.fits.query("n > 0").groupby("channel")["fit"]  # of all, not of one team alone
    alike = fits["channel"].isin((by.max() - by.min()).loc[lambda apart: apart < SEEN].index)
    drawn = _fit(v, fits[~alike], fits.loc[alike, "label"].unique().tolist())
    load = load.assign(main=v.channels(load["main"]))
    table = grid(v, load, "name plans:int channels:int spend:money main share:percent", "load")
    return [*heading(v, "places", v.say("people.how.fit")), drawn, *_moves(v), table, *appeals(v)]


def _fit(v: View, fits: pd.DataFrame, alike: list[str]) -> Block:
    """Heat map of fit; channels where nobody can be told from the others are named, not drawn."""
    notes = [v.say("people.fit_alike", channels=join(alike, v.lang))] if alike else []
    if fits["fit"].isna().all():
        return blocks.box("note", [v.say("people.fit_none"), *notes])
    best = fits.loc[[fits["fit"].idxmax()]].iloc[0]
    title = v.say(
        "people.fit_finding",
        who=best["name"],
        channel=best["label"],
        n=int(best["n"]),
        fit=v.number(best["fit"], "+percent"),
        span=interval(best["fit_low"], best["fit_high"], "+percent", v.lang),
    )
    fig = figures.heat(
        fits,
        row="name",
        column="label",
        value="fit",
        unit="+percent",
        lang=v.lang,
        scale=(-0.4, 0.4, 0.0),
    )
    return blocks.figure(
        fig,
        id="fit",
        title=title,
        subtitle=v.say("people.fit_subtitle"),
        alt=title,
        lang=v.lang,
        notes=notes,
    )


def _moves(v: View) -> list[Block]:
    """The suggestion, for readers who see everybody it moves."""
    seats = v.found.seats
    moved = seats.seats[seats.seats["changed"]]
    if not {*moved["specialist_id"]} <= {*v.people}:
        return [blocks.text(v.say("people.fit_across"))]
    if moved.empty:
        return [blocks.text(v.say("people.fit_stay"))]
    unit = f"+money:{v.tables.period.currency}"
    gain = v.say(
        "people.fit_gain",
        n=len(moved),
        gain=quantity(seats.gain, unit, v.lang),
        span=interval(seats.gain_low, seats.gain_high, unit, v.lang),
    )
    moved = v.of(moved)
    moved = moved.assign(now=v.channels(moved["now"]), channel=v.channels(moved["channel"]))
    return [blocks.text(gain), grid(v, moved, "name now channel/proposed", "moves")]


def appeals(v: View) -> list[Block]:
    """Appeals and overrides with both figures, author and reason (异议与改动)."""
    rows = v.of(v.found.appeals)
    if rows.empty:
        return [blocks.text(v.say("people.no_appeals"))]
    whole = v.say("people.total")
    now = v.found.official.set_index("specialist_id")
    counted = rows["status"].eq("accepted") & rows["after"].notna()
    counted &= rows["period_id"].eq(v.tables.period.id)
    totals = {
        to: rows["specialist_id"].map(now[of]).where(counted)
        for to, of in (("total_then", "scored"), ("total_now", "printed"))
    }
    rows = rows.assign(
        about=[whole if x == "—" else x for x in v.indicators(rows["indicator"])],
        why=v.masked(rows["reason"]),
        state=v.words("appeal", rows["status"]),
        **totals,
        author=v.called(rows["author"]),
        decided_by=v.called(rows["decided_by"]),
        reason="people.not_said",
        total_then_reason="people.other_period",
        total_now_reason="people.other_period",
    )
    how = v.say("people.how.appeals_own" if v.who else "people.how.appeals")
    notes = [how, *_drifted(v, rows[counted])]
    both = " total_then:points total_now:points" if counted.any() else ""
    spec = f"about before:ratio after:ratio{both} state why period_id"
    spec += " due/answer_by:date" if v.who else " due/answer_by:date author decided_by"
    return [grid(v, rows, spec if v.who else f"name {spec}", "appeals", *notes)]


def _drifted(v: View, rows: pd.DataFrame) -> list[str]:
    """Accepted changes whose figure before is not what the data give now."""
    keys = ["specialist_id", "indicator"]
    both = rows.merge(v.found.cards.indicators[[*keys, "actual"]], on=keys)
    both = both[(both["before"] - both["actual"]).abs() > 0.005]
    return [
        v.say("people.how.before", who=name, now=v.number(actual, "ratio"))
        for name, actual in both[["name", "actual"]].itertuples(index=False)
    ]


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
