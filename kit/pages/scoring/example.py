"""One person's month by a scheme (算例), with assumed figures, for those who approve it."""

from typing import Any

import numpy as np

from kit.scheme import Scheme
from kit.scoring import grid
from kit.scoring.totals import limited, shape, weighted
from kit.show.format import number
from kit.show.sentences import say

DONE = (1.05, 0.95)  # assumed completions, in turn
GOALS = {"money": 100000.0, "int": 100.0, "days": 10.0, "points": 80.0}  # assumed targets by unit


def example(scheme: Scheme, lang: str) -> list[str]:
    """The worked example line by line (算例): assumed figures, points, weights, total, grade."""
    kind = str("month" if "month" in scheme.profiles else next(iter(scheme.profiles)))
    names = list(scheme.weights(kind))
    share = np.array([list(scheme.weights(kind).values())])
    told = [_assumed(scheme, name, DONE[n % 2]) for n, name in enumerate(names)]
    score = np.array([[_points(scheme, n, of) for n, of in zip(names, told, strict=True)]])
    total = limited(scheme, weighted(scheme, shape(scheme, names, kind), share, score))
    printed = grid.half_up(total, scheme.rounding.total)
    place = grid.graded(scheme, printed, grid.under_floor(scheme, names, score))[0]
    lines = [
        _line(scheme, lang, name, (figures, score[0, n], share[0, n]))
        for n, (name, figures) in enumerate(zip(names, told, strict=True))
    ]
    end = say(
        "scheme.example_total",
        lang,
        total=number(printed[0], "points", lang),
        grade=scheme.grades[place].grade,
    )
    return ["", say("scheme.example", lang), *lines, end]


def _points(scheme: Scheme, name: str, of: tuple[float, float, float]) -> float:
    """The points of one line; of : completion, actual, target."""
    return float(grid.points(scheme, name, *(np.array([x]) for x in of))[0])


def _assumed(scheme: Scheme, name: str, done: float) -> tuple[float, float, float]:
    """Completion, actual and target of one line; a rule on the value alone gets its middle."""
    rule = scheme.rule_of(name)
    spec = scheme.library[name]
    target = scheme.indicators[name].target
    if scheme.is_item(name) or (rule.on == "value" and rule.kind != "add_deduct" and not target):
        return np.nan, _middle(scheme, name, rule), np.nan
    goal = GOALS.get(spec.unit, 2.0 if spec.unit == "ratio" else 0.1) if target is None else target
    if spec.unit.startswith("percent") and spec.better == "up":
        done = min(done, 1 / goal)  # no share passes one
    return done, goal / done if spec.better == "down" else goal * done, goal


def _middle(scheme: Scheme, name: str, rule: Any) -> float:
    """A value in the middle of what a rule tells apart (规则中段的值)."""
    if scheme.is_item(name) and scheme.scale_of(name).levels:
        levels = sorted(scheme.scale_of(name).levels.values())
        return float(levels[len(levels) // 2])
    if rule.kind in ("target_range", "goalpost"):
        return float(rule.lo + rule.hi) / 2
    marks = rule.points if rule.kind == "anchors" else rule.bands
    return float(sorted(mark[0] for mark in marks)[len(marks) // 2])


def _line(
    scheme: Scheme, lang: str, name: str, of: tuple[tuple[float, float, float], float, float]
) -> str:
    """One line of the example: figures, points, weight, part of the total."""
    (done, actual, goal), points, weight = of
    unit = scheme.library[name].unit
    facts = {
        "name": scheme.label(name, lang),
        "actual": number(actual, unit, lang),
        "points": number(points, "ratio", lang),
        "weight": number(weight, "percent", lang),
        "part": number(points * weight, "ratio", lang),
    }
    if np.isnan(done):
        return say("scheme.example_value", lang, None, **facts)
    goals = {"target": number(goal, unit, lang), "done": number(done, "percent", lang)}
    return say("scheme.example_line", lang, None, **facts, **goals)
