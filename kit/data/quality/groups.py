"""Whether everybody falls into one group that can be scored (分组核对)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from kit.data.issues import Issue
from kit.data.quality.appraised import people
from kit.data.quality.membership import membership, of_group
from kit.params import place_of

if TYPE_CHECKING:
    from kit.data.tables import Tables


def groups(tables: Tables) -> Iterator[Issue]:
    """People in no group, groups without people or without weights for the period's type."""
    known = tables.period.groups
    if known is None or not tables.has("roster"):
        return
    who = tuple(sorted(people(tables)["specialist_id"].astype(str)))
    days = pd.date_range(tables.period.start, tables.period.last_day)
    of = membership(tables, who, days)
    lost = _lost(tables, who, days, of)
    if lost:
        facts = {"n": len(lost), "names": lost[:10], **place_of(_file(tables), ("groups",))}
        yield Issue("no_group", "refuse", facts=facts)
    for n, group in enumerate(known.groups):
        if not (of == group.id).any():
            facts = {"group": group.id, **place_of(_file(tables), ("groups", n, "who"))}
            yield Issue("group_empty", "warn", facts=facts | _words(tables))
    yield from _profiles(tables)


def _lost(tables: Tables, who: tuple[str, ...], days: pd.DatetimeIndex, of: Any) -> list[str]:
    """People with a day of employment that no group takes."""
    roster = tables.get("roster").drop_duplicates("specialist_id").set_index("specialist_id")
    told = roster.reindex(who)
    hired, left = (told[k].to_numpy("datetime64[ns]")[:, None] for k in ("hire_date", "leave_date"))
    now = days.to_numpy("datetime64[ns]")[None, :]
    there = ~(hired > now) & ~(left < now)
    return [who[n] for n in np.flatnonzero((there & (of == "")).any(axis=1))]


def _profiles(tables: Tables) -> Iterator[Issue]:
    """Groups without a profile for the period's type, and joint ranks over different dimensions."""
    known = tables.period.groups
    kind = tables.period.type
    for name in known.scored if known else ():
        group = known[name] if known else None
        scheme = of_group(tables, name).scheme
        if kind not in [str(k) for k in scheme.profiles] and group:
            place = ("profile_sets", group.profiles) if group.profiles else ("profiles",)
            where = place_of(_file(tables).parent / str(group.scheme), place)
            facts = {"group": name, "type": kind, "set": ".".join(map(str, place))}
            yield Issue("group_no_profile", "refuse", facts={**where, **facts})


def _words(tables: Tables) -> dict[str, list[str]]:
    """Posts and levels that roster and postings know."""
    both = [tables.get("roster"), tables.get("postings")]
    return {
        f"{key}s": sorted({str(x) for table in both for x in table[key].dropna() if str(x)})[:10]
        for key in ("post", "level")
    }


def _file(tables: Tables) -> Any:
    return tables.period.scheme_path
