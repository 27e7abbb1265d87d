"""Who belongs to which group on which day (分组归属): by postings, else the roster."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kit.data.store.cache import digest_of
from kit.scheme.groups import KEYS, Group, Who

if TYPE_CHECKING:
    from kit.data.tables import Tables

Array = np.ndarray


def of_group(tables: "Tables", name: str) -> "Tables":
    """The tables seen by one group's scheme alone (本组视角)."""
    groups = tables.period.groups
    if groups is None:
        return tables
    period = tables.period.model_copy(update={"scheme": groups.scheme_of(name)})
    return replace(tables, period=period, group=name, digest=digest_of(tables.digest, name))


def membership(tables: "Tables", people: tuple[str, ...], days: pd.DatetimeIndex) -> Array:
    """People × days: the group of each day, first match wins; "" where somebody is not employed.

    With `by: last_day` the group of the last day employed holds for all of them.
    """
    groups = tables.period.groups
    known, there = attributes(tables, people, days)
    found = np.full(there.shape, "", dtype=object)
    for group in groups.groups if groups else ():
        found = np.where((found == "") & there & _matches(group, known), group.id, found)
    if groups is None or groups.by == "day":
        return found
    last = there.shape[1] - 1 - there[:, ::-1].argmax(axis=1)
    return np.where(there, found[np.arange(len(people)), last][:, None], "")


def home(tables: "Tables", people: tuple[str, ...], days: pd.DatetimeIndex) -> dict[str, str]:
    """The scored group of each person's last day in one (末日所在组); nobody exempt is in it."""
    groups = tables.period.groups
    return last_group(people, membership(tables, people, days), groups.scored if groups else [])


def last_group(people: tuple[str, ...], of: Array, scored: list[str]) -> dict[str, str]:
    """The same from a known membership, people × days, for the groups named."""
    inside = np.isin(of, scored)
    last = inside.shape[1] - 1 - inside[:, ::-1].argmax(axis=1)
    return {who: str(of[n, last[n]]) for n, who in enumerate(people) if inside[n].any()}


def attributes(
    tables: "Tables", people: tuple[str, ...], days: pd.DatetimeIndex
) -> tuple[dict[str, Array], Array]:
    """Post, level, team, status and days since the hire, people × days; and who is employed."""
    roster = tables.get("roster").drop_duplicates("specialist_id").set_index("specialist_id")
    roster = roster.reindex(people)
    shape = (len(people), len(days))
    known: dict[str, Array] = {
        key: np.broadcast_to(roster[key].fillna("").to_numpy(object)[:, None], shape).copy()
        for key in KEYS
    }
    known["status"] = np.full(shape, "working", dtype=object)
    place = {who: n for n, who in enumerate(people)}
    for row in tables.get("postings").to_dict("records"):
        if row["specialist_id"] in place:
            inside = (days >= row["valid_from"]) & ~(days > row["valid_to"])
            for key in (*KEYS, "status"):
                if isinstance(row[key], str) and row[key]:
                    known[key][place[row["specialist_id"]], inside] = row[key]
    hired, left = (
        roster[k].to_numpy("datetime64[ns]")[:, None] for k in ("hire_date", "leave_date")
    )
    now = days.to_numpy("datetime64[ns]")[None, :]
    known["hired"] = (now - hired) / np.timedelta64(1, "D")
    return known, ~(hired > now) & ~(left < now)


def _matches(group: Group, known: dict[str, Array]) -> Array:
    """People × days: whether the condition of a group holds; all keys, any word of each."""
    who = group.who
    out = np.ones(known["hired"].shape, bool)
    if not isinstance(who, Who):
        return out
    for key in KEYS:
        words = getattr(who, key)
        out = out & np.isin(known[key], words) if words else out
    either = np.zeros(out.shape, bool)
    if who.status:
        either |= np.isin(known["status"], who.status)
    if who.hired_within:
        with np.errstate(invalid="ignore"):
            either |= known["hired"] < who.hired_within
    return out & either if who.status or who.hired_within else out
