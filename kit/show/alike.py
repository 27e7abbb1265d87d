"""What a reader of compared periods must know (可比说明), as sentences of any page."""

from typing import Any

import pandas as pd

from kit.scoring import visits
from kit.scoring.alike import note
from kit.show.sentences import join, some


def alike(v: Any, frame: pd.DataFrame, about: str = "") -> list[str]:
    """Which periods were compared on less than they measured, and which not at all.

    v : a page's view; frame : from `kit.scoring.alike`; about : `line` for lists held to a line
    """
    seen = frame[frame["specialist_id"].isin(list(v.names))] if len(frame) else frame
    if "whole" not in seen:
        return []
    everybody = seen.loc[seen["whole"].notna(), "specialist_id"].nunique()
    return [_said(v, record, everybody, about) for record in note(seen)]


def _said(v: Any, record: dict[str, Any], everybody: int, about: str) -> str:
    people = record["people"]
    own = everybody == 1
    names = [v.names[who] for who in people]
    who = v.say("scoring.alike_all", n=everybody) if len(people) == everybody else ""
    who = "" if own else who or some(names, v.lang, of="people")
    key = f"scoring.alike_{record['kind']}{'_own' if own else ''}"
    facts: dict[str, Any] = {} if own else {"who": who}
    if record["kind"] == "narrowed":
        lacks = join([visits.label(v.tables, name, v.lang) for name in record["lacks"]], v.lang)
        facts |= {"basis": v.number(record["basis"], "percent"), "lacks": lacks}
    else:
        facts |= {"period": record["periods"], "why": v.say(f"scoring.alike_why{about}")}
    return str(v.say(key, **facts))
