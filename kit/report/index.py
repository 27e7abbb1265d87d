"""Indexes and history (目录与历史): what is there, what failed, what is stale, what moved.

One index a reader and language, which shows nothing of another reader; one for the person who ran
it, which counts but shows no figure of anybody. An index looks back, never forward: a period's
index lists the periods before it.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kit.report import export, followed, plan, summary
from kit.report.changes import changes
from kit.report.export import dumped, read
from kit.report.manifest import manifests
from kit.report.overview import State, handed, href, overview, schemes, sidecar, top
from kit.report.pages import Batch, Outcome, confidential, span, title, title_of
from kit.report.plan import Job
from kit.report.provenance import lines, printable
from kit.report.standing import asked
from kit.show import blocks
from kit.words import word

PAGE = Path(__file__).parent / "page"
HEADLINE = ("2_kpi_scoring", "5_people")  # whose cards head an index, the first that is there
TRENDED = ("2_kpi_scoring", "4_retrospective")  # whose cards with a plain figure are followed


def write(batch: Batch, found: list[State], outcomes: Mapping[Job, Outcome]) -> Path:
    """Indexes, workbooks, zips, manifest and log; the path of the top index."""
    first = batch.folder / "index.html"
    before = read(batch.folder / "manifest.json")
    same = before.get("jobs") == found and before.get("tampered", []) == _tampered(batch)
    if not outcomes and same and first.exists():
        return first
    readers = dict.fromkeys(s["folder"] for s in found)
    notes: set[str] = set()
    touched = {job.folder for job in outcomes} or set(readers)
    for folder in readers:
        if folder in touched or not (batch.folder / f"{folder}.zip").exists():
            notes |= set(_reader(batch, found, folder))
    if any(s["audience"] == "hr" for s in found):
        export.write(batch.folder / "hr" / "people.csv", _people(batch), export.OWN)
    export.write(batch.folder / "manifest.json", dumped(_manifest(batch, found)))
    for lang in batch.period.languages:
        export.write(top(batch, lang), overview(batch, found, lang, sorted(notes)))
    _log(batch, outcomes)
    return first


def _reader(batch: Batch, found: list[State], folder: str) -> list[str]:
    """Workbook, summary, index and zip of one reader; why a PDF is missing, if it is."""
    own = [s for s in found if s["folder"] == folder]
    instead: dict[str, str] = {}
    missing: list[str] = []
    mode = export.mode_of(folder)
    for lang in batch.period.languages:
        here = [s for s in own if s["lang"] == lang]
        sides = [read((batch.folder / s["page"]).with_suffix(".json")) for s in here]
        place = batch.folder / folder / lang
        book = export.workbook([side for side in sides if side.get("tables")])
        export.write(place / "tables.xlsx", book, mode)
        team = [
            side
            for state, side in zip(here, sides, strict=True)
            if href(state) and (not state["person"] or state["audience"] == "employee")
        ]
        missing += summary.write(batch, folder, lang, team)
        past = _past(batch, folder, lang)
        page = _index(batch, own, lang, past, f"../../{Path(folder).name}.zip")
        export.write(place / "index.html", printable(page), mode)
        export.write(place / blocks.TRUST, trusted(lang), mode)
        alone = [_unlinked(entry) for entry in past]
        instead[f"{lang}/index.html"] = printable(_index(batch, own, lang, alone))
    first = batch.period.languages[0]
    packed = export.bundle(batch.folder / folder, instead, first)
    export.write(batch.folder / f"{folder}.zip", packed, mode)
    return missing


def trusted(lang: str) -> str:
    """The page on what each claim was measured to hold (可信吗), as the package carries it."""
    return (PAGE / f"trust.{lang}.html").read_text(encoding="utf-8")


def _index(batch: Batch, own: list[State], lang: str, past: list[dict], packed: str = "") -> str:
    from kit.report.page.render import render_index

    here = [s for s in own if s["lang"] == lang]
    now = _entry(batch.folder, here, lang, _told(batch))
    now["pages"] = _pages(batch, here, lang)
    now["agenda_html"] = _agenda(batch.folder, here, lang)
    employee = own[0]["audience"] == "employee"
    team = [s for s in here if href(s) and (employee or not s["person"])]
    sides = [sidecar(batch.folder, s) for s in team]
    now["three"] = summary.three(sides, own[0]["audience"], lang)
    now["pages"] = _unsaid(now, sides, own[0]["audience"])
    now["changes"] = changes(batch, here, lang)
    now["handed"] = handed(batch, own[0]["folder"], lang) if packed else []
    twins = [x for x in batch.period.languages if x != lang]
    record = next(iter(batch.records.values()))
    meta = {
        "title": word("report.index_title", lang, period=batch.period.id),
        "audience": f"{_whose(batch, own[0], lang)} · {span(batch, lang)}",
        "other": f"../{twins[0]}/index.html" if twins else None,
        "downloads": [
            {"label": word(f"report.download.{kind}", lang), "href": href}
            for kind, href in (
                *summary.offered(batch.folder / own[0]["folder"] / lang),
                ("workbook", "tables.xlsx"),
                ("zip", packed),
            )
            if href
        ],
        "provenance": lines({k: v for k, v in record.items() if k != "notebook"}, lang),
        "status": batch.stage,
        "confidential": confidential(batch, own[0]["folder"], lang),
        "period": span(batch, lang),
        **_known(batch.folder, here),
        "intro": schemes(batch, lang),
        "trend": followed.trend([now, *past]),
        "trend_notes": followed.notes([now, *past], lang),
    }
    return render_index(lang=lang, meta=meta, periods=[now, *past])


def _agenda(root: Path, here: list[State], lang: str) -> Any:
    """Talk first and this week as page 5 says them (待办); a line where that page is missing."""
    from kit.pages.people.agenda import drawn

    mine = [s for s in here if s["notebook"] == plan.PEOPLE]
    mine = [s for s in mine if not s["person"] or s["audience"] == "employee"]
    told = [sidecar(root, s).get("agenda") for s in mine if href(s)]
    if mine and not told:
        return word("report.no_agenda", lang)
    return drawn(told[0], lang) if told and told[0] else ""


def _known(root: Path, here: list[State]) -> dict[str, Any]:
    """How many days may still change, and up to when the data go, as the pages say (数据截至)."""
    sides = [sidecar(root, s) for s in here if href(s)]
    known = [s for s in sides if s.get("as_of")]
    return {k: known[0][k] for k in ("provisional", "as_of")} if known else {}


def _whose(batch: Batch, state: State, lang: str) -> str:
    """The reader by name: an index that is mailed must not reach another."""
    audience, _, manager = state["folder"].partition("/")
    job = next(job for job in batch.jobs if str(job.page) == state["page"])
    name = batch.names.get(job.specialist, "") if audience == "employee" else manager
    return " ".join(filter(None, [word(f"report.audience.{audience}", lang), name]))


def _told(batch: Batch) -> dict[str, Any]:
    """What the manifest says of a run as such: which period, which stage, made of what."""
    period = batch.period
    named = {"period": period.id, "type": period.type, "stage": batch.stage}
    days = {"start": str(period.start), "end": str(period.end)}
    return named | days | {"provenance": batch.records}


def _entry(root: Path, here: list[State], lang: str, told: dict[str, Any]) -> dict[str, Any]:
    """A period in an index: status, headline cards; pages and changes are added by the caller."""
    sides = [sidecar(root, s) for s in here if s["status"] in ("ok", "stale")]
    heads = [s for name in HEADLINE for s in sides if s.get("notebook") == name and s.get("cards")]
    return {
        "id": told["period"],
        "label": told["period"],
        "status": told["stage"],
        **followed.facts(told),
        "pages": [],
        "changes": [],
        "loop": [
            line
            for s in here
            if not s["person"] or s["audience"] == "employee"
            for line in sidecar(root, s).get("loop", ())
        ],
        "cards": heads[0]["cards"] if heads else [],
        "figures": [
            c
            for name in TRENDED
            for s in sides
            if s.get("notebook") == name
            for c in s.get("cards", ())
            if c.get("raw") is not None
        ],
    }


def _pages(batch: Batch, here: list[State], lang: str) -> list[dict[str, Any]]:
    jobs = {str(job.page): job for job in batch.jobs}
    many = any(not s["person"] for s in here)
    rows = []
    for state in (s for s in here if not (s["person"] and many)):
        row = _row(state, title_of(batch, jobs[state["page"]]), sidecar(batch.folder, state), lang)
        mine = [s for s in here if s["person"] and many and s["notebook"] == state["notebook"]]
        row["people"] = [
            {
                "name": batch.names.get(jobs[s["page"]].specialist, ""),
                "href": href(s),
                "status": "ok" if s["status"] == state["status"] else s["status"],
            }
            for s in mine
        ]
        rows.append(row)
    return rows


def _row(state: State, name: str, side: dict[str, Any], lang: str) -> dict[str, Any]:
    why = "detail_stale_failed" if state["failed"] else "detail_stale"
    detail = word(f"report.{why}", lang, at=state["made_at"][:16].replace("T", " "))
    told = {
        "failed": word("report.detail_failed", lang),
        "stale": detail,
        "ok": "",
        "missing": word("report.detail_missing", lang),
    }
    return {
        "notebook": state["notebook"],
        "title": name,
        "href": href(state),
        "question": next(iter(side.get("answer", ())), side.get("question", "")),
        "status": state["status"],
        "detail": told[state["status"]],
        "people": [],
    }


def _past(batch: Batch, folder: str, lang: str) -> list[dict[str, Any]]:
    """Entries of the periods before this one that the same reader has pages of, newest first."""
    later = batch.folder.name != batch.period.id
    out = batch.folder.parents[1 if later else 0]
    before = [b for b in manifests(out)[0] if b[0]["start"] < str(batch.period.start)]
    entries = []
    for told, root in sorted(before, key=lambda b: b[0]["start"], reverse=True):
        here = [s for s in told["jobs"] if s["folder"] == folder and s["lang"] == lang]
        if here:
            entry = _entry(root, here, lang, told)
            link = os.path.relpath(root, batch.folder / folder / lang)
            here = [s for s in here if not s["person"] or folder.startswith("employee/")]
            rows = [_row(s, title(s["notebook"], lang), sidecar(root, s), lang) for s in here]
            base = f"{Path(link).as_posix()}/{folder}/{lang}/"
            entry["pages"] = [r | {"href": r["href"] and base + r["href"]} for r in rows]
            entries.append(entry)
    return entries


def _unsaid(now: dict[str, Any], sides: list[dict[str, Any]], reader: str) -> list[dict]:
    """Tiles, blank where the head of the index says the same, in these words or others (不重复)."""
    carded = {s.get("notebook") for s in sides if s.get("cards")}
    covered = {HEADLINE[0]} & carded | ({plan.PEOPLE} if now["agenda_html"] else set())
    covered = {"employee": set(HEADLINE), "manager": covered}.get(reader, covered - {plan.PEOPLE})
    said = now["three"]
    again = [p["question"] in said or (said and p["notebook"] in covered) for p in now["pages"]]
    return [p | {"question": ""} if x else p for p, x in zip(now["pages"], again, strict=True)]


def _unlinked(entry: dict[str, Any]) -> dict[str, Any]:
    """The entry without links that lead out of a mailed folder."""
    return entry | {"pages": [page | {"href": None} for page in entry["pages"]]}


def _people(batch: Batch) -> str:
    """Who stands behind an opaque id: for hr alone (名单)."""
    columns = [{"key": k, "label": k, "unit": "text"} for k in ("opaque", "specialist_id", "name")]
    rows = [
        {"opaque": plan.opaque(who), "specialist_id": who, "name": name}
        for who, name in batch.names.items()
    ]
    return export.csv_of({"columns": columns, "rows": rows})


def _manifest(batch: Batch, found: list[State]) -> dict[str, Any]:
    return {
        **_told(batch),
        "file": batch.period.path.name,
        "retention_months": batch.period.scheme.people.retention_months,
        "asked": asked(batch.period),
        "jobs": found,
        "tampered": _tampered(batch),
    }


def _tampered(batch: Batch) -> list[str]:
    """What is not as it was sealed, kept in the manifest: when it moves, indexes are made anew."""
    return [finding.told("en") for finding in batch.findings]


def _log(batch: Batch, outcomes: Mapping[Job, Outcome]) -> None:
    """One line a run in runs.log (运行日志): when, what, from which data, scheme and code."""
    record = next(iter(batch.records.values()))
    failed = [f"{o.job.page} {o.detail}" for o in outcomes.values() if o.status == "failed"]
    line = {"at": record["run_at"], "made": len(outcomes) - len(failed), "failed": failed}
    line |= {cause: record[cause] for cause in ("data", "scheme", "code", "revision")}
    path = batch.folder / "runs.log"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    export.write(path, text + dumped(line).replace("\n", "") + "\n", export.OWN)
