"""What moved since the run before (与上次相比), in sentences for an index.

What moved on a single page stands in its sidecar (`pages.moved`); here it is told.
"""

from typing import Any

from kit.report.export import read
from kit.report.overview import State, sidecar
from kit.report.pages import Batch, moved, title
from kit.words import word

EXAMPLES = 3  # figures that moved, named in a sentence


def changes(batch: Batch, here: list[State], lang: str) -> list[str]:
    """What moved since the run before, a sentence a page; pages about one person in one."""
    jobs = {str(job.page): job for job in batch.jobs}
    has_team_pages = any(not s["person"] for s in here)
    by_page: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for state in here:
        change = _since_before(batch, state)
        page = title(state["notebook"], lang)
        alone = has_team_pages and state["person"]
        page = word("report.people_pages", lang, page=page) if alone else page
        name = batch.names.get(jobs[state["page"]].specialist, "") if alone else ""
        if change.get("count"):
            by_page.setdefault(page, []).append((name, change))
    return [_sentence(page, pairs, lang) for page, pairs in by_page.items()]


def _since_before(batch: Batch, state: State) -> dict[str, Any]:
    """What moved on a page since the run before, or since the closed result."""
    if batch.folder.name != "later":
        return sidecar(batch.folder, state).get("change") or {}
    now, closed = (
        read((home / state["page"]).with_suffix(".json"))
        for home in (batch.folder, batch.folder.parent)
    )
    return moved(now, closed) if now and closed else {}


def _sentence(page: str, pairs: list[tuple[str, dict[str, Any]]], lang: str) -> str:
    """How many figures moved, why, and the first of them: by person, row and column."""
    causes = dict.fromkeys(cause for _, change in pairs for cause in change["because"])
    why = [word(f"report.because.{cause}", lang) for cause in causes]
    ends = [
        (name, *change["moved"][n])
        for n in range(EXAMPLES)
        for name, change in pairs
        if n < len(change["moved"])
    ][:EXAMPLES]
    moves = [_move(name, place, old, new, lang) for name, place, old, new in ends]
    return word(
        "report.change",
        lang,
        n=sum(change["count"] for _, change in pairs),
        page=page,
        why=word("report.apart", lang).join(why) or "—",
        moves=word("report.moves_apart", lang).join(moves),
        since=min(change["since"] for _, change in pairs)[:16].replace("T", " "),
    )


def _move(name: str, place: str, old: str | None, new: str | None, lang: str) -> str:
    """One figure that moved, with the last two parts of its place."""
    figures = {"old": "—" if old is None else old, "new": "—" if new is None else new}
    where = " · ".join(filter(None, [name, *place.rsplit(" / ", 2)[-2:]]))
    return word("report.move", lang, place=where, **figures)
