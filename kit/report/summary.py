"""One page for one reader (一页摘要): HTML for mail, an .eml to open and send, a PDF if wanted.

Every figure is cited from the sidecars of the reader's pages: nothing is computed here. Nothing is
sent, and no address is written.
"""

from collections.abc import Sequence
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

from markupsafe import Markup

from kit.report import export, pdf
from kit.report.pages import Batch, confidential
from kit.report.provenance import printable
from kit.show.format import number
from kit.show.html import each, t
from kit.show.spark import bars
from kit.words import word

WEEK = 6  # rows of what is due
PEOPLE = 14  # rows of people
DUE = ("what", "owner", "due", "worth")
SCORES = ("name", "past", "total", "grade", "first")
REASONS = 2  # of each person to talk to
STYLE = "font:14px/1.5 sans-serif;color:#1b2127;margin:0;padding:16px"
CELL = "text-align:left;vertical-align:top;padding:3px 10px 3px 0;border-bottom:1px solid #dde1e6"
HEAD = "font-size:15px;margin:14px 0 4px"


def facts(sides: Sequence[dict[str, Any]], meta: dict[str, Any], lang: str) -> dict[str, Any]:
    """What the summary says (摘要内容), from the sidecars of a reader's pages in one language.

    meta    : title, confidential, status, date, reader (manager, hr, employee)
    Returns : plain data, for HTML, text and PDF alike; for HR, who hands it on to the general
              manager, groups and money without names
    """
    by = {side.get("notebook"): side for side in sides}
    agenda = by.get("5_people", {}).get("agenda", {})
    cards = by.get("2_kpi_scoring", {}).get("cards", [])
    cards = cards if meta["reader"] != "employee" else []
    own = three(sides, meta["reader"], lang) if meta["reader"] == "employee" else []
    told = [
        *own,
        *by.get("4_retrospective", {}).get("answer", [])[:2],
        *_groups(cards, lang),
        *by.get("1_data_load", {}).get("answer", [])[:1],
    ]
    named = meta["reader"] != "hr"
    budget = by.get("4_retrospective", {}).get("budget", [])
    if not named:  # what is asked of the general manager stands right after the first sentence
        told, budget = [*told[:1], *budget, *told[1:]], []
    scores = _verdicts(by.get("2_kpi_scoring", {}))
    week = agenda.get("week", []) if named else []
    return {
        **meta,
        "lang": lang,
        "foot": word("report.summary.foot", lang),
        "heads": _heads(lang),
        "sentences": told,
        "talk": agenda.get("talk", []) if named else [],
        "week": week[:WEEK],
        "rest": max(0, len(week) - WEEK),
        "budget": budget,
        "people": _people(scores, lang) if named else [],
        "why": scores.get("why", []) if named else [],
    }


def three(sides: Sequence[dict[str, Any]], reader: str, lang: str) -> list[str]:
    """Market and own, groups, data: the first three sentences of an index (三句话), as cited.

    An employee's are the own score and grade, the lines, the one next step, the last day to object.
    """
    by = {side.get("notebook"): side for side in sides}
    if reader == "employee":
        return list(by.get("5_people", {}).get("cited", []))
    return [
        *by.get("4_retrospective", {}).get("answer", [])[:1],
        *_groups(by.get("2_kpi_scoring", {}).get("cards", []), lang),
        *by.get("1_data_load", {}).get("answer", [])[:1],
    ]


def _groups(cards: Sequence[dict[str, Any]], lang: str) -> list[str]:
    """How many stand above, near or below the average, in one sentence (分组一句话)."""
    named = [word("report.summary.group", lang, **card) for card in cards if card.get("raw")]
    told = word("report.summary.and", lang).join(named)
    return [word("report.summary.groups", lang, groups=told)] if named else []


def _heads(lang: str) -> dict[str, Any]:
    """Headings and column names (标题与表头)."""
    return {
        "talk": word("people.agenda.talk", lang),
        "week": word("people.agenda.week", lang),
        "columns": [word(f"people.agenda.c_{key}", lang) for key in DUE],
        "budget": word("report.summary.budget", lang),
        "people": word("report.summary.people", lang),
        "scores": [word(f"scoring.c_{key}", lang) for key in SCORES],
    }


def _verdicts(side: dict[str, Any]) -> dict[str, Any]:
    """The first table of people on the page of scores (各人结论表)."""
    return next((x for x in side.get("tables", []) if x.get("id") == "verdicts"), {})


def _people(table: dict[str, Any], lang: str) -> list[list[str]]:
    """Its rows: name, six periods, total, grade, one thing first."""
    pairs = zip(table.get("rows", []), table.get("past", []), strict=False)
    rows = [
        [
            str(row["name"]),
            bars([(name, value) for name, value in past]),
            number(row["total"], "points", lang),
            str(row["grade"]),
            str(row["first"]),
        ]
        for row, past in pairs
    ]
    return rows[:PEOPLE]


def html(told: dict[str, Any], lang: str) -> str:
    """The summary as one column of 640 px that every mail program shows (HTML 摘要)."""
    body = t(
        '<!DOCTYPE html><html lang="{}"><head><meta charset="utf-8"><title>{}</title></head>'
        '<body style="{}"><table role="presentation" width="640" style="max-width:100%;'
        'border-collapse:collapse"><tr><td><p style="color:#56606b;margin:0">{}</p>'
        '<h1 style="font-size:20px;margin:6px 0">{}</h1>'
        '<p style="color:#56606b;margin:0 0 8px">{}</p>{}{}{}{}{}'
        '<p style="color:#56606b;margin:14px 0 0">{}</p></td></tr></table></body></html>',
        "zh-CN" if lang == "zh" else "en",
        told["title"],
        STYLE,
        told["confidential"],
        told["title"],
        told["status"],
        each(lambda line: t('<p style="margin:0 0 4px">{}</p>', line), told["sentences"]),
        _talk(told, lang),
        _week(told, lang),
        _budget(told, lang),
        _table(told, lang),
        word("report.summary.foot", lang),
    )
    return str(body)


def _section(key: str, inner: Markup, lang: str) -> Markup:
    return t('<h2 style="{}">{}</h2>{}', HEAD, word(key, lang), inner) if inner else Markup("")


def _talk(told: dict[str, Any], lang: str) -> Markup:
    return _section(
        "people.agenda.talk",
        each(
            lambda one: t(
                '<p style="margin:0 0 6px"><b>{}</b> {}<br>{}<br>{}</p>',
                one["name"],
                bars([(name, value) for name, value in one["past"]]),
                Markup("<br>").join(line["text"] for line in one["lines"][:REASONS]),
                one["ask"],
            ),
            told["talk"],
        ),
        lang,
    )


def _week(told: dict[str, Any], lang: str) -> Markup:
    rows = [[row[key] for key in DUE] for row in told["week"]]
    if not rows:
        return Markup("")
    more = word("people.agenda.more", lang, n=told["rest"]) if told["rest"] else ""
    inner = _grid(told["heads"]["columns"], rows) + t('<p style="margin:4px 0">{}</p>', more)
    return _section("people.agenda.week", inner, lang)


def _budget(told: dict[str, Any], lang: str) -> Markup:
    lines = each(lambda line: t('<p style="margin:0 0 4px">{}</p>', line), told["budget"])
    return _section("report.summary.budget", lines, lang)


def _table(told: dict[str, Any], lang: str) -> Markup:
    if not told["people"]:
        return Markup("")
    grid = _grid(told["heads"]["scores"], told["people"])
    why = each(lambda line: t('<p style="margin:4px 0">{}</p>', line), told["why"])
    return _section("report.summary.people", grid + why, lang)


def _grid(names: list[str], rows: list[list[str]]) -> Markup:
    head = each(lambda name: t('<th scope="col" style="{}">{}</th>', CELL, name), names)
    lines = each(
        lambda row: t("<tr>{}</tr>", each(lambda c: t('<td style="{}">{}</td>', CELL, c), row)),
        rows,
    )
    return t('<table style="border-collapse:collapse;width:100%">{}{}</table>', head, lines)


def text(told: dict[str, Any], lang: str) -> str:
    """The same as plain text (文本摘要), for the mail's first part."""
    lines = [told["confidential"], told["title"], told["status"], "", *told["sentences"]]
    if told["talk"]:
        lines += ["", word("people.agenda.talk", lang)]
    for one in told["talk"]:
        lines += [one["name"], *(f"  - {x['text']}" for x in one["lines"][:REASONS])]
        lines.append(f"  {one['ask']}")
    lines += ["", word("people.agenda.week", lang)] if told["week"] else []
    lines += [" | ".join(row[key] for key in DUE) for row in told["week"]]
    lines += ["", word("report.summary.budget", lang), *told["budget"]] if told["budget"] else []
    lines += ["", *(" | ".join(row) for row in told["people"]), *told["why"]]
    return "\n".join([*lines, "", word("report.summary.foot", lang)])


def mail(told: dict[str, Any], lang: str, pdf: bytes | None = None) -> bytes:
    """The summary as a mail to open, address and send by hand (.eml 邮件): text, HTML, the PDF."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = told["title"]
    message["X-Unsent"] = "1"
    message.set_content(text(told, lang), cte="8bit")
    message.add_alternative(html(told, lang), subtype="html", cte="8bit")
    if pdf:
        message.add_attachment(pdf, maintype="application", subtype="pdf", filename="summary.pdf")
    for n, part in enumerate(p for p in message.walk() if p.is_multipart()):
        part.set_boundary(f"=_summary_{n}")  # the same inputs give the same bytes
    return message.as_bytes()


def write(batch: Batch, folder: str, lang: str, sides: list[dict[str, Any]]) -> list[str]:
    """The one-page summary as HTML, mail and, where wanted, PDF (一页摘要)."""
    from kit.report.page.render import status_line

    told = next((side for side in sides if side.get("as_of")), {})
    day = told.get("as_of") or str(batch.period.last_day)
    meta = {
        "title": word("report.summary.title", lang, period=batch.period.id),
        "confidential": confidential(batch, folder, lang),
        "status": status_line(batch.stage, told, lang),
        "date": [int(part) for part in day.split("-")],
        "reader": folder.partition("/")[0],
    }
    known = facts(sides, meta, lang)
    made, why = pdf.made(known) if pdf.wanted(batch.period.summary_pdf) else (None, "")
    place = batch.folder / folder / lang
    mode = export.mode_of(folder)
    export.write(place / "summary.html", printable(html(known, lang)), mode)
    export.write(place / "summary.eml", mail(known, lang, made), mode)
    if made:
        export.write(place / "summary.pdf", made, mode)
    else:
        (place / "summary.pdf").unlink(missing_ok=True)
    return [why] if why else []


def offered(place: Path) -> list[tuple[str, str]]:
    """The summary's files in a folder, by what they are called for readers (摘要下载)."""
    kinds = {"summary": "summary.html", "pdf": "summary.pdf", "mail": "summary.eml"}
    return [(kind, name) for kind, name in kinds.items() if (place / name).exists()]
