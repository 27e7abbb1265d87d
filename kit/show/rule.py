"""A scoring rule in words (评分标准的文字), as HR's form says it."""

from typing import Any, Protocol

from kit.scheme.rules import Pair, Steps
from kit.show.sentences import join

ENDS = ("lo", "hi", "zero_lo", "zero_hi", "step")  # of a rule, in the unit of its x


class Speaker(Protocol):
    """Whoever says schemes in words (措辞): the page's view, or a scheme read alone."""

    @property
    def tables(self) -> Any:
        """What holds the scheme."""

    @property
    def lang(self) -> str:
        """The reader's language."""

    def say(self, key: str, n: Any = None, **facts: Any) -> str:
        """A text in the reader's language."""

    def number(self, value: Any, unit: str) -> str:
        """A figure as pages print it."""

    def label(self, indicator: Any) -> str:
        """Name of an indicator (指标名)."""


def rule(v: Speaker, name: str, of_scheme: Any = None) -> str:
    """The scoring rule of an indicator in words (评分标准), by `of_scheme`, else the tables'."""
    scheme = of_scheme or v.tables.scheme
    if scheme.indicators[name].rule is None and scheme.indicators[name].periods:
        return v.say("scoring.rule_as_is")
    if scheme.indicators[name].rule is None:
        return _of_scale(v, scheme.scale_of(name))
    of = scheme.rule_of(name)
    told = v.say(
        _key(of), on=v.say(f"scoring.on_{of.on}"), **_facts(v, of, scheme.library[name].unit)
    )
    told = _joined(v, [told, *_lower_end(v, of)])
    if of.out_of:
        told = v.say("scoring.rule_out_of", rule=told, full=_figure(v, of.out_of))
    if of.round:
        told = v.say(f"scoring.rule_round_{of.way}", rule=told, step=_figure(v, of.round))
    return told


def _joined(v: Speaker, parts: list[str]) -> str:
    """Parts of a rule after one another (规则各部分)."""
    return ("；" if v.lang == "zh" else "; ").join(parts)


def _lower_end(v: Speaker, of: Any) -> list[str]:
    """What a proportional rule gives at the lower end: its floor, nothing under a line (保底)."""
    if of.kind not in ("completion", "completion_lower"):
        return []
    told = [v.say("scoring.rule_reflect")] if getattr(of, "method", "") == "reflect" else []
    told += [v.say("scoring.rule_floor", floor=_figure(v, of.floor))] if of.floor else []
    line = of.zero_below
    under = [] if line is None else [v.say("scoring.rule_zero", line=v.number(line, "percent"))]
    return told + under


def _of_scale(v: Speaker, scale: Any) -> str:
    """What a tick on the scale gives (量表分): a straight line, or the points of each level."""
    if not scale.levels:
        low, high = (_figure(v, end) for end in scale.ends)
        return v.say("scoring.rule_scale", low=low, high=high)
    pairs = [
        v.say("scoring.rule_mark", x=level, points=_figure(v, points))
        for level, points in scale.levels.items()
    ]
    return v.say("scoring.rule_levels", marks=join(pairs, v.lang))


def _key(of: Any) -> str:
    if of.kind == "bands" and of.edge == "upper":
        return "scoring.rule_bands_upper"
    if of.kind == "add_deduct" and (isinstance(of.points, Pair) or isinstance(of.step, Steps)):
        return "scoring.rule_add_deduct_ways"
    return f"scoring.rule_{of.kind}"


def _facts(v: Speaker, of: Any, unit: str) -> dict[str, str]:
    """The numbers of a rule, those on its x axis in the unit of what it looks at."""
    unit = unit if of.on == "value" else "percent"
    facts = {
        key: v.number(x, unit) if key in ENDS else _figure(v, x)
        for key, x in of.model_dump().items()
        if isinstance(x, float | int)
    }
    if _key(of) == "scoring.rule_add_deduct_ways":
        for side in ("add", "deduct"):
            facts[f"step_{side}"] = v.number(getattr(of.step, side, of.step), unit)
            facts[f"points_{side}"] = _figure(v, getattr(of.points, side, of.points))
    if of.kind in ("anchors", "bands"):
        facts["marks"] = join([_mark(v, x, y, unit) for x, y in _marks(of)], v.lang)
    return facts


def _marks(of: Any) -> list[tuple[float | None, float]]:
    """Places of a rule and their points: anchors, or the end of each band that belongs to it."""
    if of.kind == "anchors":
        return list(of.points)
    upper = of.edge == "upper"
    return [(hi if upper else lo, points) for lo, hi, points in of.bands]


def _mark(v: Speaker, x: float | None, points: float, unit: str) -> str:
    told = _figure(v, points)
    if x is None:
        return v.say("scoring.rule_mark_rest", points=told)
    return v.say("scoring.rule_mark", x=v.number(x, unit), points=told)


def _figure(v: Speaker, x: float) -> str:
    return v.number(x, "int" if x == int(x) else "ratio")
