"""How every page stands, for the person who ran it (运行概况): counted, no figure of anybody."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from kit.report import chain, export, seals
from kit.report.export import read
from kit.report.pages import Batch, Outcome, fresh, key_of, title
from kit.report.plan import Job
from kit.report.provenance import lines
from kit.show.sentences import join
from kit.words import word

WORST = ("failed", "missing", "stale", "ok")

State = dict[str, Any]


def states(batch: Batch, outcomes: Mapping[Job, Outcome]) -> list[State]:
    """How every planned page stands: ok, stale (an older good page), failed, or missing."""
    return [_state(batch, job, outcomes.get(job)) for job in batch.jobs]


def _state(batch: Batch, job: Job, outcome: Outcome | None) -> State:
    side = read(batch.path(job, ".json"))
    there = batch.path(job).exists() and bool(side)
    failed = outcome is not None and outcome.status == "failed"
    good = not failed and fresh(batch, job)
    status = "ok" if good else "stale" if there else "failed" if failed else "missing"
    made = side["provenance"]["run_at"] if there else ""
    return {
        "page": str(job.page),
        "folder": job.folder,
        "lang": job.lang,
        "notebook": job.notebook,
        "audience": job.audience.split("/")[0],
        "person": bool(job.specialist),
        "status": status,
        "made_at": made,
        "failed": failed,
        "key": key_of(batch, job),
        "digest": side.get("page_digest", ""),
    }


def href(state: State) -> str | None:
    """Where the page is, if there is one."""
    return Path(state["page"]).name if state["status"] in ("ok", "stale") else None


def sidecar(root: Path, state: State) -> dict[str, Any]:
    """The sidecar of a page without its tables; empty when there is none."""
    path = (root / state["page"]).with_suffix(".json")
    return _brief(path, path.stat().st_mtime_ns) if path.exists() else {}


@lru_cache(1000)
def _brief(path: Path, changed: int) -> dict[str, Any]:
    """A sidecar without its tables: every index of a run asks for it several times."""
    return {name: value for name, value in read(path).items() if name != "tables"}


def overview(batch: Batch, found: list[State], lang: str, no_pdf: Sequence[str] = ()) -> str:
    """The index for the person who ran it: readers and their pages, counted.

    no_pdf : why summaries have no PDF, a key a reason
    """
    from kit.report.page.render import render_index

    mine = [s for s in found if s["lang"] == lang]
    folders = dict.fromkeys(s["folder"] for s in mine)
    rows = [_reader([s for s in mine if s["folder"] == folder], lang) for folder in folders]
    told = {"id": batch.period.id, "label": batch.period.id, "status": batch.stage}
    entry = {**told, "cards": [], "pages": rows, "changes": []}
    return render_index(lang=lang, meta=_meta(batch, lang, no_pdf), periods=[entry])


def _reader(own: list[State], lang: str) -> dict[str, Any]:
    """A reader's row: the worst of the pages, how many, what is wanting, the zip."""
    folder = own[0]["folder"]
    packed = {"name": word("report.download.zip", lang), "href": f"{folder}.zip", "status": "ok"}
    return {
        "notebook": folder,
        "title": _reader_title(folder, lang),
        "href": f"{folder}/{lang}/index.html",
        "status": min((s["status"] for s in own), key=WORST.index),
        "question": word("report.pages", lang, n=len(own)),
        "detail": _wanting(own, lang),
        "people": [packed] if any(map(href, own)) else [],
    }


def _meta(batch: Batch, lang: str, no_pdf: Sequence[str]) -> dict[str, Any]:
    """What stands above and below the rows."""
    record = next(iter(batch.records.values()))
    twins = [x for x in batch.period.languages if x != lang]
    return {
        "title": word("report.index_title", lang, period=batch.period.id),
        "audience": word("report.audience.runner", lang),
        "other": top(batch, twins[0]).name if twins else None,
        "provenance": lines({k: v for k, v in record.items() if k != "notebook"}, lang),
        "status": batch.stage,
        "downloads": [],
        "trend": [],
        "intro": [
            *(finding.told(lang) for finding in batch.findings),
            word("report.runner_intro", lang),
            *(word(f"report.no_pdf.{why}", lang) for why in no_pdf),
            *_seal(batch, lang),
        ],
    }


def _wanting(own: list[State], lang: str) -> str:
    """What is not as it should be, counted, by the names of the notebooks."""
    told = []
    for status in WORST[:-1]:
        bad = [s["notebook"] for s in own if s["status"] == status]
        if bad:
            names = word("report.apart", lang).join(title(n, lang) for n in dict.fromkeys(bad))
            told.append(word(f"report.wanting.{status}", lang, n=len(bad), names=names))
    return " ".join(told)


def _seal(batch: Batch, lang: str) -> list[str]:
    """Who closed the period, when, with which method, and what was altered since."""
    home = batch.folder.parent
    sealed = read(home / seals.SEAL)
    files = sealed.get("files", {})
    if not files:
        return []
    n = sum(export.digest(home / name) != digest for name, digest in files.items())
    head = chain.read(batch.seal_log).head[: chain.SHORT]
    checked = "yes" if sealed.get("by_checked") else "no"
    return [
        word("report.seal", lang, by=sealed["by"], at=sealed["at"][:16], n=n),
        word(f"report.approved_{checked}", lang, by=sealed["by"]),
        word("report.chain_head", lang, head=head or "—"),
        *_method(batch, sealed, lang),
    ]


def _method(batch: Batch, sealed: dict[str, Any], lang: str) -> list[str]:
    """Under which scheme a period was closed, when this run computes with another one."""
    was: dict[str, Any] = next(iter(sealed.get("provenance", {}).values()), {})
    now = next(iter(batch.records.values()))
    if not was or was.get("scheme") == now["scheme"]:
        return []
    names = {"was": was.get("scheme_version", "—"), "now": now["scheme_version"]}
    return [word("report.other_method", lang, **names)]


def schemes(batch: Batch, lang: str) -> list[str]:
    """Which scheme scores which group, where a period has several (分组方案)."""
    groups = batch.period.groups
    if groups is None:
        return []
    told = [(groups.label(name, lang), groups.scheme_of(name)) for name in groups.scored]
    each = [
        word("report.group_scheme", lang, group=group, scheme=scheme.id, version=scheme.version)
        for group, scheme in told
    ]
    return [word("report.group_schemes", lang, each=join(each, lang))]


def handed(batch: Batch, folder: str, lang: str) -> list[dict[str, str]]:
    """Each reader's zip by name (发给谁哪个文件), for HR, who hands them out; none for others.

    A zip without a page is nobody's.
    """
    there = [job for job in batch.jobs if batch.path(job).exists()]
    people = {job.folder: batch.names.get(job.specialist, "") for job in there}
    others = [name for name in people if name != folder] if folder == "hr" else []
    named = {name: _reader_title(name, lang) for name in others}
    named |= {name: people[name] for name in others if name.startswith("employee/")}
    return [{"name": named[name], "href": f"../../{name}.zip"} for name in others]


def _reader_title(folder: str, lang: str) -> str:
    audience, _, who = folder.partition("/")
    return " ".join([word(f"report.audience.{audience}", lang), who]).strip()


def top(batch: Batch, lang: str) -> Path:
    """The file of the overview in a language; the first one is the index of the period."""
    first = lang == batch.period.languages[0]
    return batch.folder / ("index.html" if first else f"index.{lang}.html")
