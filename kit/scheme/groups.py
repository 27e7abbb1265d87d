"""Who is appraised by which scheme (分组考核): posts, levels, probation; the first match wins."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, model_validator

from kit.scheme import Scheme
from kit.scheme.base import Named, SchemeFault, Section, refuse

KEYS = ("post", "level", "team")
Words = tuple[str, ...]


class Who(Section):
    """What somebody must be on a day (入组条件): any word of a list, all of the keys.

    hired_within : days since the hire date, an alternative to `status`
    """

    post: Words = ()
    level: Words = ()
    team: Words = ()
    status: tuple[Literal["working", "leave", "probation"], ...] = ()
    hired_within: int | None = Field(None, ge=1)

    @model_validator(mode="after")
    def something(self) -> "Who":
        """Refuse a condition without any key: it would take everybody unseen."""
        if not any((self.post, self.level, self.team, self.status, self.hired_within)):
            raise refuse("params.who_empty")
        return self


class Group(Section):
    """A group (考核分组): who, by which scheme and profiles; or exempt; with whom it is ranked."""

    id: str = Field(pattern=r"^[\w-]{1,40}$")
    who: Literal["all"] | Who
    name: Named | None = None
    scheme: str | None = None
    profiles: str | None = None
    exempt: bool = False
    rank: bool = True
    rank_with: str | None = None

    @model_validator(mode="after")
    def scored(self) -> "Group":
        """A group has a scheme, or is exempt."""
        if (self.scheme is None) != self.exempt:
            raise refuse("params.group_scheme", name=self.id)
        return self


class Groups(Section):
    """The groups of a company in order (分组文件); every day's post decides, or the last day's."""

    groups: tuple[Group, ...] = Field(min_length=1)
    by: Literal["day", "last_day"] = "day"
    version: str = ""
    approved_by: str = ""
    approved_on: dt.date | None = None
    schemes: dict[str, Scheme] = Field(default_factory=dict)

    def scheme_of(self, name: str) -> Scheme:
        """The scheme by which a group is scored (本组方案), with its own profiles."""
        group = self[name]
        scheme = self.schemes[str(group.scheme)]
        own = scheme.profile_sets.get(group.profiles or "")
        return scheme.model_copy(update={"profiles": own}) if own else scheme

    def __getitem__(self, name: str) -> Group:
        return next(group for group in self.groups if group.id == name)

    @property
    def scored(self) -> list[str]:
        """Groups whose people are scored (参评组), in the file's order."""
        return [group.id for group in self.groups if not group.exempt]

    def ranked(self) -> list[list[str]]:
        """Groups that are ranked together (合并排名), each list once."""
        root = {group.id: group.rank_with or group.id for group in self.groups}
        root = {name: root.get(other, other) for name, other in root.items()}
        sets: dict[str, list[str]] = {}
        for name in self.scored:
            sets.setdefault(root[name], []).append(name)
        return list(sets.values())

    def label(self, name: str, lang: str) -> str:
        """Name of a group (组名): as declared, else its id."""
        said = self[name].name
        return str(getattr(said, lang)) if said else name


def schemes_named(groups: Any) -> list[str]:
    """Scheme files that the groups of a file name (所用方案), before anything is checked."""
    rows = [g for g in groups if isinstance(g, dict)] if isinstance(groups, list) else []
    return [str(row["scheme"]) for row in rows if row.get("scheme")]


def main_scheme(groups: Groups) -> Scheme:
    """The scheme of the widest group, with the indicators of all the others (主方案).

    Pages that are about the whole company take thresholds and labels from it; each group is scored
    by its own.
    """
    names = [g.scheme for g in groups.groups if g.scheme]
    wide = [g.scheme for g in groups.groups if g.scheme and g.who == "all"]
    first = (wide or names)[0]
    whole = groups.schemes[str(first)]
    parts: dict[str, dict[str, Any]] = {}
    for name, scheme in groups.schemes.items():
        if name != first:
            for key, more in _renamed(scheme, whole, name).items():
                parts[key] = more | parts.get(key, {})
    joined = {key: more | getattr(whole, key) for key, more in parts.items()}
    return whole.model_copy(update=joined)


def _renamed(scheme: Scheme, whole: Scheme, name: str) -> dict[str, dict[str, Any]]:
    """What another scheme declares beyond the main one; its rules and scales under its own name."""
    own: Mapping[str, Any] = {
        n: i for n, i in scheme.indicators.items() if n not in whole.indicators
    }
    tag = f"{name}:"
    moved = {
        n: i.model_copy(
            update={
                "rule": i.rule and tag + i.rule,
                "item": i.item and tag + i.item,
            }
        )
        for n, i in own.items()
    }
    return {
        "indicators": moved,
        "rules": {tag + n: rule for n, rule in scheme.rules.items()},
        "scales": {tag + n: scale for n, scale in scheme.scales.items()},
        "dimensions": dict(scheme.dimensions),
        "adjustments": dict(scheme.adjustments),
    }


def faults(groups: Groups) -> list[SchemeFault]:
    """Groups that stand twice, that nobody reaches, ranks over different schemes, lost sets."""
    found: list[SchemeFault] = []
    ids = [group.id for group in groups.groups]
    closed = ""
    for n, group in enumerate(groups.groups):
        place = ("groups", n)
        if ids.count(group.id) > 1 and ids.index(group.id) < n:
            found.append(SchemeFault((*place, "id"), "params.group_twice", {"name": group.id}))
        if closed:
            facts: dict[str, object] = {"name": group.id, "other": closed}
            found.append(SchemeFault(place, "params.group_unreached", facts))
        closed = closed or (group.id if group.who == "all" else "")
        found += _of_profiles(groups, group, n)
        found += _of_ranks(groups, group, n)
    return found


def _of_profiles(groups: Groups, group: Group, n: int) -> list[SchemeFault]:
    if group.profiles is None or group.scheme is None:
        return []
    known = list(groups.schemes[group.scheme].profile_sets)
    facts: dict[str, object] = {"name": group.profiles, "known": known}
    lost = group.profiles not in known
    return [SchemeFault(("groups", n, "profiles"), "params.no_such_name", facts)] if lost else []


def _of_ranks(groups: Groups, group: Group, n: int) -> list[SchemeFault]:
    """`rank_with` names a scored group of the same scheme."""
    if group.rank_with is None:
        return []
    place = ("groups", n, "rank_with")
    known = [g.id for g in groups.groups if g.id != group.id and not g.exempt]
    if group.rank_with not in known:
        facts: dict[str, object] = {"name": group.rank_with, "known": known}
        return [SchemeFault(place, "params.no_such_name", facts)]
    if groups[group.rank_with].scheme != group.scheme:
        facts = {"name": group.id, "other": group.rank_with}
        return [SchemeFault(place, "params.rank_other_scheme", facts)]
    return []
