"""A second program for pay and groups: plain sums on what was handed in, without the kit.

Written from ../shared/spec/real_schemes.md, sections d and e, on plain dicts and exact fractions:
tiers, gates, factors, caps, prizes, pools, corrections, the bonus; whom each group pays, and what
a group's own figure is. `tests/pay_draws.py` draws companies and holds the kit's sheet against it.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import floor
from typing import Any

from tests.pay_parts import amount, curved
from tests.pay_people import MONTHS, Exact, Person, exact, known, with_groups


def fen(money: Fraction) -> int:
    """Whole fen, halves up."""
    return floor(money * 100 + Fraction(1, 2))


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
        return of_posts(money, pool, people)
    weights: dict[str, Exact] = {}
    for who, person in people.items():
        total, base, days = person.total, person.figures["base"], Fraction(person.days)
        points = None if total is None else total * days
        usual = {"points": points, "days": days, "equal": Fraction(1), "base": base}
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
    money: Fraction, pool: Mapping[str, Any], people: Mapping[str, Person]
) -> dict[str, int | None]:
    shares = {post: exact(x) for post, x in pool["share_by"]["post"].items()}
    n = {p: sum(person.post == p for person in people.values()) for p in shares}
    filled = sum((x for p, x in shares.items() if n[p]), Fraction(0))
    weights: dict[str, Exact] = {who: shares[p.post] / n[p.post] for who, p in people.items()}
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
            shares = pooled(pool, mine, amounts)
            found |= {(who, name, "june"): x for who, x in shares.items()}
    found |= dict(bonuses(said, people))
    found |= dict(corrections(said))
    return found | dict(ends(said, people, found))


def bonuses(said: Mapping[str, Any], people: Mapping[str, Person]) -> Iterator[tuple[Any, Any]]:
    """Base × days in post × share × department × coefficient of the total, to the fen."""
    bonus = said["bonus"]
    for who in said["pay"] if bonus["share"] else ():
        if who not in people:
            continue
        person = people[who]
        money = None
        if person.total is not None:
            base = known(person.figures["base"]) * Fraction(person.days, MONTHS["june"][1])
            money = base * exact(bonus["share"]) * person.dept
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
        person = people.get(who)
        of = said["schemes"][person.group]["pay"]["components"] if person else {}
        now = amount(of[name], person) if person and name in of else None
        yield (who, name, "may"), None if now is None else fen(now) - fen(exact(money))


def ends(said: Mapping[str, Any], people: Mapping[str, Person], found: Lines) -> Iterator[Any]:
    """What the cap of the whole takes off; what is carried on beyond the pay, or comes off it."""
    gone = with_groups(said, "may")
    for who in said["people"]:
        mine = [x for (one, _, _), x in found.items() if one == who]
        if not mine:
            continue
        paid = sum(x or 0 for x in mine)
        cap = said["schemes"][(people.get(who) or gone[who]).group]["pay"].get("cap")
        over = max(0, paid - fen(exact(cap))) if cap is not None else 0
        if over:
            yield (who, "pay_cap", "june"), -over
        before = fen(exact(said["carried"].get(who, 0)))
        after = max(0, before + over - paid)
        if after != before:
            yield (who, "carried", "june"), after - before
