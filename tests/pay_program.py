"""A second program for pay and groups: plain sums on what was handed in, without the kit.

Written from ../shared/spec/real_schemes.md, sections d and e, on plain dicts and exact fractions:
tiers, gates, factors, caps, prizes, pools, corrections, the bonus; whom each group pays, and what
a group's own figure is. `tests/pay_draws.py` draws companies and holds the kit's sheet against it.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import floor
from typing import Any

Exact = Fraction | None
DAYS = 30  # of June


class Missing(Exception):  # noqa: N818  it ends a sum of which a part is not known
    """A figure that an amount needs was not handed in."""


def exact(number: Any) -> Fraction:
    return Fraction(str(number))


def fen(money: Fraction) -> int:
    """Whole fen, halves up."""
    return floor(money * 100 + Fraction(1, 2))


def known(value: Exact) -> Fraction:
    if value is None:
        raise Missing
    return value


class Person:
    """What one person's pay rests on: figures, targets, denominators, total, base, grade, group."""

    def __init__(self, said: Mapping[str, Any], who: str, month: str) -> None:
        of = said[month].get(who, {})
        pair = of.get("rate")
        self.figures: dict[str, Exact] = {
            name: exact(x) for name, x in of.items() if not isinstance(x, list)
        }
        self.figures |= {"rate": exact(pair[0]) / exact(pair[1])} if pair else {}
        self.under = exact(pair[1]) if pair else None
        self.goals = {n: exact(g) for n, g in said["goals"].get(who, {}).items()}
        pay = said["pay"].get(who) if month == "june" else None
        self.figures |= {"base": exact(pay["base"]) if pay else None, "one": Fraction(1)}
        self.dept = exact(pay["dept_coef"]) if pay and pay["dept_coef"] else Fraction(1)
        self.group, self.shares = home(said, who, month)
        self.total = total_of(said, self)
        self.figures["total"] = self.total
        self.grade = next((g for g, m in GRADES if self.total >= m), "") if self.total else ""
        self.grade = "D" if self.total == 0 else self.grade

    def value(self, name: str, on: str = "value") -> Fraction:
        if on != "completion":
            return known(self.figures.get(name))
        actual, goal = known(self.figures.get(name)), known(self.goals.get(name))
        return goal / known(actual or None) if name in LESS else actual / goal


GRADES = (("A", 95), ("B", 85), ("C", 70), ("D", 0))
LESS = {"cost"}  # less is better


def home(said: Mapping[str, Any], who: str, month: str) -> tuple[str, dict[str, Fraction]]:
    """The group of the last day, and the share of the month in each group."""
    posts = said["people"][who]
    if who not in said["moves"]:
        return said["groups"][posts], {said["groups"][posts]: Fraction(1)}
    after, day = said["moves"][who]
    if month == "may":
        return said["groups"][posts], {said["groups"][posts]: Fraction(1)}
    shares: dict[str, Fraction] = {}
    for post, days in ((posts, day - 1), (after, DAYS + 1 - day)):
        group = said["groups"][post]
        shares[group] = shares.get(group, Fraction(0)) + Fraction(days, DAYS)
    return said["groups"][after], shares


def total_of(said: Mapping[str, Any], person: Person) -> Exact:
    """Points of the score, cut at what each group's rule gives, by days; half up to a tenth."""
    score = person.figures.get("score")
    if score is None:
        return None
    cards = [min(score, said["most"][g]) * share for g, share in person.shares.items()]
    return Fraction(floor(sum(cards, Fraction(0)) * 10 + Fraction(1, 2)), 10)


def with_groups(said: Mapping[str, Any], month: str) -> dict[str, Person]:
    """Everybody of a month, with the figures of the group and of the company."""
    people = {who: Person(said, who, month) for who in said["people"]}
    own = {who: p.figures.get("m1") for who, p in people.items()}
    whole = [x for x in own.values() if x is not None]
    for person in people.values():
        here = [
            x * people[who].shares[person.group]
            for who, x in own.items()
            if x is not None and person.group in people[who].shares
        ]
        person.figures["of_group"] = sum(here, Fraction(0)) if here else None
        person.figures["of_all"] = sum(whole, Fraction(0)) if whole else None
    return people


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
    if factor.get("method") == "reflect":
        return 2 - person.value(factor["by"]) / known(person.goals.get(factor["by"]))
    x = person.value(factor["by"], factor.get("on", "completion"))
    if "steps" in factor:
        return next(
            (exact(y) for at, y in reversed(factor["steps"]) if x >= exact(at)), Fraction(0)
        )
    return curved(x, factor["curve"]) if "curve" in factor else x


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


Lines = dict[tuple[str, str, str], int | None]


def shared_out(money: Fraction, weights: Mapping[str, Exact]) -> dict[str, int | None]:
    """A sum in proportion, to the fen: the largest remainders get the last ones, by id on a tie."""
    whole = fen(money)
    pull = {who: max(Fraction(0), w) for who, w in weights.items() if w is not None}
    bottom = sum(pull.values(), Fraction(0))
    exactly = {who: whole * w / bottom if bottom else Fraction(0) for who, w in pull.items()}
    given: dict[str, int | None] = {who: floor(x) for who, x in exactly.items()}
    left = whole - sum(floor(x) for x in exactly.values()) if bottom else 0
    for who in sorted(pull, key=lambda w: (floor(exactly[w]) - exactly[w], w))[:left]:
        given[who] = floor(exactly[who]) + 1
    return given | dict.fromkeys((who for who, w in weights.items() if w is None), None)


def pooled(
    said: Mapping[str, Any],
    pool: Mapping[str, Any],
    people: Mapping[str, Person],
    amounts: Mapping[tuple[str, str], Exact],
) -> dict[str, int | None]:
    """What a pool gives to the people who share it; a component counts before it is rounded."""
    money = purse(pool["amount"], people)
    if money is None:
        return dict.fromkeys(people)
    by = pool["share_by"]
    if isinstance(by, Mapping):
        return of_posts(said, money, pool, people)
    weights: dict[str, Exact] = {}
    for who, person in people.items():
        total, base = person.total, person.figures["base"]
        usual = {"points": total, "days": Fraction(DAYS), "equal": Fraction(1), "base": base}
        weights[who] = usual[by] if by in usual else amounts[who, by]
    return shared_out(money, weights)


def purse(said: Any, people: Mapping[str, Person]) -> Exact:
    if not isinstance(said, Mapping):
        return exact(said)
    name = said["on"]
    if name == "of_group":
        found = list({p.group: p.figures[name] for p in people.values()}.values())
    elif name == "of_all":
        found = [next(iter(people.values())).figures[name]]
    else:
        found = [p.figures.get(name) for p in people.values()]
    if not found or None in found:
        return None
    return max(
        Fraction(0), sum((x for x in found if x is not None), Fraction(0)) * exact(said["rate"])
    )


def of_posts(
    said: Mapping[str, Any], money: Fraction, pool: Mapping[str, Any], people: Mapping[str, Person]
) -> dict[str, int | None]:
    shares = {post: exact(x) for post, x in pool["share_by"]["post"].items()}
    post = {who: said["moves"].get(who, (said["people"][who],))[0] for who in people}
    n = {p: sum(post[who] == p for who in people) for p in shares}
    filled = sum((x for p, x in shares.items() if n[p]), Fraction(0))
    weights = {who: shares[p] / n[p] if p in shares else None for who, p in post.items()}
    return shared_out(money * filled if pool["vacant"] == "keep" else money, weights)


def lines(said: Mapping[str, Any]) -> Lines:
    """Every line of June's sheet in fen by person, line, month; None where something is missing."""
    people = with_groups(said, "june")
    found: Lines = {}
    amounts: dict[tuple[str, str], Exact] = {}
    for names in said["together"]:
        mine = {who: p for who, p in people.items() if p.group in names}
        pay = said["schemes"][names[0]]["pay"]
        for who, person in mine.items():
            for name, part in pay["components"].items():
                paid = amounts[who, name] = amount(part, person)
                found[who, name, "june"] = None if paid is None else fen(paid)
        for name, pool in pay["pools"].items() if mine else ():
            shares = pooled(said, pool, mine, amounts)
            found |= {(who, name, "june"): x for who, x in shares.items()}
    found |= dict(bonuses(said, people))
    found |= dict(corrections(said))
    return found | dict(ends(said, people, found))


def bonuses(said: Mapping[str, Any], people: Mapping[str, Person]) -> Iterator[tuple[Any, Any]]:
    """Base × share × department × coefficient of the total, to the fen."""
    for who in said["pay"]:
        person, bonus = people[who], said["bonus"]
        if not bonus["share"]:
            continue
        money = None
        if person.total is not None:
            money = known(person.figures["base"]) * exact(bonus["share"]) * person.dept
            money = fen(money * curved(person.total, bonus["curve"]))
        yield (who, "performance_pay", "june"), money


def corrections(said: Mapping[str, Any]) -> Iterator[tuple[Any, Any]]:
    """What May would be paid by its figures of now, less what was settled for it."""
    people = with_groups(said, "may")
    back = {
        name
        for scheme in said["schemes"].values()
        for name, part in scheme["pay"]["components"].items()
        if part.get("resettle")
    }
    for (who, name), money in said["settled"].items():
        if name not in back:
            continue
        part = said["schemes"][people[who].group]["pay"]["components"].get(name)
        now = None if part is None else amount(part, people[who])
        yield (who, name, "may"), None if now is None else fen(now) - fen(exact(money))


def ends(said: Mapping[str, Any], people: Mapping[str, Person], found: Lines) -> Iterator[Any]:
    """What the cap of the whole takes off, and what is carried on beyond the pay."""
    for who, person in people.items():
        mine = [x for (one, _, _), x in found.items() if one == who]
        if not mine:
            continue
        paid = sum(x or 0 for x in mine)
        cap = said["schemes"][person.group]["pay"].get("cap")
        over = max(0, paid - fen(exact(cap))) if cap is not None else 0
        if over:
            yield (who, "pay_cap", "june"), -over
        if paid - over < 0:
            yield (who, "carried", "june"), over - paid
