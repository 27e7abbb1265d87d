"""What earlier runs say of their periods (各期清单): read whole, or left aside and named.

A manifest may be damaged, or come from another version of the kit: no other period's file may keep
this one's pages from being made.
"""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kit.report.export import read

TEXTS = ("period", "stage", "start", "end")
OF_PAGE = (
    "page",
    "folder",
    "lang",
    "notebook",
    "audience",
    "person",
    "status",
    "made_at",
    "failed",
)


def manifests(out: Path) -> tuple[list[tuple[dict[str, Any], Path]], list[Path]]:
    """Manifests with their folders, and files that are none any more (无法识别的清单)."""
    files = sorted([*out.glob("*/manifest.json"), *out.glob("shared/*/manifest.json")])
    whole = [(said, file.parent) for file in files if is_whole(said := read(file))]
    homes = {home for _, home in whole}
    return whole, [file for file in files if file.parent not in homes]


def is_whole(said: Mapping[str, Any]) -> bool:
    """Whether a manifest says all that others read of it."""
    if not all(isinstance(said.get(name), str) for name in TEXTS):
        return False
    months = said.get("retention_months")
    jobs = said.get("jobs")
    listed = jobs if isinstance(jobs, list) else [jobs]
    pages = all(isinstance(job, dict) and {*OF_PAGE} <= job.keys() for job in listed)
    number = months is None or (isinstance(months, int) and not isinstance(months, bool))
    return pages and number and all(_day(said[name]) for name in ("start", "end"))


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
