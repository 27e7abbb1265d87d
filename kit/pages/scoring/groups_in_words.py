"""A file of groups in words (分组说明): who is scored by which scheme, then each group's scheme."""

from collections.abc import Callable

from kit.scheme import Scheme
from kit.scheme.groups import KEYS, Group, Groups, Who
from kit.show.sentences import join, say

Told = Callable[[Scheme, str], list[str]]


def approval(groups: Groups, lang: str, told: Told) -> list[str]:
    """Every group in order, the first that fits takes a person; then each group's scheme.

    told : a scheme in words, with its own profiles
    """
    lines = [say(f"scheme.groups_{groups.by}", lang)]
    lines += [_group(groups, group, lang) for group in groups.groups]
    for name in groups.scored:
        head = say("scheme.group_of", lang, group=groups.label(name, lang))
        lines += ["", head, *told(groups.scheme_of(name), lang)]
    return lines


def _group(groups: Groups, group: Group, lang: str) -> str:
    """One group: whom it takes, its scheme and profiles, with whom it is ranked."""
    facts = {"group": groups.label(group.id, lang), "who": _who(group, lang)}
    if group.exempt:
        return say("scheme.group_exempt", lang, None, **facts)
    more = [say("scheme.group_profiles", lang, name=group.profiles)] if group.profiles else []
    more += [] if group.rank else [say("scheme.group_unranked", lang)]
    if group.rank_with:
        other = groups.label(group.rank_with, lang)
        more.append(say("scheme.group_ranked", lang, group=other))
    tail = join([str(group.scheme), *more], lang)
    return say("scheme.group_scored", lang, None, **facts, scheme=tail)


def _who(group: Group, lang: str) -> str:
    """The condition of a group (入组条件), in words."""
    who = group.who
    if not isinstance(who, Who):
        return say("scheme.who_all", lang)
    parts = [
        say(f"scheme.who_{key}", lang, names=" / ".join(getattr(who, key)))
        for key in KEYS
        if getattr(who, key)
    ]
    either = [say(f"scheme.status_{status}", lang) for status in who.status]
    if who.hired_within:
        either.append(say("scheme.who_hired", lang, days=who.hired_within))
    return join([*parts, *([" / ".join(either)] if either else [])], lang)
