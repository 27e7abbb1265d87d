"""Pools shared out whole (奖金池分配): by weights, or by post; to the fen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor

from kit.people.figures import Exact, exactly
from kit.people.incentive import largest_remainders


@dataclass(frozen=True)
class Part:
    """What a pool gave each: fen by person, what was kept, and who has no part with the reason.

    weights : what each part is in proportion to
    """

    fen: dict[str, int]
    kept: int = 0
    without: dict[str, str] = field(default_factory=dict)
    weights: dict[str, Fraction] = field(default_factory=dict)


def share_out(amount: Fraction, weights: Mapping[str, Exact]) -> Part:
    """A pool shared whole in proportion (奖金池分配), to the fen by largest remainders.

    weights : None where a person has nothing to be shared by; 0 and less take no part
    >>> share_out(Fraction(10000), {"a": exactly(85.2), "b": exactly(84.5), "c": exactly(90.3)}).fen
    {'a': 327692, 'b': 325000, 'c': 347308}
    """
    fen = floor(amount * 100 + Fraction(1, 2))
    known = {who: max(Fraction(0), w) for who, w in weights.items() if w is not None}
    without = {who: "people.no_share" for who, w in weights.items() if w is None}
    whole = sum(known.values(), Fraction(0))
    if not whole:
        return Part(dict.fromkeys(known, 0), fen, without, known)
    parts = largest_remainders([fen * w / whole for w in known.values()], fen)
    return Part(dict(zip(known, parts, strict=True)), 0, without, known)


def by_post(
    amount: Fraction, shares: Mapping[str, float], posts: Mapping[str, str], vacant: str
) -> Part:
    """A pool by post, equal inside a post (按岗位分配); a post without people keeps or shares.

    >>> by_post(Fraction(10000), {"a": 0.6, "b": 0.4}, {"x": "a", "y": "a"}, "keep").kept
    400000
    """
    n = {post: sum(p == post for p in posts.values()) for post in shares}
    weights = {who: exactly(shares[p]) / n[p] for who, p in posts.items() if p in shares}
    without = {who: "people.no_post" for who, p in posts.items() if p not in shares}
    filled = sum((exactly(shares[p]) for p in shares if n[p]), Fraction(0))
    part = share_out(amount * filled if vacant == "keep" else amount, dict(weights))
    kept = floor(amount * 100 + Fraction(1, 2)) - sum(part.fen.values())
    return Part(part.fen, kept, without, part.weights)
