"""Headline figures over the periods (各期走势), like with like: one kind of period, one scheme.

What is not followed is named with its reason; what another version of the kit made is marked.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from kit.scheme.periods import USUAL, inside
from kit.show.sentences import join
from kit.words import word


def facts(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Kind of period, scheme and code of a run, as its manifest says; "" where it does not."""
    records = list((manifest.get("provenance") or {}).values())
    record = records[0] if records else {}
    days = (dt.date.fromisoformat(manifest[end]) for end in ("start", "end"))
    return {
        "kind": manifest.get("type") or kind_of(*days),
        "scheme": record.get("scheme_version", ""),
        "digest": record.get("scheme", ""),
        "code": record.get("code", ""),
    }


def kind_of(start: dt.date, end: dt.date) -> str:
    """The kind of period that the days make (周期类型): one of the calendar, else campaign.

    For runs of an earlier version of the kit, which did not say the kind that was declared.

    >>> kind_of(dt.date(2025, 1, 1), dt.date(2025, 6, 30))
    'half_year'
    >>> kind_of(dt.date(2025, 6, 1), dt.date(2025, 6, 18))
    'campaign'
    """
    whole = (kind for kind, months in USUAL.items() if _is_whole(start, end, months))
    return next(whole, "campaign")


def _is_whole(start: dt.date, end: dt.date, months: int) -> bool:
    """Whether the days are one period of the calendar, of so many months."""
    return [(span.start, span.end) for span in inside(start, end, months)] == [(start, end)]


def trend(entries: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Headline figures that several periods share, oldest first; entries: newest first."""
    like = [entry for entry in entries if not _apart(entry, entries[0])]
    found = {
        label: [
            {"period": e["id"], "value": card["raw"], "text": card["value"]}
            for e in reversed(like)
            for card in e["figures"]
            if card["label"] == label
        ]
        for label in dict.fromkeys(card["label"] for card in entries[0]["figures"])
    }
    return [
        {"label": label, "unit": "ratio", "points": points}
        for label, points in found.items()
        if len(points) > 1
    ]


def notes(entries: Sequence[dict[str, Any]], lang: str) -> list[str]:
    """Which earlier periods are not followed, and why; which another version of the kit made."""
    now = entries[0]
    labels = {card["label"] for card in now["figures"]}
    shared = [e for e in entries[1:] if labels & {card["label"] for card in e["figures"]}]
    reasons = {entry["id"]: _apart(entry, now) for entry in shared}
    said = []
    for reason in ("kind", "scheme"):
        names = [
            f"{e['id']} ({e['scheme']})" if reason == "scheme" else e["id"]
            for e in shared
            if reasons[e["id"]] == reason
        ]
        said += [word(f"report.not_followed.{reason}", lang, which=join(names, lang))] * bool(names)
    other = [e["id"] for e in shared if not reasons[e["id"]] and e["code"] != now["code"]]
    return said + [word("report.other_code", lang, which=join(other, lang))] * bool(other)


def _apart(entry: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """Why a period is not followed beside the newest: kind, scheme, or "" where it is."""
    if entry["kind"] != now["kind"]:
        return "kind"
    return "scheme" if entry["digest"] != now["digest"] else ""
