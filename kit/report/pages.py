"""One job, from notebook to page (单页): execute, render, write; a failure stays with its job.

Beside the page lie its JSON sidecar (key, provenance, figures, tables) and its tables as CSV. A
page is as good as its sidecar says: the sidecar is written last and names the page's digest.
"""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kit.params import Period
from kit.report import export, kernel, plan, slips
from kit.report.plan import Job
from kit.report.provenance import causes, key, lines, printable, redacted
from kit.report.seals import Finding
from kit.show.format import number
from kit.show.sentences import say
from kit.words import has, word

MOVED_LISTED = 20  # figures named one by one in a sidecar; all are counted


@dataclass(frozen=True)
class Batch:
    """A period ready to run: its jobs, where they go, and what they come from (by notebook).

    findings : what is not as it was sealed, in this period and in those it cites
    """

    period: Period
    folder: Path
    stage: str
    jobs: tuple[Job, ...]
    records: dict[str, dict[str, Any]]
    names: dict[str, str]
    seal_log: Path
    findings: tuple[Finding, ...] = ()

    def path(self, job: Job, suffix: str = ".html") -> Path:
        """Where a file of the job lies."""
        return (self.folder / job.page).with_name(job.name + suffix)


@dataclass(frozen=True)
class Outcome:
    """How a job ended: made, unchanged or failed, with the failure in a line."""

    job: Job
    status: str
    detail: str = ""
    seconds: float = 0.0


def key_of(batch: Batch, job: Job) -> str:
    """The digest under which the job's page would be the same again."""
    about = (job.lang, job.audience, job.specialist, batch.stage)
    return key(batch.records[job.notebook], *about, *(p["href"] for p in sisters(batch, job)))


def fresh(batch: Batch, job: Job) -> bool:
    """Whether the page there is the one that a run would make."""
    side = export.read(batch.path(job, ".json"))
    good = bool(side) and side.get("key") == key_of(batch, job)
    return good and side.get("page_digest") == export.digest(batch.path(job))


def make(batch: Batch, job: Job, *, engine: str, limits: kernel.Limits) -> Outcome:
    """Execute, render and write one page; on failure the last good page stays."""
    begun = time.monotonic()
    failed = failed_path(batch, job)
    try:
        source = plan.NOTEBOOKS / f"{job.notebook}.ipynb"
        notebook = kernel.execute(source, job.parameters, engine=engine, limits=limits)
        publish(batch, job, notebook)
        failed.unlink(missing_ok=True)
        return Outcome(job, "made", "", time.monotonic() - begun)
    except kernel.StoppedError as stopped:
        _keep(failed, stopped.notebook)
        return Outcome(job, "failed", told(stopped.__cause__), time.monotonic() - begun)
    except Exception as error:  # noqa: BLE001  whatever it was, the other jobs go on
        return Outcome(job, "failed", told(error), time.monotonic() - begun)


def publish(batch: Batch, job: Job, notebook: Any) -> None:
    """Write page, tables and sidecar of an executed notebook."""
    from kit.report.page.render import blocks_of, render

    blocks = blocks_of(notebook)
    tables = export.tables_of(blocks)
    main = [table for table in tables if table["main"]]
    files = [export.file_name(job.name, table, n) for n, table in enumerate(main, start=1)]
    offered = {f: f"{t['caption']} (CSV)" for f, t in zip(files, main, strict=True)}
    offered |= {
        name: word(f"report.download.{kind}", job.lang)
        for kind, name in (("workbook", "tables.xlsx"), ("sidecar", f"{job.name}.json"))
    }
    meta = _meta(batch, job)
    meta["downloads"] = [{"label": told, "href": href} for href, told in offered.items()]
    page = printable(render(notebook, lang=job.lang, meta=meta)).encode()
    side = _sidecar(batch, job, blocks) | {"page_digest": export.hashed(page), "files": files}
    mode = export.mode_of(job.folder)
    if mode == export.PRIVATE:
        export.narrow(batch.folder / job.folder, mode)
        export.narrow(batch.path(job).parent, mode)
    for name, table in zip(files, main, strict=True):
        export.write(batch.path(job).with_name(name), printable(export.csv_of(table)), mode)
    langs = batch.period.languages
    slips.write(batch.folder / job.folder, blocks, stage=batch.stage, langs=langs)
    export.write(batch.path(job), page, mode)
    export.write(batch.path(job, ".json"), printable(export.dumped(side)), mode)


def _meta(batch: Batch, job: Job) -> dict[str, Any]:
    """What stands around a page: its twin and sisters, where it comes from, who may read it."""
    twins = [lang for lang in batch.period.languages if lang != job.lang]
    return {
        "other": f"../{twins[0]}/{job.name}.html" if twins else None,
        "index": "index.html",
        "pages": sisters(batch, job),
        "provenance": lines(batch.records[job.notebook], job.lang),
        "status": batch.stage,
        "own": job.audience == "employee",
        "confidential": confidential(batch, job.folder, job.lang),
        "period": span(batch, job.lang),
    }


def sisters(batch: Batch, job: Job) -> list[dict[str, Any]]:
    """The other pages of the same reader in the same language, for the page's navigation."""
    near = [j for j in batch.jobs if (j.folder, j.lang) == (job.folder, job.lang)]
    shown = [j for j in near if not j.specialist or j.audience == "employee" or j == job]
    return [
        {"title": title_of(batch, j), "href": f"{j.name}.html", "here": j == job}
        for j in sorted(shown, key=lambda j: j.name)
    ]


def title_of(batch: Batch, job: Job) -> str:
    """Short title of a page: the notebook's, with the person's name where the reader has many."""
    person = batch.names.get(job.specialist, "") if job.audience != "employee" else ""
    return " · ".join(filter(None, [title(job.notebook, job.lang), person]))


def title(notebook: str, lang: str) -> str:
    """Name of a notebook for readers; its file name when the word table has none."""
    known = f"report.page.{notebook}"
    return word(known, lang) if has(known) else notebook


def span(batch: Batch, lang: str) -> str:
    """The period with its days, as every page says it."""
    period = batch.period
    return word("show.span", lang, id=period.id, start=period.start, end=period.last_day)


def confidential(batch: Batch, folder: str, lang: str) -> str:
    """For whom the pages of a folder are, and how many people they are about (机密与范围)."""
    audience, _, who = folder.partition("/")
    own = {j.specialist for j in batch.jobs if j.folder == folder and j.specialist}
    name = next((batch.names.get(one, "") for one in own), "") if audience == "employee" else who
    reader = " ".join(filter(None, [word(f"report.audience.{audience}", lang), name]))
    scope = say(f"report.scope.{audience}", lang, n=len(own))
    return word("report.confidential", lang, reader=reader, scope=scope)


def failed_path(batch: Batch, job: Job) -> Path:
    """Where the notebook of a failed job is kept: outside every reader's folder."""
    name = "-".join([*job.folder.split("/"), job.lang, job.name])
    return batch.folder / "failed" / f"{name}.failed.ipynb"


def figures(side: dict[str, Any]) -> dict[tuple[str, ...], tuple[str, str]]:
    """Every figure of a page: its place and itself as printed, by card, or by table, row, column.

    A table is known by its id: its caption may tell a count, or be worded anew.
    """
    found: dict[tuple[str, ...], tuple[str, str]] = {
        (c["label"],): (c["label"], c["value"]) for c in side.get("cards", [])
    }
    for table in side.get("tables", []):
        first, *rest = table["columns"] or [{}]
        names = [row.get(first.get("key")) or n for n, row in enumerate(table["rows"])]
        for c in rest:  # column by column: the first says most
            found |= {
                (table.get("id") or table["caption"], str(name), c["label"]): (
                    f"{table['caption']} / {name} / {c['label']}",
                    _printed(row, c, side.get("lang", "zh")),
                )
                for name, row in zip(names, table["rows"], strict=True)
            }
    return found


def _printed(row: dict[str, Any], column: dict[str, str], lang: str) -> str:
    """A cell as readers see it: what only its last digits tell is no change."""
    unit = row.get(f"{column['key']}_unit") or column["unit"].replace("mixed", "text")
    return number(row.get(column["key"]), unit, lang)


def moved(now: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """What changed since `before` (与上次相比): which figures, and whether data, scheme or code."""
    old = figures(before)
    new = figures(now)
    gone = ("", None)
    both: Any = {**old, **new}
    both = [(both[key][0], old.get(key, gone)[1], new.get(key, gone)[1]) for key in both]
    changed = [[*row] for row in both if row[1] != row[2]]
    changed.sort(key=_weight)
    return {
        "since": before["provenance"]["run_at"],
        "because": causes(now["provenance"], before["provenance"]),
        "count": len(changed),
        "moved": changed[:MOVED_LISTED],
    }


def _weight(row: list[Any]) -> tuple[bool, bool]:
    """Order of what moved: what came and went last; headlines and bare words (a grade) first."""
    place, *ends = row
    bare = not any(c.isdigit() for end in ends for c in str(end))
    return None in ends, " / " in place and not bare


def told(error: BaseException | None) -> str:
    """An error in one redacted line, for the person who ran it."""
    named = f"{getattr(error, 'ename', '') or type(error).__name__}"
    text = str(getattr(error, "evalue", "") or error).strip().splitlines()
    return redacted(f"{named}: {text[0] if text else ''}")[:300]


def _sidecar(batch: Batch, job: Job, blocks: list[dict[str, Any]]) -> dict[str, Any]:
    head: dict[str, Any] = next((b["data"] for b in blocks if b["kind"] == "header"), {})
    side: dict[str, Any] = {
        "key": key_of(batch, job),
        "notebook": job.notebook,
        "lang": job.lang,
        "title": head.get("title") or title(job.notebook, job.lang),
        "question": head.get("question", ""),
        "provisional": head.get("provisional", 0),
        "as_of": head.get("as_of", ""),
        "status": batch.stage,
        "provenance": batch.records[job.notebook],
        "cards": [card for b in blocks if b["kind"] == "cards" for card in b["data"]["cards"]],
        "answer": [s for b in blocks if b["kind"] == "answer" for s in b["data"]["sentences"]],
        "cited": [s for b in blocks for s in b["data"].get("cited", ())],
        "agenda": next((b["data"]["agenda"] for b in blocks if b["kind"] == "agenda"), {}),
        "budget": [s for b in blocks for s in b["data"].get("budget", ())],
        "loop": [s for b in blocks for s in b["data"].get("loop", ())],
        "tables": export.tables_of(blocks),
        "figures": [b["id"] for b in blocks if b["kind"] == "figure"],
    }
    before = export.read(batch.path(job, ".json"))
    if not before.get("provenance"):
        return side
    change = moved(side, before)
    return side | {"change": change if change["because"] else before.get("change", change)}


def _keep(path: Path, notebook: Any) -> None:
    """The failed notebook, redacted; a full disk must not hide the failure itself."""
    import nbformat

    try:
        export.narrow(path.parent, export.OWN)
        export.write(path, redacted(nbformat.writes(notebook)), export.OWN)
    except OSError:
        path.unlink(missing_ok=True)
