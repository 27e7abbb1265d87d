"""Amounts by components (薪酬项计算), in exact fractions: one person, one component, every step.

Nothing here knows tables; `kit.people.sheet` gathers the figures. Each amount ends as whole fen.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import floor, prod
from typing import Any

from kit.people.figures import ONE, Exact, Figure, Gap, Person, at_step, exactly, figure, on_curve
from kit.scheme.components import Component, Factor, Gate


@dataclass(frozen=True)
class Step:
    """One step of the sum: kind (quantity, tier, factor …) and the figures that it uses."""

    kind: str
    facts: dict[str, Any]


@dataclass(frozen=True)
class Worked:
    """An amount with the steps that lead to it; None with a reason and what is lacking."""

    amount: Exact
    steps: tuple[Step, ...] = ()
    reason: str = ""
    lacking: str = ""

    @property
    def fen(self) -> int | None:
        """The amount in whole fen (分)."""
        return None if self.amount is None else to_fen(self.amount)


def to_fen(money: Fraction) -> int:
    """Whole fen, halves up (四舍五入到分)."""
    return floor(money * 100 + Fraction(1, 2))


def worked(part: Component, person: Person) -> Worked:
    """One component of one person's pay (一项薪酬): max(least, min(cap, G·A·F) − less)."""
    steps: list[Step] = []
    try:
        steps += _quantity(part, person)
        quantity: Fraction = steps[-1].facts["quantity"]
        rated = list(_rated(part, person, quantity))
        steps += rated
        factors = [step for factor in part.times for step in _factor(factor, person)]
        product = _product(rated[-1].facts["money"], factors)
        gates = [step for gate in part.gate for step in _gates(gate, person)]
        steps += [*factors, *product, *gates]
        shut = not all(step.facts.get("holds", True) for step in gates)
        money = Fraction(0) if shut else (product or rated)[-1].facts["money"]
        ends = list(_ends(part, person, money))
    except Gap as gap:
        return Worked(None, tuple(steps), gap.reason, gap.name)
    return Worked(ends[-1].facts["money"], (*steps, *ends))


def _quantity(part: Component, person: Person) -> list[Step]:
    """The quantity q: the actual, or what of it lies above a line; of a ratio times its base."""
    actual = figure(person, part.on)
    base = person.figures.get(part.on, Figure(ONE))
    first = Step("quantity", {"name": part.on, "actual": actual, "quantity": actual})
    if part.above is None:
        return [first]
    line = base.target if part.above == "target" else exactly(part.above)
    if line is None:
        raise Gap("scoring.no_target", part.on)
    if base.ratio and base.under is None:
        raise Gap("people.no_figure", part.on)
    under = base.under if base.ratio and base.under is not None else ONE
    beyond = max(Fraction(0), actual - line) * under
    facts = {"name": part.on, "actual": actual, "line": line, "quantity": beyond}
    return [Step("beyond_ratio", facts | {"under": under}) if base.ratio else Step("beyond", facts)]


def _rated(part: Component, person: Person, quantity: Fraction) -> Iterator[Step]:
    """The money A before factors: by one rate, by tiers, or a prize."""
    if part.rate is not None:
        rate = exactly(part.rate)
        yield Step("rate", {"quantity": quantity, "rate": rate, "money": rate * quantity})
        return
    place = _place(part, person, quantity)
    if part.by == "completion":
        yield from _done(person, part.on, "completion")
    edges = [(exactly(a), exactly(b)) for a, b in part.tiers or part.prizes]
    if part.prizes:
        passed = [(edge, money) for edge, money in edges if edge <= place]
        line, won = passed[-1] if passed else (edges[0][0], Fraction(0))
        kind = "prize" if passed else "no_prize"
        yield Step(kind, {"by": part.by, "place": place, "line": line, "money": won})
    elif part.marginal:
        yield from _marginal(edges, quantity, _unit(part, person))
    else:
        reached = [(edge, rate) for edge, rate in edges if edge <= place]
        edge, rate = reached[-1] if reached else (edges[0][0], Fraction(0))
        facts = {"by": part.by, "place": place, "line": edge, "quantity": quantity, "rate": rate}
        yield Step("tier" if reached else "no_tier", facts | {"money": rate * quantity})


def _place(part: Component, person: Person, quantity: Fraction) -> Fraction:
    """What finds the tier or prize: the quantity, its completion, or another indicator."""
    if not part.by or (part.by == part.on and part.above is None):
        return quantity
    if part.by == "completion":
        return figure(person, part.on, "completion")
    return figure(person, part.by)


def _unit(part: Component, person: Person) -> Fraction:
    """What the edges of marginal tiers are multiples of: the target, or one."""
    if part.by != "completion":
        return ONE
    figure(person, part.on, "completion")
    return person.figures[part.on].target or ONE


def _marginal(
    edges: Sequence[tuple[Fraction, Fraction]], quantity: Fraction, unit: Fraction
) -> Iterator[Step]:
    """Each tier on its part of the quantity (逐段累进), then the sum."""
    total = Fraction(0)
    ends = [a[0] * unit for a in edges[1:]]
    for (edge, rate), end in zip(edges, [*ends, None], strict=True):
        begin = edge * unit
        inside = max(Fraction(0), (quantity if end is None else min(quantity, end)) - begin)
        total += rate * inside
        if inside or begin == edges[0][0] * unit:
            facts = {"begin": begin, "end": end, "part": inside, "rate": rate}
            yield Step("part", facts | {"money": rate * inside})
    yield Step("parts", {"money": total})


def _done(person: Person, name: str, on: str) -> list[Step]:
    """How a completion comes about, before it is used (完成率的算法)."""
    if on != "completion":
        return []
    done = figure(person, name, on)
    of = person.figures[name]
    facts = {"name": name, "actual": of.actual, "target": of.target, "done": done}
    return [Step("done_lower" if of.lower else "done", facts)]


def _factor(factor: Factor, person: Person) -> list[Step]:
    """One factor with the figure that it comes from (系数)."""
    if factor.by == "grade":
        if person.grade not in factor.map:
            raise Gap("people.no_grade", "grade")
        by_grade = exactly(factor.map[person.grade])
        return [Step("factor_grade", {"grade": person.grade, "factor": by_grade})]
    plain = factor.by in ("base", "total", "one", "dept_coef")
    on = "value" if plain else factor.on
    if factor.method == "reflect" and on == "completion":
        before = [_reflected(person, factor.by)]
        place = before[0].facts["done"]
    else:
        place = figure(person, factor.by, on)
        before = _done(person, factor.by, on)
    facts = {"name": factor.by, "on": on, "place": place, "factor": place}
    kind = "factor"
    if factor.curve:
        facts |= on_curve(place, factor.curve)
        kind = "factor_curve" if facts["x0"] != facts["x1"] else "factor_flat"
    elif factor.steps:
        facts |= {"factor": at_step(place, factor.steps)}
        kind = "factor_step"
    return [*before, Step(kind, facts)]


def _product(money: Fraction, factors: Sequence[Step]) -> list[Step]:
    """The money times every factor (系数相乘), where there is one."""
    found = [step.facts["factor"] for step in factors if "factor" in step.facts]
    whole = prod(found, start=money)
    return [Step("product", {"before": money, "factors": found, "money": whole})] if found else []


def _reflected(person: Person, name: str) -> Step:
    """2 − actual / target, where lower is better (反射法)."""
    actual = figure(person, name)
    target = person.figures[name].target
    if not target:
        raise Gap("scoring.no_target", name)
    done = 2 - actual / target
    return Step("reflected", {"name": name, "actual": actual, "target": target, "done": done})


def _gates(gate: Gate, person: Person) -> Iterator[Step]:
    on = "value" if gate.of in ("base", "total", "one") else gate.on
    place = figure(person, gate.of, on)
    yield from _done(person, gate.of, on)
    for bound, line in gate.bounds.items():
        facts = {"name": gate.of, "on": on, "place": place, "line": exactly(line), "bound": bound}
        yield Step("gate", facts | {"holds": holds(bound, place, exactly(line))})


def holds(bound: str, place: Fraction, line: Fraction) -> bool:
    """Whether a gate holds (门槛是否达到)."""
    return {
        "at_least": place >= line,
        "at_most": place <= line,
        "above": place > line,
        "below": place < line,
    }[bound]


def _ends(part: Component, person: Person, money: Fraction) -> Iterator[Step]:
    """Cap, what is taken off, and the least, each where it acts; then the amount."""
    if part.cap is not None and money > exactly(part.cap):
        yield Step("cap", {"before": money, "cap": exactly(part.cap)})
        money = exactly(part.cap)
    for name in part.less:
        off = figure(person, name)
        yield Step("less", {"name": name, "off": off, "before": money, "money": money - off})
        money -= off
    if money < exactly(part.least):
        yield Step("least", {"before": money, "least": exactly(part.least)})
        money = exactly(part.least)
    yield Step("amount", {"money": money})


def edges(part: Component) -> Iterator[tuple[str, str, Fraction, str]]:
    """Every line where the amount jumps (跳点): figure, basis, line, and the kind of jump."""
    by = part.on if part.by in ("", "completion", part.on) else part.by
    on = "completion" if part.by == "completion" else "value"
    if part.prizes or (part.tiers and not part.marginal):
        kind = "prize" if part.prizes else "tier"
        yield from ((by, on, exactly(edge), kind) for edge, _ in part.prizes or part.tiers)
    for gate in part.gate:
        yield from ((gate.of, gate.on, exactly(line), "gate") for line in gate.bounds.values())
    for factor in part.times:
        yield from ((factor.by, factor.on, exactly(x), "step") for x, _ in factor.steps)
        jumps = [a[0] for a, b in pairwise(factor.curve) if a[0] == b[0]]
        yield from ((factor.by, factor.on, exactly(x), "step") for x in jumps)
