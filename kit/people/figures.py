"""The figures that amounts rest on (薪酬所依据的数), as exact fractions, a person at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

Exact = Fraction | None
ONE = Fraction(1)


@dataclass(frozen=True)
class Figure:
    """One quantity of a person: actual, target, denominator, points, and its standard error.

    lower : less is better; reason : why `actual` is missing; ratio : `under` counts what the
    actual is a share of
    """

    actual: Exact
    target: Exact = None
    under: Exact = None
    points: Exact = None
    se: float | None = None
    lower: bool = False
    ratio: bool = False
    reason: str = ""

    @property
    def completion(self) -> Exact:
        """Actual over target, target over actual where lower is better (完成率)."""
        if self.actual is None or not self.target:
            return None
        if self.lower:
            return self.target / self.actual if self.actual > 0 else None
        return self.actual / self.target


@dataclass(frozen=True)
class Person:
    """What a person's amounts rest on: figures by name, the official grade, the group of pay."""

    figures: Mapping[str, Figure]
    grade: str = ""
    group: str = ""

    def moved(self, name: str, actual: Fraction) -> "Person":
        """The same person with another actual of one figure."""
        changed = replace(self.figures[name], actual=actual)
        return replace(self, figures={**self.figures, name: changed})


class Gap(Exception):  # noqa: N818  no error: it ends a sum whose parts are not all known
    """A figure that an amount needs and that is missing: why, and which."""

    def __init__(self, reason: str, name: str) -> None:
        super().__init__(reason, name)
        self.reason = reason
        self.name = name


def exactly(number: float, digits: int = 9) -> Fraction:
    """A figure as somebody would write it down (写下来的数): to nine decimals, then exact.

    >>> exactly(0.1 + 0.2) == Fraction(3, 10)
    True
    """
    return Fraction(repr(round(float(number), digits)))


def figure(person: Person, name: str, on: str = "value") -> Fraction:
    """A figure by name: its value, completion or points; `Gap` where there is none."""
    if name == "one":
        return ONE
    found = person.figures.get(name)
    if found is None:
        raise Gap("people.no_figure", name)
    if found.actual is None:
        raise Gap(found.reason or "people.no_figure", name)
    said = {"value": found.actual, "completion": found.completion, "points": found.points}[on]
    if said is None:
        unset = "scoring.no_target" if not found.target else "people.no_completion"
        raise Gap(unset if on == "completion" else "people.no_score", name)
    return said


def on_curve(x: Fraction, points: Sequence[Sequence[float]]) -> dict[str, Fraction]:
    """The factor on a curve, and the two points around it; flat beyond both ends.

    Linear in between; the same x twice is a jump, reached from above.
    >>> float(on_curve(Fraction("1.1"), [(0.8, 0), (0.8, 0.5), (1, 1), (1.2, 1.5)])["factor"])
    1.25
    """
    marks = [(exactly(a), exactly(b)) for a, b in points]
    below = [mark for mark in marks if mark[0] <= x]
    above = [mark for mark in marks if mark[0] > x]
    (x0, y0), (x1, y1) = (below or above[:1])[-1], (above or below[-1:])[0]
    rise = (x - x0) / (x1 - x0) if x1 != x0 else Fraction(0)
    return {"x0": x0, "y0": y0, "x1": x1, "y1": y1, "factor": y0 + (y1 - y0) * rise}


def at_step(x: Fraction, lines: Sequence[Sequence[float]]) -> Fraction:
    """The number of the highest line reached (阶梯); under the first line 0.

    >>> float(at_step(Fraction("2.8"), [(0, 0), (2, 0.5), (2.5, 1), (3, 1.2)]))
    1.0
    """
    reached = [number for line, number in lines if exactly(line) <= x]
    return exactly(reached[-1]) if reached else Fraction(0)
