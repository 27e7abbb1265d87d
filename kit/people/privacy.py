"""Who may see whom (谁能看谁): people of an audience, and texts without other people's names."""

from typing import Any

import pandas as pd

from kit.data.store.opaque import spoken
from kit.errors import KitError
from kit.words import word


def members(tables: Any) -> pd.DataFrame:
    """People of the period under each manager (人员与上级): specialist_id, name, manager_id.

    There on a day of the period, in its teams. Whoever changed manager stands under each of them;
    manager_id is missing where nobody is named.
    """
    start, end = pd.Timestamp(tables.period.start), pd.Timestamp(tables.period.end)
    roster = tables.get("roster")
    posts = tables.get("postings")
    roster = roster[~(roster["hire_date"] > end) & ~(roster["leave_date"] < start)]
    if tables.period.team != "all":
        roster = roster[roster["team"].isin(tables.period.team)]
    spans = posts[~(posts["valid_from"] > end) & ~(posts["valid_to"] < start)]
    spans = spans[["specialist_id", "manager_id"]].dropna().drop_duplicates()
    pairs = roster.merge(spans, "left", "specialist_id", suffixes=("", "_then"))
    manager = pairs["manager_id_then"].fillna(pairs["manager_id"])
    return pairs.assign(manager_id=manager)[["specialist_id", "name", "manager_id"]]


def visible(tables: Any, audience: str, specialist: str = "") -> list[str]:
    """Ids that an audience may see (可见人员); KitError where it asks for somebody else.

    audience : hr or manager (everybody), manager/<id> (own team), employee (the person alone)
    """
    pairs = members(tables)
    kind, _, manager = audience.partition("/")
    if kind not in ("hr", "manager", "employee"):
        raise KitError("people.no_audience", found=audience)
    if kind == "employee" and not specialist:
        raise KitError("people.no_specialist", audience=audience)
    own = pairs[pairs["manager_id"] == manager] if manager else pairs
    if manager and own.empty:
        raise KitError("people.no_manager", found=manager)
    if specialist and specialist not in set(own["specialist_id"]):
        raise KitError("people.not_here", specialist=specialist, audience=audience)
    return [specialist] if specialist else sorted(set(own["specialist_id"]))


def masked(text: object, tables: Any, keep: list[str], lang: str) -> str:
    """A free text (说明文字) in which other people's ids and names give way to "a colleague"."""
    if not isinstance(text, str):
        return ""
    roster = tables.get("roster")
    mine = roster["specialist_id"].isin(keep)
    own = {*_names(roster[mine]), *keep}
    codes = {*roster["specialist_id"], *roster["manager_id"].dropna(), *_raters(tables)}
    found = spoken({*_names(roster), *codes})
    colleague = word("people.colleague", lang)
    return found.sub(lambda m: m[0] if m[0] in own else colleague, text)


def _names(roster: pd.DataFrame) -> set[str]:
    """Names as they are shown and as people write them: without the id that tells two apart."""
    known = roster.dropna(subset="name")
    pairs = zip(known["name"], known["specialist_id"], strict=True)
    return {*known["name"], *(name.removesuffix(f" ({who})") for name, who in pairs)}


def _raters(tables: Any) -> set[str]:
    return set(tables.get("feedback")["rater_id"].dropna().unique())
