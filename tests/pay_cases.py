"""The pay cases of cannot_express.yml as pay components: published inputs in, the kit's fen out."""

from fractions import Fraction
from typing import Any

from kit.people.components import worked
from kit.people.figures import Figure, Person, exactly
from kit.people.pools import by_post
from kit.scheme.components import Component

NAME = {"name": {"zh": "项", "en": "line"}}


def counted(cases: dict[str, Any]) -> tuple[int, int, int]:
    """Passed, failed, waiting, of every case but n04, which is about points."""
    told = [
        _right(name, case["given"], case["expected"])
        for name, scheme in cases.items()
        if name != "n04"
        for case in scheme["cases"]
    ]
    return told.count(True), told.count(False), told.count(None)


def _right(name: str, given: dict[str, Any], expected: dict[str, Any]) -> bool | None:
    """Whether the kit pays what is expected; None where no component says the case."""
    if "pool" in given:
        posts = {post: post for post in given["shares"]}
        part = by_post(Fraction(given["pool"]), given["shares"], posts, "keep")
        return [fen / 100 for fen in part.fen.values()] == expected["pay"]
    made = _said(name, given)
    if made is None:
        return None
    lines, figures = made
    person = Person(
        {k: v if isinstance(v, Figure) else Figure(exactly(v)) for k, v in figures.items()}
    )
    parts = [worked(Component.model_validate(NAME | line), person).fen or 0 for line in lines]
    money = ("amount", "bonus", "commission", "extra", "pay", "prize")
    return sum(parts) / 100 == next(expected[key] for key in money if key in expected)


def _figure(actual: float, target: float, **more: Any) -> Figure:
    return Figure(exactly(actual), exactly(target), **more)


def _said(name: str, g: dict[str, Any]) -> tuple[list[dict[str, Any]], dict[str, Any]] | None:
    """The components of a case, and the figures of its person."""
    if name == "n06" and "prizes" in g:
        line = {"on": "got", "by": "completion", "prizes": g["prizes"]}
        return [line], {"got": _figure(g["receipts"], g["target"])}
    if name == "n06":
        return [{"on": "got", "rate": g["rate"]}], {"got": g["receipts"]}
    if name == "n08":
        cost = _figure(g["actual_cost"], g["target_cost"], lower=True)
        line = {"on": "deals", "rate": g["price"], "times": [{"by": "cost", "method": "reflect"}]}
        return [line], {"deals": g["deals"], "cost": cost}
    if name == "n09":
        return [{"on": "leads", "tiers": g["tiers"]}], {"leads": g["valid_leads"]}
    if name == "n14":
        line = {"on": "net", "rate": g["rate"], "gate": [{"of": "net", "above": 0}]}
        return [line | {"less": ["losses"]}], {"net": g["net_profit"], "losses": g.get("losses", 0)}
    if name in ("n15", "n17"):
        return _shares(name, g)
    return _both(g) if name == "n22" else None


def _shares(name: str, g: dict[str, Any]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Shares of sales, of what lies beyond a target, of spend, of extra profit (n15, n17)."""
    if name == "n15" and "spend" in g:
        roi = _figure(g["actual_roi"], g["target_roi"], under=exactly(g["spend"]), ratio=True)
        return [{"on": "roi", "above": "target", "rate": g["share"]}], {"roi": roi}
    if name == "n15":
        tiers = [[0, g["rate"]], [1, g["rate_over"]]]
        line = {"on": "sales", "by": "completion", "tiers": tiers, "marginal": True}
        return [line], {"sales": _figure(g["sales"], g["target"])}
    if "spend" in g:
        factor = {"by": "roi", "on": "value", "steps": g["roi_factor"]}
        line = {"on": "spend", "rate": g["rate"], "times": [factor]}
        return [line], {"spend": g["spend"], "roi": g["roi"]}
    return [{"on": "extra", "rate": g["share"]}], {"extra": g["extra_profit"]}


def _both(g: dict[str, Any]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Own part and team part of one base (n22); under the first line of the curve nothing."""
    curve = [[g["curve"][0][0], 0], *g["curve"]]
    lines = [
        {"on": "base", "rate": g[part], "times": [{"by": part, "curve": curve}]}
        for part in ("own", "team")
    ]
    own, team = (_figure(g[key], 1) for key in ("completion", "team_completion"))
    return lines, {"base": g["base"], "own": own, "team": team}
