"""Indexes and history (目录与历史): what is there, what failed, what is stale, what moved.

One index a reader and language, which shows nothing of another reader; one for the person who ran
it, which counts but shows no figure of anybody. An index looks back, never forward: a period's
index lists the periods before it.
"""

import io
import os
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from kit.report import export, plan
from kit.report.export import dumped, read
from kit.report.pages import Batch, Outcome, fresh, key_of, moved, title, title_of
from kit.report.plan import Job
from kit.report.provenance import lines
from kit.report.standing import asked
from kit.words import word

WORST = ("failed", "missing", "stale", "ok")
HEADLINE = ("2_kpi_scoring", "5_people")  # whose cards head an index, the first that is there
TRENDED = ("2_kpi_scoring", "4_retrospective")  # whose cards with a plain figure are followed
CHANGES = 8

State = dict[str, Any]


def states(batch: Batch, outcomes: Mapping[Job, Outcome]) -> list[State]:
    """How every planned page stands: ok, stale (an older good page), failed, or missing."""
    return [_state(batch, job, outcomes.get(job)) for job in batch.jobs]


def write(batch: Batch, found: list[State], outcomes: Mapping[Job, Outcome]) -> Path:
    """Indexes, workbooks, zips, manifest and log; the path of the top index."""
    top = batch.folder / "index.html"
    before = read(batch.folder / "manifest.json")
    if not outcomes and before.get("jobs") == found and top.exists():
        return top
    readers = dict.fromkeys(s["folder"] for s in found)
    touched = {job.folder for job in outcomes} or set(readers)
    for folder in readers:
        if folder in touched or not (batch.folder / f"{folder}.zip").exists():
            _reader(batch, found, folder)
    if any(s["audience"] == "hr" for s in found):
        export.write(batch.folder / "hr" / "people.csv", _people(batch))
    export.write(batch.folder / "manifest.json", dumped(_manifest(batch, found)))
    for lang in batch.period.languages:
        export.write(_top(batch, lang), _overview(batch, found, lang))
    _log(batch, outcomes)
    return top


def _state(batch: Batch, job: Job, outcome: Outcome | None) -> State:
    side = read(batch.path(job, ".json"))
    there = batch.path(job).exists() and bool(side)
    failed = outcome is not None and outcome.status == "failed"
    good = not failed and fresh(batch, job)
    status = "ok" if good else "stale" if there else "failed" if failed else "missing"
    made = side["provenance"]["run_at"] if there else ""
    return {
        "page": str(job.page), "folder": job.folder, "lang": job.lang, "notebook": job.notebook,
        "audience": job.audience.split("/")[0], "person": bool(job.specialist), "status": status,
        "made_at": made, "failed": failed, "key": key_of(batch, job),
        "digest": side.get("page_digest", ""),
    }  # fmt: skip


def _reader(batch: Batch, found: list[State], folder: str) -> None:
    """Workbook, index and zip of one reader."""
    own = [s for s in found if s["folder"] == folder]
    instead = {}
    for lang in batch.period.languages:
        sides = [read((batch.folder / s["page"]).with_suffix(".json"))
                 for s in own if s["lang"] == lang]
        export.write(batch.folder / folder / lang / "tables.xlsx", export.workbook(
            [side for side in sides if side.get("tables")]))  # fmt: skip
        past = _past(batch, folder, lang)
        page = _index(batch, own, lang, past, f"../../{Path(folder).name}.zip")
        export.write(batch.folder / folder / lang / "index.html", page)
        alone = [_unlinked(entry) for entry in past]
        instead[f"{lang}/index.html"] = _index(batch, own, lang, alone)
    packed = export.bundle(batch.folder / folder, instead)
    export.write(batch.folder / f"{folder}.zip", packed)


def _index(batch: Batch, own: list[State], lang: str, past: list[dict], packed: str = "") -> str:
    from kit.report.page.render import render_index

    here = [s for s in own if s["lang"] == lang]
    now = _entry(batch.folder, here, lang, batch.period.id, batch.stage)
    now["pages"] = _pages(batch, here, lang)
    now["changes"] = _changes(batch, here, lang)
    twins = [x for x in batch.period.languages if x != lang]
    record = next(iter(batch.records.values()))
    meta = {
        "title": word("report.index_title", lang, period=batch.period.id),
        "audience": word(f"report.audience.{own[0]['audience']}", lang),
        "other": f"../{twins[0]}/index.html" if twins else None,
        "downloads": [{"label": word(f"report.download.{kind}", lang), "href": href}
                      for kind, href in (("workbook", "tables.xlsx"), ("zip", packed)) if href],
        "provenance": lines({k: v for k, v in record.items() if k != "notebook"}, lang),
        "status": batch.stage,
        "intro": [],
        "trend": _trend([now, *past]),
    }
    return render_index(lang=lang, meta=meta, periods=[now, *past])


def _entry(root: Path, here: list[State], lang: str, period: str, stage: str) -> dict[str, Any]:
    """A period in an index: status, headline cards; pages and changes are added by the caller."""
    sides = [_side(root, s) for s in here if s["status"] in ("ok", "stale")]
    heads = [s for name in HEADLINE for s in sides if s.get("notebook") == name and s["cards"]]
    return {"id": period, "label": period, "status": stage, "pages": [], "changes": [],
            "loop": [line for s in here if not s["person"] or s["audience"] == "employee"
                     for line in _side(root, s).get("loop", ())],
            "cards": heads[0]["cards"] if heads else [],
            "figures": [c for name in TRENDED for s in sides if s.get("notebook") == name
                        for c in s["cards"] if c.get("raw") is not None]}  # fmt: skip


def _pages(batch: Batch, here: list[State], lang: str) -> list[dict[str, Any]]:
    jobs = {str(job.page): job for job in batch.jobs}
    many = any(not s["person"] for s in here)
    rows = []
    for state in (s for s in here if not (s["person"] and many)):
        row = _row(state, title_of(batch, jobs[state["page"]]), _side(batch.folder, state), lang)
        mine = [s for s in here if s["person"] and many and s["notebook"] == state["notebook"]]
        row["people"] = [{"name": batch.names.get(jobs[s["page"]].specialist, ""),
                          "href": _href(s), "status": s["status"]} for s in mine]  # fmt: skip
        rows.append(row)
    return rows


def _row(state: State, name: str, side: dict[str, Any], lang: str) -> dict[str, Any]:
    detail = word("report.detail_stale", lang, at=state["made_at"][:16].replace("T", " "))
    told = {"failed": word("report.detail_failed", lang), "stale": detail, "ok": "",
            "missing": word("report.detail_missing", lang)}  # fmt: skip
    return {"notebook": state["notebook"], "title": name, "href": _href(state),
            "question": next(iter(side.get("answer", ())), side.get("question", "")),
            "status": state["status"],
            "detail": told[state["status"]], "people": []}  # fmt: skip


def _href(state: State) -> str | None:
    return Path(state["page"]).name if state["status"] in ("ok", "stale") else None


def _past(batch: Batch, folder: str, lang: str) -> list[dict[str, Any]]:
    """Entries of the periods before this one that the same reader has pages of, newest first."""
    later = batch.folder.name != batch.period.id
    out = batch.folder.parents[1 if later else 0]
    before = [(read(path), path.parent) for path in out.glob("*/manifest.json")]
    before = [b for b in before if b[0].get("start", "9") < str(batch.period.start)]
    entries = []
    for told, root in sorted(before, key=lambda b: b[0]["start"], reverse=True):
        here = [s for s in told["jobs"] if s["folder"] == folder and s["lang"] == lang]
        if here:
            entry = _entry(root, here, lang, told["period"], told["stage"])
            link = os.path.relpath(root, batch.folder / folder / lang)
            here = [s for s in here if not s["person"] or folder.startswith("employee/")]
            rows = [_row(s, title(s["notebook"], lang), _side(root, s), lang) for s in here]
            base = f"{Path(link).as_posix()}/{folder}/{lang}/"
            entry["pages"] = [r | {"href": r["href"] and base + r["href"]} for r in rows]
            entries.append(entry)
    return entries


def _unlinked(entry: dict[str, Any]) -> dict[str, Any]:
    """The entry without links that lead out of a mailed folder."""
    return entry | {"pages": [page | {"href": None} for page in entry["pages"]]}


def _changes(batch: Batch, here: list[State], lang: str) -> list[str]:
    """What moved since the run before, or since the closed result, a sentence a page."""
    told = []
    for state in here:
        side = _side(batch.folder, state)
        change = side.get("change") or {}
        if batch.folder.name == "later":
            now, closed = (read((home / state["page"]).with_suffix(".json"))
                           for home in (batch.folder, batch.folder.parent))
            change = moved(now, closed) if now and closed else {}
        if change.get("count"):
            why = [word(f"report.because.{cause}", lang) for cause in change["because"]]
            place, old, new = ("—" if x is None else x for x in change["moved"][0])
            told.append(word("report.change", lang, page=side["title"], n=change["count"],
                             since=change["since"][:16].replace("T", " "), place=place, old=old,
                             new=new, why=", ".join(why) or "—"))  # fmt: skip
    return told[:CHANGES]


def _trend(entries: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Headline figures that several periods share, oldest first."""
    found = {label: [{"period": e["id"], "value": card["raw"], "text": card["value"]}
                     for e in reversed(entries) for card in e["figures"] if card["label"] == label]
             for label in dict.fromkeys(card["label"] for card in entries[0]["figures"])}
    return [{"label": label, "unit": "ratio", "points": points}
            for label, points in found.items() if len(points) > 1]  # fmt: skip


def _overview(batch: Batch, found: list[State], lang: str) -> str:
    """The index for the person who ran it: readers and their pages, counted."""
    from kit.report.page.render import render_index

    rows = []
    for folder in dict.fromkeys(s["folder"] for s in found):
        own = [s for s in found if s["folder"] == folder and s["lang"] == lang]
        status = min((s["status"] for s in own), key=WORST.index)
        bad = [Path(s["page"]).stem for s in own if s["status"] != "ok"]
        rows.append({"notebook": folder, "title": _reader_title(folder, lang),
                     "href": f"{folder}/{lang}/index.html", "status": status,
                     "question": word("report.pages", lang, n=len(own)),
                     "detail": ", ".join(bad), "people": [
                         {"name": word("report.download.zip", lang), "href": f"{folder}.zip",
                          "status": "ok"}]})  # fmt: skip
    record = next(iter(batch.records.values()))
    twins = [x for x in batch.period.languages if x != lang]
    meta = {
        "title": word("report.index_title", lang, period=batch.period.id),
        "audience": word("report.audience.runner", lang),
        "other": _top(batch, twins[0]).name if twins else None,
        "provenance": lines({k: v for k, v in record.items() if k != "notebook"}, lang),
        "status": batch.stage, "downloads": [], "trend": [],
        "intro": [word("report.runner_intro", lang), *_seal(batch.folder.parent, lang)],
    }  # fmt: skip
    entry = {"id": batch.period.id, "label": batch.period.id, "status": batch.stage, "cards": [],
             "pages": rows, "changes": []}  # fmt: skip
    return render_index(lang=lang, meta=meta, periods=[entry])


def _seal(home: Path, lang: str) -> list[str]:
    """Who closed the period, when, and whether a sealed file was altered since."""
    sealed = read(home / "closed.json")
    files = sealed.get("files", {})
    n = sum(export.digest(home / name) != digest for name, digest in files.items())
    return [word("report.seal", lang, by=sealed["by"], at=sealed["at"][:16], n=n)] if files else []


def _reader_title(folder: str, lang: str) -> str:
    audience, _, who = folder.partition("/")
    return " ".join([word(f"report.audience.{audience}", lang), who]).strip()


def _top(batch: Batch, lang: str) -> Path:
    first = lang == batch.period.languages[0]
    return batch.folder / ("index.html" if first else f"index.{lang}.html")


def _side(root: Path, state: State) -> dict[str, Any]:
    path = (root / state["page"]).with_suffix(".json")
    return _brief(path, path.stat().st_mtime_ns) if path.exists() else {}


@lru_cache(1000)
def _brief(path: Path, changed: int) -> dict[str, Any]:
    """A sidecar without its tables: every index of a run asks for it several times."""
    return {name: value for name, value in read(path).items() if name != "tables"}


def _people(batch: Batch) -> str:
    """Who stands behind an opaque id: for hr alone (名单)."""
    columns = [{"key": k, "label": k, "unit": "text"} for k in ("opaque", "specialist_id", "name")]
    rows = [{"opaque": plan.opaque(who), "specialist_id": who, "name": name}
            for who, name in batch.names.items()]  # fmt: skip
    return export.csv_of({"columns": columns, "rows": rows})


def _manifest(batch: Batch, found: list[State]) -> dict[str, Any]:
    return {"period": batch.period.id, "start": str(batch.period.start), "stage": batch.stage,
            "end": str(batch.period.end),
            "retention_months": batch.period.scheme.people.retention_months,
            "asked": asked(batch.period), "provenance": batch.records, "jobs": found}  # fmt: skip


def _log(batch: Batch, outcomes: Mapping[Job, Outcome]) -> None:
    """One line a run in runs.log (运行日志): when, what, from which data, scheme and code."""
    record = next(iter(batch.records.values()))
    failed = [f"{o.job.page} {o.detail}" for o in outcomes.values() if o.status == "failed"]
    line = {"at": record["run_at"], "made": len(outcomes) - len(failed), "failed": failed}
    line |= {cause: record[cause] for cause in ("data", "scheme", "code", "revision")}
    path = batch.folder / "runs.log"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    out = io.StringIO(text)
    export.write(path, out.getvalue() + dumped(line).replace("\n", "") + "\n")
