"""Which indicators are core, and what their floor does to a grade (核心指标与底线)."""

from kit.show.rule import Speaker
from kit.show.sentences import join


def is_core(v: Speaker, indicator: str) -> bool:
    """Whether an indicator is core in the scheme (是否核心指标)."""
    return bool(v.tables.scheme.indicators[indicator].group == "core")


def marked(v: Speaker, indicator: str, label: str) -> str:
    """A label with the mark of a core indicator (核心标记)."""
    return v.say("scoring.core_mark", label=label) if is_core(v, indicator) else label


def core_note(v: Speaker, indicators: list[str]) -> list[str]:
    """What the marks mean: core ones by name, their floor and the grade it caps (核心说明)."""
    core = [name for name in indicators if is_core(v, name)]
    floor = v.tables.scheme.core_floor
    if not core:
        return []
    names = join([v.label(name) for name in core], v.lang)
    if not floor:
        return [v.say("scoring.core_free", names=names)]
    return [v.say("scoring.core_floor", names=names, points=f"{floor.points:g}", cap=floor.cap)]
