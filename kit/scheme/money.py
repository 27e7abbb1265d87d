"""Faults of pay (薪酬项检查): what cannot be paid never passes the check."""

import difflib
from collections.abc import Iterator, Sequence
from itertools import pairwise

from kit.scheme import Scheme
from kit.scheme.base import Place, SchemeFault
from kit.scheme.components import Component, Factor, Pool, Posts, Whole

GIVEN = ("base", "total", "one")  # quantities that no indicator is needed for
SHARES = ("points", "days", "equal", "base")  # by what a pool may be shared
LINES = ("performance_pay", "pay_cap", "carried")  # lines of the sheet that the kit writes itself
COUNTED = ("money", "int", "days", "points")  # units that a rate may multiply


def faults(scheme: Scheme) -> list[SchemeFault]:
    """Every fault of components and pools, in the file's order."""
    found: list[SchemeFault] = []
    for name, part in scheme.pay.components.items():
        place: Place = ("pay", "components", name)
        found += [*_named(scheme, name, place), *_of_component(scheme, part, place)]
    for name, pool in scheme.pay.pools.items():
        place = ("pay", "pools", name)
        found += [*_named(scheme, name, place), *_of_pool(scheme, pool, place)]
    return found


def _named(scheme: Scheme, name: str, place: Place) -> Iterator[SchemeFault]:
    """Ids that stand for something else already."""
    twice = name in scheme.pay.components and name in scheme.pay.pools
    if name in LINES or name in GIVEN or twice:
        yield SchemeFault(place, "params.name_taken", {"name": name})


def _of_component(scheme: Scheme, part: Component, place: Place) -> Iterator[SchemeFault]:
    yield from _known(scheme, place, "on", [part.on])
    by = [part.by] if part.by not in ("", "completion") else []
    yield from _known(scheme, place, "by", by)
    yield from _known(scheme, place, "less", part.less)
    yield from _known(scheme, place, "gate", [g.of for g in part.gate])
    for n, factor in enumerate(part.times):
        yield from _of_factor(scheme, factor, (*place, "times", n))
    yield from _of_lines((*place, "tiers"), part.tiers)
    yield from _of_lines((*place, "prizes"), part.prizes)
    yield from _of_kind(scheme, part, place)


def _known(
    scheme: Scheme, place: Place, key: str, names: Sequence[str], more: Sequence[str] = GIVEN
) -> Iterator[SchemeFault]:
    known = [*more, *scheme.library]
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=4, cutoff=0.4) or known[:6]
            yield SchemeFault((*place, key), "params.no_quantity", {"name": name, "near": near})


def _of_factor(scheme: Scheme, factor: Factor, place: Place) -> Iterator[SchemeFault]:
    yield from _known(scheme, place, "by", [factor.by], (*GIVEN, "grade", "dept_coef"))
    yield from _of_lines((*place, "steps"), factor.steps)
    grades = [g.grade for g in scheme.grades]
    lost = [g for g in grades if g not in factor.map] if factor.map else []
    odd = [g for g in factor.map if g not in grades]
    if lost or odd:
        facts: dict[str, object] = {"found": odd or "—", "missing": lost or "—", "known": grades}
        yield SchemeFault((*place, "map"), "params.grade_map", facts)
    spec = scheme.library.get(factor.by)
    if factor.method == "reflect" and spec and spec.better != "down":
        yield SchemeFault((*place, "method"), "params.reflect_up", {"name": factor.by})
    rising = [x for x, _ in factor.curve]
    if any(a > b for a, b in pairwise(rising)) or len(rising) == 1:
        yield SchemeFault((*place, "curve"), "params.tiers", {"found": _told(rising)})


def _of_lines(place: Place, lines: Sequence[Sequence[float]]) -> Iterator[SchemeFault]:
    edges = [edge for edge, _ in lines]
    if any(a >= b for a, b in pairwise(edges)):
        yield SchemeFault(place, "params.tiers", {"found": _told(edges)})


def _told(edges: Sequence[float]) -> str:
    return ", ".join(f"{edge:g}" for edge in edges)


def _of_kind(scheme: Scheme, part: Component, place: Place) -> Iterator[SchemeFault]:
    """Quantities of the wrong kind, tiers that cannot be cut, corrections of what never changes."""
    spec = scheme.library.get(part.on)
    ratio = bool(spec and (spec.under or spec.unit not in COUNTED))
    name: dict[str, object] = {"name": part.on}
    if ratio and part.above is None and not part.prizes:
        yield SchemeFault((*place, "on"), "params.rate_on_ratio", name)
    if part.above is not None and (spec is None or (spec.under and spec.better == "down")):
        yield SchemeFault((*place, "above"), "params.above", name)
    foreign = part.by not in ("", "completion", part.on)
    if part.marginal and (foreign or not part.tiers):
        yield SchemeFault((*place, "marginal"), "params.marginal", {"by": part.by or "—"})
    falls = part.by == "completion" and part.marginal and (ratio or (spec and spec.better != "up"))
    if falls or (part.by == "completion" and (spec is None or part.above is not None)):
        yield SchemeFault((*place, "by"), "params.by_completion", name)
    gross = part.on == "sales" and scheme.sales_basis == "gross"
    if part.resettle and (gross or part.on in GIVEN):
        yield SchemeFault((*place, "resettle"), "params.resettle", name)


def _of_pool(scheme: Scheme, pool: Pool, place: Place) -> Iterator[SchemeFault]:
    if isinstance(pool.amount, Whole):
        yield from _known(scheme, (*place, "amount"), "on", [pool.amount.on], ())
        spec = scheme.library.get(pool.amount.on)
        if spec and (spec.under or spec.unit not in COUNTED):
            facts: dict[str, object] = {"name": pool.amount.on}
            yield SchemeFault((*place, "amount"), "params.rate_on_ratio", facts)
    elif pool.amount < 0:
        yield SchemeFault((*place, "amount"), "params.pool_amount", {"found": pool.amount})
    if isinstance(pool.share_by, Posts):
        total = sum(pool.share_by.post.values())
        if abs(total - 1) > 1e-9:
            facts = {"sum": f"{total:g}", "wanted": "1", "gap": f"{total - 1:+g}"}
            yield SchemeFault((*place, "share_by", "post"), "params.tree_sum", facts)
    elif pool.share_by not in (*SHARES, *scheme.pay.components):
        known = [*SHARES, *scheme.pay.components, "post"]
        facts = {"name": pool.share_by, "known": known}
        yield SchemeFault((*place, "share_by"), "params.no_such_name", facts)
