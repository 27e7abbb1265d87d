"""Dimensions as a tree (维度与小计): a profile's nodes, its leaves with their weights, its sums."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag, model_validator

from kit.scheme.base import Place, SchemeFault, Section, refuse

DEEPEST = 4  # levels of dimensions above a leaf
NODE = "‹dimension›"  # tags of the two forms, left out of the places that are told
LEAF = "‹leaf›"


def _form(value: Any) -> str:
    return NODE if isinstance(value, Mapping | Node) else LEAF


class Node(Section):
    """A dimension (考核维度): its share of what is above or the form's points; what is below."""

    weight: float | None = Field(None, ge=0, le=1)
    points: float | None = Field(None, ge=0)
    of: dict[str, "Branch"] = Field(min_length=1)

    @model_validator(mode="after")
    def one_measure(self) -> "Node":
        """A dimension has a weight or points, one of the two."""
        if (self.weight is None) == (self.points is None):
            raise refuse("params.weight_or_points")
        return self


Branch = Annotated[
    Annotated[Node, Tag(NODE)] | Annotated[float, Field(ge=0), Tag(LEAF)], Discriminator(_form)
]
Profile = dict[str, Branch]
Node.model_rebuild()


@dataclass(frozen=True)
class Leaf:
    """An indicator in a profile: weight in the total, dimensions above it, highest first."""

    name: str
    weight: float
    path: tuple[str, ...]


def in_points(profile: Mapping[str, Any]) -> bool:
    """Whether the profile is written in the form's own points (分值制), which sum to 100."""
    return any(node.points is not None for node in nodes(profile))


def nodes(profile: Mapping[str, Any]) -> Iterator[Node]:
    """Every dimension of a profile, from the highest down."""
    for child in profile.values():
        if isinstance(child, Node):
            yield child
            yield from nodes(child.of)


def leaves(profile: Mapping[str, Any]) -> tuple[Leaf, ...]:
    """Leaves in the file's order (末级指标): product of weights down to each, or points / 100."""
    whole = Fraction(100) if in_points(profile) else Fraction(1)
    return tuple(_below(profile, whole, (), Fraction(1)))


def _below(
    children: Mapping[str, Any], whole: Fraction, path: tuple[str, ...], share: Fraction
) -> Iterator[Leaf]:
    for name, child in children.items():
        if isinstance(child, Node):
            down = share if child.weight is None else share * _exact(child.weight)
            yield from _below(child.of, whole, (*path, name), down)
        else:
            yield Leaf(name, float(share * _exact(child) / whole), path)


def faults(kind: str, profile: Mapping[str, Any], place: Place) -> list[SchemeFault]:
    """Sums at each level, mixed forms, leaves that stand twice, trees that are too deep."""
    found = leaves(profile)
    flat = not any(True for _ in nodes(profile))
    total = sum((_exact(v) for v in profile.values() if not isinstance(v, Node)), Fraction(0))
    if flat:
        off = abs(total - 1) > Fraction(1, 10**9)
        facts: dict[str, object] = {"profile": kind, "sum": f"{float(total):g}"}
        return [SchemeFault(place, "params.weights_sum", facts)] if off else []
    names = [leaf.name for leaf in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    deep = [leaf.path for leaf in found if len(leaf.path) > DEEPEST]
    mixed = len({node.points is None for node in nodes(profile)}) > 1
    return [
        *(SchemeFault(place, "params.leaf_twice", {"name": name}) for name in twice),
        *(SchemeFault((*place, *p), "params.too_deep", {"most": DEEPEST}) for p in deep),
        *([SchemeFault(place, "params.weight_or_points", {})] if mixed else []),
        *([] if mixed else _sums(profile, place, 100 if in_points(profile) else 1)),
    ]


def _sums(children: Mapping[str, Any], place: Place, wanted: float) -> list[SchemeFault]:
    total = sum((_size(child) for child in children.values()), Fraction(0))
    gap = total - _exact(wanted)
    told: dict[str, object] = {
        "sum": f"{float(total):g}",
        "wanted": f"{wanted:g}",
        "gap": f"{float(gap):+g}",
    }
    out = [SchemeFault(place, "params.tree_sum", told)] if abs(gap) > Fraction(1, 10**9) else []
    for name, child in children.items():
        if isinstance(child, Node):
            inside = 1 if child.points is None else child.points
            out += _sums(child.of, (*place, name, "of"), inside)
    return out


def _size(child: Any) -> Fraction:
    """What a child takes of the sum above it: its weight or points."""
    if not isinstance(child, Node):
        return _exact(child)
    return _exact(child.weight if child.points is None else child.points)


def _exact(number: Any) -> Fraction:
    return Fraction(str(number))
