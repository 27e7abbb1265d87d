"""A scheme in words (方案说明), for those who approve it, and the list of what can be weighed."""

from dataclasses import dataclass
from typing import Any

from kit.pages.scoring.core import core_note
from kit.pages.scoring.plus_minus import standard
from kit.pages.scoring.unscored import formula
from kit.scheme import Scheme
from kit.scheme.library import table_of
from kit.scheme.periods import kind_word
from kit.scheme.tree import Profile, leaves
from kit.show.format import number
from kit.show.rule import rule
from kit.show.sentences import join, say


@dataclass(frozen=True)
class Wording:
    """The words of a scheme that was read alone, without a period's tables."""

    scheme: Scheme
    lang: str

    @property
    def tables(self) -> Any:
        """What holds the scheme: this record itself."""
        return self

    def say(self, key: str, n: Any = None, **facts: Any) -> str:
        """A text in the reader's language."""
        return say(key, self.lang, n, **facts)

    def number(self, value: Any, unit: str) -> str:
        """A figure as pages print it."""
        return number(value, unit, self.lang)

    def label(self, indicator: Any) -> str:
        """Name of an indicator (指标名)."""
        return self.scheme.label(str(indicator), self.lang)


def approval(scheme: Scheme, lang: str) -> list[str]:
    """A scheme line by line, as its approvers read it: weights, rules, grades, floor."""
    v = Wording(scheme, lang)
    lines = [v.say("scheme.head", id=scheme.id, version=scheme.version)]
    for kind, profile in scheme.profiles.items():
        lines += ["", v.say("scheme.profile", kind=kind_word(str(kind), v.lang))]
        lines += [_line(v, profile, leaf) for leaf in leaves(profile)]
    lines += _outside(v)
    grades = [v.say("scheme.grade", grade=g.grade, least=f"{g.min:g}") for g in scheme.grades]
    lines += ["", v.say("scheme.grades", grades=join(grades, lang))]
    lines += core_note(v, [name for name in scheme.indicators if name in _weighed(scheme)])
    return [*lines, *_limits(v), *_bonus(v)]


def _weighed(scheme: Scheme) -> set[str]:
    """Indicators with weight in any kind of period (有权重的指标)."""
    return {leaf.name for profile in scheme.profiles.values() for leaf in leaves(profile)}


def _limits(v: Wording) -> list[str]:
    """How points and totals are rounded, and how much must be measured (取整、覆盖率)."""
    steps = v.scheme.rounding.model_dump()
    rounded = [
        v.say(f"scheme.rounding_{what}", step=f"{step:g}") for what, step in steps.items() if step
    ]
    share = v.number(v.scheme.coverage_floor, "percent")
    told = v.say("scheme.rounding", what=join(rounded, v.lang))
    return [told, *([v.say("scheme.coverage", share=share)] if v.scheme.coverage_floor else [])]


def _bonus(v: Wording) -> list[str]:
    """The bonus coefficient by total, where a share of the base hangs on it (奖金系数)."""
    bonus = v.scheme.bonus
    if bonus is None or not bonus.share:
        return []
    marks = [f"{total:g} → {coefficient:g}" for total, coefficient in bonus.curve]
    facts = {"marks": join(marks, v.lang), "share": v.number(bonus.share, "percent")}
    return [v.say("scheme.bonus", **facts)]


def _outside(v: Wording) -> list[str]:
    """Plus and minus points and vetoes of the scheme, a line a kind (加减分)."""
    kinds = v.scheme.adjustments.values()
    told = [
        v.say("scheme.kind", name=getattr(kind.name, v.lang), standard=standard(v, kind))
        for kind in kinds
    ]
    limits = v.scheme.adjustment_limits
    ends = [
        v.say(f"scheme.adjust_{end}", points=v.number(points, "+points"))
        for end, points in (("plus", limits.plus), ("minus", limits.minus))
        if points is not None
    ]
    return ["", v.say("scheme.adjustments"), *told, *ends] if told else []


def _line(v: Wording, profile: Profile, leaf: Any) -> str:
    """One line of the form: dimension, indicator, weight, rule and formula."""
    above = [_dimension(v, name) for name in leaf.path]
    return v.say(
        "scheme.line",
        name=" › ".join([*above, v.label(leaf.name)]),
        weight=v.number(leaf.weight, "percent"),
        rule=rule(v, leaf.name),
        formula=formula(v, v.scheme.library[leaf.name]),
    )


def _dimension(v: Wording, name: str) -> str:
    said = v.scheme.dimensions.get(name)
    return str(getattr(said, v.lang)) if said else name


def dictionary(scheme: Scheme, lang: str) -> list[str]:
    """Every indicator that a profile may weigh: id, name, formula, unit, needed tables."""
    v = Wording(scheme, lang)
    return [
        v.say(
            "scheme.indicator",
            id=name,
            label=v.label(name),
            formula=formula(v, spec),
            unit=spec.unit,
            tables=join(_tables(v, spec), lang),
        )
        for name, spec in scheme.library.items()
    ]


def _tables(v: Wording, spec: Any) -> list[str]:
    """Names of the tables that an indicator is made of (所需的表)."""
    needed = ["feedback"] if spec.item else [table_of(name) for name in spec.terms]
    return [v.say(f"table.{name}") for name in dict.fromkeys(needed)]
