"""The second program for pay: one component of one person, in exact fractions, without the kit."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from tests.pay_people import LESS, STEPS, Exact, Missing, Person, exact, known


def amount(part: Mapping[str, Any], person: Person) -> Exact:
    """max(least, min(cap, gates · money · factors) − less)."""
    try:
        quantity = person.value(part["on"])
        if "above" in part:
            line = part["above"]
            goal = known(person.goals.get(part["on"])) if line == "target" else exact(line)
            quantity = max(Fraction(0), quantity - goal)
            quantity *= known(person.under) if part["on"] == "rate" else 1
        money = rated(part, person, quantity)
        for factor in part.get("times", ()):
            money *= factored(factor, person)
        doors = [held(gate, person) for gate in part.get("gate", ())]
        money = money if all(doors) else Fraction(0)
        less = sum((person.value(name) for name in part.get("less", ())), Fraction(0))
    except Missing:
        return None
    money = min(exact(part["cap"]), money) if "cap" in part else money
    return max(exact(part.get("least", 0)), money - less)


def rated(part: Mapping[str, Any], person: Person, quantity: Fraction) -> Fraction:
    if "rate" in part:
        return exact(part["rate"]) * quantity
    by = part.get("by")
    if by == "completion":
        place = person.value(part["on"], "completion")
    else:
        place = person.value(by) if by else quantity
    lines = [(exact(a), exact(b)) for a, b in part.get("tiers") or part["prizes"]]
    reached = [rate for edge, rate in lines if place >= edge]
    if "prizes" in part:
        return reached[-1] if reached else Fraction(0)
    if not part.get("marginal"):
        return reached[-1] * quantity if reached else Fraction(0)
    unit = known(person.goals.get(part["on"])) if by == "completion" else Fraction(1)
    return sum(
        (rate * inside(quantity, n, lines, unit) for n, (_, rate) in enumerate(lines)), Fraction(0)
    )


def inside(q: Fraction, n: int, lines: list[tuple[Fraction, Fraction]], unit: Fraction) -> Fraction:
    """The part of a quantity between an edge and the next."""
    end = min(q, lines[n + 1][0] * unit) if n + 1 < len(lines) else q
    return max(Fraction(0), end - lines[n][0] * unit)


def factored(factor: Mapping[str, Any], person: Person) -> Fraction:
    if factor["by"] == "grade":
        if person.grade not in factor["map"]:
            raise Missing
        return exact(factor["map"][person.grade])
    if factor["by"] == "dept_coef":
        return person.dept
    if factor.get("on") == "points" and factor["by"] in LESS:
        points = stepped(person.value(factor["by"]), known(person.goals.get(factor["by"])))
        return next(exact(y) for at, y in reversed(factor["steps"]) if points >= exact(at))
    if factor.get("method") == "reflect":
        return 2 - person.value(factor["by"]) / known(person.goals.get(factor["by"]))
    x = person.value(factor["by"], factor.get("on", "completion"))
    if "steps" in factor:
        return next(
            (exact(y) for at, y in reversed(factor["steps"]) if x >= exact(at)), Fraction(0)
        )
    return curved(x, factor["curve"]) if "curve" in factor else x


def stepped(x: Fraction, goal: Fraction) -> Fraction:
    """Points of a figure of which less is better: two for each ten off its target."""
    count = Fraction(int(abs(goal - x) // exact(STEPS["step"])))
    up, down = min(2 * count, exact(STEPS["max_add"])), min(2 * count, exact(STEPS["max_deduct"]))
    return STEPS["base"] + (up if x <= goal else -down)


def curved(x: Fraction, points: Any) -> Fraction:
    """Straight between two points, flat outside; of two at one place the later holds there."""
    marks = [(exact(a), exact(b)) for a, b in points]
    under = [m for m in marks if m[0] <= x]
    over = [m for m in marks if m[0] > x]
    if not under or not over:
        return under[-1][1] if under else over[0][1]
    (a, y), (b, z) = under[-1], over[0]
    return y + (z - y) * (x - a) / (b - a)


def held(gate: Mapping[str, Any], person: Person) -> bool:
    x = person.value(gate["of"], gate.get("on", "value"))
    ok = {
        "at_least": lambda line: x >= line,
        "at_most": lambda line: x <= line,
        "above": lambda line: x > line,
        "below": lambda line: x < line,
    }
    return all(ok[name](exact(line)) for name, line in gate.items() if name in ok)
