"""Notebook 5 for one person (个人): score, tests, actions, plan; the interview is in talk_page."""

from typing import Any

import pandas as pd
from markupsafe import Markup

from kit.abtest.portfolio import NO_EFFECT
from kit.pages.people.growth import planned, trained
from kit.pages.people.view import View, edges, grid, heading, listed, note, summed
from kit.people import appeals as pleas
from kit.scoring.feedback import answers, comments, held_back, shown
from kit.scoring.kpi import indicators
from kit.show import blocks
from kit.show.blocks import Block, Card
from kit.show.format import interval, unit_word
from kit.words import word

SHOWN = 4  # periods beside this one: two sheets hold no more
PAPER = Block("text", Markup('<div class="two-sheets"></div>'))  # blocks.css: close on paper
RELATIONS = ["manager", "peer", "cross_dept", "others", "self"]


def first(v: View) -> list[Block]:
    """Title, headline cards and answer of one person's page (页首、要点、结论)."""
    if not v.who:
        return []
    kind = "person" if v.audience == "employee" else "sheet"
    title = v.say(f"people.{kind}.title", name=v.names[v.who])
    head = blocks.header(v.tables, v.lang, title=title, question=v.say(f"people.{kind}.question"))
    facts = [note(v, n) for n in v.of(v.found.standing).to_dict("records")]
    if _rated(v).empty:  # nobody answered, or too few for any mean to be shown
        given = len(v.mine(answers(v.tables, _days(v))))
        facts.append(
            v.say(
                "people.feedback_hidden" if given else "people.no_feedback",
                n=v.tables.scheme.feedback.min_raters,
            )
        )
    return [
        head,
        PAPER,
        blocks.cards(_cards(v)),
        blocks.answer(_answer(v)),
        *([blocks.box("note", facts)] if facts else []),
    ]


def total(v: View) -> dict[str, Any]:
    """The person's row of the scorecards' totals."""
    return dict(v.mine(v.found.cards.totals).iloc[0])


def gone(v: View) -> bool:
    """Whether the person has left (已离职): no interview, no plan, but points and an appeal."""
    return bool(v.mine(v.found.steps)["reason"].eq("left").any())


def _change(v: View) -> tuple[float | None, bool]:
    """Change of the total since the period before, and whether it is beyond chance."""
    past = v.mine(v.found.past).dropna(subset=["total"])
    if len(past) < 2 or past["period_id"].iloc[-1] != v.tables.period.id:
        return None, False
    now = past.iloc[-1]
    before = past.iloc[-2]
    change = now["printed"] - before["printed"]
    return change, bool(abs(change) > 1.96 * (now["se"] ** 2 + before["se"] ** 2) ** 0.5)


def _cards(v: View) -> list[Card]:
    of = total(v)
    (change, sure) = _change(v)
    found = of["grade"], of["grade_adjusted"]
    grade, grade_then = (x if isinstance(x, str) else "—" for x in found)
    moved = (
        ""
        if change is None
        else v.say(
            "people.card.beyond" if sure else "people.card.within",
            change=v.number(change, "+points"),
        )
    )
    chance = v.say("people.card.chance", p=v.number(of.get(f"p_{grade}"), "chance"))
    then = v.say("people.card.grade_then", grade=grade_then)
    floor = v.number(v.tables.scheme.coverage_floor, "percent")
    tone = "neutral" if not sure else "better" if (change or 0) > 0 else "worse"
    return [
        Card(
            v.say("people.card.total"), v.number(of["printed"], "points"), moved, _span(v, of), tone
        ),
        Card(v.say("people.card.grade"), grade, chance if grade != "—" else ""),
        Card(v.say("people.card.adjusted"), v.number(of["printed_adjusted"], "points"), then),
        Card(
            v.say("people.card.coverage"),
            v.number(of["coverage"], "percent"),
            v.say("people.card.floor", floor=floor),
        ),
    ]


def _span(v: View, of: dict[str, Any]) -> str:
    return interval(of["ci_low"], of["ci_high"], "points", v.lang)


def _answer(v: View) -> list[str]:
    of = total(v)
    (strong, weak) = edges(v, v.who)
    until = v.say("people.say.appeal", until=str(appeal_until(v)))
    if pd.isna(of["printed"]):
        why = word(of["reason"], v.lang) if isinstance(of["reason"], str) and of["reason"] else "—"
        return [v.say("people.say.unscored", reason=why), until]
    points = v.number(of["printed"], "points")
    lines = [v.say("people.say.total", points=points, grade=str(of["grade"]), span=_span(v, of))]
    lines += _capped(v, of)
    now = dict(v.mine(v.found.official).iloc[0])
    if now["changed"]:
        lines.append(
            v.say(
                "people.say.changed",
                before=points,
                after=v.number(now["printed"], "points"),
                grade=str(now["grade"]) or "—",
            )
        )
    lines += [v.say("people.say.strong", what=listed(v, strong))] if strong else []
    rows = v.mine(v.found.cards.indicators).set_index("indicator").loc[weak]
    lost = v.number(((100 - rows["points"]) * rows["weight_used"]).sum(), "points")
    lines += [v.say("people.say.weak", what=listed(v, weak), points=lost)] if weak else []
    return [*lines, until]


def _capped(v: View, of: dict[str, Any]) -> list[str]:
    """Why a grade stands under what the total alone would give (等级封顶); nothing if it does not.

    of : the person's row of the totals, scored
    """
    scheme = v.tables.scheme
    alone = next((g.grade for g in scheme.grades if of["printed"] >= g.min), "")
    if not scheme.core_floor or alone in ("", of["grade"]):
        return []
    rows = v.mine(v.found.cards.indicators)
    core = rows["indicator"].map(lambda name: scheme.indicators[name].group == "core")
    low = rows.loc[core & (rows["points"] < scheme.core_floor.points), "indicator"]
    return [
        v.say(
            "people.capped",
            alone=alone,
            what=listed(v, low),
            cap=scheme.core_floor.cap,
            floor=v.number(scheme.core_floor.points, "points"),
        )
    ]


def appeal_until(v: View) -> Any:
    """Last day for an appeal (异议截止): working days after the talk, else after its due day."""
    steps = v.mine(v.found.steps).set_index("phase")
    return pleas.until(v.tables, steps.loc["feedback", "on"])


def scores(v: View) -> list[Block]:
    """The score with its trace, totals so far, and 360 (得分明细、历次总分、360 评价)."""
    if not v.who:
        return []
    rows = v.mine(v.found.cards.indicators)
    of = total(v)
    units = [indicators()[i].unit for i in rows["indicator"]]
    ends = zip(rows["ci_low"], rows["ci_high"], units, strict=True)
    rows = rows.assign(
        label=_named(v, rows["indicator"]),
        target=_goals(v, rows),
        actual=[v.number(x, u) for x, u in zip(rows["actual"], units, strict=True)],
        span=[interval(low, high, u, v.lang) for low, high, u in ends],
    )
    spec = (
        "label/indicator actual:mixed target:mixed points:points weight_used/weight:percent "
        "contribution:ratio span/of_actual:mixed"
    )
    sums = [
        v.say(
            "people.score_sum",
            total=summed(of["total"], of["printed"]),
            printed=v.number(of["printed"], "points"),
        )
    ]
    soft = held_back(rows, of["total"])
    sums += [] if soft is None else [v.say("scoring.note_closed", soft=v.number(soft, "ratio"))]
    sums += _capped(v, of)
    past = v.mine(v.found.past)[::-1][:SHOWN]
    past = past.assign(total_low=past["ci_low"], total_high=past["ci_high"])
    then = (
        "period_id/period printed/total:points total/interval:interval:points grade "
        "printed_adjusted/adjusted:points coverage:percent"
    )
    then += " scored:points" if past["changed"].any() else ""
    return [
        *heading(v, "score", v.say("people.how.score")),
        grid(v, rows, spec, "score", *sums),
        *([grid(v, past, then, "periods")] if len(past) > 1 else []),
        *rated(v),
    ]


def _named(v: View, names: pd.Series) -> list[str]:
    """Indicators, money with its currency: the columns beside them mix units (指标与单位)."""
    money = unit_word(f"money:{v.tables.period.currency}", v.lang)
    return [
        v.say("people.in_money", name=label, unit=money)
        if indicators()[name].unit == "money"
        else label
        for name, label in zip(names, v.indicators(names), strict=True)
    ]


def _goals(v: View, rows: pd.DataFrame) -> list[str]:
    """Targets; what the rule itself asks for where nobody sets one: a range, or full marks."""
    scheme = v.tables.scheme
    found = []
    for name, target in zip(rows["indicator"], rows["target"], strict=True):
        rule = scheme.rules[scheme.indicators[name].rule]
        unit = indicators()[name].unit
        own = rule.kind if pd.isna(target) and rule.on == "value" else ""
        found.append(
            interval(rule.lo, rule.hi, unit, v.lang)
            if own == "target_range"
            else v.say("people.full_marks", best=f"{rule.hi:g}")
            if own == "goalpost" and rule.direction > 0
            else v.number(target, unit)
        )
    return found


def _rated(v: View) -> pd.DataFrame:
    return v.mine(shown(v.tables, _days(v)))


def _days(v: View) -> pd.DatetimeIndex:
    return pd.date_range(v.tables.period.start, v.tables.period.last_day)


def rated(v: View) -> list[Block]:
    """360 by relation, as far as anonymity allows, with the gap of the self view (360 评估)."""
    rows = _rated(v)
    if rows.empty:
        return []
    wide = rows.pivot(index="item", columns="relation", values="mean").reindex(columns=RELATIONS)
    wide = wide.reset_index()
    counted = v.mine(v.found.cards.indicators).set_index("indicator")["actual"]
    score = wide["item"].map(counted)
    wide = wide.assign(
        score=score,
        gap=wide["self"] - score,
        item=v.indicators(wide["item"]),
        reason="people.pooled",
        score_reason="people.not_counted",
        gap_reason="people.not_counted",
    )
    names = [c for c in (*RELATIONS, "score", "gap") if wide[c].notna().any()]
    spec = " ".join(["item", *(f"{c}:{'+' if c == 'gap' else ''}ratio" for c in names)])
    said = v.mine(comments(v.tables, _days(v)))
    lines = [
        v.say("people.comment", item=item, text=text)
        for item, text in zip(v.indicators(said["item"]), v.masked(said["comment"]), strict=True)
    ]
    return [
        grid(v, wide, spec, "rated", v.say("people.how.rated")),
        *([blocks.box("note", dict.fromkeys(lines))] if lines else []),
    ]


def work(v: View) -> list[Block]:
    """Tests run, agreed actions and their fate, training plan (试验、措施、培训)."""
    if not v.who:
        return []
    actions = v.mine(v.found.actions)
    gaps = v.mine(v.found.gaps)
    actions = actions.assign(
        owner=v.words("owner", ["self" if o == v.who else "other" for o in actions["owner"]]),
        finding=v.masked(actions["finding"]),
        action=v.masked(actions["action"]),
        status=v.words("fate", actions["status"]),
    )
    change = "effect:+percent effect/interval:interval:+percent"
    parts = {
        "tests": (_tests(v), f"hypothesis indicator {change} decision next kept"),
        "actions": (actions, "finding action owner due:date status"),
        "plan": (
            planned(v, gaps),
            "skill required:ratio observed:ratio serves course_on/course "
            "owner retest_on/retest:date",
        ),
    }
    none = {id: f"people.no_{id}" for id in parts}
    none["plan"] = "people.plan_left" if gone(v) else none["plan"]
    drawn = [grid(v, rows, spec, id) for id, (rows, spec) in parts.items() if len(rows)]
    empty = [v.say(none[id]) for id, (rows, _) in parts.items() if rows.empty]
    drawn += [blocks.text(v.run(empty))] if empty else []
    return [*heading(v, "work"), *drawn, *trained(v)]


def _tests(v: View) -> pd.DataFrame:
    """The person's tests with their verdicts in words (负责的试验)."""
    tests = v.mine(v.found.tests)
    return tests.assign(
        indicator=v.indicators(tests["indicator"]),
        hypothesis=v.masked(tests["hypothesis"]),
        **{
            f"effect{end}": tests[f"rel_{end.strip('_') or 'effect'}"]
            .astype(float)
            .mask(tests["decision"].isin(NO_EFFECT))
            for end in ("", "_low", "_high")
        },
        reason="abtest.page.no_figure",
        decision=[
            v.say("people.guardrail")
            if r == "abtest.reason.guardrail"
            else word(f"abtest.decision.{d}", v.lang)
            for d, r in zip(tests["decision"], tests["reason"], strict=True)
        ],
        next=[word(f"abtest.next.{step}", v.lang) for step in tests["next_step"]],
        kept=[word("kit.yes" if kept else "kit.no", v.lang) for kept in tests["declared_ok"]],
    )
