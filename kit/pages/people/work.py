"""What did this person do in the period? (本人工作)."""

import pandas as pd

from kit.abtest.decisions import NO_EFFECT
from kit.pages.people.growth import planned, trained
from kit.pages.people.person import gone
from kit.pages.people.view import View, grid, heading
from kit.show import blocks
from kit.show.blocks import Block
from kit.words import word


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
        status=v.fates(actions),
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
    past = trained(v)
    drawn += [blocks.details(v.say("people.t.trained"), past)] if past else []
    return [*heading(v, "work", fold=v.audience == "employee"), *drawn]


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
